//! The shapes of people, repositories, labels, milestones and Apps.

use base64::Engine;
use serde_json::{Value, json};

use super::app;
use super::page::encode;
use super::records::{AccountKind, Doer, Issue, Label};
use super::state::State;

/// A global id: a prefix that says the kind, and the number.
pub(super) fn node_id(kind: &str, id: u64) -> String {
    let bytes = id.to_be_bytes();
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    format!("{kind}_kwDO{text}")
}

/// A reaction summary in which nobody reacted.
pub(super) fn reactions(url: &str) -> Value {
    json!({
        "url": format!("{url}/reactions"), "total_count": 0, "+1": 0, "-1": 0, "laugh": 0,
        "hooray": 0, "confused": 0, "heart": 0, "rocket": 0, "eyes": 0,
    })
}

impl State {
    /// Where the API is: below the pages, as on GitHub Enterprise Server, so that one port has both.
    pub fn api(&self) -> String {
        format!("{}/api/v3", self.public_url)
    }

    /// The API's address of a repository.
    pub fn repo_url(&self, id: u64) -> String {
        let repo = self.repo(id);
        format!("{}/repos/{}/{}", self.api(), repo.owner_login, repo.name)
    }

    /// The page of a repository.
    pub fn repo_page(&self, id: u64) -> String {
        let repo = self.repo(id);
        format!("{}/{}/{}", self.public_url, repo.owner_login, repo.name)
    }

    /// The page of an issue or a pull request.
    pub fn issue_page(&self, repo: u64, number: u64) -> String {
        let pull = self.issue(repo, number).pull.is_some();
        let kind = if pull { "pull" } else { "issues" };
        format!("{}/{kind}/{number}", self.repo_page(repo))
    }

