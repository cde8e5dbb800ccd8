//! The shop as a plain value.

mod wire;
