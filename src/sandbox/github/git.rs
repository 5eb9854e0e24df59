//! Git as it is below: blobs and trees under their true ids, commits under ids that do not depend on
//! the time, refs, and who descends from whom.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use jiff::Timestamp;

/// What stands where there is no commit.
pub(super) const ZERO: &str = "0000000000000000000000000000000000000000";

/// One file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub mode: String,
    pub sha: String,
}

/// A tree with all below it, by path.
pub(super) type Files = BTreeMap<String, File>;

/// Who wrote a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    pub name: String,
    pub email: String,
    /// The account that this e-mail belongs to.
    pub user: Option<u64>,
}

#[derive(Debug, Clone)]
pub(super) struct Commit {
    pub sha: String,
    pub tree: String,
    pub parents: Vec<String>,
    pub message: String,
    pub author: Signature,
    pub at: Timestamp,
    /// Signed by GitHub itself: made by an App with no author of its own.
    pub verified: bool,
}

/// What became of a path between two trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub path: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl Change {
    pub fn status(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "modified",
        }
    }
}

/// The objects and refs of one repository.
#[derive(Debug, Default)]
pub(super) struct Git {
    blobs: HashMap<String, Vec<u8>>,
    trees: HashMap<String, Files>,
    commits: HashMap<String, Commit>,
    /// Full names (`refs/heads/…`, `refs/tags/…`) and the commits they point to.
    pub refs: BTreeMap<String, String>,
}

fn object_id(kind: &str, content: &[u8]) -> String {
    let mut object = format!("{kind} {}\0", content.len()).into_bytes();
    object.extend_from_slice(content);
    let sha1 = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
    hex::encode(aws_lc_rs::digest::digest(sha1, &object))
}

impl Git {
    /// Keeps a blob, gives its id.
    pub fn add_blob(&mut self, content: Vec<u8>) -> String {
        let sha = object_id("blob", &content);
        self.blobs.insert(sha.clone(), content);
        sha
    }

    /// The content of a blob.
    pub fn blob(&self, sha: &str) -> Option<&[u8]> {
        self.blobs.get(sha).map(Vec::as_slice)
    }

    /// A blob as text; what is no UTF-8 is replaced.
    pub fn text(&self, sha: Option<&String>) -> String {
        let content = sha.and_then(|sha| self.blob(sha)).unwrap_or_default();
        String::from_utf8_lossy(content).into_owned()
    }

    /// Keeps a tree and the trees in it, gives its id.
    pub fn add_tree(&mut self, files: Files) -> String {
        let mut entries: Vec<(String, String, String)> = Vec::new();
        let mut below: BTreeMap<String, Files> = BTreeMap::new();
        for (path, file) in &files {
            match path.split_once('/') {
                None => entries.push((path.clone(), file.mode.clone(), file.sha.clone())),
                Some((top, rest)) => {
                    let inner = below.entry(top.to_owned()).or_default();
                    inner.insert(rest.to_owned(), file.clone());
                }
            }
        }
        for (name, inner) in below {
            let sha = self.add_tree(inner);
            entries.push((name, "40000".to_owned(), sha));
        }
        // Git sorts a directory as if its name ended in a slash.
        entries.sort_by_key(|(name, mode, _)| match mode.as_str() {
            "40000" => format!("{name}/"),
            _ => name.clone(),
        });
        let mut content = Vec::new();
        for (name, mode, sha) in &entries {
            content.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            content.extend(hex::decode(sha).unwrap_or_default());
        }
        let sha = object_id("tree", &content);
        self.trees.insert(sha.clone(), files);
        sha
    }

    /// A tree by its id.
    pub fn tree(&self, sha: &str) -> Option<&Files> {
        self.trees.get(sha)
    }

    /// The id of the tree at a directory of another, if it is one.
    pub fn subtree(&mut self, files: &Files, dir: &str) -> Option<String> {
        let prefix = format!("{dir}/");
        let inner: Files = files
            .iter()
            .filter_map(|(path, file)| Some((path.strip_prefix(&prefix)?.to_owned(), file.clone())))
            .collect();
        (!inner.is_empty()).then(|| self.add_tree(inner))
    }

