//! What somebody can do in the Slack at the right.

use serde_json::{Value, json};
use sssbot::i18n::Lang;

use crate::desk::{Desk, card, dialog, options, text};
use crate::webdriver::{Screen, Window};
use crate::{DESKTOP, MESSAGES, PHONE, look, nothing_to_complain_of};

fn visit(desk: &Desk, screen: Screen) -> Window {
    let page = Window::open(screen);
    page.go(&desk.address);
    page.sees("#guide", "general");
    page.js("window.sameVisit = true", &[]);
    page
}

/// hanako calls the bot by the words of the page, and it asks.
fn called(desk: &Desk, page: &Window) {
    page.click("#guide a");
    page.wait(
        "the field has the focus",
        "return document.activeElement.id === 'say'",
        &[],
    );
    page.keys("#say", "\u{e007}");
    let said = desk.hears("app_mention");
    let bot = desk.sandbox.slack.bot();
    assert_eq!(said["event"]["text"], format!("<@{bot}>"));
    let greeting = json!({
        "channel": said["event"]["channel"], "text": "hi", "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": format!("hi <@{}>, what is it?", said["event"]["user"].as_str().unwrap())}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "💡 Is it an outage?"},
             "accessory": {"type": "button", "action_id": "declare", "value": "outage", "style": "primary", "text": text("Make the channel!")}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "🔒 Is it a security incident?"},
             "accessory": {"type": "button", "action_id": "declare", "value": "security", "text": text("Make the channel!")}},
        ],
    });
    desk.call("chat.postMessage", &greeting);
}

fn opened(desk: &Desk, page: &Window) {
    called(desk, page);
    page.sees("#guide", "Make the channel!");
    page.click(".message .beside button.primary");
    let pressed = desk.hears("block_actions");
    assert_eq!(pressed["actions"][0]["value"], "outage");
    let view = json!({"trigger_id": pressed["trigger_id"], "view": dialog()});
    desk.call("views.open", &view);
    page.sees("#dialog-title", "Declare an incident");
}

#[test]
fn a_dialog_is_filled_in_and_sent_off() {
    let desk = Desk::new(Lang::En);
    let page = visit(&desk, DESKTOP);
    opened(&desk, &page);
    look(&page, "dialog");
    page.wait(
        "the first field has the focus",
        "return document.activeElement.matches('#dialog select')",
        &[],
    );

    // The browser itself does not send it without what must be there.
    page.click("#dialog-submit");
    page.write("#dialog textarea", "Payments fail");
    page.js("document.querySelector('#dialog select').value = 'shop'; document.querySelector('#dialog select').dispatchEvent(new Event('change', {bubbles: true}))", &[]);
    page.click("#dialog .ticks input[value=red] + label");
    page.click("#dialog .ticks input[value=drill] + label");
    desk.answers(
        200,
        &json!({"response_action": "errors", "errors": {"summary": "Say more"}}),
    );
    page.click("#dialog-submit");
    page.sees("#dialog .error", "Say more");
    look(&page, "dialog-errors");
    let sent = desk.hears("view_submission");
    let values = &sent["view"]["state"]["values"];
    assert_eq!(values["summary"]["field"]["value"], "Payments fail");
    assert_eq!(
        values["service"]["field"]["selected_option"]["value"],
        "shop"
    );
    assert_eq!(
        values["feeling"]["field"]["selected_option"]["value"],
        "red"
    );
    assert_eq!(
        values["drill"]["field"]["selected_options"][0]["value"],
        "drill"
    );
    assert_eq!(values["when"]["field"]["selected_date_time"], Value::Null);

    page.write("#dialog textarea", "Payments by card");
    desk.answers(500, &Value::Null);
    page.click("#dialog-submit");
    page.sees("#dialog .error", "does not answer");
    desk.answers(200, &Value::Null);
    page.click("#dialog-submit");
    page.misses("#dialog");
    desk.hears("view_submission");
    let sent = desk.hears("view_submission");
    assert_eq!(
        sent["view"]["state"]["values"]["summary"]["field"]["value"],
        "Payments by card"
    );
    nothing_to_complain_of(&page);
}

#[test]
fn a_dialog_is_closed_by_the_keyboard() {
    let desk = Desk::new(Lang::En);
    let page = visit(&desk, DESKTOP);
    opened(&desk, &page);
    page.keys("#dialog textarea", "\u{e00c}");
    page.misses("#dialog");
    assert_eq!(desk.hears("view_closed")["view"]["callback_id"], "declare");
    page.wait(
        "one writes on",
        "return document.activeElement.id === 'say'",
        &[],
    );
    nothing_to_complain_of(&page);
}

