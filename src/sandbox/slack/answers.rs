//! What the app's answers to interactions and commands do, and those to a `response_url`.

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::content::{nested_ids, with_ids};
use super::events;
use super::outbox::Kind;
use super::pings;
use super::state::{Message, State};
use super::world::SlackWorld;

/// What the app's answer to an interaction or a command does.
pub(super) fn answered(state: &mut State, kind: &Kind, body: &[u8], now: Timestamp) {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    match kind {
        Kind::Interaction(Some(view)) => state.answer_dialog(view, body),
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
    let list = |key: &str| answer[key].as_array().cloned().unwrap_or_default();
    if !super::wrong_in_message(&list("blocks")).is_empty() {
        return Some("invalid_blocks");
    }
    let blocks = with_ids(state, list("blocks"));
    let attachments = nested_ids(state, list("attachments"));
    if let (true, Some(ts)) = (answer["delete_original"] == true, &hook.message) {
        super::api::remove_message(state, &hook.channel, ts, now);
        return None;
    }
    if text.is_empty() && blocks.is_empty() && attachments.is_empty() {
        return Some("no_text");
    }
    let channel = state.channels.get_mut(&hook.channel)?;
    let text = super::api::content::as_kept(&text);
    if let (true, Some(ts)) = (answer["replace_original"] == true, &hook.message)
        && let Some(message) = channel.message_mut(ts)
    {
        message.text = text;
        message.blocks = blocks;
        message.attachments = attachments;
        return None;
    }
    let mut message = Message::of(channel.next_ts(now), bot, text);
    message.blocks = blocks;
    message.attachments = attachments;
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