    /// Keeps a commit, gives its id. `sha` of what is passed is not looked at. Where git has the time
    /// in the id, this has its place among all commits: how long something took before it is nothing
    /// that those who see the id should see.
    pub fn add_commit(&mut self, mut commit: Commit) -> String {
        let place = self.commits.len();
        let mut text = format!("tree {}\n", commit.tree);
        for parent in &commit.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        let who = format!(
            "{} <{}> {place} +0000",
            commit.author.name, commit.author.email
        );
        text.push_str(&format!(
            "author {who}\ncommitter {who}\n\n{}",
            commit.message
        ));
        commit.sha = object_id("commit", text.as_bytes());
        let sha = commit.sha.clone();
        self.commits.insert(sha.clone(), commit);
        sha
    }

    /// A commit by its full id.
    pub fn commit(&self, sha: &str) -> Option<&Commit> {
        self.commits.get(sha)
    }

    /// The files of a commit; none where there is no such commit.
    pub fn files(&self, sha: &str) -> Files {
        let commit = self.commits.get(sha);
        let tree = commit.and_then(|commit| self.trees.get(&commit.tree));
        tree.cloned().unwrap_or_default()
    }

    /// The commit that a name means: a branch, a tag, a full ref, or the first digits of an id.
    pub fn resolve(&self, name: &str) -> Option<String> {
        for full in [
            format!("refs/heads/{name}"),
            format!("refs/tags/{name}"),
            format!("refs/{name}"),
        ] {
            if let Some(sha) = self.refs.get(&full) {
                return Some(sha.clone());
            }
        }
        if let Some(sha) = self.refs.get(name) {
            return Some(sha.clone());
        }
        let digits = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut commits = self.commits.keys();
        let found = digits.then(|| commits.find(|sha| sha.starts_with(name)));
        found.flatten().cloned()
    }

    /// The commit at the tip of a branch.
    pub fn branch(&self, name: &str) -> Option<&String> {
        self.refs.get(&format!("refs/heads/{name}"))
    }

    /// A commit and all that it descends from.
    pub fn ancestors(&self, sha: &str) -> HashSet<&str> {
        let mut seen = HashSet::new();
        let mut next: Vec<&str> = self
            .commits
            .get(sha)
            .map(|commit| commit.sha.as_str())
            .into_iter()
            .collect();
        while let Some(sha) = next.pop() {
            if seen.insert(sha)
                && let Some(commit) = self.commits.get(sha)
            {
                next.extend(commit.parents.iter().map(String::as_str));
            }
        }
        seen
    }

    /// Whether the second descends from the first, or is it.
    pub fn is_ancestor(&self, older: &str, newer: &str) -> bool {
        self.ancestors(newer).contains(older)
    }

    /// The commits that `head` has and `base` has not, parents before children.
    pub fn between(&self, base: &str, head: &str) -> Vec<String> {
        let known: HashSet<String> = self
            .ancestors(base)
            .into_iter()
            .map(str::to_owned)
            .collect();
        self.new_since(&known, head)
    }

    /// The commits of `head` that are not among `known`, parents before children.
    pub fn new_since(&self, known: &HashSet<String>, head: &str) -> Vec<String> {
        let mut done: HashSet<&str> = HashSet::new();
        let mut order = Vec::new();
        let mut stack = vec![(head, false)];
        while let Some((sha, expanded)) = stack.pop() {
            let Some(commit) = self.commits.get(sha) else {
                continue;
            };
            if expanded {
                order.push(sha.to_owned());
            } else if !known.contains(sha) && done.insert(sha) {
                stack.push((sha, true));
                let parents = commit.parents.iter().rev();
                stack.extend(parents.map(|parent| (parent.as_str(), false)));
            }
        }
        order
    }

    /// The nearest commit that both descend from.
    pub fn merge_base(&self, a: &str, b: &str) -> Option<String> {
        let ours = self.ancestors(a);
        let mut seen = HashSet::new();
        let mut next = VecDeque::from([b]);
        while let Some(sha) = next.pop_front() {
            if ours.contains(sha) {
                return Some(sha.to_owned());
            }
            if seen.insert(sha)
                && let Some(commit) = self.commits.get(sha)
            {
                next.extend(commit.parents.iter().map(String::as_str));
            }
        }
        None
    }

