//! Client sessions: a command that is sent again takes effect once (Ongaro's dissertation, section 6.3).
//!
//! [`Sessions`] wraps any machine into one that remembers, for each client, the responses of its latest requests. It
//! is itself a [`StateMachine`], so that the memory is replicated, snapshotted and restored with the rest, and the
//! protocol that replicates it needs to know nothing of clients.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ids::{ClientId, RequestId, Sequence};
use super::machine::{SnapshotError, StateMachine};
use super::sorted_map::SortedMap;
use super::time::Time;

/// How many clients are remembered; when one more comes, the one that was quiet for longest is forgotten.
const MAX_SESSIONS: usize = 1_024;

/// A command with its place in a client's session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Keyed<C> {
    /// The same on every retry.
    pub id: RequestId,
    /// The client has the answers of all requests before this one: they need not be remembered any longer.
    pub answered_below: Sequence,
    /// The command itself.
    pub command: C,
}

/// The answer to a command that came through a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SessionResponse<R> {
    /// The machine's response, now or when the command was first carried out.
    Done(R),
    /// The client itself has said that it has this answer already, or its session was forgotten: not carried out.
    Expired,
}

/// A machine whose state and responses can be written down among other things, as those who wrap it have to.
pub trait Carried: StateMachine {
    /// Writes the state behind what is there.
    fn write(&self, bytes: &mut Vec<u8>);

    /// The state that stands at the beginning of these bytes, and what comes behind it. What kind of machine wrote it, this
    /// one knows by being of the same kind.
    ///
    /// # Errors
    /// If it is not the state of such a machine.
    fn read<'b>(&self, bytes: &'b [u8]) -> Result<(Self, &'b [u8]), SnapshotError>;

    /// Writes a response behind what is there.
    fn write_response(&self, response: &Self::Response, bytes: &mut Vec<u8>);

    /// The response that stands at the beginning of these bytes, and what comes behind it.
    ///
    /// # Errors
    /// If it is not a response of such a machine.
    fn read_response<'b>(&self, bytes: &'b [u8]) -> Result<(Self::Response, &'b [u8]), SnapshotError>;
}

/// Whatever can be written as it is.
impl<M> Carried for M
where
    M: StateMachine + Serialize + DeserializeOwned,
    M::Response: Serialize + DeserializeOwned,
{
    fn write(&self, bytes: &mut Vec<u8>) {
        write(self, bytes);
    }

    fn read<'b>(&self, bytes: &'b [u8]) -> Result<(Self, &'b [u8]), SnapshotError> {
        read(bytes)
    }

    fn write_response(&self, response: &M::Response, bytes: &mut Vec<u8>) {
        write(response, bytes);
    }

    fn read_response<'b>(&self, bytes: &'b [u8]) -> Result<(M::Response, &'b [u8]), SnapshotError> {
        read(bytes)
    }
}

/// Writes a value behind what is there.
pub(crate) fn write<T: Serialize + ?Sized>(value: &T, bytes: &mut Vec<u8>) {
    // Writing to memory fails for no value that a machine can hold.
    bytes.extend(postcard::to_allocvec(value).unwrap_or_default());
}

/// The value at the beginning of these bytes, and what comes behind it.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, &[u8]), SnapshotError> {
    postcard::take_from_bytes(bytes).map_err(|error| SnapshotError::decoding(NAME, error))
}

/// What snapshots of sessions are called when they cannot be read.
const NAME: &str = "sessions";

/// What is remembered of one client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Session<R> {
    /// Requests below this are answered; their responses are gone.
    answered_below: Sequence,
    /// When the client was last heard, counted in commands: the measure of who was quiet for longest.
    last_heard: u64,
    responses: SortedMap<Sequence, R>,
}

/// Any machine, made to carry out each client's request once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sessions<M: StateMachine> {
    machine: M,
    commands: u64,
    sessions: SortedMap<ClientId, Session<M::Response>>,
}

