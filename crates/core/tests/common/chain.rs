//! A shop that is a chain of direct calls, without any server and with all that can be set about it, and the hash of its
//! trace. Native and wasm tests hold the same.

use tutti_core::base::Time;
use tutti_core::scenario::Scenario;
use tutti_core::timeline::{judge, written};

/// The scenario.
pub(crate) const CHAIN: &str = r#"{
  "name": "chain", "duration": "8s", "seed": 11, "cluster": { "servers": 0 },
  "network": { "latency": "2ms..6ms", "loss": "1%" },
  "shop": { "style": "chain", "customers": { "rate": 20, "until": "7s", "tries": 6 },
    "calls": { "back_off": "50ms", "longest": "1s", "jitter": "40%", "breaker": { "failures": 3, "open_for": "300ms", "probes": 2 } },
    "order": { "workers": 4 }, "payment": { "workers": 3, "timeout": "200ms", "tries": 2 },
    "inventory": { "workers": 3, "timeout": "80ms", "tries": 2 }, "shipping": { "workers": 2 },
    "fraud": { "workers": 1 }, "analytics": { "workers": 1 } },
  "commands": [
    { "at": "1s", "do": { "crash": { "node": "inventory" } } },
    { "at": "1.8s", "do": { "restart": { "node": "inventory" } } },
    { "at": "2.5s", "do": { "cut": { "from": "payment", "to": "provider" } } },
    { "at": "3.2s", "do": { "heal": { "from": "payment", "to": "provider" } } },
    { "at": "4s", "do": { "pause": { "node": "shipping" } } },
    { "at": "4.4s", "do": { "resume": { "node": "shipping" } } },
    { "at": "5s", "do": { "scale": { "service": "shipping", "workers": 6 } } },
    { "at": "5.5s", "do": { "order": { "user": 3, "item": 1, "quantity": 2 } } }
  ]
}"#;

/// The hash of its whole trace.
pub(crate) const CHAIN_HASH: &str = "7eb64497c4a00bb9";

/// That hash, as it is.
pub(crate) fn chain_hash() -> String {
    let scenario = Scenario::parse(CHAIN).expect("a scenario");
    written(judge(&scenario, Time::from(scenario.duration), None).run.trace_hash()).to_string()
}
