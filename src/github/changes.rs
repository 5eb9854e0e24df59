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
    /// In any order.
    pub items: Vec<Value>,
    /// What to give next time, to be told only of something newer.
    pub tag: Option<String>,
    /// Whether this is all. What is left out is newer then.
    pub whole: bool,
    /// When this was asked, by GitHub's own clock; `None` where it did not say.
    pub date: Option<Timestamp>,
}

/// What has become of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Still {
    /// It is as it was.
    Same,
    /// It is there, and this is what the answer is called.
    There(Option<String>),
    /// It was deleted.
    Gone,
    /// It is not to be seen, for whatever reason.
    Unseen,
}

impl GitHub {
    /// What was made or edited at `since` or later; not what was deleted. `None` where the answer
    /// is the one called `tag`. The newest are asked first, so that the first page tells of any
    /// change; where that is more than a thousand, the oldest are given.
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
        let path = format!("{list}since={since}&sort=updated&per_page=100");
        let path = in_repo(repo, &path)?;
        let newest = format!("{path}&direction=desc");
        let Some(first) = self.ask_anew(&newest, tag).await? else {
            return Ok(None);
        };
        let mut changed = Changed {
            items: json(&first.body)?,
            tag: first.tag,
            whole: true,
            date: first.date,
        };
        let all = self.pages(&newest, 2, first.more, &mut changed.items);
        if !all.await? {
            // The newest keep their place until the oldest are done with.
            let oldest = format!("{path}&direction=asc");
            changed.items.clear();
            changed.whole = self.pages(&oldest, 1, true, &mut changed.items).await?;
            changed.tag = None;
        }
        Ok(Some(changed))
    }

    /// Adds the pages of a list from this one on; says whether those were all.
    async fn pages(
        &self,
        path: &str,
        first: u32,
        mut more: bool,
        items: &mut Vec<Value>,
    ) -> Result<bool, GitHubError> {
        for page in first..=PAGES {
            if !more {
                break;
            }
            let path = format!("{path}&page={page}");
            let next = self.ask(As::Installation, Method::GET, &path, None).await?;
            items.extend(json::<Vec<Value>>(&next.body)?);
            more = next.more;
        }
        Ok(!more)
    }

    /// `GET /repos/{o}/{r}/issues/events`: what was done to issues and pull requests beside words
    /// (closed, renamed, labelled...), each with its `issue`, the newest first, until `since`; and
    /// whether this is all.
    pub async fn events_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<(Vec<Value>, bool), GitHubError> {
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let path = in_repo(repo, &format!("issues/events?per_page=100&page={page}"))?;
            let answer = self.ask(As::Installation, Method::GET, &path, None).await?;
            if add_since(&mut all, &answer.body, "created_at", since)? || !answer.more {
                return Ok((all, true));
            }
        }
        Ok((all, false))
    }

    /// What was done to one issue or pull request beside words, oldest first.
    pub async fn events_of(&self, repo: &RepoName, number: u64) -> Result<Vec<Value>, GitHubError> {
        let path = in_repo(repo, &format!("issues/{number}/events"))?;
        Ok(self.list(&path).await?.items)
    }

    /// Whether GitHub has this comment on an issue or pull request, or, `on_line`, on a line.
    pub async fn has_comment(
        &self,
        repo: &RepoName,
        id: u64,
        on_line: bool,
    ) -> Result<bool, GitHubError> {
        let list = if on_line { "pulls" } else { "issues" };
        let path = in_repo(repo, &format!("{list}/comments/{id}"))?;
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

    /// Whether an issue is still there; `tag` is what the last answer was called.
    pub async fn still(
        &self,
        repo: &RepoName,
        number: u64,
        tag: Option<&str>,
    ) -> Result<Still, GitHubError> {
        let path = in_repo(repo, &format!("issues/{number}"))?;
        match self.ask_anew(&path, tag).await {
            Ok(None) => Ok(Still::Same),
            Ok(Some(good)) => Ok(Still::There(good.tag)),
            Err(GitHubError::NotFound { gone: true, .. }) => Ok(Still::Gone),
            Err(GitHubError::NotFound { .. }) => Ok(Still::Unseen),
            Err(error) => Err(error),
        }
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

/// Adds what of a page happened at `since` or later; says whether something older was on it.
pub(super) fn add_since(
    all: &mut Vec<Value>,
    page: &[u8],
    field: &str,
    since: Timestamp,
) -> Result<bool, GitHubError> {
    let items: Vec<Value> = json(page)?;
    let (listed, held) = (items.len(), all.len());
    all.extend(items.into_iter().filter(|item| {
        let at = item[field].as_str().and_then(|at| at.parse().ok());
        at.is_some_and(|at: Timestamp| at >= since)
    }));
    Ok(all.len() - held < listed)
}
