//! Each test is named after the property it shows, with the section it comes from.

mod basics;
mod bus;
mod clients;
mod cluster;
mod commit;
mod durability;
mod election;
mod parking;
mod pipeline;
#[cfg(not(target_arch = "wasm32"))]
mod random;
mod reads;
mod replication;
mod snapshots;
#[cfg(not(target_arch = "wasm32"))]
mod store;
#[cfg(not(target_arch = "wasm32"))]
mod stories;
#[cfg(not(target_arch = "wasm32"))]
mod watch;
