//! The workspace as somebody who looks on sees it: plain values for the demo page, transcripts and
//! tests.

use std::collections::BTreeMap;

use serde_json::Value;

use super::dialogs::View;
use super::fields::{self, Wrong};
use super::interact::view_json;
use super::show::{self, Links, Names};
use super::state::{Channel, HeldHere, Message, Shortcut, State};
use super::teams::GroupChange;
use super::world::SlackWorld;
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// Everything there is to see.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The channels, oldest first.
    pub channels: Vec<ChannelView>,
    /// Everybody, by id.
    pub users: Vec<UserView>,
    /// The user groups, disabled ones too.
    pub groups: Vec<GroupView>,
    /// The views that somebody sees, the oldest first: of the dialogs of one person, the last lies
    /// on top.
    pub views: Vec<Opened>,
    /// The message shortcuts of the installed app.
    pub shortcuts: Vec<Shortcut>,
    held: BTreeMap<(ChannelId, MessageTs, SlackUserId), HeldHere>,
    /// What the ids in messages are called.
    pub names: Names,
}

/// One channel.
#[derive(Debug, Clone)]
pub struct ChannelView {
    /// What it is.
    pub id: ChannelId,
    /// What it is called.
    pub name: String,
    /// Its topic; empty when none was set.
    pub topic: String,
    /// Its description; empty when none was set.
    pub purpose: String,
    /// Whether it is private.
    pub private: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// Who is in it.
    pub members: Vec<SlackUserId>,
    /// Whom the app has put into it, in order.
    pub invited: Vec<SlackUserId>,
    /// The pinned messages, the newest pin first.
    pub pins: Vec<MessageTs>,
    /// The links above it.
    pub bookmarks: Vec<Bookmark>,
    /// What was said, oldest first; replies and ephemeral messages included.
    pub messages: Vec<MessageView>,
}

/// A dialog or a Home tab that somebody sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// Its id.
    pub id: String,
    /// Who sees it.
    pub who: SlackUserId,
    /// Whether it is their Home tab; else it is a dialog.
    pub home: bool,
    /// The view as the Web API shows it, its blocks with what is filled in.
    pub view: Value,
    /// What is wrong, by block.
    pub wrong: BTreeMap<String, Wrong>,
    /// It was sent off, and the app has not answered yet.
    pub waits: bool,
    /// It was sent off, and the app did not answer in time or in a form that Slack takes.
    pub trouble: bool,
}

impl Opened {
    /// Its blocks, with what is filled in.
    pub fn blocks(&self) -> &[Value] {
        let blocks = self.view["blocks"].as_array();
        blocks.map_or(&[], Vec::as_slice)
    }
}

/// A link above a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    /// Its words.
    pub title: String,
    /// Where to.
    pub link: String,
}

/// An emoji below a message, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji's name.
    pub name: String,
    /// Who.
    pub users: Vec<SlackUserId>,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageView {
    /// Its id within the channel.
    pub ts: MessageTs,
    /// Who wrote it.
    pub author: SlackUserId,
    /// The name that is shown.
    pub author_name: String,
    /// The picture that the app chose, where it is an emoji: `⏱️`.
    pub icon: Option<String>,
    /// Whether the app's bot wrote it.
    pub by_bot: bool,
    /// `channel_join` and the like; none for what somebody wrote.
    pub subtype: Option<&'static str>,
    /// Its text as Slack keeps it.
    pub text: String,
    /// Its blocks as Slack keeps them.
    pub blocks: Vec<Value>,
    /// Its attachments as they were sent.
    pub attachments: Vec<Value>,
    /// What the app wrote beside it.
    pub metadata: Option<Value>,
    /// Whether it was changed.
    pub edited: bool,
    /// The thread it is a reply in.
    pub thread: Option<MessageTs>,
    /// The only person who sees it.
    pub only_for: Option<SlackUserId>,
    /// The emoji below it.
    pub reactions: Vec<Reaction>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// Who they are.
    pub id: SlackUserId,
    /// The name they are known by.
    pub name: String,
    /// Their full name.
    pub real_name: String,
    /// Whether they are a program.
    pub bot: bool,
    /// Whether they are a guest.
    pub guest: bool,
    /// Whether they have left.
    pub deleted: bool,
}

/// One user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupView {
    /// What it is.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is mentioned by.
    pub handle: String,
    /// Its members.
    pub users: Vec<SlackUserId>,
    /// Whether it can be mentioned.
    pub enabled: bool,
    /// What it is for.
    pub description: String,
    /// Channels that its members are put into, by id.
    pub channels: Vec<String>,
    /// How often the app has changed it, or made it.
    pub by_app: u64,
    /// What people have changed of it in the client, in order.
    pub by_hand: Vec<GroupChange>,
}

impl SlackWorld {
    /// The workspace as it is now.
    pub fn snapshot(&self) -> Snapshot {
        self.look(|state| Snapshot {
            channels: state.channels.values().map(|c| seen(state, c)).collect(),
            users: state
                .users
                .values()
                .map(|user| UserView {
                    id: user.id.clone(),
                    name: user.name.clone(),
                    real_name: user.real_name.clone(),
                    bot: user.bot,
                    guest: user.guest,
                    deleted: user.deleted,
                })
                .collect(),
            groups: state
                .groups
                .values()
                .map(|group| GroupView {
                    id: group.id.clone(),
                    name: group.name.clone(),
                    handle: group.handle.clone(),
                    users: group.users.clone(),
                    enabled: group.disabled == 0,
                    description: group.description.clone(),
                    channels: group.channels.clone(),
                    by_app: group.by_app,
                    by_hand: group.by_hand.clone(),
                })
                .collect(),
            views: opened(state),
            shortcuts: state.shortcuts.clone(),
            held: state.held.clone(),
            names: names(state),
        })
    }

