//! What is on a query node's disk, and the writes that change it.

use crate::base::Time;
use crate::shop::views::{Model, ViewKind};
use crate::store::GlobalPosition;

/// Everything that a query node keeps through a crash. All of it could be made again from the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ViewDisk {
    /// How often it was started.
    pub life: u16,
    /// How many questions it answers at a time.
    pub workers: u8,
    /// Its read models, each with its place.
    pub models: Vec<Model>,
    /// What it is to make from nothing, the first of them now.
    pub plans: Vec<Plan>,
}

/// A read model that is to be made from nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// Which.
    pub view: ViewKind,
    /// And what for.
    pub purpose: Purpose,
}

/// What a read model is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It is new, and stays.
    Add,
    /// It is compared with the one that there is, and takes its place.
    Rebuild,
    /// To see what came about within a window of time.
    Replay {
        /// What was stored at this time or later.
        from: Time,
        /// And before this.
        until: Time,
    },
}

/// One change of what is on a query node's disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ViewWrite {
    /// It starts again.
    Life(u16),
    /// It answers so many questions at a time from now on.
    Workers(u8),
    /// What its models have come to, each with its place, and what is still to be made: one commit.
    Commit {
        /// The models.
        models: Vec<Model>,
        /// The plans.
        plans: Vec<Plan>,
    },
    /// What its models have come to, but not where that is: the first half of what ought to be one commit.
    States(Vec<Model>),
    /// Where that is: the second half.
    Place(GlobalPosition),
}

impl ViewDisk {
    /// Where to read on, if it has any model.
    pub fn next(&self) -> Option<GlobalPosition> {
        self.models.iter().map(Model::next).min()
    }

    /// Carries out a write.
    pub fn apply(&mut self, write: ViewWrite) {
        match write {
            ViewWrite::Life(life) => self.life = life,
            ViewWrite::Workers(workers) => self.workers = workers,
            ViewWrite::Commit { models, plans } => (self.models, self.plans) = (models, plans),
            ViewWrite::States(models) => {
                let place = self.next().unwrap_or_default();
                self.models = models.into_iter().map(|model| model.at(place)).collect();
            }
            ViewWrite::Place(place) => {
                let models = std::mem::take(&mut self.models);
                self.models = models.into_iter().map(|model| model.at(place)).collect();
            }
        }
    }
}
