//! A thin Slack client: one call each, no retries, and every failure told for what it is.

mod groups;
mod hung;
mod people;
mod respond;
mod rooms;
mod say;
mod send;
mod views;

use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::error::SlackError;
use super::{Metadata, Method, Refusal};
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::secret::Secret;
use crate::wire::{NoAddress, Wire};

pub use groups::{Group, GroupEdit};
pub use hung::{Bookmark, Pin, Reaction};
pub use people::User;
pub use respond::{Place, Reply};
pub use rooms::INVITED_AT_ONCE;
pub use say::Persona;
pub use views::View;

/// The most that `conversations.history` and `.list` give on one page.
const PAGE: u16 = 999;

/// Where Slack is and who we are there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://slack.com/api`, or where another speaks as Slack does.
    pub api_url: String,
    /// The bot's token, `xoxb-…`.
    pub token: Secret,
    /// How long a call may take in all.
    pub timeout: Duration,
}

/// Slack's Web API with the bot's token. Cheap to clone. It knows no pace: ask [`super::Pace`].
#[derive(Debug, Clone)]
pub struct Slack {
    wire: Wire,
    /// Where the addresses lead that come with a press or a command: Slack's own host for them, and
    /// the server of [`Settings::api_url`]. Nothing is sent anywhere else.
    hooks: [Wire; 2],
    token: Secret,
    /// For changing user groups, where that takes somebody else.
    groups_token: Option<Secret>,
}

/// Who a token is: the answer of `auth.test`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The workspace's address, `https://acme.slack.com/`.
    #[serde(default, deserialize_with = "lenient")]
    pub url: String,
    /// The workspace's id, `T…`.
    #[serde(default, deserialize_with = "lenient")]
    pub team_id: String,
    /// The bot's id, `B…`, which its messages carry; absent for a person's token.
    #[serde(default, deserialize_with = "lenient")]
    pub bot_id: Option<String>,
    /// The bot as a member of channels.
    pub user_id: SlackUserId,
}

/// A channel as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Channel {
    /// What it is.
    pub id: ChannelId,
    /// What it is called, without `#`.
    #[serde(default, deserialize_with = "lenient")]
    pub name: String,
    /// Nothing can be said in it, and a bot cannot change that.
    #[serde(default, deserialize_with = "lenient")]
    pub is_archived: bool,
    /// Only members see it; a bot must be invited.
    #[serde(default, deserialize_with = "lenient")]
    pub is_private: bool,
    /// The bot is in it.
    #[serde(default, deserialize_with = "lenient")]
    pub is_member: bool,
    /// When it was made; absent in some events.
    #[serde(default, deserialize_with = "seconds")]
    pub created: Option<Timestamp>,
    /// Who made it, where that is said.
    #[serde(default, deserialize_with = "lenient")]
    pub creator: Option<SlackUserId>,
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on this page; an item that makes no sense is left out.
    pub items: Vec<T>,
    /// What to give for the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

/// Which part of a channel's history is asked for. The default is the newest page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History<'a> {
    /// Only what is newer.
    pub oldest: Option<&'a MessageTs>,
    /// Only what is older.
    pub latest: Option<&'a MessageTs>,
    /// Also what has exactly these times.
    pub inclusive: bool,
    /// From the page before.
    pub cursor: Option<&'a str>,
    /// At most so many messages, 1 to 999; 0 for as many as there can be.
    pub limit: u16,
}

impl History<'_> {
    fn of(self, channel: &ChannelId) -> Value {
        let limit = match self.limit {
            0 => PAGE,
            limit => limit.min(PAGE),
        };
        json!({
            "channel": channel,
            "oldest": self.oldest,
            "latest": self.latest,
            "inclusive": self.inclusive,
            "cursor": self.cursor,
            "limit": limit,
            "include_all_metadata": true,
        })
    }
}

/// A page of a channel's history, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryPage {
    /// The messages, without the replies of threads.
    pub messages: Vec<HistoryMessage>,
    /// What to give for the next page, which is older; `None` on the last.
    pub next_cursor: Option<String>,
}

/// A message of a channel's history.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HistoryMessage {
    /// Its id.
    pub ts: MessageTs,
    /// The bot that has posted it, `B…`.
    #[serde(default, deserialize_with = "lenient")]
    pub bot_id: Option<String>,
    /// The app that has posted it, `A…`.
    #[serde(default, deserialize_with = "lenient")]
    pub app_id: Option<String>,
    /// Who has posted it.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<SlackUserId>,
    /// Slack's translation of its text.
    #[serde(default, deserialize_with = "lenient")]
    pub text: String,
    /// How many have answered in its thread; of an answer, nothing is said.
    #[serde(default, deserialize_with = "lenient")]
    pub reply_count: u32,
    /// The emoji on it.
    #[serde(default, deserialize_with = "lenient")]
    pub reactions: Vec<Reaction>,
    /// Its blocks, as they were posted, each with its `block_id`.
    #[serde(default, deserialize_with = "lenient")]
    pub blocks: Vec<Value>,
    /// What it carries, when that is in our form. Anybody can write this form: it counts only
    /// when [`HistoryMessage::is_from`] us.
    #[serde(default, deserialize_with = "metadata")]
    pub metadata: Option<Metadata>,
}

impl HistoryMessage {
    /// Whether the bot of this token has posted it.
    pub fn is_from(&self, us: &Identity) -> bool {
        match (&self.bot_id, &us.bot_id) {
            (Some(bot), Some(ours)) => bot == ours,
            _ => self.user.as_ref() == Some(&us.user_id),
        }
    }
}

