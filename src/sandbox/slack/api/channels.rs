//! `conversations.*`: channels that come, go, and change their names and topics.

use serde_json::{Value, json};

use super::{Answer, Call, done};
use crate::id::SlackUserId;
use crate::sandbox::slack::args;
use crate::sandbox::slack::blocks::length;
use crate::sandbox::slack::moves;
use crate::sandbox::slack::refusal::refuse;
use crate::sandbox::slack::state::{Channel, Note, State, TEAM};

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Answer {
    let name = call.args.text("name").unwrap_or_default();
    let private = call.args.flag("is_private").unwrap_or(false);
    let id = moves::create(state, &name, &call.by, private, call.now)?;
    let channel = state.seen(&id, &call.by)?;
    Ok(json!({ "ok": true, "channel": channel_json(channel, &call.by, true) }))
}

/// Whether the call's `types` name this kind of channel; public ones when it names none.
fn wanted(channel: &Channel, types: Option<&str>) -> bool {
    let kind = if channel.is_direct() {
        "im"
    } else if channel.private {
        "private_channel"
    } else {
        "public_channel"
    };
    types
        .filter(|types| !types.is_empty())
        .unwrap_or("public_channel")
        .split(',')
        .any(|one| one.trim() == kind)
}

fn listed(state: &State, call: &Call<'_>, only_of: Option<&SlackUserId>) -> Answer {
    let types = call.args.text("types");
    let skip_archived = call.args.flag("exclude_archived").unwrap_or(false);
    let items: Vec<Value> = state
        .channels
        .values()
        .filter(|channel| !channel.private || channel.has(&call.by))
        .filter(|channel| only_of.is_none_or(|who| channel.has(who)))
        .filter(|channel| wanted(channel, types.as_deref()))
        .filter(|channel| !(skip_archived && channel.archived))
        .map(|channel| channel_json(channel, &call.by, true))
        .collect();
    let (items, next) = args::page(items, call.args, call.args.limit(100, state.settings.page)?)?;
    Ok(json!({
        "ok": true,
        "channels": items,
        "response_metadata": { "next_cursor": next },
    }))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Answer {
    listed(state, call, None)
}

pub(super) fn of_user(state: &mut State, call: &Call<'_>) -> Answer {
    let who = call
        .args
        .text("user")
        .map_or_else(|| call.by.clone(), SlackUserId::from);
    if !state.users.contains_key(&who) {
        return refuse("user_not_found");
    }
    listed(state, call, Some(&who))
}

pub(super) fn info(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let channel = state.seen(&id, &call.by)?;
    let count = call.args.flag("include_num_members").unwrap_or(false);
    Ok(json!({ "ok": true, "channel": channel_json(channel, &call.by, count) }))
}

pub(super) fn archive(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let channel = state.seen(&id, &call.by)?;
    if channel.archived {
        return refuse("already_archived");
    }
    if !channel.has(&call.by) {
        return refuse("not_in_channel");
    }
    moves::archive(state, &id, &call.by, call.now);
    done()
}

pub(super) fn unarchive(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let channel = state.seen(&id, &call.by)?;
    if !channel.archived {
        return refuse("not_archived");
    }
    // A bot is removed on archive, and so cannot bring the channel back.
    if state.users.get(&call.by).is_none_or(|user| user.bot) {
        return refuse("not_in_channel");
    }
    moves::unarchive(state, &id, &call.by, call.now);
    done()
}

pub(super) fn rename(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let name = call.args.text("name").unwrap_or_default();
    let channel = state.open(&id, &call.by)?;
    // Only who made a channel, or an admin, may rename it.
    let creator = channel.creator.clone();
    if creator != call.by && !state.users.get(&call.by).is_some_and(|user| user.admin) {
        return refuse("not_authorized");
    }
    moves::rename(state, &id, &name, &call.by, call.now)?;
    let channel = state.seen(&id, &call.by)?;
    Ok(json!({ "ok": true, "channel": channel_json(channel, &call.by, false) }))
}

pub(super) fn set_topic(state: &mut State, call: &Call<'_>) -> Answer {
    let topic = call.args.text("topic").unwrap_or_default();
    set_note(state, call, topic, false)
}

pub(super) fn set_purpose(state: &mut State, call: &Call<'_>) -> Answer {
    let purpose = call.args.text("purpose").unwrap_or_default();
    set_note(state, call, purpose, true)
}

fn set_note(state: &mut State, call: &Call<'_>, value: String, purpose: bool) -> Answer {
    let id = call.args.channel()?;
    let by = call.by.clone();
    let channel = state.open(&id, &by)?;
    if length(&value) > 250 {
        return refuse("too_long");
    }
    let (subtype, words) = if purpose {
        ("channel_purpose", "set the channel description")
    } else {
        ("channel_topic", "set the channel topic")
    };
    channel.system(subtype, &by, format!("<@{by}> {words}: {value}"), call.now);
    let note = Note {
        value,
        by: Some(by.clone()),
        at: call.now.as_second(),
    };
    if purpose {
        channel.purpose = note;
    } else {
        channel.topic = note;
    }
    let channel = state.seen(&id, &by)?;
    Ok(json!({ "ok": true, "channel": channel_json(channel, &by, false) }))
}

/// A channel as the Web API shows it to `who`.
pub(in crate::sandbox::slack) fn channel_json(
    channel: &Channel,
    who: &SlackUserId,
    count: bool,
) -> Value {
    let note = |note: &Note| {
        json!({
            "value": note.value,
            "creator": note.by.as_ref().map_or("", |by| by.as_str()),
            "last_set": note.at,
        })
    };
    let mut shown = json!({
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "previous_names": channel.previous,
        "is_channel": !channel.private,
        "is_group": false,
        "is_im": channel.is_direct(),
        "is_mpim": false,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_general": false,
        "is_shared": false,
        "is_org_shared": false,
        "is_ext_shared": false,
        "is_member": channel.has(who),
        "created": channel.created.as_second(),
        "creator": channel.creator,
        "context_team_id": TEAM,
        "unlinked": 0,
        "topic": note(&channel.topic),
        "purpose": note(&channel.purpose),
    });
    if count {
        shown["num_members"] = json!(channel.members.len());
    }
    shown
}
