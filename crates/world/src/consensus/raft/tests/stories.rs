//! Whole stories, message by message, to be read beside the paper. A change of behaviour shows here as a change of text.

use insta::assert_snapshot;

use super::super::*;
use super::cluster::*;
use crate::base::{NodeId, Register};

fn name(id: NodeId) -> char {
    char::from(b'A' + id.0 as u8)
}

fn describe(message: &Message<Command>) -> String {
    let at = |position: &LogPosition| format!("{}@{}", position.index, position.term);
    let vote = |refused: &Option<Refusal>| refused.map_or("yes".into(), |why| format!("no, {}", plain(&why)));
    match message {
        Message::PreVote { term, last } => format!("PreVote for term {term}, my log ends at {}", at(last)),
        Message::PreVoteReply { term, refused } => format!("PreVoteReply term {term}: {}", vote(refused)),
        Message::RequestVote { term, last, .. } => format!("RequestVote term {term}, my log ends at {}", at(last)),
        Message::VoteReply { term, refused } => format!("VoteReply term {term}: {}", vote(refused)),
        Message::Append { term, prev, entries, commit, .. } => {
            let terms: Vec<u64> = entries.iter().map(|entry| entry.term.0).collect();
            format!("Append term {term}, after {}: {terms:?}, commit {commit}", at(prev))
        }
        Message::AppendReply { term, result, .. } => format!("AppendReply term {term}: {}", plain(result)),
        Message::InstallSnapshot { term, snapshot, .. } => {
            format!("InstallSnapshot term {term}, up to {}", at(&snapshot.last))
        }
    }
}

/// The `Debug` form without the names of the number types.
fn plain(what: &impl std::fmt::Debug) -> String {
    let mut text = format!("{what:?}");
    for id in 0..9 {
        text = text.replace(&format!("NodeId({id})"), &name(NodeId(id)).to_string());
    }
    for kind in ["LogIndex(", "Term("] {
        while let Some(start) = text.find(kind) {
            let end = start + text[start..].find(')').expect("its end");
            text = format!("{}{}{}", &text[..start], &text[start + kind.len()..end], &text[end + 1..]);
        }
    }
    text
}

struct Story {
    cluster: Cluster<Register>,
    text: String,
    told: Vec<usize>,
}

impl Story {
    fn of(cluster: Cluster<Register>) -> Story {
        let told = cluster.desks.iter().map(|desk| desk.notes.len()).collect();
        Story { cluster, text: String::new(), told }
    }

