//! The limits on a scenario: no input may hang or exhaust a page.

use crate::base::Span;

/// The most bytes of JSON that are read.
pub const MAX_BYTES: usize = 256 * 1024;
/// The most bytes of the compact form that are read.
pub const MAX_COMPACT_BYTES: usize = 64 * 1024;
/// The most servers.
pub const MAX_SERVERS: u8 = 9;
/// The most clients.
pub const MAX_CLIENTS: u8 = 8;
/// The longest run.
pub const MAX_DURATION: Span = Span::secs(3_600);
/// The most timed commands.
pub const MAX_COMMANDS: usize = 10_000;
/// The most branches of a run.
pub const MAX_BRANCHES: usize = 64;
/// The most links that differ from the rest: every direction between two nodes.
pub const MAX_LINKS: usize = 21 * 20;
/// The most expectations.
pub const MAX_EXPECTATIONS: usize = 200;
/// The longest time that anything in the network or on a disk may take, and the longest wait of a protocol or client.
pub const MAX_SPAN: Span = Span::secs(60);
/// The shortest heartbeat and the shortest time-out: a shorter one would drown a run in its own messages.
pub const MIN_PERIOD: Span = Span::millis(1);
/// The shortest time that a message may take: with none at all, two nodes could talk for ever at one instant.
pub const MIN_LATENCY: Span = Span::micros(1);
/// The most requests a second, of all clients together.
pub const MAX_RATE: u32 = 5_000;
/// The most unanswered requests of one client.
pub const MAX_OUTSTANDING: u32 = 1_000;
/// The most keys that the load uses.
pub const MAX_KEYS: u32 = 1_000;
/// The most entries in one message, messages in flight, entries without a commit, or entries between snapshots.
pub const MAX_ENTRIES: u32 = 1_000_000;
/// The most by which a clock may run fast or slow, in parts per million.
pub const MAX_CLOCK_RATE_PPM: i32 = crate::sim::Clock::MAX_RATE_PPM;
/// The most by which a clock may be set forwards or back.
pub const MAX_CLOCK_OFFSET: Span = MAX_DURATION;
/// The most bytes of a name.
pub const MAX_NAME: usize = 64;
/// The most bytes of a title.
pub const MAX_TITLE: usize = 120;
/// The most bytes of a summary.
pub const MAX_SUMMARY: usize = 400;
/// The most bytes of a story.
pub const MAX_STORY: usize = 4_000;
/// The most bytes of a key.
pub const MAX_KEY: usize = 64;
/// The most bytes of a value.
pub const MAX_VALUE: usize = 1_024;
/// The most mistakes that are listed.
pub const MAX_PROBLEMS: usize = 50;
/// The most partitions of a topic.
pub const MAX_PARTITIONS: u8 = 16;
/// The most orders a second, of all customers together.
pub const MAX_SHOP_RATE: u32 = 1_000;
/// The most customers.
pub const MAX_USERS: u32 = 10_000;
/// The most query nodes of a shop.
pub const MAX_VIEW_NODES: u8 = 4;
/// The most events that are read from the store at once.
pub const MAX_PAGE: u32 = 1_000;
/// The most that may wait in a queue of the shop.
pub const MAX_WAITING: u32 = 10_000;
