//! Comments on issues and on the conversations of pull requests.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::hooks::with;
use super::issue_list::in_order;
use super::issues::body;
use super::records::{AccountKind, Comment, Doer, Entry};
use super::state::State;

impl State {
    fn emit_comment(&mut self, repo: u64, id: u64, action: &str, by: Doer, extra: Value) {
        let Some(comment) = self.repo(repo).comments.get(&id) else {
            return;
        };
        let body = json!({
            "action": action, "issue": self.issue_json(repo, comment.issue),
            "comment": self.comment_json(repo, id),
        });
        self.emit(repo, "issue_comment", by.user, with(body, extra));
    }
}

fn said(call: &Call) -> Result<String, Refusal> {
    call.needed("body")?;
    let said = body(call, "IssueComment")?.unwrap_or_default();
    if said.trim().is_empty() {
        return Err(Refusal::validation(json!({
            "resource": "IssueComment", "code": "unprocessable", "field": "data",
            "message": "Body cannot be blank",
        })));
    }
    Ok(said)
}

fn found(state: &State, call: &Call, repo: u64) -> Result<u64, Refusal> {
    let id = call.number("id")?;
    let known = state.repo(repo).comments.contains_key(&id);
    if known {
        Ok(id)
    } else {
        Err(Refusal::not_found())
    }
}

/// `POST /repos/{owner}/{repo}/issues/{number}/comments`
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let said = said(call)?;
    let outsider = state.users[&by.user].kind != AccountKind::Person;
    if state.issue(repo, number).locked && outsider && !by.via_app {
        return Err(Refusal::plain(
            403,
            "Unable to create comment because issue is locked.",
        ));
    }
    let (id, now) = (state.next_id("comment"), state.now());
    let comment = Comment {
        id,
        issue: number,
        by,
        body: said.clone(),
        created_at: now,
        updated_at: now,
        reactions: BTreeMap::new(),
    };
    state.repo_mut(repo).comments.insert(id, comment);
    let issue = state.issue_mut(repo, number);
    issue.updated_at = now;
    issue.timeline.push(Entry::Comment(id));
    state.mention(repo, number, by, &said);
    state.emit_comment(repo, id, "created", by, Value::Null);
    Ok(Reply::Json(201, state.comment_json(repo, id)))
}

/// `GET /repos/{owner}/{repo}/issues/comments/{id}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let id = found(state, call, repo)?;
    Ok(Reply::Json(200, state.comment_json(repo, id)))
}

/// `PATCH /repos/{owner}/{repo}/issues/comments/{id}`
pub(super) fn edit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let id = found(state, call, repo)?;
    let said = said(call)?;
    let now = state.now();
    let mut from = None;
    let mut number = 0;
    if let Some(comment) = state.repo_mut(repo).comments.get_mut(&id) {
        number = comment.issue;
        if comment.body != said {
            comment.updated_at = now;
            from = Some(std::mem::replace(&mut comment.body, said.clone()));
        }
    }
    if let Some(from) = from {
        state.issue_mut(repo, number).updated_at = now;
        state.mention(repo, number, by, &said);
        let changes = json!({"changes": {"body": {"from": from}}});
        state.emit_comment(repo, id, "edited", by, changes);
    }
    Ok(Reply::Json(200, state.comment_json(repo, id)))
}

/// `DELETE /repos/{owner}/{repo}/issues/comments/{id}`
pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let id = found(state, call, repo)?;
    state.emit_comment(repo, id, "deleted", by, Value::Null);
    if let Some(comment) = state.repo_mut(repo).comments.remove(&id) {
        let issue = state.issue_mut(repo, comment.issue);
        issue
            .timeline
            .retain(|entry| !matches!(entry, Entry::Comment(one) if *one == id));
        state.note(repo, comment.issue, by, "comment_deleted", Value::Null);
    }
    Ok(Reply::Nothing(204))
}

/// `GET /repos/{owner}/{repo}/issues/{number}/comments`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = state.numbered(call, repo)?;
    let since = call.since()?;
    let comments = state.repo(repo).comments.values();
    let comments = comments
        .filter(|comment| comment.issue == number)
        .filter(|comment| since.is_none_or(|since| comment.updated_at >= since))
        .map(|comment| state.comment_json(repo, comment.id));
    Ok(Reply::List(comments.collect()))
}

/// `GET /repos/{owner}/{repo}/issues/comments`
pub(super) fn list_all(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let since = call.since()?;
    let mut comments: Vec<_> = state.repo(repo).comments.values().collect();
    comments.retain(|comment| since.is_none_or(|since| comment.updated_at >= since));
    in_order(
        call,
        &mut comments,
        |comment| (comment.created_at, comment.id),
        |comment| (comment.updated_at, comment.id),
    );
    let comments = comments.into_iter();
    Ok(Reply::List(
        comments
            .map(|comment| state.comment_json(repo, comment.id))
            .collect(),
    ))
}
