//! Faults on demand: what a network and a busy server do to the next calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use tokio::sync::Notify;

/// What happens to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done and no answer comes: the connection is held until the caller gives up.
    TimeoutBefore,
    /// It is done, and no answer comes.
    TimeoutAfter,
    /// Nothing is done, and the connection breaks at once.
    CutBefore,
    /// It is done, and the connection breaks before the answer.
    CutAfter,
    /// Slack only: the connection breaks, and so much later it is done all the same.
    DoneLater(SignedDuration),
    /// Nothing is done: 429 with `Retry-After` of so many seconds.
    RateLimited(u64),
    /// Nothing is done: this HTTP status, 500 to 599, or 403 of GitHub's.
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
    /// Held until so many others have gone out.
    Behind(usize),
    /// Held for so long.
    LateBy(SignedDuration),
    /// It arrives; the answer does not, so that the sender takes it for failed.
    Unanswered,
}

/// The faults that wait for their call, oldest first. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    calls: Vec<(String, Fault)>,
    webhooks: VecDeque<WebhookFault>,
    met: BTreeMap<&'static str, usize>,
    death: Death,
}

impl Fault {
    /// What it is called, in a few words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TimeoutBefore => "time-out before",
            Self::TimeoutAfter => "time-out after",
            Self::CutBefore => "cut before",
            Self::CutAfter => "cut after",
            Self::DoneLater(_) => "cut, and done later",
            Self::RateLimited(_) => "429",
            Self::Status(403) => "403",
            Self::Status(_) => "5xx",
            Self::InternalErrorAfter => "internal_error after",
        }
    }
}

impl WebhookFault {
    /// What it is called, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "webhook lost",
            Self::Doubled => "webhook doubled",
            Self::Behind(_) => "webhook behind others",
            Self::LateBy(_) => "webhook late",
            Self::Unanswered => "webhook unanswered",
        }
    }
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
        let fault = waiting.calls.remove(at).1;
        *waiting.met.entry(fault.name()).or_default() += 1;
        Some(fault)
    }

    /// Takes the fault that waits for the next webhook, if one does.
    pub fn take_webhook(&self) -> Option<WebhookFault> {
        let mut waiting = self.waiting();
        let fault = waiting.webhooks.pop_front()?;
        *waiting.met.entry(fault.name()).or_default() += 1;
        Some(fault)
    }

    /// How many faults nobody has met yet: a story that ends with some has not shown what it says.
    pub fn unmet(&self) -> usize {
        let waiting = self.waiting();
        waiting.calls.len() + waiting.webhooks.len()
    }

    /// How often each kind was met.
    pub fn met(&self) -> BTreeMap<&'static str, usize> {
        self.waiting().met.clone()
    }

    /// From now on all goes well: forgets the faults that nobody has met.
    pub fn clear(&self) {
        let mut waiting = self.waiting();
        waiting.calls.clear();
        waiting.webhooks.clear();
    }

    /// The calls to this side count for this death from now on.
    pub(super) fn die_with(&self, death: &Death) {
        self.waiting().death = death.clone();
    }

    /// The death that the calls to this side count for.
    pub(super) fn death(&self) -> Death {
        self.waiting().death.clone()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where in a call the app dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nothing of the call is done.
    Before,
    /// It is done, and nobody hears the answer.
    After,
}

/// The death of the app at one of its next calls, to either side. Cheap to clone; all clones are
/// one. The sandbox says when; whoever holds the app lets it die.
#[derive(Debug, Clone, Default)]
pub struct Death(Arc<Ahead>);

#[derive(Debug, Default)]
struct Ahead {
    /// How many calls are left, the last included.
    left: Mutex<Option<(usize, Moment)>>,
    come: Notify,
}

impl Death {
    /// The app dies at its `nth` call from now on, the next being 1.
    pub fn at_call(&self, nth: usize, moment: Moment) {
        *self.left() = Some((nth.max(1), moment));
    }

    /// Counts a call; says whether it is the last, and where in it the app dies.
    pub(super) fn count(&self) -> Option<Moment> {
        let mut left = self.left();
        let (calls, moment) = (*left)?;
        *left = (calls > 1).then_some((calls - 1, moment));
        (calls == 1).then_some(moment)
    }

    /// Its time has come.
    pub(super) fn strike(&self) {
        self.0.come.notify_one();
    }

    /// Returns when the app has to die.
    pub async fn comes(&self) {
        self.0.come.notified().await;
    }

    /// Whether it waits for a call that has not come yet.
    pub fn waits(&self) -> bool {
        self.left().is_some()
    }

    /// It will not come.
    pub fn clear(&self) {
        *self.left() = None;
    }

    fn left(&self) -> MutexGuard<'_, Option<(usize, Moment)>> {
        self.0.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_waits_for_its_call_and_is_counted() {
        let faults = Faults::default();
        faults.next("chat.update", Fault::CutAfter);
        faults.next("*", Fault::Status(503));
        assert_eq!(faults.take("chat.postMessage"), Some(Fault::Status(503)));
        assert_eq!(faults.take("chat.postMessage"), None);
        assert_eq!(faults.unmet(), 1);
        faults.clear();
        assert_eq!(faults.take("chat.update"), None);
        assert_eq!(faults.met(), BTreeMap::from([("5xx", 1)]));
    }

    #[test]
    fn death_comes_at_the_call_that_was_said_and_once() {
        let death = Death::default();
        assert_eq!(death.count(), None);
        death.at_call(2, Moment::After);
        assert_eq!(death.count(), None);
        assert!(death.waits());
        assert_eq!(death.count(), Some(Moment::After));
        assert!(!death.waits());
        assert_eq!(death.count(), None);
    }
}
