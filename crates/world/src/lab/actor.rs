//! The one enum of processes.

use super::client::{Client, ClientNote};
use super::part::{Part, PartDisk, PartWrite};
use super::ports;
use super::wire::{Machine, Wire};
use crate::base::{NodeId, RegisterCommand, RegisterQuery, StateMachine};
use crate::consensus::Operation;
use crate::consensus::raft::{self, Raft};
use crate::service::chain::{ChainNote, ChainService};
use crate::service::view::{View, ViewNote, ViewRequest};
use crate::service::{CustomerNote, Customers, Ledger, Provider, Service, ServiceNote};
use crate::shop::{ItemId, OrderId, ProviderBook, Quantity, UserId};
use crate::sim::{Input, Port, Process, TimerName};

type Command = <Machine as StateMachine>::Command;

/// Anybody on the stage.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A server of the cluster.
    Server(Box<Raft<Machine>>),
    /// A client of the register.
    Client(Box<Client>),
    /// Anybody else.
    Part(Box<dyn Part>),
}

impl Actor {
    /// The server, if it is one.
    #[inline]
    pub fn server(&self) -> Option<&Raft<Machine>> {
        match self {
            Actor::Server(server) => Some(server),
            _ => None,
        }
    }

    /// The client, if it is one.
    pub fn client(&self) -> Option<&Client> {
        match self {
            Actor::Client(client) => Some(client),
            _ => None,
        }
    }

    /// The part, if it is one.
    pub fn part(&self) -> Option<&dyn Part> {
        match self {
            Actor::Part(part) => Some(&**part),
            _ => None,
        }
    }

    /// The service, if it is one.
    pub fn service(&self) -> Option<&Service> {
        self.part()?.is()
    }

    /// The service of a chain, if it is one.
    pub fn chain(&self) -> Option<&ChainService> {
        self.part()?.is()
    }

    /// The payment provider, if it is it.
    pub fn provider(&self) -> Option<&Provider> {
        self.part()?.is()
    }

    /// The customers, if it is they.
    pub fn customers(&self) -> Option<&Customers> {
        self.part()?.is()
    }

    /// The query node, if it is one.
    pub fn view(&self) -> Option<&View> {
        self.part()?.is()
    }
}

/// What a person or a scenario asks of an actor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Request {
    /// A server's election timeout runs out now; it passes over pre-vote and the followers' patience.
    #[default]
    TimeoutNow,
    /// A client sends a command to a server.
    Put {
        /// Which server.
        server: NodeId,
        /// What it is to do.
        command: RegisterCommand,
    },
    /// A client sends a query to a server.
    Get {
        /// Which server.
        server: NodeId,
        /// What it is to tell.
        query: RegisterQuery,
    },
    /// A query node makes a read model from nothing.
    View(ViewRequest),
    /// A service, or a query node, works with so many workers from now on.
    Scale {
        /// How many; 0: it leaves the running system.
        workers: u8,
    },
    /// A customer places an order.
    Order {
        /// Who.
        user: UserId,
        /// Which item.
        item: ItemId,
        /// How many of it.
        quantity: Quantity,
    },
    /// A customer asks what became of an order.
    Ask {
        /// Which.
        order: OrderId,
    },
    /// The customers order so often from now on.
    Load {
        /// How many orders a second, of all of them; 0: none.
        rate: u32,
    },
    /// A service has its dead letters delivered again.
    Replay,
}

/// What is on an actor's disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Durable {
    /// A server's.
    Server(raft::Durable<Command>),
    /// A client's: how often it was started.
    Client {
        /// How often.
        life: u16,
    },
    /// A part's.
    Part(Box<dyn PartDisk>),
}

