//! What was said by a process whose database is gone, as Slack shows it.

use jiff::Timestamp;

use super::columns::micros;
use super::{Store, StoreError};
use crate::id::{DoneKey, MessageTs};

/// A message that a channel shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What it is about.
    pub key: DoneKey,
    /// When it was said.
    pub at: Timestamp,
    /// A document without facts, JSON.
    pub doc: String,
    /// The revision that it shows.
    pub rev: i64,
    /// Slack's id of it.
    pub ts: MessageTs,
    /// Whether it shows a state, so that a line that is wanted in its place is said over it even
    /// where it seems no newer: its revisions were counted anew with the database.
    pub shows_a_state: bool,
}

impl Store {
    /// Notes that a lane's channel shows these messages, all or none. What is wanted beside them
    /// stays wanted where it is newer; what stands there is not covered by something else, whatever
    /// was thought before it was read. Of two with one key the first counts, and what is known to have
    /// been said is left as it is.
    pub async fn restore(&self, lane: &str, said: Vec<Restored>) -> Result<(), StoreError> {
        let mut pen = self.pen().await?;
        let mut all = pen.begin().await?;
        for one in said {
            sqlx::query(
                "INSERT INTO message
                     (lane, key, at, doc, rev, settle_at, give_up_at, ts, said_rev)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?3, ?3, ?6, ?5)
                 ON CONFLICT (lane, key) DO UPDATE SET
                     ts = excluded.ts, said_rev = excluded.said_rev, intent_at = NULL,
                     doc = iif(dropped = 'covered', excluded.doc, doc), dropped = NULL,
                     rev = CASE
                         WHEN ?7 AND doc GLOB '{\"line\"*' AND rev <= excluded.rev
                         THEN excluded.rev + 1
                         ELSE max(rev, excluded.rev)
                     END
                 WHERE ts IS NULL",
            )
            .bind(lane.to_owned())
            .bind(one.key.as_str().to_owned())
            .bind(micros(one.at))
            .bind(one.doc)
            .bind(one.rev)
            .bind(one.ts.as_str().to_owned())
            .bind(one.shows_a_state)
            .execute(&mut *all)
            .await?;
        }
        all.commit().await?;
        pen.lay_down();
        Ok(())
    }
}
