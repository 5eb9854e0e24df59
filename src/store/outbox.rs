//! What channels are to be told, beside what they have been told.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::columns::{micros, stamp, time, time_if};
use super::{Fence, Store, StoreError};
use crate::id::{DoneKey, MessageTs};

/// One message of one channel: as it is wanted, and as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// The channel's name as it routes.
    pub lane: String,
    /// What it is about.
    pub key: DoneKey,
    /// When it happened, by GitHub's clock.
    pub at: Timestamp,
    /// The document, JSON.
    pub doc: String,
    /// The document's revision.
    pub rev: i64,
    /// Not said before.
    pub settle_at: Timestamp,
    /// Not said after.
    pub give_up_at: Timestamp,
    /// When a call to say it began whose end we do not know.
    pub intent_at: Option<Timestamp>,
    /// Slack's id of it, once it was said.
    pub ts: Option<MessageTs>,
    /// The revision that Slack shows; 0 before it was said.
    pub said_rev: i64,
    /// Why it will not be said.
    pub dropped: Option<String>,
}

impl Store {
    /// What a lane is to be told, settled or not, in the order in which it happened. What has not
    /// settled yet holds up what came after it: the order within a channel is kept. Only a line
    /// (`{"line":…`) that stands there and changes later holds up nothing.
    pub async fn waiting(
        &self,
        lane: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT * FROM message
             WHERE lane = ?1 AND dropped IS NULL AND rev > said_rev
               AND NOT (ts IS NOT NULL AND settle_at > ?3 AND doc GLOB '{\"line\"*')
             ORDER BY at, length(key), key LIMIT ?2",
        )
        .bind(lane)
        .bind(limit)
        .bind(micros(now))
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// What of a lane is due at `now`, that first which is due for the longest: for lanes of jobs,
    /// where nothing has to wait for what stands before it.
    pub async fn first_due(
        &self,
        lane: &str,
        now: Timestamp,
    ) -> Result<Option<MessageRow>, StoreError> {
        let row = sqlx::query_as(
            "SELECT * FROM message
             WHERE lane = ?1 AND dropped IS NULL AND rev > said_rev AND settle_at <= ?2
             ORDER BY settle_at, at, length(key), key LIMIT 1",
        )
        .bind(lane)
        .bind(micros(now))
        .fetch_optional(self.readers())
        .await?;
        Ok(row)
    }

