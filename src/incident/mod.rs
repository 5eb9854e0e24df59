//! An incident, from the first mention to the archived channel. Pure: entries, commands and the
//! time come in; what is true, what goes on record and what is to be done come out.
//!
//! ```text
//! a command ──parse──> Command ──interpret──> entries ──GitHub──> the record (issue, comments)
//!                                                                     │
//!        view <── Effect <── react(before, after, entry) <── fold <───┘
//!                    └────── due(incident, now), when deadline(incident) has come
//! ```
//!
//! [`fold`] is total and does not care in which order entries come. [`interpret()`] makes entries
//! whose keys say where the command was given, so a repeat is the same entry. [`react()`] and
//! [`due()`] give [`Effect`]s with keys made from what they are about; [`view`] says how they read.
//! [`owed`] is all of it again, for a sssbot that has lost its memory.

pub mod aftermath;
pub mod command;
pub mod due;
pub mod effect;
pub mod entry;
pub mod error;
pub mod fact;
mod fold;
pub mod form;
pub mod interpret;
pub mod mark;
pub mod naming;
pub mod overdue;
pub mod parse;
pub mod react;
pub mod rules;
pub mod state;
#[cfg(test)]
mod tests;
pub mod time;
pub mod turn;
pub mod view;
pub mod who;
mod wording;

pub use aftermath::{Action, ActionState, Aftermath, Pull, PullState};
pub use command::{Command, When};
pub use due::{deadline, due};
pub use effect::{Effect, Tell, Todo};
pub use entry::{Entry, Opened, What};
pub use error::UserError;
pub use fact::{Declaration, Fact, LentCrew, Mark, Moment, Reminder};
pub use fold::fold;
pub use interpret::interpret;
pub use react::{owed, react};
pub use rules::Rules;
pub use state::{Incident, LentTo, Loan, OpenEnd, Phase};
pub use turn::{Turn, Turns};
pub use who::{Actor, Origin, Permission, Standing, Via, Who};
