//! Slack: its calls, its limits, and how it writes what we say.

mod client;
mod error;
mod metadata;
mod method;
mod pace;
pub mod render;

pub use client::{Channel, History, HistoryMessage, HistoryPage, Identity, Page, Settings, Slack};
pub use error::{Refusal, SlackError};
pub use metadata::Metadata;
pub use method::Method;
pub use pace::{Call, Pace, Rates};
