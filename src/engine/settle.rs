//! An answer that leaves it open whether a message was posted is settled by reading the channel.

use jiff::{SignedDuration, Timestamp};

use super::Engine;
use crate::id::{ChannelId, DoneKey, MessageTs};
use crate::slack::{History, Identity, Method};

/// How long after an open answer the channel is read: what Slack is still doing should be done.
pub(super) const UNTIL_SETTLED: SignedDuration = SignedDuration::from_secs(3);
/// How much earlier than our intent the message may stand, by Slack's clock against ours.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);
/// Messages read at once; Slack gives at most 999.
const PAGE: u16 = 200;

/// What the channel's history says.
pub(super) enum Settled {
    /// It was posted: adopt it.
    Posted(MessageTs, u64),
    /// It was not: post it.
    NotPosted,
    /// Not known yet; look again then.
    Later(Timestamp),
}

impl Engine {
    /// Looks for the message with this key among those since the intent.
    pub(super) async fn settle(
        &self,
        channel: &ChannelId,
        us: &Identity,
        key: &DoneKey,
        intent_at: Timestamp,
        now: Timestamp,
    ) -> Settled {
        let ripe = intent_at
            .saturating_add(UNTIL_SETTLED)
            .unwrap_or(Timestamp::MAX);
        if now < ripe {
            return Settled::Later(ripe);
        }
        let oldest = intent_at
            .saturating_sub(CLOCKS_DIFFER)
            .unwrap_or(Timestamp::MIN);
        let oldest = MessageTs::new(format!("{}.000000", oldest.as_second()));
        let method = Method::History;
        let mut cursor: Option<String> = None;
        loop {
            if let Err(later) = self.may(method, now) {
                return Settled::Later(later);
            }
            let slack = &self.0.parts.slack;
            let part = History {
                oldest: Some(&oldest),
                cursor: cursor.as_deref(),
                limit: PAGE,
                ..History::default()
            };
            match slack.history(channel, part).await {
                Ok(page) => {
                    // Any app can write such metadata: it counts only on what we have posted.
                    for message in page.messages.into_iter().filter(|m| m.is_from(us)) {
                        if let Some(metadata) = message.metadata.filter(|m| m.key == *key) {
                            return Settled::Posted(message.ts, metadata.rev);
                        }
                    }
                    cursor = page.next_cursor;
                }
                Err(error) => {
                    tracing::warn!(%channel, %error, "the channel's history was not read");
                    return Settled::Later(self.after(&error, method, now));
                }
            }
            if cursor.is_none() {
                return Settled::NotPosted;
            }
        }
    }
}
