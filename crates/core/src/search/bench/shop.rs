//! The shop that is measured.

use crate::base::Span;
use crate::scenario::{Cluster, CustomersSetting, ProviderSetting, Scenario, Shop, SpanRange, Staff};
use crate::timeline::Run;

/// Orders a second.
const RATE: u32 = 100;

/// What came of playing it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Played {
    /// For how long, by its own clock.
    pub(super) lasted: Span,
    /// How many orders were taken.
    orders: u32,
    messages: u64,
    entries: u64,
}

impl Played {
    pub(super) fn messages_per_order(&self) -> f64 {
        self.messages as f64 / f64::from(self.orders.max(1))
    }

    pub(super) fn entries_per_order(&self) -> f64 {
        self.entries as f64 / f64::from(self.orders.max(1))
    }
}

/// A shop on three brokers, with staff for twice as many orders as come: nothing piles up.
fn scenario() -> Scenario {
    let quick = SpanRange { min: Span::millis(1), max: Span::millis(5) };
    let staff = |workers| Staff { workers, service_time: quick, prefetch: 16, ..Staff::default() };
    let shop = Shop {
        order: staff(4),
        payment: staff(8),
        inventory: staff(4),
        shipping: staff(4),
        provider: ProviderSetting { workers: 8, ..ProviderSetting::default() },
        customers: CustomersSetting { users: 1_000, rate: RATE, max_open: 256, ..CustomersSetting::default() },
        partitions: 8,
        stock: 1_000_000,
        ..Shop::default()
    };
    let cluster = Cluster { servers: 3, ..Cluster::default() };
    Scenario { cluster, shop: Some(shop), ..Scenario::default() }
}

/// Plays it for so long, with every check after every event.
pub(super) fn play(lasts: Span) -> Played {
    let mut run = Run::watched(&scenario().setup());
    run.run_until(crate::base::Time::ZERO + lasts);
    let world = run.world();
    let accepted = |id| world.process(id).customers().map_or(0, |customers| customers.accepted());
    let servers = world.ids().filter_map(|id| world.process(id).server());
    Played {
        lasted: lasts,
        orders: world.ids().map(accepted).sum(),
        messages: world.stats().delivered,
        entries: servers.map(|server| server.commit().0).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Time;
    use crate::shop::Book;

    /// Else it would be a queue that is measured.
    #[test]
    fn the_shop_that_is_measured_is_as_fast_as_its_customers() {
        let mut run = Run::watched(&scenario().setup());
        run.run_until(Time(10_000_000));
        assert_eq!(run.violations(), &[]);
        let world = run.world();
        let ended = world.ids().find_map(|id| match &world.durable(id).ledger()?.book {
            Book::Order(book) => Some(book.orders().iter().filter(|(_, row)| row.status.is_end()).count()),
            _ => None,
        });
        let orders = play(Span::secs(10)).orders;
        assert!(orders > 900, "{orders} orders");
        assert!(ended.is_some_and(|ended| ended as u32 + 200 > orders), "{ended:?} of {orders} ended");
    }
}
