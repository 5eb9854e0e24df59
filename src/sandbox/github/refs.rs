//! Refs, and all that follows when one moves: the push, the pull requests on it, the log of activity.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::git::{Commit, ZERO};
use super::page::encode;
use super::records::{Activity, Doer};
use super::state::State;

/// The most commits that one push names (docs: 2,048).
const COMMITS_LIMIT: usize = 2_048;

impl State {
    /// Moves, makes (`before` is none) or deletes (`after` is none) a ref, and tells it.
    pub fn move_ref(
        &mut self,
        repo: u64,
        by: Doer,
        name: &str,
        after: Option<&str>,
        activity: Option<&'static str>,
    ) {
        let now = self.now();
        let git = &mut self.repo_mut(repo).git;
        let before = git.refs.get(name).cloned();
        if before.as_deref() == after {
            return;
        }
        let others: HashSet<String> = git
            .refs
            .values()
            .flat_map(|sha| git.ancestors(sha))
            .map(str::to_owned)
            .collect();
        match after {
            Some(sha) => git.refs.insert(name.to_owned(), sha.to_owned()),
            None => git.refs.remove(name),
        };
        let forced = match (&before, after) {
            (Some(before), Some(after)) => !git.is_ancestor(before, after),
            _ => false,
        };
        self.repo_mut(repo).pushed_at = now;
        // The log is one of branches (docs: `ref` is `refs/heads/<branch name>`).
        if name.starts_with("refs/heads/") {
            self.log_activity(repo, by, name, before.as_deref(), after, (forced, activity));
        }
        let brief = name
            .trim_start_matches("refs/heads/")
            .trim_start_matches("refs/tags/");
        let kind = if name.starts_with("refs/tags/") {
            "tag"
        } else {
            "branch"
        };
        let mut body = json!({"ref": brief, "ref_type": kind, "pusher_type": "user"});
        if before.is_none() {
            body["master_branch"] = self.repo(repo).default_branch.clone().into();
            body["description"] = self.repo(repo).description.clone().into();
            self.emit(repo, "create", by.user, body);
        } else if after.is_none() {
            self.emit(repo, "delete", by.user, body);
        }
        let push = self.push_json(repo, by, name, (before.as_deref(), after, forced), &others);
        self.emit(repo, "push", by.user, push);
        if kind == "branch" {
            self.follow_branch(repo, by, brief, before.as_deref(), after, forced);
        }
    }

