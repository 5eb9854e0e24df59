//! The workspace itself: people, channels, messages, groups, and how they are found.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::args::Args;
use super::dialogs::View;
use super::fields::Held;
use super::interact::{ResponseUrl, Trigger};
use super::limits::Meter;
use super::outbox::Outbox;
use super::pings::Ping;
use super::refusal::{Refusal, refuse};
use super::settings::Settings;
use super::teams::GroupChange;
use super::world::Told;
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// Everything behind the lock.
pub(super) struct State {
    pub(super) settings: Settings,
    pub(super) bot: SlackUserId,
    pub(super) base_url: String,
    pub(super) users: BTreeMap<SlackUserId, User>,
    pub(super) channels: BTreeMap<ChannelId, Channel>,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) views: BTreeMap<String, View>,
    pub(super) triggers: BTreeMap<String, Trigger>,
    pub(super) hooks: BTreeMap<String, ResponseUrl>,
    /// What somebody chose or ticked in a message and the app has not shown otherwise since.
    pub(super) held: BTreeMap<(ChannelId, MessageTs, SlackUserId), HeldHere>,
    pub(super) shortcuts: Vec<Shortcut>,
    pub(super) outbox: Outbox,
    pub(super) meter: Meter,
    pub(super) told: Vec<Told>,
    pub(super) pings: Vec<Ping>,
    /// Calls whose caller has heard nothing, and that are done later.
    pub(super) late: Vec<Late>,
    made: u64,
}

/// What somebody gave in a message, and to which state of it: once it looks otherwise, what it shows
/// counts again.
#[derive(Debug, Clone)]
pub(super) struct HeldHere {
    pub(super) blocks: Vec<Value>,
    pub(super) held: Held,
}

/// A message shortcut that the installed app has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortcut {
    /// What people choose it by.
    pub name: String,
    /// What the app knows it by.
    pub callback: String,
}

/// A call that is done later.
pub(super) struct Late {
    pub(super) due: Timestamp,
    pub(super) method: String,
    pub(super) args: Args,
    pub(super) by: SlackUserId,
}

/// The workspace's, the app's and the bot's ids: one workspace, one app, so they never change.
pub(super) const TEAM: &str = "T00000001";
pub(super) const APP: &str = "A00000001";
pub(super) const BOT: &str = "B00000001";
pub(super) const BOT_USER: &str = "U00000BOT";

#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: SlackUserId,
    pub(super) name: String,
    pub(super) real_name: String,
    pub(super) email: Option<String>,
    pub(super) bot: bool,
    pub(super) guest: bool,
    pub(super) deleted: bool,
    pub(super) admin: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) id: ChannelId,
    pub(super) name: String,
    pub(super) previous: Vec<String>,
    pub(super) private: bool,
    pub(super) archived: bool,
    pub(super) creator: SlackUserId,
    pub(super) created: Timestamp,
    pub(super) topic: Note,
    pub(super) purpose: Note,
    pub(super) members: Vec<SlackUserId>,
    /// Whom the app has put into it, in order.
    pub(super) invited: Vec<SlackUserId>,
    /// Oldest first, replies and ephemeral ones included.
    pub(super) messages: Vec<Message>,
    /// Newest pin first, as Slack lists them; each with who has pinned it.
    pub(super) pins: Vec<(MessageTs, SlackUserId)>,
    pub(super) bookmarks: Vec<Value>,
    /// How many replies were written: without any, nobody need look for threads.
    pub(super) threads: usize,
    /// The last `ts` given out, in microseconds.
    last: i64,
}

/// A topic or a purpose, and who set it when.
#[derive(Debug, Clone, Default)]
pub(super) struct Note {
    pub(super) value: String,
    pub(super) by: Option<SlackUserId>,
    pub(super) at: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) ts: MessageTs,
    pub(super) thread: Option<MessageTs>,
    pub(super) author: SlackUserId,
    /// The name shown instead of the author's, where the app chose one.
    pub(super) username: Option<String>,
    /// The picture shown beside it, where the app chose one: an emoji or an address.
    pub(super) icon: Option<String>,
    /// What kind of message, when it is not simply one that somebody wrote: `channel_join`, …
    pub(super) subtype: Option<&'static str>,
    pub(super) text: String,
    pub(super) blocks: Vec<Value>,
    pub(super) attachments: Vec<Value>,
    pub(super) metadata: Option<Value>,
    pub(super) edited: Option<(SlackUserId, MessageTs)>,
    /// Only this person sees it.
    pub(super) only_for: Option<SlackUserId>,
    /// Whether Slack looked for bare `@channel` in its text.
    pub(super) parses_names: bool,
    pub(super) reactions: Vec<(String, Vec<SlackUserId>)>,
}

