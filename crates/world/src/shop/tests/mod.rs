//! The shop as a plain value.

mod figures;
#[cfg(not(target_arch = "wasm32"))]
mod random;
mod rig;
mod saga;
#[cfg(not(target_arch = "wasm32"))]
mod views;
mod wire;
