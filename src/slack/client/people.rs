//! People and groups of people.

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{Slack, lenient, sensible};
use crate::id::SlackUserId;
use crate::slack::{Method, Refusal, SlackError};

/// Somebody, or some bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: SlackUserId,
    /// What people call them: the display name, else the real name, else the account's.
    pub name: String,
    /// They have left, or were put out.
    pub is_gone: bool,
    /// A program, Slackbot too.
    pub is_bot: bool,
    /// A guest, who sees only the channels that they are in (`is_restricted`,
    /// `is_ultra_restricted`), or somebody of another organisation (`is_stranger`).
    pub is_guest: bool,
    /// An admin or owner of the workspace.
    pub is_admin: bool,
    /// Their time zone, `Asia/Tokyo`, where it is said.
    pub time_zone: Option<String>,
}

impl User {
    /// Whether this is a person of this workspace with all rights of a member.
    pub fn is_full_member(&self) -> bool {
        !(self.is_gone || self.is_bot || self.is_guest)
    }
}

impl<'de> Deserialize<'de> for User {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let id = value["id"].as_str().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| serde::de::Error::missing_field("id"))?;
        let is = |name: &str| value[name] == true;
        let profile = &value["profile"];
        let names = [
            &profile["display_name"],
            &profile["real_name"],
            &value["real_name"],
            &value["name"],
        ];
        let mut names = names.into_iter().filter_map(Value::as_str);
        Ok(Self {
            id: SlackUserId::from(id),
            name: names
                .find(|name| !name.trim().is_empty())
                .unwrap_or(id)
                .to_owned(),
            is_gone: is("deleted"),
            is_bot: is("is_bot") || id == "USLACKBOT",
            is_guest: is("is_restricted") || is("is_ultra_restricted") || is("is_stranger"),
            is_admin: is("is_admin") || is("is_owner"),
            time_zone: value["tz"].as_str().map(str::to_owned),
        })
    }
}

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Its id, `S…`.
    pub id: String,
    /// What it is called by: `sss-team` of `@sss-team`.
    #[serde(default, deserialize_with = "lenient")]
    pub handle: String,
    /// Its name for people.
    #[serde(default, deserialize_with = "lenient")]
    pub name: String,
    /// When it was disabled, in seconds since 1970; 0 where it is not. It keeps its handle.
    #[serde(default, rename = "date_delete", deserialize_with = "lenient")]
    pub disabled: i64,
}

#[derive(Deserialize)]
struct Asked {
    user: User,
}

#[derive(Deserialize)]
struct All {
    #[serde(default)]
    usergroups: Vec<Value>,
    #[serde(default)]
    users: Vec<Value>,
}

impl Slack {
    /// `users.info`: somebody as they are now.
    ///
    /// # Errors
    /// [`Refusal::UserNotFound`].
    pub async fn user(&self, user: &SlackUserId) -> Result<User, SlackError> {
        let asked: Asked = self.call(Method::User, json!({"user": user})).await?;
        Ok(asked.user)
    }

    /// `users.lookupByEmail`: who has this address; `None` where nobody here has, or has any more.
    /// The app needs `users:read.email`.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, SlackError> {
        let arguments = json!({"email": email});
        match self.call::<Asked>(Method::UserByEmail, arguments).await {
            Ok(asked) => Ok(Some(asked.user)),
            Err(SlackError::Refused(Refusal::UserNotFound(_))) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `usergroups.list`: all groups, the disabled too; it knows no pages.
    ///
    /// # Errors
    /// [`Refusal::NotInPlan`] where the workspace has no groups.
    pub async fn groups(&self) -> Result<Vec<Group>, SlackError> {
        let arguments = json!({"include_disabled": true});
        let all: All = self.call(Method::Groups, arguments).await?;
        Ok(sensible(all.usergroups))
    }

    /// `usergroups.users.list`: who is in a group.
    ///
    /// # Errors
    /// [`Refusal::UserNotFound`] (`no_such_subteam`) where there is no such group.
    pub async fn group_members(&self, group: &str) -> Result<Vec<SlackUserId>, SlackError> {
        let arguments = json!({"usergroup": group, "include_disabled": true});
        let all: All = self.call(Method::GroupMembers, arguments).await?;
        Ok(sensible(all.users))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_counts_as_a_full_member_and_what_they_are_called() {
        for (value, name, full) in [
            (
                json!({"id": "U1", "name": "a", "profile": {"display_name": "Ai"}}),
                "Ai",
                true,
            ),
            (
                json!({"id": "U1", "name": "a", "real_name": "Ai B", "profile": {"display_name": " "}}),
                "Ai B",
                true,
            ),
            (json!({"id": "U1", "is_restricted": true}), "U1", false),
            (
                json!({"id": "U1", "is_ultra_restricted": true}),
                "U1",
                false,
            ),
            (json!({"id": "U1", "is_stranger": true}), "U1", false),
            (json!({"id": "U1", "is_bot": true}), "U1", false),
            (
                json!({"id": "USLACKBOT", "is_bot": false}),
                "USLACKBOT",
                false,
            ),
            (
                json!({"id": "U1", "deleted": true, "profile": null}),
                "U1",
                false,
            ),
        ] {
            let user: User = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(
                (user.name.as_str(), user.is_full_member()),
                (name, full),
                "{value}"
            );
        }
        assert!(serde_json::from_value::<User>(json!({"name": "a"})).is_err());
    }
}
