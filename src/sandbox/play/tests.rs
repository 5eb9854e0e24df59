//! What people do in Slack by the words that they see, with an app that a test plays.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::sandbox::slack::{Shortcut, view_text};
use crate::sandbox::story::{Act, Said, Spot, Story};
use crate::sandbox::{Player, Sandbox};

/// A sandbox, and an app that keeps what it hears and answers what it is told to.
struct Desk {
    sandbox: Sandbox,
    player: Player,
    heard: Arc<Mutex<Vec<Value>>>,
    answer: Arc<Mutex<(u16, String)>>,
}

fn any() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

impl Desk {
    async fn new() -> Self {
        let (clock, _) = Clock::by_hand("2021-01-01T00:00:00Z".parse().unwrap());
        let sandbox = Sandbox::start(&clock, any(), any(), None).await.unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(Mutex::new((200, String::new())));
        let (keep, say) = (heard.clone(), answer.clone());
        let app = Router::new().fallback(async move |body: String| {
            for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
                if name == "payload" {
                    keep.lock()
                        .unwrap()
                        .push(serde_json::from_str(&value).unwrap());
                }
            }
            let (code, body) = say.lock().unwrap().clone();
            (axum::http::StatusCode::from_u16(code).unwrap(), body)
        });
        let listener = TcpListener::bind(any()).await.unwrap();
        sandbox.set_app(&format!("http://{}", listener.local_addr().unwrap()));
        tokio::spawn(axum::serve(listener, app).into_future());
        let player = Player::new(&sandbox);
        let mut desk = Self {
            sandbox,
            player,
            heard,
            answer,
        };
        desk.plays("channel #a with sssbot").await;
        desk
    }

    /// Plays these acts as a story would; what the world does not allow is told.
    async fn tries(&mut self, acts: &str) -> Result<(), String> {
        let story = Story::parse(&format!("# a\n```do\n{acts}\n```")).unwrap();
        for line in &story.steps[0].acts {
            self.player.play(&line.act).await.map_err(|error| error.0)?;
            self.sandbox.pump().await;
        }
        Ok(())
    }

    async fn plays(&mut self, acts: &str) {
        self.tries(acts).await.unwrap();
    }

    /// What the app heard since.
    fn heard(&self) -> Vec<Value> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }

    async fn call(&self, method: &str, body: Value) -> Value {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/{method}", self.sandbox.slack_api);
        let request = client.post(url).bearer_auth(&self.sandbox.keys.bot_token);
        let answer = request.json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["ok"], true, "{method}: {answer}");
        answer
    }

    /// What somebody sees of their dialogs, the lowest first.
    fn dialogs(&self, who: &str) -> Vec<String> {
        let world = self.sandbox.slack.snapshot();
        let who = self.sandbox.slack.user_named(who).unwrap();
        let own = world
            .views
            .iter()
            .filter(|view| view.who == who && !view.home);
        own.map(|view| view_text(view, &world.names)).collect()
    }
}

fn text(words: &str) -> Value {
    json!({"type": "plain_text", "text": words})
}

fn options(words: &[&str]) -> Value {
    words
        .iter()
        .map(|one| json!({"text": text(one), "value": format!("v-{one}")}))
        .collect()
}

fn dialog() -> Value {
    let input = |id: &str, label: &str, optional: bool, element: Value| json!({"type": "input", "block_id": id, "label": text(label), "optional": optional, "element": element});
    json!({
        "type": "modal", "title": text("Declare"), "submit": text("Create"), "close": text("Cancel"),
        "notify_on_close": true,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "*Who* calls?"}},
            input("service", "Service", false, json!({"type": "static_select", "action_id": "f",
                "placeholder": text("choose"), "options": options(&["shop", "mail"])})),
            input("summary", "Summary", false, json!({"type": "plain_text_input", "action_id": "f", "max_length": 10})),
            input("boxes", "More", true, json!({"type": "checkboxes", "action_id": "f", "options": options(&["drill", "quiet"])})),
            input("when", "When", true, json!({"type": "datetimepicker", "action_id": "f"})),
            input("who", "Handler", true, json!({"type": "users_select", "action_id": "f"})),
        ],
    })
}

