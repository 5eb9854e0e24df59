//! What the store promises, shown on a real file.

use std::path::Path;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};
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

/// Another program that has the same file open.
async fn another_program(dir: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(dir.join("test.sqlite3"))
        .connect()
        .await
        .unwrap()
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

fn ids(leased: &[Delivery]) -> Vec<&str> {
    leased.iter().map(|delivery| delivery.id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_crowd_with_doubles_each_delivery_is_new_exactly_once() {
    let (_dir, store) = fresh().await;
    let keeping: Vec<_> = (0..600)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.keep(comment(&format!("d-{}", n % 200))).await })
        })
        .collect();
    let mut new = 0;
    for kept in keeping {
        new += usize::from(kept.await.unwrap().unwrap() == Kept::New);
    }
    assert_eq!(new, 200);
    assert_eq!(store.waiting_deliveries().await.unwrap(), 200);
}

#[tokio::test]
async fn within_one_batch_the_second_of_two_is_the_repeat() {
    let (_dir, store) = fresh().await;
    let slack = Incoming {
        source: Source::SlackEvent,
        ..comment("twin")
    };
    // One thread: all four letters wait before the writer gets to run.
    let kept = tokio::join!(
        store.keep(comment("twin")),
        store.keep(slack),
        store.keep(comment("twin")),
        store.keep(comment("single")),
    );
    assert_eq!(
        (kept.0, kept.1, kept.2, kept.3),
        (Ok(Kept::New), Ok(Kept::New), Ok(Kept::Again), Ok(Kept::New))
    );
}

#[tokio::test]
async fn what_was_kept_survives_a_restart_and_is_known_again() {
    let (dir, store) = fresh().await;
    store.keep(comment("before")).await.unwrap();
    drop(store);
    let store = Store::open(&settings(dir.path())).await.unwrap();
    assert_eq!(store.keep(comment("before")).await, Ok(Kept::Again));
    let leased = store.lease("new", at(1), MINUTE, 10).await.unwrap();
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].body, comment("before").body);
    assert_eq!(leased[0].received, at(0));
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
async fn a_caller_that_leaves_breaks_nothing() {
    let (_dir, store) = fresh().await;
    {
        let mut leaving = Box::pin(store.keep(comment("left")));
        assert!(futures::poll!(&mut leaving).is_pending());
    }
    assert_eq!(store.keep(comment("stayed")).await, Ok(Kept::New));
    assert_eq!(store.keep(comment("left")).await, Ok(Kept::Again));
}

#[tokio::test]
async fn the_bell_rings_for_what_is_new_only() {
    let (_dir, store) = fresh().await;
    let mut bell = store.bell();
    store.keep(comment("one")).await.unwrap();
    assert!(bell.has_changed().unwrap());
    bell.mark_unchanged();
    store.keep(comment("one")).await.unwrap();
    assert!(!bell.has_changed().unwrap());
}

#[tokio::test]
async fn deliveries_are_leased_in_order_and_to_one_owner_at_a_time() {
    let (_dir, store) = fresh().await;
    for id in ["a", "b", "c"] {
        store.keep(comment(id)).await.unwrap();
    }
    let first = store.lease("first", at(0), MINUTE, 2).await.unwrap();
    assert_eq!(ids(&first), ["a", "b"]);
    let second = store.lease("second", at(0), MINUTE, 9).await.unwrap();
    assert_eq!(ids(&second), ["c"]);
    let none = store.lease("third", at(59), MINUTE, 9).await.unwrap();
    assert_eq!(ids(&none), [""; 0]);
    assert_eq!(store.next_delivery_at().await, Ok(Some(at(60))));
}

