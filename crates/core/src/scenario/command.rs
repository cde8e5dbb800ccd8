//! What happens to the cluster in a scenario, and when.

use smol_str::SmolStr;

use super::form::{Choice, Form, Slot, choice, record};
use super::limits::{MAX_CLOCK_OFFSET, MAX_CLOCK_RATE_PPM, MAX_DURATION, MAX_KEY, MAX_SHOP_RATE, MAX_SPAN, MAX_VALUE};
use super::network::Difference;
use super::problem::Inspection;
use super::quantity::{ClockOffset, ClockRate, Ppm};
use super::target::{Cast, NodeName, SERVICES, Target};
use super::views::{ReplayCommand, ViewCommand, inspect_view};
use crate::base::{MessageId, Span};
use crate::lab::KindName;
use crate::service::MAX_WORKERS;
use crate::shop::limits::{MAX_ITEMS, MAX_QUANTITY, MAX_USERS};
use crate::shop::{ItemId, OrderId, Quantity, UserId};
use crate::sim::Latency;

/// A command with its time: `{"at": "1.2s", "do": {"crash": {"node": "leader"}}}`.
///
/// It is carried out after everything that happens before and at that time; commands of one time in the order in which
/// they are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TimedCommand {
    /// When, since the start.
    pub at: Span,
    /// What.
    pub action: Action,
}

/// What a command does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Action {
    /// The node dies: all that is not on disk is gone.
    Crash(Whom),
    /// A dead node starts again.
    Restart(Whom),
    /// The node stops where it is.
    Pause(Whom),
    /// A paused node goes on.
    Resume(Whom),
    /// A server's election timeout runs out now, and it campaigns whatever it has heard.
    TimeoutNow(Whom),
    /// Every link between the server and the others is cut, both ways.
    Isolate(Whom),
    /// Every link between the server and the others is healed, both ways.
    Rejoin(Whom),
    /// Nothing passes from the server to the others; it still hears them.
    Mute(Whom),
    /// Nothing passes from the others to the server; they still hear it.
    Deafen(Whom),
    /// The node's clock runs at another rate and is set: `{"node": "A", "rate": "+5%", "offset": "-20ms"}`.
    Skew(Skew),
    /// Nothing passes from the one to the other any more.
    Cut(Direction),
    /// Messages pass again from the one to the other.
    Heal(Direction),
    /// Nothing passes between the two any more, either way.
    CutBoth(Direction),
    /// Messages pass again between the two, both ways.
    HealBoth(Direction),
    /// The servers fall apart into groups, and nothing passes between them: `{"groups": [["leader", "follower"]]}`. The
    /// servers that are in none make up one more. Clients keep their links, unless they are in a group.
    Partition(Groups),
    /// Every cut is healed. It has no fields: `"heal_all"`.
    #[default]
    HealAll,
    /// The link from the one to the other changes: `{"from": "A", "to": "B", "loss": "20%"}`. What is left out is as in
    /// the scenario's network.
    Link(LinkCommand),
    /// A message in flight is lost.
    Drop(Pick),
    /// A message in flight arrives later.
    Delay(DelayCommand),
    /// A message in flight arrives twice.
    Duplicate(Pick),
    /// A message in flight arrives now.
    DeliverNow(Pick),
    /// A message in flight stays where it is until it is delivered, delayed or dropped.
    Hold(Pick),
    /// A client asks a server: `{"to": "leader", "op": {"put": {"key": "x", "value": "1"}}}`.
    Request(RequestCommand),
    /// A service works with so many workers from now on, 0 to 8: `{"service": "payment", "workers": 2}`. With none it
    /// leaves the running system, with some it joins it. A query node answers so many questions at a time.
    Scale(ScaleCommand),
    /// A customer orders: `{"user": 7, "item": 0, "quantity": 2}`.
    Order(OrderCommand),
    /// A customer asks what became of an order: `{"order": 3}`.
    Ask(AskCommand),
    /// A query node makes a read model from nothing again, and compares the two: `{"view": "stock"}`.
    RebuildView(ViewCommand),
    /// A query node makes a read model that it does not have from all history, and keeps it: `{"view": {"journey":
    /// {"user": 3}}}`.
    AddView(ViewCommand),
    /// A query node makes a read model of what was stored in a window of time: `{"view": "carts", "from": "10s", "until":
    /// "20s"}`.
    ReplayView(ReplayCommand),
    /// The customers order so often from now on: `{"rate": 20}`.
    Load(LoadCommand),
    /// A service has its dead letters delivered again: `{"service": "payment"}`.
    ReplayLetters(LettersCommand),
}

/// How often customers order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LoadCommand {
    /// Orders a second, of all of them; 0: none but those that commands order.
    pub rate: u32,
}

