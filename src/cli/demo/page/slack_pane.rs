//! The right pane: the workspace's channels, and what is said in one of them.

use maud::{Markup, html};

use super::address::{GROUPS, HOME, Here};
use super::frame::View;
use super::message::{Room, hidden, id_of, said, sees, text, when};
use super::words::Word;
use super::{composer, dialog, groups_pane, marks, times};
use crate::id::SlackUserId;
use crate::sandbox::slack::{ChannelView, Links, MessageView, Snapshot};

/// The most messages of a channel that are shown, the newest.
const SHOWN: usize = 200;

/// The channel that the address says, or the one with the newest message.
pub(super) fn chosen<'a>(slack: &'a Snapshot, here: &Here) -> Option<&'a ChannelView> {
    let named = slack
        .channels
        .iter()
        .find(|channel| channel.id.as_str() == here.channel);
    let newest = || slack.channels.iter().max_by_key(|channel| latest(channel));
    named.or_else(newest)
}

/// Who the visitor is in Slack; nobody before they did something there.
pub(super) fn visitor<'a>(slack: &'a Snapshot, who: &str) -> Option<&'a SlackUserId> {
    let mut users = slack.users.iter();
    let found = users.find(|user| user.name == who && !user.bot);
    found.map(|user| &user.id)
}

/// Of what its members or the bot said; that somebody came in is no news.
fn latest(channel: &ChannelView) -> Option<(u64, u64)> {
    let mut said = channel
        .messages
        .iter()
        .filter(|message| message.subtype.is_none());
    let last = said.next_back()?;
    let (seconds, micros) = last.ts.as_str().split_once('.')?;
    Some((seconds.parse().ok()?, micros.parse().ok()?))
}

/// The pane.
pub(super) fn pane(view: View<'_>, slack: &Snapshot, channel: Option<&ChannelView>) -> Markup {
    let me = visitor(slack, view.who);
    let (at_home, at_groups) = (view.here.channel == HOME, view.here.channel == GROUPS);
    let opened = dialog::top(slack, me);
    html! {
        section id="slack" class="pane" aria-labelledby="slack-title" {
            header class="pane-head" {
                (marks::conversation())
                h2 id="slack-title" {
                    (view.say(Word::Slack)) " " span class="where" { (view.say(Word::Sandbox)) }
                }
                span class="as" {
                    span class="muted" { (view.say(Word::You)) } " " b { (view.who) }
                }
            }
            div class="workspace" {
                div class="behind" inert[opened.is_some()] {
                    (channels(view, slack, channel.filter(|_| !at_home && !at_groups)))
                    @match channel {
                        _ if at_home => (dialog::home(view, slack, me)),
                        _ if at_groups => (groups_pane::pane(view, slack)),
                        Some(channel) => (conversation(view, slack, channel, me)),
                        None => p class="empty" { (view.say(Word::NoChannels)) },
                    }
                }
                @if let Some(opened) = opened { (dialog::dialog(view, slack, opened)) }
            }
        }
    }
}

fn channels(view: View<'_>, slack: &Snapshot, chosen: Option<&ChannelView>) -> Markup {
    let mut channels: Vec<&ChannelView> = slack.channels.iter().collect();
    channels.sort_by(|a, b| a.archived.cmp(&b.archived).then(a.name.cmp(&b.name)));
    html! {
        nav class="channels" aria-labelledby="channels-title" {
            h3 id="channels-title" { (view.say(Word::Channels)) }
            ul {
                @for channel in channels {
                    @let here = chosen.is_some_and(|chosen| chosen.id == channel.id);
                    @let last = latest(channel).map(|(seconds, micros)| format!("{seconds}.{micros}"));
                    li id=(format!("channel-{}", channel.id)) {
                        a href=(view.here.with_channel(channel.id.as_str(), "slack")) data-live
                            data-latest=[last] aria-current=[here.then_some("true")]
                            class=(if channel.archived { "archived" } else { "" })
                        {
                            span class="hash" aria-hidden="true" { (sign(channel)) }
                            span class="name" { (channel.name) }
                            @if channel.archived { span class="unseen" { (view.say(Word::Archived)) } }
                        }
                    }
                }
            }
            ul class="people" {
                li id="to-groups" {
                    a href=(view.here.with_channel(GROUPS, "slack")) data-live
                        data-latest=(groups_pane::rev(&slack.groups))
                        aria-current=[(view.here.channel == GROUPS).then_some("true")]
                    {
                        (marks::group())
                        span class="name" { (view.say(Word::UserGroups)) }
                    }
                }
            }
            h3 class="apps" { (view.say(Word::Apps)) }
            form method="post" action="/act/slack/home" {
                (hidden(view))
                button id="open-home" class="app" aria-current=[(view.here.channel == HOME).then_some("true")] {
                    (marks::own()) " sssbot"
                }
            }
        }
    }
}

