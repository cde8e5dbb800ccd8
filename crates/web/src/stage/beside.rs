//! Where something stands that is about a thing and must not hide it.

use super::geom::{Point, pt};

/// The least distance to the thing.
const GAP: f64 = 10.0;

/// What is seen: everything has to stand within it.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The upper left corner.
    pub from: Point,
    /// The lower right one.
    pub to: Point,
}

/// The upper left corner of something of this size beside a thing around `at`, which reaches `half` to each side: right
/// of it if there is room, else left of it, else below it, else above.
pub fn beside(at: Point, half: Point, size: Point, bounds: Bounds) -> Point {
    let Bounds { from, to } = bounds;
    let within =
        |p: Point| pt(p.x.clamp(from.x, (to.x - size.x).max(from.x)), p.y.clamp(from.y, (to.y - size.y).max(from.y)));
    let (before, after) = (at - half - pt(GAP, GAP) - size, at + half + pt(GAP, GAP));
    // Its first line stands at the height of the thing.
    let level = at.y - 16.0;
    let places =
        [pt(after.x, level), pt(before.x, level), pt(at.x - size.x / 2.0, after.y), pt(at.x - size.x / 2.0, before.y)];
    let hides = |p: Point| {
        let (near, far) = (at - half, at + half);
        p.x < far.x && p.x + size.x > near.x && p.y < far.y && p.y + size.y > near.y
    };
    let mut all = places.into_iter().map(within);
    all.find(|&p| !hides(p)).unwrap_or(within(places[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Point = pt(22.0, 22.0);

    fn put(at: Point, size: Point, seen: Point) -> Point {
        let bounds = Bounds { from: pt(4.0, 4.0), to: seen - pt(4.0, 4.0) };
        let p = beside(at, HALF, size, bounds);
        assert!(p.x >= 4.0 && p.y >= 4.0 && p.x + size.x <= seen.x - 4.0 && p.y + size.y <= seen.y - 4.0, "{p:?}");
        let (d, e) = (at - HALF - (p + size), p - (at + HALF));
        assert!(d.x >= 0.0 || d.y >= 0.0 || e.x >= 0.0 || e.y >= 0.0, "{at:?} is hidden by {p:?}");
        p
    }

    #[test]
    fn it_stands_to_the_right_where_there_is_room_and_to_the_left_where_there_is_not() {
        let (size, seen) = (pt(220.0, 240.0), pt(1280.0, 800.0));
        assert_eq!(put(pt(300.0, 300.0), size, seen), pt(332.0, 284.0));
        assert_eq!(put(pt(1200.0, 300.0), size, seen), pt(948.0, 284.0));
        assert_eq!(put(pt(300.0, 790.0), size, seen).y, 556.0);
    }

    #[test]
    fn wherever_the_thing_is_it_is_neither_hidden_nor_left_without_its_menu() {
        for seen in [pt(360.0, 740.0), pt(320.0, 600.0), pt(1280.0, 800.0)] {
            for x in 0..40 {
                for y in 0..40 {
                    let at = pt(seen.x * f64::from(x) / 39.0, seen.y * f64::from(y) / 39.0);
                    put(at, pt(262.0, 270.0), seen);
                }
            }
        }
    }
}
