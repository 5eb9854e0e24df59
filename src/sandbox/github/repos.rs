//! Repositories, their activity and milestones, and what the API says about itself.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::issues::title;
use super::json::node_id;
use super::page::per_page;
use super::records::Milestone;
use super::server::key;
use super::state::State;

/// `GET /` and `GET /meta`
pub(super) fn root(state: &mut State, _: &Call) -> Answer {
    let api = state.api();
    let body = json!({
        "current_user_url": format!("{api}/user"),
        "repository_url": format!("{api}/repos/{{owner}}/{{repo}}"),
        "rate_limit_url": format!("{api}/rate_limit"), "verifiable_password_authentication": false,
    });
    Ok(Reply::Json(200, body))
}

/// `GET /rate_limit`
pub(super) fn rate_limit(state: &mut State, call: &Call) -> Answer {
    let (who, now) = (key(state, &call.actor), state.now());
    let standing = state.limits.count(&who, now, 0);
    let core = json!({
        "limit": standing.limit, "used": standing.used, "remaining": standing.remaining(),
        "reset": standing.resets,
    });
    let body = json!({"resources": {"core": core, "graphql": core, "search": core}, "rate": core});
    Ok(Reply::Json(200, body))
}

/// `GET /repos/{owner}/{repo}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let mut body = state.repo_json(repo);
    let writes = call.doer().is_ok();
    body["permissions"] = json!({
        "admin": false, "maintain": false, "push": writes, "triage": writes, "pull": true,
    });
    body["network_count"] = 0.into();
    body["subscribers_count"] = 0.into();
    Ok(Reply::Json(200, body))
}

/// `GET /repos/{owner}/{repo}/activity`: what moved the branches, newest first. Paged by the
/// cursors `after` and `before`, which name the last and the first line of a page.
pub(super) fn activity(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let full = |name: &str| name == "refs" || name.starts_with("refs/");
    let wanted = call.ask("ref").map(|name| match full(name) {
        true => name.to_owned(),
        false => format!("refs/heads/{name}"),
    });
    let mut lines: Vec<_> = state.repo(repo).activity.iter().collect();
    lines.retain(|line| wanted.as_ref().is_none_or(|name| *name == line.name));
    lines.retain(|line| {
        call.ask("activity_type")
            .is_none_or(|kind| kind == line.kind)
    });
    lines.retain(|line| {
        let login = state.login(line.by);
        call.ask("actor")
            .is_none_or(|actor| actor.eq_ignore_ascii_case(login))
    });
    if let Some(days) = call.ask("time_period").and_then(days) {
        let oldest = state.now() - SignedDuration::from_hours(24 * days);
        lines.retain(|line| line.at >= oldest);
    }
    if call.ask("direction") != Some("asc") {
        lines.reverse();
    }
    let size = per_page(&call.query);
    let place = |name: &str| {
        let cursor = call.ask(name)?.parse().ok();
        cursor.and_then(|id: u64| lines.iter().position(|line| line.id == id))
    };
    let (start, end) = match (place("after"), place("before")) {
        (Some(last), _) => (last + 1, last + 1 + size),
        (None, Some(first)) => (first.saturating_sub(size), first),
        (None, None) => (0, size),
    };
    let end = end.min(lines.len());
    let next = (end < lines.len()).then(|| {
        let mut rest = url::form_urlencoded::Serializer::new(String::new());
        let mut query: Vec<_> = call.query.iter().collect();
        query.sort();
        for (name, value) in query {
            if name != "after" && name != "before" {
                rest.append_pair(name, value);
            }
        }
        rest.append_pair("after", &lines[end - 1].id.to_string());
        format!("{}/activity?{}", state.repo_url(repo), rest.finish())
    });
    let lines = lines[start.min(end)..end].iter().map(|line| {
        json!({
            "id": line.id, "node_id": node_id("PSH", line.id), "before": line.before,
            "after": line.after, "ref": line.name, "timestamp": line.at.to_string(),
            "activity_type": line.kind, "actor": state.user_json(line.by),
        })
    });
    Ok(Reply::Cut(lines.collect(), next))
}

/// How many days a `time_period` reaches back.
fn days(period: &str) -> Option<i64> {
    Some(match period {
        "day" => 1,
        "week" => 7,
        "month" => 30,
        "quarter" => 90,
        "year" => 365,
        _ => return None,
    })
}

/// `GET /repos/{owner}/{repo}/milestones`
pub(super) fn milestones(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let wanted = call.ask("state").unwrap_or("open");
    let all = state.repo(repo).milestones.iter();
    let found = all.filter(|(_, one)| wanted == "all" || one.open == (wanted == "open"));
    let found = found.map(|(number, _)| state.milestone_json(repo, Some(*number)));
    Ok(Reply::List(found.collect()))
}

/// `GET /repos/{owner}/{repo}/milestones/{number}`
pub(super) fn milestone(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = call.number("milestone")?;
    if !state.repo(repo).milestones.contains_key(&number) {
        return Err(Refusal::not_found());
    }
    Ok(Reply::Json(200, state.milestone_json(repo, Some(number))))
}

/// `POST /repos/{owner}/{repo}/milestones`
pub(super) fn create_milestone(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    call.needed("title")?;
    let title = title(call, "Milestone")?.unwrap_or_default();
    let due_on: Option<Timestamp> = match call.text("due_on")? {
        None => None,
        Some(text) => match text.parse() {
            Ok(when) => Some(when),
            Err(_) => return Err(Refusal::invalid("Milestone", "due_on", "invalid")),
        },
    };
    let taken = state
        .repo(repo)
        .milestones
        .values()
        .any(|one| one.title == title);
    if taken {
        return Err(Refusal::invalid("Milestone", "title", "already_exists"));
    }
    let (id, now) = (state.next_id("milestone"), state.now());
    let milestone = Milestone {
        id,
        title,
        description: call.text("description")?.map(str::to_owned),
        creator: by.user,
        open: true,
        created_at: now,
        updated_at: now,
        due_on,
    };
    let milestones = &mut state.repo_mut(repo).milestones;
    let number = milestones.keys().next_back().copied().unwrap_or(0) + 1;
    milestones.insert(number, milestone);
    let shown = state.milestone_json(repo, Some(number));
    let body = json!({"action": "created", "milestone": shown});
    state.emit(repo, "milestone", by.user, body);
    Ok(Reply::Json(201, shown))
}
