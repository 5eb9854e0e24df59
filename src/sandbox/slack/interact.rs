//! Buttons pressed, shortcuts and commands used, views submitted: what people ask of the app.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::api::message_json;
use super::refusal::{Refusal, refuse};
use super::state::{APP, BOT, State, TEAM};
use super::world::SlackWorld;
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// What a `trigger_id` stands for.
#[derive(Debug, Clone)]
pub(super) struct Trigger {
    pub(super) user: SlackUserId,
    pub(super) until: Timestamp,
    pub(super) used: bool,
}

/// A view that somebody sees.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) id: String,
    pub(super) user: SlackUserId,
    pub(super) kind: &'static str,
    pub(super) view: Value,
    pub(super) hash: String,
    pub(super) root: String,
    pub(super) previous: Option<String>,
    pub(super) depth: usize,
    pub(super) order: u64,
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

fn payload(state: &mut State, kind: &str, user: &SlackUserId, now: Timestamp) -> Value {
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

/// The element with this `action_id`, with its block's id.
fn element<'a>(blocks: &'a [Value], action: &str) -> Option<(&'a Value, &'a Value)> {
    blocks.iter().find_map(|block| {
        let many = block["elements"].as_array().into_iter().flatten();
        let mut all = many.chain([&block["accessory"], &block["element"]]);
        let found = all.find(|element| element["action_id"] == action)?;
        Some((found, &block["block_id"]))
    })
}

fn action(element: &Value, block: &Value, chosen: Option<Value>, now: Timestamp) -> Value {
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
            let channel = state.seen(id, who)?;
            let Some(message) = channel.message(ts) else {
                return refuse("message_not_found");
            };
            let nested = message
                .attachments
                .iter()
                .filter_map(|attachment| attachment["blocks"].as_array())
                .flatten();
            let all: Vec<Value> = message.blocks.iter().chain(nested).cloned().collect();
            let Some((element, block)) = element(&all, action_id) else {
                return refuse("action_not_found");
            };
            let action = action(element, block, chosen, now);
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
            body["state"] = json!({ "values": {} });
            body["actions"] = json!([action]);
            state.outbox.interaction(&body, None, now);
            Ok(())
        })
    }

    /// Somebody presses a button of a view that they see, or chooses in it.
    ///
    /// # Errors
    /// `not_found`, `action_not_found`
    pub fn press_in_view(
        &self,
        who: &SlackUserId,
        view: &str,
        action_id: &str,
        chosen: Option<Value>,
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let Some(view) = state.views.get(view).filter(|view| view.user == *who) else {
                return refuse("not_found");
            };
            let shown = view_json(view);
            let blocks = view.view["blocks"].as_array().cloned().unwrap_or_default();
            let Some((element, block)) = element(&blocks, action_id) else {
                return refuse("action_not_found");
            };
            let action = action(element, block, chosen, now);
            let mut body = payload(state, "block_actions", who, now);
            body["container"] = json!({ "type": "view", "view_id": shown["id"] });
            body["view"] = shown;
            body["actions"] = json!([action]);
            state.outbox.interaction(&body, None, now);
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
                let Some(message) = channel.message(ts) else {
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

    /// Somebody sends off a view; `values` are by block id and action id, as Slack sends them.
    ///
    /// # Errors
    /// `not_found`
    pub fn submit(&self, who: &SlackUserId, view: &str, values: Value) -> Result<(), Refusal> {
        self.change(|state, now| {
            let Some(view) = state.views.get(view).filter(|view| view.user == *who) else {
                return refuse("not_found");
            };
            let id = view.id.clone();
            let mut shown = view_json(view);
            shown["state"] = json!({ "values": values });
            let mut body = payload(state, "view_submission", who, now);
            body["view"] = shown;
            body["response_urls"] = json!([]);
            state.outbox.interaction(&body, Some(id), now);
            Ok(())
        })
    }

    /// Somebody closes a view. The app hears of it where the view asks for that.
    ///
    /// # Errors
    /// `not_found`
    pub fn close_view(&self, who: &SlackUserId, view: &str) -> Result<(), Refusal> {
        self.change(|state, now| {
            let Some(view) = state.views.remove(view) else {
                return refuse("not_found");
            };
            if view.view["notify_on_close"] == true {
                let mut body = payload(state, "view_closed", who, now);
                body["view"] = view_json(&view);
                body["is_cleared"] = json!(false);
                state.outbox.interaction(&body, None, now);
            }
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
