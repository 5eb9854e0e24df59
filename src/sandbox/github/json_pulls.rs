//! The shapes of pull requests, reviews and review comments.

use serde_json::{Value, json};

use super::git::changes;
use super::json::{node_id, reactions};
use super::state::State;

impl State {
    /// A pull request; `full` adds what a list and a review's webhook leave out. Null where the
    /// number is no pull request.
    pub fn pull_json(&self, repo: u64, number: u64, full: bool) -> Value {
        let issue = self.issue(repo, number);
        let Some(pull) = &issue.pull else {
            return Value::Null;
        };
        let root = self.repo_url(repo);
        let url = format!("{root}/pulls/{number}");
        let page = self.issue_page(repo, number);
        let comments_url = format!("{root}/issues/{number}/comments");
        let statuses = format!("{root}/statuses/{}", pull.head_sha);
        let people: Vec<_> = issue
            .assignees
            .iter()
            .map(|id| self.user_json(*id))
            .collect();
        let asked: Vec<_> = pull
            .requested
            .iter()
            .map(|id| self.user_json(*id))
            .collect();
        let owner = &self.repo(repo).owner_login;
        let mut own = self.repo_json(repo);
        // The repository of a branch tells how it merges, the one beside it does not.
        for way in [
            "allow_squash_merge",
            "allow_merge_commit",
            "allow_rebase_merge",
        ] {
            own[way] = true.into();
        }
        own["delete_branch_on_merge"] = false.into();
        let side = |branch: &str, sha: &str| {
            json!({
                "label": format!("{owner}:{branch}"), "ref": branch, "sha": sha,
                "user": self.user_json(self.repo(repo).owner), "repo": own,
            })
        };
        let link = |to: &str| json!({"href": to});
        let mut body = json!({
            "url": url, "id": pull.id, "node_id": node_id("PR", issue.id), "html_url": page,
            "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
            "issue_url": format!("{root}/issues/{number}"), "number": number,
            "state": if issue.open { "open" } else { "closed" }, "locked": issue.locked,
            "title": issue.title, "user": self.user_json(issue.by.user), "body": issue.body,
            "created_at": issue.created_at.to_string(), "updated_at": issue.updated_at.to_string(),
            "closed_at": issue.closed_at.map(|at| at.to_string()),
            "merged_at": pull.merged_at.map(|at| at.to_string()),
            "merge_commit_sha": pull.merge_sha, "assignee": people.first(), "assignees": people,
            "requested_reviewers": asked, "requested_teams": [],
            "labels": self.labels_json(repo, issue),
            "milestone": self.milestone_json(repo, issue.milestone), "draft": pull.draft,
            "commits_url": format!("{url}/commits"),
            "review_comments_url": format!("{url}/comments"),
            "review_comment_url": format!("{root}/pulls/comments{{/number}}"),
            "comments_url": comments_url, "statuses_url": statuses,
            "head": side(&pull.head, &pull.head_sha), "base": side(&pull.base, &pull.base_sha),
            "_links": {
                "self": link(&url), "html": link(&page),
                "issue": link(&format!("{root}/issues/{number}")), "comments": link(&comments_url),
                "review_comments": link(&format!("{url}/comments")),
                "review_comment": link(&format!("{root}/pulls/comments{{/number}}")),
                "commits": link(&format!("{url}/commits")), "statuses": link(&statuses),
            },
            "author_association": self.association(repo, issue.by), "auto_merge": null,
            "active_lock_reason": issue.lock_reason,
        });
        if full
            && let (Some(fields), Value::Object(more)) =
                (body.as_object_mut(), self.pull_more(repo, number))
        {
            fields.extend(more);
        }
        body
    }

