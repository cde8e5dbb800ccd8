//! What the nemesis does to a shop at a vulnerable moment of it: work in hand, an effect that nobody was told of yet, a
//! payment that is under way.

use super::super::chaos::{percent, pick};
use super::{Nemesis, partition};
use crate::base::{NodeId, Stream};
use crate::lab::{World, leader};
use crate::search::Kind;
use crate::service::{Service, Stage};

/// In how many of a hundred steps of a service it strikes, by what the service is doing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ambush {
    at_work: u32,
    untold: u32,
    paying: u32,
}

impl Ambush {
    pub(super) fn draw(seed: u64) -> Ambush {
        let chance = &mut Stream::new(seed, "nemesis of the shop");
        let aim = |chance: &mut Stream| pick(chance, &[0, 1, 5, 20]);
        Ambush { at_work: aim(chance), untold: aim(chance), paying: aim(chance) }
    }
}

impl Nemesis {
    /// A node of a shop has taken a step.
    pub(super) fn lie_in_wait(&mut self, world: &World, node: NodeId) {
        let Some(service) = world.process(node).service() else { return };
        let jobs = || service.workers().iter().filter_map(|worker| worker.job.as_ref());
        let paying = jobs().any(|job| matches!(job.stage, Stage::Asking { .. }));
        let untold = world.durable(node).ledger().is_some_and(|disk| !disk.outbox.is_empty());
        let ambush = self.ambush;
        if paying && percent(&mut self.chance, ambush.paying) {
            self.strike_at_payment(world, node, service);
        } else if (untold || world.is_syncing(node)) && percent(&mut self.chance, ambush.untold)
            || jobs().next().is_some() && percent(&mut self.chance, ambush.at_work)
        {
            let at_once = percent(&mut self.chance, 60);
            self.crash(world, node, at_once);
        } else {
            return;
        }
        self.rests_until = world.now() + self.chance.exponential(self.temper.rest);
    }

    /// Somebody whom a payment needs is gone: who asks, who is asked, or who is to hear of it.
    fn strike_at_payment(&mut self, world: &World, node: NodeId, service: &Service) {
        let provider = service.config().provider.unwrap_or(node);
        match self.chance.below(5) {
            0 => self.crash(world, node, true),
            1 => self.crash(world, provider, false),
            2 => self.cut(world, Kind::ClientCut, partition::between(&[node], &[provider])),
            // It is asked, and nobody hears what it says.
            3 => self.cut(world, Kind::ClientCut, vec![(provider, node)]),
            _ => {
                if let Some(leader) = leader(world) {
                    self.crash(world, leader, false);
                }
            }
        }
    }
}
