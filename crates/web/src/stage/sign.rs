//! How a message looks: a shape and a colour for each kind, the same wherever a message is drawn.

use tutti_core::lab::scene::MessageKind;

use super::theme::Hue;

/// The shape of a message's sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A request for a vote: points where it goes.
    Triangle,
    /// Entries, with their number.
    Slip,
    /// A heartbeat: a slip with nothing on it.
    Beat,
    /// A snapshot: a pile.
    Block,
    /// What a client asks.
    Diamond,
    /// An answer, with the sign of its question inside.
    Ring(Inside),
}

/// What stands inside an answer's ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Nothing: it answers entries.
    Nothing,
    /// It answers a request for a vote.
    Triangle,
    /// It answers a client.
    Diamond,
}

/// The sign of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    /// Its shape.
    pub shape: Shape,
    /// Its colour.
    pub hue: Hue,
    /// Outlined, where the filled sign binds more: a pre-vote beside a vote, a read beside a write.
    pub hollow: bool,
    /// Barred: it says no.
    pub barred: bool,
}

/// How many signs there are.
pub const SIGNS: usize = 15;

/// The number of a message's sign.
pub fn sign_number(kind: MessageKind) -> usize {
    match kind {
        MessageKind::PreVote => 0,
        MessageKind::PreVoteReply { granted: true } => 1,
        MessageKind::PreVoteReply { granted: false } => 2,
        MessageKind::RequestVote => 3,
        MessageKind::VoteReply { granted: true } => 4,
        MessageKind::VoteReply { granted: false } => 5,
        MessageKind::Heartbeat => 6,
        MessageKind::Append { .. } => 7,
        MessageKind::AppendReply { ok: true } => 8,
        MessageKind::AppendReply { ok: false } => 9,
        MessageKind::Snapshot => 10,
        MessageKind::Write | MessageKind::Call => 11,
        MessageKind::Read => 12,
        MessageKind::Reply { ok: true } | MessageKind::Return { ok: true } => 13,
        MessageKind::Reply { ok: false } | MessageKind::Return { ok: false } => 14,
    }
}

/// The signs, by number.
pub const TABLE: [Sign; SIGNS] = [
    sign(Shape::Triangle, Hue::Vote, true, false),
    sign(Shape::Ring(Inside::Triangle), Hue::Vote, true, false),
    sign(Shape::Ring(Inside::Triangle), Hue::Vote, true, true),
    sign(Shape::Triangle, Hue::Vote, false, false),
    sign(Shape::Ring(Inside::Triangle), Hue::Vote, false, false),
    sign(Shape::Ring(Inside::Triangle), Hue::Vote, false, true),
    sign(Shape::Beat, Hue::Entries, false, false),
    sign(Shape::Slip, Hue::Entries, false, false),
    sign(Shape::Ring(Inside::Nothing), Hue::Answer, false, false),
    sign(Shape::Ring(Inside::Nothing), Hue::Answer, false, true),
    sign(Shape::Block, Hue::Entries, false, false),
    sign(Shape::Diamond, Hue::Client, false, false),
    sign(Shape::Diamond, Hue::Client, true, false),
    sign(Shape::Ring(Inside::Diamond), Hue::Client, false, false),
    sign(Shape::Ring(Inside::Diamond), Hue::Client, false, true),
];

const fn sign(shape: Shape, hue: Hue, hollow: bool, barred: bool) -> Sign {
    Sign { shape, hue, hollow, barred }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_differ_by_colour_alone() {
        for (i, a) in TABLE.iter().enumerate() {
            for b in &TABLE[i + 1..] {
                assert!(
                    a.shape != b.shape || a.hollow != b.hollow || a.barred != b.barred,
                    "{a:?} and {b:?} look alike without colour"
                );
            }
        }
    }
}
