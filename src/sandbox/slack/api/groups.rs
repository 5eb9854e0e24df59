//! `usergroups.*`: groups of people that can be mentioned at once.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Call};
use crate::id::{ChannelId, SlackUserId};
use crate::sandbox::slack::blocks::length;
use crate::sandbox::slack::events;
use crate::sandbox::slack::refusal::{Refusal, refuse};
use crate::sandbox::slack::state::{Group, State, TEAM};

/// The most characters a description has.
const DESCRIPTION: usize = 140;

fn paid(state: &State) -> Result<(), Refusal> {
    if state.settings.paid {
        Ok(())
    } else {
        refuse("plan_upgrade_required")
    }
}

/// Whether this person, or the bot, may manage groups.
pub(in crate::sandbox::slack) fn may(state: &State, who: &SlackUserId) -> Result<(), Refusal> {
    paid(state)?;
    let user = state.users.get(who);
    let admin = user.is_some_and(|user| user.admin);
    let guest = user.is_none_or(|user| user.guest);
    if guest || (state.settings.groups_by_admins_only && !admin) {
        return refuse("permission_denied");
    }
    Ok(())
}

fn find<'a>(state: &'a mut State, call: &Call<'_>) -> Result<&'a mut Group, Refusal> {
    let id = call.args.need("usergroup")?;
    state
        .groups
        .get_mut(&id)
        .ok_or_else(|| Refusal::new("no_such_subteam"))
}

/// The call's group, where it may be changed: Slack keeps its own groups itself.
fn changeable(state: &mut State, call: &Call<'_>) -> Result<String, Refusal> {
    may(state, &call.by)?;
    let group = find(state, call)?;
    if group.auto_type.is_some() {
        return refuse("permission_denied");
    }
    Ok(group.id.clone())
}

