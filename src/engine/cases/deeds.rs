//! Does what is to be done for an incident, one thing after the other, on GitHub and in Slack.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::owed::{PIN, WRITE, written};
use super::{Case, Errand};
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::engine::lookups::is_silence;
use crate::engine::writer::LEASE;
use crate::github::GitHubError;
use crate::id::MessageTs;
use crate::incident::{Entry, Todo, owed};
use crate::slack::{Refusal, SlackError};
use crate::store::{Lane, MessageRow, StoreError};

/// How many things are done before others have their turn.
const DEEDS_A_TURN: usize = 8;
/// When to try again where no answer came.
const AFTER_SILENCE: SignedDuration = SignedDuration::from_secs(15);
/// When to try again what a person has to see to: a permission, a scope.
const AFTER_REFUSAL: SignedDuration = SignedDuration::from_mins(1);

/// Why something is not done yet.
#[derive(Debug)]
pub(super) enum NotYet {
    /// Nobody answered, or said to wait: again then.
    Later(Timestamp),
    /// Somebody has to see to it first; the words are for the log.
    Refused(String),
    /// It will never be done.
    Never(String),
    /// Our own database.
    Store(StoreError),
}

impl From<StoreError> for NotYet {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Engine {
    /// Does what waits in an incident's lane. Gives when to go on where that has to wait.
    pub(in crate::engine) async fn do_errands(
        &self,
        lane: &Lane,
        errand: &Errand,
    ) -> Result<Option<Timestamp>, StoreError> {
        let incident = match errand {
            Errand::OnGitHub(incident) | Errand::InSlack(incident) => incident,
            Errand::Privately(channel) => return self.tell_privately(lane, channel).await,
        };
        let store = &self.0.parts.store;
        // After a start nothing is known yet, and what is not known looks as if it were over.
        self.load_cases().await?;
        let started = self.now();
        let mut refused = BTreeSet::new();
        for _ in 0..DEEDS_A_TURN {
            let now = self.now();
            // A lease must not run out under a call.
            if now.duration_since(started) * 2 > LEASE {
                return Ok(None);
            }
            let first = u32::try_from(refused.len()).unwrap_or(0) + 1;
            let rows = store.waiting(&lane.name, first, now).await?;
            let mut rows = rows.into_iter();
            let Some(row) = rows.find(|row| !refused.contains(&row.key)) else {
                break;
            };
            if row.settle_at > now {
                return Ok(Some(row.settle_at));
            }
            let Some(case) = self.case(incident) else {
                // It is over.
                store.skip(&lane.name, &row.key, row.rev).await?;
                continue;
            };
            match self.do_one(&case, errand, &row, now).await {
                Ok(entries) => {
                    self.learn(incident, &entries, now).await?;
                    store.skip(&lane.name, &row.key, row.rev).await?;
                    self.cases().stale.insert(incident.clone());
                    self.0.tended.notify_one();
                }
                Err(NotYet::Later(at)) => return Ok(Some(at)),
                Err(NotYet::Refused(why)) => {
                    if self.is_news(&lane.name, now) {
                        tracing::error!(%incident, what = %row.key, %why, "not done");
                    }
                    // What needs nothing of it goes on: a comment that is refused holds up no label.
                    refused.insert(row.key);
                    if is_foundation(&case, errand) {
                        break;
                    }
                }
                Err(NotYet::Never(why)) => {
                    tracing::error!(%incident, what = %row.key, %why, "will not be done");
                    self.0.parts.metrics.refused.inc();
                    store.drop_message(&lane.name, &row.key, &why).await?;
                }
                Err(NotYet::Store(error)) => return Err(error),
            }
        }
        if refused.is_empty() {
            return Ok(None);
        }
        Ok(started.checked_add(AFTER_REFUSAL).ok())
    }

