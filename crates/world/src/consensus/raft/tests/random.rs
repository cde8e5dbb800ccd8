//! Random schedules: messages delivered in any order, lost and doubled, disks synced in part or not at all, crashes,
//! timeouts of anybody at any time. After every step all of figure 3 must hold; when the faults stop, all must agree.

use proptest::prelude::*;

use super::super::*;
use super::cluster::*;
use super::watch::Watch;
use crate::base::{NodeId, Register, RegisterCommand, Stream};
use crate::consensus::Operation;

/// A source of choices: a number below `n`.
trait Choices {
    fn below(&mut self, n: usize) -> usize;
    fn next_move(&mut self) -> Option<u32>;
}

/// Choices that a property test can shrink: each move has a number that decides it.
struct Given<'a> {
    moves: &'a [u32],
    current: u32,
}

impl Choices for Given<'_> {
    fn below(&mut self, n: usize) -> usize {
        let chosen = self.current as usize % n.max(1);
        self.current /= n.max(1) as u32;
        chosen
    }
    fn next_move(&mut self) -> Option<u32> {
        let (&first, rest) = self.moves.split_first()?;
        self.moves = rest;
        self.current = first >> 8;
        Some(first & 0xff)
    }
}

/// As many choices as wanted.
struct Drawn {
    stream: Stream,
    moves: u32,
}

impl Choices for Drawn {
    fn below(&mut self, n: usize) -> usize {
        self.stream.below(n as u32) as usize
    }
    fn next_move(&mut self) -> Option<u32> {
        self.moves = self.moves.checked_sub(1)?;
        Some(self.stream.below(256))
    }
}

const MOST_IN_FLIGHT: usize = 40;
const NEVER_AGREE: &str = "they never agree";

fn play(settings: Config, auto_sync: bool, choices: &mut impl Choices) -> Result<(), String> {
    let mut cluster = Cluster::<Register>::of(settings);
    cluster.auto_sync = auto_sync;
    let mut watch = Watch::default();
    let servers = cluster.nodes.len();
    let mut written = 0;
    while let Some(what) = choices.next_move() {
        let id = NodeId(choices.below(servers) as u16);
        match what {
            // Most of the time: deliver, the oldest or any.
            0..=89 => cluster.deliver_one(),
            90..=119 => {
                let place = choices.below(cluster.network.len());
                cluster.deliver_at(place);
            }
            120..=127 => {
                let place = choices.below(cluster.network.len());
                cluster.network.remove(place);
            }
            128..=135 => {
                let place = choices.below(cluster.network.len());
                if let Some(letter) = cluster.network.get(place) {
                    let copy = Letter { from: letter.from, to: letter.to, message: letter.message.clone() };
                    cluster.network.push_back(copy);
                }
            }
            136..=143 => cluster.fire(id, Timer::Election),
            // Everybody misses the leader, and one of them acts on it.
            144..=147 => cluster.miss_the_leader(id),
            148 => cluster.step(id, Input::TimeoutNow),
            149..=159 => cluster.fire(id, Timer::Heartbeat),
            160..=163 => cluster.fire(id, Timer::Quorum),
            164..=183 => {
                written += 1;
                let (key, value) = (format!("{written}").into(), format!("{written}").into());
                cluster.ask(leader(&cluster).unwrap_or(id), Operation::Command(RegisterCommand::Put { key, value }));
            }
            184..=187 => {
                let read = cluster.get(leader(&cluster).unwrap_or(id));
                watch.asked(read);
                written += 1;
            }
            188..=223 => {
                let writes = 1 + choices.below(3);
                cluster.sync_some(id, writes);
            }
            224..=239 => cluster.sync(id),
            // Crashes hit leaders more often than others: that is when something can be lost.
            240..=244 => {
                let victim = if choices.below(2) == 0 { leader(&cluster).unwrap_or(id) } else { id };
                cluster.crash(victim);
            }
            245..=250 => {
                if !cluster.alive[id.slot()] {
                    cluster.restart(id);
                }
            }
            251..=252 => cluster.isolate(&[id]),
            253 => cluster.isolate(&[id, NodeId((id.0 + 1) % servers as u16)]),
            _ => cluster.heal(),
        }
        if cluster.network.len() > MOST_IN_FLIGHT {
            cluster.network.pop_front();
        }
        for id in (0..servers as u16).map(NodeId).filter(|id| cluster.alive[id.slot()]) {
            watch.look(&cluster, id)?;
            watch.hear(&cluster, id)?;
        }
    }
    calm_down(&mut cluster, &mut watch)
}

