//! The methods of the Web API.

mod channels;
mod chat;
pub(super) mod content;
mod groups;
mod history;
mod members;
mod people;
mod pinned;
mod views;

use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) use chat::{link_to, remove as remove_message};
pub(super) use groups::{
    change as change_group, check as check_group, group_json, may as may_manage,
};
pub(super) use history::message_json;
pub(super) use views::{STACK, lay, problems as view_problems, with_ids as view_with_ids};

use super::args::Args;
use super::door;
use super::refusal::{Refusal, refuse};
use super::state::State;
use crate::id::SlackUserId;

/// A call that may be done.
pub(super) struct Call<'a> {
    pub(super) args: &'a Args,
    /// Whose token it came with.
    pub(super) by: SlackUserId,
    pub(super) now: Timestamp,
}

/// What a method answers.
pub(super) type Answer = Result<Value, Refusal>;

/// `{"ok": true}`
fn done() -> Answer {
    Ok(json!({ "ok": true }))
}

/// Does what `method` says.
pub(super) fn perform(state: &mut State, method: &str, call: &Call<'_>) -> Answer {
    match method {
        "api.test" => done(),
        "auth.test" => door::auth_test(state, call),
        "team.info" => people::team_info(state),
        "chat.postMessage" => chat::post(state, call),
        "chat.postEphemeral" => chat::post_ephemeral(state, call),
        "chat.update" => chat::update(state, call),
        "chat.delete" => chat::delete(state, call),
        "chat.getPermalink" => chat::permalink(state, call),
        "conversations.create" => channels::create(state, call),
        "conversations.list" => channels::list(state, call),
        "conversations.info" => channels::info(state, call),
        "conversations.archive" => channels::archive(state, call),
        "conversations.unarchive" => channels::unarchive(state, call),
        "conversations.rename" => channels::rename(state, call),
        "conversations.setTopic" => channels::set_topic(state, call),
        "conversations.setPurpose" => channels::set_purpose(state, call),
        "conversations.history" => history::history(state, call),
        "conversations.replies" => history::replies(state, call),
        "conversations.open" => members::open(state, call),
        "conversations.join" => members::join(state, call),
        "conversations.leave" => members::leave(state, call),
        "conversations.invite" => members::invite(state, call),
        "conversations.kick" => members::kick(state, call),
        "conversations.members" => members::list(state, call),
        "pins.add" => pinned::pin(state, call),
        "pins.remove" => pinned::unpin(state, call),
        "pins.list" => pinned::pins(state, call),
        "bookmarks.add" => pinned::bookmark(state, call),
        "bookmarks.list" => pinned::bookmarks(state, call),
        "reactions.add" => pinned::react(state, call),
        "reactions.get" => pinned::reactions(state, call),
        "users.list" => people::list(state, call),
        "users.info" => people::info(state, call),
        "users.lookupByEmail" => people::by_email(state, call),
        "users.conversations" => channels::of_user(state, call),
        "usergroups.list" => groups::list(state, call),
        "usergroups.create" => groups::create(state, call),
        "usergroups.update" => groups::update(state, call),
        "usergroups.enable" => groups::set_enabled(state, call, true),
        "usergroups.disable" => groups::set_enabled(state, call, false),
        "usergroups.users.list" => groups::users(state, call),
        "usergroups.users.update" => groups::set_users(state, call),
        "views.open" => views::open(state, call),
        "views.push" => views::push(state, call),
        "views.update" => views::update(state, call),
        "views.publish" => views::publish(state, call),
        _ => refuse("unknown_method"),
    }
}
