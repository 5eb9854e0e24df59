//! The Slack client against small servers of its own: what is asked, and what comes of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap as Headers;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use sssbot::id::MessageTs;
use sssbot::slack::{History, Identity, Metadata, Refusal, Settings, Slack, SlackError};

type Asked = Arc<Mutex<Vec<(String, String, String)>>>;

/// A Slack that answers everything with this, and a client of it; what it was asked is kept.
async fn slack(status: u16, reply: &'static str) -> (Slack, Asked) {
    let asked = Asked::default();
    let app = Router::new()
        .route(
            "/api/{method}",
            post(
                move |State(asked): State<Asked>,
                      Path(method): Path<String>,
                      headers: Headers,
                      body: String| async move {
                    let kind = headers["content-type"].to_str().unwrap().to_owned();
                    assert_eq!(headers["authorization"], "Bearer xoxb-secret");
                    asked.lock().unwrap().push((method, kind, body));
                    let status = axum::http::StatusCode::from_u16(status).unwrap();
                    (status, [("retry-after", "7")], reply)
                },
            ),
        )
        .with_state(asked.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api_url = format!("http://{}/api", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (client(api_url), asked)
}

fn client(api_url: String) -> Slack {
    Slack::new(Settings {
        api_url,
        token: "xoxb-secret".into(),
        timeout: Duration::from_secs(2),
    })
    .unwrap()
}

fn about() -> Metadata {
    Metadata::new("c:1".into(), 3)
}

async fn say(slack: &Slack) -> Result<MessageTs, SlackError> {
    slack.post(&"C1".into(), "hi", &[], &about()).await
}

#[tokio::test]
async fn a_message_says_its_key_and_makes_nothing_live() {
    let (slack, asked) = slack(200, r#"{"ok":true,"ts":"1.000001","channel":"C1"}"#).await;
    let blocks = [json!({"type": "divider"})];
    let ts = slack.post(&"C1".into(), "hi", &blocks, &about()).await;
    assert_eq!(ts, Ok("1.000001".into()));
    let asked = asked.lock().unwrap().clone();
    let (method, kind, body) = &asked[0];
    assert_eq!(method, "chat.postMessage");
    assert_eq!(kind, "application/json; charset=utf-8");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        json!({
            "channel": "C1", "text": "hi", "blocks": [{"type": "divider"}],
            "metadata": {"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "3"}},
            "unfurl_links": false, "unfurl_media": false, "link_names": false,
            "parse": "none", "mrkdwn": true,
        })
    );
}

#[tokio::test]
async fn an_update_names_its_message() {
    let (slack, asked) = slack(200, r#"{"ok":true}"#).await;
    let done = slack
        .update(&"C1".into(), &"1.000001".into(), "new", &[], &about())
        .await;
    assert_eq!(done, Ok(()));
    let body: Value = serde_json::from_str(&asked.lock().unwrap()[0].2).unwrap();
    assert_eq!(
        (&body["ts"], &body["text"]),
        (&json!("1.000001"), &json!("new"))
    );
    assert_eq!(body.get("blocks"), None);
}

#[tokio::test]
async fn history_is_read_in_pages_and_what_is_odd_is_left_out() {
    let reply = r#"{"ok":true,"has_more":true,"response_metadata":{"next_cursor":"abc="},"messages":[
        {"ts":"2.0","bot_id":"B1","text":"ours","metadata":{"event_type":"sssbot_message",
         "event_payload":{"key":"c:1","rev":"3"}}},
        {"text":"no ts"}, 7,
        {"ts":"1.0","user":"U1","text":["odd"],"bot_id":9,"metadata":{"event_type":"sssbot_message",
         "event_payload":{"key":"c:1","rev":"3"}}}]}"#;
    let (slack, asked) = slack(200, reply).await;
    let oldest = MessageTs::from("0.5");
    let history = History {
        oldest: Some(&oldest),
        cursor: Some("a&b"),
        limit: 2_000,
        ..History::default()
    };
    let page = slack.history(&"C1".into(), history).await.unwrap();
    assert_eq!(page.next_cursor.as_deref(), Some("abc="));
    let us = Identity {
        url: String::new(),
        team_id: "T1".into(),
        bot_id: Some("B1".into()),
        user_id: "U0".into(),
    };
    let seen: Vec<_> = page
        .messages
        .iter()
        .map(|m| {
            (
                m.ts.as_str(),
                m.text.as_str(),
                m.is_from(&us),
                m.metadata.is_some(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [("2.0", "ours", true, true), ("1.0", "", false, true)]
    );
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked[0].1, "application/x-www-form-urlencoded");
    assert_eq!(
        asked[0].2,
        "channel=C1&cursor=a%26b&include_all_metadata=true&inclusive=false&limit=999&oldest=0.5"
    );
}

#[tokio::test]
async fn channels_come_in_pages() {
    let reply = r#"{"ok":true,"response_metadata":{"next_cursor":""},"channels":[
        {"id":"C1","name":"障害-20210101","is_archived":false,"is_private":true,"is_member":true},
        {"name":"no id"}, {"id":"C2"}]}"#;
    let (slack, _) = slack(200, reply).await;
    let page = slack.channels(None).await.unwrap();
    let names: Vec<_> = page
        .items
        .iter()
        .map(|c| (c.id.as_str(), c.name.as_str(), c.is_private, c.is_member))
        .collect();
    assert_eq!(
        names,
        [
            ("C1", "障害-20210101", true, true),
            ("C2", "", false, false)
        ]
    );
    assert_eq!(page.next_cursor, None);
}

#[tokio::test]
async fn who_we_are_and_where() {
    let reply = r#"{"ok":true,"url":"https://acme.slack.com/","team_id":"T1","user_id":"U1","bot_id":"B1"}"#;
    let (here, _) = slack(200, reply).await;
    assert_eq!(
        here.auth_test().await.unwrap().bot_id.as_deref(),
        Some("B1")
    );
    let (there, asked) = slack(200, r#"{"ok":true,"channel":{"id":"C1","name":"a"}}"#).await;
    assert_eq!(there.join(&"C1".into()).await.unwrap().name, "a");
    assert_eq!(there.info(&"C1".into()).await.unwrap().name, "a");
    let methods: Vec<_> = asked.lock().unwrap().iter().map(|a| a.0.clone()).collect();
    assert_eq!(methods, ["conversations.join", "conversations.info"]);
}

#[tokio::test]
async fn each_way_to_fail_is_told_apart() {
    let (limited, asked) = slack(429, "").await;
    let retry_after = jiff::SignedDuration::from_secs(7);
    assert_eq!(
        say(&limited).await,
        Err(SlackError::RateLimited { retry_after })
    );
    assert_eq!(asked.lock().unwrap().len(), 1, "asked once, not again");

    let (refusing, _) = slack(200, r#"{"ok":false,"error":"is_archived"}"#).await;
    assert_eq!(
        say(&refusing).await,
        Err(SlackError::Refused(Refusal::IsArchived))
    );

    let (broken, asked) = slack(503, "").await;
    assert!(say(&broken).await.unwrap_err().may_have_happened());
    assert_eq!(asked.lock().unwrap().len(), 1, "asked once, not again");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let held = client(format!("http://{}", listener.local_addr().unwrap()));
    assert!(say(&held).await.unwrap_err().may_have_happened());
    drop(listener);
    let gone = say(&held).await;
    assert!(matches!(gone, Err(SlackError::NotSent { .. })), "{gone:?}");
}

#[test]
fn the_token_is_never_printed() {
    let slack = client("http://127.0.0.1:1/api".into());
    assert!(!format!("{slack:?}").contains("xoxb-secret"));
}
