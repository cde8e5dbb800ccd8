//! Points and segments.

use std::ops::{Add, Mul, Sub};

/// A point or a vector, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A point from its coordinates.
pub const fn pt(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Add for Point {
    type Output = Point;
    fn add(self, o: Point) -> Point {
        pt(self.x + o.x, self.y + o.y)
    }
}

impl Sub for Point {
    type Output = Point;
    fn sub(self, o: Point) -> Point {
        pt(self.x - o.x, self.y - o.y)
    }
}

impl Mul<f64> for Point {
    type Output = Point;
    fn mul(self, k: f64) -> Point {
        pt(self.x * k, self.y * k)
    }
}

impl Point {
    /// Its length as a vector.
    pub fn len(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The vector of length one in its direction; of the null vector, one to the right.
    pub fn unit(self) -> Point {
        let len = self.len();
        if len < 1e-9 { pt(1.0, 0.0) } else { self * (1.0 / len) }
    }

    /// Turned a quarter to the right, as seen on a screen.
    pub fn right(self) -> Point {
        pt(-self.y, self.x)
    }

    /// The scalar product.
    pub fn dot(self, o: Point) -> f64 {
        self.x * o.x + self.y * o.y
    }

    /// The point that is `t` of the way to `o`.
    pub fn toward(self, o: Point, t: f64) -> Point {
        self + (o - self) * t
    }
}

/// The point on the unit circle after so much of a whole turn, from the top and clockwise. The machine's own sine would
/// weigh more than all the geometry here.
pub fn on_circle(turns: f64) -> Point {
    // An eighth of the way, where a short series is exact enough, and then the angle doubled three times.
    let x = (turns - turns.round()) * std::f64::consts::TAU / 8.0;
    let square = x * x;
    let mut sin = x * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0 * (1.0 - square / 72.0))));
    let mut cos = 1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0)));
    for _ in 0..3 {
        (sin, cos) = (2.0 * sin * cos, cos * cos - sin * sin);
    }
    pt(sin, -cos)
}

/// A piece of a straight line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Segment {
    /// Where it begins.
    pub a: Point,
    /// Where it ends.
    pub b: Point,
}

impl Segment {
    /// How far `p` is from the segment, and how far along it the nearest point lies, from 0 to 1.
    pub fn nearest(self, p: Point) -> (f64, f64) {
        let d = self.b - self.a;
        let square = d.dot(d);
        let t = if square < 1e-9 { 0.0 } else { ((p - self.a).dot(d) / square).clamp(0.0, 1.0) };
        ((self.a + d * t - p).len(), t)
    }

    /// Whether the two have a point in common.
    pub fn crosses(self, o: Segment) -> bool {
        let side = |s: Segment, p: Point| {
            let (d, e) = (s.b - s.a, p - s.a);
            d.x * e.y - d.y * e.x
        };
        let (c, d) = (side(self, o.a), side(self, o.b));
        let (a, b) = (side(o, self.a), side(o, self.b));
        c * d <= 0.0 && a * b <= 0.0 && (c != 0.0 || d != 0.0 || a != 0.0 || b != 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_of_a_segment_is_on_it() {
        let s = Segment { a: pt(0.0, 0.0), b: pt(10.0, 0.0) };
        assert_eq!(s.nearest(pt(5.0, 3.0)), (3.0, 0.5));
        assert_eq!(s.nearest(pt(-4.0, 3.0)), (5.0, 0.0));
        assert_eq!(Segment { a: pt(1.0, 1.0), b: pt(1.0, 1.0) }.nearest(pt(1.0, 3.0)), (2.0, 0.0));
    }

    #[test]
    fn segments_cross_only_where_both_reach() {
        let s = Segment { a: pt(0.0, 0.0), b: pt(10.0, 10.0) };
        assert!(s.crosses(Segment { a: pt(0.0, 10.0), b: pt(10.0, 0.0) }));
        assert!(!s.crosses(Segment { a: pt(0.0, 10.0), b: pt(4.0, 6.0) }));
        assert!(!s.crosses(Segment { a: pt(20.0, 0.0), b: pt(11.0, 10.0) }));
    }

    #[test]
    fn the_circle_begins_on_top_and_goes_clockwise() {
        for i in -20..20 {
            let turns = f64::from(i) / 7.0;
            let (sin, cos) = (turns * std::f64::consts::TAU).sin_cos();
            assert!((on_circle(turns) - pt(sin, -cos)).len() < 1e-7, "{turns}");
        }
    }

    #[test]
    fn right_is_right_of_the_way() {
        assert_eq!(pt(1.0, 0.0).right(), pt(0.0, 1.0), "going right, the right hand is down on a screen");
    }
}
