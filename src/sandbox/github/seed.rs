//! What stands behind people's acts: repositories made, Apps installed, commits pushed, issues moved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::errors::Refusal;
use super::git::{Commit, File, Files, Git};
use super::records::{AccountKind, Doer, Installation, Repo};
use super::refs::good_name;
use super::state::State;

/// One commit of a push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitSpec {
    /// The whole message.
    pub message: String,
    /// Paths with their new content; `None` deletes.
    pub files: Vec<(String, Option<String>)>,
}

impl CommitSpec {
    /// A commit that writes one file.
    pub fn file(message: &str, path: &str, content: &str) -> Self {
        Self {
            message: message.to_owned(),
            files: vec![(path.to_owned(), Some(content.to_owned()))],
        }
    }
}

/// Why an act could not be done, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotAct(pub String);

impl From<Refusal> for CannotAct {
    fn from(refusal: Refusal) -> Self {
        Self(
            refusal.body["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    }
}

pub(super) fn cannot<T>(words: String) -> Result<T, CannotAct> {
    Err(CannotAct(words))
}

/// What a check is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The head of a pull request.
    Pull(u64),
    /// A commit, a branch or a tag.
    Commit(String),
}

impl State {
    /// The repository of this name.
    pub fn named_repo(&self, name: &str) -> Result<u64, CannotAct> {
        let found = name
            .split_once('/')
            .and_then(|(owner, name)| self.find_repo(owner, name));
        found.ok_or_else(|| CannotAct(format!("no repository {name}")))
    }

    /// Whoever has this login; a login that nobody has becomes a person's.
    pub fn actor(&mut self, login: &str) -> Doer {
        let via_app = self.find_user(login) == Some(self.bot);
        Doer {
            user: self.account(login, AccountKind::Person),
            via_app,
        }
    }

    /// The commit that a check is about.
    pub fn target(&self, repo: u64, target: &Target) -> Result<String, CannotAct> {
        match target {
            Target::Pull(number) => Ok(self.pull(repo, *number)?.head_sha.clone()),
            Target::Commit(name) => {
                let found = self.repo(repo).git.resolve(name);
                found.ok_or_else(|| CannotAct(format!("no commit {name}")))
            }
        }
    }

    /// Deletes an issue, which only GraphQL and the page can do.
    pub fn delete_issue(&mut self, repo: u64, number: u64, by: Doer) {
        self.emit_issue(repo, number, "deleted", by.user, Value::Null);
        let here = self.repo_mut(repo);
        here.issues.remove(&number);
        here.comments.retain(|_, comment| comment.issue != number);
        here.deleted.insert(number);
    }

    /// Moves an issue to another repository, gives its number there.
    pub fn transfer_issue(&mut self, repo: u64, number: u64, to: u64, by: Doer) -> u64 {
        let old = self.issue_json(repo, number);
        let from = self.repo_json(repo);
        self.repo_mut(to).last_number += 1;
        let new = self.repo(to).last_number;
        let here = self.repo_mut(repo);
        here.moved.insert(number, (to, new));
        let Some(mut issue) = here.issues.remove(&number) else {
            return new;
        };
        // Labels and milestones belong to a repository and stay there.
        issue.labels.clear();
        issue.milestone = None;
        let (gone, kept): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut here.comments)
            .into_iter()
            .partition(|(_, comment)| comment.issue == number);
        here.comments = kept;
        let there = self.repo_mut(to);
        there.issues.insert(new, issue);
        there
            .comments
            .extend(gone.into_iter().map(|(id, mut comment)| {
                comment.issue = new;
                (id, comment)
            }));
        let changes = json!({
            "new_issue": self.issue_json(to, new), "new_repository": self.repo_json(to),
        });
        let body = json!({"action": "transferred", "issue": old, "changes": changes});
        self.emit(repo, "issues", by.user, body);
        let changes = json!({"changes": {"old_issue": old, "old_repository": from}});
        self.emit_issue(to, new, "opened", by.user, changes);
        new
    }

    /// Adds a repository with a README on `main`; one that is there stays as it is.
    pub fn add_repo(&mut self, name: &str, private: bool) -> Result<u64, CannotAct> {
        let Some((owner, short)) = name.split_once('/') else {
            return cannot(format!("{name} is not owner/name"));
        };
        if let Some(there) = self.find_repo(owner, short) {
            return Ok(there);
        }
        let account = self.account(owner, AccountKind::Organization);
        self.app_owner.get_or_insert(account);
        let (id, now) = (self.next_id("repo"), self.now());
        let mut git = Git::default();
        let readme = git.add_blob(format!("# {short}\n").into_bytes());
        let file = File {
            mode: "100644".to_owned(),
            sha: readme,
        };
        let tree = git.add_tree(Files::from([("README.md".to_owned(), file)]));
        let first = git.add_commit(Commit {
            sha: String::new(),
            tree,
            parents: Vec::new(),
            message: "Initial commit".to_owned(),
            author: self.signature(account),
            at: now,
            verified: false,
        });
        git.refs.insert("refs/heads/main".to_owned(), first);
        let repo = Repo {
            id,
            owner: account,
            owner_login: self.login(account).to_owned(),
            name: short.to_owned(),
            private,
            description: None,
            default_branch: "main".to_owned(),
            created_at: now,
            updated_at: now,
            pushed_at: now,
            labels: Vec::new(),
            milestones: BTreeMap::new(),
            last_number: 0,
            issues: BTreeMap::new(),
            deleted: BTreeSet::new(),
            moved: BTreeMap::new(),
            comments: BTreeMap::new(),
            git,
            checks: BTreeMap::new(),
            activity: Vec::new(),
            last_run: 0,
        };
        self.repos.insert(id, repo);
        Ok(id)
    }

    /// Installs the App on a repository, gives the installation's id.
    pub fn install_on(&mut self, repo: u64) -> u64 {
        let account = self.repo(repo).owner;
        let by = self.installer(account);
        let at = self
            .installations
            .iter()
            .position(|one| one.account == account);
        let Some(at) = at else {
            let id = self.next_id("installation");
            let created_at = self.now();
            let repos = vec![repo];
            self.installations.push(Installation {
                id,
                account,
                repos,
                created_at,
            });
            self.emit_installation("installation", "created", id, by, (&[repo], &[]));
            return id;
        };
        let id = self.installations[at].id;
        if !self.installations[at].repos.contains(&repo) {
            self.installations[at].repos.push(repo);
            self.emit_installation("installation_repositories", "added", id, by, (&[repo], &[]));
        }
        id
    }

    /// Who installs: the first person there is, as organizations do nothing by themselves.
    pub fn installer(&self, owner: u64) -> u64 {
        let mut users = self.users.values();
        let person = users.find(|user| user.kind == AccountKind::Person);
        person.map_or(owner, |user| user.id)
    }

    /// Pushes commits to a branch, gives its new tip.
    pub fn push(
        &mut self,
        by: Doer,
        repo: u64,
        branch: &str,
        commits: &[CommitSpec],
        force: bool,
    ) -> Result<String, CannotAct> {
        let name = format!("refs/heads/{branch}");
        if !good_name(&name) {
            return cannot(format!("{branch} is no name for a branch"));
        }
        let (author, at) = (self.signature(by.user), self.now());
        let default = format!("refs/heads/{}", self.repo(repo).default_branch);
        let git = &mut self.repo_mut(repo).git;
        let main = git.refs.get(&default).cloned();
        let there = git.refs.get(&name).cloned();
        // Forced, a branch starts over from where it left the default branch.
        let start = match (&there, &main) {
            (Some(tip), Some(main)) if force && name != default => git.merge_base(main, tip),
            (Some(tip), _) if force => git.commit(tip).and_then(|tip| tip.parents.first().cloned()),
            (Some(tip), _) => Some(tip.clone()),
            (None, main) => main.clone(),
        };
        let mut tip = start;
        for spec in commits {
            let mut files = tip.as_ref().map_or_else(Files::new, |sha| git.files(sha));
            for (path, content) in &spec.files {
                let Some(content) = content else {
                    files.remove(path);
                    continue;
                };
                let sha = git.add_blob(content.clone().into_bytes());
                let mode = "100644".to_owned();
                files.insert(path.clone(), File { mode, sha });
            }
            let tree = git.add_tree(files);
            tip = Some(git.add_commit(Commit {
                sha: String::new(),
                tree,
                parents: tip.into_iter().collect(),
                message: spec.message.clone(),
                author: author.clone(),
                at,
                verified: false,
            }));
        }
        let Some(tip) = tip else {
            return cannot(format!("nothing to push to {branch}"));
        };
        self.move_ref(repo, by, &name, Some(&tip), None);
        Ok(tip)
    }
}
