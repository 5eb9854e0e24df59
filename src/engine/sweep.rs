//! Level beats edge: what no webhook told is found by looking, and told as the webhook would have.
//!
//! A repository is swept from the first time that something in it is routed to a channel, the
//! postmortem repository from the start; nothing that is older than that is told. A sweep asks four questions with entity tags: for issues,
//! comments and comments on lines that were updated since the last one, and for what moved the
//! branches. While nothing changes they are answered 304, which costs nothing of GitHub's 5,000 an
//! hour. A repository in which something changed costs the list that shows it, one list of events
//! and two questions for each of its routed pull requests that changed; a push that was lost costs
//! two or three more. One that has been quiet for six hours is looked at every ten minutes.
//!
//! Measured in five repositories and the postmortem repository (`tests/costs.rs`), in an hour: nothing
//! happens, 1,454 questions of which 14 count; a comment on a pull request in each of the five every
//! minute, 2,397 of which 1,538 count, and as many where every webhook is lost; a push every minute,
//! 333 count; quiet ones, 158 of which 9 count.
//!
//! What a sweep cannot find, because GitHub's API has no time or no list of it: threads that were
//! settled, checks, tags, issues that were moved to another repository, a comment that was made and
//! deleted between two sweeps; and who has deleted a comment on a line, or an issue.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::intake::Trouble;
use super::subjects::Remembered;
use super::{Engine, lock};
use crate::github::{GitHubError, Since};
use crate::id::RepoName;
use crate::mirror::found::Move;
use crate::store::StoreError;

mod gone;
mod late;
mod moves;
mod repo;
mod tell;
mod vanished;
mod watched;

pub(super) use late::late;
pub(super) use watched::Watched;
use watched::{KEY, Lists, Mark, QUIETLY, updated};

/// How long a pause is after a sweep that found more than it could look at.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(1);
/// How long a webhook has to arrive before a sweep tells the same.
const HEAD_START: SignedDuration = SignedDuration::from_secs(10);

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
