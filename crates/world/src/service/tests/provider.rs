//! The provider alone, and who calls it more often than it can answer.

use std::sync::Arc;

use crate::base::{NodeId, Span};
use crate::service::port::Timer;
use crate::service::{CallId, Case, Provider, ProviderConfig, ProviderPort, ShopMessage};
use crate::shop::{
    Cents, Change, Defect, Defects, IdempotencyKey, OrderId, ProviderAnswer, ProviderRequest, Purpose, Rules,
};

const PAYMENT: NodeId = NodeId(4);

/// What was answered in which call.
#[derive(Default)]
struct Answers(Vec<(u32, ProviderAnswer)>);

impl ProviderPort for Answers {
    fn draw_between(&mut self, low: Span, _: Span) -> Span {
        low
    }

    fn draw_below(&mut self, _: u32) -> u32 {
        999
    }

    fn send(&mut self, _: NodeId, message: ShopMessage) {
        if let ShopMessage::Return { call, answer } = message {
            self.0.push((call.number, answer));
        }
    }

    fn set_timer(&mut self, _: Timer, _: Span) {}

    fn write(&mut self, _: Change) {}
}

fn provider(defects: Defects) -> Provider {
    let service_time = (Span::millis(1), Span::millis(1));
    let rules = Rules::default();
    Provider::new(Arc::new(ProviderConfig {
        workers: 1,
        queue: 64,
        service_time,
        unavailable_per_mille: 0,
        rules,
        defects,
    }))
}

fn call(number: u32, order: u32) -> Case {
    let key = IdempotencyKey { order: OrderId(order), purpose: Purpose::Charge, nth: 0 };
    let request = ProviderRequest::Charge { key, amount: Cents(100) };
    Case { from: PAYMENT, call: CallId { life: 1, number }, request }
}

/// What it answers to calls for two orders, each given up and made again many times meanwhile.
fn answers(defects: Defects) -> Vec<u32> {
    let (mut provider, mut port) = (provider(defects), Answers::default());
    for number in 0..20 {
        provider.hear(call(number, number % 2), &mut port);
    }
    // Messages may overtake each other.
    provider.hear(call(3, 1), &mut port);
    while provider.working().count() > 0 {
        provider.time_is_taken(0, &mut port);
    }
    assert!(port.0.iter().all(|(_, answer)| matches!(answer, ProviderAnswer::Captured(_))), "{:?}", port.0);
    port.0.into_iter().map(|(number, _)| number).collect()
}

#[test]
fn a_call_that_was_given_up_and_made_again_is_one_case_and_answered_in_the_latest_call() {
    assert_eq!(answers(Defects::default()), [18, 19]);
}

#[test]
fn without_keys_each_call_is_a_case_of_its_own() {
    assert_eq!(answers(Defects::default().with(Defect::ProviderWithoutKeys)).len(), 20);
}
