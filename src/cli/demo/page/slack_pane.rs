//! The right pane: the workspace's channels, and what is said in one of them.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};

use super::address::Here;
use super::frame::View;
use super::words::Word;
use super::{marks, times};
use crate::id::MessageTs;
use crate::sandbox::slack::{ChannelView, MessageView, Names, Snapshot};

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

fn when(ts: &MessageTs) -> Timestamp {
    let seconds = ts.as_str().split('.').next().unwrap_or_default();
    let at = seconds
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The pane.
pub(super) fn pane(view: View<'_>, slack: &Snapshot, channel: Option<&ChannelView>) -> Markup {
    html! {
        section id="slack" class="pane" aria-labelledby="slack-title" {
            header class="pane-head" {
                (marks::conversation())
                h2 id="slack-title" {
                    (view.say(Word::Slack)) " " span class="where" { (view.say(Word::Sandbox)) }
                }
            }
            div class="workspace" {
                (channels(view, slack, channel))
                @match channel {
                    Some(channel) => (conversation(view, slack, channel)),
                    None => p class="empty" { (view.say(Word::NoChannels)) },
                }
            }
        }
    }
}

fn channels(view: View<'_>, slack: &Snapshot, chosen: Option<&ChannelView>) -> Markup {
    let mut channels: Vec<&ChannelView> = slack.channels.iter().collect();
    channels.sort_by(|a, b| a.name.cmp(&b.name));
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
                        }
                    }
                }
            }
        }
    }
}

fn sign(channel: &ChannelView) -> &'static str {
    if channel.private { "◆" } else { "#" }
}

fn conversation(view: View<'_>, slack: &Snapshot, channel: &ChannelView) -> Markup {
    let left_out = channel.messages.len().saturating_sub(SHOWN);
    let messages = &channel.messages[left_out..];
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
                        (said(view, message, &slack.names))
                    }
                }
            }
        }
    }
}

/// For each message, the day that begins with it, if one does.
fn days(view: View<'_>, messages: &[MessageView]) -> Vec<Option<String>> {
    let mut last = String::new();
    let begins = messages.iter().map(|message| {
        let day = times::day(when(&message.ts), view.lang);
        (day != last)
            .then(|| day.clone_into(&mut last))
            .map(|()| day)
    });
    begins.collect()
}

fn said(view: View<'_>, message: &MessageView, names: &Names) -> Markup {
    let id = format!("m-{}", message.ts.as_str().replace('.', "-"));
    let html = message.html(names);
    let text = here_instead(view, &html);
    let at = when(&message.ts);
    if message.subtype.is_some() {
        return html! {
            li id=(id) class="notice" {
                (PreEscaped(text)) " " (times::clock(at, view.lang))
            }
        };
    }
    let class = match message.thread {
        Some(_) => "message reply",
        None => "message",
    };
    let only_for = message.only_for.as_ref();
    let only_for = only_for.map(|id| {
        names
            .users
            .get(id.as_str())
            .map_or(id.as_str(), String::as_str)
    });
    html! {
        li id=(id) class=(class) data-rev=(rev(&html)) {
            (marks::face(&message.author_name, message.by_bot))
            div class="body" {
                p class="author" {
                    b { (message.author_name) }
                    @if message.by_bot { " " span class="tag" { (view.say(Word::App)) } }
                    " " (times::clock(at, view.lang))
                    @if message.thread.is_some() { " " span class="muted" { (view.say(Word::InThread)) } }
                }
                @if let Some(who) = only_for {
                    p class="muted" { (Word::OnlyFor.with(view.lang, "who", who)) }
                }
                div class="text" { (PreEscaped(text)) }
                @if message.edited { span class="edited" { (view.say(Word::SlackEdited)) } }
                @if !message.reactions.is_empty() {
                    p class="reactions" {
                        @for reaction in &message.reactions {
                            span { ":" (reaction.name) ": " (reaction.users.len()) }
                        }
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

/// The HTML with links to the sandbox's GitHub leading to this page. It comes from the sandbox,
/// which writes every link as `<a href="…"` with the address escaped, and no `<` otherwise but in
/// tags.
fn here_instead(view: View<'_>, html: &str) -> String {
    const HREF: &str = "<a href=\"";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(HREF) {
        let (before, from) = rest.split_at(at + HREF.len());
        let Some(end) = from.find('"') else { break };
        let (escaped, after) = from.split_at(end);
        out.push_str(before);
        let url = escaped.replace("&quot;", "\"").replace("&#39;", "'");
        let url = url
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        match view.here.of_github(view.github_url, &url) {
            Some(here) => {
                out.push_str(&here.replace('&', "&amp;").replace('"', "%22"));
                out.push_str("\" data-live=\"");
            }
            None => out.push_str(escaped),
        }
        rest = after;
    }
    out + rest
}
