//! Branches, pushes, files and git's own objects.

use base64::Engine;
use serde_json::{Value, json};

use super::super::CommitSpec;
use super::{REPO, bench};

#[tokio::test]
async fn a_new_branch_is_created_and_pushed() {
    let bench = bench().await;
    let commits = [
        CommitSpec::file("Add a\n\nlong words", "a.txt", "a\n"),
        CommitSpec::file("Add b", "dir/b.txt", "b\n"),
    ];
    let tip = bench
        .world
        .push("ana", "acme/shop", "障害-20260302i", &commits, false)
        .unwrap();
    let got = bench.got().await;
    assert_eq!(
        (got[0].0.as_str(), &got[0].2["ref"]),
        ("create", &json!("障害-20260302i"))
    );
    let push = &got[1].2;
    assert_eq!(
        (&push["ref"], &push["created"]),
        (&json!("refs/heads/障害-20260302i"), &json!(true))
    );
    assert_eq!(push["commits"].as_array().unwrap().len(), 2);
    assert_eq!(
        (
            &push["commits"][0]["message"],
            &push["commits"][1]["added"][0]
        ),
        (&json!("Add a\n\nlong words"), &json!("dir/b.txt"))
    );
    assert_eq!(
        (&push["head_commit"]["id"], &push["pusher"]["name"]),
        (&json!(tip), &json!("ana"))
    );
    assert_eq!(push["repository"]["pushed_at"], 1_772_442_000);
    assert!(push["repository"]["updated_at"].is_string());
    let branch = bench
        .ana("GET", "/branches/%E9%9A%9C%E5%AE%B3-20260302i", Value::Null)
        .await;
    assert_eq!(branch["commit"]["sha"], tip);

    let forced = [CommitSpec::file("Start over", "c.txt", "c\n")];
    bench
        .world
        .push("ana", "acme/shop", "障害-20260302i", &forced, true)
        .unwrap();
    bench
        .world
        .create_tag("ana", "acme/shop", "v1", "main")
        .unwrap();
    let got = bench.got().await;
    assert_eq!(
        (&got[0].2["forced"], &got[0].2["before"]),
        (&json!(true), &json!(tip))
    );
    assert_eq!(got[1].2["ref_type"], "tag");
    assert_eq!(got[2].2["ref"], "refs/tags/v1");
}

#[tokio::test]
async fn files_are_written_one_at_a_time() {
    let bench = bench().await;
    let token = bench.token().await;
    let path = format!("{REPO}/contents/docs/%E8%A8%98%E9%8C%B2.md");
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let new = json!({"message": "Add it", "content": encode("one\n")});
    let (status, made) = bench.call(&token, "PUT", &path, new.clone()).await;
    assert_eq!(
        (status, &made["content"]["path"]),
        (201, &json!("docs/記録.md"))
    );
    assert_eq!(made["commit"]["verification"]["verified"], true);
    assert_eq!(bench.call(&token, "PUT", &path, new).await.0, 422);
    let stale = json!({"message": "x", "content": "", "sha": "0".repeat(40)});
    assert_eq!(bench.call(&token, "PUT", &path, stale).await.0, 409);
    let next =
        json!({"message": "Change it", "content": encode("two\n"), "sha": made["content"]["sha"]});
    assert_eq!(bench.call(&token, "PUT", &path, next).await.0, 200);

    let request = bench
        .http
        .get(format!("{}{path}", bench.url))
        .bearer_auth(&token);
    let raw = request
        .header("accept", "application/vnd.github.raw+json")
        .send()
        .await
        .unwrap();
    assert_eq!(raw.text().await.unwrap(), "two\n");
    let file = bench
        .ana(
            "GET",
            "/contents/docs/%E8%A8%98%E9%8C%B2.md?ref=main",
            Value::Null,
        )
        .await;
    assert_eq!(file["content"], format!("{}\n", encode("two\n")));
    let dir = bench.ana("GET", "/contents", Value::Null).await;
    assert_eq!(
        (&dir[0]["name"], &dir[1]["type"]),
        (&json!("README.md"), &json!("dir"))
    );
    let gone = json!({"message": "Drop it", "sha": file["sha"]});
    assert_eq!(bench.call(&token, "DELETE", &path, gone).await.0, 200);
    assert_eq!(bench.call(&token, "GET", &path, Value::Null).await.0, 404);
    assert_eq!(bench.kinds().await, ["push", "push", "push"]);
}

