//! Postmortems: the draft that the record writes, what is still wrong with a document, and what it
//! says is to be done. Pure: texts and an incident come in, texts and findings come out.
//!
//! ```text
//! a template ──parse──> Template ──draft(record)──> a document ──people──> a document
//!                          │                                                   │
//!                          └──────────────── check(document, record) <─────────┤
//!                                                                actions(document)
//! ```
//!
//! What people said stands in a draft as text and nothing else: it formats nothing, embeds nothing
//! and calls nobody ([`plain`]). A draft knows whether people have touched it ([`is_untouched`]).

pub mod actions;
mod cells;
pub mod check;
pub mod draft;
mod outline;
pub mod plain;
#[cfg(test)]
mod samples;
pub mod template;
mod timeline;

pub use actions::{Action, Link, actions, with_link};
pub use check::{Finding, Weight, check};
pub use draft::{Given, draft, is_untouched, path};
pub use template::{Problem, Template, built_in, parse};
