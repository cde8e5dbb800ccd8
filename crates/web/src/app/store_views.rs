//! What the panel of the store shows, as plain values.

use tutti_core::base::Time;
use tutti_core::lab::store_view::{
    self, Audit, Grain, HistoryView, ModelName, Question, Rebuilt, Seen, Spike, StreamLine, Table, Tail,
};
use tutti_core::store::{Category, Cost, Filter, Moment, Progress, ProjectionError, Store, StreamName, StreamVersion};

use super::store_panel::{Part, Shelf};

/// The most streams in the list.
const STREAMS: usize = 200;
/// The most events of a stream in the list.
const EVENTS: u64 = 40;

/// The store.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StoreView {
    pub part: Part,
    pub events: u64,
    pub streams: u32,
    pub cost: Cost,
    /// What is wrong with what was asked, or with the store.
    pub wrong: Option<String>,
    pub shown: Option<Shown>,
}

/// What of it is seen.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shown {
    Streams(StreamsView),
    Model(ModelView),
    Question(QuestionView),
    Window(WindowView),
}

/// The streams, and one of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StreamsView {
    pub categories: Vec<Category>,
    pub category: Category,
    pub lines: Vec<StreamLine>,
    pub count: usize,
    pub stream: Option<StreamName>,
    pub missing: Option<String>,
    pub history: Option<HistoryView>,
    /// The version that is looked at.
    pub at: StreamVersion,
    pub audit: Option<Audit>,
    pub tail: Option<Tail>,
}

/// A read model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ModelView {
    pub model: ModelName,
    pub user: u32,
    /// As of how many events.
    pub as_of: u64,
    /// When the last of them was stored.
    pub at: Time,
    /// It is the live one.
    pub now: bool,
    pub table: Table,
    /// How it was come by, if it is of the past.
    pub seen: Option<Seen>,
    pub rebuilt: Option<Rebuilt>,
    /// How many snapshots are kept of it, and their bytes.
    pub snapshots: (u64, u64),
}

/// A new projection.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct QuestionView {
    pub question: Question,
    pub grain: Grain,
    /// What was built: for which question, how far it has come, and, if it is at the end, its answer.
    pub built: Option<(Question, Grain, Progress, Option<Table>)>,
}

/// A window of time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WindowView {
    pub fields: [String; 2],
    pub spike: Option<Spike>,
}

/// What of the store is seen.
pub(super) fn view(shelf: &mut Shelf, store: &Store) -> StoreView {
    let shown = match shelf.part {
        Part::Streams => streams(shelf, store).map(Shown::Streams),
        Part::Models => model(shelf, store).map(Shown::Model),
        Part::Questions => question(shelf, store).map(Shown::Question),
        Part::Window => window(shelf, store).map(Shown::Window),
    };
    let (shown, error) = match shown {
        Ok(shown) => (Some(shown), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let head = store.head();
    StoreView {
        part: shelf.part,
        events: head.events,
        streams: head.streams,
        cost: store.cost(),
        wrong: error.or_else(|| shelf.wrong.clone()),
        shown,
    }
}

fn streams(shelf: &mut Shelf, store: &Store) -> Result<StreamsView, ProjectionError> {
    let mut categories: Vec<Category> = store.categories().cloned().collect();
    categories.sort();
    let (lines, count) = store_view::streams(store, &shelf.category, STREAMS);
    if shelf.stream.is_none() {
        shelf.stream = lines.first().map(|line| line.name.clone());
    }
    let (mut history, mut audit, mut tail, mut at) = (None, None, None, StreamVersion(0));
    if let Some(stream) = &shelf.stream
        && let Some(last) = store.version(stream)
    {
        at = shelf.version.unwrap_or(last).min(last);
        history = store_view::history(store, stream, at, EVENTS, &shelf.basis)?;
        audit = store_view::audit(store, stream, last)?;
        tail = store_view::tail(store, stream, at, &shelf.basis)?;
    }
    let (category, stream, missing) = (shelf.category.clone(), shelf.stream.clone(), shelf.missing.clone());
    Ok(StreamsView { categories, category, lines, count, stream, missing, history, at, audit, tail })
}

fn model(shelf: &mut Shelf, store: &Store) -> Result<ModelView, ProjectionError> {
    let as_of = shelf.as_of.map_or(store.events(), |events| events.min(store.events()));
    let position = store.position_after(as_of);
    let event = position.and_then(|position| store.read(&Filter::All, position).next());
    let at = event.map_or(Time::ZERO, |event| event.at);
    let known = shelf.seen.take().filter(|(events, _)| *events == as_of);
    let now = shelf.as_of.is_none();
    let kept = shelf.live(store)?;
    let snapshots = kept.snapshots();
    let seen = match (now, known) {
        (true, _) => None,
        (false, Some((_, seen))) => Some(seen),
        // Before the first event there is nothing, at no position.
        (false, None) => {
            Some(kept.as_of(store, position.map_or(Moment::Position(Default::default()), Moment::Position), at)?)
        }
    };
    let table = seen.as_ref().map_or_else(|| kept.live(store.now()), |seen| seen.table.clone());
    shelf.seen = seen.clone().map(|seen| (as_of, seen));
    let (model, user, rebuilt) = (shelf.model, shelf.user.0, shelf.rebuilt);
    Ok(ModelView { model, user, as_of, at, now, table, seen, rebuilt, snapshots })
}

fn question(shelf: &mut Shelf, store: &Store) -> Result<QuestionView, ProjectionError> {
    let mut built = None;
    if let Some(each) = &mut shelf.built {
        if each.live {
            each.progress = each.kept.advance(store, u32::MAX)?;
        }
        let table = each.live.then(|| each.kept.live(store.now()));
        built = Some((each.question, each.grain, each.progress, table));
    }
    Ok(QuestionView { question: shelf.question, grain: shelf.grain, built })
}

fn window(shelf: &mut Shelf, store: &Store) -> Result<WindowView, ProjectionError> {
    let spike = match shelf.replayed {
        Some((from, until)) => store_view::spike(store, from, until, &shelf.basis)?,
        None => None,
    };
    Ok(WindowView { fields: shelf.window.clone(), spike })
}
