//! What people tell sssbot to do, the same from a button, a typed line and a comment.

use jiff::Timestamp;

use super::fact::{Declaration, Moment};
use super::who::Who;
use crate::playbook::Verb;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// There is an incident.
    Declare(Declaration),
    /// I lead.
    TakeHandler,
    /// They lead.
    HandOver(Who),
    /// I no longer lead, and nobody else does yet.
    LayDownHandler,
    /// How bad it is; `None` takes it back.
    SetLevel(Option<u8>),
    /// 温度感 anew, by id or name.
    SetFeeling(String),
    /// When something happened: the first time, or a correction.
    Set {
        /// What.
        moment: Moment,
        /// When.
        when: When,
    },
    /// It has not happened after all.
    Withdraw(Moment),
    /// An item of the checklist is done, by its number in the list (from 1) or its id.
    Tick(String),
    /// It is not done after all.
    Untick(String),
    /// Worth remembering.
    Note {
        /// What.
        text: String,
        /// The message it is about.
        link: Option<String>,
        /// Who said it there; nobody where it is in the words of whoever gives the command.
        author: Who,
    },
    /// The summary anew.
    Summarise(String),
    /// Call people in.
    Call {
        /// One by one.
        people: Vec<Who>,
        /// Slack user groups.
        groups: Vec<String>,
        /// Whether the people are in the service's team until it is resolved.
        until_resolved: bool,
    },
    /// Tell all who are told of this incident.
    Announce(String),
    /// Draft the postmortem and propose it.
    Postmortem,
    /// All work is done; with a reason where something is open.
    Resolve {
        /// Why so.
        reason: Option<String>,
    },
    /// It is not over.
    Reopen,
    /// Close the channel; with a reason where something is open.
    Archive {
        /// Why so.
        reason: Option<String>,
    },
}

/// A time as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// When the command was given.
    Now,
    /// Then.
    At(Timestamp),
    /// When this message was posted.
    Message {
        /// The message's time, to the microsecond.
        time: Timestamp,
        /// Its permalink.
        link: String,
    },
}

impl When {
    /// The time that is meant, where the command was given at `now`.
    pub fn time(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Now => now,
            Self::At(time) | Self::Message { time, .. } => *time,
        }
    }

    /// Where it can be seen.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::Message { link, .. } => Some(link),
            Self::Now | Self::At(_) => None,
        }
    }
}

impl Command {
    /// What it is, without what it is about: what the playbook may narrow.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Declare(_) => Verb::Open,
            Self::TakeHandler | Self::HandOver(_) | Self::LayDownHandler => Verb::Handler,
            Self::SetLevel(_) => Verb::Level,
            Self::SetFeeling(_) => Verb::Feeling,
            Self::Set { moment, .. } | Self::Withdraw(moment) => match moment {
                Moment::Detected => Verb::Detected,
                Moment::Responded => Verb::Responded,
                Moment::Recovered => Verb::Recovered,
            },
            Self::Tick(_) | Self::Untick(_) => Verb::Check,
            Self::Note { .. } => Verb::Note,
            Self::Summarise(_) => Verb::Summary,
            // To tell all is to call them, too.
            Self::Call { .. } | Self::Announce(_) => Verb::Call,
            Self::Postmortem => Verb::Postmortem,
            Self::Resolve { .. } => Verb::Resolve,
            Self::Reopen => Verb::Reopen,
            Self::Archive { .. } => Verb::Archive,
        }
    }
}
