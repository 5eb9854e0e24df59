//! What senders sign with, and whether they did: over the raw bytes, in constant time.

use std::fmt;

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use super::refusal::Refusal;

/// Slack's advice: a signature that is older is a replay.
const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// The secrets of both senders. An empty one locks its door: nothing is accepted there.
#[derive(Clone)]
pub struct Secrets {
    github: Option<Hmac<Sha256>>,
    slack: Option<Hmac<Sha256>>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// Takes the webhook secret of the GitHub App and the signing secret of the Slack app.
    pub fn new(github_webhook: &str, slack_signing: &str) -> Self {
        Self {
            github: keyed(github_webhook),
            slack: keyed(slack_signing),
        }
    }

    /// `X-Hub-Signature-256: sha256=<hex of HMAC-SHA256 over the body>`.
    pub(super) fn verify_github(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
        let mac = self.github.clone().ok_or(Refusal::NoSecret)?;
        let claimed = signature(headers, "x-hub-signature-256", b"sha256=")?;
        check(mac.chain_update(body), &claimed)
    }

    /// `X-Slack-Signature: v0=<hex of HMAC-SHA256 over "v0:<timestamp>:<body>">`, with
    /// `X-Slack-Request-Timestamp` in seconds.
    pub(super) fn verify_slack(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mac = self.slack.clone().ok_or(Refusal::NoSecret)?;
        let claimed = signature(headers, "x-slack-signature", b"v0=")?;
        let seconds = headers
            .get("x-slack-request-timestamp")
            .and_then(|value| value.to_str().ok())
            .ok_or(Refusal::NoSignature)?;
        let signed = mac
            .chain_update("v0:")
            .chain_update(seconds)
            .chain_update(":")
            .chain_update(body);
        check(signed, &claimed)?;
        let signed_at = seconds
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .ok_or(Refusal::NoSignature)?;
        if now.duration_since(signed_at).abs() > FRESH {
            return Err(Refusal::Stale);
        }
        Ok(())
    }
}

fn keyed(secret: &str) -> Option<Hmac<Sha256>> {
    if secret.is_empty() {
        return None;
    }
    // HMAC takes a key of any length.
    Hmac::new_from_slice(secret.as_bytes()).ok()
}

fn signature(headers: &HeaderMap, name: &str, prefix: &[u8]) -> Result<[u8; 32], Refusal> {
    let mut claimed = [0; 32];
    headers
        .get(name)
        .and_then(|value| value.as_bytes().strip_prefix(prefix))
        .and_then(|digits| hex::decode_to_slice(digits, &mut claimed).ok())
        .ok_or(Refusal::NoSignature)?;
    Ok(claimed)
}

fn check(mac: Hmac<Sha256>, claimed: &[u8; 32]) -> Result<(), Refusal> {
    mac.verify_slice(claimed).map_err(|_| Refusal::BadSignature)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value).unwrap();
                (axum::http::HeaderName::from_static(name), value)
            })
            .collect()
    }

    /// The example of GitHub's documentation on validating deliveries.
    #[test]
    fn githubs_own_example_verifies() {
        let secrets = Secrets::new("It's a Secret to Everybody", "");
        let right = headers(&[(
            "x-hub-signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        )]);
        assert!(secrets.verify_github(&right, b"Hello, World!").is_ok());
        let other = secrets.verify_github(&right, b"Hello, World?");
        assert!(matches!(other, Err(Refusal::BadSignature)));
    }

    /// The example of Slack's documentation on verifying requests.
    #[test]
    fn slacks_own_example_verifies_for_five_minutes() {
        let secrets = Secrets::new("", "8f742231b10e8888abcd99yyyzzz85a5");
        let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
            &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
            &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
            %2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
            &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let right = headers(&[
            (
                "x-slack-signature",
                "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
            ),
            ("x-slack-request-timestamp", "1531420618"),
        ]);
        let at = |seconds: i64| Timestamp::from_second(1_531_420_618 + seconds).unwrap();
        for (late, fresh) in [
            (0, true),
            (300, true),
            (-300, true),
            (301, false),
            (-301, false),
        ] {
            let verdict = secrets.verify_slack(&right, body, at(late));
            assert_eq!(verdict.is_ok(), fresh, "{late} s");
        }
    }

    #[test]
    fn without_a_secret_the_door_is_locked() {
        let secrets = Secrets::new("", "");
        // What HMAC with an empty key would accept.
        let empty = headers(&[(
            "x-hub-signature-256",
            "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
        )]);
        let verdict = secrets.verify_github(&empty, b"");
        assert!(matches!(verdict, Err(Refusal::NoSecret)));
    }

    #[test]
    fn garbage_is_no_signature_and_shows_no_secret() {
        let secrets = Secrets::new("s3cret", "s3cret");
        for garbage in [
            "",
            "sha256=",
            "sha256=zz",
            "sha1=00",
            "sha256=00",
            "757107ea",
        ] {
            let verdict = secrets.verify_github(&headers(&[("x-hub-signature-256", garbage)]), b"");
            assert!(matches!(verdict, Err(Refusal::NoSignature)), "{garbage}");
        }
        assert!(!format!("{secrets:?}").contains("s3cret"));
    }
}
