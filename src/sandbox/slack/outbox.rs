//! What waits to be sent to the app: events, interactions and commands, signed and retried as Slack
//! does.

use std::collections::VecDeque;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;

use super::answers;
use super::state::{APP, State, TEAM};
use super::world::SlackWorld;
use crate::sandbox::WebhookFault;

/// When an event that was not taken is sent again, after the try before: at once, after a minute,
/// after five.
const RETRIES: [i64; 3] = [0, 60, 300];
/// An event this late is not sent any more.
const TOO_LATE: SignedDuration = SignedDuration::from_hours(2);

#[derive(Debug, Default)]
pub(super) struct Outbox {
    events: Option<String>,
    interactions: Option<String>,
    commands: Option<String>,
    waiting: VecDeque<Waiting>,
    /// Events that a fault holds back until so many others have gone out.
    late: Vec<(usize, Waiting)>,
    queued: u64,
    undelivered: Vec<String>,
}

/// What is sent, and what its answer means.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Event,
    /// The view that was submitted, if it was one.
    Interaction(Option<String>),
    /// The address of the command's `response_url`, whose place the answer's body is shown at.
    Command(String),
}

#[derive(Debug, Clone)]
struct Waiting {
    kind: Kind,
    url: String,
    body: String,
    /// What it is, for those who look.
    name: String,
    born: Timestamp,
    due: Timestamp,
    retry: usize,
    reason: &'static str,
    /// A fault has been asked for already.
    passed: bool,
}

impl Outbox {
    pub(super) fn set_urls(
        &mut self,
        events: Option<String>,
        interactions: Option<String>,
        commands: Option<String>,
    ) {
        self.events = events;
        self.interactions = interactions;
        self.commands = commands;
    }

    /// Whether events go anywhere.
    pub(super) fn takes_events(&self) -> bool {
        self.events.is_some()
    }

    /// How much was ever put here.
    pub(super) fn queued(&self) -> u64 {
        self.queued
    }

    fn put(&mut self, kind: Kind, url: Option<String>, name: String, body: String, now: Timestamp) {
        let Some(url) = url else { return };
        self.queued += 1;
        self.waiting.push_back(Waiting {
            kind,
            url,
            body,
            name,
            born: now,
            due: now,
            retry: 0,
            reason: "",
            passed: false,
        });
    }

    /// An event, wrapped by the caller.
    pub(super) fn event(&mut self, name: &str, body: &Value, now: Timestamp) {
        let url = self.events.clone();
        self.put(Kind::Event, url, name.to_owned(), body.to_string(), now);
    }

    /// An interaction's payload.
    pub(super) fn interaction(
        &mut self,
        payload: &Value,
        submitted: Option<String>,
        now: Timestamp,
    ) {
        let name = payload["type"].as_str().unwrap_or_default().to_owned();
        let body = form(&[("payload", &payload.to_string())]);
        let url = self.interactions.clone();
        self.put(Kind::Interaction(submitted), url, name, body, now);
    }

    /// A slash command's fields.
    pub(super) fn command(&mut self, fields: &[(&str, &str)], hook: String, now: Timestamp) {
        let url = self.commands.clone();
        self.put(
            Kind::Command(hook),
            url,
            "command".to_owned(),
            form(fields),
            now,
        );
    }

    /// The first that is due.
    fn next(&mut self, now: Timestamp) -> Option<Waiting> {
        let at = self.waiting.iter().position(|one| one.due <= now)?;
        self.waiting.remove(at)
    }

    /// Another has gone out: those that need wait for no more come next.
    fn one_is_out(&mut self) {
        for (left, one) in std::mem::take(&mut self.late) {
            if left <= 1 {
                self.waiting.push_back(one);
            } else {
                self.late.push((left - 1, one));
            }
        }
    }

