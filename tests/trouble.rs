//! Deliveries in trouble: what waits for GitHub is told when GitHub is back, and what kills whoever
//! takes it in is set aside.

#![allow(clippy::unwrap_used)]

mod rig;

use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;
use rig::house::{Ground, House};
use serde_json::json;
use sqlx::Executor as _;
use sssbot::sandbox::Fault;
use sssbot::store::State;

const CHANNEL: &str = "shop-20210101i";
/// What sssbot asks GitHub when somebody comments on a pull request that it has not heard of.
const ASKED: &str = "GET /repos/acme/shop/pulls/13";

/// A comment, on an issue or on a pull request that was never heard of.
async fn comment(ground: &Ground, to: SocketAddr, id: u64, on_pull: bool) {
    let mut body = json!({
        "action": "created",
        "issue": {"number": 13, "title": "#shop-20210101i payments fail"},
        "comment": {"id": id, "user": {"login": "hanako"}, "body": format!("word-{id}")},
        "repository": {"full_name": "acme/shop"},
        "sender": {"login": "hanako"},
    });
    if on_pull {
        body["issue"]["pull_request"] = json!({"url": "https://api.github.com/x"});
    }
    let (body, id) = (body.to_string(), format!("d-{id}"));
    let secret = &ground.sandbox.keys.webhook_secret;
    let status = rig::deliver(to, secret, "issue_comment", &id, body.as_bytes()).await;
    assert_eq!(status, 202);
}

