//! Draws the tape of a topic: a row a partition, its records by their offsets, and where each group is.

use tutti_core::lab::shop_tape::{SlipState, TapeReader, TapeRow, TapeSlip};
use tutti_core::shop::{OrderId, Subject};

use super::tape::{Spot, Tapes};
use crate::stage::geom::{Point, pt};
use crate::stage::paint::chips::{bar, hue_of, ticket};
use crate::stage::pen::Pen;
use crate::stage::theme::{Dash, Hue};

/// The measures of a tape.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Geometry {
    /// Where the first record is.
    pub(super) left: f64,
    pub(super) width: f64,
    /// From one record to the next.
    pub(super) pitch: f64,
    /// From one partition to the next.
    pub(super) row: f64,
    /// How many records fit.
    pub(super) fit: u32,
    /// How many partitions there are.
    pub(super) rows: usize,
    pub(super) narrow: bool,
}

/// The room for the names of the groups.
const FOOT: f64 = 17.0;

impl Geometry {
    pub(super) fn new(width: f64, rows: usize, narrow: bool) -> Geometry {
        let (left, pitch) = if narrow { (18.0, 38.0) } else { (30.0, 48.0) };
        let row = match rows {
            _ if narrow => 20.0,
            0..=3 => 31.0,
            4 | 5 => 26.0,
            _ => 22.0,
        };
        // Room behind the last for the marks.
        let fit = ((width - left - 14.0) / pitch).floor().max(1.0) as u32;
        Geometry { left, width, pitch, row, fit, rows, narrow }
    }

    pub(super) fn height(&self) -> f64 {
        self.row * self.rows as f64 + FOOT
    }

    fn half(&self) -> Point {
        pt(self.pitch / 2.0 - 2.5, self.row / 2.0 - if self.narrow { 2.0 } else { 3.5 })
    }

    fn middle(&self, row: usize, place: u64) -> Point {
        pt(self.left + (place as f64 + 0.5) * self.pitch, (row as f64 + 0.5) * self.row)
    }
}

/// Where a mark is in each partition, and who is there.
struct MarkAt {
    /// For each partition the place on the tape; `None`: before what is seen, or behind it.
    places: Vec<Option<f64>>,
    hue: Hue,
    names: Vec<String>,
}

impl Tapes {
    /// The record under a point of the reel.
    pub(super) fn at(&self, p: Point) -> Option<Spot> {
        let g = &self.geometry;
        let row = (p.y / g.row).floor();
        let place = ((p.x - g.left) / g.pitch).floor();
        if row < 0.0 || place < 0.0 {
            return None;
        }
        let found = self.tape.partitions.get(row as usize)?;
        ((place as usize) < found.slips.len()).then(|| (row as usize, found.first.0 + place as u64))
    }

    /// Draws it. Of an order that is followed all else dims.
    pub(super) fn draw(&self, pen: Pen<'_>, followed: Option<OrderId>) {
        let g = &self.geometry;
        let half = g.half();
        pen.ctx.clear_rect(0.0, 0.0, self.sheet.width, self.sheet.height);
        pen.line(Hue::Line, 1.0);
        for row in 1..=g.rows {
            let y = (row as f64 * g.row).round() - 0.5;
            pen.add(pt(g.left - 4.0, y), pt(g.width - 2.0, y));
        }
        pen.stroke();
        pen.letters(&pen.theme.mono(if g.narrow { 10 } else { 12 }), "center");
        for row in 0..g.rows {
            pen.words(Hue::Muted, &row.to_string(), pt(g.left / 2.0 - 3.0, (row as f64 + 0.5) * g.row));
        }
        pen.letters(&pen.theme.mono(if g.narrow { 9 } else { 11 }), "center");
        for (number, row) in self.tape.partitions.iter().enumerate() {
            for (place, slip) in row.slips.iter().enumerate() {
                let mine = followed.is_none_or(|order| slip.subject == Some(Subject::Order(order)));
                pen.alpha(if mine { 1.0 } else { 0.22 });
                let at = g.middle(number, place as u64);
                record(pen, slip, at, half, if mine { 1.0 } else { 0.22 });
                if self.cursor == Some((number, row.first.0 + place as u64)) {
                    pen.line(Hue::Ink, 1.4);
                    pen.rounded(at, half + pt(2.0, 2.0), 5.0);
                    pen.stroke();
                }
                pen.alpha(1.0);
            }
        }
        self.marks(pen);
    }

    /// Where the groups are: those that have dealt with all stand together, who lags stands alone.
    fn marks(&self, pen: Pen<'_>) {
        let g = &self.geometry;
        let mut marks: Vec<MarkAt> = Vec::new();
        for (number, reader) in self.tape.readers.iter().enumerate().filter(|(_, reader)| reader.in_service) {
            let places: Vec<Option<f64>> = self.tape.partitions.iter().map(|row| self.place(row, number)).collect();
            let hue = hue_of_reader(reader);
            let name = reader.name.to_string();
            match marks.iter_mut().find(|mark| mark.hue == hue && mark.places == places) {
                Some(mark) => mark.names.push(name),
                None => marks.push(MarkAt { places, hue, names: vec![name] }),
            }
        }
        // Alarms lie above the rest.
        marks.sort_by_key(|mark| (mark.hue == Hue::No, mark.hue == Hue::Ink));
        for mark in &marks {
            pen.line(mark.hue, 2.2);
            for (row, x) in mark.places.iter().enumerate() {
                if let Some(x) = x {
                    let y = row as f64 * g.row;
                    pen.add(pt(*x, y + 1.0), pt(*x, y + g.row - 1.0));
                }
            }
            pen.stroke();
        }
        self.names(pen, &marks);
    }

