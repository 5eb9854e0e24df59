//! The clients and their settings, seen from outside.

#![allow(clippy::unwrap_used)]

mod config;
mod github;
mod key;
mod slack;
