//! What happens in the workspace, as the Events API tells it.

use jiff::Timestamp;
use serde_json::Value;

use super::{Inbound, Unreadable, channel, seconds, text, ts, user};
use crate::id::{ChannelId, DeliveryId, MessageTs, SlackUserId};

/// An event with what is said about its coming.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Unique; the same when Slack sends it again.
    pub id: DeliveryId,
    /// When it happened, to the second.
    pub at: Option<Timestamp>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Somebody named the bot where it is (`app_mention`). Slack tells the same message as
    /// [`Event::Said`], too.
    Mentioned(Message),
    /// Somebody or some bot said something where the bot is.
    Said(Message),
    /// A message was edited.
    Edited(Message),
    /// A message was taken away.
    Deleted {
        /// Where.
        channel: ChannelId,
        /// Which.
        ts: MessageTs,
    },
    /// Somebody put an emoji on a message.
    Reacted {
        /// Who.
        who: SlackUserId,
        /// Which, without colons; with `::skin-tone-2` perhaps.
        emoji: String,
        /// Where.
        channel: ChannelId,
        /// On which message.
        ts: MessageTs,
        /// Who has written that; `None` for a bot.
        author: Option<SlackUserId>,
    },
    /// Somebody took their emoji off a message, or their pin.
    Unmarked {
        /// Who.
        who: SlackUserId,
        /// The emoji's name, without colons; `None` for a pin.
        emoji: Option<String>,
        /// Where.
        channel: ChannelId,
        /// From which message.
        ts: MessageTs,
    },
    /// Somebody pinned a message.
    Pinned {
        /// Who.
        who: SlackUserId,
        /// Where.
        channel: ChannelId,
        /// The message, where it is one.
        ts: Option<MessageTs>,
    },
    /// Somebody came into a channel that the bot is in; or the bot itself did.
    Joined {
        /// Who.
        who: SlackUserId,
        /// Which channel.
        channel: ChannelId,
        /// Who invited them, where somebody did.
        inviter: Option<SlackUserId>,
    },
    /// Somebody looks at the app's page.
    HomeOpened {
        /// Who.
        who: SlackUserId,
        /// Its Home tab, and not the messages.
        home: bool,
    },
    /// A channel was archived; the bot is out of it.
    Archived {
        /// Which.
        channel: ChannelId,
        /// By whom.
        who: Option<SlackUserId>,
    },
    /// A channel was brought back; the bot is not in it yet.
    Unarchived {
        /// Which.
        channel: ChannelId,
        /// By whom.
        who: Option<SlackUserId>,
    },
    /// A channel has another name.
    Renamed {
        /// Which.
        channel: ChannelId,
        /// The new one.
        name: String,
    },
    /// Something that is not read here, by Slack's name for it.
    Other(String),
}

/// A message in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where.
    pub channel: ChannelId,
    /// Its id.
    pub ts: MessageTs,
    /// The first message of the thread that it stands in, where that is another.
    pub thread: Option<MessageTs>,
    /// Who has written it; a bot that is also somebody has both.
    pub author: Option<SlackUserId>,
    /// The bot that has written it, `B…`.
    pub bot: Option<String>,
    /// What it says; see [`super::words`].
    pub text: String,
}

impl Message {
    /// Whether a person has written it.
    pub fn by_person(&self) -> bool {
        self.bot.is_none() && self.author.is_some()
    }
}

pub(super) fn read(value: &Value) -> Result<Inbound, Unreadable> {
    match value["type"].as_str() {
        Some("event_callback") => {}
        Some(other) => return Ok(Inbound::Other(other.to_owned())),
        None => return Err(Unreadable("an event without a type")),
    }
    let event = &value["event"];
    let kind = text(&event["type"]).ok_or(Unreadable("an event without a type"))?;
    let id = text(&value["event_id"]).ok_or(Unreadable("an event without an id"))?;
    Ok(Inbound::Event(Box::new(Envelope {
        id: DeliveryId::new(id),
        at: seconds(&value["event_time"]),
        event: happened(kind, event)?,
    })))
}

