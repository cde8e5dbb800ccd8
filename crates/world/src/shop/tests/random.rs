//! The saga in an order that nobody thought of.

use proptest::prelude::*;

use super::super::*;
use super::rig::Rig;
use crate::base::Stream;

/// A shop of few things, so that some orders find none left.
pub(super) fn catalog() -> Catalog {
    let item = |name: &str, price, stock| Item { name: name.into(), price: Cents(price), stock: Quantity(stock) };
    Catalog::new(vec![item("a", 100, 12), item("b", 250, 4), item("c", 900, 2)]).expect("within the limits")
}

fn rules() -> Rules {
    Rules {
        decline_above: Cents(2_000),
        decline_per_mille: 100,
        wrong_tracking_every: 3,
        renewed_after: crate::base::Span::millis(100),
        ..Rules::default()
    }
}

/// Plays a shop in which everything goes wrong that can, until faults stop and all is quiet.
pub(super) fn play(seed: u64, orders: u32, steps: u32, guarded: bool) -> Rig {
    let mut stream = Stream::new(seed, "shop");
    let mut rig = Rig::new(&catalog(), &rules());
    rig.guarded = guarded;
    let mut placed = 0;
    for _ in 0..steps {
        if placed < orders && stream.below(10) == 0 {
            let mut wanted: Vec<(u16, u32)> = vec![(stream.below(3) as u16, 1 + stream.below(3))];
            if stream.below(3) == 0 {
                wanted.push(((wanted[0].0 + 1) % 3, 1));
            }
            rig.place(placed, stream.below(4), &wanted).expect("within the limits");
            placed += 1;
        }
        if stream.below(10) == 0 {
            let (user, number) = (UserId(stream.below(4)), BrowseNumber(rig.browsed));
            rig.browsed += 1;
            let (item, timestamp) = (ItemId(stream.below(3) as u16), rig.now);
            rig.browse(match stream.below(2) {
                0 => ShopEvent::ProductViewed { user, number, item, timestamp },
                _ => ShopEvent::ItemAddedToCart { user, number, item, timestamp },
            });
        }
        rig.stir(&mut stream, orders);
    }
    rig.mend();
    rig
}

proptest! {
    /// Out of order, twice, late, with lost answers and a provider that fails: every order has one end, and money and
    /// stock add up at every moment.
    #[test]
    fn every_order_ends_once_and_the_books_balance(seed: u64, orders in 1u32..16, steps in 50u32..1_500) {
        let rig = play(seed, orders, steps, true);
        prop_assert_eq!(&rig.imbalances, &[]);
        let levels = rig.inventory().levels();
        prop_assert!(levels.iter().all(|(_, level)| level.reserved == Quantity(0)));
        // What the figures say is what the provider says.
        let accounts = rig.provider().accounts().iter();
        let (captured, refunded) = accounts.fold((0, 0), |(captured, refunded), (_, account)| {
            (captured + account.captured.0, refunded + account.refunded.0)
        });
        let figures = rig.analytics().figures();
        prop_assert_eq!((figures.captured.0, figures.refunded.0), (captured, refunded));
    }
}

#[test]
fn the_same_play_meets_every_kind_of_event_and_every_end() {
    let (mut kinds, mut ends) = (Vec::new(), Vec::new());
    for seed in 0..60 {
        let rig = play(seed, 12, 1_000, true);
        kinds.extend(rig.published.iter().map(|(_, kind)| *kind));
        ends.extend(rig.orders().orders().iter().map(|(_, row)| row.status));
    }
    let of_orders = Kind::ALL.into_iter().filter(|kind| kind.topic() == Some(Topic::Orders));
    for kind in of_orders {
        assert!(kinds.contains(&kind), "{kind} was not met");
    }
    for end in [Status::Shipped, Status::Rejected, Status::Cancelled] {
        assert!(ends.contains(&end), "no order was {end}");
    }
}

/// The check can turn red: without the guard, the same play charges somebody twice.
#[test]
fn without_the_guard_the_same_play_charges_twice() {
    let broken: Vec<Invariant> =
        (0..20).flat_map(|seed| play(seed, 12, 400, false).imbalances).map(|imbalance| imbalance.invariant()).collect();
    for invariant in [Invariant::ChargedOnce, Invariant::RefundedWithinCaptured, Invariant::ReservedOnce] {
        assert!(broken.contains(&invariant), "{}", invariant.name());
    }
}
