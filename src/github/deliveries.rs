//! The App's log of webhooks: what was sent, what nobody took, and what was in it.

use hyper::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::GitHubError;
use super::answer::{lenient, sensible, time};
use super::client::{As, GitHub};
use super::read::{json, segment};

/// One attempt at a delivery, as the log lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Attempt {
    /// The attempt's own number, by which its payload is had.
    pub id: u64,
    /// What the delivery is called in `X-GitHub-Delivery`: the same for all attempts.
    pub guid: String,
    /// When it was sent.
    #[serde(default, deserialize_with = "time")]
    pub delivered_at: Option<Timestamp>,
    /// `OK`, or what went wrong in words.
    #[serde(default, deserialize_with = "lenient")]
    pub status: String,
    /// The status that we answered; 0 where no answer came.
    #[serde(default, deserialize_with = "lenient")]
    pub status_code: u16,
    /// The event's name.
    #[serde(default, deserialize_with = "lenient")]
    pub event: String,
}

impl Attempt {
    /// Whether it was taken.
    pub fn is_ok(&self) -> bool {
        self.status == "OK" || (200..300).contains(&self.status_code)
    }
}

/// A page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    /// The attempts; one that makes no sense is left out.
    pub items: Vec<Attempt>,
    /// What to give for the next page; `None` on the last.
    pub next: Option<String>,
}

/// A delivery with what was in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// What it is called in `X-GitHub-Delivery`.
    pub guid: String,
    /// The event's name.
    pub event: String,
    /// The payload as JSON: the same value, though not letter for letter what was signed.
    pub payload: Vec<u8>,
}

impl GitHub {
    /// `GET /app/hook/deliveries`: a hundred attempts, the newest first; GitHub keeps 3 days of
    /// them, a GitHub Enterprise Server 7.
    pub async fn deliveries(&self, cursor: Option<&str>) -> Result<Attempts, GitHubError> {
        let mut path = "/app/hook/deliveries?per_page=100".to_owned();
        if let Some(cursor) = cursor {
            path = format!("{path}&cursor={}", segment(cursor));
        }
        let answer = self.ask(As::App, Method::GET, &path, None).await?;
        Ok(Attempts {
            items: sensible(json(&answer.body)?),
            next: answer.cursor,
        })
    }

    /// `GET /app/hook/deliveries/{id}`: one attempt with its payload.
    pub async fn delivery(&self, id: u64) -> Result<Pulled, GitHubError> {
        #[derive(Deserialize)]
        struct Whole {
            guid: String,
            event: String,
            request: Request,
        }
        #[derive(Deserialize)]
        struct Request {
            payload: Value,
        }
        let path = format!("/app/hook/deliveries/{id}");
        let answer = self.ask(As::App, Method::GET, &path, None).await?;
        let whole: Whole = json(&answer.body)?;
        Ok(Pulled {
            guid: whole.guid,
            event: whole.event,
            payload: whole.request.payload.to_string().into_bytes(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_taken_is_told_from_what_was_not() {
        for (attempt, ok) in [
            (json!({"status": "OK", "status_code": 202}), true),
            (json!({"status": "OK"}), true),
            (json!({"status_code": 200, "status": null}), true),
            (
                json!({"status": "Invalid HTTP Response: 503", "status_code": 503}),
                false,
            ),
            (json!({"status": "timed out", "status_code": 0}), false),
            (json!({"status": 7, "delivered_at": "never"}), false),
        ] {
            let mut all = attempt;
            all["id"] = 1.into();
            all["guid"] = "g".into();
            let attempt: Attempt = serde_json::from_value(all.clone()).unwrap();
            assert_eq!(attempt.is_ok(), ok, "{all}");
        }
    }
}
