//! Slack: its calls, its limits, and how it writes what we say.

pub mod render;
