//! How the postmortem's pull request and the issues of its actions stand: told by webhooks, and
//! looked at once an hour for what no webhook told.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Case;
use super::follow_up::{listed, state_of};
use super::postmortem::stands;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::engine::lookups::is_silence;
use crate::github::GitHubError;
use crate::id::DoneKey;
use crate::incident::{Action, Entry, Incident, Pull, PullState};

/// How often a look is taken unasked.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How soon after a webhook: what is read at once may not show yet what the webhook told.
const SETTLES: SignedDuration = SignedDuration::from_secs(2);

impl Engine {
    /// Notes that a delivery tells of a postmortem's pull request, or of the issue of something that
    /// is to be done.
    pub(in crate::engine) fn notice_aftermath(&self, kind: &str, payload: &Value, now: Timestamp) {
        let subject = match kind {
            "pull_request" => &payload["pull_request"],
            "issues" => &payload["issue"],
            _ => return,
        };
        let number = subject["number"].as_u64();
        let repo = payload
            .pointer("/repository/full_name")
            .and_then(Value::as_str);
        let (Some(number), Some(repo)) = (number, repo) else {
            return;
        };
        let here = self.0.parts.settings.postmortem_repo.as_str() == repo;
        let about = |incident: &Incident| {
            let after = &incident.aftermath;
            let pull = after
                .pull
                .as_ref()
                .is_some_and(|pull| pull.number == number);
            let mut actions = after.actions().iter();
            (here && pull) || actions.any(|it| it.number == number && it.repo.as_str() == repo)
        };
        let mut cases = self.cases();
        let told: Vec<DoneKey> = cases
            .all
            .iter()
            .filter(|(_, case)| about(&case.incident))
            .map(|(key, _)| key.clone())
            .collect();
        let due = now.saturating_add(SETTLES).unwrap_or(now);
        cases
            .to_look_at
            .extend(told.into_iter().map(|key| (key, due)));
        drop(cases);
        self.0.tended.notify_one();
    }

    /// Looks at what is due. Gives when more is due that was told of.
    pub(super) async fn look_at_aftermaths(
        &self,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Trouble> {
        let due: Vec<DoneKey> = {
            let cases = self.cases();
            let due = |key: &&DoneKey| {
                let after = &cases.all[*key].incident.aftermath;
                let waits = after.is_open() || after.open_actions().next().is_some();
                match cases.to_look_at.get(*key) {
                    Some(at) => *at <= now,
                    None => waits,
                }
            };
            cases.all.keys().filter(due).cloned().collect()
        };
        for key in due {
            if self.github_rests_until().is_some() {
                break;
            }
            let Some(case) = self.case(&key) else {
                continue;
            };
            let told = self.cases().to_look_at.get(&key).copied();
            let entries = match self.stand(&case, now).await {
                Ok(entries) => entries,
                Err(error) if is_silence(&error) => break,
                Err(error) => {
                    tracing::warn!(incident = %key, %error, "its postmortem was not looked at");
                    Vec::new()
                }
            };
            self.learn(&key, &entries, now).await?;
            let mut cases = self.cases();
            // What was told meanwhile is looked at again.
            if cases.to_look_at.get(&key).copied() == told {
                let next = now.saturating_add(EVERY).unwrap_or(Timestamp::MAX);
                cases.to_look_at.insert(key, next);
            }
        }
        let mut cases = self.cases();
        let all = std::mem::take(&mut cases.to_look_at);
        let there = |(key, _): &(DoneKey, Timestamp)| cases.all.contains_key(key);
        let kept: std::collections::BTreeMap<_, _> = all.into_iter().filter(there).collect();
        // Only what was told of is worth waking up for.
        let soon = now.saturating_add(SETTLES).unwrap_or(now);
        let next = kept
            .values()
            .copied()
            .filter(|at| *at > now && *at <= soon)
            .min();
        cases.to_look_at = kept;
        Ok(next)
    }

    /// What of it stands otherwise than the record says.
    async fn stand(&self, case: &Case, now: Timestamp) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let (key, after) = (&case.incident.key, &case.incident.aftermath);
        let mut entries = Vec::new();
        if let Some(known) = after.pull.as_ref().filter(|_| !after.is_merged()) {
            let pull = self.lookup(github.pull(repo, known.number)).await?;
            let state = match (pull.merged_at, pull.state.as_str()) {
                (Some(_), _) => PullState::Merged,
                (None, "closed") => PullState::Closed,
                _ => PullState::Open,
            };
            if state != known.state {
                let now_is = Pull {
                    state,
                    ..known.clone()
                };
                entries.push(stands(key, now_is, now));
            }
        }
        let mut actions: Vec<Action> = after.actions().to_vec();
        for action in &mut actions {
            let told = github.issue_as_told(&action.repo, action.number);
            match self.lookup(told).await {
                Ok(told) => action.state = state_of(&told),
                // It moved, or was deleted: what the record says stays.
                Err(GitHubError::NotFound { .. } | GitHubError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if actions != after.actions() {
            entries.push(listed(key, actions, now));
        }
        Ok(entries)
    }
}
