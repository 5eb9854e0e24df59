//! The questions that are asked of GitHub, and the one thing that is written there so far.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{
    Comment, File, Issue, List, Me, Pull, Review, ReviewComment, lenient, sensible,
};
use super::client::{As, GitHub};
use super::{GitHubError, Marker};
use crate::id::{RepoName, Sha};

/// The most pages of a hundred that are fetched at once.
const PAGES: u32 = 30;

impl GitHub {
    /// The App as GitHub knows it; asked once.
    pub async fn me(&self) -> Result<Me, GitHubError> {
        let ask = async || {
            let answer = self.ask(As::App, Method::GET, "/app", None).await?;
            json(&answer.body)
        };
        self.my_own().get_or_try_init(ask).await.cloned()
    }

    /// Whether GitHub is there, takes us for the App and lets us see the postmortem repository.
    pub async fn probe(&self) -> Result<(), GitHubError> {
        self.default_branch(self.repo()).await.map(drop)
    }

    /// An issue, or a pull request as one.
    pub async fn issue(&self, repo: &RepoName, number: u64) -> Result<Issue, GitHubError> {
        self.get(&in_repo(repo, &format!("issues/{number}"))?).await
    }

    /// A pull request.
    pub async fn pull(&self, repo: &RepoName, number: u64) -> Result<Pull, GitHubError> {
        self.get(&in_repo(repo, &format!("pulls/{number}"))?).await
    }

    /// The comments of an issue or pull request, oldest first, not those on lines.
    pub async fn issue_comments(
        &self,
        repo: &RepoName,
        number: u64,
    ) -> Result<List<Comment>, GitHubError> {
        self.list(&in_repo(repo, &format!("issues/{number}/comments"))?)
            .await
    }

    /// The reviews of a pull request, oldest first.
    pub async fn reviews(&self, repo: &RepoName, number: u64) -> Result<List<Review>, GitHubError> {
        self.list(&in_repo(repo, &format!("pulls/{number}/reviews"))?)
            .await
    }

    /// The comments on lines of a pull request, oldest first.
    pub async fn review_comments(
        &self,
        repo: &RepoName,
        number: u64,
    ) -> Result<List<ReviewComment>, GitHubError> {
        self.list(&in_repo(repo, &format!("pulls/{number}/comments"))?)
            .await
    }

    /// The pull requests that a commit is in: those whose head it is, and the one that merged it.
    pub async fn pulls_for_commit(
        &self,
        repo: &RepoName,
        commit: &Sha,
    ) -> Result<List<Pull>, GitHubError> {
        let commit = segment(commit.as_str());
        self.list(&in_repo(repo, &format!("commits/{commit}/pulls"))?)
            .await
    }

    /// The branch that a repository stands on.
    pub async fn default_branch(&self, repo: &RepoName) -> Result<String, GitHubError> {
        #[derive(Deserialize)]
        struct Repo {
            default_branch: String,
        }
        let repo: Repo = self.get(&in_repo(repo, "")?).await?;
        Ok(repo.default_branch)
    }

