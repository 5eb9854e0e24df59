//! `users.*` and `team.info`: who is in the workspace.

use serde_json::{Value, json};

use super::{Answer, Call};
use crate::sandbox::slack::args;
use crate::sandbox::slack::refusal::refuse;
use crate::sandbox::slack::state::{State, TEAM, User};

pub(super) fn team_info(state: &mut State) -> Answer {
    let host = state.settings.url.trim_end_matches('/');
    let domain = host
        .rsplit("://")
        .next()
        .and_then(|host| host.split('.').next());
    Ok(json!({
        "ok": true,
        "team": {
            "id": TEAM,
            "name": state.settings.team_name,
            "domain": domain,
            "url": state.settings.url,
        },
    }))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Answer {
    let members: Vec<Value> = state
        .users
        .values()
        .map(|user| shown(state, user))
        .collect();
    let limit = call.args.limit(members.len().max(1), state.settings.page)?;
    let (members, next) = args::page(members, call.args, limit)?;
    Ok(json!({
        "ok": true,
        "members": members,
        "cache_ts": call.now.as_second(),
        "response_metadata": { "next_cursor": next },
    }))
}

pub(super) fn info(state: &mut State, call: &Call<'_>) -> Answer {
    match state.users.get(&call.args.user("user")?) {
        Some(user) => Ok(json!({ "ok": true, "user": shown(state, user) })),
        None => refuse("user_not_found"),
    }
}

pub(super) fn by_email(state: &mut State, call: &Call<'_>) -> Answer {
    let email = call.args.need("email")?;
    let found = state.users.values().find(|user| {
        // Somebody who has left is not found by their address any more.
        !user.deleted
            && user
                .email
                .as_ref()
                .is_some_and(|own| own.eq_ignore_ascii_case(&email))
    });
    match found {
        Some(user) => Ok(json!({ "ok": true, "user": shown(state, user) })),
        None => refuse("users_not_found"),
    }
}

fn shown(state: &State, user: &User) -> Value {
    let mut profile = json!({
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": TEAM,
    });
    let may_see = state
        .settings
        .scopes
        .as_ref()
        .is_none_or(|scopes| scopes.iter().any(|scope| scope == "users:read.email"));
    if let (true, Some(email)) = (may_see, &user.email) {
        profile["email"] = json!(email);
    }
    json!({
        "id": user.id,
        "team_id": TEAM,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.bot,
        "is_app_user": false,
        "is_admin": user.admin,
        "is_owner": false,
        "is_restricted": user.guest,
        "is_ultra_restricted": false,
        "tz": "Asia/Tokyo",
        "updated": 0,
        "profile": profile,
    })
}
