//! Keeping a whole run: every branch of it in one text, for a page that is loaded again. It is to all branches what a
//! link is to one, but nobody passes it on, so it may be longer. It comes from outside all the same, and is believed as
//! little as a link.

use smol_str::SmolStr;

use super::Scenario;
use super::form::record;
use super::limits::{MAX_BRANCHES, MAX_COMMANDS, MAX_DURATION};
use super::link::{Given, LinkError, MAX_ENGINE, Source, Step, given, inspect_orders, steps};
use super::problem::Inspection;
use super::sealed::Seal;
use crate::base::{Span, Time};

/// The most characters of such a text that are read or made: a browser keeps a few million for a page.
pub const MAX_KEPT: usize = 1 << 20;

/// In base64 it begins with `tk`.
const SEAL: Seal = Seal { mark: [0xb6, 0x40], begins: "tk", version: 1, most: MAX_KEPT };
/// The most bytes of a branch's label.
const MAX_LABEL: usize = 1_024;
/// The most orders of all branches together: a few bytes of text can stand for all that a branch has from another.
const MAX_ORDERS: usize = 8 * MAX_COMMANDS;

/// A run with all its branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The version of the engine that played it.
    pub engine: SmolStr,
    /// The scenario.
    pub scenario: Scenario,
    /// Its branches: at least one. Each but the first has left one before it.
    pub branches: Vec<KeptBranch>,
    /// The branch that the present is on.
    pub branch: u32,
    /// The present moment.
    pub time: Time,
    /// How many steps of that instant had been taken; [`u32::MAX`]: all.
    pub within: u32,
    /// The trace hash at that moment, if it was reached.
    pub trace_hash: Option<u64>,
}

/// One branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBranch {
    /// The branch that it left, and when.
    pub parent: Option<(u32, Time)>,
    /// The command that began it, in words.
    pub label: SmolStr,
    /// What was ordered by hand on it, in the order in which it takes effect.
    pub orders: Vec<Given>,
    /// How far it was played.
    pub end: Time,
    /// How many steps of that instant had been taken.
    pub within: u32,
    /// How many orders it had seen there, with those of the scenario.
    pub seen: u32,
}

/// It as it is written.
#[derive(Default)]
struct Body {
    engine: SmolStr,
    source: Source,
    branches: Vec<Line>,
    branch: u32,
    time: u64,
    /// One more than the place, so that "all" is the shortest.
    within: u32,
    trace_hash: Option<u64>,
}

/// A branch as it is written.
#[derive(Default)]
struct Line {
    parent: Option<Start>,
    label: SmolStr,
    /// So many of its orders are the first ones of its parent.
    shared: u32,
    orders: Vec<Step>,
    end: u64,
    within: u32,
    seen: u32,
}

/// Where a branch left another.
#[derive(Default)]
struct Start {
    branch: u32,
    time: u64,
}

record!(Body {
    needed engine, needed source, needed branches, needed branch, needed time, needed within, needed trace_hash
});
record!(Line { needed parent, needed label, needed shared, needed orders, needed end, needed within, needed seen });
record!(Start { needed branch, needed time });

impl Kept {
    /// The text.
    ///
    /// # Errors
    /// If it were too long, or goes further than is kept.
    pub fn encode(&self) -> Result<String, LinkError> {
        self.inspect()?;
        SEAL.write(&mut self.body())
    }

