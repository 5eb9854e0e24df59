//! The Slack of the page without JavaScript: every form posts and leads back.

use serde_json::{Value, json};

use super::*;
use crate::id::{ChannelId, SlackUserId};
use crate::sandbox::slack::NewPerson;

/// #general with the bot and hanako in it.
fn general(page: &Running) -> (ChannelId, SlackUserId) {
    let hanako = page.slack.add_user(NewPerson::named("hanako"));
    let general = page
        .slack
        .create_channel("general", &hanako, false)
        .unwrap();
    page.slack.invite(&general, &page.slack.bot(), &hanako);
    (general, hanako)
}

impl Running {
    async fn call(&self, method: &str, body: Value) -> Value {
        let at = serve(self.slack.router()).await;
        let request = self.client.post(format!("{at}/api/{method}"));
        let answer = request.bearer_auth("xoxb-1").json(&body).send().await;
        let answer: Value = answer.unwrap().json().await.unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        answer
    }
}

fn text(words: &str) -> Value {
    json!({"type": "plain_text", "text": words})
}

/// The strip that says what next.
fn guide(html: &str) -> &str {
    let from = html.split_once("id=\"guide\"").map_or("", |(_, rest)| rest);
    from.split_once("</aside>").map_or("", |(guide, _)| guide)
}

#[tokio::test]
async fn one_writes_as_in_slack() {
    let (page, _play) = page(Lang::Ja).await;
    let (general, _) = general(&page);
    let html = page.get("/").await;
    assert!(
        guide(&html).contains("#general で @sssbot を呼んで"),
        "{html}"
    );
    assert!(guide(&html).contains("draft=%40sssbot+#compose"), "{html}");
    let html = page
        .get(&format!("/?channel={general}&draft=%40sssbot+"))
        .await;
    assert!(html.contains(">@sssbot </textarea>"), "{html}");
    let say = |words: &'static str, who: &'static str| {
        [
            ("in", general.as_str().to_owned()),
            ("text", words.to_owned()),
            ("as", who.to_owned()),
        ]
    };
    for (words, who, status, seen) in [
        (
            "@sssbot help <!channel>",
            "taro",
            StatusCode::OK,
            "<span class=\"mention\">@sssbot</span> help &lt;!channel&gt;",
        ),
        (
            "/help me",
            "taro",
            StatusCode::UNPROCESSABLE_ENTITY,
            "そのコマンドはありません",
        ),
        ("/incident level 3", "taro", StatusCode::OK, "taro"),
        ("  ", "taro", StatusCode::UNPROCESSABLE_ENTITY, "先に何か"),
        (
            "I am the bot",
            "sssbot",
            StatusCode::UNPROCESSABLE_ENTITY,
            "対象が見つかりません",
        ),
        (
            "x",
            "a/b",
            StatusCode::UNPROCESSABLE_ENTITY,
            "対象が見つかりません",
        ),
    ] {
        let fields = say(words, who);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let (got, html) = page.act("slack/say", &fields).await;
        assert_eq!(got, status, "{words}");
        assert!(html.contains(seen), "{words}: {html}");
    }
    page.slack.archive(&general, &page.slack.bot());
    let (status, html) = page
        .act("slack/say", &[("in", general.as_str()), ("text", "x")])
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        html.contains("アーカイブされています") && !html.contains("id=\"say\""),
        "{html}"
    );
}

#[tokio::test]
async fn what_only_one_person_sees_is_shown_to_nobody_else() {
    let (page, _play) = page(Lang::En).await;
    let (general, hanako) = general(&page);
    let secret = json!({"channel": general, "user": hanako, "text": "Not you, hanako"});
    page.call("chat.postEphemeral", secret).await;
    let html = page.get("/?as=hanako").await;
    assert!(html.contains("Not you, hanako") && html.contains("Only visible to you"));
    assert!(!page.get("/?as=taro").await.contains("Not you, hanako"));
}

