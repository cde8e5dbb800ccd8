//! What orders look like in a link.

use super::form::{choice, record};
use crate::base::{NodeId, RegisterCommand, RegisterQuery};
use crate::lab::{ClientOrder, Command, LinkOrder, MessageFilter, MessageOrder, NodeOrder, Order, Request, Target};
use crate::sim::Quality;

choice!(Order {
    "give" Give { needed 0 as command },
    "to" To { needed target, needed what },
    "link" Link { needed from, needed to, needed what },
    "split" Split { needed groups },
    "ask" Ask { needed client, needed server, needed what },
    "message" Message { needed which, needed what },
});

choice!(Target {
    "node" Node { needed 0 as node },
    "leader" Leader,
    "follower" Follower { needed 0 as number },
    "stopped" Stopped { needed 0 as number },
});

choice!(NodeOrder {
    "crash" Crash,
    "restart" Restart,
    "pause" Pause,
    "resume" Resume,
    "timeout_now" TimeoutNow,
    "isolate" Isolate,
    "rejoin" Rejoin,
    "mute" Mute,
    "deafen" Deafen,
    "skew" Skew { needed rate_ppm, needed offset_us },
    "shop" Shop { needed 0 as request },
});

choice!(LinkOrder {
    "cut" Cut,
    "heal" Heal,
    "cut_both" CutBoth,
    "heal_both" HealBoth,
    "set" Set { needed 0 as quality },
});

choice!(ClientOrder {
    "write" Write { needed 0 as command },
    "read" Read { needed 0 as query },
});

choice!(MessageOrder {
    "drop" Drop,
    "delay" Delay { needed 0 as by },
    "duplicate" Duplicate,
    "deliver_now" DeliverNow,
    "hold" Hold,
});

choice!(Command {
    "crash" Crash { needed node },
    "restart" Restart { needed node },
    "pause" Pause { needed node },
    "resume" Resume { needed node },
    "skew" Skew { needed node, needed rate_ppm, needed offset_us },
    "cut" Cut { needed from, needed to },
    "heal" Heal { needed from, needed to },
    "partition" Partition { needed groups },
    "heal_all" HealAll,
    "set_link" SetLink { needed from, needed to, needed quality },
    "drop" Drop { needed message },
    "delay" Delay { needed message, needed by },
    "duplicate" Duplicate { needed message },
    "deliver_now" DeliverNow { needed message },
    "hold" Hold { needed message },
    "request" Request { needed node, needed request },
});

choice!(Request {
    "timeout_now" TimeoutNow,
    "put" Put { needed server, needed command },
    "get" Get { needed server, needed query },
    "scale" Scale { needed workers },
    "order" Order { needed user, needed item, needed quantity },
    "ask" Ask { needed order },
    "view" View { needed 0 as request },
    "load" Load { needed rate },
    "replay" Replay,
});

choice!(RegisterCommand {
    "put" Put { needed key, needed value },
    "cas" Cas { needed key, needed expected, needed value },
});

choice!(RegisterQuery { "get" Get { needed key } });

record!(MessageFilter { optional from, optional to, optional kind });
record!(Quality { needed latency, needed bandwidth, needed loss_ppm, needed duplicate_ppm, needed reorder_ppm });

// What reading starts with, before it fills in the rest.

impl Default for Order {
    fn default() -> Self {
        Order::Give(Command::HealAll)
    }
}

impl Default for Target {
    fn default() -> Self {
        Target::Node(NodeId::default())
    }
}

impl Default for ClientOrder {
    fn default() -> Self {
        ClientOrder::Read(RegisterQuery::default())
    }
}
