//! What is hung on a channel and its messages: pins, bookmarks and emoji.

use serde::Deserialize;
use serde_json::{Value, json};

use super::rooms::settled;
use super::{Slack, lenient, sensible};
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::slack::{Method, SlackError};

/// A link at the top of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Bookmark {
    /// Its id, `Bk…`.
    pub id: String,
    /// Its words.
    #[serde(default, deserialize_with = "lenient")]
    pub title: String,
    /// Where it leads.
    #[serde(default, deserialize_with = "lenient")]
    pub link: String,
}

/// A pinned message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Which.
    pub ts: MessageTs,
    /// Who has pinned it, where Slack says so.
    pub by: Option<SlackUserId>,
}

/// An emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reaction {
    /// Its name, without colons; with `::skin-tone-2` perhaps.
    pub name: String,
    /// Who has put it there, the first one first; of many, not all.
    #[serde(default, deserialize_with = "lenient")]
    pub users: Vec<SlackUserId>,
}

#[derive(Deserialize)]
struct Pinned {
    #[serde(default, deserialize_with = "lenient")]
    message: Option<Message>,
    #[serde(default, deserialize_with = "lenient")]
    created_by: Option<SlackUserId>,
}

#[derive(Deserialize)]
struct Message {
    ts: MessageTs,
}

#[derive(Deserialize)]
struct Items {
    #[serde(default)]
    items: Vec<Value>,
}

#[derive(Deserialize)]
struct Hung {
    bookmark: Bookmark,
}

#[derive(Deserialize)]
struct All {
    #[serde(default)]
    bookmarks: Vec<Value>,
}

impl Slack {
    /// `pins.add`. It may be repeated: `already_pinned` is success.
    ///
    /// # Errors
    /// [`Refusal::Full`](super::super::Refusal::Full) at Slack's limit of pins,
    /// [`Refusal::MessageNotFound`](super::super::Refusal::MessageNotFound).
    pub async fn pin(&self, channel: &ChannelId, ts: &MessageTs) -> Result<(), SlackError> {
        let arguments = json!({"channel": channel, "timestamp": ts});
        settled(self.call(Method::Pin, arguments).await)
    }

    /// `pins.remove`. It may be repeated: `no_pin` is success.
    pub async fn unpin(&self, channel: &ChannelId, ts: &MessageTs) -> Result<(), SlackError> {
        let arguments = json!({"channel": channel, "timestamp": ts});
        settled(self.call(Method::Unpin, arguments).await)
    }

    /// `pins.list`: the messages that are pinned, answers in threads too.
    pub async fn pins(&self, channel: &ChannelId) -> Result<Vec<Pin>, SlackError> {
        let all: Items = self.call(Method::Pins, json!({"channel": channel})).await?;
        let pinned = sensible(all.items).into_iter();
        let pin = |pinned: Pinned| {
            let by = pinned.created_by;
            pinned.message.map(|message| Pin { ts: message.ts, by })
        };
        Ok(pinned.filter_map(pin).collect())
    }

    /// `bookmarks.add`: a link (`https` or `http`) at the top of a channel. Repeated, it hangs
    /// there twice: when it may have happened, look in [`Slack::bookmarks`] for the link first.
    pub async fn bookmark(
        &self,
        channel: &ChannelId,
        title: &str,
        link: &str,
    ) -> Result<Bookmark, SlackError> {
        let arguments =
            json!({"channel_id": channel, "title": title, "type": "link", "link": link});
        let hung: Hung = self.call(Method::AddBookmark, arguments).await?;
        Ok(hung.bookmark)
    }

    /// `bookmarks.list`: all of a channel's.
    pub async fn bookmarks(&self, channel: &ChannelId) -> Result<Vec<Bookmark>, SlackError> {
        let arguments = json!({"channel_id": channel});
        let all: All = self.call(Method::Bookmarks, arguments).await?;
        Ok(sensible(all.bookmarks))
    }
}