    /// An account as it stands inside other things.
    pub fn user_json(&self, id: u64) -> Value {
        let Some(user) = self.users.get(&id) else {
            return Value::Null;
        };
        let login = &user.login;
        let url = format!("{}/users/{}", self.api(), encode(login, false));
        let page = match user.kind {
            AccountKind::Bot => {
                format!(
                    "{}/apps/{}",
                    self.public_url,
                    login.trim_end_matches("[bot]")
                )
            }
            _ => format!("{}/{login}", self.public_url),
        };
        let kind = match user.kind {
            AccountKind::Person => "User",
            AccountKind::Bot => "Bot",
            AccountKind::Organization => "Organization",
        };
        json!({
            "login": login, "id": id, "node_id": node_id("U", id),
            "avatar_url": format!("{}/avatars/u/{id}?v=4", self.public_url),
            "gravatar_id": "", "url": url, "html_url": page,
            "followers_url": format!("{url}/followers"),
            "following_url": format!("{url}/following{{/other_user}}"),
            "gists_url": format!("{url}/gists{{/gist_id}}"),
            "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{url}/subscriptions"),
            "organizations_url": format!("{url}/orgs"),
            "repos_url": format!("{url}/repos"),
            "events_url": format!("{url}/events{{/privacy}}"),
            "received_events_url": format!("{url}/received_events"),
            "type": kind, "user_view_type": "public", "site_admin": false,
        })
    }

    /// What the author is to the repository: every person here is a member of every organization.
    pub fn association(&self, repo: u64, by: Doer) -> &'static str {
        if by.user == self.repo(repo).owner {
            return "OWNER";
        }
        match self.users.get(&by.user).map(|user| user.kind) {
            Some(AccountKind::Person) => "MEMBER",
            _ => "NONE",
        }
    }

    /// A repository.
    pub fn repo_json(&self, id: u64) -> Value {
        let repo = self.repo(id);
        let (url, page) = (self.repo_url(id), self.repo_page(id));
        let open = repo.issues.values().filter(|issue| issue.open).count();
        let host = self.public_url.split("//").last().unwrap_or_default();
        let full_name = format!("{}/{}", repo.owner_login, repo.name);
        let mut body = json!({
            "id": id, "node_id": node_id("R", id), "name": repo.name, "full_name": full_name,
            "private": repo.private, "owner": self.user_json(repo.owner), "html_url": page,
            "description": repo.description, "fork": false, "url": url,
            "created_at": repo.created_at.to_string(), "updated_at": repo.updated_at.to_string(),
            "pushed_at": repo.pushed_at.to_string(),
            "git_url": format!("git://{host}/{full_name}.git"),
            "ssh_url": format!("git@{host}:{full_name}.git"),
            "clone_url": format!("{page}.git"), "svn_url": page, "topics": [],
            "visibility": if repo.private { "private" } else { "public" },
            "default_branch": repo.default_branch,
        });
        for field in ["homepage", "language", "mirror_url", "license"] {
            body[field] = Value::Null;
        }
        for field in [
            "size",
            "stargazers_count",
            "watchers_count",
            "forks_count",
            "forks",
            "watchers",
        ] {
            body[field] = 0.into();
        }
        for field in ["open_issues_count", "open_issues"] {
            body[field] = open.into();
        }
        for field in [
            "has_issues",
            "has_projects",
            "has_downloads",
            "has_wiki",
            "allow_forking",
        ] {
            body[field] = true.into();
        }
        for field in NOT_SO {
            body[*field] = false.into();
        }
        for (field, tail) in REPO_URLS {
            body[*field] = format!("{url}{tail}").into();
        }
        body
    }

    /// A label of a repository.
    pub fn label_json(&self, repo: u64, label: &Label) -> Value {
        let url = format!(
            "{}/labels/{}",
            self.repo_url(repo),
            encode(&label.name, false)
        );
        json!({
            "id": label.id, "node_id": node_id("LA", label.id), "url": url, "name": label.name,
            "color": label.color, "default": false, "description": label.description,
        })
    }

    /// The labels that an issue has.
    pub fn labels_json(&self, repo: u64, issue: &Issue) -> Vec<Value> {
        let all = &self.repo(repo).labels;
        issue
            .labels
            .iter()
            .filter_map(|id| all.iter().find(|label| label.id == *id))
            .map(|label| self.label_json(repo, label))
            .collect()
    }

    /// A milestone; null where there is no such number.
    pub fn milestone_json(&self, repo: u64, number: Option<u64>) -> Value {
        let found =
            number.and_then(|number| Some((number, self.repo(repo).milestones.get(&number)?)));
        let Some((number, milestone)) = found else {
            return Value::Null;
        };
        let url = format!("{}/milestones/{number}", self.repo_url(repo));
        let issues = self.repo(repo).issues.values();
        let (open, closed): (Vec<_>, Vec<_>) = issues
            .filter(|issue| issue.milestone == Some(number))
            .partition(|issue| issue.open);
        json!({
            "url": url, "html_url": format!("{}/milestone/{number}", self.repo_page(repo)),
            "labels_url": format!("{url}/labels"), "id": milestone.id,
            "node_id": node_id("MI", milestone.id), "number": number, "title": milestone.title,
            "description": milestone.description, "creator": self.user_json(milestone.creator),
            "open_issues": open.len(), "closed_issues": closed.len(),
            "state": if milestone.open { "open" } else { "closed" },
            "created_at": milestone.created_at.to_string(),
            "updated_at": milestone.updated_at.to_string(),
            "due_on": milestone.due_on.map(|at| at.to_string()),
            "closed_at": (!milestone.open).then(|| milestone.updated_at.to_string()),
        })
    }

    /// Our App.
    pub fn app_json(&self) -> Value {
        json!({
            "id": self.app_id, "client_id": format!("Iv23sandbox{}", self.app_id),
            "slug": self.app_slug, "node_id": node_id("A", self.app_id),
            "owner": self.app_owner.map(|owner| self.user_json(owner)), "name": self.app_slug,
            "description": "", "external_url": self.public_url,
            "html_url": format!("{}/apps/{}", self.public_url, self.app_slug),
            "created_at": self.app_created.to_string(), "updated_at": self.app_created.to_string(),
            "permissions": app::permissions(), "events": app::events(),
        })
    }

    /// Our App where it did something, null where a person did.
    pub fn via_json(&self, by: Doer) -> Value {
        if by.via_app {
            self.app_json()
        } else {
            Value::Null
        }
    }

    /// An installation; null where there is none of this id.
    pub fn installation_json(&self, id: u64) -> Value {
        let Some(installation) = self.installations.iter().find(|one| one.id == id) else {
            return Value::Null;
        };
        let account = installation.account;
        let person = self.users.get(&account).map(|user| user.kind) == Some(AccountKind::Person);
        json!({
            "id": id, "node_id": node_id("MDIz", id), "client_id": format!("Iv23sandbox{}", self.app_id),
            "account": self.user_json(account), "repository_selection": "selected",
            "access_tokens_url": format!("{}/app/installations/{id}/access_tokens", self.api()),
            "repositories_url": format!("{}/installation/repositories", self.api()),
            "html_url": format!("{}/settings/installations/{id}", self.public_url),
            "app_id": self.app_id, "app_slug": self.app_slug, "target_id": account,
            "target_type": if person { "User" } else { "Organization" },
            "permissions": app::granted(self), "events": app::events(),
            "created_at": installation.created_at.to_string(),
            "updated_at": installation.created_at.to_string(), "single_file_name": null,
            "has_multiple_single_files": false, "single_file_paths": [], "suspended_by": null,
            "suspended_at": null,
        })
    }
}

/// What no repository here is or has.
const NOT_SO: &[&str] = &[
    "has_pages",
    "has_discussions",
    "archived",
    "disabled",
    "is_template",
    "web_commit_signoff_required",
];

/// The addresses that every repository lists, by their field.
const REPO_URLS: &[(&str, &str)] = &[
    ("forks_url", "/forks"),
    ("keys_url", "/keys{/key_id}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("teams_url", "/teams"),
    ("hooks_url", "/hooks"),
    ("issue_events_url", "/issues/events{/number}"),
    ("events_url", "/events"),
    ("assignees_url", "/assignees{/user}"),
    ("branches_url", "/branches{/branch}"),
    ("tags_url", "/tags"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("trees_url", "/git/trees{/sha}"),
    ("statuses_url", "/statuses/{sha}"),
    ("languages_url", "/languages"),
    ("stargazers_url", "/stargazers"),
    ("contributors_url", "/contributors"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("commits_url", "/commits{/sha}"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("comments_url", "/comments{/number}"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("contents_url", "/contents/{+path}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("merges_url", "/merges"),
    ("archive_url", "/{archive_format}{/ref}"),
    ("downloads_url", "/downloads"),
    ("issues_url", "/issues{/number}"),
    ("pulls_url", "/pulls{/number}"),
    ("milestones_url", "/milestones{/number}"),
    (
        "notifications_url",
        "/notifications{?since,all,participating}",
    ),
    ("labels_url", "/labels{/name}"),
    ("releases_url", "/releases{/id}"),
    ("deployments_url", "/deployments"),
];
