//! What Slack's answers mean: done, not done, or no telling.

use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Method;
use super::refusal::{Details, Refusal};
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

/// Reads what comes from an address to answer at: `ok`, or a word in plain text or JSON.
///
/// # Errors
/// Whatever is not done.
pub(super) fn read_hook(answer: &Answer) -> Result<(), SlackError> {
    let envelope = serde_json::from_slice::<Envelope>(&answer.body).ok();
    match answer.status {
        429 => Err(limited(answer)),
        status @ (408 | 500..) => Err(SlackError::Ambiguous {
            why: format!("HTTP {status}"),
        }),
        status => match envelope {
            Some(envelope) if !envelope.ok => Err(refused(envelope, answer)),
            _ if (200..300).contains(&status) => Ok(()),
            _ => {
                let said = String::from_utf8_lossy(&answer.body);
                let word = |c: char| c.is_ascii_lowercase() || c == '_';
                let code = match said.trim() {
                    code if !code.is_empty() && code.len() < 60 && code.chars().all(word) => {
                        code.to_owned()
                    }
                    // A page of somebody before Slack.
                    _ => format!("HTTP {status}"),
                };
                Err(SlackError::Refused(Refusal::named(code)))
            }
        },
    }
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
    match code.as_str() {
        "ratelimited" | "rate_limited" => limited(answer),
        // Slack's own word: these may have happened.
        "internal_error" | "fatal_error" | "service_unavailable" | "update_failed" => {
            SlackError::Ambiguous { why: code }
        }
        // The body came too late or cut short; the workspace is being moved: nothing was done.
        "request_timeout" | "team_added_to_org" => SlackError::NotSent { why: code },
        _ => SlackError::Refused(Refusal::of(
            code,
            Details {
                needed: envelope.needed,
                provided: envelope.provided,
                errors: &envelope.errors,
                response_metadata: &envelope.response_metadata,
            },
        )),
    }
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
                r#"{"ok":false,"error":"invalid_name_specials"}"#,
                Refusal::InvalidName("invalid_name_specials".into()),
            ),
            (
                r#"{"ok":false,"error":"restricted_action_only_owners"}"#,
                Refusal::Forbidden("restricted_action_only_owners".into()),
            ),
            (
                r#"{"ok":false,"error":"invalid_arguments","response_metadata":
                    {"messages":["[ERROR] missing required field: view"]}}"#,
                Refusal::InvalidArguments("[ERROR] missing required field: view".into()),
            ),
            (
                r#"{"ok":false,"error":"user_not_found","errors":[
                    {"user":"U1","ok":false,"error":"user_is_restricted"}, 7, {"user":"U2"}]}"#,
                Refusal::NotInvited(vec![super::super::NotInvited {
                    user: "U1".into(),
                    why: Refusal::UserRestricted("user_is_restricted".into()),
                }]),
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
