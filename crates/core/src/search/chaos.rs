//! A cluster, its network and its load, all drawn from one seed.
//!
//! Everything is drawn in proportion to one length: how long a message takes, from a fast local network to half-way
//! round the world. So a cluster may be tuned well or badly, but it can always work once faults stop.

use crate::base::{NodeId, Span, Stream};
use crate::consensus::raft::{Config, Defects};
use crate::lab::{ClientConfig, Load, Setup};
use crate::sim::{Latency, Quality};

/// What a seed begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chaos {
    /// The world.
    pub setup: Setup,
    /// What every link is like when nothing more goes wrong on it.
    pub calm: Quality,
    /// For how long things go wrong.
    pub unrest: Span,
    /// The longest that a message and a sync together commonly take.
    pub hop: Span,
}

/// One of these, each as likely.
pub(super) fn pick<T: Copy>(chance: &mut Stream, list: &[T]) -> T {
    list[chance.below(list.len() as u32) as usize]
}

/// So many hundredths.
pub(super) fn percent(chance: &mut Stream, hundredths: u32) -> bool {
    chance.below(100) < hundredths
}

/// A length so many hundredths as long.
fn scaled(span: Span, hundredths: u64) -> Span {
    Span(span.0 * hundredths / 100)
}

impl Chaos {
    /// What the seed begins with; `timeouts` says for how many election timeouts things go wrong.
    pub fn draw(seed: u64, defects: Defects, timeouts: u32) -> Chaos {
        let chance = &mut Stream::new(seed, "chaos");
        let servers = pick(chance, &[1, 2, 3, 3, 3, 3, 3, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 6, 7, 7]);

        // From 0.1 ms to 0.1 s.
        let scale = 100 << chance.below(10);
        let way = Span(scale + u64::from(chance.below(scale as u32)));
        let latency = spread(chance, way);
        let sync = scaled(way, pick(chance, &[0, 5, 20, 50, 100, 150, 250]));
        let disk_sync = spread(chance, sync);
        let calm = Quality::clean(latency);
        let network = troubled(chance, calm);
        let hop = way + sync;

        let mut raft = Config::new((0..servers).map(NodeId).collect());
        let shortest = scaled(hop, pick(chance, &[800, 1_000, 1_500, 2_500]));
        raft.election_timeout = (shortest, scaled(shortest, pick(chance, &[140, 170, 200, 300])));
        raft.heartbeat = Span(shortest.0 / pick(chance, &[2, 3, 4, 6]));
        raft.pre_vote = percent(chance, 65);
        raft.check_quorum = percent(chance, 65);
        raft.max_batch = pick(chance, &[1, 1, 1, 2, 3, 8, 64]);
        raft.max_in_flight = pick(chance, &[1, 2, 4, 16]);
        // Every retry is an entry of its own: a leader that takes them all on and sends them one by one is never done.
        raft.max_uncommitted = pick(chance, &[4, 16, 64, 64 * raft.max_batch]);
        raft.snapshot_every = pick(chance, &[0, 3, 5, 8, 15, 30]);
        raft.snapshot_trailing = pick(chance, &[0, 0, 1, 3, 10]);
        raft.defects = defects;

        let unrest = Span(shortest.0 * u64::from(timeouts));
        let clients = pick(chance, &[1, 2, 2, 3]);
        let requests = pick(chance, &[60, 120, 250]);
        let keys = pick(chance, &[1, 2, 3]);
        let reads_ppm = pick(chance, &[200_000, 400_000, 600_000]);
        let clients = (0..clients).map(|number| {
            let gap = Span((unrest.0 * u64::from(clients) / requests).max(1));
            let load = Load { gap, poisson: percent(chance, 70), reads_ppm, keys, lasts: Some(scaled(unrest, 80)) };
            let patience = pick(chance, &[150, 300, 600, 1_500]);
            ClientConfig {
                number,
                servers,
                load: Some(load),
                attempt_timeout: scaled(hop, patience),
                max_open: pick(chance, &[2, 8, 32]),
            }
        });
        let clients = clients.collect();
        let setup = Setup { seed, raft, disk_sync, clients, network, links: Vec::new() };
        Chaos { setup, calm, unrest, hop }
    }
}

/// About this long, in one of several ways.
fn spread(chance: &mut Stream, typical: Span) -> Latency {
    match chance.below(3) {
        0 => Latency::Fixed(typical),
        1 => Latency::Uniform { min: scaled(typical, 50), max: scaled(typical, 150) },
        _ => Latency::LongTail { min: scaled(typical, 60), mean_extra: scaled(typical, 60) },
    }
}

/// The same with some troubles, of which each cluster has its own few.
fn troubled(chance: &mut Stream, calm: Quality) -> Quality {
    let ppm = |chance: &mut Stream, most: u32| if percent(chance, 50) { 0 } else { chance.below(most) };
    let way = calm.latency.typical();
    // The time that a hundred bytes take is a part of the time that a message takes in any case.
    let part = pick(chance, &[0, 0, 0, 8, 32]);
    let bandwidth = (part > 0).then(|| 100 * 1_000_000 * part / way.0.max(1));
    Quality {
        bandwidth,
        loss_ppm: ppm(chance, 100_000),
        duplicate_ppm: ppm(chance, 200_000),
        reorder_ppm: ppm(chance, 400_000),
        ..calm
    }
}

/// A link in real trouble.
pub(super) fn worse(chance: &mut Stream, calm: Quality) -> Quality {
    let factor = pick(chance, &[1, 1, 2, 5]);
    let typical = scaled(calm.latency.typical(), factor * 100);
    Quality {
        latency: spread(chance, typical),
        bandwidth: None,
        loss_ppm: pick(chance, &[0, 100_000, 300_000, 700_000]),
        duplicate_ppm: pick(chance, &[0, 100_000, 500_000]),
        reorder_ppm: pick(chance, &[0, 300_000, 1_000_000]),
    }
}
