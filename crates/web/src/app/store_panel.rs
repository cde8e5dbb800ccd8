//! What a reader looks at in the store, and what they ask of it. It is all made of the run's own store; nothing is ever
//! written there.

use std::any::Any;

use gloo_timers::callback::Timeout;
use tutti_core::base::Time;
use tutti_core::lab::store_view::{self, Basis, Grain, Kept, ModelName, Question, Rebuilt, Seen};
use tutti_core::shop::UserId;
use tutti_core::store::{Category, Moment, Progress, ProjectionError, Store, StreamName, StreamVersion};
use yew::prelude::*;

use super::store_views::{self, StoreView};
use super::{App, Msg};
use crate::desk::Desk;

/// How long the page rests between two steps of what is built, in milliseconds: about a frame.
const REST: u32 = 16;
/// In about so many steps it is built, so that its progress is seen.
const STEPS: u64 = 60;
/// The most steps of the run that are looked through for the moment at which an event was there.
const LOOKED_THROUGH: u32 = 50_000;

/// What can be seen of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Streams and their events.
    #[default]
    Streams,
    /// Read models.
    Models,
    /// Projections that are new.
    Questions,
    /// A window of time.
    Window,
}

impl Part {
    pub(super) const ALL: [(Part, &'static str); 4] = [
        (Part::Streams, "Streams"),
        (Part::Models, "Read models"),
        (Part::Questions, "New questions"),
        (Part::Window, "A window of time"),
    ];
}

/// What is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Another part of it: its number.
    Part,
    /// The streams of a category.
    Category,
    /// A stream, by its name, or by the number of an order.
    Stream,
    /// A version of the stream.
    Version,
    /// So many versions on, or the first or the last one.
    Step,
    /// A read model: its number.
    Model,
    /// Whose journey.
    User,
    /// As of so many events.
    AsOf,
    /// As of a moment, in seconds.
    AsOfTime,
    /// As of now.
    Now,
    /// The read model anew, from nothing.
    Rebuild,
    /// Which question: its number.
    Question,
    /// How long its stretches of time are: their number.
    Grain,
    /// A new projection for the question.
    Build,
    /// The window's beginning, in seconds.
    From,
    /// The window's end, in seconds.
    Until,
    /// The window, replayed.
    Replay,
    /// The moment at which the event of this version was stored.
    Go,
    /// What is built goes on.
    On,
}

/// A projection that is built, for a question.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) question: Question,
    pub(super) grain: Grain,
    pub(super) kept: Box<dyn Kept>,
    pub(super) progress: Progress,
    /// It was built to its end, and is live since.
    pub(super) live: bool,
}

/// Where in the run the reader is: what was folded from the store holds for all that comes after it on the branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Anchor {
    branch: u32,
    now: Time,
    events: u64,
}

/// What is seen of the store.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) basis: Basis,
    pub(super) part: Part,
    pub(super) category: Category,
    pub(super) stream: Option<StreamName>,
    /// What was typed, if there is no such stream.
    pub(super) missing: Option<String>,
    /// The last, whatever is appended, if there is none.
    pub(super) version: Option<StreamVersion>,
    pub(super) model: ModelName,
    pub(super) user: UserId,
    /// As of how many events; `None`: as of now.
    pub(super) as_of: Option<u64>,
    pub(super) kept: Option<Box<dyn Kept>>,
    pub(super) seen: Option<(u64, Seen)>,
    pub(super) rebuilt: Option<Rebuilt>,
    pub(super) question: Question,
    pub(super) grain: Grain,
    pub(super) built: Option<Built>,
    /// What stands in the fields of the window.
    pub(super) window: [String; 2],
    /// The window that is replayed.
    pub(super) replayed: Option<(Time, Time)>,
    /// What is wrong with what was asked.
    pub(super) wrong: Option<String>,
    pub(super) view: Option<StoreView>,
    anchor: Option<Anchor>,
    /// Something was asked since it was looked at.
    asked: bool,
    job: Option<Timeout>,
}

impl Shelf {
    /// Nothing was asked yet; `None`: there is no shop.
    fn new(desk: &Desk) -> Option<Shelf> {
        let scenario = desk.scenario();
        let shop = scenario.shop.as_ref()?;
        Some(Shelf {
            basis: Basis { catalog: shop.catalog(), cart_window: shop.rules.cart_window },
            part: Part::default(),
            category: "order".into(),
            stream: None,
            missing: None,
            version: None,
            model: ModelName::default(),
            user: UserId(0),
            as_of: None,
            kept: None,
            seen: None,
            rebuilt: None,
            question: Question::default(),
            grain: Grain::default(),
            built: None,
            window: ["0".into(), "10".into()],
            replayed: None,
            wrong: None,
            view: None,
            anchor: None,
            asked: true,
            job: None,
        })
    }