    fn again(&mut self, mut one: Waiting, reason: &'static str, now: Timestamp) {
        let after = RETRIES.get(one.retry);
        let (Kind::Event, Some(seconds)) = (&one.kind, after) else {
            self.undelivered.push(one.name);
            return;
        };
        one.due = now
            .checked_add(SignedDuration::from_secs(*seconds))
            .unwrap_or(now);
        one.retry += 1;
        one.reason = reason;
        self.waiting.push_back(one);
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// `v0=…` for a body sent at `seconds`.
pub(super) fn signature(secret: &str, seconds: i64, body: &str) -> String {
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("v0:{seconds}:{body}").as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

/// An event in the envelope in which the app gets it.
pub(super) fn envelope(state: &mut State, event: &Value, now: Timestamp) -> Value {
    json!({
        "token": "deprecated",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": state.id("Ev"),
        "event_time": now.as_second(),
        "authorizations": [{
            "enterprise_id": null,
            "team_id": TEAM,
            "user_id": state.bot,
            "is_bot": true,
            "is_enterprise_install": false,
        }],
        "is_ext_shared_channel": false,
    })
}

enum Way {
    Taken(Vec<u8>),
    Failed(&'static str),
    /// The app asked not to be sent this again.
    Enough,
}

impl SlackWorld {
    /// How many events, interactions and commands wait, those included that wait for a retry.
    pub fn pending(&self) -> usize {
        self.look(|state| state.outbox.waiting.len() + state.outbox.late.len())
    }

    /// When the next of them is due; none is while Slack is away.
    pub fn next_due(&self) -> Option<Timestamp> {
        if self.is_away() {
            return None;
        }
        self.look(|state| {
            let waiting = state.outbox.waiting.iter().map(|one| one.due);
            waiting.chain(state.late.iter().map(|one| one.due)).min()
        })
    }

    /// Lets go what a fault holds back: it goes out with the next pump, and what is done late is
    /// done with it.
    pub fn release(&self) {
        self.quietly(|state, now| {
            let late = std::mem::take(&mut state.outbox.late);
            let late = late.into_iter().map(|(_, one)| one);
            state.outbox.waiting.extend(late);
            for late in &mut state.late {
                late.due = late.due.min(now);
            }
        });
    }

    /// What the app never took, by name (`message`, `block_actions`, `command`): after every retry.
    pub fn undelivered(&self) -> Vec<String> {
        self.look(|state| state.outbox.undelivered.clone())
    }

    /// Sends all that is due by the workspace's clock, in order, and gives how many requests went
    /// out. What comes due on the way is sent too.
    pub async fn pump(&self) -> usize {
        if self.is_away() {
            return 0;
        }
        let mut sent = self.catch_up();
        while let Some((one, now)) = self.quietly(|state, now| Some((state.outbox.next(now)?, now)))
        {
            sent += self.forward(one, now).await;
        }
        sent
    }

    async fn forward(&self, mut one: Waiting, now: Timestamp) -> usize {
        if now.duration_since(one.born) > TOO_LATE {
            self.quietly(|state, _| state.outbox.undelivered.push(one.name));
            return 0;
        }
        let fault = if one.passed || !matches!(one.kind, Kind::Event) {
            None
        } else {
            self.faults().take_webhook()
        };
        one.passed = true;
        let mut sent = 0;
        match fault {
            Some(WebhookFault::Lost) => return 0,
            Some(WebhookFault::Behind(others)) => {
                self.quietly(|state, _| state.outbox.late.push((others.max(1), one)));
                return 0;
            }
            Some(WebhookFault::LateBy(span)) => {
                one.due = now.saturating_add(span).unwrap_or(one.due);
                self.quietly(|state, _| state.outbox.waiting.push_back(one));
                return 0;
            }
            Some(WebhookFault::Doubled) => {
                self.send(&one, now).await;
                sent += 1;
            }
            Some(WebhookFault::Unanswered) | None => {}
        }
        let mut way = self.send(&one, now).await;
        if fault == Some(WebhookFault::Unanswered) {
            way = Way::Failed("http_timeout");
        }
        sent += 1;
        self.quietly(|state, _| state.outbox.one_is_out());
        match way {
            Way::Taken(body) => {
                if !matches!(one.kind, Kind::Event) {
                    self.change(|state, now| answers::answered(state, &one.kind, &body, now));
                }
            }
            Way::Enough => self.quietly(|state, _| state.outbox.undelivered.push(one.name)),
            Way::Failed(reason) => self.change(|state, now| {
                if let Kind::Interaction(Some(view)) = &one.kind {
                    state.dialog_failed(view);
                }
                state.outbox.again(one, reason, now);
            }),
        }
        sent
    }

    async fn send(&self, one: &Waiting, now: Timestamp) -> Way {
        let secret = self.look(|state| state.settings.signing_secret.clone());
        let seconds = now.as_second();
        let content_type = match one.kind {
            Kind::Event => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let mut request = self
            .client()
            .post(&one.url)
            .header("Content-Type", content_type)
            .header("X-Slack-Request-Timestamp", seconds)
            .header("X-Slack-Signature", signature(&secret, seconds, &one.body));
        if one.retry > 0 {
            request = request
                .header("X-Slack-Retry-Num", one.retry)
                .header("X-Slack-Retry-Reason", one.reason);
        }
        match request.body(one.body.clone()).send().await {
            Ok(answer) if answer.status().is_success() => match answer.bytes().await {
                Ok(body) => Way::Taken(body.to_vec()),
                Err(_) => Way::Failed("http_timeout"),
            },
            Ok(answer) if answer.headers().get("X-Slack-No-Retry").is_some() => Way::Enough,
            Ok(_) => Way::Failed("http_error"),
            Err(error) if error.is_timeout() => Way::Failed("http_timeout"),
            Err(_) => Way::Failed("connection_failed"),
        }
    }
}
