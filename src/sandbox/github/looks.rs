//! What GitHub's pages show beside the lists: files, what a pull request changes, what a check says.

use serde_json::Value;

use super::GitHubWorld;
use super::diff::{Patch, patch};
use super::git::changes;
use super::records::CheckRun;

/// A file at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// What stands in it; what is no UTF-8 is replaced.
    pub text: String,
    /// The commit that it was looked up at.
    pub commit: String,
    /// The id of its content, which a change of it has to name.
    pub sha: String,
}

/// What became of a file in a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path.
    pub path: String,
    /// `added`, `removed` or `modified`.
    pub status: &'static str,
    /// How many lines came.
    pub additions: usize,
    /// How many lines went.
    pub deletions: usize,
    /// The lines that differ in their context, and the heads of hunks (`@@ … @@`).
    pub lines: Vec<DiffLine>,
}

/// A line of a unified diff, its mark in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// `+new`, `-old`, a space before what is in both, or the head of a hunk, `@@ -1 +1 @@`.
    pub text: String,
    /// Its number in the old file, where it is there.
    pub old: Option<u64>,
    /// Its number in the new file, where it is there.
    pub new: Option<u64>,
}

/// What a check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckView {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// How it ended; `None` while it runs.
    pub conclusion: Option<String>,
    /// The line beside its name; empty where there is none.
    pub title: String,
    /// Markdown; empty where there is none.
    pub summary: String,
    /// More Markdown.
    pub text: String,
    /// What it says about lines.
    pub annotations: Vec<Annotation>,
}

/// What a check says about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u64,
    /// `notice`, `warning` or `failure`.
    pub level: String,
    /// May be empty.
    pub title: String,
    /// What it says.
    pub message: String,
}

impl GitHubWorld {
    /// The paths of all files at a branch, a tag or a commit (empty: at the default branch), in
    /// order; none where there is no such place.
    pub fn paths(&self, repo: &str, at: &str) -> Vec<String> {
        let state = self.lock();
        let Ok(id) = state.named_repo(repo) else {
            return Vec::new();
        };
        let repo = state.repo(id);
        let at = if at.is_empty() {
            &repo.default_branch
        } else {
            at
        };
        let commit = repo.git.resolve(at).unwrap_or_default();
        repo.git.files(&commit).into_keys().collect()
    }

    /// A file at a branch, a tag or a commit (empty: at the default branch).
    pub fn file(&self, repo: &str, at: &str, path: &str) -> Option<FileView> {
        let state = self.lock();
        let repo = state.repo(state.named_repo(repo).ok()?);
        let at = if at.is_empty() {
            &repo.default_branch
        } else {
            at
        };
        let commit = repo.git.resolve(at)?;
        let sha = repo.git.files(&commit).get(path)?.sha.clone();
        Some(FileView {
            text: repo.git.text(Some(&sha)),
            commit,
            sha,
        })
    }

    /// What a pull request changes, by path; nothing where there is no such pull request.
    pub fn pull_changes(&self, repo: &str, number: u64) -> Vec<ChangedFile> {
        let state = self.lock();
        let Ok(id) = state.named_repo(repo) else {
            return Vec::new();
        };
        let repo = state.repo(id);
        let pull = repo.issues.get(&number);
        let Some(pull) = pull.and_then(|issue| issue.pull.as_ref()) else {
            return Vec::new();
        };
        let git = &repo.git;
        let fork = git.merge_base(&pull.base_sha, &pull.head_sha);
        let before = git.files(&fork.unwrap_or_default());
        let changed = changes(&before, &git.files(&pull.head_sha));
        let changed = changed.into_iter().map(|change| {
            let diff = patch(
                &git.text(change.old.as_ref()),
                &git.text(change.new.as_ref()),
            );
            ChangedFile {
                status: change.status(),
                path: change.path,
                additions: diff.additions,
                deletions: diff.deletions,
                lines: lines(&diff),
            }
        });
        changed.collect()
    }

    /// The checks of a commit in the order in which they began, of those of one name the last: what
    /// was said before counts no more.
    pub fn checks_on(&self, repo: &str, commit: &str) -> Vec<CheckView> {
        let state = self.lock();
        let Ok(id) = state.named_repo(repo) else {
            return Vec::new();
        };
        let runs = state.repo(id).checks.values();
        let runs: Vec<&CheckRun> = runs.filter(|run| run.sha == commit).collect();
        let outdone = |at: usize| {
            let mut later = runs[at + 1..].iter();
            later.any(|one| one.name == runs[at].name && one.ours == runs[at].ours)
        };
        let shown = runs.iter().enumerate().filter(|(at, _)| !outdone(*at));
        shown.map(|(_, run)| check(run)).collect()
    }
}

fn lines(diff: &Patch) -> Vec<DiffLine> {
    let lines = diff.lines().iter().map(|line| DiffLine {
        text: line.text.clone(),
        old: line.old,
        new: line.new,
    });
    lines.collect()
}

fn check(run: &CheckRun) -> CheckView {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    CheckView {
        id: run.id,
        name: run.name.clone(),
        conclusion: run.conclusion.clone(),
        title: said(&run.title),
        summary: said(&run.summary),
        text: said(&run.text),
        annotations: run.annotations.iter().map(annotation).collect(),
    }
}

fn annotation(value: &Value) -> Annotation {
    let word = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
    Annotation {
        path: word("path"),
        line: value["start_line"].as_u64().unwrap_or_default(),
        level: word("annotation_level"),
        title: word("title"),
        message: word("message"),
    }
}
