//! A Slack workspace that lives in this process: state behind a lock, the Web API over HTTP, signed
//! events to the app, and as strict as the real one about what it refuses.
//!
//! [`SlackWorld::router`] is what the app talks to. Everything else here stands for what people do
//! in the client (`acts`), for the way of events to the app (`outbox`), and for looking on
//! (`snapshot`).

mod acts;
mod answers;
mod api;
mod args;
mod blocks;
mod dialogs;
mod door;
mod emoji;
mod events;
pub mod fields;
mod hung;
mod interact;
mod limits;
mod moves;
pub mod mrkdwn;
mod names;
mod outbox;
mod pings;
mod refusal;
mod scopes;
mod settings;
mod show;
mod snapshot;
mod state;
mod teams;
#[cfg(test)]
mod tests;
mod typed;
mod world;

use serde_json::Value;

pub use acts::NewPerson;
pub use hung::Hung;
pub use pings::{Ping, PingKind};
pub use refusal::Refusal;
pub use settings::{Limits, Settings};
pub use show::{Links, Names, attachment_html, blocks_html, blocks_text, view_text};
pub use snapshot::{
    Bookmark, ChannelView, GroupView, MessageView, Opened, Reaction, Snapshot, UserView,
};
pub use state::Shortcut;
pub use teams::GroupChange;
pub use world::{SlackWorld, Told};

/// Plain text as it is shown: `:fire:` as 🔥.
pub fn with_emoji(text: &str) -> String {
    emoji::replace(text)
}

/// What Slack would refuse of a message's blocks, each with its place.
pub fn wrong_in_message(blocks: &[Value]) -> Vec<String> {
    blocks::problems(blocks, blocks::Surface::Message, "/blocks")
}

/// What Slack would refuse of a view, which is to be a `modal` or a `home`, each with its place.
pub fn wrong_in_view(view: &Value, kind: &str) -> Vec<String> {
    api::view_problems(view, kind)
}
