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
        keys(store.waiting("shop", 9, at(0)).await.unwrap()),
        ["c:2", "c:3", "c:1"]
    );
    let asked = store
        .documents("shop", &["c:1".into(), "c:9".into()])
        .await
        .unwrap();
    assert_eq!(keys(asked), ["c:1"]);
}

#[tokio::test]
async fn a_job_that_was_put_off_holds_up_no_other() {
    let (_dir, store) = fresh().await;
    // It was asked for twice: it is as due as it was at first, and stands where it came at last.
    let put_off = Wanted {
        settle_at: at(9),
        ..wanted("jobs", "compare", 1)
    };
    let apply = wanted("jobs", "apply", 2);
    store.apply(say(vec![put_off, apply])).await.unwrap();
    let first = |row: Option<MessageRow>| row.map(|row| row.key.to_string());
    assert_eq!(first(store.first_due("jobs", at(1)).await.unwrap()), None);
    for (now, due) in [(3, Some("apply")), (9, Some("compare")), (9, None)] {
        // Whoever is told that there is work finds some.
        let lanes = store.lanes_with_work(at(now)).await.unwrap();
        assert_eq!(lanes.is_empty(), due.is_none());
        let row = store.first_due("jobs", at(now)).await.unwrap();
        if let Some(row) = &row {
            store.skip("jobs", &row.key, row.rev).await.unwrap();
        }
        assert_eq!(first(row).as_deref(), due);
    }
}

#[tokio::test]
async fn an_intent_is_remembered_until_its_end_is_known() {
    let (_dir, store) = fresh().await;
    let keys = [DoneKey::from("c:1"), DoneKey::from("c:2")];
    store
        .apply(say(vec![
            wanted("shop", "c:1", 1),
            wanted("shop", "c:2", 1),
        ]))
        .await
        .unwrap();
    let fence = store.lease_lane("shop", "me", at(0), MINUTE).await;
    let fence = fence.unwrap().unwrap();
    assert_eq!(store.intend("shop", fence, &keys, at(3)).await, Ok(true));
    let open = store.intended("shop").await.unwrap();
    assert_eq!(open.len(), 2);
    assert_eq!(open[0].intent_at, Some(at(3)));
    store.unintend("shop", &keys).await.unwrap();
    assert!(store.intended("shop").await.unwrap().is_empty());
    assert_eq!(store.intend("shop", fence, &keys, at(4)).await, Ok(true));
    // Both are told by one message.
    let ts = MessageTs::from("17.1");
    let entries = keys.clone().map(|key| (key, 1));
    store.said("shop", &ts, &entries).await.unwrap();
    assert!(store.intended("shop").await.unwrap().is_empty());
    let together = store.together("shop", &ts).await.unwrap();
    assert_eq!(together.len(), 2);
    // One of them turns out to stand somewhere else, in an older state.
    store
        .apply(say(vec![wanted("shop", "c:1", 5)]))
        .await
        .unwrap();
    store
        .said("shop", &ts, &[(keys[0].clone(), 5)])
        .await
        .unwrap();
    let other = MessageTs::from("16.9");
    store.adopt("shop", &other, &keys[0], 1).await.unwrap();
    assert_eq!(store.together("shop", &ts).await.unwrap().len(), 1);
    let waiting = store.waiting("shop", 9, at(0)).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].ts.clone()), (1, Some(other)));
}

#[tokio::test]
async fn who_has_lost_the_lane_may_not_speak_there() {
    let (_dir, store) = fresh().await;
    let keys = [DoneKey::from("c:1")];
    store
        .apply(say(vec![wanted("shop", "c:1", 1)]))
        .await
        .unwrap();
    let old = store.lease_lane("shop", "me", at(0), MINUTE).await;
    let new = store.lease_lane("shop", "you", at(90), MINUTE).await;
    let (old, new) = (old.unwrap().unwrap(), new.unwrap().unwrap());
    assert_eq!(store.intend("shop", old, &keys, at(91)).await, Ok(false));
    assert!(store.intended("shop").await.unwrap().is_empty());
    assert_eq!(store.intend("shop", new, &keys, at(91)).await, Ok(true));
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
    assert!(store.waiting("shop", 9, at(0)).await.unwrap().is_empty());
    store
        .apply(say(vec![wanted("shop", "c:1", 2)]))
        .await
        .unwrap();
    assert_eq!(store.waiting("shop", 9, at(0)).await.unwrap().len(), 1);
}
