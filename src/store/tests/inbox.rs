//! Who gets a delivery, when, and what comes of one that fails.

use super::*;

fn ids(leased: &[Delivery]) -> Vec<&str> {
    leased.iter().map(|delivery| delivery.id.as_str()).collect()
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
    store.give_back(&[leased[0].lease.clone()]).await.unwrap();
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
    store
        .try_later(&leased[0].lease, "GitHub is down", at(30))
        .await
        .unwrap();
    assert!(
        store
            .finish(&leased[1].lease, Changes::default())
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
    let leased = store.lease("me", at(0), MINUTE, 9).await.unwrap();
    let seq = leased[0].seq;
    store
        .set_aside(&leased[0].lease, "no issue in it")
        .await
        .unwrap();

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
async fn only_old_and_finished_deliveries_are_forgotten() {
    let (_dir, store) = fresh().await;
    for id in ["done", "waiting"] {
        store.keep(comment(id)).await.unwrap();
    }
    let leased = store.lease("me", at(0), MINUTE, 1).await.unwrap();
    store
        .finish(&leased[0].lease, Changes::default())
        .await
        .unwrap();
    assert_eq!(store.prune(at(0)).await, Ok(0));
    assert_eq!(store.prune(at(1)).await, Ok(1));
    let left = store.list(None, 9).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id.as_str(), "waiting");
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
async fn who_slept_past_the_end_of_a_lease_changes_nothing_once_another_has_it() {
    let (_dir, store) = fresh().await;
    store.keep(comment("a")).await.unwrap();
    let told = || say(vec![wanted("shop", "c:1", 1)]);
    let slept = store.lease("me", at(0), MINUTE, 9).await.unwrap()[0].clone();
    // The next holder may well have the same name: a process that was started again.
    for next in ["you", "me"] {
        let awake = store.lease(next, at(60), MINUTE, 9).await.unwrap()[0].clone();
        assert_eq!(store.finish(&slept.lease, told()).await, Ok(false));
        assert_eq!(store.put_off(&slept.lease, "x", at(0)).await, Ok(false));
        assert_eq!(store.try_later(&slept.lease, "x", at(0)).await, Ok(false));
        assert_eq!(store.set_aside(&slept.lease, "x").await, Ok(false));
        store
            .give_back(std::slice::from_ref(&slept.lease))
            .await
            .unwrap();
        let still = store.lease("third", at(61), MINUTE, 9).await.unwrap();
        assert_eq!(ids(&still), [""; 0], "it is in the hands of {next}");
        let waiting = store.message("shop", &"c:1".into()).await.unwrap();
        assert_eq!(waiting, None);
        store.give_back(&[awake.lease]).await.unwrap();
    }
    // Nobody has it now, and still the old lease is worth nothing.
    assert_eq!(store.finish(&slept.lease, told()).await, Ok(false));
    let late = store.lease("me", at(90), MINUTE, 9).await.unwrap()[0].clone();
    // Who is late and was not missed may finish: nobody else has begun.
    assert_eq!(late.tries, 2);
    assert_eq!(store.finish(&late.lease, told()).await, Ok(true));
}

#[tokio::test]
async fn the_counts_say_what_waits_and_since_when() {
    let (_dir, store) = fresh().await;
    assert_eq!(store.counts().await, Ok(Counts::default()));
    store.keep(comment("a")).await.unwrap();
    let early = Wanted {
        settle_at: at(1),
        ..wanted("gone", "c:1", 1)
    };
    store
        .apply(say(vec![early, wanted("shop", "c:2", 1)]))
        .await
        .unwrap();
    let said = DoneKey::from("c:2");
    let entries = [(said.clone(), 1)];
    store.said("shop", &"17.1".into(), &entries).await.unwrap();
    store
        .apply(say(vec![wanted("shop", "c:2", 2)]))
        .await
        .unwrap();
    let all = Counts {
        waiting: 1,
        aside: 0,
        oldest_waiting: Some(at(0)),
        unsaid: 2,
        unsaid_changes: 1,
        oldest_unsaid: Some(at(1)),
    };
    assert_eq!(store.counts().await, Ok(all));
    // What waits for people to open a channel is nothing to wake anybody for.
    store.report("gone", "archived").await.unwrap();
    let oldest_unsaid = Some(at(2));
    assert_eq!(
        store.counts().await,
        Ok(Counts {
            oldest_unsaid,
            ..all
        })
    );
}