impl Slack {
    /// A client; nothing is called yet.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(settings: Settings) -> Result<Self, NoAddress> {
        Ok(Self {
            wire: Wire::to(&settings.api_url, settings.timeout)?,
            hooks: respond::hooks(&settings)?,
            token: settings.token,
            groups_token: None,
        })
    }

    /// `auth.test`: who the token is.
    pub async fn auth_test(&self) -> Result<Identity, SlackError> {
        self.call(Method::AuthTest, json!({})).await
    }

    /// `chat.postMessage`: says `blocks` in a channel, with `text` for notifications. Nothing is
    /// unfolded and no bare name becomes a link: what is live in the text is what we made live.
    pub async fn post(
        &self,
        channel: &ChannelId,
        text: &str,
        blocks: &[Value],
        metadata: &Metadata,
    ) -> Result<MessageTs, SlackError> {
        let mut arguments = message(channel, text, blocks, metadata);
        arguments["unfurl_links"] = false.into();
        arguments["unfurl_media"] = false.into();
        arguments["mrkdwn"] = true.into();
        let posted: Posted = self.call(Method::Post, arguments).await?;
        Ok(posted.ts)
    }

    /// `chat.update`: replaces a message of ours, text, blocks and metadata. It may be repeated.
    pub async fn update(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
        text: &str,
        blocks: &[Value],
        metadata: &Metadata,
    ) -> Result<(), SlackError> {
        let mut arguments = message(channel, text, blocks, metadata);
        arguments["ts"] = ts.as_str().into();
        let _: Done = self.call(Method::Update, arguments).await?;
        Ok(())
    }

    /// `chat.delete`: takes a message of ours away.
    pub async fn delete(&self, channel: &ChannelId, ts: &MessageTs) -> Result<(), SlackError> {
        let arguments = json!({"channel": channel, "ts": ts});
        let _: Done = self.call(Method::Delete, arguments).await?;
        Ok(())
    }

    /// `conversations.history`, with metadata. The bot must be in the channel.
    pub async fn history(
        &self,
        channel: &ChannelId,
        history: History<'_>,
    ) -> Result<HistoryPage, SlackError> {
        self.said(Method::History, history.of(channel)).await
    }

    /// `conversations.replies`, with metadata: a page of the thread that a message begins or stands
    /// in, oldest first; of one that nobody has answered, that message. What begins the thread is
    /// there, whatever part is asked for. Where the message is gone, nothing.
    pub async fn replies(
        &self,
        channel: &ChannelId,
        message: &MessageTs,
        part: History<'_>,
    ) -> Result<HistoryPage, SlackError> {
        let mut arguments = part.of(channel);
        arguments["ts"] = message.as_str().into();
        match self.said(Method::Replies, arguments).await {
            Err(SlackError::Refused(Refusal::MessageNotFound)) => Ok(HistoryPage::default()),
            said => said,
        }
    }

    async fn said(&self, method: Method, arguments: Value) -> Result<HistoryPage, SlackError> {
        let found: Found = self.call(method, arguments).await?;
        Ok(HistoryPage {
            messages: sensible(found.messages),
            next_cursor: found.response_metadata.next(),
        })
    }

    /// `conversations.list`: public channels and the private ones that the bot is in, archived
    /// ones too, since they keep their names.
    pub async fn channels(&self, cursor: Option<&str>) -> Result<Page<Channel>, SlackError> {
        let arguments = json!({
            "types": "public_channel,private_channel",
            "exclude_archived": false,
            "limit": PAGE,
            "cursor": cursor,
        });
        let found: Found = self.call(Method::Channels, arguments).await?;
        Ok(Page {
            items: sensible(found.channels),
            next_cursor: found.response_metadata.next(),
        })
    }

    /// `conversations.info`: a channel as it is now.
    pub async fn info(&self, channel: &ChannelId) -> Result<Channel, SlackError> {
        let one: One = self.call(Method::Info, json!({"channel": channel})).await?;
        Ok(one.channel)
    }

    /// `conversations.join`: enters a public channel; nothing new where the bot is in it.
    pub async fn join(&self, channel: &ChannelId) -> Result<Channel, SlackError> {
        let one: One = self.call(Method::Join, json!({"channel": channel})).await?;
        Ok(one.channel)
    }
}

fn message(channel: &ChannelId, text: &str, blocks: &[Value], metadata: &Metadata) -> Value {
    let mut arguments = json!({
        "channel": channel,
        "text": text,
        "blocks": blocks,
        "metadata": metadata.to_json(),
        "link_names": false,
        "parse": "none",
    });
    if blocks.is_empty() {
        arguments["blocks"] = Value::Null;
    }
    arguments
}

#[derive(Deserialize)]
struct Done {}

#[derive(Deserialize)]
struct Posted {
    ts: MessageTs,
}

#[derive(Deserialize)]
struct One {
    channel: Channel,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    messages: Vec<Value>,
    #[serde(default)]
    channels: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    response_metadata: Cursor,
}

#[derive(Deserialize, Default)]
struct Cursor {
    #[serde(default)]
    next_cursor: Option<String>,
}

impl Cursor {
    fn next(self) -> Option<String> {
        self.next_cursor.filter(|cursor| !cursor.is_empty())
    }
}

/// One odd item costs that item, not the page.
fn sensible<T: DeserializeOwned>(items: Vec<Value>) -> Vec<T> {
    items
        .into_iter()
        .filter_map(|item| serde_json::from_value(item).ok())
        .collect()
}

/// One odd field costs that field, not the item.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let seconds = Value::deserialize(deserializer)?.as_i64();
    Ok(seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()))
}

fn metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Metadata>, D::Error> {
    Ok(Metadata::from_json(&Value::deserialize(deserializer)?))
}
