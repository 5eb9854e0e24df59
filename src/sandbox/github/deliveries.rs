//! Webhooks on their way: the queue, the sending, and the log that the App may read.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::GitHubWorld;
use super::app::app_only;
use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::page::per_page;
use super::state::State;
use crate::sandbox::WebhookFault;

/// The id of the App's one webhook.
pub(super) const HOOK: u64 = 4_100_001;
/// GitHub gives up on an answer after ten seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the log keeps a delivery.
const KEPT: SignedDuration = SignedDuration::from_hours(3 * 24);

/// One webhook, before and after it went out.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub id: u64,
    guid: String,
    event: &'static str,
    action: Option<String>,
    repo: Option<u64>,
    installation: Option<u64>,
    payload: Bytes,
    redelivery: bool,
    delivered_at: Timestamp,
    seconds: f64,
    status: String,
    code: u16,
    answer: String,
    signature: String,
}

/// What the log says of a webhook whose answer was not heard.
const UNHEARD: &str = "timed out";

/// One attempt to send a webhook, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number in the log; what [`GitHubWorld::deliver_again`] takes.
    pub delivery: u64,
    /// What the delivery is called, the same in all its attempts.
    pub guid: String,
    /// The event's name.
    pub event: &'static str,
    /// What was sent.
    pub payload: Bytes,
    /// When it was sent.
    pub at: Timestamp,
    /// Whether the app answered that it has it.
    pub taken: bool,
    /// Whether the app was reached, and its answer was not heard: it may have it.
    pub unheard: bool,
}

/// What a webhook that is held back waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// So many others to go out.
    Others(usize),
    /// A time.
    Then(Timestamp),
}

/// The webhooks that wait, and the log of those that went out.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub hook_url: Option<String>,
    waiting: VecDeque<Delivery>,
    held: Vec<(Delivery, Until)>,
    /// Were held back, and go out before all others.
    passed: VecDeque<Delivery>,
    pub log: VecDeque<Delivery>,
    guids: u64,
}

impl Queue {
    /// How many a pump would send now.
    pub fn pending(&self) -> usize {
        self.waiting.len() + self.passed.len()
    }

    /// Whether something waits that can go.
    pub fn waits(&self) -> bool {
        self.hook_url.is_some() && self.pending() > 0
    }

    /// Moves the newest to this place, for what is made last and told first.
    pub fn last_comes_at(&mut self, place: usize) {
        if place < self.waiting.len()
            && let Some(last) = self.waiting.pop_back()
        {
            self.waiting.insert(place, last);
        }
    }

    fn next(&self) -> Option<(Delivery, String)> {
        Some((self.waiting.front()?.clone(), self.hook_url.clone()?))
    }

    /// Holds the first back.
    fn hold(&mut self, until: Until) {
        if let Some(held) = self.waiting.pop_front() {
            self.held.push((held, until));
        }
    }

    /// Another has gone out: those that need wait for no more come next.
    fn one_is_out(&mut self) {
        let mut late = Vec::new();
        for (delivery, until) in std::mem::take(&mut self.held) {
            match until {
                Until::Others(left) if left <= 1 => late.push(delivery),
                Until::Others(left) => self.held.push((delivery, Until::Others(left - 1))),
                Until::Then(_) => self.held.push((delivery, until)),
            }
        }
        self.passed.extend(late);
    }

    /// Those whose time has come go out next.
    fn ripen(&mut self, now: Timestamp) {
        for (delivery, until) in std::mem::take(&mut self.held) {
            match until {
                Until::Then(at) if at <= now => self.passed.push_back(delivery),
                until => self.held.push((delivery, until)),
            }
        }
    }
}

impl State {
    /// Puts a webhook at the end of the queue.
    pub fn enqueue(
        &mut self,
        event: &'static str,
        body: Value,
        repo: Option<u64>,
        installation: Option<u64>,
    ) {
        let payload = Bytes::from(body.to_string());
        self.queue.guids += 1;
        let delivery = Delivery {
            id: self.next_id("delivery"),
            // Counted, so that two runs of a story have the same transcript.
            guid: format!("5a5b0000-0000-4000-8000-{:012x}", self.queue.guids),
            event,
            action: body["action"].as_str().map(str::to_owned),
            repo,
            installation,
            signature: self.sign(&payload),
            payload,
            redelivery: false,
            delivered_at: self.now(),
            seconds: 0.0,
            status: "pending".to_owned(),
            code: 0,
            answer: String::new(),
        };
        self.queue.waiting.push_back(delivery);
    }

