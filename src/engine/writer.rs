//! One writer per channel: what is wanted beside what was said, in order.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::reach::{Reached, Unreachable};
use super::settle::{Settled, UNTIL_SETTLED};
use super::{Engine, lock};
use crate::id::{ChannelId, MessageTs};
use crate::mirror::{Document, Message, compose};
use crate::slack::render::{Rendered, Style, render, render_plain};
use crate::slack::{Call, Identity, Metadata, Method, Refusal, SlackError};
use crate::store::{Lane, MessageRow, StoreError};

/// How long a lane stays ours. Longer than the slowest call with all that follows from it.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How long to leave a lane alone when Slack does not answer at all.
const AFTER_SILENCE: SignedDuration = SignedDuration::from_secs(15);
/// A text that is not rendered by then is shown plain. What is known to be hard is caught before;
/// this is the net below.
const RENDER_AT_MOST: Duration = Duration::from_secs(1);

/// What saying one message came to.
enum Said {
    /// Said, or needs no saying: go on with the next.
    On,
    /// Not now; go on with this lane then.
    Later(Timestamp),
    /// The channel is not what it was: look for it anew.
    Lost,
}

impl Engine {
    /// Writes what is due for a lane, until nothing is or something says to wait.
    pub(super) async fn write_lane(&self, lane: Lane) {
        let name = lane.name.clone();
        let store = &self.0.parts.store;
        let owner = &self.0.parts.settings.owner;
        let now = self.now();
        let result = match store.lease_lane(&name, owner, now, LEASE).await {
            Ok(true) => self.write(lane).await,
            // Another process writes here; its lease ends in time.
            Ok(false) => Ok(now.checked_add(AFTER_SILENCE).ok()),
            Err(error) => Err(error),
        };
        let rest = match result {
            Ok(rest) => rest,
            Err(error) => {
                tracing::error!(channel = %name, %error, "the database does not answer");
                self.now().checked_add(AFTER_SILENCE).ok()
            }
        };
        if let Some(until) = rest {
            self.rest(&name, until);
        }
        if let Err(error) = store.release_lane(&name, owner).await {
            tracing::warn!(channel = %name, %error, "the lane stays leased until its lease ends");
        }
    }

    async fn write(&self, lane: Lane) -> Result<Option<Timestamp>, StoreError> {
        let store = &self.0.parts.store;
        let started = self.now();
        let channel = match self.reach(&lane, started).await? {
            Reached::Channel(channel) => channel,
            Reached::Later(later) => return Ok(Some(later)),
        };
        if let Some(later) = self.restore(&lane.name, &channel, started).await? {
            return Ok(Some(later));
        }
        loop {
            let now = self.now();
            // A lease must not run out under a call: stop early, and come back with a new one.
            if now.duration_since(started) * 2 > LEASE {
                return Ok(None);
            }
            let Some(row) = store.waiting(&lane.name, 1).await?.into_iter().next() else {
                return Ok(None);
            };
            if row.settle_at > now {
                return Ok(Some(row.settle_at));
            }
            match self.say(&lane.name, &channel, row, now).await? {
                Said::On => {}
                Said::Later(later) => return Ok(Some(later)),
                Said::Lost => {
                    lock(&self.0.directory).forget(&lane.name);
                    store.unbind(&lane.name).await?;
                    return Ok(None);
                }
            }
        }
    }

    async fn say(
        &self,
        lane: &str,
        channel: &ChannelId,
        row: MessageRow,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let store = &self.0.parts.store;
        let document: Document = match serde_json::from_str(&row.doc) {
            Ok(document) => document,
            Err(error) => {
                tracing::error!(channel = %lane, key = %row.key, %error, "a row that does not read");
                store.drop_message(lane, &row.key, "unreadable").await?;
                return Ok(Said::On);
            }
        };
        let Some(identity) = self.identity().await else {
            return Ok(Said::Later(
                now.saturating_add(AFTER_SILENCE).unwrap_or(Timestamp::MAX),
            ));
        };
        if let (None, Some(intent_at)) = (&row.ts, row.intent_at) {
            match self
                .settle(channel, &identity, &row.key, intent_at, now)
                .await
            {
                Settled::Posted(ts, rev) => {
                    self.0.parts.metrics.adopted.inc();
                    store.said(lane, &row.key, &ts, revision(rev)).await?;
                    return Ok(Said::On);
                }
                Settled::NotPosted => store.unintend(lane, &row.key).await?,
                Settled::Later(later) => return Ok(Said::Later(later)),
            }
        }
        let message = if row.ts.is_none() && document.is_gone() {
            None
        } else {
            compose(&document, self.lang())
        };
        let Some(message) = message else {
            // Nothing to say of it (yet): as good as said, until something newer comes.
            store.skip(lane, &row.key, revision(document.rev())).await?;
            return Ok(Said::On);
        };
        let method = if row.ts.is_some() {
            Method::Update
        } else {
            Method::Post
        };
        let call = Call {
            method,
            channel: Some(channel),
        };
        if let Err(later) = lock(&self.0.pace).take(now, call) {
            return Ok(Said::Later(later));
        }
        let metadata = Metadata::new(row.key.clone(), document.rev());
        let rendered = self.render(message.clone(), &identity).await;
        let mut answer = self
            .tell(lane, channel, &row, &rendered, &metadata, now)
            .await?;
        if let Err(SlackError::Refused(why @ (Refusal::InvalidBlocks(_) | Refusal::MsgTooLong))) =
            &answer
        {
            tracing::error!(channel = %lane, key = %row.key, %why, "shown plain");
            let plain = self.plain(&message, &identity);
            answer = self
                .tell(lane, channel, &row, &plain, &metadata, now)
                .await?;
        }
        match answer {
            Ok(ts) => {
                let counter = &self.0.parts.metrics;
                if row.ts.is_some() {
                    counter.updated.inc()
                } else {
                    counter.posted.inc()
                };
                store
                    .said(lane, &row.key, &ts, revision(metadata.rev))
                    .await?;
                Ok(Said::On)
            }
            Err(error) => self.not_said(lane, channel, &row, error, method, now).await,
        }
    }

