//! Which channels have work, and who may write there.

use super::*;

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
