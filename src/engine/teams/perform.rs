//! Does to Slack what a plan says, one call after the other, at Slack's pace.

use jiff::Timestamp;

use super::apply::named;
use super::planned::Planned;
use super::{Done, Halt, hands};
use crate::engine::{Engine, lock};
use crate::id::GroupId;
use crate::slack::{Refusal, SlackError};
use crate::teams::Action;

impl Engine {
    /// Does these, in order. What Slack refuses stops nothing else but what is done to the same team;
    /// it is remembered as refused.
    ///
    /// # Errors
    /// When to go on, where Slack says to wait or says nothing. What then was done shows in Slack.
    pub(super) async fn perform_all(
        &self,
        planned: &Planned,
        actions: &[Action],
        now: Timestamp,
    ) -> Done<()> {
        let mut made: Vec<(String, GroupId)> = Vec::new();
        let mut stopped: Vec<&str> = Vec::new();
        for action in actions {
            if stopped.contains(&action.team()) {
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
                    stopped.push(action.team());
                    let mut refused = lock(&self.0.team_definitions.refused);
                    refused.insert(named(action), why);
                    // What follows for the same team is not done either, for the same reason.
                    for other in planned.plan.actions.iter() {
                        if other.team() == action.team() {
                            let why = refused[&named(action)].clone();
                            refused.entry(named(other)).or_insert(why);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// One call. Gives the group that it has made, or why Slack refuses.
    async fn perform(
        &self,
        action: &Action,
        group: Option<&GroupId>,
        now: Timestamp,
    ) -> Done<Result<Option<GroupId>, String>> {
        let method = hands::method(action);
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
