//! One call that says something: its pace, its intent, and what its answer means.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::settle::UNTIL_SETTLED;
use super::{AFTER_SILENCE, Place, Said};
use crate::engine::cases::{Face, Line};
use crate::engine::reach::Unreachable;
use crate::engine::{Engine, lock};
use crate::id::{DoneKey, MessageTs};
use crate::mirror::{Digest, Message};
use crate::slack::render::{Rendered, Style, render, render_digest, render_plain};
use crate::slack::{Call, Identity, Metadata, Method, Refusal, SlackError};
use crate::store::StoreError;

/// A text that is not rendered by then is shown plain. What is known to be hard is caught before;
/// this is the net below.
const RENDER_AT_MOST: Duration = Duration::from_secs(1);

/// What is to be said.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// One message.
    One(Message),
    /// Many in one.
    Many(Digest),
    /// Many in one, of which some are not known any more: those stay as Slack shows them. The
    /// headline comes first.
    Patched(Digest, Vec<Option<Value>>),
    /// What is written out already.
    Line(Line),
}

/// What one call says.
pub(super) struct Saying {
    /// What it is about, each in the revision that is said; in the order of the list, if it is one.
    pub(super) entries: Vec<(DoneKey, i64)>,
    /// Those of them that the channel has not been told in this revision.
    pub(super) news: Vec<DoneKey>,
    /// The message that it changes; `None` for a new one.
    pub(super) ts: Option<MessageTs>,
    /// The words.
    pub(super) what: What,
}

impl Saying {
    fn keys(&self) -> Vec<DoneKey> {
        self.entries.iter().map(|(key, _)| key.clone()).collect()
    }

    fn metadata(&self) -> Option<Metadata> {
        let entries = self.entries.iter();
        let entries = entries.map(|(key, rev)| (key.clone(), u64::try_from(*rev).unwrap_or(0)));
        let mut metadata = Metadata::of(&entries.collect::<Vec<_>>())?;
        if let What::Line(line) = &self.what {
            metadata.carried.clone_from(&line.carried);
        }
        Some(metadata)
    }

    /// Leaves only the first so many: the others are said by a later call. Of a list that stands and
    /// has grown too long, the last items are no longer shown, and count as told all the same.
    fn keep(&mut self, held: usize) {
        if let What::Many(digest) | What::Patched(digest, _) = &mut self.what {
            digest.items.truncate(held);
            self.entries.truncate(held);
        }
    }
}

impl Engine {
    /// Says it, if Slack's limits allow it now.
    pub(super) async fn call(
        &self,
        place: &Place<'_>,
        mut saying: Saying,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let Some(identity) = self.identity().await else {
            return Ok(Said::Later(after(now, AFTER_SILENCE)));
        };
        let method = match saying.ts {
            Some(_) => Method::Update,
            None => Method::Post,
        };
        let call = Call {
            method,
            channel: Some(place.channel),
        };
        if let Err(later) = lock(&self.0.pace).take(now, call) {
            return Ok(Said::Later(later));
        }
        let (rendered, held) = self.render(saying.what.clone(), &identity).await;
        if saying.ts.is_none() {
            saying.keep(held);
        }
        let Some(metadata) = saying.metadata() else {
            return Ok(Said::On);
        };
        if saying.ts.is_none() {
            // The intent is written before a post, so that a crash in between is seen.
            let (store, keys) = (&self.0.parts.store, saying.keys());
            if !store.intend(place.lane, place.fence, &keys, now).await? {
                return Ok(Said::Later(after(now, AFTER_SILENCE)));
            }
        }
        let face = saying.what.face();
        let mut answer = self
            .tell(place, &saying.ts, &rendered, &metadata, face.as_ref())
            .await;
        if let Err(SlackError::Refused(why @ (Refusal::InvalidBlocks(_) | Refusal::MsgTooLong))) =
            &answer
        {
            tracing::error!(channel = %place.lane, key = %metadata.key, %why, "shown plain");
            let plain = self.plain(&saying.what, &identity);
            answer = self
                .tell(place, &saying.ts, &plain, &metadata, face.as_ref())
                .await;
        }
        match answer {
            Ok(ts) => {
                self.heard(place.lane, None);
                let metrics = &self.0.parts.metrics;
                match &saying.ts {
                    Some(_) => metrics.updated.inc(),
                    None => metrics.posted.inc(),
                };
                let store = &self.0.parts.store;
                store.said(place.lane, &ts, &saying.entries).await?;
                Ok(Said::On)
            }
            Err(error) => self.not_said(place, &saying, error, method, now).await,
        }
    }

    async fn tell(
        &self,
        place: &Place<'_>,
        ts: &Option<MessageTs>,
        Rendered { text, blocks }: &Rendered,
        metadata: &Metadata,
        face: Option<&Face>,
    ) -> Result<MessageTs, SlackError> {
        let (slack, channel) = (&self.0.parts.slack, place.channel);
        if let Some(face) = face {
            let persona = face.persona();
            return match ts {
                Some(ts) => {
                    let changed = slack.update_as(&persona, channel, ts, text, blocks, metadata);
                    changed.await.map(|()| ts.clone())
                }
                None => {
                    slack
                        .post_as(&persona, channel, text, blocks, metadata)
                        .await
                }
            };
        }
        match ts {
            Some(ts) => {
                let changed = slack.update(channel, ts, text, blocks, metadata).await;
                changed.map(|()| ts.clone())
            }
            None => slack.post(channel, text, blocks, metadata).await,
        }
    }

