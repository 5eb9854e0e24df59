//! The world as plain data, for pages and tests to look at.

use jiff::Timestamp;

use super::GitHubWorld;
use super::git::Commit;
use super::records::{Doer, Entry, Issue, Repo};
use super::state::State;

/// All of a GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Goes up with every change.
    pub version: u64,
    /// By name.
    pub repos: Vec<RepoView>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoView {
    /// `owner/name`.
    pub name: String,
    /// Whether our App is installed here.
    pub installed: bool,
    /// The default branch.
    pub default_branch: String,
    /// Every label: name and colour.
    pub labels: Vec<LabelView>,
    /// Issues and pull requests by number.
    pub issues: Vec<IssueView>,
    /// Every branch: name and tip.
    pub branches: Vec<(String, String)>,
    /// The commits of all branches, newest first.
    pub commits: Vec<CommitView>,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelView {
    /// Its name.
    pub name: String,
    /// Six hex digits.
    pub color: String,
}

/// An issue or a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueView {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its body; empty where there is none.
    pub body: String,
    /// Who opened it.
    pub author: String,
    /// Open, or closed.
    pub open: bool,
    /// Its labels.
    pub labels: Vec<LabelView>,
    /// Its assignees.
    pub assignees: Vec<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// What a pull request has beyond an issue.
    pub pull: Option<PullView>,
    /// What happened, in order.
    pub timeline: Vec<TimelineView>,
}

/// What a pull request has beyond an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullView {
    /// The branch it comes from.
    pub head: String,
    /// The branch it goes to.
    pub base: String,
    /// The tip of `head`.
    pub head_sha: String,
    /// A draft.
    pub draft: bool,
    /// Merged.
    pub merged: bool,
    /// The commit by which it was merged.
    pub merge_sha: Option<String>,
    /// The checks of its head: name, and conclusion once there is one.
    pub checks: Vec<(String, Option<String>)>,
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineView {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    pub what: What,
}

