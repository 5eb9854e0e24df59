//! Lanes: a channel's name, the channel that it was bound to, and its one writer.

use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::columns::{micros, micros_after, time_if};
use super::{Store, StoreError};
use crate::id::ChannelId;

/// A channel's name and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// The channel's name as it routes.
    pub name: String,
    /// What it was bound to.
    pub channel: Option<ChannelId>,
    /// The trouble that was reported last, until the lane is bound.
    pub reported: Option<String>,
    /// Messages that are to be said there, settled or not.
    pub unsaid: u64,
    /// When the first of these is given up.
    pub give_up_at: Option<Timestamp>,
    /// When the channel is to be read for messages that stand there twice.
    pub look: Option<Look>,
}

/// A reading of a channel that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// From which time on.
    pub since: Timestamp,
    /// When for the last time.
    pub until: Timestamp,
}

/// The right to write in a lane, as long as nobody has taken it since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence(i64);

const LANE: &str = "
    SELECT lane.name, lane.channel, lane.reported, lane.look_at, lane.look_since, lane.look_until,
           count(message.lane) AS unsaid, min(message.give_up_at) AS give_up_at
    FROM lane LEFT JOIN message
      ON message.lane = lane.name AND message.dropped IS NULL AND message.rev > message.said_rev";

impl Store {
    /// The lanes in which something can be said now (a message has settled), and those whose channel
    /// is to be read. Whether somebody is at it already, [`Store::lease_lane`] tells.
    pub async fn lanes_with_work(&self, now: Timestamp) -> Result<Vec<Lane>, StoreError> {
        // From the waiting messages to their lanes, of which there are few, and not the other way.
        let mut rows: Vec<Lane> = sqlx::query_as(
            "SELECT lane.name, lane.channel, lane.reported,
                    lane.look_at, lane.look_since, lane.look_until,
                    count(*) AS unsaid, min(message.give_up_at) AS give_up_at
             FROM message CROSS JOIN lane ON lane.name = message.lane
             WHERE message.dropped IS NULL AND message.rev > message.said_rev
             GROUP BY message.lane
             HAVING min(message.settle_at) <= ?1
             ORDER BY min(message.at), lane.name",
        )
        .bind(micros(now))
        .fetch_all(self.readers())
        .await?;
        let looks: Vec<Lane> = sqlx::query_as(
            "SELECT name, channel, reported, look_at, look_since, look_until,
                    0 AS unsaid, NULL AS give_up_at
             FROM lane WHERE look_at <= ?1 AND channel IS NOT NULL
             ORDER BY name",
        )
        .bind(micros(now))
        .fetch_all(self.readers())
        .await?;
        for look in looks {
            if rows.iter().all(|row| row.name != look.name) {
                rows.push(look);
            }
        }
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

    /// Binds a name to the channel that was found for it. Its trouble ends.
    pub async fn bind(&self, lane: &str, channel: &ChannelId) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "INSERT INTO lane (name, channel) VALUES (?, ?)
                 ON CONFLICT (name) DO UPDATE
                 SET channel = excluded.channel, reported = NULL",
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

    /// Has the channel read at `look.at` for what came late. A reading that is due sooner stays due,
    /// and goes back, and is repeated, as far as either asked for.
    pub async fn look_later(&self, lane: &str, look: Look) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE lane SET look_at = min(ifnull(look_at, ?1), ?1),
                                 look_since = min(ifnull(look_since, ?2), ?2),
                                 look_until = max(ifnull(look_until, ?3), ?3)
                 WHERE name = ?4",
            )
            .bind(micros(look.at))
            .bind(micros(look.since))
            .bind(micros(look.until))
            .bind(lane),
        )
        .await?;
        Ok(())
    }

    /// Notes that the channel was read: `again` is the next time, if there is to be one.
    pub async fn looked(&self, lane: &str, again: Option<Look>) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "UPDATE lane SET look_at = ?, look_since = ?, look_until = ? WHERE name = ?",
            )
            .bind(again.map(|look| micros(look.at)))
            .bind(again.map(|look| micros(look.since)))
            .bind(again.map(|look| micros(look.until)))
            .bind(lane),
        )
        .await?;
        Ok(())
    }

    /// Makes `owner` the one writer of a lane for `lasting`; the owner itself may take it anew, and
    /// loses what it held. `None` while another one holds it, or when there is no such lane.
    pub async fn lease_lane(
        &self,
        lane: &str,
        owner: &str,
        now: Timestamp,
        lasting: SignedDuration,
    ) -> Result<Option<Fence>, StoreError> {
        let mut pen = self.pen().await?;
        let fence: Option<i64> = sqlx::query_scalar(
            "UPDATE lane SET leased_by = ?1, leased_until = ?2, fence = fence + 1
             WHERE name = ?3
               AND (leased_by IS NULL OR leased_by = ?1 OR leased_until <= ?4)
             RETURNING fence",
        )
        .bind(owner)
        .bind(micros_after(now, lasting))
        .bind(lane)
        .bind(micros(now))
        .fetch_optional(&mut *pen)
        .await?;
        pen.lay_down();
        Ok(fence.map(Fence))
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

impl Fence {
    pub(super) fn number(self) -> i64 {
        self.0
    }
}

impl FromRow<'_, SqliteRow> for Lane {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let look = time_if(row, "look_at")?.zip(time_if(row, "look_since")?);
        let look = look.zip(time_if(row, "look_until")?);
        Ok(Self {
            name: row.try_get("name")?,
            channel: row
                .try_get::<Option<String>, _>("channel")?
                .map(ChannelId::new),
            reported: row.try_get("reported")?,
            unsaid: row.try_get("unsaid")?,
            give_up_at: time_if(row, "give_up_at")?,
            look: look.map(|((at, since), until)| Look { at, since, until }),
        })
    }
}
