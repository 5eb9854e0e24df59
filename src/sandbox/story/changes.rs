//! What changed in a channel between two looks at it, as a story writes it.

use crate::id::SlackUserId;
use crate::sandbox::slack::{ChannelView, GroupView, Links, MessageView, Names, Opened, view_text};

/// The changes from `before` to `after`: `+` a new message of the bot, `~` one that it changed, `-`
/// one that is gone, `*` what happened to the channel itself. Empty when nothing changed. What
/// people wrote is not listed: the story says it itself.
pub fn slack_changes(
    before: Option<&ChannelView>,
    after: Option<&ChannelView>,
    names: &Names,
) -> String {
    let of = |channel: Option<&ChannelView>| -> Vec<MessageView> {
        let all = channel.into_iter().flat_map(|channel| &channel.messages);
        all.filter(|message| message.by_bot).cloned().collect()
    };
    let (old, new) = (of(before), of(after));
    let mut lines = Vec::new();
    for gone in old
        .iter()
        .filter(|one| !new.iter().any(|other| other.ts == one.ts))
    {
        lines.push(entry('-', gone, names));
    }
    for message in &new {
        match old.iter().find(|one| one.ts == message.ts) {
            None => lines.push(entry('+', message, names)),
            Some(known)
                if known.plain(names, Links::Shown) != message.plain(names, Links::Shown) =>
            {
                lines.push(entry('~', message, names));
            }
            Some(_) => {}
        }
    }
    lines.extend(channel_itself(before, after, names));
    lines.join("\n")
}

/// The changes of the views of one person: `+` one that has opened, `~` one that looks otherwise,
/// `-` one that is closed, by its title.
pub fn view_changes(before: &[&Opened], after: &[&Opened], names: &Names) -> String {
    let mut lines = Vec::new();
    for gone in before {
        if !after.iter().any(|view| view.id == gone.id) {
            let text = view_text(gone, names);
            lines.push(marked('-', text.lines().next().unwrap_or_default()));
        }
    }
    for view in after {
        let text = view_text(view, names);
        match before.iter().find(|old| old.id == view.id) {
            None => lines.push(marked('+', &text)),
            Some(old) if view_text(old, names) != text => lines.push(marked('~', &text)),
            Some(_) => {}
        }
    }
    lines.join("\n")
}

/// The changes of user groups: `+` one that the app has made, `~` one that it changed, each with who
/// is in it. What people do to them themselves is not listed.
pub fn group_changes(before: &[GroupView], after: &[GroupView], names: &Names) -> String {
    let mut lines = Vec::new();
    for group in after {
        let known = before.iter().find(|old| old.id == group.id);
        if known.map_or(0, |old| old.by_app) == group.by_app {
            continue;
        }
        let mark = if known.is_none() { '+' } else { '~' };
        let called = |id: &crate::id::SlackUserId| {
            let name = names.users.get(id.as_str());
            name.map_or("?", String::as_str)
        };
        let members: Vec<&str> = group.users.iter().map(called).collect();
        let mut text = format!("@{} {}", group.handle, group.name);
        if !group.enabled {
            text.push_str(" (disabled)");
        }
        text.push_str(&format!(": {}", members.join(", ")));
        if !group.description.is_empty() {
            text.push_str(&format!("\n{}", group.description));
        }
        let channel = |id: &String| names.channels.get(id).map(|name| format!("#{name}"));
        let channels: Vec<String> = group.channels.iter().filter_map(channel).collect();
        if !channels.is_empty() {
            text.push_str(&format!("\nchannels: {}", channels.join(", ")));
        }
        lines.push(marked(mark, &text));
    }
    lines.join("\n")
}

fn channel_itself(
    before: Option<&ChannelView>,
    after: Option<&ChannelView>,
    names: &Names,
) -> Vec<String> {
    let Some(after) = after else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if before.map_or("", |channel| &channel.topic) != after.topic {
        lines.push(format!("* topic: {}", after.topic));
    }
    if before.map_or("", |channel| &channel.purpose) != after.purpose {
        lines.push(format!("* purpose: {}", after.purpose));
    }
    let known = before.map_or(0, |channel| channel.invited.len());
    let name = |id: &SlackUserId| {
        let name = names.users.get(id.as_str()).map_or("?", String::as_str);
        format!("@{name}")
    };
    let invited: Vec<String> = after.invited.iter().skip(known).map(name).collect();
    if !invited.is_empty() {
        lines.push(format!("* invited: {}", invited.join(", ")));
    }
    let pinned = before.map_or(&[][..], |channel| &channel.pins);
    for ts in after.pins.iter().filter(|ts| !pinned.contains(ts)) {
        let message = after.messages.iter().find(|message| message.ts == *ts);
        let text = message.map_or(String::new(), |m| m.plain(names, Links::Hidden));
        lines.push(format!(
            "* pinned: {}",
            text.lines().next().unwrap_or_default()
        ));
    }
    let marks = before.map_or(0, |channel| channel.bookmarks.len());
    for bookmark in after.bookmarks.iter().skip(marks) {
        lines.push(format!(
            "* bookmark: {} <{}>",
            bookmark.title, bookmark.link
        ));
    }
    if after.archived && before.is_some_and(|channel| !channel.archived) {
        lines.push("* archived".to_owned());
    }
    lines
}

fn entry(mark: char, message: &MessageView, names: &Names) -> String {
    let mut text = message.plain(names, Links::Shown);
    if message
        .thread
        .as_ref()
        .is_some_and(|root| *root != message.ts)
    {
        text = format!("(in a thread) {text}");
    }
    if let Some(who) = &message.only_for {
        let who = names.users.get(who.as_str()).map_or("?", String::as_str);
        text = format!("(only for {who}) {text}");
    }
    marked(mark, &text)
}

/// The text behind its mark, further lines indented.
fn marked(mark: char, text: &str) -> String {
    let mut lines = text.lines();
    let mut entry = format!("{mark} {}", lines.next().unwrap_or_default());
    for line in lines {
        entry.push('\n');
        if !line.is_empty() {
            entry.push_str("  ");
            entry.push_str(line);
        }
    }
    entry
}
