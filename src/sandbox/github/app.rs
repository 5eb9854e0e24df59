//! The App seen by itself: `/app`, its installations, its tokens.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::auth::{Token, machine_now};
use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::records::{AccountKind, Actor};
use super::state::State;

/// `GET /app`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let mut app = state.app_json();
    app["installations_count"] = state.installations.len().into();
    Ok(Reply::Json(200, app))
}

/// `GET /app/installations`
pub(super) fn installations(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let all = state.installations.iter();
    Ok(Reply::List(
        all.map(|one| state.installation_json(one.id)).collect(),
    ))
}

/// `GET /app/installations/{id}`
pub(super) fn installation(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let id = call.number("id")?;
    known(state, id)?;
    Ok(Reply::Json(200, state.installation_json(id)))
}

/// `GET /repos/{owner}/{repo}/installation`
pub(super) fn installation_of_repo(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let repo = state.find_repo(call.param("owner"), call.param("repo"));
    let installation = repo.and_then(|repo| state.installation_of(repo));
    let id = installation.ok_or_else(Refusal::not_found)?.id;
    Ok(Reply::Json(200, state.installation_json(id)))
}

/// `GET /orgs/{org}/installation` and `GET /users/{login}/installation`
pub(super) fn installation_of_account(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let login = if call.param("org").is_empty() {
        "login"
    } else {
        "org"
    };
    let account = state.find_user(call.param(login));
    let found = state
        .installations
        .iter()
        .find(|one| Some(one.account) == account);
    let id = found.ok_or_else(Refusal::not_found)?.id;
    Ok(Reply::Json(200, state.installation_json(id)))
}

/// `POST /app/installations/{id}/access_tokens`
pub(super) fn make_token(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let id = call.number("id")?;
    known(state, id)?;
    let repos = named_repos(state, call, id)?;
    // Hard to guess, as a sandbox may listen where others can reach it; equal in every run all the same.
    let count = state.tokens.len();
    let seed = format!("{}/{count}", state.secret);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, seed.as_bytes());
    let token: String = format!("ghs_{}", hex::encode(digest))
        .chars()
        .take(40)
        .collect();
    let expires_at = machine_now() + SignedDuration::from_hours(1);
    let mut body = json!({
        "token": token,
        "expires_at": expires_at.to_string(),
        "permissions": granted(state),
        "repository_selection": "selected",
    });
    if let Some(repos) = &repos {
        let repos: Vec<_> = repos.iter().map(|repo| state.repo_json(*repo)).collect();
        body["repositories"] = repos.into();
    }
    let opens = Token {
        installation: id,
        expires_at,
        repos,
    };
    state.tokens.insert(token, opens);
    Ok(Reply::Json(201, body))
}

fn named_repos(state: &State, call: &Call, id: u64) -> Result<Option<Vec<u64>>, Refusal> {
    let here = state.installations.iter().find(|one| one.id == id);
    let here = here.ok_or_else(Refusal::not_found)?;
    let names = call.texts("repositories")?;
    let ids = call.body.get("repository_ids").and_then(Value::as_array);
    if names.is_none() && ids.is_none() {
        return Ok(None);
    }
    let mut repos = Vec::new();
    for name in names.unwrap_or_default() {
        repos.push(state.find_repo(state.login(here.account), &name));
    }
    for id in ids.into_iter().flatten() {
        repos.push(id.as_u64());
    }
    let repos: Option<Vec<u64>> = repos
        .into_iter()
        .map(|repo| repo.filter(|repo| here.repos.contains(repo)))
        .collect();
    let none = "There is at least one repository that does not exist or is not accessible to the parent installation.";
    repos.map(Some).ok_or_else(|| Refusal::plain(422, none))
}

/// `GET /installation/repositories`
pub(super) fn my_repos(state: &mut State, call: &Call) -> Answer {
    let Actor::Installation { repos, .. } = &call.actor else {
        return Err(Refusal::not_for_apps());
    };
    let repos = repos.iter().map(|repo| state.repo_json(*repo)).collect();
    Ok(Reply::Wrapped("repositories", repos))
}

/// `GET /users/{login}`
pub(super) fn user(state: &mut State, call: &Call) -> Answer {
    let id = state.find_user(call.param("login"));
    let id = id.ok_or_else(Refusal::not_found)?;
    Ok(Reply::Json(200, profile(state, id)))
}

