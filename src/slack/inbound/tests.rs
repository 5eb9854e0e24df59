//! Slack's shapes with invented names, and whatever else may come.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn interaction(value: &Value) -> Result<Inbound, Unreadable> {
    read(Door::Interaction, value.to_string().as_bytes())
}

fn event(event: Value) -> Result<Event, Unreadable> {
    let body = json!({"type": "event_callback", "event_id": "Ev1", "event_time": 1_600_000_000,
                      "team_id": "T1", "event": event});
    match read(Door::Event, body.to_string().as_bytes())? {
        Inbound::Event(envelope) => {
            assert_eq!(envelope.id, DeliveryId::new("Ev1"));
            assert_eq!(envelope.at, Timestamp::from_second(1_600_000_000).ok());
            Ok(envelope.event)
        }
        other => panic!("{other:?}"),
    }
}

use crate::id::DeliveryId;

fn button() -> Value {
    json!({
        "type": "block_actions", "token": "deprecated", "api_app_id": "A1",
        "team": {"id": "T1", "domain": "acme"},
        "user": {"id": "U1", "username": "hanako", "team_id": "T1"},
        "trigger_id": "12.34.ab",
        "container": {"type": "message", "message_ts": "1600000000.000100", "channel_id": "C1",
                      "is_ephemeral": true},
        "channel": {"id": "C1", "name": "sss-20210101i"},
        "message": {"type": "message", "ts": "1600000000.000100", "text": "x", "blocks": []},
        "response_url": "https://hooks.slack.com/actions/T1/2/secret",
        "state": {"values": {}},
        "actions": [{"type": "button", "action_id": "handler", "block_id": "b1", "value": "7",
                     "text": {"type": "plain_text", "text": "me"},
                     "action_ts": "1600000001.000200"}],
    })
}

#[test]
fn a_press_says_who_where_and_what() {
    let Ok(Inbound::Pressed(pressed)) = interaction(&button()) else {
        panic!("a press");
    };
    assert_eq!(pressed.who, "U1".into());
    assert_eq!(
        pressed.on,
        Where::Message {
            channel: "C1".into(),
            ts: "1600000000.000100".into(),
            only_theirs: true
        }
    );
    assert_eq!(pressed.trigger, "12.34.ab");
    let action = &pressed.actions[0];
    assert_eq!(
        (action.action.as_str(), action.block.as_str()),
        ("handler", "b1")
    );
    assert_eq!(action.given, Given::Press("7".to_owned()));
    assert_eq!(action.at, Some("1600000001.000200".into()));
    let url = pressed.response_url.as_ref().map(ResponseUrl::reveal);
    assert_eq!(url, Some("https://hooks.slack.com/actions/T1/2/secret"));
    assert!(!format!("{pressed:?}").contains("secret"));
}

#[test]
fn a_press_that_lacks_what_it_is_about_is_refused() {
    for (pointer, why) in [
        ("/user", "an interaction by nobody"),
        ("/type", "an interaction without a type"),
        ("/actions", "a press on nothing"),
    ] {
        let mut body = button();
        *body.pointer_mut(pointer).unwrap() = Value::Null;
        assert_eq!(interaction(&body), Err(Unreadable(why)), "{pointer}");
    }
    let mut body = button();
    body["user"]["id"] = json!("U1> <!channel");
    assert!(interaction(&body).is_err());
    let mut body = button();
    (body["channel"], body["container"]) = (Value::Null, json!({"type": "message"}));
    assert!(interaction(&body).is_err());
}

#[test]
fn ticks_come_with_what_could_be_ticked_there() {
    let option = |value: &str| json!({"text": {"type": "mrkdwn", "text": value}, "value": value});
    let mut body = button();
    body["message"]["blocks"] = json!([
        {"type": "actions", "block_id": "b0", "elements": [
            {"type": "checkboxes", "action_id": "tasks", "options": [option("z")]}]},
        {"type": "actions", "block_id": "b1", "elements": [
            {"type": "checkboxes", "action_id": "tasks", "options": [option("a"), option("b")],
             "initial_options": [option("a")]}]},
    ]);
    body["actions"] = json!([{"type": "checkboxes", "action_id": "tasks", "block_id": "b1",
                              "selected_options": [option("b"), 7, {"value": 3}]}]);
    let Ok(Inbound::Pressed(pressed)) = interaction(&body) else {
        panic!("a press");
    };
    assert_eq!(pressed.actions[0].given.ticked(), ["b"]);
    assert_eq!(pressed.actions[0].offered, ["a", "b"]);
    assert_eq!(pressed.actions[0].shown, ["a"]);
}

