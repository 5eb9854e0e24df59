//! Issues written and found again: opened, edited, labelled, assigned, and their comments edited.
//!
//! Every call is made once. GitHub knows no idempotency key: an issue carries a hidden [`Marker`],
//! and after an ambiguous outcome it is looked for before it is opened again. All the other calls
//! here say how something shall be, and may be repeated.

use hyper::Method;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{Issue, Label, List, sensible};
use super::client::{As, GitHub};
use super::read::{in_repo, json, segment};
use super::{GitHubError, Marker};
use crate::id::{Login, RepoName};

/// The most pages of a hundred that one list fetches.
const PAGES: u32 = 10;

/// An issue to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NewIssue<'a> {
    /// At most 256 characters.
    pub title: &'a str,
    /// Markdown, at most 65,536 characters with the mark.
    pub body: &'a str,
    /// Names of labels, each at most 50 characters. One that the repository lacks is made, grey.
    pub labels: &'a [String],
    /// Who shall be on it, at most ten; who cannot be is left out by GitHub without a word.
    pub assignees: &'a [Login],
}

/// What shall be otherwise in an issue or pull request; `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IssueChange<'a> {
    /// The title.
    pub title: Option<&'a str>,
    /// The whole body, with its mark.
    pub body: Option<&'a str>,
    /// Open, or closed and why.
    pub state: Option<IssueState>,
}

/// Whether an issue is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueState {
    /// It is.
    Open,
    /// It is done.
    Completed,
    /// It will not be done.
    NotPlanned,
}

/// Which issues are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IssueQuery<'a> {
    /// Those with all of these labels. A name with a comma cannot be asked for.
    pub labels: &'a [String],
    /// The closed too.
    pub closed_too: bool,
    /// Those that were changed at this time or later.
    pub since: Option<Timestamp>,
}

/// Who is on an issue after it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// All who are on it now.
    pub now: Vec<Login>,
    /// Those who were asked for and are not: GitHub does not let them be, and says nothing.
    pub left_out: Vec<Login>,
}

impl GitHub {
    /// `POST /repos/{o}/{r}/issues`: opens an issue with a hidden mark below its body. Labels and
    /// assignees are part of the same call, so no issue stands there without them.
    ///
    /// # Errors
    /// When it may have happened, look with [`GitHub::find_issue_with_marker`], some seconds later
    /// since a list may lag behind, before trying again.
    pub async fn create_issue(
        &self,
        repo: &RepoName,
        new: &NewIssue<'_>,
        marker: &Marker,
    ) -> Result<Issue, GitHubError> {
        let body = json!({
            "title": new.title, "body": format!("{}\n\n{marker}", new.body),
            "labels": new.labels, "assignees": new.assignees,
        });
        self.write(Method::POST, &in_repo(repo, "issues")?, Some(&body))
            .await
    }

    /// The issue that carries this mark and was opened by this App: anybody can write a mark.
    /// Looks at those that were changed since, up to a thousand, the newest first.
    pub async fn find_issue_with_marker(
        &self,
        repo: &RepoName,
        marker: &Marker,
        since: Timestamp,
    ) -> Result<Option<Issue>, GitHubError> {
        let query = IssueQuery {
            closed_too: true,
            since: Some(since),
            ..IssueQuery::default()
        };
        let mut found = None;
        for issue in self.issues(repo, &query).await?.items {
            if marker.is_in(&issue.body) && self.is_ours(issue.app_id, issue.user.as_ref()).await? {
                // Should there be two, the first is the one that people have seen.
                found = Some(issue);
            }
        }
        Ok(found)
    }

    /// The open issue that carries this mark and was opened by this App, the oldest. Looks at the
    /// newest thousand.
    pub async fn open_issue_with_marker(
        &self,
        repo: &RepoName,
        marker: &Marker,
    ) -> Result<Option<Issue>, GitHubError> {
        let mut found = None;
        for issue in self.issues(repo, &IssueQuery::default()).await?.items {
            if marker.is_in(&issue.body) && self.is_ours(issue.app_id, issue.user.as_ref()).await? {
                found = Some(issue);
            }
        }
        Ok(found)
    }

