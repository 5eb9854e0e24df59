//! `chat.*`: what the bot says, changes and takes back.

use serde_json::json;

use super::content::{self, Content};
use super::history::message_json;
use super::{Answer, Call};
use crate::id::{ChannelId, MessageTs};
use crate::sandbox::slack::blocks::length;
use crate::sandbox::slack::events;
use crate::sandbox::slack::pings;
use crate::sandbox::slack::refusal::{Refusal, refuse};
use crate::sandbox::slack::state::{Message, State, ts_of};

/// Slack cuts a longer text when it is posted.
const CUT_AT: usize = 40_000;
/// Slack refuses a longer text in an update.
const UPDATE_MOST: usize = 4_000;

pub(super) fn post(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let anywhere = state
        .settings
        .scopes
        .as_ref()
        .is_some_and(|all| all.iter().any(|scope| scope == "chat:write.public"));
    let channel = state.seen(&id, &call.by)?;
    if channel.archived {
        return refuse("is_archived");
    }
    if !channel.has(&call.by) && !anywhere {
        return refuse("not_in_channel");
    }
    let content = Content::read(call.args, "none")?;
    if content.is_empty() {
        return refuse("no_text");
    }
    let (mut message, cut) = compose(state, call, content);
    let Some(channel) = state.channels.get_mut(&id) else {
        return refuse("channel_not_found");
    };
    if let Some(thread) = call.args.text("thread_ts").filter(|ts| !ts.is_empty()) {
        let thread = MessageTs::from(thread);
        if channel.message(&thread).is_none() {
            return refuse("thread_not_found");
        }
        message.thread = Some(thread);
        channel.threads += 1;
    }
    message.ts = channel.next_ts(call.now);
    channel.messages.push(message.clone());
    let mut answer = json!({
        "ok": true,
        "channel": id,
        "ts": message.ts,
        "message": message_json(channel, &message, true),
    });
    if cut {
        answer["response_metadata"] = json!({ "messages": ["[WARN] message_truncated"] });
        answer["warning"] = json!("message_truncated");
    }
    note_pings(state, call, &id, &message);
    events::message(state, &id, &message, call.now);
    Ok(answer)
}

/// The message that a call describes, with no `ts` yet, and whether its text was cut.
fn compose(state: &mut State, call: &Call<'_>, content: Content) -> (Message, bool) {
    let text = content.text.unwrap_or_default();
    let cut = text.chars().count() > CUT_AT;
    let text: String = text.chars().take(CUT_AT).collect();
    let mut message = Message::of(
        MessageTs::from(""),
        call.by.clone(),
        content::as_kept(&text),
    );
    message.blocks = content::with_ids(state, content.blocks.unwrap_or_default());
    message.attachments = content::nested_ids(state, content.attachments.unwrap_or_default());
    message.icon = call
        .args
        .text("icon_emoji")
        .or_else(|| call.args.text("icon_url"));
    message.metadata = content.metadata;
    message.username = call.args.text("username");
    message.parses_names = content.parses_names;
    (message, cut)
}

/// Refuses what the caller may not change: what is not there, and, in these words, what others said.
fn own(
    state: &mut State,
    call: &Call<'_>,
    (id, ts): (&ChannelId, &MessageTs),
    refused: &str,
) -> Result<(), Refusal> {
    match state.open(id, &call.by)?.message(ts) {
        Some(message) if message.only_for.is_some() => refuse("message_not_found"),
        Some(message) if message.author != call.by || message.subtype.is_some() => refuse(refused),
        Some(_) => Ok(()),
        None => refuse("message_not_found"),
    }
}

fn note_pings(state: &mut State, call: &Call<'_>, id: &ChannelId, message: &Message) {
    if call.by == state.bot {
        state.pings.extend(pings::of(id, message, call.now));
    }
}

