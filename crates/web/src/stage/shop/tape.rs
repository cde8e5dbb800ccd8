//! The tape of a topic below the stage: what is shown of it, and its elements.

use tutti_core::lab::shop_tape::{self, SlipState, Tape, TapeSlip};
use tutti_core::lab::words::count;
use tutti_core::shop::{OrderId, Subject};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlSelectElement};

use super::tape_draw::Geometry;
use super::tape_hear::listen;
use crate::stage::dom::{Listener, attr, attr_if_new, child, document, px, style, text_if_new};
use crate::stage::parts::Sheet;
use crate::stage::view::{Handle, View};

/// The head, the legend, and where the tape itself is drawn.
const MARKUP: &str = r#"<div class="tt-tape-head"><label>topic <select aria-label="Topic"></select></label><span class="tt-tape-said"></span><button type="button" class="small" hidden>To the end</button>
<span class="tt-legend"><i style="--hue:var(--placed)"><u>Order</u>Placed</i><i style="--hue:var(--paid)">Payment<u>Processed</u></i><i style="--hue:var(--stocked)">Stock<u>Updated</u></i><i style="--hue:var(--shipped)"><u>Order</u>Shipped</i><i style="--hue:var(--other)">other</i></span></div>
<div class="tt-reel" tabindex="0" role="group" aria-roledescription="tape"><canvas aria-hidden="true"></canvas></div>"#;

/// Where a record is on the tape: its partition and its offset.
pub(super) type Spot = (usize, u64);

/// The tape.
pub(super) struct Tapes {
    pub(super) root: HtmlElement,
    select: HtmlSelectElement,
    said: HtmlElement,
    to_end: HtmlElement,
    pub(super) reel: HtmlElement,
    pub(super) sheet: Sheet,
    pub(super) tape: Tape,
    pub(super) geometry: Geometry,
    topic: u16,
    /// So many records from the end are not seen: the reader went back.
    pub(super) back: u64,
    /// The record that the keyboard is on.
    pub(super) cursor: Option<Spot>,
    /// A pointer that is down: where, how far back the tape was then, and whether it has moved since.
    pub(super) drag: Option<(f64, u64, bool)>,
    rows: usize,
    _listeners: Vec<Listener>,
}

impl Drop for Tapes {
    fn drop(&mut self) {
        self.root.remove();
    }
}

impl Tapes {
    /// The elements, between the board and the hint.
    pub(super) fn new(stage: &Element, handle: &Handle) -> Option<Tapes> {
        let find = |root: &Element, css: &str| root.query_selector(css).ok().flatten();
        let section = find(stage, ".tt-stage")?;
        let root = child(&section, "div", "tt-tape");
        let hint = find(stage, ".tt-hint");
        let _ = section.insert_before(&root, hint.as_deref());
        root.set_inner_html(MARKUP);
        let reel: HtmlElement = find(&root, ".tt-reel")?.unchecked_into();
        let sheet = Sheet::new(find(&root, "canvas")?.unchecked_into())?;
        let select: HtmlSelectElement = find(&root, "select")?.unchecked_into();
        let to_end: HtmlElement = find(&root, "button")?.unchecked_into();
        let said = find(&root, ".tt-tape-said")?.unchecked_into();
        let listeners = listen(handle, &reel, &select, &to_end);
        Some(Tapes {
            root,
            select,
            said,
            to_end,
            reel,
            sheet,
            tape: Tape::default(),
            geometry: Geometry::default(),
            topic: 0,
            back: 0,
            cursor: None,
            drag: None,
            rows: 0,
            _listeners: listeners,
        })
    }

    /// Another topic was chosen.
    pub(super) fn choose(&mut self) {
        self.topic = self.select.value().parse().unwrap_or_default();
        (self.back, self.cursor) = (0, None);
    }

    /// The longest partition: nobody can go farther back than it is long.
    pub(super) fn longest(&self) -> u64 {
        self.tape.partitions.iter().map(|row| row.end.0 - row.start.0).max().unwrap_or_default()
    }

