//! The one connection that writes, handed from one to the next in turn.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{Mutex, MutexGuard};

use super::StoreError;
use super::troubles::Troubles;

/// Where the pen lies while nobody writes. The lock is fair: who asked first writes first.
pub(super) struct Pens {
    options: SqliteConnectOptions,
    path: PathBuf,
    file: Option<FileId>,
    slot: Mutex<Slot>,
    pub(super) troubles: Troubles,
}

enum Slot {
    Lies(Box<SqliteConnection>),
    /// It met trouble, or its holder was cancelled: the next one connects anew, which is how the
    /// store recovers when the trouble has passed.
    Broken,
    Closed,
}

/// The right to write. Dropped without [`Pen::lay_down`] its connection is closed, and whatever it
/// had not committed is undone.
pub(super) struct Pen<'a> {
    connection: Box<SqliteConnection>,
    slot: MutexGuard<'a, Slot>,
    troubles: &'a Troubles,
}

impl Pens {
    pub(super) fn new(options: SqliteConnectOptions, first: SqliteConnection) -> Self {
        let path = options.get_filename().to_owned();
        Self {
            file: FileId::of(&path),
            path,
            options,
            slot: Mutex::new(Slot::Lies(Box::new(first))),
            troubles: Troubles::default(),
        }
    }

    pub(super) async fn take(&self) -> Result<Pen<'_>, StoreError> {
        let mut slot = self.slot.lock().await;
        if matches!(*slot, Slot::Closed) {
            return Err(StoreError::Closed);
        }
        let lying = std::mem::replace(&mut *slot, Slot::Broken);
        // SQLite would go on writing to a file that was deleted or replaced, and all would be lost.
        if FileId::of(&self.path) != self.file {
            return Err(StoreError::Moved);
        }
        let connection = match lying {
            Slot::Lies(connection) => connection,
            _ => Box::new(self.options.connect().await?),
        };
        Ok(Pen {
            connection,
            slot,
            troubles: &self.troubles,
        })
    }

    /// Reads the file through a connection that has nothing of it in memory. Where that fails, the
    /// one that writes is given up too: it would go on writing to what can no longer be read.
    pub(super) async fn look_afresh(&self) -> Result<(), StoreError> {
        let read = async {
            let mut fresh = self.options.connect().await?;
            sqlx::query("SELECT beats FROM pulse")
                .fetch_one(&mut fresh)
                .await?;
            fresh.close().await
        };
        let read = read.await.map_err(StoreError::from);
        if let Err(StoreError::Damaged) = read {
            let mut slot = self.slot.lock().await;
            if let Slot::Lies(_) = &*slot {
                *slot = Slot::Broken;
            }
        }
        read
    }

    pub(super) async fn close(&self) {
        let mut slot = self.slot.lock().await;
        if let Slot::Lies(connection) = std::mem::replace(&mut *slot, Slot::Closed) {
            connection.close().await.ok();
        }
    }
}

impl Pen<'_> {
    /// Gives the connection back, sound.
    pub(super) fn lay_down(self) {
        let Self {
            connection,
            mut slot,
            troubles,
        } = self;
        *slot = Slot::Lies(connection);
        drop(slot);
        troubles.over();
    }

    /// A transaction that has the right to write from its start, so that it cannot fail half-way
    /// because another program wrote in between.
    pub(super) async fn begin(
        &mut self,
    ) -> Result<sqlx::Transaction<'_, sqlx::Sqlite>, sqlx::Error> {
        self.begin_with("BEGIN IMMEDIATE").await
    }
}

impl Deref for Pen<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Pen<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

/// What makes a file itself, whatever it is called; `None` where there is none.
#[derive(PartialEq, Eq)]
struct FileId(u64, u64);

impl FileId {
    #[cfg(unix)]
    fn of(path: &std::path::Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path).ok()?;
        Some(Self(found.dev(), found.ino()))
    }

    #[cfg(not(unix))]
    fn of(path: &std::path::Path) -> Option<Self> {
        std::fs::metadata(path).ok().map(|_| Self(0, 0))
    }
}
