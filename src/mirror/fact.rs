//! Everything that can be told, each with just what its sentence needs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::subject::Subject;
use crate::channel_name::ChannelName;
use crate::id::{Login, RepoName, Sha};

/// Who GitHub says did what somebody did whose account is gone, or who is not known.
pub(super) const GHOST: &str = "ghost";

/// Who did what, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Who did it; of a comment or a review, who wrote it. `ghost` when the account is gone, as
    /// on GitHub.
    pub who: Login,
    /// Where.
    pub repo: RepoName,
    /// The repository's page: links start here, and Markdown is read against it.
    pub source: Option<String>,
    /// On which issue or pull request, if on one.
    pub on: Option<Target>,
    /// What.
    pub what: What,
}

/// An issue or a pull request, as much of it as a link needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Where it is.
    pub repo: RepoName,
    /// Its number there.
    pub number: u64,
    /// Whether it is a pull request.
    pub is_pull: bool,
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Option<String>,
}

impl From<&Subject> for Target {
    fn from(subject: &Subject) -> Self {
        Self {
            repo: subject.repo.clone(),
            number: subject.number,
            is_pull: subject.is_pull,
            title: subject.title.clone(),
            url: subject.url.clone(),
        }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs)] // the fields say what the variants' sentences do not
pub enum What {
    /// A comment, as it reads now.
    Comment {
        body: String,
        url: Option<String>,
        edited: bool,
    },
    /// A comment that is gone, and its text with it.
    CommentDeleted { by: Option<Login> },
    /// A review's verdict and what stands above its comments.
    Review {
        verdict: Verdict,
        body: String,
        url: Option<String>,
        edited: bool,
        /// Who dismissed it.
        by: Option<Login>,
    },
    /// A comment of a review.
    ReviewComment {
        spot: Spot,
        body: String,
        reply: bool,
        edited: bool,
    },
    /// A comment of a review that is gone, and its text with it.
    ReviewCommentDeleted { spot: Spot, by: Option<Login> },
    /// A thread of a review was settled, or unsettled.
    Thread {
        resolved: bool,
        spot: Spot,
        /// Who began it, and the first line they wrote.
        opener: Option<Login>,
        line: String,
    },
    /// Commits came to a branch or tag: what a push event knows.
    Push {
        branch: Branch,
        /// The oldest ones, as many as are shown.
        commits: Vec<Commit>,
        /// How many there are in all.
        total: u64,
        forced: bool,
        compare: Option<String>,
    },
    /// Commits came to a pull request: what the pull request knows of it.
    Sync {
        before: Option<Sha>,
        after: Option<Sha>,
    },
    /// A branch or tag came to be.
    Created { branch: Branch },
    /// A branch or tag is gone.
    Removed { branch: Branch },
    /// An issue or pull request came to be. Its body is a [`What::Body`].
    Opened {
        draft: bool,
        /// Of a pull request: from which branch into which.
        branches: Option<(String, String)>,
        /// Where it was before it was moved here.
        moved_from: Option<Place>,
    },
    /// The body of an issue or pull request, as it reads now.
    Body { body: String, edited: bool },
    /// It was closed and nothing came of it, or all is done.
    Closed { reason: Option<String> },
    /// It was merged into this branch.
    Merged { base: Option<String> },
    /// It was opened again.
    Reopened,
    /// A draft can be reviewed.
    Ready,
    /// It is a draft again.
    Drafted,
    /// Only collaborators may comment.
    Locked { reason: Option<String> },
    /// All may comment again.
    Unlocked,
    /// It is elsewhere now.
    Transferred { to: Option<Place> },
    /// It is gone, and its title with it.
    Deleted,
    /// It was called `from`.
    Renamed { from: String },
    /// A pull request aims at another branch.
    BaseChanged {
        from: Option<String>,
        to: Option<String>,
    },
    /// A label, a person, a reviewer or a milestone was put on or taken off.
    Meta {
        on: Badge,
        value: String,
        url: Option<String>,
        added: bool,
    },
    /// A check ended.
    Check {
        name: String,
        /// Of a check the App that ran it, `github-actions` for a workflow's job.
        app: Option<String>,
        /// Whether it is a whole workflow, whose jobs are checks of their own.
        workflow: bool,
        conclusion: Conclusion,
        url: Option<String>,
        /// A word of the check's own on how it went.
        title: Option<String>,
        head: Sha,
        branch: Option<String>,
        pulls: Vec<u64>,
    },
    /// It is told here from now on; this came before.
    Backfill { earlier: Vec<Earlier>, more: u64 },
    /// It is told elsewhere from now on.
    Rerouted { to: Vec<ChannelName> },
}

impl What {
    /// Whether both come to the same words, edited or not.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Comment { body: one, .. }, Self::Comment { body: two, .. })
            | (Self::ReviewComment { body: one, .. }, Self::ReviewComment { body: two, .. })
            | (Self::Body { body: one, .. }, Self::Body { body: two, .. }) => one == two,
            (
                Self::Review {
                    verdict: one,
                    body: this,
                    ..
                },
                Self::Review {
                    verdict: two,
                    body: that,
                    ..
                },
            ) => one == two && this == that,
            (one, two) => one == two,
        }
    }
}

/// What a review comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be merged.
    Approved,
    /// It may not, as it is.
    ChangesRequested,
    /// Neither.
    Commented,
    /// It no longer counts.
    Dismissed,
}

/// A place in the changes of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// The file, from the repository's top.
    pub path: String,
    /// The line; `None` for a comment on the whole file, or one that the changes outgrew.
    pub line: Option<u64>,
    /// Where to read it.
    pub url: Option<String>,
}

/// A branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Its name, without `refs/heads/` or `refs/tags/`.
    pub name: String,
    /// Whether it is a tag.
    pub tag: bool,
}

/// A commit, as one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its id.
    pub sha: Sha,
    /// The first line of its message.
    pub line: String,
    /// Its page.
    pub url: Option<String>,
    /// Who wrote it, when that is not who pushed it.
    pub author: Option<String>,
}

/// An issue in another repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What to call it: `owner/name#12`.
    pub name: String,
    /// Its page.
    pub url: Option<String>,
}

/// What can be put on an issue or a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// A label, by its name.
    Label,
    /// Someone responsible, by login.
    Assignee,
    /// Someone asked to review, by login.
    Reviewer,
    /// A team asked to review, by name.
    Team,
    /// A milestone, by its title.
    Milestone,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Well, or without an opinion.
    Passed,
    /// Not run, on purpose.
    Skipped,
    /// Stopped, or replaced by a newer one.
    Cancelled,
    /// Badly.
    Failed,
    /// Not within its time.
    TimedOut,
    /// It waits for a person.
    NeedsAction,
}

/// Something that came before a channel was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// When.
    pub at: Timestamp,
    /// Who; `None` when the account is gone.
    pub who: Option<Login>,
    /// Did what.
    pub kind: EarlierKind,
    /// Where to read it.
    pub url: Option<String>,
    /// Its first line; may be empty.
    pub line: String,
}

/// What someone did before a channel was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlierKind {
    /// Opened it.
    Opened,
    /// Wrote a comment.
    Comment,
    /// Reviewed it.
    Review,
    /// Pushed to it.
    Push,
    /// Closed it.
    Closed,
    /// Opened it again.
    Reopened,
    /// Merged it.
    Merged,
}
