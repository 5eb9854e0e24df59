//! What somebody may do in a repository.

use serde_json::Value;

use super::GitHubError;
use super::client::GitHub;
use super::read::{in_repo, segment};
use crate::id::{Login, RepoName};

/// What somebody may do, the greater the more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Nothing beyond what everybody may; or there is no such account.
    None,
    /// See it.
    Read,
    /// Label, assign, close.
    Triage,
    /// Push.
    Write,
    /// Much of the settings.
    Maintain,
    /// All.
    Admin,
}

impl GitHub {
    /// `GET /repos/{o}/{r}/collaborators/{login}/permission`: what somebody may do there, by all
    /// the ways that GitHub knows: as collaborator, through a team, as owner. In a public
    /// repository everybody can read, so [`Permission::Read`] says little.
    pub async fn permission(
        &self,
        repo: &RepoName,
        login: &Login,
    ) -> Result<Permission, GitHubError> {
        let login = segment(login.as_str());
        let path = in_repo(repo, &format!("collaborators/{login}/permission"))?;
        match self.get::<Value>(&path).await {
            Ok(answer) => Ok(permission(&answer)),
            Err(GitHubError::NotFound { .. }) => Ok(Permission::None),
            Err(error) => Err(error),
        }
    }
}

/// `permission` knows four words and calls triage `read` and maintain `write`; `role_name` knows
/// six and any that an organisation has made up; the list of what the role amounts to is not
/// always there. The most that any of them says is true.
fn permission(answer: &Value) -> Permission {
    let named = |name: &Value| match name.as_str().unwrap_or_default() {
        "admin" => Permission::Admin,
        "maintain" => Permission::Maintain,
        "write" => Permission::Write,
        "triage" => Permission::Triage,
        "read" => Permission::Read,
        _ => Permission::None,
    };
    let list = &answer["user"]["permissions"];
    let flags = [
        ("admin", Permission::Admin),
        ("maintain", Permission::Maintain),
        ("push", Permission::Write),
        ("triage", Permission::Triage),
        ("pull", Permission::Read),
    ];
    let flags = flags.into_iter().filter(|(name, _)| list[*name] == true);
    let words = [named(&answer["permission"]), named(&answer["role_name"])];
    let all = flags.map(|(_, level)| level).chain(words);
    all.max().unwrap_or(Permission::None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_most_that_is_said_counts() {
        for (answer, wanted) in [
            (json!({}), Permission::None),
            (
                json!({"permission": "none", "role_name": ""}),
                Permission::None,
            ),
            (
                json!({"permission": "read", "role_name": "triage"}),
                Permission::Triage,
            ),
            (
                json!({"permission": "write", "role_name": "maintain"}),
                Permission::Maintain,
            ),
            (
                json!({"permission": "write", "role_name": "night watch"}),
                Permission::Write,
            ),
            (
                json!({"permission": "read", "role_name": "night watch",
                       "user": {"permissions": {"pull": true, "triage": true, "push": false}}}),
                Permission::Triage,
            ),
            (json!({"permission": "admin"}), Permission::Admin),
            (json!({"permission": 7, "user": null}), Permission::None),
        ] {
            assert_eq!(permission(&answer), wanted, "{answer}");
        }
        assert!(Permission::Triage > Permission::Read);
    }
}