    async fn not_said(
        &self,
        place: &Place<'_>,
        saying: &Saying,
        error: SlackError,
        method: Method,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let (store, lane) = (&self.0.parts.store, place.lane);
        let is_new = saying.ts.is_none();
        let key = saying.entries.first().map(|(key, _)| key.as_str());
        if !error.may_pass() || self.is_news(lane, now) {
            tracing::warn!(channel = %lane, key, %error, "not said");
        }
        if let SlackError::Ambiguous { .. } = error {
            // A repeated update does no harm. A post keeps its intent: the history will tell.
            let pause = if is_new { UNTIL_SETTLED } else { AFTER_SILENCE };
            self.heard(lane, Some(after(now, pause)));
            return Ok(Said::Later(after(now, pause)));
        }
        if is_new {
            store.unintend(lane, &saying.keys()).await?;
        }
        Ok(match error {
            SlackError::RateLimited { .. } => Said::Later(self.after(&error, method, now)),
            SlackError::Refused(Refusal::NotInChannel) => {
                match self.join(lane, place.channel, now).await? {
                    None => Said::On,
                    Some(later) => Said::Later(later),
                }
            }
            SlackError::Refused(Refusal::IsArchived) => {
                self.report(lane, Unreachable::Archived, now).await?;
                self.rest(lane, after(now, SignedDuration::from_mins(10)));
                Said::Lost
            }
            SlackError::Refused(Refusal::ChannelNotFound) => {
                self.report(lane, Unreachable::Removed, now).await?;
                self.rest(lane, after(now, SignedDuration::from_mins(10)));
                Said::Lost
            }
            SlackError::Refused(Refusal::MessageNotFound) if !is_new => {
                // A person took it away in Slack. It is not said again.
                for key in saying.keys() {
                    store.drop_message(lane, &key, "removed in Slack").await?;
                }
                Said::On
            }
            SlackError::Refused(Refusal::Auth(_) | Refusal::MissingScope { .. }) => {
                Said::Later(after(now, SignedDuration::from_mins(1)))
            }
            SlackError::Refused(_) if is_new && saying.entries.len() > 1 => {
                // Each by itself, Slack may like them better; what it refuses then is one thing.
                self.digests_refused(lane, now);
                Said::On
            }
            SlackError::Refused(refusal) => {
                self.0.parts.metrics.refused.inc();
                for key in &saying.news {
                    store.drop_message(lane, key, &refusal.to_string()).await?;
                }
                Said::On
            }
            _ => {
                self.heard(lane, Some(after(now, AFTER_SILENCE)));
                Said::Later(after(now, AFTER_SILENCE))
            }
        })
    }

    /// Renders off the async threads: hostile Markdown may take its time. Gives also how many items
    /// of a digest there was room for.
    async fn render(&self, what: What, identity: &Identity) -> (Rendered, usize) {
        let (people, lang) = (self.rules().people, self.lang());
        let (url, hard) = (identity.url.clone(), what.clone());
        let work = tokio::task::spawn_blocking(move || {
            let style = Style {
                people: &people,
                workspace_url: address(&url),
                lang,
            };
            match what {
                What::One(message) => (render(&message, &style), 1),
                What::Many(digest) => render_digest(&digest, &style, false),
                What::Patched(digest, shown) => {
                    let (rendered, held) = render_digest(&digest, &style, false);
                    (patch(rendered, &shown), held)
                }
                What::Line(line) => (as_written(line), 1),
            }
        });
        match tokio::time::timeout(RENDER_AT_MOST, work).await {
            Ok(Ok(rendered)) => rendered,
            _ => (self.plain(&hard, identity), usize::MAX),
        }
    }

    fn plain(&self, what: &What, identity: &Identity) -> Rendered {
        self.0.parts.metrics.plain.inc();
        let people = self.rules().people;
        let style = Style {
            people: &people,
            workspace_url: address(&identity.url),
            lang: self.lang(),
        };
        match what {
            What::One(message) => render_plain(message, &style),
            What::Many(digest) => render_digest(digest, &style, true).0,
            What::Patched(digest, shown) => patch(render_digest(digest, &style, true).0, shown),
            What::Line(line) => Rendered {
                blocks: Vec::new(),
                ..as_written(line.clone())
            },
        }
    }
}

impl What {
    /// Under which name it is said, where that is another than ours.
    fn face(&self) -> Option<Face> {
        match self {
            Self::Line(line) => line.spoken.face.clone(),
            _ => None,
        }
    }
}

fn as_written(line: Line) -> Rendered {
    Rendered {
        text: line.spoken.text,
        blocks: line.spoken.blocks,
    }
}

/// Puts what Slack shows in the place of what is not known: the headline, and some of the items.
fn patch(mut rendered: Rendered, shown: &[Option<Value>]) -> Rendered {
    for (block, shown) in rendered.blocks.iter_mut().zip(shown) {
        if let Some(shown) = shown {
            block["text"].clone_from(&shown["text"]);
        }
    }
    rendered
}

/// Slack may leave out its address; then people's profiles are not linked.
fn address(url: &str) -> Option<&str> {
    Some(url).filter(|url| !url.is_empty())
}

fn after(now: Timestamp, pause: SignedDuration) -> Timestamp {
    now.saturating_add(pause).unwrap_or(Timestamp::MAX)
}