    fn say(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    /// Something is done; what the servers tell of it goes in.
    fn tell(&mut self, line: &str, act: impl FnOnce(&mut Cluster<Register>)) {
        self.say(line);
        act(&mut self.cluster);
        for id in (0..self.told.len() as u16).map(NodeId) {
            let notes = &self.cluster.desk(id).notes[self.told[id.slot()]..];
            let lines: String = notes.iter().map(|note| format!("    {}: {}\n", name(id), plain(note))).collect();
            self.told[id.slot()] += notes.len();
            self.text += &lines;
        }
    }

    /// Delivers everything, in order.
    fn go_on(&mut self) {
        while let Some(letter) = self.cluster.network.front() {
            let way = (letter.from, letter.to);
            let arrives = !self.cluster.cut.contains(&way) && self.cluster.alive[letter.to.slot()];
            let fate = if arrives { "" } else { " (lost)" };
            let line = format!("{} -> {}  {}{fate}", name(way.0), name(way.1), describe(&letter.message));
            self.tell(&line, |cluster| cluster.deliver_one());
        }
    }

    /// Shows all logs by their terms, and what of them is committed.
    fn logs(&mut self, title: &str) {
        self.say(title);
        for id in (0..self.told.len() as u16).map(NodeId) {
            let server = self.cluster.node(id);
            let dead = if self.cluster.alive[id.slot()] { "" } else { ", dead" };
            let line = format!("    {}: {:?} commit {}{dead}", name(id), self.cluster.terms(id), server.commit());
            self.say(&line);
        }
    }
}

/// 5.2, 5.3: from nothing to the first write.
#[test]
fn the_first_election_and_the_first_write() {
    let mut story = Story::of(Cluster::of(config(3)));
    story.tell("A's election timeout runs out", |cluster| cluster.time_out(A));
    story.go_on();
    story.tell("a client asks A to write", |cluster| _ = cluster.put(A, "1"));
    story.go_on();
    story.tell("A's heartbeat is due", |cluster| cluster.fire(A, Timer::Heartbeat));
    story.go_on();
    assert_snapshot!(story.text, @r#"
    A's election timeout runs out
        A: ElectionTimeout { forced: false }
        A: Became { role: PreCandidate, term: 0 }
    A -> B  PreVote for term 1, my log ends at 0@0
        B: Voted { candidate: A, term: 1, pre: true, refused: None }
    A -> C  PreVote for term 1, my log ends at 0@0
        C: Voted { candidate: A, term: 1, pre: true, refused: None }
    B -> A  PreVoteReply term 1: yes
        A: Became { role: Candidate, term: 1 }
    C -> A  PreVoteReply term 1: yes
    A -> B  RequestVote term 1, my log ends at 0@0
        B: Became { role: Follower, term: 1 }
        B: Voted { candidate: A, term: 1, pre: false, refused: None }
    A -> C  RequestVote term 1, my log ends at 0@0
        C: Became { role: Follower, term: 1 }
        C: Voted { candidate: A, term: 1, pre: false, refused: None }
    B -> A  VoteReply term 1: yes
        A: Became { role: Leader, term: 1 }
        A: Proposed { index: 1 }
    C -> A  VoteReply term 1: yes
    A -> B  Append term 1, after 0@0: [1], commit 0
        B: LeaderKnown { leader: A, term: 1 }
        B: Appended { from: 1, to: 1 }
    A -> C  Append term 1, after 0@0: [1], commit 0
        C: LeaderKnown { leader: A, term: 1 }
        C: Appended { from: 1, to: 1 }
    B -> A  AppendReply term 1: Match(1)
        A: Committed { index: 1 }
    C -> A  AppendReply term 1: Match(1)
    a client asks A to write
        A: Proposed { index: 2 }
    A -> B  Append term 1, after 1@1: [1], commit 1
        B: Appended { from: 2, to: 2 }
        B: Committed { index: 1 }
    A -> C  Append term 1, after 1@1: [1], commit 1
        C: Appended { from: 2, to: 2 }
        C: Committed { index: 1 }
    B -> A  AppendReply term 1: Match(2)
        A: Committed { index: 2 }
    C -> A  AppendReply term 1: Match(2)
    A's heartbeat is due
    A -> B  Append term 1, after 2@1: [], commit 2
        B: Committed { index: 2 }
    A -> C  Append term 1, after 2@1: [], commit 2
        C: Committed { index: 2 }
    B -> A  AppendReply term 1: Match(2)
    C -> A  AppendReply term 1: Match(2)
    "#);
}

/// End of 5.3: follower (f) of figure 7 against the leader of term 8, with a refusal a term.
#[test]
fn a_follower_with_another_history_is_brought_to_agreement() {
    let logs: [&[u64]; 3] = [&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6], &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], &[1, 1, 1, 4]];
    let mut cluster = Cluster::with_disks(config(3), |id| disk(7, logs[id.slot()]));
    cluster.miss_the_leader(A);
    while cluster.node(A).role() != Role::Leader {
        cluster.deliver_one();
    }
    cluster.network.retain(|letter| (letter.from, letter.to) == (A, B));
    let mut story = Story::of(cluster);
    story.logs("A was elected in term 8");
    story.go_on();
    story.logs("in the end, before C is heard");
    assert_snapshot!(story.text, @r#"
    A was elected in term 8
        A: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8] commit 0
        B: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3] commit 0
        C: [1, 1, 1, 4] commit 0
    A -> B  Append term 8, after 10@6: [8], commit 0
        B: LeaderKnown { leader: A, term: 8 }
        B: AppendRefused { prev: 10 }
    B -> A  AppendReply term 8: Conflict { rejected: 10, term: Some(3), retry_from: 7 }
    A -> B  Append term 8, after 6@5: [5, 6, 6, 6, 8], commit 0
        B: AppendRefused { prev: 6 }
    B -> A  AppendReply term 8: Conflict { rejected: 6, term: Some(2), retry_from: 4 }
    A -> B  Append term 8, after 3@1: [4, 4, 5, 5, 6, 6, 6, 8], commit 0
        B: Truncated { from: 4, to: 11 }
        B: Appended { from: 4, to: 11 }
    B -> A  AppendReply term 8: Match(11)
        A: Committed { index: 11 }
    in the end, before C is heard
        A: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8] commit 11
        B: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8] commit 0
        C: [1, 1, 1, 4] commit 0
    "#);
}

/// Wins an election, at the second try if others are ahead in term; a new leader's first messages are all lost.
fn elect_unheard(cluster: &mut Cluster<Register>, id: NodeId) {
    for _ in 0..2 {
        cluster.miss_the_leader(id);
        while cluster.node(id).role() != Role::Leader && !cluster.network.is_empty() {
            cluster.deliver_one();
        }
    }
    assert_eq!(cluster.node(id).role(), Role::Leader);
    cluster.network.clear();
}

/// Only these hear each other.
fn only(cluster: &mut Cluster<Register>, group: &[NodeId]) {
    cluster.heal();
    cluster.isolate(group);
}

