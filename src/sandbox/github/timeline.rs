//! What happened to an issue, in order: its timeline and its events.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::records::{Entry, Issue};
use super::state::State;

/// Kinds that stand in the timeline and not among the events.
const TIMELINE_ONLY: &[&str] = &["cross-referenced"];

/// `GET /repos/{owner}/{repo}/issues/{number}/timeline`
pub(super) fn timeline(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = state.numbered(call, repo)?;
    let issue = state.issue(repo, number);
    let mut lines: Vec<(Timestamp, Value)> = committed(state, repo, number);
    for entry in &issue.timeline {
        lines.extend(line(state, repo, issue, entry));
    }
    // Stable: what happened in one second keeps the order in which it happened.
    lines.sort_by_key(|(at, _)| *at);
    Ok(Reply::List(
        lines.into_iter().map(|(_, line)| line).collect(),
    ))
}

fn line(state: &State, repo: u64, issue: &Issue, entry: &Entry) -> Option<(Timestamp, Value)> {
    match entry {
        Entry::Event(event) => Some((event.at, state.event_json(repo, event))),
        Entry::Comment(id) => {
            let at = state.repo(repo).comments.get(id)?.created_at;
            let mut body = state.comment_json(repo, *id);
            body["event"] = "commented".into();
            body["actor"] = body["user"].clone();
            Some((at, body))
        }
        Entry::Review(id) => {
            let review = issue.pull.as_ref()?.reviews.get(id)?;
            let at = review.submitted_at?;
            let number = state.number_of(repo, issue.id)?;
            let mut body = state.review_json(repo, number, *id);
            body["event"] = "reviewed".into();
            body["state"] = review.state.to_lowercase().into();
            Some((at, body))
        }
    }
}

/// The commits of a pull request, which have a sha and no id.
fn committed(state: &State, repo: u64, number: u64) -> Vec<(Timestamp, Value)> {
    let Ok(pull) = state.pull(repo, number) else {
        return Vec::new();
    };
    let git = &state.repo(repo).git;
    let shas = git.between(&pull.base_sha, &pull.head_sha);
    let commits = shas.iter().filter_map(|sha| git.commit(sha));
    commits
        .map(|commit| {
            let mut body = state.git_commit_json(repo, commit);
            body["event"] = json!("committed");
            (commit.at, body)
        })
        .collect()
}

/// `GET /repos/{owner}/{repo}/issues/{number}/events`
pub(super) fn events(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = state.numbered(call, repo)?;
    Ok(Reply::List(own_events(state, repo, number)))
}

/// `GET /repos/{owner}/{repo}/issues/events`: newest first, each with its issue.
pub(super) fn repo_events(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let mut all = Vec::new();
    for number in state.repo(repo).issues.keys() {
        let issue = state.issue_json(repo, *number);
        for mut event in own_events(state, repo, *number) {
            event["issue"] = issue.clone();
            all.push(event);
        }
    }
    all.sort_by_key(|event| std::cmp::Reverse(event["id"].as_u64()));
    Ok(Reply::List(all))
}

fn own_events(state: &State, repo: u64, number: u64) -> Vec<Value> {
    let entries = state.issue(repo, number).timeline.iter();
    entries
        .filter_map(|entry| match entry {
            Entry::Event(event) if !TIMELINE_ONLY.contains(&event.kind) => {
                Some(state.event_json(repo, event))
            }
            _ => None,
        })
        .collect()
}

impl State {
    /// The number of the issue with this id.
    pub fn number_of(&self, repo: u64, id: u64) -> Option<u64> {
        let mut issues = self.repo(repo).issues.iter();
        issues
            .find(|(_, issue)| issue.id == id)
            .map(|(number, _)| *number)
    }
}
