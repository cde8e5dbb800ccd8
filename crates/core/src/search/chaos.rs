//! A cluster, its network and its load, all drawn from one seed.
//!
//! Everything is drawn in proportion to one length: how long a message takes, from a fast local network to half-way
//! round the world. So a cluster may be tuned well or badly, but it can always work once faults stop.

use smol_str::format_smolstr;

use crate::base::{Span, Stream};
use crate::consensus::raft::Defects;
use crate::scenario::{
    Arrival, Calls, Cluster, CustomersSetting, Load, Network, Ppm, Protocol, ProviderSetting, QuerySide, RulesSetting,
    Scenario, Shop, SpanRange, Staff, Style, limits,
};
use crate::shop;
use crate::shop::UserId;
use crate::shop::views::ViewKind;
use crate::sim::{Latency, Quality};

/// What a seed begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chaos {
    /// The world. Its duration is only the longest that there may be.
    pub scenario: Scenario,
    /// What every link is like when nothing goes wrong on it.
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

        let shortest = scaled(hop, pick(chance, &[800, 1_000, 1_500, 2_500])).max(Span::millis(3));
        let longest = scaled(shortest, pick(chance, &[140, 170, 200, 300]));
        let max_batch = pick(chance, &[1, 1, 1, 2, 3, 8, 64]);
        let cluster = Cluster {
            servers,
            protocol: Protocol::Raft,
            election_timeout: SpanRange { min: shortest, max: longest },
            heartbeat: Span(shortest.0 / pick(chance, &[2, 3, 4, 6])).max(limits::MIN_PERIOD),
            pre_vote: percent(chance, 65),
            check_quorum: percent(chance, 65),
            max_batch,
            max_in_flight: pick(chance, &[1, 2, 4, 16]),
            // Every retry is an entry of its own: a leader that takes them all on and sends them one by one is never
            // done.
            max_uncommitted: pick(chance, &[4, 16, 64, 64 * max_batch]),
            snapshot_every: pick(chance, &[0, 3, 5, 8, 15, 30]),
            snapshot_trailing: pick(chance, &[0, 0, 1, 3, 10]),
            disk_sync,
            defects,
        };

        let unrest = Span(shortest.0 * u64::from(timeouts));
        let requests = pick(chance, &[100, 250, 600]);
        let load = Load {
            clients: pick(chance, &[1, 2, 2, 3]),
            rate: (requests * 1_000_000 / unrest.0.max(1)).clamp(1, u64::from(limits::MAX_RATE)) as u32,
            reads: Ppm(pick(chance, &[200_000, 400_000, 600_000])),
            keys: pick(chance, &[1, 2, 3]),
            arrival: if percent(chance, 70) { Arrival::Poisson } else { Arrival::Regular },
            timeout: scaled(hop, pick(chance, &[200, 500, 1_500, 4_000])).max(limits::MIN_PERIOD),
            max_outstanding: pick(chance, &[1, 2, 4, 8]),
            until: Some(scaled(unrest, 80)),
        };
        let scenario = Scenario {
            name: format_smolstr!("sweep-{seed}"),
            title: format_smolstr!("Seed {seed} of the sweep"),
            seed,
            duration: limits::MAX_DURATION,
            cluster,
            network,
            load,
            ..Scenario::default()
        };
        Chaos { scenario, calm, unrest, hop }
    }
}

