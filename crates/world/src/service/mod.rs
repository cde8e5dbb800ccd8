//! Services as processes: what the shop's rules need around them to live in a world where anything may fail.
//!
//! A [`Service`] has a few workers. Each worker is a consumer of its own in the service's group: it fetches records from the
//! bus, and for each of them it takes its time, perhaps asks the provider, and decides by the shop's rules what comes of it.
//! All that comes of it is one commit on the service's own disk: the change of its books, the id of the event, so that it
//! is known when it comes again, and what is to be stored and published (the *outbox*). Only then it acks. A *relay* brings
//! the outbox to the store and to the bus, and sends again what it is not sure of: both know what they have had.
//!
//! So a service may die between any two of these steps, and what it did is done once. Known bugs ([`Defects`]) leave out
//! one step each.
//!
//! | file | what |
//! |---|---|
//! | `process.rs` | a service: its parts, its inputs |
//! | `config.rs`, `port.rs`, `message.rs`, `note.rs` | how it is set up, and how it meets the world |
//! | `ledger.rs`, `outbox.rs` | what is on its disk |
//! | `opening.rs` | how it finds its topics and its group |
//! | `consumer.rs`, `fetching.rs` | a worker as a member of the group |
//! | `working.rs` | a worker at work |
//! | `relay.rs` | from the outbox to the store and to the bus |
//! | `replaying.rs` | dead letters, delivered again |
//! | `desk.rs` | the order service's desk, where customers come |
//! | `provider.rs`, `customers.rs` | who is outside of the shop |
//! | `chain/` | the same shop as a chain of direct calls |
//! | `view/` | the query side: nodes that follow the store and answer questions |
//!
//! [`Defects`]: crate::shop::Defects

pub mod chain;
mod config;
mod consumer;
mod customers;
mod desk;
mod fetching;
mod ledger;
mod message;
mod note;
mod opening;
mod outbox;
mod port;
mod process;
mod provider;
mod relay;
mod replaying;
pub mod view;
mod working;

pub use config::{MAX_WORKERS, ServiceConfig};
pub use consumer::{Job, Stage, Standing, Worker};
pub use customers::{
    Asking, CustomerNote, CustomerTimer, Customers, CustomersConfig, CustomersDisk, CustomersPort, Vain,
};
pub use ledger::{Commit, Ledger, ServiceWrite};
pub use message::{CallId, NoAnswer, ShopMessage};
pub use note::ServiceNote;
pub use outbox::{FactNumber, Outbox};
pub use port::{Input, ServicePort, Timer};
pub use process::Service;
pub use provider::{Case, Provider, ProviderConfig, ProviderPort, apply as apply_to_provider};

#[cfg(test)]
mod tests;
