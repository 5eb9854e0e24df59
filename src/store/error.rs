//! What can go wrong with the database, in words that a log may carry: no address, no contents.

use sqlx::error::DatabaseError;

/// Why the store could not do what it was asked. Nothing of it was done, with one exception: after
/// [`StoreError::Io`] a commit may still be found on the disk, so what is asked again must be known
/// again (deliveries are, by their id).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// `DATABASE_URL` names a kind of database that is not known here.
    #[error(
        "databases of the kind `{0}:` are not supported yet: use sqlite://path/to/file.sqlite3"
    )]
    Scheme(String),
    /// `DATABASE_URL` cannot be read.
    #[error("the database address must be sqlite://path/to/file.sqlite3, a file: {0}")]
    Address(&'static str),
    /// The file cannot be opened or created.
    #[error("the database file cannot be opened: does its folder exist, and may we write there?")]
    CannotOpen,
    /// Another program held the database for longer than we wait.
    #[error("the database is locked by another program: a second sssbot, a backup, an open shell?")]
    Locked,
    /// The file, its folder or its disk cannot be written to.
    #[error(
        "the database is read-only: the file, its folder and their disk must be writable for the user that sssbot runs as"
    )]
    ReadOnly,
    /// No room is left.
    #[error("the disk or the database is full: make room")]
    Full,
    /// It is no SQLite file, or a broken one.
    #[error(
        "the database file is damaged or no SQLite database: move it away and start sssbot anew; what it needs comes back from GitHub and Slack"
    )]
    Damaged,
    /// It takes longer than whoever asks can wait. Told by those who wait, not by the store.
    #[error(
        "the database takes longer than senders wait: is its disk slow, or another program at it?"
    )]
    Slow,
    /// The file that was opened is no longer at its place.
    #[error(
        "the database file was moved, replaced or deleted while it was open: put it back, or restart sssbot, which makes a new one and fills it from GitHub and Slack"
    )]
    Moved,
    /// The operating system failed to read or write.
    #[error(
        "reading or writing the database file failed (SQLite code {0}): is the disk full or broken, a quota or a limit reached?"
    )]
    Io(i32),
    /// The schema cannot be brought to what this version needs.
    #[error("the database schema does not fit this version of sssbot: {0}")]
    Schema(String),
    /// A row holds what nobody here has written.
    #[error("a stored row cannot be read: {0}")]
    Unreadable(String),
    /// The store was closed, or its writer is gone.
    #[error("the store is closed")]
    Closed,
    /// Anything else that SQLite says.
    #[error("the database failed: {0}")]
    Other(String),
}

impl StoreError {
    /// Whether any other call would have met it too: it lies in the database, and not in what was
    /// asked.
    pub fn is_the_databases(&self) -> bool {
        match self {
            Self::CannotOpen
            | Self::Locked
            | Self::ReadOnly
            | Self::Full
            | Self::Damaged
            | Self::Moved
            | Self::Slow
            | Self::Io(_)
            | Self::Closed => true,
            Self::Scheme(_)
            | Self::Address(_)
            | Self::Schema(_)
            | Self::Unreadable(_)
            | Self::Other(_) => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => from_sqlite(error.as_ref()),
            sqlx::Error::Io(_) => Self::Io(0),
            sqlx::Error::PoolTimedOut => Self::Locked,
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::ColumnDecode { index, .. } => Self::Unreadable(format!("column {index}")),
            sqlx::Error::Decode(why) => Self::Unreadable(why.to_string()),
            sqlx::Error::Configuration(_) => Self::Address("it cannot be parsed"),
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        match error {
            // A full disk or a lock is no trouble of the schema.
            Execute(error) | ExecuteMigration(error, _) => match Self::from(error) {
                Self::Other(why) => Self::Schema(why),
                known => known,
            },
            other => Self::Schema(other.to_string()),
        }
    }
}

/// By the primary result code, the low byte of the extended one: <https://sqlite.org/rescode.html>.
fn from_sqlite(error: &dyn DatabaseError) -> StoreError {
    let code: i32 = error
        .code()
        .and_then(|code| code.parse().ok())
        .unwrap_or_default();
    match code & 0xff {
        5 | 6 => StoreError::Locked,
        3 | 8 => StoreError::ReadOnly,
        10 => StoreError::Io(code),
        11 | 26 => StoreError::Damaged,
        13 => StoreError::Full,
        14 => StoreError::CannotOpen,
        _ => StoreError::Other(error.message().to_owned()),
    }
}
