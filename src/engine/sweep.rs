//! Level beats edge: what no webhook told is found by looking, and told as the webhook would have.
//!
//! A repository is swept from the first time that something in it is routed to a channel; nothing
//! that is older than that is told. A sweep asks for issues, comments and comments on lines that
//! were updated since the last one, three questions with entity tags: while nothing changes they
//! are answered 304, which costs nothing of GitHub's 5,000 an hour. A repository in which something
//! changed costs the three lists twice (the window moves on), one list of events, and two questions
//! for each of its routed pull requests that changed. Five repositories are 900 questions an hour;
//! with a change in each of them every minute, all to a pull request, 1,800 that count. One that
//! has been quiet for six hours is looked at every ten minutes, so that five quiet ones are 90.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::intake::Trouble;
use super::subjects::Remembered;
use super::{Engine, lock};
use crate::github::{Changed, GitHubError, Since};
use crate::id::RepoName;
use crate::mirror::Subject;
use crate::store::StoreError;

mod gone;
mod repo;

/// How often a repository is swept in which something happens.
pub(super) const EVERY: SignedDuration = SignedDuration::from_secs(60);
/// How often one that is quiet.
const QUIETLY: SignedDuration = SignedDuration::from_mins(10);
/// After which time without any change a repository is quiet.
const QUIET: SignedDuration = SignedDuration::from_hours(6);
/// How far back a sweep reaches behind the newest that the one before saw: GitHub's lists may lag.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// How long a webhook has to arrive before a sweep tells the same.
const HEAD_START: SignedDuration = SignedDuration::from_secs(10);
/// How long a repository is remembered after it was last heard of.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);
/// What the keys of the cache begin with.
const KEY: &str = "sweep:";

/// A repository that is swept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Watched {
    /// Nothing that is older is told.
    begun: Timestamp,
    /// The newest change that was seen.
    heard: Timestamp,
    issues: Mark,
    comments: Mark,
    lines: Mark,
    /// How many comments a thing had, as of when: fewer than there should be now were deleted.
    #[serde(default)]
    counts: BTreeMap<u64, (u64, Timestamp)>,
    /// When to look again.
    #[serde(skip)]
    pub(super) due: Timestamp,
    /// As of when an issue or pull request was last looked at in full.
    #[serde(skip)]
    seen: BTreeMap<u64, Timestamp>,
    /// What belonged to no channel when it was last looked at.
    #[serde(skip)]
    elsewhere: BTreeSet<u64>,
}

/// Until where a list was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Mark {
    since: Timestamp,
    tag: Option<String>,
}

impl Watched {
    fn new(begun: Timestamp, due: Timestamp) -> Self {
        let mark = Mark {
            since: begun,
            tag: None,
        };
        Self {
            begun,
            heard: begun,
            issues: mark.clone(),
            comments: mark.clone(),
            lines: mark,
            counts: BTreeMap::new(),
            due,
            seen: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
        }
    }

    /// When to look again, after a look at `now`.
    fn next(&self, now: Timestamp) -> Timestamp {
        let quiet = now.duration_since(self.heard) > QUIET;
        let pause = if quiet { QUIETLY } else { EVERY };
        now.saturating_add(pause).unwrap_or(Timestamp::MAX)
    }

    fn row(&self, repo: &RepoName) -> Option<Remembered> {
        let value = serde_json::to_string(self).ok()?;
        let expires = self.heard.saturating_add(REMEMBERED);
        let key = format!("{KEY}{repo}");
        Some((key, value, expires.unwrap_or(Timestamp::MAX)))
    }
}

impl Mark {
    /// Moves on after a list was read. While something in it is too young to be told, the same is
    /// asked again.
    fn move_on(&mut self, read: &Changed, young: bool) {
        let newest = read.items.iter().filter_map(updated).max();
        let to = newest.and_then(|newest| newest.checked_sub(OVERLAP).ok());
        self.tag = read.tag.clone().filter(|_| !young);
        if let Some(to) = to.filter(|to| *to > self.since && !young) {
            self.since = to;
            self.tag = None;
        }
    }
}

fn updated(item: &Value) -> Option<Timestamp> {
    crate::mirror::found::time(item, "updated_at")
}

