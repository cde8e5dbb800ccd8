//! A cluster for the tests of the whole core.

use tutti_core::base::{NodeId, Span};
use tutti_core::consensus::raft::Config;
use tutti_core::lab::{ClientConfig, Load, Setup};
use tutti_core::sim::{Latency, Quality};

/// A cluster with a disk, a network with some spread, and one client with so many requests a second.
pub(crate) fn setup(servers: u16, rate: u64, seed: u64) -> Setup {
    let load = Load { gap: Span(1_000_000 / rate), poisson: true, reads_ppm: 300_000, keys: 3, lasts: None };
    let client =
        ClientConfig { number: 0, servers, load: Some(load), attempt_timeout: Span::millis(300), max_open: 256 };
    Setup {
        seed,
        raft: Config::new((0..servers).map(NodeId).collect()),
        disk_sync: Latency::Fixed(Span::micros(500)),
        clients: vec![client],
        company: None,
        network: Quality::clean(Latency::Uniform { min: Span::millis(5), max: Span::millis(15) }),
        links: Vec::new(),
    }
}