#[test]
fn a_dialog_gives_each_field_by_its_name() {
    let body = json!({
        "type": "view_submission", "user": {"id": "W1"}, "trigger_id": "1.2.c",
        "view": {"id": "V1", "type": "modal", "hash": "h1", "callback_id": "declare",
            "private_metadata": "{}", "state": {"values": {
                "summary": {"field": {"type": "plain_text_input", "value": "遅い"}},
                "empty": {"field": {"type": "plain_text_input", "value": null}},
                "service": {"field": {"type": "static_select",
                    "selected_option": {"text": {"type": "plain_text", "text": "SSS"}, "value": "sss"}}},
                "none": {"field": {"type": "static_select", "selected_option": null}},
                "kind": {"field": {"type": "radio_buttons", "selected_option": {"value": "drill"}}},
                "when": {"field": {"type": "datetimepicker", "selected_date_time": 1_600_000_000}},
                "who": {"field": {"type": "users_select", "selected_user": "U2"}},
                "all": {"field": {"type": "multi_users_select", "selected_users": ["U2", "x", "U3"]}},
                "ticks": {"field": {"type": "checkboxes", "selected_options": [{"value": "a"}]}},
                "odd": {"field": {"type": "hologram"}}, "bad": 7, "void": {},
            }}},
        "response_urls": [],
    });
    let Ok(Inbound::Submitted(sent)) = interaction(&body) else {
        panic!("a dialog");
    };
    assert_eq!((sent.who, sent.trigger.as_str()), ("W1".into(), "1.2.c"));
    assert_eq!(
        (sent.view.id.as_str(), sent.view.callback.as_str()),
        ("V1", "declare")
    );
    let text = |text: &str| Some(text.to_owned());
    let wanted = [
        ("all", Given::People(vec!["U2".into(), "U3".into()])),
        ("empty", Given::Words(None)),
        ("kind", Given::One(text("drill"))),
        ("none", Given::One(None)),
        ("odd", Given::Other),
        ("service", Given::One(text("sss"))),
        ("summary", Given::Words(text("遅い"))),
        ("ticks", Given::Many(vec!["a".to_owned()])),
        (
            "when",
            Given::When(Timestamp::from_second(1_600_000_000).ok()),
        ),
        ("who", Given::Person(Some("U2".into()))),
    ];
    let fields: Vec<_> = sent
        .view
        .fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.clone()))
        .collect();
    assert_eq!(fields, wanted);
}

#[test]
fn shortcuts_closed_dialogs_and_what_is_new_to_us() {
    let shortcut = json!({"type": "shortcut", "callback_id": "open", "trigger_id": "1.2.c",
                          "user": {"id": "U1"}, "action_ts": "1.1", "team": null});
    assert_eq!(
        interaction(&shortcut),
        Ok(Inbound::Shortcut {
            who: "U1".into(),
            callback: "open".to_owned(),
            trigger: "1.2.c".to_owned()
        })
    );
    let mut on = json!({"type": "message_action", "callback_id": "detected", "trigger_id": "1.2.c",
        "user": {"id": "U1"}, "channel": {"id": "D1", "name": "directmessage"},
        "message_ts": "1600000000.000100", "response_url": "https://hooks.slack.com/app/T1/2/3",
        "message": {"type": "message", "user": "U2", "ts": "1600000000.000100", "text": "down"}});
    let Ok(Inbound::OnMessage(read)) = interaction(&on) else {
        panic!("a shortcut on a message");
    };
    assert_eq!(
        (read.channel, read.author),
        ("D1".into(), Some("U2".into()))
    );
    assert_eq!(read.text, "down");
    on["message"] = json!({"bot_id": "B1", "user": "U9", "ts": "1600000000.000100"});
    let Ok(Inbound::OnMessage(read)) = interaction(&on) else {
        panic!("a shortcut on a message");
    };
    assert_eq!((read.author, read.text.as_str()), (None, ""));
    on["channel"] = Value::Null;
    assert!(interaction(&on).is_err());

    let closed = json!({"type": "view_closed", "user": {"id": "U1"}, "is_cleared": false,
                        "view": {"id": "V1", "callback_id": "declare", "private_metadata": "p"}});
    let Ok(Inbound::Closed { view, .. }) = interaction(&closed) else {
        panic!("a closed dialog");
    };
    assert_eq!((view.private.as_str(), view.fields.len()), ("p", 0));
    let new = json!({"type": "block_suggestion"});
    assert_eq!(
        interaction(&new),
        Ok(Inbound::Other("block_suggestion".to_owned()))
    );
}

