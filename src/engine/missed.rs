//! Webhooks that nobody took are pulled from GitHub's log, as if they had arrived.
//!
//! GitHub never sends a webhook again by itself. Its log of deliveries (3 days) says which were not
//! taken, and has what was in them. A look costs one request for each hundred deliveries since the
//! last look, and one for each delivery that is pulled.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::intake::Trouble;
use super::{Engine, lock};
use crate::github::{Attempt, GitHubError};
use crate::id::DeliveryId;
use crate::mirror::{self, Reading};
use crate::store::{Incoming, Kept, Source, StoreError};

/// How often the log is looked at.
const EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How long to wait after trouble.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_mins(1);
/// How far back a look reaches behind the one before: a delivery is in the log only once GitHub has
/// given up on it.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// How long GitHub keeps its log.
const KEPT: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Deliveries that are looked through at once, in pages of a hundred: 20,000.
const PAGES: u32 = 200;
/// Deliveries that are pulled in one look; the others in the next, the oldest first.
const AT_ONCE: usize = 5_000;
/// Under which key the time of the last look is remembered.
const LOOKED: &str = "deliveries:looked";
/// What the ids end with of what was taken from the log when it was read as a whole.
const FROM_THE_LOG: &str = " from the log";
/// By when a new database has read the log, unless GitHub or Slack does not answer. What waits for
/// that is taken in then.
const READ_BY: SignedDuration = SignedDuration::from_mins(10);
/// How often to look whether the log was read.
const SOON: SignedDuration = SignedDuration::from_secs(2);

/// How far the log was read by this database as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Log {
    /// Not, as far as is known.
    #[default]
    Unread,
    /// Not, and it is read once it is known what the channels show.
    Waits,
    /// It was: whatever is in it has been taken in, or is waiting to be, in its order.
    Read,
}

impl Engine {
    /// Looks for missed deliveries where that is due.
    pub(super) async fn pull_missed(&self, now: Timestamp) {
        let (due, waits) = {
            let watch = lock(&self.0.watch);
            (watch.missed_due <= now, watch.log == Log::Waits)
        };
        let may_read = waits && self.knows_what_was_said(now).await.unwrap_or(false);
        if !due && !may_read {
            return;
        }
        let pause = match self.look_for_missed(now).await {
            Ok(whole) => {
                self.looked_well();
                if whole {
                    EVERY
                } else {
                    SignedDuration::from_secs(1)
                }
            }
            Err(error) => {
                if self.looked_in_vain(&error) {
                    tracing::warn!(%error, "GitHub's log of deliveries was not read");
                }
                match error {
                    Trouble::GitHub(GitHubError::RateLimited { wait }) => {
                        wait.until(now).duration_since(now)
                    }
                    _ => AFTER_TROUBLE,
                }
            }
        };
        lock(&self.0.watch).missed_due = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
    }

