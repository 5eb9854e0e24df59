//! Which channel a name means: found by exact name, then bound by id.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::channel_name::ChannelName;
use crate::id::ChannelId;
use crate::slack::Channel;

/// The shortest time between two readings of the workspace's list of channels. The list is paged
/// and its method is Tier 2 (20 calls a minute for the workspace).
const SHORTEST: SignedDuration = SignedDuration::from_secs(30);
/// The longest, for a name that has long waited in vain.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// A channel as the list last showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) id: ChannelId,
    pub(super) archived: bool,
    pub(super) member: bool,
    pub(super) created: Option<Timestamp>,
}

/// The incident channels of the workspace, as far as they can be seen. Only names that are incident
/// channels are kept, so a workspace of many thousand channels costs no memory here.
#[derive(Debug, Default)]
pub(super) struct Directory {
    seen: HashMap<ChannelName, Seen>,
    /// Other channels that somebody asked for by name.
    others: HashMap<String, Option<Seen>>,
    read_at: Option<Timestamp>,
}

impl Directory {
    /// Takes in a whole reading of the list, which replaces what was known before.
    pub(super) fn replace(&mut self, channels: impl IntoIterator<Item = Channel>, now: Timestamp) {
        self.seen.clear();
        for other in self.others.values_mut() {
            *other = None;
        }
        for channel in channels {
            self.learn(channel);
        }
        self.read_at = Some(now);
    }

    /// Takes in one channel, from the list or from an event.
    pub(super) fn learn(&mut self, channel: Channel) {
        let seen = Seen {
            id: channel.id,
            archived: channel.is_archived,
            member: channel.is_member,
            created: channel.created,
        };
        if let Ok(name) = ChannelName::parse(&channel.name) {
            self.seen.insert(name, seen);
        } else if let Some(other) = self.others.get_mut(&channel.name) {
            *other = Some(seen);
        }
    }

    /// Whether a channel of this name is worth keeping.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.others.contains_key(name) || ChannelName::parse(name).is_ok()
    }

    /// A channel that is no incident's, by exactly this name; looked for from now on, at the next
    /// reading of the list, which is due at once where nobody has asked for it before.
    pub(super) fn find_other(&mut self, name: &str) -> Option<Seen> {
        if !self.others.contains_key(name) {
            self.others.insert(name.to_owned(), None);
            self.read_at = None;
        }
        self.others.get(name).cloned().flatten()
    }

    /// The names of all incident channels that were seen.
    pub(super) fn names(&self) -> BTreeSet<ChannelName> {
        self.seen.keys().cloned().collect()
    }

    /// Whether the list was ever read.
    pub(super) fn is_read(&self) -> bool {
        self.read_at.is_some()
    }

    /// Has the list read again at the next occasion.
    pub(super) fn doubt(&mut self) {
        self.read_at = None;
    }

    /// The channel of exactly this name.
    pub(super) fn find(&self, name: &ChannelName) -> Option<&Seen> {
        self.seen.get(name)
    }

    /// The channels in which we are and can write, once the list was read.
    pub(super) fn ours(&self) -> Option<Vec<(String, Seen)>> {
        self.read_at?;
        let ours = self.seen.iter().filter(|(_, it)| it.member && !it.archived);
        let mut ours: Vec<_> = ours
            .map(|(name, it)| (name.to_string(), it.clone()))
            .collect();
        ours.sort_by(|a, b| a.0.cmp(&b.0));
        Some(ours)
    }

    /// Forgets a channel that turned out not to be as it was seen.
    pub(super) fn forget(&mut self, name: &str) {
        if let Ok(name) = ChannelName::parse(name) {
            self.seen.remove(&name);
        }
    }

    /// When the list may be read again for a name that has been looked for since `since`: soon for
    /// a new name, ever more rarely for one that stays without a channel.
    pub(super) fn next_reading(&self, since: Timestamp) -> Timestamp {
        let Some(read_at) = self.read_at else {
            return Timestamp::MIN;
        };
        let waited = read_at.duration_since(since);
        let pause = (waited / 10).clamp(SHORTEST, LONGEST);
        read_at.checked_add(pause).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(id: &str, name: &str) -> Channel {
        Channel {
            id: ChannelId::from(id),
            name: name.to_owned(),
            is_archived: false,
            is_private: false,
            is_member: true,
            created: None,
            creator: None,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn twins_are_told_apart_and_other_channels_are_not_kept() {
        let mut directory = Directory::default();
        directory.replace(
            [
                channel("C1", "example-20210101i"),
                channel("C2", "example-20210101i-2"),
                channel("C3", "random"),
            ],
            at(0),
        );
        let id = |name: &str| {
            let name = ChannelName::parse(name).unwrap();
            directory.find(&name).map(|seen| seen.id.to_string())
        };
        assert_eq!(id("example-20210101i").as_deref(), Some("C1"));
        assert_eq!(id("example-20210101i-2").as_deref(), Some("C2"));
        assert_eq!(id("example-20210101i-3"), None);
        assert_eq!(directory.seen.len(), 2);
    }

    #[test]
    fn a_name_that_stays_without_a_channel_is_looked_for_ever_more_rarely() {
        let mut directory = Directory::default();
        assert!(
            directory.next_reading(at(0)) <= at(0),
            "never read: read now"
        );
        directory.replace([], at(100));
        assert_eq!(directory.next_reading(at(90)), at(130));
        directory.replace([], at(7_200));
        assert_eq!(directory.next_reading(at(0)), at(7_200 + 720));
        directory.replace([], at(80_000));
        assert_eq!(directory.next_reading(at(0)), at(80_000 + 900));
    }
}
