//! The core of the teams, tried from outside: what files say, what would be done, and what others
//! get wrong.

#![allow(clippy::unwrap_used)]

mod crews;
mod editing;
mod exporting;
mod github;
mod guarding;
mod histories;
mod planning;
mod properties;
mod reading;
mod schema;
mod who;
mod world;