fn answer(group: &Group) -> Answer {
    Ok(json!({ "ok": true, "usergroup": group_json(group, true) }))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Answer {
    paid(state)?;
    let disabled = call.args.flag("include_disabled").unwrap_or(false);
    let users = call.args.flag("include_users").unwrap_or(false);
    let groups: Vec<Value> = state
        .groups
        .values()
        .filter(|group| disabled || group.disabled == 0)
        .map(|group| group_json(group, users))
        .collect();
    Ok(json!({ "ok": true, "usergroups": groups }))
}

/// Whether name, handle and description may be a group's; `own` is the group that changes.
pub(in crate::sandbox::slack) fn check(
    state: &State,
    own: Option<&str>,
    name: Option<&str>,
    handle: Option<&str>,
    description: Option<&str>,
) -> Result<(), Refusal> {
    let others = || {
        state
            .groups
            .values()
            .filter(|group| Some(group.id.as_str()) != own)
    };
    if name.is_some_and(|name| others().any(|group| group.name == name)) {
        return refuse("name_already_exists");
    }
    if let Some(handle) = handle.filter(|handle| !handle.is_empty()) {
        let fits = |c: char| !c.is_uppercase() && (c.is_alphanumeric() || "-_.".contains(c));
        if !handle.chars().all(fits) || handle.chars().count() > 80 {
            return refuse("bad_handle");
        }
        // Disabled groups keep their handles; channels and people share the names too.
        if others().any(|group| group.handle == handle)
            || state.name_is_taken(handle)
            || state.users.values().any(|user| user.name == handle)
        {
            return refuse("handle_already_exists");
        }
    }
    if description.is_some_and(|text| length(text) > DESCRIPTION) {
        return refuse("description_too_long");
    }
    Ok(())
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Answer {
    may(state, &call.by)?;
    let name = call.args.need("name")?;
    let handle = call.args.text("handle").unwrap_or_default();
    let description = call.args.text("description").unwrap_or_default();
    check(state, None, Some(&name), Some(&handle), Some(&description))?;
    let channels = channels(state, call)?.unwrap_or_default();
    let group = Group {
        id: state.id("S"),
        handle: if handle.is_empty() {
            name.to_lowercase().replace(' ', "-")
        } else {
            handle
        },
        name,
        description,
        channels,
        users: Vec::new(),
        created: call.now.as_second(),
        updated: call.now.as_second(),
        disabled: 0,
        auto_type: None,
        created_by: call.by.clone(),
        updated_by: call.by.clone(),
        deleted_by: None,
        by_app: 1,
        by_hand: Vec::new(),
    };
    state.groups.insert(group.id.clone(), group.clone());
    events::group(state, "subteam_created", &group, call.now);
    answer(&group)
}

/// The default channels that the call names, which must be there.
fn channels(state: &State, call: &Call<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let named = match call.args.text("channels") {
        None => return Ok(None),
        Some(text) if text.is_empty() => return Ok(Some(Vec::new())),
        Some(_) => call.args.list("channels")?,
    };
    for id in &named {
        state.seen(&ChannelId::from(id.as_str()), &call.by)?;
    }
    Ok(Some(named))
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Answer {
    let id = changeable(state, call)?;
    let name = call.args.text("name").filter(|name| !name.is_empty());
    let handle = call.args.text("handle").filter(|handle| !handle.is_empty());
    let description = call.args.text("description");
    check(
        state,
        Some(&id),
        name.as_deref(),
        handle.as_deref(),
        description.as_deref(),
    )?;
    let channels = channels(state, call)?;
    change_by_app(state, call, |group| {
        if let Some(name) = name {
            group.name = name;
        }
        if let Some(handle) = handle {
            group.handle = handle;
        }
        if let Some(description) = description {
            group.description = description;
        }
        if let Some(channels) = channels {
            group.channels = channels;
        }
    })
}

pub(super) fn set_enabled(state: &mut State, call: &Call<'_>, enabled: bool) -> Answer {
    changeable(state, call)?;
    let (now, by) = (call.now.as_second(), call.by.clone());
    if enabled == (find(state, call)?.disabled == 0) {
        return refuse(if enabled {
            "already_enabled"
        } else {
            "already_disabled"
        });
    }
    change_by_app(state, call, |group| {
        group.disabled = if enabled { 0 } else { now };
        group.deleted_by = (!enabled).then_some(by);
    })
}

/// Changes the call's group and tells of it.
fn change_by_app(state: &mut State, call: &Call<'_>, how: impl FnOnce(&mut Group)) -> Answer {
    let id = find(state, call)?.id.clone();
    let counted = |group: &mut Group| {
        group.by_app += 1;
        how(group);
    };
    match change(state, &id, &call.by, call.now, counted) {
        Some(group) => answer(&group),
        None => refuse("no_such_subteam"),
    }
}

/// Changes a group and tells of it, whoever does it; of new members too.
pub(in crate::sandbox::slack) fn change(
    state: &mut State,
    id: &str,
    by: &SlackUserId,
    now: Timestamp,
    how: impl FnOnce(&mut Group),
) -> Option<Group> {
    let group = state.groups.get_mut(id)?;
    let before = group.users.clone();
    how(group);
    group.updated = now.as_second();
    group.updated_by = by.clone();
    let group = group.clone();
    events::group(state, "subteam_updated", &group, now);
    events::group_members(state, id, &before, &group.users, now);
    Some(group)
}

pub(super) fn users(state: &mut State, call: &Call<'_>) -> Answer {
    paid(state)?;
    let disabled = call.args.flag("include_disabled").unwrap_or(false);
    let group = find(state, call)?;
    if group.disabled != 0 && !disabled {
        return refuse("no_such_subteam");
    }
    Ok(json!({ "ok": true, "users": group.users }))
}

pub(super) fn set_users(state: &mut State, call: &Call<'_>) -> Answer {
    changeable(state, call)?;
    let users = call.args.list("users").map_err(|refusal| {
        if refusal.error == "invalid_array_arg" {
            refusal
        } else {
            Refusal::new("no_users_provided")
        }
    })?;
    let mut members: Vec<SlackUserId> = Vec::new();
    for id in users {
        let id = SlackUserId::from(id);
        match state.users.get(&id) {
            Some(user) if !user.bot && !user.guest && !user.deleted => {}
            _ => return refuse("invalid_users"),
        }
        if !members.contains(&id) {
            members.push(id);
        }
    }
    if members.is_empty() {
        return refuse("no_users_provided");
    }
    // Slack keeps its own order.
    members.sort();
    change_by_app(state, call, |group| group.users = members)
}

/// A group as the Web API and events show it.
pub(in crate::sandbox::slack) fn group_json(group: &Group, users: bool) -> Value {
    let mut shown = json!({
        "id": group.id,
        "team_id": TEAM,
        "is_usergroup": true,
        "is_subteam": true,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": false,
        "date_create": group.created,
        "date_update": group.updated,
        "date_delete": group.disabled,
        "auto_type": group.auto_type,
        "created_by": group.created_by,
        "updated_by": group.updated_by,
        "deleted_by": group.deleted_by,
        "prefs": { "channels": group.channels, "groups": [] },
        "user_count": group.users.len(),
    });
    if users {
        shown["users"] = json!(group.users);
    }
    shown
}
