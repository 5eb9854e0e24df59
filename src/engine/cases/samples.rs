//! Incidents and requests to try things on.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Case, Snapshot};
use crate::i18n::Lang;
use crate::id::ServiceId;
use crate::incident::{
    Actor, Command, Declaration, Entry, Fact, Mark, Opened, Origin, Rules, Standing, Via, What,
    Who, fold, interpret,
};
use crate::playbook::{Called, Playbook, Words};
use crate::slack::Identity;
use crate::slack::inbound::{Door, Inbound, read};
use crate::teams::People;

/// The key of the incident that goes on.
pub(super) const KEY: &str = "a:C0000DEV:1633014761.000100";
/// Its channel.
pub(super) const CHANNEL: &str = "C0INCIDENT";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Twenty minutes past three in the afternoon.
pub(super) fn now() -> Timestamp {
    at("2021-09-30T15:20:30+09:00")
}

pub(super) fn rules(lang: Lang) -> Rules {
    let mut playbook = Playbook::default();
    let mut service = playbook.services.remove(0);
    for (id, ja) in [("shop", "ショップ"), ("sss", "sss")] {
        service.id = ServiceId::from(id);
        service.name = Words::new(ja, id);
        service.label.name = Words::same(id);
        playbook.services.push(service.clone());
    }
    Rules::new(Arc::new(playbook), lang)
}

/// A workspace in which nothing happens.
pub(super) fn quiet(lang: Lang) -> Snapshot {
    let people = "people:\n  hanako: { slack: U0HANAKO, github: hanako-dev }\n";
    Snapshot {
        rules: rules(lang),
        people: Arc::new(People::parse(people).unwrap()),
        me: Some(Identity {
            url: "https://acme.slack.com/".to_owned(),
            team_id: "T1".to_owned(),
            bot_id: Some("B1".to_owned()),
            user_id: "U0SSSBOT".into(),
        }),
        cases: Default::default(),
    }
}

/// The same with an incident of `shop` that was declared eight minutes ago.
pub(super) fn busy(lang: Lang) -> Snapshot {
    let mut snapshot = quiet(lang);
    let declared = at("2021-09-30T15:12:41+09:00");
    let declare = Command::Declare(Declaration {
        kind: Some("outage".into()),
        feeling: Some("blue".into()),
        channel: Some("shop-20210930i".to_owned()),
        ..Declaration::new("shop", "決済画面でエラーになる")
    });
    let origin = Origin::Slack {
        channel: "C0000DEV".into(),
        ts: "1633014761.000100".into(),
    };
    let mut entries = Vec::new();
    does(&mut entries, &snapshot.rules, &declare, origin, declared);
    entries.push(Entry::marked(
        Mark {
            key: "ch".into(),
            at: declared,
            who: Who::default(),
            via: Via::Sssbot,
            fact: Fact::Channel {
                id: CHANNEL.into(),
                name: "shop-20210930i".to_owned(),
            },
        },
        true,
    ));
    entries.push(Entry {
        key: "n:opened".into(),
        at: declared,
        who: Who::default(),
        via: Via::Sssbot,
        recorded: true,
        what: What::Opened(Opened {
            repo: "acme/postmortem".into(),
            number: 886,
            url: "https://github.com/acme/postmortem/issues/886".to_owned(),
            title: "#shop-20210930i".to_owned(),
            body: String::new(),
            ours: true,
        }),
    });
    put(&mut snapshot, entries);
    snapshot
}

/// Hanako gives this command in the incident's channel, now.
pub(super) fn after(mut snapshot: Snapshot, command: &Command) -> Snapshot {
    let case = &snapshot.cases[&KEY.into()];
    let mut entries = case.entries.clone();
    let origin = Origin::Slack {
        channel: CHANNEL.into(),
        ts: format!("1633015000.{:06}", entries.len()).as_str().into(),
    };
    does(&mut entries, &case.rules, command, origin, now());
    put(&mut snapshot, entries);
    snapshot
}

