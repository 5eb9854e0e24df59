//! Why Slack will not do it, by what somebody here can do about it.

use serde_json::Value;

use crate::id::SlackUserId;

/// Why Slack will not do it: what somebody here can do something about, and the rest by its code.
/// The codes are those that the methods' own pages list (docs.slack.dev/reference/methods).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The bot is not in that channel.
    #[error("the bot is not in that channel (not_in_channel)")]
    NotInChannel,
    /// No such channel, or a private one that the bot cannot see.
    #[error("no channel that the bot can see (channel_not_found)")]
    ChannelNotFound,
    /// The channel is archived; a bot cannot change that.
    #[error("the channel is archived (is_archived)")]
    IsArchived,
    /// A channel, an archived one perhaps, or a group has that name.
    #[error("the name is taken (name_taken)")]
    NameTaken,
    /// No channel may be called so; `invalid_name_specials` is what a name in Japanese would get
    /// where the workspace does not take it.
    #[error("no channel can have that name ({0})")]
    InvalidName(String),
    /// The text or the blocks are too long.
    #[error("the message is too long")]
    MsgTooLong,
    /// The blocks are not as Slack wants them.
    #[error("the blocks are wrong: {0}")]
    InvalidBlocks(String),
    /// What was sent is not as Slack wants it; for a view, this is what wrong blocks are called.
    #[error("Slack does not take it so (invalid_arguments): {0}")]
    InvalidArguments(String),
    /// The message to be changed is not there.
    #[error("there is no such message (message_not_found)")]
    MessageNotFound,
    /// The message is another's.
    #[error("the message is not ours to change (cant_update_message)")]
    CantUpdate,
    /// The workspace's settings forbid edits after some time.
    #[error("the message is too old to be changed (edit_window_closed)")]
    EditWindowClosed,
    /// Nobody has that id or address; somebody who has left has no address any more.
    #[error("there is no such person ({0})")]
    UserNotFound(String),
    /// Only who is in a channel can be shown something there.
    #[error("that person is not in the channel (user_not_in_channel)")]
    UserNotInChannel,
    /// These could not be invited, each for a reason of its own.
    #[error("{} could not be invited", .0.len())]
    NotInvited(Vec<NotInvited>),
    /// The person's own standing forbids it: a guest, a bot, somebody who has left.
    #[error("that person cannot be had there ({0})")]
    UserRestricted(String),
    /// The workspace's settings do not let the bot do it; an admin could change them.
    #[error("the workspace does not allow the bot to do that ({0})")]
    Forbidden(String),
    /// The workspace's plan has no such thing, as user groups on a free one.
    #[error("the workspace's plan has no such thing ({0})")]
    NotInPlan(String),
    /// There are as many as there can be: pins, bookmarks, people.
    #[error("there is no room for more ({0})")]
    Full(String),
    /// The press, command or shortcut is more than three seconds ago, or was answered already.
    #[error("it is too late to open a dialog for that ({0})")]
    TriggerGone(String),
    /// The view is not shown any more.
    #[error("the view is not there any more (not_found)")]
    ViewNotFound,
    /// Somebody was faster: the view is not as it was.
    #[error("the view has changed in between (hash_conflict)")]
    ViewChanged,
    /// The address that came with a press or a command is used up: 5 answers, 30 minutes.
    #[error("it can be answered there no more ({0})")]
    ResponseUrlGone(String),
    /// The token is wrong, was revoked or has no access to this workspace.
    #[error("the bot token is not accepted ({0})")]
    Auth(String),
    /// The app lacks a permission.
    #[error("the app lacks the scope `{needed}` (it has `{provided}`); add it and reinstall")]
    MissingScope {
        /// What would be needed, as Slack says it.
        needed: String,
        /// What there is, as Slack says it.
        provided: String,
    },
    /// It is already as wanted: `already_in_channel`, `already_archived`, …
    #[error("it is already so ({0})")]
    AlreadyDone(String),
    /// Anything else, by Slack's code.
    #[error("{0}")]
    Other(String),
}

/// Somebody who could not be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInvited {
    /// Who.
    pub user: SlackUserId,
    /// Why not; never [`Refusal::NotInvited`].
    pub why: Refusal,
}

