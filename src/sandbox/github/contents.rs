//! Files through the contents API: read, write one at a time, delete.

use base64::Engine;
use bytes::Bytes;
use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::git::{Commit, File, Files, Signature};
use super::page::encode;
use super::records::Doer;
use super::state::State;

/// `GET /repos/{owner}/{repo}/readme`
pub(super) fn readme(state: &mut State, call: &Call) -> Answer {
    show(state, call, "README.md")
}

/// `GET /repos/{owner}/{repo}/contents/{path}`: a file, or what is in a directory.
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    show(state, call, call.param("path").trim_matches('/'))
}

fn show(state: &mut State, call: &Call, path: &str) -> Answer {
    let repo = state.see(call)?;
    let here = state.repo(repo);
    let at = call.ask("ref").unwrap_or(&here.default_branch).to_owned();
    let none = || Refusal::plain(404, &format!("No commit found for the ref {at}"));
    let sha = here.git.resolve(&at).ok_or_else(none)?;
    let files = here.git.files(&sha);
    if let Some(file) = files.get(path) {
        let content = here.git.blob(&file.sha).unwrap_or_default();
        if call.accept.contains("raw") {
            return Ok(Reply::Raw(Bytes::copy_from_slice(content)));
        }
        let mut body = entry_json(state, repo, &at, path, &file.sha, "file", content.len());
        body["encoding"] = "base64".into();
        body["content"] = wrapped(content).into();
        return Ok(Reply::Json(200, body));
    }
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let mut seen = Vec::<Value>::new();
    let mut last = String::new();
    for inner in files.keys().filter_map(|full| full.strip_prefix(&prefix)) {
        let (name, deeper) = match inner.split_once('/') {
            Some((name, _)) => (name, true),
            None => (inner, false),
        };
        if name == last && deeper {
            continue;
        }
        name.clone_into(&mut last);
        let full = format!("{prefix}{name}");
        if deeper {
            let sha = state
                .repo_mut(repo)
                .git
                .subtree(&files, &full)
                .unwrap_or_default();
            seen.push(entry_json(state, repo, &at, &full, &sha, "dir", 0));
        } else {
            let sha = &files[&full].sha;
            let size = state.repo(repo).git.blob(sha).map_or(0, <[u8]>::len);
            seen.push(entry_json(state, repo, &at, &full, sha, "file", size));
        }
    }
    if seen.is_empty() && !path.is_empty() {
        return Err(Refusal::not_found());
    }
    Ok(Reply::Json(200, seen.into()))
}

/// Base64 in lines of sixty, as GitHub breaks it.
fn wrapped(content: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(content);
    let mut out = String::with_capacity(text.len() + text.len() / 60 + 1);
    for line in text.as_bytes().chunks(60) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out
}

