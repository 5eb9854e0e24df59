//! The page with an app that the test plays: what somebody can do in its Slack, whatever bot there is.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};
use sssbot::cli::demo::page::{Playing, Stage, router};
use sssbot::clock::Clock;
use sssbot::i18n::Lang;
use sssbot::id::ChannelId;
use sssbot::sandbox::Sandbox;
use sssbot::sandbox::slack::{NewPerson, Shortcut};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// Both worlds, their page, and what the app hears and answers.
pub struct Desk {
    runtime: Runtime,
    pub sandbox: Sandbox,
    pub address: String,
    heard: Arc<Mutex<Vec<Value>>>,
    answer: Arc<Mutex<(u16, String)>>,
    _playing: watch::Sender<Playing>,
}

fn any() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

impl Desk {
    /// With #general, in which hanako and the bot are.
    pub fn new(lang: Lang) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(Mutex::new((200, String::new())));
        let (playing, story) = watch::channel(Playing::default());
        let (sandbox, address) = runtime.block_on(async {
            let clock = Clock::machine();
            let sandbox = Sandbox::start(&clock, any(), any(), None).await.unwrap();
            sandbox.github.add_repo("acme/postmortem", false).unwrap();
            sandbox.github.add_user("hanako");
            let (keep, say) = (heard.clone(), answer.clone());
            let app = Router::new().fallback(async move |body: String| {
                let pairs = url::form_urlencoded::parse(body.as_bytes());
                let fields: serde_json::Map<String, Value> = pairs
                    .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                    .collect();
                let payload = fields.get("payload").and_then(Value::as_str);
                let heard = match payload {
                    Some(payload) => serde_json::from_str(payload).unwrap(),
                    None if fields.contains_key("command") => fields.into(),
                    None => serde_json::from_str(&body).unwrap_or_default(),
                };
                keep.lock().unwrap().push(heard);
                let (code, body) = say.lock().unwrap().clone();
                (StatusCode::from_u16(code).unwrap(), body)
            });
            let listener = TcpListener::bind(any()).await.unwrap();
            sandbox.set_app(&format!("http://{}", listener.local_addr().unwrap()));
            tokio::spawn(axum::serve(listener, app).into_future());
            let stage = Stage {
                github: sandbox.github.clone(),
                slack: sandbox.slack.clone(),
                github_url: sandbox.github_api.trim_end_matches("/api/v3").to_owned(),
                lang,
                story,
                clock,
            };
            let listener = TcpListener::bind(any()).await.unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(axum::serve(listener, router(stage)).into_future());
            let slack = sandbox.slack.clone();
            tokio::spawn(async move {
                let mut bell = slack.bell();
                while bell.changed().await.is_ok() {
                    slack.pump().await;
                }
            });
            (sandbox, address)
        });
        let slack = &sandbox.slack;
        let hanako = slack.add_user(NewPerson::named("hanako"));
        let general = slack.create_channel("general", &hanako, false).unwrap();
        slack.invite(&general, &slack.bot(), &hanako);
        slack.set_shortcuts(&[Shortcut {
            name: "Record as a note".to_owned(),
            callback: "note".to_owned(),
        }]);
        Self {
            runtime,
            sandbox,
            address,
            heard,
            answer,
            _playing: playing,
        }
    }

    /// The channel of this name, made by the bot where there is none.
    pub fn channel(&self, name: &str) -> ChannelId {
        let slack = &self.sandbox.slack;
        let known = slack.channel_named(name);
        known.unwrap_or_else(|| slack.create_channel(name, &slack.bot(), false).unwrap())
    }

    /// The bot calls Slack.
    pub fn call(&self, method: &str, body: &Value) -> Value {
        self.runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let url = format!("{}/{method}", self.sandbox.slack_api);
            let request = client.post(url).bearer_auth(&self.sandbox.keys.bot_token);
            let answer: Value = request
                .json(body)
                .send()
                .await
                .unwrap()
                .json()
                .await
                .unwrap();
            assert_eq!(answer["ok"], true, "{method}: {answer}");
            answer
        })
    }

    /// From now on the app answers so.
    pub fn answers(&self, code: u16, body: &Value) {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        *self.answer.lock().unwrap() = (code, body);
    }

    /// The first of this type that the app hears, and has not given out here before: an
    /// interaction's, an event's, or `command`.
    pub fn hears(&self, kind: &str) -> Value {
        let end = std::time::Instant::now() + crate::PATIENCE;
        loop {
            let mut heard = self.heard.lock().unwrap();
            let fits = |one: &Value| {
                one["type"] == kind
                    || one["event"]["type"] == kind
                    || (kind == "command" && one["command"].is_string())
            };
            if let Some(at) = heard.iter().position(fits) {
                return heard.remove(at);
            }
            drop(heard);
            assert!(std::time::Instant::now() < end, "the app hears no {kind}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

/// Plain text as Slack takes it.
pub fn text(words: &str) -> Value {
    json!({"type": "plain_text", "text": words, "emoji": true})
}

/// Options with these words; each has its own first word as its value.
pub fn options(words: &[&str]) -> Value {
    let option = |words: &&str| {
        let value = words.split(' ').next();
        json!({"text": text(words), "value": value})
    };
    words.iter().map(option).collect()
}

/// A dialog with all kinds of fields.
pub fn dialog() -> Value {
    let field = |id: &str, label: &str, optional: bool, element: Value| json!({"type": "input", "block_id": id, "label": text(label), "optional": optional, "element": element});
    json!({
        "type": "modal", "title": text("Declare an incident"), "submit": text("Make the channel"),
        "close": text("Cancel"), "callback_id": "declare", "notify_on_close": true,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": ":warning: There is an open incident of *shop*"}},
            field("service", "Service", false, json!({"type": "static_select", "action_id": "field",
                "placeholder": text("Which one?"), "options": options(&["shop", "mail"])})),
            field("summary", "Summary", false, json!({"type": "plain_text_input", "action_id": "field",
                "multiline": true, "max_length": 20, "placeholder": text("A word is enough")})),
            field("feeling", "Gut feeling", true, json!({"type": "radio_buttons", "action_id": "field",
                "options": options(&["blue Look into it", "red Drop what you do"])})),
            field("drill", "Kind", true, json!({"type": "checkboxes", "action_id": "field",
                "options": options(&["drill This is a drill"])})),
            field("when", "Detected", true, json!({"type": "datetimepicker", "action_id": "field"})),
            field("handler", "Handler", true, json!({"type": "users_select", "action_id": "field"})),
        ],
    })
}

/// A card with all that a bot may say.
pub fn card(channel: &ChannelId, commands: &[&str]) -> Value {
    let fact =
        |name: &str, what: &str| json!({"type": "mrkdwn", "text": format!("*{name}*\n{what}")});
    json!({"channel": channel, "text": "Incident #shop-20210101i", "attachments": [{
        "color": "#e01e5a",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": format!("⚠ *Incident* <#{channel}>")}},
            {"type": "section", "fields": [fact("Service", "shop"), fact("Summary", "Payments fail"),
                fact("Level", "2 🔥🔥"), fact("Handler", "not decided")]},
            {"type": "actions", "block_id": "check.0", "elements": [{"type": "checkboxes", "action_id": "check",
                "options": options(&["sns Tell the customers", "leaders Tell the leaders"])}]},
            {"type": "actions", "elements": [
                {"type": "static_select", "action_id": "menu", "placeholder": text("Commands"), "options": options(commands)}]},
        ],
    }]})
}