/// The rest of an answer, as far as a refusal says more there.
pub(super) struct Details<'a> {
    pub(super) needed: Option<String>,
    pub(super) provided: Option<String>,
    /// A list of texts, or of objects with a `user` each.
    pub(super) errors: &'a Value,
    pub(super) response_metadata: &'a Value,
}

impl Refusal {
    /// What a code of Slack's means.
    pub(super) fn of(code: String, details: Details<'_>) -> Self {
        let people = not_invited(details.errors);
        if !people.is_empty() {
            return Self::NotInvited(people);
        }
        match code.as_str() {
            "invalid_blocks" | "invalid_blocks_format" => Self::InvalidBlocks(details.said()),
            "invalid_arguments" => Self::InvalidArguments(details.said()),
            "missing_scope" => Self::MissingScope {
                needed: details.needed.unwrap_or_default(),
                provided: details.provided.unwrap_or_default(),
            },
            _ => Self::named(code),
        }
    }

    /// What a code means by itself.
    pub(super) fn named(code: String) -> Self {
        match code.as_str() {
            "not_in_channel" => Self::NotInChannel,
            "channel_not_found" => Self::ChannelNotFound,
            // The second is what an address to answer at says.
            "is_archived" | "channel_is_archived" => Self::IsArchived,
            "name_taken" => Self::NameTaken,
            "no_channel" => Self::InvalidName(code),
            "msg_too_long" | "msg_blocks_too_long" | "too_long" | "view_too_large" => {
                Self::MsgTooLong
            }
            // The second is what a thread is called that nothing is left of.
            "message_not_found" | "thread_not_found" => Self::MessageNotFound,
            "cant_update_message" | "cant_delete_message" => Self::CantUpdate,
            "edit_window_closed" => Self::EditWindowClosed,
            "user_not_found" | "users_not_found" | "no_such_subteam" => Self::UserNotFound(code),
            "user_not_in_channel" => Self::UserNotInChannel,
            "user_is_bot"
            | "user_is_restricted"
            | "user_is_ultra_restricted"
            | "user_is_deactivated"
            | "ura_max_channels"
            | "cant_invite"
            | "invitee_cant_see_channel" => Self::UserRestricted(code),
            "not_authorized" | "permission_denied" | "user_not_visible" | "action_prohibited" => {
                Self::Forbidden(code)
            }
            "plan_upgrade_required" | "paid_teams_only" => Self::NotInPlan(code),
            "too_many_pins" | "too_many_bookmarks" | "too_many_users" | "too_many_members" => {
                Self::Full(code)
            }
            "expired_trigger_id" | "exchanged_trigger_id" | "invalid_trigger_id" => {
                Self::TriggerGone(code)
            }
            "not_found" => Self::ViewNotFound,
            "hash_conflict" => Self::ViewChanged,
            "expired_url" | "used_url" => Self::ResponseUrlGone(code),
            "not_authed"
            | "invalid_auth"
            | "account_inactive"
            | "token_expired"
            | "token_revoked"
            | "not_allowed_token_type"
            | "no_permission"
            | "org_login_required"
            | "ekm_access_denied"
            | "team_access_not_granted"
            | "access_denied" => Self::Auth(code),
            // It is gone, which is what was wanted.
            "no_pin" => Self::AlreadyDone(code),
            _ if code.starts_with("already_") => Self::AlreadyDone(code),
            _ if code.starts_with("invalid_name") => Self::InvalidName(code),
            _ if code.starts_with("restricted_action") => Self::Forbidden(code),
            _ => Self::Other(code),
        }
    }
}

impl Details<'_> {
    /// What Slack says is wrong with the blocks: pointers into them, no text of theirs.
    fn said(&self) -> String {
        let lists = [Some(self.errors), self.response_metadata.get("messages")];
        let said: Vec<&str> = lists
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if said.is_empty() {
            return "no details given".to_owned();
        }
        said.join("; ").chars().take(500).collect()
    }
}

/// Who was not invited, by a list that names each: `[{"user": "U1", "ok": false, "error": …}]`.
pub(super) fn not_invited(errors: &Value) -> Vec<NotInvited> {
    let errors = errors.as_array().into_iter().flatten();
    errors
        .filter_map(|error| {
            let code: String = error["error"].as_str()?.chars().take(100).collect();
            Some(NotInvited {
                user: SlackUserId::from(error["user"].as_str()?),
                why: Refusal::named(code),
            })
        })
        .collect()
}
