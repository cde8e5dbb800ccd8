//! The share link's text: a whole experiment, and where its reader stood, in a few dozen characters.
//!
//! The text is base64 for URLs of: a mark and the version of this encoding (two bytes), the body, and a checksum (four
//! bytes). The body holds the engine's version, the scenario (of a preset only its name and the seed), every order with
//! its place, the moment that was looked at, and the trace hash up to there. An engine that plays the same otherwise
//! comes to another hash, and can say so.

use std::fmt;

use smol_str::SmolStr;

use super::form::{Record, Visit, choice, record};
use super::limits::{MAX_CLOCK_OFFSET, MAX_COMMANDS, MAX_DURATION, MAX_SPAN};
use super::network::Difference;
use super::problem::{Inspection, ScenarioError};
use super::quantity::Ppm;
use super::sealed::Seal;
use super::{Scenario, presets};
use crate::base::{Span, Time};
use crate::lab::{Command, LinkOrder, MessageOrder, NodeOrder, Order};
use crate::sim::Quality;

/// The version of the engine, as links name it.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// The most characters of a link that are read or made.
pub const MAX_LINK: usize = 32 * 1024;

/// In base64 a link begins with `tt`.
const SEAL: Seal = Seal { mark: [0xb6, 0xd0], begins: "tt", version: 1, most: MAX_LINK };
/// The most bytes of a version's name.
pub(super) const MAX_ENGINE: usize = 32;

/// What a link holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The version of the engine that made it.
    pub engine: SmolStr,
    /// The scenario.
    pub scenario: Scenario,
    /// What was ordered by hand, in the order in which it takes effect.
    pub orders: Vec<Given>,
    /// The moment that was looked at.
    pub time: Time,
    /// How many steps of that instant had been taken; [`u32::MAX`]: all.
    pub within: u32,
    /// The trace hash at that moment.
    pub trace_hash: u64,
}

/// An order and where it stands: after all steps before `time`, and after the first `within` steps at that instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The instant.
    pub time: Time,
    /// How many steps of that instant come before; [`u32::MAX`]: all.
    pub within: u32,
    /// What was ordered.
    pub order: Order,
}

/// Why a text is not a link that can be followed, or why none can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// The text is something else.
    NotALink,
    /// It has more than [`MAX_LINK`] characters.
    TooLong,
    /// Some of it is missing or was changed.
    Damaged,
    /// It was made by a newer version.
    Newer,
    /// It is about a preset that this version does not have.
    UnknownPreset(SmolStr),
    /// It is whole, but says what cannot be.
    Impossible(ScenarioError),
}

impl std::error::Error for LinkError {}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NotALink => f.write_str("this is not a link to a Tutti experiment"),
            LinkError::TooLong => {
                write!(f, "the experiment is too long for a link: {MAX_LINK} characters are the most")
            }
            LinkError::Damaged => f.write_str("the link is damaged: some of it is missing or was changed on the way"),
            LinkError::Newer => f.write_str("the link was made by a newer version of Tutti"),
            LinkError::UnknownPreset(name) => {
                write!(f, "the link is about a preset that this version does not have: {name}")
            }
            LinkError::Impossible(error) => write!(f, "the link describes what cannot be: {error}"),
        }
    }
}

/// A link's body as it is written.
#[derive(Default)]
struct Body {
    engine: SmolStr,
    source: Source,
    orders: Vec<Step>,
    time: u64,
    /// One more than the place, so that "all" is the shortest.
    within: u32,
    trace_hash: u64,
}

/// Where the scenario comes from.
pub(super) enum Source {
    /// A preset, perhaps with another seed.
    Preset { name: SmolStr, seed: u64 },
    /// It is written out, and has no shop.
    Whole(Box<Shopless>),
    /// It is written out.
    Shop(Box<Scenario>),
}

/// A scenario as it was written before there were shops.
#[derive(Default)]
pub(super) struct Shopless(Scenario);

impl Record for Shopless {
    fn fields(&mut self, visit: &mut Visit<'_>) {
        self.0.fields(&mut |field| {
            if field.name != "shop" {
                visit(field);
            }
        });
    }
}

/// An order as it is written: its time since the one before, and one more than its place.
#[derive(Default)]
pub(super) struct Step {
    time: u64,
    within: u32,
    order: Order,
}

impl Default for Source {
    fn default() -> Self {
        Source::Preset { name: SmolStr::default(), seed: 0 }
    }
}

record!(Body { needed engine, needed source, needed orders, needed time, needed within, needed trace_hash });
record!(Step { needed time, needed within, needed order });
choice!(Source {
    "preset" Preset { needed name, needed seed },
    "whole" Whole(scenario),
    "shop" Shop(scenario),
});