    /// What the ids in messages are called.
    pub fn names(&self) -> Names {
        self.look(names)
    }

    /// One channel by its name; cheaper than all of them.
    pub fn channel(&self, name: &str) -> Option<ChannelView> {
        self.look(|state| {
            let found = state.channels.values().find(|channel| channel.name == name);
            found.map(|channel| seen(state, channel))
        })
    }

    /// One message, wherever it stands.
    pub fn message(&self, channel: &ChannelId, ts: &MessageTs) -> Option<MessageView> {
        self.look(|state| {
            let channel = seen(state, state.channels.get(channel)?);
            channel
                .messages
                .into_iter()
                .find(|message| message.ts == *ts)
        })
    }
}

fn opened(state: &State) -> Vec<Opened> {
    let mut views: Vec<&View> = state.views.values().collect();
    views.sort_by_key(|view| view.order);
    let seen = views.into_iter().map(|view| {
        let mut shown = view_json(view);
        shown["blocks"] = view.blocks().into();
        Opened {
            id: view.id.clone(),
            who: view.user.clone(),
            home: view.kind == "home",
            view: shown,
            wrong: view.wrong.clone(),
            waits: view.waits,
            trouble: view.trouble,
        }
    });
    seen.collect()
}

impl Snapshot {
    /// The message as this person sees it: with what they ticked and chose in it.
    pub fn seen_by(
        &self,
        who: &SlackUserId,
        channel: &ChannelId,
        message: &MessageView,
    ) -> MessageView {
        let mut message = message.clone();
        let place = (channel.clone(), message.ts.clone(), who.clone());
        let nested = message.attachments.iter();
        let nested = nested.filter_map(|attachment| attachment["blocks"].as_array());
        let blocks = message.blocks.iter().chain(nested.flatten());
        let here = self.held.get(&place);
        let Some(here) = here.filter(|here| here.blocks.iter().eq(blocks)) else {
            return message;
        };
        message.blocks = fields::filled(&message.blocks, &here.held);
        for attachment in &mut message.attachments {
            if let Some(blocks) = attachment["blocks"].as_array() {
                attachment["blocks"] = fields::filled(blocks, &here.held).into();
            }
        }
        message
    }
}

fn names(state: &State) -> Names {
    let mut names = Names::default();
    for user in state.users.values() {
        names
            .users
            .insert(user.id.as_str().to_owned(), user.name.clone());
    }
    for channel in state.channels.values() {
        names
            .channels
            .insert(channel.id.as_str().to_owned(), channel.name.clone());
    }
    for group in state.groups.values() {
        names.groups.insert(group.id.clone(), group.handle.clone());
    }
    names
}

fn seen(state: &State, channel: &Channel) -> ChannelView {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    ChannelView {
        id: channel.id.clone(),
        name: channel.name.clone(),
        topic: channel.topic.value.clone(),
        purpose: channel.purpose.value.clone(),
        private: channel.private,
        archived: channel.archived,
        members: channel.members.clone(),
        invited: channel.invited.clone(),
        pins: channel.pins.iter().map(|(pin, _)| pin.clone()).collect(),
        bookmarks: channel
            .bookmarks
            .iter()
            .map(|bookmark| Bookmark {
                title: word(&bookmark["title"]),
                link: word(&bookmark["link"]),
            })
            .collect(),
        messages: channel.messages.iter().map(|m| message(state, m)).collect(),
    }
}

fn message(state: &State, message: &Message) -> MessageView {
    let own = || {
        state
            .users
            .get(&message.author)
            .map(|user| user.name.clone())
    };
    MessageView {
        ts: message.ts.clone(),
        author: message.author.clone(),
        author_name: message.username.clone().or_else(own).unwrap_or_default(),
        icon: message
            .icon
            .as_deref()
            .and_then(|name| super::emoji::named(name.trim_matches(':')).map(str::to_owned)),
        by_bot: message.author == state.bot && message.subtype.is_none(),
        subtype: message.subtype,
        text: message.text.clone(),
        blocks: message.blocks.clone(),
        attachments: message.attachments.clone(),
        metadata: message.metadata.clone(),
        edited: message.edited.is_some(),
        thread: message.thread.clone(),
        only_for: message.only_for.clone(),
        reactions: message
            .reactions
            .iter()
            .map(|(name, users)| Reaction {
                name: name.clone(),
                users: users.clone(),
            })
            .collect(),
    }
}

impl MessageView {
    /// Its text as safe HTML. It is shown only where there are no blocks: with blocks it is for
    /// notifications.
    pub fn words_html(&self, names: &Names) -> String {
        super::mrkdwn::html(&self.text, names)
    }

    /// What people see of it, as text.
    pub fn plain(&self, names: &Names, links: Links) -> String {
        let mut parts = vec![if self.blocks.is_empty() {
            super::mrkdwn::plain(&self.text, names, links)
        } else {
            show::blocks_text(&self.blocks, names, links)
        }];
        for attachment in &self.attachments {
            parts.push(show::attachment_text(attachment, names, links));
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n")
    }
}
