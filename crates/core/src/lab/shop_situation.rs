//! What is happening in a chain of direct calls, in one sentence: who holds up whom.

use super::words::{Names, count};
use super::{World, shop_scene};
use crate::base::NodeId;
use crate::service::chain::BreakerState;
use crate::sim::Status;

/// The sentence; `None` if there is no chain.
pub(super) fn sentence(world: &World, names: &Names) -> Option<String> {
    let services = || world.ids().filter_map(|id| Some((id, world.process(id).chain()?)));
    services().next()?;
    let calls =
        || services().flat_map(|(id, service)| shop_scene::chain(service).calls.into_iter().map(move |c| (id, c)));
    let held = |whom: NodeId| -> u64 {
        let held = calls().filter(|(_, calls)| calls.node == whom);
        held.map(|(_, calls)| u64::from(calls.waiting) + u64::from(calls.backing_off)).sum()
    };
    // Of those that hold up as many, the one furthest down the chain is the reason: it is called by the others.
    let most = world.ids().map(|id| (held(id), id)).filter(|(held, _)| *held > 0);
    let most = most.max_by_key(|&(held, id)| (world.status(id) != Status::Alive, held, id));
    let open = calls().find(|(_, calls)| calls.breaker == Some(BreakerState::Open));
    Some(match (most, open) {
        (Some((held, whom)), _) => {
            let (wait, name) = (count(held, "worker"), names.get(whom));
            let verb = if held == 1 { "waits" } else { "wait" };
            match world.status(whom) {
                Status::Alive => format!("{wait} {verb} for {name}"),
                Status::Paused => format!("{name} is paused: {wait} {verb} for it"),
                Status::Dead => format!("{name} is dead: {wait} {verb} for it"),
            }
        }
        (None, Some((who, calls))) => {
            let (who, whom) = (names.get(who), names.get(calls.node));
            format!("{who} does not call {whom}: its breaker is open")
        }
        (None, None) => "Nobody waits for anybody".into(),
    })
}

#[cfg(test)]
mod tests {
    use crate::base::Time;
    use crate::lab::sentence;
    use crate::lab::words::Names;
    use crate::scenario::Scenario;
    use crate::timeline::judge;

    /// The sentence at a moment of a chain in which payment dies.
    fn said(until: u64, more: &str) -> String {
        let json = format!(
            r#"{{ "cluster": {{ "servers": 0 }}, "shop": {{ "style": "chain", "customers": {{ "rate": 0 }} {more} }},
               "commands": [ {{ "at": "1s", "do": {{ "order": {{ "user": 1, "item": 1, "quantity": 1 }} }} }},
                             {{ "at": "1s", "do": {{ "crash": {{ "node": "payment" }} }} }} ] }}"#
        );
        let report = judge(&Scenario::parse(&json).expect("a scenario"), Time(until), None);
        let world = report.run.world();
        sentence(world, &Names::of(world))
    }

    #[test]
    fn the_sentence_says_who_holds_up_whom() {
        assert_eq!(said(900_000, ""), "Nobody waits for anybody");
        assert_eq!(said(1_400_000, ""), "payment is dead: 1 worker waits for it");
        let breaker = r#", "calls": { "breaker": { "failures": 1, "open_for": "10s" } }"#;
        assert_eq!(said(3_000_000, breaker), "order does not call payment: its breaker is open");
    }
}