pub(super) fn post_ephemeral(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let user = call.args.user("user")?;
    let channel = state.open(&id, &call.by)?;
    if !channel.has(&user) {
        return refuse("user_not_in_channel");
    }
    let content = Content::read(call.args, "none")?;
    if content.is_empty() {
        return refuse("no_text");
    }
    let (mut message, _) = compose(state, call, content);
    let channel = state.open(&id, &call.by)?;
    message.ts = channel.next_ts(call.now);
    message.only_for = Some(user);
    channel.messages.push(message.clone());
    note_pings(state, call, &id, &message);
    Ok(json!({ "ok": true, "message_ts": message.ts }))
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let ts = call.args.ts("ts")?;
    own(state, call, (&id, &ts), "cant_update_message")?;
    // Unlike for a post, Slack's default here is `parse=client`.
    let content = Content::read(call.args, "client")?;
    if content.is_empty() && content.metadata.is_none() {
        return refuse("no_text");
    }
    if content
        .text
        .as_ref()
        .is_some_and(|text| length(text) > UPDATE_MOST)
    {
        return refuse("msg_too_long");
    }
    let blocks = content
        .blocks
        .map(|blocks| content::with_ids(state, blocks));
    let attachments = content
        .attachments
        .map(|attachments| content::nested_ids(state, attachments));
    let channel = state.open(&id, &call.by)?;
    let Some(message) = channel.message_mut(&ts) else {
        return refuse("message_not_found");
    };
    let before = message.clone();
    match (blocks, &content.text) {
        (Some(blocks), _) => message.blocks = blocks,
        // A text alone takes the place of the blocks.
        (None, Some(_)) => message.blocks.clear(),
        (None, None) => {}
    }
    if let Some(text) = content.text {
        message.text = content::as_kept(&text);
    }
    if let Some(attachments) = attachments {
        message.attachments = attachments;
    }
    if content.metadata.is_some() {
        message.metadata = content.metadata;
    }
    message.parses_names = content.parses_names;
    message.edited = Some((call.by.clone(), ts_of(call.now.as_microsecond())));
    let message = message.clone();
    let answer = json!({
        "ok": true,
        "channel": id,
        "ts": ts,
        "text": message.text,
        "message": message_json(channel, &message, true),
    });
    note_pings(state, call, &id, &message);
    events::message_changed(state, &id, &before, &message, call.now);
    Ok(answer)
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let ts = call.args.ts("ts")?;
    own(state, call, (&id, &ts), "cant_delete_message")?;
    remove(state, &id, &ts, call.now);
    Ok(json!({ "ok": true, "channel": id, "ts": ts }))
}

/// Takes a message away, with its pin.
pub(in crate::sandbox::slack) fn remove(
    state: &mut State,
    id: &ChannelId,
    ts: &MessageTs,
    now: jiff::Timestamp,
) -> bool {
    let Some(channel) = state.channels.get_mut(id) else {
        return false;
    };
    let Some(at) = channel.messages.iter().position(|m| m.ts == *ts) else {
        return false;
    };
    let gone = channel.messages.remove(at);
    channel.pins.retain(|(pin, _)| pin != ts);
    events::message_deleted(state, id, &gone, now);
    true
}

pub(super) fn permalink(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let ts = call.args.ts("message_ts")?;
    let channel = state.seen(&id, &call.by)?;
    let Some(message) = channel.message(&ts) else {
        return refuse("message_not_found");
    };
    let link = link_to(state, &id, message);
    Ok(json!({ "ok": true, "channel": id, "permalink": link }))
}

/// The address of a message.
pub(in crate::sandbox::slack) fn link_to(
    state: &State,
    id: &ChannelId,
    message: &Message,
) -> String {
    let ts = &message.ts;
    let mut link = format!(
        "{}archives/{id}/p{}",
        state.settings.url,
        ts.as_str().replace('.', "")
    );
    if let (true, Some(thread)) = (message.is_reply(), &message.thread) {
        link.push_str(&format!("?thread_ts={thread}&cid={id}"));
    }
    link
}
