//! Blobs, trees and commits through the git data API.

use base64::Engine;
use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::contents::unwrapped;
use super::errors::Refusal;
use super::git::{Commit, File, Files};
use super::state::State;

/// How deep a path may go here; real ones end far above.
pub(super) const DEPTH_LIMIT: usize = 64;

/// `POST /repos/{owner}/{repo}/git/blobs`
pub(super) fn create_blob(state: &mut State, call: &Call) -> Answer {
    let (repo, _) = state.write(call)?;
    let content = call.needed("content")?;
    let content = match call.text("encoding")? {
        None | Some("utf-8") => content.as_bytes().to_vec(),
        Some("base64") => {
            unwrapped(content).ok_or_else(|| Refusal::plain(422, "content is not valid Base64"))?
        }
        Some(_) => return Err(Refusal::invalid("Blob", "encoding", "invalid")),
    };
    let sha = state.repo_mut(repo).git.add_blob(content);
    let url = format!("{}/git/blobs/{sha}", state.repo_url(repo));
    Ok(Reply::Json(201, json!({"sha": sha, "url": url})))
}

/// `GET /repos/{owner}/{repo}/git/blobs/{sha}`
pub(super) fn blob(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let sha = call.param("sha");
    let content = state
        .repo(repo)
        .git
        .blob(sha)
        .ok_or_else(Refusal::not_found)?;
    let body = json!({
        "sha": sha, "node_id": format!("B_{sha}"), "size": content.len(), "encoding": "base64",
        "url": format!("{}/git/blobs/{sha}", state.repo_url(repo)),
        "content": base64::engine::general_purpose::STANDARD.encode(content),
    });
    Ok(Reply::Json(200, body))
}

/// `POST /repos/{owner}/{repo}/git/trees`: entries on top of `base_tree`; a null `sha` deletes.
pub(super) fn create_tree(state: &mut State, call: &Call) -> Answer {
    let (repo, _) = state.write(call)?;
    let git = &state.repo(repo).git;
    let mut files = match call.text("base_tree")? {
        None => Files::new(),
        Some(base) => {
            // A commit's id is taken for its tree's, as on GitHub.
            let tree = git.commit(base).map_or(base, |commit| &commit.tree);
            let unknown = || Refusal::plain(422, "base_tree is not a valid tree oid");
            git.tree(tree).cloned().ok_or_else(unknown)?
        }
    };
    let Some(Value::Array(entries)) = call.body.get("tree") else {
        return Err(Refusal::missing("tree"));
    };
    let malformed = || Refusal::plain(422, "tree.path contains a malformed path component");
    for entry in entries {
        let path = entry["path"].as_str().ok_or_else(malformed)?.to_owned();
        let good = |part: &str| !part.is_empty() && part != "." && part != ".." && part != ".git";
        if !path.split('/').all(good) || path.split('/').count() > DEPTH_LIMIT {
            return Err(malformed());
        }
        let mode = entry["mode"].as_str().unwrap_or("100644").to_owned();
        if !["100644", "100755", "120000"].contains(&mode.as_str()) {
            return Err(Refusal::plain(
                422,
                "tree.mode must be that of a file in this sandbox",
            ));
        }
        let git = &mut state.repo_mut(repo).git;
        let sha = match (&entry["content"], &entry["sha"]) {
            (Value::String(content), _) => git.add_blob(content.as_bytes().to_vec()),
            (_, Value::String(sha)) if git.blob(sha).is_some() => sha.clone(),
            (_, Value::Null) => {
                files.remove(&path);
                continue;
            }
            _ => return Err(Refusal::plain(422, "tree.sha is not a valid blob oid")),
        };
        files.insert(path, File { mode, sha });
    }
    let sha = state.repo_mut(repo).git.add_tree(files);
    Ok(Reply::Json(201, tree_json(state, repo, &sha, false)))
}

fn tree_json(state: &State, repo: u64, sha: &str, deep: bool) -> Value {
    let git = &state.repo(repo).git;
    let url = state.repo_url(repo);
    let mut entries = Vec::new();
    for (path, file) in git.tree(sha).into_iter().flatten() {
        if !deep && path.contains('/') {
            let top = path.split('/').next().unwrap_or_default();
            if entries
                .last()
                .is_none_or(|last: &Value| last["path"] != top)
            {
                entries.push(json!({"path": top, "mode": "040000", "type": "tree"}));
            }
            continue;
        }
        entries.push(json!({
            "path": path, "mode": file.mode, "type": "blob", "sha": file.sha,
            "size": git.blob(&file.sha).map_or(0, <[u8]>::len),
            "url": format!("{url}/git/blobs/{}", file.sha),
        }));
    }
    json!({"sha": sha, "url": format!("{url}/git/trees/{sha}"), "tree": entries, "truncated": false})
}

/// `GET /repos/{owner}/{repo}/git/trees/{sha}`: all below it with `recursive`.
pub(super) fn tree(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let git = &mut state.repo_mut(repo).git;
    let name = call.param("sha");
    let commit = git.resolve(name).and_then(|sha| git.commit(&sha));
    let sha = commit.map_or_else(|| name.to_owned(), |commit| commit.tree.clone());
    let files = git.tree(&sha).cloned().ok_or_else(Refusal::not_found)?;
    let mut body = tree_json(state, repo, &sha, call.query.contains_key("recursive"));
    let url = state.repo_url(repo);
    // A directory's own id is known once it was made a tree of.
    for entry in body["tree"].as_array_mut().into_iter().flatten() {
        if entry["type"] == "tree" {
            let dir = entry["path"].as_str().unwrap_or_default();
            let sha = state
                .repo_mut(repo)
                .git
                .subtree(&files, dir)
                .unwrap_or_default();
            entry["url"] = format!("{url}/git/trees/{sha}").into();
            entry["sha"] = sha.into();
        }
    }
    Ok(Reply::Json(200, body))
}

/// `POST /repos/{owner}/{repo}/git/commits`
pub(super) fn create_commit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let (message, tree) = (
        call.needed("message")?.to_owned(),
        call.needed("tree")?.to_owned(),
    );
    let parents = call.texts("parents")?.unwrap_or_default();
    let git = &state.repo(repo).git;
    if git.tree(&tree).is_none() {
        return Err(Refusal::plain(422, "Tree SHA does not exist"));
    }
    if parents.iter().any(|sha| git.commit(sha).is_none()) {
        return Err(Refusal::plain(
            422,
            "Parent SHA does not exist or is not a commit object",
        ));
    }
    let named = state.named_author(call);
    let commit = Commit {
        sha: String::new(),
        tree,
        parents,
        message,
        verified: by.via_app && named.is_none(),
        author: named.unwrap_or_else(|| state.signature(by.user)),
        at: state.now(),
    };
    let sha = state.repo_mut(repo).git.add_commit(commit);
    show(state, repo, &sha, 201)
}

/// `GET /repos/{owner}/{repo}/git/commits/{sha}`
pub(super) fn commit(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    show(state, repo, call.param("sha"), 200)
}

fn show(state: &State, repo: u64, sha: &str, status: u16) -> Answer {
    let commit = state
        .repo(repo)
        .git
        .commit(sha)
        .ok_or_else(Refusal::not_found)?;
    Ok(Reply::Json(status, state.git_commit_json(repo, commit)))
}
