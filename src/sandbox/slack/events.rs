//! The events that the app gets, and only those that its bot may see.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::{group_json, message_json};
use super::outbox::envelope;
use super::state::{Channel, Group, Message, State, TEAM, ts_of};
use crate::id::{ChannelId, SlackUserId};

/// The most members that `subteam_updated` names.
const MEMBERS_CUT: usize = 500;

pub(super) fn send(state: &mut State, mut event: Value, now: Timestamp) {
    if !state.outbox.takes_events() {
        return;
    }
    if event.get("event_ts").is_none() {
        event["event_ts"] = json!(ts_of(now.as_microsecond()));
    }
    let name = event["type"].as_str().unwrap_or_default().to_owned();
    let body = envelope(state, &event, now);
    state.outbox.event(&name, &body, now);
}

fn kind(channel: &Channel) -> &'static str {
    if channel.private { "group" } else { "channel" }
}

/// A message was written: the bot hears of it where it is, and of a mention of itself twice.
pub(super) fn message(state: &mut State, id: &ChannelId, message: &Message, now: Timestamp) {
    if !state.outbox.takes_events() || !state.bot_is_in(id) || message.only_for.is_some() {
        return;
    }
    let Some(channel) = state.channels.get(id) else {
        return;
    };
    // The app asks for no `message.im`.
    if channel.is_direct() {
        return;
    }
    let mut event = message_json(channel, message, false);
    event["channel"] = json!(id);
    event["channel_type"] = json!(kind(channel));
    event["event_ts"] = json!(message.ts);
    let mention = format!("<@{}", state.bot);
    let called = message.author != state.bot
        && (message.text.contains(&format!("{mention}>"))
            || message.text.contains(&format!("{mention}|")));
    send(state, event.clone(), now);
    if called && let Some(map) = event.as_object_mut() {
        map.insert("type".to_owned(), json!("app_mention"));
        map.remove("channel_type");
        send(state, event, now);
    }
}

pub(super) fn message_changed(
    state: &mut State,
    id: &ChannelId,
    before: &Message,
    after: &Message,
    now: Timestamp,
) {
    altered(state, id, "message_changed", now, |channel, event| {
        event["message"] = message_json(channel, after, false);
        event["previous_message"] = message_json(channel, before, false);
    });
}

pub(super) fn message_deleted(state: &mut State, id: &ChannelId, gone: &Message, now: Timestamp) {
    if gone.only_for.is_some() {
        return;
    }
    altered(state, id, "message_deleted", now, |channel, event| {
        event["deleted_ts"] = json!(gone.ts);
        event["previous_message"] = message_json(channel, gone, false);
    });
}

fn altered(
    state: &mut State,
    id: &ChannelId,
    subtype: &str,
    now: Timestamp,
    fill: impl FnOnce(&Channel, &mut Value),
) {
    if !state.outbox.takes_events() || !state.bot_is_in(id) {
        return;
    }
    let Some(channel) = state.channels.get(id) else {
        return;
    };
    let mut event = json!({
        "type": "message",
        "subtype": subtype,
        "hidden": true,
        "channel": id,
        "channel_type": kind(channel),
        "ts": ts_of(now.as_microsecond()),
    });
    fill(channel, &mut event);
    send(state, event, now);
}

/// What happens to a channel as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Created,
    Renamed,
    Archived,
    Unarchived,
    Deleted,
}

/// A channel changed: everybody hears of public ones, members of private ones.
pub(super) fn channel(
    state: &mut State,
    id: &ChannelId,
    change: Change,
    by: &SlackUserId,
    now: Timestamp,
) {
    let Some(channel) = state.channels.get(id) else {
        return;
    };
    if channel.private && !channel.has(&state.bot) {
        return;
    }
    let word = match change {
        Change::Created => "created",
        Change::Renamed => "rename",
        Change::Archived => "archive",
        Change::Unarchived => "unarchive",
        Change::Deleted => "deleted",
    };
    let mut event = json!({ "type": format!("{}_{word}", kind(channel)) });
    if matches!(change, Change::Created | Change::Renamed) {
        event["channel"] = json!({
            "id": id,
            "is_channel": !channel.private,
            "name": channel.name,
            "name_normalized": channel.name,
            "created": channel.created.as_second(),
            "creator": channel.creator,
            "context_team_id": TEAM,
        });
    } else {
        event["channel"] = json!(id);
        event["user"] = json!(by);
    }
    send(state, event, now);
}

/// Somebody came into a channel that the bot is in, or the bot itself did.
pub(super) fn joined(
    state: &mut State,
    id: &ChannelId,
    who: &SlackUserId,
    inviter: Option<&SlackUserId>,
    now: Timestamp,
) {
    let Some(channel) = state.channels.get(id) else {
        return;
    };
    if !channel.has(&state.bot) {
        return;
    }
    let mut event = json!({
        "type": "member_joined_channel",
        "user": who,
        "channel": id,
        "channel_type": if channel.private { "G" } else { "C" },
        "team": TEAM,
    });
    if let Some(inviter) = inviter {
        event["inviter"] = json!(inviter);
    }
    send(state, event, now);
}

/// Somebody left a channel that the bot is in, or the bot was taken out of it.
pub(super) fn left(state: &mut State, id: &ChannelId, who: &SlackUserId, now: Timestamp) {
    let Some(channel) = state.channels.get(id) else {
        return;
    };
    let event = if *who == state.bot {
        json!({ "type": format!("{}_left", kind(channel)), "channel": id })
    } else if channel.has(&state.bot) {
        json!({
            "type": "member_left_channel",
            "user": who,
            "channel": id,
            "channel_type": if channel.private { "G" } else { "C" },
            "team": TEAM,
        })
    } else {
        return;
    };
    send(state, event, now);
}

/// A group was made or changed. Its members are cut, as Slack cuts them.
pub(super) fn group(state: &mut State, name: &str, group: &Group, now: Timestamp) {
    let mut shown = group_json(group, true);
    if let Some(users) = shown["users"].as_array_mut() {
        users.truncate(MEMBERS_CUT);
    }
    send(state, json!({ "type": name, "subteam": shown }), now);
}

/// A group's members changed: who came and who went.
pub(super) fn group_members(
    state: &mut State,
    id: &str,
    before: &[SlackUserId],
    after: &[SlackUserId],
    now: Timestamp,
) {
    let only = |these: &[SlackUserId], those: &[SlackUserId]| -> Vec<SlackUserId> {
        these
            .iter()
            .filter(|user| !those.contains(user))
            .cloned()
            .collect()
    };
    let (added, removed) = (only(after, before), only(before, after));
    if added.is_empty() && removed.is_empty() {
        return;
    }
    let event = json!({
        "type": "subteam_members_changed",
        "subteam_id": id,
        "team_id": TEAM,
        "date_update": now.as_second(),
        "added_users": added,
        "added_users_count": added.len(),
        "removed_users": removed,
        "removed_users_count": removed.len(),
    });
    send(state, event, now);
}

/// Somebody opened the app's home.
pub(super) fn home_opened(state: &mut State, who: &SlackUserId, now: Timestamp) {
    let event = json!({ "type": "app_home_opened", "user": who, "tab": "home" });
    send(state, event, now);
}
