//! What people do to user groups in the client, and what the workspace lets them do.

use jiff::Timestamp;

use super::api::{change_group, check_group, may_manage};
use super::events;
use super::refusal::{Refusal, refuse};
use super::state::Group;
use super::world::SlackWorld;
use crate::id::SlackUserId;

/// What somebody changes of a user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupChange {
    /// These come in.
    Add(Vec<SlackUserId>),
    /// These go out.
    Remove(Vec<SlackUserId>),
    /// It is mentioned by another handle.
    Handle(String),
    /// It is called otherwise.
    Name(String),
    /// It cannot be mentioned any more.
    Disable,
    /// It can be mentioned again.
    Enable,
}

impl GroupChange {
    fn make(&self, group: &mut Group, by: &SlackUserId, now: Timestamp) {
        match self {
            Self::Add(more) => {
                group.users.extend(more.iter().cloned());
                group.users.sort();
                group.users.dedup();
            }
            Self::Remove(gone) => group.users.retain(|user| !gone.contains(user)),
            Self::Handle(handle) => group.handle.clone_from(handle),
            Self::Name(name) => group.name.clone_from(name),
            Self::Disable => {
                group.disabled = now.as_second();
                group.deleted_by = Some(by.clone());
            }
            Self::Enable => {
                group.disabled = 0;
                group.deleted_by = None;
            }
        }
    }
}

impl SlackWorld {
    /// Makes a user group, enabled, with members. Gives its id.
    pub fn add_group(
        &self,
        name: &str,
        handle: &str,
        users: &[SlackUserId],
        auto_type: Option<&str>,
    ) -> String {
        self.change(|state, now| {
            let by = users.first().unwrap_or(&state.bot).clone();
            let group = Group {
                id: state.id("S"),
                name: name.to_owned(),
                handle: handle.to_owned(),
                description: String::new(),
                channels: Vec::new(),
                users: users.to_vec(),
                created: now.as_second(),
                updated: now.as_second(),
                disabled: 0,
                auto_type: auto_type.map(str::to_owned),
                created_by: by.clone(),
                updated_by: by,
                deleted_by: None,
                by_app: 0,
                by_hand: Vec::new(),
            };
            state.groups.insert(group.id.clone(), group.clone());
            events::group(state, "subteam_created", &group, now);
            group.id
        })
    }

    /// The user group with this handle, a disabled one too.
    pub fn group_with_handle(&self, handle: &str) -> Option<String> {
        self.look(|state| {
            let mut all = state.groups.values();
            let found = all.find(|group| group.handle == handle);
            found.map(|group| group.id.clone())
        })
    }

    /// Somebody changes a group's members in the client.
    pub fn set_group_users(&self, id: &str, users: &[SlackUserId]) {
        self.change(|state, now| {
            let by = users.first().unwrap_or(&state.bot).clone();
            change_group(state, id, &by, now, |group| group.users = users.to_vec());
        });
    }

    /// Somebody changes a group in the client, where they may.
    ///
    /// # Errors
    /// `permission_denied`, `no_such_subteam`, `plan_upgrade_required`, `handle_already_exists`,
    /// `no_users_provided` where nobody would be left.
    pub fn change_group(
        &self,
        id: &str,
        by: &SlackUserId,
        change: &GroupChange,
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            may_manage(state, by)?;
            let Some(group) = state.groups.get(id) else {
                return refuse("no_such_subteam");
            };
            if group.auto_type.is_some() {
                return refuse("permission_denied");
            }
            match change {
                GroupChange::Handle(handle) => {
                    check_group(state, Some(id), None, Some(handle), None)?;
                }
                GroupChange::Name(name) => check_group(state, Some(id), Some(name), None, None)?,
                GroupChange::Remove(gone) if group.users.iter().all(|it| gone.contains(it)) => {
                    return refuse("no_users_provided");
                }
                _ => {}
            }
            change_group(state, id, by, now, |group| {
                group.by_hand.push(change.clone());
                change.make(group, by, now);
            });
            Ok(())
        })
    }

    /// Somebody leaves the workspace: their account is deactivated, and they are in no group and
    /// no channel any more.
    pub fn deactivate(&self, who: &SlackUserId) {
        self.change(|state, now| {
            if let Some(user) = state.users.get_mut(who) {
                user.deleted = true;
            }
            let theirs = state.groups.values();
            let theirs = theirs.filter(|group| group.users.contains(who));
            let theirs: Vec<String> = theirs.map(|group| group.id.clone()).collect();
            for id in theirs {
                change_group(state, &id, who, now, |group| {
                    group.users.retain(|user| user != who);
                });
            }
            for channel in state.channels.values_mut() {
                channel.members.retain(|member| member != who);
            }
        });
    }

    /// Whether only admins may manage user groups from now on.
    pub fn set_groups_by_admins_only(&self, only: bool) {
        self.change(|state, _| state.settings.groups_by_admins_only = only);
    }

    /// Whether the workspace pays from now on: without, there are no user groups.
    pub fn set_paid(&self, paid: bool) {
        self.change(|state, _| state.settings.paid = paid);
    }

    /// Whether channel names may have letters that are not ASCII from now on.
    pub fn set_japanese_names(&self, taken: bool) {
        self.change(|state, _| state.settings.japanese_names = taken);
    }

    /// Lets the app have the token of somebody, who comes to be an admin by that.
    pub fn give_token(&self, token: &str, of: &SlackUserId) {
        self.change(|state, _| {
            if let Some(user) = state.users.get_mut(of) {
                user.admin = true;
            }
            let tokens = &mut state.settings.user_tokens;
            tokens.retain(|(known, _)| known != token);
            tokens.push((token.to_owned(), of.clone()));
        });
    }

    /// The tokens of people that the app was given.
    pub fn user_tokens(&self) -> Vec<String> {
        self.look(|state| {
            let tokens = state.settings.user_tokens.iter();
            tokens.map(|(token, _)| token.clone()).collect()
        })
    }
}