/// Whose dead letters are delivered again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LettersCommand {
    /// Which service.
    pub service: NodeName,
}

/// How many workers a service has from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ScaleCommand {
    /// Which service.
    pub service: NodeName,
    /// How many workers.
    pub workers: u8,
}

/// What a customer orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderCommand {
    /// Who; if not said, customer 0.
    pub user: UserId,
    /// Which item, by its place in the catalogue.
    pub item: ItemId,
    /// How many; if not said, one.
    pub quantity: Quantity,
}

impl Default for OrderCommand {
    fn default() -> Self {
        OrderCommand { user: UserId(0), item: ItemId(0), quantity: Quantity(1) }
    }
}

/// Which order a customer asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AskCommand {
    /// By its number.
    pub order: OrderId,
}

/// One node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Whom {
    /// Which one.
    pub node: Target,
}

/// What becomes of a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Skew {
    /// Whose.
    pub node: Target,
    /// How much faster than real time it runs from now on.
    pub rate: ClockRate,
    /// By how much it is set forwards.
    pub offset: ClockOffset,
}

/// One direction of a link, or a pair of nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Direction {
    /// From here.
    pub from: Target,
    /// To there.
    pub to: Target,
}

/// The groups of a partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Groups {
    /// Nodes that can still talk to each other. Who is in one already is not in a later one.
    pub groups: Vec<Vec<Member>>,
}

/// A node in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Member(
    /// Which one.
    pub Target,
);

/// What a link is like from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinkCommand {
    /// Its sender.
    pub from: Target,
    /// Its receiver.
    pub to: Target,
    /// How long a message takes; `None`: as before.
    pub latency: Option<Latency>,
    /// Bytes a second, 0 for any number; `None`: as before.
    pub bandwidth: Option<u64>,
    /// How likely a message is lost; `None`: as before.
    pub loss: Option<Ppm>,
    /// How likely a message arrives twice; `None`: as before.
    pub duplicate: Option<Ppm>,
    /// How likely a message does not keep its place; `None`: as before.
    pub reorder: Option<Ppm>,
}

/// One message in flight: by its id, or the first sent of those that fit the rest. If none is in flight, the command does
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pick {
    /// Its id.
    pub id: Option<MessageId>,
    /// What it is: `pre_vote`, `request_vote`, `vote_reply`, `heartbeat`, `append`, `append_reply`, `snapshot`, `request`
    /// or `reply`.
    pub kind: Option<KindName>,
    /// Who sent it.
    pub from: Option<Target>,
    /// Where it goes.
    pub to: Option<Target>,
}

/// A message in flight, and how much later it arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DelayCommand {
    /// Which.
    pub message: Pick,
    /// By how much.
    pub by: Span,
}

/// A request of a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestCommand {
    /// Which server is asked first.
    pub to: Target,
    /// Who asks.
    pub client: NodeName,
    /// What is asked.
    pub op: Op,
}

/// What a request asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Write a value: `{"put": {"key": "x", "value": "1"}}`.
    Put {
        /// Which register.
        key: SmolStr,
        /// What.
        value: SmolStr,
    },
    /// Write a value if the register holds the one that is expected: `{"cas": {"key": "x", "expected": "1", "value":
    /// "2"}}`; without `expected`, if it was never written.
    Cas {
        /// Which register.
        key: SmolStr,
        /// What it must hold.
        expected: Option<SmolStr>,
        /// What.
        value: SmolStr,
    },
    /// Read a register: `{"get": {"key": "x"}}`.
    Get {
        /// Which one.
        key: SmolStr,
    },
}

record!(TimedCommand { needed at, needed action as "do" });
record!(Whom { needed node });
record!(Skew { needed node, optional rate, optional offset });
record!(Direction { needed from, needed to });
record!(Groups { needed groups });
record!(LinkCommand {
    needed from, needed to, optional latency, optional bandwidth, optional loss, optional duplicate, optional reorder,
});
record!(Pick { optional id, optional kind, optional from, optional to });
record!(DelayCommand { optional message, needed by });
record!(RequestCommand { needed to, optional client, needed op });

choice!(Action {
    "crash" Crash(whom),
    "restart" Restart(whom),
    "pause" Pause(whom),
    "resume" Resume(whom),
    "timeout_now" TimeoutNow(whom),
    "isolate" Isolate(whom),
    "rejoin" Rejoin(whom),
    "mute" Mute(whom),
    "deafen" Deafen(whom),
    "skew" Skew(skew),
    "cut" Cut(ends),
    "heal" Heal(ends),
    "cut_both" CutBoth(ends),
    "heal_both" HealBoth(ends),
    "partition" Partition(groups),
    "heal_all" HealAll,
    "link" Link(link),
    "drop" Drop(pick),
    "delay" Delay(delay),
    "duplicate" Duplicate(pick),
    "deliver_now" DeliverNow(pick),
    "hold" Hold(pick),
    "request" Request(request),
    "scale" Scale(scale),
    "order" Order(order),
    "ask" Ask(ask),
    "rebuild_view" RebuildView(command),
    "add_view" AddView(command),
    "replay_view" ReplayView(command),
    "load" Load(load),
    "replay_letters" ReplayLetters(letters),
});