impl<M: StateMachine + Default> Default for Sessions<M> {
    fn default() -> Self {
        Sessions::new(M::default())
    }
}

impl<M: StateMachine> Sessions<M> {
    /// The machine with no session yet.
    pub fn new(machine: M) -> Self {
        Sessions { machine, commands: 0, sessions: SortedMap::default() }
    }

    /// The machine inside.
    pub fn machine(&self) -> &M {
        &self.machine
    }

    fn make_room(&mut self) {
        if self.sessions.len() >= MAX_SESSIONS {
            let quietest = self.sessions.iter().min_by_key(|(_, s)| s.last_heard).map(|(&client, _)| client);
            if let Some(client) = quietest {
                self.sessions.remove(&client);
            }
        }
    }
}

impl<M: Carried> StateMachine for Sessions<M> {
    /// Shared: every server's log and disk, and every checkpoint of these, holds each command.
    type Command = Arc<Keyed<M::Command>>;
    type Response = SessionResponse<M::Response>;
    type Query = M::Query;
    type Answer = M::Answer;

    fn apply(&mut self, keyed: &Self::Command) -> Self::Response {
        self.commands += 1;
        let RequestId { client, sequence } = keyed.id;
        if !self.sessions.contains_key(&client) {
            // A session opens with a client that has no answers yet. One that has was known here and was forgotten:
            // carrying out its retry could be the second time.
            if keyed.answered_below > Sequence(1) {
                return SessionResponse::Expired;
            }
            self.make_room();
            let fresh = Session { answered_below: Sequence(1), last_heard: 0, responses: SortedMap::default() };
            self.sessions.insert(client, fresh);
        }
        let Some(session) = self.sessions.get_mut(&client) else { return SessionResponse::Expired };
        session.last_heard = self.commands;
        if keyed.answered_below > session.answered_below {
            session.answered_below = keyed.answered_below;
            session.responses.remove_before(&keyed.answered_below);
        }
        if sequence < session.answered_below {
            return SessionResponse::Expired;
        }
        if let Some(response) = session.responses.get(&sequence) {
            return SessionResponse::Done(response.clone());
        }
        let response = self.machine.apply(&keyed.command);
        session.responses.insert(sequence, response.clone());
        SessionResponse::Done(response)
    }

    fn query(&self, query: &Self::Query) -> Self::Answer {
        self.machine.query(query)
    }

    fn snapshot(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.machine.write(&mut bytes);
        write(&(self.commands, self.sessions.len()), &mut bytes);
        for (client, session) in self.sessions.iter() {
            write(&(client, session.answered_below, session.last_heard, session.responses.len()), &mut bytes);
            for (sequence, response) in session.responses.iter() {
                write(sequence, &mut bytes);
                self.machine.write_response(response, &mut bytes);
            }
        }
        bytes
    }

    fn restore(&self, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (machine, rest) = self.machine.read(bytes)?;
        let ((commands, clients), mut rest) = read::<(u64, usize)>(rest)?;
        let mut sessions = SortedMap::default();
        for _ in 0..clients {
            let ((client, answered_below, last_heard, kept), behind) = read::<(_, _, _, usize)>(rest)?;
            rest = behind;
            let mut responses = SortedMap::default();
            for _ in 0..kept {
                let (sequence, behind) = read(rest)?;
                let (response, behind) = self.machine.read_response(behind)?;
                responses.insert(sequence, response);
                rest = behind;
            }
            sessions.insert(client, Session { answered_below, last_heard, responses });
        }
        if !rest.is_empty() {
            return Err(SnapshotError { machine: NAME, reason: "there is more behind it".into() });
        }
        Ok(Sessions { machine, commands, sessions })
    }

    fn command_bytes(keyed: &Self::Command) -> u32 {
        12 + M::command_bytes(&keyed.command)
    }

