//! Services in a world: brokers, a provider and customers around them.

mod flow;
mod provider;
mod stage;
mod views;