    /// Takes up that the run has gone on, or that it is elsewhere. Says whether anything of it is new.
    fn take_up(&mut self, desk: &Desk, store: &Store) -> bool {
        let here = Anchor { branch: desk.branch(), now: desk.now(), events: store.events() };
        let before = self.anchor.replace(here);
        let follows = before.is_some_and(|before| {
            before.branch == here.branch && before.now <= here.now && before.events <= here.events
        });
        if !follows {
            // What was folded may be of events that are not there: it is folded again, from nothing.
            self.forget();
            if let Some(built) = &mut self.built {
                built.kept = store_view::question(built.question, built.grain, &self.basis);
            }
        }
        !follows || before.is_some_and(|before| before.events != here.events) || std::mem::take(&mut self.asked)
    }

    /// The read model is another one from here on.
    fn forget(&mut self) {
        (self.kept, self.seen, self.rebuilt) = (None, None, None);
    }

    /// The read model, folded to the end.
    pub(super) fn live(&mut self, store: &Store) -> Result<&mut dyn Kept, ProjectionError> {
        let (model, user, basis) = (self.model, self.user, &self.basis);
        let kept = self.kept.get_or_insert_with(|| store_view::model(model, user, basis));
        kept.advance(store, u32::MAX)?;
        Ok(&mut **kept)
    }

    /// One step of what is built. Says whether there is more to do.
    fn build_on(&mut self, store: &Store) -> Result<bool, ProjectionError> {
        let step = |of: u64| u32::try_from(of / STEPS + 1).unwrap_or(u32::MAX);
        let mut more = false;
        if self.rebuilt.is_some_and(|rebuilt| rebuilt.equal.is_none())
            && let Some(kept) = &mut self.kept
        {
            let of = self.rebuilt.map_or(0, |rebuilt| rebuilt.progress.of);
            self.rebuilt = kept.rebuild_on(store, step(of))?;
            more |= self.rebuilt.is_some_and(|rebuilt| rebuilt.equal.is_none());
        }
        if let Some(built) = self.built.as_mut().filter(|built| !built.live) {
            built.progress = built.kept.advance(store, step(built.progress.of))?;
            built.live = built.progress.done >= built.progress.of;
            more |= !built.live;
        }
        Ok(more)
    }

    /// Goes on with what is built after a rest.
    fn rest(&mut self, ctx: &Context<App>) {
        let link = ctx.link().clone();
        self.job = Some(Timeout::new(REST, move || link.send_message(Msg::Store(Ask::On, String::new()))));
    }

    /// Goes to another version of the stream.
    fn step(&mut self, store: &Store, by: &str) {
        let Some(last) = self.stream.as_ref().and_then(|stream| store.version(stream)) else { return };
        let at = self.version.unwrap_or(last).min(last).0;
        let to = match by {
            "first" => 0,
            "last" => last.0,
            by => at.saturating_add_signed(by.parse().unwrap_or(0)).min(last.0),
        };
        // Whoever is at the end stays there, whatever is appended.
        self.version = (to < last.0).then_some(StreamVersion(to));
    }

    fn ask(&mut self, store: &Store, ask: Ask, value: &str) -> Result<(), ProjectionError> {
        let number = || value.parse::<usize>().unwrap_or(0);
        match ask {
            Ask::Part => self.part = Part::ALL[number().min(Part::ALL.len() - 1)].0,
            Ask::Category => {
                self.category = value.into();
                let newest = store_view::streams(store, &self.category, 1).0.into_iter().next();
                (self.stream, self.version, self.missing) = (newest.map(|line| line.name), None, None);
            }
            Ask::Stream => match store_view::find(store, value) {
                Some(stream) => {
                    self.category = stream.category();
                    (self.stream, self.version, self.missing) = (Some(stream), None, None);
                }
                None => self.missing = (!value.trim().is_empty()).then(|| value.trim().to_owned()),
            },
            Ask::Version => self.version = value.parse().ok().map(StreamVersion),
            Ask::Step => self.step(store, value),
            Ask::Model => {
                self.model = ModelName::ALL[number().min(ModelName::ALL.len() - 1)];
                self.forget();
            }
            Ask::User => {
                self.user = UserId(value.trim().parse().unwrap_or(0));
                self.forget();
            }
            Ask::AsOf => {
                let events = value.parse().unwrap_or(u64::MAX);
                self.as_of = (events < store.events()).then_some(events);
            }
            Ask::AsOfTime => match time(value) {
                Some(time) => self.as_of = (time < store.now()).then(|| store.events_until(Moment::Time(time))),
                None => self.wrong = Some("A moment is a number of seconds, such as 4.2.".into()),
            },
            Ask::Now => self.as_of = None,
            Ask::Rebuild => {
                let kept = self.live(store)?;
                kept.rebuild();
                self.rebuilt = kept.rebuild_on(store, 1)?;
            }
            Ask::Question => self.question = Question::ALL[number().min(Question::ALL.len() - 1)],
            Ask::Grain => self.grain = Grain::ALL[number().min(Grain::ALL.len() - 1)],
            Ask::Build => {
                let mut kept = store_view::question(self.question, self.grain, &self.basis);
                let progress = kept.advance(store, 1)?;
                let live = progress.done >= progress.of;
                self.built = Some(Built { question: self.question, grain: self.grain, kept, progress, live });
            }
            Ask::From => self.window[0] = value.to_owned(),
            Ask::Until => self.window[1] = value.to_owned(),
            Ask::Replay => match (time(&self.window[0]), time(&self.window[1])) {
                (Some(from), Some(until)) if from < until => self.replayed = Some((from, until)),
                _ => self.wrong = Some("A window is from a number of seconds to a higher one.".into()),
            },
            Ask::Go | Ask::On => {}
        }
        Ok(())
    }
}