    /// `GET /repos/{o}/{r}/issues`: issues without pull requests, the newest first, up to a
    /// thousand of both. This list is exact where GitHub's search lags behind.
    pub async fn issues(
        &self,
        repo: &RepoName,
        query: &IssueQuery<'_>,
    ) -> Result<List<Issue>, GitHubError> {
        let state = if query.closed_too { "all" } else { "open" };
        let mut path = format!("issues?state={state}&sort=created&direction=desc");
        if !query.labels.is_empty() {
            let labels: Vec<String> = query.labels.iter().map(|name| segment(name)).collect();
            path = format!("{path}&labels={}", labels.join(","));
        }
        if let Some(since) = query.since {
            let second = Timestamp::from_second(since.as_second()).unwrap_or(since);
            path = format!("{path}&since={second}");
        }
        let mut list: List<Issue> = self.list_of(&in_repo(repo, &path)?, None).await?;
        list.items.retain(|issue| !issue.is_pull);
        Ok(list)
    }

    /// `PATCH /repos/{o}/{r}/issues/{n}`: title, body and state, as far as they are given.
    pub async fn edit_issue(
        &self,
        repo: &RepoName,
        number: u64,
        change: &IssueChange<'_>,
    ) -> Result<Issue, GitHubError> {
        let mut body = json!({});
        if let Some(title) = change.title {
            body["title"] = title.into();
        }
        if let Some(text) = change.body {
            body["body"] = text.into();
        }
        let (state, reason) = match change.state {
            None => (None, None),
            Some(IssueState::Open) => (Some("open"), None),
            Some(IssueState::Completed) => (Some("closed"), Some("completed")),
            Some(IssueState::NotPlanned) => (Some("closed"), Some("not_planned")),
        };
        if let Some(state) = state {
            body["state"] = state.into();
        }
        if let Some(reason) = reason {
            body["state_reason"] = reason.into();
        }
        let path = in_repo(repo, &format!("issues/{number}"))?;
        self.write(Method::PATCH, &path, Some(&body)).await
    }

