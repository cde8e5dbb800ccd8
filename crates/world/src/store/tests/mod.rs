//! Each test is named after the property that it shows.

mod append;
mod common;
mod cost;
mod limits;
#[cfg(not(target_arch = "wasm32"))]
mod model;
mod past;
mod projections;
mod reading;
mod snapshots;
mod upcast;