#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) handle: String,
    pub(super) description: String,
    pub(super) channels: Vec<String>,
    pub(super) users: Vec<SlackUserId>,
    pub(super) created: i64,
    pub(super) updated: i64,
    /// When it was disabled; 0 while it is enabled.
    pub(super) disabled: i64,
    /// Made by Slack itself for admins or owners.
    pub(super) auto_type: Option<String>,
    pub(super) created_by: SlackUserId,
    /// Who changed it last; whoever has made it, in the beginning.
    pub(super) updated_by: SlackUserId,
    /// Who has disabled it, while it is.
    pub(super) deleted_by: Option<SlackUserId>,
    /// How often the app has changed it, or made it.
    pub(super) by_app: u64,
    /// What people have changed of it in the client, in order.
    pub(super) by_hand: Vec<GroupChange>,
}

impl State {
    /// An empty workspace with the bot in it.
    pub(super) fn new(settings: Settings) -> Self {
        let bot = SlackUserId::from(BOT_USER);
        let user = User {
            id: bot.clone(),
            name: settings.bot_name.clone(),
            real_name: settings.bot_name.clone(),
            email: None,
            bot: true,
            guest: false,
            deleted: false,
            admin: false,
        };
        Self {
            meter: Meter::new(settings.limits),
            bot: bot.clone(),
            base_url: String::new(),
            users: BTreeMap::from([(bot, user)]),
            channels: BTreeMap::new(),
            groups: BTreeMap::new(),
            views: BTreeMap::new(),
            triggers: BTreeMap::new(),
            hooks: BTreeMap::new(),
            held: BTreeMap::new(),
            shortcuts: Vec::new(),
            outbox: Outbox::default(),
            told: Vec::new(),
            pings: Vec::new(),
            late: Vec::new(),
            made: 0,
            settings,
        }
    }

    /// A number that was not given out before.
    pub(super) fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// A new id with this letter, eleven characters like Slack's.
    pub(super) fn id(&mut self, letter: &str) -> String {
        format!("{letter}{:010}", self.number())
    }

    /// Adds a channel with its creator in it. Its name is checked by the caller; `@hanako` makes the
    /// conversation with one person.
    pub(super) fn add_channel(
        &mut self,
        name: &str,
        private: bool,
        by: &SlackUserId,
        now: Timestamp,
    ) -> ChannelId {
        let letter = if name.starts_with('@') { "D" } else { "C" };
        let id = ChannelId::from(self.id(letter));
        let channel = Channel {
            id: id.clone(),
            name: name.to_owned(),
            previous: Vec::new(),
            private,
            archived: false,
            creator: by.clone(),
            created: now,
            topic: Note::default(),
            purpose: Note::default(),
            members: vec![by.clone()],
            invited: Vec::new(),
            messages: Vec::new(),
            pins: Vec::new(),
            bookmarks: Vec::new(),
            threads: 0,
            last: 0,
        };
        self.channels.insert(id.clone(), channel);
        id
    }

    /// The channel as `who` may see it: private ones that they are not in do not exist for them.
    pub(super) fn seen(&self, id: &ChannelId, who: &SlackUserId) -> Result<&Channel, Refusal> {
        match self.channels.get(id) {
            Some(channel) if self.sees(channel, who) => Ok(channel),
            _ => refuse("channel_not_found"),
        }
    }

    /// Public channels are seen by all but guests, who see only those that they are in.
    fn sees(&self, channel: &Channel, who: &SlackUserId) -> bool {
        let guest = self.users.get(who).is_some_and(|user| user.guest);
        channel.has(who) || !(channel.private || guest)
    }

    /// The same, to change it.
    pub(super) fn seen_mut(
        &mut self,
        id: &ChannelId,
        who: &SlackUserId,
    ) -> Result<&mut Channel, Refusal> {
        self.seen(id, who)?;
        match self.channels.get_mut(id) {
            Some(channel) => Ok(channel),
            None => refuse("channel_not_found"),
        }
    }

