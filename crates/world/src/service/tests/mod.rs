//! Services in a world: brokers, a provider and customers around them.

mod flow;
mod stage;
mod views;
