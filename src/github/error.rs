//! What GitHub's answers mean: done, not done, or no telling.

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;

use crate::wire::Lost;

/// The longest that is waited on GitHub's word; its own hour is the longest that it means.
const LONGEST: SignedDuration = SignedDuration::from_mins(65);

/// How long to ask nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// From the answer on.
    For(SignedDuration),
    /// Until this time by GitHub's clock.
    Until(Timestamp),
}

impl Wait {
    /// When to ask again, for an answer that came `now`: after 1 s at the least, 65 min at the
    /// most, however the clocks stand to each other.
    pub fn until(self, now: Timestamp) -> Timestamp {
        let span = match self {
            Self::For(span) => span,
            Self::Until(when) => when.duration_since(now),
        };
        let span = span.clamp(SignedDuration::from_secs(1), LONGEST);
        now.saturating_add(span).unwrap_or(now)
    }
}

/// A call that did not go well. Only [`GitHubError::Ambiguous`] can have happened all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitHubError {
    /// Not done: too much was asked.
    #[error("GitHub asks to wait")]
    RateLimited {
        /// How long to ask nothing; see [`Wait::until`].
        wait: Wait,
    },
    /// It may be done or not. Look before it is tried again. Of a read it only means that there
    /// is no answer.
    #[error("GitHub may have done it or not: {why}")]
    Ambiguous {
        /// For the log.
        why: String,
    },
    /// Not there, or not for us to see: GitHub does not say which. A little after a webhook it
    /// may also mean "not yet".
    #[error("GitHub has no {what}, or none that the App may see")]
    NotFound {
        /// The path.
        what: String,
        /// Whether GitHub does say: it was there and was deleted.
        gone: bool,
    },
    /// Not done, and asking the same again will not help.
    #[error("GitHub refuses ({status}): {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// GitHub's sentence.
        message: String,
    },
    /// Not done: GitHub does not take us for the App, or the App is not installed.
    #[error("{why}")]
    Auth {
        /// What to look at, for whoever runs this.
        why: String,
    },
    /// Not done: it never reached GitHub. Try again later.
    #[error("it did not reach GitHub: {why}")]
    NotSent {
        /// For the log.
        why: String,
    },
    /// A read whose answer makes no sense.
    #[error("GitHub's answer cannot be read: {why}")]
    Unreadable {
        /// For the log.
        why: String,
    },
}

impl GitHubError {
    /// Whether it can have happened.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }

    /// The same failure, of a call that only prepared another: that other was not sent.
    pub(super) fn before_the_call(self) -> Self {
        match self {
            Self::Ambiguous { why } | Self::Unreadable { why } => Self::NotSent { why },
            // Not what was asked for is missing, but who would ask.
            Self::NotFound { what, .. } => Self::Auth {
                why: format!("GitHub has no {what} (any more)"),
            },
            other => other,
        }
    }

    /// Whatever went wrong below octocrab, or in it.
    pub(super) fn from_octocrab(error: octocrab::Error) -> Self {
        match error {
            octocrab::Error::GitHub { source, .. } => {
                let headers = source.headers.clone().unwrap_or_default();
                Self::refusal(
                    source.status_code.as_u16(),
                    &headers,
                    &source.message,
                    "installation of the App",
                )
            }
            octocrab::Error::Service { source, .. } => match source.downcast::<Lost>() {
                Ok(lost) => match *lost {
                    Lost::NotSent(why) => Self::NotSent { why },
                    Lost::Unknown(why) => Self::Ambiguous { why },
                },
                Err(other) => Self::Ambiguous {
                    why: short(&other.to_string()),
                },
            },
            octocrab::Error::JWT { .. } => Self::Auth {
                why: "the App's private key cannot sign (GITHUB_PRIVATE_KEY)".to_owned(),
            },
            octocrab::Error::Uri { .. }
            | octocrab::Error::UriParse { .. }
            | octocrab::Error::Http { .. }
            | octocrab::Error::InvalidHeaderValue { .. } => Self::NotSent {
                why: "the request cannot be written".to_owned(),
            },
            // The rest is about answers that came and made no sense. Their own words may quote
            // what came, a token for one: they are not repeated.
            _ => Self::Ambiguous {
                why: "an answer that makes no sense".to_owned(),
            },
        }
    }

    /// Judges an answer by status and headers; `None` when it went well.
    pub(super) fn judge(status: u16, headers: &HeaderMap, body: &[u8], what: &str) -> Option<Self> {
        #[derive(Deserialize, Default)]
        struct Said {
            #[serde(default)]
            message: String,
            #[serde(default)]
            errors: serde_json::Value,
        }
        if (200..300).contains(&status) {
            return None;
        }
        let said: Said = serde_json::from_slice(body).unwrap_or_default();
        let message = match &said.errors {
            serde_json::Value::Null => said.message,
            errors => format!("{} {errors}", said.message),
        };
        Some(Self::refusal(status, headers, &message, what))
    }

