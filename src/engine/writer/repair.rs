//! A message that Slack put into a channel long after it gave no answer stands there twice by then:
//! the later of the two goes.

use jiff::{SignedDuration, Timestamp};

use super::history::{Double, Ours, Unread, doubles, shown_first};
use super::{Place, Said, revision};
use crate::engine::Engine;
use crate::id::DoneKey;
use crate::slack::{Call, Method, Refusal, SlackError};
use crate::store::{Look, StoreError};

/// When a channel is read for what may come late, after the doubt: soon, and once more.
const SOON: SignedDuration = SignedDuration::from_mins(1);
const LAST: SignedDuration = SignedDuration::from_mins(20);

/// The readings for what may come late of a call now, and lie back to `since`.
pub(in crate::engine) fn look_after(now: Timestamp, since: Timestamp) -> Look {
    let after = |pause| now.saturating_add(pause).unwrap_or(Timestamp::MAX);
    Look {
        at: after(SOON),
        since,
        until: after(LAST),
    }
}

/// The reading after one at `now`. A doubt that is younger than the first reading of its own gets
/// that, whoever asked for this one.
fn next_look(look: Look, now: Timestamp) -> Option<Look> {
    let left = look.until.duration_since(now);
    let soon = now.saturating_add(SOON).unwrap_or(look.until);
    let at = if left > LAST - SOON { soon } else { look.until };
    (left > SignedDuration::ZERO).then_some(Look { at, ..look })
}

impl Engine {
    /// Reads a channel for what stands there twice, and leaves each once. Gives a time to try again
    /// where Slack does not let us.
    pub(super) async fn repair(
        &self,
        place: &Place<'_>,
        look: Look,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let store = &self.0.parts.store;
        let ours = match self.ours_since(place, look.since, now).await {
            Ok(ours) => ours,
            Err(Unread::Later(later)) => return Ok(Some(later)),
            Err(Unread::Refused) => Vec::new(),
        };
        for double in doubles(&ours) {
            if let Some(later) = self.undouble(place, &double, now).await? {
                return Ok(Some(later));
            }
        }
        self.adopt_strays(place, &ours).await?;
        let again = next_look(look, now);
        store.looked(place.lane, again).await?;
        Ok(None)
    }

    /// A message that came after all, when its text was gone and nothing more was to be said of it:
    /// now it stands there, and has to show what there is to show.
    async fn adopt_strays(&self, place: &Place<'_>, ours: &[Ours]) -> Result<(), StoreError> {
        let store = &self.0.parts.store;
        let shown = shown_first(ours);
        let keys: Vec<DoneKey> = shown.keys().map(|key| (*key).clone()).collect();
        for row in store.documents(place.lane, &keys).await? {
            let open = row.ts.is_none() && row.intent_at.is_none() && row.dropped.is_none();
            if let Some((ts, rev)) = shown.get(&row.key).filter(|_| open) {
                tracing::info!(channel = %place.lane, key = %row.key, "this came after all");
                store
                    .adopt(place.lane, ts, &row.key, revision(*rev))
                    .await?;
            }
        }
        Ok(())
    }

    /// The rows keep to the earlier message; then the later one goes, or what it tells again goes
    /// from it. A crash in between is made good by the next reading, which finds the same.
    async fn undouble(
        &self,
        place: &Place<'_>,
        double: &Double,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let store = &self.0.parts.store;
        for (key, ts, rev) in &double.again {
            store.adopt(place.lane, ts, key, revision(*rev)).await?;
        }
        tracing::info!(channel = %place.lane, ts = %double.ts, "this stood there twice");
        if !double.whole {
            let rows = store.together(place.lane, &double.ts).await?;
            if rows.is_empty() {
                return Ok(None);
            }
            return match self.say_again(place, rows, now).await? {
                Said::Later(later) => Ok(Some(later)),
                Said::On => {
                    self.0.parts.metrics.doubles.inc();
                    Ok(None)
                }
                Said::Lost => Ok(None),
            };
        }
        let call = Call {
            method: Method::Delete,
            channel: Some(place.channel),
        };
        if let Err(later) = super::lock(&self.0.pace).take(now, call) {
            return Ok(Some(later));
        }
        match self.0.parts.slack.delete(place.channel, &double.ts).await {
            Ok(()) => {
                self.0.parts.metrics.doubles.inc();
            }
            // Gone is gone; what may not be deleted stays, and is not tried for ever.
            Err(SlackError::Refused(Refusal::MessageNotFound)) => {}
            Err(SlackError::Refused(why)) => {
                tracing::warn!(channel = %place.lane, %why, "what stands there twice stays");
            }
            Err(error) => return Ok(Some(self.after(&error, Method::Delete, now))),
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_doubt_is_looked_into_soon_and_once_more() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let first = look_after(at(1_000), at(700));
        assert_eq!((first.at, first.until), (at(1_060), at(2_200)));
        let last = next_look(first, at(1_060)).unwrap();
        assert_eq!((last.at, last.since), (at(2_200), at(700)));
        assert_eq!(next_look(last, at(2_200)), None);
        // A new doubt right before a reading that another asked for.
        let both = Look {
            at: at(2_200),
            until: at(3_398),
            ..last
        };
        let soon = next_look(both, at(2_200)).unwrap();
        assert_eq!(soon.at, at(2_260));
        assert_eq!(next_look(soon, at(2_260)).unwrap().at, at(3_398));
    }
}
