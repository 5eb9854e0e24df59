//! User groups: what there are, who is in them, and how they are changed.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{Slack, lenient, seconds, sensible};
use crate::id::{ChannelId, SlackUserId};
use crate::secret::Secret;
use crate::slack::{Method, SlackError};

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Group {
    /// Its id, `S…`.
    pub id: String,
    /// What it is called by: `sss-team` of `@sss-team`.
    #[serde(default, deserialize_with = "lenient")]
    pub handle: String,
    /// Its name for people.
    #[serde(default, deserialize_with = "lenient")]
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "lenient")]
    pub description: String,
    /// When it was disabled, in seconds since 1970; 0 where it is not. It keeps its handle.
    #[serde(default, rename = "date_delete", deserialize_with = "lenient")]
    pub disabled: i64,
    /// `admins`, `owners`: a group that Slack keeps by itself.
    #[serde(default, deserialize_with = "lenient")]
    pub auto_type: Option<String>,
    /// It belongs to another organisation.
    #[serde(default, deserialize_with = "lenient")]
    pub is_external: bool,
    /// Who is in it, in Slack's own order; empty where they were not asked for.
    #[serde(default, deserialize_with = "lenient")]
    pub users: Vec<SlackUserId>,
    /// The channels that its members are put into.
    #[serde(default, rename = "prefs", deserialize_with = "defaults")]
    pub channels: Vec<ChannelId>,
    /// When it was changed last.
    #[serde(default, rename = "date_update", deserialize_with = "seconds")]
    pub updated: Option<Timestamp>,
    /// By whom.
    #[serde(default, deserialize_with = "lenient")]
    pub updated_by: Option<SlackUserId>,
}

impl Group {
    /// Whether it can be mentioned.
    pub fn is_enabled(&self) -> bool {
        self.disabled == 0
    }
}

/// What is to be changed of a group; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GroupEdit<'a> {
    /// Its name for people; unique among groups.
    pub name: Option<&'a str>,
    /// What it is called by; unique among channels, people and groups.
    pub handle: Option<&'a str>,
    /// What it is for.
    pub description: Option<&'a str>,
    /// The channels that its members are put into: all of them, or none at all.
    pub channels: Option<&'a [ChannelId]>,
}

/// `{"channels": [], "groups": []}`; the second are private channels.
fn defaults<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ChannelId>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let lists = ["channels", "groups"].into_iter();
    let all = lists.filter_map(|list| value[list].as_array()).flatten();
    let ids = all.filter_map(Value::as_str).map(ChannelId::from);
    Ok(ids.collect())
}

#[derive(Deserialize)]
struct All {
    #[serde(default)]
    usergroups: Vec<Value>,
    #[serde(default)]
    users: Vec<Value>,
}

#[derive(Deserialize)]
struct One {
    usergroup: Group,
}

impl GroupEdit<'_> {
    fn arguments(&self) -> Value {
        json!({
            "name": self.name,
            "handle": self.handle,
            "description": self.description,
            "channels": self.channels.map(|all| listed(all.iter().map(ChannelId::as_str))),
        })
    }
}

/// Ids as Slack takes them, in JSON too.
fn listed<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    ids.collect::<Vec<_>>().join(",")
}

impl Slack {
    /// The same client, with a token of its own for changing user groups: that of an admin, where
    /// only admins may change them. Nothing else is done with it.
    #[must_use]
    pub fn managing_groups_with(mut self, token: Option<Secret>) -> Self {
        self.groups_token = token;
        self
    }

    /// `usergroups.list`: all groups, the disabled too; it knows no pages. Who is in them is not
    /// asked for.
    ///
    /// # Errors
    /// [`crate::slack::Refusal::NotInPlan`] where the workspace has no groups.
    pub async fn groups(&self) -> Result<Vec<Group>, SlackError> {
        let arguments = json!({"include_disabled": true});
        let all: All = self.call(Method::Groups, arguments).await?;
        Ok(sensible(all.usergroups))
    }