impl Engine {
    /// Has a repository swept from now on in which a subject is routed.
    pub(super) async fn watch_over(
        &self,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Option<Remembered>, StoreError> {
        self.load_watched(now).await?;
        let mut watch = lock(&self.0.watch);
        let repos = watch.repos.get_or_insert_default();
        if repos.contains_key(&subject.repo) {
            return Ok(None);
        }
        let due = now.saturating_add(EVERY).unwrap_or(Timestamp::MAX);
        let watched = Watched::new(subject.as_of.min(now), due);
        let row = watched.row(&subject.repo);
        repos.insert(subject.repo.clone(), watched);
        Ok(row)
    }

    async fn load_watched(&self, now: Timestamp) -> Result<(), StoreError> {
        if lock(&self.0.watch).repos.is_some() {
            return Ok(());
        }
        let rows = self.0.parts.store.cached_below(KEY, now).await?;
        let mut repos = BTreeMap::new();
        for (key, value) in rows {
            let Ok(mut watched) = serde_json::from_str::<Watched>(&value) else {
                continue;
            };
            watched.due = now;
            repos.insert(RepoName::from(key.trim_start_matches(KEY)), watched);
        }
        // Two may come here at once; who was first stays.
        lock(&self.0.watch).repos.get_or_insert(repos);
        Ok(())
    }

    /// Sweeps the repositories where that is due.
    pub(super) async fn sweep(&self, now: Timestamp) {
        if let Err(error) = self.load_watched(now).await {
            tracing::error!(%error, "the database does not say what to sweep");
            return;
        }
        let due: Vec<_> = lock(&self.0.watch)
            .repos
            .iter()
            .flatten()
            .filter(|(_, watched)| watched.due <= now)
            .map(|(repo, watched)| (repo.clone(), watched.clone()))
            .collect();
        for (repo, mut watched) in due {
            watched.due = match self.sweep_one(&repo, &mut watched, now).await {
                Ok(()) => watched.next(now),
                Err(error) => {
                    tracing::warn!(%repo, %error, "not swept");
                    self.looked_in_vain(&error);
                    let pause = match &error {
                        Trouble::GitHub(GitHubError::RateLimited { wait }) => {
                            wait.until(now).duration_since(now)
                        }
                        Trouble::GitHub(GitHubError::NotFound { .. }) => QUIETLY,
                        _ => EVERY,
                    };
                    now.saturating_add(pause).unwrap_or(Timestamp::MAX)
                }
            };
            if let Some(repos) = &mut lock(&self.0.watch).repos {
                repos.insert(repo, watched);
            }
        }
    }

    async fn sweep_one(
        &self,
        repo: &RepoName,
        watched: &mut Watched,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let github = &self.0.parts.github;
        let ask = |list, mark: Mark| async move {
            let tag = mark.tag.as_deref();
            github.changed(repo, list, mark.since, tag).await
        };
        let issues = ask(Since::Issues, watched.issues.clone()).await?;
        let comments = ask(Since::Comments, watched.comments.clone()).await?;
        let lines = ask(Since::ReviewComments, watched.lines.clone()).await?;
        if issues.is_none() && comments.is_none() && lines.is_none() {
            return Ok(());
        }
        self.0.parts.metrics.swept.inc();
        let lists = [&issues, &comments, &lines];
        if lists.iter().any(|l| l.as_ref().is_some_and(|l| !l.whole)) {
            tracing::warn!(%repo, "so much has changed that the oldest of it is not looked at");
        }
        let ripe = now.saturating_sub(HEAD_START).unwrap_or(Timestamp::MIN);
        let young = |list: &Option<Changed>| {
            let items = list.iter().flat_map(|list| &list.items);
            items.filter_map(updated).any(|at| at > ripe)
        };
        let any_young = young(&issues) || young(&comments) || young(&lines);
        let found = self
            .compare(repo, watched, [&issues, &comments, &lines], ripe)
            .await?;
        self.tell_found(repo, found, ripe, now).await?;
        let marks = [
            (&mut watched.issues, &issues),
            (&mut watched.comments, &comments),
            (&mut watched.lines, &lines),
        ];
        for (mark, list) in marks {
            let Some(list) = list else { continue };
            mark.move_on(list, any_young);
            let newest = list.items.iter().filter_map(updated).max();
            watched.heard = watched.heard.max(newest.unwrap_or(watched.heard).min(now));
        }
        // What has left the window is not listed again unless it changes.
        let since = watched.issues.since;
        watched.seen.retain(|_, at| *at >= since);
        if let Some((key, value, expires)) = watched.row(repo) {
            self.0.parts.store.cache(&key, &value, expires).await?;
        }
        Ok(())
    }
}
