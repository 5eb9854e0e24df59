//! How channels change, whoever changes them: somebody in the client or a call of the Web API.

use jiff::Timestamp;

use super::events::{self, Change};
use super::names;
use super::refusal::{Refusal, refuse};
use super::state::State;
use crate::id::{ChannelId, SlackUserId};

/// Makes a channel, if its name may be and is free.
pub(super) fn create(
    state: &mut State,
    name: &str,
    by: &SlackUserId,
    private: bool,
    now: Timestamp,
) -> Result<ChannelId, Refusal> {
    names::check(name, state.settings.japanese_names)?;
    if state.name_is_taken(name) {
        return refuse("name_taken");
    }
    let id = state.add_channel(name, private, by, now);
    events::channel(state, &id, Change::Created, by, now);
    Ok(id)
}

/// Archives a channel; programs are taken out of it.
pub(super) fn archive(state: &mut State, id: &ChannelId, by: &SlackUserId, now: Timestamp) {
    events::channel(state, id, Change::Archived, by, now);
    let programs: Vec<SlackUserId> = state
        .users
        .values()
        .filter(|user| user.bot)
        .map(|user| user.id.clone())
        .collect();
    if let Some(channel) = state.channels.get_mut(id) {
        channel.archived = true;
        channel.system(
            "channel_archive",
            by,
            format!("<@{by}> archived the channel"),
            now,
        );
        channel.members.retain(|member| !programs.contains(member));
    }
}

/// Opens an archived channel again; programs stay out.
pub(super) fn unarchive(state: &mut State, id: &ChannelId, by: &SlackUserId, now: Timestamp) {
    if let Some(channel) = state.channels.get_mut(id) {
        channel.archived = false;
    }
    events::channel(state, id, Change::Unarchived, by, now);
}

/// Renames a channel, if the name may be and is free.
pub(super) fn rename(
    state: &mut State,
    id: &ChannelId,
    name: &str,
    by: &SlackUserId,
    now: Timestamp,
) -> Result<(), Refusal> {
    names::check(name, state.settings.japanese_names)?;
    let Some(channel) = state.channels.get(id) else {
        return refuse("channel_not_found");
    };
    if channel.name != name && state.name_is_taken(name) {
        return refuse("name_taken");
    }
    if let Some(channel) = state.channels.get_mut(id) {
        let old = std::mem::replace(&mut channel.name, name.to_owned());
        let text = format!("<@{by}> has renamed the channel from \"{old}\" to \"{name}\"");
        channel.previous.push(old);
        channel.system("channel_name", by, text, now);
    }
    events::channel(state, id, Change::Renamed, by, now);
    Ok(())
}

/// Puts somebody into a channel.
pub(super) fn add_member(
    state: &mut State,
    id: &ChannelId,
    who: &SlackUserId,
    inviter: Option<&SlackUserId>,
    now: Timestamp,
) {
    let by_app = inviter.is_some_and(|inviter| *inviter == state.bot);
    let Some(channel) = state.channels.get_mut(id).filter(|c| !c.has(who)) else {
        return;
    };
    channel.members.push(who.clone());
    if by_app {
        channel.invited.push(who.clone());
    }
    channel.system(
        "channel_join",
        who,
        format!("<@{who}> has joined the channel"),
        now,
    );
    events::joined(state, id, who, inviter, now);
}

/// Takes somebody out of a channel.
pub(super) fn remove_member(state: &mut State, id: &ChannelId, who: &SlackUserId, now: Timestamp) {
    let Some(channel) = state.channels.get_mut(id).filter(|c| c.has(who)) else {
        return;
    };
    channel.members.retain(|member| member != who);
    channel.system(
        "channel_leave",
        who,
        format!("<@{who}> has left the channel"),
        now,
    );
    events::left(state, id, who, now);
}
