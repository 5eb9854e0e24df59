//! Slack's three doors: events, interactions, commands. They verify, store and answer; JSON is what
//! they store, whatever form it came in. Dialogs open and close here, by what [`super::Desk`] says.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use url::form_urlencoded;

use super::Hall;
use super::metrics::Outcome;
use super::refusal::Refusal;
use crate::id::DeliveryId;
use crate::slack::form::Verdict;
use crate::slack::inbound::{self, Door, Inbound};
use crate::store::{Incoming, Kept, Source};

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
    let since = Instant::now();
    let whole = hall.bodies.read(body).await?;
    let now = hall.doors.clock.now();
    hall.doors
        .secrets
        .verify_slack(headers, &whole.bytes, now)?;
    let (id, kind, body) = match read(&whole.bytes)? {
        Read::Challenge(challenge) => return Ok(challenge.into_response()),
        Read::Other => {
            hall.doors
                .metrics
                .delivered(source, "any", Outcome::Ignored);
            return Ok(StatusCode::OK.into_response());
        }
        Read::Delivery { id, kind, body } => (id, kind, body),
    };
    let inbound = hall.understood(source, &body);
    let mut answer = None;
    if let (Some(reception), Some(Inbound::Submitted(submitted))) =
        (&hall.doors.reception, &inbound)
    {
        let verdict = reception.desk.verdict(submitted, now);
        answer = verdict.to_json();
        if matches!(verdict, Verdict::Wrong(_) | Verdict::Show(_)) && answer.is_some() {
            // The person mends it and sends it off again.
            hall.doors
                .metrics
                .delivered(source, "any", Outcome::Ignored);
            return Ok(said(answer));
        }
    }
    let incoming = Incoming {
        source,
        id: DeliveryId::new(id),
        kind,
        body,
        received: now,
    };
    let kept = match (hall.keep(incoming).await, &inbound) {
        (Ok(kept), _) => kept,
        // Slack sends a dialog once only, and shows nothing of a refusal but that there was one.
        (Err(refusal), Some(Inbound::Submitted(submitted))) => {
            let Some(sorry) = hall.not_kept(submitted) else {
                return Err(refusal);
            };
            drop(hall.refuse(source.as_str(), headers, refusal));
            return Ok(said(Some(sorry)));
        }
        (Err(refusal), _) => return Err(refusal),
    };
    hall.doors
        .metrics
        .delivered(source, "any", Outcome::from(kept));
    if let (Kept::New, Some(inbound)) = (kept, &inbound) {
        hall.receive(inbound, now, since).await;
    }
    Ok(said(answer))
}

/// What Slack is answered. Words would be shown to whoever pressed the button or typed the command,
/// so there are none but what a dialog is to show.
fn said(answer: Option<Value>) -> Response {
    match answer {
        Some(answer) => Json(answer).into_response(),
        None => StatusCode::OK.into_response(),
    }
}

impl Hall {
    /// What came, where somebody is there who answers at once. What cannot be read is stored all
    /// the same, for those who look into it.
    fn understood(&self, source: Source, body: &[u8]) -> Option<Inbound> {
        let door = match source {
            Source::SlackInteraction => Door::Interaction,
            Source::SlackCommand => Door::Command,
            _ => return None,
        };
        self.doors.reception.as_ref()?;
        inbound::read(door, body).ok()
    }
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
