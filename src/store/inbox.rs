//! What came in and waits: leases, second tries, what was set aside, and what the shell may ask.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::columns::{micros, micros_after, stamp, time, time_if, unpack};
use super::{Source, Store, StoreError};
use crate::id::DeliveryId;

/// Rows that one deletion takes, so that nobody waits long for the pen.
const PRUNE_AT_ONCE: u32 = 1_000;

/// A delivery that was leased to be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number, in the order of arrival.
    pub seq: i64,
    /// Which door it came through.
    pub source: Source,
    /// What its sender calls it.
    pub id: DeliveryId,
    /// The event's name.
    pub kind: String,
    /// What was sent.
    pub body: Bytes,
    /// When it came.
    pub received: Timestamp,
    /// How often it has been leased, this time included: 1 for the first try.
    pub tries: u32,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not done yet, perhaps leased just now.
    Waiting,
    /// Done; its body is gone.
    Done,
    /// Given up after some tries, with its error, until somebody asks for it again.
    Aside,
}

impl State {
    /// As it is written in the database and shown in the shell.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Aside => "aside",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text {
            "waiting" => Ok(Self::Waiting),
            "done" => Ok(Self::Done),
            "aside" => Ok(Self::Aside),
            _ => Err(StoreError::Unreadable("an unknown state".to_owned())),
        }
    }
}

/// A delivery without its body, for people to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its number, in the order of arrival.
    pub seq: i64,
    /// Which door it came through.
    pub source: Source,
    /// What its sender calls it.
    pub id: DeliveryId,
    /// The event's name.
    pub kind: String,
    /// When it came.
    pub received: Timestamp,
    /// Where it stands.
    pub state: State,
    /// How often it has been leased.
    pub tries: u32,
    /// It is not tried before.
    pub not_before: Timestamp,
    /// Who works on it, and until when.
    pub leased: Option<(String, Timestamp)>,
    /// What went wrong the last time.
    pub error: Option<String>,
}

/// How much there is of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Deliveries that are not done yet.
    pub waiting: u64,
    /// Deliveries that were set aside.
    pub aside: u64,
    /// When the oldest waiting delivery came.
    pub oldest_waiting: Option<Timestamp>,
    /// Messages that are wanted and not said yet.
    pub unsaid: u64,
}

