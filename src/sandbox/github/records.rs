//! The records that this GitHub keeps: people, repositories, issues, reviews, checks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::git::Git;

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountKind {
    Person,
    Bot,
    Organization,
}

#[derive(Debug)]
pub(super) struct User {
    pub id: u64,
    pub login: String,
    pub kind: AccountKind,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

#[derive(Debug)]
pub(super) struct Milestone {
    pub id: u64,
    pub title: String,
    pub description: Option<String>,
    pub creator: u64,
    pub open: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub due_on: Option<Timestamp>,
}

#[derive(Debug)]
pub(super) struct Comment {
    pub id: u64,
    pub issue: u64,
    pub by: Doer,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Who reacted, with what and under which id.
    pub reactions: BTreeMap<(u64, &'static str), u64>,
}

/// One line of a timeline: an event of its own, or a place where something else stands.
#[derive(Debug)]
pub(super) enum Entry {
    Event(Event),
    Comment(u64),
    Review(u64),
}

#[derive(Debug)]
pub(super) struct Event {
    pub id: u64,
    pub kind: &'static str,
    pub by: Doer,
    pub at: Timestamp,
    /// The fields that this kind has beyond the others: `label`, `rename`, `assignee`...
    pub extra: Value,
}

#[derive(Debug)]
pub(super) struct Issue {
    pub id: u64,
    pub title: String,
    pub body: Option<String>,
    pub by: Doer,
    pub open: bool,
    pub state_reason: Option<&'static str>,
    pub labels: Vec<u64>,
    pub assignees: Vec<u64>,
    pub milestone: Option<u64>,
    pub locked: bool,
    pub lock_reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<u64>,
    pub timeline: Vec<Entry>,
    /// The number of the issue that this one is a part of.
    pub parent: Option<u64>,
    /// What a pull request has beyond an issue.
    pub pull: Option<Pull>,
}

#[derive(Debug)]
pub(super) struct Pull {
    pub id: u64,
    pub head: String,
    pub head_sha: String,
    pub base: String,
    pub base_sha: String,
    pub draft: bool,
    pub merged_at: Option<Timestamp>,
    pub merged_by: Option<u64>,
    pub merge_sha: Option<String>,
    pub requested: Vec<u64>,
    pub reviews: BTreeMap<u64, Review>,
    pub comments: BTreeMap<u64, ReviewComment>,
    /// The first comment of every thread that was resolved.
    pub resolved: BTreeSet<u64>,
}

#[derive(Debug)]
pub(super) struct Review {
    pub id: u64,
    pub by: Doer,
    pub body: String,
    /// `PENDING`, `COMMENTED`, `APPROVED`, `CHANGES_REQUESTED` or `DISMISSED`.
    pub state: &'static str,
    pub commit: String,
    pub submitted_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub(super) struct ReviewComment {
    pub id: u64,
    pub review: u64,
    pub by: Doer,
    pub path: String,
    pub position: Option<u64>,
    pub line: Option<u64>,
    pub side: String,
    pub start_line: Option<u64>,
    pub start_side: Option<String>,
    pub commit: String,
    pub hunk: String,
    pub body: String,
    pub reply_to: Option<u64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug)]
pub(super) struct CheckRun {
    pub id: u64,
    pub suite: u64,
    pub name: String,
    pub sha: String,
    pub status: String,
    pub conclusion: Option<String>,
    pub details_url: Option<String>,
    pub external_id: String,
    pub started_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    pub annotations: Vec<Value>,
    /// Made by our App; otherwise by GitHub's own runner of workflows.
    pub ours: bool,
}

/// A line of `/activity`: what moved a ref.
#[derive(Debug)]
pub(super) struct Activity {
    pub id: u64,
    pub before: String,
    pub after: String,
    pub name: String,
    pub at: Timestamp,
    pub kind: &'static str,
    pub by: u64,
}

#[derive(Debug)]
pub(super) struct Repo {
    pub id: u64,
    pub owner: u64,
    pub owner_login: String,
    pub name: String,
    pub private: bool,
    pub description: Option<String>,
    pub default_branch: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub pushed_at: Timestamp,
    pub labels: Vec<Label>,
    pub milestones: BTreeMap<u64, Milestone>,
    pub last_number: u64,
    pub issues: BTreeMap<u64, Issue>,
    /// Numbers that were deleted.
    pub deleted: BTreeSet<u64>,
    /// Numbers that moved away, and where to.
    pub moved: BTreeMap<u64, (u64, u64)>,
    pub comments: BTreeMap<u64, Comment>,
    pub git: Git,
    pub checks: BTreeMap<u64, CheckRun>,
    pub activity: Vec<Activity>,
    pub last_run: u64,
}

#[derive(Debug)]
pub(super) struct Installation {
    pub id: u64,
    pub account: u64,
    pub repos: Vec<u64>,
    pub created_at: Timestamp,
}

/// Who does something, and whether through the App.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doer {
    pub user: u64,
    pub via_app: bool,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(super) enum Actor {
    /// No `Authorization` at all.
    Nobody,
    /// The App itself, by its JWT.
    App,
    /// The App where it is installed, by a token; `repos` are those that the token reaches.
    Installation { id: u64, bot: u64, repos: Vec<u64> },
    /// A person.
    User(u64),
}
