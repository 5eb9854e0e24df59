//! The workspace as somebody who looks on sees it: plain values for the demo page, transcripts and
//! tests.

use serde_json::Value;

use super::interact::view_json;
use super::show::{self, Links, Names};
use super::state::{Channel, Message, State};
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
    /// The views that somebody sees: who, and the view as the Web API shows it.
    pub views: Vec<(SlackUserId, Value)>,
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
    /// The pinned messages, the newest pin first.
    pub pins: Vec<MessageTs>,
    /// The links above it.
    pub bookmarks: Vec<Bookmark>,
    /// What was said, oldest first; replies and ephemeral messages included.
    pub messages: Vec<MessageView>,
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
                })
                .collect(),
            views: state
                .views
                .values()
                .map(|view| (view.user.clone(), view_json(view)))
                .collect(),
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
        pins: channel.pins.clone(),
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
    /// What people see of it, as safe HTML. Its text is shown only where there are no blocks: with
    /// blocks it is for notifications.
    pub fn html(&self, names: &Names) -> String {
        let mut html = if self.blocks.is_empty() {
            super::mrkdwn::html(&self.text, names)
        } else {
            show::blocks_html(&self.blocks, names)
        };
        for attachment in &self.attachments {
            html.push_str(&show::attachment_html(attachment, names));
        }
        html
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
