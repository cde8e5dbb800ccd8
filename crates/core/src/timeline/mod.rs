//! Commands, checkpoints and branches: any moment of a run, forwards and backwards.
//!
//! The history of a run is the list of orders given and when; everything else is made again by replay, from the nearest
//! of some sparse checkpoints. An order given in the past opens a branch, and the old future stays.

mod ahead;
mod brackets;
mod branch;
mod cone;
mod judge;
mod keep;
mod lamport;
mod lines;
mod measures;
mod notebook;
mod pick;
mod player;
mod rows;
pub mod score;
mod sentence;
mod share;
mod story;
mod strokes;
mod threads;
mod tree;

pub use brackets::{Bracket, Brackets, MAX_BRACKETS};
pub use branch::{Moment, Placed};
pub use cone::{Cone, MOST as MOST_IN_CONE, REACH as CONE_REACH, Side};
pub use judge::{Judged, Report, judge, judge_with, written};
pub use keep::{keep, restore};
pub use lamport::{Clocks, Counted};
pub use measures::{Figures, GRAIN, Journey, Measures, Percentiles, measure};
pub use notebook::Onlooker;
pub use player::{Player, Speed};
pub use rows::{Row, RowKind};
pub use sentence::{broken, sentence};
pub use share::{Arrival, Faith, Opened, link, open};
pub use story::{OrderStory, OrderStroke, StorySpan};
pub use threads::Thread;
pub use tree::{Full, MAX_BRANCHES, MAX_ORDERS, Timeline};
pub use tutti_world::run::{Counters, Recent, Run, Standing, Watch};