/// `GET /user`
pub(super) fn me(state: &mut State, call: &Call) -> Answer {
    match call.actor {
        Actor::User(id) => Ok(Reply::Json(200, profile(state, id))),
        Actor::Nobody => Err(Refusal::who_are_you()),
        _ => Err(Refusal::not_for_apps()),
    }
}

fn profile(state: &State, id: u64) -> Value {
    let mut body = state.user_json(id);
    if let (Some(user), Some(fields)) = (state.users.get(&id), body.as_object_mut()) {
        let more = json!({
            "name": Value::Null, "company": Value::Null, "blog": "", "location": Value::Null,
            "email": Value::Null, "hireable": Value::Null, "bio": Value::Null,
            "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
            "created_at": user.created_at.to_string(), "updated_at": user.created_at.to_string(),
        });
        fields.extend(more.as_object().cloned().unwrap_or_default());
    }
    body
}

/// `GET /orgs/{org}/members`: every person of this world is a member.
pub(super) fn members(state: &mut State, call: &Call) -> Answer {
    let org = state.find_user(call.param("org"));
    org.ok_or_else(Refusal::not_found)?;
    Ok(Reply::List(people(state)))
}

/// `GET /repos/{owner}/{repo}/assignees` and `/collaborators`
pub(super) fn assignees(state: &mut State, call: &Call) -> Answer {
    state.see(call)?;
    Ok(Reply::List(people(state)))
}

/// `GET /repos/{owner}/{repo}/collaborators/{login}/permission`
pub(super) fn permission(state: &mut State, call: &Call) -> Answer {
    state.see(call)?;
    let id = state.find_user(call.param("login"));
    let id = id.ok_or_else(Refusal::not_found)?;
    let role = state.role(id);
    // The older of the two words knows no triage and no maintain.
    let level = match role {
        "triage" => "read",
        "maintain" => "write",
        role => role,
    };
    let at_least = |roles: &[&str]| roles.contains(&role);
    let mut user = state.user_json(id);
    user["permissions"] = json!({
        "admin": role == "admin", "maintain": at_least(&["admin", "maintain"]),
        "push": at_least(&["admin", "maintain", "write"]),
        "triage": at_least(&["admin", "maintain", "write", "triage"]), "pull": role != "none",
    });
    let body = json!({"permission": level, "role_name": role, "user": user});
    Ok(Reply::Json(200, body))
}

fn people(state: &State) -> Vec<Value> {
    let people = state.users.values();
    people
        .filter(|user| user.kind == AccountKind::Person)
        .map(|user| state.user_json(user.id))
        .collect()
}

/// What our App may do wherever it is installed.
pub(super) fn permissions() -> Value {
    json!({
        "checks": "write", "contents": "write", "issues": "write", "members": "write",
        "metadata": "read", "pull_requests": "write",
    })
}

/// What an installation of our App may do.
pub(super) fn granted(state: &State) -> Value {
    let mut permissions = permissions();
    if let Some(all) = permissions.as_object_mut() {
        all.retain(|name, _| !state.withheld.contains(name));
    }
    permissions
}

/// Refuses an installation what it was not granted.
pub(super) fn must_be_granted(state: &State, call: &Call, path: &str) -> Result<(), Refusal> {
    let Actor::Installation { .. } = call.actor else {
        return Ok(());
    };
    let below = |part: &str| path.contains(&format!("/{part}"));
    let needed = [
        ("labels", "issues"),
        ("issues", "issues"),
        ("check-runs", "checks"),
        ("git/", "contents"),
        ("contents/", "contents"),
        ("pulls", "pull_requests"),
    ];
    let needed = needed.into_iter().find(|(part, _)| below(part));
    match needed {
        Some((_, permission)) if state.withheld.contains(permission) => {
            Err(Refusal::not_for_apps())
        }
        _ => Ok(()),
    }
}

/// The events that our App asked for.
pub(super) fn events() -> Value {
    json!([
        "check_run",
        "create",
        "delete",
        "issue_comment",
        "issues",
        "label",
        "membership",
        "milestone",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
        "push",
        "workflow_run",
    ])
}

fn known(state: &State, id: u64) -> Result<(), Refusal> {
    let known = state.installations.iter().any(|one| one.id == id);
    if known {
        Ok(())
    } else {
        Err(Refusal::not_found())
    }
}

/// 401 for everyone but the App with its JWT.
pub(super) fn app_only(call: &Call) -> Result<(), Refusal> {
    match call.actor {
        Actor::App => Ok(()),
        _ => Err(Refusal::plain(401, "A JSON web token could not be decoded")),
    }
}
