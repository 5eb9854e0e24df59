//! What a webhook means: its subject, and the facts it tells.

mod checks;
mod comment;
mod event;
mod meta;
mod push;
mod review;
mod turn;

use jiff::Timestamp;
use serde_json::Value;

use super::note::Note;
use super::subject::About;
use crate::id::RepoName;
use event::Event;

/// Who we are on GitHub, so that our own echo is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Me {
    /// The App's id.
    pub app_id: Option<u64>,
    /// The login that the App acts as: `sssbot[bot]`.
    pub login: Option<String>,
}

/// The events that [`read`] reads; any other is never told.
pub const EVENTS: &[&str] = &[
    "check_run",
    "create",
    "delete",
    "issue_comment",
    "issues",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "workflow_run",
];

/// What a webhook means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Where it happened.
    pub repo: RepoName,
    /// What it is about, which is worth remembering even when nothing is to be told.
    pub about: About,
    /// What is to be told.
    pub notes: Vec<Note>,
    /// The title until now, when this event changed it: other channels may be named now.
    pub renamed_from: Option<String>,
}

/// A payload in which not even that can be read which everything hangs on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the payload of `{event}` has no readable {what}")]
pub struct Unreadable {
    /// The event's name.
    pub event: String,
    /// What is missing.
    pub what: &'static str,
}

/// Reads the payload of an event (`X-GitHub-Event`). `received` stands in for times the payload
/// lacks. `Ok(None)` when such an event is never told. Needs no more than the repository and the
/// subject's number (or the ref, or the commit); any other field that is missing or odd costs no
/// more than itself.
pub fn read(
    event: &str,
    payload: &Value,
    received: Timestamp,
    me: &Me,
) -> Result<Option<Reading>, Unreadable> {
    let read: fn(&Event<'_>) -> Result<Option<Reading>, Missing> = match event {
        "issue_comment" => comment::read,
        "issues" | "pull_request" => turn::read,
        "pull_request_review" => review::read,
        "pull_request_review_comment" => review::read_comment,
        "pull_request_review_thread" => review::read_thread,
        "push" => push::read,
        "create" => push::read_create,
        "delete" => push::read_delete,
        "check_run" => checks::read_run,
        "workflow_run" => checks::read_workflow,
        _ => return Ok(None),
    };
    Event::new(payload, received, me)
        .and_then(|event| read(&event))
        .map_err(|Missing(what)| Unreadable {
            event: event.to_owned(),
            what,
        })
}

/// The essential thing that is not there.
#[derive(Debug)]
struct Missing(&'static str);
