//! Partitions of every kind: which directions between servers are cut.

use super::super::chaos::{percent, pick};
use crate::base::{NodeId, Stream};
use crate::search::Kind;

/// The kinds of partition.
pub(super) const SHAPES: [Kind; 7] = [
    Kind::Halves,
    Kind::MinorityWithLeader,
    Kind::Isolation,
    Kind::Bridge,
    Kind::Ring,
    Kind::OneWayCut,
    Kind::RandomCuts,
];

type Cuts = Vec<(NodeId, NodeId)>;

/// Every direction between two groups.
pub(super) fn between(here: &[NodeId], there: &[NodeId]) -> Cuts {
    let pairs = here.iter().flat_map(|&a| there.iter().map(move |&b| (a, b)));
    pairs.filter(|(a, b)| a != b).flat_map(|(a, b)| [(a, b), (b, a)]).collect()
}

/// Every direction from one node to others.
pub(super) fn out_of(node: NodeId, others: &[NodeId]) -> Cuts {
    others.iter().filter(|&&other| other != node).map(|&other| (node, other)).collect()
}

/// Every direction from others to one node.
pub(super) fn into(node: NodeId, others: &[NodeId]) -> Cuts {
    out_of(node, others).into_iter().map(|(node, other)| (other, node)).collect()
}

/// The cuts that make this shape, drawn by chance; none if there are too few servers for it.
pub(super) fn shape(kind: Kind, chance: &mut Stream, servers: &[NodeId], leader: Option<NodeId>) -> Cuts {
    let mut row = servers.to_vec();
    shuffle(chance, &mut row);
    let count = row.len();
    if count < 2 {
        return Cuts::new();
    }
    match kind {
        Kind::Halves => {
            let (here, there) = row.split_at(1 + chance.below(count as u32 - 1) as usize);
            between(here, there)
        }
        Kind::MinorityWithLeader => {
            let Some(place) = row.iter().position(|&id| Some(id) == leader) else { return Cuts::new() };
            row.swap(0, place);
            let minority = (count - 1) / 2;
            if minority == 0 {
                return Cuts::new();
            }
            let (here, there) = row.split_at(1 + chance.below(minority as u32) as usize);
            between(here, there)
        }
        Kind::Isolation => between(&row[..1], &row[1..]),
        Kind::Bridge if count > 2 => {
            let (here, there) = row[1..].split_at(1 + chance.below(count as u32 - 2) as usize);
            between(here, there)
        }
        Kind::Ring if count > 3 => {
            let one_way = percent(chance, 50);
            let apart = |a: usize, b: usize| (b + count - a) % count;
            let mut cuts = Cuts::new();
            for a in 0..count {
                for b in (0..count).filter(|&b| b != a) {
                    let near = apart(a, b) == 1 || (!one_way && apart(a, b) == count - 1);
                    if !near {
                        cuts.push((row[a], row[b]));
                    }
                }
            }
            cuts
        }
        Kind::OneWayCut => match chance.below(3) {
            0 => out_of(row[0], &row),
            1 => into(row[0], &row),
            _ => vec![(row[0], row[1])],
        },
        Kind::RandomCuts => {
            let share = pick(chance, &[10, 30, 60]);
            let all = row.iter().flat_map(|&a| out_of(a, servers)).collect::<Cuts>();
            all.into_iter().filter(|_| percent(chance, share)).collect()
        }
        _ => Cuts::new(),
    }
}

fn shuffle(chance: &mut Stream, row: &mut [NodeId]) {
    for last in (1..row.len()).rev() {
        row.swap(last, chance.below(last as u32 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(kind: Kind, count: u16, seed: u64) -> Cuts {
        let servers: Vec<NodeId> = (0..count).map(NodeId).collect();
        shape(kind, &mut Stream::new(seed, "test"), &servers, Some(NodeId(1)))
    }

    #[test]
    fn a_bridge_hears_both_sides_and_they_hear_it() {
        for seed in 0..20 {
            let cuts = draw(Kind::Bridge, 5, seed);
            let whole = |id: NodeId| cuts.iter().all(|&(from, to)| from != id && to != id);
            assert_eq!((0..5).map(NodeId).filter(|&id| whole(id)).count(), 1);
        }
    }

    #[test]
    fn a_leader_in_a_minority_is_cut_off_from_a_majority() {
        for seed in 0..20 {
            let cuts = draw(Kind::MinorityWithLeader, 5, seed);
            assert!(out_of(NodeId(1), &[0, 2, 3, 4].map(NodeId)).iter().filter(|cut| cuts.contains(cut)).count() >= 3);
        }
    }

    #[test]
    fn everybody_in_a_ring_still_reaches_a_neighbour() {
        for seed in 0..20 {
            let cuts = draw(Kind::Ring, 5, seed);
            for id in (0..5).map(NodeId) {
                assert!(cuts.iter().filter(|(from, _)| *from == id).count() < 4);
            }
        }
    }
}
