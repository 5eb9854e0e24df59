//! What is to be done about an incident: values that can be printed before anybody performs them.

use std::fmt;

use jiff::Timestamp;

use super::fact::{Mark, Moment, Reminder};
use super::rules::News;
use super::who::Who;
use crate::id::{DoneKey, FeelingId, Sha};
use crate::playbook::ChannelRef;

/// One thing to do. The same key is the same thing: what was done under it is not done again, but
/// for what shows a state ([`Todo::shows_state`]), which is done again when it looks otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What it is about.
    pub key: DoneKey,
    /// What to do.
    pub todo: Todo,
}

/// What to do. How it looks and reads says [`super::view`], from the incident as it then is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Todo {
    /// Open the issue of a provisional incident, then write what waits.
    OpenIssue,
    /// Give the issue its channel's name.
    Retitle,
    /// Make the managed block of the issue's text what it should be.
    Body,
    /// Put labels on the issue and take some off.
    Labels {
        /// To be put on.
        add: Vec<String>,
        /// To be taken off.
        remove: Vec<String>,
    },
    /// Make people responsible, and others no longer.
    Assign {
        /// To be assigned.
        add: Vec<Who>,
        /// To be unassigned.
        remove: Vec<Who>,
    },
    /// Close the issue as completed.
    CloseIssue,
    /// Open the issue again.
    ReopenIssue,
    /// Write this mark as a comment, or edit the comment that has its key.
    Write(Mark),
    /// Make the channel: the first free name, then put [`super::fact::Fact::Channel`] on record.
    MakeChannel,
    /// Look for the channel of an incident that was there before us, and put it on record.
    FindChannel,
    /// Set the channel's topic.
    Topic,
    /// Post and pin the card, or update it.
    Card,
    /// Invite the members of a user group, by handle or id, to the channel.
    InviteGroup(String),
    /// Invite somebody whom the playbook names: what the team file calls them, or a Slack id.
    InviteNamed(String),
    /// Invite people to the channel.
    InvitePeople(Vec<Who>),
    /// Say something in the channel.
    Tell(Tell),
    /// Tell another channel, then put [`super::fact::Fact::Receipt`] on record.
    Broadcast {
        /// The channel.
        to: ChannelRef,
        /// Of what.
        news: News,
        /// What, where a person says it.
        text: Option<String>,
    },
    /// Archive the channel.
    ArchiveChannel,
    /// Draft the postmortem and propose it.
    OpenPostmortem,
    /// Keep the draft current as long as nobody has touched it; else suggest.
    Draft,
    /// Read what the merged postmortem says is to be done, and make issues of it.
    FollowUp,
}

/// What is said in the incident's channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tell {
    /// It is there; come.
    Created,
    /// A channel was told.
    Notified {
        /// Which.
        channel: String,
    },
    /// The creator is asked how things stand.
    AskSituation,
    /// All are asked who leads.
    AskHandler,
    /// Somebody leads.
    HandlerIs(Who),
    /// Nobody leads any more.
    NoHandler,
    /// Where was it noticed?
    AskDetection,
    /// Chat or video, and keep a log.
    ChatOrVideo,
    /// The timekeeper.
    Elapsed {
        /// The time that it speaks of.
        at: Timestamp,
    },
    /// The level.
    LevelIs {
        /// Its number.
        level: u8,
        /// Who set it.
        by: Who,
    },
    /// There is no level any more.
    NoLevel,
    /// The handler is handed the level's checklist.
    Checklist {
        /// The level.
        level: u8,
    },
    /// A time is known.
    MomentIs {
        /// Which.
        moment: Moment,
        /// When.
        time: Timestamp,
        /// Who said so.
        by: Who,
    },
    /// A time was corrected.
    Corrected {
        /// Which.
        moment: Moment,
        /// What it was.
        from: Timestamp,
        /// What it is.
        to: Timestamp,
        /// Who says so.
        by: Who,
    },
    /// A time was taken back.
    Withdrawn {
        /// Which.
        moment: Moment,
    },
    /// It has recovered.
    Recovered {
        /// Who says so.
        by: Who,
    },
    /// Another 温度感.
    FeelingIs {
        /// Its id.
        feeling: FeelingId,
        /// Who says so.
        by: Who,
    },
    /// Another summary.
    SummaryIs {
        /// Who says so.
        by: Who,
    },
    /// Another service or type.
    Reclassified {
        /// Who says so.
        by: Who,
    },
    /// A note went on record.
    Noted {
        /// Who.
        by: Who,
        /// What.
        text: String,
    },
    /// People were called in.
    Called {
        /// By whom.
        by: Who,
        /// One by one.
        people: Vec<Who>,
        /// User groups.
        groups: Vec<String>,
    },
    /// It is resolved; thanks to all.
    Resolved {
        /// Who says so.
        by: Who,
    },
    /// It is not over.
    Reopened {
        /// Who says so.
        by: Who,
    },
    /// A month without a word.
    Silent,
    /// GitHub is away, and this waits; or waits no longer.
    Queued {
        /// How much; 0 when all of it is on record.
        count: usize,
    },
    /// The postmortem could not be drafted.
    NoDraft {
        /// Who asked for it.
        by: Who,
        /// Sentences.
        why: Vec<String>,
    },
    /// What the merged postmortem says is to be done.
    ActionsAre,
    /// Nothing is left but to close the channel.
    DoneWith,
    /// It goes by this playbook from now on.
    PlaybookIs {
        /// The commit.
        commit: Sha,
    },
}

