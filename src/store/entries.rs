//! The records of incidents: a copy of what GitHub has, and what waits for it.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};

use super::columns::{micros, time};
use super::{Store, StoreError};
use crate::id::DoneKey;

/// One entry of an incident's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// What the keys of the incident's effects begin with.
    pub incident: DoneKey,
    /// What makes the entry this one.
    pub key: DoneKey,
    /// Whether GitHub has it. While GitHub does not know the newest of an entry, it stands here
    /// twice: as GitHub has it, and as it ought to be.
    pub recorded: bool,
    /// When it was learned.
    pub kept: Timestamp,
    /// The entry, JSON.
    pub doc: String,
}

impl Store {
    /// All entries of all incidents.
    pub async fn entries(&self) -> Result<Vec<EntryRow>, StoreError> {
        let rows = sqlx::query_as("SELECT * FROM entry ORDER BY incident, key, recorded")
            .fetch_all(self.readers())
            .await?;
        Ok(rows)
    }

    /// The entries of one incident.
    pub async fn entries_of(&self, incident: &DoneKey) -> Result<Vec<EntryRow>, StoreError> {
        let rows = sqlx::query_as("SELECT * FROM entry WHERE incident = ? ORDER BY key, recorded")
            .bind(incident.as_str())
            .fetch_all(self.readers())
            .await?;
        Ok(rows)
    }

    /// Puts what GitHub said of an incident in the place of what it was thought to have, all or
    /// none. What was learned after `since` stays, though GitHub does not show it yet; and so does
    /// what GitHub never has: what waits for it, and who spoke in Slack (`spoke:`). What has
    /// `arrived` there is waited for no longer.
    pub async fn replace_entries(
        &self,
        incident: &DoneKey,
        rows: Vec<EntryRow>,
        arrived: &[DoneKey],
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let mut pen = self.pen().await?;
        let mut all = pen.begin().await?;
        sqlx::query(
            "DELETE FROM entry
             WHERE incident = ? AND recorded = 1 AND kept < ? AND key NOT GLOB 'spoke:*'",
        )
        .bind(incident.as_str().to_owned())
        .bind(micros(since))
        .execute(&mut *all)
        .await?;
        for row in rows {
            put(&mut all, row).await?;
        }
        for key in arrived {
            drop_waiting(&mut all, incident, key).await?;
        }
        all.commit().await?;
        pen.lay_down();
        Ok(())
    }

    /// Forgets an incident that is over.
    pub async fn forget_incident(&self, incident: &DoneKey) -> Result<(), StoreError> {
        self.write(sqlx::query("DELETE FROM entry WHERE incident = ?").bind(incident.as_str()))
            .await?;
        Ok(())
    }
}

/// Keeps an entry. One that GitHub has is waited for no longer where the two are the same.
pub(super) async fn put(all: &mut SqliteConnection, row: EntryRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO entry (incident, key, recorded, kept, doc) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (incident, key, recorded) DO UPDATE SET kept = excluded.kept, doc = excluded.doc",
    )
    .bind(row.incident.as_str().to_owned())
    .bind(row.key.as_str().to_owned())
    .bind(row.recorded)
    .bind(micros(row.kept))
    .bind(row.doc)
    .execute(&mut *all)
    .await?;
    Ok(())
}

/// Waits no longer for an entry.
pub(super) async fn drop_waiting(
    all: &mut SqliteConnection,
    incident: &DoneKey,
    key: &DoneKey,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM entry WHERE incident = ? AND key = ? AND recorded = 0")
        .bind(incident.as_str().to_owned())
        .bind(key.as_str().to_owned())
        .execute(&mut *all)
        .await?;
    Ok(())
}

impl FromRow<'_, SqliteRow> for EntryRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            incident: DoneKey::new(row.try_get::<String, _>("incident")?),
            key: DoneKey::new(row.try_get::<String, _>("key")?),
            recorded: row.try_get("recorded")?,
            kept: time(row, "kept")?,
            doc: row.try_get("doc")?,
        })
    }
}