    fn log_activity(
        &mut self,
        repo: u64,
        by: Doer,
        name: &str,
        before: Option<&str>,
        after: Option<&str>,
        (forced, activity): (bool, Option<&'static str>),
    ) {
        let kind = match (before, after) {
            _ if activity.is_some() => activity.unwrap_or_default(),
            (None, _) => "branch_creation",
            (_, None) => "branch_deletion",
            _ if forced => "force_push",
            _ => "push",
        };
        let line = Activity {
            id: self.next_id("activity"),
            before: before.unwrap_or(ZERO).to_owned(),
            after: after.unwrap_or(ZERO).to_owned(),
            name: name.to_owned(),
            at: self.now(),
            kind,
            by: by.user,
        };
        self.repo_mut(repo).activity.push(line);
    }

    fn push_json(
        &self,
        repo: u64,
        by: Doer,
        name: &str,
        (before, after, forced): (Option<&str>, Option<&str>, bool),
        known: &HashSet<String>,
    ) -> Value {
        let git = &self.repo(repo).git;
        let new = match (before, after) {
            (_, None) => Vec::new(),
            // A push to a branch names all that the branch gains, be it elsewhere already or not.
            (Some(before), Some(after)) => git.between(before, after),
            (None, Some(after)) => git.new_since(known, after),
        };
        let new: Vec<&Commit> = new.iter().filter_map(|sha| git.commit(sha)).collect();
        let skip = new.len().saturating_sub(COMMITS_LIMIT);
        let shown =
            |commit: &Commit| self.push_commit_json(repo, commit, !known.contains(&commit.sha));
        let commits: Vec<_> = new[skip..].iter().map(|commit| shown(commit)).collect();
        let page = self.repo_page(repo);
        let digits = |sha: &str| sha.get(..12).unwrap_or(sha).to_owned();
        let brief = name
            .trim_start_matches("refs/heads/")
            .trim_start_matches("refs/tags/");
        let compare = match (before, after, new.as_slice()) {
            (None, Some(_), [one]) => format!("{page}/commit/{}", one.sha),
            (None, Some(_), [first, .., last]) => {
                format!(
                    "{page}/compare/{}^...{}",
                    digits(&first.sha),
                    digits(&last.sha)
                )
            }
            (None, _, _) => format!("{page}/compare/{}", encode(brief, true)),
            (Some(before), after, _) => {
                format!(
                    "{page}/compare/{}...{}",
                    digits(before),
                    digits(after.unwrap_or(ZERO))
                )
            }
        };
        let head = after.and_then(|sha| git.commit(sha));
        json!({
            "ref": name, "before": before.unwrap_or(ZERO), "after": after.unwrap_or(ZERO),
            "created": before.is_none(), "deleted": after.is_none(), "forced": forced,
            "base_ref": null, "compare": compare, "commits": commits,
            "head_commit": head.map(shown),
            "pusher": {"name": self.login(by.user), "email": self.email(by.user)},
        })
    }

    /// The address that GitHub gives to those who keep theirs to themselves.
    pub fn email(&self, user: u64) -> String {
        format!("{user}+{}@users.noreply.github.com", self.login(user))
    }

    fn push_commit_json(&self, repo: u64, commit: &Commit, distinct: bool) -> Value {
        let changes = self.repo(repo).git.changes_of(commit);
        let paths = |status: &str| -> Vec<&str> {
            let changes = changes.iter().filter(|change| change.status() == status);
            changes.map(|change| change.path.as_str()).collect()
        };
        let mut who = json!({"name": commit.author.name, "email": commit.author.email});
        if let Some(user) = commit.author.user {
            who["username"] = self.login(user).into();
        }
        json!({
            "id": commit.sha, "tree_id": commit.tree, "distinct": distinct,
            "message": commit.message, "timestamp": commit.at.to_string(),
            "url": format!("{}/commit/{}", self.repo_page(repo), commit.sha), "author": who,
            "committer": who, "added": paths("added"), "removed": paths("removed"),
            "modified": paths("modified"),
        })
    }

    /// What a branch's move does to the pull requests from it and onto it.
    fn follow_branch(
        &mut self,
        repo: u64,
        by: Doer,
        branch: &str,
        before: Option<&str>,
        after: Option<&str>,
        forced: bool,
    ) {
        let open = self
            .repo(repo)
            .issues
            .iter()
            .filter(|(_, issue)| issue.open);
        let pulls = open.filter_map(|(number, issue)| Some((*number, issue.pull.as_ref()?)));
        let (mut from, mut onto) = (Vec::new(), Vec::new());
        for (number, pull) in pulls {
            if pull.head == branch {
                from.push(number);
            } else if pull.base == branch {
                onto.push(number);
            }
        }
        for number in from {
            let Some(sha) = after else {
                self.note(repo, number, by, "head_ref_deleted", Value::Null);
                self.close(repo, number, by, None);
                continue;
            };
            let base = self.pull(repo, number).ok().map(|pull| pull.base.clone());
            let base = base.and_then(|base| self.repo(repo).git.branch(&base).cloned());
            if let Ok(pull) = self.pull_mut(repo, number) {
                pull.head_sha = sha.to_owned();
                // What came into the head from its base must not count as the pull request's own.
                pull.base_sha = base.unwrap_or_else(|| pull.base_sha.clone());
            }
            let now = self.now();
            self.issue_mut(repo, number).updated_at = now;
            if forced {
                let extra = json!({"commit_id": sha});
                self.note(repo, number, by, "head_ref_force_pushed", extra);
            }
            let extra = json!({"before": before.unwrap_or(ZERO), "after": sha});
            self.emit_issue(repo, number, "synchronize", by.user, extra);
        }
        for number in onto {
            // A branch that holds all of a pull request has merged it, button or no button.
            let landed = after.filter(|tip| {
                let pull = self.pull(repo, number);
                pull.is_ok_and(|pull| self.repo(repo).git.is_ancestor(&pull.head_sha, tip))
            });
            if let Some(tip) = landed.map(str::to_owned) {
                self.land(repo, number, by, &tip);
            }
        }
    }

    fn ref_json(&self, repo: u64, name: &str, sha: &str) -> Value {
        let url = self.repo_url(repo);
        json!({
            "ref": name, "node_id": format!("REF_{}", encode(name, false)),
            "url": format!("{url}/git/{}", encode(name, true)),
            "object": {"sha": sha, "type": "commit", "url": format!("{url}/git/commits/{sha}")},
        })
    }
}

/// Whether git takes this as the name of a ref, after `git check-ref-format`.
pub(super) fn good_name(name: &str) -> bool {
    let bad = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    !name.contains(bad)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
        && name.split('/').all(part)
}

/// `GET /repos/{owner}/{repo}/git/ref/{ref}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let name = format!("refs/{}", call.param("name"));
    let sha = state
        .repo(repo)
        .git
        .refs
        .get(&name)
        .ok_or_else(Refusal::not_found)?;
    Ok(Reply::Json(200, state.ref_json(repo, &name, sha)))
}

