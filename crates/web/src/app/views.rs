//! What the panels show, as plain values: a panel is drawn again only if its value is another.

use std::rc::Rc;

use tutti_core::base::{EventId, LogIndex, NodeId, Time};
use tutti_core::check::Invariant;
use tutti_core::lab::detail::Detail;
use tutti_core::lab::scene::Status;
use tutti_core::lab::words::Names;
use tutti_core::lab::{ClientNote, Logs, Note};
use tutti_core::timeline::{Row, RowKind, Standing};

use crate::desk::Desk;
use crate::stage::view::over::Sided;

/// How many indexes of the logs there are elements for: more than are seen at once, however long the logs are.
pub(super) const COLUMNS: u64 = 14;
/// The most events in the list.
const EVENTS: usize = 160;
/// The most events that are looked through for them.
const SIFTED: usize = 12_000;

/// The logs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogsView {
    pub logs: Rc<Logs>,
    pub names: Rc<Names>,
    /// It shows the end, whatever is appended.
    pub follows: bool,
}

/// How one check stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CheckView {
    pub words: &'static str,
    pub standing: Standing,
}

/// All checks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChecksView {
    pub checks: Vec<CheckView>,
    pub checked: u64,
}

/// Which events are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// What was told: neither messages nor timers.
    #[default]
    Told,
    /// Elections, roles and votes.
    Elections,
    /// Logs, commits and snapshots.
    Log,
    /// Messages.
    Messages,
    /// Clients.
    Clients,
    /// What somebody did, and who died of it.
    Faults,
    /// All.
    All,
}

impl Sort {
    pub(super) const ALL: [(Sort, &'static str); 7] = [
        (Sort::Told, "what matters"),
        (Sort::Elections, "elections"),
        (Sort::Log, "logs"),
        (Sort::Messages, "messages"),
        (Sort::Clients, "clients"),
        (Sort::Faults, "faults"),
        (Sort::All, "everything"),
    ];

    fn takes(self, row: &Row) -> bool {
        use tutti_core::consensus::raft::Note as Raft;
        let message = matches!(
            row.kind,
            RowKind::Sent { .. } | RowKind::Delivered { .. } | RowKind::Lost { .. } | RowKind::Rescheduled { .. }
        );
        let fault = matches!(row.kind, RowKind::Commanded { .. } | RowKind::Booted { .. } | RowKind::Crashed { .. });
        let note = if let RowKind::Noted { note, .. } = &row.kind { Some(note) } else { None };
        let election = matches!(
            note,
            Some(Note::Server(
                Raft::ElectionTimeout { .. }
                    | Raft::Became { .. }
                    | Raft::SteppedDown { .. }
                    | Raft::LeaderKnown { .. }
                    | Raft::Voted { .. }
            ))
        );
        let client = matches!(note, Some(Note::Client(_)));
        match self {
            Sort::All => true,
            Sort::Told => note.is_some() || fault,
            Sort::Elections => election,
            Sort::Log => note.is_some() && !election && !client,
            Sort::Messages => message,
            Sort::Clients => client,
            Sort::Faults => fault || matches!(note, Some(Note::Client(ClientNote::Expired { .. }))),
        }
    }
}

/// What the list of events is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    pub sort: Sort,
    pub node: Option<NodeId>,
    pub text: String,
    /// How far back, in microseconds; all if 0.
    pub back: u64,
    /// Only what led to this event.
    pub chain: Option<EventId>,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted { sort: Sort::default(), node: None, text: String::new(), back: 1_000_000, chain: None }
    }
}

/// One event of the list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EventView {
    pub id: EventId,
    pub cause: EventId,
    pub time: Time,
    pub words: String,
    /// On which side of the picked event it is.
    pub side: Option<Sided>,
}

/// The list of events, the newest first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EventsView {
    pub events: Vec<EventView>,
    pub wanted: Wanted,
    pub names: Rc<Names>,
    pub nodes: usize,
    /// There were more.
    pub more: bool,
}

/// The selected node, whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NodeFacts {
    pub node: NodeId,
    pub status: Status,
    pub detail: Rc<Detail>,
    /// What can be done with it, in words.
    pub deeds: Vec<String>,
}

/// The logs of a desk from an index on, or their end.
pub(super) fn logs(desk: &Desk, first: Option<u64>) -> LogsView {
    let logs = Rc::new(Logs::of(desk.world(), first.map(LogIndex), COLUMNS));
    LogsView { logs, names: Rc::new(desk.names().clone()), follows: first.is_none() }
}

