//! How crowded the score is, pixel column by pixel column: where single strokes can be told apart they are drawn, where
//! they would run together each staff swells with what arrives at it, and in between the one fades into the other.

use tutti_core::base::Time;
use tutti_core::timeline::score::{Fate, Score, Stroke};

use super::axis::Axis;

/// The width of a column in pixels.
pub const COLUMN: f64 = 4.0;
/// Up to so many messages a column can be told apart.
const APART: f64 = 2.0;
/// From so many on they are a block.
const BLOCK: f64 = 4.5;
/// How many columns to either side are looked at: for how crowded it is, so many that one heartbeat more or less makes no
/// step, and for how much arrives, so few that a silence is seen.
const AROUND: [usize; 2] = [8, 3];
/// So many messages a column let a staff swell to half of what it can.
const SWELL: f64 = 1.2;

/// The crowd on a score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crowd {
    columns: usize,
    left: f64,
    /// For each column, from 0, where every stroke is drawn, to 1, where none is.
    veil: Vec<f64>,
    /// For each node and column, how much its staff swells, from 0 to 1.
    swell: Vec<f64>,
    /// The last column that is played.
    last: usize,
}

/// How many columns a score has.
pub fn columns(axis: &Axis) -> usize {
    (axis.width / COLUMN).ceil().max(1.0) as usize
}

/// When a stroke ends as far as it is known: what has not arrived is drawn as far as it has come.
pub fn end(stroke: &Stroke, explored: Time) -> Time {
    match (stroke.fate, stroke.end) {
        (Fate::InFlight, Time::NEVER) => explored,
        (Fate::InFlight, due) => due.min(explored),
        (_, end) => end,
    }
}

impl Crowd {
    /// The crowd of a score with so many nodes.
    pub fn of(score: &Score, axis: &Axis, nodes: usize) -> Crowd {
        let columns = columns(axis);
        let mut lines = vec![0.0; columns];
        let mut swell = vec![0.0; nodes * columns];
        let place = |time: Time| (axis.at(time) - axis.left) / COLUMN;
        for stroke in &score.strokes {
            let (a, b) = (place(stroke.sent), place(end(stroke, score.explored)));
            let middle = (a + b) / 2.0;
            if middle >= 0.0 && (middle as usize) < columns {
                lines[middle as usize] += 1.0;
            }
            let node = stroke.to.0 as usize;
            if stroke.fate == Fate::Delivered && b >= 0.0 && (b as usize) < columns && node < nodes {
                swell[node * columns + b as usize] += 1.0;
            }
        }
        // Too many for single strokes: they were counted where they were kept.
        for (node, counts) in score.density.iter().enumerate().take(nodes) {
            for (column, &count) in counts.iter().enumerate().take(columns) {
                lines[column] += f64::from(count);
                swell[node * columns + column] = f64::from(count);
            }
        }
        // Before the beginning and after the end nothing is, and that says nothing about what is next to it.
        let first = place(Time::ZERO).clamp(0.0, columns as f64) as usize;
        let last = place(score.explored).clamp(0.0, columns as f64).ceil() as usize;
        let played = first.min(last)..last;
        smooth(&mut lines[played.clone()], AROUND[0]);
        // What is next will be as what was last of which all around it is known: nearer to the end one heartbeat more or
        // less would have detail and summary take turns while it is played.
        let known = last.saturating_sub(2 * AROUND[0] + 2).max(first);
        if let Some(&before) = lines.get(known) {
            lines[known..].fill(before);
        }
        for line in &mut lines {
            let t = ((*line - APART) / (BLOCK - APART)).clamp(0.0, 1.0);
            *line = t * t * (3.0 - 2.0 * t);
        }
        // Counted messages cannot be drawn one by one, however few they are.
        if score.strokes.is_empty() && !score.density.is_empty() {
            lines.fill(1.0);
        }
        for staff in swell.chunks_mut(columns) {
            smooth(&mut staff[played.clone()], AROUND[1]);
            for (column, count) in staff.iter_mut().enumerate() {
                *count = *count / (*count + SWELL) * lines[column];
            }
        }
        Crowd { columns, left: axis.left, veil: lines, swell, last: last.saturating_sub(1) }
    }

    /// How much of a stroke is seen at this place, from 0 to 1.
    pub fn seen(&self, x: f64) -> f64 {
        let column = ((x - self.left) / COLUMN).max(0.0) as usize;
        1.0 - self.veil.get(column.min(self.columns.saturating_sub(1))).copied().unwrap_or(0.0)
    }

    /// How much a node's staff swells where the score ends.
    pub fn last_swell(&self, node: usize) -> f64 {
        self.swell(node).get(self.last).copied().unwrap_or(0.0)
    }

