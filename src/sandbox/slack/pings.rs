//! Whom a message of the bot would notify: the test that nothing from outside can call a company
//! together.

use jiff::Timestamp;
use serde_json::Value;

use super::mrkdwn::{self, Mention};
use super::state::Message;
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// A live mention in a message of the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    /// When it was said.
    pub at: Timestamp,
    /// Where.
    pub channel: ChannelId,
    /// In which message.
    pub ts: MessageTs,
    /// Whom it calls.
    pub kind: PingKind,
    /// In which part of the message, as a JSON pointer: `/text`, `/blocks/0/text`.
    pub place: String,
    /// What the message was marked with when it was said; it may be gone by now.
    pub key: Option<String>,
}

/// Whom a mention calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PingKind {
    /// `channel`, `here` or `everyone`.
    Everybody(String),
    /// A user group, by id.
    Group(String),
    /// One person.
    Person(SlackUserId),
}

/// The pings of a message.
pub(super) fn of(channel: &ChannelId, message: &Message, now: Timestamp) -> Vec<Ping> {
    let mut found = Found(Vec::new());
    found.text(&message.text, message.parses_names, "/text");
    for (i, block) in message.blocks.iter().enumerate() {
        found.walk(block, &format!("/blocks/{i}"));
    }
    for (i, attachment) in message.attachments.iter().enumerate() {
        let at = format!("/attachments/{i}");
        for key in ["text", "pretext", "title"] {
            if let Some(text) = attachment[key].as_str() {
                found.text(text, true, &format!("{at}/{key}"));
            }
        }
        for field in attachment["fields"].as_array().into_iter().flatten() {
            found.text(field["value"].as_str().unwrap_or_default(), true, &at);
        }
        found.walk(&attachment["blocks"], &format!("{at}/blocks"));
    }
    let metadata = message.metadata.as_ref();
    let key = metadata.and_then(|it| Some(it["event_payload"]["key"].as_str()?.to_owned()));
    let ping = |(kind, place)| Ping {
        key: key.clone(),
        at: now,
        channel: channel.clone(),
        ts: message.ts.clone(),
        kind,
        place,
    };
    found.0.into_iter().map(ping).collect()
}

struct Found(Vec<(PingKind, String)>);

impl Found {
    fn text(&mut self, text: &str, bare: bool, at: &str) {
        for mention in mrkdwn::mentions(text, bare) {
            let kind = match mention {
                Mention::User(id) => PingKind::Person(SlackUserId::from(id)),
                Mention::Group(id) => PingKind::Group(id),
                Mention::All(name) => PingKind::Everybody(name),
                Mention::Channel(_) => continue,
            };
            self.0.push((kind, at.to_owned()));
        }
    }

    /// Every text below `value` that Slack reads for mentions. Blocks are checked before they come
    /// here and `serde_json` bounds their depth, so this recursion is bounded too.
    fn walk(&mut self, value: &Value, at: &str) {
        let word = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        match value["type"].as_str() {
            Some("mrkdwn") => {
                let bare = value["verbatim"] != true;
                self.text(&word("text"), bare, &format!("{at}/text"));
            }
            Some("markdown") => self.text(&word("text"), true, &format!("{at}/text")),
            Some("user") if value["user_id"].is_string() => {
                let kind = PingKind::Person(SlackUserId::from(word("user_id")));
                self.0.push((kind, at.to_owned()));
            }
            Some("usergroup") if value["usergroup_id"].is_string() => {
                let kind = PingKind::Group(word("usergroup_id"));
                self.0.push((kind, at.to_owned()));
            }
            Some("broadcast") => {
                let kind = PingKind::Everybody(word("range"));
                self.0.push((kind, at.to_owned()));
            }
            _ => match value {
                Value::Object(map) => {
                    for (key, value) in map {
                        self.walk(value, &format!("{at}/{key}"));
                    }
                }
                Value::Array(items) => {
                    for (i, value) in items.iter().enumerate() {
                        self.walk(value, &format!("{at}/{i}"));
                    }
                }
                _ => {}
            },
        }
    }
}
