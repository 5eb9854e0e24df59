//! One thing on the record: what GitHub says by itself, and what our marked comments say.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::{Fact, Mark};
use super::who::{Via, Who};
use super::{mark, view};
use crate::id::{DoneKey, RepoName};

/// One thing that happened, as the record has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What makes it this one: [`native_key`] or the mark's own. Two entries with one key are one.
    pub key: DoneKey,
    /// When it was done: GitHub's time of an event, the time of the act for a mark.
    pub at: Timestamp,
    /// Who did it; nobody when sssbot did.
    pub who: Who,
    /// On which side. A native entry that sssbot itself caused (the label that follows from a
    /// command) is [`Via::Sssbot`]: it shows how the issue looks and states nothing.
    pub via: Via,
    /// Whether GitHub has it. While GitHub is away, what people do in Slack is folded in all the
    /// same, and waits.
    pub recorded: bool,
    /// What.
    pub what: What,
}

/// What stands in the key of a note that was made of a message by a mark on it.
pub const MARKED: &str = "+marked";

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The issue came to be.
    Opened(Opened),
    /// It has another title.
    Renamed {
        /// The new one.
        title: String,
    },
    /// A label was put on it.
    Labeled(String),
    /// A label was taken off it.
    Unlabeled(String),
    /// Somebody was made responsible.
    Assigned(Who),
    /// Somebody is no longer responsible.
    Unassigned(Who),
    /// It was closed.
    Closed {
        /// GitHub's `state_reason`: `completed`, `not_planned`, `duplicate`.
        reason: Option<String>,
    },
    /// It was opened again.
    Reopened,
    /// Somebody wrote or reacted, on GitHub or in the channel. Not for our own messages. Nothing of
    /// Slack's need be kept for this: the last one of each person is enough.
    Spoke,
    /// A mark in a comment of our App.
    Marked(Fact),
}

/// An issue as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Where.
    pub repo: RepoName,
    /// Its number there.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its first title.
    pub title: String,
    /// Its text as it is now.
    pub body: String,
    /// Whether our App opened it: then a mark in its text counts.
    pub ours: bool,
}

impl Opened {
    /// The declaration that hides in the text of an issue which we opened, within what we manage:
    /// around it people write. It is on record with the issue and has no comment of its own, and it was
    /// made when it says so, which is earlier than the issue where GitHub was away.
    pub fn declaration(&self) -> Option<Entry> {
        let managed = view::managed(&self.body).filter(|_| self.ours)?;
        let mark = mark::read(managed)?;
        matches!(mark.fact, Fact::Declared(_)).then(|| Entry::marked(mark, true))
    }
}

impl Entry {
    /// The entry of a mark.
    pub fn marked(mark: Mark, recorded: bool) -> Self {
        Self {
            key: mark.key,
            at: mark.at,
            who: mark.who,
            via: mark.via,
            recorded,
            what: What::Marked(mark.fact),
        }
    }

    /// The mark to be written for this entry; `None` for what GitHub says by itself.
    pub fn mark(&self) -> Option<Mark> {
        let What::Marked(fact) = &self.what else {
            return None;
        };
        Some(Mark {
            key: self.key.clone(),
            at: self.at,
            who: self.who.clone(),
            via: self.via,
            fact: fact.clone(),
        })
    }

    /// Whether the entry is somebody's statement, and not what sssbot did because of one.
    pub fn states(&self) -> bool {
        self.via != Via::Sssbot || matches!(self.what, What::Marked(_) | What::Opened(_))
    }
}

/// The key of a native event: the same from a webhook, the timeline and a sweep. They share no id,
/// but the issue, the kind, what it is about and GitHub's second.
pub fn native_key(repo: &RepoName, number: u64, what: &What, at: Timestamp) -> DoneKey {
    let about = |who: &Who| {
        let login = who
            .login
            .as_ref()
            .map(|login| login.as_str().to_lowercase());
        login.unwrap_or_else(|| {
            who.slack
                .as_ref()
                .map_or_else(String::new, ToString::to_string)
        })
    };
    let kind = match what {
        What::Opened(_) => return DoneKey::new(format!("n:{repo}#{number}:opened")),
        What::Renamed { title } => format!("title:{title}"),
        What::Labeled(label) => format!("labeled:{label}"),
        What::Unlabeled(label) => format!("unlabeled:{label}"),
        What::Assigned(who) => format!("assigned:{}", about(who)),
        What::Unassigned(who) => format!("unassigned:{}", about(who)),
        What::Closed { .. } => "closed".to_owned(),
        What::Reopened => "reopened".to_owned(),
        What::Spoke => "spoke".to_owned(),
        What::Marked(_) => "marked".to_owned(),
    };
    DoneKey::new(format!("n:{repo}#{number}:{kind}:{}", at.as_second()))
}
