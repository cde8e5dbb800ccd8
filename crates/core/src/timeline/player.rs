//! Playing a timeline: the present moves on as real time passes, at a chosen speed.
//!
//! Real time comes in from outside, in whatever portions the page likes; what happens in the world does not depend on
//! them.

use smol_str::SmolStr;

use super::tree::{Full, Timeline};
use crate::base::Time;
use crate::lab::{Order, Setup};
use crate::scenario::limits::MAX_DURATION;

/// The most steps that one call to [`Player::advance`] takes: more, and a page would not be drawn in time. The world's
/// time then passes more slowly than it should.
const MAX_STEPS_A_CALL: u64 = 6_000;

/// The longest real time that one call makes up for, in microseconds: after a page was away, it does not run ahead.
const MAX_REAL_US: u64 = 100_000;

/// Where every run ends: as far as a scenario or a link may reach.
const END: Time = Time(MAX_DURATION.0);

/// How much virtual time passes while real time does, in parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speed(pub u32);

impl Speed {
    /// As fast as life.
    pub const REAL: Speed = Speed(1_000_000);
    /// Slow enough to follow a message with the eye.
    pub const DEFAULT: Speed = Speed(25_000);
    /// The slowest.
    pub const SLOWEST: Speed = Speed(1_000);
    /// The fastest.
    pub const FASTEST: Speed = Speed(20_000_000);
}

/// A timeline that is played.
#[derive(Clone, Debug)]
pub struct Player {
    timeline: Timeline,
    playing: bool,
    speed: Speed,
    /// Virtual time that has passed and is less than a microsecond, in millionths of one.
    rest: u64,
}

impl Player {
    /// A player of a history that has not begun.
    pub fn new(setup: Setup, plan: Vec<(Time, Order)>) -> Player {
        Player { timeline: Timeline::new(setup, plan), playing: false, speed: Speed::DEFAULT, rest: 0 }
    }

    /// The history.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The history, to look at its score or to go elsewhere in it.
    pub fn timeline_mut(&mut self) -> &mut Timeline {
        &mut self.timeline
    }

    /// Whether time passes.
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// Lets time pass, or stops it.
    pub fn set_playing(&mut self, playing: bool) {
        self.playing = playing;
        self.rest = 0;
    }

    /// How fast time passes.
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Sets how fast time passes.
    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed.clamp(Speed::SLOWEST, Speed::FASTEST);
    }

    /// Real time has passed, in microseconds.
    pub fn advance(&mut self, real_us: u64) {
        if !self.playing {
            return;
        }
        let virtual_parts = real_us.min(MAX_REAL_US) * u64::from(self.speed.0) + self.rest;
        self.rest = virtual_parts % 1_000_000;
        let goal = Time(self.timeline.now().0.saturating_add(virtual_parts / 1_000_000));
        self.timeline.advance_at_most(goal.min(END), MAX_STEPS_A_CALL);
        if self.timeline.now() >= END {
            self.playing = false;
        }
    }

    /// Gives an order now.
    ///
    /// # Errors
    /// If there are too many branches or orders: nothing is done then.
    pub fn order(&mut self, order: impl Into<Order>, label: &str) -> Result<(), Full> {
        self.timeline.order(order.into(), SmolStr::from(label))
    }
}
