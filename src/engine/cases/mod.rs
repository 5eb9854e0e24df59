//! Incidents as they go on: what is known of each, what people are answered, and what is done.
//!
//! What is known of an incident is a [`Case`]: the entries of its record, as GitHub has them and as
//! they wait for it. Whatever happens (a webhook, a press, a deadline, a restart) only changes the
//! entries or says that they are to be read again; what follows is always found in the same way,
//! from the whole record, and written beside what was done. So there is no half-done incident: what
//! is owed and not done is done next.

mod answering;
mod by_issue;
mod on_github;
mod record;
mod spoken_there;
#[cfg(test)]
mod there;
mod who;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::id::{ChannelId, DoneKey};
use crate::incident::{Entry, Incident, Rules};
use crate::slack::Identity;
use crate::teams::People;

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
