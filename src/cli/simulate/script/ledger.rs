//! What a story makes, in words that a judge understands.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::simulate::step::{Branch, Channel, Repo, Thing, Way, Word};

/// What a story makes.
#[derive(Debug, Clone, Default)]
pub(in crate::cli::simulate) struct Ledger {
    pub(in crate::cli::simulate) things: BTreeMap<Thing, Made>,
    pub(in crate::cli::simulate) words: BTreeMap<Word, Text>,
    /// The channels that there are in the end.
    pub(in crate::cli::simulate) channels: BTreeSet<Channel>,
    /// Whether something may be told after what came later, for reasons that no webhook shows.
    pub(in crate::cli::simulate) disordered: bool,
}

/// An issue or a pull request.
#[derive(Debug, Clone)]
pub(in crate::cli::simulate) struct Made {
    pub(in crate::cli::simulate) repo: Repo,
    pub(in crate::cli::simulate) number: u64,
    pub(in crate::cli::simulate) branch: Option<Branch>,
    /// From which step on its title names which channels.
    pub(in crate::cli::simulate) names: Vec<(usize, BTreeSet<Channel>)>,
    pub(super) open: bool,
    pub(super) merged: bool,
    pub(super) titles: usize,
    pub(super) body: Word,
}

/// What a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::simulate) enum Kind {
    /// The text of an issue or a pull request.
    Body,
    /// A comment.
    Comment,
    /// A review, or a comment on a line.
    Review,
    /// A label, or somebody who is assigned or asked; taken off again or not.
    Badge { taken_off: bool },
    /// A commit.
    Commit,
}

/// A text that a word stands in.
#[derive(Debug, Clone)]
pub(in crate::cli::simulate) struct Text {
    pub(in crate::cli::simulate) kind: Kind,
    /// On what; nothing for a commit.
    pub(in crate::cli::simulate) thing: Option<Thing>,
    /// In which step it was made.
    pub(in crate::cli::simulate) step: usize,
    /// Its newest version; `None` when it was deleted.
    pub(in crate::cli::simulate) version: Option<u32>,
    /// In which steps it was edited.
    pub(in crate::cli::simulate) edits: Vec<usize>,
    /// The branch that a commit came to, and whether its webhook was surely heard in time.
    pub(in crate::cli::simulate) pushed: Option<(Repo, Branch)>,
    pub(in crate::cli::simulate) way: Option<Way>,
    pub(super) root: bool,
}

impl Made {
    /// The channels that it names at a step.
    pub(in crate::cli::simulate) fn names_at(&self, step: usize) -> BTreeSet<Channel> {
        let titles = self.names.iter().rev();
        let title = titles.clone().find(|(from, _)| *from <= step);
        let mut names = title.map_or_else(BTreeSet::new, |(_, names)| names.clone());
        names.extend(self.branch.and_then(|branch| branch.names));
        names
    }
}
