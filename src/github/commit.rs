//! Files written in one commit, through git's own objects, and pull requests made of them.
//!
//! Each of these ends at the same place however often it is begun: the branch has a name that says
//! what it is for, a tree that is already there is not committed again, and a pull request of that
//! branch is found instead of opened twice. With no author named, GitHub signs the commit for the
//! App, and shows it as verified.

use hyper::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GitHubError;
use super::answer::{List, Pull};
use super::client::GitHub;
use super::read::{in_repo, segment};
use crate::id::{RepoName, Sha};

/// Files to be written to a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit<'a> {
    /// The branch, `sssbot/init`; made where it is not there.
    pub branch: &'a str,
    /// The branch that it grows from then.
    pub base: &'a str,
    /// The commit's message.
    pub message: &'a str,
    /// Paths and what shall be there; `None` for a file that shall not be there. All others stay.
    pub files: &'a [(String, Option<String>)],
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The branch's newest commit.
    pub commit: Sha,
    /// Whether that one is new; `false` where all files were so already.
    pub changed: bool,
}

/// What one commit has that another has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Where the two parted.
    pub parted: Sha,
    /// The files that differ from there; of one with a new name, both.
    pub files: Vec<String>,
    /// Whether these are all.
    pub whole: bool,
}

/// The most files that a comparison lists (docs.github.com/rest/commits/commits).
const COMPARED: usize = 300;

#[derive(Deserialize)]
struct Ref {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    sha: Sha,
}

#[derive(Deserialize)]
struct GitCommit {
    sha: Sha,
    tree: Object,
}