    fn stamped(&self, keyed: &Self::Command, now: Time) -> Option<Self::Command> {
        let command = self.machine.stamped(&keyed.command, now)?;
        Some(Arc::new(Keyed { id: keyed.id, answered_below: keyed.answered_below, command }))
    }

    const WAITS: bool = M::WAITS;

    fn is_due(&self, keyed: &Self::Command, now: Time) -> bool {
        // The answer to a retry is known already.
        let session = self.sessions.get(&keyed.id.client);
        let known = session.is_some_and(|session| session.responses.contains_key(&keyed.id.sequence));
        known || self.machine.is_due(&keyed.command, now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::register::{Register, RegisterAnswer, RegisterCommand, RegisterQuery};
    use super::*;

    fn put(client: u32, sequence: u64, answered_below: u64, value: &str) -> Arc<Keyed<RegisterCommand>> {
        Arc::new(Keyed {
            id: RequestId { client: ClientId(client), sequence: Sequence(sequence) },
            answered_below: Sequence(answered_below),
            command: RegisterCommand::Put { key: "x".into(), value: value.into() },
        })
    }

    fn x(sessions: &Sessions<Register>) -> Option<String> {
        let RegisterAnswer::Value(value) = sessions.query(&RegisterQuery::Get { key: "x".into() });
        value.map(|v| v.to_string())
    }

    /// Dissertation 6.3: the retry gets the first answer, and what came between stays.
    #[test]
    fn a_retried_command_takes_effect_once_and_gets_the_first_answer() {
        let mut sessions = Sessions::<Register>::default();
        let first = sessions.apply(&put(1, 1, 1, "a"));
        sessions.apply(&put(2, 1, 1, "b"));
        assert_eq!(sessions.apply(&put(1, 1, 1, "a")), first);
        assert_eq!(x(&sessions).as_deref(), Some("b"));
    }

    #[test]
    fn requests_of_one_client_may_arrive_in_any_order() {
        let mut sessions = Sessions::<Register>::default();
        sessions.apply(&put(1, 2, 1, "second"));
        assert!(matches!(sessions.apply(&put(1, 1, 1, "first")), SessionResponse::Done(_)));
        assert_eq!(x(&sessions).as_deref(), Some("first"));
    }

    #[test]
    fn an_answer_that_the_client_has_is_forgotten_and_its_late_copy_changes_nothing() {
        let mut sessions = Sessions::<Register>::default();
        sessions.apply(&put(1, 1, 1, "a"));
        sessions.apply(&put(1, 2, 2, "b"));
        assert_eq!(sessions.apply(&put(1, 1, 1, "a")), SessionResponse::Expired);
        assert_eq!(x(&sessions).as_deref(), Some("b"));
    }

    #[test]
    fn a_forgotten_client_is_told_and_its_retry_is_not_carried_out() {
        let mut sessions = Sessions::<Register>::default();
        sessions.apply(&put(0, 1, 1, "old"));
        for client in 1..=MAX_SESSIONS as u32 {
            sessions.apply(&put(client, 1, 1, "new"));
        }
        assert_eq!(sessions.sessions.len(), MAX_SESSIONS);
        assert_eq!(sessions.apply(&put(0, 2, 2, "late")), SessionResponse::Expired);
        assert_eq!(x(&sessions).as_deref(), Some("new"));
    }

    #[test]
    fn a_snapshot_carries_the_sessions_and_anything_else_is_refused() {
        let mut sessions = Sessions::<Register>::default();
        sessions.apply(&put(1, 1, 1, "a"));
        let mut restored = Sessions::<Register>::default().restore(&sessions.snapshot()).expect("its own snapshot");
        assert_eq!(restored, sessions);
        restored.apply(&put(2, 1, 1, "b"));
        restored.apply(&put(1, 1, 1, "a"));
        assert_eq!(x(&restored).as_deref(), Some("b"));
        assert!(Sessions::<Register>::default().restore(&[0xff; 9]).is_err());
    }
}