    /// Queues a delivery of the log once more, with the same guid; false where there is none.
    pub fn redeliver(&mut self, id: u64) -> bool {
        let found = self.queue.log.iter().find(|one| one.id == id).cloned();
        let Some(mut again) = found else {
            return false;
        };
        again.id = self.next_id("delivery");
        again.redelivery = true;
        self.queue.waiting.push_back(again);
        true
    }

    /// Writes into the log that a webhook went out now.
    fn log(&mut self, mut done: Delivery) {
        let now = self.now();
        done.delivered_at = now;
        let log = &mut self.queue.log;
        log.push_front(done);
        while log.back().is_some_and(|old| old.delivered_at + KEPT < now) {
            log.pop_back();
        }
    }

    fn sign(&self, payload: &[u8]) -> String {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, self.secret.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, payload);
        format!("sha256={}", hex::encode(tag.as_ref()))
    }

    fn delivery_json(&self, delivery: &Delivery) -> Value {
        json!({
            "id": delivery.id, "guid": delivery.guid,
            "delivered_at": delivery.delivered_at.to_string(), "redelivery": delivery.redelivery,
            "duration": delivery.seconds, "status": delivery.status,
            "status_code": delivery.code, "event": delivery.event, "action": delivery.action,
            "installation_id": delivery.installation, "repository_id": delivery.repo,
            "throttled_at": null,
        })
    }
}

fn headers(delivery: &Delivery, app: u64) -> Vec<(&'static str, String)> {
    vec![
        ("Accept", "*/*".to_owned()),
        ("Content-Type", "application/json".to_owned()),
        ("User-Agent", "GitHub-Hookshot/5a5b0c7".to_owned()),
        ("X-GitHub-Delivery", delivery.guid.clone()),
        ("X-GitHub-Event", delivery.event.to_owned()),
        ("X-GitHub-Hook-ID", HOOK.to_string()),
        ("X-GitHub-Hook-Installation-Target-ID", app.to_string()),
        (
            "X-GitHub-Hook-Installation-Target-Type",
            "integration".to_owned(),
        ),
        ("X-Hub-Signature-256", delivery.signature.clone()),
    ]
}

impl GitHubWorld {
    /// Sends every webhook that waits, one after another, and returns how many requests went out.
    /// Those still waiting count in [`GitHubWorld::pending`] until they were answered. Nothing is
    /// sent before [`GitHubWorld::set_hook_url`]. A webhook that meets [`WebhookFault::Lost`] is not
    /// even logged, as GitHub sometimes makes no delivery at all; one that fails is.
    pub async fn pump(&self) -> usize {
        let _alone = self.0.pumping.lock().await;
        let mut sent = 0;
        loop {
            let (passed, url) = {
                let mut state = self.lock();
                let now = state.now();
                state.queue.ripen(now);
                let first = state.queue.passed.front().cloned();
                (first, state.queue.hook_url.clone())
            };
            if let (Some(delivery), Some(url)) = (passed, url) {
                self.send(&delivery, &url, false).await;
                self.lock().queue.passed.pop_front();
                sent += 1;
                continue;
            }
            let next = self.lock().queue.next();
            let Some((delivery, url)) = next else {
                return sent;
            };
            let fault = self.faults().take_webhook();
            if self.is_away() {
                let mut state = self.lock();
                state.queue.waiting.pop_front();
                if fault != Some(WebhookFault::Lost) {
                    state.log(Delivery {
                        status: "failed to connect to host".to_owned(),
                        ..delivery
                    });
                }
                continue;
            }
            match fault {
                Some(WebhookFault::Lost) => {
                    self.lock().queue.waiting.pop_front();
                    continue;
                }
                Some(WebhookFault::Behind(others)) => {
                    self.lock().queue.hold(Until::Others(others.max(1)));
                    continue;
                }
                Some(WebhookFault::LateBy(span)) => {
                    let mut state = self.lock();
                    let then = state.now().saturating_add(span).unwrap_or(Timestamp::MAX);
                    state.queue.hold(Until::Then(then));
                    continue;
                }
                Some(WebhookFault::Doubled) => {
                    self.send(&delivery, &url, false).await;
                    sent += 1;
                }
                Some(WebhookFault::Unanswered) | None => {}
            }
            let unheard = fault == Some(WebhookFault::Unanswered);
            self.send(&delivery, &url, unheard).await;
            sent += 1;
            {
                let mut state = self.lock();
                state.queue.waiting.pop_front();
                state.queue.one_is_out();
            }
            self.changed();
        }
    }

