//! From what GitHub tells to what a channel is told. Pure: payload in, semantic message out.
//!
//! [`read`] takes a webhook apart into [`Note`]s, facts that each know their message and their
//! weight. A [`Document`] joins the notes of one message in any order. [`compose`] says what is in
//! it.

mod compose;
mod digest;
mod document;
mod earlier;
mod fact;
pub mod found;
pub mod key;
mod message;
mod note;
mod read;
mod subject;
mod view;

pub use compose::compose;
pub use digest::{Digest, digest};
pub use document::{Document, Part};
pub use earlier::{backfill, moved};
pub use fact::{
    Badge, Branch, Commit, Conclusion, Earlier, EarlierKind, Fact, Place, Spot, Target, Verdict,
    What,
};
pub use message::{Body, Message, Section, Span};
pub use note::{Note, Rank, Rev, muted};
pub use read::{EVENTS, Me, Reading, Unreadable, read};
pub use subject::{About, Head, Subject};
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
