//! Does what a plan says, one call after the other, at the pace of Slack and GitHub.

use jiff::{SignedDuration, Timestamp};

use super::apply::named;
use super::planned::Planned;
use super::{Done, Halt, hands};
use crate::engine::{Engine, lock};
use crate::github::GitHubError;
use crate::id::{GroupId, TeamSlug};
use crate::slack::{Refusal, SlackError};
use crate::teams::Action;

/// How many changes of GitHub teams are made in a minute, as of Slack's groups: GitHub closes out
/// whoever changes much at once.
const A_MINUTE: usize = 20;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// A refusal.
pub(super) struct No {
    /// In GitHub's or Slack's words.
    pub(super) why: String,
    /// Whether nothing else of the same place would go better.
    of_all: bool,
}

/// What an action is done to: a team's group, or its GitHub team.
type Place<'a> = (&'a str, Option<&'a TeamSlug>);

fn place(action: &Action) -> Place<'_> {
    (action.team(), action.github())
}

impl Engine {
    /// Does these, in order. What Slack refuses stops nothing else but what is done to the same group,
    /// and what GitHub refuses at most what is done to the same GitHub team; it is remembered as
    /// refused.
    ///
    /// # Errors
    /// When to go on, where one of them says to wait or says nothing. What then was done shows there.
    pub(super) async fn perform_all(
        &self,
        planned: &Planned,
        actions: &[Action],
        now: Timestamp,
    ) -> Done<()> {
        let mut made: Vec<(String, GroupId)> = Vec::new();
        let mut stopped: Vec<Place<'_>> = Vec::new();
        let mut on_github = 0;
        for action in actions {
            let place = place(action);
            if stopped.contains(&place) {
                continue;
            }
            if action.github().is_some() {
                if on_github >= A_MINUTE {
                    return Err(Halt::Later(now.saturating_add(MINUTE).unwrap_or(now)));
                }
                on_github += 1;
                if let Err(no) = self.perform_on_github(action, now).await? {
                    tracing::error!(team = action.team(), why = %no.why, "GitHub refuses a change of a team");
                    if no.of_all {
                        stopped.push(place);
                    }
                    self.refused(planned, action, no);
                }
                continue;
            }
            let group = match action.group() {
                Some(group) => Some(group.clone()),
                None => {
                    let mut made = made.iter();
                    let found = made.find(|(team, _)| team == action.team());
                    found.map(|(_, id)| id.clone())
                }
            };
            // Its group is not made yet: the next plan knows more.
            if group.is_none() && !matches!(action, Action::Create { .. }) {
                continue;
            }
            match self.perform(action, group.as_ref(), now).await? {
                Ok(new) => made.extend(new.map(|id| (action.team().to_owned(), id))),
                Err(why) => {
                    tracing::error!(team = action.team(), %why, "Slack refuses a change of a user group");
                    stopped.push(place);
                    self.refused(planned, action, No { why, of_all: true });
                }
            }
        }
        Ok(())
    }

    /// Remembers that this was refused; where that holds for all of its place, what follows there is
    /// not done either, for the same reason.
    fn refused(&self, planned: &Planned, action: &Action, no: No) {
        let mut refused = lock(&self.0.team_definitions.refused);
        refused.insert(named(action), no.why.clone());
        for other in planned.plan.actions.iter().filter(|_| no.of_all) {
            if place(other) == place(action) {
                refused
                    .entry(named(other))
                    .or_insert_with(|| no.why.clone());
            }
        }
    }

    /// One call to GitHub; or why it refuses.
    pub(super) async fn perform_on_github(
        &self,
        action: &Action,
        now: Timestamp,
    ) -> Done<Result<(), No>> {
        let github = &self.0.parts.github;
        let org = self.0.parts.settings.postmortem_repo.owner();
        let done = match hands::call_github(github, org, action).await {
            Err(GitHubError::Refused { status, message }) => {
                let why = format!("GitHub {status}: {message}");
                let of_all = status == 403;
                return Ok(Err(No { why, of_all }));
            }
            // The team was there a moment ago.
            Err(GitHubError::NotFound { .. }) => {
                let why = "GitHub 404: Not Found".to_owned();
                return Ok(Err(No { why, of_all: false }));
            }
            Err(GitHubError::Unreadable { why }) => return Ok(Err(No { why, of_all: true })),
            done => done,
        };
        self.asked(done, now).map(Ok)
    }

    /// One call. Gives the group that it has made, or why Slack refuses.
    async fn perform(
        &self,
        action: &Action,
        group: Option<&GroupId>,
        now: Timestamp,
    ) -> Done<Result<Option<GroupId>, String>> {
        let Some(method) = hands::method(action) else {
            return Ok(Ok(None));
        };
        self.place_for(method, now)?;
        match hands::call(&self.0.parts.slack, action, group).await {
            Ok(made) => Ok(Ok(made)),
            Err(SlackError::Refused(refusal)) => Ok(Err(why(&refusal))),
            // Whether it was done shows when it is looked at again.
            Err(error) => Err(Halt::Later(self.after(&error, method, now))),
        }
    }
}

/// Why not, for the log and the check.
pub(super) fn why(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Forbidden(code) => format!("permission_denied ({code})"),
        refusal => refusal.to_string(),
    }
}
