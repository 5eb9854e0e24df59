//! GraphQL: the few mutations that REST has no word for, and the question for all issues with what
//! happened to them. Anything else is refused as unknown.

mod parse;
mod query;

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::json::node_id;
use super::state::State;

/// A mutation, the input that names what it is about, and what does it.
type Mutation = (
    &'static str,
    &'static str,
    fn(&mut State, &Call, &str) -> Answer,
);

const MUTATIONS: &[Mutation] = &[
    (
        "markPullRequestReadyForReview",
        "pullRequestId",
        |state, call, id| draft(state, call, id, false),
    ),
    (
        "convertPullRequestToDraft",
        "pullRequestId",
        |state, call, id| draft(state, call, id, true),
    ),
    ("resolveReviewThread", "threadId", |state, call, id| {
        thread(state, call, id, true)
    }),
    ("unresolveReviewThread", "threadId", |state, call, id| {
        thread(state, call, id, false)
    }),
    ("deleteIssue", "issueId", |state, call, id| {
        let found = issue_by_node(state, id, "I");
        let Some((repo, number)) = found else {
            return unknown(id);
        };
        state.delete_issue(repo, number, call.doer()?);
        Ok(Reply::Json(
            200,
            json!({"data": {"deleteIssue": {"clientMutationId": null}}}),
        ))
    }),
];

/// `POST /graphql`
pub(super) fn post(state: &mut State, call: &Call) -> Answer {
    call.doer()?;
    let query = call.needed("query")?.to_owned();
    if reads(&call.body) {
        return query::answer(state, call, &query);
    }
    let found = MUTATIONS
        .iter()
        .find(|(name, ..)| query.contains(&format!("{name}(")));
    let Some((_, input, act)) = found else {
        let words = "This sandbox knows a few mutations only";
        return Ok(Reply::Json(
            200,
            json!({"data": null, "errors": [{"message": words}]}),
        ));
    };
    act(state, call, &named(call, &query, input).unwrap_or_default())
}

/// Whether a body only asks.
pub(super) fn reads(body: &Value) -> bool {
    let query = body["query"].as_str().unwrap_or_default().trim_start();
    query.starts_with("query") || query.starts_with('{')
}

/// The id in the variables, or where the query says it itself.
fn named(call: &Call, query: &str, input: &str) -> Option<String> {
    let variables = &call.body["variables"];
    let places = [
        &variables["input"][input],
        &variables[input],
        &variables["id"],
    ];
    if let Some(id) = places.iter().find_map(|place| place.as_str()) {
        return Some(id.to_owned());
    }
    let rest = query.split_once(&format!("{input}:"))?.1.trim_start();
    Some(rest.strip_prefix('"')?.split('"').next()?.to_owned())
}

fn unknown(id: &str) -> Answer {
    let words = format!("Could not resolve to a node with the global id of '{id}'");
    let error = json!({"type": "NOT_FOUND", "message": words});
    Ok(Reply::Json(200, json!({"data": null, "errors": [error]})))
}

fn issue_by_node(state: &State, id: &str, kind: &str) -> Option<(u64, u64)> {
    state.repos.values().find_map(|repo| {
        let mut issues = repo.issues.iter();
        let found = issues.find(|(_, issue)| node_id(kind, issue.id) == id);
        found.map(|(number, _)| (repo.id, *number))
    })
}

fn draft(state: &mut State, call: &Call, id: &str, draft: bool) -> Answer {
    let Some((repo, number)) = issue_by_node(state, id, "PR") else {
        return unknown(id);
    };
    state.set_draft(repo, number, call.doer()?, draft)?;
    let name = if draft {
        "convertPullRequestToDraft"
    } else {
        "markPullRequestReadyForReview"
    };
    let pull = json!({"id": id, "number": number, "isDraft": draft});
    Ok(Reply::Json(
        200,
        json!({"data": {name: {"pullRequest": pull}}}),
    ))
}

fn thread(state: &mut State, call: &Call, id: &str, resolved: bool) -> Answer {
    let found = state.repos.values().find_map(|repo| {
        repo.issues.iter().find_map(|(number, issue)| {
            let mut comments = issue.pull.as_ref()?.comments.keys();
            let comment = comments.find(|comment| node_id("PRRT", **comment) == id)?;
            Some((repo.id, *number, *comment))
        })
    });
    let Some((repo, number, comment)) = found else {
        return unknown(id);
    };
    state.resolve_thread(repo, number, comment, call.doer()?, resolved)?;
    let name = if resolved {
        "resolveReviewThread"
    } else {
        "unresolveReviewThread"
    };
    let thread: Value = json!({"id": id, "isResolved": resolved});
    Ok(Reply::Json(
        200,
        json!({"data": {name: {"thread": thread}}}),
    ))
}
