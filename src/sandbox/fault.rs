//! Faults on demand: what a network and a busy server do to the next calls.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// What happens to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done and no answer comes: the connection is held until the caller gives up.
    TimeoutBefore,
    /// It is done, and no answer comes.
    TimeoutAfter,
    /// Nothing is done: 429 with `Retry-After` of so many seconds.
    RateLimited(u64),
    /// Nothing is done: this HTTP status, 500 to 599.
    Status(u16),
    /// Slack only: it is done, and the answer is `internal_error`.
    InternalErrorAfter,
}

/// What happens to one webhook on its way to the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookFault {
    /// Never sent.
    Lost,
    /// Sent twice, with the same delivery id.
    Doubled,
    /// Held until the next webhook has gone out.
    Late,
}

/// The faults that wait for their call, oldest first. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    calls: Vec<(String, Fault)>,
    webhooks: VecDeque<WebhookFault>,
}

impl Faults {
    /// The next call of `call` meets this fault. `call` is Slack's method (`chat.postMessage`) or
    /// GitHub's verb and path (`POST /repos/acme/shop/issues/1/comments`); `*` is any call.
    pub fn next(&self, call: &str, fault: Fault) {
        self.waiting().calls.push((call.to_owned(), fault));
    }

    /// The next webhook that has no fault yet meets this one.
    pub fn next_webhook(&self, fault: WebhookFault) {
        self.waiting().webhooks.push_back(fault);
    }

    /// Takes the fault that waits for this call, if one does.
    pub fn take(&self, call: &str) -> Option<Fault> {
        let mut waiting = self.waiting();
        let at = waiting
            .calls
            .iter()
            .position(|(on, _)| on == call || on == "*")?;
        Some(waiting.calls.remove(at).1)
    }

    /// Takes the fault that waits for the next webhook, if one does.
    pub fn take_webhook(&self) -> Option<WebhookFault> {
        self.waiting().webhooks.pop_front()
    }

    /// How many faults nobody has met yet: a story that ends with some has not shown what it says.
    pub fn unmet(&self) -> usize {
        let waiting = self.waiting();
        waiting.calls.len() + waiting.webhooks.len()
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
