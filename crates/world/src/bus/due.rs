//! Whether there is something to do for a command, or it may wait.
//!
//! Only a fetch waits: a consumer that has all there is asks once, and is answered when there is more.

use super::command::{Action, BusCommand};
use super::cursor::Cursor;
use super::delivery::Standing;
use super::group::Group;
use super::machine::Bus;
use super::partition::Partition;
use super::settings::GroupSettings;
use crate::base::Time;

impl Bus {
    /// Whether the command would change more than a consumer's sign of life.
    pub(super) fn has_to_do(&self, command: &BusCommand, now: Time) -> bool {
        let now = now.max(self.now);
        // When something may be due is known for the bus as a whole, and cheaply.
        let time_may_tell = self.next_due() <= now;
        let idle = |action: &Action| match *action {
            Action::Fetch { group, member, generation, .. } => self.groups.get(&group).is_some_and(|group| {
                generation == group.generation
                    && group.members.get(&member).is_some_and(|found| {
                        !(self.has_for(group, &found.owned, now)
                            || time_may_tell && group.time_tells(&found.owned, now))
                    })
            }),
            _ => false,
        };
        command.actions.is_empty() || !command.actions.iter().all(idle)
    }

    /// Whether some of a group's cursors have something to hand out.
    fn has_for(&self, group: &Group, owned: &[u32], now: Time) -> bool {
        let cursors = || owned.iter().filter_map(|&place| group.cursors.get(place as usize));
        let in_flight: u32 = cursors().map(|cursor| cursor.in_flight).sum();
        let free = in_flight < group.settings.member_in_flight;
        cursors().any(|cursor| {
            let log = self.topics.get(usize::from(cursor.topic.0)).and_then(|topic| topic.partition(cursor.partition));
            cursor.skipped.is_some() || free && log.is_some_and(|log| cursor.has_record(log, &group.settings, now))
        })
    }
}

impl Group {
    /// Whether time alone has something for the owner of these cursors: a member is out, or what the owner was given and
    /// has not answered is to be delivered again.
    fn time_tells(&self, owned: &[u32], now: Time) -> bool {
        let timeout = self.settings.session_timeout;
        let cursors = || owned.iter().filter_map(|&place| self.cursors.get(place as usize));
        self.members.iter().any(|(_, member)| member.last_heard + timeout <= now)
            || cursors().any(|cursor| cursor.has_late(now))
    }
}

impl Cursor {
    /// Whether [`deliver`](Cursor::deliver) would hand out a record.
    fn has_record(&self, log: &Partition, settings: &GroupSettings, now: Time) -> bool {
        if self.in_flight >= settings.partition_in_flight {
            return false;
        }
        let fresh = self.next() < log.end() && self.window.len() < settings.partition_in_flight as usize;
        fresh || self.resting > 0 && self.open().any(|(_, entry)| entry.is_due(now))
    }

    /// Whether a record in flight should have been answered by now.
    fn has_late(&self, now: Time) -> bool {
        let late = |standing| matches!(standing, Standing::InFlight { until } if until <= now);
        self.in_flight > 0 && self.open().any(|(_, entry)| late(entry.standing))
    }
}
