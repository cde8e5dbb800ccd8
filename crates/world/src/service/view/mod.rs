//! The query side: a node that answers questions and changes nothing.
//!
//! A [`View`] follows the store from where it is, by pages of `$all`, and folds what it reads into its read models
//! ([`Model`](crate::shop::views::Model)). Now and then it writes what they have come to, each state together with its
//! place in one commit, so that after a crash it goes on from there and counts nothing twice. Customers ask it, never the
//! command side, and may ask it to wait until it has come as far as they know things to be.
//!
//! It reads linearizably, since that is how the brokers are asked: a page is never older than the one before, whichever
//! broker leads. What it answers is as old as what it has folded; the answer says how old that is.
//!
//! | file | what |
//! |---|---|
//! | `process.rs` | its parts, and the one way in |
//! | `config.rs`, `port.rs`, `note.rs`, `request.rs` | how it is set up, how it meets the world, what may be asked of it |
//! | `disk.rs` | what it keeps through a crash |
//! | `following.rs` | following the store |
//! | `building.rs` | a model made from nothing: added, rebuilt, or over a window of time |
//! | `answering.rs` | questions |

mod answering;
mod building;
mod config;
mod disk;
mod following;
mod note;
mod port;
mod process;
mod request;

pub use answering::Question;
pub use building::{Build, Built};
pub use config::ViewConfig;
pub use disk::{Plan, Purpose, ViewDisk, ViewWrite};
pub use note::ViewNote;
pub use port::{ViewInput, ViewPort};
pub use process::View;
pub use request::{MAX_MODELS, MAX_PLANS, NotDone, ViewRequest};
