//! Channels: made, named, described, closed, and filled with people.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Channel, Cursor, Done, One, PAGE, Page, Slack, lenient, sensible};
use crate::id::{ChannelId, SlackUserId};
use crate::slack::refusal::{NotInvited, not_invited};
use crate::slack::{Method, Refusal, SlackError};

/// The most people that one `conversations.invite` takes (its page: "up to 100").
pub const INVITED_AT_ONCE: usize = 100;
/// The longest topic and purpose, in characters; Slack answers `too_long` beyond.
const NOTE: usize = 250;

#[derive(Deserialize)]
struct Inside {
    #[serde(default)]
    members: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    response_metadata: Cursor,
}

#[derive(Deserialize)]
struct AfterInvite {
    #[serde(default)]
    errors: Value,
}

impl Slack {
    /// `conversations.create`: makes a channel, in which the bot then is. Gives it with the name
    /// that Slack gave it, which is the one to keep.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`] (an archived or invisible channel keeps its name),
    /// [`Refusal::InvalidName`] (with `invalid_name_specials` for letters that the workspace does
    /// not take), [`Refusal::Forbidden`]. When it may have happened, look for the name in
    /// [`Slack::channels`]: it is ours where `created` is not before the attempt and the bot is in.
    pub async fn create(&self, name: &str, private: bool) -> Result<Channel, SlackError> {
        let arguments = json!({"name": name, "is_private": private});
        let one: One = self.call(Method::Create, arguments).await?;
        Ok(one.channel)
    }

    /// `conversations.archive`. It may be repeated: `already_archived` is success. The bot is out
    /// of the channel then, and no bot can bring it back.
    pub async fn archive(&self, channel: &ChannelId) -> Result<(), SlackError> {
        let outcome = self.call(Method::Archive, json!({"channel": channel}));
        settled(outcome.await)
    }

    /// `conversations.rename`: gives the channel with the name that Slack gave it.
    ///
    /// # Errors
    /// As [`Slack::create`]; [`Refusal::Forbidden`] (`not_authorized`) too where the bot did not
    /// make the channel. It may be repeated.
    pub async fn rename(&self, channel: &ChannelId, name: &str) -> Result<Channel, SlackError> {
        let arguments = json!({"channel": channel, "name": name});
        let one: One = self.call(Method::Rename, arguments).await?;
        Ok(one.channel)
    }

    /// `conversations.setTopic`: plain text in which nothing is formatted; cut at 250 characters.
    /// Each call that changes something shows as a line in the channel: call only for a new topic.
    pub async fn set_topic(&self, channel: &ChannelId, topic: &str) -> Result<(), SlackError> {
        let arguments = json!({"channel": channel, "topic": note(topic)});
        let _: Done = self.call(Method::SetTopic, arguments).await?;
        Ok(())
    }

    /// `conversations.setPurpose`: as [`Slack::set_topic`], for what the channel is for.
    pub async fn set_purpose(&self, channel: &ChannelId, purpose: &str) -> Result<(), SlackError> {
        let arguments = json!({"channel": channel, "purpose": note(purpose)});
        let _: Done = self.call(Method::SetPurpose, arguments).await?;
        Ok(())
    }

