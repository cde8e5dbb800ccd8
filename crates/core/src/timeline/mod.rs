//! Commands, checkpoints and branches: any moment of a run, forwards and backwards.
//!
//! The history of a run is the list of orders given and when; everything else is made again by replay, from the nearest
//! of some sparse checkpoints. An order given in the past opens a branch, and the old future stays.

mod branch;
mod counters;
mod judge;
mod notebook;
mod player;
mod recent;
mod rows;
mod run;
pub mod score;
mod share;
mod strokes;
mod tree;

pub use branch::{Moment, Placed};
pub use counters::Counters;
pub use judge::{Judged, Report, judge, judge_with, written};
pub use player::{Player, Speed};
pub use recent::Recent;
pub use rows::{Row, RowKind};
pub use run::{Run, Standing, Watch};
pub use share::{Arrival, Faith, Opened, link, open};
pub use tree::{Full, MAX_BRANCHES, MAX_ORDERS, Timeline};