fn leader(cluster: &Cluster<Register>) -> Option<NodeId> {
    cluster.nodes.iter().filter(|node| node.role() == Role::Leader).max_by_key(|node| node.term()).map(|node| node.id())
}

/// The faults stop: all run, hear each other and have disks that work. They must elect a leader and agree.
fn calm_down(cluster: &mut Cluster<Register>, watch: &mut Watch) -> Result<(), String> {
    let servers: Vec<NodeId> = (0..cluster.nodes.len() as u16).map(NodeId).collect();
    cluster.heal();
    cluster.auto_sync = true;
    for &id in &servers {
        if !cluster.alive[id.slot()] {
            cluster.restart(id);
        }
        cluster.sync(id);
    }
    cluster.settle();
    for round in 0..20 * servers.len() {
        let candidate = servers[round % servers.len()];
        match leader(cluster) {
            Some(leader) => (0..8).for_each(|_| cluster.beat(leader)),
            None => {
                cluster.miss_the_leader(candidate);
                cluster.settle();
            }
        }
        for &id in &servers {
            watch.look(cluster, id)?;
            watch.hear(cluster, id)?;
        }
        let Some(leader) = leader(cluster).map(|id| cluster.node(id)) else { continue };
        if servers.iter().all(|&id| cluster.node(id).commit() == leader.log().last().index) {
            return watch.settle(cluster);
        }
    }
    Err(NEVER_AGREE.into())
}

fn settings(kind: u32, defects: Defects) -> Config {
    let flag = |bit: u32| kind & (1 << bit) != 0;
    Config {
        pre_vote: flag(0),
        check_quorum: flag(1),
        max_batch: if flag(2) { 1 } else { 64 },
        max_in_flight: if flag(3) { 1 } else { 4 },
        snapshot_every: if flag(4) { 6 } else { 0 },
        snapshot_trailing: 2,
        defects,
        ..config(if flag(5) { 5 } else { 3 })
    }
}

fn play_seed(seed: u64, defects: Defects) -> Result<(), String> {
    let mut stream = Stream::new(seed, "schedule");
    let kind = stream.bits();
    let choices = &mut Drawn { stream, moves: 400 };
    play(settings(kind, defects), kind & 64 != 0, choices)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    /// Figure 3, for every schedule and every setting.
    #[test]
    fn all_that_raft_promises_holds_in_every_schedule(
        kind in any::<u32>(),
        moves in prop::collection::vec(any::<u32>(), 1..400),
    ) {
        let choices = &mut Given { moves: &moves, current: 0 };
        play(settings(kind, Defects::default()), kind & 64 != 0, choices).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn a_thousand_long_schedules_hold() {
    for seed in 0..1_000 {
        if let Err(what) = play_seed(seed, Defects::default()) {
            panic!("schedule {seed}: {what}");
        }
    }
}

/// The proof that the watch sees something: each defect is found.
#[test]
fn every_defect_is_found_by_some_schedule() {
    for defect in Defect::ALL {
        let defects = Defects::default().with(defect);
        // What a defect breaks must be seen when it breaks, not only by what comes of it.
        let broken = |seed| play_seed(seed, defects).err().filter(|what| what != NEVER_AGREE);
        let found = (0..20_000).find_map(|seed| Some((seed, broken(seed)?)));
        let (seed, what) = found.unwrap_or_else(|| panic!("{} was not found", defect.name()));
        println!("{}: schedule {seed}: {what}", defect.name());
    }
}