record!(ScaleCommand { needed service, needed workers });
record!(OrderCommand { optional user, needed item, optional quantity });
record!(AskCommand { needed order });
record!(LoadCommand { needed rate });
record!(LettersCommand { needed service });

choice!(KindName {
    "pre_vote" PreVote,
    "request_vote" RequestVote,
    "vote_reply" VoteReply,
    "heartbeat" Heartbeat,
    "append" Append,
    "append_reply" AppendReply,
    "snapshot" Snapshot,
    "request" Request,
    "reply" Reply,
    "call" Call,
    "return" Return,
});

choice!(Op {
    "put" Put { needed key, needed value },
    "cas" Cas { needed key, optional expected, needed value },
    "get" Get { needed key },
});

impl Form for Member {
    fn slot(&mut self) -> Slot<'_> {
        self.0.slot()
    }
}

impl Default for RequestCommand {
    fn default() -> Self {
        RequestCommand { to: Target::default(), client: NodeName::Client(0), op: Op::default() }
    }
}

impl Default for Op {
    fn default() -> Self {
        Op::Get { key: SmolStr::default() }
    }
}

impl LinkCommand {
    /// In what the link differs from now on.
    pub fn difference(&self) -> Difference {
        let LinkCommand { latency, bandwidth, loss, duplicate, reorder, .. } = *self;
        Difference { latency, bandwidth, loss, duplicate, reorder }
    }
}

impl TimedCommand {
    pub(super) fn inspect(&self, cast: Cast, duration: Span, inspection: &mut Inspection) {
        if self.at > duration {
            inspection.problem("at", format!("{} is after the end of the run ({duration})", self.at));
        }
        let inside = inspection.enter("do");
        let variant = inspection.enter(self.action.name());
        self.action.inspect(cast, inspection);
        inspection.leave(variant);
        inspection.leave(inside);
    }
}

impl Action {
    /// The name in JSON.
    pub fn name(&self) -> &'static str {
        self.names()[self.number()]
    }

    fn inspect(&self, cast: Cast, inspection: &mut Inspection) {
        match self {
            Action::Crash(whom) | Action::Restart(whom) | Action::Pause(whom) | Action::Resume(whom) => {
                whom.node.inspect(cast, "node", inspection);
            }
            Action::TimeoutNow(whom)
            | Action::Isolate(whom)
            | Action::Rejoin(whom)
            | Action::Mute(whom)
            | Action::Deafen(whom) => inspect_server(whom.node, cast, "node", inspection),
            Action::Skew(skew) => {
                skew.node.inspect(cast, "node", inspection);
                if skew.rate.0.unsigned_abs() > MAX_CLOCK_RATE_PPM.unsigned_abs() {
                    inspection.problem("rate", "a clock runs at most half as fast again, or half as fast".into());
                }
                if skew.offset.0.unsigned_abs() > MAX_CLOCK_OFFSET.0 {
                    inspection.problem("offset", format!("a clock is set by {MAX_CLOCK_OFFSET} at most"));
                }
            }
            Action::Cut(ends) | Action::Heal(ends) | Action::CutBoth(ends) | Action::HealBoth(ends) => {
                inspect_ends(ends.from, ends.to, cast, inspection);
            }
            Action::Partition(groups) => groups.inspect(cast, inspection),
            Action::HealAll => {}
            Action::Link(link) => {
                inspect_ends(link.from, link.to, cast, inspection);
                link.difference().inspect(inspection);
            }
            Action::Drop(pick) | Action::Duplicate(pick) | Action::DeliverNow(pick) | Action::Hold(pick) => {
                pick.inspect(cast, inspection);
            }
            Action::Delay(delay) => {
                let inside = inspection.enter("message");
                delay.message.inspect(cast, inspection);
                inspection.leave(inside);
                inspection.span("by", delay.by, Span::ZERO, MAX_SPAN);
            }
            Action::Request(request) => request.inspect(cast, inspection),
            Action::Scale(scale) => {
                inspect_service(scale.service, cast, inspection);
                inspection.number("workers", scale.workers.into(), 0, MAX_WORKERS.into());
            }
            Action::Order(order) => {
                NodeName::CUSTOMERS.inspect(cast, "user", inspection);
                inspection.number("user", order.user.0.into(), 0, u64::from(MAX_USERS) - 1);
                inspection.number("item", order.item.0.into(), 0, u64::from(MAX_ITEMS) - 1);
                inspection.number("quantity", order.quantity.0.into(), 1, MAX_QUANTITY.into());
            }
            Action::Ask(_) => NodeName::CUSTOMERS.inspect(cast, "order", inspection),
            Action::RebuildView(ViewCommand { node, view }) | Action::AddView(ViewCommand { node, view }) => {
                inspect_query_node(*node, cast, inspection);
                inspect_view(*view, "view", inspection);
            }
            Action::ReplayView(ReplayCommand { node, view, from, until }) => {
                inspect_query_node(*node, cast, inspection);
                inspect_view(*view, "view", inspection);
                if from >= until {
                    inspection.problem("until", format!("the window begins at {from} and has to end after that"));
                }
                inspection.span("until", *until, Span::ZERO, MAX_DURATION);
            }
            Action::Load(load) => {
                NodeName::CUSTOMERS.inspect(cast, "rate", inspection);
                inspection.number("rate", load.rate.into(), 0, MAX_SHOP_RATE.into());
            }
            Action::ReplayLetters(letters) => inspect_service(letters.service, cast, inspection),
        }
    }
}

