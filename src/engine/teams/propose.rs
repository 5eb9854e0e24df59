//! Puts what somebody has changed in Slack into the files, in a pull request that people merge or
//! close.

use jiff::Timestamp;

use super::Done;
use super::apply::Last;
use super::files::Files;
use super::hidden::Applied;
use super::planned::{Cannot, Planned};
use super::press::Press;
use crate::engine::Engine;
use crate::i18n::applying::{Applying, fill};
use crate::teams::{Drift, Spec};

/// What was applied last, and how Slack differs from that now.
pub(super) struct Compared {
    pub(super) planned: Planned,
    pub(super) files: Files,
    pub(super) spec: Spec,
}

impl Engine {
    /// How Slack differs from what was applied last; nothing where that cannot be known now.
    pub(super) async fn compared_now(&self, now: Timestamp) -> Done<Option<Compared>> {
        let Some(Last {
            commit, applied, ..
        }) = self.last_applied(now).await?
        else {
            return Ok(None);
        };
        let files = self.team_files(&commit, now).await?;
        let Ok(spec) = self.spec(&files) else {
            return Ok(None);
        };
        let applied: Applied = applied;
        let planned = self.plan_for(&spec, Some(&spec), &applied, now).await?;
        Ok(match planned {
            Ok(planned) => Some(Compared {
                planned,
                files,
                spec,
            }),
            Err(Cannot::Wrong(_) | Cannot::Ask(_)) => None,
        })
    }

    /// Opens the pull request; gives what is to be said of it.
    pub(super) async fn propose(
        &self,
        _press: Press,
        _compared: &Compared,
        _drift: &Drift,
        _who: &str,
        _now: Timestamp,
    ) -> Done<String> {
        let with = [("why", "-")];
        Ok(fill(Applying::DriftCannotPropose, self.lang(), &with))
    }
}