    fn place(&self, row: &TapeRow, reader: usize) -> Option<f64> {
        let g = &self.geometry;
        let at = row.at.get(reader)?.0;
        let last = row.first.0 + row.slips.len() as u64;
        (row.first.0..=last).contains(&at).then(|| g.left + (at - row.first.0) as f64 * g.pitch + 0.5)
    }

    /// The names of those who are at the marks of the last partition, as far as there is room.
    fn names(&self, pen: Pen<'_>, marks: &[MarkAt]) {
        let g = &self.geometry;
        let y = g.rows as f64 * g.row + FOOT / 2.0;
        pen.letters(&pen.theme.sans("", if g.narrow { 10 } else { 11 }), "left");
        let wide = |words: &str| words.len() as f64 * if g.narrow { 5.0 } else { 5.6 };
        let mut named: Vec<(f64, &MarkAt)> =
            marks.iter().filter_map(|mark| Some(((*mark.places.last()?)?, mark))).collect();
        named.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut free = 2.0;
        // Those that are behind what is seen.
        for (number, reader) in self.tape.readers.iter().enumerate().filter(|(_, reader)| reader.in_service) {
            let behind = self.tape.partitions.last().is_some_and(|row| row.at[number] < row.first);
            if behind {
                let words = ["‹ ", reader.name.as_str(), ", lag ", &reader.lag.to_string()].concat();
                pen.words(hue_of_reader(reader), &words, pt(free, y));
                free += wide(&words) + 6.0;
            }
        }
        for (i, (x, mark)) in named.iter().enumerate() {
            let is = if mark.names.len() == 1 { " is here" } else { " are here" };
            let short = match mark.names.as_slice() {
                [one] => one.clone(),
                all => [&all.len().to_string(), " groups"].concat(),
            };
            let last = i + 1 == named.len();
            for words in [[&listed(&mark.names), is].concat(), short] {
                // Before its mark, so that it is not taken for the next one's; the last behind it, where there is room.
                let (before, behind) = (x + 3.0 - wide(&words), x - 2.0);
                let from = if last && behind + wide(&words) <= g.width { behind.max(free) } else { before };
                if from >= free && from + wide(&words) <= g.width {
                    pen.words(mark.hue, &words, pt(from, y));
                    free = from + wide(&words) + 8.0;
                    break;
                }
            }
        }
    }
}

/// `order`, `order and shipping`, `order, shipping and analytics`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => [&first.join(", "), " and ", last].concat(),
    }
}

fn hue_of_reader(reader: &TapeReader) -> Hue {
    match reader.lag {
        _ if !reader.alive => Hue::No,
        0 => Hue::Answer,
        _ => Hue::Ink,
    }
}

/// A record: whole when all have dealt with it, an outline for as long as somebody has not, tinted while somebody works on
/// it, and struck out when somebody has given it up.
fn record(pen: Pen<'_>, slip: &TapeSlip, at: Point, half: Point, alpha: f64) {
    let words = match slip.subject {
        Some(Subject::Order(order)) => ["#", &order.0.to_string()].concat(),
        Some(Subject::Browsing(user, _)) => ["u", &user.0.to_string()].concat(),
        None => "?".into(),
    };
    let hue = hue_of(slip.kind);
    if slip.state == SlipState::Done {
        pen.alpha(0.85 * alpha);
        ticket(pen, slip.kind, at, half, &words);
        return;
    }
    let hue = if slip.state == SlipState::Dead { Hue::No } else { hue };
    if slip.state == SlipState::InFlight {
        pen.alpha(0.26 * alpha);
        pen.shape(hue);
        pen.rounded(at, half, 3.0);
        pen.fill();
        pen.alpha(alpha);
    }
    pen.line(hue, 1.5);
    pen.dash(if slip.state == SlipState::Dead { Dash::Dashes } else { Dash::Solid });
    pen.rounded(at, half - pt(0.7, 0.7), 3.0);
    pen.stroke();
    pen.dash(Dash::Solid);
    if slip.state == SlipState::Dead {
        pen.line(hue, 1.2);
        pen.add(at + pt(-half.x + 4.0, half.y - 4.0), at + pt(half.x - 4.0, -half.y + 4.0));
        pen.stroke();
    } else {
        bar(pen, hue, slip.kind, at, half);
        pen.alpha(alpha);
    }
    let words = if slip.tries > 1 { [&words, "×", &slip.tries.to_string()].concat() } else { words };
    pen.words(hue, &words, at + pt(0.0, -0.5));
}
