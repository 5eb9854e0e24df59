//! What the App asks for, and what the owner of the postmortem repository has granted it.

use std::collections::BTreeMap;

use hyper::Method;
use serde::Deserialize;
use serde_json::Value;

use super::GitHubError;
use super::answer::lenient;
use super::client::{As, GitHub};
use super::read::{in_repo, json};

/// Permissions and events, of the App or of one installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Rights {
    /// By GitHub's name, `issues`; `read`, `write` or `admin`.
    #[serde(default, deserialize_with = "lenient")]
    pub permissions: BTreeMap<String, String>,
    /// The webhooks that are sent.
    #[serde(default, deserialize_with = "lenient")]
    pub events: Vec<String>,
    /// The page where they are changed or accepted.
    #[serde(default, deserialize_with = "lenient")]
    pub html_url: String,
    /// Set while the installation does not count.
    #[serde(default, deserialize_with = "lenient")]
    pub suspended_at: Option<String>,
}

impl Rights {
    /// Whether they allow to do this much: `write` is also to read.
    pub fn allow(&self, permission: &str, level: &str) -> bool {
        let rank = |level: &str| match level {
            "read" => 1,
            "write" => 2,
            "admin" => 3,
            _ => 0,
        };
        let has = self.permissions.get(permission).map_or(0, |has| rank(has));
        has >= rank(level)
    }
}

impl GitHub {
    /// `GET /app`: what the App asks for wherever it is installed.
    pub async fn rights_asked(&self) -> Result<Rights, GitHubError> {
        let answer = self.ask(As::App, Method::GET, "/app", None).await?;
        json(&answer.body)
    }

    /// `GET /repos/{o}/{r}/installation`: what it may do in the postmortem repository; `None` where
    /// it is not installed there, or there is no such repository.
    pub async fn rights(&self) -> Result<Option<Rights>, GitHubError> {
        let path = in_repo(self.repo(), "installation")?;
        match self.ask(As::App, Method::GET, &path, None).await {
            Ok(answer) => json(&answer.body).map(Some),
            Err(GitHubError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The pages of the repository: `https://github.com/acme/postmortem`.
    pub async fn page(&self) -> Result<String, GitHubError> {
        let repo: Value = self.get(&in_repo(self.repo(), "")?).await?;
        Ok(repo["html_url"].as_str().unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Rights;

    #[test]
    fn who_may_write_may_read() {
        let rights: Rights = serde_json::from_value(serde_json::json!({
            "permissions": {"issues": "write", "metadata": "read"}, "events": null,
        }))
        .unwrap();
        assert!(rights.allow("issues", "read") && rights.allow("issues", "write"));
        assert!(rights.allow("metadata", "read") && !rights.allow("metadata", "write"));
        assert!(!rights.allow("checks", "read"));
    }
}