    /// What a commit changed against its first parent.
    pub fn changes_of(&self, commit: &Commit) -> Vec<Change> {
        let before = commit
            .parents
            .first()
            .map_or_else(Files::new, |sha| self.files(sha));
        changes(&before, &self.files(&commit.sha))
    }

    /// Merges two tips file by file; `None` where both changed one file in different ways.
    pub fn merge_files(&self, base: &str, head: &str) -> Option<Files> {
        let old = self
            .merge_base(base, head)
            .map_or_else(Files::new, |sha| self.files(&sha));
        let (ours, theirs) = (self.files(base), self.files(head));
        let mut merged = ours.clone();
        for change in changes(&old, &theirs) {
            let path = &change.path;
            let (was, now) = (old.get(path), theirs.get(path));
            if ours.get(path) != was && ours.get(path) != now {
                return None;
            }
            match now {
                Some(file) => merged.insert(path.clone(), file.clone()),
                None => merged.remove(path),
            };
        }
        Some(merged)
    }
}

/// What became of every path that differs between two trees.
pub(super) fn changes(old: &Files, new: &Files) -> Vec<Change> {
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path))
        .map(|path| Change {
            path: path.clone(),
            old: old.get(path).map(|file| file.sha.clone()),
            new: new.get(path).map(|file| file.sha.clone()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(git: &mut Git, text: &str) -> File {
        File {
            mode: "100644".to_owned(),
            sha: git.add_blob(text.as_bytes().to_vec()),
        }
    }

    fn commit(git: &mut Git, parents: &[&str], files: &[(&str, &str)]) -> String {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), file(git, text)))
            .collect();
        let tree = git.add_tree(files);
        git.add_commit(Commit {
            sha: String::new(),
            tree,
            parents: parents.iter().map(|sha| (*sha).to_owned()).collect(),
            message: format!("{parents:?}"),
            author: Signature {
                name: "ana".to_owned(),
                email: "ana@example.com".to_owned(),
                user: None,
            },
            at: Timestamp::UNIX_EPOCH,
            verified: false,
        })
    }

    #[test]
    fn ids_are_those_of_git() {
        let mut git = Git::default();
        // `printf hello | git hash-object --stdin`, and the tree that git knows without being told.
        assert_eq!(
            git.add_blob(b"hello".to_vec()),
            "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"
        );
        assert_eq!(
            git.add_tree(Files::new()),
            "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
        );
    }

    #[test]
    fn ids_of_commits_do_not_tell_the_time() {
        let id = |at| {
            let mut git = Git::default();
            let tree = git.add_tree(Files::new());
            let ana = Signature {
                name: "ana".to_owned(),
                email: "ana@example.com".to_owned(),
                user: None,
            };
            let mut add = || {
                git.add_commit(Commit {
                    sha: String::new(),
                    tree: tree.clone(),
                    parents: Vec::new(),
                    message: "one".to_owned(),
                    author: ana.clone(),
                    at,
                    verified: false,
                })
            };
            (add(), add())
        };
        let (first, again) = id(Timestamp::UNIX_EPOCH);
        assert_ne!(first, again);
        assert_eq!(id(Timestamp::MAX), (first, again));
    }

    #[test]
    fn history_is_walked_parents_first() {
        let mut git = Git::default();
        let root = commit(&mut git, &[], &[("a", "1")]);
        let left = commit(&mut git, &[&root], &[("a", "1"), ("b", "2")]);
        let right = commit(&mut git, &[&root], &[("a", "3")]);
        let tip = commit(&mut git, &[&left, &right], &[("a", "3"), ("b", "2")]);
        assert_eq!(git.merge_base(&left, &right), Some(root.clone()));
        assert_eq!(git.between(&left, &tip), [right.clone(), tip.clone()]);
        assert!(git.is_ancestor(&root, &tip) && !git.is_ancestor(&left, &right));
        let merged = git.merge_files(&left, &right).unwrap();
        assert_eq!(merged, git.files(&tip));
    }

    #[test]
    fn two_who_change_one_file_do_not_merge() {
        let mut git = Git::default();
        let root = commit(&mut git, &[], &[("a", "1")]);
        let left = commit(&mut git, &[&root], &[("a", "2")]);
        let right = commit(&mut git, &[&root], &[("a", "3")]);
        assert_eq!(git.merge_files(&left, &right), None);
    }
}
