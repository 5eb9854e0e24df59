//! Slack's methods that are called, and what each costs: a new one names its tier or does not compile.

/// A method of Slack's Web API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// `auth.test`: who a token is.
    AuthTest,
    /// `chat.postMessage`.
    Post,
    /// `chat.update`.
    Update,
    /// `chat.delete`.
    Delete,
    /// `conversations.history`.
    History,
    /// `conversations.info`.
    Info,
    /// `conversations.join`.
    Join,
    /// `conversations.list`.
    Channels,
}

/// What Slack allows a method, per workspace and app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    /// 1 a second in a channel, and some hundreds a minute in a workspace.
    Posting,
    /// 20 a minute.
    Two,
    /// 50 a minute.
    Three,
    /// Hundreds a minute, by Slack's own word; counted as 100.
    Four,
}

impl Method {
    /// As Slack calls it, e.g. `chat.postMessage`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthTest => "auth.test",
            Self::Post => "chat.postMessage",
            Self::Update => "chat.update",
            Self::Delete => "chat.delete",
            Self::History => "conversations.history",
            Self::Info => "conversations.info",
            Self::Join => "conversations.join",
            Self::Channels => "conversations.list",
        }
    }

    /// Whether it changes something. A write whose answer is lost may have happened; a read can
    /// just be asked again.
    pub fn writes(self) -> bool {
        match self {
            Self::Post | Self::Update | Self::Delete | Self::Join => true,
            Self::AuthTest | Self::History | Self::Info | Self::Channels => false,
        }
    }

    /// From the methods' own pages.
    pub(super) fn tier(self) -> Tier {
        match self {
            Self::Post => Tier::Posting,
            Self::Channels => Tier::Two,
            Self::Update | Self::Delete | Self::History | Self::Info | Self::Join => Tier::Three,
            Self::AuthTest => Tier::Four,
        }
    }
}
