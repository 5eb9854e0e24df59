//! People.

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{Cursor, Page, Slack, lenient, sensible};
use crate::id::SlackUserId;
use crate::slack::{Method, Refusal, SlackError};

/// The most people on a page of `users.list`.
const PEOPLE: u16 = 999;

/// Somebody, or some bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: SlackUserId,
    /// What people call them: the display name, else the real name, else the account's.
    pub name: String,
    /// The account's name, `hanako`: unlike what people are called, not theirs to change.
    pub username: String,
    /// Their full name; empty where there is none.
    pub real_name: String,
    /// Their address, where the app may see it (`users:read.email`).
    pub email: Option<String>,
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
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
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
            username: text(&value["name"]),
            real_name: text(match &value["real_name"] {
                Value::Null => &profile["real_name"],
                name => name,
            }),
            email: profile["email"].as_str().map(str::to_owned),
            is_gone: is("deleted"),
            is_bot: is("is_bot") || id == "USLACKBOT",
            is_guest: is("is_restricted") || is("is_ultra_restricted") || is("is_stranger"),
            is_admin: is("is_admin") || is("is_owner"),
            time_zone: value["tz"].as_str().map(str::to_owned),
        })
    }
}

#[derive(Deserialize)]
struct Asked {
    user: User,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    members: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    response_metadata: Cursor,
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

    /// `users.list`: everybody in the workspace, those who have left and bots too.
    pub async fn users(&self, cursor: Option<&str>) -> Result<Page<User>, SlackError> {
        let arguments = json!({"limit": PEOPLE, "cursor": cursor});
        let listed: Listed = self.call(Method::Users, arguments).await?;
        Ok(Page {
            items: sensible(listed.members),
            next_cursor: listed.response_metadata.next(),
        })
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
