//! Payloads for tests, in the shape GitHub sends: a made-up shop and its people.

use serde_json::{Value, json};

/// A payload with fields of its own laid over it, down to where they differ.
pub(super) fn with(mut payload: Value, over: Value) -> Value {
    match (&mut payload, over) {
        (Value::Object(fields), Value::Object(over)) => {
            for (key, value) in over {
                let old = fields.remove(&key).unwrap_or(Value::Null);
                fields.insert(key, with(old, value));
            }
            payload
        }
        (_, over) => over,
    }
}

pub(super) fn user(login: &str) -> Value {
    let kind = if login.ends_with("[bot]") {
        "Bot"
    } else {
        "User"
    };
    json!({
        "login": login, "id": 4100 + login.len(), "type": kind, "site_admin": false,
        "html_url": format!("https://github.com/{login}"),
    })
}

fn repository() -> Value {
    json!({
        "id": 77001, "name": "shop", "full_name": "acme/shop", "private": true,
        "owner": {"login": "acme", "id": 900, "type": "Organization"},
        "html_url": "https://github.com/acme/shop", "default_branch": "main",
        "pushed_at": "2021-01-01T00:59:30Z",
    })
}

pub(super) fn issue() -> Value {
    json!({
        "id": 51001, "number": 12, "title": "#shop-20210101i checkout is slow",
        "html_url": "https://github.com/acme/shop/issues/12", "state": "open", "locked": false,
        "user": user("hanako-dev"), "labels": [], "body": "It takes **9 s**.",
        "created_at": "2021-01-01T01:00:00Z", "updated_at": "2021-01-01T01:00:00Z",
        "closed_at": null, "state_reason": null, "performed_via_github_app": null,
    })
}

pub(super) fn pull() -> Value {
    json!({
        "id": 61001, "number": 13, "title": "Cache the prices", "draft": false,
        "html_url": "https://github.com/acme/shop/pull/13", "state": "open", "locked": false,
        "user": user("taro-k"), "body": "Fixes #12", "merged": false, "merged_at": null,
        "created_at": "2021-01-01T02:00:00Z", "updated_at": "2021-01-01T02:00:00Z",
        "closed_at": null,
        "head": {"ref": "fix/shop-20210101i", "sha": "aaaaaaa111111111111111111111111111111111",
                 "repo": repository()},
        "base": {"ref": "main", "sha": "bbbbbbb222222222222222222222222222222222",
                 "repo": repository()},
    })
}

/// An event of hanako's on the issue.
pub(super) fn on_issue(action: &str) -> Value {
    json!({"action": action, "issue": issue(), "repository": repository(),
           "sender": user("hanako-dev")})
}

/// An event of taro's on the pull request.
pub(super) fn on_pull(action: &str) -> Value {
    json!({"action": action, "number": 13, "pull_request": pull(), "repository": repository(),
           "sender": user("taro-k")})
}

/// A comment of hanako's on the issue.
pub(super) fn comment(action: &str) -> Value {
    with(
        on_issue(action),
        json!({"comment": {
            "id": 3001, "user": user("hanako-dev"), "body": "The cache is cold.",
            "html_url": "https://github.com/acme/shop/issues/12#issuecomment-3001",
            "created_at": "2021-01-01T01:10:00Z", "updated_at": "2021-01-01T01:10:00Z",
            "performed_via_github_app": null,
        }}),
    )
}

/// A review of hanako's.
pub(super) fn review(action: &str, state: &str, body: Value) -> Value {
    with(
        on_pull(action),
        json!({"sender": user("hanako-dev"), "review": {
            "id": 8001, "user": user("hanako-dev"), "body": body, "state": state,
            "html_url": "https://github.com/acme/shop/pull/13#pullrequestreview-8001",
            "submitted_at": "2021-01-01T02:30:00Z",
            "commit_id": "aaaaaaa111111111111111111111111111111111",
        }}),
    )
}

/// A comment of that review.
pub(super) fn review_comment(action: &str, id: u64, path: &str, line: u64) -> Value {
    with(
        on_pull(action),
        json!({"sender": user("hanako-dev"), "comment": {
            "id": id, "pull_request_review_id": 8001, "user": user("hanako-dev"),
            "path": path, "line": line, "original_line": line, "body": format!("See {id}"),
            "html_url": format!("https://github.com/acme/shop/pull/13#discussion_r{id}"),
            "diff_hunk": "@@ -1 +1 @@\n-old", "created_at": "2021-01-01T02:29:00Z",
            "updated_at": "2021-01-01T02:30:00Z",
        }}),
    )
}

pub(super) fn thread(action: &str) -> Value {
    with(
        on_pull(action),
        json!({"thread": {"comments": [{
            "id": 9001, "user": user("hanako-dev"), "path": "src/cart.rs", "line": 7,
            "body": "\nWhy a lock?\nIt is hot.",
            "html_url": "https://github.com/acme/shop/pull/13#discussion_r9001",
        }]}}),
    )
}

/// A push of taro's of so many commits.
pub(super) fn push(commits: usize) -> Value {
    let commit = |n: usize| {
        json!({
            "id": format!("{n:07x}ccccccccccccccccccccccccccccccccc"),
            "message": format!("Step {n}\n\nCo-authored-by: Sora <sora@example.com>"),
            "url": format!("https://github.com/acme/shop/commit/{n}"),
            "author": {"name": "Taro", "username": if n == 2 { "sora" } else { "taro-k" }},
        })
    };
    json!({
        "ref": "refs/heads/fix/shop-20210101i",
        "before": "bbbbbbb222222222222222222222222222222222",
        "after": "aaaaaaa111111111111111111111111111111111",
        "created": false, "deleted": false, "forced": false,
        "compare": "https://github.com/acme/shop/compare/bbbbbbb...aaaaaaa",
        "commits": (1..=commits).map(commit).collect::<Vec<_>>(),
        "head_commit": commit(commits),
        "repository": with(repository(), json!({"pushed_at": 1_609_462_800})),
        "pusher": {"name": "taro-k"}, "sender": user("taro-k"),
    })
}

