//! Where the parts of a shop stand: the brokers as a ring in the middle, services to both sides, and outside of them who is
//! not of the shop.

use tutti_core::lab::scene::{NodeKind, Scene};
use tutti_core::shop::Service as Role;

use crate::stage::geom::{Point, on_circle, pt};
use crate::stage::layout::{Label, Layout, Place};

/// The room that the words below a box take.
const WORDS: f64 = 19.0;
/// What stays free between two boxes with their words.
const GAP: f64 = 7.0;

/// On which side of the ring something stands.
#[derive(Clone, Copy, PartialEq)]
enum Seat {
    Ring,
    Left,
    Right,
    /// The customers, to the left of whom they talk to.
    OuterLeft,
    /// The provider, behind payment.
    OuterRight,
}

/// The seats of all nodes: what brings orders in stands to the left, what deals with them to the right, and the rest where
/// there is more room.
fn seats(scene: &Scene) -> Vec<Seat> {
    let (mut left, mut right) = (0, 0);
    let mut seats: Vec<Option<Seat>> = Vec::new();
    for node in &scene.nodes {
        let seat = match &node.kind {
            NodeKind::Server(_) => Some(Seat::Ring),
            NodeKind::Customers(_) => Some(Seat::OuterLeft),
            NodeKind::Provider(_) => Some(Seat::OuterRight),
            NodeKind::Service(service) => match service.role {
                Role::Order => Some(Seat::Left),
                Role::Payment | Role::Inventory | Role::Shipping => Some(Seat::Right),
                _ => None,
            },
            _ => None,
        };
        left += usize::from(seat == Some(Seat::Left));
        right += usize::from(seat == Some(Seat::Right));
        seats.push(seat);
    }
    let rest = |seat: Option<Seat>| {
        seat.unwrap_or_else(|| {
            if left <= right {
                left += 1;
                Seat::Left
            } else {
                right += 1;
                Seat::Right
            }
        })
    };
    seats.into_iter().map(rest).collect()
}

/// Arranges a shop on a stage of this size.
pub(crate) fn arrange(scene: &Scene, width: f64, height: f64) -> Layout {
    let narrow = width < 560.0;
    let (w, h) = (width.max(240.0), height.max(150.0));
    let seats = seats(scene);
    let of = |seat: Seat| (0..seats.len()).filter(|&i| seats[i] == seat).collect::<Vec<usize>>();
    let (mut left, mut right) = (of(Seat::Left), of(Seat::Right));
    let (mut before, mut after) = (of(Seat::OuterLeft), of(Seat::OuterRight));
    if narrow {
        // There is room for two columns only.
        left = before.drain(..).chain(left).collect();
        right = after.drain(..).chain(right).collect();
    }
    let rows = left.len().max(right.len()).max(1) as f64;
    let top = if narrow { 4.0 } else { 12.0 };
    let pitch = (h - top) / rows;
    let ry = ((pitch - WORDS - GAP) / 2.0).clamp(9.0, if narrow { 15.0 } else { 21.0 });
    let rx = if narrow { (w * 0.115).clamp(32.0, 44.0) } else { 46.0 };
    let mut places = vec![Place { at: pt(0.0, 0.0), rx, ry, label: Label::Below }; seats.len()];
    let middle = pt(w / 2.0, h * 0.47);
    // Services stand on a wide bow around the ring: those in the middle farther out.
    let reach = if narrow { w / 2.0 - rx - 6.0 } else { (w * 0.3).min(w / 2.0 - 3.0 * rx - 26.0).max(rx * 2.4) };
    let bow = if narrow { 0.0 } else { (w * 0.065).min(58.0) };
    let spread = |count: usize, i: usize| {
        let free = h - top - 2.0 * ry - WORDS;
        let share = if count > 1 { i as f64 / (count - 1) as f64 } else { 0.0 };
        (top + ry + free * share, 2.0 * share - 1.0)
    };
    for (side, column) in [(-1.0, &left), (1.0, &right)] {
        for (i, &node) in column.iter().enumerate() {
            let (y, share) = spread(column.len(), i);
            places[node].at = pt(middle.x + side * (reach - bow * share * share), y);
        }
    }
    // Who is outside stands beside the first of those columns: the provider at its height, customers a little lower.
    let outside = |column: &[usize], i: usize, lower: f64| {
        let first = column.first().map_or(middle.y, |&node| places[node].at.y);
        let next = column.get(1).map_or(h - ry - WORDS, |&node| places[node].at.y);
        (first + (next - first) * lower + i as f64 * (2.0 * ry + WORDS + GAP)).min(h - ry - WORDS)
    };
    let outer = (rx + 14.0).max(64.0);
    let left_y: Vec<f64> = (0..before.len()).map(|i| outside(&left, i, 0.45)).collect();
    let right_y: Vec<f64> = (0..after.len()).map(|i| outside(&right, i, 0.0)).collect();
    for (&node, y) in before.iter().zip(left_y) {
        places[node].at = pt(outer, y);
    }
    for (&node, y) in after.iter().zip(right_y) {
        places[node].at = pt(w - outer, y);
    }
    let brokers = of(Seat::Ring);
    let servers = brokers.len();
    let caption = ring(brokers, middle, (reach - bow - rx, h), narrow, &mut places);
    Layout { width, height, places, servers, narrow, shop: Some(caption) }
}