/// What a line of a timeline is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Somebody wrote.
    Comment {
        /// The comment's id.
        id: u64,
        /// What was written.
        body: String,
        /// It was edited after.
        edited: bool,
    },
    /// Somebody reviewed.
    Review {
        /// The review's id.
        id: u64,
        /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`.
        state: String,
        /// What was said about the whole.
        body: String,
        /// What was said about lines.
        comments: Vec<LineView>,
    },
    /// Something else happened: `labeled`, `closed`...
    Event {
        /// The kind.
        kind: String,
        /// The label, person or title that it is about; empty where there is none.
        about: String,
    },
}

/// A comment on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// The comment's id.
    pub id: u64,
    /// The file.
    pub path: String,
    /// The line, where it is about one.
    pub line: Option<u64>,
    /// What was written.
    pub body: String,
    /// The comment that this one answers.
    pub reply_to: Option<u64>,
    /// Its thread was resolved.
    pub resolved: bool,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitView {
    /// Its id.
    pub sha: String,
    /// The whole message.
    pub message: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// What it descends from.
    pub parents: Vec<String>,
}

impl GitHubWorld {
    /// The world as it is now.
    pub fn snapshot(&self) -> Snapshot {
        let version = *self.0.version.borrow();
        let state = self.lock();
        let mut repos: Vec<_> = state
            .repos
            .values()
            .map(|repo| view(&state, repo))
            .collect();
        repos.sort_by(|a, b| a.name.cmp(&b.name));
        Snapshot { version, repos }
    }
}

fn view(state: &State, repo: &Repo) -> RepoView {
    let issues = repo.issues.iter();
    let branches = repo.git.refs.iter();
    let branches: Vec<(String, String)> = branches
        .filter_map(|(name, sha)| Some((name.strip_prefix("refs/heads/")?.to_owned(), sha.clone())))
        .collect();
    let mut seen = std::collections::HashSet::new();
    let mut commits = Vec::new();
    for (_, tip) in &branches {
        let new = repo.git.new_since(&seen, tip);
        commits.extend(
            new.iter()
                .filter_map(|sha| repo.git.commit(sha))
                .map(commit),
        );
        seen.extend(new);
    }
    // Stable, so that commits of one second stay in the order of their history.
    commits.sort_by_key(|commit| commit.at);
    commits.reverse();
    RepoView {
        name: format!("{}/{}", repo.owner_login, repo.name),
        installed: state.installation_of(repo.id).is_some(),
        default_branch: repo.default_branch.clone(),
        labels: labels(repo, None),
        issues: issues
            .map(|(number, one)| issue(state, repo, *number, one))
            .collect(),
        branches,
        commits,
    }
}

fn commit(commit: &Commit) -> CommitView {
    CommitView {
        sha: commit.sha.clone(),
        message: commit.message.clone(),
        author: commit.author.name.clone(),
        at: commit.at,
        parents: commit.parents.clone(),
    }
}

fn labels(repo: &Repo, of: Option<&Issue>) -> Vec<LabelView> {
    let all = repo.labels.iter();
    all.filter(|label| of.is_none_or(|issue| issue.labels.contains(&label.id)))
        .map(|label| LabelView {
            name: label.name.clone(),
            color: label.color.clone(),
        })
        .collect()
}

fn issue(state: &State, repo: &Repo, number: u64, issue: &Issue) -> IssueView {
    let pull = issue.pull.as_ref().map(|pull| PullView {
        head: pull.head.clone(),
        base: pull.base.clone(),
        head_sha: pull.head_sha.clone(),
        draft: pull.draft,
        merged: pull.merged_at.is_some(),
        merge_sha: pull.merge_sha.clone(),
        checks: repo
            .checks
            .values()
            .filter(|run| run.sha == pull.head_sha)
            .map(|run| (run.name.clone(), run.conclusion.clone()))
            .collect(),
    });
    let timeline = issue.timeline.iter();
    IssueView {
        number,
        url: state.issue_page(repo.id, number),
        title: issue.title.clone(),
        body: issue.body.clone().unwrap_or_default(),
        author: state.login(issue.by.user).to_owned(),
        open: issue.open,
        labels: labels(repo, Some(issue)),
        assignees: issue
            .assignees
            .iter()
            .map(|id| state.login(*id).to_owned())
            .collect(),
        created_at: issue.created_at,
        pull,
        timeline: timeline
            .filter_map(|entry| line(state, repo, issue, entry))
            .collect(),
    }
}

fn line(state: &State, repo: &Repo, issue: &Issue, entry: &Entry) -> Option<TimelineView> {
    let told = |at: Timestamp, by: Doer, what: What| TimelineView {
        at,
        who: state.login(by.user).to_owned(),
        what,
    };
    match entry {
        Entry::Comment(id) => {
            let comment = repo.comments.get(id)?;
            let what = What::Comment {
                id: *id,
                body: comment.body.clone(),
                edited: comment.updated_at > comment.created_at,
            };
            Some(told(comment.created_at, comment.by, what))
        }
        Entry::Review(id) => {
            let pull = issue.pull.as_ref()?;
            let review = pull.reviews.get(id)?;
            let comments = pull
                .comments
                .values()
                .filter(|comment| comment.review == *id);
            let comments = comments.map(|comment| LineView {
                id: comment.id,
                path: comment.path.clone(),
                line: comment.line,
                body: comment.body.clone(),
                reply_to: comment.reply_to,
                resolved: pull
                    .resolved
                    .contains(&comment.reply_to.unwrap_or(comment.id)),
            });
            let what = What::Review {
                id: *id,
                state: review.state.to_owned(),
                body: review.body.clone(),
                comments: comments.collect(),
            };
            Some(told(review.submitted_at?, review.by, what))
        }
        Entry::Event(event) => {
            let extra = &event.extra;
            let places = [
                &extra["label"]["name"],
                &extra["assignee"]["login"],
                &extra["requested_reviewer"]["login"],
                &extra["rename"]["to"],
                &extra["milestone"]["title"],
                &extra["state_reason"],
            ];
            let about = places.iter().find_map(|place| place.as_str());
            let what = What::Event {
                kind: event.kind.to_owned(),
                about: about.unwrap_or_default().to_owned(),
            };
            Some(told(event.at, event.by, what))
        }
    }
}
