//! How a scenario names nodes.

use std::fmt;

use super::limits::{MAX_CLIENTS, MAX_SERVERS, MAX_VIEW_NODES};
use super::problem::Inspection;
use super::quantity::Written;
use crate::base::NodeId;
use crate::lab;

/// A node by its name: `"A"` to `"I"` for servers, `"client"`, `"client 2"` and so on for clients; in a shop `"order"`,
/// `"payment"`, `"inventory"`, `"shipping"`, `"fraud"`, `"analytics"`, `"provider"` and `"customers"`, and `"view"`,
/// `"view 2"` and so on for its query nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeName {
    /// A server, from 0: `"A"`.
    Server(u8),
    /// A client, from 0: `"client"`, which may also be called `"client 1"`.
    Client(u8),
    /// A part of the shop, by its place in [`SHOP`]; behind these are its query nodes.
    Shop(u8),
}

/// The parts of a shop but its query nodes, in the order of their nodes.
pub const SHOP: [&str; 8] =
    ["order", "payment", "inventory", "shipping", "fraud", "analytics", lab::PROVIDER, lab::CUSTOMERS];

/// Whom a command or expectation is about: a node by name, or by the part that it plays **at that moment**. Who that is
/// is found out when the command is carried out, so that a scenario can say `"leader"` whatever its seed makes of it. A
/// command for somebody whom there is not at that moment does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// This node.
    Node(NodeName),
    /// The server that runs and leads in the highest term.
    Leader,
    /// Of the other servers that run the first by name (0), the next (1), and so on: `"follower"`, `"follower 2"`.
    Follower(u8),
    /// Of the servers that do not run, dead or paused, the first by name (0), the next (1), and so on: `"stopped"`,
    /// `"stopped 2"`.
    Stopped(u8),
}

impl Default for NodeName {
    fn default() -> Self {
        NodeName::Server(0)
    }
}

impl Default for Target {
    fn default() -> Self {
        Target::Node(NodeName::default())
    }
}

/// How many nodes there are of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cast {
    pub(super) servers: u8,
    pub(super) clients: u8,
    /// There is a shop, and there are no clients.
    pub(super) shop: bool,
    /// How many query nodes it has.
    pub(super) views: u8,
}

impl Cast {
    /// How many nodes there are.
    pub(super) fn nodes(self) -> usize {
        let shop = if self.shop { SHOP.len() + usize::from(self.views) } else { 0 };
        usize::from(self.servers) + usize::from(self.clients) + shop
    }
}

/// How many of the parts of a shop are services: the first ones.
pub(super) const SERVICES: usize = 6;

impl NodeName {
    /// The customers of a shop.
    pub const CUSTOMERS: NodeName = NodeName::Shop(7);
    /// The first query node of a shop.
    pub const VIEW: NodeName = NodeName::Shop(SHOP.len() as u8);

    /// The number of a query node among its like, from 0.
    pub(super) fn view(self) -> Option<u8> {
        match self {
            NodeName::Shop(place) => place.checked_sub(SHOP.len() as u8),
            NodeName::Server(_) | NodeName::Client(_) => None,
        }
    }

    /// The node's id in a cluster of so many servers: servers come first, then clients.
    pub fn id(self, servers: u8) -> NodeId {
        match self {
            NodeName::Server(number) => NodeId(u16::from(number)),
            // A world has clients or a shop.
            NodeName::Client(number) | NodeName::Shop(number) => NodeId(u16::from(servers) + u16::from(number)),
        }
    }

    /// The name of the node of this id in a cluster of so many servers.
    pub fn of(id: NodeId, servers: u8) -> NodeName {
        match id.0.checked_sub(u16::from(servers)) {
            Some(client) => NodeName::Client(client.min(255) as u8),
            None => NodeName::Server(id.0 as u8),
        }
    }

    pub(super) fn inspect(self, cast: Cast, field: &str, inspection: &mut Inspection) {
        match self {
            NodeName::Server(number) if number >= cast.servers => {
                let last = NodeName::Server(cast.servers.saturating_sub(1));
                inspection.problem(field, format!("there is no server {self}: the last of the cluster is {last}"));
            }
            NodeName::Client(number) if number >= cast.clients => {
                let why = match cast.shop {
                    true => "a shop has customers instead".into(),
                    false => format!("the load has {} clients", cast.clients),
                };
                inspection.problem(field, format!("there is no {self}: {why}"));
            }
            NodeName::Shop(_) if !cast.shop => {
                inspection.problem(field, format!("there is no {self}: the scenario has no shop"));
            }
            NodeName::Shop(_) if self.view().is_some_and(|number| number >= cast.views) => {
                inspection.problem(field, format!("there is no {self}: the shop has {} query nodes", cast.views));
            }
            _ => {}
        }
    }
}

impl Target {
    /// A server by its number.
    pub const fn server(number: u8) -> Target {
        Target::Node(NodeName::Server(number))
    }

    /// The same for a cluster of so many servers, as the lab has it.
    pub fn in_cluster(self, servers: u8) -> lab::Target {
        match self {
            Target::Node(name) => lab::Target::Node(name.id(servers)),
            Target::Leader => lab::Target::Leader,
            Target::Follower(number) => lab::Target::Follower(u16::from(number)),
            Target::Stopped(number) => lab::Target::Stopped(u16::from(number)),
        }
    }

