//! What the store promises, shown on a real file.

mod cache;
mod finish;
mod inbox;
mod keep;
mod lanes;
mod outbox;
mod restore;
mod trouble;

use std::path::Path;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sqlx::Executor;
use tempfile::TempDir;

use super::*;
use crate::id::{ChannelId, DeliveryId, DoneKey, MessageTs};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// So many seconds after a fixed moment.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_600_000_000 + seconds).unwrap()
}

fn settings(dir: &Path) -> Settings {
    Settings {
        url: format!("sqlite://{}/test.sqlite3", dir.display()),
    }
}

async fn fresh() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_patiently(&settings(dir.path()), Duration::from_millis(50))
        .await
        .unwrap();
    (dir, store)
}

fn comment(id: &str) -> Incoming {
    Incoming {
        source: Source::GitHub,
        id: DeliveryId::from(id),
        kind: "issue_comment".to_owned(),
        body: Bytes::from(format!("{{\"action\":\"created\",\"said\":\"{id}\"}}")),
        received: at(0),
    }
}

fn wanted(lane: &str, key: &str, rev: i64) -> Wanted {
    Wanted {
        lane: lane.to_owned(),
        key: DoneKey::from(key),
        at: at(rev),
        doc: format!("{{\"rev\":{rev}}}"),
        rev,
        settle_at: at(2),
        give_up_at: at(1_000),
        covered: false,
    }
}

fn say(messages: Vec<Wanted>) -> Changes {
    Changes {
        messages,
        ..Changes::default()
    }
}
