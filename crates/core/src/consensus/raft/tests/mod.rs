//! Each test is named after the property it shows, with the section it comes from.

mod basics;
mod cluster;
