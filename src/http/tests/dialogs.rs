//! What a person sees of a dialog, in a Slack that speaks HTTP.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::super::desk::{Desk, Opens, Sorry};
use super::*;
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::sandbox::slack::{Links, NewPerson};
use crate::sandbox::{Fault, Sandbox};
use crate::secret::Secret;
use crate::slack::form::Verdict;
use crate::slack::inbound::{Inbound, Submitted};
use crate::slack::{self, Slack};

/// Opens a dialog for every press, and wants a word in it.
#[derive(Default)]
struct Fake {
    asked: Mutex<usize>,
}

fn dialog() -> Value {
    json!({
        "type": "modal", "callback_id": "note", "title": {"type": "plain_text", "text": "Note"},
        "submit": {"type": "plain_text", "text": "OK"},
        "blocks": [{"type": "input", "block_id": "text",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "field"}}],
    })
}

impl Desk for Fake {
    fn opens(&self, inbound: &Inbound, _: Timestamp) -> Option<Opens> {
        let (trigger, response_url) = match inbound {
            Inbound::Pressed(pressed) => (&pressed.trigger, &pressed.response_url),
            Inbound::Command(command) if command.text.is_empty() => {
                (&command.trigger, &command.response_url)
            }
            _ => return None,
        };
        *self.asked.lock().unwrap() += 1;
        Some(Opens {
            trigger: trigger.clone(),
            view: dialog(),
            instead: None,
            response_url: response_url.clone(),
        })
    }

    fn verdict(&self, submitted: &Submitted, _: Timestamp) -> Verdict {
        if submitted.view.fields["text"].as_text().is_some() {
            return Verdict::Close;
        }
        let said = ("text".to_owned(), "Say something.".to_owned());
        Verdict::Wrong([said].into())
    }

    fn sorry(&self, why: Sorry) -> String {
        format!("Sorry: {why:?}.")
    }
}

/// A house with somebody at the desk, and a Slack that sends to it.
struct House {
    open: Open,
    sandbox: Sandbox,
    desk: Arc<Fake>,
    hanako: SlackUserId,
    channel: ChannelId,
    button: MessageTs,
}

