//! Commands, checkpoints and branches.
pub mod score;
