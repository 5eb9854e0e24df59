//! What came in and waits: who works on it and how long, second tries, and what was set aside.

use std::collections::BTreeSet;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;

use super::columns::{micros, micros_after, parsed, stamp, time, unpack};
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
    /// The right to say what became of it.
    pub lease: Lease,
}

/// The right to work on one delivery for a while. It is known by its holder and its end, so that a
/// holder that slept past its end can change nothing once another one, or the same one anew, has
/// leased the delivery. Until then even a lease that has run out is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub(super) seq: i64,
    pub(super) owner: String,
    /// As the column has it.
    pub(super) until: i64,
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
        let until = micros_after(now, lasting);
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
        .bind(until)
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
                lease: Lease {
                    seq,
                    owner: owner.to_owned(),
                    until,
                },
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

    /// Gives back deliveries on which no work was done: their lease was no try. Those whose lease is
    /// no longer good are left as they are.
    pub async fn give_back(&self, leases: &[Lease]) -> Result<(), StoreError> {
        let list: Vec<_> = leases
            .iter()
            .map(|lease| (lease.seq, &lease.owner, lease.until))
            .collect();
        self.write(
            sqlx::query(
                "UPDATE delivery
                 SET leased_by = NULL, leased_until = 0, tries = max(tries - 1, 0)
                 WHERE state = 'waiting' AND (seq, leased_by, leased_until) IN (
                     SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))",
            )
            .bind(serde_json::to_string(&list).unwrap_or_default()),
        )
        .await?;
        self.ring();
        Ok(())
    }

    /// Ends a lease; the delivery is tried again at `at` or later. False when the lease was no
    /// longer good: then nothing is changed.
    pub async fn try_later(
        &self,
        lease: &Lease,
        error: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.wait_until(lease, error, at, 0).await
    }

    /// As [`Store::try_later`], for trouble that is not the delivery's: this was no try.
    pub async fn put_off(
        &self,
        lease: &Lease,
        error: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.wait_until(lease, error, at, 1).await
    }

    async fn wait_until(
        &self,
        lease: &Lease,
        error: &str,
        at: Timestamp,
        tries_back: u32,
    ) -> Result<bool, StoreError> {
        let changed = self
            .write(
                sqlx::query(
                    "UPDATE delivery
                     SET leased_by = NULL, leased_until = 0, not_before = ?, error = ?,
                         tries = max(tries - ?, 0)
                     WHERE seq = ? AND state = 'waiting' AND leased_by = ? AND leased_until = ?",
                )
                .bind(micros(at))
                .bind(error)
                .bind(tries_back)
                .bind(lease.seq)
                .bind(lease.owner.as_str())
                .bind(lease.until),
            )
            .await?;
        Ok(changed > 0)
    }

    /// Gives a delivery up, with its error and its body, until [`Store::retry`]. False when the
    /// lease was no longer good: then nothing is changed.
    pub async fn set_aside(&self, lease: &Lease, error: &str) -> Result<bool, StoreError> {
        let changed = self
            .write(
                sqlx::query(
                    "UPDATE delivery
                     SET state = 'aside', leased_by = NULL, leased_until = 0, error = ?
                     WHERE seq = ? AND state = 'waiting' AND leased_by = ? AND leased_until = ?",
                )
                .bind(error)
                .bind(lease.seq)
                .bind(lease.owner.as_str())
                .bind(lease.until),
            )
            .await?;
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
}
