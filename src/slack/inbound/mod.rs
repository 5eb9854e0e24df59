//! What Slack sends us, read: presses, dialogs, shortcuts, commands and events.
//!
//! The signature was checked by whoever took the body in, so Slack has written it; but the texts in
//! it are people's, and the shapes change with Slack. What a request cannot do without must be there
//! and of the right kind, or the whole is [`Unreadable`]; anything else that is odd is as if it were
//! not there. The shapes are those of docs.slack.dev/reference (interaction payloads, events, slash
//! commands).

mod event;
mod given;
mod interaction;
mod spoken;

use jiff::Timestamp;
use serde_json::Value;

use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::secret::Secret;

pub use event::{Envelope, Event, Message};
pub use given::Given;
pub use interaction::{Action, OnMessage, Pressed, Submitted, View, Where};
pub use spoken::{Permalink, Word, plain, time_of, words};

/// Through which door it came: each has its own shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `POST /slack/events`, the body as it came.
    Event,
    /// `POST /slack/interactions`, the JSON of its `payload`.
    Interaction,
    /// `POST /slack/commands`, its form as one JSON object of texts.
    Command,
}

/// What came.
#[derive(Debug, Clone, PartialEq)]
pub enum Inbound {
    /// Something happened in the workspace.
    Event(Box<Envelope>),
    /// Somebody pressed a button, or chose or ticked something (`block_actions`).
    Pressed(Box<Pressed>),
    /// Somebody sent a dialog off (`view_submission`).
    Submitted(Box<Submitted>),
    /// Somebody closed a dialog that asked to be told (`view_closed`).
    Closed {
        /// Who.
        who: SlackUserId,
        /// The dialog, as far as it was filled in.
        view: Box<View>,
    },
    /// Somebody used a shortcut that is about nothing in particular (`shortcut`).
    Shortcut {
        /// Who.
        who: SlackUserId,
        /// Which of the app's shortcuts.
        callback: String,
        /// To open a dialog with.
        trigger: String,
    },
    /// Somebody used a shortcut on a message (`message_action`).
    OnMessage(Box<OnMessage>),
    /// Somebody typed a slash command.
    Command(Box<Command>),
    /// Something that is not read here, by Slack's name for it.
    Other(String),
}

/// A slash command that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Who.
    pub who: SlackUserId,
    /// Where; the bot need not be in it.
    pub channel: ChannelId,
    /// With its slash: `/incident`.
    pub command: String,
    /// What stands behind it, as it was typed; see [`words`].
    pub text: String,
    /// Where it can be answered.
    pub response_url: Option<ResponseUrl>,
    /// To open a dialog with, within three seconds.
    pub trigger: String,
}

/// An address to answer at. Whoever has it can speak there, so it prints as dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseUrl(Secret);

impl ResponseUrl {
    /// Takes the text as it is; where it may lead is checked when it is used.
    pub fn new(url: impl Into<String>) -> Self {
        Self(Secret::new(url))
    }

    /// The address itself: to keep it, never for a log.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// A body that cannot be what came through that door. It holds nothing of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what Slack sends: {0}")]
pub struct Unreadable(pub(super) &'static str);

/// Reads a body. Never panics.
///
/// # Errors
/// When it is no JSON, or lacks what makes it what it says it is.
pub fn read(door: Door, body: &[u8]) -> Result<Inbound, Unreadable> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Unreadable("no JSON"))?;
    if !value.is_object() {
        return Err(Unreadable("no object"));
    }
    match door {
        Door::Event => event::read(&value),
        Door::Interaction => interaction::read(&value),
        Door::Command => command(&value),
    }
}

fn command(value: &Value) -> Result<Inbound, Unreadable> {
    let command = text(&value["command"]).filter(|text| text.starts_with('/'));
    Ok(Inbound::Command(Box::new(Command {
        who: user(&value["user_id"]).ok_or(Unreadable("a command by nobody"))?,
        channel: channel(&value["channel_id"]).ok_or(Unreadable("a command from nowhere"))?,
        command: command.ok_or(Unreadable("a command without its name"))?,
        text: text(&value["text"]).unwrap_or_default(),
        response_url: response_url(&value["response_url"]),
        trigger: text(&value["trigger_id"]).unwrap_or_default(),
    })))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// An id as Slack makes them: capital letters and digits, never long. Anything else could be a path
/// or a mention once it stands in one.
fn id(value: &Value, first: &[char]) -> Option<String> {
    let id = value.as_str()?;
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    (id.starts_with(first) && (2..=32).contains(&id.len()) && id.bytes().all(plain))
        .then(|| id.to_owned())
}

fn user(value: &Value) -> Option<SlackUserId> {
    id(value, &['U', 'W']).map(SlackUserId::from)
}

/// Channels, private ones, and direct messages.
fn channel(value: &Value) -> Option<ChannelId> {
    id(value, &['C', 'G', 'D']).map(ChannelId::from)
}

/// `1634721688.039800`
fn ts(value: &Value) -> Option<MessageTs> {
    let ts = value.as_str()?;
    let (seconds, rest) = ts.split_once('.')?;
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    (digits(seconds, 12) && digits(rest, 6)).then(|| MessageTs::from(ts))
}

fn seconds(value: &Value) -> Option<Timestamp> {
    value
        .as_i64()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
}

fn response_url(value: &Value) -> Option<ResponseUrl> {
    text(value)
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
        .map(ResponseUrl::new)
}

#[cfg(test)]
mod tests;
