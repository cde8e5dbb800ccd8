//! What the nemesis does at a vulnerable moment.

use super::super::chaos::{percent, pick};
use super::opening::{Opening, OpeningKind};
use super::partition;
use super::{Deed, Nemesis};
use crate::base::{MessageId, NodeId, RegisterQuery, Span};
use crate::lab::{Command, KindName, Request, World};
use crate::scenario::limits;
use crate::search::Kind;
use crate::sim::Status;

/// A way to strike.
#[derive(Clone, Copy, Debug)]
enum Blow {
    /// It dies, and comes back later.
    Kill,
    /// It dies and is back at once, without what was not on its disk.
    Bounce,
    /// All who have something that is not on their disks die and are back at once; the leader is cut off.
    BounceUnsynced,
    /// The same, and the leader dies.
    BounceUnsyncedKill,
    Pause,
    Isolate,
    /// Nobody hears it.
    Mute,
    /// It hears nobody.
    Deafen,
    /// Only one other still hears it.
    OneConfidant,
    /// What it has just sent is lost, all or in part.
    DropSent,
    /// What it has just sent is held back, all or in part.
    HoldSent,
    /// What it has just sent arrives twice.
    DoubleSent,
    /// What it has just sent arrives late.
    DelaySent,
    /// It campaigns, dies before that is on its disk, is back at once, and campaigns again: in the same term, perhaps
    /// with less in its log, while the votes for the first time come in.
    StandTwice,
    /// Somebody else is to be elected.
    Rival,
    /// Its clock goes wrong.
    Rush,
    /// A client asks it for every value.
    Ask,
}

use Blow::*;

/// What is tried at each kind of moment.
fn blows(kind: OpeningKind) -> &'static [Blow] {
    match kind {
        OpeningKind::Stood => &[Kill, Bounce, StandTwice, Rival, Rival, HoldSent, DoubleSent, Deafen, Pause],
        OpeningKind::Voted => &[Kill, Bounce, Bounce, Isolate, Rival, Pause],
        OpeningKind::Elected => &[Kill, Bounce, Isolate, Mute, Deafen, OneConfidant, DropSent, HoldSent, Rival, Pause],
        OpeningKind::Proposed => {
            &[Kill, Bounce, Isolate, Mute, OneConfidant, DropSent, HoldSent, DelaySent, DoubleSent, Rival, Pause]
        }
        OpeningKind::Appended => &[Kill, Bounce, Bounce, StandTwice, Isolate, Mute, Rival, BounceUnsynced],
        OpeningKind::Replicated => &[Kill, Bounce, Isolate, Deafen, Rival, BounceUnsynced, BounceUnsyncedKill, Pause],
        OpeningKind::Committed => {
            &[Kill, Isolate, Mute, Rival, BounceUnsynced, BounceUnsyncedKill, BounceUnsyncedKill, Pause, Rush]
        }
        OpeningKind::SnapshotSent => &[Kill, DropSent, HoldSent, DelaySent, DoubleSent, Isolate, Rival],
        OpeningKind::SnapshotStored => &[Kill, Bounce, Bounce, Isolate],
        OpeningKind::Deposed => &[Kill, Bounce, Rival, Isolate],
        OpeningKind::Outdated => &[Ask, Ask, Ask, Ask, Kill, Bounce],
    }
}

impl Nemesis {
    /// Strikes, or lets the moment pass.
    pub(super) fn consider(&mut self, world: &World, opening: Opening) {
        if !percent(&mut self.chance, self.temper.aims[opening.kind as usize]) {
            return;
        }
        let blow = pick(&mut self.chance, blows(opening.kind));
        self.strike(world, opening, blow);
        self.rests_until = world.now() + self.chance.exponential(self.temper.rest);
    }

