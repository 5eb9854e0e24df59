//! Lists of issues and of comments: what is left out, and in which order the rest stands.

use jiff::Timestamp;

use super::call::{Answer, Call, Reply};
use super::records::Issue;
use super::state::State;

/// `GET /repos/{owner}/{repo}/issues`: pull requests too, as on GitHub.
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let since = call.since()?;
    let wanted = call.ask("state").unwrap_or("open");
    let labels: Vec<&str> = call
        .ask("labels")
        .map_or(Vec::new(), |all| all.split(',').collect());
    let here = state.repo(repo);
    let has_label = |issue: &Issue, name: &str| {
        let mut own = here
            .labels
            .iter()
            .filter(|label| issue.labels.contains(&label.id));
        own.any(|label| label.name.eq_ignore_ascii_case(name.trim()))
    };
    let is =
        |login: Option<&str>, id: u64| login.is_none_or(|login| state.find_user(login) == Some(id));
    let by_assignee = |issue: &Issue| match call.ask("assignee") {
        None => true,
        Some("none") => issue.assignees.is_empty(),
        Some("*") => !issue.assignees.is_empty(),
        Some(login) => issue.assignees.iter().any(|id| is(Some(login), *id)),
    };
    let mut found: Vec<(u64, &Issue)> = here
        .issues
        .iter()
        .filter(|(_, issue)| wanted == "all" || issue.open == (wanted == "open"))
        .filter(|(_, issue)| since.is_none_or(|since| issue.updated_at >= since))
        .filter(|(_, issue)| labels.iter().all(|name| has_label(issue, name)))
        .filter(|(_, issue)| is(call.ask("creator"), issue.by.user) && by_assignee(issue))
        .map(|(number, issue)| (*number, issue))
        .collect();
    let comments = |number: u64| {
        let comments = here.comments.values();
        comments.filter(|comment| comment.issue == number).count()
    };
    match call.ask("sort").unwrap_or("created") {
        "updated" => found.sort_by_key(|(number, issue)| (issue.updated_at, *number)),
        "comments" => found.sort_by_key(|(number, _)| (comments(*number), *number)),
        _ => found.sort_by_key(|(number, issue)| (issue.created_at, *number)),
    }
    if call.ask("direction") != Some("asc") {
        found.reverse();
    }
    let found = found
        .into_iter()
        .map(|(number, _)| state.issue_json(repo, number));
    Ok(Reply::List(found.collect()))
}

/// Puts a list of comments in the order that `sort` and `direction` ask for.
pub(super) fn in_order<T>(
    call: &Call,
    found: &mut [T],
    created: impl Fn(&T) -> (Timestamp, u64),
    updated: impl Fn(&T) -> (Timestamp, u64),
) {
    match call.ask("sort") {
        Some("updated") => found.sort_by_key(updated),
        _ => found.sort_by_key(created),
    }
    // Without `sort`, GitHub pays no heed to `direction` here.
    if call.ask("sort").is_some() && call.ask("direction") != Some("asc") {
        found.reverse();
    }
}
