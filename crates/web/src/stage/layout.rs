//! Where the players stand: servers on a ring, clients beside or below it.

use super::geom::{Point, Segment, on_circle, pt};

/// How far a direction's lane is from the middle of its link.
pub const LANE: f64 = 3.0;

/// Where one node stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Its middle.
    pub at: Point,
    /// Half its width; the radius of a server.
    pub rx: f64,
    /// Half its height; the radius of a server.
    pub ry: f64,
    /// Where the label stands.
    pub label: Label,
}

/// On which side of a node its label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Above.
    Above,
    /// Below.
    Below,
}

/// The whole arrangement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The width that it was made for.
    pub width: f64,
    /// The height.
    pub height: f64,
    /// One for each node, servers first.
    pub places: Vec<Place>,
    /// How many of them are servers.
    pub servers: usize,
    /// There is little room: labels are short and stand above and below.
    pub narrow: bool,
    /// It is a shop: the servers are its bus, and here stands what that is called.
    pub shop: Option<Point>,
}

impl Layout {
    /// Arranges so many servers and clients on a stage of this size.
    pub fn new(width: f64, height: f64, servers: usize, clients: usize) -> Layout {
        let narrow = width < 560.0;
        let (w, h) = (width.max(120.0), height.max(120.0));
        let mut places = Vec::with_capacity(servers + clients);

        // Clients stand to the right where the stage is wide, below where it is high.
        let beside = clients > 0 && w > h * 1.1;
        let (cw, ch) = if narrow { (29.0, 14.0) } else { (39.0, 21.0) };
        let column = if beside { cw * 2.0 + if narrow { 16.0 } else { 44.0 } } else { 0.0 };
        let row = if clients > 0 && !beside { ch * 2.0 + 26.0 } else { 0.0 };

        // What is left for the ring, labels taken off.
        let top = if narrow { 30.0 } else { 14.0 };
        let side = if narrow { 16.0 } else { 96.0_f64.min(w * 0.13) };
        let bottom = if narrow { 30.0 } else { 16.0 };
        let (room_w, room_h) = (w - column - 2.0 * side, h - row - top - bottom);
        let mut r = (room_w.min(room_h) * 0.1).clamp(15.0, 34.0);
        let mut ring_y = (room_h / 2.0 - r - 8.0).max(24.0);
        let mut ring_x = (room_w / 2.0 - r - 4.0).max(24.0).min(ring_y * 1.35);
        ring_y = ring_y.min(ring_x * 1.25);
        if servers > 1 {
            // Neighbours keep a node's width between them.
            let chord = ring_x.min(ring_y) * 2.0 * on_circle(0.5 / servers as f64).x;
            r = r.min((chord / 3.0).max(11.0));
        } else {
            (ring_x, ring_y) = (0.0, 0.0);
        }
        let middle = pt(side + room_w / 2.0, top + room_h / 2.0);
        for i in 0..servers {
            let Point { x: cos, y: sin } = on_circle(i as f64 / servers as f64);
            let at = middle + pt(cos * ring_x, sin * ring_y);
            let label = match (narrow, cos, sin) {
                (true, _, s) if s < -0.4 => Label::Above,
                (true, ..) => Label::Below,
                // The way to the clients is kept free.
                (false, c, s) if c > 0.05 || (c > -0.05 && !(beside && s < 0.0)) => Label::Right,
                _ => Label::Left,
            };
            places.push(Place { at, rx: r, ry: r, label });
        }
        for i in 0..clients {
            let share = (i as f64 + 0.5) / clients as f64;
            let at = if beside {
                // One alone stands high, where its way to most servers is free.
                let spread = h - 2.0 * ch - 40.0;
                let y = if clients == 1 { h * 0.2 } else { 20.0 + ch + spread * share };
                pt(w - cw - if narrow { 8.0 } else { 22.0 }, y)
            } else {
                pt(w * share, h - ch - 20.0)
            };
            let cw = if beside { cw } else { cw.min(w / clients as f64 / 2.0 - 4.0) };
            places.push(Place { at, rx: cw, ry: ch, label: Label::Below });
        }
        Layout { width, height, places, servers, narrow, shop: None }
    }

