//! Reads the rules from GitHub, at a commit, and remembers the last good ones for the next start.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Broken, Due, TEAMS};
use crate::engine::{Engine, lock};
use crate::github::{File, GitHubError};
use crate::id::Sha;
use crate::playbook::{self, Playbook, Problem};
use crate::teams::People;

/// How long to wait before reading again after GitHub did not answer.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_mins(1);
/// How long until GitHub is asked once more, where it does not show yet what a push has told of.
const LAGS: SignedDuration = SignedDuration::from_secs(10);
/// How long a playbook of some commit is kept on disk: it can be read again.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How many playbooks are held in memory.
const HELD: usize = 64;
/// Under which key the last good files are remembered.
const LAST_GOOD: &str = "rules:good";

/// Playbooks of some commits, which never change.
#[derive(Debug, Default)]
pub(in crate::engine) struct Library(BTreeMap<Sha, Arc<Playbook>>);

impl Library {
    fn put(&mut self, commit: &Sha, playbook: &Arc<Playbook>) {
        if self.0.len() >= HELD {
            self.0.clear();
        }
        self.0.insert(commit.clone(), Arc::clone(playbook));
    }
}

/// The last files that could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Good {
    /// Where the playbook stands so.
    commit: Option<Sha>,
    playbook: String,
    teams: String,
}

impl Engine {
    /// The playbook as a commit of the postmortem repository has it.
    ///
    /// # Errors
    /// [`GitHubError::Unreadable`] where there is something wrong with it: such a playbook was
    /// never in force.
    pub(in crate::engine) async fn playbook_at(
        &self,
        commit: &Sha,
    ) -> Result<Arc<Playbook>, GitHubError> {
        let held = lock(&self.0.library).0.get(commit).cloned();
        if let Some(held) = held {
            return Ok(held);
        }
        let (store, now) = (&self.0.parts.store, self.now());
        let key = format!("playbook:{commit}");
        let kept = store.cached(&key, now).await.unwrap_or_else(|error| {
            store.complain(&error);
            None
        });
        let (text, known) = match kept {
            Some(text) => (text, true),
            None => (self.text_at(playbook::PATH, commit).await?, false),
        };
        let playbook = playbook::parse(&text).map_err(|problems| GitHubError::Unreadable {
            why: format!(
                "`{}` at {}: {} problems",
                playbook::PATH,
                commit.short(),
                problems.len()
            ),
        })?;
        let playbook = Arc::new(playbook);
        lock(&self.0.library).put(commit, &playbook);
        if !known {
            let until = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
            if let Err(error) = store.cache(&key, &text, until).await {
                store.complain(&error);
            }
        }
        Ok(playbook)
    }

