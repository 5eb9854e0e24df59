//! What people do in the client, and what the workspace is furnished with.

use jiff::Timestamp;

use super::api::content::as_kept;
use super::events::{self, Change};
use super::moves::{add_member, archive, create, remove_member, rename, unarchive};
use super::refusal::{Refusal, refuse};
use super::state::{Message, Shortcut, State, User, ts_of};
use super::world::SlackWorld;
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// Somebody who comes into the workspace.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// Their id; one is made up where there is none.
    pub id: Option<SlackUserId>,
    /// The name they are known by, `hanako`.
    pub name: String,
    /// Their full name; `name` where it is empty.
    pub real_name: String,
    /// Their address, by which they can be looked up.
    pub email: Option<String>,
    /// Whether they are a program.
    pub bot: bool,
    /// Whether they are a guest.
    pub guest: bool,
    /// Whether they have left.
    pub deleted: bool,
    /// Whether they may manage user groups where that is for admins only.
    pub admin: bool,
}

impl NewPerson {
    /// An ordinary member.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: Some(format!("{name}@example.com")),
            ..Self::default()
        }
    }
}

/// The channel, where this person is in it and it is open; in a public one they join by writing.
fn at_hand(
    state: &mut State,
    id: &ChannelId,
    who: &SlackUserId,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !state.users.contains_key(who) {
        return refuse("user_not_found");
    }
    let channel = state.seen(id, who)?;
    if channel.archived {
        return refuse("is_archived");
    }
    if !channel.has(who) {
        add_member(state, id, who, None, now);
    }
    Ok(())
}

impl SlackWorld {
    /// Adds somebody.
    pub fn add_user(&self, person: NewPerson) -> SlackUserId {
        self.change(|state, _| {
            let id = person
                .id
                .unwrap_or_else(|| SlackUserId::from(state.id("U")));
            let user = User {
                id: id.clone(),
                real_name: if person.real_name.is_empty() {
                    person.name.clone()
                } else {
                    person.real_name
                },
                name: person.name,
                email: person.email,
                bot: person.bot,
                guest: person.guest,
                deleted: person.deleted,
                admin: person.admin,
            };
            state.users.insert(id.clone(), user);
            id
        })
    }

    /// The person of this name.
    pub fn user_named(&self, name: &str) -> Option<SlackUserId> {
        self.look(|state| {
            let found = state.users.values().find(|user| user.name == name);
            found.map(|user| user.id.clone())
        })
    }

    /// Whether somebody has this id.
    pub fn has_user(&self, id: &SlackUserId) -> bool {
        self.look(|state| state.users.contains_key(id))
    }

    /// The channel of this name, archived and private ones too.
    pub fn channel_named(&self, name: &str) -> Option<ChannelId> {
        self.look(|state| {
            let found = state.channels.values().find(|channel| channel.name == name);
            found.map(|channel| channel.id.clone())
        })
    }

    /// Somebody makes a channel, and is alone in it.
    ///
    /// # Errors
    /// `name_taken`, `invalid_name_…`
    pub fn create_channel(
        &self,
        name: &str,
        by: &SlackUserId,
        private: bool,
    ) -> Result<ChannelId, Refusal> {
        self.change(|state, now| create(state, name, by, private, now))
    }

    /// Somebody comes into a channel by themselves.
    pub fn join(&self, channel: &ChannelId, who: &SlackUserId) {
        self.change(|state, now| add_member(state, channel, who, None, now));
    }

    /// Somebody puts somebody else into a channel, the bot say.
    pub fn invite(&self, channel: &ChannelId, who: &SlackUserId, by: &SlackUserId) {
        self.change(|state, now| add_member(state, channel, who, Some(by), now));
    }

    /// Somebody leaves a channel, or is taken out of it.
    pub fn leave(&self, channel: &ChannelId, who: &SlackUserId) {
        self.change(|state, now| remove_member(state, channel, who, now));
    }

    /// Somebody takes the bot out of a channel.
    pub fn kick_bot(&self, channel: &ChannelId) {
        let bot = self.bot();
        self.leave(channel, &bot);
    }

    /// Somebody archives a channel.
    pub fn archive(&self, channel: &ChannelId, by: &SlackUserId) {
        self.change(|state, now| archive(state, channel, by, now));
    }

