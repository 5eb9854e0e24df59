//! Issues and pull requests: what everything else is about, and whose titles name channels.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::channel_name::ChannelName;
use crate::id::{Login, RepoName, Sha};

/// An issue or a pull request, as a payload shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Where it is.
    pub repo: RepoName,
    /// Its number there.
    pub number: u64,
    /// Whether it is a pull request.
    pub is_pull: bool,
    /// Its title, with the channels it names.
    pub title: String,
    /// Its page; `None` when neither it nor its repository tells one.
    pub url: Option<String>,
    /// Of a pull request, what it would bring. `None` for an issue, and in payloads that show a
    /// pull request as an issue (`issue_comment`): there it has to be known from before, or asked.
    pub head: Option<Head>,
    /// Who opened it; `None` when the account is gone.
    pub author: Option<Login>,
    /// Whether it is open.
    pub open: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// GitHub's `updated_at`: of two views of one subject, the later is the truer.
    pub as_of: Timestamp,
}

/// The branch of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Where the branch is: another repository for a fork, `None` when that is gone.
    pub repo: Option<RepoName>,
    /// Its name, without `refs/heads/`.
    pub branch: String,
    /// The commit it is at; `None` in an odd payload.
    pub sha: Option<Sha>,
}

/// What an event is about, and so where it has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An issue or a pull request.
    Subject(Subject),
    /// A branch or a tag: also what has a pull request from there.
    Branch {
        /// Where it is.
        repo: RepoName,
        /// Its name, without `refs/heads/` or `refs/tags/`.
        branch: String,
        /// Whether it is a tag.
        tag: bool,
    },
    /// What was checked: told where the pull requests with this head are told.
    Checks {
        /// Where it was checked.
        repo: RepoName,
        /// The commit.
        head_sha: Sha,
        /// The branch it was checked on, when one is told.
        head_branch: Option<String>,
        /// The pull requests that GitHub names; empty for those of forks.
        pulls: Vec<u64>,
    },
}

impl Subject {
    /// The channels that the title and the head branch name.
    pub fn names(&self) -> BTreeSet<ChannelName> {
        self.names_as(&self.title)
    }

    /// The channels it would belong to if this were its title.
    pub fn names_as(&self, title: &str) -> BTreeSet<ChannelName> {
        let mut names = ChannelName::find_all(title);
        if let Some(head) = &self.head {
            names.extend(ChannelName::find_all(&head.branch));
        }
        names
    }
}

impl About {
    /// The channels that it names itself. A check names none: its pull requests do.
    pub fn names(&self) -> BTreeSet<ChannelName> {
        match self {
            Self::Subject(subject) => subject.names(),
            Self::Branch { branch, .. } => ChannelName::find_all(branch),
            Self::Checks { .. } => BTreeSet::new(),
        }
    }
}
