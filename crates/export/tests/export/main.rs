//! What is written for other tools, read by them: by a reader of the format where there is one, and where there is none by
//! a model of what its makers publish that refuses everything else.
#![cfg(not(target_arch = "wasm32"))]

mod chain;
mod golden;
mod jaeger;
mod limits;
mod mermaid;
mod otlp;
mod perfetto;
mod story;
mod views;
mod zipkin;

use std::sync::LazyLock;

use serde_json::Value;
use tutti_core::base::Time;
use tutti_core::scenario::{Scenario, presets};
use tutti_export::{Trace, Wanted, record};

/// A scenario whose texts are as bad as they can be.
const NASTY: &str = r##"{
  "title": "a \"b\" <i>; # %% \\ {x} \n }, end", "duration": "3s",
  "load": { "clients": 2, "rate": 5 },
  "network": { "latency": "5ms..15ms", "loss": "5%" },
  "commands": [
    { "at": "1s", "do": { "request": { "to": "leader", "op":
      { "put": { "key": "k;#%%{<b>\n\"\\", "value": "\u0000\u001b end ; é → 𝄞 </script>" } } } } },
    { "at": "1.1s", "do": { "request": { "to": "A", "op": { "get": { "key": "wrap: x->>y: -->" } } } } },
    { "at": "1.5s", "do": { "pause": { "node": "leader" } } },
    { "at": "2s", "do": { "cut": { "from": "B", "to": "C" } } }
  ]
}"##;

fn nasty() -> Scenario {
    Scenario::parse(NASTY).expect("a scenario")
}

fn preset(name: &str) -> Scenario {
    presets::get(name).expect("a preset")
}

/// A scenario, up to a moment, as stories.
fn told(scenario: &Scenario, until: Time) -> Trace {
    record(scenario, Vec::new(), until, Wanted::All)
}

/// Every preset, the scenario of bad texts, and a shop that is a chain of direct calls, each cut at several moments, its end among them.
static TRACES: LazyLock<Vec<Trace>> = LazyLock::new(|| {
    let mut traces = Vec::new();
    for (number, scenario) in presets::names().map(preset).chain([nasty(), chain::scenario()]).enumerate() {
        let all = scenario.duration.0.min(8_000_000);
        // Not at round moments, where little happens.
        let cuts = [0, 1, 170_003 + 7_919 * number as u64, all / 3 + 12_347, all * 2 / 3 + 4_321, all];
        // There are many shops, and much happens in each.
        let cuts = if scenario.shop.is_some() { &cuts[3..4] } else { &cuts[..] };
        traces.extend(cuts.iter().map(|&cut| told(&scenario, Time(cut))));
    }
    traces.push(told(&preset("melody-goes-on"), Time(9_000_000)));
    traces
});

/// Everything that a JSON text says is in another, with the same value; there may be more in the other.
fn is_within(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.iter().all(|(key, own)| theirs.get(key).is_some_and(|other| is_within(own, other)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(own, other)| is_within(own, other))
        }
        _ => ours == theirs,
    }
}