    /// `conversations.invite`, with `force`: whoever can be invited is, at most
    /// [`INVITED_AT_ONCE`] in a call. Gives those that Slack says it did not invite; who is in the
    /// channel already counts as invited. It may be repeated. Slack's page does not promise that
    /// all who were left out are named: to be sure, ask [`Slack::members`].
    ///
    /// # Errors
    /// What is wrong with the channel or the bot; [`Refusal::Full`] for too many at once, which is
    /// not even sent.
    pub async fn invite(
        &self,
        channel: &ChannelId,
        users: &[SlackUserId],
    ) -> Result<Vec<NotInvited>, SlackError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        if users.len() > INVITED_AT_ONCE {
            let refusal = Refusal::Full("too_many_users".to_owned());
            return Err(SlackError::Refused(refusal));
        }
        let ids: Vec<&str> = users.iter().map(SlackUserId::as_str).collect();
        let arguments = json!({"channel": channel, "users": ids.join(","), "force": true});
        let outcome = self.call::<AfterInvite>(Method::Invite, arguments).await;
        let refused = match outcome {
            Ok(after) => not_invited(&after.errors),
            Err(SlackError::Refused(Refusal::NotInvited(refused))) => refused,
            Err(SlackError::Refused(why)) => vec![alone(users, why)?],
            Err(error) => return Err(error),
        };
        Ok(refused.into_iter().filter(|one| !is_in(&one.why)).collect())
    }

    /// `conversations.open`: the conversation that only this person and the bot are in, which is
    /// always the same one. Gives its id, `D…`.
    ///
    /// # Errors
    /// [`Refusal::UserNotFound`] and the like where nobody can be told anything there.
    pub async fn converse(&self, person: &SlackUserId) -> Result<ChannelId, SlackError> {
        let one: One = self
            .call(Method::Converse, json!({"users": person}))
            .await?;
        Ok(one.channel.id)
    }

    /// `conversations.members`: who is in a channel, bots too.
    pub async fn members(
        &self,
        channel: &ChannelId,
        cursor: Option<&str>,
    ) -> Result<Page<SlackUserId>, SlackError> {
        let arguments = json!({"channel": channel, "limit": PAGE, "cursor": cursor});
        let inside: Inside = self.call(Method::Members, arguments).await?;
        Ok(Page {
            items: sensible(inside.members),
            next_cursor: inside.response_metadata.next(),
        })
    }
}

/// What is already as wanted is done.
pub(super) fn settled(outcome: Result<Done, SlackError>) -> Result<(), SlackError> {
    match outcome {
        Ok(Done {}) | Err(SlackError::Refused(Refusal::AlreadyDone(_))) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A refusal without a list is about the one who was invited, where it is about a person at all.
fn alone(users: &[SlackUserId], why: Refusal) -> Result<NotInvited, SlackError> {
    let person =
        is_in(&why) || matches!(why, Refusal::UserNotFound(_) | Refusal::UserRestricted(_));
    match users {
        [user] if person => Ok(NotInvited {
            user: user.clone(),
            why,
        }),
        _ => Err(SlackError::Refused(why)),
    }
}

/// Whether that refusal means that they are in: the bot itself must be, to invite.
fn is_in(why: &Refusal) -> bool {
    match why {
        Refusal::AlreadyDone(_) => true,
        Refusal::Other(code) => code == "cant_invite_self",
        _ => false,
    }
}

/// One line, as long as Slack takes it; it counts in UTF-16 at worst.
fn note(text: &str) -> String {
    let mut room = NOTE;
    let mut note = String::new();
    for c in text.trim().chars() {
        let c = if c.is_control() { ' ' } else { c };
        if c.len_utf16() > room {
            while !note.is_empty() && room == 0 {
                room += note.pop().map_or(1, char::len_utf16);
            }
            note.push('…');
            break;
        }
        room -= c.len_utf16();
        note.push(c);
    }
    note
}

#[cfg(test)]
mod tests {
    use super::note;

    #[test]
    fn a_note_is_one_line_and_not_too_long() {
        for (text, wanted) in [
            (" a\nb ".to_owned(), "a b".to_owned()),
            ("障".repeat(250), "障".repeat(250)),
            ("障".repeat(251), format!("{}…", "障".repeat(249))),
            ("🔥".repeat(126), format!("{}…", "🔥".repeat(124))),
            (
                format!("a{}", "🔥".repeat(125)),
                format!("a{}…", "🔥".repeat(124)),
            ),
        ] {
            let note = note(&text);
            assert!(note.encode_utf16().count() <= 250);
            assert_eq!(note, wanted);
        }
    }
}
