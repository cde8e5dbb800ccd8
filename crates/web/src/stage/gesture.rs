//! What a pointer means on the stage: click, long press, or a swipe across links. It knows no DOM.

use tutti_core::base::MessageId;

use super::geom::{Point, Segment};

/// What can be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A server or a client.
    Node(usize),
    /// A link.
    Link(LinkPart),
    /// A message in flight.
    Message(MessageId),
}

/// Which part of a link: the half nearer to a node is the direction from it, the middle is both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkPart {
    /// The node at this end.
    pub from: usize,
    /// The node at the other end.
    pub to: usize,
    /// Both directions are meant.
    pub both: bool,
}

/// The part of a link at `t`, which runs from 0 at `a` to 1 at `b`.
pub fn link_part(a: usize, b: usize, t: f64) -> LinkPart {
    if (0.42..=0.58).contains(&t) {
        LinkPart { from: a, to: b, both: true }
    } else if t < 0.5 {
        LinkPart { from: a, to: b, both: false }
    } else {
        LinkPart { from: b, to: a, both: false }
    }
}

/// What came of a pointer.
#[derive(Clone, Debug, PartialEq)]
pub enum Meant {
    /// Nothing.
    Nothing,
    /// The ordinary thing with this target.
    Act(Target, Point),
    /// The menu of this target, or of the stage.
    Menu(Option<Target>, Point),
    /// All these links are to be cut, both ways.
    Cut(Vec<(usize, usize)>),
}

/// How far a finger may tremble.
const TREMBLE: f64 = 7.0;
/// How long a press is a long one, in milliseconds.
pub const LONG_PRESS: f64 = 480.0;

/// One pointer's way over the stage.
#[derive(Debug, Default)]
pub struct Gesture {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Pressed {
        pointer: i32,
        at: Point,
        since: f64,
        target: Option<Target>,
    },
    Swiping {
        pointer: i32,
        way: Vec<Point>,
        crossed: Vec<(usize, usize)>,
    },
}

impl Gesture {
    /// A pointer went down.
    pub fn down(&mut self, pointer: i32, at: Point, now: f64, target: Option<Target>) {
        // A second finger ends what the first began: nothing should be cut by a pinch.
        self.state = match self.state {
            State::Idle => State::Pressed { pointer, at, since: now, target },
            _ => State::Idle,
        };
    }

    /// A pointer moved. Returns whether the stage has a swipe to draw.
    pub fn moved(&mut self, pointer: i32, to: Point, links: &[(usize, usize, Segment)]) -> bool {
        match &mut self.state {
            State::Pressed { pointer: p, at, target, .. } if *p == pointer => {
                if (to - *at).len() > TREMBLE {
                    let at = *at;
                    // From a node nothing can be dragged: it is only a click taken back.
                    let from_node = matches!(target, Some(Target::Node(_)));
                    self.state = if from_node {
                        State::Idle
                    } else {
                        State::Swiping { pointer, way: vec![at], crossed: Vec::new() }
                    };
                    return self.moved(pointer, to, links);
                }
                false
            }
            State::Swiping { pointer: p, way, crossed } if *p == pointer => {
                let step = Segment { a: way.last().copied().unwrap_or(to), b: to };
                for &(a, b, line) in links {
                    if !crossed.contains(&(a, b)) && line.crosses(step) {
                        crossed.push((a, b));
                    }
                }
                way.push(to);
                true
            }
            _ => false,
        }
    }

    /// The time that a press will become a long one, if one is under way.
    pub fn long_press_at(&self) -> Option<f64> {
        match self.state {
            State::Pressed { since, .. } => Some(since + LONG_PRESS),
            _ => None,
        }
    }

    /// The pointer has been held long enough: a menu.
    pub fn long_press(&mut self) -> Meant {
        match std::mem::take(&mut self.state) {
            State::Pressed { at, target, .. } => Meant::Menu(target, at),
            other => {
                self.state = other;
                Meant::Nothing
            }
        }
    }

