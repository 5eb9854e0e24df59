//! One message at the right: who, when, what, and what can be done with it.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};

use super::blocks::{attachment, blocks, here_instead};
use super::controls::Controls;
use super::frame::View;
use super::words::Word;
use super::{forms, marks, times};
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::sandbox::slack::{MessageView, Snapshot, fields};

/// What a message stands in.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    pub(super) view: View<'a>,
    pub(super) slack: &'a Snapshot,
    pub(super) channel: &'a ChannelId,
    /// The visitor, where they are known in Slack by now.
    pub(super) me: Option<&'a SlackUserId>,
    /// Nothing can be done in an archived channel.
    pub(super) archived: bool,
}

/// The time of a message.
pub(super) fn when(ts: &MessageTs) -> Timestamp {
    let seconds = ts.as_str().split('.').next().unwrap_or_default();
    let at = seconds
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Where the visitor is and who they are, to come back to after a form was sent.
pub(super) fn hidden(view: View<'_>) -> Markup {
    forms::hidden(view, &view.here.subject)
}

/// Whether this person sees the message.
pub(super) fn sees(me: Option<&SlackUserId>, message: &MessageView) -> bool {
    let only = message.only_for.as_ref();
    only.is_none_or(|only| Some(only) == me)
}

/// The id of a message's element: `m-` and its time.
pub(super) fn id_of(ts: &MessageTs) -> String {
    format!("m-{}", ts.as_str().replace('.', "-"))
}

/// The message in the list.
pub(super) fn said(room: Room<'_>, message: &MessageView) -> Markup {
    let view = room.view;
    let id = id_of(&message.ts);
    let at = when(&message.ts);
    if message.subtype.is_some() {
        let words = here_instead(view, &message.words_html(&room.slack.names));
        return html! {
            li id=(id) class="notice" { (PreEscaped(words)) " " (times::clock(at, view.lang)) }
        };
    }
    let class = match message.thread {
        Some(_) => "message reply",
        None => "message",
    };
    let text = text(room, message, "");
    // Of what the app says, not of who looks at it from where.
    let rev = rev(&format!(
        "{}{:?}{:?}",
        message.text, message.blocks, message.attachments
    ));
    html! {
        li id=(id) class=(class) data-rev=(rev) {
            @match &message.icon {
                Some(icon) => span class="face icon" aria-hidden="true" { (icon) },
                None => (marks::face(&message.author_name, message.by_bot)),
            }
            div class="body" {
                p class="author" {
                    b { (message.author_name) }
                    @if message.by_bot { " " span class="tag" { (view.say(Word::App)) } }
                    " " (times::clock(at, view.lang))
                    @if message.thread.is_some() { " " span class="muted" { (view.say(Word::InThread)) } }
                }
                @if message.only_for.is_some() {
                    p class="only muted" { (view.say(Word::OnlyYou)) }
                }
                (text)
                @if message.edited { span class="edited" { (view.say(Word::SlackEdited)) } }
                @if !message.reactions.is_empty() {
                    p class="reactions" {
                        @for reaction in &message.reactions {
                            span { ":" (reaction.name) ": " (reaction.users.len()) }
                        }
                    }
                }
            }
            @if !room.archived && message.only_for.is_none() { (shortcuts(room, message, &id)) }
        }
    }
}

/// What it says, in a form of its own where something can be pressed.
pub(super) fn text(room: Room<'_>, message: &MessageView, prefix: &str) -> Markup {
    let seen = match room.me {
        Some(me) => room.slack.seen_by(me, room.channel, message),
        None => message.clone(),
    };
    let prefix = format!("{prefix}{}-", id_of(&message.ts));
    let of = Controls {
        view: room.view,
        users: &room.slack.users,
        prefix: &prefix,
        waits: false,
        required: false,
    };
    let names = &room.slack.names;
    let nested = seen.attachments.iter();
    let nested = nested.filter_map(|attachment| attachment["blocks"].as_array());
    let mut all = seen.blocks.iter().chain(nested.flatten());
    let live = all.any(|block| fields::elements(block).next().is_some());
    let inside = html! {
        @if !seen.blocks.is_empty() {
            (blocks(of, &seen.blocks, names, None))
        } @else if !seen.text.is_empty() {
            (PreEscaped(here_instead(room.view, &seen.words_html(names))))
        }
        @for one in &seen.attachments { (attachment(of, one, names)) }
    };
    html! {
        @if live {
            form class="text" method="post" action="/act/slack/use" {
                (hidden(room.view))
                input type="hidden" name="in" value=(room.channel);
                input type="hidden" name="ts" value=(message.ts);
                fieldset disabled[room.archived] { (inside) }
            }
        } @else {
            div class="text" { (inside) }
        }
    }
}

/// The app's shortcuts on this message.
fn shortcuts(room: Room<'_>, message: &MessageView, id: &str) -> Markup {
    let view = room.view;
    html! {
        @if !room.slack.shortcuts.is_empty() {
            details id=(format!("{id}-more")) class="shortcuts" {
                summary aria-label=(view.say(Word::MessageActions)) title=(view.say(Word::MessageActions)) { "⋯" }
                form class="question" method="post" action="/act/slack/shortcut" {
                    (hidden(view))
                    input type="hidden" name="in" value=(room.channel);
                    input type="hidden" name="ts" value=(message.ts);
                    @for shortcut in &room.slack.shortcuts {
                        button name="callback" value=(shortcut.callback) { (shortcut.name) }
                    }
                }
            }
        }
    }
}

/// Changes when what people see changes: so the page knows what to show as new.
fn rev(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