#[tokio::test]
async fn a_message_has_its_colour_and_its_controls_and_runs_nothing() {
    let (page, _play) = page(Lang::En).await;
    let (general, _) = general(&page);
    let hostile = "\"><script>alert(1)</script>";
    let button = json!({"type": "button", "action_id": hostile, "text": text(hostile)});
    let menu = json!({"type": "static_select", "action_id": "menu", "placeholder": text("Commands"),
        "options": [{"text": text("Note"), "value": hostile}]});
    let blocks = json!([{"type": "actions", "block_id": "b", "elements": [button, menu]},
        {"type": "section", "text": {"type": "mrkdwn", "text": format!("<#{general}> <https://example.slack.com/archives/{general}/p1609459920000200>")}}]);
    let message = json!({"channel": general, "text": "", "attachments": [
        {"color": "#ecb22e", "blocks": blocks}, {"color": "url(x)", "text": "<b>"}]});
    let said = page.call("chat.postMessage", message).await;
    let html = page.get("/").await;
    assert!(
        html.contains("fill=\"#ecb22e\"") && !html.contains("url(x)"),
        "{html}"
    );
    assert!(
        !html.contains("<script>alert") && !html.contains("<b>&lt;"),
        "{html}"
    );
    let lead = format!("class=\"mention\" href=\"/?channel={general}#slack\"");
    assert!(html.contains(&lead), "{html}");
    assert!(
        html.contains(&format!("/?channel={general}#m-1609459920-000200")),
        "{html}"
    );
    let ts = said["ts"].as_str().unwrap();
    let all = [("in", general.as_str()), ("ts", ts)];
    for (asked, status) in [
        (json!(["b", hostile]).to_string(), StatusCode::OK),
        (
            json!(["b", "nothing"]).to_string(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!(["b", "menu", "other"]).to_string(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json!(["b", "menu", hostile]).to_string(), StatusCode::OK),
        ("{".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let mut fields = all.to_vec();
        fields.push(("use", asked.as_str()));
        let (got, html) = page.act("slack/use", &fields).await;
        assert_eq!(got, status, "{asked}: {html}");
    }
}

#[tokio::test]
async fn the_strip_follows_what_can_be_pressed() {
    let (page, _play) = page(Lang::En).await;
    let (general, hanako) = general(&page);
    let button =
        json!({"type": "button", "action_id": "declare", "text": text("Make the channel!")});
    let greeting = json!({"channel": general, "text": "hi",
        "blocks": [{"type": "actions", "elements": [button]}]});
    page.call("chat.postMessage", greeting).await;
    assert!(guide(&page.get("/").await).contains("Press “Make the channel!”"));
    let channel = page
        .slack
        .create_channel("shop-20210101i", &page.slack.bot(), false)
        .unwrap();
    page.slack.join(&channel, &hanako);
    let card = |commands: &[&str]| {
        let option = |words: &&str| json!({"text": text(words), "value": format!("{words} i:1")});
        let options: Vec<Value> = commands.iter().map(option).collect();
        json!([{"type": "actions", "elements": [{"type": "static_select", "action_id": "menu",
            "placeholder": text("Commands"), "options": options}]}])
    };
    let blocks = card(&["handler", "recovered"]);
    let said = page
        .call(
            "chat.postMessage",
            json!({"channel": channel, "text": "card", "blocks": blocks}),
        )
        .await;
    page.call(
        "pins.add",
        json!({"channel": channel, "timestamp": said["ts"]}),
    )
    .await;
    let at = format!("/?channel={channel}");
    let html = page.get(&format!("/?channel={general}")).await;
    assert!(
        guide(&html).contains("There is #shop-20210101i now"),
        "{html}"
    );
    for (commands, said_then) in [
        (&["handler", "recovered"][..], "Choose “handler”"),
        (&["recovered"], "choose “recovered”"),
        (&["resolve"], "choose “resolve”"),
        (&["archive"], "It is resolved!"),
    ] {
        let blocks = card(commands);
        page.call(
            "chat.update",
            json!({"channel": channel, "ts": said["ts"], "text": "card", "blocks": blocks}),
        )
        .await;
        let html = page.get(&at).await;
        assert!(
            guide(&html).contains(said_then),
            "{commands:?}: {}",
            guide(&html)
        );
    }
    page.slack.archive(&channel, &hanako);
    let html = page.get(&at).await;
    assert!(guide(&html).contains("Well done."), "{}", guide(&html));
}
