//! The organisation's rules as the postmortem repository has them: the playbook, and who is who.

use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Engine;
use crate::i18n::Lang;
use crate::mirror::{Note, muted};
use crate::playbook::{self, Playbook};
use crate::teams::People;

/// Where the team definitions are.
pub(super) const TEAMS: &str = "userteams.yaml";
/// How long to wait before reading again after GitHub did not answer.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_mins(1);

/// What is in force. A file that does not read leaves the last good one in force.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    pub(super) playbook: Arc<Playbook>,
    pub(super) people: Arc<People>,
    /// When to read again; `None` once all is read and nothing has changed since.
    due: Due,
}

#[derive(Debug, Clone, Copy, Default)]
enum Due {
    #[default]
    Now,
    At(Timestamp),
    Never,
}

impl Rules {
    /// Whether the playbook wants no message of this.
    pub(super) fn mutes(&self, note: &Note) -> bool {
        let mirror = &self.playbook.mirror;
        let by_bot = mirror.mute_bots.mutes(note.fact.who.as_str(), note.by_bot);
        (by_bot && !note.takes_back()) || muted(note, false, mirror.mute_drafts)
    }
}

impl Engine {
    /// The rules in force.
    pub(super) fn rules(&self) -> Rules {
        self.0
            .rules
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The language that the channels are spoken to in.
    pub(super) fn lang(&self) -> Lang {
        self.rules()
            .playbook
            .language
            .unwrap_or(self.0.parts.settings.lang)
    }

    /// When the rules want to be read, if they do.
    pub(super) fn rules_due(&self) -> Option<Timestamp> {
        match self.rules().due {
            Due::Now => Some(Timestamp::MIN),
            Due::At(at) => Some(at),
            Due::Never => None,
        }
    }

    /// Whether the rules are to be read before anything more is said.
    pub(super) fn rules_unread(&self) -> bool {
        matches!(self.rules().due, Due::Now)
    }

    /// Whether the rules could not be read, and it is time to try again: nobody waits for that.
    pub(super) fn rules_overdue(&self, now: Timestamp) -> bool {
        matches!(self.rules().due, Due::At(at) if at <= now)
    }

    /// Whether this delivery is a push to the default branch of the postmortem repository.
    pub(super) fn touches_rules(&self, kind: &str, payload: &Value) -> bool {
        let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
        let branch = text("/repository/default_branch").unwrap_or("main");
        kind == "push"
            && text("/repository/full_name")
                .is_some_and(|name| self.0.parts.settings.postmortem_repo.as_str() == name)
            && text("/ref").and_then(|r| r.strip_prefix("refs/heads/")) == Some(branch)
    }

    /// The rules may have changed: read them before the next message.
    pub(super) fn rules_changed(&self) {
        self.with_rules(|rules| rules.due = Due::Now);
    }

    fn with_rules(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut self.0.rules.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Reads the rules where that is due.
    pub(super) async fn refresh_rules(&self, now: Timestamp) {
        if self.rules_due().is_none_or(|due| due > now) {
            return;
        }
        // Said first: a push that comes in while the files are read makes them due again.
        self.with_rules(|rules| rules.due = Due::Never);
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let (playbook, teams) = futures::join!(
            github.file(repo, playbook::PATH, None),
            github.file(repo, TEAMS, None)
        );
        let mut again = false;
        match playbook {
            Ok(file) => match playbook::parse(file.as_ref().map_or("", |file| &file.text)) {
                Ok(playbook) => self.with_rules(|rules| rules.playbook = Arc::new(playbook)),
                Err(problems) => {
                    for problem in problems {
                        tracing::error!(file = playbook::PATH, %problem, "the last good playbook stays");
                    }
                }
            },
            Err(error) => {
                tracing::warn!(file = playbook::PATH, %error, "not read");
                again = true;
            }
        }
        match teams {
            Ok(file) => match People::parse(file.as_ref().map_or("", |file| &file.text)) {
                Ok(people) => self.with_rules(|rules| rules.people = Arc::new(people)),
                Err(problem) => {
                    tracing::error!(file = TEAMS, %problem, "the last good team file stays");
                }
            },
            Err(error) => {
                tracing::warn!(file = TEAMS, %error, "not read");
                again = true;
            }
        }
        if again {
            let at = now.saturating_add(AFTER_TROUBLE).unwrap_or(Timestamp::MAX);
            self.with_rules(|rules| rules.due = Due::At(at));
        }
    }
}
