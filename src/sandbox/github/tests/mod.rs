//! The world seen from outside: over HTTP, with a receiver that checks what it is sent.

mod app;
mod branches;
mod graphql;
mod issues;
mod pulls;
mod webhooks;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use super::{CommitSpec, GitHubWorld, Settings};
use crate::clock::{Clock, Hands};

const SECRET: &str = "it is a secret to everybody";
const REPO: &str = "/repos/acme/shop";

/// What the receiver got: event, delivery id, body.
type Got = Arc<Mutex<Vec<(String, String, Value)>>>;

/// A world that listens, with the App installed on `acme/shop`, two people, and a receiver.
struct Bench {
    world: GitHubWorld,
    url: String,
    pem: String,
    hands: Hands,
    got: Got,
    /// What the receiver answers.
    answers: Arc<Mutex<StatusCode>>,
    http: reqwest::Client,
}

async fn listen(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[derive(Clone)]
struct Receiver {
    got: Got,
    answers: Arc<Mutex<StatusCode>>,
}

async fn receive(State(to): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
    let shown = hex::decode(text("x-hub-signature-256").strip_prefix("sha256=").unwrap()).unwrap();
    if aws_lc_rs::hmac::verify(&key, &body, &shown).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    assert_eq!(text("content-type"), "application/json");
    assert!(text("user-agent").starts_with("GitHub-Hookshot/"));
    let body = serde_json::from_slice(&body).unwrap();
    to.got
        .lock()
        .unwrap()
        .push((text("x-github-event"), text("x-github-delivery"), body));
    *to.answers.lock().unwrap()
}

async fn bench() -> Bench {
    let start: Timestamp = "2026-03-02T09:00:00.25Z".parse().unwrap();
    let (clock, hands) = Clock::by_hand(start);
    let (world, pem) = GitHubWorld::new(Settings {
        clock,
        app_id: 4242,
        app_slug: "sssbot".to_owned(),
        webhook_secret: SECRET.to_owned(),
        public_url: String::new(),
    });
    let url = listen(world.router()).await;
    world.set_public_url(&url);
    let (got, answers) = (Got::default(), Arc::new(Mutex::new(StatusCode::OK)));
    let receiver = Receiver {
        got: got.clone(),
        answers: answers.clone(),
    };
    let hook = Router::new().route("/", post(receive)).with_state(receiver);
    world.set_hook_url(&listen(hook).await);
    world.add_user("ana");
    world.add_user("ben");
    world.add_repo("acme/shop", true).unwrap();
    world.install(&["acme/shop"]).unwrap();
    world.pump().await;
    got.lock().unwrap().clear();
    Bench {
        world,
        url,
        pem,
        hands,
        got,
        answers,
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
    }
}

impl Bench {
    /// One call as a person (`user:ana`) or with a token; the status and the body.
    async fn call(&self, token: &str, verb: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/api/v3{path}", self.url);
        let mut request = self.http.request(verb.parse().unwrap(), url);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// A call by ana on the repository that must succeed.
    async fn ana(&self, verb: &str, path: &str, body: Value) -> Value {
        let (status, body) = self
            .call("user:ana", verb, &format!("{REPO}{path}"), body)
            .await;
        assert!(status < 300, "{verb} {path}: {status} {body}");
        body
    }

    /// Sends what waits and gives what arrived since the last time: `event.action`.
    async fn kinds(&self) -> Vec<String> {
        let got = self.got().await;
        let name = |(event, _, body): &(String, String, Value)| match body["action"].as_str() {
            Some(action) => format!("{event}.{action}"),
            None => event.clone(),
        };
        got.iter().map(name).collect()
    }

    /// The same with ids and bodies.
    async fn got(&self) -> Vec<(String, String, Value)> {
        self.world.pump().await;
        std::mem::take(&mut *self.got.lock().unwrap())
    }

    fn octocrab(&self) -> octocrab::Octocrab {
        let key = octocrab::EncodingKey::from_rsa_pem(self.pem.as_bytes()).unwrap();
        octocrab::Octocrab::builder()
            .base_uri(format!("{}/api/v3", self.url))
            .unwrap()
            .app(4242.into(), key)
            .build()
            .unwrap()
    }

    /// An installation token.
    async fn token(&self) -> String {
        let crab = self.octocrab();
        let installation = crab
            .apps()
            .get_repository_installation("acme", "shop")
            .await
            .unwrap();
        let path = format!("/app/installations/{}/access_tokens", installation.id);
        let body: Value = crab.post(path, None::<&()>).await.unwrap();
        body["token"].as_str().unwrap().to_owned()
    }

    /// Pushes one file to a branch as ana.
    fn push(&self, branch: &str, path: &str, content: &str) -> String {
        let commit = CommitSpec::file(&format!("Change {path}"), path, content);
        self.world
            .push("ana", "acme/shop", branch, &[commit], false)
            .unwrap()
    }
}