/// A message with a button that opens a dialog, in a coloured one.
async fn opened(desk: &mut Desk) {
    let id = desk.sandbox.slack.channel_named("a").unwrap();
    let button = json!({"type": "actions", "elements": [
        {"type": "button", "action_id": "open", "value": "x", "text": text("Open it")}]});
    let message = json!({"channel": id, "text": "", "attachments": [{"color": "#ff0000", "blocks": [button]}]});
    desk.call("chat.postMessage", message).await;
    desk.plays("hanako presses \"Open it\" in #a").await;
    let heard = desk.heard();
    assert_eq!(heard[0]["actions"][0]["value"], "x");
    let view = json!({"trigger_id": heard[0]["trigger_id"], "view": dialog()});
    desk.call("views.open", view).await;
}

#[tokio::test]
async fn a_dialog_is_filled_in_and_slack_looks_at_it_first() {
    let mut desk = Desk::new().await;
    assert_eq!(
        desk.tries("hanako sends it off").await.unwrap_err(),
        "no dialog is open"
    );
    opened(&mut desk).await;
    assert_eq!(
        desk.dialogs("hanako"),
        [
            "Declare\nWho calls?\nService: [choose: shop / mail]\nSummary: []\n\
          More (optional):\n[ ] drill\n[ ] quiet\nWhen (optional): []\nHandler (optional): []\n[Create] [Cancel]"
        ]
    );
    desk.plays("hanako fills in \"Summary\" with \"eleven long\"\nhanako sends it off")
        .await;
    assert_eq!(desk.heard(), Vec::<Value>::new(), "Slack did not send it");
    let shown = desk.dialogs("hanako").remove(0);
    assert!(
        shown.contains("mail]\n! Please complete this required field."),
        "{shown}"
    );
    assert!(
        shown.contains("[eleven long]\n! This must be at most 10 char"),
        "{shown}"
    );

    desk.plays(
        "hanako fills in \"Summary\" with \"slow\"\nhanako fills in \"Service\" with \"mail\"\n\
         hanako fills in \"More\" with \"quiet, drill\"\nhanako fills in \"Handler\" with \"taro\"\n\
         hanako fills in \"When\" with \"2021-01-01 09:30\"",
    )
    .await;
    for wrong in [
        "fills in \"Service\" with \"other\"",
        "fills in \"Nothing\" with \"x\"",
        "presses \"Nothing\" in the dialog",
    ] {
        desk.tries(&format!("hanako {wrong}")).await.unwrap_err();
    }
    *desk.answer.lock().unwrap() = (
        200,
        json!({"response_action": "errors", "errors": {"service": "No such"}}).to_string(),
    );
    desk.plays("hanako sends it off").await;
    let sent = desk.heard().remove(0);
    let values = &sent["view"]["state"]["values"];
    assert_eq!(values["summary"]["f"]["value"], "slow");
    assert_eq!(values["service"]["f"]["selected_option"]["value"], "v-mail");
    assert_eq!(
        values["boxes"]["f"]["selected_options"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(values["when"]["f"]["selected_date_time"], 1_609_461_000);
    let shown = desk.dialogs("hanako").remove(0);
    assert!(
        shown.contains("[choose: shop / mail ✓]\n! No such\n"),
        "{shown}"
    );
    assert!(
        shown.contains("(optional): [2021-01-01 09:30]\nHandler (optional): [@taro]"),
        "{shown}"
    );

    *desk.answer.lock().unwrap() = (500, String::new());
    desk.plays("hanako sends it off").await;
    let shown = desk.dialogs("hanako").remove(0);
    assert!(
        shown.contains("! We had some trouble connecting."),
        "{shown}"
    );
    *desk.answer.lock().unwrap() = (200, String::new());
    desk.plays("hanako sends it off").await;
    assert_eq!(desk.dialogs("hanako"), Vec::<String>::new());
}

#[tokio::test]
async fn a_dialog_can_lie_on_another_and_be_closed() {
    let mut desk = Desk::new().await;
    opened(&mut desk).await;
    desk.plays(
        "hanako fills in \"Summary\" with \"slow\"\nhanako fills in \"Service\" with \"shop\"",
    )
    .await;
    let second = json!({"type": "modal", "title": text("Sure?"), "blocks": [
        {"type": "actions", "elements": [{"type": "button", "action_id": "yes", "text": text("Yes")}]}]});
    *desk.answer.lock().unwrap() = (
        200,
        json!({"response_action": "push", "view": second}).to_string(),
    );
    desk.plays("hanako sends it off").await;
    assert_eq!(desk.dialogs("hanako").len(), 2);
    *desk.answer.lock().unwrap() = (200, String::new());
    desk.heard();
    desk.plays("hanako presses \"Yes\" in the dialog\nhanako closes it")
        .await;
    let heard = desk.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0]["actions"][0]["action_id"], "yes");
    let left = desk.dialogs("hanako");
    assert!(left.len() == 1 && left[0].contains("[slow]"), "{left:?}");
    desk.plays("hanako closes it").await;
    assert_eq!(desk.heard()[0]["type"], "view_closed");
}

