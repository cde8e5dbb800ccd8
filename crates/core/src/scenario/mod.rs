//! The one scenario format: files, presets, links and tests all use it.
//!
//! A scenario is a JSON object. Everything in it may be left out: `{}` is a quiet cluster of five servers.
//!
//! ```json
//! {
//!   "format": 1,
//!   "name": "my-experiment",
//!   "title": "The leader dies",
//!   "seed": 7,
//!   "duration": "5s",
//!   "cluster": { "servers": 3, "election_timeout": "150ms..300ms" },
//!   "network": { "latency": "5ms..15ms", "loss": "0.5%", "links": [{ "from": "A", "to": "B", "latency": "80ms" }] },
//!   "load": { "clients": 2, "rate": 20, "reads": "25%" },
//!   "commands": [
//!     { "at": "1.2s", "do": { "crash": { "node": "leader" } } },
//!     { "at": "3s", "do": { "restart": { "node": "A" } } }
//!   ],
//!   "expect": [{ "leader": { "at": "2.5s" } }, { "agreed": {} }]
//! }
//! ```
//!
//! - A length of time is a text with its unit: `"75us"`, `"150ms"`, `"1.5s"`, `"2min"`. A share or probability is a
//!   percentage: `"2.5%"`. Both are read exactly: to the microsecond, and to the millionth.
//! - Servers are called A to I, clients `client`, `client 2` and so on. Commands and expectations may also say
//!   `leader`, `follower` or `stopped`: who that is, is found out at that moment (see [`Target`]).
//! - The fields are documented where they are: [`Scenario`], [`Cluster`], [`Network`], [`Load`], [`TimedCommand`] and
//!   [`Action`], [`Expectation`].
//!
//! Nothing is ignored and nothing is guessed: an unknown field, or a value that cannot be, is refused, with its path
//! and the reason. [`limits`] bound everything.

mod calls;
mod cluster;
mod command;
mod expectation;
mod form;
pub mod kept;
pub mod knows;
pub mod limits;
pub mod link;
mod load;
mod network;
mod orders;
pub mod presets;
mod problem;
mod quantity;
mod sealed;
mod shop;
mod staging;
mod target;
mod views;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use smol_str::SmolStr;

pub use calls::{BreakerSetting, Calls, Style};
pub use cluster::{Cluster, Protocol};
pub use command::{
    Action, AskCommand, DelayCommand, Direction, Groups, LettersCommand, LinkCommand, LoadCommand, Member, Op,
    OrderCommand, Pick, RequestCommand, ScaleCommand, Skew, TimedCommand, Whom,
};
pub use expectation::{CheckName, Count, Deadline, Expectation, Interval, LeaderAt, Measure, When};
pub use load::{Arrival, Load};
pub use network::{Difference, LinkSetting, Network};
pub use problem::{Problem, ScenarioError};
pub use quantity::{ClockOffset, ClockRate, Ppm, SpanRange};
pub use shop::{CustomersSetting, Founder, ProviderSetting, RulesSetting, Shop, Staff};
pub use target::{NodeName, SHOP, Target};
pub use views::{QuerySide, ReplayCommand, ViewCommand};

use crate::base::Span;
use limits::{MAX_COMMANDS, MAX_DURATION, MAX_EXPECTATIONS, MAX_NAME, MAX_STORY, MAX_SUMMARY, MAX_TITLE, MIN_PERIOD};
use problem::Inspection;
use target::Cast;

/// The format that this version reads and writes.
pub const FORMAT: u32 = 1;

/// A whole experiment: a cluster, a network, clients, what happens to them, and what is claimed to come of it.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `format` | `1` | the version of this format |
/// | `name` | | a short name of lower-case letters, digits and `-` |
/// | `title` | | what is shown as its title |
/// | `summary` | | one sentence: what there is to see |
/// | `story` | | a few sentences for somebody who sees it for the first time |
/// | `seed` | `1` | all chance of the run comes from this number |
/// | `duration` | `"30s"` | when the run ends; on the page it goes on |
/// | `cluster` | | see [`Cluster`] |
/// | `network` | | see [`Network`] |
/// | `load` | | see [`Load`] |
/// | `shop` | | see [`Shop`]; if there is none, the cluster keeps a register for the clients |
/// | `commands` | `[]` | see [`TimedCommand`] |
/// | `expect` | `[]` | see [`Expectation`] |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scenario {
    /// The version of this format.
    pub format: u32,
    /// What it is called in lists and links.
    pub name: SmolStr,
    /// What stands over the stage.
    pub title: SmolStr,
    /// One or two sentences on what happens.
    pub summary: SmolStr,
    /// What to look at, and why it happens.
    pub story: SmolStr,
    /// All chance of the run comes from this number.
    pub seed: u64,
    /// When the run ends; on the page it goes on.
    pub duration: Span,
    /// The servers, and how they agree.
    pub cluster: Cluster,
    /// What is between the nodes.
    pub network: Network,
    /// What the clients ask by themselves.
    pub load: Load,
    /// The shop that the cluster serves, if it serves one.
    pub shop: Option<Shop>,
    /// What is done, and when.
    pub commands: Vec<TimedCommand>,
    /// What the run is to come to.
    pub expect: Vec<Expectation>,
}

form::record!(Scenario {
    optional format, optional name, optional title, optional summary, optional story, optional seed,
    optional duration, optional cluster, optional network, optional load, optional shop, optional commands, optional expect,
});

impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            format: FORMAT,
            name: SmolStr::default(),
            title: SmolStr::default(),
            summary: SmolStr::default(),
            story: SmolStr::default(),
            seed: 1,
            duration: Span::secs(30),
            cluster: Cluster::default(),
            network: Network::default(),
            load: Load::default(),
            shop: None,
            commands: Vec::new(),
            expect: Vec::new(),
        }
    }
}

impl Scenario {
    /// The same with a shop whose services work together in another way: the same seed, load, workers and commands.
    #[must_use]
    pub fn in_style(mut self, style: Style) -> Scenario {
        if let Some(shop) = &mut self.shop {
            shop.style = style;
        }
        self
    }

    /// The scenario that a JSON text describes.
    ///
    /// # Errors
    /// If the text is too long, is not JSON, has a field that is not known or a value that cannot be; the error says
    /// where and why.
    pub fn parse(json: &str) -> Result<Scenario, ScenarioError> {
        ScenarioError::if_too_long(json.len())?;
        let mut scenario = Scenario::default();
        let mut inspection = Inspection::default();
        form::json::read(json, &mut scenario, &mut inspection)
            .map_err(|syntax| ScenarioError::NotJson(syntax.reason))?;
        if scenario.format > FORMAT {
            // Whatever else does not fit may be what is new.
            return Err(ScenarioError::Newer { format: scenario.format });
        }
        inspection.end()?;
        scenario.inspect()?;
        Ok(scenario)
    }

    /// The scenario as JSON, every field written out. [`parse`](Self::parse) makes the same of it again.
    pub fn to_json(&self) -> String {
        form::json::write(&mut self.clone())
    }

    /// What stands in a field, such as `network.latency`, as a person would type it. For numbers and quantities.
    pub fn text_at(&self, path: &str) -> String {
        form::text_at(&mut self.clone(), path)
    }

    /// Puts what a person typed into a field. Whether the scenario can be then, [`inspect`](Self::inspect) says.
    ///
    /// # Errors
    /// If that is not what belongs there: what is wrong with it.
    pub fn set_at(&mut self, path: &str, text: &str) -> Result<(), String> {
        form::set_at(self, path, text)
    }

    /// The scenario in few bytes, for links.
    pub fn to_bytes(&self) -> Vec<u8> {
        form::bytes::write(&mut self.clone())
    }

    /// The scenario of such bytes, which may come from anywhere.
    ///
    /// # Errors
    /// If they are too many, are not a scenario, or one that cannot be.
    pub fn from_bytes(bytes: &[u8]) -> Result<Scenario, ScenarioError> {
        ScenarioError::if_compact_too_long(bytes.len())?;
        let mut scenario = Scenario::default();
        form::bytes::read(bytes, &mut scenario).ok_or(ScenarioError::Damaged)?;
        scenario.inspect()?;
        Ok(scenario)
    }

    /// Whether the scenario can be, for one that was put together in code.
    ///
    /// # Errors
    /// If it cannot; every mistake is listed.
    pub fn inspect(&self) -> Result<(), ScenarioError> {
        if self.format > FORMAT {
            return Err(ScenarioError::Newer { format: self.format });
        }
        let mut inspection = Inspection::default();
        inspection.number("format", u64::from(self.format), u64::from(FORMAT), u64::from(FORMAT));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !self.name.bytes().all(plain) {
            inspection.problem("name", "only lower-case letters, digits and - can be in a name".into());
        }
        let texts = [
            ("name", &self.name, MAX_NAME),
            ("title", &self.title, MAX_TITLE),
            ("summary", &self.summary, MAX_SUMMARY),
            ("story", &self.story, MAX_STORY),
        ];
        for (field, text, most) in texts {
            inspection.length(field, text.len(), most, "bytes");
        }
        inspection.span("duration", self.duration, MIN_PERIOD, MAX_DURATION);
        let clients = if self.shop.is_some() { 0 } else { self.load.clients };
        let views = self.shop.as_ref().map_or(0, |shop| shop.query_nodes());
        let cast = Cast { servers: self.cluster.servers, clients, shop: self.shop.is_some(), views };
        let part = inspection.enter("cluster");
        // Nobody asks the servers of a chain: there need not be any.
        let chain = self.shop.as_ref().is_some_and(|shop| shop.style == Style::Chain);
        self.cluster.inspect(u8::from(!chain), &mut inspection);
        inspection.leave(part);
        let part = inspection.enter("network");
        self.network.inspect(cast, &mut inspection);
        inspection.leave(part);
        let part = inspection.enter("load");
        self.load.inspect(&mut inspection);
        inspection.leave(part);
        if let Some(shop) = &self.shop {
            let part = inspection.enter("shop");
            shop.inspect(&mut inspection);
            inspection.leave(part);
        }
        inspection.length("commands", self.commands.len(), MAX_COMMANDS, "commands");
        let part = inspection.enter("commands");
        for (number, command) in self.commands.iter().enumerate().take(MAX_COMMANDS) {
            let item = inspection.enter_item(number);
            command.inspect(cast, self.duration, &mut inspection);
            inspection.leave(item);
        }
        inspection.leave(part);
        inspection.length("expect", self.expect.len(), MAX_EXPECTATIONS, "expectations");
        let part = inspection.enter("expect");
        for (number, expectation) in self.expect.iter().enumerate().take(MAX_EXPECTATIONS) {
            let item = inspection.enter_item(number);
            expectation.inspect(cast, self.duration, &mut inspection);
            inspection.leave(item);
        }
        inspection.leave(part);
        inspection.end()
    }
}