/// `GET /repos/{owner}/{repo}/git/matching-refs/{ref}`
pub(super) fn matching(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let start = format!("refs/{}", call.param("name"));
    let refs = state.repo(repo).git.refs.iter();
    let found = refs.filter(|(name, _)| name.starts_with(&start));
    Ok(Reply::List(
        found
            .map(|(name, sha)| state.ref_json(repo, name, sha))
            .collect(),
    ))
}

/// `POST /repos/{owner}/{repo}/git/refs`
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let (name, sha) = (
        call.needed("ref")?.to_owned(),
        call.needed("sha")?.to_owned(),
    );
    if !name.starts_with("refs/") || name.split('/').count() < 3 || !good_name(&name) {
        return Err(Refusal::plain(422, "Reference name is not valid"));
    }
    let git = &state.repo(repo).git;
    if git.refs.contains_key(&name) {
        return Err(Refusal::plain(422, "Reference already exists"));
    }
    if git.commit(&sha).is_none() {
        return Err(Refusal::plain(422, "Object does not exist"));
    }
    state.move_ref(repo, by, &name, Some(&sha), None);
    Ok(Reply::Json(201, state.ref_json(repo, &name, &sha)))
}

/// `PATCH /repos/{owner}/{repo}/git/refs/{ref}`
pub(super) fn update(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let name = format!("refs/{}", call.param("name"));
    let sha = call.needed("sha")?.to_owned();
    let git = &state.repo(repo).git;
    let before = git.refs.get(&name);
    let before = before.ok_or_else(|| Refusal::plain(422, "Reference does not exist"))?;
    if git.commit(&sha).is_none() {
        return Err(Refusal::plain(422, "Object does not exist"));
    }
    if !call.flag("force")? && !git.is_ancestor(before, &sha) {
        return Err(Refusal::plain(422, "Update is not a fast forward"));
    }
    state.move_ref(repo, by, &name, Some(&sha), None);
    Ok(Reply::Json(200, state.ref_json(repo, &name, &sha)))
}

/// `DELETE /repos/{owner}/{repo}/git/refs/{ref}`
pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let name = format!("refs/{}", call.param("name"));
    if !state.repo(repo).git.refs.contains_key(&name) {
        return Err(Refusal::plain(422, "Reference does not exist"));
    }
    if name == format!("refs/heads/{}", state.repo(repo).default_branch) {
        return Err(Refusal::plain(422, "Cannot delete the default branch"));
    }
    state.move_ref(repo, by, &name, None, None);
    Ok(Reply::Nothing(204))
}

impl State {
    /// Who signs the commits of an account.
    pub fn signature(&self, user: u64) -> super::git::Signature {
        super::git::Signature {
            name: self.login(user).to_owned(),
            email: self.email(user),
            user: Some(user),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::good_name;

    #[test]
    fn names_are_those_that_git_takes() {
        for good in [
            "refs/heads/main",
            "refs/heads/障害-20260101i",
            "refs/heads/a/b-c.d",
        ] {
            assert!(good_name(good), "{good}");
        }
        for bad in [
            "refs/heads/a b",
            "refs/heads//a",
            "refs/heads/a..b",
            "refs/heads/a.lock",
            "refs/heads/.a",
            "x~1",
        ] {
            assert!(!good_name(bad), "{bad}");
        }
    }
}