#[tokio::test]
async fn ticks_and_choices_are_remembered_until_the_message_looks_otherwise() {
    let mut desk = Desk::new().await;
    let id = desk.sandbox.slack.channel_named("a").unwrap();
    let tasks =
        json!({"type": "checkboxes", "action_id": "tasks", "options": options(&["one", "two"])});
    let menu = json!({"type": "static_select", "action_id": "level", "placeholder": text("Level"),
        "options": options(&["1", "2"])});
    let people =
        json!({"type": "users_select", "action_id": "who", "placeholder": text("Somebody")});
    let blocks = json!([{"type": "actions", "block_id": "t", "elements": [tasks, menu, people]}]);
    let said = desk
        .call(
            "chat.postMessage",
            json!({"channel": id, "text": "x", "blocks": blocks}),
        )
        .await;
    desk.plays(
        "hanako ticks \"two\" in #a\nand at once hanako ticks \"one\" in #a\n\
         hanako chooses \"2\" from \"Level\" in #a\nhanako chooses \"taro\" from \"Somebody\" in #a",
    )
    .await;
    let heard: Vec<Value> = desk
        .heard()
        .into_iter()
        .map(|mut one| one["actions"][0].take())
        .collect();
    let ticked = |action: &Value| action["selected_options"].as_array().unwrap().len();
    assert_eq!((ticked(&heard[0]), ticked(&heard[1])), (1, 2));
    assert_eq!(heard[2]["selected_option"]["value"], "v-2");
    let taro = desk.sandbox.slack.user_named("taro").unwrap();
    assert_eq!(heard[3]["selected_user"], taro.as_str());
    assert!(
        desk.tries("hanako ticks \"two\" in #a").await.is_err(),
        "it is ticked"
    );
    let mut fewer = blocks.clone();
    fewer[0]["elements"][0]["options"] = options(&["two"]);
    let change = json!({"channel": id, "ts": said["ts"], "text": "x", "blocks": fewer});
    desk.call("chat.update", change).await;
    desk.plays("hanako ticks \"two\" in #a").await;
}

#[tokio::test]
async fn shortcuts_links_guests_and_what_only_one_person_sees() {
    let mut desk = Desk::new().await;
    let slack = desk.sandbox.slack.clone();
    slack.set_shortcuts(&[Shortcut {
        name: "Declare".into(),
        callback: "declare".into(),
    }]);
    desk.plays("person ken as guest\ngroup @dev \"Developers\" of hanako, taro\ntaro says in #a \"Disk is full\"").await;
    desk.plays("hanako uses \"Declare\" on \"Disk\" in #a")
        .await;
    let heard = desk.heard();
    assert_eq!(heard[0]["callback_id"], "declare");
    assert_eq!(heard[0]["message"]["text"], "Disk is full");
    desk.plays("hanako mentions sssbot in #a \"detected {link to Disk}\"")
        .await;
    let said = slack.channel("a").unwrap().messages.pop().unwrap().text;
    assert!(
        said.contains("detected https://example.slack.com/archives/C"),
        "{said}"
    );
    assert_eq!(
        desk.tries("ken says in #a \"hi\"").await.unwrap_err(),
        "channel_not_found"
    );
    let (id, hanako) = (
        slack.channel_named("a").unwrap(),
        slack.user_named("hanako").unwrap(),
    );
    let button = json!([{"type": "actions", "elements": [{"type": "button", "action_id": "b", "text": text("Mine")}]}]);
    let only = json!({"channel": id, "user": hanako, "text": "x", "blocks": button});
    desk.call("chat.postEphemeral", only).await;
    assert!(desk.tries("taro presses \"Mine\" in #a").await.is_err());
    let press = Act::Slack {
        who: "hanako".into(),
        said: Said::Press {
            spot: Spot::Channel("a".into()),
            button: "Mine".into(),
        },
    };
    desk.player.play(&press).await.unwrap();
}
