//! How a query node meets the world. Its timers are those of a [service](super::super::Timer).

use super::super::message::ShopMessage;
use super::super::port::Timer;
use super::disk::ViewWrite;
use super::note::ViewNote;
use super::request::ViewRequest;
use crate::base::{NodeId, Sessions, Span};
use crate::broker::Broker;
use crate::consensus::{ClientReply, ClientRequest};

/// One thing that happens to a query node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewInput {
    /// It starts, for the first time or again.
    Boot,
    /// Somebody of the shop says something.
    Message {
        /// Who.
        from: NodeId,
        /// What.
        message: ShopMessage,
    },
    /// A broker answers.
    Reply {
        /// Which broker.
        from: NodeId,
        /// What it says.
        reply: ClientReply<Sessions<Broker>>,
    },
    /// A timer has run out.
    Timer(Timer),
    /// It answers so many questions at a time from now on; with none it answers nothing, and follows on.
    Scale {
        /// How many.
        workers: u8,
    },
    /// Somebody has it make a model from nothing.
    Make(ViewRequest),
}

/// What a query node can do to the outside.
pub trait ViewPort {
    /// A length of time drawn by chance, both ends included.
    fn draw_between(&mut self, low: Span, high: Span) -> Span;
    /// Answers, at once: what it says was in the store, whether or not the node's own disk has it yet.
    fn send(&mut self, to: NodeId, message: ShopMessage);
    /// Asks a broker, once all that was written is on disk: in a life that is not there yet nothing is asked, lest an
    /// answer come to the next.
    fn ask(&mut self, server: NodeId, request: ClientRequest<Sessions<Broker>>);
    /// Sets a timer to run out after this long, wherever it stood.
    fn set_timer(&mut self, timer: Timer, after: Span);
    /// Stops a timer.
    fn cancel_timer(&mut self, timer: Timer);
    /// Asks for a change of what is on disk.
    fn write(&mut self, write: ViewWrite);
    /// Tells an onlooker something. Causes nothing.
    fn note(&mut self, note: ViewNote);
}