fn does(entries: &mut Vec<Entry>, rules: &Rules, command: &Command, origin: Origin, at: Timestamp) {
    let actor = Actor {
        who: Who {
            login: Some("hanako-dev".into()),
            ..Who::in_slack("U0HANAKO")
        },
        standing: Standing::Member,
        called: Called::default(),
        origin,
    };
    let state = fold(entries, rules);
    for mut entry in interpret(state.as_ref(), command, &actor, at, rules).unwrap() {
        entry.recorded = true;
        entries.push(entry);
    }
}

fn put(snapshot: &mut Snapshot, entries: Vec<Entry>) {
    let rules = snapshot.rules.clone();
    let incident = fold(&entries, &rules).unwrap();
    let case = Case {
        incident,
        entries,
        rules,
    };
    snapshot
        .cases
        .insert(case.incident.key.clone(), Arc::new(case));
}

pub(super) fn interaction(body: &Value) -> Inbound {
    read(Door::Interaction, body.to_string().as_bytes()).unwrap()
}

/// An event, as Slack wraps it.
pub(super) fn event(event: &Value) -> Inbound {
    let body = json!({"type": "event_callback", "event_id": "Ev1", "event": event});
    read(Door::Event, body.to_string().as_bytes()).unwrap()
}

/// Somebody says something.
pub(super) fn message(kind: &str, channel: &str, text: &str) -> Inbound {
    event(&json!({
        "type": kind, "channel": channel, "user": "U0HANAKO", "text": text,
        "ts": "1633015200.000200",
    }))
}

/// Somebody types a command.
pub(super) fn command(name: &str, channel: &str, text: &str) -> Inbound {
    let body = json!({
        "command": name, "text": text, "user_id": "U0HANAKO", "channel_id": channel,
        "trigger_id": "12.34.ab", "response_url": "https://hooks.slack.com/commands/1/2/3",
    });
    read(Door::Command, body.to_string().as_bytes()).unwrap()
}

/// Somebody presses a button of this name and value.
pub(super) fn press(channel: &str, action: &str, value: &str) -> Inbound {
    pressed(
        channel,
        &json!({"type": "button", "action_id": action, "block_id": "b1", "value": value,
                "action_ts": "1633015210.000300"}),
        &json!([]),
    )
}

/// Somebody does this to an element of a message with these blocks.
pub(super) fn pressed(channel: &str, action: &Value, blocks: &Value) -> Inbound {
    pressed_by("U0HANAKO", channel, action, blocks)
}

/// The same, by somebody else.
pub(super) fn pressed_by(who: &str, channel: &str, action: &Value, blocks: &Value) -> Inbound {
    interaction(&json!({
        "type": "block_actions", "user": {"id": who}, "trigger_id": "12.34.ab",
        "container": {"type": "message", "message_ts": "1633015200.000200", "channel_id": channel},
        "channel": {"id": channel}, "message": {"blocks": blocks}, "actions": [action],
        "response_url": "https://hooks.slack.com/actions/1/2/3",
    }))
}

/// Somebody sends a dialog off, with these elements by the names of their fields.
pub(super) fn sent(callback: &str, private: &str, fields: &Value) -> Inbound {
    let values: serde_json::Map<String, Value> = fields
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, element)| (name.clone(), json!({ "field": element })))
        .collect();
    interaction(&json!({
        "type": "view_submission", "user": {"id": "U0HANAKO"}, "trigger_id": "12.35.ab",
        "view": {"id": "V0DIALOG", "callback_id": callback, "private_metadata": private,
                 "state": {"values": values}},
    }))
}

/// What is chosen in a field.
pub(super) fn chosen(value: &str) -> Value {
    json!({"type": "static_select", "selected_option": {"value": value}})
}

/// What is written in a field.
pub(super) fn written(value: &str) -> Value {
    json!({"type": "plain_text_input", "value": value})
}
