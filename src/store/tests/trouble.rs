//! A database that is held, full, gone or none at all, and what keeps a commit.

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::*;

/// Another program that has the same file open.
async fn another_program(dir: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(dir.join("test.sqlite3"))
        .connect()
        .await
        .unwrap()
}

#[tokio::test]
async fn every_commit_is_synced_to_a_write_ahead_log() {
    let (_dir, store) = fresh().await;
    let mut pen = store.pen().await.unwrap();
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut *pen)
        .await
        .unwrap();
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&mut *pen)
        .await
        .unwrap();
    assert_eq!((mode.as_str(), synchronous), ("wal", 2));
}

#[tokio::test]
async fn while_another_program_holds_the_database_nobody_is_told_that_it_is_kept() {
    let (dir, store) = fresh().await;
    let mut other = another_program(dir.path()).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(store.keep(comment("a")).await, Err(StoreError::Locked));
    assert_eq!(store.ready().await, Err(StoreError::Locked));
    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(store.keep(comment("a")).await, Ok(Kept::New));
    assert_eq!(store.ready().await, Ok(()));
}

#[tokio::test]
async fn a_full_or_read_only_database_is_said_so_and_recovers() {
    let (_dir, store) = fresh().await;
    for (trouble, error) in [
        ("PRAGMA query_only = ON", StoreError::ReadOnly),
        ("PRAGMA max_page_count = 1", StoreError::Full),
    ] {
        let mut pen = store.pen().await.unwrap();
        pen.execute(trouble).await.unwrap();
        pen.lay_down();
        // Noise does not pack, so that this needs pages of its own.
        let mut noise = 1u64;
        let big = Incoming {
            body: (0..100_000)
                .map(|_| {
                    noise = noise
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    noise.to_be_bytes()[0]
                })
                .collect(),
            ..comment(trouble)
        };
        assert_eq!(store.keep(big.clone()).await, Err(error));
        assert_eq!(store.keep(big).await, Ok(Kept::New));
    }
}

#[tokio::test]
async fn a_file_that_is_gone_takes_no_more_deliveries() {
    let (dir, store) = fresh().await;
    let (file, aside) = (
        dir.path().join("test.sqlite3"),
        dir.path().join("elsewhere"),
    );
    std::fs::rename(&file, &aside).unwrap();
    assert_eq!(store.keep(comment("a")).await, Err(StoreError::Moved));
    assert_eq!(store.ready().await, Err(StoreError::Moved));
    std::fs::rename(&aside, &file).unwrap();
    assert_eq!(store.keep(comment("a")).await, Ok(Kept::New));
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (_dir, store) = fresh().await;
    store.close().await;
    assert_eq!(store.keep(comment("a")).await, Err(StoreError::Closed));
    assert_eq!(store.counts().await, Err(StoreError::Closed));
}

#[tokio::test]
async fn an_address_that_does_not_serve_is_explained_without_being_repeated() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("noise"), vec![b'!'; 5_000]).unwrap();
    let here = dir.path().display();
    for (url, says) in [
        (
            "postgres://me:s3cret@host/db".to_owned(),
            "not supported yet",
        ),
        ("me:s3cret@host/db".to_owned(), "must be sqlite://"),
        ("s3cret".to_owned(), "must be sqlite://"),
        ("sqlite://".to_owned(), "must be sqlite://"),
        ("sqlite::memory:".to_owned(), "must be sqlite://"),
        (
            format!("sqlite://{here}/s3cret/no.sqlite3"),
            "cannot be opened",
        ),
        (format!("sqlite://{here}/noise"), "damaged"),
    ] {
        let settings = Settings { url };
        let error = Store::open(&settings).await.unwrap_err();
        let all = format!("{error} {error:?} {settings:?}");
        assert!(all.contains(says), "{all}");
        assert!(!all.contains("s3cret"), "{all}");
    }
}