impl Link {
    /// The link's text.
    ///
    /// # Errors
    /// If it were too long, or goes further than a link reaches.
    pub fn encode(&self) -> Result<String, LinkError> {
        self.inspect()?;
        let mut body = Body {
            engine: self.engine.clone(),
            source: Source::of(&self.scenario),
            orders: steps(&self.orders),
            time: self.time.0,
            within: self.within.wrapping_add(1),
            trace_hash: self.trace_hash,
        };
        SEAL.write(&mut body)
    }

    /// What a link's text holds.
    ///
    /// # Errors
    /// If it is not a link, damaged, from a newer version, or describes what cannot be.
    pub fn decode(text: &str) -> Result<Link, LinkError> {
        let mut body = Body::default();
        SEAL.read(text, &mut body)?;
        let orders = given(body.orders);
        let link = Link {
            engine: body.engine,
            scenario: body.source.scenario()?,
            orders,
            time: Time(body.time),
            within: body.within.wrapping_sub(1),
            trace_hash: body.trace_hash,
        };
        link.inspect()?;
        Ok(link)
    }

    /// Whether the engine that made the link is this one: another may play the same otherwise.
    pub fn is_of_this_engine(&self) -> bool {
        self.engine == ENGINE
    }

    fn inspect(&self) -> Result<(), LinkError> {
        self.scenario.inspect().map_err(LinkError::Impossible)?;
        let mut inspection = Inspection::default();
        inspection.length("engine", self.engine.len(), MAX_ENGINE, "bytes");
        inspection.span("time", self.time.since(Time::ZERO), Span::ZERO, MAX_DURATION);
        inspect_orders(&self.orders, &mut inspection);
        inspection.end().map_err(LinkError::Impossible)
    }
}

impl Source {
    pub(super) fn of(scenario: &Scenario) -> Source {
        let same = |preset: &Scenario| Scenario { seed: scenario.seed, ..preset.clone() } == *scenario;
        match presets::get(&scenario.name) {
            Some(preset) if same(&preset) => Source::Preset { name: scenario.name.clone(), seed: scenario.seed },
            _ if scenario.shop.is_some() => Source::Shop(Box::new(scenario.clone())),
            _ => Source::Whole(Box::new(Shopless(scenario.clone()))),
        }
    }

    pub(super) fn scenario(self) -> Result<Scenario, LinkError> {
        match self {
            Source::Whole(scenario) => Ok(scenario.0),
            Source::Shop(scenario) => Ok(*scenario),
            Source::Preset { name, seed } => match presets::get(&name) {
                Some(preset) => Ok(Scenario { seed, ..preset }),
                None => Err(LinkError::UnknownPreset(name)),
            },
        }
    }
}

/// Orders as they are written.
pub(super) fn steps(orders: &[Given]) -> Vec<Step> {
    let mut last = Time::ZERO;
    let mut since_last = |time: Time| time.since(std::mem::replace(&mut last, time)).0;
    let step = |given: &Given| Step {
        time: since_last(given.time),
        within: given.within.wrapping_add(1),
        order: given.order.clone(),
    };
    orders.iter().map(step).collect()
}

/// Orders as they were written.
pub(super) fn given(steps: Vec<Step>) -> Vec<Given> {
    let mut last = Time::ZERO;
    let mut after_last = |time: u64| {
        last += Span(time);
        last
    };
    let given =
        |step: Step| Given { time: after_last(step.time), within: step.within.wrapping_sub(1), order: step.order };
    steps.into_iter().map(given).collect()
}

/// There may be only so many orders, they must stand in their order, and each must be possible.
pub(super) fn inspect_orders(orders: &[Given], inspection: &mut Inspection) {
    inspection.length("orders", orders.len(), MAX_COMMANDS, "orders");
    let list = inspection.enter("orders");
    let mut last = Time::ZERO;
    for (number, given) in orders.iter().enumerate().take(MAX_COMMANDS) {
        let item = inspection.enter_item(number);
        // At one instant the places need not grow: an order at its end may cause further steps, and another among
        // them.
        if given.time < last {
            inspection.here("it stands before the one before it".into());
        }
        last = given.time;
        inspection.span("time", given.time.since(Time::ZERO), Span::ZERO, MAX_DURATION);
        inspect_order(&given.order, inspection);
        inspection.leave(item);
    }
    inspection.leave(list);
}

