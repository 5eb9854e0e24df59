//! What follows from a delivery is written whole, once, and never goes back.

use super::*;

#[tokio::test]
async fn a_delivery_is_finished_once_and_its_body_goes() {
    let (_dir, store) = fresh().await;
    store.keep(comment("a")).await.unwrap();
    let lease = store.lease("me", at(0), MINUTE, 9).await.unwrap()[0]
        .lease
        .clone();
    let seq = lease.seq;
    let changes = Changes {
        messages: vec![wanted("shop-20210101i", "c:1", 1)],
        cache: vec![("subject".to_owned(), "routed".to_owned(), at(50))],
        lanes: vec!["empty-20210101i".to_owned()],
        ..Changes::default()
    };
    assert!(store.finish(&lease, changes).await.unwrap());
    assert!(
        !store
            .finish(&lease, say(vec![wanted("other", "c:2", 1)]))
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
    let lease = store.lease("me", at(0), MINUTE, 9).await.unwrap()[0]
        .lease
        .clone();
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
        ..Changes::default()
    };
    assert!(store.finish(&lease, changes()).await.is_err());
    assert_eq!(store.message("shop", &"c:1".into()).await, Ok(None));
    assert_eq!(store.counts().await.unwrap().waiting, 1);
    // The connection that met trouble is gone, and the trouble with it.
    assert_eq!(store.finish(&lease, changes()).await, Ok(true));
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

    let entries = [(key.clone(), 2)];
    store.said("shop", &"17.1".into(), &entries).await.unwrap();
    assert_eq!(store.waiting("shop", 9, at(0)).await.unwrap(), []);
    store
        .apply(say(vec![wanted("shop", "c:1", 3)]))
        .await
        .unwrap();
    let row = store.message("shop", &key).await.unwrap().unwrap();
    assert_eq!(store.waiting("shop", 9, at(0)).await.unwrap().len(), 1);
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
    let waiting = store.waiting("shop", 9, at(0)).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].key.as_str(), "c:2");
}
