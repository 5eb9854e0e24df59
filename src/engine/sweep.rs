//! Level beats edge: what no webhook told is found by looking, and told as the webhook would have.
//!
//! A repository is swept from the first time that something in it is routed to a channel; nothing
//! that is older than that is told. A sweep asks four questions with entity tags: for issues,
//! comments and comments on lines that were updated since the last one, and for what moved the
//! branches. While nothing changes they are answered 304, which costs nothing of GitHub's 5,000 an
//! hour. A repository in which something changed costs the list that shows it, one list of events
//! and two questions for each of its routed pull requests that changed; a push that was lost costs
//! two or three more. One that has been quiet for six hours is looked at every ten minutes.
//!
//! Measured in five repositories (`tests/costs.rs`), in an hour: nothing happens, 1,210 questions of
//! which 10 count; a comment on a pull request in each of them every minute, 2,150 of which 1,540
//! count, and as many where every webhook is lost; a push every minute, 330 count; five quiet ones,
//! 130 of which 10 count.
//!
//! What a sweep cannot find, because GitHub's API has no time or no list of it: threads that were
//! settled, checks, tags, issues that were moved to another repository, a comment that was made and
//! deleted between two sweeps; and who has deleted a comment on a line, or an issue.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::intake::Trouble;
use super::subjects::Remembered;
use super::{Engine, lock};
use crate::github::{Changed, GitHubError, Since};
use crate::id::RepoName;
use crate::mirror::found::Move;
use crate::store::StoreError;

mod gone;
mod late;
mod moves;
mod repo;
mod tell;
mod vanished;

use gone::Had;
pub(super) use late::late;
use repo::Looked;
use vanished::Vigil;

/// How long a pause is after a sweep that found more than it could look at.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(1);
/// How often a repository is swept that is quiet, unless others are swept as seldom.
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
    /// Branches that moved.
    #[serde(default)]
    moves: Option<Mark>,
    /// Lines of the log of branches, since the mark, that need no other look.
    #[serde(default)]
    judged: BTreeMap<u64, Timestamp>,
    /// How many comments a thing had.
    #[serde(default)]
    had: BTreeMap<u64, Had>,
    /// When to look again.
    #[serde(skip)]
    pub(super) due: Timestamp,
    /// As of when an issue or pull request was last looked at in full.
    #[serde(skip)]
    seen: BTreeMap<u64, Timestamp>,
    /// What belonged to no channel when it was last looked at.
    #[serde(skip)]
    elsewhere: BTreeSet<u64>,
    /// What a sweep had looked at that then failed, so that the next need not ask it all again.
    #[serde(skip)]
    looked: BTreeMap<u64, (Timestamp, Option<Looked>)>,
    #[serde(skip)]
    vigil: Vigil,
}

/// What is new in a repository, as GitHub lists it.
pub(super) struct Lists {
    issues: Option<Changed>,
    comments: Option<Changed>,
    lines: Option<Changed>,
    log: Option<Changed>,
    /// What of the log is about branches, the oldest first.
    moves: Vec<Move>,
}

impl Lists {
    fn all(&self) -> impl Iterator<Item = &Changed> {
        let lists = [&self.issues, &self.comments, &self.lines, &self.log];
        lists.into_iter().flatten()
    }

    /// The newest that they show.
    fn newest(&self) -> Option<Timestamp> {
        let items = self.all().flat_map(|list| &list.items);
        items.filter_map(updated).max()
    }
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
            moves: None,
            judged: BTreeMap::new(),
            had: BTreeMap::new(),
            due,
            seen: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            looked: BTreeMap::new(),
            vigil: Vigil::default(),
        }
    }

    /// How long to leave it alone after a look at `now`.
    fn pause(&self, now: Timestamp, every: SignedDuration) -> SignedDuration {
        let quiet = now.duration_since(self.heard) > QUIET;
        if quiet { QUIETLY.max(every) } else { every }
    }

    fn row(&self, repo: &RepoName) -> Option<Remembered> {
        let value = serde_json::to_string(self).ok()?;
        let expires = self.heard.saturating_add(REMEMBERED);
        let key = format!("{KEY}{repo}");
        Some((key, value, expires.unwrap_or(Timestamp::MAX)))
    }
}

impl Mark {
    /// Moves on after a list was read. What is too young to be told stays in the window, which
    /// reaches back further, and is asked for again.
    fn move_on(&mut self, read: &Changed, young: bool) {
        let newest = read.items.iter().filter_map(updated).max();
        let to = newest.and_then(|newest| newest.checked_sub(OVERLAP).ok());
        // The newest was not read: there is no tag that tells of something newer than that.
        self.tag = read.tag.clone().filter(|_| !young);
        if let Some(to) = to.filter(|to| *to > self.since) {
            self.since = to;
            self.tag = None;
        }
    }

