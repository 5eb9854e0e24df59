//! Slack's three doors: events, interactions, commands. They verify, store and answer; JSON is what
//! they store, whatever form it came in.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::Hall;
use super::metrics::Outcome;
use super::refusal::Refusal;
use crate::id::DeliveryId;
use crate::store::{Incoming, Source};

/// `POST /slack/events`.
pub(super) async fn event(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    receive(&hall, request, Source::SlackEvent, read_event).await
}

/// `POST /slack/interactions`.
pub(super) async fn interaction(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    receive(&hall, request, Source::SlackInteraction, read_interaction).await
}

/// `POST /slack/commands`.
pub(super) async fn command(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    receive(&hall, request, Source::SlackCommand, read_command).await
}

/// What a verified request turned out to be.
#[derive(Debug)]
enum Read {
    Delivery {
        id: String,
        kind: String,
        body: Bytes,
    },
    /// Slack asks whether this address is ours.
    Challenge(String),
    /// Nothing that we keep.
    Other,
}

type Reader = fn(&Bytes) -> Result<Read, Refusal>;

async fn receive(hall: &Hall, request: Request, source: Source, read: Reader) -> Response {
    let _inside = hall.doors.metrics.enters();
    let (head, body) = request.into_parts();
    let work = take(hall, &head.headers, body, source, read);
    let result = tokio::time::timeout(hall.doors.limits.slack_answer, work)
        .await
        .unwrap_or(Err(Refusal::Late));
    match result {
        Ok(response) => response,
        Err(refusal) => hall.refuse(source.as_str(), &head.headers, refusal),
    }
}

async fn take(
    hall: &Hall,
    headers: &HeaderMap,
    body: Body,
    source: Source,
    read: Reader,
) -> Result<Response, Refusal> {
    let whole = hall.bodies.read(body).await?;
    let now = hall.doors.clock.now();
    hall.doors
        .secrets
        .verify_slack(headers, &whole.bytes, now)?;
    let outcome = match read(&whole.bytes)? {
        Read::Challenge(challenge) => return Ok(challenge.into_response()),
        Read::Other => Outcome::Ignored,
        Read::Delivery { id, kind, body } => Outcome::from(
            hall.keep(Incoming {
                source,
                id: DeliveryId::new(id),
                kind,
                body,
                received: now,
            })
            .await?,
        ),
    };
    hall.doors.metrics.delivered(source, "any", outcome);
    // A body would be shown to the person who pressed the button or typed the command.
    Ok(StatusCode::OK.into_response())
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    challenge: Option<String>,
    event_id: Option<String>,
    event: Option<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

fn read_event(body: &Bytes) -> Result<Read, Refusal> {
    const WHAT: Refusal = Refusal::Body("an event of Slack's");
    let envelope: Envelope = serde_json::from_slice(body).map_err(|_| WHAT)?;
    match (envelope.kind.as_str(), envelope.challenge) {
        ("url_verification", Some(challenge)) => Ok(Read::Challenge(challenge)),
        ("event_callback", _) => Ok(Read::Delivery {
            id: envelope.event_id.ok_or(WHAT)?,
            kind: envelope.event.ok_or(WHAT)?.kind,
            body: body.clone(),
        }),
        // `app_rate_limited`, and whatever Slack invents.
        _ => Ok(Read::Other),
    }
}

fn read_interaction(body: &Bytes) -> Result<Read, Refusal> {
    const WHAT: Refusal = Refusal::Body("an interaction of Slack's");
    let (_, payload) = form_urlencoded::parse(body)
        .find(|(name, _)| name == "payload")
        .ok_or(WHAT)?;
    let kind: Kind = serde_json::from_str(&payload).map_err(|_| WHAT)?;
    Ok(Read::Delivery {
        id: fingerprint(body),
        kind: kind.kind,
        body: Bytes::from(payload.into_owned()),
    })
}

fn read_command(body: &Bytes) -> Result<Read, Refusal> {
    const WHAT: Refusal = Refusal::Body("a command of Slack's");
    let fields: serde_json::Map<String, serde_json::Value> = form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect();
    let command = fields
        .get("command")
        .and_then(|command| command.as_str())
        .ok_or(WHAT)?
        .to_owned();
    let json = serde_json::to_vec(&fields).map_err(|_| WHAT)?;
    Ok(Read::Delivery {
        id: fingerprint(body),
        kind: command,
        body: Bytes::from(json),
    })
}

/// Slack gives these no id, and does not repeat them. Each carries a `trigger_id` of its own, so one
/// that is the same to the letter was replayed.
fn fingerprint(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_kept_as_json() {
        let body = Bytes::from_static(b"command=%2Fsssbot&text=level+3&trigger_id=1.2");
        let Ok(Read::Delivery { id, kind, body }) = read_command(&body) else {
            panic!("a command is a delivery");
        };
        assert_eq!((kind.as_str(), id.len()), ("/sssbot", 64));
        assert_eq!(
            body,
            "{\"command\":\"/sssbot\",\"text\":\"level 3\",\"trigger_id\":\"1.2\"}"
        );
    }

    #[test]
    fn what_is_signed_but_odd_is_refused_or_left() {
        let event = |body: &'static str| read_event(&Bytes::from_static(body.as_bytes()));
        assert!(matches!(
            event("{\"type\":\"app_rate_limited\"}"),
            Ok(Read::Other)
        ));
        assert!(event("{\"type\":\"event_callback\"}").is_err());
        assert!(event("no").is_err());
        assert!(read_interaction(&Bytes::from_static(b"payload=no")).is_err());
        assert!(read_command(&Bytes::from_static(b"text=x")).is_err());
    }
}
