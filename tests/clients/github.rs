//! The GitHub client against small servers of its own: who asks, what is asked, what comes of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use sssbot::github::{GitHub, GitHubError, Marker, Settings, Unfit, Wait, check_key};
use sssbot::id::RepoName;
use tokio::net::TcpListener;

use crate::key::KEY;

/// A GitHub that answers by script: what it was asked, and what it says to what is not scripted.
#[derive(Clone, Default)]
struct World {
    asked: Arc<Mutex<Vec<String>>>,
    replies: Arc<Mutex<VecDeque<Response>>>,
    tokens: Arc<Mutex<u64>>,
    address: String,
}

impl World {
    fn reply(&self, response: impl IntoResponse) {
        self.replies
            .lock()
            .unwrap()
            .push_back(response.into_response());
    }

    /// What was asked with the installation's token.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn tokens(&self) -> u64 {
        *self.tokens.lock().unwrap()
    }
}

async fn answer(State(world): State<World>, request: Request) -> Response {
    let path = request.uri().to_string();
    let asked = format!("{} {path}", request.method());
    let auth = request.headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        request.headers()["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("sssbot/")
    );
    let signed = auth.matches('.').count() == 2;
    match path.as_str() {
        "/api/v3/repos/acme/postmortem/installation" if signed => {
            Json(json!({"id": 42, "account": null})).into_response()
        }
        "/api/v3/app/installations/42/access_tokens" if signed => {
            let mut tokens = world.tokens.lock().unwrap();
            *tokens += 1;
            let token = format!("ghs_{tokens}");
            let expires_at = "2999-01-01T00:00:00Z";
            let body = json!({"token": token, "expires_at": expires_at, "permissions": {}});
            (StatusCode::CREATED, Json(body)).into_response()
        }
        "/api/v3/app" if signed => Json(json!({"id": 7, "slug": "sss-bot"})).into_response(),
        _ if signed => panic!("the App itself asked {asked}"),
        _ => {
            assert_eq!(auth, format!("Bearer ghs_{}", world.tokens()));
            let body = axum::body::to_bytes(request.into_body(), 1 << 20)
                .await
                .unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            let asked = format!("{asked} {body}").trim().replace("/api/v3", "");
            world.asked.lock().unwrap().push(asked);
            let reply = world.replies.lock().unwrap().pop_front();
            reply.expect("nobody expected this question")
        }
    }
}

fn client(api_url: String) -> GitHub {
    GitHub::new(Settings {
        api_url,
        app_id: 7,
        private_key: KEY.as_str().into(),
        repo: "acme/postmortem".into(),
        timeout: Duration::from_millis(1_500),
    })
    .unwrap()
}

async fn github() -> (GitHub, World) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World {
        address: format!("http://{}/api/v3", listener.local_addr().unwrap()),
        ..World::default()
    };
    let app = Router::new().fallback(answer).with_state(world.clone());
    let api_url = format!("{}/", world.address);
    tokio::spawn(async move { axum::serve(listener, app).await });
    (client(api_url), world)
}

fn shop() -> RepoName {
    "acme/shop".into()
}

#[tokio::test]
async fn one_token_serves_many_questions_asked_at_once() {
    let (github, world) = github().await;
    for _ in 0..4 {
        world.reply(Json(json!({"default_branch": "main"})));
    }
    let repo = shop();
    let asked = (0..4).map(|_| github.default_branch(&repo));
    for branch in futures::future::join_all(asked).await {
        assert_eq!(branch.as_deref(), Ok("main"));
    }
    assert_eq!(world.tokens(), 1);
    assert_eq!(world.asked(), ["GET /repos/acme/shop"; 4]);
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let (github, world) = github().await;
    let next = [("link", "<https://elsewhere.example/?page=9>; rel=\"next\"")];
    world.reply((
        next,
        Json(json!([{"id": 1, "body": "a"}, {"body": "no id"}])),
    ));
    world.reply(Json(json!([{"id": 2, "body": null}])));
    let comments = github.issue_comments(&shop(), 5).await.unwrap();
    let ids: Vec<u64> = comments.items.iter().map(|c| c.id).collect();
    assert_eq!((ids, comments.whole), (vec![1, 2], true));
    assert_eq!(
        world.asked(),
        [
            "GET /repos/acme/shop/issues/5/comments?per_page=100&page=1",
            "GET /repos/acme/shop/issues/5/comments?per_page=100&page=2",
        ]
    );
}