    /// Reads the rules where that is due.
    pub(in crate::engine) async fn refresh_rules(&self, now: Timestamp) {
        if self.rules_due().is_none_or(|due| due > now) {
            return;
        }
        // Said first: a push that comes in while the files are read makes them due again.
        let told = self.with_rules(|rules| {
            rules.due = Due::Never;
            rules.told.take()
        });
        let before = self.last_good(now).await;
        let again = match self.read_rules(&before).await {
            Ok(at) if told.is_some() && told != at => Some(LAGS),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(%error, "the playbook and the teams were not read");
                Some(AFTER_TROUBLE)
            }
        };
        // A dialog may be the first thing that goes by them.
        self.publish();
        if let Some(pause) = again {
            let at = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
            self.with_rules(|rules| {
                if matches!(rules.due, Due::Never) {
                    rules.due = Due::At(at);
                }
            });
        }
    }

    /// Reads both files at the newest commit, which it gives.
    async fn read_rules(&self, before: &Good) -> Result<Option<Sha>, GitHubError> {
        let repo = &self.0.parts.settings.postmortem_repo;
        let newest = self.0.parts.github.newest_commit(repo).await?;
        if newest.is_some() && newest == self.rules().seen {
            return Ok(newest);
        }
        let (playbook, teams) = match &newest {
            Some(commit) => futures::try_join!(
                self.file_at(playbook::PATH, commit),
                self.text_at(TEAMS, commit)
            )?,
            None => Default::default(),
        };
        let mut good = before.clone();
        let text = playbook.as_ref().map_or("", |file| &file.text);
        match (playbook::parse(text), &playbook) {
            (Ok(parsed), _) => {
                // Where the words are the same, so is where they were read first.
                if good.commit.is_none() || good.playbook != text {
                    text.clone_into(&mut good.playbook);
                    good.commit.clone_from(&newest);
                    self.enforce(parsed, newest.as_ref());
                }
                self.with_rules(|rules| rules.broken = None);
            }
            (Err(problems), Some(file)) => self.is_broken(file, problems),
            // Nothing can be wrong with nothing.
            (Err(_), None) => {}
        }
        self.0
            .parts
            .metrics
            .playbook_broken
            .set(i64::from(self.rules().broken.is_some()));
        self.look_after_owners();
        match People::parse(&teams) {
            Ok(people) => {
                good.teams = teams;
                self.with_rules(|rules| rules.people = Arc::new(people));
            }
            Err(problem) => {
                tracing::error!(file = TEAMS, %problem, "the last good team file stays");
            }
        }
        if good != *before {
            self.remember_good(&good).await;
        }
        self.with_rules(|rules| rules.seen.clone_from(&newest));
        Ok(newest)
    }

    fn is_broken(&self, file: &File, problems: Vec<Problem>) {
        let known = self.rules().broken;
        if known.is_some_and(|known| known.blob == file.sha) {
            return;
        }
        if let Some(first) = problems.first() {
            tracing::error!(
                file = playbook::PATH, problems = problems.len(), %first,
                "the playbook is broken; the last good one stays"
            );
        }
        let broken = Broken {
            blob: file.sha.clone(),
            page: file.html_url.clone(),
            problems,
        };
        self.with_rules(|rules| rules.broken = Some(Arc::new(broken)));
    }

    fn enforce(&self, playbook: Playbook, commit: Option<&Sha>) {
        let playbook = Arc::new(playbook);
        if let Some(commit) = commit {
            lock(&self.0.library).put(commit, &playbook);
        }
        self.with_rules(|rules| {
            rules.playbook = playbook;
            rules.commit = commit.cloned();
        });
    }

    /// The last good files; at the start they come into force, so that one that was broken since, or
    /// a GitHub that is away, costs nobody the rules that were in force before.
    pub(in crate::engine) async fn last_good(&self, now: Timestamp) -> Good {
        let store = &self.0.parts.store;
        let good = store.cached(LAST_GOOD, now).await.unwrap_or_else(|error| {
            store.complain(&error);
            None
        });
        let good: Option<Good> = good.and_then(|good| serde_json::from_str(&good).ok());
        let good = good.unwrap_or_default();
        if self.rules().commit.is_none() && good.commit.is_some() {
            if let Ok(playbook) = playbook::parse(&good.playbook) {
                self.enforce(playbook, good.commit.as_ref());
            } else {
                // This version reads it otherwise than the one that kept it.
                return Good::default();
            }
            if let Ok(people) = People::parse(&good.teams) {
                self.with_rules(|rules| rules.people = Arc::new(people));
            }
        }
        good
    }

    async fn remember_good(&self, good: &Good) {
        let store = &self.0.parts.store;
        // A text of texts serialises.
        let good = serde_json::to_string(good).unwrap_or_default();
        if let Err(error) = store.cache(LAST_GOOD, &good, Timestamp::MAX).await {
            store.complain(&error);
        }
    }

    /// What stands in a file of the postmortem repository at a commit; empty where there is none.
    pub(in crate::engine) async fn text_at(
        &self,
        path: &str,
        commit: &Sha,
    ) -> Result<String, GitHubError> {
        let file = self.file_at(path, commit).await?;
        Ok(file.map_or_else(String::new, |file| file.text))
    }

    /// A file of the postmortem repository at a commit.
    pub(in crate::engine) async fn file_at(
        &self,
        path: &str,
        commit: &Sha,
    ) -> Result<Option<File>, GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let file = github.file(repo, path, Some(commit.as_str())).await?;
        // A GitHub that has not heard of the commit yet says "not found", too: no file at all would
        // then stand for the organisation's own.
        if file.is_none() && !github.has_commit(repo, commit).await? {
            return Err(GitHubError::NotFound {
                what: format!("commit {commit}"),
                gone: false,
            });
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::clock::Clock;
    use crate::engine::{Metrics, Parts, Settings};
    use crate::github::{self, GitHub};
    use crate::i18n::Lang;
    use crate::sandbox::Sandbox;
    use crate::sandbox::github::CommitSpec;
    use crate::secret::Secret;
    use crate::slack::{self, Rates, Slack};
    use crate::store::{self, Store};

    const REPO: &str = "acme/postmortem";

    async fn engine(sandbox: &Sandbox, store: &Store) -> Engine {
        let timeout = Duration::from_secs(20);
        let github = GitHub::new(github::Settings {
            api_url: sandbox.github_api.clone(),
            app_id: sandbox.keys.app_id,
            private_key: Secret::new(sandbox.keys.private_key.clone()),
            repo: REPO.into(),
            timeout,
        });
        let slack = Slack::new(slack::Settings {
            api_url: sandbox.slack_api.clone(),
            token: Secret::new(sandbox.keys.bot_token.clone()),
            timeout,
        });
        Engine::new(Parts {
            store: store.clone(),
            github: github.unwrap(),
            slack: slack.unwrap(),
            clock: Clock::machine(),
            metrics: Metrics::default(),
            settings: Settings {
                lang: Lang::Ja,
                rates: Rates::default(),
                postmortem_repo: REPO.into(),
                sweep_every: None,
                app_id: sandbox.keys.app_id,
                owner: String::from("test"),
            },
        })
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_playbook_is_read_at_its_commit_and_kept() {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sandbox = Sandbox::start(&Clock::machine(), any, any, None)
            .await
            .unwrap();
        sandbox.github.add_repo(REPO, false).unwrap();
        sandbox.github.install(&[REPO]).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("a.sqlite3").display());
        let store = Store::open(&store::Settings { url }).await.unwrap();
        let first = engine(&sandbox, &store).await;
        let push = |path: &str, text: &str| {
            let commit = CommitSpec::file("Write it", path, text);
            sandbox
                .github
                .push("hanako", REPO, "main", &[commit], false)
                .unwrap();
        };
        let read = async |engine: &Engine| {
            engine.rules_changed(&Value::Null);
            engine.refresh_rules(engine.now()).await;
            engine.rules()
        };
        push(playbook::PATH, "language: en\n");
        let good = read(&first).await;
        assert_eq!(good.playbook.language, Some(Lang::En));
        let good = good.commit.unwrap();
        // Other files do not make another playbook of it, nor does one that is broken.
        push("a.md", "A\n");
        assert_eq!(read(&first).await.commit.as_ref(), Some(&good));
        push(playbook::PATH, "language: fr\n");
        let rules = read(&first).await;
        assert_eq!(rules.commit.as_ref(), Some(&good));
        assert_eq!(rules.broken.unwrap().problems[0].line, 1);
        let newest = first.0.parts.github.newest_commit(&REPO.into()).await;
        let newest = newest.unwrap().unwrap();
        let unreadable = first.playbook_at(&newest).await.unwrap_err();
        assert!(matches!(unreadable, GitHubError::Unreadable { .. }));
        let nowhere = Sha::from("0123456789012345678901234567890123456789");
        let unknown = first.playbook_at(&nowhere);
        assert!(matches!(unknown.await, Err(GitHubError::NotFound { .. })));

        // Another process reads it at its commit, and the next need not ask for it again.
        let second = engine(&sandbox, &store).await;
        let at = second.playbook_at(&good).await.unwrap();
        assert_eq!(at.language, Some(Lang::En));
        sandbox.github.set_away(true);
        let third = engine(&sandbox, &store).await;
        assert_eq!(third.playbook_at(&good).await.unwrap(), at);
        // And starts with it, though GitHub says nothing.
        let rules = read(&third).await;
        assert_eq!((rules.commit, rules.playbook), (Some(good), at));
    }
}
