//! The score's axis: which moment stands where, and how it is zoomed and turned. It knows no DOM.

use tutti_core::base::Time;

/// The shortest stretch that the score shows, in microseconds.
pub const SHORTEST: f64 = 2_000.0;
/// The longest, however short the run was so far.
pub const LONGEST: f64 = 30e6;

/// A stretch of time over a width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The moment at the left edge of the plot, in microseconds.
    pub from: f64,
    /// How many microseconds the plot holds.
    pub span: f64,
    /// Where the plot begins.
    pub left: f64,
    /// How wide it is, in CSS pixels.
    pub width: f64,
    /// It shows all, also when there is more, until the reader wants to see something else.
    pub whole: bool,
}

/// What is shown of all has so much room to go on in, or it would be drawn to another scale at once.
const ROOM: f64 = 1.2;

impl Axis {
    /// Where a moment of the run stands.
    #[inline(never)]
    pub fn at(&self, time: Time) -> f64 {
        self.x(time.0 as f64)
    }

    /// Where a moment stands, in microseconds.
    pub fn x(&self, time: f64) -> f64 {
        self.left + (time - self.from) / self.span * self.width
    }

    /// Which moment stands there; not before the start of the run.
    pub fn time(&self, x: f64) -> f64 {
        (self.from + (x - self.left) / self.width * self.span).max(0.0)
    }

    /// The moment at the right edge.
    pub fn to(&self) -> f64 {
        self.from + self.span
    }

    /// Shows a longer (`factor` above 1) or shorter stretch; what stands at `x` stays there. Of a run that ends at `end`
    /// never much more than all is shown.
    pub fn zoom(&mut self, factor: f64, x: f64, end: f64) {
        self.whole = false;
        let share = ((x - self.left) / self.width).clamp(0.0, 1.0);
        let fixed = self.from + share * self.span;
        self.span = (self.span * factor).clamp(SHORTEST, LONGEST.max(end * 2.0));
        self.from = (fixed - share * self.span).max(0.0);
    }

    /// Moves the stretch by so many pixels, not beyond a run that ends at `end`.
    pub fn pan(&mut self, dx: f64, end: f64) {
        self.whole = false;
        self.from = (self.from + dx / self.width * self.span).min(end).max(0.0);
    }

    /// Turns the page when `now` has left it or comes to its end, or has it hold more. Returns whether it did.
    pub fn follow(&mut self, now: f64) -> bool {
        let share = (now - self.from) / self.span;
        if (0.0..=0.9).contains(&share) {
            return false;
        }
        if self.whole {
            // By more than at first: scales are not to change every few moments.
            self.span = now * ROOM * ROOM;
            return true;
        }
        let next = (now - self.span * 0.25).max(0.0);
        let turned = next != self.from;
        self.from = next;
        turned
    }

    /// Shows a moment that is off the page. Returns whether anything changed.
    pub fn reveal(&mut self, now: f64) -> bool {
        if now >= self.from && now <= self.to() {
            return false;
        }
        if self.whole {
            return self.follow(now);
        }
        self.from = (now - self.span * 0.4).max(0.0);
        true
    }

    /// Shows all from the start to `end`.
    pub fn fit(&mut self, end: f64) {
        self.from = 0.0;
        self.span = (end * ROOM).max(SHORTEST * 50.0);
        self.whole = true;
    }

    /// The distance between two labelled lines: 1, 2 or 5 times a power of ten, at least `px` pixels wide.
    pub fn step(&self, px: f64) -> f64 {
        let least = self.span * px / self.width.max(1.0);
        let mut power = 1.0;
        while power * 10.0 <= least {
            power *= 10.0;
        }
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|k| k * power).find(|&s| s >= least).unwrap_or(power * 10.0)
    }
}

/// How many decimals of a second tell labels apart that are `step` microseconds from each other.
pub fn decimals(step: f64) -> usize {
    match step {
        s if s >= 1e6 => 0,
        s if s >= 1e5 => 1,
        s if s >= 1e4 => 2,
        s if s >= 1e3 => 3,
        s if s >= 1e2 => 4,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis() -> Axis {
        Axis { from: 1e6, span: 2e6, left: 60.0, width: 1000.0, whole: false }
    }

    #[test]
    fn a_moment_and_its_place_are_inverse() {
        let a = axis();
        assert_eq!(a.x(2e6), 560.0);
        assert_eq!(a.time(560.0), 2e6);
        assert_eq!(a.time(-5e9), 0.0, "nothing is before the start");
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let mut a = axis();
        let before = a.time(810.0);
        a.zoom(0.5, 810.0, 9e6);
        assert!((a.time(810.0) - before).abs() < 1e-6);
        assert_eq!(a.span, 1e6);
        a.zoom(1e-9, 810.0, 9e6);
        assert_eq!(a.span, SHORTEST);
        a.zoom(1e9, 810.0, 90e6);
        assert_eq!(a.span, 180e6, "twice as much as there is");
    }

    #[test]
    fn the_page_turns_near_its_end_and_only_there() {
        let mut a = axis();
        assert!(!a.follow(2.5e6));
        assert!(a.follow(2.9e6));
        assert!(a.x(2.9e6) < 400.0);
        assert!(a.follow(0.1e6), "back before its beginning too");
        assert_eq!(a.from, 0.0);
    }

    #[test]
    fn all_of_it_stays_on_the_page_while_it_is_played_on() {
        let mut a = axis();
        a.fit(5e6);
        assert!(!a.follow(5e6));
        for now in 5..100 {
            let now = f64::from(now) * 1e6;
            a.follow(now);
            assert!(a.from == 0.0 && (0.6..=0.9).contains(&(now / a.span)), "{a:?} at {now}");
        }
        // Until something else is asked for.
        a.zoom(0.9, 500.0, 99e6);
        assert!(a.follow(120e6) && a.from > 0.0);
        a.fit(5e6);
        a.pan(1e6, 5e6);
        assert_eq!(a.from, 5e6, "nobody gets lost in what is not written");
    }

    #[test]
    fn grid_steps_are_round() {
        let a = axis();
        assert_eq!(a.step(70.0), 200_000.0);
        assert_eq!(decimals(a.step(70.0)), 1);
        assert_eq!(decimals(2e6), 0);
    }
}
