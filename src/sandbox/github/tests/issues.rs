//! Issues, comments and labels, and the webhooks of each.

use serde_json::{Value, json};

use super::{REPO, bench};

#[tokio::test]
async fn an_issue_is_opened_edited_and_closed() {
    let bench = bench().await;
    let new = json!({
        "title": "Checkout is down", "body": "since nine", "labels": ["sev1", "shop"],
        "assignees": ["ben", "nobody-at-all"],
    });
    let issue = bench.ana("POST", "/issues", new).await;
    assert_eq!(issue["number"], 1);
    assert_eq!(
        issue["html_url"],
        format!("{}/acme/shop/issues/1", bench.url)
    );
    assert_eq!(
        issue["url"],
        format!("{}/api/v3/repos/acme/shop/issues/1", bench.url)
    );
    assert_eq!(issue["created_at"], "2026-03-02T09:00:00Z");
    assert_eq!(issue["assignees"].as_array().unwrap().len(), 1);
    let got = bench.got().await;
    let kinds: Vec<_> = got
        .iter()
        .map(|(event, _, body)| format!("{event}.{}", body["action"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [
            "issues.opened",
            "label.created",
            "label.created",
            "issues.labeled",
            "issues.labeled",
            "issues.assigned",
        ]
    );
    let opened = &got[0].2;
    assert_eq!(opened["issue"]["labels"].as_array().unwrap().len(), 2);
    assert_eq!(opened["repository"]["full_name"], "acme/shop");
    assert_eq!(opened["sender"]["login"], "ana");
    assert!(opened["installation"]["id"].is_u64());
    assert_eq!(got[3].2["label"]["name"], "sev1");

    let edit = json!({"title": "Checkout is slow", "body": "since ten"});
    bench.ana("PATCH", "/issues/1", edit).await;
    bench
        .ana(
            "PATCH",
            "/issues/1",
            json!({"state": "closed", "state_reason": "not_planned"}),
        )
        .await;
    bench
        .ana("PATCH", "/issues/1", json!({"state": "closed"}))
        .await;
    bench
        .ana("PATCH", "/issues/1", json!({"state": "open"}))
        .await;
    let got = bench.got().await;
    assert_eq!(got.len(), 3);
    assert_eq!(
        got[0].2["changes"],
        json!({"title": {"from": "Checkout is down"}, "body": {"from": "since nine"}})
    );
    assert_eq!(got[1].2["issue"]["state_reason"], "not_planned");
    assert_eq!(got[2].2["action"], "reopened");

    let timeline = bench.ana("GET", "/issues/1/timeline", Value::Null).await;
    let kinds: Vec<_> = timeline
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "labeled", "labeled", "assigned", "renamed", "closed", "reopened"
        ]
    );
}

#[tokio::test]
async fn comments_are_made_edited_deleted_and_listed_since() {
    let bench = bench().await;
    bench.ana("POST", "/issues", json!({"title": "one"})).await;
    bench.ana("POST", "/issues", json!({"title": "two"})).await;
    let old = bench
        .ana("POST", "/issues/1/comments", json!({"body": "first"}))
        .await;
    bench.hands.turn(jiff::SignedDuration::from_secs(90));
    let new = bench
        .ana("POST", "/issues/2/comments", json!({"body": "see #1"}))
        .await;
    let since = "/issues/comments?since=2026-03-02T09:01:00Z";
    let found = bench.ana("GET", since, Value::Null).await;
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["id"], new["id"]);
    bench.kinds().await;

    let path = format!("/issues/comments/{}", old["id"]);
    bench
        .ana("PATCH", &path, json!({"body": "first, again"}))
        .await;
    assert_eq!(
        bench
            .ana("GET", since, Value::Null)
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
    bench.ana("DELETE", &path, Value::Null).await;
    let got = bench.got().await;
    assert_eq!(got[0].2["changes"]["body"]["from"], "first");
    assert_eq!(
        (&got[1].2["action"], &got[1].2["comment"]["body"]),
        (&json!("deleted"), &json!("first, again"))
    );
    let (status, _) = bench
        .call("user:ana", "GET", &format!("{REPO}{path}"), Value::Null)
        .await;
    assert_eq!(status, 404);
    let timeline = bench.ana("GET", "/issues/1/timeline", Value::Null).await;
    assert_eq!(timeline[0]["event"], "cross-referenced");
    assert!(timeline[0].get("id").is_none());
    assert_eq!(timeline[0]["source"]["issue"]["number"], 2);
}

#[tokio::test]
async fn what_github_refuses_is_refused() {
    let bench = bench().await;
    bench.ana("POST", "/issues", json!({"title": "one"})).await;
    bench.ana("POST", "/labels", json!({"name": "Sev1"})).await;
    let long = |n: usize| "長".repeat(n);
    let labels: Vec<_> = (0..101).map(|n| n.to_string()).collect();
    let table = [
        ("POST", "/issues", json!({}), 422),
        ("POST", "/issues", json!({"title": " "}), 422),
        ("POST", "/issues", json!({"title": long(257)}), 422),
        ("POST", "/issues", json!({"title": long(256)}), 201),
        ("POST", "/issues", json!({"title": 5}), 422),
        ("POST", "/issues", json!("text"), 400),
        ("PATCH", "/issues/1", json!({"body": long(65_537)}), 422),
        ("PATCH", "/issues/1", json!({"state": "lost"}), 422),
        ("PATCH", "/issues/99", json!({"state": "closed"}), 404),
        ("POST", "/issues/1/comments", json!({"body": " \n"}), 422),
        (
            "POST",
            "/issues/1/comments",
            json!({"body": long(65_536)}),
            201,
        ),
        (
            "POST",
            "/issues/1/comments",
            json!({"body": long(65_537)}),
            422,
        ),
        ("POST", "/issues/99/comments", json!({"body": "x"}), 404),
        (
            "POST",
            "/issues/1/labels",
            json!({"labels": [long(51)]}),
            422,
        ),
        ("POST", "/issues/1/labels", json!(labels), 422),
        ("POST", "/labels", json!({"name": "sev1"}), 422),
        (
            "POST",
            "/labels",
            json!({"name": "x", "description": long(101)}),
            422,
        ),
        ("POST", "/labels", json!({"name": "x", "color": "red"}), 422),
        ("DELETE", "/issues/1/labels/none", Value::Null, 404),
    ];
    for (verb, path, body, expected) in table {
        let (status, answer) = bench
            .call("user:ana", verb, &format!("{REPO}{path}"), body)
            .await;
        assert_eq!(status, expected, "{verb} {path}: {answer}");
        if expected == 422 {
            assert!(answer["message"].is_string() && answer["documentation_url"].is_string());
        }
    }
    let request = bench.http.post(format!("{}{REPO}/issues", bench.url));
    let broken = request
        .bearer_auth("user:ana")
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
}

