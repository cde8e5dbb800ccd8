//! Who owns which partition: as even as can be, and with as few changes as that allows.

use super::ids::MemberId;
use crate::base::sort_by;

/// Gives each of some partitions to one of the members (in the order of their ids); to nobody if there is none.
///
/// Each member gets the same number or one more. A partition changes hands only if its owner is gone or has too many;
/// so when one joins or leaves, all that is moved goes to or comes from that one.
pub(super) fn assign(owners: &[Option<MemberId>], members: &[MemberId]) -> Vec<Option<MemberId>> {
    if members.is_empty() {
        return vec![None; owners.len()];
    }
    let place = |owner: &Option<MemberId>| owner.and_then(|owner| members.binary_search(&owner).ok());
    let mut held = vec![0; members.len()];
    for place in owners.iter().filter_map(place) {
        held[place] += 1;
    }
    // Those that hold most may have the one more, so that it need not move.
    let mut order: Vec<usize> = (0..members.len()).collect();
    sort_by(&mut order, |&a, &b| (held[b], a) < (held[a], b));
    let (even, more) = (owners.len() / members.len(), owners.len() % members.len());
    let mut room = vec![even; members.len()];
    for &member in &order[..more] {
        room[member] += 1;
    }
    let mut kept: Vec<Option<usize>> = owners.iter().map(place).collect();
    for owner in &mut kept {
        match owner {
            Some(member) if room[*member] > 0 => room[*member] -= 1,
            _ => *owner = None,
        }
    }
    // The emptiest first: so each member gets partitions of every topic.
    let fill = |owner: Option<usize>| {
        let owner = owner.or_else(|| {
            let emptiest = (0..room.len()).reduce(|best, other| if room[other] > room[best] { other } else { best })?;
            room[emptiest] = room[emptiest].saturating_sub(1);
            Some(emptiest)
        });
        owner.map(|member| members[member])
    };
    kept.into_iter().map(fill).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Stream;

    #[test]
    fn joining_and_leaving_moves_only_what_it_must_and_stays_even() {
        let mut chance = Stream::new(1, "assignment");
        for _ in 0..200 {
            let mut owners = vec![None; 1 + chance.below(20) as usize];
            let mut members: Vec<MemberId> = Vec::new();
            for _ in 0..20 {
                let who = MemberId(chance.below(9));
                let joins = match members.binary_search(&who) {
                    Ok(place) => members.remove(place) != who,
                    Err(place) => {
                        members.insert(place, who);
                        true
                    }
                };
                let after = assign(&owners, &members);
                for (before, after) in owners.iter().zip(&after) {
                    let concerns = if joins { *after == Some(who) } else { *before == Some(who) };
                    assert!(before == after || before.is_none() || concerns, "{owners:?} {members:?} {after:?}");
                }
                let counts = members.iter().map(|&m| after.iter().filter(|&&owner| owner == Some(m)).count());
                let (least, most) = (counts.clone().min(), counts.max());
                assert!(most <= least.map(|least| least + 1), "{after:?}");
                assert_eq!(after.iter().any(Option::is_none), members.is_empty());
                owners = after;
            }
        }
    }

    #[test]
    fn a_second_member_takes_half_of_every_topic() {
        let (a, b) = (MemberId(1), MemberId(2));
        let owners = assign(&[None; 4], &[a]);
        assert_eq!(owners, [Some(a); 4]);
        assert_eq!(assign(&[None; 4], &[a, b]), [Some(a), Some(b), Some(a), Some(b)]);
        assert_eq!(assign(&owners, &[a, b]), [Some(a), Some(a), Some(b), Some(b)]);
    }
}
