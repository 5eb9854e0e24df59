//! One action of a plan as one call, and the answers of Slack and GitHub as the core has them.

use crate::github::{GitHub, GitHubError, TeamMembers};
use crate::id::{GroupId, Login};
use crate::slack::{self, GroupEdit, Method, Refusal, Slack, SlackError};
use crate::teams::{Account, Action, Crew, Group};

/// A group as the core knows it.
pub fn group(group: slack::Group) -> Group {
    let disabled = !group.is_enabled();
    Group {
        id: GroupId::new(group.id),
        handle: group.handle,
        name: group.name,
        description: group.description,
        members: group.users,
        channels: group.channels,
        disabled,
        elsewhere: group.auto_type.is_some_and(|it| !it.is_empty()) || group.is_external,
        cut: false,
        touched: group.updated_by.zip(group.updated),
    }
}

/// Somebody as the core knows them.
pub fn account(user: slack::User) -> Account {
    Account {
        display_name: user.name,
        id: user.id,
        username: user.username,
        email: user.email,
        real_name: user.real_name,
        is_gone: user.is_gone,
        is_bot: user.is_bot,
        is_guest: user.is_guest,
    }
}

/// A GitHub team as the core knows it: logins in small letters.
pub fn crew(team: TeamMembers) -> Crew {
    let small = |all: Vec<Login>| {
        let all = all.into_iter();
        all.map(|login| Login::from(login.as_str().to_lowercase()))
            .collect()
    };
    Crew {
        members: small(team.members),
        below: small(team.below),
        invited: small(team.invited),
    }
}

/// Which call to Slack an action is; `None` where it is one to GitHub.
pub fn method(action: &Action) -> Option<Method> {
    match action {
        Action::Enable { .. } => Some(Method::EnableGroup),
        Action::Create { .. } => Some(Method::CreateGroup),
        Action::Change { .. } => Some(Method::UpdateGroup),
        Action::Members { .. } => Some(Method::SetGroupMembers),
        Action::Disable { .. } => Some(Method::DisableGroup),
        Action::Join { .. } | Action::Leave { .. } | Action::Look { .. } => None,
    }
}

/// Makes the call to GitHub that an action is, to a team of this organisation; what is Slack's is done
/// by [`call`].
///
/// # Errors
/// GitHub's. All of it may be repeated.
pub async fn call_github(github: &GitHub, org: &str, action: &Action) -> Result<(), GitHubError> {
    match action {
        Action::Join { slug, login, .. } => github.join_team(org, slug, login).await,
        Action::Leave { slug, login, .. } => github.leave_team(org, slug, login).await,
        Action::Look { slug, .. } => github.team_members(org, slug).await.map(drop),
        _ => Ok(()),
    }
}

/// Makes the call. `group` is which group it is; for what is to be made it is not looked at. Gives
/// the group that was made.
///
/// # Errors
/// Slack's. What may have happened shows when Slack is looked at again.
pub async fn call(
    slack: &Slack,
    action: &Action,
    group: Option<&GroupId>,
) -> Result<Option<GroupId>, SlackError> {
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
        Action::Change { changes, .. } => {
            let edit = GroupEdit {
                name: changes.name.as_ref().map(|(_, to)| to.as_str()),
                handle: changes.handle.as_ref().map(|(_, to)| to.as_str()),
                description: changes.description.as_ref().map(|(_, to)| to.as_str()),
                channels: changes.channels.as_ref().map(|(_, to)| to.as_slice()),
            };
            slack.update_group(id, &edit).await
        }
        Action::Join { .. } | Action::Leave { .. } | Action::Look { .. } => return Ok(None),
    };
    match done {
        Ok(group) if matches!(action, Action::Create { .. }) => Ok(Some(GroupId::new(group.id))),
        Ok(_) | Err(SlackError::Refused(Refusal::AlreadyDone(_))) => Ok(None),
        Err(error) => Err(error),
    }
}
