//! What a channel shows of ours, by the metadata of its messages.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Place;
use crate::engine::Engine;
use crate::id::{DoneKey, MessageTs};
use crate::slack::{Carried, History, HistoryMessage, Method, Refusal, SlackError};

/// How long to wait where Slack does not say who we are.
const SOON: SignedDuration = SignedDuration::from_secs(15);

/// A message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Ours {
    /// Its id, which tells its time.
    pub(in crate::engine) ts: MessageTs,
    /// What it tells, each in which revision, in its order.
    pub(in crate::engine) entries: Vec<(DoneKey, u64)>,
    /// Its blocks.
    pub(in crate::engine) blocks: Vec<Value>,
    /// What it carries unseen.
    pub(in crate::engine) carried: Option<Carried>,
}

/// Why a channel was not read.
pub(in crate::engine) enum Unread {
    /// Not now; try again then.
    Later(Timestamp),
    /// Slack refuses, for a reason that writing will meet too.
    Refused,
}

impl Engine {
    /// What we have said in a channel, oldest first, of that part of its history; at most so many
    /// `pages`.
    pub(in crate::engine) async fn ours(
        &self,
        place: &Place<'_>,
        part: History<'_>,
        pages: usize,
        now: Timestamp,
    ) -> Result<Vec<Ours>, Unread> {
        let soon = now.saturating_add(SOON).unwrap_or(Timestamp::MAX);
        let channel = place.channel;
        let us = self.identity().await.ok_or(Unread::Later(soon))?;
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..pages {
            self.may(Method::History, now).map_err(Unread::Later)?;
            let cursor_now = cursor.take();
            let part = History {
                cursor: cursor_now.as_deref(),
                ..part
            };
            match self.0.parts.slack.history(channel, part).await {
                Ok(page) => {
                    // Any app can write such metadata: it counts only on what we have posted.
                    let ours = page.messages.into_iter().filter(|m| m.is_from(&us));
                    found.extend(ours.filter_map(Ours::read));
                    cursor = page.next_cursor;
                }
                Err(error) => {
                    tracing::warn!(%channel, %error, "the channel's history was not read");
                    return Err(self.unread(place, error, now).await);
                }
            }
            if cursor.is_none() {
                break;
            }
        }
        // Slack shows the newest first.
        found.reverse();
        Ok(found)
    }

    /// What it means that a channel's history was not given.
    async fn unread(&self, place: &Place<'_>, error: SlackError, now: Timestamp) -> Unread {
        let soon = now.saturating_add(SOON).unwrap_or(Timestamp::MAX);
        match error {
            // Without knowing what stands there, nothing may be posted again.
            SlackError::Refused(Refusal::Auth(_) | Refusal::MissingScope { .. }) => {
                Unread::Later(soon)
            }
            SlackError::Refused(Refusal::NotInChannel) => {
                let joined = self.join(place.lane, place.channel, now).await;
                Unread::Later(joined.unwrap_or(Some(soon)).unwrap_or(now))
            }
            SlackError::Refused(_) => Unread::Refused,
            error => {
                let later = self.after(&error, Method::History, now);
                if !matches!(error, SlackError::RateLimited { .. }) {
                    self.heard(place.lane, Some(later));
                }
                Unread::Later(later)
            }
        }
    }
}

impl Ours {
    fn read(message: HistoryMessage) -> Option<Self> {
        let metadata = message.metadata?;
        let entries = metadata.entries();
        Some(Self {
            ts: message.ts,
            entries: entries.map(|(key, rev)| (key.clone(), rev)).collect(),
            blocks: message.blocks,
            carried: metadata.carried,
        })
    }
}

/// Where each thing is told first among these messages, oldest first, and in which revision.
pub(in crate::engine) fn shown_first(ours: &[Ours]) -> BTreeMap<&DoneKey, (&MessageTs, u64)> {
    let mut shown = BTreeMap::new();
    for message in ours {
        for (key, rev) in &message.entries {
            shown.entry(key).or_insert((&message.ts, *rev));
        }
    }
    shown
}

/// A message that tells again what an earlier one tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Double {
    /// The later one.
    pub(in crate::engine) ts: MessageTs,
    /// What is told twice, with the earlier message that tells it and its revision there.
    pub(in crate::engine) again: Vec<(DoneKey, MessageTs, u64)>,
    /// Whether all that it tells is told before.
    pub(in crate::engine) whole: bool,
}

/// What is told twice among these messages, oldest first.
pub(in crate::engine) fn doubles(ours: &[Ours]) -> Vec<Double> {
    let mut told: BTreeMap<&DoneKey, (&MessageTs, u64)> = BTreeMap::new();
    let mut doubles = Vec::new();
    for message in ours {
        let mut again = Vec::new();
        for (key, rev) in &message.entries {
            match told.get(key) {
                Some((ts, rev)) => again.push((key.clone(), (*ts).clone(), *rev)),
                None => {
                    told.insert(key, (&message.ts, *rev));
                }
            }
        }
        if !again.is_empty() {
            let whole = again.len() == message.entries.len();
            let ts = message.ts.clone();
            doubles.push(Double { ts, again, whole });
        }
    }
    doubles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(ts: &str, keys: &[&str]) -> Ours {
        Ours {
            ts: MessageTs::from(ts),
            entries: keys.iter().map(|key| (DoneKey::from(*key), 7)).collect(),
            blocks: Vec::new(),
            carried: None,
        }
    }

    #[test]
    fn the_later_of_two_is_the_double() {
        let one = message("1.0", &["c:1"]);
        let list = message("2.0", &["c:2", "c:3"]);
        let again = message("3.0", &["c:2", "c:3"]);
        let partly = message("4.0", &["c:3", "c:4"]);
        assert_eq!(doubles(&[one.clone(), list.clone()]), []);
        let found = doubles(&[one, list, again, partly]);
        let told = |key: &str| (DoneKey::from(key), MessageTs::from("2.0"), 7);
        let double = |ts: &str, again, whole| Double {
            ts: MessageTs::from(ts),
            again,
            whole,
        };
        assert_eq!(
            found,
            [
                double("3.0", vec![told("c:2"), told("c:3")], true),
                double("4.0", vec![told("c:3")], false),
            ]
        );
    }
}
