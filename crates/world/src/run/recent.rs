//! What was told lately: for the sentence that says what is happening now.

use std::collections::VecDeque;

use crate::base::{NodeId, Time};
use crate::consensus::raft;
use crate::lab::{ClientNote, Note};

/// How many tellings are remembered.
const KEPT: usize = 12;

/// The last few things that were told and are worth a sentence.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    told: VecDeque<(Time, NodeId, Note)>,
}

impl Recent {
    pub(super) fn note(&mut self, time: Time, node: NodeId, note: &Note) {
        // The everyday things are seen on the stage itself.
        let everyday = matches!(
            note,
            Note::Server(raft::Note::Committed { .. } | raft::Note::Appended { .. } | raft::Note::Proposed { .. })
                | Note::Client(ClientNote::Invoked { .. } | ClientNote::Answered { .. } | ClientNote::Retried { .. })
        );
        if everyday {
            return;
        }
        if self.told.len() == KEPT {
            self.told.pop_front();
        }
        self.told.push_back((time, node, note.clone()));
    }

    /// From the newest to the oldest.
    pub fn iter(&self) -> impl Iterator<Item = &(Time, NodeId, Note)> {
        self.told.iter().rev()
    }
}