impl Store {
    /// Leases up to `limit` deliveries to `owner` for `lasting`, in the order of arrival: those that
    /// wait, whose time has come, and which nobody else holds. Each lease counts as a try, so that
    /// a delivery whose body kills the process is found out, too; one that has been tried before
    /// comes alone, so that it takes no other down with it.
    pub async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        lasting: SignedDuration,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut pen = self.pen().await?;
        let rows = sqlx::query(
            "WITH free AS (
                 SELECT seq, tries FROM delivery
                 WHERE state = 'waiting' AND not_before <= ?1 AND leased_until <= ?1
                 ORDER BY seq LIMIT ?2)
             UPDATE delivery SET leased_by = ?3, leased_until = ?4, tries = tries + 1
             WHERE seq IN (
                 SELECT seq FROM free
                 WHERE seq = (SELECT min(seq) FROM free)
                    OR seq < coalesce((SELECT min(seq) FROM free WHERE tries > 0), ?5))
             RETURNING seq, source, id, kind, body, received, tries",
        )
        .bind(micros(now))
        .bind(limit)
        .bind(owner)
        .bind(micros_after(now, lasting))
        .bind(i64::MAX)
        .fetch_all(&mut *pen)
        .await?;
        pen.lay_down();
        let mut leased = Vec::with_capacity(rows.len());
        for row in rows {
            let packed: Vec<u8> = row.try_get("body")?;
            let seq = row.try_get("seq")?;
            // A body that cannot be unpacked comes empty: nobody can parse it, so it is set aside
            // like any other poison instead of stopping all that came after it.
            let body = unpack(&packed).unwrap_or_else(|error| {
                tracing::error!(seq, %error, "a delivery was damaged on the disk");
                Bytes::new()
            });
            leased.push(Delivery {
                seq,
                source: parsed(&row, "source")?,
                id: DeliveryId::new(row.try_get::<String, _>("id")?),
                kind: row.try_get("kind")?,
                body,
                received: time(&row, "received")?,
                tries: row.try_get("tries")?,
            });
        }
        // SQLite returns changed rows in no order that it promises.
        leased.sort_unstable_by_key(|delivery| delivery.seq);
        Ok(leased)
    }

    /// Ends every lease of `owner`, on deliveries and lanes: for what a process of the same name
    /// left behind when it died. The tries stay counted.
    pub async fn end_leases(&self, owner: &str) -> Result<(), StoreError> {
        let mut pen = self.pen().await?;
        let mut all = pen.begin().await?;
        sqlx::query(
            "UPDATE delivery SET leased_by = NULL, leased_until = 0
             WHERE state = 'waiting' AND leased_by = ?",
        )
        .bind(owner)
        .execute(&mut *all)
        .await?;
        sqlx::query("UPDATE lane SET leased_by = NULL, leased_until = 0 WHERE leased_by = ?")
            .bind(owner)
            .execute(&mut *all)
            .await?;
        all.commit().await?;
        pen.lay_down();
        self.ring();
        Ok(())
    }

    /// Gives back leased deliveries on which no work was begun: their lease is no try.
    pub async fn give_back(&self, seqs: &[i64]) -> Result<(), StoreError> {
        let list = serde_json::to_string(seqs).unwrap_or_default();
        self.write(
            sqlx::query(
                "UPDATE delivery
                 SET leased_by = NULL, leased_until = 0, tries = max(tries - 1, 0)
                 WHERE state = 'waiting' AND seq IN (SELECT value FROM json_each(?))",
            )
            .bind(list),
        )
        .await?;
        self.ring();
        Ok(())
    }

    /// Ends the lease; the delivery is tried again at `at` or later.
    pub async fn try_later(&self, seq: i64, error: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE delivery
                 SET leased_by = NULL, leased_until = 0, not_before = ?, error = ?
                 WHERE seq = ? AND state = 'waiting'",
            )
            .bind(micros(at))
            .bind(error)
            .bind(seq),
        )
        .await?;
        Ok(())
    }

    /// As [`Store::try_later`], for trouble that is not the delivery's: this was no try.
    pub async fn put_off(&self, seq: i64, error: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE delivery
                 SET leased_by = NULL, leased_until = 0, not_before = ?, error = ?,
                     tries = max(tries - 1, 0)
                 WHERE seq = ? AND state = 'waiting'",
            )
            .bind(micros(at))
            .bind(error)
            .bind(seq),
        )
        .await?;
        Ok(())
    }

    /// Gives a delivery up, with its error and its body, until [`Store::retry`].
    pub async fn set_aside(&self, seq: i64, error: &str) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE delivery
                 SET state = 'aside', leased_by = NULL, leased_until = 0, error = ?
                 WHERE seq = ? AND state = 'waiting'",
            )
            .bind(error)
            .bind(seq),
        )
        .await?;
        Ok(())
    }

    /// Lets a delivery that was set aside be tried again at once, as if it were new. False when
    /// there is no such delivery aside.
    pub async fn retry(&self, seq: i64) -> Result<bool, StoreError> {
        let changed = self
            .write(
                sqlx::query(
                    "UPDATE delivery
                     SET state = 'waiting', tries = 0, not_before = 0, leased_by = NULL,
                         leased_until = 0
                     WHERE seq = ? AND state = 'aside'",
                )
                .bind(seq),
            )
            .await?;
        self.ring();
        Ok(changed > 0)
    }

    /// Which of these ids of one source were never kept.
    pub async fn unkept(
        &self,
        source: Source,
        ids: &[DeliveryId],
    ) -> Result<BTreeSet<String>, StoreError> {
        let list = serde_json::to_string(ids).unwrap_or_default();
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT value FROM json_each(?2)
             WHERE value NOT IN (SELECT id FROM delivery WHERE source = ?1
                                 AND id IN (SELECT value FROM json_each(?2)))",
        )
        .bind(source.as_str())
        .bind(list)
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().collect())
    }

    /// How many deliveries are not done yet.
    pub async fn waiting_deliveries(&self) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar("SELECT count(*) FROM delivery WHERE state = 'waiting'")
            .fetch_one(self.readers())
            .await?;
        Ok(count)
    }

    /// When the next delivery can be leased: the end of a wait or of a lease; in the past when one
    /// can be leased now. `None` when none waits.
    pub async fn next_delivery_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(max(not_before, leased_until)) FROM delivery WHERE state = 'waiting'",
        )
        .fetch_one(self.readers())
        .await?;
        Ok(next.map(stamp).transpose()?)
    }

    /// The newest deliveries first, of one state or of all.
    pub async fn list(&self, state: Option<State>, limit: u32) -> Result<Vec<Summary>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT seq, source, id, kind, received, state, tries, not_before, leased_by,
                    leased_until, error
             FROM delivery WHERE ?1 IS NULL OR state = ?1 ORDER BY seq DESC LIMIT ?2",
        )
        .bind(state.map(State::as_str))
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// One delivery with its body, which is empty once the delivery is done.
    pub async fn show(&self, seq: i64) -> Result<Option<(Summary, Bytes)>, StoreError> {
        let row = sqlx::query("SELECT * FROM delivery WHERE seq = ?")
            .bind(seq)
            .fetch_optional(self.readers())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let packed: Vec<u8> = row.try_get("body")?;
        Ok(Some((Summary::from_row(&row)?, unpack(&packed)?)))
    }

    /// Forgets deliveries that are done and came before `before`; returns how many. A redelivery
    /// of one that is forgotten would be taken for new, so `before` must lie further back than
    /// senders redeliver.
    pub async fn prune(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let now_gone = self
                .write(
                    sqlx::query(
                        "DELETE FROM delivery WHERE seq IN (
                             SELECT seq FROM delivery WHERE state = 'done' AND received < ?
                             LIMIT ?)",
                    )
                    .bind(micros(before))
                    .bind(PRUNE_AT_ONCE),
                )
                .await?;
            gone += now_gone;
            if now_gone < u64::from(PRUNE_AT_ONCE) {
                return Ok(gone);
            }
        }
    }

    /// What the metrics show.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM delivery WHERE state = 'waiting') AS waiting,
                    (SELECT count(*) FROM delivery WHERE state = 'aside') AS aside,
                    (SELECT received FROM delivery WHERE state = 'waiting'
                     ORDER BY seq LIMIT 1) AS oldest,
                    (SELECT count(*) FROM message
                     WHERE dropped IS NULL AND rev > said_rev) AS unsaid",
        )
        .fetch_one(self.readers())
        .await?;
        Ok(Counts {
            waiting: row.try_get("waiting")?,
            aside: row.try_get("aside")?,
            oldest_waiting: time_if(&row, "oldest")?,
            unsaid: row.try_get("unsaid")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Summary {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let owner: Option<String> = row.try_get("leased_by")?;
        let until = time(row, "leased_until")?;
        Ok(Self {
            seq: row.try_get("seq")?,
            source: parsed(row, "source")?,
            id: DeliveryId::new(row.try_get::<String, _>("id")?),
            kind: row.try_get("kind")?,
            received: time(row, "received")?,
            state: parsed(row, "state")?,
            tries: row.try_get("tries")?,
            not_before: time(row, "not_before")?,
            leased: owner.map(|owner| (owner, until)),
            error: row.try_get("error")?,
        })
    }
}

fn parsed<T: FromStr<Err = StoreError>>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    row.try_get::<&str, _>(column)?
        .parse()
        .map_err(|error: StoreError| sqlx::Error::Decode(error.into()))
}