    fn strike(&mut self, world: &World, opening: Opening, blow: Blow) {
        let node = opening.node;
        let servers = self.servers.clone();
        match blow {
            Kill => self.crash(world, node, false),
            Bounce => self.crash(world, node, true),
            BounceUnsynced | BounceUnsyncedKill => {
                let leader = world.process(node).server().and_then(|server| server.leader()).unwrap_or(node);
                let mut lost = self.unsynced(world);
                lost.retain(|&id| id != leader);
                // All die before the first is back: none can learn from another what it has lost.
                let crashes = lost.iter().map(|&node| Command::Crash { node });
                let restarts = lost.iter().map(|&node| Command::Restart { node });
                self.deeds.push(crashes.chain(restarts).collect::<Vec<_>>().into());
                if matches!(blow, BounceUnsyncedKill) {
                    self.crash(world, leader, false);
                } else {
                    self.cut(world, Kind::Isolation, partition::between(&[leader], &servers));
                }
                if let Some(&next) = lost.first() {
                    self.deeds.push(Command::Request { node: next, request: Request::TimeoutNow }.into());
                }
            }
            Pause => self.pause(world, node),
            Isolate => self.cut(world, Kind::Isolation, partition::between(&[node], &servers)),
            Mute => self.cut(world, Kind::OneWayCut, partition::out_of(node, &servers)),
            Deafen => self.cut(world, Kind::OneWayCut, partition::into(node, &servers)),
            OneConfidant => {
                let mut cuts = partition::out_of(node, &servers);
                if !cuts.is_empty() {
                    cuts.swap_remove(self.chance.below(cuts.len() as u32) as usize);
                }
                self.cut(world, Kind::RandomCuts, cuts);
            }
            DropSent | HoldSent | DoubleSent | DelaySent => self.intercept(world, node, blow),
            StandTwice => {
                let stand = Command::Request { node, request: Request::TimeoutNow };
                let commands = vec![stand.clone(), Command::Crash { node }, Command::Restart { node }, stand];
                self.deeds.push(commands.into());
            }
            Rival => self.rival(world, node),
            Ask => {
                // What was just committed is to have been answered by then.
                let soon = world.now() + Span(self.hop.0 * 3);
                self.later(soon, super::Later::Ask(node));
            }
            Rush => {
                let offset_us = i64::from(self.chance.below(4_000_000)) - 2_000_000;
                let rate_ppm = pick(&mut self.chance, &[-400_000, 400_000]);
                self.deeds.push(Command::Skew { node, rate_ppm, offset_us }.into());
                let until = world.now() + self.a_while();
                self.later(until, super::Later::Unskew(node));
            }
        }
    }

    /// The servers that would lose something if they died now.
    fn unsynced(&self, world: &World) -> Vec<NodeId> {
        let unsynced = |&id: &NodeId| world.status(id) != Status::Dead && world.is_syncing(id);
        self.servers.iter().copied().filter(unsynced).collect()
    }

    /// Does something to the messages that a server has sent to others and that are still under way.
    fn intercept(&mut self, world: &World, node: NodeId, blow: Blow) {
        let share = pick(&mut self.chance, &[40, 70, 100]);
        for message in sent_by(world, node) {
            if !percent(&mut self.chance, share) {
                continue;
            }
            match blow {
                DropSent => self.deeds.push(Command::Drop { message }.into()),
                HoldSent => self.hold(world, message),
                DoubleSent => {
                    // The copy comes when the original has long been dealt with.
                    let by = self.a_while().min(limits::MAX_SPAN);
                    let commands = vec![Command::Duplicate { message }, Command::Delay { message, by }];
                    self.deeds.push(Deed::from(commands));
                }
                _ => {
                    let by = self.a_while().min(limits::MAX_SPAN);
                    self.deeds.push(Command::Delay { message, by }.into());
                }
            }
        }
    }

    /// A client reads everything from one server.
    pub(super) fn ask(&mut self, world: &World, server: NodeId) {
        let client = pick(&mut self.chance, &self.clients);
        if world.status(client) != Status::Alive {
            return;
        }
        let keys = world.process(server).server().into_iter().flat_map(|server| server.machine().machine().values());
        let get = |key: &str| Request::Get { server, query: RegisterQuery::Get { key: key.into() } };
        let reads = keys.map(|(key, _)| Command::Request { node: client, request: get(key) });
        self.deeds.push(reads.collect::<Vec<_>>().into());
    }

    /// Has another server campaign.
    fn rival(&mut self, world: &World, node: NodeId) {
        let fits = |&id: &NodeId| id != node && world.status(id) == Status::Alive;
        let rivals: Vec<NodeId> = self.servers.iter().copied().filter(fits).collect();
        if !rivals.is_empty() {
            let node = pick(&mut self.chance, &rivals);
            self.deeds.push(Command::Request { node, request: Request::TimeoutNow }.into());
        }
    }
}

/// The messages to other servers that are under way from a server, in the order in which they were sent.
fn sent_by(world: &World, node: NodeId) -> Vec<MessageId> {
    let to_server = |kind| !matches!(kind, KindName::Reply | KindName::Request);
    let sent = world.flights().filter(|flight| flight.from == node && to_server(flight.body.kind().into()));
    let mut sent: Vec<MessageId> = sent.map(|flight| flight.id).collect();
    sent.sort_unstable();
    sent
}
