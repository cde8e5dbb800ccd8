//! What must always hold, each in a file of its own.

pub mod linearizable;
