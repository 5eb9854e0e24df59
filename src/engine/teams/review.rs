//! Looks at a pull request that changes the team definitions: what its merge would come to, in a
//! check on its head and in one comment.

use jiff::Timestamp;

use super::files::{Files, Merged};
use super::hidden::Applied;
use super::planned::{Cannot, Planned};
use super::report::{Report, short};
use super::{Done, REVIEW};
use crate::engine::Engine;
use crate::github::{ANNOTATIONS_AT_ONCE, Check, CheckFound, Pull};
use crate::i18n::applying::Applying;
use crate::id::Sha;
use crate::teams::is_path;

impl Engine {
    /// Says on a pull request what there is to be said of the team definitions in it. Repeated, it
    /// says nothing twice.
    pub(super) async fn review_teams(&self, number: u64, now: Timestamp) -> Done<()> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let pull = github.pull(repo, number).await;
        let pull = self.asked(pull, now)?;
        if pull.state != "open" {
            self.waits_for_somebody(number, false).await?;
            return self.hear_after_merge(&pull, now).await;
        }
        let (branch, head) = (&pull.base.branch, &pull.head.sha);
        let compared = github.compared(repo, branch, head).await;
        let compared = self.asked(compared, now)?;
        let earlier = github.checks_named(repo, head, REVIEW).await;
        let earlier = self.asked(earlier, now)?;
        let touched = !compared.whole || compared.files.iter().any(|it| is_path(it));
        if !touched {
            self.waits_for_somebody(number, false).await?;
            let nothing = Applying::NothingChanges.say(self.lang());
            return self.say_on_pull(number, None, nothing, now).await;
        }
        let tip = github.tip(repo, branch).await;
        let Some(base) = self.asked(tip, now)? else {
            return Ok(());
        };
        let default = github.default_branch(repo).await;
        // What is merged elsewhere is not what counts.
        if self.asked(default, now)? != *branch {
            return Ok(());
        }
        let files = self.team_files(&base, now).await?;
        let merged = self
            .merged_team_files(&pull, &compared.parted, (&base, &files), now)
            .await?;
        let report = match merged {
            Merged::Conflict(file) => Report::conflict(&file, self.lang()),
            Merged::Files(merged) => self.report_on(&pull, &files, &merged, now).await?,
        };
        self.waits_for_somebody(number, report.waits()).await?;
        let text = report.comment();
        let nothing = Applying::NothingChanges.say(self.lang());
        let about = format!("pull:{number}");
        self.check(head, (REVIEW, &about), earlier.last(), &report, now)
            .await?;
        self.say_on_pull(number, text.as_deref(), nothing, now)
            .await
    }

    /// What is to be said of the files as a merge would make them.
    async fn report_on(
        &self,
        pull: &Pull,
        base: &Files,
        merged: &Files,
        now: Timestamp,
    ) -> Done<Report> {
        let lang = self.lang();
        let wanted = match self.spec(merged) {
            Ok(wanted) => wanted,
            Err(problems) => return Ok(Report::wrong(merged, &problems, lang)),
        };
        let last = self.last_applied(now).await?;
        // Where the base cannot be read, what was applied before counts.
        let before = match (&last, self.spec(base)) {
            (None, _) => None,
            (Some(_), Ok(before)) => Some(before),
            (Some(last), Err(_)) => {
                let files = self.team_files(&last.commit, now).await?;
                self.spec(&files).ok()
            }
        };
        let none = Applied::default();
        let applied = last.as_ref().map_or(&none, |last| &last.applied);
        let planned = self.plan_for(&wanted, before.as_ref(), applied, now);
        let planned = match planned.await? {
            Ok(planned) => planned,
            Err(Cannot::Wrong(problems)) => return Ok(Report::wrong(merged, &problems, lang)),
            Err(Cannot::Ask(why)) => return Ok(Report::closed(&why, lang)),
        };
        let mut report = Report::of(&planned, lang);
        if planned.plan.needs_confirmation() {
            let hash = confirmed_hash(&planned, &pull.head.sha);
            let by = self.confirmed_by(pull.number, &hash, now).await?;
            report.guarded(&planned, &hash, by.as_ref().map(|by| by.as_str()));
        }
        Ok(report)
    }

    /// Says something in a check on a commit, of this name and about this, unless it is what the last
    /// one there says. One that is under way goes on.
    pub(super) async fn check(
        &self,
        commit: &Sha,
        (name, about): (&str, &str),
        last: Option<&CheckFound>,
        report: &Report,
        now: Timestamp,
    ) -> Done<()> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let mut check = report.check(name);
        // What it says is part of what it is about: what says the same is the same.
        check.external_id = format!("{about}:{}", digest(&check));
        if last.is_some_and(|last| last.external_id == check.external_id) {
            return Ok(());
        }
        let mut calls = report.annotations().chunks(ANNOTATIONS_AT_ONCE);
        let first = calls.next().unwrap_or_default();
        let under_way = last.filter(|last| last.conclusion.is_none());
        let id = match under_way {
            Some(last) => {
                let changed = github.update_check(repo, last.id, &check, first).await;
                self.asked(changed, now)?;
                last.id
            }
            None => {
                let made = github.create_check(repo, commit, &check, first).await;
                self.asked(made, now)?
            }
        };
        for more in calls {
            // All problems stand in the summary too, so a remark that is lost costs little; said
            // again it would stand there twice.
            let added = github.update_check(repo, id, &check, more).await;
            self.asked(added, now)?;
        }
        Ok(())
    }
}

/// What somebody types to confirm it: another push is another commit, and voids it.
pub(super) fn confirmed_hash(planned: &Planned, head: &Sha) -> String {
    let whole = format!("{}:{head}", planned.plan.hash());
    short(&whole)
}

fn digest(check: &Check) -> String {
    short(&format!(
        "{:?}:{}:{}",
        check.conclusion, check.title, check.summary
    ))
}