/// An order may name nodes and messages that are not there: that is refused when it is carried out. Its quantities must
/// be possible.
fn inspect_order(order: &Order, inspection: &mut Inspection) {
    match order {
        Order::Give(Command::SetLink { quality, .. }) | Order::Link { what: LinkOrder::Set(quality), .. } => {
            inspect_quality(quality, inspection);
        }
        Order::Give(Command::Delay { by, .. }) | Order::Message { what: MessageOrder::Delay(by), .. } => {
            inspection.span("by", *by, Span::ZERO, MAX_SPAN);
        }
        Order::Give(Command::Skew { offset_us, .. }) | Order::To { what: NodeOrder::Skew { offset_us, .. }, .. } => {
            inspection.span("offset", Span(offset_us.unsigned_abs()), Span::ZERO, MAX_CLOCK_OFFSET);
        }
        _ => {}
    }
}

fn inspect_quality(quality: &Quality, inspection: &mut Inspection) {
    Difference {
        latency: Some(quality.latency),
        bandwidth: quality.bandwidth,
        loss: Some(Ppm(quality.loss_ppm)),
        duplicate: Some(Ppm(quality.duplicate_ppm)),
        reorder: Some(Ppm(quality.reorder_ppm)),
    }
    .inspect(inspection);
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::base::NodeId;
    use crate::lab::Target;
    use crate::sim::Latency;

    fn link() -> Link {
        let crash = |time, within| Given {
            time: Time(time),
            within,
            order: Order::To { target: Target::Node(NodeId(2)), what: NodeOrder::Crash },
        };
        Link {
            engine: ENGINE.into(),
            scenario: Scenario { seed: 9, ..presets::get("leader-crash").expect("a preset") },
            orders: vec![crash(1_200_000, 3), crash(1_200_000, u32::MAX), crash(2_000_000, 0)],
            time: Time(2_500_000),
            within: u32::MAX,
            trace_hash: 0x0123_4567_89ab_cdef,
        }
    }

    #[test]
    fn a_link_brings_back_what_went_in_and_is_short_enough_to_paste() {
        let text = link().encode().expect("a link");
        assert_eq!(Link::decode(&format!(" {text}\n")), Ok(link()));
        assert!(text.starts_with("tt") && text.len() < 120, "{} characters: {text}", text.len());
        let changed = Scenario { duration: Span::secs(7), ..link().scenario };
        let link = Link { scenario: changed, ..link() };
        assert_eq!(Link::decode(&link.encode().expect("a link")), Ok(link));
    }

    #[test]
    fn each_cause_has_an_error_of_its_own() {
        let text = link().encode().expect("a link");
        for foreign in ["", "hello", "https://example.org/", "\u{1f3bb}"] {
            assert_eq!(Link::decode(foreign), Err(LinkError::NotALink), "{foreign}");
        }
        assert_eq!(Link::decode(&"t".repeat(MAX_LINK + 1)), Err(LinkError::TooLong));
        assert_eq!(Link::decode(&text[..text.len() - 5]), Err(LinkError::Damaged));
        assert_eq!(Link::decode("tt"), Err(LinkError::Damaged));
        assert_eq!(Link::decode(&text.replacen("tt", "tt!", 1)), Err(LinkError::Damaged));
        let mut bytes = URL_SAFE_NO_PAD.decode(&text).expect("base64");
        bytes[1] += 1;
        assert_eq!(Link::decode(&URL_SAFE_NO_PAD.encode(&bytes)), Err(LinkError::Newer));
    }

    #[test]
    fn any_single_character_changed_is_noticed() {
        let text = link().encode().expect("a link");
        for place in 3..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(Link::decode(&changed), Err(LinkError::Damaged), "{place}");
        }
    }

    /// Somebody can compute a checksum too.
    #[test]
    fn a_link_made_by_hand_can_say_only_what_can_be() {
        let slow = Quality::clean(Latency::Fixed(Span(u64::MAX)));
        let order = Order::Give(Command::SetLink { from: NodeId(0), to: NodeId(1), quality: slow });
        let orders = vec![Given { time: Time(1), within: 0, order }];
        let crafted = Link { orders, ..link() };
        assert!(matches!(crafted.encode(), Err(LinkError::Impossible(_))));
        let late = Link { time: Time::NEVER, ..link() };
        assert!(matches!(late.encode(), Err(LinkError::Impossible(_))));
        let body = |source: Source| Body {
            engine: ENGINE.into(),
            source,
            orders: Vec::new(),
            time: u64::MAX,
            within: 0,
            trace_hash: 0,
        };
        let text = |mut body: Body| SEAL.write(&mut body).expect("short enough");
        let late = body(Source::Whole(Box::default()));
        assert!(matches!(Link::decode(&text(late)), Err(LinkError::Impossible(_))));
        let unknown = body(Source::Preset { name: "unheard-of".into(), seed: 1 });
        assert_eq!(Link::decode(&text(unknown)), Err(LinkError::UnknownPreset("unheard-of".into())));
    }
}
