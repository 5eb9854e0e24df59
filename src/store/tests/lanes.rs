//! Which channels have work, and who may write there.

use super::*;

#[tokio::test]
async fn a_lane_is_found_bound_and_reported_once() {
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
    store.unbind("a").await.unwrap();
    assert_eq!(store.lane("a").await.unwrap().unwrap().channel, None);
}

#[tokio::test]
async fn a_lane_has_one_writer() {
    let (_dir, store) = fresh().await;
    store
        .apply(say(vec![wanted("shop", "c:1", 1)]))
        .await
        .unwrap();
    let lease = async |who: &str, now| {
        let fence = store.lease_lane("shop", who, at(now), MINUTE).await;
        fence.unwrap().is_some()
    };
    assert!(lease("me", 0).await);
    assert!(lease("me", 30).await);
    assert!(!lease("you", 80).await);
    store.release_lane("shop", "you").await.unwrap();
    assert!(!lease("you", 80).await);
    assert!(lease("you", 90).await);
    store.release_lane("shop", "you").await.unwrap();
    assert!(lease("me", 91).await);
}

#[tokio::test]
async fn a_channel_is_read_when_that_is_due() {
    let (_dir, store) = fresh().await;
    store
        .apply(say(vec![wanted("shop", "c:1", 1)]))
        .await
        .unwrap();
    store.bind("shop", &ChannelId::from("C1")).await.unwrap();
    let entries = [("c:1".into(), 1)];
    store.said("shop", &"17.1".into(), &entries).await.unwrap();
    let due = async |now| store.lanes_with_work(at(now)).await.unwrap();
    assert_eq!(due(100).await, []);
    let look = |now, since| Look {
        at: at(now),
        since: at(since),
        until: at(now + 300),
    };
    store.look_later("shop", look(60, 10)).await.unwrap();
    store.look_later("shop", look(70, 5)).await.unwrap();
    assert_eq!(store.next_message_at(at(9)).await, Ok(Some(at(60))));
    assert_eq!(due(59).await, []);
    let both = Look {
        until: at(370),
        ..look(60, 5)
    };
    assert_eq!(due(60).await[0].look, Some(both));
    store.looked("shop", Some(look(200, 5))).await.unwrap();
    assert_eq!(due(60).await, []);
    store.looked("shop", None).await.unwrap();
    assert_eq!(due(999).await, []);
}