    /// The lane of one direction, from the edge of one node to the edge of the other.
    pub fn lane(&self, from: usize, to: usize) -> Segment {
        self.line(from, to, LANE)
    }

    /// The middle of a link.
    pub fn link(&self, a: usize, b: usize) -> Segment {
        self.line(a, b, 0.0)
    }

    fn line(&self, from: usize, to: usize, aside: f64) -> Segment {
        let (Some(a), Some(b)) = (self.places.get(from), self.places.get(to)) else {
            return Segment::default();
        };
        let u = (b.at - a.at).unit();
        let shift = u.right() * aside;
        let gap = 1.5;
        Segment { a: a.at + u * (edge(a, u) + gap) + shift, b: b.at - u * (edge(b, u) + gap) + shift }
    }

    /// The node at this point, with some room for a finger.
    pub fn node_at(&self, p: Point, slack: f64) -> Option<usize> {
        let inside = |q: &Place| {
            let d = p - q.at;
            if q.rx == q.ry {
                d.len() <= (q.rx + slack).max(slack + 14.0)
            } else {
                d.x.abs() <= q.rx + slack && d.y.abs() <= q.ry + slack
            }
        };
        let nearest = |q: &Place| (p - q.at).len();
        (0..self.places.len())
            .filter(|&i| inside(&self.places[i]))
            .min_by(|&a, &b| nearest(&self.places[a]).total_cmp(&nearest(&self.places[b])))
    }
}

/// How far the edge of a node is from its middle in a direction.
fn edge(place: &Place, u: Point) -> f64 {
    if place.rx == place.ry {
        return place.rx;
    }
    let tx = if u.x.abs() < 1e-9 { f64::INFINITY } else { place.rx / u.x.abs() };
    let ty = if u.y.abs() < 1e-9 { f64::INFINITY } else { place.ry / u.y.abs() };
    tx.min(ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_on_the_stage_and_nobody_overlaps() {
        for (w, h) in [(360.0, 300.0), (320.0, 260.0), (600.0, 380.0), (900.0, 508.0), (1800.0, 700.0), (400.0, 800.0)]
        {
            for servers in 1..=9 {
                for clients in 0..=4 {
                    let l = Layout::new(w, h, servers, clients);
                    assert_eq!(l.places.len(), servers + clients);
                    for (i, p) in l.places.iter().enumerate() {
                        let inside =
                            p.at.x - p.rx >= 0.0 && p.at.x + p.rx <= w && p.at.y - p.ry >= 0.0 && p.at.y + p.ry <= h;
                        assert!(inside, "{i} of {servers}+{clients} on {w}x{h}: {p:?}");
                        for (j, q) in l.places.iter().enumerate().skip(i + 1) {
                            let d = q.at - p.at;
                            let apart = d.len() > p.rx + q.rx || d.y.abs() > p.ry + q.ry || d.x.abs() > p.rx + q.rx;
                            assert!(apart, "{i} and {j} of {servers}+{clients} on {w}x{h}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn lanes_end_at_the_edges_and_lie_apart() {
        let l = Layout::new(900.0, 500.0, 5, 1);
        let (there, back) = (l.lane(0, 1), l.lane(1, 0));
        let r = l.places[0].rx;
        assert!(((there.a - l.places[0].at).len() - r).abs() < 3.0);
        let (apart, _) = Segment { a: back.b, b: back.a }.nearest(there.a.toward(there.b, 0.5));
        assert!((apart - 2.0 * LANE).abs() < 0.01, "{apart}");
    }

    #[test]
    fn the_first_server_stands_on_top() {
        let l = Layout::new(900.0, 500.0, 5, 0);
        assert!(l.places[1..].iter().all(|p| p.at.y > l.places[0].at.y));
        assert_eq!(l.node_at(l.places[0].at, 4.0), Some(0));
        assert_eq!(l.node_at(pt(1.0, 1.0), 4.0), None);
    }
}