    pub(super) fn inspect(self, cast: Cast, field: &str, inspection: &mut Inspection) {
        match self {
            Target::Node(name) => name.inspect(cast, field, inspection),
            Target::Leader => {}
            Target::Stopped(number) => {
                if number >= cast.servers {
                    inspection.problem(field, format!("{self} never is: the cluster has {} servers", cast.servers));
                }
            }
            Target::Follower(number) => {
                if u32::from(number) + 2 > u32::from(cast.servers) {
                    inspection.problem(field, format!("{self} never is: the cluster has {} servers", cast.servers));
                }
            }
        }
    }
}

/// `word` for 0, and `word 2` for 1, and so on.
fn numbered(f: &mut fmt::Formatter<'_>, word: &str, number: u8) -> fmt::Result {
    if number == 0 { f.write_str(word) } else { write!(f, "{word} {}", u32::from(number) + 1) }
}

/// The number that [`numbered`] wrote.
fn number_after(text: &str, word: &str) -> Option<u8> {
    match text.strip_prefix(word)? {
        "" => Some(0),
        rest => {
            let digits = rest.strip_prefix(' ')?;
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
            if plain { digits.parse::<u8>().ok()?.checked_sub(1) } else { None }
        }
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            NodeName::Server(number) if number < 26 => write!(f, "{}", char::from(b'A' + number)),
            NodeName::Server(number) => write!(f, "server {}", u32::from(number) + 1),
            NodeName::Client(number) => numbered(f, "client", number),
            NodeName::Shop(place) => match SHOP.get(usize::from(place)) {
                Some(name) => f.write_str(name),
                None => numbered(f, "view", place - SHOP.len() as u8),
            },
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Target::Node(name) => name.fmt(f),
            Target::Leader => f.write_str("leader"),
            Target::Follower(number) => numbered(f, "follower", number),
            Target::Stopped(number) => numbered(f, "stopped", number),
        }
    }
}

/// In bytes, the numbers of a shop's parts begin here.
const FIRST_OF_SHOP: u64 = 256;

impl Written for NodeName {
    const EXPECTED: &'static str = "the name of a node such as \"A\", \"client\" or \"payment\"";
    const WIDTH: usize = 1;

    fn read(text: &str) -> Result<Self, Option<String>> {
        if let [letter] = text.as_bytes()
            && letter.is_ascii_uppercase()
            && letter - b'A' < MAX_SERVERS
        {
            return Ok(NodeName::Server(letter - b'A'));
        }
        if let Some(place) = SHOP.iter().position(|name| *name == text) {
            return Ok(NodeName::Shop(place as u8));
        }
        if let Some(number) = number_after(text, "view").filter(|&number| number < MAX_VIEW_NODES) {
            return Ok(NodeName::Shop(SHOP.len() as u8 + number));
        }
        number_after(text, "client").filter(|&number| number < MAX_CLIENTS).map(NodeName::Client).ok_or(None)
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn pack(&self) -> [u64; 3] {
        let (kind, number) = match *self {
            NodeName::Server(number) => (0, u64::from(number)),
            NodeName::Client(number) => (1, u64::from(number)),
            // Behind all clients that there may be.
            NodeName::Shop(number) => (1, u64::from(number) + FIRST_OF_SHOP),
        };
        [number * 2 + kind, 0, 0]
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        let number = numbers[0] / 2;
        if numbers[0].is_multiple_of(2) {
            return u8::try_from(number).ok().map(NodeName::Server);
        }
        match number.checked_sub(FIRST_OF_SHOP) {
            None => u8::try_from(number).ok().map(NodeName::Client),
            Some(place) => {
                (place < SHOP.len() as u64 + u64::from(MAX_VIEW_NODES)).then_some(NodeName::Shop(place as u8))
            }
        }
    }
}

impl Written for Target {
    const EXPECTED: &'static str =
        "a node such as \"A\" or \"client\", or \"leader\", \"follower\", \"follower 2\", \"stopped\"";
    const WIDTH: usize = 1;

    fn read(text: &str) -> Result<Self, Option<String>> {
        match text {
            "leader" => Ok(Target::Leader),
            _ => match (number_after(text, "follower"), number_after(text, "stopped")) {
                (Some(number), _) => Ok(Target::Follower(number)),
                (_, Some(number)) => Ok(Target::Stopped(number)),
                _ => NodeName::read(text).map(Target::Node).map_err(|_| None),
            },
        }
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn pack(&self) -> [u64; 3] {
        let (kind, number) = match *self {
            Target::Node(name) => (0, name.pack()[0]),
            Target::Leader => (1, 0),
            Target::Follower(number) => (2, u64::from(number)),
            Target::Stopped(number) => (3, u64::from(number)),
        };
        [number * 4 + kind, 0, 0]
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        let number = numbers[0] / 4;
        match numbers[0] % 4 {
            0 => NodeName::unpack([number, 0, 0]).map(Target::Node),
            1 => (number == 0).then_some(Target::Leader),
            2 => u8::try_from(number).ok().map(Target::Follower),
            _ => u8::try_from(number).ok().map(Target::Stopped),
        }
    }
}