impl Durable {
    /// A part's disk, if it is of this type.
    pub fn part<T: 'static>(&self) -> Option<&T> {
        match self {
            Durable::Part(disk) => disk.is(),
            _ => None,
        }
    }

    /// A service's disk, if it is one.
    pub fn ledger(&self) -> Option<&Ledger> {
        self.part()
    }

    /// The provider's disk, if it is it.
    pub fn provider_book(&self) -> Option<&ProviderBook> {
        self.part()
    }
}

/// One change of what is on an actor's disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// A server's.
    Server(raft::Write<Command>),
    /// A client's.
    Client {
        /// How often it was started.
        life: u16,
    },
    /// A part's.
    Part(Box<dyn PartWrite>),
}

/// What an actor tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// A server.
    Server(raft::Note),
    /// A client.
    Client(ClientNote),
    /// A service.
    Service(ServiceNote),
    /// A service of a chain.
    Chain(ChainNote),
    /// The customers.
    Customers(CustomerNote),
    /// A query node.
    View(ViewNote),
}

/// The name of any actor's timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LabTimer(u8);

impl LabTimer {
    /// A server's timer.
    pub fn server(timer: raft::Timer) -> LabTimer {
        LabTimer::of(timer)
    }

    /// A process's own timer.
    #[inline]
    pub(super) fn of(timer: impl TimerName) -> LabTimer {
        LabTimer::of_slot(timer.slot())
    }

    #[inline]
    pub(super) fn of_slot(slot: usize) -> LabTimer {
        LabTimer(slot as u8)
    }
}

impl TimerName for LabTimer {
    #[inline]
    fn slot(self) -> usize {
        usize::from(self.0)
    }

    #[inline]
    fn from_slot(slot: usize) -> Option<Self> {
        (slot < crate::sim::MAX_TIMERS).then_some(LabTimer(slot as u8))
    }
}

impl Process for Actor {
    type Message = Wire;
    type Request = Request;
    type Timer = LabTimer;
    type Durable = Durable;
    type Write = Write;
    type Note = Note;

    #[inline]
    fn step<P: Port<Self>>(&mut self, input: Input<Self>, port: &mut P) {
        match self {
            Actor::Server(server) => ports::step_server(server, input, port),
            Actor::Client(client) => ports::step_client(client, input, port),
            Actor::Part(part) => part.step(input, port),
        }
    }

    fn restart(&self, durable: &Durable) -> Self {
        match (self, durable) {
            (Actor::Server(server), Durable::Server(durable)) => Actor::Server(Box::new(server.restart(durable))),
            (Actor::Client(client), Durable::Client { life }) => {
                Actor::Client(Box::new(Client::in_life(client.config().clone(), *life)))
            }
            (Actor::Part(part), durable) => Actor::Part(part.restart(durable)),
            (other, _) => other.clone(),
        }
    }

    fn empty_disk(&self) -> Durable {
        match self {
            Actor::Server(_) => Durable::Server(raft::Durable::empty()),
            Actor::Client(_) => Durable::Client { life: 0 },
            Actor::Part(part) => part.empty_disk(),
        }
    }

    fn apply_write(durable: &mut Durable, write: Write) {
        match (durable, write) {
            (Durable::Server(durable), Write::Server(write)) => durable.apply(write),
            (Durable::Client { life }, Write::Client { life: now }) => *life = now,
            (Durable::Part(disk), Write::Part(write)) => disk.apply(&*write),
            _ => {}
        }
    }

    fn message_bytes(message: &Wire) -> u32 {
        match message {
            Wire::Raft(message) => raft::message_bytes::<Machine>(message),
            Wire::Request(request) => match &request.operation {
                Operation::Command(command) => 24 + Machine::command_bytes(command),
                Operation::Query(_) => 32,
            },
            Wire::Reply(_) => 48,
            Wire::Shop(message) => message.bytes(),
        }
    }

    fn fingerprint(&self) -> u64 {
        match self {
            Actor::Server(server) => server.fingerprint(),
            Actor::Client(client) => client.fingerprint(),
            Actor::Part(part) => part.fingerprint(),
        }
    }
}