    /// When the next webhook goes out that was held back for a while.
    pub fn next_due(&self) -> Option<Timestamp> {
        let state = self.lock();
        let held = state.queue.held.iter();
        held.filter_map(|(_, until)| match until {
            Until::Then(at) => Some(*at),
            Until::Others(_) => None,
        })
        .min()
    }

    /// Lets go what a fault holds back: it goes out with the next pump.
    pub fn release(&self) {
        let queue = &mut self.lock().queue;
        for (delivery, _) in std::mem::take(&mut queue.held) {
            queue.passed.push_back(delivery);
        }
    }

    /// Every attempt of the last three days, oldest first. GitHub makes no second one by itself.
    pub fn attempts(&self) -> Vec<Attempt> {
        let state = self.lock();
        let log = state.queue.log.iter().rev();
        log.map(|one| Attempt {
            delivery: one.id,
            guid: one.guid.clone(),
            event: one.event,
            payload: one.payload.clone(),
            at: one.delivered_at,
            taken: (200..300).contains(&one.code),
            unheard: one.status == UNHEARD,
        })
        .collect()
    }

    /// Sends one; `unheard`: whatever the app answers is lost on the way.
    async fn send(&self, delivery: &Delivery, url: &str, unheard: bool) {
        let app = self.lock().app_id;
        let mut request = self.0.client.post(url).timeout(PATIENCE);
        for (name, value) in headers(delivery, app) {
            request = request.header(name, value);
        }
        let started = super::auth::machine_now_exactly();
        let outcome = request.body(delivery.payload.clone()).send().await;
        let mut done = delivery.clone();
        match outcome {
            Ok(_) if unheard => done.status = UNHEARD.to_owned(),
            Ok(response) => {
                done.code = response.status().as_u16();
                done.status = if response.status().is_success() {
                    "OK".to_owned()
                } else {
                    format!("Invalid HTTP Response: {}", done.code)
                };
                let text = response.text().await.unwrap_or_default();
                done.answer = text.chars().take(4_000).collect();
            }
            Err(error) if error.is_timeout() => done.status = UNHEARD.to_owned(),
            Err(_) => done.status = "failed to connect to host".to_owned(),
        }
        let spent = super::auth::machine_now_exactly().duration_since(started);
        done.seconds = (spent.as_secs_f64() * 100.0).round() / 100.0;
        self.lock().log(done);
    }
}

/// `GET /app/hook/deliveries`: newest first, paged by `cursor`.
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let size = per_page(&call.query);
    let cursor = match call.ask("cursor") {
        None => 0,
        Some(text) => text
            .trim_start_matches("v1_")
            .parse()
            .map_err(|_| Refusal::plain(400, "Invalid cursor"))?,
    };
    let log: Vec<_> = state.queue.log.iter().collect();
    // The cursor names the last delivery of the page before, and those that came since move nothing.
    let start = match log.iter().position(|one| one.id == cursor) {
        Some(at) => at + 1,
        None => 0,
    };
    let end = (start + size).min(log.len());
    let page: Vec<_> = log[start..end]
        .iter()
        .map(|one| state.delivery_json(one))
        .collect();
    let next = (end < log.len()).then(|| {
        let last = log[end - 1].id;
        let api = state.api();
        format!("{api}/app/hook/deliveries?per_page={size}&cursor=v1_{last}")
    });
    Ok(Reply::Cut(page, next))
}

/// `GET /app/hook/deliveries/{id}`: with the whole payload.
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    let id = call.number("id")?;
    let found = state.queue.log.iter().find(|one| one.id == id);
    let delivery = found.ok_or_else(Refusal::not_found)?;
    let mut body = state.delivery_json(delivery);
    let headers: serde_json::Map<_, _> = headers(delivery, state.app_id)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect();
    let payload: Value = serde_json::from_slice(&delivery.payload).unwrap_or_default();
    body["url"] = state.queue.hook_url.clone().into();
    body["request"] = json!({"headers": headers, "payload": payload});
    body["response"] = json!({"headers": {}, "payload": delivery.answer});
    Ok(Reply::Json(200, body))
}

/// `POST /app/hook/deliveries/{id}/attempts`
pub(super) fn again(state: &mut State, call: &Call) -> Answer {
    app_only(call)?;
    if state.redeliver(call.number("id")?) {
        Ok(Reply::Json(202, json!({})))
    } else {
        Err(Refusal::not_found())
    }
}
