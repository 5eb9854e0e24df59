//! Pins, bookmarks and reactions: what is hung on a channel or a message.

use serde_json::{Value, json};

use super::history::message_json;
use super::{Answer, Call, done};
use crate::sandbox::slack::refusal::refuse;
use crate::sandbox::slack::state::State;

pub(super) fn pin(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let ts = call.args.ts("timestamp")?;
    let channel = state.open(&id, &call.by)?;
    if channel.message(&ts).is_none_or(|m| m.only_for.is_some()) {
        return refuse("message_not_found");
    }
    if channel.is_pinned(&ts) {
        return refuse("already_pinned");
    }
    if channel.pins.len() >= 100 {
        return refuse("too_many_pins");
    }
    channel.pins.insert(0, (ts, call.by.clone()));
    done()
}

pub(super) fn unpin(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let ts = call.args.ts("timestamp")?;
    let channel = state.open(&id, &call.by)?;
    let Some(at) = channel.pins.iter().position(|(pin, _)| *pin == ts) else {
        return refuse("no_pin");
    };
    channel.pins.remove(at);
    done()
}

pub(super) fn pins(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let channel = state.seen(&id, &call.by)?;
    if !channel.has(&call.by) {
        return refuse("not_in_channel");
    }
    let items: Vec<Value> = channel
        .pins
        .iter()
        .filter_map(|(ts, by)| Some((channel.message(ts)?, by)))
        .map(|(message, by)| {
            json!({
                "type": "message",
                "channel": id,
                "created_by": by,
                "message": message_json(channel, message, false),
            })
        })
        .collect();
    Ok(json!({ "ok": true, "items": items }))
}

pub(super) fn bookmark(state: &mut State, call: &Call<'_>) -> Answer {
    let id = crate::id::ChannelId::from(call.args.need("channel_id")?);
    let title = call.args.need("title")?;
    let kind = call.args.need("type")?;
    let link = call.args.text("link").unwrap_or_default();
    let emoji = call.args.text("emoji");
    state.open(&id, &call.by)?;
    if kind != "link" {
        return refuse("invalid_bookmark_type");
    }
    if !(link.starts_with("https://") || link.starts_with("http://")) {
        return refuse("invalid_link");
    }
    let bookmark = json!({
        "id": state.id("Bk"),
        "channel_id": id,
        "title": title,
        "link": link,
        "emoji": emoji,
        "type": kind,
        "date_created": call.now.as_second(),
    });
    let channel = state.open(&id, &call.by)?;
    if channel.bookmarks.len() >= 100 {
        return refuse("too_many_bookmarks");
    }
    channel.bookmarks.push(bookmark.clone());
    Ok(json!({ "ok": true, "bookmark": bookmark }))
}

pub(super) fn bookmarks(state: &mut State, call: &Call<'_>) -> Answer {
    let id = crate::id::ChannelId::from(call.args.need("channel_id")?);
    let channel = state.seen(&id, &call.by)?;
    if !channel.has(&call.by) {
        return refuse("not_in_channel");
    }
    Ok(json!({ "ok": true, "bookmarks": channel.bookmarks }))
}

pub(super) fn react(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let ts = call.args.ts("timestamp")?;
    let name = call.args.need("name")?;
    let by = call.by.clone();
    let channel = state.open(&id, &by)?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | ':' | '\'');
    if !name.chars().all(plain) {
        return refuse("invalid_name");
    }
    let Some(message) = channel.message_mut(&ts).filter(|m| m.only_for.is_none()) else {
        return refuse("message_not_found");
    };
    match message
        .reactions
        .iter_mut()
        .find(|(other, _)| *other == name)
    {
        Some((_, users)) if users.contains(&by) => return refuse("already_reacted"),
        Some((_, users)) => users.push(by),
        None => message.reactions.push((name, vec![by])),
    }
    done()
}

pub(super) fn reactions(state: &mut State, call: &Call<'_>) -> Answer {
    let id = call.args.channel()?;
    let ts = call.args.ts("timestamp")?;
    let channel = state.seen(&id, &call.by)?;
    let Some(message) = channel.message(&ts).filter(|m| m.only_for.is_none()) else {
        return refuse("message_not_found");
    };
    Ok(json!({
        "ok": true,
        "type": "message",
        "channel": id,
        "message": message_json(channel, message, false),
    }))
}
