//! What people tell sssbot to do, the same from a button, a typed line and a comment.

use jiff::Timestamp;

use super::fact::{Declaration, Moment};
use super::who::Who;

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
    },
    /// The summary anew.
    Summarise(String),
    /// Call people in.
    Call {
        /// One by one.
        people: Vec<Who>,
        /// Slack user groups.
        groups: Vec<String>,
    },
    /// Tell all who are told of this incident.
    Announce(String),
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

/// What a command is, without what it is about: what the playbook may narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// [`Command::Declare`].
    Declare,
    /// Taking, handing over and laying down the lead.
    Handler,
    /// [`Command::SetLevel`].
    Level,
    /// [`Command::SetFeeling`].
    Feeling,
    /// The detection.
    Detected,
    /// The first response.
    Responded,
    /// The recovery.
    Recovered,
    /// Ticking and unticking.
    Check,
    /// [`Command::Note`].
    Note,
    /// [`Command::Summarise`].
    Summary,
    /// [`Command::Call`].
    Call,
    /// [`Command::Announce`].
    Announce,
    /// [`Command::Resolve`].
    Resolve,
    /// [`Command::Reopen`].
    Reopen,
    /// [`Command::Archive`].
    Archive,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 15] = [
        Self::Declare,
        Self::Handler,
        Self::Level,
        Self::Feeling,
        Self::Detected,
        Self::Responded,
        Self::Recovered,
        Self::Check,
        Self::Note,
        Self::Summary,
        Self::Call,
        Self::Announce,
        Self::Resolve,
        Self::Reopen,
        Self::Archive,
    ];

    /// Its word, as a comment has it behind the `/` and the playbook as a key.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declare => "declare",
            Self::Handler => "handler",
            Self::Level => "level",
            Self::Feeling => "feeling",
            Self::Detected => "detected",
            Self::Responded => "responded",
            Self::Recovered => "recovered",
            Self::Check => "check",
            Self::Note => "note",
            Self::Summary => "summary",
            Self::Call => "call",
            Self::Announce => "announce",
            Self::Resolve => "resolve",
            Self::Reopen => "reopen",
            Self::Archive => "archive",
        }
    }
}

impl Command {
    /// What it is.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Declare(_) => Verb::Declare,
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
            Self::Call { .. } => Verb::Call,
            Self::Announce(_) => Verb::Announce,
            Self::Resolve { .. } => Verb::Resolve,
            Self::Reopen => Verb::Reopen,
            Self::Archive { .. } => Verb::Archive,
        }
    }
}