impl Chaos {
    /// What the seed begins with, where the cluster carries the bus and the store of a shop.
    pub fn draw_shop(seed: u64, defects: Defects, bugs: shop::Defects, timeouts: u32) -> Chaos {
        let mut chaos = Chaos::draw(seed, defects, timeouts);
        let chance = &mut Stream::new(seed, "chaos of the shop");
        let hop = chaos.hop;
        let cluster = &mut chaos.scenario.cluster;
        cluster.servers = pick(chance, &[1, 2, 3, 3, 3, 3, 5]);
        cluster.max_batch = pick(chance, &[8, 64]);
        // A snapshot is the whole history of the shop.
        cluster.snapshot_every = pick(chance, &[0, 0, 60, 200]);
        chaos.scenario.load = Load { clients: 0, rate: 0, ..Load::default() };
        let time = |chance: &mut Stream, list: &[u64]| scaled(hop, pick(chance, list)).max(limits::MIN_PERIOD);
        let staff = |chance: &mut Stream, workers: &[u8]| Staff {
            workers: pick(chance, workers),
            service_time: SpanRange { min: Span::ZERO, max: time(chance, &[10, 100, 400]) },
            prefetch: pick(chance, &[1, 2, 8, 32]),
            queue: pick(chance, &[1, 4, 64]),
            timeout: time(chance, &[500, 1_500, 4_000]),
            tries: pick(chance, &[1, 2, 4]),
        };
        let orders = pick(chance, &[10, 25, 60]);
        let (unrest, longest) = (chaos.unrest, chaos.scenario.cluster.election_timeout.max);
        chaos.scenario.shop = Some(Shop {
            style: Style::Events,
            calls: Calls::default(),
            order: staff(chance, &[1, 1, 2]),
            payment: staff(chance, &[1, 2, 3]),
            inventory: staff(chance, &[1, 2, 3]),
            shipping: staff(chance, &[1, 2]),
            fraud: staff(chance, &[0, 1]),
            analytics: staff(chance, &[0, 1]),
            provider: ProviderSetting {
                workers: pick(chance, &[1, 4]),
                service_time: SpanRange { min: Span::ZERO, max: time(chance, &[50, 400]) },
                queue: pick(chance, &[2, 64]),
                unavailable: Ppm(pick(chance, &[0, 0, 100_000, 400_000])),
            },
            customers: CustomersSetting {
                users: pick(chance, &[1, 5, 20]),
                rate: (orders * 1_000_000 / unrest.0.max(1)).clamp(1, u64::from(limits::MAX_SHOP_RATE)) as u32,
                arrival: Arrival::Poisson,
                burst: pick(chance, &[1, 1, 4]),
                until: Some(scaled(unrest, 70)),
                looks: pick(chance, &[0, 0, 2]),
                abandons: Ppm(pick(chance, &[0, 200_000])),
                timeout: time(chance, &[500, 2_000]),
                ..CustomersSetting::default()
            },
            rules: RulesSetting {
                declined: Ppm(pick(chance, &[0, 100_000])),
                shipping_deadline: time(chance, &[2_000, 10_000, 50_000]),
                wrong_tracking_every: pick(chance, &[0, 3]),
                renewed_after: scaled(unrest, 30),
                ..RulesSetting::default()
            },
            partitions: pick(chance, &[1, 3, 4]),
            // Nobody is to be taken for dead since the brokers held an election.
            session: scaled(longest, 300).max(Shop::default().session),
            ack_wait: time(chance, &[500, 1_500, 5_000]),
            retry: time(chance, &[10, 100]),
            // Nothing is given up: in the end, everything is to end.
            max_tries: 1_000,
            disk_sync: chaos.scenario.cluster.disk_sync,
            stock: pick(chance, &[5, 1_000]),
            defects: bugs,
            ..Shop::default()
        });
        chaos.draw_views(seed);
        chaos
    }

    /// The shop's query side. It has a stream of its own, so that it shifts nothing of what is drawn above.
    fn draw_views(&mut self, seed: u64) {
        let chance = &mut Stream::new(seed, "chaos of the query side");
        let (hop, unrest) = (self.hop, self.unrest);
        let time = |chance: &mut Stream, list: &[u64]| scaled(hop, pick(chance, list)).max(limits::MIN_PERIOD);
        let Some(shop) = &mut self.scenario.shop else { return };
        let journey = ViewKind::Journey { user: UserId(0) };
        shop.views = QuerySide {
            nodes: pick(chance, &[0, 1, 1, 1, 2]),
            models: pick(
                chance,
                &[
                    &[ViewKind::OrderStatus, ViewKind::Stock, ViewKind::Revenue, ViewKind::Carts][..],
                    &[ViewKind::OrderStatus, ViewKind::Revenue],
                    &[ViewKind::Stock, ViewKind::Carts, journey],
                ],
            )
            .to_vec(),
            poll: time(chance, &[100, 400, 1_500]),
            // A page takes a few hops: by single events, a whole history would take longer than anybody waits.
            page: pick(chance, &[5, 16, 64]),
            save_every: pick(chance, &[1, 5, 20]),
            workers: pick(chance, &[1, 2]),
            service_time: SpanRange { min: Span::ZERO, max: time(chance, &[10, 100]) },
            queue: pick(chance, &[2, 64]),
            patience: time(chance, &[200, 1_500]),
            timeout: time(chance, &[500, 1_500, 4_000]),
        };
        let questions = pick(chance, &[0, 20, 60]);
        shop.customers.asks = (questions * 1_000_000 / unrest.0.max(1)).min(u64::from(limits::MAX_SHOP_RATE)) as u32;
        shop.customers.asks_after = pick(chance, &[None, Some(0), Some(300)]).map(|hundredths| scaled(hop, hundredths));
        shop.customers.own_writes = percent(chance, 50);
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

/// A network with some troubles, of which each cluster has its own few.
fn troubled(chance: &mut Stream, calm: Quality) -> Network {
    let ppm = |chance: &mut Stream, most: u32| Ppm(if percent(chance, 50) { 0 } else { chance.below(most) });
    // The time that a hundred bytes take is a part of the time that a message takes in any case.
    let part = pick(chance, &[0, 0, 0, 8, 32]);
    Network {
        latency: calm.latency,
        bandwidth: 100 * 1_000_000 * part / calm.latency.typical().0.max(1),
        loss: ppm(chance, 100_000),
        duplicate: ppm(chance, 200_000),
        reorder: ppm(chance, 400_000),
        links: Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// So that whatever is found can be put into a file or a link.
    #[test]
    fn what_is_drawn_is_a_scenario_that_can_be() {
        for seed in 0..500 {
            let Chaos { mut scenario, unrest, .. } = Chaos::draw(seed, Defects::default(), 60);
            assert_eq!(scenario.inspect(), Ok(()), "seed {seed}");
            assert!(unrest < scenario.duration);
            scenario.duration = unrest;
            assert_eq!(Scenario::parse(&scenario.to_json()).as_ref(), Ok(&scenario), "seed {seed}");
        }
    }
}
