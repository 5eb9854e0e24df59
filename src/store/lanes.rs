//! Lanes: a channel's name, the channel that it was bound to, and its one writer.

use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::columns::{micros, micros_after, time, time_if};
use super::{Store, StoreError};
use crate::id::ChannelId;

/// A channel's name and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// The channel's name as it routes.
    pub name: String,
    /// What it was bound to.
    pub channel: Option<ChannelId>,
    /// Nothing is said there before.
    pub not_before: Timestamp,
    /// The trouble that was reported last, until the lane is bound.
    pub reported: Option<String>,
    /// Messages that are to be said there, settled or not.
    pub unsaid: u64,
    /// When the first of these is given up.
    pub give_up_at: Option<Timestamp>,
}

const LANE: &str = "
    SELECT lane.name, lane.channel, lane.not_before, lane.reported,
           count(message.lane) AS unsaid, min(message.give_up_at) AS give_up_at
    FROM lane LEFT JOIN message
      ON message.lane = lane.name AND message.dropped IS NULL AND message.rev > message.said_rev";

impl Store {
    /// The lanes in which something can be said now: a message has settled and no pause is on.
    /// Whether somebody is at it already, [`Store::lease_lane`] tells.
    pub async fn lanes_with_work(&self, now: Timestamp) -> Result<Vec<Lane>, StoreError> {
        // From the waiting messages to their lanes, of which there are few, and not the other way.
        let rows = sqlx::query_as(
            "SELECT lane.name, lane.channel, lane.not_before, lane.reported,
                    count(*) AS unsaid, min(message.give_up_at) AS give_up_at
             FROM message CROSS JOIN lane ON lane.name = message.lane
             WHERE message.dropped IS NULL AND message.rev > message.said_rev
             GROUP BY message.lane
             HAVING min(message.settle_at) <= ?1 AND lane.not_before <= ?1
             ORDER BY min(message.at), lane.name",
        )
        .bind(micros(now))
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// One lane by its name.
    pub async fn lane(&self, name: &str) -> Result<Option<Lane>, StoreError> {
        let sql = format!("{LANE} WHERE lane.name = ? GROUP BY lane.name");
        let row = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(name)
            .fetch_optional(self.readers())
            .await?;
        Ok(row)
    }

    /// The lanes bound to this channel: more than one when it was renamed.
    pub async fn lanes_of_channel(&self, channel: &ChannelId) -> Result<Vec<Lane>, StoreError> {
        let sql = format!("{LANE} WHERE lane.channel = ? GROUP BY lane.name ORDER BY lane.name");
        let rows = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(channel.as_str())
            .fetch_all(self.readers())
            .await?;
        Ok(rows)
    }

    /// Binds a name to the channel that was found for it. Its pause and its trouble end.
    pub async fn bind(&self, lane: &str, channel: &ChannelId) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "INSERT INTO lane (name, channel) VALUES (?, ?)
                 ON CONFLICT (name) DO UPDATE
                 SET channel = excluded.channel, not_before = 0, reported = NULL",
            )
            .bind(lane)
            .bind(channel.as_str()),
        )
        .await?;
        Ok(())
    }

    /// Unbinds a name: its channel is gone, or is called otherwise now.
    pub async fn unbind(&self, lane: &str) -> Result<(), StoreError> {
        self.write(sqlx::query("UPDATE lane SET channel = NULL WHERE name = ?").bind(lane))
            .await?;
        Ok(())
    }

    /// Lets nothing be said there before `not_before`.
    pub async fn hold(&self, lane: &str, not_before: Timestamp) -> Result<(), StoreError> {
        self.write(
            sqlx::query("UPDATE lane SET not_before = ? WHERE name = ?")
                .bind(micros(not_before))
                .bind(lane),
        )
        .await?;
        Ok(())
    }

    /// Notes that this trouble of a lane was reported. True the first time, and again after another
    /// trouble or a [`Store::bind`]: then it is to be reported.
    pub async fn report(&self, lane: &str, what: &str) -> Result<bool, StoreError> {
        let changed = self
            .write(
                sqlx::query("UPDATE lane SET reported = ?1 WHERE name = ?2 AND reported IS NOT ?1")
                    .bind(what)
                    .bind(lane),
            )
            .await?;
        Ok(changed > 0)
    }

    /// Makes `owner` the one writer of a lane for `lasting`; the owner itself may prolong it. False
    /// while another one holds it, or when there is no such lane.
    pub async fn lease_lane(
        &self,
        lane: &str,
        owner: &str,
        now: Timestamp,
        lasting: SignedDuration,
    ) -> Result<bool, StoreError> {
        let changed = self
            .write(
                sqlx::query(
                    "UPDATE lane SET leased_by = ?1, leased_until = ?2
                     WHERE name = ?3
                       AND (leased_by IS NULL OR leased_by = ?1 OR leased_until <= ?4)",
                )
                .bind(owner)
                .bind(micros_after(now, lasting))
                .bind(lane)
                .bind(micros(now)),
            )
            .await?;
        Ok(changed > 0)
    }

    /// Lets go of a lane; does nothing when another one holds it by now.
    pub async fn release_lane(&self, lane: &str, owner: &str) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE lane SET leased_by = NULL, leased_until = 0
                 WHERE name = ? AND leased_by = ?",
            )
            .bind(lane)
            .bind(owner),
        )
        .await?;
        Ok(())
    }
}

impl FromRow<'_, SqliteRow> for Lane {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            name: row.try_get("name")?,
            channel: row
                .try_get::<Option<String>, _>("channel")?
                .map(ChannelId::new),
            not_before: time(row, "not_before")?,
            reported: row.try_get("reported")?,
            unsaid: row.try_get("unsaid")?,
            give_up_at: time_if(row, "give_up_at")?,
        })
    }
}