    /// Keeps what was missed. False when there is more of it.
    async fn look_for_missed(&self, now: Timestamp) -> Result<bool, Trouble> {
        self.note_birth(now).await?;
        let store = &self.0.parts.store;
        let looked = store.cached(LOOKED, now).await?;
        let looked = looked.and_then(|at| at.parse::<Timestamp>().ok());
        let back = |span| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
        let oldest = match looked {
            Some(at) => at.saturating_sub(OVERLAP).unwrap_or(Timestamp::MIN),
            None => Timestamp::MIN,
        }
        .max(back(KEPT));
        // A database that has never looked is new. If another was here before, what that one took
        // and had not yet said went with it; what it had said is known again by its key, once its
        // channels were read. Only then is it known what an edit or a deletion is to follow, also
        // one that has come since.
        let all = looked.is_none() && self.knows_what_was_said(now).await?;
        lock(&self.0.watch).log = match looked {
            Some(_) => Log::Read,
            None if all => Log::Unread,
            None => Log::Waits,
        };
        let mut missed = missed(self.log_until(oldest).await?, all);
        let ids: Vec<_> = missed.iter().map(|one| id(&one.guid, all)).collect();
        let unkept = store.unkept(Source::GitHub, &ids).await?;
        missed.retain(|one| unkept.contains(id(&one.guid, all).as_str()));
        let whole = missed.len() <= AT_ONCE;
        missed.truncate(AT_ONCE);
        for attempt in missed {
            let pulled = match self.0.parts.github.delivery(attempt.id).await {
                Ok(pulled) => pulled,
                Err(GitHubError::NotFound { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let kept = store
                .keep(Incoming {
                    source: Source::GitHub,
                    id: id(&pulled.guid, all),
                    kind: pulled.event,
                    body: Bytes::from(pulled.payload),
                    received: now,
                })
                .await?;
            if kept == Kept::New {
                self.0.parts.metrics.pulled.inc();
                tracing::info!(id = %attempt.guid, kind = %attempt.event, "a missed delivery was pulled");
            }
        }
        if whole && (all || looked.is_some()) {
            store
                .cache(LOOKED, &now.to_string(), Timestamp::MAX)
                .await?;
            lock(&self.0.watch).log = Log::Read;
        }
        Ok(whole)
    }

    /// Whether a delivery changes what is older than this database, which has not read the log yet:
    /// where it was said may be in what came before it. Gives when to look again.
    pub(super) async fn is_ahead_of_the_log(
        &self,
        id: &DeliveryId,
        reading: &Reading,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let unread = lock(&self.0.watch).log != Log::Read;
        let watches = self.0.parts.settings.sweep_every.is_some();
        let is_new = !id.as_str().ends_with(FROM_THE_LOG);
        let mut changes = reading.notes.iter().filter(|note| note.follows_up());
        if !unread || !watches || !is_new {
            return Ok(None);
        }
        let born = self.born(now).await?;
        let young = now.duration_since(born) < READ_BY;
        let older = changes.any(|note| note.at < born);
        Ok((young && older).then(|| now.saturating_add(SOON).unwrap_or(now)))
    }

    /// The log back to this time.
    async fn log_until(&self, oldest: Timestamp) -> Result<Vec<Attempt>, Trouble> {
        let mut log = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let page = self.0.parts.github.deliveries(cursor.as_deref()).await?;
            let old = |one: &Attempt| one.delivered_at.is_some_and(|at| at < oldest);
            let end = page.items.iter().any(old);
            log.extend(page.items.into_iter().filter(|one| !old(one)));
            cursor = page.next;
            if end || cursor.is_none() {
                return Ok(log);
            }
        }
        tracing::warn!(
            deliveries = log.len(),
            "GitHub's log is longer than what is looked through"
        );
        Ok(log)
    }
}

/// What a delivery is kept as. When the log is read as a whole, what was taken meanwhile is taken
/// once more.
fn id(guid: &str, all: bool) -> DeliveryId {
    if all {
        DeliveryId::from(format!("{guid}{FROM_THE_LOG}"))
    } else {
        DeliveryId::from(guid)
    }
}

/// The newest attempt of each delivery that was never taken (or of `all`) and that we read, in the
/// order in which they were first sent.
fn missed(log: Vec<Attempt>, all: bool) -> Vec<Attempt> {
    let taken: BTreeSet<String> = log
        .iter()
        .filter(|one| one.is_ok() && !all)
        .map(|one| one.guid.clone())
        .collect();
    let mut first: BTreeMap<String, (Option<Timestamp>, u64)> = BTreeMap::new();
    let mut missed: BTreeMap<String, Attempt> = BTreeMap::new();
    for one in log {
        if taken.contains(&one.guid) || !mirror::EVENTS.contains(&one.event.as_str()) {
            continue;
        }
        let place = (one.delivered_at, one.id);
        let earliest = first.entry(one.guid.clone()).or_insert(place);
        *earliest = place.min(*earliest);
        missed.entry(one.guid.clone()).or_insert(one);
    }
    let mut missed: Vec<_> = missed.into_values().collect();
    missed.sort_by_key(|one| first.get(&one.guid).copied());
    missed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(id: u64, guid: &str, status: &str, event: &str) -> Attempt {
        Attempt {
            id,
            guid: guid.to_owned(),
            delivered_at: Timestamp::from_second(i64::try_from(id).unwrap()).ok(),
            status: status.to_owned(),
            status_code: 0,
            event: event.to_owned(),
        }
    }

    fn log() -> Vec<Attempt> {
        vec![
            attempt(9, "b", "timed out", "issues"),
            attempt(8, "a", "OK", "issues"),
            attempt(7, "d", "timed out", "star"),
            attempt(6, "c", "timed out", "push"),
            attempt(5, "b", "Invalid HTTP Response: 503", "issues"),
            attempt(4, "a", "timed out", "issues"),
        ]
    }

    #[test]
    fn what_was_never_taken_comes_once_and_in_order() {
        let ids: Vec<_> = missed(log(), false).iter().map(|one| one.id).collect();
        assert_eq!(ids, [9, 6]);
    }

    #[test]
    fn a_new_database_takes_everything() {
        let all = missed(log(), true);
        let guids: Vec<_> = all.iter().map(|one| one.guid.as_str()).collect();
        assert_eq!(guids, ["a", "b", "c"]);
    }
}
