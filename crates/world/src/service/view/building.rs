//! A read model made from nothing, while the others go on answering: added to them, made again, or of a window of time.
//! One is made at a time. It reads from the first event on until it stands where the others stand; it does nothing to
//! the outside, since no read model does.

use super::disk::{Plan, Purpose, ViewWrite};
use super::note::ViewNote;
use super::port::ViewPort;
use super::process::{Errand, View};
use super::request::{MAX_MODELS, MAX_PLANS, NotDone, ViewRequest};
use crate::shop::views::Model;
use crate::store::{GlobalPosition, Page, RecordedEvent};

/// How many of what was made are kept to be looked at.
const KEPT: usize = 4;

/// A model that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Build {
    /// Which, and what for.
    pub plan: Plan,
    /// What it has come to so far.
    pub model: Model,
    /// A page is under way.
    reading: bool,
}

/// A model that was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Built {
    /// Which, and what for.
    pub plan: Plan,
    /// What it had come to.
    pub model: Model,
    /// Of a rebuild: whether it had come to the same as the one that was there.
    pub same: Option<bool>,
}

impl Purpose {
    /// Whether an event is for a model that is made for this.
    fn wants(self, event: &RecordedEvent) -> bool {
        match self {
            Purpose::Add | Purpose::Rebuild => true,
            Purpose::Replay { from, until } => event.at >= from && event.at < until,
        }
    }

    /// Whether nothing behind this page is for it.
    fn ends_in(self, page: &Page) -> bool {
        match self {
            Purpose::Add | Purpose::Rebuild => false,
            Purpose::Replay { until, .. } => page.events.last().is_some_and(|event| event.at >= until),
        }
    }
}

impl View {
    /// Somebody has it make a model.
    pub(super) fn make(&mut self, request: ViewRequest, port: &mut impl ViewPort) {
        if let Err(why) = self.may_make(request) {
            return port.note(ViewNote::NotDone { request, why });
        }
        self.plans.push(request.plan());
        self.commit(port);
        self.begin_build(port);
    }

    fn may_make(&self, request: ViewRequest) -> Result<(), NotDone> {
        let has = |view| self.models.iter().any(|model| model.kind() == view);
        let plan = request.plan();
        if self.plans.contains(&plan) {
            return Err(NotDone::UnderWay);
        }
        if self.plans.len() >= MAX_PLANS {
            return Err(NotDone::TooMuch);
        }
        match request {
            ViewRequest::Rebuild { view } if !has(view) => Err(NotDone::NoSuchView),
            ViewRequest::Add { view } if has(view) => Err(NotDone::HasIt),
            ViewRequest::Add { .. } => {
                let added = self.plans.iter().filter(|plan| plan.purpose == Purpose::Add).count();
                if self.models.len() + added >= MAX_MODELS { Err(NotDone::TooMany) } else { Ok(()) }
            }
            ViewRequest::Replay { from, until, .. } if from >= until => Err(NotDone::EmptyWindow),
            ViewRequest::Rebuild { .. } | ViewRequest::Replay { .. } => Ok(()),
        }
    }

    /// Begins what is to be made next, or reads on for what is being made.
    pub(super) fn begin_build(&mut self, port: &mut impl ViewPort) {
        if self.build.is_none()
            && let Some(&plan) = self.plans.first()
        {
            port.note(ViewNote::Began { plan });
            let model = Model::new(plan.view, &self.config.folds);
            self.build = Some(Build { plan, model, reading: false });
        }
        let Some(build) = &mut self.build else { return };
        if !std::mem::replace(&mut build.reading, true) {
            let from = build.model.next();
            self.read(from, Errand::Build, port);
        }
    }

    /// A page for what is being made has come; `None`: the brokers said something else.
    pub(super) fn has_read(&mut self, page: Option<Page>, port: &mut impl ViewPort) {
        let until = self.end_of_build();
        let Some(build) = &mut self.build else { return };
        build.reading = false;
        let Some(page) = page else { return };
        let purpose = build.plan.purpose;
        if build.model.fold(&self.config.folds, &page, until, |event| purpose.wants(event)).is_err() {
            return port.note(ViewNote::Unreadable { next: build.model.next() });
        }
        let done = match until {
            Some(until) => build.model.next() >= until,
            None => page.at_end || purpose.ends_in(&page),
        };
        if done {
            self.finish_build(port);
        }
        self.begin_build(port);
    }

    /// Where what is being made has to end, to stand where the others stand. What looks back at a window, or has no
    /// others beside it, ends where the store does.
    fn end_of_build(&self) -> Option<GlobalPosition> {
        match self.build.as_ref()?.plan.purpose {
            Purpose::Add | Purpose::Rebuild if !self.models.is_empty() => Some(self.next()),
            _ => None,
        }
    }

    fn finish_build(&mut self, port: &mut impl ViewPort) {
        let Some(Build { plan, model, .. }) = self.build.take() else { return };
        let folded = model.folded();
        let old = self.models.iter_mut().find(|old| old.kind() == plan.view);
        let same = match (plan.purpose, old) {
            (Purpose::Rebuild, Some(old)) => {
                let same = model.says_the_same(old);
                *old = model.clone();
                Some(same)
            }
            (Purpose::Add, None) => {
                self.models.push(model.clone());
                None
            }
            _ => None,
        };
        self.plans.retain(|other| *other != plan);
        self.commit(port);
        port.note(ViewNote::Made { plan, folded, same });
        if self.built.len() >= KEPT {
            self.built.pop_front();
        }
        self.built.push_back(Built { plan, model, same });
        self.answer_held(port);
    }

    /// Writes models and plans in one commit.
    fn commit(&mut self, port: &mut impl ViewPort) {
        (self.unsaved, self.unplaced) = (0, None);
        port.write(ViewWrite::Commit { models: self.models.clone(), plans: self.plans.clone() });
    }
}
