//! Terms only grow, and so does what a server knows to be committed while it lives (figure 2: "increases
//! monotonically"). Across a crash the term on disk only grows.

use smol_str::{SmolStr, format_smolstr};

use super::Change;
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

    pub(super) fn check(&mut self, change: &Change<'_>) -> Result<(), SmolStr> {
        let (before, now, name) = (change.before, change.now, change.name());
        let on_disk = match change.world.durable(change.node) {
            Durable::Server(durable) => durable.term,
            Durable::Client { .. } => Term(0),
        };
        let highest = &mut self.on_disk[change.node.slot()];
        if on_disk < *highest {
            return Err(format_smolstr!("the term on {name}'s disk went from {highest} back to {on_disk}"));
        }
        *highest = on_disk;
        if now.term < *highest {
            return Err(format_smolstr!("{name} is in term {}, but had {highest} on disk", now.term));
        }
        if !change.restarted && now.term < before.term {
            return Err(format_smolstr!("the term of {name} went from {} back to {}", before.term, now.term));
        }
        if !change.restarted && now.commit < before.commit {
            return Err(format_smolstr!(
                "the commit index of {name} went from {} back to {}",
                before.commit,
                now.commit
            ));
        }
        if now.applied > now.commit || now.commit > now.last {
            let (applied, commit, last) = (now.applied, now.commit, now.last);
            return Err(format_smolstr!("{name} has applied {applied}, committed {commit} and holds {last}"));
        }
        Ok(())
    }
}