    /// How much a node's staff swells, column by column, from 0 to 1.
    pub fn swell(&self, node: usize) -> &[f64] {
        self.swell.get(node * self.columns..(node + 1) * self.columns).unwrap_or(&[])
    }
}

/// Every value becomes the mean of those around it, twice: no corner stays.
fn smooth(values: &mut [f64], around: usize) {
    let mut sums = Vec::with_capacity(values.len() + 1);
    for _ in 0..2 {
        sums.clear();
        sums.push(0.0);
        let mut sum = 0.0;
        for value in values.iter() {
            sum += value;
            sums.push(sum);
        }
        let n = values.len();
        for (i, value) in values.iter_mut().enumerate() {
            let (from, to) = (i.saturating_sub(around), (i + around + 1).min(n));
            *value = (sums[to] - sums[from]) / (to - from) as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::{MessageId, NodeId};
    use tutti_core::lab::scene::MessageKind;

    /// A heartbeat and its answer every 50 ms over ten seconds.
    fn score() -> Score {
        let stroke = |n: u64, from: u16| Stroke {
            id: MessageId(n),
            from: NodeId(from),
            to: NodeId(1 - from),
            sent: Time(n * 50_000 + u64::from(from) * 10_000),
            end: Time(n * 50_000 + u64::from(from) * 10_000 + 10_000),
            fate: Fate::Delivered,
            kind: MessageKind::Heartbeat,
        };
        let strokes = (0..200).flat_map(|n| [stroke(n, 0), stroke(n, 1)]).collect();
        Score { to: Time(10_000_000), explored: Time(10_000_000), strokes, ..Score::default() }
    }

    fn crowd(span: f64) -> Crowd {
        Crowd::of(&score(), &Axis { from: 0.0, span, left: 70.0, width: 1_000.0, whole: false }, 2)
    }

    #[test]
    fn near_by_strokes_stand_alone_and_from_afar_the_staves_swell() {
        let near = crowd(1e6);
        assert_eq!((near.seen(500.0), near.swell(1)[100]), (1.0, 0.0));
        let far = crowd(100e6);
        assert_eq!(far.seen(100.0), 0.0, "ten seconds in a hundred pixels are a block");
        assert!(far.swell(0)[10] > 0.4 && far.swell(1)[10] > 0.4);
        assert_eq!(far.seen(900.0), 0.0, "what comes next will be one too");
    }

    #[test]
    fn from_the_one_to_the_other_nothing_jumps() {
        let mut before = crowd(5e6).seen(120.0);
        let mut steps = 0;
        let mut span = 5e6;
        while span < 100e6 {
            span *= 1.02;
            let now = crowd(span).seen(120.0);
            assert!((now - before).abs() < 0.15, "{before} to {now} at {span}");
            steps += usize::from(now > 0.0 && now < 1.0);
            before = now;
        }
        assert!(steps > 3 && before == 0.0);
    }

    #[test]
    fn while_it_is_played_detail_and_summary_do_not_take_turns() {
        // Heartbeats in bursts, a few to a column on average: neither the one nor the other for certain.
        let whole = {
            let stroke = |n: u64| Stroke {
                id: MessageId(n),
                from: NodeId(0),
                to: NodeId(1),
                sent: Time(n / 8 * 50_000),
                end: Time(n / 8 * 50_000 + 10_000),
                fate: Fate::Delivered,
                kind: MessageKind::Heartbeat,
            };
            (0..8 * 200).map(stroke).collect::<Vec<_>>()
        };
        for span in [3e6, 4e6, 5e6, 6e6] {
            let axis = Axis { from: 0.0, span, left: 70.0, width: 1_000.0, whole: false };
            let seen: Vec<f64> = (100..200)
                .map(|tick| Time(tick * (span / 250.0) as u64))
                .map(|explored| {
                    let strokes = whole.iter().filter(|s| s.sent <= explored).cloned().collect();
                    let score = Score { to: Time(span as u64), explored, strokes, ..Score::default() };
                    Crowd::of(&score, &axis, 2).seen(axis.at(explored))
                })
                .collect();
            let (least, most) = seen.iter().fold((1.0_f64, 0.0_f64), |(l, m), &s| (l.min(s), m.max(s)));
            assert!(most - least < 0.1, "{span}: {least:.2} to {most:.2}");
        }
    }

    #[test]
    fn counted_messages_swell_and_are_no_strokes() {
        let axis = Axis { from: 0.0, span: 1e6, left: 0.0, width: 400.0, whole: false };
        let density = vec![vec![3; 100], vec![0; 100]];
        let crowd = Crowd::of(&Score { density, explored: Time(1_000_000), ..Score::default() }, &axis, 2);
        assert_eq!(crowd.seen(200.0), 0.0);
        assert!(crowd.swell(0)[50] > 0.5 && crowd.swell(1)[50] == 0.0);
    }
}