fn inspect_query_node(node: NodeName, cast: Cast, inspection: &mut Inspection) {
    match node.view() {
        Some(_) => node.inspect(cast, "node", inspection),
        None => inspection.problem("node", format!("{node} is not a query node")),
    }
}

fn inspect_service(service: NodeName, cast: Cast, inspection: &mut Inspection) {
    match service {
        NodeName::Shop(place) if usize::from(place) < SERVICES || service.view().is_some() => {
            service.inspect(cast, "service", inspection);
        }
        other => inspection.problem("service", format!("{other} is not a service")),
    }
}

fn inspect_ends(from: Target, to: Target, cast: Cast, inspection: &mut Inspection) {
    from.inspect(cast, "from", inspection);
    to.inspect(cast, "to", inspection);
    if from == to {
        inspection.here(format!("{from} has no link to itself"));
    }
}

fn inspect_server(target: Target, cast: Cast, field: &str, inspection: &mut Inspection) {
    match target {
        Target::Node(NodeName::Client(_)) => inspection.problem(field, format!("{target} is not a server")),
        _ => target.inspect(cast, field, inspection),
    }
}

impl Groups {
    fn inspect(&self, cast: Cast, inspection: &mut Inspection) {
        let inside = inspection.enter("groups");
        let nodes = cast.nodes();
        if self.groups.len() > nodes {
            inspection.here(format!("{} groups are more than there are nodes", self.groups.len()));
        }
        let mut seen: Vec<Target> = Vec::new();
        for (number, group) in self.groups.iter().enumerate().take(nodes) {
            let item = inspection.enter_item(number);
            for (place, Member(target)) in group.iter().enumerate().take(nodes + 1) {
                let member = inspection.enter_item(place);
                if seen.contains(target) {
                    inspection.here(format!("{target} is in a group already"));
                } else {
                    target.inspect(cast, "", inspection);
                }
                seen.push(*target);
                inspection.leave(member);
            }
            inspection.leave(item);
        }
        inspection.leave(inside);
    }
}

impl Pick {
    fn inspect(&self, cast: Cast, inspection: &mut Inspection) {
        for (field, target) in [("from", self.from), ("to", self.to)] {
            if let Some(target) = target {
                target.inspect(cast, field, inspection);
            }
        }
        if self.id.is_some() && *self != (Pick { id: self.id, ..Pick::default() }) {
            inspection.problem("id", "a message that is known by its id needs no other description".into());
        }
    }
}

impl RequestCommand {
    fn inspect(&self, cast: Cast, inspection: &mut Inspection) {
        inspect_server(self.to, cast, "to", inspection);
        match self.client {
            NodeName::Client(_) => self.client.inspect(cast, "client", inspection),
            NodeName::Server(_) | NodeName::Shop(_) => {
                inspection.problem("client", format!("{} is not a client", self.client))
            }
        }
        let inside = inspection.enter("op");
        let (name, key, values) = match &self.op {
            Op::Put { key, value } => ("put", key, [("value", Some(value)), ("expected", None)]),
            Op::Cas { key, expected, value } => ("cas", key, [("value", Some(value)), ("expected", expected.as_ref())]),
            Op::Get { key } => ("get", key, [("value", None), ("expected", None)]),
        };
        let variant = inspection.enter(name);
        inspection.length("key", key.len(), MAX_KEY, "bytes");
        for (field, value) in values {
            inspection.length(field, value.map_or(0, |value| value.len()), MAX_VALUE, "bytes");
        }
        inspection.leave(variant);
        inspection.leave(inside);
    }
}