impl House {
    async fn new() -> Self {
        let now = Timestamp::from_second(NOW).unwrap();
        let (clock, hands) = Clock::by_hand(now);
        let any = || SocketAddr::from(([127, 0, 0, 1], 0));
        let sandbox = Sandbox::start(&clock, any(), any(), None).await.unwrap();
        let slack = Slack::new(slack::Settings {
            api_url: sandbox.slack_api.clone(),
            token: Secret::new(sandbox.keys.bot_token.clone()),
            timeout: Duration::from_secs(5),
        })
        .unwrap();
        let desk = Arc::new(Fake::default());
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/test.sqlite3", dir.path().display());
        let store = Store::open(&Settings { url }).await.unwrap();
        let mut registry = Registry::with_prefix("sssbot");
        let metrics = Metrics::register(&mut registry);
        let router = router(Doors {
            store: store.clone(),
            clock,
            secrets: Secrets::new("hub", &sandbox.keys.signing_secret),
            github_events: &[],
            reception: Some(Reception {
                desk: desk.clone(),
                slack: slack.clone(),
            }),
            probes: Vec::new(),
            metrics,
            registry: Arc::new(registry),
            limits: Limits {
                opening: Duration::from_millis(500),
                ..Limits::default()
            },
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (close, closing) = oneshot::channel::<()>();
        let until = async {
            closing.await.ok();
        };
        let closed = tokio::spawn(serve(listener, router, until, Timeouts::default()));
        sandbox.set_app(&format!("http://{address}"));
        let hanako = sandbox.slack.add_user(NewPerson::named("hanako"));
        let channel = sandbox.slack.create_channel("dev", &hanako, false).unwrap();
        slack.join(&channel).await.unwrap();
        let blocks = [json!({"type": "actions", "elements": [{"type": "button",
            "action_id": "note", "text": {"type": "plain_text", "text": "Note"}}]})];
        let metadata = slack::Metadata::new("x".into(), 1);
        let button = slack.post(&channel, "x", &blocks, &metadata).await.unwrap();
        let open = Open {
            address,
            store,
            hands,
            close: Some(close),
            closed,
            _dir: dir,
        };
        sandbox.pump().await;
        open.stored().await;
        Self {
            open,
            sandbox,
            desk,
            hanako,
            channel,
            button,
        }
    }

    async fn press(&self) {
        let slack = &self.sandbox.slack;
        slack
            .press(&self.hanako, &self.channel, &self.button, "note", None)
            .unwrap();
        self.sandbox.pump().await;
    }

    /// The dialogs that hanako sees.
    fn views(&self) -> Vec<String> {
        let views = self.sandbox.slack.snapshot().views;
        views.into_iter().map(|view| view.id).collect()
    }

    /// The kinds of what was stored since this was asked last.
    async fn kinds(&self) -> Vec<String> {
        let stored = self.open.stored().await;
        stored.into_iter().map(|one| one.kind).collect()
    }

    /// What stands last in the channel.
    fn last(&self) -> String {
        let slack = &self.sandbox.slack;
        let channel = slack.channel("dev").unwrap();
        let last = channel.messages.last().unwrap();
        last.plain(&slack.names(), Links::Hidden)
    }
}

#[tokio::test]
async fn a_press_is_stored_and_its_dialog_opens_while_slack_waits() {
    let house = House::new().await;
    house.press().await;
    assert_eq!(house.views().len(), 1);
    assert_eq!(house.kinds().await, ["block_actions"]);
    let slack = &house.sandbox.slack;
    slack
        .command(&house.hanako, &house.channel, "/incident", "")
        .unwrap();
    slack
        .command(&house.hanako, &house.channel, "/incident", "level 3")
        .unwrap();
    house.sandbox.pump().await;
    assert_eq!(house.views().len(), 2);
    assert_eq!(house.kinds().await, ["/incident", "/incident"]);
}

#[tokio::test]
async fn a_dialog_that_is_wrong_stays_and_is_not_stored() {
    let house = House::new().await;
    house.press().await;
    house.kinds().await;
    let slack = &house.sandbox.slack;
    let view = house.views().remove(0);
    let send = async |words: Value| {
        let field = json!({"type": "plain_text_input", "value": words});
        let values = json!({"text": {"field": field}});
        slack.submit(&house.hanako, &view, values).unwrap();
        house.sandbox.pump().await;
    };
    send(Value::Null).await;
    assert_eq!(house.views(), std::slice::from_ref(&view));
    assert!(house.kinds().await.is_empty());
    send(json!("it is slow")).await;
    assert!(house.views().is_empty());
    assert_eq!(house.kinds().await, ["view_submission"]);
}

/// Sends an interaction by hand, to see what is answered.
async fn answer(house: &House, payload: &Value) -> String {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload.to_string())
        .finish();
    let at = NOW.to_string();
    let parts: [&[u8]; 4] = [b"v0:", at.as_bytes(), b":", body.as_bytes()];
    let secret = &house.sandbox.keys.signing_secret;
    let signature = format!("v0={}", hmac(secret, &parts));
    let headers = [
        ("x-slack-request-timestamp", at.as_str()),
        ("x-slack-signature", signature.as_str()),
    ];
    let sent = post("/slack/interactions", &headers, body.as_bytes());
    house.open.send(&sent).await
}

fn submission(words: Value) -> Value {
    json!({"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1",
        "callback_id": "note", "state": {"values": {"text": {"field":
            {"type": "plain_text_input", "value": words}}}}}})
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field() {
    let house = House::new().await;
    let answer = answer(&house, &submission(Value::Null)).await;
    assert_eq!(status(&answer), 200);
    let wrong = r#"{"errors":{"text":"Say something."},"response_action":"errors"}"#;
    assert!(answer.ends_with(wrong), "{answer}");
}

#[tokio::test]
async fn whoever_sends_what_cannot_be_stored_is_told() {
    let house = House::new().await;
    house.open.store.close().await;
    let told = answer(&house, &submission(json!("x"))).await;
    assert_eq!(status(&told), 200);
    let sorry = r#"{"errors":{"text":"Sorry: NotKept."},"response_action":"errors"}"#;
    assert!(told.ends_with(sorry), "{told}");
    let press = json!({"type": "block_actions", "user": {"id": "U1"}, "trigger_id": "1.2",
        "container": {"channel_id": "C1", "message_ts": "1.1"},
        "actions": [{"type": "button", "action_id": "note"}]});
    assert_eq!(status(&answer(&house, &press).await), 503);
    // Nothing opens for what nobody will hear of.
    assert_eq!(*house.desk.asked.lock().unwrap(), 0);
}

#[tokio::test]
async fn whoever_presses_while_slack_opens_nothing_is_told_to_press_again() {
    for fault in [Fault::Status(503), Fault::TimeoutBefore] {
        let house = House::new().await;
        house.sandbox.slack.faults().next("views.open", fault);
        house.press().await;
        assert!(house.views().is_empty());
        assert_eq!(house.last(), "Sorry: NotOpened.");
        assert_eq!(house.kinds().await, ["block_actions"]);
        house.press().await;
        assert_eq!(house.views().len(), 1);
    }
}

#[tokio::test]
async fn the_same_press_opens_one_dialog() {
    let house = House::new().await;
    let press = json!({"type": "block_actions", "user": {"id": "U1"}, "trigger_id": "1.2",
        "container": {"channel_id": "C1", "message_ts": "1.1"},
        "actions": [{"type": "button", "action_id": "note"}]});
    for _ in 0..2 {
        assert_eq!(status(&answer(&house, &press).await), 200);
    }
    assert_eq!(*house.desk.asked.lock().unwrap(), 1);
    assert_eq!(house.kinds().await.len(), 1);
}
