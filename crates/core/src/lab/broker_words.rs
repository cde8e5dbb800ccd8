//! What is asked of a broker, and what it answers, in words.

use crate::broker::{BrokerAnswer, BrokerCommand, BrokerQuery, BrokerResponse};
use crate::bus::{self, Reply, Verdict};
use crate::store::{self, StoreResponse};

/// A command of the bus or of the store.
pub(super) fn command(command: &BrokerCommand) -> String {
    let parts: Vec<String> = match command {
        BrokerCommand::Bus(command) => command.actions.iter().map(action).collect(),
        BrokerCommand::Store { actions, .. } => actions.iter().map(stored).collect(),
    };
    if parts.is_empty() { "the time".into() } else { parts.join(", ") }
}

fn action(action: &bus::Action) -> String {
    use bus::Action;
    match action {
        Action::CreateTopic(settings) => format!("make the topic {}", settings.name),
        Action::CreateGroup(settings) => format!("make the group {}", settings.name),
        Action::DeleteGroup(group) => format!("remove group {group}"),
        Action::OpenProducer(producer) => format!("open producer {producer}"),
        Action::CloseProducer(producer) => format!("close producer {producer}"),
        Action::Publish { records, .. } => match &records[..] {
            [one] => format!("publish {}{}", one.record.header.kind, of_key(one)),
            many => format!("publish {} records", many.len()),
        },
        Action::Join { group, member } => format!("consumer {member} joins group {group}"),
        Action::Leave { group, member } => format!("consumer {member} leaves group {group}"),
        Action::Heartbeat { group, member } => format!("consumer {member} of group {group} lives"),
        Action::Fetch { group, member, .. } => format!("consumer {member} of group {group} fetches"),
        Action::Answer { group, answers, .. } => {
            let nacks = answers.iter().filter(|answer| answer.verdict == Verdict::Nack).count();
            match (answers.len() - nacks, nacks) {
                (acks, 0) => format!("group {group} acks {acks}"),
                (0, nacks) => format!("group {group} nacks {nacks}"),
                (acks, nacks) => format!("group {group} acks {acks}, nacks {nacks}"),
            }
        }
        Action::Replay { group, letters } => format!("replay {} dead letters of group {group}", letters.len()),
        Action::Discard { group, letters } => format!("discard {} dead letters of group {group}", letters.len()),
    }
}

fn of_key(outgoing: &bus::Outgoing) -> String {
    outgoing.record.key.as_ref().map(|key| format!(" of {key}")).unwrap_or_default()
}

fn stored(action: &store::Action) -> String {
    match action {
        store::Action::Append(append) => match &append.events[..] {
            [one] => format!("append {} to {}", one.event_type, append.stream),
            many => format!("append {} events to {}", many.len(), append.stream),
        },
        store::Action::KeepSnapshot(keep) => format!("keep a snapshot of {}", keep.stream),
    }
}

/// What came of a command.
pub(super) fn response(response: &BrokerResponse) -> String {
    let parts: Vec<String> = match response {
        BrokerResponse::Bus(replies) => replies.iter().map(reply).collect(),
        BrokerResponse::Store(responses) => responses.iter().map(store_response).collect(),
        BrokerResponse::TooMany { limit } => vec![format!("refused: more than {limit} actions")],
    };
    if parts.is_empty() { "done".into() } else { parts.join(", ") }
}

fn reply(reply: &Result<Reply, bus::BusError>) -> String {
    match reply {
        Ok(Reply::Topic(topic)) => format!("topic {topic}"),
        Ok(Reply::Group(group)) => format!("group {group}"),
        Ok(Reply::ProducerOpened { next, .. }) => format!("producer opened, next is {next}"),
        Ok(Reply::Published { positions, repeated }) => {
            let at = positions.first().map(|at| format!(" at {at}")).unwrap_or_default();
            let before = if *repeated > 0 { format!(", {repeated} of them before") } else { String::new() };
            format!("{} stored{at}{before}", positions.len())
        }
        Ok(Reply::Membership(membership)) => {
            format!("generation {}, {} partitions", membership.generation, membership.owned.len())
        }
        Ok(Reply::Fetched(fetched)) => format!("{} records", fetched.deliveries.len()),
        Ok(Reply::Taken { refused }) if refused.is_empty() => "taken".into(),
        Ok(Reply::Taken { refused }) => format!("{} refused", refused.len()),
        Ok(Reply::Done) => "done".into(),
        Err(error) => format!("refused: {error}"),
    }
}

fn store_response(response: &StoreResponse) -> String {
    match response {
        StoreResponse::Appended(appended) => format!("stored at {}", appended.position),
        StoreResponse::Kept => "kept".into(),
        StoreResponse::Refused(error) => format!("refused: {error}"),
    }
}

/// A question.
pub(super) fn query(query: &BrokerQuery) -> String {
    match query {
        BrokerQuery::Bus(_) => "ask the bus".into(),
        BrokerQuery::Store(store::StoreQuery::All { from, .. }) => format!("read events from {from}"),
        BrokerQuery::Store(store::StoreQuery::Stream { stream, .. }) => format!("read {stream}"),
        BrokerQuery::Store(_) => "ask the store".into(),
    }
}

/// An answer to a question.
pub(super) fn answer(answer: &BrokerAnswer) -> String {
    match answer {
        BrokerAnswer::Bus(Ok(_)) => "it says".into(),
        BrokerAnswer::Bus(Err(error)) => format!("refused: {error}"),
        BrokerAnswer::Store(store::StoreAnswer::All(page)) => format!("{} events", page.events.len()),
        BrokerAnswer::Store(store::StoreAnswer::Stream(page)) => format!("{} events", page.events.len()),
        BrokerAnswer::Store(store::StoreAnswer::Refused(error)) => format!("refused: {error}"),
        BrokerAnswer::Store(_) => "it says".into(),
    }
}
