//! Where all meet.
pub mod scene;
