//! What people hang on messages: emoji and pins, and what the app hears of them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::message_json;
use super::events::send;
use super::refusal::{Refusal, refuse};
use super::state::State;
use super::world::SlackWorld;
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// What somebody hangs on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hung {
    /// An emoji, by its name without colons.
    Emoji(String),
    /// A pin.
    Pin,
}

impl SlackWorld {
    /// Somebody hangs something on a message, or takes it off (`on` is false).
    ///
    /// # Errors
    /// `channel_not_found`, `is_archived`, `not_in_channel`, `message_not_found`; `already_reacted`,
    /// `no_reaction`, `already_pinned` and `no_pin` where it is so already.
    pub fn hang(
        &self,
        who: &SlackUserId,
        (channel, ts): (&ChannelId, &MessageTs),
        what: &Hung,
        on: bool,
    ) -> Result<(), Refusal> {
        self.change(|state, now| match what {
            Hung::Emoji(name) => react(state, who, (channel, ts), name, on, now),
            Hung::Pin => pin(state, who, (channel, ts), on, now),
        })
    }
}

fn react(
    state: &mut State,
    who: &SlackUserId,
    (id, ts): (&ChannelId, &MessageTs),
    name: &str,
    on: bool,
    now: Timestamp,
) -> Result<(), Refusal> {
    let channel = state.open(id, who)?;
    let Some(message) = channel.message_mut(ts).filter(|m| m.only_for.is_none()) else {
        return refuse("message_not_found");
    };
    let author = message.author.clone();
    let known = message
        .reactions
        .iter()
        .position(|(known, _)| known == name);
    let theirs = known.is_some_and(|at| message.reactions[at].1.contains(who));
    match (on, theirs, known) {
        (true, true, _) => return refuse("already_reacted"),
        (false, false, _) => return refuse("no_reaction"),
        (true, false, Some(at)) => message.reactions[at].1.push(who.clone()),
        (true, false, None) => message.reactions.push((name.to_owned(), vec![who.clone()])),
        (false, true, at) => {
            let at = at.unwrap_or_default();
            message.reactions[at].1.retain(|one| one != who);
            message.reactions.retain(|(_, users)| !users.is_empty());
        }
    }
    let event = json!({
        "type": if on { "reaction_added" } else { "reaction_removed" },
        "user": who,
        "reaction": name,
        "item_user": author,
        "item": { "type": "message", "channel": id, "ts": ts },
    });
    heard(state, id, event, now);
    Ok(())
}

fn pin(
    state: &mut State,
    who: &SlackUserId,
    (id, ts): (&ChannelId, &MessageTs),
    on: bool,
    now: Timestamp,
) -> Result<(), Refusal> {
    let channel = state.open(id, who)?;
    let Some(message) = channel.message(ts).filter(|m| m.only_for.is_none()) else {
        return refuse("message_not_found");
    };
    let item = json!({
        "type": "message",
        "channel": id,
        "created": now.as_second(),
        "created_by": who,
        "message": message_json(channel, message, false),
    });
    let at = channel.pins.iter().position(|(pin, _)| pin == ts);
    match (on, at) {
        (true, Some(_)) => return refuse("already_pinned"),
        (false, None) => return refuse("no_pin"),
        (true, None) => channel.pins.insert(0, (ts.clone(), who.clone())),
        (false, Some(at)) => {
            channel.pins.remove(at);
        }
    }
    let event = json!({
        "type": if on { "pin_added" } else { "pin_removed" },
        "user": who,
        "channel_id": id,
        "item": item,
    });
    heard(state, id, event, now);
    Ok(())
}

/// The app hears of it where its bot is.
fn heard(state: &mut State, id: &ChannelId, event: Value, now: Timestamp) {
    if state.bot_is_in(id) {
        send(state, event, now);
    }
}