#[tokio::test]
async fn one_commit_of_many_files_goes_through_git_data() {
    let bench = bench().await;
    let token = bench.token().await;
    let app = async |verb: &str, path: &str, body: Value| {
        let (status, body) = bench
            .call(&token, verb, &format!("{REPO}{path}"), body)
            .await;
        assert!(status < 300, "{verb} {path}: {body}");
        body
    };
    let main = app("GET", "/git/ref/heads/main", Value::Null).await["object"]["sha"].clone();
    let base = app(
        "GET",
        &format!("/git/commits/{}", main.as_str().unwrap()),
        Value::Null,
    )
    .await;
    let blob = app("POST", "/git/blobs", json!({"content": "x\n"})).await;
    let entries = json!([
        {"path": "a/x", "mode": "100644", "type": "blob", "sha": blob["sha"]},
        {"path": "a/y", "mode": "100644", "type": "blob", "content": "y\n"},
    ]);
    let tree = app(
        "POST",
        "/git/trees",
        json!({"base_tree": base["tree"]["sha"], "tree": entries}),
    )
    .await;
    let commit = json!({"message": "Two at once", "tree": tree["sha"], "parents": [main]});
    let commit = app("POST", "/git/commits", commit).await;
    let new = json!({"ref": "refs/heads/incident/1", "sha": commit["sha"]});
    app("POST", "/git/refs", new.clone()).await;
    let (status, body) = bench
        .call(&token, "POST", &format!("{REPO}/git/refs"), new)
        .await;
    assert_eq!(
        (status, &body["message"]),
        (422, &json!("Reference already exists"))
    );
    let back = json!({"sha": main});
    let path = format!("{REPO}/git/refs/heads/incident/1");
    assert_eq!(bench.call(&token, "PATCH", &path, back).await.0, 422);
    let compared = app("GET", "/compare/main...incident/1", Value::Null).await;
    assert_eq!(
        (&compared["status"], &compared["ahead_by"]),
        (&json!("ahead"), &json!(1))
    );
    assert_eq!(compared["files"].as_array().unwrap().len(), 2);
    let got = bench.got().await;
    assert_eq!(got[1].2["commits"][0]["added"], json!(["a/x", "a/y"]));
    assert_eq!(got[1].2["sender"]["login"], "sssbot[bot]");
    let (status, _) = bench.call(&token, "DELETE", &path, Value::Null).await;
    assert_eq!(status, 204);
    assert_eq!(bench.kinds().await, ["delete", "push"]);
}

#[tokio::test]
async fn activity_is_paged_by_cursors_and_knows_no_tags() {
    let bench = bench().await;
    for n in 1..=5 {
        let commit = [CommitSpec::file(
            &format!("Add {n}"),
            "a.txt",
            &format!("{n}\n"),
        )];
        let pushed = bench.world.push("ana", "acme/shop", "fix", &commit, n == 5);
        pushed.unwrap();
    }
    bench
        .world
        .create_tag("ana", "acme/shop", "v1", "main")
        .unwrap();
    let token = bench.token().await;
    let (mut path, mut kinds) = (format!("{REPO}/activity?per_page=2&ref=fix"), Vec::new());
    loop {
        let request = bench.http.get(format!("{}{path}", bench.url));
        let answer = request.bearer_auth(&token).send().await.unwrap();
        let link = answer.headers().get("link").cloned();
        let page: Vec<Value> = answer.json().await.unwrap();
        assert!(page.len() <= 2);
        kinds.extend(page.iter().map(|line| line["activity_type"].to_string()));
        let Some(link) = link else { break };
        let link = link.to_str().unwrap();
        assert!(link.contains("after=") && !link.contains("page=2&page"));
        let query = link.split('?').nth(1).unwrap().split('>').next().unwrap();
        path = format!("{REPO}/activity?{query}");
    }
    let push = "\"push\"";
    assert_eq!(
        kinds,
        ["\"force_push\"", push, push, push, "\"branch_creation\""]
    );
    let all = bench.ana("GET", "/activity", Value::Null).await;
    let tags = all.as_array().unwrap().iter();
    assert!(tags.clone().count() >= 5);
    assert!(!tags.into_iter().any(|line| line["ref"] == "refs/tags/v1"));
}
