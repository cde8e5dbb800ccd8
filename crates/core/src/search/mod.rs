//! The search for what nobody thought of: chaos drawn from a seed, and the sweep over many seeds.
//!
//! One seed decides everything: the cluster, its network and its load ([`chaos`]), and what goes wrong in it and when
//! ([`nemesis`]). [`sweep::run_seed, run_shop_seed`] plays it: first faults rain while every invariant is checked after every event;
//! then they stop, and the cluster has to come to rest, to serve, and to still hold all that it ever acknowledged.
//! What happened on the way is counted ([`exercised`]), since a search that never met a fault has shown nothing.

pub mod bench;
pub mod chaos;
pub mod exercised;
pub mod nemesis;
mod settle;
pub mod sweep;

pub use exercised::{Exercised, Kind};
pub use sweep::{Failure, Fault, Options, SeedReport, run_seed, run_shop_seed};