#[test]
fn a_command_is_read_from_its_form() {
    let body = json!({"token": "x", "team_id": "T1", "channel_id": "C1", "channel_name": "dev",
        "user_id": "U1", "user_name": "hanako", "command": "/incident", "text": "level 3",
        "api_app_id": "A1", "response_url": "https://hooks.slack.com/commands/1/2/3",
        "trigger_id": "1.2.c"});
    let Ok(Inbound::Command(command)) = read(Door::Command, body.to_string().as_bytes()) else {
        panic!("a command");
    };
    assert_eq!(
        (command.command.as_str(), command.text.as_str()),
        ("/incident", "level 3")
    );
    assert_eq!((command.who, command.channel), ("U1".into(), "C1".into()));
    for (field, wrong) in [
        ("user_id", json!("x")),
        ("channel_id", json!(7)),
        ("command", json!("incident")),
    ] {
        let mut body = body.clone();
        body[field] = wrong;
        assert!(
            read(Door::Command, body.to_string().as_bytes()).is_err(),
            "{field}"
        );
    }
}

#[test]
fn events_of_people_messages_and_channels() {
    let said = |bot: Option<&str>, thread: Option<&str>| Message {
        channel: "C1".into(),
        ts: "1600000000.000100".into(),
        thread: thread.map(MessageTs::from),
        author: Some("U1".into()),
        bot: bot.map(str::to_owned),
        text: "<@U0> hi".to_owned(),
    };
    let message = json!({"type": "message", "channel": "C1", "user": "U1", "text": "<@U0> hi",
                         "ts": "1600000000.000100", "channel_type": "channel"});
    let with = |changes: Value| {
        let mut message = message.clone();
        for (key, value) in changes.as_object().unwrap() {
            message[key] = value.clone();
        }
        message
    };
    let edited = json!({"type": "message", "subtype": "message_changed", "channel": "C1",
                        "ts": "1600000009.000100", "message": message});
    for (from, wanted) in [
        (
            with(json!({"type": "app_mention"})),
            Event::Mentioned(said(None, None)),
        ),
        (message.clone(), Event::Said(said(None, None))),
        (
            with(json!({"subtype": "bot_message", "bot_id": "B1"})),
            Event::Said(said(Some("B1"), None)),
        ),
        (
            with(json!({"thread_ts": "1599999999.000100"})),
            Event::Said(said(None, Some("1599999999.000100"))),
        ),
        (
            with(json!({"thread_ts": "1600000000.000100"})),
            Event::Said(said(None, None)),
        ),
        (edited, Event::Edited(said(None, None))),
        (
            json!({"type": "message", "subtype": "message_deleted", "channel": "C1",
                   "deleted_ts": "1600000000.000100"}),
            Event::Deleted {
                channel: "C1".into(),
                ts: "1600000000.000100".into(),
            },
        ),
        (
            with(json!({"subtype": "channel_join"})),
            Event::Other("message.channel_join".to_owned()),
        ),
        (
            json!({"type": "reaction_added", "user": "U1", "reaction": "fire", "item_user": "U2",
                   "item": {"type": "message", "channel": "C1", "ts": "1600000000.000100"},
                   "event_ts": "1.1"}),
            Event::Reacted {
                who: "U1".into(),
                emoji: "fire".to_owned(),
                channel: "C1".into(),
                ts: "1600000000.000100".into(),
                author: Some("U2".into()),
            },
        ),
        (
            json!({"type": "reaction_added", "user": "U1", "reaction": "fire",
                   "item": {"type": "file", "file": "F1"}}),
            Event::Other("reaction_added on no message".to_owned()),
        ),
        (
            json!({"type": "pin_added", "user": "U1", "channel_id": "C1",
                   "item": {"type": "message", "channel": "C1",
                            "message": {"ts": "1600000000.000100"}}}),
            Event::Pinned {
                who: "U1".into(),
                channel: "C1".into(),
                ts: Some("1600000000.000100".into()),
            },
        ),
        (
            json!({"type": "pin_removed", "user": "U1", "channel_id": "C1",
                   "item": {"type": "message", "message": {"ts": "1600000000.000100"}}}),
            Event::Unmarked {
                who: "U1".into(),
                emoji: None,
                channel: "C1".into(),
                ts: "1600000000.000100".into(),
            },
        ),
        (
            json!({"type": "reaction_removed", "user": "U1", "reaction": "fire",
                   "item": {"type": "message", "channel": "C1", "ts": "1600000000.000100"}}),
            Event::Unmarked {
                who: "U1".into(),
                emoji: Some("fire".to_owned()),
                channel: "C1".into(),
                ts: "1600000000.000100".into(),
            },
        ),
        (
            json!({"type": "reaction_removed", "user": "U1", "reaction": "fire",
                   "item": {"type": "file", "file": "F1"}}),
            Event::Other("reaction_removed from no message".to_owned()),
        ),
        (
            json!({"type": "member_joined_channel", "user": "U1", "channel": "C1",
                   "channel_type": "C", "team": "T1", "inviter": "U2"}),
            Event::Joined {
                who: "U1".into(),
                channel: "C1".into(),
                inviter: Some("U2".into()),
            },
        ),
        (
            json!({"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "messages"}),
            Event::HomeOpened {
                who: "U1".into(),
                home: false,
            },
        ),
        (
            json!({"type": "app_home_opened", "user": "U1", "tab": "home", "view": {"id": "V1"}}),
            Event::HomeOpened {
                who: "U1".into(),
                home: true,
            },
        ),
        (
            json!({"type": "channel_archive", "channel": "C1", "user": "U1"}),
            Event::Archived {
                channel: "C1".into(),
                who: Some("U1".into()),
            },
        ),
        (
            json!({"type": "group_unarchive", "channel": "G1", "user": "U1"}),
            Event::Unarchived {
                channel: "G1".into(),
                who: Some("U1".into()),
            },
        ),
        (
            json!({"type": "channel_rename", "channel": {"id": "C1", "name": "b", "created": 1}}),
            Event::Renamed {
                channel: "C1".into(),
                name: "b".to_owned(),
            },
        ),
        (
            json!({"type": "team_join"}),
            Event::Other("team_join".to_owned()),
        ),
    ] {
        assert_eq!(event(from.clone()), Ok(wanted), "{from}");
    }
    for wrong in [
        json!({}),
        json!({"type": "app_mention", "channel": "C1", "ts": "soon"}),
        json!({"type": "app_mention", "channel": "general", "ts": "1600000000.000100"}),
        json!({"type": "member_joined_channel", "channel": "C1"}),
        json!({"type": "channel_rename", "channel": "C1"}),
    ] {
        assert!(event(wrong.clone()).is_err(), "{wrong}");
    }
    let other = json!({"type": "app_rate_limited"}).to_string();
    let read = read(Door::Event, other.as_bytes());
    assert_eq!(read, Ok(Inbound::Other("app_rate_limited".to_owned())));
}

fn any_json() -> impl Strategy<Value = Value> {
    let names =
        "user|id|type|view|actions|channel|message|ts|event|item|state|values|blocks|elements";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "block_actions|view_submission|message_action|event_callback|U1|C1|1\\.1|\\PC{0,8}"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(names, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_comes_is_borne(value in any_json(), bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        for door in [Door::Event, Door::Interaction, Door::Command] {
            let _ = read(door, value.to_string().as_bytes());
            let _ = read(door, &bytes);
        }
    }

    #[test]
    fn a_press_with_anything_odd_in_it_is_borne(
        odd in any_json(),
        at in "/(user|container|channel|message|actions|trigger_id|response_url)",
    ) {
        let mut body = button();
        if let Some(place) = body.pointer_mut(&at) {
            *place = odd;
        }
        let _ = interaction(&body);
    }
}