    /// `PATCH /repos/{o}/{r}/issues/comments/{id}`: another text for a comment of ours, with its
    /// mark below it again.
    pub async fn edit_comment(
        &self,
        repo: &RepoName,
        id: u64,
        body: &str,
        marker: &Marker,
    ) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("issues/comments/{id}"))?;
        let body = json!({"body": format!("{body}\n\n{marker}")});
        let _: Value = self.write(Method::PATCH, &path, Some(&body)).await?;
        Ok(())
    }

    /// `POST /repos/{o}/{r}/issues/comments/{id}/reactions`: a 👍 of ours on a comment. Done, too,
    /// when it was there.
    pub async fn react_to_comment(&self, repo: &RepoName, id: u64) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("issues/comments/{id}/reactions"))?;
        let body = json!({"content": "+1"});
        let _: Value = self.write(Method::POST, &path, Some(&body)).await?;
        Ok(())
    }

    /// `POST /repos/{o}/{r}/issues/{n}/labels`: these labels besides those that are there. Gives
    /// all. One that the repository lacks is made, grey.
    pub async fn add_labels(
        &self,
        repo: &RepoName,
        number: u64,
        labels: &[String],
    ) -> Result<Vec<Label>, GitHubError> {
        let path = in_repo(repo, &format!("issues/{number}/labels"))?;
        let body = json!({"labels": labels});
        let labels: Vec<Value> = self.write(Method::POST, &path, Some(&body)).await?;
        Ok(sensible(labels))
    }

    /// `DELETE /repos/{o}/{r}/issues/{n}/labels/{name}`. Done, too, when it was not there.
    pub async fn remove_label(
        &self,
        repo: &RepoName,
        number: u64,
        label: &str,
    ) -> Result<(), GitHubError> {
        let labels = format!("issues/{number}/labels");
        let path = in_repo(repo, &format!("{labels}/{}", segment(label)))?;
        let outcome = self
            .ask(As::Installation, Method::DELETE, &path, None)
            .await;
        let Err(error @ GitHubError::NotFound { .. }) = outcome else {
            return outcome.map(drop);
        };
        // The label is missing, or the issue.
        let left: List<Label> = self.list(&in_repo(repo, &labels)?).await?;
        let there = |one: &Label| one.name.to_lowercase() == label.to_lowercase();
        match left.items.iter().any(there) {
            true => Err(error),
            false => Ok(()),
        }
    }

    /// `POST /repos/{o}/{r}/issues/{n}/assignees`: these people besides those who are on it, at
    /// most ten in all.
    pub async fn assign(
        &self,
        repo: &RepoName,
        number: u64,
        people: &[Login],
    ) -> Result<Assigned, GitHubError> {
        let path = in_repo(repo, &format!("issues/{number}/assignees"))?;
        let body = json!({"assignees": people});
        let issue: Issue = self.write(Method::POST, &path, Some(&body)).await?;
        let now: Vec<Login> = issue.assignees.into_iter().map(|user| user.login).collect();
        let is_on = |login: &Login| now.iter().any(|one| same(one, login));
        let left_out = people.iter().filter(|login| !is_on(login)).cloned();
        Ok(Assigned {
            left_out: left_out.collect(),
            now,
        })
    }

    /// `DELETE /repos/{o}/{r}/issues/{n}/assignees`: without these people. Gives who is left.
    pub async fn unassign(
        &self,
        repo: &RepoName,
        number: u64,
        people: &[Login],
    ) -> Result<Vec<Login>, GitHubError> {
        let path = in_repo(repo, &format!("issues/{number}/assignees"))?;
        let body = json!({"assignees": people});
        let issue: Issue = self.write(Method::DELETE, &path, Some(&body)).await?;
        Ok(issue.assignees.into_iter().map(|user| user.login).collect())
    }

    /// Makes one call that changes something. Where it was done and the answer makes no sense, it
    /// is ambiguous all the same: what it tells is missing.
    pub(super) async fn write<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, GitHubError> {
        let answer = self.ask(As::Installation, method, path, body).await?;
        json(&answer.body).map_err(|error| GitHubError::Ambiguous {
            why: error.to_string(),
        })
    }

    /// A list whose path has a query already, page by page; below `key` where the answer is an
    /// object that holds it.
    pub(super) async fn list_of<T: DeserializeOwned>(
        &self,
        path: &str,
        key: Option<&str>,
    ) -> Result<List<T>, GitHubError> {
        let mut items = Vec::new();
        for page in 1..=PAGES {
            let path = format!("{path}&per_page=100&page={page}");
            let answer = self.ask(As::Installation, Method::GET, &path, None).await?;
            let mut value: Value = json(&answer.body)?;
            let list = match key {
                Some(key) => value[key].take(),
                None => value,
            };
            items.extend(sensible(list.as_array().cloned().unwrap_or_default()));
            if !answer.more {
                return Ok(List { items, whole: true });
            }
        }
        Ok(List {
            items,
            whole: false,
        })
    }

    /// Whether this App has written something, by what GitHub says of its writer.
    pub(super) async fn is_ours(
        &self,
        app_id: Option<u64>,
        user: Option<&super::User>,
    ) -> Result<bool, GitHubError> {
        match (app_id, user) {
            (Some(app), _) => Ok(app == self.app_id()),
            (None, Some(user)) if user.is_bot() => Ok(user.login == self.me().await?.login()),
            _ => Ok(false),
        }
    }
}

/// Logins are equal whatever their case.
pub(super) fn same(one: &Login, other: &Login) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}
