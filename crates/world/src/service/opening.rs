//! How a service finds its ground: its topics, its place as a producer, and its group. It makes what is not there.

use super::ledger::ServiceWrite;
use super::port::ServicePort;
use super::process::{Errand, Service};
use crate::bus::{Action, BusError, GroupId, GroupSettings, ProducerEpoch, Reply, TopicId};
use crate::shop::Topic;

/// What a service knows of the bus.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Ground {
    /// By their places in the configuration.
    pub(super) topics: Vec<TopicId>,
    pub(super) epoch: Option<ProducerEpoch>,
    pub(super) group: Option<GroupId>,
    /// It has asked for its group.
    asked: bool,
}

impl Ground {
    pub(super) fn topic(&self, topic: Topic) -> Option<TopicId> {
        self.topics.get(topic as usize).copied()
    }
}

impl Service {
    /// The first thing that it asks.
    pub(super) fn open(&mut self, port: &mut impl ServicePort) {
        let mut actions: Vec<Action> = self.config.topics.iter().cloned().map(Action::CreateTopic).collect();
        actions.push(Action::OpenProducer(self.config.producer()));
        self.ask_bus(actions, Errand::Opening, port);
    }

    pub(super) fn open_producer(&mut self, port: &mut impl ServicePort) {
        self.ask_bus(vec![Action::OpenProducer(self.config.producer())], Errand::Opening, port);
    }

    /// The bus has told what there is.
    pub(super) fn opened(&mut self, replies: Vec<Result<Reply, BusError>>, port: &mut impl ServicePort) {
        if replies.is_empty() {
            return self.open(port);
        }
        let mut topics = Vec::new();
        for reply in replies {
            match reply {
                // Somebody may have made it otherwise; it is the topic all the same.
                Ok(Reply::Topic(topic)) | Err(BusError::TopicExists { topic }) => topics.push(topic),
                Ok(Reply::ProducerOpened { epoch, next }) => {
                    self.ground.epoch = Some(epoch);
                    self.write(ServiceWrite::ExpectedNext(next), port);
                }
                _ => {}
            }
        }
        if !topics.is_empty() {
            self.ground.topics = topics;
        }
        self.join_group(port);
        self.relay(port);
    }

    /// Makes its group, if it has any workers and does not know it yet.
    pub(super) fn join_group(&mut self, port: &mut impl ServicePort) {
        let unknown = self.ground.group.is_none() && !self.ground.topics.is_empty();
        if unknown && self.ledger.workers > 0 && !std::mem::replace(&mut self.ground.asked, true) {
            let topics =
                self.config.reads.iter().filter_map(|&place| self.ground.topics.get(usize::from(place)).copied());
            let settings = GroupSettings { topics: topics.collect(), ..self.config.group.clone() };
            self.ask_bus(vec![Action::CreateGroup(settings)], Errand::Group, port);
        }
    }

    /// The bus has told which its group is.
    pub(super) fn found_group(&mut self, reply: Option<Result<Reply, BusError>>, port: &mut impl ServicePort) {
        self.ground.asked = false;
        match reply {
            Some(Ok(Reply::Group(group)) | Err(BusError::GroupExists { group })) => self.ground.group = Some(group),
            Some(_) => return,
            None => return self.join_group(port),
        }
        for at in 0..self.workers.len() {
            self.tend(at, port);
        }
    }
}
