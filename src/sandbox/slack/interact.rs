//! Buttons of messages pressed, shortcuts and commands used: what people ask of the app.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::api::message_json;
use super::dialogs::View;
use super::fields::{self, Held};
use super::refusal::{Refusal, refuse};
use super::state::{APP, BOT, HeldHere, Message, State, TEAM};
use super::world::SlackWorld;
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// What a `trigger_id` stands for.
#[derive(Debug, Clone)]
pub(super) struct Trigger {
    pub(super) user: SlackUserId,
    pub(super) until: Timestamp,
    pub(super) used: bool,
}

/// A place to which an app may answer for a while.
#[derive(Debug, Clone)]
pub(super) struct ResponseUrl {
    pub(super) channel: ChannelId,
    pub(super) user: SlackUserId,
    pub(super) message: Option<MessageTs>,
    pub(super) left: u8,
    pub(super) until: Timestamp,
}

/// A view as the Web API and interactions show it.
pub(super) fn view_json(view: &View) -> Value {
    let mut shown = view.view.clone();
    for (key, value) in [
        ("id", json!(view.id)),
        ("team_id", json!(TEAM)),
        ("app_id", json!(APP)),
        ("bot_id", json!(BOT)),
        ("hash", json!(view.hash)),
        ("root_view_id", json!(view.root)),
        ("previous_view_id", json!(view.previous)),
    ] {
        shown[key] = value;
    }
    shown["state"] = json!({ "values": fields::values(&view.blocks()) });
    for key in ["private_metadata", "callback_id", "external_id"] {
        if shown.get(key).is_none() {
            shown[key] = json!("");
        }
    }
    shown
}

fn trigger(state: &mut State, user: &SlackUserId, now: Timestamp) -> String {
    let id = format!("{}.{}", state.number(), now.as_second());
    let trigger = Trigger {
        user: user.clone(),
        until: now.checked_add(SignedDuration::from_secs(3)).unwrap_or(now),
        used: false,
    };
    state.triggers.insert(id.clone(), trigger);
    id
}

/// Gives out an address that can be answered to 5 times in 30 minutes. Gives its id and URL.
fn hook(
    state: &mut State,
    channel: &ChannelId,
    user: &SlackUserId,
    message: Option<&MessageTs>,
    now: Timestamp,
) -> (String, String) {
    let id = state.id("R");
    let hook = ResponseUrl {
        channel: channel.clone(),
        user: user.clone(),
        message: message.cloned(),
        left: 5,
        until: now
            .checked_add(SignedDuration::from_mins(30))
            .unwrap_or(now),
    };
    state.hooks.insert(id.clone(), hook);
    let url = format!("{}/response/{id}", state.base_url);
    (id, url)
}

pub(super) fn payload(state: &mut State, kind: &str, user: &SlackUserId, now: Timestamp) -> Value {
    let name = state
        .users
        .get(user)
        .map(|user| user.name.clone())
        .unwrap_or_default();
    json!({
        "type": kind,
        "token": "deprecated",
        "api_app_id": APP,
        "team": { "id": TEAM, "domain": "example" },
        "user": { "id": user, "username": name, "name": name, "team_id": TEAM },
        "trigger_id": trigger(state, user, now),
        "action_ts": super::state::ts_of(now.as_microsecond()),
    })
}

/// The element with this `action_id`, with its block's id; in this block, where one is named.
pub(super) fn element<'a>(
    blocks: &'a [Value],
    place: Option<&str>,
    action: &str,
) -> Option<(&'a Value, &'a Value)> {
    let mut blocks = blocks
        .iter()
        .filter(|block| place.is_none_or(|place| block["block_id"] == place));
    blocks.find_map(|block| {
        let found = fields::elements(block).find(|element| element["action_id"] == action)?;
        Some((found, &block["block_id"]))
    })
}

pub(super) fn action(
    element: &Value,
    block: &Value,
    chosen: Option<Value>,
    now: Timestamp,
) -> Value {
    let mut action = json!({
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block,
        "action_ts": super::state::ts_of(now.as_microsecond()),
    });
    for key in ["text", "value"] {
        if let Some(value) = element.get(key) {
            action[key] = value.clone();
        }
    }
    if let Some(Value::Object(chosen)) = chosen {
        for (key, value) in chosen {
            action[key] = value;
        }
    }
    action
}

/// What somebody uses in a message.
struct Used<'a> {
    who: &'a SlackUserId,
    id: &'a ChannelId,
    ts: &'a MessageTs,
    block: Option<&'a str>,
    action_id: &'a str,
}

