//! From a channel's name to a channel that we may write in, or to a report why not.

use jiff::{SignedDuration, Timestamp};

use super::cases::{channel_of, person_of};
use super::directory::Seen;
use super::intake::WAITS;
use super::{Engine, lock};
use crate::channel_name::ChannelName;
use crate::github::Marker;
use crate::i18n::Phrase;
use crate::id::{ChannelId, DoneKey, SlackUserId};
use crate::playbook::ChannelRef;
use crate::slack::{Call, Channel, Method, Refusal, SlackError};
use crate::store::{Lane, StoreError};

/// How long to leave a channel alone that cannot be written to. What waits for it waits on.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_mins(10);
/// A channel that was made a moment ago may not be in the list yet; a private one never will be.
/// What has waited this long without a channel is reported.
const REPORT_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Why a channel cannot be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreachable {
    /// No channel of that name that we can see: not made yet, or private without us.
    Unseen,
    /// It is archived, and a bot cannot bring it back.
    Archived,
    /// We were taken out of it, and cannot come back by ourselves.
    Removed,
}

/// What looking for a channel came to.
pub(super) enum Reached {
    /// Here it is.
    Channel(ChannelId),
    /// Not now; look again then.
    Later(Timestamp),
}

impl Engine {
    /// Finds the channel of a lane: the one it was bound to, or the one of exactly its name.
    pub(super) async fn reach(&self, lane: &Lane, now: Timestamp) -> Result<Reached, StoreError> {
        if let Some(channel) = &lane.channel {
            return Ok(Reached::Channel(channel.clone()));
        }
        if let Some(person) = person_of(&lane.name) {
            return self.reach_person(&lane.name, &person, now).await;
        }
        let find: Box<dyn Fn() -> Option<Seen> + Send> = match channel_of(&lane.name) {
            Some(ChannelRef::Id(id)) => {
                self.0.parts.store.bind(&lane.name, &id).await?;
                return Ok(Reached::Channel(id));
            }
            Some(ChannelRef::Name(name)) => {
                Box::new(move || lock(&self.0.directory).find_other(&name))
            }
            None => match ChannelName::parse(&lane.name) {
                Ok(name) => Box::new(move || lock(&self.0.directory).find(&name).cloned()),
                Err(_) => return Ok(Reached::Later(Timestamp::MAX)),
            },
        };
        let mut seen = find();
        if seen.is_none() {
            if let Some(later) = self.read_directory(since(lane), now).await {
                self.report_if_old(lane, now).await?;
                return Ok(Reached::Later(later));
            }
            seen = find();
        }
        match seen {
            None => {
                self.report_if_old(lane, now).await?;
                let next = lock(&self.0.directory).next_reading(since(lane));
                Ok(Reached::Later(next))
            }
            Some(Seen { archived: true, .. }) => {
                self.report(&lane.name, Unreachable::Archived, now).await?;
                Ok(Reached::Later(later(now)))
            }
            Some(Seen {
                id,
                member,
                created,
                ..
            }) => {
                if !member && let Some(later) = self.join(&lane.name, &id, now).await? {
                    return Ok(Reached::Later(later));
                }
                self.nothing_to_restore(&lane.name, &id, created, now)
                    .await?;
                self.0.parts.store.bind(&lane.name, &id).await?;
                Ok(Reached::Channel(id))
            }
        }
    }

    /// The conversation with one person.
    async fn reach_person(
        &self,
        lane: &str,
        person: &SlackUserId,
        now: Timestamp,
    ) -> Result<Reached, StoreError> {
        if let Err(later) = self.may(Method::Converse, now) {
            return Ok(Reached::Later(later));
        }
        match self.0.parts.slack.converse(person).await {
            Ok(channel) => {
                self.0.parts.store.bind(lane, &channel).await?;
                Ok(Reached::Channel(channel))
            }
            Err(SlackError::Refused(why)) => {
                tracing::warn!(%person, %why, "Slack gives us no conversation with this person");
                self.cannot_be_told(person, now).await?;
                Ok(Reached::Later(later(now)))
            }
            Err(error) => Ok(Reached::Later(self.after(&error, Method::Converse, now))),
        }
    }

    async fn report_if_old(&self, lane: &Lane, now: Timestamp) -> Result<(), StoreError> {
        if now.duration_since(since(lane)) >= REPORT_AFTER {
            self.report(&lane.name, Unreachable::Unseen, now).await?;
        }
        Ok(())
    }

