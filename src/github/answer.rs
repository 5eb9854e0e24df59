//! What GitHub tells, as far as it is needed: fields that are missing or odd cost only themselves.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::id::{Login, RepoName, Sha};

/// The App itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The App's id.
    #[serde(rename = "id")]
    pub app_id: u64,
    /// The App's name in addresses.
    pub slug: String,
}

impl Me {
    /// The login of what the App writes.
    pub fn login(&self) -> Login {
        Login::from(format!("{}[bot]", self.slug))
    }
}

/// A list that was fetched page by page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// In GitHub's order; an item that makes no sense is left out.
    pub items: Vec<T>,
    /// Whether this is all, and not only as much as is fetched at once.
    pub whole: bool,
}

/// Somebody, or some App.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The login; an App's ends in `[bot]`.
    pub login: Login,
    /// `User`, `Bot`, `Organization`.
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    pub kind: String,
}

impl User {
    /// Whether GitHub calls it a bot.
    pub fn is_bot(&self) -> bool {
        self.kind == "Bot"
    }
}

/// A comment on an issue or a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Comment {
    /// Its id, unique on its server.
    pub id: u64,
    /// Who has written it; `None` when the account is gone.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// The App that has written it.
    #[serde(
        default,
        rename = "performed_via_github_app",
        deserialize_with = "app_id"
    )]
    pub app_id: Option<u64>,
    /// Markdown.
    #[serde(default, deserialize_with = "lenient")]
    pub body: String,
    /// Its page.
    #[serde(default, deserialize_with = "lenient")]
    pub html_url: String,
    /// When it was written.
    #[serde(default, deserialize_with = "time")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "time")]
    pub updated_at: Option<Timestamp>,
}

/// A review of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// Its id.
    pub id: u64,
    /// Who has written it; `None` when the account is gone.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`.
    #[serde(default, deserialize_with = "lenient")]
    pub state: String,
    /// Markdown; often empty.
    #[serde(default, deserialize_with = "lenient")]
    pub body: String,
    /// Its page.
    #[serde(default, deserialize_with = "lenient")]
    pub html_url: String,
    /// The commit that was read.
    #[serde(default, deserialize_with = "lenient")]
    pub commit_id: Option<Sha>,
    /// When it was sent.
    #[serde(default, deserialize_with = "time")]
    pub submitted_at: Option<Timestamp>,
}

/// A comment on a line of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReviewComment {
    /// Its id.
    pub id: u64,
    /// The review that it belongs to.
    #[serde(
        default,
        rename = "pull_request_review_id",
        deserialize_with = "lenient"
    )]
    pub review_id: Option<u64>,
    /// The comment that it answers.
    #[serde(default, rename = "in_reply_to_id", deserialize_with = "lenient")]
    pub reply_to: Option<u64>,
    /// Who has written it; `None` when the account is gone.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// Markdown.
    #[serde(default, deserialize_with = "lenient")]
    pub body: String,
    /// The file.
    #[serde(default, deserialize_with = "lenient")]
    pub path: String,
    /// The line; `None` once the diff has moved on, and for a comment on a whole file.
    #[serde(default, deserialize_with = "lenient")]
    pub line: Option<u64>,
    /// The lines around it, as a diff.
    #[serde(default, deserialize_with = "lenient")]
    pub diff_hunk: String,
    /// Its page.
    #[serde(default, deserialize_with = "lenient")]
    pub html_url: String,
    /// When it was written.
    #[serde(default, deserialize_with = "time")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "time")]
    pub updated_at: Option<Timestamp>,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// Its name.
    pub name: String,
}