impl Used<'_> {
    fn message<'a>(&self, state: &'a State) -> Result<&'a Message, Refusal> {
        let found = state
            .seen(self.id, self.who)?
            .message_for(self.ts, self.who);
        found.ok_or_else(|| Refusal::new("message_not_found"))
    }

    /// Tells the app; `chosen` says what the action gains.
    fn tell(
        &self,
        state: &mut State,
        now: Timestamp,
        chosen: impl FnOnce(&Value) -> Result<Option<Value>, Refusal>,
    ) -> Result<(), Refusal> {
        let Self { who, id, ts, .. } = *self;
        let message = self.message(state)?;
        let all = message.all_blocks();
        let Some((element, block)) = element(&all, self.block, self.action_id) else {
            return refuse("action_not_found");
        };
        let action = action(element, block, chosen(element)?, now);
        let channel = state.seen(id, who)?;
        let shown = message_json(channel, message, true);
        let ephemeral = message.only_for.is_some();
        let name = channel.name.clone();
        let (_, url) = hook(state, id, who, Some(ts), now);
        let mut body = payload(state, "block_actions", who, now);
        body["container"] = json!({
            "type": "message",
            "message_ts": ts,
            "channel_id": id,
            "is_ephemeral": ephemeral,
        });
        body["channel"] = json!({ "id": id, "name": name });
        body["message"] = shown;
        body["response_url"] = json!(url);
        body["state"] = json!({ "values": fields::values(&all) });
        body["actions"] = json!([action]);
        state.outbox.interaction(&body, None, now);
        Ok(())
    }
}

impl SlackWorld {
    /// Somebody presses a button of a message, or chooses in it: `chosen` is what the action gains
    /// then (`{"selected_option": {…}}`).
    ///
    /// # Errors
    /// `channel_not_found`, `message_not_found`, `action_not_found`
    pub fn press(
        &self,
        who: &SlackUserId,
        id: &ChannelId,
        ts: &MessageTs,
        action_id: &str,
        chosen: Option<Value>,
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let used = Used {
                who,
                id,
                ts,
                block: None,
                action_id,
            };
            used.tell(state, now, |_| Ok(chosen))
        })
    }

    /// Somebody presses, chooses or ticks something in this block of a message; see `fields::given`
    /// for the values: none for a button, all that is ticked for a list.
    ///
    /// # Errors
    /// As [`SlackWorld::press`], and `no_such_option`.
    pub fn choose(
        &self,
        who: &SlackUserId,
        (id, ts): (&ChannelId, &MessageTs),
        (block, action_id): (&str, &str),
        values: &[String],
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let used = Used {
                who,
                id,
                ts,
                block: Some(block),
                action_id,
            };
            let mut held = None;
            used.tell(state, now, |element| match element["type"].as_str() {
                Some("button") => Ok(None),
                Some("overflow") => {
                    let mut all = fields::options(element);
                    let found = all.find(|option| values.iter().any(|v| option["value"] == *v));
                    let found = found.ok_or_else(|| Refusal::new("no_such_option"))?;
                    Ok(Some(json!({ "selected_option": found })))
                }
                _ => {
                    held = Some(fields::given(element, values)?);
                    Ok(held.clone())
                }
            })?;
            if let Some(held) = held {
                let blocks = used.message(state)?.all_blocks();
                let place = (id.clone(), ts.clone(), who.clone());
                let here = state.held.entry(place).or_insert_with(|| HeldHere {
                    blocks: blocks.clone(),
                    held: Held::new(),
                });
                if here.blocks != blocks {
                    (here.blocks, here.held) = (blocks, Held::new());
                }
                let place = (block.to_owned(), action_id.to_owned());
                here.held.insert(place, held);
            }
            Ok(())
        })
    }

    /// Somebody uses a shortcut: on a message, where one is named, else a global one.
    ///
    /// # Errors
    /// `channel_not_found`, `message_not_found`
    pub fn shortcut(
        &self,
        who: &SlackUserId,
        callback_id: &str,
        on: Option<(&ChannelId, &MessageTs)>,
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let mut body;
            if let Some((id, ts)) = on {
                let channel = state.seen(id, who)?;
                let Some(message) = channel.message_for(ts, who) else {
                    return refuse("message_not_found");
                };
                let shown = message_json(channel, message, true);
                let name = channel.name.clone();
                let (_, url) = hook(state, id, who, Some(ts), now);
                body = payload(state, "message_action", who, now);
                body["channel"] = json!({ "id": id, "name": name });
                body["message"] = shown;
                body["message_ts"] = json!(ts);
                body["response_url"] = json!(url);
            } else {
                body = payload(state, "shortcut", who, now);
            }
            body["callback_id"] = json!(callback_id);
            state.outbox.interaction(&body, None, now);
            Ok(())
        })
    }

    /// Somebody types a slash command, e.g. `/sssbot` with `help`.
    ///
    /// # Errors
    /// `channel_not_found`, `user_not_found`
    pub fn command(
        &self,
        who: &SlackUserId,
        id: &ChannelId,
        command: &str,
        text: &str,
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let channel = state.seen(id, who)?.name.clone();
            let Some(user) = state.users.get(who).map(|user| user.name.clone()) else {
                return refuse("user_not_found");
            };
            let (hook, url) = hook(state, id, who, None, now);
            let trigger = trigger(state, who, now);
            let fields = [
                ("token", "deprecated"),
                ("team_id", TEAM),
                ("team_domain", "example"),
                ("channel_id", id.as_str()),
                ("channel_name", &channel),
                ("user_id", who.as_str()),
                ("user_name", &user),
                ("command", command),
                ("text", text),
                ("api_app_id", APP),
                ("is_enterprise_install", "false"),
                ("response_url", &url),
                ("trigger_id", &trigger),
            ];
            state.outbox.command(&fields, hook, now);
            Ok(())
        })
    }
}
