//! What GitHub says about what happened: the bodies of webhooks, put in the queue in order.

use serde_json::{Value, json};

use super::json::node_id;
use super::state::State;

impl State {
    /// Queues one webhook about a repository, with `repository`, `organization`, `sender` and
    /// `installation` added; nothing where the App is not installed.
    pub fn emit(&mut self, repo: u64, event: &'static str, sender: u64, mut body: Value) {
        let Some(installation) = self.installation_of(repo).map(|one| one.id) else {
            return;
        };
        let mut about = self.repo_json(repo);
        if event == "push" {
            // A push alone has these two as seconds, and the owner's name twice.
            let here = self.repo(repo);
            about["created_at"] = here.created_at.as_second().into();
            about["pushed_at"] = here.pushed_at.as_second().into();
            about["master_branch"] = here.default_branch.clone().into();
            about["stargazers"] = 0.into();
            about["organization"] = here.owner_login.clone().into();
            about["owner"]["name"] = here.owner_login.clone().into();
            about["owner"]["email"] = Value::Null;
        }
        body["repository"] = about;
        body["organization"] = self.organization_json(self.repo(repo).owner);
        body["sender"] = self.user_json(sender);
        body["installation"] =
            json!({"id": installation, "node_id": node_id("MDIz", installation)});
        self.enqueue(event, body, Some(repo), Some(installation));
    }

    /// Queues `issues` or `pull_request`, whichever this number is, with its state of now.
    pub fn emit_issue(&mut self, repo: u64, number: u64, action: &str, sender: u64, extra: Value) {
        let pull = self.issue(repo, number).pull.is_some();
        let mut body = json!({"action": action});
        if pull {
            body["number"] = number.into();
            body["pull_request"] = self.pull_json(repo, number, true);
        } else {
            body["issue"] = self.issue_json(repo, number);
        }
        let event = if pull { "pull_request" } else { "issues" };
        self.emit(repo, event, sender, with(body, extra));
    }

    /// Queues a webhook about the installation itself: `installation` names all its repositories,
    /// `installation_repositories` those that came and went.
    pub fn emit_installation(
        &mut self,
        event: &'static str,
        action: &str,
        id: u64,
        sender: u64,
        repos: (&[u64], &[u64]),
    ) {
        let brief = |repos: &[u64]| -> Vec<Value> {
            let brief = repos.iter().map(|repo| {
                let here = self.repo(*repo);
                json!({
                    "id": here.id, "node_id": node_id("R", here.id), "name": here.name,
                    "full_name": format!("{}/{}", here.owner_login, here.name),
                    "private": here.private,
                })
            });
            brief.collect()
        };
        let mut body = json!({
            "action": action, "installation": self.installation_json(id),
            "sender": self.user_json(sender), "requester": null,
        });
        if event == "installation" {
            body["repositories"] = brief(repos.0).into();
        } else {
            body["repository_selection"] = "selected".into();
            body["repositories_added"] = brief(repos.0).into();
            body["repositories_removed"] = brief(repos.1).into();
        }
        self.enqueue(event, body, None, Some(id));
    }

    /// Queues `membership`, about a team of an organisation in which the App is installed; nothing where it
    /// may not see members.
    pub fn emit_membership(
        &mut self,
        org: u64,
        slug: &str,
        action: &str,
        (member, sender): (u64, u64),
    ) {
        let mut all = self.installations.iter();
        let here = all.find(|one| one.account == org).map(|one| one.id);
        let Some(installation) = here.filter(|_| !self.withheld.contains("members")) else {
            return;
        };
        let mut member = self.user_json(member);
        member["user_view_type"] = "public".into();
        let body = json!({
            "action": action, "scope": "team", "member": member,
            "sender": self.user_json(sender),
            "team": {"name": slug, "slug": slug, "privacy": "closed", "permission": "pull"},
            "organization": self.organization_json(org),
            "installation": {"id": installation, "node_id": node_id("MDIz", installation)},
        });
        self.enqueue("membership", body, None, Some(installation));
    }

    /// Queues the `ping` that GitHub sends when a webhook's address is set.
    pub fn emit_ping(&mut self, hook: u64) {
        let at = self.app_created.to_string();
        let body = json!({
            "zen": "Keep it logically awesome.", "hook_id": hook,
            "hook": {
                "type": "App", "id": hook, "name": "web", "active": true,
                "events": super::app::events(), "app_id": self.app_id,
                "config": {
                    "content_type": "json", "insecure_ssl": "0", "secret": "********",
                    "url": self.queue.hook_url.clone().unwrap_or_default(),
                },
                "updated_at": at, "created_at": at,
                "deliveries_url": format!("{}/app/hook/deliveries", self.api()),
            },
        });
        self.enqueue("ping", body, None, None);
    }

    fn organization_json(&self, owner: u64) -> Value {
        let url = format!("{}/orgs/{}", self.api(), self.login(owner));
        json!({
            "login": self.login(owner), "id": owner, "node_id": node_id("O", owner), "url": url,
            "repos_url": format!("{url}/repos"), "events_url": format!("{url}/events"),
            "hooks_url": format!("{url}/hooks"), "issues_url": format!("{url}/issues"),
            "members_url": format!("{url}/members{{/member}}"),
            "public_members_url": format!("{url}/public_members{{/member}}"),
            "avatar_url": format!("{}/avatars/u/{owner}?v=4", self.public_url), "description": null,
        })
    }
}

/// A webhook's body with what only this action has in it.
pub(super) fn with(mut body: Value, extra: Value) -> Value {
    if let (Some(fields), Value::Object(extra)) = (body.as_object_mut(), extra) {
        fields.extend(extra);
    }
    body
}