    /// Posts or updates. The intent is written before a post, so that a crash in between is seen.
    async fn tell(
        &self,
        lane: &str,
        channel: &ChannelId,
        row: &MessageRow,
        rendered: &Rendered,
        metadata: &Metadata,
        now: Timestamp,
    ) -> Result<Result<MessageTs, SlackError>, StoreError> {
        let slack = &self.0.parts.slack;
        let Rendered { text, blocks } = rendered;
        Ok(match &row.ts {
            Some(ts) => slack
                .update(channel, ts, text, blocks, metadata)
                .await
                .map(|()| ts.clone()),
            None => {
                self.0.parts.store.intend(lane, &row.key, now).await?;
                slack.post(channel, text, blocks, metadata).await
            }
        })
    }

    async fn not_said(
        &self,
        lane: &str,
        channel: &ChannelId,
        row: &MessageRow,
        error: SlackError,
        method: Method,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let store = &self.0.parts.store;
        let soon = |pause| now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        tracing::warn!(channel = %lane, key = %row.key, %error, "not said");
        if let SlackError::Ambiguous { .. } = error {
            // A repeated update does no harm. A post keeps its intent: the history will tell.
            let pause = if row.ts.is_some() {
                AFTER_SILENCE
            } else {
                UNTIL_SETTLED
            };
            return Ok(Said::Later(soon(pause)));
        }
        if row.ts.is_none() {
            store.unintend(lane, &row.key).await?;
        }
        Ok(match error {
            SlackError::RateLimited { .. } => Said::Later(self.after(&error, method, now)),
            SlackError::Refused(Refusal::NotInChannel) => {
                match self.join(lane, channel, now).await? {
                    None => Said::On,
                    Some(later) => Said::Later(later),
                }
            }
            SlackError::Refused(Refusal::IsArchived) => {
                self.report(lane, Unreachable::Archived, now).await?;
                self.rest(lane, soon(SignedDuration::from_mins(10)));
                Said::Lost
            }
            SlackError::Refused(Refusal::ChannelNotFound) => {
                self.report(lane, Unreachable::Removed, now).await?;
                self.rest(lane, soon(SignedDuration::from_mins(10)));
                Said::Lost
            }
            SlackError::Refused(Refusal::MessageNotFound) if row.ts.is_some() => {
                // A person took it away in Slack. It is not said again.
                store
                    .drop_message(lane, &row.key, "removed in Slack")
                    .await?;
                Said::On
            }
            SlackError::Refused(Refusal::Auth(_) | Refusal::MissingScope { .. }) => {
                Said::Later(soon(SignedDuration::from_mins(1)))
            }
            SlackError::Refused(refusal) => {
                self.0.parts.metrics.refused.inc();
                store
                    .drop_message(lane, &row.key, &refusal.to_string())
                    .await?;
                Said::On
            }
            _ => Said::Later(soon(AFTER_SILENCE)),
        })
    }

    /// Who we are in Slack; asked once.
    pub(super) async fn identity(&self) -> Option<Identity> {
        let identity = self
            .0
            .identity
            .get_or_try_init(|| self.0.parts.slack.auth_test())
            .await;
        match identity {
            Ok(identity) => Some(identity.clone()),
            Err(error) => {
                tracing::warn!(%error, "Slack does not say who we are");
                None
            }
        }
    }

    /// Renders off the async threads: hostile Markdown may take its time.
    async fn render(&self, message: Message, identity: &Identity) -> Rendered {
        let (people, lang) = (self.rules().people, self.lang());
        let (url, hard) = (identity.url.clone(), message.clone());
        let work = tokio::task::spawn_blocking(move || {
            let style = Style {
                people: &people,
                workspace_url: address(&url),
                lang,
            };
            render(&message, &style)
        });
        match tokio::time::timeout(RENDER_AT_MOST, work).await {
            Ok(Ok(rendered)) => rendered,
            _ => self.plain(&hard, identity),
        }
    }

    fn plain(&self, message: &Message, identity: &Identity) -> Rendered {
        self.0.parts.metrics.plain.inc();
        let people = self.rules().people;
        let url = address(&identity.url);
        render_plain(
            message,
            &Style {
                people: &people,
                workspace_url: url,
                lang: self.lang(),
            },
        )
    }
}

/// Slack may leave out its address; then people's profiles are not linked.
fn address(url: &str) -> Option<&str> {
    Some(url).filter(|url| !url.is_empty())
}

/// As the store keeps it; a document's revision fits by its own promise.
fn revision(rev: u64) -> i64 {
    i64::try_from(rev).unwrap_or(i64::MAX)
}