    async fn do_one(
        &self,
        case: &Case,
        errand: &Errand,
        row: &MessageRow,
        now: Timestamp,
    ) -> Result<Vec<Entry>, NotYet> {
        if let Some(ts) = row.key.as_str().strip_prefix(PIN) {
            let ts = MessageTs::from(ts);
            return self.pin_card(case, &ts, now).await.map(|()| Vec::new());
        }
        let Some(todo) = todo_of(case, row) else {
            // It is so already, or is wanted no longer.
            return Ok(Vec::new());
        };
        match errand {
            Errand::OnGitHub(_) => {
                if let Some(rest) = self.github_rests_until() {
                    return Err(NotYet::Later(rest));
                }
                let done = self.do_on_github(case, &row.key, &todo, now).await;
                let entries = done.map_err(|error| self.not_on_github(error, now))?;
                // What else waited for the issue is on record with it.
                let whole = matches!(todo, Todo::OpenIssue);
                Ok(if whole {
                    self.with_the_issue(case, entries)
                } else {
                    entries
                })
            }
            Errand::InSlack(_) => self.do_in_slack(case, &todo, now).await,
            Errand::Privately(_) => Ok(Vec::new()),
        }
    }

    /// The declaration stands in the text of an issue that we opened.
    fn with_the_issue(&self, case: &Case, mut entries: Vec<Entry>) -> Vec<Entry> {
        let declared = case.entries.iter().find(|entry| {
            let fact = entry.mark().map(|mark| mark.fact);
            matches!(fact, Some(crate::incident::Fact::Declared(_))) && !entry.recorded
        });
        entries.extend(declared.cloned().map(|entry| Entry {
            recorded: true,
            ..entry
        }));
        entries
    }

    fn not_on_github(&self, error: GitHubError, now: Timestamp) -> NotYet {
        let after = |pause| now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        match &error {
            GitHubError::RateLimited { wait } => NotYet::Later(wait.until(now)),
            error if is_silence(error) => {
                if self.looked_in_vain(&Trouble::GitHub(no_answer(error))) {
                    tracing::warn!(%error, "what is owed on GitHub waits");
                }
                let rest = self.github_rests_until();
                NotYet::Later(rest.unwrap_or(after(AFTER_SILENCE)))
            }
            GitHubError::NotFound { .. } => NotYet::Never(error.to_string()),
            _ => NotYet::Refused(error.to_string()),
        }
    }

    /// What it means that Slack did not do something for an incident.
    pub(super) fn not_in_slack(
        &self,
        error: &SlackError,
        method: crate::slack::Method,
        now: Timestamp,
    ) -> NotYet {
        match error {
            SlackError::Refused(Refusal::Auth(_) | Refusal::MissingScope { .. })
            | SlackError::Refused(Refusal::Forbidden(_)) => NotYet::Refused(error.to_string()),
            SlackError::Refused(_) => NotYet::Never(error.to_string()),
            error => NotYet::Later(self.after(error, method, now)),
        }
    }
}

/// Whether what is done there has nothing to stand on yet.
fn is_foundation(case: &Case, errand: &Errand) -> bool {
    match errand {
        Errand::OnGitHub(_) => case.incident.issue.is_none(),
        Errand::InSlack(_) => case.incident.channel.id.is_none(),
        Errand::Privately(_) => false,
    }
}

fn no_answer(error: &GitHubError) -> GitHubError {
    GitHubError::NotSent {
        why: error.to_string(),
    }
}

/// What a row asks for, if it is still asked for.
fn todo_of(case: &Case, row: &MessageRow) -> Option<Todo> {
    if row.key.as_str().starts_with(WRITE) {
        let waiting = case.entries.iter().filter(|entry| !entry.recorded);
        let mut marks = waiting.filter_map(Entry::mark);
        let mark = marks.find(|mark| written(&mark.key) == row.key)?;
        return Some(Todo::Write(mark));
    }
    let all = owed(&case.entries, &case.rules);
    let found = all.into_iter().find(|(_, effect)| effect.key == row.key);
    found.map(|(_, effect)| effect.todo)
}