    /// A text file of a repository, up to 1 MB, at a branch, tag or commit (`None`: the default
    /// branch). `None` when there is no such file, or it is a folder.
    pub async fn file(
        &self,
        repo: &RepoName,
        path: &str,
        git_ref: Option<&str>,
    ) -> Result<Option<File>, GitHubError> {
        #[derive(Deserialize)]
        struct Content {
            sha: Sha,
            #[serde(default)]
            content: String,
            #[serde(default)]
            encoding: String,
            #[serde(default, deserialize_with = "lenient")]
            html_url: String,
        }
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Ok(None);
        }
        let parts: Vec<String> = path.split('/').map(segment).collect();
        let mut at = in_repo(repo, &format!("contents/{}", parts.join("/")))?;
        if let Some(git_ref) = git_ref {
            at = format!("{at}?ref={}", segment(git_ref));
        }
        let found: Value = match self.get(&at).await {
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            other => other?,
        };
        if found.is_array() {
            return Ok(None);
        }
        let unreadable = |why: &str| GitHubError::Unreadable {
            why: format!("`{path}` of {repo}: {why}"),
        };
        let found: Content =
            serde_json::from_value(found).map_err(|_| unreadable("it is no file"))?;
        if found.encoding != "base64" {
            return Err(unreadable("it is too long, or no file"));
        }
        let packed: String = found.content.split_whitespace().collect();
        let bytes = BASE64_STANDARD
            .decode(packed)
            .map_err(|_| unreadable("its content is not base64"))?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
        Ok(Some(File {
            text,
            sha: found.sha,
            html_url: found.html_url,
        }))
    }

    /// The paths of the files in a folder of a repository, at a branch, tag or commit, in order;
    /// none where there is no such folder. Folders in it are left out.
    pub async fn folder(
        &self,
        repo: &RepoName,
        path: &str,
        git_ref: &str,
    ) -> Result<Vec<String>, GitHubError> {
        let parts: Vec<String> = path.split('/').map(segment).collect();
        let at = format!("contents/{}?ref={}", parts.join("/"), segment(git_ref));
        let found: Value = match self.get(&in_repo(repo, &at)?).await {
            Ok(found) => found,
            Err(GitHubError::NotFound { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        // A file of this name is one object.
        let entries = found.as_array().into_iter().flatten();
        let files = entries.filter(|entry| entry["type"] == "file");
        let mut paths: Vec<String> = files
            .filter_map(|file| file["path"].as_str().map(str::to_owned))
            .collect();
        paths.sort();
        Ok(paths)
    }

    /// Comments on an issue or pull request, with a hidden mark below the text; gives the
    /// comment's id. When it may have happened, look for the mark before trying again.
    pub async fn comment(
        &self,
        repo: &RepoName,
        number: u64,
        body: &str,
        marker: &Marker,
    ) -> Result<u64, GitHubError> {
        #[derive(Deserialize)]
        struct Written {
            id: u64,
        }
        let path = in_repo(repo, &format!("issues/{number}/comments"))?;
        let body = json!({"body": format!("{body}\n\n{marker}")});
        let answer = self
            .ask(As::Installation, Method::POST, &path, Some(&body))
            .await?;
        match json::<Written>(&answer.body) {
            Ok(written) => Ok(written.id),
            Err(error) => Err(GitHubError::Ambiguous {
                why: error.to_string(),
            }),
        }
    }

    /// The comment that carries this mark and was written by this App: anybody can write a mark.
    pub async fn find_comment_with_marker(
        &self,
        repo: &RepoName,
        number: u64,
        marker: &Marker,
    ) -> Result<Option<u64>, GitHubError> {
        let comments = self.issue_comments(repo, number).await?;
        for comment in comments.items {
            if !marker.is_in(&comment.body) {
                continue;
            }
            let ours = match (comment.app_id, &comment.user) {
                (Some(app), _) => app == self.app_id(),
                (None, Some(user)) if user.is_bot() => user.login == self.me().await?.login(),
                _ => false,
            };
            if ours {
                return Ok(Some(comment.id));
            }
        }
        Ok(None)
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, GitHubError> {
        let answer = self.ask(As::Installation, Method::GET, path, None).await?;
        json(&answer.body)
    }

    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<List<T>, GitHubError> {
        let mut items = Vec::new();
        for page in 1..=PAGES {
            let path = format!("{path}?per_page=100&page={page}");
            let answer = self.ask(As::Installation, Method::GET, &path, None).await?;
            items.extend(sensible(json::<Vec<Value>>(&answer.body)?));
            if !answer.more {
                return Ok(List { items, whole: true });
            }
        }
        Ok(List {
            items,
            whole: false,
        })
    }
}

/// Reads an answer of a question.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, GitHubError> {
    serde_json::from_slice(body).map_err(|error| GitHubError::Unreadable {
        // Only the kind of error and the place: an answer's text stays out of logs.
        why: format!("{:?} at column {}", error.classify(), error.column()),
    })
}

/// `/repos/owner/name/rest`. A name comes from a payload: whatever it holds, the path stays below
/// the repository.
pub(super) fn in_repo(repo: &RepoName, rest: &str) -> Result<String, GitHubError> {
    let (owner, name) = (repo.owner(), repo.name());
    let odd = |part: &str| matches!(part, "" | "." | "..") || part.contains('/');
    if odd(owner) || odd(name) {
        return Err(GitHubError::NotFound {
            what: format!("repository `{repo}`"),
            gone: false,
        });
    }
    let mut path = format!("/repos/{}/{}", segment(owner), segment(name));
    if !rest.is_empty() {
        path.push('/');
        path.push_str(rest);
    }
    Ok(path)
}

/// A part of a path or of a query, with all but the plainest characters written in hex.
pub(super) fn segment(text: &str) -> String {
    let mut segment = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}
