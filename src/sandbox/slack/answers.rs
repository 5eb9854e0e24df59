//! What the app's answers to interactions and commands do, and those to a `response_url`.

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::view_problems;
use super::events;
use super::outbox::Kind;
use super::pings;
use super::state::{Message, State};
use super::world::SlackWorld;

/// What the app's answer to an interaction or a command does.
pub(super) fn answered(state: &mut State, kind: &Kind, body: &[u8], now: Timestamp) {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    match kind {
        Kind::Interaction(Some(view)) => submitted(state, view, &answer),
        Kind::Command(hook) if answer.is_object() => {
            place(state, hook, &answer, now);
        }
        Kind::Command(hook) if !body.is_empty() => {
            let text = String::from_utf8_lossy(body).into_owned();
            place(state, hook, &json!({ "text": text }), now);
        }
        _ => {}
    }
}

fn submitted(state: &mut State, id: &str, answer: &Value) {
    let number = state.number();
    match answer["response_action"].as_str() {
        None => {
            state.views.remove(id);
        }
        Some("clear") => {
            let root = state.views.get(id).map(|view| view.root.clone());
            state
                .views
                .retain(|_, view| Some(&view.root) != root.as_ref());
        }
        Some("update") if view_problems(&answer["view"], "modal").is_empty() => {
            if let Some(view) = state.views.get_mut(id) {
                view.view = answer["view"].clone();
                view.hash = format!("{number:08x}");
            }
        }
        // Errors are shown in the view, which stays.
        Some(_) => {}
    }
}

/// Shows an answer where its `response_url` says; the error is what Slack would write.
fn place(state: &mut State, hook: &str, answer: &Value, now: Timestamp) -> Option<&'static str> {
    let Some(found) = state.hooks.get_mut(hook).filter(|hook| now <= hook.until) else {
        return Some("expired_url");
    };
    if found.left == 0 {
        return Some("used_url");
    }
    found.left -= 1;
    let hook = found.clone();
    let bot = state.bot.clone();
    let text = answer["text"].as_str().unwrap_or_default().to_owned();
    let blocks = answer["blocks"].as_array().cloned().unwrap_or_default();
    if let (true, Some(ts)) = (answer["delete_original"] == true, &hook.message) {
        super::api::remove_message(state, &hook.channel, ts, now);
        return None;
    }
    if text.is_empty() && blocks.is_empty() {
        return Some("no_text");
    }
    let channel = state.channels.get_mut(&hook.channel)?;
    let text = super::api::content::as_kept(&text);
    if let (true, Some(ts)) = (answer["replace_original"] == true, &hook.message)
        && let Some(message) = channel.message_mut(ts)
    {
        message.text = text;
        message.blocks = blocks;
        return None;
    }
    let mut message = Message::of(channel.next_ts(now), bot, text);
    message.blocks = blocks;
    if answer["response_type"] != "in_channel" {
        message.only_for = Some(hook.user);
    }
    channel.messages.push(message.clone());
    state.pings.extend(pings::of(&hook.channel, &message, now));
    events::message(state, &hook.channel, &message, now);
    None
}

/// The app answers to a `response_url`.
pub(super) async fn respond(
    Shared(world): Shared<SlackWorld>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    if world.is_away() {
        return super::door::away();
    }
    let Ok(answer) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "invalid_payload").into_response();
    };
    match world.change(|state, now| place(state, &id, &answer, now)) {
        None => "ok".into_response(),
        Some(error) => (StatusCode::NOT_FOUND, error).into_response(),
    }
}