fn happened(kind: String, event: &Value) -> Result<Event, Unreadable> {
    let nowhere = Unreadable("an event in no channel");
    let nobody = Unreadable("an event by nobody");
    let who = || user(&event["user"]).ok_or(nobody);
    let place = || channel(&event["channel"]).ok_or(nowhere);
    Ok(match kind.as_str() {
        "app_mention" => Event::Mentioned(message(event, event)?),
        "message" => match event["subtype"].as_str() {
            // What people and bots say; all others are Slack's own notes.
            None | Some("bot_message" | "file_share" | "me_message" | "thread_broadcast") => {
                Event::Said(message(event, event)?)
            }
            Some("message_changed") => Event::Edited(message(event, &event["message"])?),
            Some("message_deleted") => Event::Deleted {
                channel: place()?,
                ts: ts(&event["deleted_ts"]).ok_or(Unreadable("a message without a time"))?,
            },
            Some(subtype) => Event::Other(format!("message.{subtype}")),
        },
        "reaction_added" => {
            let item = &event["item"];
            let (Some(channel), Some(ts)) = (channel(&item["channel"]), ts(&item["ts"])) else {
                return Ok(Event::Other("reaction_added on no message".to_owned()));
            };
            Event::Reacted {
                who: who()?,
                emoji: text(&event["reaction"]).ok_or(Unreadable("a reaction without its name"))?,
                channel,
                ts,
                author: user(&event["item_user"]),
            }
        }
        "reaction_removed" => {
            let item = &event["item"];
            let (Some(channel), Some(ts)) = (channel(&item["channel"]), ts(&item["ts"])) else {
                return Ok(Event::Other("reaction_removed from no message".to_owned()));
            };
            let emoji = text(&event["reaction"]);
            Event::Unmarked {
                who: who()?,
                emoji: Some(emoji.ok_or(Unreadable("a reaction without its name"))?),
                channel,
                ts,
            }
        }
        "pin_removed" => {
            let place = channel(&event["channel_id"]).or_else(|| channel(&event["channel"]));
            match ts(&event["item"]["message"]["ts"]) {
                Some(ts) => Event::Unmarked {
                    who: who()?,
                    emoji: None,
                    channel: place.ok_or(nowhere)?,
                    ts,
                },
                None => Event::Other("pin_removed from no message".to_owned()),
            }
        }
        "pin_added" => {
            let place = channel(&event["channel_id"]).or_else(|| channel(&event["channel"]));
            Event::Pinned {
                who: who()?,
                channel: place.ok_or(nowhere)?,
                ts: ts(&event["item"]["message"]["ts"]),
            }
        }
        "member_joined_channel" => Event::Joined {
            who: who()?,
            channel: place()?,
            inviter: user(&event["inviter"]),
        },
        "app_home_opened" => Event::HomeOpened {
            who: who()?,
            home: event["tab"].as_str().is_none_or(|tab| tab == "home"),
        },
        "channel_archive" | "group_archive" => Event::Archived {
            channel: place()?,
            who: user(&event["user"]),
        },
        "channel_unarchive" | "group_unarchive" => Event::Unarchived {
            channel: place()?,
            who: user(&event["user"]),
        },
        "channel_rename" | "group_rename" => Event::Renamed {
            channel: channel(&event["channel"]["id"]).ok_or(nowhere)?,
            name: text(&event["channel"]["name"]).ok_or(Unreadable("a channel without a name"))?,
        },
        _ => Event::Other(kind),
    })
}

/// `message` stands in `event`, or is it.
fn message(event: &Value, message: &Value) -> Result<Message, Unreadable> {
    let stamp = ts(&message["ts"]).ok_or(Unreadable("a message without a time"))?;
    Ok(Message {
        channel: channel(&event["channel"]).ok_or(Unreadable("a message in no channel"))?,
        thread: ts(&message["thread_ts"]).filter(|thread| *thread != stamp),
        ts: stamp,
        author: user(&message["user"]),
        bot: text(&message["bot_id"]),
        text: text(&message["text"]).unwrap_or_default(),
    })
}
