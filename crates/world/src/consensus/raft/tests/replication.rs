//! AppendEntries: section 5.3, and figure 2 "AppendEntries RPC".

use super::super::*;
use super::cluster::*;
use crate::base::{LogIndex, NodeId, Register, Term};

const LEADER_OF_FIGURE_7: [u64; 10] = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

/// What a server answers to one message, with its disk synced.
fn answer(cluster: &mut Cluster<Register>, to: NodeId, message: Message<Command>) -> AppendResult {
    cluster.network.clear();
    cluster.tell(to, A, message);
    match cluster.take(to, A).as_slice() {
        [Message::AppendReply { result, .. }] => *result,
        other => panic!("not one answer: {other:?}"),
    }
}

fn matched(index: u64) -> AppendResult {
    AppendResult::Match(LogIndex(index))
}

/// A cluster in which B has this log, and hears A as the leader of `term`.
fn follower(term: u64, terms: &'static [u64]) -> Cluster<Register> {
    Cluster::with_disks(config(3), |id| if id == B { disk(term, terms) } else { Durable::empty() })
}

/// Figure 7: whatever a follower lacks or has too much, it ends with the leader's log, the new no-op included.
#[test]
fn every_follower_of_figure_7_ends_with_the_leaders_log() {
    let logs: [&[u64]; 7] = [
        &LEADER_OF_FIGURE_7,
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    let mut cluster = Cluster::<Register>::with_disks(config(7), |id| disk(7, logs[id.slot()]));
    cluster.elect(A);
    assert_eq!(cluster.node(A).term(), Term(8));
    cluster.beat(A);
    for id in (0..7).map(NodeId) {
        assert_eq!(cluster.terms(id), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8], "log of {id}");
        assert_eq!(cluster.desk(id).disk.log, *cluster.node(A).log(), "disk of {id}");
        assert_eq!(cluster.node(id).commit(), LogIndex(11));
    }
}

/// End of 5.3: the leader goes back a term at a time, not an entry at a time, whoever has the longer run.
#[test]
fn agreement_is_found_with_one_refusal_per_conflicting_term() {
    let long = |head: &[u64], term: u64| [head, &[term; 500]].concat();
    for (leader, follower) in [
        (long(&[1, 1, 5], 6), long(&[1, 1], 2)),
        (long(&[1, 1], 3), [&long(&[1], 1)[..], &[2; 300]].concat()),
        (long(&[1], 4), vec![1]),
        (vec![1, 1, 7], long(&[1, 1], 6)),
    ] {
        let logs = [&leader, &follower];
        let mut settings = config(3);
        settings.max_batch = 10_000;
        let mut cluster = Cluster::<Register>::with_disks(settings, |id| match logs.get(id.slot()) {
            Some(log) => disk(7, log),
            None => disk(7, &[]),
        });
        cluster.cut.extend([(A, B), (B, A)]);
        cluster.elect(A);
        cluster.heal();
        cluster.beat(A);
        let refusals = cluster.desk(B).notes.iter().filter(|n| matches!(n, Note::AppendRefused { .. })).count();
        assert!(refusals <= 3, "{refusals} refusals");
        assert_eq!(cluster.node(B).log(), cluster.node(A).log());
    }
}

/// End of 5.3, the leader's side of it: where both have entries of a term, they agree on those that both have.
#[test]
fn what_the_follower_has_is_not_sent_again() {
    let run = |term, times| vec![term; times];
    let leader = [run(1, 1), run(2, 300), run(3, 300)].concat();
    let follower = [run(1, 1), run(2, 500)].concat();
    let logs = [leader, follower.clone(), follower];
    let mut cluster = Cluster::<Register>::with_disks(config(3), |id| disk(3, &logs[id.slot()]));
    cluster.miss_the_leader(A);
    while !cluster.network.is_empty() {
        if let Message::Append { prev, entries, .. } = &cluster.network[0].message {
            assert!(entries.is_empty() || prev.index >= LogIndex(301), "entries after {prev:?}");
        }
        cluster.deliver_one();
    }
    assert_eq!(cluster.node(B).log(), cluster.node(A).log());
}

/// 5.3: without the entry before the new ones there is nothing to append to.
#[test]
fn an_append_after_an_unknown_entry_is_refused() {
    let mut cluster = follower(3, &[1, 2]);
    let conflict = |rejected, term: Option<u64>, retry| AppendResult::Conflict {
        rejected: LogIndex(rejected),
        term: term.map(Term),
        retry_from: LogIndex(retry),
    };
    assert_eq!(answer(&mut cluster, B, append(3, at(2, 3), &[3], 2)), conflict(2, Some(2), 2));
    assert_eq!(answer(&mut cluster, B, append(3, at(3, 3), &[3], 2)), conflict(3, None, 3));
    assert_eq!(cluster.terms(B), [1, 2]);
    assert_eq!(cluster.node(B).commit(), LogIndex(0));
}

/// Figure 2, rule 5: what follows the last entry that this message vouches for may be another leader's, so the commit
/// index does not pass it.
#[test]
fn a_heartbeat_commits_only_what_it_vouches_for_and_leaves_the_log_alone() {
    let mut cluster = follower(3, &[1, 2]);
    assert_eq!(answer(&mut cluster, B, append(3, at(1, 1), &[], 3)), matched(1));
    assert_eq!(cluster.terms(B), [1, 2]);
    assert_eq!(cluster.node(B).commit(), LogIndex(1));
}