impl GitHub {
    /// The newest commit of a branch; `None` when there is no such branch.
    pub async fn tip(&self, repo: &RepoName, branch: &str) -> Result<Option<Sha>, GitHubError> {
        let path = in_repo(repo, &format!("git/ref/heads/{}", slashed(branch)))?;
        match self.get::<Ref>(&path).await {
            Ok(found) => Ok(Some(found.object.sha)),
            Err(GitHubError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `GET /repos/{o}/{r}/commits`: the newest commit of the default branch; `None` when there is
    /// none at all.
    pub async fn newest_commit(&self, repo: &RepoName) -> Result<Option<Sha>, GitHubError> {
        let path = in_repo(repo, "commits?per_page=1")?;
        match self.get::<Vec<Object>>(&path).await {
            Ok(found) => Ok(found.into_iter().next().map(|commit| commit.sha)),
            // "Git Repository is empty."
            Err(GitHubError::Refused { status: 409, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `GET /repos/{o}/{r}/commits`: the newest commits of the default branch, the newest first; a
    /// hundred at most.
    pub async fn newest_commits(&self, repo: &RepoName) -> Result<Vec<Sha>, GitHubError> {
        let path = in_repo(repo, "commits?per_page=100")?;
        match self.get::<Vec<Object>>(&path).await {
            Ok(found) => Ok(found.into_iter().map(|commit| commit.sha).collect()),
            // "Git Repository is empty."
            Err(GitHubError::Refused { status: 409, .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// `GET /repos/{o}/{r}/commits?path=`: the newest commits of the default branch that touch this
    /// file, the newest first; ten at most.
    pub async fn commits_of(&self, repo: &RepoName, path: &str) -> Result<Vec<Sha>, GitHubError> {
        let found = self.history_of(repo, path).await?;
        Ok(found.into_iter().map(|(commit, _)| commit).collect())
    }

    /// The same, each with when it was committed.
    pub async fn history_of(
        &self,
        repo: &RepoName,
        path: &str,
    ) -> Result<Vec<(Sha, Option<Timestamp>)>, GitHubError> {
        #[derive(Deserialize)]
        struct Listed {
            sha: Sha,
            #[serde(default)]
            commit: Value,
        }
        let query = format!("commits?path={}&per_page=10", segment(path));
        let dated = |listed: Listed| {
            let at = listed.commit.pointer("/committer/date");
            let at = at.and_then(Value::as_str).and_then(|at| at.parse().ok());
            (listed.sha, at)
        };
        match self.get::<Vec<Listed>>(&in_repo(repo, &query)?).await {
            Ok(found) => Ok(found.into_iter().map(dated).collect()),
            // "Git Repository is empty."
            Err(GitHubError::Refused { status: 409, .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The parents of a commit, the first one first; `None` where there is no such commit.
    pub async fn parents(
        &self,
        repo: &RepoName,
        commit: &Sha,
    ) -> Result<Option<Vec<Sha>>, GitHubError> {
        #[derive(Deserialize)]
        struct Born {
            #[serde(default)]
            parents: Vec<Object>,
        }
        let path = format!("git/commits/{}", segment(commit.as_str()));
        match self.get::<Born>(&in_repo(repo, &path)?).await {
            Ok(born) => Ok(Some(born.parents.into_iter().map(|it| it.sha).collect())),
            Err(GitHubError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a repository has this commit, as far as it knows by now.
    pub async fn has_commit(&self, repo: &RepoName, commit: &Sha) -> Result<bool, GitHubError> {
        let path = format!("git/commits/{}", segment(commit.as_str()));
        match self.get::<Object>(&in_repo(repo, &path)?).await {
            Ok(_) => Ok(true),
            Err(GitHubError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes files to a branch in one commit: tree, commit and ref, five calls at most, each of
    /// which may be repeated.
    ///
    /// # Errors
    /// [`GitHubError::NotFound`] where the base is not there. `Refused` with 422 when somebody
    /// else moved the branch in between, or it is protected; from the beginning, then.
    pub async fn commit_files(
        &self,
        repo: &RepoName,
        commit: &Commit<'_>,
    ) -> Result<Committed, GitHubError> {
        let own = self.tip(repo, commit.branch).await?;
        let parent = match &own {
            Some(tip) => tip.clone(),
            None => {
                let base = self.tip(repo, commit.base).await?;
                base.ok_or_else(|| GitHubError::NotFound {
                    gone: false,
                    what: format!("branch `{}`", commit.base),
                })?
            }
        };
        let path = format!("git/commits/{}", segment(parent.as_str()));
        let before: GitCommit = self.get(&in_repo(repo, &path)?).await?;
        let entries = commit.files.iter().map(|(path, content)| {
            let mut entry = json!({"path": path, "mode": "100644", "type": "blob"});
            match content {
                Some(content) => entry["content"] = content.as_str().into(),
                None => entry["sha"] = Value::Null,
            }
            entry
        });
        let entries: Vec<Value> = entries.collect();
        let body = json!({"base_tree": before.tree.sha, "tree": entries});
        let trees = in_repo(repo, "git/trees")?;
        let tree: Object = self.write(Method::POST, &trees, Some(&body)).await?;
        if tree.sha == before.tree.sha {
            if own.is_none() {
                self.move_branch(repo, commit.branch, &parent, true).await?;
            }
            return Ok(Committed {
                commit: parent,
                changed: false,
            });
        }
        let body = json!({"message": commit.message, "tree": tree.sha, "parents": [parent]});
        let commits = in_repo(repo, "git/commits")?;
        let made: GitCommit = self.write(Method::POST, &commits, Some(&body)).await?;
        self.move_branch(repo, commit.branch, &made.sha, own.is_none())
            .await?;
        Ok(Committed {
            commit: made.sha,
            changed: true,
        })
    }

    async fn move_branch(
        &self,
        repo: &RepoName,
        branch: &str,
        to: &Sha,
        new: bool,
    ) -> Result<(), GitHubError> {
        if new {
            let body = json!({"ref": format!("refs/heads/{branch}"), "sha": to});
            let path = in_repo(repo, "git/refs")?;
            let _: Ref = self.write(Method::POST, &path, Some(&body)).await?;
        } else {
            let path = in_repo(repo, &format!("git/refs/heads/{}", slashed(branch)))?;
            let body = json!({"sha": to, "force": false});
            let _: Ref = self.write(Method::PATCH, &path, Some(&body)).await?;
        }
        Ok(())
    }

    /// `GET /repos/{o}/{r}/compare/{base}...{head}`: what `head` has changed since it left `base`,
    /// a branch or a commit.
    pub async fn compared(
        &self,
        repo: &RepoName,
        base: &str,
        head: &Sha,
    ) -> Result<Compared, GitHubError> {
        #[derive(Deserialize)]
        struct Answer {
            merge_base_commit: Object,
            #[serde(default)]
            files: Vec<Touched>,
        }
        #[derive(Deserialize)]
        struct Touched {
            filename: String,
            #[serde(default)]
            previous_filename: Option<String>,
        }
        let (base, head) = (slashed(base), segment(head.as_str()));
        // The commits do not matter, and the files are all on the first page.
        let path = in_repo(repo, &format!("compare/{base}...{head}?per_page=1"))?;
        let answer: Answer = self.get(&path).await?;
        let whole = answer.files.len() < COMPARED;
        let files = answer.files.into_iter();
        Ok(Compared {
            parted: answer.merge_base_commit.sha,
            files: files
                .flat_map(|file| [Some(file.filename), file.previous_filename])
                .flatten()
                .collect(),
            whole,
        })
    }

    /// `GET /repos/{o}/{r}/pulls`: the open pull requests, up to a thousand.
    pub async fn open_pulls(&self, repo: &RepoName) -> Result<List<Pull>, GitHubError> {
        self.list_of(&in_repo(repo, "pulls?state=open")?, None)
            .await
    }

    /// The open pull request from this branch of the same repository, the newest.
    pub async fn pull_of(
        &self,
        repo: &RepoName,
        branch: &str,
    ) -> Result<Option<Pull>, GitHubError> {
        let head = segment(&format!("{}:{branch}", repo.owner()));
        let path = in_repo(repo, &format!("pulls?state=open&head={head}"))?;
        let pulls: List<Pull> = self.list_of(&path, None).await?;
        // A server that does not know the filter gives all.
        let own = pulls
            .items
            .into_iter()
            .filter(|pull| pull.head.branch == branch);
        Ok(own.max_by_key(|pull| pull.number))
    }

    /// `POST /repos/{o}/{r}/pulls`: asks for a branch to be merged; the one that is open already,
    /// where there is one. It may be repeated, after an ambiguous outcome too.
    ///
    /// # Errors
    /// `Refused` with 422 where the branch has nothing that its base has not.
    pub async fn propose(
        &self,
        repo: &RepoName,
        branch: &str,
        base: &str,
        title: &str,
        body: &str,
    ) -> Result<Pull, GitHubError> {
        if let Some(pull) = self.pull_of(repo, branch).await? {
            return Ok(pull);
        }
        let asked = json!({"title": title, "body": body, "head": branch, "base": base});
        let path = in_repo(repo, "pulls")?;
        let outcome = self.write(Method::POST, &path, Some(&asked)).await;
        if let Err(GitHubError::Refused {
            status: 422,
            message,
        }) = &outcome
            && message.contains("already exists")
            && let Some(pull) = self.pull_of(repo, branch).await?
        {
            return Ok(pull);
        }
        outcome
    }
}

/// A branch's name in a path: its slashes stay.
fn slashed(branch: &str) -> String {
    let parts: Vec<String> = branch.split('/').map(segment).collect();
    parts.join("/")
}
