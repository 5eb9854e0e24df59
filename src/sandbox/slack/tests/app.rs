//! Events, interactions and commands, as the app gets them.

use super::*;

/// What an app got: headers and body of each request, and how it answers.
#[derive(Clone, Default)]
struct App {
    got: Arc<Mutex<Vec<(axum::http::HeaderMap, String)>>>,
    answer: Arc<Mutex<(u16, String)>>,
}

impl App {
    async fn start(world: &SlackWorld) -> Self {
        use axum::response::IntoResponse;
        let app = Self::default();
        *app.answer.lock().unwrap() = (200, String::new());
        let shared = app.clone();
        let router = axum::Router::new().fallback(
            async move |headers: axum::http::HeaderMap, body: String| {
                shared.got.lock().unwrap().push((headers, body));
                let (code, body) = shared.answer.lock().unwrap().clone();
                (axum::http::StatusCode::from_u16(code).unwrap(), body).into_response()
            },
        );
        let url = serve(router).await;
        world.set_request_urls(Some(&url), Some(&url), Some(&url));
        app
    }

    fn answers(&self, code: u16, body: &str) {
        *self.answer.lock().unwrap() = (code, body.to_owned());
    }

    fn took(&self) -> Vec<(axum::http::HeaderMap, String)> {
        std::mem::take(&mut self.got.lock().unwrap())
    }

    /// The types of the events it got.
    fn events(&self) -> Vec<String> {
        let kind = |(_, body): (_, String)| {
            let body: Value = serde_json::from_str(&body).unwrap();
            body["event"]["type"].as_str().unwrap().to_owned()
        };
        self.took().into_iter().map(kind).collect()
    }
}

#[tokio::test]
async fn events_are_signed_and_only_of_what_the_bot_sees() {
    let desk = desk().await;
    let app = App::start(&desk.world).await;
    let bell = desk.world.bell();
    let id = desk
        .world
        .create_channel("general", &desk.hanako, false)
        .unwrap();
    assert!(bell.has_changed().unwrap());
    desk.world.say(&desk.hanako, &id, "nobody hears").unwrap();
    let hidden = desk
        .world
        .create_channel("hidden", &desk.hanako, true)
        .unwrap();
    desk.world.invite(&id, &desk.world.bot(), &desk.hanako);
    desk.world.mention(&desk.hanako, &id, "help").unwrap();
    desk.world.rename(&id, "other", &desk.hanako).unwrap();
    desk.world
        .rename(&hidden, "more-hidden", &desk.hanako)
        .unwrap();
    desk.world.archive(&id, &desk.hanako);
    assert_eq!(desk.world.pending(), 6);
    assert_eq!(desk.world.pump().await, 6);
    let (headers, body) = app.got.lock().unwrap()[0].clone();
    let seconds = headers["x-slack-request-timestamp"].to_str().unwrap();
    assert_eq!(seconds, "1609459200");
    let expected = crate::sandbox::slack::outbox::signature(SECRET, 1_609_459_200, &body);
    assert_eq!(headers["x-slack-signature"], expected);
    assert_eq!(
        app.events(),
        [
            "channel_created",
            "member_joined_channel",
            "message",
            "app_mention",
            "channel_rename",
            "channel_archive"
        ]
    );
}

#[test]
fn the_signature_of_slacks_own_example() {
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assert_eq!(
        crate::sandbox::slack::outbox::signature(SECRET, 1_531_420_618, body),
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    );
}

#[tokio::test]
async fn events_are_tried_again_at_once_after_a_minute_and_after_five() {
    let desk = desk().await;
    let id = desk.channel("general");
    let app = App::start(&desk.world).await;
    app.answers(500, "");
    desk.world.say(&desk.hanako, &id, "a").unwrap();
    assert_eq!(desk.world.pump().await, 2);
    let took = app.took();
    assert!(took[0].0.get("x-slack-retry-num").is_none());
    assert_eq!(took[1].0["x-slack-retry-num"], "1");
    assert_eq!(took[1].0["x-slack-retry-reason"], "http_error");
    assert_eq!(took[0].1, took[1].1, "the same event_id");
    desk.wait(59);
    assert_eq!(desk.world.pump().await, 0);
    desk.wait(1);
    assert_eq!(desk.world.pump().await, 1);
    desk.wait(300);
    assert_eq!(desk.world.pump().await, 1);
    assert_eq!(desk.world.pending(), 0);
    assert_eq!(desk.world.undelivered(), ["message"]);
}