fn sign(channel: &ChannelView) -> &'static str {
    if channel.private { "◆" } else { "#" }
}

fn conversation(
    view: View<'_>,
    slack: &Snapshot,
    channel: &ChannelView,
    me: Option<&SlackUserId>,
) -> Markup {
    let room = Room {
        view,
        slack,
        channel: &channel.id,
        me,
        archived: channel.archived,
    };
    let seen = channel.messages.iter().filter(|message| sees(me, message));
    let seen: Vec<&MessageView> = seen.collect();
    let left_out = seen.len().saturating_sub(SHOWN);
    let messages = &seen[left_out..];
    let here = channel.private && !me.is_some_and(|me| channel.members.contains(me));
    html! {
        div class="conversation" {
            header class="channel-head" {
                h3 { (sign(channel)) " " (channel.name) }
                p class="facts" {
                    @if channel.private { span class="tag" { (view.say(Word::Private)) } }
                    @if channel.archived { span class="tag" { (view.say(Word::Archived)) } }
                    span class="muted" {
                        (Word::Members.with(view.lang, "n", &channel.members.len().to_string()))
                    }
                    @if !channel.topic.is_empty() { span class="topic" { (channel.topic) } }
                }
            }
            (pinned(room, channel))
            div class="scroll" tabindex="0" role="region" aria-label=(view.say(Word::Messages)) {
                ol id="messages" data-of=(channel.id) aria-live="polite" aria-relevant="additions text" {
                    @if messages.is_empty() {
                        li id="nothing-said" class="empty" { (view.say(Word::NoMessages)) }
                    }
                    @if left_out > 0 {
                        li id="left-out" class="empty" {
                            (Word::EarlierLeftOut.with(view.lang, "n", &left_out.to_string()))
                        }
                    }
                    @for (message, day) in messages.iter().zip(days(view, messages)) {
                        @if let Some(day) = day {
                            li id=(format!("day-{}", when(&message.ts).as_second())) class="day" {
                                span { (day) }
                            }
                        }
                        (said(room, message))
                    }
                }
            }
            @if channel.archived {
                p class="closed muted" { (view.say(Word::ArchivedHere)) }
            } @else if here {
                p class="closed muted" { (view.say(Word::NotAMember)) }
            } @else {
                (composer::composer(view, channel))
            }
        }
    }
}

/// The newest pinned message, in sight however long the conversation is.
fn pinned(room: Room<'_>, channel: &ChannelView) -> Markup {
    let find =
        |ts: &crate::id::MessageTs| channel.messages.iter().find(|message| message.ts == *ts);
    let Some(message) = channel.pins.iter().find_map(find) else {
        return html! {};
    };
    let plain = message.plain(&room.slack.names, Links::Hidden);
    html! {
        details id="pinned" class="pinned" data-of=(channel.id) {
            summary {
                (marks::pin()) span class="unseen" { (room.view.say(Word::Pinned)) " " }
                b { (plain.lines().next().unwrap_or_default()) }
                " " a class="muted" href=(format!("#{}", id_of(&message.ts))) { (room.view.say(Word::ShowInPlace)) }
            }
            div class="body" { (text(room, message, "p-")) }
        }
    }
}

/// For each message, the day that begins with it, if one does.
fn days(view: View<'_>, messages: &[&MessageView]) -> Vec<Option<String>> {
    let mut last = String::new();
    let begins = messages.iter().map(|message| {
        let day = times::day(when(&message.ts), view.lang);
        (day != last)
            .then(|| day.clone_into(&mut last))
            .map(|()| day)
    });
    begins.collect()
}
