//! Why a request is not taken, as its sender is told: short, and nothing of our inside.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::store::StoreError;

/// Why a request is not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The header with the signature is missing or no signature.
    NoSignature,
    /// The signature is not that of these bytes under our secret.
    BadSignature,
    /// We have no secret to check with.
    NoSecret,
    /// The signature is too old, or from the future: a replay, or a wrong clock.
    Stale,
    /// The body is longer than allowed.
    TooLarge,
    /// The body did not come in time.
    SlowBody,
    /// The body ended early or was malformed.
    BrokenBody,
    /// A header that is needed is missing or no plain text.
    Header(&'static str),
    /// GitHub was set to send forms.
    Form,
    /// The body is not what it must be.
    Body(&'static str),
    /// It could not be stored.
    NotStored(StoreError),
    /// It was not stored in time.
    Late,
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NoSignature | Self::BadSignature | Self::NoSecret | Self::Stale => {
                StatusCode::UNAUTHORIZED
            }
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Self::BrokenBody | Self::Header(_) | Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::Form => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotStored(_) | Self::Late => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A word for metrics.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::NoSignature => "no_signature",
            Self::BadSignature => "bad_signature",
            Self::NoSecret => "no_secret",
            Self::Stale => "stale",
            Self::TooLarge => "too_large",
            Self::SlowBody => "slow_body",
            Self::BrokenBody => "broken_body",
            Self::Header(_) => "header",
            Self::Form => "form",
            Self::Body(_) => "body",
            Self::NotStored(_) => "not_stored",
            Self::Late => "late",
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::NoSignature => "The signature is missing or malformed.".to_owned(),
            // Which of the two it is, is the operator's business; the log tells.
            Self::BadSignature | Self::NoSecret => "The signature does not match.".to_owned(),
            Self::Stale => "The signature is too old.".to_owned(),
            Self::TooLarge => "The body is too large.".to_owned(),
            Self::SlowBody => "The body did not come in time.".to_owned(),
            Self::BrokenBody => "The body could not be read.".to_owned(),
            Self::Header(name) => format!("The header {name} is missing or malformed."),
            Self::Form => {
                "Set the webhook's content type to application/json in its settings.".to_owned()
            }
            Self::Body(what) => format!("The body is not {what}."),
            Self::NotStored(_) => "The delivery could not be stored. Send it again.".to_owned(),
            Self::Late => "The delivery was not stored in time. Send it again.".to_owned(),
        }
    }

    /// One line in the log: why, and which delivery; never a signature or a body.
    pub(super) fn log(&self, door: &'static str, headers: &HeaderMap) {
        let status = self.status().as_u16();
        let delivery = shown(headers.get("x-github-delivery"));
        let reason = self.reason();
        match self {
            Self::NotStored(error) => {
                // The store has told of the trouble, and the metrics count the refusals.
                tracing::debug!(door, status, reason, delivery, %error, "refused");
            }
            Self::Late => tracing::debug!(door, status, reason, delivery, "refused"),
            Self::NoSecret => {
                tracing::error!(
                    door,
                    status,
                    reason,
                    "refused: no secret is configured for it"
                );
            }
            Self::Header(what) | Self::Body(what) => {
                tracing::warn!(door, status, reason, what, delivery, "refused");
            }
            _ => tracing::warn!(door, status, reason, delivery, "refused"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status(), format!("{}\n", self.sentence())).into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("5");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }
}

/// A header as it may stand in a log: a line's worth, and nothing but plain characters.
fn shown(value: Option<&HeaderValue>) -> String {
    value
        .map(HeaderValue::as_bytes)
        .unwrap_or_default()
        .iter()
        .take(64)
        .map(|byte| match byte {
            b'!'..=b'~' => char::from(*byte),
            _ => '?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_header_is_harmless_in_a_log() {
        let hostile = HeaderValue::from_bytes(b"a\tb\xffc").unwrap();
        assert_eq!(shown(Some(&hostile)), "a?b?c");
        let long = HeaderValue::from_str(&"x".repeat(5_000)).unwrap();
        assert_eq!(shown(Some(&long)).len(), 64);
    }

    #[test]
    fn the_sender_is_not_told_what_the_database_says() {
        let refusal = Refusal::NotStored(StoreError::Other("/var/lib/secret".to_owned()));
        assert!(!refusal.sentence().contains("secret"));
    }
}