/// What was written as base64, line breaks and all.
pub(super) fn unwrapped(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

fn entry_json(
    state: &State,
    repo: u64,
    at: &str,
    path: &str,
    sha: &str,
    kind: &str,
    size: usize,
) -> Value {
    let (url, page) = (state.repo_url(repo), state.repo_page(repo));
    let (at, encoded) = (encode(at, true), encode(path, true));
    let own = format!("{url}/contents/{encoded}?ref={at}");
    let git = if kind == "dir" { "trees" } else { "blobs" };
    let shown = if kind == "dir" { "tree" } else { "blob" };
    let git = format!("{url}/git/{git}/{sha}");
    let html = format!("{page}/{shown}/{at}/{encoded}");
    let raw = (kind == "file").then(|| format!("{page}/raw/{at}/{encoded}"));
    json!({
        "name": path.rsplit('/').next(), "path": path, "sha": sha, "size": size, "url": own,
        "html_url": html, "git_url": git, "download_url": raw, "type": kind,
        "_links": {"self": own, "git": git, "html": html},
    })
}

impl State {
    /// Commits these files on a branch and moves it; `author` is whoever writes, unless named.
    pub fn commit_files(
        &mut self,
        repo: u64,
        by: Doer,
        branch: &str,
        message: &str,
        files: Files,
        author: Option<Signature>,
    ) -> String {
        let at = self.now();
        let verified = by.via_app && author.is_none();
        let author = author.unwrap_or_else(|| self.signature(by.user));
        let git = &mut self.repo_mut(repo).git;
        let commit = Commit {
            sha: String::new(),
            tree: git.add_tree(files),
            parents: git.branch(branch).cloned().into_iter().collect(),
            message: message.to_owned(),
            author,
            at,
            verified,
        };
        let sha = git.add_commit(commit);
        self.move_ref(repo, by, &format!("refs/heads/{branch}"), Some(&sha), None);
        sha
    }

    /// The author that a body names, if it names one.
    pub fn named_author(&self, call: &Call) -> Option<Signature> {
        let named = call
            .body
            .get("author")
            .or_else(|| call.body.get("committer"))?;
        let (name, email) = (named["name"].as_str()?, named["email"].as_str()?);
        Some(Signature {
            name: name.to_owned(),
            email: email.to_owned(),
            user: self
                .users
                .keys()
                .copied()
                .find(|user| self.email(*user) == email),
        })
    }
}

struct Write {
    repo: u64,
    by: Doer,
    branch: String,
    path: String,
    message: String,
    files: Files,
    /// The blob that is there now.
    there: Option<String>,
}

/// What writing and deleting have in common; 409 where `sha` is not that of the file.
fn prepare(state: &State, call: &Call) -> Result<Write, Refusal> {
    let (repo, by) = state.write(call)?;
    let message = call.needed("message")?.to_owned();
    let here = state.repo(repo);
    let branch = call
        .text("branch")?
        .unwrap_or(&here.default_branch)
        .to_owned();
    let none = || Refusal::plain(404, &format!("Branch {branch} not found"));
    let tip = here.git.branch(&branch).ok_or_else(none)?;
    let files = here.git.files(tip);
    let path = call.param("path").trim_matches('/').to_owned();
    let good = |part: &str| !part.is_empty() && part != "." && part != ".." && part != ".git";
    if !path.split('/').all(good) || path.split('/').count() > super::git_data::DEPTH_LIMIT {
        return Err(Refusal::plain(
            422,
            "path contains a malformed path component",
        ));
    }
    let there = files.get(&path).map(|file| file.sha.clone());
    match (&there, call.text("sha")?) {
        (Some(there), Some(shown)) if there != shown => {
            let words = format!("{path} does not match {shown}");
            return Err(Refusal::plain(409, &words));
        }
        (Some(_), None) => return Err(Refusal::missing("sha")),
        (None, Some(shown)) if !shown.is_empty() => {
            let words = format!("{path} does not match {shown}");
            return Err(Refusal::plain(409, &words));
        }
        _ => {}
    }
    Ok(Write {
        repo,
        by,
        branch,
        path,
        message,
        files,
        there,
    })
}

/// Commits the files as they are now; gives the commit.
fn commit(state: &mut State, call: &Call, write: &mut Write) -> String {
    let author = state.named_author(call);
    state.commit_files(
        write.repo,
        write.by,
        &write.branch,
        &write.message,
        std::mem::take(&mut write.files),
        author,
    )
}

/// `PUT /repos/{owner}/{repo}/contents/{path}`
pub(super) fn put(state: &mut State, call: &Call) -> Answer {
    let mut write = prepare(state, call)?;
    let content = unwrapped(call.needed("content")?);
    let content = content.ok_or_else(|| Refusal::plain(422, "content is not valid Base64"))?;
    let size = content.len();
    let sha = state.repo_mut(write.repo).git.add_blob(content);
    let mode = write
        .files
        .get(&write.path)
        .map_or("100644", |file| &file.mode)
        .to_owned();
    write.files.insert(
        write.path.clone(),
        File {
            mode,
            sha: sha.clone(),
        },
    );
    let commit = commit(state, call, &mut write);
    let content = entry_json(
        state,
        write.repo,
        &write.branch,
        &write.path,
        &sha,
        "file",
        size,
    );
    let status = if write.there.is_some() { 200 } else { 201 };
    done(state, write.repo, status, content, &commit)
}

/// `DELETE /repos/{owner}/{repo}/contents/{path}`
pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let mut write = prepare(state, call)?;
    if write.files.remove(&write.path).is_none() {
        return Err(Refusal::not_found());
    }
    let commit = commit(state, call, &mut write);
    done(state, write.repo, 200, Value::Null, &commit)
}

fn done(state: &State, repo: u64, status: u16, content: Value, sha: &str) -> Answer {
    let commit = state.repo(repo).git.commit(sha);
    let commit = commit.map(|commit| state.git_commit_json(repo, commit));
    Ok(Reply::Json(
        status,
        json!({"content": content, "commit": commit}),
    ))
}
