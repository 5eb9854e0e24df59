//! What is promised of a delivery once it is kept.

use super::*;

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
    assert_eq!(store.counts().await.unwrap().waiting, 200);
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