impl Todo {
    /// Whether it makes something look like the incident, so that it has one key and is done again
    /// whenever it would look otherwise.
    pub fn shows_state(&self) -> bool {
        match self {
            Self::Retitle
            | Self::Body
            | Self::Labels { .. }
            | Self::Assign { .. }
            | Self::CloseIssue
            | Self::ReopenIssue
            | Self::Write(_)
            | Self::Topic
            | Self::Card
            | Self::Draft => true,
            Self::OpenIssue
            | Self::MakeChannel
            | Self::FindChannel
            | Self::InviteGroup(_)
            | Self::InviteNamed(_)
            | Self::InvitePeople(_)
            | Self::Tell(_)
            | Self::Broadcast { .. }
            | Self::ArchiveChannel
            | Self::OpenPostmortem
            | Self::FollowUp => false,
        }
    }

    /// Whether it is done on GitHub; the rest is done in Slack.
    pub fn is_on_github(&self) -> bool {
        matches!(
            self,
            Self::OpenIssue
                | Self::Retitle
                | Self::Body
                | Self::Labels { .. }
                | Self::Assign { .. }
                | Self::CloseIssue
                | Self::ReopenIssue
                | Self::Write(_)
                | Self::OpenPostmortem
                | Self::Draft
                | Self::FollowUp
        )
    }
}

/// The key of a reminder: `t:<incident>:<kind>:<due>`.
pub fn reminder_key(incident: &DoneKey, of: Reminder, due: Timestamp) -> DoneKey {
    DoneKey::new(format!("t:{incident}:{}:{}", of.word(), due.as_second()))
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.todo, self.key)
    }
}

impl fmt::Display for Todo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenIssue => f.write_str("open the issue"),
            Self::Retitle => f.write_str("retitle the issue"),
            Self::Body => f.write_str("update the issue's text"),
            Self::Labels { add, remove } => write!(f, "labels +{add:?} -{remove:?}"),
            Self::Assign { add, remove } => {
                write!(f, "assignees +{} -{}", names(add), names(remove))
            }
            Self::CloseIssue => f.write_str("close the issue"),
            Self::ReopenIssue => f.write_str("reopen the issue"),
            Self::Write(mark) => write!(f, "write the mark {}", mark.key),
            Self::MakeChannel => f.write_str("make the channel"),
            Self::FindChannel => f.write_str("find the channel"),
            Self::Topic => f.write_str("set the topic"),
            Self::Card => f.write_str("show the card"),
            Self::InviteGroup(group) => write!(f, "invite the group {group}"),
            Self::InviteNamed(name) => write!(f, "invite {name}"),
            Self::InvitePeople(people) => write!(f, "invite {}", names(people)),
            Self::Tell(tell) => write!(f, "tell {tell:?}"),
            Self::Broadcast { to, news, .. } => write!(f, "broadcast {news:?} to {to}"),
            Self::ArchiveChannel => f.write_str("archive the channel"),
            Self::OpenPostmortem => f.write_str("open the postmortem"),
            Self::Draft => f.write_str("update the draft"),
            Self::FollowUp => f.write_str("follow up"),
        }
    }
}

fn names(people: &[Who]) -> String {
    format!("{:?}", people.iter().map(Who::called).collect::<Vec<_>>())
}