    /// When something more becomes due, later than `now`: a message settles, its time is up, or a
    /// channel is to be read. What is due at `now` or before is not counted: it is in somebody's
    /// hands, or stands in the lanes that [`Store::lanes_with_work`] gives.
    pub async fn next_message_at(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(due) FROM (
                 SELECT settle_at AS due
                 FROM message JOIN lane ON lane.name = message.lane
                 WHERE dropped IS NULL AND rev > said_rev
                 UNION ALL
                 SELECT give_up_at FROM message JOIN lane ON lane.name = message.lane
                 WHERE dropped IS NULL AND rev > said_rev AND lane.channel IS NULL
                 UNION ALL
                 SELECT look_at FROM lane
                 WHERE look_at IS NOT NULL AND channel IS NOT NULL)
             WHERE due > ?",
        )
        .bind(micros(now))
        .fetch_one(self.readers())
        .await?;
        Ok(next.map(stamp).transpose()?)
    }

    /// One message, dropped or not.
    pub async fn message(
        &self,
        lane: &str,
        key: &DoneKey,
    ) -> Result<Option<MessageRow>, StoreError> {
        let row = sqlx::query_as("SELECT * FROM message WHERE lane = ? AND key = ?")
            .bind(lane)
            .bind(key.as_str())
            .fetch_optional(self.readers())
            .await?;
        Ok(row)
    }

    /// The messages of all lanes that are about this, dropped or not.
    pub async fn lanes_of_key(&self, key: &DoneKey) -> Result<Vec<MessageRow>, StoreError> {
        let rows = sqlx::query_as("SELECT * FROM message WHERE key = ? ORDER BY lane")
            .bind(key.as_str())
            .fetch_all(self.readers())
            .await?;
        Ok(rows)
    }

    /// Those messages of a lane that are about any of these, dropped or not.
    pub async fn documents(
        &self,
        lane: &str,
        keys: &[DoneKey],
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT * FROM message
             WHERE lane = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY at, length(key), key",
        )
        .bind(lane)
        .bind(list(keys))
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// Whether a lane has a message, said or not, whose key begins so.
    pub async fn has_below(&self, lane: &str, prefix: &str) -> Result<bool, StoreError> {
        let found = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM message
             WHERE lane = ?1 AND key >= ?2 AND key < ?2 || char(1114111))",
        )
        .bind(lane)
        .bind(prefix)
        .fetch_one(self.readers())
        .await?;
        Ok(found)
    }

    /// The messages of all lanes that stand in Slack, or will, and whose keys begin so, if they
    /// happened at `since` or later.
    pub async fn told_below(
        &self,
        prefix: &str,
        since: Timestamp,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT * FROM message
             WHERE key >= ?1 AND key < ?1 || char(1114111) AND at >= ?2
               AND (ts IS NOT NULL OR rev > said_rev) AND dropped IS NULL
             ORDER BY lane, at, length(key), key",
        )
        .bind(prefix)
        .bind(micros(since))
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// Those messages of a lane of which it is not known whether they were said: a call began and
    /// its end was never written. The channel's history must be read before anything is said there.
    pub async fn intended(&self, lane: &str) -> Result<Vec<MessageRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT * FROM message
             WHERE lane = ? AND intent_at IS NOT NULL AND ts IS NULL ORDER BY at, length(key), key",
        )
        .bind(lane)
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// The messages of a lane that stand under this id of Slack's: one, or all that a digest lists.
    pub async fn together(
        &self,
        lane: &str,
        ts: &MessageTs,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT * FROM message WHERE lane = ? AND ts = ? AND dropped IS NULL ORDER BY at, length(key), key",
        )
        .bind(lane)
        .bind(ts.as_str())
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// Notes that a call which says these messages begins now. False when the lane was taken by
    /// another one meanwhile: then nothing may be said.
    pub async fn intend(
        &self,
        lane: &str,
        fence: Fence,
        keys: &[DoneKey],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self
            .write(
                sqlx::query(
                    "UPDATE message SET intent_at = ?1
                     WHERE lane = ?2 AND key IN (SELECT value FROM json_each(?3))
                       AND EXISTS (SELECT * FROM lane WHERE name = ?2 AND fence = ?4)",
                )
                .bind(micros(at))
                .bind(lane)
                .bind(list(keys))
                .bind(fence.number()),
            )
            .await?;
        Ok(changed > 0)
    }

    /// Notes that the call is known to have done nothing.
    pub async fn unintend(&self, lane: &str, keys: &[DoneKey]) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE message SET intent_at = NULL
                 WHERE lane = ? AND key IN (SELECT value FROM json_each(?))",
            )
            .bind(lane)
            .bind(list(keys)),
        )
        .await?;
        Ok(())
    }

    /// Notes that Slack shows these messages, each in this revision, under this id: all or none.
    pub async fn said(
        &self,
        lane: &str,
        ts: &MessageTs,
        entries: &[(DoneKey, i64)],
    ) -> Result<(), StoreError> {
        let mut pen = self.pen().await?;
        let mut all = pen.begin().await?;
        for (key, rev) in entries {
            sqlx::query(
                "UPDATE message SET ts = ?, said_rev = max(said_rev, ?), intent_at = NULL
                 WHERE lane = ? AND key = ?",
            )
            .bind(ts.as_str())
            .bind(rev)
            .bind(lane)
            .bind(key.as_str())
            .execute(&mut *all)
            .await?;
        }
        all.commit().await?;
        pen.lay_down();
        Ok(())
    }

    /// Notes that the messages of which Slack shows two are those under this id, in this revision,
    /// whatever was thought before.
    pub async fn adopt(
        &self,
        lane: &str,
        ts: &MessageTs,
        key: &DoneKey,
        rev: i64,
    ) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE message SET ts = ?1, said_rev = ?2, intent_at = NULL, rev = max(rev, ?2)
                 WHERE lane = ?3 AND key = ?4",
            )
            .bind(ts.as_str())
            .bind(rev)
            .bind(lane)
            .bind(key.as_str()),
        )
        .await?;
        Ok(())
    }

    /// Decides that this message will not be said, and why.
    pub async fn drop_message(
        &self,
        lane: &str,
        key: &DoneKey,
        why: &str,
    ) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE message SET dropped = ?, intent_at = NULL WHERE lane = ? AND key = ?",
            )
            .bind(why)
            .bind(lane)
            .bind(key.as_str()),
        )
        .await?;
        Ok(())
    }

    /// Notes that this revision needs no saying: there is nothing in it to say. A newer one may.
    pub async fn skip(&self, lane: &str, key: &DoneKey, rev: i64) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE message SET said_rev = max(said_rev, ?), intent_at = NULL
                 WHERE lane = ? AND key = ?",
            )
            .bind(rev)
            .bind(lane)
            .bind(key.as_str()),
        )
        .await?;
        Ok(())
    }

    /// Drops the messages whose time is up (`dropped` says `expired`), and returns them. Only where
    /// no channel was found: a channel that is there and does not answer is waited for.
    pub async fn give_up(&self, now: Timestamp) -> Result<Vec<MessageRow>, StoreError> {
        // Asked often, and nearly always in vain: a write would hold up those who have something
        // to write.
        let any: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT * FROM message JOIN lane ON lane.name = message.lane
                            WHERE lane.channel IS NULL AND dropped IS NULL AND rev > said_rev
                              AND give_up_at <= ?)",
        )
        .bind(micros(now))
        .fetch_one(self.readers())
        .await?;
        if !any {
            return Ok(Vec::new());
        }
        let mut pen = self.pen().await?;
        let mut rows: Vec<MessageRow> = sqlx::query_as(
            "UPDATE message SET dropped = 'expired'
             WHERE dropped IS NULL AND rev > said_rev AND give_up_at <= ?
               AND lane IN (SELECT name FROM lane WHERE channel IS NULL) RETURNING *",
        )
        .bind(micros(now))
        .fetch_all(&mut *pen)
        .await?;
        pen.lay_down();
        rows.sort_by(|a, b| (&a.lane, a.at, &a.key).cmp(&(&b.lane, b.at, &b.key)));
        Ok(rows)
    }

    /// Forgets messages that were said or dropped and happened before `before`; returns how many.
    /// Later news of the same thing would be a new message. What an incident asked for stays: as
    /// long as its record asks for it, this is how it is known to be done.
    pub async fn prune_messages(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(
            sqlx::query(
                "DELETE FROM message
                 WHERE at < ? AND intent_at IS NULL AND (dropped IS NOT NULL OR rev <= said_rev)
                   AND doc NOT GLOB '{\"line\"*' AND lane NOT GLOB 'gh:*' AND lane NOT GLOB 'sl:*'",
            )
            .bind(micros(before)),
        )
        .await
    }
}

/// Keys as one value of a statement.
fn list(keys: &[DoneKey]) -> String {
    serde_json::to_string(keys).unwrap_or_default()
}

impl FromRow<'_, SqliteRow> for MessageRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            lane: row.try_get("lane")?,
            key: DoneKey::new(row.try_get::<String, _>("key")?),
            at: time(row, "at")?,
            doc: row.try_get("doc")?,
            rev: row.try_get("rev")?,
            settle_at: time(row, "settle_at")?,
            give_up_at: time(row, "give_up_at")?,
            intent_at: time_if(row, "intent_at")?,
            ts: row.try_get::<Option<String>, _>("ts")?.map(MessageTs::new),
            said_rev: row.try_get("said_rev")?,
            dropped: row.try_get("dropped")?,
        })
    }
}
