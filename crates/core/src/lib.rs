//! The pure core of Tutti.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
