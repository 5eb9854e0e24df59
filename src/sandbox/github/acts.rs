//! What people and machines do that has no REST of its own: seeding, pushing with git, workflows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::GitHubWorld;
use super::errors::Refusal;
use super::git::{Commit, File, Files, Git};
use super::refs::good_name;
use super::state::{AccountKind, Doer, Installation, Repo, State};

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

fn cannot<T>(words: String) -> Result<T, CannotAct> {
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
    fn named_repo(&self, name: &str) -> Result<u64, CannotAct> {
        let found = name
            .split_once('/')
            .and_then(|(owner, name)| self.find_repo(owner, name));
        found.ok_or_else(|| CannotAct(format!("no repository {name}")))
    }

    fn actor(&mut self, login: &str) -> Doer {
        let via_app = self.find_user(login) == Some(self.bot);
        Doer {
            user: self.account(login, AccountKind::Person),
            via_app,
        }
    }

    fn target(&self, repo: u64, target: &Target) -> Result<String, CannotAct> {
        match target {
            Target::Pull(number) => Ok(self.pull(repo, *number)?.head_sha.clone()),
            Target::Commit(name) => {
                let found = self.repo(repo).git.resolve(name);
                found.ok_or_else(|| CannotAct(format!("no commit {name}")))
            }
        }
    }

    /// Deletes an issue, which only GraphQL and the page can do.
    pub(super) fn delete_issue(&mut self, repo: u64, number: u64, by: Doer) {
        self.emit_issue(repo, number, "deleted", by.user, Value::Null);
        let here = self.repo_mut(repo);
        here.issues.remove(&number);
        here.comments.retain(|_, comment| comment.issue != number);
        here.deleted.insert(number);
    }

    fn transfer_issue(&mut self, repo: u64, number: u64, to: u64, by: Doer) -> u64 {
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

    fn add_repo(&mut self, name: &str, private: bool) -> Result<u64, CannotAct> {
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

    fn install_on(&mut self, repo: u64) -> u64 {
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
    fn installer(&self, owner: u64) -> u64 {
        let mut users = self.users.values();
        let person = users.find(|user| user.kind == AccountKind::Person);
        person.map_or(owner, |user| user.id)
    }

    fn push(
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

impl GitHubWorld {
    fn act<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let (done, waits) = {
            let mut state = self.lock();
            let done = act(&mut state);
            (done, state.queue.waits())
        };
        self.changed();
        if waits {
            self.ring();
        }
        done
    }

    /// Adds a person. A person's token is `user:<login>`. Acts by a login that nobody has add it.
    pub fn add_user(&self, login: &str) {
        self.act(|state| state.account(login, AccountKind::Person));
    }

    /// Adds another bot, `name[bot]`.
    pub fn add_bot(&self, name: &str) {
        let login = format!("{}[bot]", name.trim_end_matches("[bot]"));
        self.act(|state| state.account(&login, AccountKind::Bot));
    }

    /// Adds `owner/name` with a README on `main`; the owner becomes an organization. One that is
    /// there already stays as it is.
    pub fn add_repo(&self, name: &str, private: bool) -> Result<(), CannotAct> {
        self.act(|state| state.add_repo(name, private).map(drop))
    }

    /// Adds labels (name, colour of six hex digits) that a repository lacks.
    pub fn add_labels(&self, repo: &str, labels: &[(&str, &str)]) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = Doer {
                user: state.repo(repo).owner,
                via_app: false,
            };
            for (name, color) in labels {
                let there = state
                    .repo(repo)
                    .labels
                    .iter()
                    .any(|label| label.name == *name);
                if !there {
                    state.add_label(repo, by, name, color, None);
                }
            }
            Ok(())
        })
    }

    /// Installs the App on these repositories, one installation for each owner, and gives the id of
    /// the first one's.
    pub fn install(&self, repos: &[&str]) -> Result<u64, CannotAct> {
        self.act(|state| {
            let mut first = None;
            for name in repos {
                let repo = state.named_repo(name)?;
                let id = state.install_on(repo);
                first.get_or_insert(id);
            }
            first.ok_or_else(|| CannotAct("no repository named".to_owned()))
        })
    }

    /// Takes the App off a repository.
    pub fn uninstall(&self, repo: &str) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.installer(state.repo(repo).owner);
            let mut gone = None;
            for installation in &mut state.installations {
                if installation.repos.contains(&repo) {
                    installation.repos.retain(|one| *one != repo);
                    gone = Some(installation.id);
                }
            }
            if let Some(id) = gone {
                state.emit_installation(
                    "installation_repositories",
                    "removed",
                    id,
                    by,
                    (&[], &[repo]),
                );
            }
            Ok(())
        })
    }

    /// Pushes commits to a branch, which is made from the default branch when it is not there, and
    /// gives the sha of its new tip. `force` starts the branch over.
    pub fn push(
        &self,
        actor: &str,
        repo: &str,
        branch: &str,
        commits: &[CommitSpec],
        force: bool,
    ) -> Result<String, CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            state.push(by, repo, branch, commits, force)
        })
    }

    /// Deletes a branch.
    pub fn delete_branch(&self, actor: &str, repo: &str, branch: &str) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            if state.repo(repo).git.branch(branch).is_none() {
                return cannot(format!("no branch {branch}"));
            }
            state.move_ref(repo, by, &format!("refs/heads/{branch}"), None, None);
            Ok(())
        })
    }

    /// Tags a commit, a branch or another tag.
    pub fn create_tag(
        &self,
        actor: &str,
        repo: &str,
        tag: &str,
        at: &str,
    ) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            let name = format!("refs/tags/{tag}");
            let sha = state.target(repo, &Target::Commit(at.to_owned()))?;
            if !good_name(&name) || state.repo(repo).git.refs.contains_key(&name) {
                return cannot(format!("{tag} is taken or no name for a tag"));
            }
            state.move_ref(repo, by, &name, Some(&sha), None);
            Ok(())
        })
    }

    /// A check of another App runs and ends: `check_run` created and completed.
    pub fn finish_check(
        &self,
        actor: &str,
        repo: &str,
        on: &Target,
        name: &str,
        conclusion: &str,
    ) -> Result<u64, CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            let sha = state.target(repo, on)?;
            let id = state.start_check(repo, &sha, name, false);
            state.emit_check(repo, id, "created", by);
            state.finish_check(repo, id, conclusion, by);
            Ok(id)
        })
    }

    /// A workflow ends: `workflow_run` completed.
    pub fn finish_workflow(
        &self,
        actor: &str,
        repo: &str,
        on: &Target,
        name: &str,
        conclusion: &str,
    ) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            let sha = state.target(repo, on)?;
            state.finish_workflow(repo, &sha, name, conclusion, by);
            Ok(())
        })
    }

    /// Resolves the thread that a review comment is in, or opens it again.
    pub fn resolve_thread(
        &self,
        actor: &str,
        repo: &str,
        comment: u64,
        resolved: bool,
    ) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            let mut issues = state.repo(repo).issues.iter();
            let found = issues.find(|(_, issue)| {
                issue
                    .pull
                    .as_ref()
                    .is_some_and(|pull| pull.comments.contains_key(&comment))
            });
            let Some((number, _)) = found else {
                return cannot(format!("no review comment {comment}"));
            };
            let number = *number;
            Ok(state.resolve_thread(repo, number, comment, by, resolved)?)
        })
    }

    /// Makes a pull request a draft, or ready for review.
    pub fn set_draft(
        &self,
        actor: &str,
        repo: &str,
        number: u64,
        draft: bool,
    ) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            Ok(state.set_draft(repo, number, by, draft)?)
        })
    }

    /// Deletes an issue.
    pub fn delete_issue(&self, actor: &str, repo: &str, number: u64) -> Result<(), CannotAct> {
        self.act(|state| {
            let repo = state.named_repo(repo)?;
            let by = state.actor(actor);
            if !state.repo(repo).issues.contains_key(&number) {
                return cannot(format!("no issue {number}"));
            }
            state.delete_issue(repo, number, by);
            Ok(())
        })
    }

    /// Moves an issue to another repository and gives its number there.
    pub fn transfer_issue(
        &self,
        actor: &str,
        repo: &str,
        number: u64,
        to: &str,
    ) -> Result<u64, CannotAct> {
        self.act(|state| {
            let (repo, to) = (state.named_repo(repo)?, state.named_repo(to)?);
            let by = state.actor(actor);
            if repo == to || !state.repo(repo).issues.contains_key(&number) {
                return cannot(format!("no issue {number} to move"));
            }
            Ok(state.transfer_issue(repo, number, to, by))
        })
    }

    /// Sends `ping`, as when a webhook's address is saved.
    pub fn ping(&self) {
        self.act(|state| state.emit_ping(super::deliveries::HOOK));
    }
}
