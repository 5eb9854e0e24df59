//! Much at once: few messages, nothing left out, Slack's limits kept, and nobody else kept waiting.

#![allow(clippy::unwrap_used)]

mod rig;

use jiff::{SignedDuration, Timestamp};
use rig::house::{Ground, House};
use serde_json::json;

/// The numbers of the words that these texts show, in their order.
fn words(texts: &[String]) -> Vec<usize> {
    let all = texts.iter().flat_map(|text| text.split("word-").skip(1));
    let number = |text: &str| {
        text.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    };
    all.map(|text| number(text).parse().unwrap()).collect()
}

async fn comment(ground: &Ground, house: &House, channel: &str, id: usize, at: Timestamp) {
    let at = at.strftime("%FT%TZ").to_string();
    let body = json!({
        "action": "created",
        "issue": {"number": 13, "title": format!("#{channel} payments fail")},
        "comment": {"id": id + 1, "user": {"login": "hanako"}, "body": format!("word-{id:05}"),
            "created_at": at, "updated_at": at},
        "repository": {"full_name": "acme/shop"},
        "sender": {"login": "hanako"},
    })
    .to_string();
    let secret = &ground.sandbox.keys.webhook_secret;
    let (id, body) = (format!("d-{id}"), body.as_bytes());
    let status = rig::deliver(house.address, secret, "issue_comment", &id, body).await;
    assert_eq!(status, 202);
}

fn kept_the_limits(ground: &Ground) {
    assert_eq!(ground.sandbox.slack.limits_exceeded(), 0);
    assert_eq!(ground.sandbox.slack.pings(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_comments_at_once_become_five_messages_at_most() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel("shop-20210101i");
    let house = House::open(&ground, dir.path()).await;
    house.live(&ground, SignedDuration::ZERO).await;
    for id in 0..100 {
        comment(&ground, &house, "shop-20210101i", id, ground.clock.now()).await;
    }
    house.live(&ground, SignedDuration::from_mins(1)).await;
    let said = ground.said_in("shop-20210101i");
    assert!(said.len() <= 5, "{} messages", said.len());
    assert_eq!(words(&said), (0..100).collect::<Vec<_>>());
    kept_the_limits(&ground);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_comments_in_five_seconds_become_few_messages() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel("shop-20210101i");
    let house = House::open(&ground, dir.path()).await;
    for id in 0..100 {
        comment(&ground, &house, "shop-20210101i", id, ground.clock.now()).await;
        house.live(&ground, SignedDuration::from_millis(50)).await;
    }
    house.live(&ground, SignedDuration::from_mins(1)).await;
    let said = ground.said_in("shop-20210101i");
    // The first three at once, as they come; then what has come meanwhile.
    assert!(said.len() <= 8, "{} messages", said.len());
    assert_eq!(words(&said), (0..100).collect::<Vec<_>>());
    kept_the_limits(&ground);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_channel_that_floods_keeps_no_other_waiting() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    let quiet: Vec<String> = (1..=9).map(|day| format!("search-2021010{day}i")).collect();
    for channel in quiet.iter().map(String::as_str).chain(["shop-20210101i"]) {
        ground.channel(channel);
    }
    let house = House::open(&ground, dir.path()).await;
    house.live(&ground, SignedDuration::ZERO).await;
    // What floods is older than what the others wait for.
    for id in 0..300 {
        comment(&ground, &house, "shop-20210101i", id, ground.clock.now()).await;
    }
    house.live(&ground, SignedDuration::from_secs(1)).await;
    for (id, channel) in quiet.iter().enumerate() {
        comment(&ground, &house, channel, 1_000 + id, ground.clock.now()).await;
    }
    house.live(&ground, SignedDuration::from_secs(2)).await;
    for (id, channel) in quiet.iter().enumerate() {
        assert_eq!(words(&ground.said_in(channel)), [1_000 + id], "{channel}");
    }
    house.live(&ground, SignedDuration::from_mins(1)).await;
    assert_eq!(
        words(&ground.said_in("shop-20210101i")),
        (0..300).collect::<Vec<_>>()
    );
    kept_the_limits(&ground);
    house.close().await;
}