    /// A pointer went up.
    pub fn up(&mut self, pointer: i32) -> Meant {
        match std::mem::take(&mut self.state) {
            State::Pressed { pointer: p, at, target: Some(target), .. } if p == pointer => Meant::Act(target, at),
            State::Swiping { pointer: p, crossed, .. } if p == pointer && !crossed.is_empty() => Meant::Cut(crossed),
            _ => Meant::Nothing,
        }
    }

    /// The browser took the pointer away, or Escape was pressed.
    pub fn cancel(&mut self) {
        self.state = State::Idle;
    }

    /// The swipe so far.
    pub fn swipe(&self) -> Option<Swipe<'_>> {
        match &self.state {
            State::Swiping { way, crossed, .. } => Some(Swipe { way, crossed }),
            _ => None,
        }
    }
}

/// A swipe that is under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swipe<'a> {
    /// Where it went.
    pub way: &'a [Point],
    /// The links that it crossed.
    pub crossed: &'a [(usize, usize)],
}

#[cfg(test)]
mod tests {
    use super::super::geom::pt;
    use super::*;

    fn links() -> Vec<(usize, usize, Segment)> {
        let line = |x| Segment { a: pt(x, 0.0), b: pt(x, 100.0) };
        vec![(0, 1, line(50.0)), (1, 2, line(80.0)), (0, 2, line(200.0))]
    }

    #[test]
    fn a_press_and_release_is_a_click_even_if_the_finger_trembles() {
        let mut g = Gesture::default();
        g.down(1, pt(5.0, 5.0), 0.0, Some(Target::Node(2)));
        assert!(!g.moved(1, pt(8.0, 7.0), &links()));
        assert_eq!(g.up(1), Meant::Act(Target::Node(2), pt(5.0, 5.0)));
        assert_eq!(g.up(1), Meant::Nothing);
    }

    #[test]
    fn a_swipe_cuts_what_it_crosses_once() {
        let mut g = Gesture::default();
        g.down(1, pt(10.0, 50.0), 0.0, None);
        for x in [30.0, 60.0, 40.0, 90.0, 100.0] {
            assert!(g.moved(1, pt(x, 50.0), &links()));
        }
        assert_eq!(g.swipe().map(|s| s.way.len()), Some(6));
        assert_eq!(g.up(1), Meant::Cut(vec![(0, 1), (1, 2)]));
    }

    #[test]
    fn a_swipe_over_nothing_and_a_drag_from_a_node_do_nothing() {
        let mut g = Gesture::default();
        g.down(1, pt(10.0, 50.0), 0.0, None);
        g.moved(1, pt(30.0, 50.0), &links());
        assert_eq!(g.up(1), Meant::Nothing);
        g.down(1, pt(10.0, 50.0), 0.0, Some(Target::Node(0)));
        g.moved(1, pt(90.0, 50.0), &links());
        assert_eq!(g.up(1), Meant::Nothing);
    }

    #[test]
    fn a_long_press_opens_the_menu_and_the_release_then_means_nothing() {
        let mut g = Gesture::default();
        g.down(7, pt(1.0, 1.0), 100.0, Some(Target::Node(0)));
        assert_eq!(g.long_press_at(), Some(100.0 + LONG_PRESS));
        assert_eq!(g.long_press(), Meant::Menu(Some(Target::Node(0)), pt(1.0, 1.0)));
        assert_eq!(g.up(7), Meant::Nothing);
    }

    #[test]
    fn a_second_finger_ends_it() {
        let mut g = Gesture::default();
        g.down(1, pt(10.0, 50.0), 0.0, None);
        g.moved(1, pt(60.0, 50.0), &links());
        g.down(2, pt(90.0, 50.0), 5.0, None);
        assert_eq!(g.up(1), Meant::Nothing);
        assert_eq!(g.up(2), Meant::Nothing);
    }

    #[test]
    fn the_half_next_to_the_sender_is_that_direction() {
        assert_eq!(link_part(0, 1, 0.2), LinkPart { from: 0, to: 1, both: false });
        assert_eq!(link_part(0, 1, 0.8), LinkPart { from: 1, to: 0, both: false });
        assert!(link_part(0, 1, 0.5).both);
    }
}
