//! Stories: Markdown files that are a test, something the demo can play, and documentation at once.
//! Pure: text in, values out; who acts on the worlds is told what to do by [`Act`]s.
//!
//! The format is written down in `tests/stories/README.md`.

mod act;
mod bless;
mod changes;
mod deeds;
mod forms;
mod in_slack;
mod on_github;
mod read;
mod said;
mod teams;
#[cfg(test)]
mod tests;
mod words;

pub use act::{Act, AppAct, Deed, InlineComment, Pushed, Ref, Side, Verdict, Workspace};
pub use bless::Seen;
pub use changes::{group_changes, slack_changes, view_changes};
pub use forms::FORMS;
pub use said::{GroupDeed, Said, Spot};
pub use teams::{TeamAct, TeamRef};

use std::ops::Range;

use jiff::Timestamp;

use crate::i18n::Lang;

/// A story.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// Its first heading.
    pub title: String,
    /// The language that the app speaks in it.
    pub lang: Lang,
    /// When it begins.
    pub start: Timestamp,
    /// Which behaviours it shows: `A1`, `K2`.
    pub shows: Vec<String>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// What is told after the last step.
    pub closing: String,
    source: String,
}

/// Some prose, what is done, and what is then to be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The Markdown before the acts, trimmed; the heading of the story is not in it.
    pub prose: String,
    /// What is done.
    pub acts: Vec<Line>,
    /// What is to be seen then. A side that no block names must not have changed.
    pub expected: Vec<Expectation>,
    /// The line of the file on which the acts begin, counted from 1.
    pub line: usize,
    /// Where in the file a further block would go.
    end: usize,
}

/// One act, and the line it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What is done.
    pub act: Act,
    /// The line of the file, counted from 1.
    pub line: usize,
    /// The line as it is written, for a page that plays the story.
    pub words: String,
}

/// What is to be seen on one side after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Where.
    pub place: Place,
    /// The lines, with no line break at the end; empty means that nothing changed.
    pub text: String,
    /// The line of the file on which the block begins, counted from 1.
    pub line: usize,
    inside: Range<usize>,
}

/// Where something is to be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A Slack channel, by its name without `#`; the bot's conversation with somebody as `@name`.
    Channel(String),
    /// The dialogs that somebody sees, by their name in Slack.
    Dialog(String),
    /// Somebody's Home tab of the app, by their name in Slack.
    Home(String),
    /// Slack's user groups: what the App changed of them.
    Groups,
    /// GitHub: what the App wrote there.
    GitHub,
}

/// What is wrong with a story, and on which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct StoryError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, in a sentence.
    pub what: String,
}

impl Story {
    /// Reads a story.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(source: &str) -> Result<Self, StoryError> {
        read::story(source)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Channel(name) if name.starts_with('@') => write!(f, "slack {name}"),
            Self::Channel(name) => write!(f, "slack #{name}"),
            Self::Dialog(who) => write!(f, "dialog {who}"),
            Self::Home(who) => write!(f, "home {who}"),
            Self::Groups => f.write_str("groups"),
            Self::GitHub => f.write_str("github"),
        }
    }
}
