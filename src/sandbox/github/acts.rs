//! What people and machines do that has no REST of its own: seeding, pushing with git, workflows.

use super::GitHubWorld;
use super::records::{AccountKind, Doer};
use super::refs::good_name;
use super::seed::{CannotAct, CommitSpec, Target, cannot};
use super::state::State;

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

    /// Says what a person may do in all repositories: `admin`, `maintain`, `write` (which is what
    /// they may otherwise), `triage`, `read` or `none`.
    pub fn set_role(&self, login: &str, role: &str) {
        self.act(|state| {
            let user = state.account(login, AccountKind::Person);
            state.roles.insert(user, role.to_owned());
        });
    }

    /// Takes a permission (`issues`, `checks`…) from every installation of the App, as where nobody
    /// has accepted yet what the App asks for.
    pub fn withhold(&self, permission: &str) {
        self.act(|state| state.withheld.insert(permission.to_owned()));
    }

    /// Gives such a permission again.
    pub fn grant(&self, permission: &str) {
        self.act(|state| state.withheld.remove(permission));
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
