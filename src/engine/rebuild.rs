//! With the database gone, what was said comes back from what Slack shows.
//!
//! With a new database the channels of the last month are read, those first that have news; and
//! in any case, before a channel is first written to, its history is read, and each of our messages becomes a
//! row again: its key, how new it was, and its id; not its facts. Facts come back as they are told
//! anew (from GitHub's log of deliveries, by a webhook, by a sweep), and until they weigh as much as
//! what was said, the message stays as it is. A review and an opening are made whole from GitHub
//! when one fact of theirs changes.
//!
//! That is one call for each 999 messages, two at the most: 20 channels with 1,000 messages each take
//! 40 calls of `conversations.history`, which Slack allows 50 a minute. `tests/costs.rs` counts them,
//! and the 2 s until 20 new messages are said. Each channel is read twice more within twenty minutes,
//! for what came late of a call that nobody remembers.

mod whole;

use jiff::{SignedDuration, Timestamp};

use super::cases::{CARD, Line, channel_of};
use super::intake::Trouble;
use super::writer::history::{Ours, Unread, doubles};
use super::writer::repair::look_after;
use super::writer::{Place, revision};
use super::{Engine, lock};
use crate::id::{ChannelId, DoneKey, MessageTs};
use crate::mirror::Document;
use crate::slack::{Carried, History};
use crate::store::{Look, Restored, StoreError};

/// How far back a channel is read.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 30);
/// The same for a channel that is no incident's.
const BACK_ELSEWHERE: SignedDuration = SignedDuration::from_hours(25);
/// Pages of 999 messages that are read.
const PAGES: usize = 2;
/// How far back a call may lie whose effect is still to come.
const DOUBT: SignedDuration = SignedDuration::from_mins(15);
/// By how much two clocks may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);
/// Under which key the time is kept at which this database was made.
const BORN: &str = "born";
/// Under which key the channels are kept that were there before, once they are to be read.
const LOOKED_BACK: &str = "looked back";
/// What the keys begin with under which it is kept which channels were read.
const RESTORED: &str = "restored:";

fn restored_key(lane: &str) -> String {
    format!("{RESTORED}{lane}")
}

impl Engine {
    /// Notes when this database was made.
    pub(super) async fn note_birth(&self, now: Timestamp) -> Result<(), StoreError> {
        let store = &self.0.parts.store;
        if store.cached(BORN, now).await?.is_none() {
            store.cache(BORN, &now.to_string(), Timestamp::MAX).await?;
        }
        Ok(())
    }

    /// When this database was made.
    pub(super) async fn born(&self, now: Timestamp) -> Result<Timestamp, StoreError> {
        let born = self.0.parts.store.cached(BORN, now).await?;
        Ok(born.and_then(|born| born.parse().ok()).unwrap_or(now))
    }

    /// With a new database, has the channels of late read in which we are: what stands there has to
    /// follow edits and deletions even where nothing new is said. They come after those in which
    /// something waits.
    pub(super) async fn look_back(&self, now: Timestamp) -> Result<(), StoreError> {
        let store = &self.0.parts.store;
        if store.cached(LOOKED_BACK, now).await?.is_some() {
            return Ok(());
        }
        // Where it was read a moment ago, it needs no reading.
        let _ = self.read_directory(now, now).await;
        let Some(ours) = lock(&self.0.directory).ours() else {
            return Ok(());
        };
        let since = now.saturating_sub(BACK).unwrap_or(Timestamp::MIN);
        let doubt = now.saturating_sub(DOUBT).unwrap_or(Timestamp::MIN);
        let mut lanes = Vec::new();
        for (lane, seen) in ours {
            if seen.created.is_none_or(|created| created >= since) {
                store.bind(&lane, &seen.id).await?;
                let look = Look {
                    at: now,
                    ..look_after(now, doubt)
                };
                store.look_later(&lane, look).await?;
                lanes.push(lane);
            }
        }
        let lanes = serde_json::to_string(&lanes).unwrap_or_default();
        store.cache(LOOKED_BACK, &lanes, Timestamp::MAX).await
    }

