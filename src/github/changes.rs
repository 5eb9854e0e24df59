//! What has changed in a repository since a time, asked so that a quiet repository costs nothing.

use hyper::Method;
use jiff::Timestamp;
use serde_json::Value;

use super::GitHubError;
use super::client::{As, GitHub};
use super::read::{in_repo, json};
use crate::id::RepoName;

/// The most pages of a hundred that one question fetches.
const PAGES: u32 = 10;

/// Which list of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// Issues and pull requests.
    Issues,
    /// Comments on either, not those on lines.
    Comments,
    /// Comments on lines of pull requests.
    ReviewComments,
}

/// What was changed, as GitHub's API shows it: objects that stand in webhooks in the same form.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The newest change first.
    pub items: Vec<Value>,
    /// What to give next time, to be told only of something newer.
    pub tag: Option<String>,
    /// Whether this is all, and not only the newest.
    pub whole: bool,
}

impl GitHub {
    /// What was made or edited at `since` or later; not what was deleted. `None` where the answer
    /// is the one called `tag`. The newest first, so that the first page tells of any change.
    pub async fn changed(
        &self,
        repo: &RepoName,
        list: Since,
        since: Timestamp,
        tag: Option<&str>,
    ) -> Result<Option<Changed>, GitHubError> {
        let list = match list {
            Since::Issues => "issues?state=all&",
            Since::Comments => "issues/comments?",
            Since::ReviewComments => "pulls/comments?",
        };
        let second = since.as_second();
        let since = Timestamp::from_second(second).unwrap_or(since);
        let path = format!("{list}since={since}&sort=updated&direction=desc&per_page=100");
        let path = in_repo(repo, &path)?;
        let Some(first) = self.ask_anew(&path, tag).await? else {
            return Ok(None);
        };
        let mut items: Vec<Value> = json(&first.body)?;
        let mut more = first.more;
        for page in 2..=PAGES {
            if !more {
                break;
            }
            let path = format!("{path}&page={page}");
            let next = self.ask(As::Installation, Method::GET, &path, None).await?;
            items.extend(json::<Vec<Value>>(&next.body)?);
            more = next.more;
        }
        Ok(Some(Changed {
            items,
            tag: first.tag,
            whole: !more,
        }))
    }

    /// `GET /repos/{o}/{r}/issues/events`: what was done to issues and pull requests beside words
    /// (closed, renamed, labelled...), each with its `issue`, the newest first, until `since`.
    pub async fn events_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<Vec<Value>, GitHubError> {
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let path = in_repo(repo, &format!("issues/events?per_page=100&page={page}"))?;
            let answer = self.ask(As::Installation, Method::GET, &path, None).await?;
            let items: Vec<Value> = json(&answer.body)?;
            let before = items.len();
            let new = items.into_iter().filter(|event| {
                let at = event["created_at"].as_str();
                at.and_then(|at| at.parse::<Timestamp>().ok())
                    .is_some_and(|at| at >= since)
            });
            let held = all.len();
            all.extend(new);
            if all.len() - held < before || !answer.more {
                break;
            }
        }
        Ok(all)
    }

    /// What was done to one issue or pull request beside words, oldest first.
    pub async fn events_of(&self, repo: &RepoName, number: u64) -> Result<Vec<Value>, GitHubError> {
        let path = in_repo(repo, &format!("issues/{number}/events"))?;
        Ok(self.list(&path).await?.items)
    }

    /// Whether GitHub has this comment on an issue or pull request.
    pub async fn has_comment(&self, repo: &RepoName, id: u64) -> Result<bool, GitHubError> {
        let path = in_repo(repo, &format!("issues/comments/{id}"))?;
        match self.get::<Value>(&path).await {
            Ok(_) => Ok(true),
            Err(GitHubError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A pull request as webhooks show it.
    pub async fn pull_as_told(&self, repo: &RepoName, number: u64) -> Result<Value, GitHubError> {
        self.get(&in_repo(repo, &format!("pulls/{number}"))?).await
    }

    /// An issue as webhooks show it.
    pub async fn issue_as_told(&self, repo: &RepoName, number: u64) -> Result<Value, GitHubError> {
        self.get(&in_repo(repo, &format!("issues/{number}"))?).await
    }

    /// The reviews of a pull request, oldest first, nearly as webhooks show them.
    pub async fn reviews_as_told(
        &self,
        repo: &RepoName,
        number: u64,
    ) -> Result<Vec<Value>, GitHubError> {
        let path = in_repo(repo, &format!("pulls/{number}/reviews"))?;
        Ok(self.list(&path).await?.items)
    }

    /// The comments of a review, oldest first, as webhooks show them.
    pub async fn comments_of_review(
        &self,
        repo: &RepoName,
        number: u64,
        review: u64,
    ) -> Result<Vec<Value>, GitHubError> {
        let path = format!("pulls/{number}/reviews/{review}/comments");
        Ok(self.list(&in_repo(repo, &path)?).await?.items)
    }
}
