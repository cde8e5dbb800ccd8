//! The clients of a scenario, and what they ask.

use super::form::{choice, record};
use super::limits::{MAX_CLIENTS, MAX_KEYS, MAX_OUTSTANDING, MAX_RATE, MAX_SPAN, MIN_PERIOD};
use super::problem::Inspection;
use super::quantity::Ppm;
use crate::base::Span;

/// Who asks the cluster for what, and how often.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `clients` | `1` | how many, 0 to 8; they are called `client`, `client 2` and so on |
/// | `rate` | `0` | requests a second, of all clients together; 0: only what commands ask |
/// | `reads` | `"50%"` | how many of the requests read |
/// | `keys` | `3` | how many keys they use |
/// | `arrival` | `"poisson"` | `"poisson"`: as if by chance; `"regular"`: at equal distances |
/// | `timeout` | `"500ms"` | how long a client waits for an answer before it tries again, elsewhere |
/// | `max_outstanding` | `16` | how many requests of one client may wait for an answer; more are not made |
/// | `until` | | when the load ends; if not said, it never does |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Load {
    /// How many, 0 to 8; they are called `client`, `client 2` and so on.
    pub clients: u8,
    /// Requests a second, of all clients together; 0: only what commands ask.
    pub rate: u32,
    /// How many of the requests read.
    pub reads: Ppm,
    /// How many keys they use.
    pub keys: u32,
    /// `"poisson"`: as if by chance; `"regular"`: at equal distances.
    pub arrival: Arrival,
    /// How long a client waits for an answer before it tries again, elsewhere.
    pub timeout: Span,
    /// How many requests of one client may wait for an answer; more are not made.
    pub max_outstanding: u32,
    /// When the load ends; if not said, it never does.
    pub until: Option<Span>,
}

/// How requests are spread in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// Each comes independently of the others, as people do.
    #[default]
    Poisson,
    /// At equal distances.
    Regular,
}

choice!(Arrival { "poisson" Poisson, "regular" Regular });

record!(Load {
    optional clients, optional rate, optional reads, optional keys, optional arrival, optional timeout,
    optional max_outstanding, optional until,
});

impl Default for Load {
    fn default() -> Self {
        Load {
            clients: 1,
            rate: 0,
            reads: Ppm(500_000),
            keys: 3,
            arrival: Arrival::Poisson,
            timeout: Span::millis(500),
            max_outstanding: 16,
            until: None,
        }
    }
}

impl Load {
    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        inspection.number("clients", u64::from(self.clients), 0, u64::from(MAX_CLIENTS));
        inspection.number("rate", u64::from(self.rate), 0, u64::from(MAX_RATE));
        if self.rate > 0 && self.clients == 0 {
            inspection.problem("rate", "there are no clients to make requests".into());
        }
        self.reads.inspect("reads", inspection);
        inspection.number("keys", u64::from(self.keys), 1, u64::from(MAX_KEYS));
        inspection.span("timeout", self.timeout, MIN_PERIOD, MAX_SPAN);
        inspection.number("max_outstanding", u64::from(self.max_outstanding), 1, u64::from(MAX_OUTSTANDING));
    }
}
