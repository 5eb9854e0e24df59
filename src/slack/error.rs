//! What Slack's answers mean: done, not done, or no telling.

use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Method;
use crate::wire::{Answer, Lost};

/// What Slack asks for when it says `429` and not how long.
const UNSAID: i64 = 30;
/// The longest that is waited on Slack's word, in seconds; then it is asked again.
const LONGEST: i64 = 600;

/// A call that did not go well. Only [`SlackError::Ambiguous`] can have happened all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlackError {
    /// Not done: too much was asked, and this method is closed for so long.
    #[error("Slack asks to wait {} s", retry_after.as_secs())]
    RateLimited {
        /// How long to ask nothing of this method; 1 s to 10 min.
        retry_after: SignedDuration,
    },
    /// It may be done or not. Look before it is tried again; never post blindly a second time.
    /// Of a read it only means that there is no answer.
    #[error("Slack may have done it or not: {why}")]
    Ambiguous {
        /// For the log.
        why: String,
    },
    /// Not done, and asking the same again will not help.
    #[error("Slack refuses: {0}")]
    Refused(Refusal),
    /// Not done: it never reached Slack, or Slack could not take it just now. Try again later.
    #[error("it did not reach Slack: {why}")]
    NotSent {
        /// For the log.
        why: String,
    },
    /// A read whose answer makes no sense.
    #[error("Slack's answer cannot be read: {why}")]
    Unreadable {
        /// For the log.
        why: String,
    },
}

/// Why Slack will not do it: what somebody here can do something about, and the rest by its code.
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
    /// The text or the blocks are too long.
    #[error("the message is too long")]
    MsgTooLong,
    /// The blocks are not as Slack wants them.
    #[error("the blocks are wrong: {0}")]
    InvalidBlocks(String),
    /// The message to be changed is not there.
    #[error("there is no such message (message_not_found)")]
    MessageNotFound,
    /// The message is another's.
    #[error("the message is not ours to change (cant_update_message)")]
    CantUpdate,
    /// The workspace's settings forbid edits after some time.
    #[error("the message is too old to be changed (edit_window_closed)")]
    EditWindowClosed,
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

impl SlackError {
    /// Whether it can have happened.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }

    /// Whether the same call may do when Slack is back, or less busy.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }

    /// How a lost call is told.
    pub(super) fn lost(lost: Lost) -> Self {
        match lost {
            Lost::NotSent(why) => Self::NotSent { why },
            Lost::Unknown(why) => Self::Ambiguous { why },
        }
    }
}

/// What all of Slack's answers have in common.
#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    needed: Option<String>,
    #[serde(default)]
    provided: Option<String>,
    #[serde(default)]
    errors: serde_json::Value,
    #[serde(default)]
    response_metadata: serde_json::Value,
}

/// Reads an answer. The status comes first, since what stands before Slack (a proxy, a load
/// balancer) answers in pages and not in JSON.
///
/// # Errors
/// Whatever is not `ok: true` in the shape that was asked for.
pub(super) fn read<T: DeserializeOwned>(method: Method, answer: &Answer) -> Result<T, SlackError> {
    let unreadable = |why: String| {
        if method.writes() {
            SlackError::Ambiguous { why }
        } else {
            SlackError::Unreadable { why }
        }
    };
    match answer.status {
        429 => return Err(limited(answer)),
        // 408: somebody before Slack has lost patience with somebody behind them.
        status @ (408 | 500..) => {
            return Err(SlackError::Ambiguous {
                why: format!("HTTP {status}"),
            });
        }
        // Slack says 200 even of what it refuses. This is mostly not its own word on the call,
        // but the plain no of what stands before it.
        status if !(200..300).contains(&status) => {
            return Err(match serde_json::from_slice::<Envelope>(&answer.body) {
                Ok(envelope) if !envelope.ok => refused(envelope, answer),
                _ => SlackError::Refused(Refusal::Other(format!("HTTP {status}"))),
            });
        }
        _ => {}
    }
    let envelope: Envelope = serde_json::from_slice(&answer.body)
        .map_err(|error| unreadable(format!("no answer of Slack's: {error}")))?;
    if !envelope.ok {
        return Err(refused(envelope, answer));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|error| unreadable(format!("`{}` answered oddly: {error}", method.name())))
}

fn limited(answer: &Answer) -> SlackError {
    let seconds = answer
        .header(&reqwest::header::RETRY_AFTER)
        .and_then(|text| text.trim().parse::<u64>().ok())
        .map_or(UNSAID, |seconds| i64::try_from(seconds).unwrap_or(LONGEST));
    SlackError::RateLimited {
        retry_after: SignedDuration::from_secs(seconds.clamp(1, LONGEST)),
    }
}

