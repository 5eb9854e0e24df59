//! GitHub's door.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::IgnoredAny;

use super::Hall;
use super::metrics::Outcome;
use super::refusal::Refusal;
use crate::id::DeliveryId;
use crate::store::{Incoming, Kept, Source, StoreError};

/// What the engine does not read is counted under this name: a sender chooses the names.
const OTHER: &str = "other";

/// `POST /github/webhooks`.
pub(super) async fn webhook(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let _inside = hall.doors.metrics.enters();
    let (head, body) = request.into_parts();
    let work = receive(&hall, &head.headers, body);
    let result = tokio::time::timeout(hall.doors.limits.answer, work)
        .await
        .unwrap_or(Err(Refusal::Late));
    match result {
        Ok(response) => response,
        Err(refusal) => hall.refuse("github", &head.headers, refusal),
    }
}

async fn receive(hall: &Hall, headers: &HeaderMap, body: Body) -> Result<Response, Refusal> {
    let whole = hall.bodies.read(body).await?;
    hall.doors.secrets.verify_github(headers, &whole.bytes)?;

    let event = plain(headers, "x-github-event", "X-GitHub-Event")?;
    let id = plain(headers, "x-github-delivery", "X-GitHub-Delivery")?;
    let media = headers
        .get(header::CONTENT_TYPE)
        .map(|media| media.as_bytes())
        .unwrap_or_default();
    if media.starts_with(b"application/x-www-form-urlencoded") {
        return Err(Refusal::Form);
    }
    json(&whole.bytes)?;

    let metrics = &hall.doors.metrics;
    let Some(known) = hall
        .doors
        .github_events
        .iter()
        .find(|known| **known == event)
    else {
        metrics.delivered(Source::GitHub, OTHER, Outcome::Ignored);
        return Ok((StatusCode::OK, "ignored\n").into_response());
    };
    let kept = hall
        .keep(Incoming {
            source: Source::GitHub,
            id: DeliveryId::from(id),
            kind: event.to_owned(),
            body: whole.bytes.clone(),
            received: hall.doors.clock.now(),
        })
        .await?;
    metrics.delivered(Source::GitHub, known, Outcome::from(kept));
    Ok(match kept {
        Kept::New => (StatusCode::ACCEPTED, "stored\n").into_response(),
        Kept::Again => (StatusCode::OK, "stored before\n").into_response(),
    })
}

impl Hall {
    pub(super) fn refuse(
        &self,
        door: &'static str,
        headers: &HeaderMap,
        refusal: Refusal,
    ) -> Response {
        refusal.log(door, headers);
        if matches!(refusal, Refusal::Late) {
            self.doors.store.complain(&StoreError::Slow);
        }
        self.doors.metrics.refused(door, refusal.reason());
        refusal.into_response()
    }

    /// Stores, and measures how long that takes.
    pub(super) async fn keep(&self, incoming: Incoming) -> Result<Kept, Refusal> {
        let start = tokio::time::Instant::now();
        let kept = self.doors.store.keep(incoming).await;
        self.doors.metrics.kept_in(start.elapsed());
        kept.map_err(Refusal::NotStored)
    }
}

/// Whether it is JSON at all; without building anything of it, and without recursion.
fn json(body: &[u8]) -> Result<(), Refusal> {
    const WHAT: Refusal = Refusal::Body("JSON");
    let text = std::str::from_utf8(body).map_err(|_| WHAT)?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|_| WHAT)?;
    Ok(())
}

/// A header that names something: 1 to 128 visible ASCII characters.
fn plain<'a>(headers: &'a HeaderMap, name: &str, shown: &'static str) -> Result<&'a str, Refusal> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .filter(|text| (1..=128).contains(&text.len()))
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or(Refusal::Header(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_what_is_none() {
        for good in ["{}", " {\"a\": [1, null, \"ü\"]} ", "[]"] {
            assert!(json(good.as_bytes()).is_ok(), "{good}");
        }
        for bad in ["", "{", "{}x", "payload=%7B%7D", "{\"a\": NaN}"] {
            assert!(json(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(json(b"{\"a\": \"\xff\"}").is_err());
    }

    #[test]
    fn a_million_brackets_overflow_no_stack() {
        let deep = "[".repeat(1_000_000);
        assert!(json(deep.as_bytes()).is_err());
        assert!(json(format!("{deep}{}", "]".repeat(1_000_000)).as_bytes()).is_ok());
    }
}
