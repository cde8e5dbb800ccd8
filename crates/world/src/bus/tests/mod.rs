//! Each test is named after the property that it shows.

mod consumers;
mod due;
#[cfg(not(target_arch = "wasm32"))]
mod onlooker;
mod publishing;
#[cfg(not(target_arch = "wasm32"))]
mod random;
mod redelivery;
mod retaining;
mod rig;
mod state;
mod workload;
