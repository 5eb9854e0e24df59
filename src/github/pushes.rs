//! What moved a repository's branches, and which commits that brought.

use std::collections::BTreeMap;

use hyper::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::GitHubError;
use super::answer::lenient;
use super::changes::{Changed, add_since};
use super::client::{As, GitHub};
use super::read::{in_repo, json, segment};
use crate::id::{RepoName, Sha};

/// The most pages of a hundred that one question fetches.
const PAGES: u32 = 10;

/// The commits that one commit has and another has not.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Gained {
    /// The oldest hundred, parents before children, as GitHub's API shows commits.
    #[serde(default, deserialize_with = "lenient")]
    pub commits: Vec<Value>,
    /// How many there are in all.
    #[serde(default, rename = "total_commits", deserialize_with = "lenient")]
    pub total: u64,
}

/// Where a repository's pages are, and the branch that it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Place {
    /// `https://github.com/owner/name`.
    pub html_url: String,
    /// `main`, mostly.
    pub default_branch: String,
}

impl GitHub {
    /// `GET /repos/{o}/{r}/activity`: what moved branches at `since` or later, and perhaps earlier
    /// moves too. `None` where nothing has moved since the answer called `tag`, which stays the same
    /// until something moves. Where that is more than a thousand, the oldest are left out.
    pub async fn activity(
        &self,
        repo: &RepoName,
        since: Timestamp,
        tag: Option<&str>,
    ) -> Result<Option<Changed>, GitHubError> {
        let path = in_repo(repo, "activity?per_page=100")?;
        let Some(mut answer) = self.ask_anew(&path, tag).await? else {
            return Ok(None);
        };
        let mut changed = Changed {
            items: Vec::new(),
            tag: answer.tag.take(),
            whole: false,
            date: answer.date,
        };
        for page in 1..=PAGES {
            let end = add_since(&mut changed.items, &answer.body, "timestamp", since)?;
            let cursor = answer.cursor.take().filter(|_| !end);
            let Some(cursor) = cursor else {
                changed.whole = true;
                break;
            };
            if page == PAGES {
                break;
            }
            let path = format!("{path}&after={}", segment(&cursor));
            answer = self.ask(As::Installation, Method::GET, &path, None).await?;
        }
        Ok(Some(changed))
    }

    /// `GET /repos/{o}/{r}/compare/{base}...{head}`: what `head` has and `base` has not. `None`
    /// where one of them is there no more.
    pub async fn gained(
        &self,
        repo: &RepoName,
        base: &Sha,
        head: &Sha,
    ) -> Result<Option<Gained>, GitHubError> {
        let (base, head) = (segment(base.as_str()), segment(head.as_str()));
        let path = in_repo(repo, &format!("compare/{base}...{head}?per_page=100"))?;
        match self.get(&path).await {
            Ok(gained) => Ok(Some(gained)),
            Err(GitHubError::NotFound { .. } | GitHubError::Refused { status: 422, .. }) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// `GET /repos/{o}/{r}/branches`: every branch and the commit that it is at.
    pub async fn branches(&self, repo: &RepoName) -> Result<BTreeMap<String, Sha>, GitHubError> {
        #[derive(Deserialize)]
        struct Branch {
            name: String,
            commit: Tip,
        }
        #[derive(Deserialize)]
        struct Tip {
            sha: Sha,
        }
        let list = self.list::<Branch>(&in_repo(repo, "branches")?).await?;
        let branches = list.items.into_iter();
        Ok(branches.map(|it| (it.name, it.commit.sha)).collect())
    }

    /// `GET /repos/{o}/{r}`
    pub async fn place(&self, repo: &RepoName) -> Result<Place, GitHubError> {
        let answer = self
            .ask(As::Installation, Method::GET, &in_repo(repo, "")?, None)
            .await?;
        json(&answer.body)
    }
}