    /// Whether every channel was read that was there when this database was made, or cannot be.
    pub(super) async fn knows_what_was_said(&self, now: Timestamp) -> Result<bool, StoreError> {
        let store = &self.0.parts.store;
        let Some(lanes) = store.cached(LOOKED_BACK, now).await? else {
            return Ok(false);
        };
        let lanes: Vec<String> = serde_json::from_str(&lanes).unwrap_or_default();
        let read = store.cached_below(RESTORED, now).await?;
        for lane in lanes {
            if read.iter().any(|(key, _)| *key == restored_key(&lane)) {
                continue;
            }
            if store
                .lane(&lane)
                .await?
                .is_some_and(|it| it.channel.is_some())
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A channel that is younger than the database holds nothing that the database does not know.
    pub(super) async fn nothing_to_restore(
        &self,
        lane: &str,
        channel: &ChannelId,
        created: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let store = &self.0.parts.store;
        let born = store.cached(BORN, now).await?;
        let born = born.and_then(|born| born.parse::<Timestamp>().ok());
        if let (Some(born), Some(created)) = (born, created)
            && created > born.saturating_add(CLOCKS_DIFFER).unwrap_or(Timestamp::MAX)
        {
            let key = restored_key(lane);
            store.cache(&key, channel.as_str(), Timestamp::MAX).await?;
        }
        Ok(())
    }

    /// Brings back what was said in a channel, unless that was done. Gives a time to try again
    /// where Slack does not let us read now.
    pub(super) async fn restore(
        &self,
        place: &Place<'_>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let store = &self.0.parts.store;
        let (lane, channel) = (place.lane, place.channel);
        let mark = restored_key(lane);
        if store.cached(&mark, now).await?.as_deref() == Some(channel.as_str()) {
            return Ok(None);
        }
        // What other channels were told of an incident is on its record, but for the last of it.
        let elsewhere = channel_of(lane).is_some();
        let (back, pages) = if elsewhere {
            (BACK_ELSEWHERE, 1)
        } else {
            (BACK, PAGES)
        };
        let since = now.saturating_sub(back).unwrap_or(Timestamp::UNIX_EPOCH);
        // Its card stands where the channel begins, however long ago that was.
        let since = self.declared_in(lane).map_or(since, |at| at.min(since));
        let oldest = MessageTs::new(format!("{}.000000", since.as_second()));
        let part = History {
            oldest: Some(&oldest),
            ..History::default()
        };
        let ours = match self.ours(place, part, pages, now).await {
            Ok(ours) => ours,
            // Slack refuses for a reason that writing will meet too, and deal with.
            Err(Unread::Refused) => {
                store.cache(&mark, "", Timestamp::MAX).await?;
                self.0.noticed.notify_one();
                return Ok(None);
            }
            Err(Unread::Later(later)) => return Ok(Some(later)),
        };
        // What came late of a call whose answer was lost may stand there twice, or will: who
        // remembered that is gone.
        let twice = !doubles(&ours).is_empty();
        let mut look = look_after(now, now.saturating_sub(DOUBT).unwrap_or(since));
        if twice {
            (look.at, look.since) = (now, since);
        }
        store.look_later(lane, look).await?;
        let carried: Vec<Carried> = ours.iter().filter_map(|it| it.carried.clone()).collect();
        let said: Vec<Restored> = ours.into_iter().flat_map(|it| restored(it, now)).collect();
        let keys: Vec<DoneKey> = said.iter().map(|one| one.key.clone()).collect();
        let _merging = self.0.merging.lock().await;
        if !keys.is_empty() {
            tracing::info!(channel = %lane, messages = keys.len(), "what was said here is known again");
        }
        store.restore(lane, said).await?;
        self.knows_again(&carried, now).await?;
        self.0.parts.metrics.restored.inc();
        match self.make_whole(lane, &keys, now).await {
            Ok(()) => {}
            Err(Trouble::Store(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(channel = %lane, %error, "GitHub did not say what is missing");
                return Ok(now.checked_add(SignedDuration::from_secs(15)).ok());
            }
        }
        store.cache(&mark, channel.as_str(), Timestamp::MAX).await?;
        self.0.noticed.notify_one();
        // Read just now: the look that is due is done, and the next one is noted above.
        if !twice {
            store.looked(lane, Some(look)).await?;
        }
        Ok(None)
    }
}

/// The rows of a message that a channel shows.
fn restored(message: Ours, now: Timestamp) -> impl Iterator<Item = Restored> {
    let ts = message.ts;
    let at = time_of(&ts).unwrap_or(now);
    let carried = message.carried;
    message.entries.into_iter().map(move |(key, rev)| {
        let doc = match &carried {
            Some(carried) => Line::carrying(carried.clone()).to_row(),
            None => {
                let document = Document::restored(key.clone(), at);
                serde_json::to_string(&document).unwrap_or_default()
            }
        };
        Restored {
            // What was said twice over, or is changed in place from the first.
            shows_a_state: rev > 1 || key.as_str().starts_with(CARD),
            key,
            at,
            doc,
            rev: revision(rev),
            ts: ts.clone(),
        }
    })
}

/// The time that a message's id tells.
fn time_of(ts: &MessageTs) -> Option<Timestamp> {
    let seconds = ts.as_str().split('.').next()?;
    Timestamp::from_second(seconds.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_its_time() {
        let ts = MessageTs::from("1609462800.000200");
        assert_eq!(time_of(&ts), Timestamp::from_second(1_609_462_800).ok());
        assert_eq!(time_of(&MessageTs::from("soon")), None);
    }
}
