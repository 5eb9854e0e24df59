//! The clients and their settings, seen from outside.

#![allow(clippy::unwrap_used)]

mod config;
mod github;
mod github_files;
mod github_record;
mod github_teams;
mod key;
mod slack;
mod slack_desk;
mod slack_dialogs;
mod slack_rooms;
