//! An answer that leaves it open whether a message was posted is settled by reading the channel.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::history::{Ours, Unread, shown_first};
use super::repair::look_after;
use super::{Place, revision};
use crate::engine::Engine;
use crate::id::{DoneKey, MessageTs};
use crate::slack::History;
use crate::store::StoreError;

/// How long after an open answer the channel is read: what Slack is still doing should be done.
pub(super) const UNTIL_SETTLED: SignedDuration = SignedDuration::from_secs(3);
/// How much earlier than our intent the message may stand, by Slack's clock against ours.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);
/// Pages of a channel's history that are read at most.
const PAGES: usize = 5;
/// Messages read at once; Slack gives at most 999.
const PAGE: u16 = 200;

impl Engine {
    /// Finds out, with one reading, what became of the calls of a lane whose end is not known: what
    /// stands in the channel is adopted, what does not is posted again. Gives a time to try again
    /// where that is not known yet.
    pub(super) async fn settle(
        &self,
        place: &Place<'_>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let store = &self.0.parts.store;
        let open = store.intended(place.lane).await?;
        let begun = open.iter().filter_map(|row| row.intent_at);
        let Some((first, last)) = begun.clone().min().zip(begun.max()) else {
            return Ok(None);
        };
        let ripe = last.saturating_add(UNTIL_SETTLED);
        if let Some(ripe) = ripe.ok().filter(|ripe| now < *ripe) {
            return Ok(Some(ripe));
        }
        let since = first
            .saturating_sub(CLOCKS_DIFFER)
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let ours = match self.ours_since(place, since, now).await {
            Ok(ours) => ours,
            Err(Unread::Later(later)) => return Ok(Some(later)),
            // What Slack says to a post is what can be dealt with.
            Err(Unread::Refused) => Vec::new(),
        };
        let shown = shown_first(&ours);
        let mut posted: BTreeMap<&MessageTs, Vec<(DoneKey, i64)>> = BTreeMap::new();
        let mut lost = Vec::new();
        for row in open {
            match shown.get(&row.key) {
                Some((ts, rev)) => posted
                    .entry(ts)
                    .or_default()
                    .push((row.key, revision(*rev))),
                None => lost.push(row.key),
            }
        }
        for (ts, entries) in posted {
            self.0.parts.metrics.adopted.inc();
            store.said(place.lane, ts, &entries).await?;
        }
        if !lost.is_empty() {
            let look = look_after(now, since);
            store.look_later(place.lane, look).await?;
            store.unintend(place.lane, &lost).await?;
        }
        Ok(None)
    }

    /// What a channel shows of ours since then, oldest first.
    pub(super) async fn ours_since(
        &self,
        place: &Place<'_>,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Ours>, Unread> {
        let oldest = MessageTs::new(format!("{}.000000", since.as_second()));
        let part = History {
            oldest: Some(&oldest),
            limit: PAGE,
            ..History::default()
        };
        self.ours(place, part, PAGES, now).await
    }
}