/// An issue, or a pull request seen as one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Issue {
    /// Its id, unique on its server.
    #[serde(default, deserialize_with = "lenient")]
    pub id: u64,
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    #[serde(default, deserialize_with = "lenient")]
    pub title: String,
    /// Markdown.
    #[serde(default, deserialize_with = "lenient")]
    pub body: String,
    /// `open` or `closed`.
    #[serde(default, deserialize_with = "lenient")]
    pub state: String,
    /// Its page.
    #[serde(default, deserialize_with = "lenient")]
    pub html_url: String,
    /// Who has opened it; `None` when the account is gone.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// The App that has opened it.
    #[serde(
        default,
        rename = "performed_via_github_app",
        deserialize_with = "app_id"
    )]
    pub app_id: Option<u64>,
    /// When it was opened.
    #[serde(default, deserialize_with = "time")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed in any way.
    #[serde(default, deserialize_with = "time")]
    pub updated_at: Option<Timestamp>,
    /// When it was closed; `None` while it is open.
    #[serde(default, deserialize_with = "time")]
    pub closed_at: Option<Timestamp>,
    /// Its labels.
    #[serde(default, deserialize_with = "list")]
    pub labels: Vec<Label>,
    /// Who is on it.
    #[serde(default, deserialize_with = "list")]
    pub assignees: Vec<User>,
    /// Whether it is a pull request.
    #[serde(default, rename = "pull_request", deserialize_with = "is_there")]
    pub is_pull: bool,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pull {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    #[serde(default, deserialize_with = "lenient")]
    pub title: String,
    /// Markdown.
    #[serde(default, deserialize_with = "lenient")]
    pub body: String,
    /// `open` or `closed`.
    #[serde(default, deserialize_with = "lenient")]
    pub state: String,
    /// Its page.
    #[serde(default, deserialize_with = "lenient")]
    pub html_url: String,
    /// Who has opened it; `None` when the account is gone.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// Not ready yet.
    #[serde(default, deserialize_with = "lenient")]
    pub draft: bool,
    /// When it was merged, if it was.
    #[serde(default, deserialize_with = "time")]
    pub merged_at: Option<Timestamp>,
    /// The commit that has merged it; while it is open, what a merge would come to, as far as
    /// GitHub has tried that.
    #[serde(default, deserialize_with = "lenient")]
    pub merge_commit_sha: Option<Sha>,
    /// What is to be merged.
    #[serde(default, deserialize_with = "lenient")]
    pub head: Tip,
    /// Where to.
    #[serde(default, deserialize_with = "lenient")]
    pub base: Tip,
}

/// An end of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tip {
    /// The branch.
    #[serde(default, rename = "ref", deserialize_with = "lenient")]
    pub branch: String,
    /// Its newest commit.
    #[serde(default = "no_sha", deserialize_with = "sha")]
    pub sha: Sha,
    /// Its repository; `None` when the fork is gone.
    #[serde(default, deserialize_with = "repo")]
    pub repo: Option<RepoName>,
}

impl Default for Tip {
    fn default() -> Self {
        Self {
            branch: String::new(),
            sha: no_sha(),
            repo: None,
        }
    }
}

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its text.
    pub text: String,
    /// The id of its content (the blob), the same for the same text.
    pub sha: Sha,
    /// Its page, at the commit that was asked for.
    pub html_url: String,
}

/// One odd field costs that field, not the item.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let items: Vec<Value> = lenient(deserializer)?;
    Ok(sensible(items))
}

/// One odd item costs that item, not the list.
pub(super) fn sensible<T: DeserializeOwned>(items: Vec<Value>) -> Vec<T> {
    items
        .into_iter()
        .filter_map(|item| serde_json::from_value(item).ok())
        .collect()
}

pub(super) fn time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let text: String = lenient(deserializer)?;
    Ok(text.parse().ok())
}

fn app_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(Value::deserialize(deserializer)?["id"].as_u64())
}

fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(!Value::deserialize(deserializer)?.is_null())
}

fn no_sha() -> Sha {
    Sha::from("")
}

fn sha<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sha, D::Error> {
    let text: String = lenient(deserializer)?;
    Ok(Sha::from(text))
}

fn repo<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RepoName>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value["full_name"].as_str().map(RepoName::from))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_odd_field_costs_that_field() {
        let comment: Comment = serde_json::from_value(json!({
            "id": 7, "user": null, "body": null, "html_url": 3, "created_at": "yesterday",
            "updated_at": "2021-01-01T00:00:00Z", "performed_via_github_app": {"id": 5},
        }))
        .unwrap();
        assert_eq!((comment.body.as_str(), comment.html_url.as_str()), ("", ""));
        assert_eq!((comment.user, comment.app_id), (None, Some(5)));
        assert!(comment.created_at.is_none() && comment.updated_at.is_some());
    }

    #[test]
    fn a_pull_of_a_fork_that_is_gone_still_has_its_branch() {
        let pull: Pull = serde_json::from_value(json!({
            "number": 3, "title": "x", "merged_at": null, "draft": true,
            "head": {"ref": "fix/a", "sha": "abc", "repo": null},
            "base": {"ref": "main", "sha": "def", "repo": {"full_name": "acme/shop"}},
        }))
        .unwrap();
        assert_eq!((pull.head.branch.as_str(), pull.head.repo), ("fix/a", None));
        assert_eq!(pull.base.repo, Some("acme/shop".into()));
        assert!(pull.draft && pull.merged_at.is_none());
    }

    #[test]
    fn an_issue_knows_whether_it_is_a_pull_request() {
        for (value, is_pull) in [
            (json!({"number": 1}), false),
            (json!({"number": 1, "pull_request": null}), false),
            (json!({"number": 1, "pull_request": {"url": "u"}}), true),
        ] {
            let issue: Issue = serde_json::from_value(value).unwrap();
            assert_eq!(issue.is_pull, is_pull);
        }
    }
}