    /// Joins a public channel. Gives a time to try again where that did not work.
    pub(super) async fn join(
        &self,
        lane: &str,
        channel: &ChannelId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        if let Err(later) = self.may(Method::Join, now) {
            return Ok(Some(later));
        }
        match self.0.parts.slack.join(channel).await {
            Ok(_) => Ok(None),
            Err(error) => {
                tracing::warn!(channel = %lane, %error, "not joined");
                let reason = match &error {
                    SlackError::Refused(Refusal::IsArchived) => Unreachable::Archived,
                    SlackError::Refused(_) => Unreachable::Removed,
                    _ => return Ok(Some(self.after(&error, Method::Join, now))),
                };
                self.report(lane, reason, now).await?;
                Ok(Some(later(now)))
            }
        }
    }

    /// Reads the list of channels, unless that was done so lately that it must wait: then, when.
    pub(super) async fn read_directory(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let _one_at_a_time = self.0.listing.lock().await;
        let next = lock(&self.0.directory).next_reading(since);
        if next > now {
            return Some(next);
        }
        let mut channels: Vec<Channel> = Vec::new();
        let mut cursor = None;
        loop {
            if let Err(later) = self.may(Method::Channels, now) {
                return Some(later);
            }
            match self.0.parts.slack.channels(cursor.as_deref()).await {
                Ok(page) => {
                    // A large workspace has many thousand; only what could be an incident is kept.
                    let directory = lock(&self.0.directory);
                    let wanted = page.items.into_iter().filter(|c| directory.wants(&c.name));
                    channels.extend(wanted);
                    cursor = page.next_cursor;
                }
                Err(error) => {
                    tracing::warn!(%error, "the list of channels was not read");
                    return Some(self.after(&error, Method::Channels, now));
                }
            }
            if cursor.is_none() {
                lock(&self.0.directory).replace(channels, now);
                return None;
            }
        }
    }

    /// Reads the list of channels now, because what was read is known to be old.
    pub(super) async fn read_directory_anew(&self, now: Timestamp) -> Option<Timestamp> {
        lock(&self.0.directory).doubt();
        self.read_directory(now, now).await
    }

    /// Takes a place under Slack's limits, or says when there will be one.
    pub(super) fn may(&self, method: Method, now: Timestamp) -> Result<(), Timestamp> {
        lock(&self.0.pace).take(
            now,
            Call {
                method,
                channel: None,
            },
        )
    }

    /// When to try again after this error; a 429 also blocks its method for all.
    pub(super) fn after(&self, error: &SlackError, method: Method, now: Timestamp) -> Timestamp {
        match error {
            SlackError::RateLimited { retry_after } => {
                self.0.parts.metrics.rate_limited.inc();
                let until = now.saturating_add(*retry_after).unwrap_or(Timestamp::MAX);
                lock(&self.0.pace).blocked(method, until);
                until
            }
            _ => now
                .saturating_add(SignedDuration::from_secs(15))
                .unwrap_or(Timestamp::MAX),
        }
    }

    /// Says once for a lane and a reason that it cannot be reached: in the log, in a metric and,
    /// where the playbook says so, on the issue.
    pub(super) async fn report(
        &self,
        lane: &str,
        why: Unreachable,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (word, phrase) = match why {
            Unreachable::Unseen => ("unseen", Phrase::ChannelUnseen),
            Unreachable::Archived => ("archived", Phrase::ChannelArchived),
            Unreachable::Removed => ("removed", Phrase::ChannelRemoved),
        };
        if !self.0.parts.store.report(lane, word).await? {
            return Ok(());
        }
        self.0.parts.metrics.unreachable.inc();
        tracing::warn!(channel = %lane, why = word, "this channel cannot be reached");
        if let Some(channel) = channel_of(lane) {
            return self.could_not_tell(&channel, now).await;
        }
        if !self
            .rules()
            .playbook
            .mirror
            .report_unreachable_channels_on_issue
        {
            return Ok(());
        }
        let Some((repo, number)) = self.origin(lane, now).await? else {
            return Ok(());
        };
        let marker = Marker::of(&DoneKey::new(format!("unreachable:{lane}:{word}")));
        let text = phrase
            .say(self.lang())
            .replace("{channel}", &format!("#{lane}"));
        let github = &self.0.parts.github;
        // Looked for first: the process may have died between the comment and the row that says so.
        let said = match github
            .find_comment_with_marker(&repo, number, &marker)
            .await
        {
            Ok(Some(_)) => return Ok(()),
            Ok(None) => github
                .comment(&repo, number, &text, &marker)
                .await
                .map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = said {
            tracing::warn!(channel = %lane, %error, "not reported on the issue");
        }
        Ok(())
    }
}

/// Since when something has waited for this lane.
fn since(lane: &Lane) -> Timestamp {
    let first = lane
        .give_up_at
        .map(|at| at.saturating_sub(WAITS).unwrap_or(Timestamp::MIN));
    first.unwrap_or(Timestamp::MIN)
}

fn later(now: Timestamp) -> Timestamp {
    now.saturating_add(AFTER_TROUBLE).unwrap_or(Timestamp::MAX)
}