    /// The channel, where `who` is in it and it is open.
    pub(super) fn open(
        &mut self,
        id: &ChannelId,
        who: &SlackUserId,
    ) -> Result<&mut Channel, Refusal> {
        let channel = self.seen_mut(id, who)?;
        if channel.archived {
            return refuse("is_archived");
        }
        if !channel.has(who) {
            return refuse("not_in_channel");
        }
        Ok(channel)
    }

    /// Whether a channel, archived and invisible ones included, has this name.
    pub(super) fn name_is_taken(&self, name: &str) -> bool {
        self.channels.values().any(|channel| channel.name == name)
    }

    /// Whether the bot is in the channel.
    pub(super) fn bot_is_in(&self, id: &ChannelId) -> bool {
        self.channels.get(id).is_some_and(|c| c.has(&self.bot))
    }
}

impl Channel {
    /// Whether it is the conversation of the bot with one person.
    pub(super) fn is_direct(&self) -> bool {
        self.id.as_str().starts_with('D')
    }

    pub(super) fn has(&self, who: &SlackUserId) -> bool {
        self.members.contains(who)
    }

    /// The next `ts`: the time in seconds with microseconds, later than every one before it in this
    /// channel even while the clock stands still.
    pub(super) fn next_ts(&mut self, now: Timestamp) -> MessageTs {
        self.last = now.as_microsecond().max(self.last + 100);
        ts_of(self.last)
    }

    /// The message, where this person sees it.
    pub(super) fn message_for(&self, ts: &MessageTs, who: &SlackUserId) -> Option<&Message> {
        let message = self.message(ts)?;
        let theirs = message.only_for.as_ref().is_none_or(|only| only == who);
        theirs.then_some(message)
    }

    pub(super) fn message(&self, ts: &MessageTs) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.ts == *ts)
    }

    /// Whether this is pinned.
    pub(super) fn is_pinned(&self, ts: &MessageTs) -> bool {
        self.pins.iter().any(|(pinned, _)| pinned == ts)
    }

    pub(super) fn message_mut(&mut self, ts: &MessageTs) -> Option<&mut Message> {
        self.messages
            .iter_mut()
            .rev()
            .find(|message| message.ts == *ts)
    }

    /// Adds a message that Slack writes by itself, `<@U1> has joined the channel` say.
    pub(super) fn system(
        &mut self,
        subtype: &'static str,
        who: &SlackUserId,
        text: String,
        now: Timestamp,
    ) {
        let mut message = Message::of(self.next_ts(now), who.clone(), text);
        message.subtype = Some(subtype);
        self.messages.push(message);
    }
}

impl Message {
    /// A plain message.
    pub(super) fn of(ts: MessageTs, author: SlackUserId, text: String) -> Self {
        Self {
            ts,
            thread: None,
            author,
            username: None,
            icon: None,
            subtype: None,
            text,
            blocks: Vec::new(),
            attachments: Vec::new(),
            metadata: None,
            edited: None,
            only_for: None,
            parses_names: false,
            reactions: Vec::new(),
        }
    }

    /// Its blocks, those of its attachments too.
    pub(super) fn all_blocks(&self) -> Vec<Value> {
        let nested = self.attachments.iter();
        let nested = nested.filter_map(|attachment| attachment["blocks"].as_array());
        self.blocks
            .iter()
            .chain(nested.flatten())
            .cloned()
            .collect()
    }

    /// Whether it is a reply in somebody's thread.
    pub(super) fn is_reply(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| *thread != self.ts)
    }
}

/// `1609459200.000100` for so many microseconds.
pub(super) fn ts_of(micros: i64) -> MessageTs {
    MessageTs::from(format!(
        "{}.{:06}",
        micros.div_euclid(1_000_000),
        micros.rem_euclid(1_000_000)
    ))
}

/// Microseconds of a `ts`; digits after the sixth are cut. `None` when it is no number.
pub(super) fn micros_of(ts: &str) -> Option<i64> {
    let (seconds, rest) = ts.split_once('.').unwrap_or((ts, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if seconds.is_empty() || !digits(seconds) || !digits(rest) {
        return None;
    }
    let padded: String = rest.chars().chain("000000".chars()).take(6).collect();
    seconds
        .parse::<i64>()
        .ok()?
        .checked_mul(1_000_000)?
        .checked_add(padded.parse::<i64>().ok()?)
}
