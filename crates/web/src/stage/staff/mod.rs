//! Draws the score: a staff a node, a slanted stroke a message.

mod grid;
mod marks;
mod spans;
mod strokes;

use smol_str::SmolStr;
use tutti_core::base::Time;
use tutti_core::timeline::score::Score;

pub use self::strokes::{HUES, SWELL, quiet};

use super::axis::Axis;
use super::crowd::Crowd;
use super::geom::pt;
use super::pen::Pen;
use super::theme::Hue;

/// The room above the first staff.
pub const TOP: f64 = 30.0;

/// The room below the last, for the times.
pub const BOTTOM: f64 = 26.0;

/// What the score is drawn of.
pub struct Staff<'a> {
    /// Its height.
    pub height: f64,
    /// The nodes' names, servers first.
    pub names: &'a [SmolStr],
    /// For each node, which staff is its own; if it is not said, they are in the nodes' order.
    pub staves: &'a [usize],
    /// How many are servers.
    pub servers: usize,
    /// What happened.
    pub score: &'a Score,
    /// Where it is too crowded for single strokes.
    pub crowd: &'a Crowd,
    /// The moment that the stage shows.
    pub now: Time,
    /// Where this branch began, if it left another.
    pub begun: Option<Time>,
}

impl Staff<'_> {
    /// Where a node's staff is.
    pub fn y(&self, node: usize) -> f64 {
        staff_y(self.height, self.names.len(), self.staves.get(node).copied().unwrap_or(node))
    }

    /// From one staff to the next.
    pub fn distance(&self) -> f64 {
        (staff_y(self.height, self.names.len(), 1) - staff_y(self.height, self.names.len(), 0)).abs()
    }

    /// Where the last staff is.
    pub fn bottom(&self) -> f64 {
        staff_y(self.height, self.names.len(), self.names.len().saturating_sub(1))
    }

    /// Draws it.
    pub fn paint(&self, pen: Pen<'_>, axis: &Axis) {
        let (ctx, theme) = (pen.ctx, pen.theme);
        let whole = axis.left + axis.width;
        ctx.clear_rect(0.0, 0.0, whole + 40.0, self.height);
        ctx.set_line_cap("butt");
        ctx.set_line_join("round");
        self.grid(pen, axis);
        ctx.save();
        ctx.begin_path();
        ctx.rect(axis.left - 2.0, 0.0, axis.width + 4.0, self.height - BOTTOM + 12.0);
        ctx.clip();
        self.swells(pen, axis);
        self.strokes(pen, axis);
        self.spans(pen, axis);
        self.marks(pen, axis);
        ctx.restore();
        // Names.
        let (server, client, gap) = if axis.left < 60.0 { (13, 10, 8.0) } else { (17, 12, 12.0) };
        // Where there are many, they are as large as there is room.
        let room = (self.distance() * 0.92).max(7.0) as u32;
        let shop = !self.staves.is_empty();
        for (i, name) in self.names.iter().enumerate() {
            let size = if i < self.servers && !shop { server } else { client };
            pen.letters(&theme.serif("", size.min(room)), "right");
            let bus = if shop && i < self.servers { "bus " } else { "" };
            let name = [bus, name].concat();
            pen.words(Hue::Ink, &name, pt(axis.left - gap, self.y(i) + 1.0));
        }
    }
}

/// Where a node's staff is on a score of this height.
pub fn staff_y(height: f64, nodes: usize, node: usize) -> f64 {
    let room = (height - TOP - BOTTOM).max(10.0);
    if nodes <= 1 { TOP + room / 2.0 } else { TOP + room * node as f64 / (nodes - 1) as f64 * 0.94 }
}

/// A moment in seconds with so many decimals.
pub fn seconds(micros: f64, decimals: usize) -> String {
    let unit = 10u64.pow(6 - decimals.min(6) as u32);
    let whole = (micros.max(0.0) / unit as f64).round() as u64;
    let scale = 10u64.pow(decimals.min(6) as u32);
    let mut words = (whole / scale).to_string();
    if decimals > 0 {
        let rest = (whole % scale).to_string();
        words.push('.');
        for _ in rest.len()..decimals {
            words.push('0');
        }
        words.push_str(&rest);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_the_decimals_that_are_asked_for() {
        assert_eq!(seconds(1_900_000.0, 1), "1.9");
        assert_eq!(seconds(1_900_400.0, 3), "1.900");
        assert_eq!(seconds(12_000_000.0, 0), "12");
        assert_eq!(seconds(1_050_000.0, 2), "1.05");
    }

    #[test]
    fn staves_fit_and_go_down() {
        for n in 1..9 {
            for i in 1..n {
                assert!(staff_y(200.0, n, i) > staff_y(200.0, n, i - 1));
            }
            assert!(staff_y(200.0, n, n - 1) < 200.0 - BOTTOM + 4.0);
        }
    }
}
