//! Answers to the address that comes with a press, a command or a message shortcut.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{Settings, Slack};
use crate::slack::error;
use crate::slack::inbound::ResponseUrl;
use crate::slack::{Refusal, SlackError};
use crate::wire::{NoAddress, Wire};

/// Where Slack's own such addresses lead.
const HOOKS: &str = "https://hooks.slack.com";

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Only who acted sees it, and what they acted on stays.
    OnlyYou,
    /// Everybody in the channel sees it.
    Channel,
    /// It takes the place of the message that was acted on.
    Instead,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply<'a> {
    /// Says something.
    Say {
        /// Where.
        place: Place,
        /// For notifications, and where there are no blocks.
        text: &'a str,
        /// What is shown.
        blocks: &'a [Value],
    },
    /// Takes the message away that was acted on: the only way for one that one person sees.
    TakeAway,
}

impl Slack {
    /// Answers at an address that Slack gave with a signed request: up to 5 times, within 30
    /// minutes, and in channels that the bot is not in, too. It needs no token, and none is sent.
    /// There is no saying whether an answer whose outcome is ambiguous was shown.
    ///
    /// # Errors
    /// [`Refusal::ResponseUrlGone`] when it is used up; [`Refusal::Other`] for an address that is
    /// none of Slack's, to which nothing is sent. No error holds the address: whoever has it can
    /// speak there.
    pub async fn respond(&self, to: &ResponseUrl, reply: &Reply<'_>) -> Result<(), SlackError> {
        let url = to.reveal();
        let known = self.hooks.iter();
        let found = known
            .filter_map(|wire| Some((wire, wire.below(url)?)))
            .next();
        let Some((wire, path)) = found else {
            let why = "the address to answer at is not Slack's".to_owned();
            return Err(SlackError::Refused(Refusal::Other(why)));
        };
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(CONTENT_TYPE, kind);
        let body = reply.to_json().to_string();
        let answer = wire.send(reqwest::Method::POST, &path, headers, body);
        error::read_hook(&answer.await.map_err(SlackError::lost)?)
    }
}

impl Reply<'_> {
    fn to_json(&self) -> Value {
        let Self::Say {
            place,
            text,
            blocks,
        } = self
        else {
            return json!({"delete_original": true});
        };
        let (kind, instead) = match place {
            Place::OnlyYou => ("ephemeral", false),
            Place::Channel => ("in_channel", false),
            Place::Instead => ("ephemeral", true),
        };
        let mut body = json!({"text": text, "response_type": kind, "replace_original": instead});
        if !blocks.is_empty() {
            body["blocks"] = json!(blocks);
        }
        body
    }
}

/// The servers that may be answered: Slack's for this, and the one that the API is at.
///
/// # Errors
/// When the API's address is none.
pub(super) fn hooks(settings: &Settings) -> Result<[Wire; 2], NoAddress> {
    let origin = crate::wire::address(&settings.api_url)?.origin();
    Ok([
        Wire::to(HOOKS, settings.timeout)?,
        Wire::to(&origin.ascii_serialization(), settings.timeout)?,
    ])
}