#[tokio::test]
async fn events_lost_doubled_and_late() {
    let desk = desk().await;
    let id = desk.channel("general");
    let app = App::start(&desk.world).await;
    for fault in [
        WebhookFault::Lost,
        WebhookFault::Doubled,
        WebhookFault::Behind(1),
    ] {
        desk.world.faults().next_webhook(fault);
    }
    for text in ["a", "b", "c", "d"] {
        desk.world.say(&desk.hanako, &id, text).unwrap();
    }
    desk.world.pump().await;
    let texts: Vec<String> = app
        .took()
        .into_iter()
        .map(|(_, body)| {
            serde_json::from_str::<Value>(&body).unwrap()["event"]["text"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(texts, ["b", "b", "d", "c"]);
}

fn payload(body: &str) -> Value {
    let (_, payload) = url::form_urlencoded::parse(body.as_bytes()).next().unwrap();
    serde_json::from_str(&payload).unwrap()
}

#[tokio::test]
async fn a_button_opens_a_modal_within_three_seconds_and_once() {
    let desk = desk().await;
    let id = desk.channel("general");
    let app = App::start(&desk.world).await;
    let blocks = json!([{ "type": "actions", "elements": [
        { "type": "button", "action_id": "go", "value": "v", "text": { "type": "plain_text", "text": "Go" } }] }]);
    let ts = desk
        .call(
            "chat.postMessage",
            json!({ "channel": id, "text": "a", "blocks": blocks }),
        )
        .await;
    let ts = MessageTs::from(ts["ts"].as_str().unwrap());
    desk.world.pump().await;
    app.took();
    let press = async || {
        desk.world
            .press(&desk.hanako, &id, &ts, "go", None)
            .unwrap();
        desk.world.pump().await;
        payload(&app.took()[0].1)
    };
    let pressed = press().await;
    assert_eq!(pressed["actions"][0]["value"], "v");
    let view = json!({ "type": "modal", "title": { "type": "plain_text", "text": "T" },
        "submit": { "type": "plain_text", "text": "OK" },
        "blocks": [{ "type": "input", "block_id": "b", "label": { "type": "plain_text", "text": "L" },
            "element": { "type": "plain_text_input", "action_id": "a" } }] });
    let open = |trigger: &Value| json!({ "trigger_id": trigger, "view": view });
    let mut bad = view.clone();
    bad.as_object_mut().unwrap().remove("submit");
    let refused = json!({ "trigger_id": pressed["trigger_id"], "view": bad });
    assert_eq!(desk.error("views.open", refused).await, "invalid_arguments");
    let opened = desk.call("views.open", open(&pressed["trigger_id"])).await;
    assert_eq!(opened["ok"], true, "{opened}");
    assert_eq!(
        desk.error("views.open", open(&pressed["trigger_id"])).await,
        "exchanged_trigger_id"
    );
    let pressed = press().await;
    desk.wait(4);
    assert_eq!(
        desk.error("views.open", open(&pressed["trigger_id"])).await,
        "expired_trigger_id"
    );

    let view = opened["view"]["id"].as_str().unwrap();
    app.answers(200, r#"{"response_action":"errors","errors":{"b":"no"}}"#);
    let values = json!({ "b": { "a": { "type": "plain_text_input", "value": "x" } } });
    desk.world
        .submit(&desk.hanako, view, values.clone())
        .unwrap();
    desk.world.pump().await;
    assert_eq!(payload(&app.took()[0].1)["view"]["state"]["values"], values);
    assert_eq!(desk.world.snapshot().views.len(), 1, "errors keep the view");
    app.answers(200, "");
    desk.world.submit(&desk.hanako, view, values).unwrap();
    desk.world.pump().await;
    assert_eq!(desk.world.snapshot().views.len(), 0);
}

#[tokio::test]
async fn a_command_and_its_response_url() {
    let desk = desk().await;
    let id = desk.channel("general");
    let app = App::start(&desk.world).await;
    app.answers(200, "one moment");
    desk.world
        .command(&desk.hanako, &id, "/sssbot", "help")
        .unwrap();
    desk.world.pump().await;
    let body = app.took().remove(0).1;
    let fields: std::collections::BTreeMap<String, String> =
        url::form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect();
    assert_eq!(
        (fields["command"].as_str(), fields["text"].as_str()),
        ("/sssbot", "help")
    );
    for (i, code) in [200, 200, 200, 200, 404].into_iter().enumerate() {
        let answer = json!({ "response_type": "in_channel", "text": format!("part {i}") });
        let answer = desk
            .http
            .post(&fields["response_url"])
            .json(&answer)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), code, "five answers in all");
    }
    let seen = desk.world.channel("general").unwrap();
    let said: Vec<(&str, bool)> = seen
        .messages
        .iter()
        .filter(|m| m.by_bot)
        .map(|m| (m.text.as_str(), m.only_for.is_some()))
        .collect();
    assert_eq!(
        said,
        [
            ("one moment", true),
            ("part 0", false),
            ("part 1", false),
            ("part 2", false),
            ("part 3", false)
        ]
    );
}
