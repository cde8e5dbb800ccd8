//! The network of a scenario.

use super::form::record;
use super::limits::{MAX_LINKS, MAX_SPAN, MIN_LATENCY};
use super::problem::Inspection;
use super::quantity::Ppm;
use super::target::{Cast, NodeName};
use crate::base::Span;
use crate::sim::{Latency, Quality};

/// What the links are like: all of them, but for those listed in `links`.
///
/// | field | default | meaning |
/// |---|---|---|
/// | `latency` | `"5ms..15ms"` | how long a message takes: `"5ms"` always the same, `"5ms..15ms"` anything between, `"5ms+3ms"` at least 5 ms and on average 3 ms more, now and then much more |
/// | `bandwidth` | `0` | bytes a second in each direction; 0: it does not matter |
/// | `loss` | `"0%"` | how likely a message is lost |
/// | `duplicate` | `"0%"` | how likely a message arrives twice |
/// | `reorder` | `"0%"` | how likely a message does not keep its place in the row |
/// | `links` | `[]` | directions of links that differ: `{"from": "A", "to": "B", "latency": "200ms"}` |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// How long a message takes: `"5ms"` always the same, `"5ms..15ms"` anything between, `"5ms+3ms"` at least 5 ms and on average 3 ms more, now and then much more.
    pub latency: Latency,
    /// Bytes a second in each direction; 0: it does not matter.
    pub bandwidth: u64,
    /// How likely a message is lost.
    pub loss: Ppm,
    /// How likely a message arrives twice.
    pub duplicate: Ppm,
    /// How likely a message does not keep its place in the row.
    pub reorder: Ppm,
    /// Directions of links that differ: `{"from": "A", "to": "B", "latency": "200ms"}`.
    pub links: Vec<LinkSetting>,
}

/// One direction of a link that differs: what is left out is as in the rest of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinkSetting {
    /// Its sender.
    pub from: NodeName,
    /// Its receiver.
    pub to: NodeName,
    /// How long a message takes; `None`: as in the rest of the network.
    pub latency: Option<Latency>,
    /// Bytes a second, 0 for any number; `None`: as in the rest of the network.
    pub bandwidth: Option<u64>,
    /// How likely a message is lost; `None`: as in the rest of the network.
    pub loss: Option<Ppm>,
    /// How likely a message arrives twice; `None`: as in the rest of the network.
    pub duplicate: Option<Ppm>,
    /// How likely a message does not keep its place; `None`: as in the rest of the network.
    pub reorder: Option<Ppm>,
}

record!(Network {
    optional latency, optional bandwidth, optional loss, optional duplicate, optional reorder, optional links,
});

record!(LinkSetting {
    needed from, needed to, optional latency, optional bandwidth, optional loss, optional duplicate, optional reorder,
});

/// In what a direction of a link differs from the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Difference {
    /// How long a message takes; `None`: as in the rest of the network.
    pub latency: Option<Latency>,
    /// Bytes a second, 0 for any number; `None`: as in the rest of the network.
    pub bandwidth: Option<u64>,
    /// How likely a message is lost; `None`: as in the rest of the network.
    pub loss: Option<Ppm>,
    /// How likely a message arrives twice; `None`: as in the rest of the network.
    pub duplicate: Option<Ppm>,
    /// How likely a message does not keep its place; `None`: as in the rest of the network.
    pub reorder: Option<Ppm>,
}

impl Default for Network {
    fn default() -> Self {
        Network {
            latency: Latency::Uniform { min: Span::millis(5), max: Span::millis(15) },
            bandwidth: 0,
            loss: Ppm(0),
            duplicate: Ppm(0),
            reorder: Ppm(0),
            links: Vec::new(),
        }
    }
}

impl Network {
    /// What a link is like that is not listed.
    pub fn common(&self) -> Quality {
        Quality {
            latency: self.latency,
            bandwidth: (self.bandwidth > 0).then_some(self.bandwidth),
            loss_ppm: self.loss.0,
            duplicate_ppm: self.duplicate.0,
            reorder_ppm: self.reorder.0,
        }
    }

    /// What the link from one node to another is like at the start.
    pub fn quality(&self, from: NodeName, to: NodeName) -> Quality {
        let listed = self.links.iter().find(|link| (link.from, link.to) == (from, to));
        listed.map_or(self.common(), |link| link.difference().on(self.common()))
    }

    pub(super) fn inspect(&self, cast: Cast, inspection: &mut Inspection) {
        let all = Difference {
            latency: Some(self.latency),
            bandwidth: None,
            loss: Some(self.loss),
            duplicate: Some(self.duplicate),
            reorder: Some(self.reorder),
        };
        all.inspect(inspection);
        inspection.length("links", self.links.len(), MAX_LINKS, "links");
        let inside = inspection.enter("links");
        for (number, link) in self.links.iter().enumerate().take(MAX_LINKS) {
            let item = inspection.enter_item(number);
            link.from.inspect(cast, "from", inspection);
            link.to.inspect(cast, "to", inspection);
            if link.from == link.to {
                inspection.here(format!("{} has no link to itself", link.from));
            } else if self.links.iter().take(number).any(|other| (other.from, other.to) == (link.from, link.to)) {
                inspection.here(format!("the link from {} to {} is listed before", link.from, link.to));
            }
            link.difference().inspect(inspection);
            inspection.leave(item);
        }
        inspection.leave(inside);
    }
}

impl LinkSetting {
    /// In what it differs.
    pub fn difference(&self) -> Difference {
        let LinkSetting { latency, bandwidth, loss, duplicate, reorder, .. } = *self;
        Difference { latency, bandwidth, loss, duplicate, reorder }
    }
}

impl Difference {
    /// A quality with the differences on it.
    pub fn on(&self, common: Quality) -> Quality {
        Quality {
            latency: self.latency.unwrap_or(common.latency),
            bandwidth: self.bandwidth.map_or(common.bandwidth, |bytes| (bytes > 0).then_some(bytes)),
            loss_ppm: self.loss.map_or(common.loss_ppm, |ppm| ppm.0),
            duplicate_ppm: self.duplicate.map_or(common.duplicate_ppm, |ppm| ppm.0),
            reorder_ppm: self.reorder.map_or(common.reorder_ppm, |ppm| ppm.0),
        }
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        if let Some(latency) = self.latency {
            inspect_latency("latency", latency, MIN_LATENCY, inspection);
        }
        for (field, share) in [("loss", self.loss), ("duplicate", self.duplicate), ("reorder", self.reorder)] {
            share.unwrap_or_default().inspect(field, inspection);
        }
    }
}

/// A latency must be possible, and neither shorter nor longer than what is allowed.
pub(super) fn inspect_latency(field: &str, latency: Latency, least: Span, inspection: &mut Inspection) {
    let (min, max) = match latency {
        Latency::Fixed(span) => (span, span),
        Latency::Uniform { min, max } => (min, max),
        Latency::LongTail { min, mean_extra } => {
            inspection.span(field, mean_extra, Span::ZERO, MAX_SPAN);
            (min, min)
        }
    };
    if min > max {
        inspection.problem(field, format!("the shortest ({min}) is longer than the longest ({max})"));
    } else {
        inspection.span(field, min, least, MAX_SPAN);
        if max != min {
            inspection.span(field, max, least, MAX_SPAN);
        }
    }
}
