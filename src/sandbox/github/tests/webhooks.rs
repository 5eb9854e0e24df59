//! Webhooks on a bad day, the log of deliveries, and faults of the API.

use std::time::Duration;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Bench, REPO, bench};
use crate::sandbox::{Fault, WebhookFault};

async fn three(bench: &Bench) {
    for title in ["one", "two", "three"] {
        bench.ana("POST", "/issues", json!({"title": title})).await;
    }
}

async fn titles(bench: &Bench) -> Vec<String> {
    let got = bench.got().await;
    got.iter()
        .map(|(_, _, body)| body["issue"]["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_webhook_is_lost_doubled_or_late() {
    for (fault, arrives) in [
        (WebhookFault::Lost, vec!["two", "three"]),
        (WebhookFault::Doubled, vec!["one", "one", "two", "three"]),
        (WebhookFault::Behind(1), vec!["two", "one", "three"]),
        (WebhookFault::Behind(2), vec!["two", "three", "one"]),
        (WebhookFault::Unanswered, vec!["one", "two", "three"]),
    ] {
        let bench = bench().await;
        bench.world.faults().next_webhook(fault);
        three(&bench).await;
        assert_eq!(bench.world.pending(), 3);
        assert_eq!(titles(&bench).await, arrives, "{fault:?}");
        assert_eq!(
            (bench.world.pending(), bench.world.faults().unmet()),
            (0, 0)
        );
    }
}

#[tokio::test]
async fn a_webhook_comes_minutes_later_or_when_it_is_let_go() {
    let bench = bench().await;
    for _ in 0..2 {
        let late = WebhookFault::LateBy(SignedDuration::from_mins(5));
        bench.world.faults().next_webhook(late);
    }
    three(&bench).await;
    assert_eq!(titles(&bench).await, ["three"]);
    assert!(bench.world.next_due().is_some());
    bench.hands.turn(SignedDuration::from_mins(5));
    assert_eq!(titles(&bench).await, ["one", "two"]);
    bench.world.faults().next_webhook(WebhookFault::Behind(9));
    bench.ana("POST", "/issues", json!({"title": "four"})).await;
    assert!(titles(&bench).await.is_empty());
    bench.world.release();
    assert_eq!(titles(&bench).await, ["four"]);
}

#[tokio::test]
async fn the_log_says_that_what_was_not_answered_has_failed() {
    let bench = bench().await;
    let faults = bench.world.faults();
    faults.next_webhook(WebhookFault::Unanswered);
    three(&bench).await;
    bench.got().await;
    let attempts = bench.world.attempts();
    let taken: Vec<_> = attempts.iter().rev().take(3).map(|one| one.taken).collect();
    assert_eq!(taken, [true, true, false]);
}

#[tokio::test]
async fn what_failed_is_in_the_log_and_can_be_delivered_again() {
    let bench = bench().await;
    bench.ana("POST", "/issues", json!({"title": "one"})).await;
    *bench.answers.lock().unwrap() = StatusCode::BAD_GATEWAY;
    let first = bench.got().await;
    *bench.answers.lock().unwrap() = StatusCode::OK;
    three(&bench).await;
    bench.got().await;
    let crab = bench.octocrab();
    let page: Vec<Value> = crab
        .get("/app/hook/deliveries?per_page=3", None::<&()>)
        .await
        .unwrap();
    assert_eq!(page.len(), 3);
    assert!(page.iter().all(|one| one["status"] == "OK"));
    let url = format!(
        "/app/hook/deliveries?per_page=3&cursor=v1_{}",
        page[2]["id"]
    );
    let next: Vec<Value> = crab.get(url, None::<&()>).await.unwrap();
    let failed = &next[0];
    assert_eq!(
        (&failed["status_code"], &failed["redelivery"]),
        (&json!(502), &json!(false))
    );
    let path = format!("/app/hook/deliveries/{}", failed["id"]);
    let whole: Value = crab.get(&path, None::<&()>).await.unwrap();
    assert_eq!(whole["request"]["payload"], first[0].2);
    assert_eq!(whole["request"]["headers"]["X-GitHub-Event"], "issues");
    let _: Value = crab
        .post(format!("{path}/attempts"), None::<&()>)
        .await
        .unwrap();
    let again = bench.got().await;
    assert_eq!(again, first, "the same guid and the same body");
}

#[tokio::test]
async fn nothing_is_told_where_the_app_is_not() {
    let bench = bench().await;
    bench.world.add_repo("acme/other", false).unwrap();
    let (status, _) = bench
        .call(
            "user:ana",
            "POST",
            "/repos/acme/other/issues",
            json!({"title": "x"}),
        )
        .await;
    assert_eq!(status, 201);
    assert!(bench.kinds().await.is_empty());
    bench.world.install(&["acme/other"]).unwrap();
    bench.world.uninstall("acme/other").unwrap();
    bench.world.ping();
    assert_eq!(
        bench.kinds().await,
        [
            "installation_repositories.added",
            "installation_repositories.removed",
            "ping"
        ]
    );
}

#[tokio::test]
async fn faults_of_the_api_happen_once() {
    let bench = bench().await;
    // What people do meets no fault.
    let token = bench.token().await;
    bench.ana("POST", "/issues", json!({"title": "one"})).await;
    let path = format!("{REPO}/issues/1/comments");
    let call = format!("POST {path}");
    let comment = || json!({"body": "hello"});
    let count = || bench.world.snapshot().repos[0].issues[0].timeline.len();
    bench.world.faults().next(&call, Fault::RateLimited(7));
    let request = bench
        .http
        .post(format!("{}/api/v3{path}", bench.url))
        .bearer_auth(&token);
    let limited = request.json(&comment()).send().await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    bench.world.faults().next(&call, Fault::Status(502));
    assert_eq!(bench.call(&token, "POST", &path, comment()).await.0, 502);
    assert_eq!(count(), 0);
    for (fault, after) in [(Fault::TimeoutBefore, 0), (Fault::TimeoutAfter, 1)] {
        bench.world.faults().next(&call, fault);
        let request = bench
            .http
            .post(format!("{}{path}", bench.url))
            .bearer_auth(&token);
        let request = request.timeout(Duration::from_millis(300));
        let error = request.json(&comment()).send().await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(count(), after);
    }
    assert_eq!(bench.call(&token, "POST", &path, comment()).await.0, 201);
    assert_eq!(count(), 2);
}

#[tokio::test]
async fn two_worlds_that_live_alike_say_the_same() {
    let mut told = Vec::new();
    for _ in 0..2 {
        let bench = bench().await;
        three(&bench).await;
        bench.push("same", "a.txt", "a\n");
        let got = bench.got().await;
        let text = serde_json::to_string(&got).unwrap();
        told.push(
            text.replace(&bench.url, "http://here")
                .replace(bench.url.trim_start_matches("http://"), "here"),
        );
    }
    assert_eq!(told[0], told[1]);
}
