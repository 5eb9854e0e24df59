//! The database's troubles, told once: every call meets them until they are over, and a log with a
//! thousand lines hides the one that matters.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::{Duration, Instant};

use super::StoreError;

/// A trouble that lasts is told again after this time.
const LASTS: Duration = Duration::from_secs(600);
/// One that was over and came back, after this.
const RETURNS: Duration = Duration::from_secs(60);

/// What was told lately.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    told: Mutex<HashMap<Discriminant<StoreError>, Instant>>,
    /// The last word was that there is trouble.
    on: AtomicBool,
}

impl Troubles {
    /// Tells of a trouble, unless it was told lately.
    pub(super) fn met(&self, error: &StoreError) {
        if self.is_news(error, Instant::now()) {
            tracing::error!(%error, "what comes in is refused, and the rest waits");
        }
    }

    fn is_news(&self, error: &StoreError, now: Instant) -> bool {
        // Closing is what we do ourselves.
        if matches!(error, StoreError::Closed) {
            return false;
        }
        let on = self.on.load(Ordering::Relaxed);
        let pause = if on { LASTS } else { RETURNS };
        let mut told = self.told();
        let lately = told.get(&discriminant(error));
        if lately.is_some_and(|at| now.duration_since(*at) < pause) {
            return false;
        }
        told.insert(discriminant(error), now);
        self.on.store(true, Ordering::Relaxed);
        true
    }

    /// Something was written: tells that the trouble is over, if one was told.
    pub(super) fn over(&self) {
        if self.on.load(Ordering::Relaxed) && self.on.swap(false, Ordering::Relaxed) {
            tracing::info!("the database takes writes again");
        }
    }

    fn told(&self) -> MutexGuard<'_, HashMap<Discriminant<StoreError>, Instant>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_is_told_once_and_again_when_it_lasts_or_returns() {
        let troubles = Troubles::default();
        let start = Instant::now();
        let told = |error: StoreError, seconds| {
            troubles.is_news(&error, start + Duration::from_secs(seconds))
        };
        assert!(told(StoreError::Locked, 0));
        assert!(!told(StoreError::Locked, 599));
        assert!(told(StoreError::Full, 599), "that is another one");
        assert!(told(StoreError::Locked, 600));
        troubles.over();
        assert!(!told(StoreError::Locked, 659), "it comes and goes");
        assert!(told(StoreError::Locked, 660));
        assert!(!told(StoreError::Closed, 9_999));
    }
}
