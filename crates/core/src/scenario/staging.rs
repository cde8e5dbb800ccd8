//! From a scenario to what the lab plays: the world as it is to be built, and the orders with their times.

use super::Scenario;
use super::command::{Action, Op, OrderCommand, Pick};
use super::load::{Arrival, Load};
use super::target::{NodeName, Target};
use super::views::{ReplayCommand, ViewCommand};
use crate::base::{RegisterCommand, RegisterQuery, Span, Time, sort_by};
use crate::lab::{
    self, ClientConfig, ClientOrder, Command, LinkOrder, MessageFilter, MessageOrder, NodeOrder, Order, Request, Setup,
};
use crate::service::view::ViewRequest;

impl Scenario {
    /// The world as it is to be built.
    pub fn setup(&self) -> Setup {
        let servers = self.cluster.servers;
        Setup {
            seed: self.seed,
            raft: self.cluster.raft(),
            disk_sync: self.cluster.disk_sync,
            // A shop has customers instead.
            clients: (0..if self.shop.is_some() { 0 } else { self.load.clients })
                .map(|number| self.load.client(number, servers))
                .collect(),
            company: self.shop.as_ref().map(|shop| shop.company(&self.cluster)),
            network: self.network.common(),
            links: self
                .network
                .links
                .iter()
                .map(|link| (link.from.id(servers), link.to.id(servers), link.difference().on(self.network.common())))
                .collect(),
        }
    }

    /// The commands as orders, in the order in which they are carried out.
    pub fn plan(&self) -> Vec<(Time, Order)> {
        let mut places: Vec<(Span, usize)> = self.commands.iter().map(|c| c.at).zip(0..).collect();
        sort_by(&mut places, |a, b| a < b);
        let order = |(at, number): (Span, usize)| (Time(at.0), self.order(&self.commands[number].action));
        places.into_iter().map(order).collect()
    }

    /// A command as an order.
    fn order(&self, action: &Action) -> Order {
        let to = |target: Target, what: NodeOrder| Order::To { target: self.whom(target), what };
        let link = |from: Target, to: Target, what| Order::Link { from: self.whom(from), to: self.whom(to), what };
        match action {
            Action::Crash(whom) => to(whom.node, NodeOrder::Crash),
            Action::Restart(whom) => to(whom.node, NodeOrder::Restart),
            Action::Pause(whom) => to(whom.node, NodeOrder::Pause),
            Action::Resume(whom) => to(whom.node, NodeOrder::Resume),
            Action::TimeoutNow(whom) => to(whom.node, NodeOrder::TimeoutNow),
            Action::Isolate(whom) => to(whom.node, NodeOrder::Isolate),
            Action::Rejoin(whom) => to(whom.node, NodeOrder::Rejoin),
            Action::Mute(whom) => to(whom.node, NodeOrder::Mute),
            Action::Deafen(whom) => to(whom.node, NodeOrder::Deafen),
            Action::Skew(skew) => to(skew.node, NodeOrder::Skew { rate_ppm: skew.rate.0, offset_us: skew.offset.0 }),
            Action::Cut(ends) => link(ends.from, ends.to, LinkOrder::Cut),
            Action::Heal(ends) => link(ends.from, ends.to, LinkOrder::Heal),
            Action::CutBoth(ends) => link(ends.from, ends.to, LinkOrder::CutBoth),
            Action::HealBoth(ends) => link(ends.from, ends.to, LinkOrder::HealBoth),
            Action::Partition(partition) => {
                let group = |group: &Vec<super::Member>| group.iter().map(|member| self.whom(member.0)).collect();
                Order::Split { groups: partition.groups.iter().map(group).collect() }
            }
            Action::HealAll => Order::Give(Command::HealAll),
            Action::Link(change) => {
                link(change.from, change.to, LinkOrder::Set(change.difference().on(self.network.common())))
            }
            Action::Drop(pick) => self.message(pick, MessageOrder::Drop),
            Action::Delay(delay) => self.message(&delay.message, MessageOrder::Delay(delay.by)),
            Action::Duplicate(pick) => self.message(pick, MessageOrder::Duplicate),
            Action::DeliverNow(pick) => self.message(pick, MessageOrder::DeliverNow),
            Action::Hold(pick) => self.message(pick, MessageOrder::Hold),
            Action::Request(request) => Order::Ask {
                client: request.client.id(self.cluster.servers),
                server: self.whom(request.to),
                what: request.op.clone().into(),
            },
            Action::Scale(scale) => {
                let request = Request::Scale { workers: scale.workers };
                to(Target::Node(scale.service), NodeOrder::Shop(request))
            }
            Action::Order(OrderCommand { user, item, quantity }) => to(
                Target::Node(NodeName::CUSTOMERS),
                NodeOrder::Shop(Request::Order { user: *user, item: *item, quantity: *quantity }),
            ),
            Action::Load(load) => {
                to(Target::Node(NodeName::CUSTOMERS), NodeOrder::Shop(Request::Load { rate: load.rate }))
            }
            Action::ReplayLetters(letters) => to(Target::Node(letters.service), NodeOrder::Shop(Request::Replay)),
            Action::Ask(ask) => {
                to(Target::Node(NodeName::CUSTOMERS), NodeOrder::Shop(Request::Ask { order: ask.order }))
            }
            Action::RebuildView(ViewCommand { node, view }) => {
                to(Target::Node(*node), NodeOrder::Shop(Request::View(ViewRequest::Rebuild { view: *view })))
            }
            Action::AddView(ViewCommand { node, view }) => {
                to(Target::Node(*node), NodeOrder::Shop(Request::View(ViewRequest::Add { view: *view })))
            }
            Action::ReplayView(ReplayCommand { node, view, from, until }) => {
                let (from, until) = (Time(from.0), Time(until.0));
                let request = ViewRequest::Replay { view: *view, from, until };
                to(Target::Node(*node), NodeOrder::Shop(Request::View(request)))
            }
        }
    }

    fn whom(&self, target: Target) -> lab::Target {
        target.in_cluster(self.cluster.servers)
    }

    fn message(&self, pick: &Pick, what: MessageOrder) -> Order {
        match pick.id {
            Some(message) => Order::Give(what.to_message(message)),
            None => {
                let from = pick.from.map(|target| self.whom(target));
                let to = pick.to.map(|target| self.whom(target));
                Order::Message { which: MessageFilter { from, to, kind: pick.kind }, what }
            }
        }
    }
}

impl Load {
    /// How the client of this number behaves: all have the same part of the load.
    fn client(&self, number: u8, servers: u8) -> ClientConfig {
        let load = (self.rate > 0).then(|| lab::Load {
            gap: Span(1_000_000 * u64::from(self.clients) / u64::from(self.rate)),
            poisson: self.arrival == Arrival::Poisson,
            reads_ppm: self.reads.0,
            keys: self.keys,
            lasts: self.until,
        });
        ClientConfig {
            number: u16::from(number),
            servers: u16::from(servers),
            load,
            attempt_timeout: self.timeout,
            max_open: self.max_outstanding,
        }
    }
}

impl From<Op> for ClientOrder {
    fn from(op: Op) -> Self {
        match op {
            Op::Put { key, value } => ClientOrder::Write(RegisterCommand::Put { key, value }),
            Op::Cas { key, expected, value } => ClientOrder::Write(RegisterCommand::Cas { key, expected, value }),
            Op::Get { key } => ClientOrder::Read(RegisterQuery::Get { key }),
        }
    }
}
