//! What the record holds that GitHub has no word for: one fact, one marked comment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aftermath::{Action, Pull};
use super::who::{Via, Who};
use crate::id::{
    ChannelId, DoneKey, FeelingId, GroupId, Login, MessageTs, ServiceId, Sha, TeamSlug, TypeId,
};

/// A time that an incident has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// 検知: somebody or something noticed.
    Detected,
    /// 初動: somebody began to do something about it.
    Responded,
    /// 復旧: its effect is gone (mitigated).
    Recovered,
}

impl Moment {
    /// All of them, in the order in which they should come.
    pub const ALL: [Self; 3] = [Self::Detected, Self::Responded, Self::Recovered];

    /// The word for it in keys and on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Responded => "responded",
            Self::Recovered => "recovered",
        }
    }
}

/// A GitHub team that people are lent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LentCrew {
    /// Which one.
    pub team: TeamSlug,
    /// Whom sssbot puts there, in small letters.
    pub logins: Vec<Login>,
}

/// Something that sssbot reminds of in its own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// The timekeeper: how long it has been.
    Tick,
    /// Nobody is the handler yet.
    Handler,
    /// Nobody has said anything for a month.
    Silence,
}

impl Reminder {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tick, Self::Handler, Self::Silence];

    /// The word for it in keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::Handler => "handler",
            Self::Silence => "silence",
        }
    }
}

/// What is said of an incident when it is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The service: any name of it in a command, its id on the record.
    pub service: ServiceId,
    /// The type: any name of it in a command, its id on the record; `None` when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TypeId>,
    /// The level, where it is known from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// 温度感, the gut feeling: any name of it in a command, its id on the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feeling: Option<FeelingId>,
    /// Whether it is practice.
    #[serde(default)]
    pub drill: bool,
    /// What the person who declares it knows.
    #[serde(default)]
    pub summary: String,
    /// The channel's name as it was chosen: the title holds the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

impl Declaration {
    /// That there is an incident of this service, of which so much is known.
    pub fn new(service: impl Into<ServiceId>, summary: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            kind: None,
            level: None,
            feeling: None,
            drill: false,
            summary: summary.into(),
            channel: None,
        }
    }
}

/// One fact of a marked comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum Fact {
    /// There is an incident.
    Declared(Declaration),
    /// Its channel, as Slack returned it: the id binds, the name is what Slack made of ours.
    Channel {
        /// What the channel is.
        id: ChannelId,
        /// What it is called.
        name: String,
    },
    /// When something happened; a later one corrects it.
    Moment {
        /// What.
        moment: Moment,
        /// When; `None` takes it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time: Option<Timestamp>,
        /// Where it can be seen: the message that told of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
        /// What was written first, where somebody has edited the comment since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Timestamp>,
    },
    /// Who leads; `None` when nobody does any more.
    Handler {
        /// The handler.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handler: Option<Who>,
    },
    /// How bad it is; `None` takes it back.
    Level {
        /// The level's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<u8>,
    },
    /// 温度感 anew.
    Feeling {
        /// The playbook's id.
        feeling: FeelingId,
    },
    /// The summary anew.
    Summary {
        /// In a person's words.
        text: String,
    },
    /// An item of a checklist is done, or is not after all.
    Item {
        /// The playbook's id of the item.
        item: String,
        /// Which.
        done: bool,
    },
    /// Worth remembering.
    Note {
        /// In a person's words.
        text: String,
        /// The message it was said in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
        /// Who said it there, where somebody else put it on record.
        #[serde(default, skip_serializing_if = "Who::is_nobody")]
        author: Who,
    },
    /// A message is not worth remembering after all.
    Unmarked {
        /// The note that was made of it.
        note: DoneKey,
    },
    /// People who were called in.
    Called {
        /// One by one.
        #[serde(default)]
        people: Vec<Who>,
        /// Slack user groups, by id or handle.
        #[serde(default)]
        groups: Vec<String>,
        /// Whether the people are to be in the service's team until this is resolved.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        until_resolved: bool,
    },
    /// People who are in the team of the incident's service for as long as it lasts. It stands there
    /// before they are put into the group, so that whoever is in it for this reason is known.
    Lent {
        /// Who.
        people: Vec<Who>,
        /// The team, as people call it.
        team: String,
        /// Its user group in Slack.
        group: GroupId,
        /// The page of the pull request that would keep them there for longer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pull: Option<String>,
        /// The GitHub team that goes with it, and who of them was not in it before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        crew: Option<LentCrew>,
    },
    /// They are lent no longer.
    Returned {
        /// Who.
        people: Vec<Who>,
        /// The team, as people call it.
        team: String,
        /// Its user group in Slack.
        group: GroupId,
    },
    /// All who are told of this incident shall be told this.
    Announced {
        /// In a person's words.
        text: String,
    },
    /// A message has reached a channel.
    Receipt {
        /// What the message is about.
        of: DoneKey,
        /// The channel, as people call it.
        channel: String,
        /// The message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ts: Option<MessageTs>,
    },
    /// A reminder was given. Its comment may be edited in place: only the last one of a kind counts.
    Reminded {
        /// Of what.
        of: Reminder,
        /// When it was due.
        due: Timestamp,
    },
    /// All work is done.
    Resolved {
        /// Why so, where something was still open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It is not over.
    Reopened,
    /// The channel is closed.
    Archived {
        /// Why so, where something was still open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Somebody opened the channel again.
    Unarchived,
    /// Which playbook this incident goes by.
    Playbook {
        /// The commit of the file.
        commit: Sha,
    },
    /// Somebody wants the postmortem's draft.
    PostmortemAsked,
    /// There is no draft, and why.
    PostmortemRefused {
        /// Sentences.
        why: Vec<String>,
    },
    /// The postmortem's pull request, as it stands. Its comment is edited in place.
    Postmortem(Pull),
    /// What the merged postmortem says is to be done, as it stands. Its comment is edited in place.
    Actions {
        /// In the order of the document.
        actions: Vec<Action>,
    },
    /// What a newer sssbot wrote. It is kept and changes nothing.
    #[serde(skip)]
    Unread(serde_json::Value),
}

impl Fact {
    /// Whether its comment is edited in place, so that only the last one counts and it waits for
    /// nothing that people do.
    pub fn is_in_place(&self) -> bool {
        matches!(
            self,
            Self::Reminded { .. } | Self::Postmortem(_) | Self::Actions { .. }
        )
    }
}

/// What a marked comment says: a fact, who stated it and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What makes it this statement and no other: the place where the command was given. The same
    /// mark on two comments (a write whose answer was lost) is one.
    pub key: DoneKey,
    /// When it was done; the comment may be later, when GitHub was away.
    pub at: Timestamp,
    /// Who did it; nobody when sssbot did.
    #[serde(default, skip_serializing_if = "Who::is_nobody")]
    pub who: Who,
    /// Where it was done.
    pub via: Via,
    /// What.
    #[serde(flatten)]
    pub fact: Fact,
}