    /// Somebody opens an archived channel again.
    pub fn unarchive(&self, channel: &ChannelId, by: &SlackUserId) {
        self.change(|state, now| unarchive(state, channel, by, now));
    }

    /// Somebody renames a channel.
    ///
    /// # Errors
    /// `name_taken`, `invalid_name_…`, `channel_not_found`
    pub fn rename(&self, channel: &ChannelId, name: &str, by: &SlackUserId) -> Result<(), Refusal> {
        self.change(|state, now| rename(state, channel, name, by, now))
    }

    /// Somebody deletes a channel, with all that was said in it.
    pub fn delete_channel(&self, channel: &ChannelId, by: &SlackUserId) {
        self.change(|state, now| {
            events::channel(state, channel, Change::Deleted, by, now);
            state.channels.remove(channel);
        });
    }

    /// Somebody writes a message, in Slack's mrkdwn (`<@U1>` is a mention). Gives its `ts`.
    ///
    /// # Errors
    /// `channel_not_found`, `is_archived`, `user_not_found`
    pub fn say(
        &self,
        who: &SlackUserId,
        channel: &ChannelId,
        text: &str,
    ) -> Result<MessageTs, Refusal> {
        self.write(who, channel, None, text)
    }

    /// Somebody answers in a thread.
    ///
    /// # Errors
    /// As [`SlackWorld::say`].
    pub fn reply(
        &self,
        who: &SlackUserId,
        channel: &ChannelId,
        thread: &MessageTs,
        text: &str,
    ) -> Result<MessageTs, Refusal> {
        self.write(who, channel, Some(thread.clone()), text)
    }

    fn write(
        &self,
        who: &SlackUserId,
        id: &ChannelId,
        thread: Option<MessageTs>,
        text: &str,
    ) -> Result<MessageTs, Refusal> {
        self.change(|state, now| {
            at_hand(state, id, who, now)?;
            let channel = state.open(id, who)?;
            let mut message = Message::of(channel.next_ts(now), who.clone(), as_kept(text));
            channel.threads += usize::from(thread.is_some());
            message.thread = thread;
            channel.messages.push(message.clone());
            events::message(state, id, &message, now);
            Ok(message.ts)
        })
    }

    /// Somebody mentions the bot.
    ///
    /// # Errors
    /// As [`SlackWorld::say`].
    pub fn mention(
        &self,
        who: &SlackUserId,
        channel: &ChannelId,
        text: &str,
    ) -> Result<MessageTs, Refusal> {
        let call = format!("<@{}> {text}", self.bot());
        self.say(who, channel, call.trim_end())
    }

    /// Somebody changes a message of theirs.
    ///
    /// # Errors
    /// `message_not_found`, `cant_update_message`
    pub fn edit(
        &self,
        who: &SlackUserId,
        id: &ChannelId,
        ts: &MessageTs,
        text: &str,
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let channel = state.open(id, who)?;
            let Some(message) = channel.message_mut(ts) else {
                return refuse("message_not_found");
            };
            if message.author != *who {
                return refuse("cant_update_message");
            }
            let before = message.clone();
            message.text = as_kept(text);
            message.edited = Some((who.clone(), ts_of(now.as_microsecond())));
            let after = message.clone();
            events::message_changed(state, id, &before, &after, now);
            Ok(())
        })
    }

    /// Somebody deletes a message; `false` when there is none.
    pub fn delete(&self, channel: &ChannelId, ts: &MessageTs) -> bool {
        self.change(|state, now| super::api::remove_message(state, channel, ts, now))
    }

    /// The address of a message, as people copy it; empty where there is none.
    pub fn permalink(&self, id: &ChannelId, ts: &MessageTs) -> String {
        self.look(|state| {
            let message = state
                .channels
                .get(id)
                .and_then(|channel| channel.message(ts));
            message.map_or(String::new(), |message| {
                super::api::link_to(state, id, message)
            })
        })
    }

    /// The message shortcuts that the installed app has.
    pub fn set_shortcuts(&self, shortcuts: &[Shortcut]) {
        self.change(|state, _| state.shortcuts = shortcuts.to_vec());
    }

    /// The message shortcuts that the installed app has.
    pub fn shortcuts(&self) -> Vec<Shortcut> {
        self.look(|state| state.shortcuts.clone())
    }

    /// Somebody opens the app's home.
    pub fn open_home(&self, who: &SlackUserId) {
        self.change(|state, now| events::home_opened(state, who, now));
    }
}