    /// `usergroups.list`: all groups, the disabled too, with who is in them.
    ///
    /// # Errors
    /// As [`Slack::groups`].
    pub async fn groups_with_members(&self) -> Result<Vec<Group>, SlackError> {
        let arguments = json!({"include_disabled": true, "include_users": true});
        let all: All = self.call(Method::Groups, arguments).await?;
        Ok(sensible(all.usergroups))
    }

    /// `usergroups.users.list`: who is in a group.
    ///
    /// # Errors
    /// [`crate::slack::Refusal::UserNotFound`] (`no_such_subteam`) where there is no such group.
    pub async fn group_members(&self, group: &str) -> Result<Vec<SlackUserId>, SlackError> {
        let arguments = json!({"usergroup": group, "include_disabled": true});
        let all: All = self.call(Method::GroupMembers, arguments).await?;
        Ok(sensible(all.users))
    }

    /// `usergroups.create`: makes a group, enabled, with nobody in it. It needs a name.
    ///
    /// # Errors
    /// `name_already_exists`, `handle_already_exists`, also where the other is disabled;
    /// [`crate::slack::Refusal::Forbidden`] where only admins may.
    pub async fn create_group(&self, edit: &GroupEdit<'_>) -> Result<Group, SlackError> {
        let made: One = self.call(Method::CreateGroup, edit.arguments()).await?;
        Ok(made.usergroup)
    }

    /// `usergroups.update`: changes what a group is called, or is for. It may be repeated.
    ///
    /// # Errors
    /// As [`Slack::create_group`].
    pub async fn update_group(
        &self,
        group: &str,
        edit: &GroupEdit<'_>,
    ) -> Result<Group, SlackError> {
        let mut arguments = edit.arguments();
        arguments["usergroup"] = group.into();
        let changed: One = self.call(Method::UpdateGroup, arguments).await?;
        Ok(changed.usergroup)
    }

    /// `usergroups.enable`: lets a group be mentioned again.
    ///
    /// # Errors
    /// [`crate::slack::Refusal::AlreadyDone`] where it can be.
    pub async fn enable_group(&self, group: &str) -> Result<Group, SlackError> {
        let arguments = json!({"usergroup": group});
        let changed: One = self.call(Method::EnableGroup, arguments).await?;
        Ok(changed.usergroup)
    }

    /// `usergroups.disable`: a group cannot be mentioned any more; Slack deletes none.
    ///
    /// # Errors
    /// [`crate::slack::Refusal::AlreadyDone`] where it cannot.
    pub async fn disable_group(&self, group: &str) -> Result<Group, SlackError> {
        let arguments = json!({"usergroup": group});
        let changed: One = self.call(Method::DisableGroup, arguments).await?;
        Ok(changed.usergroup)
    }

    /// `usergroups.users.update`: just these people are in a group from now on. It may be repeated.
    ///
    /// # Errors
    /// `no_users_provided` for nobody, `invalid_users` where one of them is a guest, a bot, or has
    /// left.
    pub async fn set_group_members(
        &self,
        group: &str,
        users: &[SlackUserId],
    ) -> Result<Group, SlackError> {
        let users = listed(users.iter().map(SlackUserId::as_str));
        let arguments = json!({"usergroup": group, "users": users});
        let changed: One = self.call(Method::SetGroupMembers, arguments).await?;
        Ok(changed.usergroup)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_field_costs_that_field() {
        let group: Group = serde_json::from_value(json!({
            "id": "S1", "handle": "first", "date_delete": null, "users": "none", "auto_type": null,
            "prefs": {"channels": ["C1"], "groups": ["G1", 3]}, "updated_by": "U1",
        }))
        .unwrap();
        assert!(group.is_enabled());
        assert_eq!(group.channels, ["C1".into(), "G1".into()]);
        assert_eq!(group.users, []);
        assert_eq!(group.updated_by, Some("U1".into()));
    }
}
