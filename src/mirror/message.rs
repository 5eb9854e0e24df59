//! What is to be said, with no word yet of how Slack writes it.

use jiff::Timestamp;

use crate::id::Login;

/// A run of text within one line. Everything here may come from outside: a renderer escapes it all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain words.
    Text(String),
    /// Words that stand out.
    Strong(String),
    /// A name from a program: a branch, a file, a commit.
    Code(String),
    /// Words that lead somewhere.
    Link {
        /// Where to; shown plain when it is neither http nor https.
        url: String,
        /// The words.
        text: String,
    },
    /// A moment, for each reader in their own time zone.
    Time {
        /// When; shown to the minute.
        at: Timestamp,
        /// Where what happened then can be read.
        url: Option<String>,
    },
    /// A person on GitHub, shown as the Slack person when the team file knows them.
    Person(Login),
}

/// What stands below a headline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// GitHub's Markdown, as hostile as its author.
    Markdown(String),
    /// Text to be shown letter for letter (a diff, a log).
    Code(String),
    /// Lines of our own making.
    Lines(Vec<Vec<Span>>),
}

/// A part of a message: a comment of a review with the place it is about, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// One line above the body; may be empty.
    pub heading: Vec<Span>,
    /// What it says; `None` when the heading says all.
    pub body: Option<Body>,
    /// Where this section can be read in full.
    pub more: Option<String>,
}

/// One message for one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// One emoji that says at a glance what happened, and whether it is good news.
    pub icon: &'static str,
    /// Who did what to which: one line.
    pub headline: Vec<Span>,
    /// What stands below it, in order.
    pub sections: Vec<Section>,
    /// Where the whole of it can be read when it had to be cut.
    pub more: Option<String>,
    /// `https://host/owner/name` of the repository that its Markdown comes from: `#12`, `@login`
    /// and relative links are read against it. `None` leaves them plain.
    pub source: Option<String>,
}