#[test]
fn an_incident_is_led_by_its_card() {
    let desk = Desk::new(Lang::En);
    let page = visit(&desk, DESKTOP);
    let channel = desk.channel("shop-20210101i");
    let hanako = desk.sandbox.slack.user_named("hanako").unwrap();
    desk.sandbox.slack.join(&channel, &hanako);
    let commands = [
        "handler I am the handler",
        "level Set the level",
        "recovered Declare it recovered",
    ];
    let said = desk.call("chat.postMessage", &card(&channel, &commands));
    desk.call(
        "pins.add",
        &json!({"channel": channel, "timestamp": said["ts"]}),
    );
    page.click(&format!("#channel-{} a", desk.channel("general")));
    page.sees("#guide", "#shop-20210101i");
    page.click("#guide a");
    page.sees("#pinned summary", "Incident");
    page.sees("#guide", "I am the handler");
    page.click("#pinned > summary b");
    look(&page, "card");
    page.click("#pinned .tick input[value=sns] + label");
    let ticked = desk.hears("block_actions");
    assert_eq!(ticked["actions"][0]["selected_options"][0]["value"], "sns");
    page.wait(
        "both show it ticked",
        "return document.querySelectorAll('.tick input[value=sns]:checked').length === 2",
        &[],
    );
    page.js("const menu = document.querySelector('#pinned select'); menu.value = 'handler'; menu.dispatchEvent(new Event('change', {bubbles: true}))", &[]);
    let chosen = desk.hears("block_actions");
    assert_eq!(chosen["actions"][0]["selected_option"]["value"], "handler");
    assert_eq!(chosen["message"]["ts"], said["ts"]);

    let mut next = card(&channel, &commands[1..]);
    next["ts"] = said["ts"].clone();
    desk.call("chat.update", &next);
    page.sees("#guide", "Declare it recovered");

    desk.call(
        "chat.postEphemeral",
        &json!({"channel": channel, "text": "Not you!",
        "user": hanako}),
    );
    page.sees(".message .only", "Only visible to you");
    desk.call("chat.postMessage", &json!({"channel": channel, "text": "15 minutes", "username": "Timekeeper", "icon_emoji": ":stopwatch:"}));
    page.sees(".message .author", "Timekeeper");
    page.write("#say", "/incident level 3");
    page.click("#say-send");
    assert_eq!(desk.hears("command")["text"], "level 3");
    page.write("#say", "The disk of @hanako is full");
    page.click("#say-send");
    let mine = page.sees(MESSAGES, "is full");
    page.js(
        &format!("document.querySelector('#{mine} .shortcuts').open = true"),
        &[],
    );
    look(&page, "shortcut");
    page.click(&format!("#{mine} .shortcuts button"));
    let used = desk.hears("message_action");
    assert_eq!(used["callback_id"], "note");
    assert!(used["message"]["text"].as_str().unwrap().contains("<@U"));
    nothing_to_complain_of(&page);
}

#[test]
fn the_home_tab_and_archived_channels() {
    let desk = Desk::new(Lang::Ja);
    let page = Window::open(DESKTOP);
    page.go(&desk.address);
    page.sees("#guide", "#general で @sssbot を呼んで");
    page.click("#open-home");
    let opened = desk.hears("app_home_opened");
    page.sees("#home", "まだ何も");
    let home = json!({"user_id": opened["event"]["user"], "view": {"type": "home", "blocks": [
        {"type": "header", "text": text("進行中のインシデント")},
        {"type": "actions", "elements": [{"type": "button", "action_id": "declare", "text": text("宣言する")},
            {"type": "overflow", "action_id": "more", "options": options(&["help ヘルプ"])}]}]}});
    desk.call("views.publish", &home);
    page.sees("#home", "進行中のインシデント");
    look(&page, "home-ja");
    page.click("#home .actions > button");
    assert_eq!(
        desk.hears("block_actions")["actions"][0]["action_id"],
        "declare"
    );
    page.click("#home .overflow summary");
    page.click("#home .overflow button");
    assert_eq!(
        desk.hears("block_actions")["actions"][0]["selected_option"]["value"],
        "help"
    );

    let old = desk.channel("shop-20200101i");
    desk.call("chat.postMessage", &card(&old, &["archive アーカイブする"]));
    let bot = desk.sandbox.slack.bot();
    desk.sandbox.slack.archive(&old, &bot);
    page.click(&format!("#channel-{old} a"));
    page.sees(".closed", "アーカイブされています");
    assert_eq!(page.count("#say"), 0);
    assert_eq!(page.count("#messages fieldset[disabled]"), 1);
}

#[test]
fn dialogs_fit_on_a_phone() {
    let desk = Desk::new(Lang::En);
    let page = visit(&desk, PHONE);
    opened(&desk, &page);
    look(&page, "dialog-phone");
    let width = page.js("return document.documentElement.scrollWidth", &[]);
    assert!(width.as_u64().unwrap() <= u64::from(PHONE.width), "{width}");
    page.click("#dialog-close");
    page.misses("#dialog");
    look(&page, "slack-phone");
}
