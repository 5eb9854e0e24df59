//! `conversations.history` and `conversations.replies`: what was said, a page at a time.

use serde_json::{Value, json};

use super::{Answer, Call};
use crate::sandbox::slack::args;
use crate::sandbox::slack::refusal::{Refusal, refuse};
use crate::sandbox::slack::state::{APP, BOT, BOT_USER, Channel, Message, State, TEAM, micros_of};

/// The most messages a page may have.
const PAGE: usize = 999;

struct Window {
    oldest: i64,
    latest: i64,
    inclusive: bool,
    limit: usize,
    metadata: bool,
}

impl Window {
    fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let bound = |name: &str, error: &str, none: i64| match call.args.text(name) {
            Some(ts) if !ts.is_empty() => micros_of(&ts).ok_or_else(|| Refusal::new(error)),
            _ => Ok(none),
        };
        Ok(Self {
            oldest: bound("oldest", "invalid_ts_oldest", -1)?,
            latest: bound("latest", "invalid_ts_latest", i64::MAX)?,
            inclusive: call.args.flag("inclusive").unwrap_or(false),
            limit: call.args.limit(100, PAGE)?,
            metadata: call.args.flag("include_all_metadata").unwrap_or(false),
        })
    }

    fn holds(&self, ts: i64) -> bool {
        (self.oldest < ts && ts < self.latest)
            || (self.inclusive && (ts == self.oldest || ts == self.latest))
    }
}

/// The channel, where the caller is in it; archived ones can be read.
fn readable<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Channel, Refusal> {
    let channel = state.seen(&call.args.channel()?, &call.by)?;
    if !channel.has(&call.by) {
        return refuse("not_in_channel");
    }
    Ok(channel)
}

pub(super) fn history(state: &mut State, call: &Call<'_>) -> Answer {
    let channel = readable(state, call)?;
    let window = Window::of(call)?;
    let before = match args::marked(call.args)? {
        None => i64::MAX,
        Some(mark) => mark.parse().map_err(|_| Refusal::new("invalid_cursor"))?,
    };
    let mut found: Vec<(&Message, i64)> = channel
        .messages
        .iter()
        .rev()
        .filter(|message| message.only_for.is_none() && !message.is_reply())
        .filter_map(|message| Some((message, micros_of(message.ts.as_str())?)))
        .filter(|(_, ts)| *ts < before && window.holds(*ts))
        .take(window.limit + 1)
        .collect();
    let more = found.len() > window.limit;
    found.truncate(window.limit);
    let mut answer = json!({
        "ok": true,
        "messages": found
            .iter()
            .map(|(message, _)| message_json(channel, message, window.metadata))
            .collect::<Vec<_>>(),
        "has_more": more,
        "pin_count": channel.pins.len(),
    });
    if let (true, Some((_, last))) = (more, found.last()) {
        answer["response_metadata"] = json!({ "next_cursor": args::cursor(&last.to_string()) });
    }
    Ok(answer)
}

pub(super) fn replies(state: &mut State, call: &Call<'_>) -> Answer {
    let channel = readable(state, call)?;
    let window = Window::of(call)?;
    let ts = call.args.ts("ts")?;
    let Some(asked) = channel.message(&ts).filter(|m| m.only_for.is_none()) else {
        return refuse("thread_not_found");
    };
    let root = asked.thread.as_ref().unwrap_or(&asked.ts);
    let found: Vec<Value> = channel
        .messages
        .iter()
        .filter(|message| message.only_for.is_none())
        .filter(|message| message.ts == *root || message.thread.as_ref() == Some(root))
        .filter(|message| {
            // The thread's first message is always there, whatever the window.
            message.ts == *root || micros_of(message.ts.as_str()).is_some_and(|ts| window.holds(ts))
        })
        .map(|message| message_json(channel, message, window.metadata))
        .collect();
    let (found, next) = args::page(found, call.args, window.limit)?;
    Ok(json!({
        "ok": true,
        "messages": found,
        "has_more": !next.is_empty(),
        "response_metadata": { "next_cursor": next },
    }))
}

/// A message as the Web API and events show it.
pub(in crate::sandbox::slack) fn message_json(
    channel: &Channel,
    message: &Message,
    metadata: bool,
) -> Value {
    let mut shown = json!({
        "type": "message",
        "user": message.author,
        "ts": message.ts,
        "team": TEAM,
        "text": message.text,
    });
    if message.author.as_str() == BOT_USER && message.subtype.is_none() {
        shown["bot_id"] = json!(BOT);
        shown["app_id"] = json!(APP);
    }
    if let Some(username) = &message.username {
        shown["username"] = json!(username);
    }
    if let Some(subtype) = message.subtype {
        shown["subtype"] = json!(subtype);
    }
    if !message.blocks.is_empty() {
        shown["blocks"] = json!(message.blocks);
    }
    if !message.attachments.is_empty() {
        shown["attachments"] = json!(message.attachments);
    }
    if let (true, Some(kept)) = (metadata, &message.metadata) {
        shown["metadata"] = kept.clone();
    }
    if let Some((by, ts)) = &message.edited {
        shown["edited"] = json!({ "user": by, "ts": ts });
    }
    if !message.reactions.is_empty() {
        shown["reactions"] = message
            .reactions
            .iter()
            .map(|(name, users)| json!({ "name": name, "users": users, "count": users.len() }))
            .collect();
    }
    if channel.is_pinned(&message.ts) {
        shown["pinned_to"] = json!([channel.id]);
    }
    let replies = || {
        channel
            .messages
            .iter()
            .filter(|reply| reply.is_reply() && reply.thread.as_ref() == Some(&message.ts))
    };
    match &message.thread {
        Some(thread) => shown["thread_ts"] = json!(thread),
        None if channel.threads > 0 && replies().next().is_some() => {
            shown["thread_ts"] = json!(message.ts);
            shown["reply_count"] = json!(replies().count());
            shown["latest_reply"] = json!(replies().next_back().map(|reply| &reply.ts));
        }
        None => {}
    }
    shown
}
