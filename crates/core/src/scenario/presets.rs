//! The presets: scenarios that tell a story, each in a file of its own.

use super::Scenario;
use crate::base::Span;

/// Every preset's name and JSON, in the order in which they are best met.
const FILES: [(&str, &str); 36] = [
    ("quiet-election", include_str!("presets/quiet-election.json")),
    ("leader-crash", include_str!("presets/leader-crash.json")),
    ("split-vote", include_str!("presets/split-vote.json")),
    ("minority-partition", include_str!("presets/minority-partition.json")),
    ("one-way-cut", include_str!("presets/one-way-cut.json")),
    ("lagging-follower-snapshot", include_str!("presets/lagging-follower-snapshot.json")),
    ("figure-8", include_str!("presets/figure-8.json")),
    ("flapping-link", include_str!("presets/flapping-link.json")),
    ("read-after-heal", include_str!("presets/read-after-heal.json")),
    ("lossy-network", include_str!("presets/lossy-network.json")),
    ("shop", include_str!("presets/shop.json")),
    ("payment-dies", include_str!("presets/payment-dies.json")),
    ("leader-dies-in-payment", include_str!("presets/leader-dies-in-payment.json")),
    ("analytics-joins", include_str!("presets/analytics-joins.json")),
    ("scale-shipping", include_str!("presets/scale-shipping.json")),
    ("fan-out", include_str!("presets/fan-out.json")),
    ("inventory-down", include_str!("presets/inventory-down.json")),
    ("saga", include_str!("presets/saga.json")),
    ("double-charge", include_str!("presets/double-charge.json")),
    ("order-of-keys", include_str!("presets/order-of-keys.json")),
    ("follow-an-order", include_str!("presets/follow-an-order.json")),
    ("stale-status", include_str!("presets/stale-status.json")),
    ("own-writes", include_str!("presets/own-writes.json")),
    ("commands-and-queries", include_str!("presets/commands-and-queries.json")),
    ("event-sourcing", include_str!("presets/event-sourcing.json")),
    ("wrong-tracking", include_str!("presets/wrong-tracking.json")),
    ("rebuild", include_str!("presets/rebuild.json")),
    ("snapshots", include_str!("presets/snapshots.json")),
    ("counts-twice", include_str!("presets/counts-twice.json")),
    ("old-events", include_str!("presets/old-events.json")),
    ("abandoned-carts", include_str!("presets/abandoned-carts.json")),
    ("fraud-alert", include_str!("presets/fraud-alert.json")),
    ("tax-reform", include_str!("presets/tax-reform.json")),
    ("watch-the-shop", include_str!("presets/watch-the-shop.json")),
    ("melody-goes-on", include_str!("presets/melody-goes-on.json")),
    ("shop-playground", include_str!("presets/shop-playground.json")),
];

/// The names of all presets, in the order in which they are best met.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The JSON of a preset.
pub fn json(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, json)| *json)
}

/// The preset of this name.
pub fn get(name: &str) -> Option<Scenario> {
    // They are part of the program; a test reads them all.
    Scenario::parse(json(name)?).ok()
}

/// The first of the presets, without its story and what it claims, and without anything that reads a file: a page can
/// begin with it before it has loaded how scenarios are read. Nothing is ordered in it.
pub fn first() -> Scenario {
    Scenario {
        name: "quiet-election".into(),
        title: "A quiet election".into(),
        summary: "Five servers start as equals. One of them loses patience first, asks for votes, and leads.".into(),
        duration: Span::secs(3),
        ..Scenario::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_what_its_file_says() {
        let whole = names().next().and_then(get).unwrap_or_default();
        assert_eq!(first(), Scenario { story: Default::default(), expect: Vec::new(), ..whole });
    }

    #[test]
    fn every_preset_is_a_scenario_that_bears_its_name_tells_a_story_and_claims_something() {
        for name in names() {
            let scenario = Scenario::parse(json(name).unwrap_or_default()).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(scenario.name, name);
            let texts = [&scenario.title, &scenario.summary, &scenario.story];
            assert!(texts.iter().all(|text| !text.is_empty()) && !scenario.expect.is_empty(), "{name}");
        }
    }
}
