//! Slack: its calls, its limits, and how it writes what we say.

mod client;
mod error;
pub mod form;
pub mod inbound;
mod metadata;
mod method;
mod pace;
mod refusal;
pub mod render;

pub use client::{
    Bookmark, Channel, Group, GroupEdit, History, HistoryMessage, HistoryPage, INVITED_AT_ONCE,
    Identity, Page, Persona, Pin, Place, Reaction, Reply, Settings, Slack, User, View,
};
pub use error::SlackError;
pub use metadata::{Carried, Metadata};
pub use method::Method;
pub use pace::{Call, Pace, Rates};
pub use refusal::{NotInvited, Refusal};