    fn pull_more(&self, repo: u64, number: u64) -> Value {
        let here = self.repo(repo);
        let Some(pull) = &self.issue(repo, number).pull else {
            return Value::Null;
        };
        let git = &here.git;
        let files = self.pull_files(repo, number);
        let sum = |field: &str| {
            files
                .iter()
                .filter_map(|file| file[field].as_u64())
                .sum::<u64>()
        };
        let merged = pull.merged_at.is_some();
        let base = git.branch(&pull.base).unwrap_or(&pull.base_sha);
        let mergeable = git.merge_files(base, &pull.head_sha).is_some();
        json!({
            "merged": merged, "mergeable": if merged { Value::Null } else { mergeable.into() },
            "rebaseable": if merged { Value::Null } else { mergeable.into() },
            "mergeable_state": match (merged, pull.draft, mergeable) {
                (true, _, _) => "unknown",
                (_, true, _) => "draft",
                (_, _, true) => "clean",
                _ => "dirty",
            },
            "merged_by": pull.merged_by.map(|user| self.user_json(user)),
            "comments": here.comments.values().filter(|comment| comment.issue == number).count(),
            "review_comments": pull.comments.len(), "maintainer_can_modify": false,
            "commits": git.between(&pull.base_sha, &pull.head_sha).len(),
            "additions": sum("additions"), "deletions": sum("deletions"),
            "changed_files": files.len(),
        })
    }

    /// The files that a pull request changes, against where it left its base.
    pub fn pull_files(&self, repo: u64, number: u64) -> Vec<Value> {
        let Some(pull) = &self.issue(repo, number).pull else {
            return Vec::new();
        };
        let git = &self.repo(repo).git;
        let fork = git
            .merge_base(&pull.base_sha, &pull.head_sha)
            .unwrap_or_default();
        let changes = changes(&git.files(&fork), &git.files(&pull.head_sha));
        changes
            .iter()
            .map(|one| self.file_json(repo, &pull.head_sha, one))
            .collect()
    }

    /// A review; null where there is none.
    pub fn review_json(&self, repo: u64, number: u64, id: u64) -> Value {
        let pull = self.issue(repo, number).pull.as_ref();
        let Some(review) = pull.and_then(|pull| pull.reviews.get(&id)) else {
            return Value::Null;
        };
        let page = format!("{}#pullrequestreview-{id}", self.issue_page(repo, number));
        let url = format!("{}/pulls/{number}", self.repo_url(repo));
        let mut body = json!({
            "id": id, "node_id": node_id("PRR", id), "user": self.user_json(review.by.user),
            "body": review.body, "state": review.state, "html_url": page,
            "pull_request_url": url, "author_association": self.association(repo, review.by),
            "_links": {"html": {"href": page}, "pull_request": {"href": url}},
            "commit_id": review.commit,
        });
        if let Some(at) = review.submitted_at {
            body["submitted_at"] = at.to_string().into();
        }
        body
    }

    /// A review comment; null where there is none.
    pub fn review_comment_json(&self, repo: u64, number: u64, id: u64) -> Value {
        let pull = self.issue(repo, number).pull.as_ref();
        let Some(comment) = pull.and_then(|pull| pull.comments.get(&id)) else {
            return Value::Null;
        };
        let url = format!("{}/pulls/comments/{id}", self.repo_url(repo));
        let page = format!("{}#discussion_r{id}", self.issue_page(repo, number));
        let of = format!("{}/pulls/{number}", self.repo_url(repo));
        let mut body = json!({
            "url": url, "pull_request_review_id": comment.review, "id": id,
            "node_id": node_id("PRRC", id), "diff_hunk": comment.hunk, "path": comment.path,
            "commit_id": comment.commit, "original_commit_id": comment.commit,
            "user": self.user_json(comment.by.user), "body": comment.body,
            "created_at": comment.created_at.to_string(),
            "updated_at": comment.updated_at.to_string(), "html_url": page,
            "pull_request_url": of, "author_association": self.association(repo, comment.by),
            "_links": {
                "self": {"href": url}, "html": {"href": page}, "pull_request": {"href": of},
            },
            "reactions": reactions(&url), "start_line": comment.start_line,
            "original_start_line": comment.start_line, "start_side": comment.start_side,
            "line": comment.line, "original_line": comment.line, "side": comment.side,
            "original_position": comment.position, "position": comment.position,
            "subject_type": if comment.line.is_some() { "line" } else { "file" },
        });
        if let Some(to) = comment.reply_to {
            body["in_reply_to_id"] = to.into();
        }
        body
    }
}