/// Figure 2, rules 3 and 4: entries that are there are skipped, a conflicting one goes with all after it.
#[test]
fn entries_are_skipped_replaced_or_appended_as_the_log_needs() {
    type Terms = &'static [u64];
    let cases: [(Terms, LogPosition, Terms, Terms); 9] = [
        (&[1, 2], at(2, 2), &[3], &[1, 2, 3]),
        (&[1, 2], at(1, 1), &[3, 3], &[1, 3, 3]),
        (&[1, 2], at(0, 0), &[1], &[1, 2]),
        (&[1, 2], at(0, 0), &[1, 2], &[1, 2]),
        (&[1, 2], at(0, 0), &[1, 2, 3], &[1, 2, 3]),
        (&[1, 2], at(0, 0), &[3, 3], &[3, 3]),
        (&[1, 2, 2, 2], at(1, 1), &[2], &[1, 2, 2, 2]),
        (&[1, 2, 2, 2], at(1, 1), &[2, 3], &[1, 2, 3]),
        (&[1, 2, 2, 2], at(0, 0), &[], &[1, 2, 2, 2]),
    ];
    for (log, prev, new, after) in cases {
        let mut cluster = follower(3, log);
        let vouched = prev.index.0 + new.len() as u64;
        assert_eq!(answer(&mut cluster, B, append(3, prev, new, 0)), matched(vouched), "{new:?} after {prev:?}");
        assert_eq!(cluster.terms(B), after, "{new:?} after {prev:?} on {log:?}");
        assert_eq!(cluster.desk(B).disk.log, *cluster.node(B).log(), "{new:?} after {prev:?} on {log:?}");
    }
}

/// 5.3: a late copy of an earlier message undoes nothing that came after it.
#[test]
fn late_and_repeated_appends_change_nothing() {
    let mut cluster = follower(3, &[]);
    let early = append(3, at(0, 0), &[3, 3], 0);
    let later = append(3, at(2, 3), &[3, 3], 3);
    for message in [&early, &later, &early, &later, &append(3, at(1, 3), &[], 1)] {
        answer(&mut cluster, B, message.clone());
    }
    assert_eq!(cluster.terms(B), [3, 3, 3, 3]);
    assert_eq!(cluster.node(B).commit(), LogIndex(3));
    // One that overtakes what it builds on is refused, and taken when it comes again.
    let mut cluster = follower(3, &[]);
    assert!(matches!(answer(&mut cluster, B, later.clone()), AppendResult::Conflict { .. }));
    answer(&mut cluster, B, early);
    answer(&mut cluster, B, later);
    assert_eq!(cluster.terms(B), [3, 3, 3, 3]);
}

/// 5.1: a message of an older term changes nothing, and its sender learns of the newer one.
#[test]
fn an_old_leader_is_told_that_its_term_is_over() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.elect(A);
    cluster.isolate(&[A]);
    cluster.elect(B);
    cluster.heal();
    cluster.put(A, "lost");
    cluster.settle();
    assert_eq!((cluster.node(A).role(), cluster.node(A).term()), (Role::Follower, Term(2)));
    cluster.beat(B);
    cluster.beat(B);
    assert_eq!(cluster.terms(A), [1, 2]);
    assert_eq!(cluster.node(A).leader(), Some(B));
}

/// Section 7, 5.3: what is compacted away was committed and so agrees with every later leader.
#[test]
fn an_append_that_starts_in_the_compacted_part_is_taken() {
    let mut settings = config(3);
    (settings.snapshot_every, settings.snapshot_trailing) = (4, 0);
    let mut cluster = Cluster::<Register>::of(settings);
    answer(&mut cluster, B, append(1, at(0, 0), &[1, 1, 1, 1], 4));
    assert_eq!(cluster.node(B).log().before(), at(4, 1));
    assert_eq!(answer(&mut cluster, B, append(1, at(1, 1), &[1, 1], 4)), matched(4));
    assert_eq!(answer(&mut cluster, B, append(1, at(2, 1), &[1, 1, 1, 1], 4)), matched(6));
    assert_eq!(answer(&mut cluster, B, append(1, at(3, 1), &[], 4)), matched(4));
    assert_eq!(cluster.node(B).log().last(), at(6, 1));
    assert_eq!(cluster.terms(B), [1, 1]);
}

/// 5.2: the leader of the same term ends a candidacy; one of an older term does not.
#[test]
fn a_candidate_gives_way_to_the_leader_of_its_term_only() {
    let mut cluster = Cluster::<Register>::of(config(3));
    cluster.isolate(&[B]);
    cluster.step(B, Input::TimeoutNow);
    cluster.step(B, Input::TimeoutNow);
    assert_eq!((cluster.node(B).role(), cluster.node(B).term()), (Role::Candidate, Term(2)));
    cluster.tell(B, A, append(1, at(0, 0), &[1], 0));
    assert_eq!(cluster.node(B).role(), Role::Candidate);
    cluster.tell(B, A, append(2, at(0, 0), &[2], 0));
    assert_eq!((cluster.node(B).role(), cluster.node(B).leader()), (Role::Follower, Some(A)));
    assert_eq!(cluster.node(B).vote(), Some(B), "the vote of this term stays");
    assert_eq!(cluster.terms(B), [2]);
}

/// A checker may trust the log's account of itself: as long as it says that nothing was cut, nothing was.
#[test]
fn the_log_counts_its_cuts_and_knows_its_latest_cut() {
    let mut cluster = follower(3, &[1, 2, 2]);
    let cuts = cluster.node(B).log().cuts();
    answer(&mut cluster, B, append(3, at(3, 2), &[3], 0));
    assert_eq!(cluster.node(B).log().cuts(), cuts);
    answer(&mut cluster, B, append(4, at(1, 1), &[4], 0));
    assert_eq!(cluster.node(B).log().cuts(), cuts + 1);
    assert_eq!(cluster.node(B).log().last_cut(), LogIndex(2));
    assert!(cluster.desk(B).notes.contains(&Note::Truncated { from: LogIndex(2), to: LogIndex(4) }));
}
