//! What a pull request is asked beside its text: who reads it, and a line that would be better; and
//! what an issue is a part of.

use hyper::Method;
use serde_json::{Value, json};

use super::GitHubError;
use super::client::GitHub;
use super::read::in_repo;
use crate::id::{Login, RepoName, Sha};

/// The most people who can be asked to read one pull request (docs.github.com/rest/pulls/review-requests).
const READERS: usize = 15;

/// A comment on a line of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineComment<'a> {
    /// The commit that was read.
    pub commit: &'a Sha,
    /// The file.
    pub path: &'a str,
    /// The line in it, from 1. It must be part of the diff.
    pub line: u64,
    /// Markdown. A fence of `suggestion` can be taken over with a click.
    pub body: &'a str,
}

impl GitHub {
    /// `POST /repos/{o}/{r}/pulls/{n}/requested_reviewers`: asks people to read it. Whom GitHub does
    /// not let is left out: its author, and who cannot see the repository. May be repeated.
    pub async fn ask_to_read(
        &self,
        repo: &RepoName,
        number: u64,
        people: &[Login],
    ) -> Result<(), GitHubError> {
        let people = people.get(..READERS).unwrap_or(people);
        if people.is_empty() {
            return Ok(());
        }
        match self.ask_these(repo, number, people).await {
            // One whom it does not let, and it asks nobody.
            Err(GitHubError::Refused { status: 422, .. }) if people.len() > 1 => {}
            Err(GitHubError::Refused { status: 422, .. }) => return Ok(()),
            outcome => return outcome,
        }
        for one in people.chunks(1) {
            match self.ask_these(repo, number, one).await {
                Ok(()) | Err(GitHubError::Refused { status: 422, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn ask_these(
        &self,
        repo: &RepoName,
        number: u64,
        people: &[Login],
    ) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("pulls/{number}/requested_reviewers"))?;
        let body = json!({"reviewers": people});
        let _: Value = self.write(Method::POST, &path, Some(&body)).await?;
        Ok(())
    }

    /// `POST /repos/{o}/{r}/issues/{n}/sub_issues`: makes an issue a part of another, by its id. On
    /// a server that knows no such thing, or where it is one already, nothing happens.
    pub async fn make_part(
        &self,
        repo: &RepoName,
        whole: u64,
        part: u64,
    ) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("issues/{whole}/sub_issues"))?;
        let body = json!({"sub_issue_id": part});
        let made: Result<Value, _> = self.write(Method::POST, &path, Some(&body)).await;
        match made {
            Ok(_) | Err(GitHubError::NotFound { .. } | GitHubError::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// `PATCH /repos/{o}/{r}/pulls/{n}`: closes it, unmerged. May be repeated.
    pub async fn close_pull(&self, repo: &RepoName, number: u64) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("pulls/{number}"))?;
        let body = json!({"state": "closed"});
        let _: Value = self.write(Method::PATCH, &path, Some(&body)).await?;
        Ok(())
    }

    /// `POST /repos/{o}/{r}/pulls/{n}/comments`: says something about a line.
    ///
    /// # Errors
    /// When it may have happened, look at [`GitHub::review_comments`] before trying again. `Refused`
    /// with 422 where the line is not part of the diff.
    pub async fn comment_on_line(
        &self,
        repo: &RepoName,
        number: u64,
        comment: &LineComment<'_>,
    ) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("pulls/{number}/comments"))?;
        let body = json!({
            "body": comment.body, "commit_id": comment.commit, "path": comment.path,
            "line": comment.line, "side": "RIGHT",
        });
        let _: Value = self.write(Method::POST, &path, Some(&body)).await?;
        Ok(())
    }
}
