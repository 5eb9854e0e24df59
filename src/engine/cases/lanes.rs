//! The names of lanes that are no incident channel's: errands of an incident, and other channels.

use crate::id::{ChannelId, DoneKey, SlackUserId};
use crate::playbook::ChannelRef;

/// What a lane is for that is not simply a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Errand {
    /// What is to be done on GitHub for this incident.
    OnGitHub(DoneKey),
    /// What is to be done in Slack for this incident.
    InSlack(DoneKey),
    /// What one person is told, in this channel, and nobody else.
    Privately(ChannelId),
}

const ON_GITHUB: &str = "gh:";
const IN_SLACK: &str = "sl:";
const PRIVATELY: &str = "pr:";
const TO: &str = "to:";
const DIRECT: &str = "dm:";

impl Errand {
    /// What this lane is for, if it is that.
    pub(in crate::engine) fn of(lane: &str) -> Option<Self> {
        let incident = |prefix| lane.strip_prefix(prefix).map(DoneKey::from);
        let on_github = incident(ON_GITHUB).map(Self::OnGitHub);
        let privately = lane.strip_prefix(PRIVATELY).map(ChannelId::from);
        on_github
            .or_else(|| incident(IN_SLACK).map(Self::InSlack))
            .or_else(|| privately.map(Self::Privately))
    }

    /// The lane of it.
    pub(in crate::engine) fn lane(&self) -> String {
        match self {
            Self::OnGitHub(incident) => format!("{ON_GITHUB}{incident}"),
            Self::InSlack(incident) => format!("{IN_SLACK}{incident}"),
            Self::Privately(channel) => format!("{PRIVATELY}{channel}"),
        }
    }
}

/// The lane of a channel that is no incident's.
pub(in crate::engine) fn other_channel(channel: &ChannelRef) -> String {
    format!("{TO}{channel}")
}

/// The channel that such a lane is for.
pub(in crate::engine) fn channel_of(lane: &str) -> Option<ChannelRef> {
    let channel = lane.strip_prefix(TO)?;
    Some(match channel.strip_prefix('#') {
        Some(name) => ChannelRef::Name(name.to_owned()),
        None => ChannelRef::Id(ChannelId::from(channel)),
    })
}

/// The lane of what is said to somebody in a conversation that only they and we are in.
pub(in crate::engine) fn direct(person: &SlackUserId) -> String {
    format!("{DIRECT}{person}")
}

/// The person whom such a lane is for.
pub(in crate::engine) fn person_of(lane: &str) -> Option<SlackUserId> {
    lane.strip_prefix(DIRECT).map(SlackUserId::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel_name::ChannelName;

    #[test]
    fn a_lane_says_what_it_is_for_and_is_no_channels_name() {
        let incident = DoneKey::from("a:C1:1634721688.039800");
        for errand in [
            Errand::OnGitHub(incident.clone()),
            Errand::InSlack(incident),
            Errand::Privately(ChannelId::from("C024BE91L")),
        ] {
            let lane = errand.lane();
            assert!(ChannelName::parse(&lane).is_err(), "{lane}");
            assert_eq!(Errand::of(&lane), Some(errand));
            assert_eq!(channel_of(&lane), None);
        }
        for channel in [
            ChannelRef::Name("dev".to_owned()),
            ChannelRef::Id(ChannelId::from("C024BE91L")),
        ] {
            let lane = other_channel(&channel);
            assert!(ChannelName::parse(&lane).is_err(), "{lane}");
            assert_eq!(channel_of(&lane), Some(channel));
            assert_eq!(Errand::of(&lane), None);
        }
        let hanako = SlackUserId::from("U024BE91L");
        let lane = direct(&hanako);
        assert!(ChannelName::parse(&lane).is_err(), "{lane}");
        assert_eq!((Errand::of(&lane), channel_of(&lane)), (None, None));
        assert_eq!(person_of(&lane), Some(hanako));
        assert_eq!(person_of("to:C024BE91L"), None);
        assert_eq!(Errand::of("example-20210101i"), None);
        assert_eq!(channel_of("example-20210101i"), None);
    }
}
