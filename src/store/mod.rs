//! What must survive a crash: deliveries, what was said, and a cache. Never truth.
//!
//! # What it promises, whatever the database
//!
//! There are four things that matter, and a cache. Each call of this room is one transaction; none
//! is open when it returns.
//!
//! - A **delivery** is *kept* once: the same id from the same source is the same delivery, and nobody
//!   is told that it is kept before it is durable. It is *leased* instead of locked, oldest first:
//!   until its lease runs out nobody else gets it, and each lease counts as a try, so that one that
//!   kills whoever works on it is found out. It is *finished* together with all that follows from it,
//!   or not at all.
//! - A **lease** is a fence: what its holder says of the delivery (done, later, aside) counts only as
//!   long as nobody has leased the delivery since, however long the holder slept. Leases run out by
//!   the time that callers tell, so the clocks of all processes must agree to within a lease.
//! - A **message** is what a channel is to be told beside what it was told: the newest document, and
//!   the revision that Slack shows. A document is replaced by a newer one only. That a call to say it
//!   begins is written before the call.
//! - A **lane**, a channel's name, has one writer at a time, by a lease of the same kind.
//! - An **entry** is a line of an incident's record: a copy of what GitHub has, or what a person did
//!   and GitHub is still to be told.
//! - What is in the **cache** can be asked again.
//!
//! # How SQLite keeps it
//!
//! SQL lives in this room only. One connection writes, for everybody in turn, so that inside one
//! process nobody ever waits for a lock of SQLite; a few others read.

mod cache;
mod columns;
mod entries;
mod error;
mod finish;
mod inbox;
mod keep;
mod lanes;
mod outbox;
mod pen;
mod restore;
mod shown;
mod troubles;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use tokio::sync::{mpsc, watch};

pub use entries::EntryRow;
pub use error::StoreError;
pub use finish::{Changes, Wanted};
pub use inbox::{Delivery, Lease};
pub use keep::{Incoming, Kept, Source};
pub use lanes::{Fence, Lane, Look};
pub use outbox::MessageRow;
pub use restore::Restored;
pub use shown::{Counts, State, Summary};

use pen::{Pen, Pens};

/// How long a write waits for another program that holds the database. Slack waits 3 s for its
/// answer, so this must be well below.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many connections read at most; each is a thread and a page cache.
const READERS: u32 = 2;

/// Where the database is.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite:///absolute/path.sqlite3` or `sqlite:relative.sqlite3`.
    pub url: String,
}

impl fmt::Debug for Settings {
    /// Nothing of it: an address may carry a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settings(…)")
    }
}

/// The open store. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Store(Arc<Inside>);

struct Inside {
    pens: Arc<Pens>,
    readers: SqlitePool,
    letters: mpsc::Sender<keep::Letter>,
    bell: watch::Sender<u64>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the database, creates it if need be, and brings its schema up to date. Must be called
    /// within a tokio runtime: the task that writes deliveries lives as long as the store.
    pub async fn open(settings: &Settings) -> Result<Self, StoreError> {
        Self::open_patiently(settings, PATIENCE).await
    }

    async fn open_patiently(settings: &Settings, patience: Duration) -> Result<Self, StoreError> {
        let options = options(&settings.url)?.busy_timeout(patience);
        let mut first = options.clone().create_if_missing(true).connect().await?;
        sqlx::migrate!("src/store/migrations")
            .run(&mut first)
            .await?;

        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options.clone().pragma("query_only", "ON"));
        let pens = Arc::new(Pens::new(options, first));
        let (bell, _) = watch::channel(0);
        let letters = keep::employ(Arc::clone(&pens), bell.clone());
        Ok(Self(Arc::new(Inside {
            pens,
            readers,
            letters,
            bell,
        })))
    }

    /// Whether the store can really read and write now: one look at the file with fresh eyes, and
    /// one small durable write. Notices a file that is locked, read-only, damaged at its head, full,
    /// or gone from its place.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let beaten = self.beat().await;
        if let Err(error) = &beaten {
            self.complain(error);
        }
        beaten
    }

    /// Logs a trouble of the database: once, however many calls meet it, until it is over or has
    /// lasted for ten minutes. That it is over is logged by itself.
    pub fn complain(&self, error: &StoreError) {
        self.0.pens.troubles.met(error);
    }

    async fn beat(&self) -> Result<(), StoreError> {
        // First the pen: it knows whether the file is still in its place.
        let mut pen = self.pen().await?;
        sqlx::query("UPDATE pulse SET beats = beats + 1")
            .execute(&mut *pen)
            .await?;
        pen.lay_down();
        self.0.pens.look_afresh().await
    }

    /// Waits for the writes at work, and closes the file. Later calls give
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.pens.close().await;
    }

    /// The one connection that writes, when it is our turn.
    async fn pen(&self) -> Result<Pen<'_>, StoreError> {
        self.0.pens.take().await
    }

    /// Writes one statement, durably; returns how many rows it changed.
    async fn write(
        &self,
        statement: sqlx::query::Query<'_, sqlx::Sqlite, SqliteArguments>,
    ) -> Result<u64, StoreError> {
        let mut pen = self.pen().await?;
        let changed = statement.execute(&mut *pen).await?.rows_affected();
        pen.lay_down();
        Ok(changed)
    }

    /// Where reads go.
    fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }
}

/// What the address says, with how we use SQLite.
fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let Some((scheme, rest)) = url.split_once(':') else {
        return Err(StoreError::Address("it has no `sqlite:` in front"));
    };
    if scheme != "sqlite" {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        return Err(
            if rest.starts_with("//") && scheme.len() <= 20 && scheme.chars().all(plain) {
                StoreError::Scheme(scheme.to_owned())
            } else {
                StoreError::Address("it has no `sqlite:` in front")
            },
        );
    }
    if rest.trim_start_matches('/').is_empty() {
        return Err(StoreError::Address("the file's path is missing"));
    }
    if rest.contains(":memory:") || rest.contains("mode=memory") || rest.contains("mode=ro") {
        return Err(StoreError::Address(
            "a database in memory keeps nothing, one to read neither",
        ));
    }
    Ok(SqliteConnectOptions::from_str(url)?
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // Every commit reaches the disk before anyone is told that it is kept.
        .synchronous(SqliteSynchronous::Full)
        // After a burst the log shrinks again.
        .pragma("journal_size_limit", "67108864")
        .pragma("temp_store", "MEMORY")
        // Ids come in no order, so that in a burst a page of their index is written again and again:
        // the fewer checkpoints, the fewer of these copies reach the file itself. 16 MB of log, and
        // 8 MB of pages at most.
        .pragma("wal_autocheckpoint", "4000")
        .pragma("cache_size", "-8000")
        .statement_cache_capacity(keep::MOST_ROWS + 64)
        .row_buffer_size(keep::MOST_ROWS + 1)
        .disable_statement_logging())
}

#[cfg(test)]
mod tests;
