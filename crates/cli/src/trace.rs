//! The trace as lines of JSON, an event a line.

use serde_json::{Map, Value, json};
use tutti_core::base::Time;
use tutti_core::lab::words::{self, Names};
use tutti_core::lab::{Actor, Event, Wire};
use tutti_core::sim::{EventKind, Sink};

/// Hands every event on as a line.
pub(crate) struct Trace<'a> {
    pub(crate) names: Names,
    pub(crate) write: &'a mut dyn FnMut(&str),
}

impl Sink<Actor> for Trace<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let mut line = self.event_json(event).to_string();
        line.push('\n');
        (self.write)(&line);
    }
}

impl Trace<'_> {
    fn event_json(&self, event: &Event<'_>) -> Value {
        let mut object = Map::new();
        object.insert("id".into(), event.id.0.into());
        // What came from outside has no cause.
        object.insert("cause".into(), if event.cause.0 == 0 { Value::Null } else { event.cause.0.into() });
        object.insert("time_us".into(), event.time.0.into());
        let (kind, details) = self.details(event);
        object.insert("kind".into(), kind.into());
        if let Value::Object(details) = details {
            object.extend(details);
        }
        Value::Object(object)
    }

    fn details(&self, event: &Event<'_>) -> (&'static str, Value) {
        let due = |due: Time| if due == Time::NEVER { Value::Null } else { due.0.into() };
        let name = |node| self.names.get(node);
        match &event.kind {
            EventKind::Commanded { command, rejected } => (
                "commanded",
                json!({
                    "what": words::deed(command, &self.names),
                    "command": format!("{command:?}"),
                    "rejected": rejected.map(|why| why.to_string()),
                }),
            ),
            EventKind::Booted { node } => ("booted", json!({ "node": name(*node) })),
            EventKind::Crashed { node, lost_writes } => {
                ("crashed", json!({ "node": name(*node), "lost_writes": lost_writes }))
            }
            EventKind::Sent { message, from, to, due: at, body } => {
                let mut value =
                    json!({ "message": message.0, "from": name(*from), "to": name(*to), "due_us": due(*at) });
                value["carries"] = self.carries(body);
                ("sent", value)
            }
            EventKind::Delivered { message, from, to, sent, body } => {
                let mut value =
                    json!({ "message": message.0, "from": name(*from), "to": name(*to), "sent_us": sent.0 });
                value["carries"] = self.carries(body);
                ("delivered", value)
            }
            EventKind::Lost { message, from, to, sent, why, body } => {
                let mut value =
                    json!({ "message": message.0, "from": name(*from), "to": name(*to), "sent_us": sent.0 });
                value["why"] = words::loss(*why).into();
                value["carries"] = self.carries(body);
                ("lost", value)
            }
            EventKind::Rescheduled { message, due: at } => {
                ("rescheduled", json!({ "message": message.0, "due_us": due(*at) }))
            }
            EventKind::TimedOut { node, timer } => {
                ("timed_out", json!({ "node": name(*node), "timer": tutti_core::sim::TimerName::slot(*timer) }))
            }
            EventKind::Synced { node, writes } => ("synced", json!({ "node": name(*node), "writes": writes })),
            EventKind::Noted { node, note } => (
                "noted",
                json!({
                    "node": name(*node),
                    "what": words::note(*node, note, &self.names),
                    "note": format!("{note:?}"),
                }),
            ),
        }
    }

    /// What a message says: a name more than once, such as of several entries, makes a list.
    fn carries(&self, body: &Wire) -> Value {
        let mut object = Map::new();
        for (key, value) in words::message(body, &self.names) {
            let key = key.replace([' ', '\''], "_");
            match object.get_mut(&key) {
                None => {
                    object.insert(key, value.into());
                }
                Some(Value::Array(list)) => list.push(value.into()),
                Some(one) => *one = json!([one.take(), value]),
            }
        }
        Value::Object(object)
    }
}