    /// What a text holds.
    ///
    /// # Errors
    /// If it is none, damaged, from a newer version, or describes what cannot be.
    pub fn decode(text: &str) -> Result<Kept, LinkError> {
        let mut body = Body::default();
        SEAL.read(text, &mut body)?;
        let mut branches: Vec<KeptBranch> = Vec::new();
        let mut orders = 0;
        for line in body.branches.into_iter().take(MAX_BRANCHES + 1) {
            let parent = line.parent.map(|start| (start.branch, Time(start.time)));
            let shared = match parent.and_then(|(parent, _)| branches.get(parent as usize)) {
                Some(parent) => parent.orders.iter().take(line.shared as usize).cloned().collect(),
                None => Vec::new(),
            };
            let orders_here = [shared, given(line.orders)].concat();
            orders += orders_here.len();
            if orders > MAX_ORDERS {
                return Err(LinkError::TooLong);
            }
            branches.push(KeptBranch {
                parent,
                label: line.label,
                orders: orders_here,
                end: Time(line.end),
                within: line.within,
                seen: line.seen,
            });
        }
        let kept = Kept {
            engine: body.engine,
            scenario: body.source.scenario()?,
            branches,
            branch: body.branch,
            time: Time(body.time),
            within: body.within.wrapping_sub(1),
            trace_hash: body.trace_hash,
        };
        kept.inspect()?;
        Ok(kept)
    }

    fn body(&self) -> Body {
        Body {
            engine: self.engine.clone(),
            source: Source::of(&self.scenario),
            branches: self.branches.iter().map(|branch| self.line(branch)).collect(),
            branch: self.branch,
            time: self.time.0,
            within: self.within.wrapping_add(1),
            trace_hash: self.trace_hash,
        }
    }

    fn line(&self, branch: &KeptBranch) -> Line {
        let parent = branch.parent.and_then(|(parent, _)| self.branches.get(parent as usize));
        let both = parent.into_iter().flat_map(|parent| parent.orders.iter().zip(&branch.orders));
        let shared = both.take_while(|(theirs, ours)| theirs == ours).count();
        Line {
            parent: branch.parent.map(|(branch, time)| Start { branch, time: time.0 }),
            label: branch.label.clone(),
            shared: shared as u32,
            orders: steps(&branch.orders[shared..]),
            end: branch.end.0,
            within: branch.within,
            seen: branch.seen,
        }
    }

