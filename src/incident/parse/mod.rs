//! Commands as people type them, in Japanese and English, in Slack and in comments on GitHub.
//!
//! What is no command is none: people talk, and sssbot does not interrupt. What is nearly one gets
//! an answer that says what was probably meant.

mod arguments;
mod comment;
mod slack;
mod words;

use super::command::Command;
use super::error::UserError;
use crate::id::TypeId;

pub use comment::parse_comment;
pub use slack::parse_slack;

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A bare mention: what is it? (A1, A5.)
    Mention,
    /// Something shall begin, of this type if one was named.
    Start {
        /// The type's id.
        kind: Option<TypeId>,
    },
    /// Which commands are there?
    Help,
    /// Who is in this team; or which teams are there?
    Team {
        /// The team, as they call it: its handle, its name, or its id in Slack.
        called: Option<String>,
    },
    /// A command.
    Command(Command),
    /// A command that cannot be understood.
    Error(UserError),
    /// People talking.
    Chat,
}
