//! Does to Slack what a plan says, one call after the other, at Slack's pace.

use jiff::Timestamp;

use super::apply::named;
use super::planned::Planned;
use super::{Done, Halt};
use crate::engine::{Engine, lock};
use crate::id::GroupId;
use crate::slack::{GroupEdit, Method, Refusal, SlackError};
use crate::teams::{Action, Changes};

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
        let method = match action {
            Action::Enable { .. } => Method::EnableGroup,
            Action::Create { .. } => Method::CreateGroup,
            Action::Change { .. } => Method::UpdateGroup,
            Action::Members { .. } => Method::SetGroupMembers,
            Action::Disable { .. } => Method::DisableGroup,
        };
        self.place_for(method, now)?;
        let slack = &self.0.parts.slack;
        let id = group.map_or("", |group| group.as_str());
        let done = match action {
            Action::Enable { .. } => slack.enable_group(id).await,
            Action::Disable { .. } => slack.disable_group(id).await,
            Action::Members { all, .. } => slack.set_group_members(id, all).await,
            Action::Create {
                name,
                handle,
                description,
                channels,
                ..
            } => {
                let edit = GroupEdit {
                    name: Some(name),
                    handle: handle.as_ref().map(|handle| handle.as_str()),
                    description: description.as_deref(),
                    channels: (!channels.is_empty()).then_some(channels.as_slice()),
                };
                slack.create_group(&edit).await
            }
            Action::Change { changes, .. } => slack.update_group(id, &edit(changes)).await,
        };
        match done {
            Ok(group) if matches!(action, Action::Create { .. }) => {
                Ok(Ok(Some(GroupId::new(group.id))))
            }
            Ok(_) | Err(SlackError::Refused(Refusal::AlreadyDone(_))) => Ok(Ok(None)),
            Err(SlackError::Refused(refusal)) => Ok(Err(why(&refusal))),
            // Whether it was done shows when it is looked at again.
            Err(error) => Err(Halt::Later(self.after(&error, method, now))),
        }
    }
}

fn edit(changes: &Changes) -> GroupEdit<'_> {
    GroupEdit {
        name: changes.name.as_ref().map(|(_, to)| to.as_str()),
        handle: changes.handle.as_ref().map(|(_, to)| to.as_str()),
        description: changes.description.as_ref().map(|(_, to)| to.as_str()),
        channels: changes.channels.as_ref().map(|(_, to)| to.as_slice()),
    }
}

/// Why not, for the log and the check.
fn why(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Forbidden(code) => format!("permission_denied ({code})"),
        refusal => refusal.to_string(),
    }
}
