//! In which order a channel is told, and what becomes of what could not be said.

use super::*;

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
