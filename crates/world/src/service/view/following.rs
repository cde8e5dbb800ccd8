//! Following the store: page by page, all models together.

use super::disk::ViewWrite;
use super::note::ViewNote;
use super::port::ViewPort;
use super::process::{Errand, View};
use crate::shop::views::Model;
use crate::shop::{Defect, Identity, Kind, OrderId, Subject};
use crate::store::Page;

impl View {
    /// Asks for what it has not read, unless that is under way.
    pub(super) fn follow(&mut self, port: &mut impl ViewPort) {
        if !self.following && !self.models.is_empty() {
            self.following = true;
            self.read(self.next(), Errand::Follow, port);
        }
    }

    /// A page has come; `None`: the brokers said something else.
    pub(super) fn followed(&mut self, page: Option<Page>, port: &mut impl ViewPort) {
        self.following = false;
        let Some(page) = page else { return };
        let Some(models) = self.folded(&page) else {
            // All of them stay where they are. It tries again at the next tick, and an onlooker sees that it stands.
            return port.note(ViewNote::Unreadable { next: self.next() });
        };
        let new = self.orders_created(&page);
        self.models = models;
        if !page.events.is_empty() {
            self.unsaved = self.unsaved.saturating_add(page.events.len() as u32);
            port.note(ViewNote::Folded { events: page.events.len() as u32, next: self.next() });
        }
        new.into_iter().for_each(|order| port.note(ViewNote::Visible { order }));
        self.answer_held(port);
        if self.unsaved >= self.config.save_every.max(1) {
            self.save(port);
        }
        if !page.at_end {
            self.follow(port);
        }
        self.begin_build(port);
    }

    /// The models with a page folded in; `None`, if one of them cannot read it.
    fn folded(&self, page: &Page) -> Option<Vec<Model>> {
        let mut models = self.models.clone();
        for model in &mut models {
            model.fold(&self.config.folds, page, None, |_| true).ok()?;
        }
        Some(models)
    }

    /// The orders that become visible with a page.
    fn orders_created(&self, page: &Page) -> Vec<OrderId> {
        let created = page.events.iter().filter_map(|event| match Identity::of(event.id)? {
            Identity { kind: Kind::OrderCreated, subject: Subject::Order(order), .. } => Some(order),
            _ => None,
        });
        let unknown = |order: &OrderId| self.status(*order).is_some_and(|row| row.version.is_none());
        created.filter(unknown).collect()
    }

    /// Writes what the models have come to, and where that is, in one commit.
    pub(super) fn save(&mut self, port: &mut impl ViewPort) {
        self.unsaved = 0;
        let (models, next) = (self.models.clone(), self.next());
        if self.config.defects.has(Defect::ProjectionCountsTwice) {
            // In two: the place is written when the node gets round to it.
            port.write(ViewWrite::States(models));
            self.unplaced = Some(next);
        } else {
            port.write(ViewWrite::Commit { models, plans: self.plans.clone() });
        }
        port.note(ViewNote::Saved { next });
    }
}
