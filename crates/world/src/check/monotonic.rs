//! Terms only grow, and so does what a server knows to be committed while it lives (figure 2: "increases
//! monotonically"). Across a crash the term on disk only grows.

use super::{Breach, Change};
use crate::base::Term;
use crate::lab::Durable;

#[derive(Clone, Debug)]
pub(super) struct Monotonic {
    /// The highest term seen on each server's disk.
    on_disk: Vec<Term>,
}

impl Monotonic {
    pub(super) fn new(servers: usize) -> Monotonic {
        Monotonic { on_disk: vec![Term(0); servers] }
    }

    pub(super) fn check(&mut self, change: &Change<'_>) -> Result<(), Breach> {
        let (before, now, server) = (change.before, change.now, change.node);
        let on_disk = match change.world.durable(change.node) {
            Durable::Server(durable) => durable.term,
            _ => Term(0),
        };
        let highest = &mut self.on_disk[change.node.slot()];
        if on_disk < *highest {
            return Err(Breach::TermOnDiskWentBack { server, from: *highest, to: on_disk });
        }
        *highest = on_disk;
        if now.term < *highest {
            return Err(Breach::BehindItsDisk { server, term: now.term, on_disk });
        }
        if !change.restarted && now.term < before.term {
            return Err(Breach::TermWentBack { server, from: before.term, to: now.term });
        }
        if !change.restarted && now.commit < before.commit {
            return Err(Breach::CommitWentBack { server, from: before.commit, to: now.commit });
        }
        if now.applied > now.commit || now.commit > now.last {
            let (applied, commit, last) = (now.applied, now.commit, now.last);
            return Err(Breach::OutOfStep { server, applied, commit, last });
        }
        Ok(())
    }
}
