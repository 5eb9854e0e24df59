//! Whom a playbook names, the channels it names, and who may do what.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::id::{ChannelId, GroupHandle};

/// People and groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Called {
    /// Slack user groups.
    pub groups: Vec<GroupHandle>,
    /// Persons: what `userteams.yaml` calls them, or a Slack id.
    pub people: Vec<String>,
}

impl Called {
    /// Whether nobody is named.
    pub fn is_nobody(&self) -> bool {
        self.groups.is_empty() && self.people.is_empty()
    }

    /// These and those, each once, in order.
    pub fn and(mut self, others: &Self) -> Self {
        for group in &others.groups {
            if !self.groups.contains(group) {
                self.groups.push(group.clone());
            }
        }
        for person in &others.people {
            if !self.people.contains(person) {
                self.people.push(person.clone());
            }
        }
        self
    }
}

/// A Slack channel as a person names it. A private one, too, when the bot is in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChannelRef {
    /// By name, in lower case and without `#`.
    Name(String),
    /// By id, which outlives a new name.
    Id(ChannelId),
}

impl fmt::Display for ChannelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "#{name}"),
            Self::Id(id) => write!(f, "{id}"),
        }
    }
}

/// Something that a person does to an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// Make one.
    Open,
    /// Change its summary.
    Summary,
    /// Change the gut feeling.
    Feeling,
    /// Say who is its handler.
    Handler,
    /// Declare its level.
    Level,
    /// Say when it was noticed.
    Detected,
    /// Say when the response began.
    Responded,
    /// Say that it is mitigated, and when.
    Recovered,
    /// Tick an item of the checklist, or take the tick back.
    Check,
    /// Put something on the record.
    Note,
    /// Call more people.
    Call,
    /// Open the pull request of its postmortem.
    Postmortem,
    /// Say that all is done.
    Resolve,
    /// Archive its channel.
    Archive,
    /// Take back that all is done.
    Reopen,
}

impl Verb {
    /// All of them, in the order of an incident.
    pub const ALL: [Self; 15] = [
        Self::Open,
        Self::Summary,
        Self::Feeling,
        Self::Handler,
        Self::Level,
        Self::Detected,
        Self::Responded,
        Self::Recovered,
        Self::Check,
        Self::Note,
        Self::Call,
        Self::Postmortem,
        Self::Resolve,
        Self::Archive,
        Self::Reopen,
    ];

    /// What the playbook calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Summary => "summary",
            Self::Feeling => "feeling",
            Self::Handler => "handler",
            Self::Level => "level",
            Self::Detected => "detected",
            Self::Responded => "responded",
            Self::Recovered => "recovered",
            Self::Check => "check",
            Self::Note => "note",
            Self::Call => "call",
            Self::Postmortem => "postmortem",
            Self::Resolve => "resolve",
            Self::Archive => "archive",
            Self::Reopen => "reopen",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Verb {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|verb| verb.as_str() == text)
            .ok_or(())
    }
}

/// Who may use a verb that not everybody may. What the platforms ask of everybody (a full member of
/// Slack, triage on GitHub) is asked of them, too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowed {
    /// The incident's handler.
    pub handler: bool,
    /// These.
    pub called: Called,
}

/// The verbs that not everybody may use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions(pub(super) BTreeMap<Verb, Allowed>);

impl Permissions {
    /// Who may; `None`: everybody whom the platforms let.
    pub fn of(&self, verb: Verb) -> Option<&Allowed> {
        self.0.get(&verb)
    }
}
