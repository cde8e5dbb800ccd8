//! The bus and the store on one durable broker: a cluster of one, which commits what is on its own disk.
#![cfg(not(target_arch = "wasm32"))]

use tutti_core::base::Time;
use tutti_core::scenario::Scenario;
use tutti_core::timeline::judge;

/// It dies for two seconds while orders come: what was acknowledged is on its disk, and what was not is asked again.
const ONE: &str = r#"{
    "cluster": {"servers": 1},
    "duration": "40s",
    "shop": {"customers": {"rate": 20, "until": "10s"}},
    "commands": [
        {"at": "4s", "do": {"crash": {"node": "A"}}},
        {"at": "6s", "do": {"restart": {"node": "A"}}}
    ],
    "expect": [
        {"orders": {"at": "5.9s", "at_least": 60}},
        {"lag": {"at_most": 0}},
        {"orders": {"status": "placed", "at_most": 0}},
        {"orders": {"status": "confirmed", "at_most": 0}},
        {"orders": {"status": "shipped", "at_least": 150}}
    ]
}"#;

// S3, B6
#[test]
fn a_shop_on_one_durable_broker_loses_nothing_when_it_dies_and_every_order_ends() {
    let scenario = Scenario::parse(ONE).expect("a scenario");
    let mut report = judge(&scenario, Time::from(scenario.duration), None);
    let failed: Vec<_> = report.expectations.iter().filter(|judged| judged.held != Some(true)).collect();
    assert!(report.held(), "{failed:?} {:?}", report.run.violations());
    report.run.judge_end();
    assert_eq!(report.run.violations(), []);
}