fn refused(envelope: Envelope, answer: &Answer) -> SlackError {
    let code: String = envelope
        .error
        .unwrap_or_else(|| "no reason given".to_owned())
        .chars()
        .take(100)
        .collect();
    SlackError::Refused(match code.as_str() {
        "ratelimited" | "rate_limited" => return limited(answer),
        // Slack's own word: these may have happened.
        "internal_error" | "fatal_error" | "service_unavailable" | "update_failed" => {
            return SlackError::Ambiguous { why: code };
        }
        // The body came too late or cut short; the workspace is being moved: nothing was done.
        "request_timeout" | "team_added_to_org" => return SlackError::NotSent { why: code },
        "not_in_channel" => Refusal::NotInChannel,
        "channel_not_found" => Refusal::ChannelNotFound,
        "is_archived" => Refusal::IsArchived,
        "name_taken" => Refusal::NameTaken,
        "msg_too_long" | "msg_blocks_too_long" => Refusal::MsgTooLong,
        "invalid_blocks" | "invalid_blocks_format" => {
            Refusal::InvalidBlocks(details(&envelope.errors, &envelope.response_metadata))
        }
        "message_not_found" => Refusal::MessageNotFound,
        "cant_update_message" | "cant_delete_message" => Refusal::CantUpdate,
        "edit_window_closed" => Refusal::EditWindowClosed,
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
        | "access_denied" => Refusal::Auth(code),
        "missing_scope" => Refusal::MissingScope {
            needed: envelope.needed.unwrap_or_default(),
            provided: envelope.provided.unwrap_or_default(),
        },
        _ if code.starts_with("already_") => Refusal::AlreadyDone(code),
        _ => Refusal::Other(code),
    })
}

/// What Slack says is wrong with the blocks: pointers into them, no text of theirs.
fn details(errors: &serde_json::Value, response_metadata: &serde_json::Value) -> String {
    let lists = [Some(errors), response_metadata.get("messages")];
    let said: Vec<&str> = lists
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_array)
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    if said.is_empty() {
        return "no details given".to_owned();
    }
    said.join("; ").chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    use serde_json::Value;

    use super::*;

    fn answer(status: u16, retry_after: Option<&str>, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_str(text).unwrap());
        }
        Answer {
            status,
            headers,
            body: body.to_owned().into(),
        }
    }

    fn post(status: u16, body: &str) -> SlackError {
        read::<Value>(Method::Post, &answer(status, None, body)).unwrap_err()
    }

    #[test]
    fn what_may_have_happened_is_told_from_what_has_not() {
        let ambiguous = [
            (500, ""),
            (408, ""),
            (502, "<html>"),
            (503, r#"{"ok":false,"error":"service_unavailable"}"#),
            (200, r#"{"ok":false,"error":"internal_error"}"#),
            (200, r#"{"ok":false,"error":"fatal_error"}"#),
            (200, ""),
            (200, "<html>sign in to the wifi</html>"),
            (200, r#"{"error":"x"}"#),
            (200, r#"{"ok":true"#),
        ];
        for (status, body) in ambiguous {
            assert!(post(status, body).may_have_happened(), "{status} {body}");
        }
        let definite = [
            (302, ""),
            (404, "<html>"),
            (413, ""),
            (429, ""),
            (200, r#"{"ok":false}"#),
            (200, r#"{"ok":false,"error":"request_timeout"}"#),
            (200, r#"{"ok":false,"error":"ratelimited"}"#),
            (200, r#"{"ok":false,"error":"invalid_blocks"}"#),
            (200, r#"{"ok":false,"error":"something_new"}"#),
        ];
        for (status, body) in definite {
            assert!(!post(status, body).may_have_happened(), "{status} {body}");
        }
    }

    #[test]
    fn an_odd_answer_is_only_ambiguous_for_a_write() {
        let odd = answer(200, None, "{}");
        let read = read::<Value>(Method::History, &odd);
        assert!(matches!(read, Err(SlackError::Unreadable { .. })));
    }

    #[test]
    fn a_write_that_answers_ok_without_what_was_asked_is_ambiguous() {
        #[derive(Debug, Deserialize)]
        struct Posted {
            #[serde(rename = "ts")]
            _ts: String,
        }
        let odd = answer(200, None, r#"{"ok":true}"#);
        let outcome = read::<Posted>(Method::Post, &odd);
        assert!(outcome.unwrap_err().may_have_happened());
    }

    #[test]
    fn retry_after_is_obeyed_within_reason() {
        for (said, seconds) in [
            (Some("7"), 7),
            (Some(" 12 "), 12),
            (Some("0"), 1),
            (None, 30),
            (Some("soon"), 30),
            (Some("-1"), 30),
            (Some("99999999999999999999"), 30),
            (Some("9999999999999999999"), 600),
            (Some("86400"), 600),
        ] {
            let error = read::<Value>(Method::Post, &answer(429, said, "")).unwrap_err();
            let retry_after = SignedDuration::from_secs(seconds);
            assert_eq!(error, SlackError::RateLimited { retry_after }, "{said:?}");
        }
    }

    #[test]
    fn refusals_have_names() {
        for (body, refusal) in [
            (
                r#"{"ok":false,"error":"not_in_channel"}"#,
                Refusal::NotInChannel,
            ),
            (r#"{"ok":false,"error":"is_archived"}"#, Refusal::IsArchived),
            (
                r#"{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"commands"}"#,
                Refusal::MissingScope {
                    needed: "chat:write".into(),
                    provided: "commands".into(),
                },
            ),
            (
                r#"{"ok":false,"error":"invalid_blocks","errors":["must be a string [/0/text]"],
                    "response_metadata":{"messages":["[ERROR] more"]}}"#,
                Refusal::InvalidBlocks("must be a string [/0/text]; [ERROR] more".into()),
            ),
            (
                r#"{"ok":false,"error":"already_in_channel"}"#,
                Refusal::AlreadyDone("already_in_channel".into()),
            ),
            (
                r#"{"ok":false,"error":"token_revoked"}"#,
                Refusal::Auth("token_revoked".into()),
            ),
            (
                r#"{"ok":false,"error":"odd"}"#,
                Refusal::Other("odd".into()),
            ),
        ] {
            assert_eq!(post(200, body), SlackError::Refused(refusal));
        }
    }
}