    fn inspect(&self) -> Result<(), LinkError> {
        self.scenario.inspect().map_err(LinkError::Impossible)?;
        let mut inspection = Inspection::default();
        let within_a_run = |inspection: &mut Inspection, field: &str, time: Time| {
            inspection.span(field, time.since(Time::ZERO), Span::ZERO, MAX_DURATION);
        };
        inspection.length("engine", self.engine.len(), MAX_ENGINE, "bytes");
        within_a_run(&mut inspection, "time", self.time);
        inspection.length("branches", self.branches.len(), MAX_BRANCHES, "branches");
        inspection.number("branch", u64::from(self.branch) + 1, 1, self.branches.len() as u64);
        let orders = self.branches.iter().map(|branch| branch.orders.len()).sum();
        inspection.length("orders", orders, MAX_ORDERS, "orders");
        let list = inspection.enter("branches");
        for (number, branch) in self.branches.iter().enumerate().take(MAX_BRANCHES) {
            let item = inspection.enter_item(number);
            match branch.parent {
                Some((parent, time)) => {
                    inspection.number("parent", u64::from(parent) + 1, 1, number as u64);
                    within_a_run(&mut inspection, "begins", time);
                }
                None if number > 0 => inspection.problem("parent", "only the first branch has none".into()),
                None => {}
            }
            inspection.length("label", branch.label.len(), MAX_LABEL, "bytes");
            inspect_orders(&branch.orders, &mut inspection);
            within_a_run(&mut inspection, "end", branch.end);
            inspection.leave(item);
        }
        inspection.leave(list);
        inspection.end().map_err(LinkError::Impossible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeId;
    use crate::lab::{NodeOrder, Order, Target};
    use crate::scenario::link::ENGINE;
    use crate::scenario::presets;

    fn crash(ms: u64) -> Given {
        let order = Order::To { target: Target::Node(NodeId(2)), what: NodeOrder::Crash };
        Given { time: Time(ms * 1_000), within: u32::MAX, order }
    }

    fn branch(parent: Option<(u32, Time)>, orders: Vec<Given>) -> KeptBranch {
        KeptBranch { parent, label: "C killed".into(), orders, end: Time(3_000_000), within: 2, seen: 1 }
    }

    fn kept() -> Kept {
        let at = |ms: u64| Time(ms * 1_000);
        let branches = vec![
            branch(None, vec![crash(100), crash(900), crash(1_200)]),
            branch(Some((0, at(1_000))), vec![crash(100), crash(900), crash(1_000)]),
            branch(Some((1, at(500))), vec![crash(100), crash(500)]),
        ];
        Kept {
            engine: ENGINE.into(),
            scenario: Scenario { seed: 9, ..presets::get("leader-crash").expect("a preset") },
            branches,
            branch: 1,
            time: at(2_500),
            within: 3,
            trace_hash: Some(7),
        }
    }

    #[test]
    fn all_branches_come_back_and_what_they_share_is_written_once() {
        let text = kept().encode().expect("short enough");
        assert_eq!(Kept::decode(&text), Ok(kept()));
        assert!(text.starts_with("tk") && text.len() < 200, "{} characters: {text}", text.len());
        let first = branch(None, vec![crash(1); 2_000]);
        let second = KeptBranch { parent: Some((0, Time(1_000))), ..first.clone() };
        let length = |branches| Kept { branches, branch: 0, ..kept() }.encode().expect("short enough").len();
        assert!(length(vec![first.clone(), second]) < length(vec![first]) + 40);
    }

    #[test]
    fn what_is_cut_off_or_changed_is_noticed() {
        let text = kept().encode().expect("short enough");
        for end in 0..text.len() {
            assert!(Kept::decode(&text[..end]).is_err(), "{end}");
        }
        for place in 3..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(Kept::decode(&changed), Err(LinkError::Damaged), "{place}");
        }
        assert_eq!(Kept::decode(&text.replacen("tk", "tt", 1)), Err(LinkError::NotALink));
    }

    /// Somebody can compute a checksum too.
    #[test]
    fn it_can_say_only_what_can_be() {
        let with = |branches: Vec<KeptBranch>| Kept { branches, branch: 0, ..kept() };
        let first = branch(None, Vec::new());
        let of = |parent| branch(Some((parent, Time::ZERO)), Vec::new());
        let impossible = [
            with(Vec::new()),
            Kept { branch: 3, ..kept() },
            Kept { time: Time::NEVER, ..kept() },
            with(vec![of(0)]),
            with(vec![first.clone(), first.clone()]),
            with(vec![first.clone(), of(1)]),
            with(vec![first.clone(), branch(Some((0, Time::NEVER)), Vec::new())]),
            with(vec![KeptBranch { end: Time::NEVER, ..first.clone() }]),
            with(vec![KeptBranch { label: "x".repeat(MAX_LABEL + 1).into(), ..first.clone() }]),
            with(vec![branch(None, vec![crash(4_000_000)])]),
            with([vec![first.clone()], vec![of(0); MAX_BRANCHES]].concat()),
        ];
        for kept in impossible {
            assert!(matches!(kept.encode(), Err(LinkError::Impossible(_))), "{kept:?}");
            let text = SEAL.write(&mut kept.body()).expect("short enough");
            assert!(matches!(Kept::decode(&text), Err(LinkError::Impossible(_))), "{kept:?}");
        }
        let back = with(vec![branch(None, vec![crash(2), crash(1)])]);
        assert!(matches!(back.encode(), Err(LinkError::Impossible(_))));
    }

    #[test]
    fn few_bytes_cannot_stand_for_too_many_orders() {
        let mut body = kept().body();
        body.branches[0].orders = steps(&vec![crash(1); MAX_COMMANDS]);
        body.branches.truncate(1);
        let copy = || Line { parent: Some(Start::default()), shared: u32::MAX, ..Line::default() };
        body.branches.extend((1..MAX_BRANCHES).map(|_| copy()));
        assert_eq!(Kept::decode(&SEAL.write(&mut body).expect("short enough")), Err(LinkError::TooLong));
    }
}
