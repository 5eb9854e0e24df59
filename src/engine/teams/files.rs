//! The team files at a commit, and as a merge would make them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Done;
use crate::engine::Engine;
use crate::github::Pull;
use crate::id::Sha;
use crate::teams::{FOLDER, PATH, is_path};

/// Paths and what stands there.
pub(super) type Files = BTreeMap<String, String>;

/// What a merge would make of the team files.
pub(super) enum Merged {
    /// This.
    Files(Files),
    /// Both have changed this file, and GitHub does not know what becomes of it.
    Conflict(String),
}

impl Engine {
    /// The team files at a commit.
    pub(super) async fn team_files(&self, commit: &Sha, now: Timestamp) -> Done<Files> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let mut files = Files::new();
        let first = self.file_at(PATH, commit).await;
        if let Some(file) = self.asked(first, now)? {
            files.insert(PATH.to_owned(), file.text);
        }
        let paths = github.folder(repo, FOLDER, commit.as_str()).await;
        for path in self.asked(paths, now)? {
            if !is_path(&path) {
                continue;
            }
            let file = self.file_at(&path, commit).await;
            if let Some(file) = self.asked(file, now)? {
                files.insert(path, file.text);
            }
        }
        Ok(files)
    }

    /// The team files as the merge of a pull request would make them: what only one side has changed
    /// since they parted is taken from there, and where both have, GitHub's own merge is looked at.
    pub(super) async fn merged_team_files(
        &self,
        pull: &Pull,
        parted: &Sha,
        base: (&Sha, &Files),
        now: Timestamp,
    ) -> Done<Merged> {
        let (base_commit, base) = base;
        let head = self.team_files(&pull.head.sha, now).await?;
        if parted == base_commit {
            return Ok(Merged::Files(head));
        }
        let before = self.team_files(parted, now).await?;
        let mut merged = Files::new();
        let sides = [&before, base, &head];
        let paths: BTreeSet<&String> = sides.into_iter().flat_map(BTreeMap::keys).collect();
        for path in paths {
            let [before, theirs, ours] = sides.map(|files| files.get(path));
            let kept = match (ours == before, theirs == before || theirs == ours) {
                (true, _) => theirs,
                (false, true) => ours,
                (false, false) => return self.tried_merge(pull, base_commit, path, now).await,
            };
            if let Some(text) = kept {
                merged.insert(path.clone(), text.clone());
            }
        }
        Ok(Merged::Files(merged))
    }

    /// What GitHub's own try of the merge has come to, if it has tried these two commits.
    async fn tried_merge(
        &self,
        pull: &Pull,
        base: &Sha,
        path: &str,
        now: Timestamp,
    ) -> Done<Merged> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        if let Some(tried) = &pull.merge_commit_sha {
            let parents = github.parents(repo, tried).await;
            let parents = self.asked(parents, now)?.unwrap_or_default();
            if parents == [base.clone(), pull.head.sha.clone()] {
                return Ok(Merged::Files(self.team_files(tried, now).await?));
            }
        }
        Ok(Merged::Conflict(path.to_owned()))
    }
}