    fn head(&mut self) {
        let topics = &self.tape.topics;
        let topics_are_none = topics.is_empty();
        if self.select.length() as usize != topics.len() {
            self.select.set_inner_html("");
            for (i, topic) in topics.iter().enumerate() {
                let option = child(&self.select, "option", "");
                attr(&option, "value", &i.to_string());
                option.set_text_content(Some(topic));
            }
            self.select.set_value(&self.topic.to_string());
        }
        let partitions = count(self.tape.partitions.len() as u64, "partition");
        let dead: u32 = self.tape.readers.iter().map(|reader| reader.dead_letters).sum();
        let dead = if dead == 0 { String::new() } else { [", ", &count(dead.into(), "dead letter")].concat() };
        let words = match self.tape.partitions.len() {
            0 => "there is none yet".to_owned(),
            1 => partitions + &dead,
            _ => [&partitions, ", each key in one of them", &dead].concat(),
        };
        text_if_new(&self.said, &words);
        self.select.set_hidden(topics_are_none);
        self.to_end.set_hidden(self.back == 0);
    }

    /// The record at a place of the tape.
    pub(super) fn slip(&self, (row, offset): Spot) -> Option<&TapeSlip> {
        let row = self.tape.partitions.get(row)?;
        row.slips.get(offset.checked_sub(row.first.0)? as usize)
    }

    /// The order of the record at a place.
    pub(super) fn order(&self, spot: Spot) -> Option<OrderId> {
        match self.slip(spot)?.subject? {
            Subject::Order(order) => Some(order),
            Subject::Browsing(..) => None,
        }
    }

    /// What is said of a record.
    pub(super) fn words(&self, spot: Spot) -> Option<String> {
        let slip = self.slip(spot)?;
        let kind = slip.kind.map_or("an event", |kind| kind.name());
        let subject = match slip.subject {
            Some(Subject::Order(order)) => [" ", &order.to_string()].concat(),
            Some(Subject::Browsing(user, _)) => [" of customer ", &user.to_string()].concat(),
            None => String::new(),
        };
        let state = match slip.state {
            SlipState::Done => "all have dealt with it",
            SlipState::InFlight => "somebody works on it",
            SlipState::Open => "somebody has not had it yet",
            SlipState::Dead => "given up: a dead letter",
        };
        let tries = match slip.tries {
            0 | 1 => String::new(),
            tries => [", delivered ", &tries.to_string(), " times"].concat(),
        };
        let (row, offset) = (spot.0.to_string(), spot.1.to_string());
        Some([kind, &subject, ", partition ", &row, " offset ", &offset, ": ", state, &tries].concat())
    }
}

impl View {
    /// Brings the tape up to date and draws it.
    pub(crate) fn show_tape(&mut self) {
        let Some(mut shop) = self.shop.take() else { return };
        let tapes = &mut shop.tapes;
        let rows = tapes.tape.partitions.len();
        let timeline = self.desk.borrow();
        let timeline = timeline.player().timeline();
        self.painter.joined = self.scene.nodes.iter().map(|node| timeline.joined(node.id)).collect();
        let narrow = self.layout.narrow;
        let geometry = Geometry::new(f64::from(tapes.reel.client_width()), rows, narrow);
        tapes.back = tapes.back.min(tapes.longest().saturating_sub(u64::from(geometry.fit)));
        let found = shop_tape::tape(self.desk.borrow().world(), tapes.topic, tapes.back, geometry.fit);
        tapes.tape = found.unwrap_or_default();
        tapes.geometry = Geometry { rows: tapes.tape.partitions.len(), ..geometry };
        tapes.head();
        // Before the first topic is made there is room for it already, so that nothing moves when it is.
        let shown = tapes.geometry.rows.max(3);
        if shown != tapes.rows {
            tapes.rows = shown;
            style(&tapes.reel, "height", &px(Geometry { rows: shown, ..tapes.geometry }.height()));
        }
        tapes.sheet.fit(&tapes.reel);
        let pen = self.pen(&tapes.sheet);
        tapes.draw(pen, self.painter.followed);
        tapes.say();
        self.shop = Some(shop);
    }
}

impl Tapes {
    /// What a screen reader hears of the tape, and of the record that the keyboard is on.
    fn say(&self) {
        let lags: Vec<String> = self
            .tape
            .readers
            .iter()
            .filter(|reader| reader.in_service)
            .map(|reader| [reader.name.as_str(), " lag ", &reader.lag.to_string()].concat())
            .collect();
        let at = self.cursor.and_then(|spot| self.words(spot)).map(|words| [&words, ". "].concat());
        let words = [&at.unwrap_or_default(), "Topic: ", &lags.join(", "), ". Arrow keys go along it, Enter follows."];
        let focused = document().active_element().is_some_and(|e| *AsRef::<Element>::as_ref(&self.reel) == e);
        if focused || !self.reel.has_attribute("aria-label") {
            attr_if_new(&self.reel, "aria-label", &words.concat());
        }
    }
}
