//! Commits, branches and comparisons, to read.

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::git::{Commit, changes};
use super::page::encode;
use super::state::State;

fn nothing_here(name: &str) -> Refusal {
    Refusal::plain(422, &format!("No commit found for SHA: {name}"))
}

/// The commit that a part of the path means.
fn meant(state: &State, call: &Call, repo: u64) -> Result<Commit, Refusal> {
    let name = call.param("sha");
    let git = &state.repo(repo).git;
    let sha = git.resolve(name).ok_or_else(|| nothing_here(name))?;
    git.commit(&sha).cloned().ok_or_else(|| nothing_here(name))
}

/// `GET /repos/{owner}/{repo}/commits`: from `sha`, newest first, one `path` only where asked.
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let here = state.repo(repo);
    let name = call.ask("sha").unwrap_or(&here.default_branch);
    let sha = here.git.resolve(name).ok_or_else(Refusal::not_found)?;
    let since = call.since()?;
    let commits = here.git.new_since(&std::collections::HashSet::new(), &sha);
    let touches = |commit: &Commit| {
        let Some(path) = call.ask("path") else {
            return true;
        };
        let below = format!("{path}/");
        let changes = here.git.changes_of(commit);
        changes
            .iter()
            .any(|one| one.path == path || one.path.starts_with(&below))
    };
    let commits = commits.iter().rev().filter_map(|sha| here.git.commit(sha));
    let commits = commits
        .filter(|commit| since.is_none_or(|since| commit.at >= since) && touches(commit))
        .map(|commit| state.commit_json(repo, commit, false));
    Ok(Reply::List(commits.collect()))
}

/// `GET /repos/{owner}/{repo}/commits/{sha}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let commit = meant(state, call, repo)?;
    Ok(Reply::Json(200, state.commit_json(repo, &commit, true)))
}

/// `GET /repos/{owner}/{repo}/commits/{sha}/pulls`
pub(super) fn pulls(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let sha = meant(state, call, repo)?.sha;
    let git = &state.repo(repo).git;
    let issues = state.repo(repo).issues.iter();
    let found = issues.filter_map(|(number, issue)| {
        let pull = issue.pull.as_ref()?;
        let own = git.between(&pull.base_sha, &pull.head_sha).contains(&sha);
        let merged = pull.merge_sha.as_ref() == Some(&sha);
        (own || merged).then(|| state.pull_json(repo, *number, false))
    });
    Ok(Reply::List(found.collect()))
}

/// `GET /repos/{owner}/{repo}/compare/{base}...{head}`
pub(super) fn compare(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let (base, head) = call
        .param("basehead")
        .split_once("...")
        .ok_or_else(Refusal::not_found)?;
    let git = &state.repo(repo).git;
    let bare = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
    let find = |name: &str| git.resolve(&bare(name)).ok_or_else(Refusal::not_found);
    let (from, to) = (find(base)?, find(head)?);
    let fork = git.merge_base(&from, &to).ok_or_else(Refusal::not_found)?;
    let commits = git.between(&from, &to);
    let behind = git.between(&to, &from).len();
    let shown = |sha: &str, files: bool| {
        let commit = git.commit(sha);
        commit.map_or(Value::Null, |commit| state.commit_json(repo, commit, files))
    };
    let status = match (commits.len(), behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let changes = changes(&git.files(&fork), &git.files(&to));
    let files: Vec<_> = changes
        .iter()
        .map(|one| state.file_json(repo, &to, one))
        .collect();
    let tail = format!("compare/{}...{}", encode(base, true), encode(head, true));
    let (url, page) = (state.repo_url(repo), state.repo_page(repo));
    let list: Vec<_> = commits.iter().map(|sha| shown(sha, false)).collect();
    let body = json!({
        "url": format!("{url}/{tail}"), "html_url": format!("{page}/{tail}"),
        "permalink_url": format!("{page}/{tail}"), "diff_url": format!("{page}/{tail}.diff"),
        "patch_url": format!("{page}/{tail}.patch"), "base_commit": shown(&from, false),
        "merge_base_commit": shown(&fork, false), "status": status, "ahead_by": list.len(),
        "behind_by": behind, "total_commits": list.len(), "commits": list, "files": files,
    });
    Ok(Reply::Json(200, body))
}

/// `GET /repos/{owner}/{repo}/branches`
pub(super) fn branches(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let refs = state.repo(repo).git.refs.iter();
    let branches = refs.filter_map(|(name, sha)| Some((name.strip_prefix("refs/heads/")?, sha)));
    let branches = branches.map(|(name, sha)| brief(state, repo, name, sha));
    Ok(Reply::List(branches.collect()))
}

/// `GET /repos/{owner}/{repo}/branches/{branch}`
pub(super) fn branch(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let name = call.param("branch");
    let git = &state.repo(repo).git;
    let none = || Refusal::plain(404, "Branch not found");
    let sha = git.branch(name).ok_or_else(none)?;
    let mut body = brief(state, repo, name, sha);
    let commit = git.commit(sha).ok_or_else(none)?;
    body["commit"] = state.commit_json(repo, commit, false);
    body["_links"] = json!({
        "self": format!("{}/branches/{}", state.repo_url(repo), encode(name, true)),
        "html": format!("{}/tree/{}", state.repo_page(repo), encode(name, true)),
    });
    body["protection"] = json!({
        "enabled": false,
        "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
    });
    Ok(Reply::Json(200, body))
}

fn brief(state: &State, repo: u64, name: &str, sha: &str) -> Value {
    let url = state.repo_url(repo);
    json!({
        "name": name, "commit": {"sha": sha, "url": format!("{url}/commits/{sha}")},
        "protected": false,
        "protection_url": format!("{url}/branches/{}/protection", encode(name, true)),
    })
}
