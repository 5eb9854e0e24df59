//! The organisation's rules as the postmortem repository has them: the playbook, and who is who.

mod read;

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use super::Engine;
use crate::i18n::Lang;
use crate::id::Sha;
use crate::mirror::{Note, muted};
use crate::playbook::{Playbook, Problem};
use crate::teams::People;

pub(super) use read::Library;

/// Where the team definitions are.
pub(super) use crate::teams::PATH as TEAMS;

/// What is in force. A file that does not read leaves the last good one in force.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    pub(super) playbook: Arc<Playbook>,
    /// A commit that has this playbook: the one at which these words were read first. `None` while
    /// none was read, and where the repository has no commit.
    pub(super) commit: Option<Sha>,
    pub(super) people: Arc<People>,
    /// What is wrong with the playbook that the default branch has now.
    pub(super) broken: Option<Arc<Broken>>,
    /// When to read again; `None` once all is read and nothing has changed since.
    due: Due,
    /// The newest commit when all was read.
    seen: Option<Sha>,
    /// The commit that a push has told of, until it is what GitHub shows.
    told: Option<Sha>,
}

/// A playbook that does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// The id of its content.
    pub(super) blob: Sha,
    /// Its page, at the commit where it was met first.
    pub(super) page: String,
    pub(super) problems: Vec<Problem>,
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

    /// The rules may have changed, by this push: read them before the next message.
    pub(super) fn rules_changed(&self, push: &Value) {
        let after = push["after"].as_str().map(Sha::from);
        self.with_rules(|rules| {
            rules.due = Due::Now;
            rules.told = after.filter(|after| !after.is_none());
        });
    }

    /// The rules may have changed without a word: read them when there is time.
    pub(super) fn doubt_rules(&self, now: Timestamp) {
        self.with_rules(|rules| {
            if matches!(rules.due, Due::Never) {
                rules.due = Due::At(now);
            }
        });
    }

    fn with_rules<T>(&self, change: impl FnOnce(&mut Rules) -> T) -> T {
        change(&mut self.0.rules.write().unwrap_or_else(PoisonError::into_inner))
    }
}
