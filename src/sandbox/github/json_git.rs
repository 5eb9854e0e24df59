//! The shapes of commits, changed files and checks.

use serde_json::{Value, json};

use super::diff::patch;
use super::git::{Change, Commit};
use super::json::node_id;
use super::page::encode;
use super::records::CheckRun;
use super::state::State;

impl State {
    /// A commit as git sees it.
    pub fn git_commit_json(&self, repo: u64, commit: &Commit) -> Value {
        let (url, page) = (self.repo_url(repo), self.repo_page(repo));
        let who = json!({
            "name": commit.author.name, "email": commit.author.email,
            "date": commit.at.to_string(),
        });
        let parents: Vec<_> = commit
            .parents
            .iter()
            .map(|sha| self.parent_json(repo, sha, true))
            .collect();
        json!({
            "sha": commit.sha, "node_id": format!("C_{}", commit.sha),
            "url": format!("{url}/git/commits/{}", commit.sha),
            "html_url": format!("{page}/commit/{}", commit.sha), "author": who, "committer": who,
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": format!("{url}/git/trees/{}", commit.tree)},
            "parents": parents, "verification": verification(commit),
        })
    }

    fn parent_json(&self, repo: u64, sha: &str, git: bool) -> Value {
        let below = if git { "git/commits" } else { "commits" };
        json!({
            "sha": sha, "url": format!("{}/{below}/{sha}", self.repo_url(repo)),
            "html_url": format!("{}/commit/{sha}", self.repo_page(repo)),
        })
    }

    /// A commit as the repository shows it; with its files where asked.
    pub fn commit_json(&self, repo: u64, commit: &Commit, files: bool) -> Value {
        let (url, page) = (self.repo_url(repo), self.repo_page(repo));
        let mut inner = self.git_commit_json(repo, commit);
        if let Some(fields) = inner.as_object_mut() {
            for field in ["sha", "node_id", "html_url", "parents"] {
                fields.remove(field);
            }
        }
        inner["comment_count"] = 0.into();
        let parents: Vec<_> = commit
            .parents
            .iter()
            .map(|sha| self.parent_json(repo, sha, false))
            .collect();
        let account = commit.author.user.map(|user| self.user_json(user));
        let mut body = json!({
            "sha": commit.sha, "node_id": format!("C_{}", commit.sha), "commit": inner,
            "url": format!("{url}/commits/{}", commit.sha),
            "html_url": format!("{page}/commit/{}", commit.sha),
            "comments_url": format!("{url}/commits/{}/comments", commit.sha),
            "author": account, "committer": account, "parents": parents,
        });
        if files {
            let changes = self.repo(repo).git.changes_of(commit);
            let files: Vec<_> = changes
                .iter()
                .map(|one| self.file_json(repo, &commit.sha, one))
                .collect();
            let sum = |field: &str| {
                files
                    .iter()
                    .filter_map(|file| file[field].as_u64())
                    .sum::<u64>()
            };
            body["stats"] = json!({
                "total": sum("changes"), "additions": sum("additions"), "deletions": sum("deletions"),
            });
            body["files"] = files.into();
        }
        body
    }

    /// A changed file, with its patch.
    pub fn file_json(&self, repo: u64, at: &str, change: &Change) -> Value {
        let git = &self.repo(repo).git;
        let diff = patch(
            &git.text(change.old.as_ref()),
            &git.text(change.new.as_ref()),
        );
        let path = encode(&change.path, true);
        let (url, page) = (self.repo_url(repo), self.repo_page(repo));
        json!({
            "sha": change.new.as_ref().or(change.old.as_ref()), "filename": change.path,
            "status": change.status(), "additions": diff.additions, "deletions": diff.deletions,
            "changes": diff.additions + diff.deletions,
            "blob_url": format!("{page}/blob/{at}/{path}"),
            "raw_url": format!("{page}/raw/{at}/{path}"),
            "contents_url": format!("{url}/contents/{path}?ref={at}"), "patch": diff.text(),
        })
    }

    /// A check run.
    pub fn check_json(&self, repo: u64, run: &CheckRun) -> Value {
        let (url, page) = (self.repo_url(repo), self.repo_page(repo));
        let own = format!("{url}/check-runs/{}", run.id);
        let page = format!("{page}/runs/{}", run.id);
        let app = if run.ours {
            self.app_json()
        } else {
            self.runner_json()
        };
        json!({
            "id": run.id, "node_id": node_id("CR", run.id), "head_sha": run.sha,
            "external_id": run.external_id, "url": own, "html_url": page,
            "details_url": run.details_url.as_ref().unwrap_or(&page), "status": run.status,
            "conclusion": run.conclusion, "started_at": run.started_at.to_string(),
            "completed_at": run.completed_at.map(|at| at.to_string()),
            "output": {
                "title": run.title, "summary": run.summary, "text": run.text,
                "annotations_count": run.annotations.len(),
                "annotations_url": format!("{own}/annotations"),
            },
            "name": run.name, "check_suite": {"id": run.suite}, "app": app,
            "pull_requests": self.brief_pulls(repo, &run.sha),
        })
    }

    /// The App that runs workflows on github.com.
    fn runner_json(&self) -> Value {
        let at = self.app_created.to_string();
        json!({
            "id": 15_368, "client_id": "Iv1.05c79e9ad1f6bdfa", "slug": "github-actions",
            "node_id": node_id("A", 15_368),
            "owner": self.app_owner.map(|owner| self.user_json(owner)), "name": "GitHub Actions",
            "description": "Automate your workflow from idea to production",
            "external_url": format!("{}/features/actions", self.public_url),
            "html_url": format!("{}/apps/github-actions", self.public_url), "created_at": at,
            "updated_at": at, "permissions": {"checks": "write", "metadata": "read"}, "events": [],
        })
    }

    /// The open pull requests with this head, as checks name them.
    pub fn brief_pulls(&self, repo: u64, sha: &str) -> Vec<Value> {
        let here = self.repo(repo);
        let url = self.repo_url(repo);
        let own = json!({"id": repo, "url": url, "name": here.name});
        let pulls = here.issues.iter().filter(|(_, issue)| issue.open);
        pulls
            .filter_map(|(number, issue)| Some((number, issue.pull.as_ref()?)))
            .filter(|(_, pull)| pull.head_sha == sha)
            .map(|(number, pull)| {
                json!({
                    "url": format!("{url}/pulls/{number}"), "id": pull.id, "number": number,
                    "head": {"ref": pull.head, "sha": pull.head_sha, "repo": own},
                    "base": {"ref": pull.base, "sha": pull.base_sha, "repo": own},
                })
            })
            .collect()
    }
}

fn verification(commit: &Commit) -> Value {
    let reason = if commit.verified { "valid" } else { "unsigned" };
    json!({
        "verified": commit.verified, "reason": reason, "signature": null, "payload": null,
        "verified_at": commit.verified.then(|| commit.at.to_string()),
    })
}