/// A moment in seconds, as somebody writes it.
fn time(text: &str) -> Option<Time> {
    let (whole, part) = text.trim().trim_end_matches('s').trim_end().split_once('.').unwrap_or((text.trim(), ""));
    let whole = whole.trim_end_matches('s').trim_end();
    if part.len() > 6 || !part.bytes().all(|digit| digit.is_ascii_digit()) || whole.is_empty() {
        return None;
    }
    let micros =
        part.bytes().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')) * 10_u64.pow(6 - part.len() as u32);
    Some(Time(whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?))
}

/// What is seen of the store, if anybody has looked at it.
pub(super) fn shelf_of(shelf: &dyn Any) -> Option<&Shelf> {
    shelf.downcast_ref()
}

/// Looks at the store. Says whether anything has changed.
pub(super) fn look(place: &mut Option<Box<dyn Any>>, desk: &Desk) -> bool {
    if place.is_none() {
        *place = Shelf::new(desk).map(|shelf| Box::new(shelf) as Box<dyn Any>);
    }
    let Some(shelf) = place.as_mut().and_then(|shelf| shelf.downcast_mut::<Shelf>()) else { return false };
    let Some(store) = store_view::store(desk.world()) else { return false };
    if !shelf.take_up(desk, store) {
        return false;
    }
    let view = store_views::view(shelf, store);
    let changed = shelf.view.as_ref() != Some(&view);
    shelf.view = Some(view);
    changed
}

impl App {
    /// The reader asks something of the store. Says whether anything has to be drawn.
    pub(super) fn ask_store(&mut self, ctx: &Context<Self>, ask: Ask, value: &str) -> bool {
        if ask == Ask::Go {
            self.go_to_event(value);
            return false;
        }
        if let Some(shelf) = self.shelf.as_mut().and_then(|shelf| shelf.downcast_mut::<Shelf>())
            && let Some(store) = store_view::store(self.desk.borrow().world())
        {
            shelf.asked = true;
            if ask != Ask::On {
                shelf.wrong = None;
            }
            let on = shelf.ask(store, ask, value).and_then(|()| match ask {
                Ask::On => shelf.build_on(store),
                _ => Ok(matches!(ask, Ask::Rebuild | Ask::Build)),
            });
            match on {
                Ok(true) => shelf.rest(ctx),
                Ok(false) => {}
                Err(error) => shelf.wrong = Some(error.to_string()),
            }
        }
        self.look()
    }

    /// Goes to the first moment at which an event of the stream is in the store. It was put into the log a little
    /// earlier, which is the time that it carries.
    fn go_to_event(&mut self, version: &str) {
        let found = || {
            let shelf = shelf_of(self.shelf.as_deref()?)?;
            let (stream, version) = (shelf.stream.clone()?, StreamVersion(version.parse().ok()?));
            let mut desk = self.desk.borrow_mut();
            let (was, at) = (desk.now(), store_view::store(desk.world())?.event_of(&stream, version)?.at);
            desk.seek(at);
            for _ in 0..LOOKED_THROUGH {
                let there = |store: &Store| store.version(&stream).is_some_and(|last| last >= version);
                if desk.now() >= was || store_view::store(desk.world()).is_some_and(there) {
                    break;
                }
                desk.step();
            }
            Some((desk.now(), version))
        };
        let Some((time, version)) = found() else { return };
        if let Some(shelf) = self.shelf.as_mut().and_then(|shelf| shelf.downcast_mut::<Shelf>()) {
            shelf.version = Some(version);
            shelf.asked = true;
        }
        if let Some(stage) = &self.stage {
            stage.go_to(time);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_to_the_microsecond_or_not_at_all() {
        let read = |text| time(text).map(|time| time.0);
        assert_eq!(read("4.2"), Some(4_200_000));
        assert_eq!(read(" 12 s"), Some(12_000_000));
        assert_eq!(read("0.000001s"), Some(1));
        for wrong in ["", ".5", "-1", "1.2.3", "four", "1.0000001", "99999999999999999999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
