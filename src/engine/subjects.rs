//! Which channels an issue or a pull request belongs to, and what a new title changes.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Engine;
use super::intake::Trouble;
use crate::channel_name::ChannelName;
use crate::github::{GitHubError, Pull};
use crate::id::{RepoName, Sha};
use crate::mirror::{Head, Subject};
use crate::store::Changes;

/// How long a subject is remembered after it was last heard of. What is forgotten is asked again.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How long it is remembered of which pull requests a commit is the head.
const KNOWN: SignedDuration = SignedDuration::from_hours(1);
/// How long that it is of none.
const NONE_KNOWN: SignedDuration = SignedDuration::from_mins(1);

/// Where a subject's news go, and what its newest title or branch changed about that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Routed {
    /// The channels it names now.
    pub(super) lanes: BTreeSet<ChannelName>,
    /// Those it did not name before.
    pub(super) gained: BTreeSet<ChannelName>,
    /// Those it no longer names.
    pub(super) lost: BTreeSet<ChannelName>,
}

/// Compares what a delivery says of a subject with what was known, or with the title that the
/// delivery says it had. A delivery that is older than what is known changes nothing, and is told
/// where the subject belonged then and still does.
pub(super) fn route(known: Option<&Subject>, told: &Subject, old_title: Option<&str>) -> Routed {
    let mut lanes = told.names();
    let before = old_title.map(|title| {
        let mut before = told.clone();
        title.clone_into(&mut before.title);
        before.names()
    });
    if let Some(known) = known.filter(|known| known.as_of > told.as_of) {
        // What has left a channel is not told there any more; whom a title brought it to, a later
        // one has told already.
        let now = known.names();
        let before = before.as_ref().unwrap_or(&now);
        lanes.retain(|lane| now.contains(lane) && before.contains(lane));
        return Routed {
            lanes,
            ..Routed::default()
        };
    }
    let before = match known {
        Some(known) => known.names(),
        None => before.unwrap_or_else(|| lanes.clone()),
    };
    Routed {
        gained: lanes.difference(&before).cloned().collect(),
        lost: before.difference(&lanes).cloned().collect(),
        lanes,
    }
}

fn subject_key(repo: &RepoName, number: u64) -> String {
    format!("subject:{repo}#{number}")
}

fn head_key(repo: &RepoName, branch: &str) -> String {
    format!("head:{repo}:{branch}")
}

fn commit_key(repo: &RepoName, sha: &Sha) -> String {
    format!("commit:{repo}:{sha}")
}

/// One row for the cache: key, value, and when it may be forgotten.
pub(super) type Remembered = (String, String, Timestamp);

/// What to remember of a subject: itself, and which subject its head branch belongs to.
pub(super) fn remember(subject: &Subject, now: Timestamp) -> Vec<Remembered> {
    let expires = now.saturating_add(REMEMBERED).unwrap_or(Timestamp::MAX);
    let mut rows = Vec::new();
    if let Ok(value) = serde_json::to_string(subject) {
        rows.push((subject_key(&subject.repo, subject.number), value, expires));
    }
    if let Some(Head {
        repo: Some(repo),
        branch,
        ..
    }) = &subject.head
    {
        let number = format!("{}#{}", subject.repo, subject.number);
        rows.push((head_key(repo, branch), number, expires));
    }
    rows
}

/// A pull request as GitHub's API shows it. Its time is left at the beginning of time, so that any
/// delivery counts as newer.
fn subject(repo: &RepoName, pull: Pull) -> Subject {
    Subject {
        repo: repo.clone(),
        number: pull.number,
        is_pull: true,
        title: pull.title,
        url: Some(pull.html_url).filter(|url| !url.is_empty()),
        head: Some(Head {
            repo: pull.head.repo,
            branch: pull.head.branch,
            sha: Some(pull.head.sha).filter(|sha| !sha.is_none()),
        }),
        author: pull.user.map(|user| user.login),
        open: pull.state == "open",
        draft: pull.draft,
        as_of: Timestamp::UNIX_EPOCH,
    }
}

impl Engine {
    /// What is remembered of a subject.
    pub(super) async fn known(
        &self,
        repo: &RepoName,
        number: u64,
        now: Timestamp,
    ) -> Result<Option<Subject>, Trouble> {
        let value = self
            .0
            .parts
            .store
            .cached(&subject_key(repo, number), now)
            .await?;
        // A row of an older version that no longer reads is as good as none.
        Ok(value.and_then(|value| serde_json::from_str(&value).ok()))
    }

    /// The pull request whose head this branch is, as far as it is remembered.
    pub(super) async fn known_by_head(
        &self,
        repo: &RepoName,
        branch: &str,
        now: Timestamp,
    ) -> Result<Option<Subject>, Trouble> {
        let Some(at) = self
            .0
            .parts
            .store
            .cached(&head_key(repo, branch), now)
            .await?
        else {
            return Ok(None);
        };
        match at
            .rsplit_once('#')
            .map(|(repo, number)| (repo, number.parse()))
        {
            Some((repo, Ok(number))) => self.known(&RepoName::from(repo), number, now).await,
            _ => Ok(None),
        }
    }

    /// A pull request as it is remembered or, failing that, as GitHub says. `None` when GitHub has
    /// no such pull request, or will not show it to us.
    pub(super) async fn pull(
        &self,
        repo: &RepoName,
        number: u64,
        now: Timestamp,
    ) -> Result<Option<Subject>, Trouble> {
        if let Some(known) = self
            .known(repo, number, now)
            .await?
            .filter(|s| s.head.is_some())
        {
            return Ok(Some(known));
        }
        let github = &self.0.parts.github;
        let pull = match self.lookup(github.pull(repo, number)).await {
            Ok(pull) => pull,
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let subject = subject(repo, pull);
        let cache = remember(&subject, now);
        self.0
            .parts
            .store
            .apply(Changes {
                cache,
                ..Changes::default()
            })
            .await?;
        Ok(Some(subject))
    }

    /// The pull requests that a commit is the head of.
    pub(super) async fn pulls_of(
        &self,
        repo: &RepoName,
        sha: &Sha,
        now: Timestamp,
    ) -> Result<Vec<u64>, Trouble> {
        let store = &self.0.parts.store;
        let key = commit_key(repo, sha);
        if let Some(known) = store.cached(&key, now).await? {
            return Ok(known.split(',').filter_map(|n| n.parse().ok()).collect());
        }
        let github = &self.0.parts.github;
        let pulls = match self.lookup(github.pulls_for_commit(repo, sha)).await {
            Ok(pulls) => pulls.items.into_iter().map(|pull| pull.number).collect(),
            // 422: no such commit (any more).
            Err(GitHubError::NotFound { .. } | GitHubError::Refused { status: 422, .. }) => {
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        };
        let numbers: Vec<_> = pulls.iter().map(u64::to_string).collect();
        // A pull request may be opened on a commit that had none, at any time.
        let known = if pulls.is_empty() { NONE_KNOWN } else { KNOWN };
        let expires = now.saturating_add(known).unwrap_or(Timestamp::MAX);
        store.cache(&key, &numbers.join(","), expires).await?;
        Ok(pulls)
    }
}