/// Puts the brokers into a ring. Returns where its caption stands.
fn ring(brokers: Vec<usize>, at: Point, room: (f64, f64), narrow: bool, places: &mut [Place]) -> Point {
    let (side, height) = room;
    let count = brokers.len();
    let most = if narrow { 17.0 } else { 26.0 };
    let mut r = (height * 0.085).clamp(11.0, most);
    let lanes = if narrow { 14.0 } else { 34.0 };
    let mut around = (side - r - lanes).min(height * 0.5 - r - 34.0).min(r * 4.0).max(r * 1.3);
    if count > 1 {
        let half = on_circle(0.5 / count as f64).x;
        // Neighbours keep half a node between them, so few of them stand closer together than there is room.
        around = around.min((r * 2.1 / half).max(r * 2.3));
        r = r.min(around * half / 1.25);
    } else {
        around = 0.0;
    }
    let at = at - pt(0.0, if count == 3 { 0.0 } else { 6.0 });
    let mut lowest = at.y + r;
    for (i, &node) in brokers.iter().enumerate() {
        let way = on_circle(i as f64 / count as f64) * around;
        places[node] = Place { at: at + way, rx: r, ry: r, label: Label::Below };
        lowest = lowest.max(at.y + way.y + r);
    }
    pt(at.x, lowest + if narrow { 12.0 } else { 20.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::NodeId;
    use tutti_core::scenario::{Scenario, Shop};
    use tutti_core::timeline::Player;

    fn scene(brokers: u8) -> Scene {
        let mut scenario = Scenario { shop: Some(Shop::default()), ..Scenario::default() };
        scenario.cluster.servers = brokers;
        Scene::of(Player::new(scenario.setup(), Vec::new()).timeline().run().world())
    }

    /// A shop with so many more parts of whatever kind.
    fn crowded(brokers: u8, more: u16) -> Scene {
        let mut scene = scene(brokers);
        let fraud = scene.nodes.iter().find(|node| node.name == "fraud").cloned().expect("it is in every shop");
        for _ in 0..more {
            let id = NodeId(scene.nodes.len() as u16);
            scene.nodes.push(tutti_core::lab::scene::NodeView { id, ..fraud.clone() });
        }
        scene
    }

    #[test]
    fn every_part_of_a_shop_is_on_the_stage_and_none_overlaps_another_or_its_words() {
        for (w, h) in [(360.0, 220.0), (360.0, 300.0), (568.0, 230.0), (800.0, 300.0), (900.0, 330.0), (1600.0, 700.0)]
        {
            for brokers in 1..=9 {
                for more in 0..=2 {
                    let scene = crowded(brokers, more);
                    let layout = arrange(&scene, w, h);
                    assert_eq!(layout.places.len(), scene.nodes.len());
                    let below = |p: &Place| if p.rx == p.ry { 0.0 } else { WORDS - 2.0 };
                    for (i, p) in layout.places.iter().enumerate() {
                        let what = format!("{} of {brokers} brokers and {more} more on {w}x{h}", scene.nodes[i].name);
                        let inside = p.at.x - p.rx >= 0.0
                            && p.at.x + p.rx <= w
                            && p.at.y - p.ry >= 0.0
                            && p.at.y + p.ry + below(p) <= h + 0.1;
                        assert!(inside, "{what}: {p:?}");
                        for (j, q) in layout.places.iter().enumerate().skip(i + 1) {
                            let d = q.at - p.at;
                            let beside = d.x.abs() > p.rx + q.rx + 2.0;
                            let under = if d.y > 0.0 { below(p) } else { below(q) };
                            let round = p.rx == p.ry && q.rx == q.ry;
                            let apart = beside || d.y.abs() > p.ry + q.ry + under || round && d.len() > p.rx + q.rx;
                            assert!(apart, "{what} and {}: {p:?} {q:?}", scene.nodes[j].name);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn customers_stand_to_the_left_and_the_provider_behind_payment() {
        let scene = scene(3);
        let layout = arrange(&scene, 868.0, 320.0);
        let at = |name: &str| {
            let node = scene.nodes.iter().position(|node| node.name == name).expect("it is there");
            layout.places[node].at
        };
        assert!(at("customers").x < at("order").x && at("order").x < at("A").x && at("A").x < at("payment").x);
        assert!(at("payment").x < at("provider").x && (at("payment").y - at("provider").y).abs() < 1.0);
    }
}
