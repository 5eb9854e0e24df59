//! Puts what somebody has changed in Slack into the files, in a pull request that people merge or
//! close.

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::Done;
use super::apply::Last;
use super::planned::{Cannot, Planned, list};
use super::press::Press;
use super::report::short;
use crate::engine::Engine;
use crate::engine::owners::escaped;
use crate::github::Commit;
use crate::i18n::applying::{Applying, fill};
use crate::teams::{Drift, Edit, Live, Spec, When, edit};

/// What was applied last, and how Slack differs from that now.
pub(super) struct Compared {
    pub(super) planned: Planned,
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
        let planned = self.plan_for(&spec, Some(&spec), &applied, now).await?;
        Ok(match planned {
            Ok(planned) => Some(Compared { planned, spec }),
            Err(Cannot::Wrong(_) | Cannot::Ask(_)) => None,
        })
    }

    /// Opens a pull request that has the files say what Slack is like; gives what is to be said of
    /// it.
    pub(super) async fn propose(
        &self,
        press: Press,
        compared: &Compared,
        drift: &Drift,
        who: &str,
        now: Timestamp,
    ) -> Done<String> {
        let lang = self.lang();
        let until = (press == Press::Allow).then(|| self.in_a_week(&compared.spec, now));
        let label = compared.planned.label(&drift.team);
        let title = fill(Applying::ProposeTitle, lang, &[("team", label)]);
        let what = drift.say(lang, |id| compared.planned.live.name(id));
        let body = format!(
            "{}\n\n- {}",
            Applying::ProposeBody.say(lang),
            escaped(&what)
        );
        let edits = drift.edits(until.map(When::Day));
        let key = super::drift::value(drift);
        let opened = self.open_pull(&compared.planned.live, &edits, (&key, &title, &body), now);
        Ok(match (opened.await?, until) {
            (Err(why), _) => fill(Applying::DriftCannotPropose, lang, &[("why", &why)]),
            (Ok(url), None) => {
                let with = [("who", who), ("url", &*url)];
                fill(Applying::DriftProposed, lang, &with)
            }
            (Ok(url), Some(until)) => {
                let until = until.to_string();
                let with = [("who", who), ("url", &*url), ("until", &*until)];
                fill(Applying::DriftAllowed, lang, &with)
            }
        })
    }

    /// The day a week from now, where the files are.
    pub(super) fn in_a_week(&self, spec: &Spec, now: Timestamp) -> Date {
        let today = now.to_zoned(spec.zone.clone()).date();
        today.saturating_add(Span::new().days(7))
    }

    /// Opens a pull request with these edits, or finds the one that is open: its address, or why
    /// there is none. `key` makes it this one and no other.
    pub(super) async fn open_pull(
        &self,
        live: &Live,
        edits: &[Edit],
        (key, title, body): (&str, &str, &str),
        now: Timestamp,
    ) -> Done<Result<String, String>> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let base = github.default_branch(repo).await;
        let base = self.asked(base, now)?;
        let tip = github.tip(repo, &base).await;
        let Some(tip) = self.asked(tip, now)? else {
            return Ok(Err("-".to_owned()));
        };
        // What is not applied yet is in the files all the same.
        let files = self.team_files(&tip, now).await?;
        let changed = match edit(&list(&files), edits, live) {
            Ok(changed) if changed.is_empty() => return Ok(Err("-".to_owned())),
            Ok(changed) => changed,
            Err(refusal) => return Ok(Err(refusal.say(self.lang()))),
        };
        let files: Vec<_> = changed
            .into_iter()
            .map(|(path, text)| (path, Some(text)))
            .collect();
        let branch = format!("sssbot/teams-{}", short(key));
        let commit = Commit {
            branch: &branch,
            base: &base,
            message: title,
            files: &files,
        };
        let written = github.commit_files(repo, &commit).await;
        self.asked(written, now)?;
        let pull = github.propose(repo, &branch, &base, title, body).await;
        Ok(Ok(self.asked(pull, now)?.html_url))
    }
}
