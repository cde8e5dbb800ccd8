//! What must hold after every step of any schedule (figure 3), looked at from outside and all at once.

use std::collections::{BTreeMap, BTreeSet};

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, NodeId, Register, RequestId, Term, digest};
use crate::consensus::Outcome;

/// Remembers what was ever true of a run, and says what contradicts it.
#[derive(Default)]
pub(super) struct Watch {
    leaders: BTreeMap<Term, NodeId>,
    /// Every entry that was ever in a log, with the term of the one before it: by induction, two logs that hold the
    /// same index and term are the same up to there.
    entries: BTreeMap<(LogIndex, Term), (Term, Payload<Command>)>,
    /// What was committed at each index, and in which term that was first seen.
    committed: BTreeMap<LogIndex, (Term, Term)>,
    /// The machine after each index.
    states: BTreeMap<LogIndex, u64>,
    terms: BTreeMap<NodeId, (Term, Term)>,
    /// Commands that clients were told are done.
    done: BTreeSet<String>,
    /// What was committed when a query was asked: its answer must not be older (dissertation, 6.4).
    asked: BTreeMap<RequestId, LogIndex>,
    /// How many replies of each server were looked at.
    heard: BTreeMap<NodeId, usize>,
}

impl Watch {
    /// Looks at a server that has just taken a step.
    pub(super) fn look(&mut self, cluster: &Cluster<Register>, id: NodeId) -> Result<(), String> {
        let server = cluster.node(id);
        let (term, log) = (server.term(), server.log());

        // Terms never go back, neither in a life nor over a crash.
        let durable = cluster.desk(id).disk.term;
        let before = self.terms.insert(id, (term, durable)).unwrap_or_default();
        ensure(durable >= before.1 && (term >= before.0 || term == durable), || format!("term of {id} fell"))?;

        // Election safety (5.2).
        if server.role() == Role::Leader {
            let first = *self.leaders.entry(term).or_insert(id);
            ensure(first == id, || format!("election safety: {first} and {id} lead in term {term}"))?;
        }

        // Log matching (5.3).
        let mut previous = log.before().term;
        for (index, entry) in (log.first_index().0..).map(LogIndex).zip(log.iter()) {
            let seen = (previous, entry.payload.clone());
            let known = self.entries.entry((index, entry.term)).or_insert_with(|| seen.clone());
            ensure(*known == seen, || format!("log matching: entry {index} of term {} is two things", entry.term))?;
            previous = entry.term;
        }

        // State machine safety (5.4.3): what is committed at an index is never anything else.
        ensure(server.commit() <= log.last().index, || format!("commit index of {id} is beyond its log"))?;
        ensure(server.applied() == server.commit(), || format!("{id} did not apply what it committed"))?;
        for index in (log.before().index.0.max(1)..=server.commit().0).map(LogIndex) {
            let Some(held) = log.term_at(index) else { continue };
            let (first, _) = *self.committed.entry(index).or_insert((held, term));
            ensure(first == held, || format!("state machine safety: {id} committed another entry {index}"))?;
        }
        let state = digest(server.machine());
        let known = *self.states.entry(server.applied()).or_insert(state);
        ensure(known == state, || format!("state machine safety: machine of {id} differs at {}", server.applied()))?;

        // Leader completeness (5.4): what was committed in a term is in the log of every leader of a later one.
        if server.role() == Role::Leader {
            for (&index, &(held, committed_in)) in self.committed.range(log.before().index..) {
                let there = index <= log.before().index || log.term_at(index) == Some(held);
                ensure(there || committed_in >= term, || format!("leader completeness: {id} lacks entry {index}"))?;
            }
        }

        // Figure 2: nobody counts on what a crash would take.
        let disk = &cluster.desk(id).disk.log;
        let held = server.durable().min(disk.last().index);
        let agree =
            log.term_at(held).is_none() || disk.term_at(held).is_none() || log.term_at(held) == disk.term_at(held);
        ensure(server.durable() == held && agree, || format!("disk of {id} does not hold what it counts on"))
    }

    /// A client is about to hear the answer to a query.
    pub(super) fn asked(&mut self, read: RequestId) {
        let committed = self.committed.last_key_value().map_or(LogIndex::ZERO, |(&index, _)| index);
        self.asked.insert(read, committed);
    }

    /// A server has just told clients something.
    pub(super) fn hear(&mut self, cluster: &Cluster<Register>, id: NodeId) -> Result<(), String> {
        let replies = &cluster.desk(id).replies;
        let heard = self.heard.entry(id).or_default();
        for (_, reply) in &replies[*heard..] {
            match reply.outcome {
                Outcome::Done(_) => _ = self.done.insert(reply.id.sequence.to_string()),
                Outcome::Answer(_) => {
                    let (applied, asked) = (cluster.node(id).applied(), self.asked[&reply.id]);
                    ensure(applied >= asked, || format!("stale read: {id} answers as of {applied}, asked at {asked}"))?;
                }
                Outcome::NotLeader { .. } | Outcome::Busy => {}
            }
        }
        *heard = replies.len();
        Ok(())
    }

    /// In the end all agree, and every command that was reported done is among what they agree on.
    pub(super) fn settle(&self, cluster: &Cluster<Register>) -> Result<(), String> {
        let first = cluster.node(A);
        for id in (0..cluster.nodes.len() as u16).map(NodeId) {
            let server = cluster.node(id);
            let agree = (server.commit(), server.machine()) == (first.commit(), first.machine());
            ensure(agree, || format!("{id} is at {}, and 0 is at {}", server.commit(), first.commit()))?;
        }
        let held: BTreeSet<&str> = first.machine().iter().map(|(_, value)| value).collect();
        for value in &self.done {
            ensure(held.contains(value.as_str()), || format!("acknowledged write {value} is lost"))?;
        }
        Ok(())
    }
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
