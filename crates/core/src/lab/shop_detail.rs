//! One part of the shop, whole: names and values.

use super::detail::Group;
use super::scene::BuildView;
use super::{World, shop_scene, shop_words, words};
use crate::base::NodeId;

/// Everything there is to say of it.
pub(super) fn groups(world: &World, node: NodeId) -> Vec<Group> {
    let actor = world.process(node);
    let rows = if let Some(service) = actor.service() {
        let view = shop_scene::service(world, service);
        let ledger = service.ledger();
        vec![
            ("workers", format!("{}, {} at work, {} of them waiting", view.workers, view.busy, view.waiting)),
            ("queue", view.queue.to_string()),
            ("outbox", ledger.outbox.to_string()),
            ("lag", view.lag.map_or_else(|| "it has no group".into(), |lag| lag.to_string())),
            ("lives", ledger.life.to_string()),
            ("asked brokers again", service.retries().to_string()),
        ]
    } else if let Some(service) = actor.chain() {
        let view = shop_scene::chain(service);
        let mut rows = vec![
            ("workers", format!("{}, {} at work, {} of them held by a call", view.workers, view.busy, view.waiting)),
            ("queue", view.queue.to_string()),
            ("lives", service.ledger().life.to_string()),
            ("tried again", service.retries().to_string()),
        ];
        rows.extend(view.calls.iter().map(|calls| ("calls", shop_words::calls(calls))));
        rows
    } else if let Some(provider) = actor.provider() {
        let view = shop_scene::provider(provider);
        vec![("at work", view.busy.to_string()), ("queue", view.queue.to_string())]
    } else if let Some(customers) = actor.customers() {
        vec![
            ("orders placed", customers.placed().to_string()),
            ("accepted", customers.accepted().to_string()),
            ("wait for an answer", customers.open().to_string()),
            ("questions asked", customers.asking().asked.to_string()),
            ("answered", customers.asking().told.to_string()),
            ("with a stale answer", customers.asking().stale.to_string()),
            ("asked in vain", customers.asking().in_vain.to_string()),
        ]
    } else if let Some(view) = actor.view() {
        let seen = shop_scene::view(world, view);
        let names: Vec<_> = seen.models.iter().map(|model| model.name()).collect();
        let questions = format!("{} waiting, {} in hand, {} held", seen.queue, seen.busy, seen.held);
        let mut rows = vec![
            ("read models", names.join(", ")),
            ("lag", words::count(seen.lag, "event")),
            ("reads on at", view.next().to_string()),
            ("questions", questions),
            ("lives", view.life().to_string()),
            ("asked brokers again", view.retries().to_string()),
        ];
        if let Some(BuildView { plan, progress }) = seen.build {
            rows.push((
                "makes",
                format!("{}, {} of {} events read", shop_words::plan(plan), progress.done, progress.of),
            ));
        }
        if let Some((model, same)) = seen.rebuilt {
            let what = if same { "the same as before" } else { "not what it was before" };
            rows.push(("made again", format!("{}: {what}", model.name())));
        }
        rows
    } else {
        Vec::new()
    };
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    vec![Group { heading: "the shop", rows }]
}