/// The words of the comments that the channel shows.
fn told(ground: &Ground) -> Vec<String> {
    let said = ground.said_in(CHANNEL);
    let words = said.iter().filter_map(|text| text.split("word-").nth(1));
    words.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_github_that_is_away_for_hours_costs_no_delivery() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel(CHANNEL);
    let house = House::open(&ground, dir.path()).await;
    for _ in 0..60 {
        ground
            .sandbox
            .github
            .faults()
            .next(ASKED, Fault::Status(503));
    }
    comment(&ground, house.address, 1, true).await;
    house.live(&ground, SignedDuration::from_hours(2)).await;
    assert_eq!(house.stands("d-1").await.0, State::Waiting);
    // What needs no answer of GitHub's does not wait for it.
    comment(&ground, house.address, 2, false).await;
    house.live(&ground, SignedDuration::ZERO).await;
    assert_eq!(told(&ground), ["2"]);
    // It is asked again every five minutes at the least, so all these hours are over after six.
    house.live(&ground, SignedDuration::from_hours(4)).await;
    assert_eq!(told(&ground), ["2", "1"]);
    assert_eq!(ground.sandbox.github.faults().unmet(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_github_that_asks_to_wait_is_waited_for() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel(CHANNEL);
    let house = House::open(&ground, dir.path()).await;
    for _ in 0..8 {
        ground
            .sandbox
            .github
            .faults()
            .next(ASKED, Fault::RateLimited(600));
    }
    comment(&ground, house.address, 1, true).await;
    house.live(&ground, SignedDuration::from_mins(79)).await;
    assert!(told(&ground).is_empty());
    // Not asked more often than GitHub wants it.
    assert_eq!(ground.sandbox.github.faults().unmet(), 0);
    house.live(&ground, SignedDuration::from_mins(1)).await;
    assert_eq!(told(&ground), ["1"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_kills_whoever_takes_it_is_set_aside() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel(CHANNEL);
    let house = House::open(&ground, dir.path()).await;
    comment(&ground, house.address, 1, false).await;
    comment(&ground, house.address, 2, false).await;
    // Ten processes take it and are gone; to those that follow it looks just like this.
    let (store, now) = (&house.store, ground.clock.now());
    for _ in 0..10 {
        let lasting = SignedDuration::from_mins(2);
        let taken = store.lease("sssbot", now, lasting, 64).await.unwrap();
        assert_eq!(taken[0].id.as_str(), "d-1");
        store.end_leases("sssbot").await.unwrap();
    }
    house.live(&ground, SignedDuration::from_secs(3)).await;
    assert_eq!(house.stands("d-1").await.0, State::Aside);
    let aside = store.list(Some(State::Aside), 10).await.unwrap();
    let error = aside[0].error.as_deref();
    assert_eq!(error, Some("10 processes ended while it was in hand"));
    assert_eq!(told(&ground), ["2"]);
    // A person who knows better lets it be tried again.
    assert!(store.retry(aside[0].seq).await.unwrap());
    house.live(&ground, SignedDuration::from_secs(3)).await;
    assert_eq!(told(&ground), ["2", "1"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_github_that_hangs_holds_up_only_what_needs_it() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel(CHANNEL);
    let house = House::open(&ground, dir.path()).await;
    house.live(&ground, SignedDuration::from_secs(5)).await;
    let faults = ground.sandbox.github.faults();
    faults.next(ASKED, Fault::TimeoutBefore);
    faults.next(ASKED, Fault::Status(503));
    for (id, needs_github) in [(1, true), (2, true), (3, false), (4, true), (5, false)] {
        comment(&ground, house.address, id, needs_github).await;
    }
    house.live(&ground, SignedDuration::ZERO).await;
    assert_eq!(faults.unmet(), 1, "it was asked once, and then left alone");
    assert_eq!(told(&ground), ["3", "5"]);
    for id in ["d-1", "d-2", "d-4"] {
        let waits = house.stands(id).await;
        assert_eq!(waits, (State::Waiting, 0), "{id}: that was no try");
    }
    // Then it is asked again, by one.
    house.live(&ground, SignedDuration::from_secs(6)).await;
    assert_eq!(faults.unmet(), 0);
    assert_eq!(told(&ground), ["3", "5"]);
    house.live(&ground, SignedDuration::from_secs(25)).await;
    assert_eq!(told(&ground), ["3", "5", "1", "2", "4"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_databases_trouble_interrupts_goes_on_when_that_is_over() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel(CHANNEL);
    let house = House::open(&ground, dir.path()).await;
    house.live(&ground, SignedDuration::ZERO).await;
    for (id, needs_github) in [(1, false), (2, true), (3, false), (4, false)] {
        comment(&ground, house.address, id, needs_github).await;
    }
    // While GitHub is asked, with all four in hand, another program takes hold of the database.
    let faults = ground.sandbox.github.faults();
    faults.next(ASKED, Fault::TimeoutBefore);
    let mut other = rig::another_program(dir.path()).await;
    let hold = async {
        while faults.unmet() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        other.execute("BEGIN IMMEDIATE").await.unwrap();
    };
    tokio::join!(hold, house.live(&ground, SignedDuration::ZERO));
    assert!(told(&ground).is_empty(), "nothing can be written down");
    assert_eq!(house.stands("d-1").await.0, State::Done);
    other.execute("ROLLBACK").await.unwrap();
    // Nobody waits for the lease of the rest to run out.
    house.live(&ground, SignedDuration::from_secs(3)).await;
    assert_eq!(told(&ground), ["1", "3", "4"]);
    for id in ["d-3", "d-4"] {
        assert_eq!(house.stands(id).await, (State::Done, 1), "{id}");
    }
    house.live(&ground, SignedDuration::from_secs(30)).await;
    assert_eq!(told(&ground), ["1", "3", "4", "2"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_slack_is_back_the_first_message_comes_within_seconds() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    let new = tempfile::tempdir().unwrap();
    ground.channel(CHANNEL);
    // It goes away when the channel is known, and in the end also before anything is.
    let mut house = Some(House::open(&ground, dir.path()).await);
    let mut all = Vec::new();
    for id in 1..=3 {
        if id == 2 {
            house.take().unwrap().close().await;
            house = Some(House::open(&ground, dir.path()).await);
        }
        if id == 3 {
            house.take().unwrap().close().await;
            house = Some(House::open(&ground, new.path()).await);
        }
        let house = house.as_ref().unwrap();
        ground.sandbox.slack.set_away(true);
        comment(&ground, house.address, id, false).await;
        house.live(&ground, SignedDuration::from_mins(20)).await;
        assert_eq!(told(&ground), all);
        ground.sandbox.slack.set_away(false);
        all.push(id.to_string());
        let mut seconds = 0;
        while told(&ground) != all {
            seconds += 1;
            assert!(seconds <= 20, "{:?} after {seconds} s", told(&ground));
            house.live(&ground, SignedDuration::from_secs(1)).await;
        }
    }
    house.unwrap().close().await;
}
