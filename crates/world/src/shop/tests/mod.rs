//! The shop as a plain value.

#[cfg(not(target_arch = "wasm32"))]
mod random;
mod rig;
mod saga;
mod wire;
