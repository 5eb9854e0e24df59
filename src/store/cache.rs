//! What can be asked again, kept until it expires so that it need not be.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::columns::micros;
use super::{Store, StoreError};

impl Store {
    /// What is remembered under this key, unless it has expired.
    pub async fn cached(&self, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        let value = sqlx::query_scalar("SELECT value FROM cache WHERE key = ? AND expires > ?")
            .bind(key)
            .bind(micros(now))
            .fetch_optional(self.readers())
            .await?;
        Ok(value)
    }

    /// All that is remembered under keys that begin so, unless it has expired.
    pub async fn cached_below(
        &self,
        prefix: &str,
        now: Timestamp,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT key, value FROM cache
             WHERE key >= ?1 AND key < ?1 || char(1114111) AND expires > ?2 ORDER BY key",
        )
        .bind(prefix)
        .bind(micros(now))
        .fetch_all(self.readers())
        .await?;
        Ok(rows)
    }

    /// Remembers a value under this key until `expires`, in place of what was there.
    pub async fn cache(
        &self,
        key: &str,
        value: &str,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let mut pen = self.pen().await?;
        put(&mut pen, key.to_owned(), value.to_owned(), expires).await?;
        pen.lay_down();
        Ok(())
    }

    /// Forgets what is under this key.
    pub async fn forget(&self, key: &str) -> Result<(), StoreError> {
        self.write(sqlx::query("DELETE FROM cache WHERE key = ?").bind(key.to_owned()))
            .await?;
        Ok(())
    }

    /// Forgets what is under this key, if it is still this.
    pub async fn forget_same(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let forget = sqlx::query("DELETE FROM cache WHERE key = ? AND value = ?")
            .bind(key.to_owned())
            .bind(value.to_owned());
        self.write(forget).await?;
        Ok(())
    }

    /// Forgets all that has expired; returns how much that was.
    pub async fn forget_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(sqlx::query("DELETE FROM cache WHERE expires <= ?").bind(micros(now)))
            .await
    }
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    key: String,
    value: String,
    expires: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO cache (key, value, expires) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires",
    )
    .bind(key)
    .bind(value)
    .bind(micros(expires))
    .execute(connection)
    .await?;
    Ok(())
}
