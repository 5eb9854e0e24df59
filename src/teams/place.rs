//! Where something stands in the team files, and what is wrong there.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::i18n::{Words, both};
use crate::yaml::{self, Key, Node};

/// A place in one of the team files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file's path in the repository.
    pub file: Arc<str>,
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// Line and column of where it was written, when an alias or a merge key brought it here.
    pub anchor: Option<(u64, u64)>,
}

impl Place {
    /// Where a value stands.
    pub(super) fn of(file: &Arc<str>, node: &Node) -> Self {
        Self {
            file: Arc::clone(file),
            line: node.line,
            column: node.column,
            anchor: node.anchor,
        }
    }

    /// Where a key stands.
    pub(super) fn of_key(file: &Arc<str>, key: &Key) -> Self {
        Self {
            file: Arc::clone(file),
            line: key.line,
            column: key.column,
            anchor: key.anchor,
        }
    }

    /// `userteams.yaml, line 3, column 5`
    pub fn said(&self) -> Words {
        let Self {
            file, line, column, ..
        } = self;
        both!(
            "{file} の {line} 行目 {column} 文字目",
            "{file}, line {line}, column {column}"
        )
    }

    /// A problem here.
    pub fn problem(&self, message: Words) -> Problem {
        Problem {
            file: Arc::clone(&self.file),
            at: yaml::Problem {
                line: self.line,
                column: self.column,
                message,
                anchor: self.anchor,
            },
        }
    }
}

/// What is wrong with the team files, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file's path in the repository.
    pub file: Arc<str>,
    /// The place in it, and a sentence for its author.
    pub at: yaml::Problem,
}

impl Problem {
    /// The sentence behind its place: `userteams.yaml, line 3, column 5: …`.
    pub fn said(&self) -> Words {
        let (file, at) = (&self.file, self.at.said());
        both!("{file} の {at}", "{file}, {at}", at)
    }

    /// These problems, file by file, each at every place that has to do with it: a mistake that an
    /// alias brought along is shown where the alias is and where the anchor is. Made for
    /// `playbook::annotations`.
    pub fn by_file(problems: &[Self]) -> BTreeMap<Arc<str>, Vec<yaml::Problem>> {
        let mut files: BTreeMap<Arc<str>, Vec<yaml::Problem>> = BTreeMap::new();
        for problem in problems {
            let own = files.entry(Arc::clone(&problem.file)).or_default();
            own.push(problem.at.clone());
            if let Some((line, column)) = problem.at.anchor {
                let (used, message) = (problem.at.line, &problem.at.message);
                let said = both!(
                    "{message}（{used} 行目で使われています）",
                    "{message} (used on line {used})",
                    message
                );
                own.push(yaml::Problem::at(line, column, said));
            }
        }
        for own in files.values_mut() {
            own.sort();
            own.dedup();
        }
        files
    }
}

impl fmt::Display for Problem {
    /// For logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().en)
    }
}

impl std::error::Error for Problem {}

/// A value of the team files and where it stands. Two are equal when they say the same, wherever.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// What is said.
    pub value: T,
    /// Where.
    pub place: Place,
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for At<T> {}
