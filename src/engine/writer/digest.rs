//! Much that waits for one channel is told in one message, and changed there.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::call::{Saying, What};
use super::history::Unread;
use super::{Due, FLOODED, GATHER, Place, Said};
use crate::engine::lanes::Flood;
use crate::engine::{Engine, lock};
use crate::id::{DoneKey, MessageTs};
use crate::mirror::{Document, digest};
use crate::slack::render::block_id;
use crate::slack::{History, Metadata};
use crate::store::{MessageRow, StoreError};

/// For how long a channel is told one by one after Slack refused a digest there.
const ONE_BY_ONE: SignedDuration = SignedDuration::from_mins(10);

impl Engine {
    /// Says several new messages as one.
    pub(super) async fn say_together(
        &self,
        place: &Place<'_>,
        due: Vec<Due>,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let known = due
            .into_iter()
            .filter_map(|due| Some((due.row, due.document?)));
        let (rows, documents): (Vec<MessageRow>, Vec<Document>) = known.unzip();
        let told = |row: &MessageRow| (row.key.clone(), u64::try_from(row.rev).unwrap_or(0));
        let room = Metadata::room(&rows.iter().map(told).collect::<Vec<_>>());
        let rows = &rows[..room];
        let saying = Saying {
            entries: rows.iter().map(|row| (row.key.clone(), row.rev)).collect(),
            news: rows.iter().map(|row| row.key.clone()).collect(),
            ts: None,
            what: What::Many(digest(&documents[..room], self.lang())),
        };
        let said = self.call(place, saying, now).await?;
        if matches!(said, Said::On) && !self.has_refused_digests(place.lane, now) {
            self.0.parts.metrics.digests.inc();
            self.flooded(place.lane, now);
        }
        Ok(said)
    }

    /// Says again a message that lists several, as they are now.
    pub(super) async fn say_again(
        &self,
        place: &Place<'_>,
        rows: Vec<MessageRow>,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let ts = rows.first().and_then(|row| row.ts.clone());
        let read = |row: MessageRow| {
            let document = serde_json::from_str::<Document>(&row.doc);
            let document = document.unwrap_or_else(|_| Document::restored(row.key.clone(), row.at));
            (row, document)
        };
        let unknown = |(_, document): &(MessageRow, Document)| document.parts.is_empty();
        let mut told: Vec<(MessageRow, Document)> = rows.into_iter().map(read).collect();
        let mut shown: Vec<Option<Value>> = Vec::new();
        if told.iter().any(unknown)
            && let Some(ts) = &ts
        {
            // What was said before our database was lost is known to Slack only.
            let (entries, blocks) = match self.shown(place, ts, now).await {
                Ok(found) => found,
                Err(Unread::Later(later)) => return Ok(Said::Later(later)),
                Err(Unread::Refused) => (Vec::new(), Vec::new()),
            };
            let at = |row: &MessageRow| entries.iter().position(|key| *key == row.key);
            told.sort_by_key(|(row, _)| at(row).unwrap_or(usize::MAX));
            let block = |row: &MessageRow| {
                let id = block_id(at(row)?);
                blocks
                    .iter()
                    .find(|block| block["block_id"] == *id)
                    .cloned()
            };
            shown.push(blocks.first().cloned());
            shown.extend(
                told.iter()
                    .map(|one| block(&one.0).filter(|_| unknown(one))),
            );
        }
        let (rows, documents): (Vec<MessageRow>, Vec<Document>) = told.into_iter().unzip();
        let digest = digest(&documents, self.lang());
        let news = rows.iter().filter(|row| row.rev > row.said_rev);
        let saying = Saying {
            entries: rows.iter().map(|row| (row.key.clone(), row.rev)).collect(),
            news: news.map(|row| row.key.clone()).collect(),
            ts,
            what: if shown.is_empty() {
                What::Many(digest)
            } else {
                What::Patched(digest, shown)
            },
        };
        self.call(place, saying, now).await
    }

    /// What a message tells, in its order, and its blocks, as Slack shows them.
    async fn shown(
        &self,
        place: &Place<'_>,
        ts: &MessageTs,
        now: Timestamp,
    ) -> Result<(Vec<DoneKey>, Vec<Value>), Unread> {
        let only = History {
            oldest: Some(ts),
            latest: Some(ts),
            inclusive: true,
            limit: 1,
            ..History::default()
        };
        let found = self.ours(place, only, 1, now).await?;
        let found = found.into_iter().find(|message| message.ts == *ts);
        Ok(found.map_or_else(Default::default, |message| {
            let keys = message.entries.into_iter().map(|(key, _)| key);
            (keys.collect(), message.blocks)
        }))
    }

    /// Whether a channel was told of many things at once just now.
    pub(super) fn is_flooded(&self, lane: &str, now: Timestamp) -> bool {
        let floods = lock(&self.0.floods);
        floods.get(lane).is_some_and(|flood| flood.until > now)
    }

    /// More of what was just told is expected: it is gathered for some seconds.
    fn flooded(&self, lane: &str, now: Timestamp) {
        self.note_flood(lane, now, FLOODED, false);
        let until = now.saturating_add(GATHER).unwrap_or(Timestamp::MAX);
        self.rest_unless(lane, until, crate::slack::render::ITEMS as u64);
    }

    pub(super) fn has_refused_digests(&self, lane: &str, now: Timestamp) -> bool {
        let floods = lock(&self.0.floods);
        floods
            .get(lane)
            .is_some_and(|flood| flood.refused && flood.until > now)
    }

    pub(super) fn digests_refused(&self, lane: &str, now: Timestamp) {
        self.note_flood(lane, now, ONE_BY_ONE, true);
    }

    fn note_flood(&self, lane: &str, now: Timestamp, lasts: SignedDuration, refused: bool) {
        let until = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        let mut floods = lock(&self.0.floods);
        floods.retain(|_, flood| flood.until > now);
        floods.insert(lane.to_owned(), Flood { until, refused });
    }
}
