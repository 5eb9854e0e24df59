//! What people write into a playbook, and what becomes of it.

#![allow(clippy::unwrap_used)]

mod comparing;
pub(crate) mod json;
mod pattern;
mod reading;
mod schema;