#[tokio::test]
async fn a_list_without_end_is_cut() {
    let (github, world) = github().await;
    for id in 0..40 {
        let next = [("link", "<x>; rel=\"prev\", <y>; rel=\"next\"")];
        world.reply((next, Json(json!([{"id": id}]))));
    }
    let comments = github.issue_comments(&shop(), 5).await.unwrap();
    assert_eq!((comments.items.len(), comments.whole), (30, false));
}

#[tokio::test]
async fn a_file_is_unpacked_and_an_absent_one_is_none() {
    let (github, world) = github().await;
    let content = "bGFuZ3Vh\nZ2U6IGph\n";
    world.reply(Json(
        json!({"sha": "abc", "encoding": "base64", "content": content}),
    ));
    world.reply((StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"}))));
    world.reply(Json(json!([{"type": "file"}])));
    world.reply(Json(
        json!({"sha": "abc", "encoding": "none", "content": ""}),
    ));
    let path = ".github/障害 1.yaml";
    let file = github
        .file(&shop(), path, Some("a/b&c"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (file.text.as_str(), file.sha.as_str()),
        ("language: ja", "abc")
    );
    assert_eq!(github.file(&shop(), "a", None).await, Ok(None));
    assert_eq!(github.file(&shop(), "a", None).await, Ok(None));
    let long = github.file(&shop(), "a", None).await;
    assert!(
        matches!(long, Err(GitHubError::Unreadable { .. })),
        "{long:?}"
    );
    assert_eq!(github.file(&shop(), "../../x", None).await, Ok(None));
    assert_eq!(
        world.asked()[0],
        "GET /repos/acme/shop/contents/.github/%E9%9A%9C%E5%AE%B3%201.yaml?ref=a%2Fb%26c"
    );
}

#[tokio::test]
async fn a_comment_is_marked_and_found_again_only_when_it_is_ours() {
    let (github, world) = github().await;
    let marker = Marker::of(&"u:acme/shop:5".into());
    world.reply((StatusCode::CREATED, Json(json!({"id": 99}))));
    assert_eq!(github.comment(&shop(), 5, "hi", &marker).await, Ok(99));
    let body = json!({"body": format!("hi\n\n{marker}")});
    assert_eq!(
        world.asked(),
        [format!("POST /repos/acme/shop/issues/5/comments {body}")]
    );

    let marked = |id: u64, app: Value, login: &str, kind: &str| {
        json!({"id": id, "body": format!("x {marker}"), "performed_via_github_app": app,
               "user": {"login": login, "type": kind}})
    };
    let strangers = json!([
        {"id": 1, "body": "no mark", "performed_via_github_app": {"id": 7}},
        marked(2, json!({"id": 8}), "sss-bot[bot]", "Bot"),
        marked(3, Value::Null, "mallory", "User"),
        marked(4, Value::Null, "other[bot]", "Bot"),
    ]);
    world.reply(Json(strangers));
    let found = github.find_comment_with_marker(&shop(), 5, &marker).await;
    assert_eq!(found, Ok(None));
    for ours in [
        marked(5, json!({"id": 7}), "sss-bot[bot]", "Bot"),
        marked(5, Value::Null, "sss-bot[bot]", "Bot"),
    ] {
        world.reply(Json(json!([ours])));
        let found = github.find_comment_with_marker(&shop(), 5, &marker).await;
        assert_eq!(found, Ok(Some(5)));
    }
}

#[tokio::test]
async fn a_write_is_sent_once_and_its_end_told_exactly() {
    let (github, world) = github().await;
    let marker = Marker::of(&"k".into());
    for (status, ambiguous) in [
        (500, true),
        (503, true),
        (201, true), // with a body that makes no sense
        (403, false),
        (404, false),
        (422, false),
        (429, false),
    ] {
        world.reply((StatusCode::from_u16(status).unwrap(), "<html>"));
        let error = github.comment(&shop(), 5, "hi", &marker).await.unwrap_err();
        assert_eq!(error.may_have_happened(), ambiguous, "{status}: {error}");
        assert_eq!(world.asked().len(), 1, "{status}: sent once");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_or_breaks_off_is_ambiguous() {
    let (github, world) = github().await;
    let marker = Marker::of(&"k".into());
    let never = Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>());
    world.reply(never);
    let error = github.comment(&shop(), 5, "hi", &marker).await.unwrap_err();
    assert!(error.may_have_happened(), "{error}");
    let cut = futures::stream::iter([Ok("{"), Err(std::io::Error::other("cut"))]);
    world.reply(Body::from_stream(cut));
    let error = github.comment(&shop(), 5, "hi", &marker).await.unwrap_err();
    assert!(error.may_have_happened(), "{error}");
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let github = client(format!("http://{}", free.local_addr().unwrap()));
    drop(free);
    let outcome = github
        .comment(&shop(), 5, "hi", &Marker::of(&"k".into()))
        .await;
    assert!(
        matches!(outcome, Err(GitHubError::NotSent { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_write_whose_token_cannot_be_had_was_not_sent() {
    let app = Router::new().fallback(|| async { StatusCode::BAD_GATEWAY });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let github = client(format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let outcome = github
        .comment(&shop(), 5, "hi", &Marker::of(&"k".into()))
        .await;
    assert!(
        matches!(outcome, Err(GitHubError::NotSent { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_limit_says_when_to_come_back() {
    let (github, world) = github().await;
    let headers = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "1800000000"),
    ];
    world.reply((StatusCode::FORBIDDEN, headers, "{}"));
    let until = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    let wait = Wait::Until(until);
    let outcome = github.pull(&shop(), 5).await;
    assert_eq!(outcome, Err(GitHubError::RateLimited { wait }));
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_and_the_question_asked_again() {
    let (github, world) = github().await;
    world.reply((StatusCode::UNAUTHORIZED, "{}"));
    world.reply(Json(json!({"number": 5, "title": "t"})));
    assert_eq!(github.issue(&shop(), 5).await.unwrap().title, "t");
    assert_eq!(world.tokens(), 2);
}

#[tokio::test]
async fn an_app_that_is_not_installed_is_told_where_to_look() {
    let app = Router::new().fallback(|| async { StatusCode::NOT_FOUND });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let github = client(format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let error = github.probe().await.unwrap_err();
    assert!(matches!(error, GitHubError::Auth { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("not installed on acme/postmortem"),
        "{error}"
    );
}

#[tokio::test]
async fn a_renamed_repository_is_followed_on_its_own_server_only() {
    let (github, world) = github().await;
    let moved = |to: &str| {
        (
            StatusCode::TEMPORARY_REDIRECT,
            [("location", to.to_owned())],
        )
    };
    world.reply(moved(&format!("{}/repositories/1", world.address)));
    world.reply(Json(json!({"default_branch": "main"})));
    assert_eq!(github.default_branch(&shop()).await.as_deref(), Ok("main"));
    assert_eq!(
        world.asked(),
        ["GET /repos/acme/shop", "GET /repositories/1"]
    );

    world.reply(moved("https://evil.example/repositories/1"));
    let outcome = github.default_branch(&shop()).await;
    assert!(
        matches!(outcome, Err(GitHubError::Refused { status: 307, .. })),
        "{outcome:?}"
    );
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test]
async fn a_hostile_repository_name_leads_nowhere() {
    let (github, world) = github().await;
    for name in ["../x", "a/..", "a/b/c", "a", "", "/b"] {
        let outcome = github.pull(&name.into(), 1).await;
        assert!(
            matches!(outcome, Err(GitHubError::NotFound { .. })),
            "{name}"
        );
    }
    world.reply((StatusCode::NOT_FOUND, "{}"));
    let _ = github.pull(&"a?x/b#y".into(), 1).await;
    assert_eq!(world.asked(), ["GET /repos/a%3Fx/b%23y/pulls/1"]);
}

#[test]
fn a_key_that_cannot_sign_is_seen_at_once() {
    assert_eq!(check_key(&KEY.as_str().into()), Ok(()));
    let frame = "-----BEGIN RSA PRIVATE KEY-----\nTWVvdw==\n-----END RSA PRIVATE KEY-----\n";
    for (i, wrong) in ["", "ghp_x", frame, &KEY[..300]].into_iter().enumerate() {
        assert_eq!(check_key(&wrong.into()), Err(Unfit::Key), "the {i}th");
    }
}

#[tokio::test]
async fn no_secret_is_printed() {
    let github = client("http://127.0.0.1:1".to_owned());
    let said = format!("{github:?} {:?}", github.probe().await);
    assert!(
        !said.contains("PRIVATE KEY") && !said.contains("Bearer"),
        "{said}"
    );
}
