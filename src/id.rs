//! Names of things, each its own type, so that a channel's name is never taken for its id.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A newtype over a string: `Display`, `From<&str>`, `as_str`, serde as the bare string.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; nothing is checked here.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The bare text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

name! {
    /// `owner/name` of a GitHub repository.
    RepoName
}
name! {
    /// A GitHub login, without the `@`.
    Login
}
name! {
    /// A GitHub team's slug: what stands in the address of its page, without the organisation.
    TeamSlug
}
name! {
    /// A commit id, 40 hex digits (64 where the repository is SHA-256).
    Sha
}
name! {
    /// A Slack channel's id, `C…` or `G…`: what a channel *is*. Its name only routes.
    ChannelId
}
name! {
    /// A Slack person's id, `U…` or `W…`.
    SlackUserId
}
name! {
    /// A Slack message's `ts`: its id within the channel, and its time in seconds with microseconds.
    MessageTs
}
name! {
    /// What a sender calls one delivery: `X-GitHub-Delivery`, or Slack's `event_id`.
    DeliveryId
}
name! {
    /// What a message is about, e.g. `c:<comment id>`. The same fact has the same key from a
    /// webhook, a redelivery, a sweep and a cold rebuild; never made from a delivery id.
    DoneKey
}
name! {
    /// Names one part of a document, e.g. one comment of a review.
    PartKey
}
name! {
    /// A service as channel names have it, e.g. `shop` of `shop-20210101i`. The playbook lists
    /// them; an incident may have one that is not listed.
    ServiceId
}
name! {
    /// A type of incident, e.g. `outage`.
    TypeId
}
name! {
    /// A gut feeling about how bad it is, e.g. `blue`.
    FeelingId
}
name! {
    /// The handle of a Slack user group, without the `@`.
    GroupHandle
}
name! {
    /// A Slack user group's id, `S…`: what a group *is*. Its handle and its name can be changed.
    GroupId
}

impl RepoName {
    /// `owner` of `owner/name`; the whole text where there is no slash.
    pub fn owner(&self) -> &str {
        self.0
            .split_once('/')
            .map_or(self.0.as_str(), |(owner, _)| owner)
    }

    /// `name` of `owner/name`; empty where there is no slash.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

impl Sha {
    /// The first seven digits, as GitHub shows a commit.
    pub fn short(&self) -> &str {
        self.0.get(..7).unwrap_or(&self.0)
    }

    /// GitHub writes forty zeros where there is no commit (before a creation, after a deletion).
    pub fn is_none(&self) -> bool {
        self.0.bytes().all(|b| b == b'0')
    }
}
