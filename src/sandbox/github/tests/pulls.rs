//! Pull requests, reviews, checks and merges.

use serde_json::{Value, json};

use super::super::Target;
use super::{Bench, REPO, bench};

async fn opened(bench: &Bench) {
    let text: String = (1..=9).map(|n| format!("line {n}\n")).collect();
    bench.push("fix-checkout", "src/pay.rs", &text);
    let pull = json!({"title": "Fix checkout", "head": "fix-checkout", "base": "main", "body": "Fixes #1"});
    bench
        .ana("POST", "/issues", json!({"title": "Checkout is down"}))
        .await;
    let pull = bench.ana("POST", "/pulls", pull).await;
    assert_eq!(
        (&pull["number"], &pull["commits"], &pull["additions"]),
        (&json!(2), &json!(1), &json!(9))
    );
    bench.kinds().await;
}

#[tokio::test]
async fn a_review_with_five_comments_is_one_and_five_webhooks() {
    let bench = bench().await;
    opened(&bench).await;
    bench
        .ana(
            "POST",
            "/pulls/2/requested_reviewers",
            json!({"reviewers": ["ben"]}),
        )
        .await;
    assert_eq!(bench.kinds().await, ["pull_request.review_requested"]);
    let comments: Vec<_> = (1..=5)
        .map(|n| json!({"path": "src/pay.rs", "line": n, "body": format!("why {n}?")}))
        .collect();
    let review = json!({"event": "REQUEST_CHANGES", "body": "Nearly", "comments": comments});
    let path = format!("{REPO}/pulls/2/reviews");
    let (status, review) = bench.call("user:ben", "POST", &path, review).await;
    assert_eq!(
        (status, &review["state"]),
        (200, &json!("CHANGES_REQUESTED"))
    );
    let got = bench.got().await;
    assert_eq!(got.len(), 6);
    assert_eq!(
        (got[0].0.as_str(), &got[0].2["review"]["state"]),
        ("pull_request_review", &json!("changes_requested"))
    );
    for (event, _, body) in &got[1..] {
        assert_eq!(event, "pull_request_review_comment");
        assert_eq!(body["comment"]["pull_request_review_id"], review["id"]);
        assert!(
            body["comment"]["diff_hunk"]
                .as_str()
                .unwrap()
                .starts_with("@@ -0,0 +1,9 @@")
        );
    }
    let asked = bench
        .ana("GET", "/pulls/2/requested_reviewers", Value::Null)
        .await;
    assert!(asked["users"].as_array().unwrap().is_empty());

    let first = &got[1].2["comment"]["id"];
    let reply = bench
        .ana(
            "POST",
            &format!("/pulls/2/comments/{first}/replies"),
            json!({"body": "because"}),
        )
        .await;
    assert_eq!(&reply["in_reply_to_id"], first);
    bench
        .ana(
            "PATCH",
            &format!("/pulls/comments/{first}"),
            json!({"body": "why so?"}),
        )
        .await;
    bench
        .world
        .resolve_thread("ana", "acme/shop", first.as_u64().unwrap(), true)
        .unwrap();
    let id = &review["id"];
    bench
        .ana(
            "PUT",
            &format!("/pulls/2/reviews/{id}/dismissals"),
            json!({"message": "done"}),
        )
        .await;
    let got = bench.got().await;
    let kinds: Vec<_> = got
        .iter()
        .map(|(event, _, body)| format!("{event}.{}", body["action"].as_str().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [
            "pull_request_review.submitted",
            "pull_request_review_comment.created",
            "pull_request_review_comment.edited",
            "pull_request_review_thread.resolved",
            "pull_request_review.dismissed",
        ]
    );
    assert_eq!(got[3].2["thread"]["comments"].as_array().unwrap().len(), 2);
    let all = bench
        .ana(
            "GET",
            "/pulls/comments?since=2026-03-02T09:00:00Z",
            Value::Null,
        )
        .await;
    assert_eq!(all.as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn reviews_that_github_refuses() {
    let bench = bench().await;
    opened(&bench).await;
    let table = [
        ("user:ana", json!({"event": "APPROVE"})),
        ("user:ana", json!({"event": "REQUEST_CHANGES", "body": "x"})),
        ("user:ben", json!({"event": "COMMENT"})),
        ("user:ben", json!({"event": "SHRUG"})),
        (
            "user:ben",
            json!({"event": "COMMENT", "comments": [{"path": "src/pay.rs", "line": 99, "body": "x"}]}),
        ),
        (
            "user:ben",
            json!({"event": "COMMENT", "comments": [{"path": "README.md", "line": 1, "body": "x"}]}),
        ),
    ];
    for (who, body) in table {
        let (status, answer) = bench
            .call(who, "POST", &format!("{REPO}/pulls/2/reviews"), body)
            .await;
        assert_eq!(status, 422, "{answer}");
    }
    assert!(bench.kinds().await.is_empty());
    let (status, _) = bench
        .call(
            "user:ben",
            "POST",
            &format!("{REPO}/pulls/2/reviews"),
            json!({"body": "later"}),
        )
        .await;
    assert_eq!(status, 200);
    assert!(
        bench.kinds().await.is_empty(),
        "a pending review tells nobody"
    );
    let seen = bench.ana("GET", "/pulls/2/reviews", Value::Null).await;
    assert!(seen.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_merge_closes_what_it_fixes() {
    let bench = bench().await;
    opened(&bench).await;
    let merged = bench.ana("PUT", "/pulls/2/merge", json!({})).await;
    assert_eq!(merged["merged"], true);
    let got = bench.got().await;
    let kinds: Vec<_> = got.iter().map(|(event, ..)| event.as_str()).collect();
    assert_eq!(kinds, ["push", "pull_request", "issues"]);
    assert_eq!(got[1].2["pull_request"]["merged"], true);
    assert_eq!(got[2].2["issue"]["state"], "closed");
    let file = bench.ana("GET", "/contents/src/pay.rs", Value::Null).await;
    assert_eq!(file["type"], "file");
    let activity = bench.ana("GET", "/activity", Value::Null).await;
    assert_eq!(activity[0]["activity_type"], "pr_merge");
    let (status, _) = bench
        .call(
            "user:ana",
            "PUT",
            &format!("{REPO}/pulls/2/merge"),
            json!({}),
        )
        .await;
    assert_eq!(status, 405);
}

#[tokio::test]
async fn a_push_updates_its_pull_request_and_its_checks_name_it() {
    let bench = bench().await;
    opened(&bench).await;
    let sha = bench.push("fix-checkout", "src/pay.rs", "line 1\n");
    let got = bench.got().await;
    assert_eq!(
        (got[0].0.as_str(), got[1].0.as_str()),
        ("push", "pull_request")
    );
    assert_eq!(
        (&got[1].2["action"], &got[1].2["after"]),
        (&json!("synchronize"), &json!(sha))
    );
    assert_eq!(got[1].2["before"], got[0].2["before"]);
    bench
        .world
        .finish_check("ana", "acme/shop", &Target::Pull(2), "build", "failure")
        .unwrap();
    bench
        .world
        .finish_workflow("ana", "acme/shop", &Target::Pull(2), "CI", "failure")
        .unwrap();
    let got = bench.got().await;
    assert_eq!(got[1].2["check_run"]["conclusion"], "failure");
    assert_eq!(got[1].2["check_run"]["pull_requests"][0]["number"], 2);
    assert_eq!(
        got[2].2["workflow_run"]["pull_requests"][0]["head"]["sha"],
        sha
    );

    let token = bench.token().await;
    let run = json!({"name": "sssbot", "head_sha": sha, "conclusion": "success", "output": {"title": "t", "summary": "s"}});
    let (status, run) = bench
        .call(&token, "POST", &format!("{REPO}/check-runs"), run)
        .await;
    assert_eq!((status, &run["status"]), (201, &json!("completed")));
    let runs = bench
        .ana("GET", "/commits/fix-checkout/check-runs", Value::Null)
        .await;
    assert_eq!(runs["total_count"], 2);
    let many = vec![json!({}); 51];
    let path = format!("{REPO}/check-runs/{}", run["id"]);
    let body = json!({"output": {"title": "t", "summary": "s", "annotations": many}});
    assert_eq!(bench.call(&token, "PATCH", &path, body).await.0, 422);
    assert_eq!(
        bench.call("user:ana", "PATCH", &path, json!({})).await.0,
        403
    );
}

#[tokio::test]
async fn drafts_become_ready_and_twins_are_refused() {
    let bench = bench().await;
    bench.push("draft", "a.txt", "a\n");
    let pull = json!({"title": "Draft", "head": "acme:draft", "base": "main", "draft": true});
    let made = bench.ana("POST", "/pulls", pull.clone()).await;
    let (status, again) = bench
        .call("user:ana", "POST", &format!("{REPO}/pulls"), pull)
        .await;
    assert_eq!(status, 422);
    assert!(
        again["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("already exists")
    );
    let same = json!({"title": "None", "head": "main", "base": "main"});
    assert_eq!(
        bench
            .call("user:ana", "POST", &format!("{REPO}/pulls"), same)
            .await
            .0,
        422
    );
    assert_eq!(
        bench
            .call(
                "user:ana",
                "PUT",
                &format!("{REPO}/pulls/1/merge"),
                json!({})
            )
            .await
            .0,
        405
    );
    bench.kinds().await;
    let query = "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }";
    let body = json!({"query": query, "variables": {"id": made["node_id"]}});
    let (_, answer) = bench.call("user:ana", "POST", "/graphql", body).await;
    assert_eq!(
        answer["data"]["markPullRequestReadyForReview"]["pullRequest"]["isDraft"],
        false
    );
    bench.world.set_draft("ana", "acme/shop", 1, true).unwrap();
    bench
        .world
        .delete_branch("ana", "acme/shop", "draft")
        .unwrap();
    assert_eq!(
        bench.kinds().await,
        [
            "pull_request.ready_for_review",
            "pull_request.converted_to_draft",
            "delete",
            "push",
            "pull_request.closed",
        ]
    );
}
