//! Brings Slack to where the files of the default branch are: just what was reviewed, as far as that
//! may be now, and says on the commit how far it is.
//!
//! The last applied files are those of the newest commit whose check says so.

use jiff::{SignedDuration, Timestamp};

use super::drift::message;
use super::files::Files;
use super::hidden::{Applied, Reviewed, hidden};
use super::planned::{Cannot, Planned};
use super::report::{Report, short};
use super::{APPLY, Done, Halt, Job, REVIEW};
use crate::engine::cases::{Line, other_channel};
use crate::engine::{Engine, lock};
use crate::github::{GitHubError, Pull};
use crate::id::{DoneKey, Sha};
use crate::slack::form::{Panel, Piece};
use crate::teams::{Action, Losses, Spec};

/// Under which key it is kept which commit was applied last. It can be had again from the checks.
const APPLIED: &str = "teams:applied";
/// How many commits are looked through for that.
const LOOKED_THROUGH: usize = 60;
/// How often to look whether what was held back may be done.
const HELD: SignedDuration = SignedDuration::from_mins(5);
/// How long after changes it is looked whether Slack shows them all.
const SHOWS: SignedDuration = SignedDuration::from_secs(2);

/// The last applied commit.
pub(super) struct Last {
    pub(super) commit: Sha,
    pub(super) applied: Applied,
}

/// What may be done of a plan now.
#[derive(Default)]
pub(super) struct Sorted {
    /// This.
    pub(super) go: Vec<Action>,
    /// This waits for the end of an incident.
    pub(super) held: Vec<Action>,
    /// This was refused, for these reasons.
    pub(super) refused: Vec<(Action, String)>,
}

impl Engine {
    /// The commit whose files were applied last; `None` where none ever was.
    pub(super) async fn last_applied(&self, now: Timestamp) -> Done<Option<Last>> {
        let store = &self.0.parts.store;
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        if let Some(known) = store.cached(APPLIED, now).await? {
            if known.is_empty() {
                return Ok(None);
            }
            if let Some(last) = self.applied_at(&Sha::from(known.as_str()), now).await? {
                return Ok(Some(last));
            }
        }
        let commits = github.newest_commits(repo).await;
        for commit in self.asked(commits, now)?.into_iter().take(LOOKED_THROUGH) {
            if let Some(last) = self.applied_at(&commit, now).await? {
                let key = commit.as_str();
                store.cache(APPLIED, key, Timestamp::MAX).await?;
                return Ok(Some(last));
            }
        }
        store.cache(APPLIED, "", Timestamp::MAX).await?;
        Ok(None)
    }