/// Figure 8, (a) to (c): the second entry, of term 1, is on a majority, and its leader leads again, in term 3.
fn figure_8_up_to_c(defects: Defects) -> Story {
    // One entry a message, so that the old entry can be on a majority while the new no-op is not.
    let settings = Config { max_batch: 1, pre_vote: false, check_quorum: false, defects, ..config(5) };
    let mut story = Story::of(Cluster::of(settings));
    let cluster = &mut story.cluster;
    cluster.elect(A);
    cluster.beat(A);
    only(cluster, &[A, B]);
    cluster.put(A, "2");
    cluster.settle();
    story.logs("(a) A leads in term 1; its second entry reaches B only");

    let cluster = &mut story.cluster;
    cluster.crash(A);
    only(cluster, &[C, D, E]);
    elect_unheard(cluster, E);
    story.logs("(b) A crashes; C and D elect E in term 2; its entry reaches nobody");

    let cluster = &mut story.cluster;
    cluster.crash(E);
    cluster.restart(A);
    only(cluster, &[A, B, C]);
    elect_unheard(cluster, A);
    cluster.fire(A, Timer::Heartbeat);
    let is_new = |message: &Message<Command>| matches!(message, Message::Append { term, entries, .. } if entries.iter().any(|entry| entry.term == *term));
    while let Some(letter) = cluster.network.front() {
        if is_new(&letter.message) { drop(cluster.network.pop_front()) } else { cluster.deliver_one() }
    }
    story.logs("(c) E crashes; B and C elect A in term 3; its old entry reaches C too, its new one nobody");
    story
}

/// Figure 8, (d): E leads again, since its last term is the later one, and overwrites what was on a majority.
fn figure_8_d(mut story: Story) -> Story {
    let cluster = &mut story.cluster;
    cluster.crash(A);
    cluster.restart(E);
    only(cluster, &[B, C, D, E]);
    elect_unheard(cluster, E);
    cluster.beat(E);
    cluster.beat(E);
    story.logs("(d) A crashes; B, C and D elect E in term 4; its log replaces theirs");
    story
}

/// Figure 8: why an entry of an older term is not committed by counting its copies (5.4.2).
#[test]
fn figure_8() {
    let story = figure_8_d(figure_8_up_to_c(Defects::default()));
    assert_snapshot!(story.text, @r#"
    (a) A leads in term 1; its second entry reaches B only
        A: [1, 1] commit 1
        B: [1, 1] commit 1
        C: [1] commit 1
        D: [1] commit 1
        E: [1] commit 1
    (b) A crashes; C and D elect E in term 2; its entry reaches nobody
        A: [1, 1] commit 1, dead
        B: [1, 1] commit 1
        C: [1] commit 1
        D: [1] commit 1
        E: [1, 2] commit 1
    (c) E crashes; B and C elect A in term 3; its old entry reaches C too, its new one nobody
        A: [1, 1, 3] commit 0
        B: [1, 1] commit 1
        C: [1, 1] commit 1
        D: [1] commit 1
        E: [1, 2] commit 1, dead
    (d) A crashes; B, C and D elect E in term 4; its log replaces theirs
        A: [1, 1, 3] commit 0, dead
        B: [1, 2, 4] commit 3
        C: [1, 2, 4] commit 3
        D: [1, 2, 4] commit 3
        E: [1, 2, 4] commit 3
    "#);

    // (e): had the new entry reached a majority, E could not have been elected, and the old one is safe under it.
    let mut story = figure_8_up_to_c(Defects::default());
    story.text.clear();
    story.cluster.beat(A);
    story.logs("(e) instead, A's new entry reaches B and C too");
    let cluster = &mut story.cluster;
    cluster.crash(A);
    cluster.restart(E);
    only(cluster, &[B, C, D, E]);
    for _ in 0..3 {
        cluster.miss_the_leader(E);
        cluster.settle();
    }
    story.logs("    and when A crashes, B and C refuse E");
    assert_snapshot!(story.text, @r#"
    (e) instead, A's new entry reaches B and C too
        A: [1, 1, 3] commit 3
        B: [1, 1, 3] commit 1
        C: [1, 1, 3] commit 1
        D: [1] commit 1
        E: [1, 2] commit 1, dead
        and when A crashes, B and C refuse E
        A: [1, 1, 3] commit 3, dead
        B: [1, 1, 3] commit 1
        C: [1, 1, 3] commit 1
        D: [1] commit 1
        E: [1, 2] commit 0
    "#);
}

/// The same story with the defect: E commits another second entry than A did.
#[test]
fn figure_8_with_the_defect() {
    let story = figure_8_d(figure_8_up_to_c(Defects::default().with(Defect::OldTermCommittedByCounting)));
    assert_snapshot!(story.text, @r#"
    (a) A leads in term 1; its second entry reaches B only
        A: [1, 1] commit 1
        B: [1, 1] commit 1
        C: [1] commit 1
        D: [1] commit 1
        E: [1] commit 1
    (b) A crashes; C and D elect E in term 2; its entry reaches nobody
        A: [1, 1] commit 1, dead
        B: [1, 1] commit 1
        C: [1] commit 1
        D: [1] commit 1
        E: [1, 2] commit 1
    (c) E crashes; B and C elect A in term 3; its old entry reaches C too, its new one nobody
        A: [1, 1, 3] commit 2
        B: [1, 1] commit 1
        C: [1, 1] commit 1
        D: [1] commit 1
        E: [1, 2] commit 1, dead
    (d) A crashes; B, C and D elect E in term 4; its log replaces theirs
        A: [1, 1, 3] commit 2, dead
        B: [1, 2, 4] commit 3
        C: [1, 2, 4] commit 3
        D: [1, 2, 4] commit 3
        E: [1, 2, 4] commit 3
    "#);
}
