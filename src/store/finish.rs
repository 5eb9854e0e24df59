//! The end of a delivery: what follows from it and that it is done, in one commit.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::columns::micros;
use super::entries::{self, EntryRow};
use super::{Lease, Store, StoreError};
use crate::id::DoneKey;

/// All that follows from one delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What channels are to be told.
    pub messages: Vec<Wanted>,
    /// What to remember: key, value, and until when.
    pub cache: Vec<(String, String, Timestamp)>,
    /// Channel names that are to be known. Those of `messages` need not be named again.
    pub lanes: Vec<String>,
    /// Entries of incidents' records.
    pub entries: Vec<EntryRow>,
    /// Entries that are waited for no longer: incident and key. Done before `entries`.
    pub arrived: Vec<(DoneKey, DoneKey)>,
}

/// A message as it ought to be in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The channel's name as it routes.
    pub lane: String,
    /// What it is about.
    pub key: DoneKey,
    /// When it happened, by GitHub's clock: the order in which a channel is told.
    pub at: Timestamp,
    /// The document, JSON.
    pub doc: String,
    /// The document's revision; must grow whenever the document changes.
    pub rev: i64,
    /// Not said before.
    pub settle_at: Timestamp,
    /// Not said after.
    pub give_up_at: Timestamp,
    /// The channel is told of it by another message: the row is only there so that it is never said
    /// again. Changes nothing where the row exists.
    pub covered: bool,
}

impl Store {
    /// Writes what follows from a leased delivery and marks it done, both or neither. Its body is
    /// emptied. False when the lease was no longer good (it ran out and another one leased the
    /// delivery, or finished it, or set it aside): then nothing is changed.
    ///
    /// A message keeps what was said of it. A document of an older revision than the stored one is
    /// not written; a newer one revives a message that was dropped, unless it is `covered`.
    pub async fn finish(&self, lease: &Lease, changes: Changes) -> Result<bool, StoreError> {
        let mut pen = self.pen().await?;
        let mut all = pen.begin().await?;
        let done = sqlx::query(
            "UPDATE delivery
             SET state = 'done', body = x'', error = NULL, leased_by = NULL, leased_until = 0
             WHERE seq = ? AND state = 'waiting' AND leased_by = ? AND leased_until = ?",
        )
        .bind(lease.seq)
        .bind(lease.owner.as_str())
        .bind(lease.until)
        .execute(&mut *all)
        .await?
        .rows_affected()
            == 1;
        if done {
            apply(&mut all, changes).await?;
            all.commit().await?;
        } else {
            all.rollback().await?;
        }
        pen.lay_down();
        Ok(done)
    }

    /// Writes changes that follow from no delivery (a sweep's, say), all or none.
    pub async fn apply(&self, changes: Changes) -> Result<(), StoreError> {
        let mut pen = self.pen().await?;
        let mut all = pen.begin().await?;
        apply(&mut all, changes).await?;
        all.commit().await?;
        pen.lay_down();
        Ok(())
    }
}

async fn apply(all: &mut SqliteConnection, changes: Changes) -> Result<(), sqlx::Error> {
    for lane in changes.lanes {
        known_lane(all, lane).await?;
    }
    for wanted in changes.messages {
        known_lane(all, wanted.lane.clone()).await?;
        let sql = if wanted.covered { COVER } else { WANT };
        sqlx::query(sql)
            .bind(wanted.lane)
            .bind(wanted.key.as_str().to_owned())
            .bind(micros(wanted.at))
            .bind(wanted.doc)
            .bind(wanted.rev)
            .bind(micros(wanted.settle_at))
            .bind(micros(wanted.give_up_at))
            .execute(&mut *all)
            .await?;
    }
    for (incident, key) in changes.arrived {
        entries::drop_waiting(all, &incident, &key).await?;
    }
    for row in changes.entries {
        entries::put(all, row).await?;
    }
    for (key, value, expires) in changes.cache {
        super::cache::put(all, key, value, expires).await?;
    }
    Ok(())
}

async fn known_lane(all: &mut SqliteConnection, name: String) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO lane (name) VALUES (?) ON CONFLICT DO NOTHING")
        .bind(name)
        .execute(all)
        .await?;
    Ok(())
}

const WANT: &str = "
    INSERT INTO message (lane, key, at, doc, rev, settle_at, give_up_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (lane, key) DO UPDATE SET
        at = excluded.at, doc = excluded.doc, rev = excluded.rev,
        settle_at = iif(rev > said_rev, settle_at, excluded.settle_at),
        give_up_at = iif(excluded.rev > rev, excluded.give_up_at, give_up_at),
        dropped = iif(excluded.rev > rev AND dropped <> 'covered', NULL, dropped)
    WHERE excluded.rev >= rev";

const COVER: &str = "
    INSERT INTO message (lane, key, at, doc, rev, settle_at, give_up_at, dropped)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'covered')
    ON CONFLICT (lane, key) DO NOTHING";