/// Its checks.
pub(super) fn checks(desk: &Desk) -> ChecksView {
    let view = |(invariant, standing): (Invariant, Standing)| CheckView { words: invariant.in_words(), standing };
    let checks = desk.run().standing().into_iter().map(view).collect();
    ChecksView { checks, checked: desk.run().checks().map_or(0, |c| c.checked()) }
}

/// Whether a check is broken.
pub(super) fn is_broken(standing: &Standing) -> bool {
    matches!(standing, Standing::Violated(_))
}

/// The selected node of it.
pub(super) fn node(desk: &Desk, node: NodeId, deeds: Vec<String>) -> Option<NodeFacts> {
    if node.0 as usize >= desk.world().len() {
        return None;
    }
    let (status, detail) = (desk.world().status(node), Rc::new(Detail::of(desk.world(), node)));
    let status = match status {
        tutti_core::sim::Status::Alive => Status::Alive,
        tutti_core::sim::Status::Paused => Status::Paused,
        tutti_core::sim::Status::Dead => Status::Dead,
    };
    Some(NodeFacts { node, status, detail, deeds })
}

/// Its events.
pub(super) fn events(desk: &Desk, wanted: &Wanted, side: &dyn Fn(EventId) -> Option<Sided>) -> EventsView {
    let now = desk.now();
    let from =
        if wanted.back == 0 || wanted.chain.is_some() { Time::ZERO } else { Time(now.0.saturating_sub(wanted.back)) };
    let rows = desk.rows(from, now, SIFTED);
    let names = desk.names();
    let chosen: Vec<&Row> = match wanted.chain {
        Some(id) => chain(&rows, id),
        None => rows.iter().rev().filter(|row| fits(row, wanted, names)).take(EVENTS + 1).collect(),
    };
    let more = chosen.len() > EVENTS;
    let view = |row: &Row| EventView {
        id: row.id,
        cause: row.cause,
        time: row.time,
        words: row.words(names),
        side: side(row.id),
    };
    let events = chosen.into_iter().take(EVENTS).map(view).collect();
    let nodes = desk.world().len();
    EventsView { events, wanted: wanted.clone(), names: Rc::new(names.clone()), nodes, more }
}

fn fits(row: &Row, wanted: &Wanted, names: &Names) -> bool {
    wanted.sort.takes(row)
        && wanted.node.is_none_or(|node| row.nodes().contains(&node))
        && (wanted.text.is_empty() || contains(&row.words(names), &wanted.text))
}

fn contains(words: &str, wanted: &str) -> bool {
    words.to_ascii_lowercase().contains(&wanted.to_ascii_lowercase())
}

/// An event, what caused it, what caused that, and so on.
fn chain(rows: &[Row], id: EventId) -> Vec<&Row> {
    let mut found = Vec::new();
    let mut next = id;
    while let Ok(at) = rows.binary_search_by_key(&next, |row| row.id) {
        found.push(&rows[at]);
        if rows[at].cause >= next {
            break;
        }
        // A timer that is set whenever it has run out has no other reason than itself, back to the beginning.
        let timer = |row: &Row| if let RowKind::TimedOut { node, .. } = row.kind { Some(node) } else { None };
        let before = rows.binary_search_by_key(&rows[at].cause, |row| row.id).ok().and_then(|at| timer(&rows[at]));
        if before.is_some() && before == timer(&rows[at]) {
            break;
        }
        next = rows[at].cause;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::consensus::raft::Timer;
    use tutti_core::lab::LabTimer;

    fn row(id: u64, cause: u64, kind: RowKind) -> Row {
        Row { id: EventId(id), cause: EventId(cause), time: Time(id), kind }
    }

    #[test]
    fn a_chain_of_causes_ends_where_a_timer_is_its_own() {
        let timer = |node| RowKind::TimedOut { node: NodeId(node), timer: LabTimer::server(Timer::Heartbeat) };
        let synced = RowKind::Synced { node: NodeId(0), writes: 1 };
        let rows = [
            row(1, 0, RowKind::Booted { node: NodeId(0) }),
            row(2, 1, timer(0)),
            row(3, 2, timer(0)),
            row(4, 3, timer(1)),
            row(5, 4, synced),
        ];
        let ids = |id| chain(&rows, EventId(id)).into_iter().map(|row| row.id.0).collect::<Vec<_>>();
        assert_eq!(ids(5), [5, 4, 3], "what the timer of another sets off is told, how it came to be set is not");
        assert_eq!(ids(2), [2, 1]);
    }
}
