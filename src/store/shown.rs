//! What people and machines may ask about the inbox and the outbox: the shell, and the metrics.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::columns::{parsed, time, time_if, unpack};
use super::{Source, Store, StoreError};
use crate::id::DeliveryId;

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
    /// Messages that are wanted and not said yet, or not as they are wanted now.
    pub unsaid: u64,
    /// Of these, the ones that stand in Slack already and are to be changed.
    pub unsaid_changes: u64,
    /// Since when the oldest of these could be said. Those of a channel that was reported as
    /// unreachable do not count: somebody knows, and they wait for people.
    pub oldest_unsaid: Option<Timestamp>,
}

impl Store {
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

    /// What the metrics show.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM delivery WHERE state = 'waiting') AS waiting,
                    (SELECT count(*) FROM delivery WHERE state = 'aside') AS aside,
                    (SELECT received FROM delivery WHERE state = 'waiting'
                     ORDER BY seq LIMIT 1) AS oldest,
                    count(*) AS unsaid, count(ts) AS changes,
                    min(CASE WHEN lane.reported IS NULL THEN settle_at END) AS due
             FROM message LEFT JOIN lane ON lane.name = message.lane
             WHERE dropped IS NULL AND rev > said_rev",
        )
        .fetch_one(self.readers())
        .await?;
        Ok(Counts {
            waiting: row.try_get("waiting")?,
            aside: row.try_get("aside")?,
            oldest_waiting: time_if(&row, "oldest")?,
            unsaid: row.try_get("unsaid")?,
            unsaid_changes: row.try_get("changes")?,
            oldest_unsaid: time_if(&row, "due")?,
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