    fn refusal(status: u16, headers: &HeaderMap, message: &str, what: &str) -> Self {
        if let (403 | 429, Some(wait)) = (status, limit(status, headers, message)) {
            return Self::RateLimited { wait };
        }
        match status {
            // 408: somebody before GitHub has lost patience with somebody behind them.
            408 | 500.. => Self::Ambiguous {
                why: format!("HTTP {status}"),
            },
            401 => Self::Auth {
                why: "GitHub does not accept the App's credentials; is GITHUB_PRIVATE_KEY a key \
                      of GITHUB_APP_ID, and the clock right?"
                    .to_owned(),
            },
            404 | 410 => Self::NotFound {
                what: what.to_owned(),
                gone: status == 410,
            },
            _ => Self::Refused {
                status,
                message: short(message),
            },
        }
    }
}

/// GitHub's three ways to say "too much", in the order in which it wants them read.
fn limit(status: u16, headers: &HeaderMap, message: &str) -> Option<Wait> {
    let number = |name: &str| -> Option<i64> { headers.get(name)?.to_str().ok()?.parse().ok() };
    if let Some(seconds) = number(RETRY_AFTER.as_str()) {
        return Some(Wait::For(SignedDuration::from_secs(seconds)));
    }
    if number("x-ratelimit-remaining") == Some(0) {
        let reset = number("x-ratelimit-reset").and_then(|at| Timestamp::from_second(at).ok());
        return Some(reset.map_or(Wait::For(SignedDuration::from_mins(1)), Wait::Until));
    }
    // A 403 of the secondary limit may carry no header at all, only these words.
    let message = message.to_lowercase();
    let said = message.contains("rate limit") || message.contains("abuse detection");
    (status == 429 || said).then_some(Wait::For(SignedDuration::from_mins(1)))
}

fn short(text: &str) -> String {
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(status: u16, headers: &[(&'static str, &str)], body: &str) -> GitHubError {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                let name = reqwest::header::HeaderName::from_static(name);
                (name, value.parse().unwrap())
            })
            .collect();
        GitHubError::judge(status, &headers, body.as_bytes(), "/x").unwrap()
    }

    #[test]
    fn too_much_is_told_from_not_allowed() {
        let minute = Wait::For(SignedDuration::from_mins(1));
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        for (status, headers, message, wait) in [
            (429, &[][..], "", Some(minute)),
            (
                403,
                &[("retry-after", "7")],
                "",
                Some(Wait::For(SignedDuration::from_secs(7))),
            ),
            (
                403,
                &[
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1700000000"),
                ],
                "",
                Some(Wait::Until(at)),
            ),
            (403, &[("x-ratelimit-remaining", "0")], "", Some(minute)),
            (
                403,
                &[],
                "You have exceeded a secondary rate limit.",
                Some(minute),
            ),
            (
                403,
                &[
                    ("x-ratelimit-remaining", "4999"),
                    ("x-ratelimit-reset", "1700000000"),
                ],
                "Resource not accessible by integration",
                None,
            ),
        ] {
            let body = serde_json::json!({"message": message}).to_string();
            let wanted = match wait {
                Some(wait) => GitHubError::RateLimited { wait },
                None => GitHubError::Refused {
                    status,
                    message: message.to_owned(),
                },
            };
            assert_eq!(judge(status, headers, &body), wanted);
        }
    }

    #[test]
    fn a_wait_is_never_absurd() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        for (wait, seconds) in [
            (Wait::For(SignedDuration::from_secs(-5)), 1),
            (Wait::For(SignedDuration::from_secs(7)), 7),
            (Wait::For(SignedDuration::MAX), 3_900),
            (Wait::Until(Timestamp::MIN), 1),
            (Wait::Until(Timestamp::MAX), 3_900),
            (
                Wait::Until(Timestamp::from_second(1_700_000_600).unwrap()),
                600,
            ),
        ] {
            let until = wait.until(now).duration_since(now);
            assert_eq!(until, SignedDuration::from_secs(seconds), "{wait:?}");
        }
    }

    #[test]
    fn what_may_have_happened_is_told_from_what_has_not() {
        for (status, ambiguous) in [
            (500, true),
            (502, true),
            (408, true),
            (422, false),
            (400, false),
        ] {
            assert_eq!(
                judge(status, &[], "<html>").may_have_happened(),
                ambiguous,
                "{status}"
            );
        }
        assert!(matches!(
            judge(404, &[], "{}"),
            GitHubError::NotFound { .. }
        ));
        assert!(matches!(judge(401, &[], "{}"), GitHubError::Auth { .. }));
    }
}