#[tokio::test]
async fn what_may_have_killed_its_owner_comes_back_alone() {
    let (_dir, store) = fresh().await;
    for id in ["killer", "innocent"] {
        store.keep(comment(id)).await.unwrap();
    }
    store.lease("died", at(0), MINUTE, 9).await.unwrap();
    store.keep(comment("later")).await.unwrap();
    store.end_leases("died").await.unwrap();

    let mut seen = Vec::new();
    for _ in 0..3 {
        let leased = store.lease("next", at(1), MINUTE, 9).await.unwrap();
        seen.push(ids(&leased).join("+"));
        assert_eq!(leased.len(), 1);
    }
    assert_eq!(seen, ["killer", "innocent", "later"]);
}

#[tokio::test]
async fn what_was_given_back_was_not_tried() {
    let (_dir, store) = fresh().await;
    store.keep(comment("a")).await.unwrap();
    let leased = store.lease("me", at(0), MINUTE, 9).await.unwrap();
    store.give_back(&[leased[0].seq]).await.unwrap();
    let again = store.lease("me", at(0), MINUTE, 9).await.unwrap();
    assert_eq!(again[0].tries, 1);
}

#[tokio::test]
async fn a_failed_delivery_waits_and_the_others_go_on() {
    let (_dir, store) = fresh().await;
    for id in ["bad", "good"] {
        store.keep(comment(id)).await.unwrap();
    }
    let leased = store.lease("me", at(0), MINUTE, 9).await.unwrap();
    let bad = leased[0].seq;
    store
        .try_later(bad, "GitHub is down", at(30))
        .await
        .unwrap();
    assert!(
        store
            .finish(leased[1].seq, Changes::default())
            .await
            .unwrap()
    );

    assert!(
        store
            .lease("me", at(29), MINUTE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.next_delivery_at().await, Ok(Some(at(30))));
    let again = store.lease("me", at(30), MINUTE, 9).await.unwrap();
    assert_eq!((ids(&again), again[0].tries), (vec!["bad"], 2));
}

#[tokio::test]
async fn a_poison_delivery_is_set_aside_with_its_error_until_asked_for() {
    let (_dir, store) = fresh().await;
    store.keep(comment("poison")).await.unwrap();
    let seq = store.lease("me", at(0), MINUTE, 9).await.unwrap()[0].seq;
    store.set_aside(seq, "no issue in it").await.unwrap();

    assert!(
        store
            .lease("me", at(999), MINUTE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let aside = store.list(Some(State::Aside), 10).await.unwrap();
    assert_eq!(aside[0].error.as_deref(), Some("no issue in it"));
    let (summary, body) = store.show(seq).await.unwrap().unwrap();
    assert_eq!((summary, body), (aside[0].clone(), comment("poison").body));
    assert_eq!(store.counts().await.unwrap().aside, 1);

    assert!(store.retry(seq).await.unwrap());
    assert!(!store.retry(seq).await.unwrap());
    assert_eq!(
        store.lease("me", at(999), MINUTE, 9).await.unwrap()[0].tries,
        1
    );
}

#[tokio::test]
async fn a_delivery_is_finished_once_and_its_body_goes() {
    let (_dir, store) = fresh().await;
    store.keep(comment("a")).await.unwrap();
    let seq = store.lease("me", at(0), MINUTE, 9).await.unwrap()[0].seq;
    let changes = Changes {
        messages: vec![wanted("shop-20210101i", "c:1", 1)],
        cache: vec![("subject".to_owned(), "routed".to_owned(), at(50))],
        lanes: vec!["empty-20210101i".to_owned()],
    };
    assert!(store.finish(seq, changes).await.unwrap());
    assert!(
        !store
            .finish(seq, say(vec![wanted("other", "c:2", 1)]))
            .await
            .unwrap()
    );

    let (summary, body) = store.show(seq).await.unwrap().unwrap();
    assert_eq!((summary.state, body.len()), (State::Done, 0));
    assert!(
        store
            .message("shop-20210101i", &"c:1".into())
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .message("other", &"c:2".into())
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.lane("empty-20210101i").await.unwrap().is_some());
    assert_eq!(
        store.cached("subject", at(49)).await,
        Ok(Some("routed".to_owned()))
    );
    assert_eq!(store.cached("subject", at(50)).await, Ok(None));
    assert_eq!(store.keep(comment("a")).await, Ok(Kept::Again));
}

#[tokio::test]
async fn a_finish_that_fails_half_way_leaves_nothing_behind() {
    let (_dir, store) = fresh().await;
    store.keep(comment("a")).await.unwrap();
    let seq = store.lease("me", at(0), MINUTE, 9).await.unwrap()[0].seq;
    let mut pen = store.pen().await.unwrap();
    pen.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON cache BEGIN SELECT raise(ABORT, 'no'); END",
    )
    .await
    .unwrap();
    pen.lay_down();
    let changes = || Changes {
        messages: vec![wanted("shop", "c:1", 1)],
        cache: vec![("k".to_owned(), "v".to_owned(), at(50))],
        lanes: Vec::new(),
    };
    assert!(store.finish(seq, changes()).await.is_err());
    assert_eq!(store.message("shop", &"c:1".into()).await, Ok(None));
    assert_eq!(store.waiting_deliveries().await, Ok(1));
    // The connection that met trouble is gone, and the trouble with it.
    assert_eq!(store.finish(seq, changes()).await, Ok(true));
    assert!(
        store
            .message("shop", &"c:1".into())
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn an_old_revision_never_replaces_a_newer_one() {
    let (_dir, store) = fresh().await;
    let key = DoneKey::from("c:1");
    for rev in [2, 1] {
        store
            .apply(say(vec![wanted("shop", "c:1", rev)]))
            .await
            .unwrap();
    }
    let row = store.message("shop", &key).await.unwrap().unwrap();
    assert_eq!((row.rev, row.doc.as_str()), (2, "{\"rev\":2}"));

    store.said("shop", &key, &"17.1".into(), 2).await.unwrap();
    assert!(
        !store
            .message("shop", &key)
            .await
            .unwrap()
            .unwrap()
            .is_unsaid()
    );
    store
        .apply(say(vec![wanted("shop", "c:1", 3)]))
        .await
        .unwrap();
    let row = store.message("shop", &key).await.unwrap().unwrap();
    assert!(row.is_unsaid());
    assert_eq!((row.ts, row.said_rev), (Some(MessageTs::from("17.1")), 2));
}

#[tokio::test]
async fn a_covered_message_is_never_said_and_covers_no_other() {
    let (_dir, store) = fresh().await;
    let covered = |key| Wanted {
        covered: true,
        ..wanted("shop", key, 1)
    };
    store
        .apply(say(vec![covered("c:1"), wanted("shop", "c:2", 1)]))
        .await
        .unwrap();
    store
        .apply(say(vec![covered("c:2"), wanted("shop", "c:1", 9)]))
        .await
        .unwrap();
    let waiting = store.waiting("shop", 9).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].key.as_str(), "c:2");
}

#[tokio::test]
async fn a_channel_is_told_in_the_order_in_which_it_happened() {
    let (_dir, store) = fresh().await;
    let late = wanted("shop", "c:1", 3);
    let early = wanted("shop", "c:2", 1);
    let unsettled = Wanted {
        settle_at: at(60),
        ..wanted("shop", "c:3", 2)
    };
    store
        .apply(say(vec![late, early, unsettled]))
        .await
        .unwrap();
    let keys = |rows: Vec<MessageRow>| -> Vec<String> {
        rows.iter().map(|row| row.key.to_string()).collect()
    };
    assert_eq!(store.next_message_at(at(5)).await, Ok(Some(at(60))));
    // What has not settled yet holds up what came after it.
    assert_eq!(
        keys(store.waiting("shop", 9).await.unwrap()),
        ["c:2", "c:3", "c:1"]
    );
    let asked = store
        .documents("shop", &["c:1".into(), "c:9".into()])
        .await
        .unwrap();
    assert_eq!(keys(asked), ["c:1"]);
}

#[tokio::test]
async fn an_intent_is_remembered_until_its_end_is_known() {
    let (_dir, store) = fresh().await;
    let key = DoneKey::from("c:1");
    store
        .apply(say(vec![wanted("shop", "c:1", 1)]))
        .await
        .unwrap();
    store.intend("shop", &key, at(3)).await.unwrap();
    assert_eq!(
        store.intended("shop").await.unwrap()[0].intent_at,
        Some(at(3))
    );
    store.unintend("shop", &key).await.unwrap();
    assert!(store.intended("shop").await.unwrap().is_empty());
    store.intend("shop", &key, at(4)).await.unwrap();
    store.said("shop", &key, &"17.1".into(), 1).await.unwrap();
    assert!(store.intended("shop").await.unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_said_for_a_day_is_given_up_once_and_revived_by_news() {
    let (_dir, store) = fresh().await;
    store
        .apply(say(vec![wanted("shop", "c:1", 1)]))
        .await
        .unwrap();
    assert!(store.give_up(at(999)).await.unwrap().is_empty());
    let gone = store.give_up(at(1_000)).await.unwrap();
    assert_eq!(gone[0].dropped.as_deref(), Some("expired"));
    assert!(store.give_up(at(1_000)).await.unwrap().is_empty());
    store
        .apply(say(vec![wanted("shop", "c:1", 1)]))
        .await
        .unwrap();
    assert!(store.waiting("shop", 9).await.unwrap().is_empty());
    store
        .apply(say(vec![wanted("shop", "c:1", 2)]))
        .await
        .unwrap();
    assert_eq!(store.waiting("shop", 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_lane_is_found_held_bound_and_reported_once() {
    let (_dir, store) = fresh().await;
    store
        .apply(say(vec![wanted("b", "c:1", 2), wanted("a", "c:1", 1)]))
        .await
        .unwrap();
    let names =
        |lanes: Vec<Lane>| -> Vec<String> { lanes.into_iter().map(|lane| lane.name).collect() };
    assert!(store.lanes_with_work(at(1)).await.unwrap().is_empty());
    assert_eq!(
        names(store.lanes_with_work(at(2)).await.unwrap()),
        ["a", "b"]
    );
    assert_eq!(store.lanes_of_key(&"c:1".into()).await.unwrap().len(), 2);

    store.hold("a", at(90)).await.unwrap();
    assert_eq!(names(store.lanes_with_work(at(5)).await.unwrap()), ["b"]);
    assert_eq!(store.next_message_at(at(5)).await, Ok(Some(at(90))));
    assert!(store.report("a", "archived").await.unwrap());
    assert!(!store.report("a", "archived").await.unwrap());

    let channel = ChannelId::from("C1");
    store.bind("a", &channel).await.unwrap();
    let lane = store.lane("a").await.unwrap().unwrap();
    assert_eq!(
        (lane.channel.as_ref(), lane.reported, lane.unsaid),
        (Some(&channel), None, 1)
    );
    assert_eq!(
        names(store.lanes_with_work(at(5)).await.unwrap()),
        ["a", "b"]
    );
    assert_eq!(
        names(store.lanes_of_channel(&channel).await.unwrap()),
        ["a"]
    );
    store.unbind("a").await.unwrap();
    assert!(store.lanes_of_channel(&channel).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_lane_has_one_writer() {
    let (_dir, store) = fresh().await;
    store
        .apply(say(vec![wanted("shop", "c:1", 1)]))
        .await
        .unwrap();
    assert!(store.lease_lane("shop", "me", at(0), MINUTE).await.unwrap());
    assert!(
        store
            .lease_lane("shop", "me", at(30), MINUTE)
            .await
            .unwrap()
    );
    assert!(
        !store
            .lease_lane("shop", "you", at(80), MINUTE)
            .await
            .unwrap()
    );
    store.release_lane("shop", "you").await.unwrap();
    assert!(
        !store
            .lease_lane("shop", "you", at(80), MINUTE)
            .await
            .unwrap()
    );
    assert!(
        store
            .lease_lane("shop", "you", at(90), MINUTE)
            .await
            .unwrap()
    );
    store.release_lane("shop", "you").await.unwrap();
    assert!(
        store
            .lease_lane("shop", "me", at(91), MINUTE)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn only_old_and_finished_deliveries_are_forgotten() {
    let (_dir, store) = fresh().await;
    for id in ["done", "waiting"] {
        store.keep(comment(id)).await.unwrap();
    }
    let seq = store.lease("me", at(0), MINUTE, 1).await.unwrap()[0].seq;
    store.finish(seq, Changes::default()).await.unwrap();
    assert_eq!(store.prune(at(0)).await, Ok(0));
    assert_eq!(store.prune(at(1)).await, Ok(1));
    let left = store.list(None, 9).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id.as_str(), "waiting");
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
    assert_eq!(store.waiting_deliveries().await, Err(StoreError::Closed));
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

#[tokio::test]
async fn what_a_channel_shows_is_known_again_and_only_news_wait() {
    let (_dir, store) = fresh().await;
    let shows = |key: &str, rev, ts: &str| Restored {
        key: DoneKey::from(key),
        at: at(1),
        doc: String::from("{}"),
        rev,
        ts: MessageTs::from(ts),
    };
    store
        .apply(say(vec![
            wanted("shop", "c:1", 2),
            wanted("shop", "c:2", 9),
        ]))
        .await
        .unwrap();
    let said = vec![
        shows("c:1", 5, "1.1"),
        shows("c:2", 5, "1.2"),
        shows("c:3", 5, "1.3"),
        // Posted twice, long ago: the first stays.
        shows("c:3", 6, "1.4"),
    ];
    store.restore("shop", said).await.unwrap();
    let waiting = store.waiting("shop", 9).await.unwrap();
    let waiting: Vec<_> = waiting
        .iter()
        .map(|row| (row.key.as_str(), row.ts.clone()))
        .collect();
    assert_eq!(
        waiting,
        [("c:2", Some(MessageTs::from("1.2")))],
        "an update"
    );
    let third = store
        .message("shop", &DoneKey::from("c:3"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (third.ts, third.said_rev),
        (Some(MessageTs::from("1.3")), 5)
    );
    assert_eq!(store.said_below("c:", at(0)).await.unwrap().len(), 3);
    assert!(store.said_below("rv:", at(0)).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_never_kept_is_told_from_what_was() {
    let (_dir, store) = fresh().await;
    store.keep(comment("a")).await.unwrap();
    let ids = ["a", "b"].map(DeliveryId::from);
    let unkept = store.unkept(Source::GitHub, &ids).await.unwrap();
    assert_eq!(unkept.into_iter().collect::<Vec<_>>(), ["b"]);
    assert_eq!(
        store.unkept(Source::SlackEvent, &ids).await.unwrap().len(),
        2
    );
}

#[tokio::test]
async fn what_is_remembered_is_found_by_how_its_key_begins() {
    let (_dir, store) = fresh().await;
    for key in ["sweep:a/b", "sweep:c/d", "sweeq:e", "swee"] {
        store.cache(key, "x", at(9)).await.unwrap();
    }
    let keys = |rows: Vec<(String, String)>| -> Vec<String> {
        rows.into_iter().map(|(key, _)| key).collect()
    };
    let found = store.cached_below("sweep:", at(1)).await.unwrap();
    assert_eq!(keys(found), ["sweep:a/b", "sweep:c/d"]);
    assert!(
        store
            .cached_below("sweep:", at(9))
            .await
            .unwrap()
            .is_empty()
    );
}
