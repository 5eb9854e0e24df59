//! `conversations.*`: who is in a channel.

use serde_json::{Value, json};

use super::channels::channel_json;
use super::{Answer, Call, done};
use crate::id::SlackUserId;
use crate::sandbox::slack::args;
use crate::sandbox::slack::moves;
use crate::sandbox::slack::refusal::{Refusal, refuse};
use crate::sandbox::slack::state::State;

pub(super) fn join(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let channel = state.seen(&id, &call.by)?;
    if channel.private {
        return refuse("method_not_supported_for_channel_type");
    }
    if channel.archived {
        return refuse("is_archived");
    }
    let already = channel.has(&call.by);
    if !already {
        moves::add_member(state, &id, &call.by, None, call.now);
    }
    let channel = state.seen(&id, &call.by)?;
    let mut answer = json!({ "ok": true, "channel": channel_json(channel, &call.by, true) });
    if already {
        answer["warning"] = json!("already_in_channel");
        answer["response_metadata"] = json!({ "warnings": ["already_in_channel"] });
    }
    Ok(answer)
}

/// The conversation of the bot with one person: made when it is asked for the first time.
pub(super) fn open(state: &mut State, call: &Call<'_>) -> Answer {
    let users = call.args.list("users")?;
    let [who] = &users[..] else {
        return refuse("users_list_not_supplied");
    };
    let who = SlackUserId::from(who.as_str());
    let name = match state.users.get(&who) {
        None => return refuse("user_not_found"),
        Some(user) if user.deleted => return refuse("user_disabled"),
        Some(user) if user.bot => return refuse("cannot_dm_bot"),
        Some(user) => format!("@{}", user.name),
    };
    let mut known = state.channels.values();
    let known = known.find(|one| one.is_direct() && one.has(&who));
    let id = match known.map(|known| known.id.clone()) {
        Some(id) => id,
        None => {
            let id = state.add_channel(&name, true, &call.by, call.now);
            let made = state.channels.get_mut(&id);
            made.into_iter().for_each(|it| it.members.push(who.clone()));
            id
        }
    };
    Ok(json!({ "ok": true, "channel": { "id": id } }))
}

pub(super) fn leave(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let channel = state.seen(&id, &call.by)?;
    if channel.archived {
        return refuse("is_archived");
    }
    if !channel.has(&call.by) {
        return Ok(json!({ "ok": true, "not_in_channel": true }));
    }
    moves::remove_member(state, &id, &call.by, call.now);
    done()
}

pub(super) fn invite(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let users = call.args.list("users").map_err(|refusal| {
        if refusal.error == "invalid_array_arg" {
            refusal
        } else {
            Refusal::new("no_user")
        }
    })?;
    if users.len() > 100 {
        return refuse("too_many_users");
    }
    state.open(&id, &call.by)?;
    let mut wrong = Vec::new();
    for user in &users {
        let user = SlackUserId::from(user.as_str());
        let channel = state.open(&id, &call.by)?;
        let inside = channel.has(&user);
        let error = match state.users.get(&user) {
            _ if user == call.by => "cant_invite_self",
            None => "user_not_found",
            Some(found) if found.deleted => "user_is_deactivated",
            Some(_) if inside => "already_in_channel",
            Some(_) => continue,
        };
        wrong.push((user, error));
    }
    if let Some((_, first)) = wrong.first() {
        // Slack invites nobody when somebody cannot be, unless it is told to `force` the others.
        if !call.args.flag("force").unwrap_or(false) || wrong.len() == users.len() {
            let errors: Vec<Value> = wrong
                .iter()
                .map(|(user, error)| json!({ "user": user, "ok": false, "error": error }))
                .collect();
            return Err(Refusal::new(first).with("errors", json!(errors)));
        }
    }
    for user in users {
        let user = SlackUserId::from(user);
        if !wrong.iter().any(|(other, _)| *other == user) {
            moves::add_member(state, &id, &user, Some(&call.by), call.now);
        }
    }
    let channel = state.seen(&id, &call.by)?;
    Ok(json!({ "ok": true, "channel": channel_json(channel, &call.by, true) }))
}

pub(super) fn kick(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let user = call.args.user("user")?;
    let channel = state.open(&id, &call.by)?;
    if user == call.by {
        return refuse("cant_kick_self");
    }
    let inside = channel.has(&user);
    if !state.users.contains_key(&user) {
        return refuse("user_not_found");
    }
    if !inside {
        return refuse("not_in_channel");
    }
    moves::remove_member(state, &id, &user, call.now);
    done()
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let channel = state.seen(&id, &call.by)?;
    let members: Vec<Value> = channel.members.iter().map(|id| json!(id)).collect();
    let (members, next) = args::page(members, call.args, call.args.limit(100, 1000)?)?;
    Ok(json!({
        "ok": true,
        "members": members,
        "response_metadata": { "next_cursor": next },
    }))
}
