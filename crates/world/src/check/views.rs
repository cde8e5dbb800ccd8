//! Read models: each is the fold of all that was stored before its place, each event once (S13, S15).
//!
//! After each step of a query node the numbers are compared: how many events a model has folded, and how many there are
//! before its place. That costs a search in an index. The whole is compared when a node has come back from a crash and
//! read on, and when all is quiet.

use crate::base::{NodeId, SortedMap};
use crate::lab::World;
use crate::service::view::View;
use crate::shop::Imbalance;
use crate::shop::views::Model;
use crate::store::{GlobalPosition, Store};

/// How a query node was last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// How many models it had, how many events they had folded, and where they were.
    models: (usize, u64, GlobalPosition),
    /// It has come back since and has not read on yet.
    is_back: bool,
}

/// How the query nodes were last seen.
#[derive(Clone, Debug, Default)]
pub(super) struct ViewChecks {
    seen: SortedMap<NodeId, Seen>,
}

impl ViewChecks {
    /// The check after a step at `node`.
    pub(super) fn after(&mut self, world: &World, node: NodeId, restarted: bool) -> Option<Imbalance> {
        let view = world.process(node).view()?;
        let seen = self.seen.get_or_insert_with(node, Seen::default);
        seen.is_back |= restarted;
        let models = (view.models().len(), view.models().iter().map(Model::folded).sum(), view.next());
        if models == seen.models {
            return None;
        }
        let store = store_up_to(world, view.next())?;
        seen.models = models;
        let whole = std::mem::take(&mut seen.is_back);
        view.models().iter().find_map(|model| check(view, model, store, whole))
    }

    /// What does not hold when all is quiet.
    pub(super) fn at_end(&self, world: &World) -> Vec<Imbalance> {
        let views = world.ids().filter_map(|id| world.process(id).view());
        let found = views.filter_map(|view| {
            let store = store_up_to(world, view.next())?;
            view.models().iter().find_map(|model| check(view, model, store, true))
        });
        found.collect()
    }
}

fn check(view: &View, model: &Model, store: &Store, whole: bool) -> Option<Imbalance> {
    let folds = &view.config().folds;
    let (kind, folded) = (model.kind(), model.folded());
    let stored = store.count_before(&model.filter(folds), model.next());
    if folded != stored {
        return Some(Imbalance::Miscounted { view: kind, folded, stored });
    }
    let same = !whole || model.is_fold_of(folds, store).unwrap_or_default();
    (!same).then_some(Imbalance::NotTheFold { view: kind, folded })
}

/// A store that holds all that is before a place: nobody reads what was not committed, so some server has it.
fn store_up_to(world: &World, place: GlobalPosition) -> Option<&Store> {
    let servers = world.ids().filter_map(|id| world.process(id).server());
    servers.filter_map(|server| Some(server.machine().machine().broker()?.store())).find(|store| store.end() >= place)
}