    /// As [`Mark::move_on`], of a list whose oldest come first where not all was read. Where more
    /// happens within the overlap than one reading holds, reaching back would read the same for
    /// ever: then it goes on where this reading ended.
    fn move_past(&mut self, read: &Changed, young: bool, ripe: Timestamp) {
        let before = self.since;
        self.move_on(read, young);
        if !read.whole && self.since == before {
            let newest = read.items.iter().filter_map(updated).max();
            self.since = newest.map_or(before, |newest| before.max(newest.min(ripe)));
        }
    }
}

/// What GitHub will never say of one thing holds up nothing else.
fn or_nothing<T: Default>(repo: &RepoName, looked: Result<T, Trouble>) -> Result<T, Trouble> {
    match looked {
        Err(Trouble::GitHub(
            error @ (GitHubError::NotFound { .. }
            | GitHubError::Refused { .. }
            | GitHubError::Unreadable { .. }),
        )) => {
            tracing::warn!(%repo, %error, "not looked at");
            Ok(T::default())
        }
        other => other,
    }
}

fn updated(item: &Value) -> Option<Timestamp> {
    use crate::mirror::found::time;
    time(item, "updated_at").or_else(|| time(item, "timestamp"))
}

impl Engine {
    /// Has a repository swept from now on in which something is routed as of then.
    pub(super) async fn watch_over(
        &self,
        repo: &RepoName,
        as_of: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Remembered>, StoreError> {
        let Some(every) = self.0.parts.settings.sweep_every else {
            return Ok(None);
        };
        self.load_watched(now).await?;
        let mut watch = lock(&self.0.watch);
        let repos = watch.repos.get_or_insert_default();
        if let Some(watched) = repos.get_mut(repo) {
            if as_of >= watched.begun {
                return Ok(None);
            }
            // What was heard of late, or again after a loss of the database, goes further back.
            let had = std::mem::take(&mut watched.had);
            *watched = Watched {
                heard: watched.heard,
                had,
                ..Watched::new(as_of, watched.due)
            };
            return Ok(watched.row(repo));
        }
        let due = now.saturating_add(every).unwrap_or(Timestamp::MAX);
        let watched = Watched::new(as_of.min(now), due);
        let row = watched.row(repo);
        repos.insert(repo.clone(), watched);
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
        let Some(every) = self.0.parts.settings.sweep_every else {
            return;
        };
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
        // A limit is one for all repositories: while it holds, the others need not run into it.
        let mut held: Option<SignedDuration> = None;
        for (repo, before) in due {
            let mut watched = before.clone();
            let swept = match held {
                Some(pause) => Err(pause),
                None => match self.sweep_one(&repo, &mut watched, now).await {
                    Ok(true) => Ok(watched.pause(now, every)),
                    Ok(false) => Ok(AT_ONCE),
                    Err(error) => {
                        if self.looked_in_vain(&error) {
                            tracing::warn!(%repo, %error, "not swept");
                        }
                        Err(match &error {
                            Trouble::GitHub(GitHubError::RateLimited { wait }) => {
                                let pause = wait.until(now).duration_since(now);
                                *held.insert(pause.max(AT_ONCE))
                            }
                            Trouble::GitHub(GitHubError::NotFound { .. }) => QUIETLY.max(every),
                            _ => every,
                        })
                    }
                },
            };
            let pause = match swept {
                Ok(pause) => {
                    watched.looked.clear();
                    pause
                }
                // What was not told has to be found again, as if nobody had looked. Only what
                // GitHub said of single things is kept, and told from next time.
                Err(pause) => {
                    let looked = std::mem::take(&mut watched.looked);
                    watched = Watched { looked, ..before };
                    pause
                }
            };
            watched.due = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
            if let Some(repos) = &mut lock(&self.0.watch).repos {
                match repos.get_mut(&repo) {
                    // Meanwhile it was heard that there is more: the next sweep looks for it.
                    Some(meanwhile) if meanwhile.begun < watched.begun => {
                        meanwhile.due = watched.due;
                    }
                    _ => drop(repos.insert(repo, watched)),
                }
            }
        }
    }

    /// Sweeps a repository. False when there is more to look at than was looked at.
    async fn sweep_one(
        &self,
        repo: &RepoName,
        watched: &mut Watched,
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        or_nothing(repo, self.vanished(repo, watched, now).await)?;
        self.look_late(repo, now).await?;
        let lists = self.lists(repo, watched).await?;
        if lists.all().next().is_none() {
            return Ok(true);
        }
        self.0.parts.metrics.swept.inc();
        // GitHub's clock, not ours, made the times in the lists.
        let there = lists.all().filter_map(|list| list.date).min();
        let there = there.unwrap_or(now);
        let ripe = there.saturating_sub(HEAD_START).unwrap_or(Timestamp::MIN);
        let young = lists.newest().is_some_and(|newest| newest > ripe);
        let found = self.compare(repo, watched, &lists, ripe).await?;
        self.tell_found(repo, found, ripe, now).await?;
        let marks = [
            (&mut watched.issues, &lists.issues),
            (&mut watched.comments, &lists.comments),
            (&mut watched.lines, &lists.lines),
        ];
        for (mark, list) in marks {
            if let Some(list) = list {
                mark.move_past(list, young, ripe);
            }
        }
        if let Some(log) = &lists.log {
            let begun = watched.begun;
            let mark = watched.moves.get_or_insert(Mark {
                since: begun,
                tag: None,
            });
            mark.move_on(log, young);
            // What this list is called does not depend on where it is read to.
            mark.tag = log.tag.clone().filter(|_| !young);
            let since = mark.since;
            watched.judged.retain(|_, at| *at >= since);
        }
        if let Some(newest) = lists.newest() {
            watched.heard = watched.heard.max(newest.min(now));
        }
        // What has left the window is not listed again unless it changes.
        let since = watched.issues.since;
        watched.seen.retain(|_, at| *at >= since);
        if let Some((key, value, expires)) = watched.row(repo) {
            self.0.parts.store.cache(&key, &value, expires).await?;
        }
        let whole = [&lists.issues, &lists.comments, &lists.lines];
        Ok(whole.iter().all(|it| it.as_ref().is_none_or(|it| it.whole)))
    }

    /// Asks what is new since the last sweep.
    async fn lists(&self, repo: &RepoName, watched: &Watched) -> Result<Lists, Trouble> {
        let github = &self.0.parts.github;
        let ask = |list, mark: Mark| async move {
            let tag = mark.tag.as_deref();
            github.changed(repo, list, mark.since, tag).await
        };
        let issues = ask(Since::Issues, watched.issues.clone()).await?;
        let comments = ask(Since::Comments, watched.comments.clone()).await?;
        let lines = ask(Since::ReviewComments, watched.lines.clone()).await?;
        let (since, tag) = match &watched.moves {
            Some(mark) => (mark.since, mark.tag.as_deref()),
            None => (watched.begun, None),
        };
        let log = match github.activity(repo, since, tag).await {
            Ok(log) => log,
            // A server that is too old has no such log, and a repository without contents none.
            Err(error @ (GitHubError::NotFound { .. } | GitHubError::Refused { .. })) => {
                tracing::debug!(%repo, %error, "no log of what moved the branches");
                None
            }
            Err(error) => return Err(error.into()),
        };
        if log.as_ref().is_some_and(|log| !log.whole) {
            tracing::warn!(%repo, "branches moved so often that the oldest of it is not looked at");
        }
        let lines_of_log = log.iter().flat_map(|log| &log.items);
        let mut moves: Vec<_> = lines_of_log
            .filter_map(|line| Move::new(repo, line))
            .collect();
        moves.sort_by_key(|this| (this.at, this.id));
        Ok(Lists {
            issues,
            comments,
            lines,
            log,
            moves,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_600_000_000 + seconds).unwrap_or_default()
    }

    fn read(seconds: std::ops::Range<i64>, whole: bool) -> Changed {
        let items = seconds.map(|second| json!({"updated_at": at(second).to_string()}));
        Changed {
            items: items.collect(),
            tag: Some(String::from("tag")),
            whole,
            date: None,
        }
    }

    fn mark() -> Mark {
        Mark {
            since: at(0),
            tag: None,
        }
    }

    #[test]
    fn a_repository_that_is_never_quiet_is_not_read_from_the_beginning_for_ever() {
        let mut mark = mark();
        mark.move_past(&read(0..400, true), true, at(390));
        assert_eq!((mark.since, mark.tag), (at(99), None));
    }

    #[test]
    fn more_than_one_reading_holds_is_read_to_its_end() {
        let mut mark = mark();
        mark.move_past(&read(0..100, false), true, at(1_000));
        assert_eq!(mark.since, at(99));
        // What is too young is not passed over.
        mark.move_past(&read(99..200, false), true, at(150));
        assert_eq!(mark.since, at(150));
        mark.move_past(&read(150..160, true), false, at(1_000));
        assert_eq!(mark.since, at(150));
    }
}
