//! Messages with a face of their own, words for one person only, and the address of a message.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Done, Posted, Slack, message};
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::slack::{Metadata, Method, SlackError};

/// Another name and face for a message of the bot's, for which the app needs the scope
/// `chat:write.customize`; a colour alone needs none. They stay what the message was posted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Persona<'a> {
    /// The name; empty for the bot's own.
    pub name: &'a str,
    /// An emoji for its face: `:alarm_clock:`; empty for the bot's own.
    pub icon: &'a str,
    /// The colour of a bar beside the message: `#ffcc00`. Its blocks stand in an attachment then,
    /// and only the metadata tells the message in a history.
    pub colour: Option<&'a str>,
}

#[derive(Deserialize)]
struct Link {
    permalink: String,
}

impl Slack {
    /// `chat.postMessage` as [`Slack::post`], under another name.
    pub async fn post_as(
        &self,
        persona: &Persona<'_>,
        channel: &ChannelId,
        text: &str,
        blocks: &[Value],
        metadata: &Metadata,
    ) -> Result<MessageTs, SlackError> {
        let mut arguments = dressed(persona, message(channel, text, blocks, metadata));
        for (key, value) in [("username", persona.name), ("icon_emoji", persona.icon)] {
            if !value.is_empty() {
                arguments[key] = value.into();
            }
        }
        arguments["unfurl_links"] = false.into();
        arguments["unfurl_media"] = false.into();
        let posted: Posted = self.call(Method::Post, arguments).await?;
        Ok(posted.ts)
    }

    /// `chat.update` as [`Slack::update`], of a message that [`Slack::post_as`] has posted.
    pub async fn update_as(
        &self,
        persona: &Persona<'_>,
        channel: &ChannelId,
        ts: &MessageTs,
        text: &str,
        blocks: &[Value],
        metadata: &Metadata,
    ) -> Result<(), SlackError> {
        let mut arguments = dressed(persona, message(channel, text, blocks, metadata));
        arguments["ts"] = ts.as_str().into();
        let _: Done = self.call(Method::Update, arguments).await?;
        Ok(())
    }

    /// `chat.postEphemeral`: shows something to one person who is in the channel, until they
    /// reload. It cannot be looked for, changed or taken back; said twice, it does little harm.
    ///
    /// # Errors
    /// [`Refusal::UserNotInChannel`](super::super::Refusal::UserNotInChannel).
    pub async fn whisper(
        &self,
        channel: &ChannelId,
        user: &SlackUserId,
        text: &str,
        blocks: &[Value],
    ) -> Result<(), SlackError> {
        let mut arguments = json!({
            "channel": channel, "user": user, "text": text, "blocks": blocks,
            "link_names": false, "parse": "none",
        });
        if blocks.is_empty() {
            arguments["blocks"] = Value::Null;
        }
        let _: Done = self.call(Method::Whisper, arguments).await?;
        Ok(())
    }

    /// `chat.getPermalink`: the address of a message's page.
    pub async fn permalink(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> Result<String, SlackError> {
        let arguments = json!({"channel": channel, "message_ts": ts});
        let link: Link = self.call(Method::Permalink, arguments).await?;
        Ok(link.permalink)
    }
}

/// With a colour, what is shown stands in an attachment: a text beside it would be shown too, so
/// it becomes the attachment's, for notifications.
fn dressed(persona: &Persona<'_>, mut arguments: Value) -> Value {
    let Some(colour) = persona.colour else {
        return arguments;
    };
    let mut attachment = json!({"color": colour});
    let (text, blocks) = (arguments["text"].take(), arguments["blocks"].take());
    if blocks.is_null() {
        attachment["text"] = text;
    } else {
        attachment["fallback"] = text;
        attachment["blocks"] = blocks;
    }
    arguments["attachments"] = json!([attachment]);
    arguments
}
