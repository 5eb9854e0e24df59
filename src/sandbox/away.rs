//! A side that is away, as a whole: an outage, not a fault of one call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a side is away. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Away(Arc<AtomicBool>);

impl Away {
    pub(super) fn set(&self, away: bool) {
        self.0.store(away, Ordering::SeqCst);
    }

    pub(super) fn is(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
