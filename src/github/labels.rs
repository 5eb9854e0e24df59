//! The labels of a repository.

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GitHubError;
use super::answer::{List, lenient};
use super::client::{As, GitHub};
use super::read::{in_repo, segment};
use crate::id::RepoName;

/// A label that a repository has, or shall have.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RepoLabel {
    /// Its name, at most 50 characters; two that differ in case only are one.
    pub name: String,
    /// Six hex digits, without `#`.
    #[serde(default, deserialize_with = "lenient")]
    pub color: String,
    /// What it is for, at most 100 characters.
    #[serde(default, deserialize_with = "lenient")]
    pub description: String,
}

impl RepoLabel {
    fn body(&self) -> Value {
        json!({"name": self.name, "color": self.color, "description": self.description})
    }
}

impl GitHub {
    /// `GET /repos/{o}/{r}/labels`: all labels of a repository.
    pub async fn labels(&self, repo: &RepoName) -> Result<List<RepoLabel>, GitHubError> {
        self.list(&in_repo(repo, "labels")?).await
    }

    /// `POST /repos/{o}/{r}/labels`: makes a label; `false` when one of that name is there, which
    /// stays as it is. It may be repeated.
    pub async fn create_label(
        &self,
        repo: &RepoName,
        label: &RepoLabel,
    ) -> Result<bool, GitHubError> {
        let (path, body) = (in_repo(repo, "labels")?, label.body());
        match self.write::<Value>(Method::POST, &path, Some(&body)).await {
            Ok(_) => Ok(true),
            Err(GitHubError::Refused {
                status: 422,
                message,
            }) if message.contains("already_exists") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// `PATCH /repos/{o}/{r}/labels/{name}`: makes the label called `name` this one, on every issue
    /// that has it. It may be repeated while the name stays.
    pub async fn update_label(
        &self,
        repo: &RepoName,
        name: &str,
        label: &RepoLabel,
    ) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("labels/{}", segment(name)))?;
        let mut body = label.body();
        body["new_name"] = body["name"].take();
        let _: Value = self.write(Method::PATCH, &path, Some(&body)).await?;
        Ok(())
    }

    /// `DELETE /repos/{o}/{r}/labels/{name}`: takes it away, from all issues too. Done, too, when
    /// it was not there.
    pub async fn delete_label(&self, repo: &RepoName, name: &str) -> Result<(), GitHubError> {
        let path = in_repo(repo, &format!("labels/{}", segment(name)))?;
        match self
            .ask(As::Installation, Method::DELETE, &path, None)
            .await
        {
            Ok(_) | Err(GitHubError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