/// `create` or `delete` of the branch.
pub(super) fn branch() -> Value {
    json!({
        "ref": "fix/shop-20210101i", "ref_type": "branch", "pusher_type": "user",
        "repository": with(repository(), json!({"pushed_at": "2021-01-01T01:00:01Z"})),
        "sender": user("taro-k"),
    })
}

pub(super) fn check(name: &str, conclusion: &str) -> Value {
    json!({
        "action": "completed", "repository": repository(), "sender": user("taro-k"),
        "check_run": {
            "id": 1, "name": name, "status": "completed", "conclusion": conclusion,
            "head_sha": "aaaaaaa111111111111111111111111111111111",
            "html_url": format!("https://github.com/acme/shop/runs/{name}"),
            "completed_at": "2021-01-01T02:10:00Z", "output": {"title": null},
            "app": {"slug": "github-actions", "name": "GitHub Actions"},
            "pull_requests": [{"number": 13}],
            "check_suite": {"head_branch": "fix/shop-20210101i"},
        },
    })
}

pub(super) fn workflow(conclusion: &str) -> Value {
    json!({
        "action": "completed", "repository": repository(), "sender": user("taro-k"),
        "workflow": {"name": "CI"},
        "workflow_run": {
            "id": 2, "name": "CI", "event": "push", "conclusion": conclusion,
            "head_branch": "fix/shop-20210101i",
            "head_sha": "aaaaaaa111111111111111111111111111111111",
            "html_url": "https://github.com/acme/shop/actions/runs/2",
            "updated_at": "2021-01-01T02:11:00Z", "pull_requests": [],
        },
    })
}

/// A label put on the issue, or taken off, ten minutes after it was opened.
pub(super) fn label(action: &str, name: &str) -> Value {
    with(
        on_issue(action),
        json!({"label": {"id": 5, "name": name, "color": "d73a4a"},
               "issue": {"updated_at": "2021-01-01T01:10:01Z"}}),
    )
}

/// One of each kind that is told.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    let late = json!({"issue": {"updated_at": "2021-01-01T03:00:00Z"}});
    let asked = json!({"requested_reviewer": user("sora"),
                       "pull_request": {"updated_at": "2021-01-01T02:20:00Z"}});
    vec![
        ("issue_comment", comment("created")),
        ("issue_comment", comment("edited")),
        ("issue_comment", comment("deleted")),
        ("issues", on_issue("opened")),
        ("issues", on_issue("closed")),
        ("issues", on_issue("reopened")),
        ("issues", on_issue("deleted")),
        (
            "issues",
            with(
                on_issue("edited"),
                json!({"changes": {"title": {"from": "Slow"}}}),
            ),
        ),
        (
            "issues",
            with(
                on_issue("edited"),
                json!({"changes": {"body": {"from": "x"}}}),
            ),
        ),
        (
            "issues",
            with(
                on_issue("transferred"),
                json!({"changes": {
            "new_issue": {"number": 3, "html_url": "https://github.com/acme/ops/issues/3"},
            "new_repository": {"full_name": "acme/ops"}}}),
            ),
        ),
        ("issues", label("labeled", "bug")),
        (
            "issues",
            with(
                with(on_issue("assigned"), late.clone()),
                json!({"assignee": user("sora")}),
            ),
        ),
        (
            "issues",
            with(
                with(on_issue("milestoned"), late),
                json!({"milestone": {
            "title": "v2", "html_url": "https://github.com/acme/shop/milestone/1"}}),
            ),
        ),
        ("pull_request", on_pull("opened")),
        ("pull_request", on_pull("ready_for_review")),
        ("pull_request", on_pull("converted_to_draft")),
        ("pull_request", on_pull("locked")),
        ("pull_request", on_pull("unlocked")),
        (
            "pull_request",
            with(
                on_pull("closed"),
                json!({"pull_request": {
            "merged": true, "closed_at": "2021-01-01T04:00:00Z"}}),
            ),
        ),
        ("pull_request", with(on_pull("review_requested"), asked)),
        (
            "pull_request",
            with(
                on_pull("synchronize"),
                json!({
            "before": "bbbbbbb222222222222222222222222222222222",
            "after": "aaaaaaa111111111111111111111111111111111"}),
            ),
        ),
        (
            "pull_request",
            with(
                on_pull("edited"),
                json!({"changes": {"base": {
            "ref": {"from": "develop"}, "sha": {"from": "0"}}}}),
            ),
        ),
        (
            "pull_request_review",
            review("submitted", "approved", json!("Good")),
        ),
        (
            "pull_request_review",
            review("dismissed", "dismissed", json!("Good")),
        ),
        (
            "pull_request_review_comment",
            review_comment("created", 1, "src/cart.rs", 7),
        ),
        (
            "pull_request_review_comment",
            review_comment("deleted", 1, "src/cart.rs", 7),
        ),
        ("pull_request_review_thread", thread("resolved")),
        ("push", push(2)),
        ("create", branch()),
        ("delete", branch()),
        ("check_run", check("test", "failure")),
        ("workflow_run", workflow("success")),
    ]
}
