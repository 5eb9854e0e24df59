//! What is known again from what a channel shows.

use super::*;

#[tokio::test]
async fn what_a_channel_shows_is_known_again_and_only_news_wait() {
    let (_dir, store) = fresh().await;
    let shows = |key: &str, rev, ts: &str| Restored {
        key: DoneKey::from(key),
        at: at(1),
        doc: String::from("{}"),
        rev,
        ts: MessageTs::from(ts),
        shows_a_state: false,
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
    let waiting = store.waiting("shop", 9, at(0)).await.unwrap();
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
    assert_eq!(store.told_below("c:", at(0)).await.unwrap().len(), 3);
    assert!(store.told_below("rv:", at(0)).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_a_channel_shows_is_not_covered_and_goes_on_being_told() {
    let (_dir, store) = fresh().await;
    // A list of what there was before was wanted, when the channel was not read yet.
    let covered = Wanted {
        doc: String::from("{}"),
        covered: true,
        ..wanted("shop", "c:1", 0)
    };
    store.apply(say(vec![covered])).await.unwrap();
    let shown = Restored {
        key: DoneKey::from("c:1"),
        at: at(1),
        doc: String::from("{\"key\":\"c:1\"}"),
        rev: 5,
        ts: MessageTs::from("1.1"),
        shows_a_state: false,
    };
    store.restore("shop", vec![shown]).await.unwrap();
    let row = store.message("shop", &DoneKey::from("c:1")).await.unwrap();
    assert_eq!(row.unwrap().doc, "{\"key\":\"c:1\"}");
    assert!(store.waiting("shop", 9, at(9)).await.unwrap().is_empty());
    store
        .apply(say(vec![wanted("shop", "c:1", 6)]))
        .await
        .unwrap();
    let waiting = store.waiting("shop", 9, at(9)).await.unwrap();
    assert_eq!(waiting[0].ts, Some(MessageTs::from("1.1")), "an update");
}

#[tokio::test]
async fn a_state_that_is_wanted_is_said_over_what_a_lost_database_said() {
    let (_dir, store) = fresh().await;
    let line = |key: &str, rev| Wanted {
        doc: String::from("{\"line\":{}}"),
        ..wanted("shop", key, rev)
    };
    store
        .apply(say(vec![line("card:i", 2), line("say:i:created", 1)]))
        .await
        .unwrap();
    let shows = |key: &str, rev, shows_a_state| Restored {
        key: DoneKey::from(key),
        at: at(1),
        doc: String::from("{}"),
        rev,
        ts: MessageTs::from("1.1"),
        shows_a_state,
    };
    let said = vec![shows("card:i", 5, true), shows("say:i:created", 1, false)];
    store.restore("shop", said).await.unwrap();
    let waiting = store.waiting("shop", 9, at(9)).await.unwrap();
    let waiting: Vec<_> = waiting
        .iter()
        .map(|row| (row.key.as_str(), row.rev, row.said_rev))
        .collect();
    assert_eq!(waiting, [("card:i", 6, 5)]);
}