#[tokio::test]
async fn labels_come_and_go_one_webhook_each() {
    let bench = bench().await;
    bench
        .world
        .add_labels(
            "acme/shop",
            &[("a", "ff0000"), ("b", "00ff00"), ("障害 1", "0000ff")],
        )
        .unwrap();
    bench.ana("POST", "/issues", json!({"title": "one"})).await;
    bench.kinds().await;
    bench
        .ana(
            "POST",
            "/issues/1/labels",
            json!({"labels": ["a", "b", "A"]}),
        )
        .await;
    bench
        .ana(
            "PUT",
            "/issues/1/labels",
            json!({"labels": ["b", "障害 1"]}),
        )
        .await;
    assert_eq!(
        bench.kinds().await,
        [
            "issues.labeled",
            "issues.labeled",
            "issues.unlabeled",
            "issues.labeled"
        ]
    );
    let left = bench
        .ana(
            "DELETE",
            "/issues/1/labels/%E9%9A%9C%E5%AE%B3%201",
            Value::Null,
        )
        .await;
    assert_eq!(left.as_array().unwrap().len(), 1);
    let found = bench.ana("GET", "/issues?labels=B", Value::Null).await;
    assert_eq!(found[0]["number"], 1);
    assert_eq!(bench.kinds().await, ["issues.unlabeled"]);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_what_moved_says_where() {
    let bench = bench().await;
    bench.world.add_repo("acme/site", true).unwrap();
    bench.world.install(&["acme/site"]).unwrap();
    for title in ["one", "two"] {
        bench.ana("POST", "/issues", json!({"title": title})).await;
    }
    bench.kinds().await;
    bench.world.delete_issue("ana", "acme/shop", 1).unwrap();
    let there = bench
        .world
        .transfer_issue("ana", "acme/shop", 2, "acme/site")
        .unwrap();
    assert_eq!(
        bench.kinds().await,
        ["issues.deleted", "issues.transferred", "issues.opened"]
    );
    let (status, _) = bench
        .call("user:ana", "GET", &format!("{REPO}/issues/1"), Value::Null)
        .await;
    assert_eq!(status, 410);
    let path = format!("{REPO}/issues/2");
    let (status, moved) = bench.call("user:ana", "GET", &path, Value::Null).await;
    // The client follows the redirection by itself.
    assert_eq!((status, &moved["title"]), (200, &json!("two")));
    assert_eq!(
        moved["html_url"],
        format!("{}/acme/site/issues/{there}", bench.url)
    );
    bench.ana("GET", "/issues?state=all", Value::Null).await;
}

#[tokio::test]
async fn issues_are_locked_and_given_milestones() {
    let bench = bench().await;
    bench
        .ana("POST", "/milestones", json!({"title": "v1"}))
        .await;
    bench
        .ana("POST", "/issues", json!({"title": "one", "milestone": 1}))
        .await;
    bench
        .ana("PUT", "/issues/1/lock", json!({"lock_reason": "resolved"}))
        .await;
    bench.ana("DELETE", "/issues/1/lock", Value::Null).await;
    bench
        .ana("PATCH", "/issues/1", json!({"milestone": null}))
        .await;
    bench
        .ana(
            "POST",
            "/issues/1/assignees",
            json!({"assignees": ["ana", "BEN"]}),
        )
        .await;
    bench
        .ana(
            "DELETE",
            "/issues/1/assignees",
            json!({"assignees": ["ana"]}),
        )
        .await;
    assert_eq!(
        bench.kinds().await,
        [
            "milestone.created",
            "issues.opened",
            "issues.milestoned",
            "issues.locked",
            "issues.unlocked",
            "issues.demilestoned",
            "issues.assigned",
            "issues.assigned",
            "issues.unassigned",
        ]
    );
}

#[tokio::test]
async fn who_has_brackets_in_the_name_is_a_bot() {
    let bench = bench().await;
    bench
        .ana("POST", "/issues", json!({"title": "Checkout is down"}))
        .await;
    bench.world.add_user("coverage[bot]");
    bench.kinds().await;
    let path = format!("{REPO}/issues/1/comments");
    let said = json!({"body": "81 %"});
    let (status, comment) = bench.call("user:coverage[bot]", "POST", &path, said).await;
    assert_eq!((status, &comment["user"]["type"]), (201, &json!("Bot")));
    let got = bench.got().await;
    let sender = &got[0].2["sender"];
    assert_eq!(
        (&sender["login"], &sender["type"]),
        (&json!("coverage[bot]"), &json!("Bot"))
    );
}