    async fn applied_at(&self, commit: &Sha, now: Timestamp) -> Done<Option<Last>> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let checks = github.checks_named(repo, commit, APPLY).await;
        let checks = self.asked(checks, now)?;
        let good = checks.into_iter().rev();
        let good = good.filter(|it| it.conclusion.as_deref() == Some("success"));
        Ok(good
            .map(|check| Last {
                commit: commit.clone(),
                applied: hidden(&check.summary).unwrap_or_default(),
            })
            .next())
    }

    /// Brings Slack to where the files are; where it was there, compares the two.
    pub(super) async fn apply_teams(&self, now: Timestamp) -> Done<()> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let head = match github.newest_commit(repo).await {
            // No repository, or it was taken from the App: there is nothing to go by.
            Err(GitHubError::NotFound { .. }) => return Ok(()),
            head => self.asked(head, now)?,
        };
        let Some(head) = head else {
            return Ok(());
        };
        // Most organisations have no teams: nothing is looked for then, once for each commit.
        if lock(&self.0.team_definitions.nothing_at).as_ref() == Some(&head) {
            return Ok(());
        }
        let files = self.team_files(&head, now).await?;
        let known = self.0.parts.store.cached(APPLIED, now).await?;
        if files.is_empty() && known.is_none_or(|known| known.is_empty()) {
            *lock(&self.0.team_definitions.nothing_at) = Some(head);
            return Ok(());
        }
        let last = self.last_applied(now).await?;
        let before = match &last {
            Some(last) if last.commit == head => files.clone(),
            Some(last) => self.team_files(&last.commit, now).await?,
            None => Files::new(),
        };
        let wanted = match self.spec(&files) {
            Ok(wanted) => wanted,
            Err(problems) => {
                let report = Report::stopped_wrong(&files, &problems, self.lang());
                return self.say_on_commit(&head, &report, now).await;
            }
        };
        // Only people, so far: nothing was ever to be applied.
        if wanted.teams.is_empty() && last.is_none() {
            return Ok(());
        }
        if let Some(last) = last.as_ref().filter(|_| before == files) {
            return self.compare_with_slack(&head, last, &wanted, now).await;
        }
        let none = Applied::default();
        let applied = last.as_ref().map_or(&none, |last| &last.applied);
        // What was applied could be read once.
        let before = last.as_ref().and_then(|_| self.spec(&before).ok());
        let planned = self
            .plan_for(&wanted, before.as_ref(), applied, now)
            .await?;
        let planned = match planned {
            Ok(planned) => planned,
            Err(Cannot::Wrong(problems)) => {
                let report = Report::stopped_wrong(&files, &problems, self.lang());
                return self.say_on_commit(&head, &report, now).await;
            }
            Err(Cannot::Ask(why)) => {
                let report = Report::closed(&why, self.lang());
                return self.say_on_commit(&head, &report, now).await;
            }
        };
        self.apply_plan(&head, last.as_ref(), &wanted, planned, now)
            .await
    }

    async fn apply_plan(
        &self,
        head: &Sha,
        last: Option<&Last>,
        wanted: &Spec,
        mut planned: Planned,
        now: Timestamp,
    ) -> Done<()> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let checks = github.checks_named(repo, head, APPLY).await;
        let checks = self.asked(checks, now)?;
        // What was begun on this commit goes on; what there was to do in the beginning stands there.
        let begun = checks.last().filter(|it| it.conclusion.is_none());
        let begun: Option<Applied> = begun.map(|check| hidden(&check.summary).unwrap_or_default());
        let losses = planned.plan.losses();
        // Who came by hand while it was under way was in nobody's review.
        if let Some(meant) = begun.as_ref().and_then(|record| record.losses.as_ref()) {
            planned.plan.spare(&losses.beyond(meant));
        }
        if !losses.is_none() && begun.is_none() {
            let reviewed = self.reviewed_until(head, last, now).await?;
            let more = losses.beyond(&reviewed.losses);
            let hash = short(&format!("{}:{head}", planned.plan.hash()));
            if !more.is_none() && !self.confirmed_after(&reviewed.pulls, &hash, now).await? {
                let report = Report::stopped_more(&planned, &more, &hash, self.lang());
                for pull in &reviewed.pulls {
                    self.waits_for_somebody(*pull, true).await?;
                }
                return self.say_on_commit(head, &report, now).await;
            }
        }
        let lang = self.lang();
        let sorted = self.sorted(&planned);
        let nothing_to_do = planned.plan.is_empty();
        // Where nothing more can be done, what was done and what was not stays said as it was.
        let ended = match nothing_to_do {
            true => "success",
            false => "failure",
        };
        let said = checks.last().filter(|_| sorted.go.is_empty());
        let said = said.filter(|it| it.conclusion.as_deref() == Some(ended));
        let said: Option<Applied> = said.and_then(|check| hidden(&check.summary));
        let mut record = begun.clone().or(said).unwrap_or_else(|| {
            let lines = planned.lines_one_by_one(&planned.plan.actions, lang);
            let github = planned.plan.reaches_github();
            let mut record = Applied {
                github,
                ..Applied::of(lines)
            };
            record.takes(losses);
            record
        });
        if begun.is_none() && !sorted.go.is_empty() {
            let report = Report::working(&record, lang);
            self.say_on_commit(head, &report, now).await?;
        }
        let worked = !sorted.go.is_empty();
        self.perform_all(&planned, &sorted.go, now).await?;
        if worked {
            // Slack has the last word on what it is like now.
            return Err(Halt::Later(now.saturating_add(SHOWS).unwrap_or(now)));
        }
        self.see_to_loans(wanted, &planned, now).await?;
        record.bind(planned.bound());
        let held = planned.lines_one_by_one(&sorted.held, lang);
        let failed = planned.lines_with_reasons(&sorted.refused, lang);
        let report = if nothing_to_do {
            let both = wanted.teams.iter().any(|at| at.value.github.is_some());
            Report::applied(&record, both, lang)
        } else {
            Report::not_all(&record, &failed, &held, lang)
        };
        self.say_on_commit(head, &report, now).await?;
        if nothing_to_do {
            let store = &self.0.parts.store;
            store.cache(APPLIED, head.as_str(), Timestamp::MAX).await?;
            self.plan_next_change(wanted, now).await?;
            // What was asked about may be over with it; before there were files nothing was.
            if last.is_some() {
                self.want_job(Job::Slack, "compare", "", now).await?;
            }
        } else if !sorted.held.is_empty() {
            // Others shall not wait for that.
            let at = now.saturating_add(HELD).unwrap_or(Timestamp::MAX);
            let key = format!("held:{}", at.as_second());
            self.want_job(Job::Slack, &key, "", at).await?;
        }
        Ok(())
    }

    /// Has the files looked at again when a time comes that they name.
    pub(super) async fn plan_next_change(&self, wanted: &Spec, now: Timestamp) -> Done<()> {
        if let Some(at) = wanted.next_change(now) {
            let key = format!("due:{}", at.as_second());
            self.want_job(Job::Slack, &key, "", at).await?;
        }
        Ok(())
    }

    /// What of a plan may be done now. Nobody is taken out of a team whose service has an incident,
    /// and no such team goes.
    pub(super) fn sorted(&self, planned: &Planned) -> Sorted {
        let open = self.services_with_incidents();
        let refused = lock(&self.0.team_definitions.refused).clone();
        let mut sorted = Sorted::default();
        for action in &planned.plan.actions {
            let mut services = planned.services_of(action.team());
            if action.takes() && services.any(|service| open.contains(service)) {
                sorted.held.push(action.clone());
            } else if let Some(why) = refused.get(&named(action)) {
                sorted.refused.push((action.clone(), why.clone()));
            } else {
                sorted.go.push(action.clone());
            }
        }
        sorted
    }

    /// What was reviewed of what was merged since the last applied commit.
    async fn reviewed_until(
        &self,
        head: &Sha,
        last: Option<&Last>,
        now: Timestamp,
    ) -> Done<ReviewedPulls> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let commits = github.newest_commits(repo).await;
        let mut commits = self.asked(commits, now)?;
        if !commits.contains(head) {
            commits.insert(0, head.clone());
        }
        let mut all = ReviewedPulls::default();
        for commit in commits.into_iter().take(LOOKED_THROUGH) {
            if last.is_some_and(|last| last.commit == commit) {
                break;
            }
            let pulls = github.pulls_for_commit(repo, &commit).await;
            for pull in self.asked(pulls, now)?.items {
                if pull.merged_at.is_none() || all.pulls.contains(&pull.number) {
                    continue;
                }
                all.pulls.push(pull.number);
                let checks = github.checks_named(repo, &pull.head.sha, REVIEW).await;
                let checks = self.asked(checks, now)?;
                // Whoever merges what waits for a confirmation has not confirmed it.
                let good = checks.last();
                let good = good.filter(|it| it.conclusion.as_deref() == Some("success"));
                let reviewed: Option<Reviewed> = good.and_then(|it| hidden(&it.summary));
                if let Some(reviewed) = reviewed {
                    all.losses.join(reviewed.losses);
                }
            }
        }
        Ok(all)
    }

    /// Whether somebody has confirmed it after the merge.
    async fn confirmed_after(&self, pulls: &[u64], hash: &str, now: Timestamp) -> Done<bool> {
        for pull in pulls {
            if self.confirmed_by(*pull, hash, now).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Follows what people ask for in the comments of a pull request that is merged.
    pub(super) async fn hear_after_merge(&self, pull: &Pull, now: Timestamp) -> Done<()> {
        if pull.merged_at.is_none() {
            return Ok(());
        }
        let mut again = false;
        for said in self.asked_in(pull.number, now).await? {
            if pull.merged_at.is_some_and(|merged| said.at < merged) {
                continue;
            }
            let key = format!("teams:heard:{}:{}", said.id, said.at.as_second());
            if self.0.parts.store.cached(&key, now).await?.is_some() {
                continue;
            }
            if self.may_write(&said.by, now).await? {
                let job = match said.asked {
                    super::comments::Asked::Retry => "retry",
                    super::comments::Asked::Confirm(_) => "apply",
                };
                self.want_job(Job::Slack, job, "", now).await?;
                again = true;
            }
            let until = now.saturating_add(SignedDuration::from_hours(24 * 30));
            let until = until.unwrap_or(Timestamp::MAX);
            self.0.parts.store.cache(&key, "", until).await?;
        }
        if again {
            tracing::info!(pull = pull.number, "team definitions are applied again");
        }
        Ok(())
    }

    /// Says on a commit how far it is; once.
    pub(super) async fn say_on_commit(
        &self,
        commit: &Sha,
        report: &Report,
        now: Timestamp,
    ) -> Done<()> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let checks = github.checks_named(repo, commit, APPLY).await;
        let checks = self.asked(checks, now)?;
        self.check(commit, (APPLY, "apply"), checks.last(), report, now)
            .await?;
        self.tell_applied(commit, report, now).await
    }

    /// Says in the channel for team definitions what came of a commit, where the playbook names one.
    async fn tell_applied(&self, commit: &Sha, report: &Report, now: Timestamp) -> Done<()> {
        let channel = self.rules().playbook.teams.channel.clone();
        let (Some(channel), Some(text)) = (channel, report.news()) else {
            return Ok(());
        };
        let spoken = self.rendered(Panel {
            headline: vec![Piece::Text(text.clone())],
            parts: Vec::new(),
        });
        let key = format!("applied:{commit}:{}", short(&text));
        let doc = Line::for_all(spoken).to_row();
        let said = message(&other_channel(&channel), DoneKey::new(key), doc, 1, now);
        Ok(self.want_all(vec![said]).await?)
    }
}

/// What was reviewed in which pull requests.
#[derive(Default)]
struct ReviewedPulls {
    losses: Losses,
    pulls: Vec<u64>,
}

/// What an action is remembered by.
pub(super) fn named(action: &Action) -> String {
    short(&format!("{action:?}"))
}
