//! Incidents as they go on: what is known of each, what people are answered, and what is done.
//!
//! What is known of an incident is a [`Case`]: the entries of its record, as GitHub has them and as
//! they wait for it. Whatever happens (a webhook, a press, a deadline, a restart) only changes the
//! entries or says that they are to be read again; what follows is always found in the same way,
//! from the whole record, and written beside what was done ([`tend`]). So there is no half-done
//! incident: what is owed and not done is done next.
//!
//! Four kinds of rows are what is owed, each in a lane with one writer:
//!
//! | lane | what is in it |
//! |---|---|
//! | the channel's name; `to:<channel>` for another | what is said there, beside what the mirror says |
//! | `dm:<person>` | what somebody is reminded of, of all incidents |
//! | `gh:<incident>` | what is done on GitHub: the issue, its labels, its comments |
//! | `sl:<incident>` | what is done in Slack: the channel, its topic, who is in it |

mod aftermath;
mod answering;
mod answers;
mod ask;
mod begin;
mod by_issue;
mod deeds;
mod desk;
mod follow;
mod follow_up;
mod hear;
mod home;
mod in_slack;
mod insights;
mod kept;
mod known;
mod lanes;
mod line;
mod on_github;
mod on_record;
mod overdue;
mod owed;
mod people;
mod postmortem;
mod prepared;
mod press;
mod privately;
mod put_off;
mod read;
mod record;
#[cfg(test)]
mod samples;
mod say;
mod spoken_there;
mod take;
mod tend;
#[cfg(test)]
mod there;
mod unheard;
mod who;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::id::{ChannelId, DoneKey};
use crate::incident::{Entry, Incident, Rules};
use crate::slack::Identity;
use crate::teams::People;

pub use desk::{Desk, Opens};
pub(super) use hear::Heard;
pub use insights::{Gather, Gathered, people};
pub(super) use known::never;
pub(super) use lanes::{Errand, channel_of, other_channel, person_of};
pub(super) use line::Line;
pub use line::may_call;
pub(super) use owed::{CARD, by_us};
pub(super) use people::Members;
pub(super) use postmortem::{aside, digest};
pub(super) use say::{Face, Spoken};

/// What is known of one incident.
#[derive(Debug, Clone)]
pub struct Case {
    /// What its record comes to.
    pub incident: Incident,
    /// The record: what GitHub has, and what waits for it.
    pub entries: Vec<Entry>,
    /// The rules it goes by.
    pub rules: Rules,
}

/// All that is known at one moment, for whoever must answer at once and may ask nobody.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The rules that a new incident goes by.
    pub rules: Rules,
    /// Who is who.
    pub people: Arc<People>,
    /// Who we are in Slack, once that is known.
    pub me: Option<Identity>,
    /// The incidents that are not over, by [`Incident::key`].
    pub cases: BTreeMap<DoneKey, Arc<Case>>,
}

impl Snapshot {
    /// The incident whose channel this is.
    pub fn in_channel(&self, channel: &ChannelId) -> Option<&Arc<Case>> {
        let is_it = |case: &&Arc<Case>| case.incident.channel.id.as_ref() == Some(channel);
        self.cases.values().find(is_it)
    }
}

/// The incidents that go on, in memory: all of it can be had again from the entries that are kept.
#[derive(Debug, Default)]
pub(super) struct Cases {
    /// Whether the kept entries were read.
    loaded: bool,
    all: BTreeMap<DoneKey, Arc<Case>>,
    /// Those whose record has changed, or for which something was done, since they were tended.
    stale: BTreeSet<DoneKey>,
    /// When the postmortem of an incident is to be looked at, and what follows from it.
    to_look_at: BTreeMap<DoneKey, Timestamp>,
    /// Up to when the changes of what shows an incident's state are used up (`owed::paced`), so that
    /// it is not changed too often.
    shown: BTreeMap<(String, DoneKey), Timestamp>,
}
