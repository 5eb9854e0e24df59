//! The shapes of issues, their comments and the lines of their timeline.

use serde_json::{Value, json};

use super::json::{node_id, reactions};
use super::records::Event;
use super::state::State;

impl State {
    /// An issue, or the issue's side of a pull request.
    pub fn issue_json(&self, repo: u64, number: u64) -> Value {
        let issue = self.issue(repo, number);
        let url = format!("{}/issues/{number}", self.repo_url(repo));
        let page = self.issue_page(repo, number);
        let comments = self.repo(repo).comments.values();
        let comments = comments.filter(|comment| comment.issue == number).count();
        let people: Vec<_> = issue
            .assignees
            .iter()
            .map(|id| self.user_json(*id))
            .collect();
        let kind = if issue.pull.is_some() { "PR" } else { "I" };
        let mut body = json!({
            "url": url, "repository_url": self.repo_url(repo),
            "labels_url": format!("{url}/labels{{/name}}"),
            "comments_url": format!("{url}/comments"), "events_url": format!("{url}/events"),
            "timeline_url": format!("{url}/timeline"), "html_url": page, "id": issue.id,
            "node_id": node_id(kind, issue.id), "number": number, "title": issue.title,
            "user": self.user_json(issue.by.user), "labels": self.labels_json(repo, issue),
            "state": if issue.open { "open" } else { "closed" },
            "state_reason": issue.state_reason, "locked": issue.locked,
            "active_lock_reason": issue.lock_reason, "assignee": people.first(),
            "assignees": people, "milestone": self.milestone_json(repo, issue.milestone),
            "comments": comments, "created_at": issue.created_at.to_string(),
            "updated_at": issue.updated_at.to_string(),
            "closed_at": issue.closed_at.map(|at| at.to_string()),
            "closed_by": issue.closed_by.map(|user| self.user_json(user)),
            "author_association": self.association(repo, issue.by), "body": issue.body,
            "reactions": reactions(&url), "performed_via_github_app": self.via_json(issue.by),
            "type": null,
        });
        if let Some(pull) = &issue.pull {
            body["draft"] = pull.draft.into();
            body["pull_request"] = json!({
                "url": format!("{}/pulls/{number}", self.repo_url(repo)), "html_url": page,
                "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
                "merged_at": pull.merged_at.map(|at| at.to_string()),
            });
        }
        body
    }

    /// A comment on an issue or on the conversation of a pull request; null where there is none.
    pub fn comment_json(&self, repo: u64, id: u64) -> Value {
        let Some(comment) = self.repo(repo).comments.get(&id) else {
            return Value::Null;
        };
        let url = format!("{}/issues/comments/{id}", self.repo_url(repo));
        json!({
            "url": url,
            "html_url": format!("{}#issuecomment-{id}", self.issue_page(repo, comment.issue)),
            "issue_url": format!("{}/issues/{}", self.repo_url(repo), comment.issue),
            "id": id, "node_id": node_id("IC", id), "user": self.user_json(comment.by.user),
            "created_at": comment.created_at.to_string(),
            "updated_at": comment.updated_at.to_string(),
            "author_association": self.association(repo, comment.by), "body": comment.body,
            "reactions": self.reactions_json(repo, id, &url),
            "performed_via_github_app": self.via_json(comment.by),
        })
    }

    /// An event of a timeline.
    pub fn event_json(&self, repo: u64, event: &Event) -> Value {
        if event.kind == "cross-referenced" {
            // This kind has no id of its own: its source is what tells it from others.
            let source = event.extra["number"].as_u64().unwrap_or_default();
            return json!({
                "event": event.kind, "actor": self.user_json(event.by.user),
                "created_at": event.at.to_string(), "updated_at": event.at.to_string(),
                "source": {"type": "issue", "issue": self.issue_json(repo, source)},
            });
        }
        let mut body = json!({
            "id": event.id, "node_id": node_id("EV", event.id),
            "url": format!("{}/issues/events/{}", self.repo_url(repo), event.id),
            "actor": self.user_json(event.by.user), "event": event.kind, "commit_id": null,
            "commit_url": null, "created_at": event.at.to_string(),
            "performed_via_github_app": self.via_json(event.by),
        });
        if let (Some(fields), Some(extra)) = (body.as_object_mut(), event.extra.as_object()) {
            fields.extend(extra.clone());
        }
        body
    }
}
