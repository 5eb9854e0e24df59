//! Which channels are written to next: whose turn it is, and who is left alone for a while.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::cases::Errand;
use super::{Engine, lock, sooner};
use crate::store::{Lane, StoreError};

/// Of how many lanes it is remembered when they were served.
const SERVED_KEPT: usize = 10_000;

/// After which time a trouble of a lane that was not told again is news.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_mins(2);

/// A lane that is left alone for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    until: Timestamp,
    /// So much that waits ends the rest before its time.
    unless: u64,
}

/// A lane that was told of many things at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flood {
    pub(super) until: Timestamp,
    /// Slack did not take them in one message.
    pub(super) refused: bool,
}

/// Whether Slack answers. Each lane that calls while it does not has a message in doubt, and each
/// doubt costs a reading of history later, of which there are 50 a minute: so where two lanes in a
/// row got no answer, one alone tries, until that goes well.
#[derive(Debug, Default)]
pub(super) struct Hush {
    /// The lanes that got no answer since one last did.
    unanswered: BTreeSet<String>,
    until: Option<Timestamp>,
}

impl Hush {
    fn is_on(&self) -> bool {
        self.unanswered.len() > 1
    }
}

/// Turns, counted, and which was the last of each lane.
#[derive(Debug, Default)]
pub(super) struct Served {
    turns: u64,
    lanes: BTreeMap<String, u64>,
}

impl Engine {
    /// The lanes that have work now and are not left alone, in their turn: those first that were not
    /// served for the longest time. (What waits first in a lane that floods may be older than all
    /// that others wait for.) Gives also the time at which there will be more to do.
    pub(super) async fn lanes_due(
        &self,
        now: Timestamp,
    ) -> Result<(Vec<Lane>, Option<Timestamp>), StoreError> {
        let store = &self.0.parts.store;
        self.give_up(now).await?;
        let mut next = store.next_message_at(now).await?;
        let mut lanes = store.lanes_with_work(now).await?;
        let resting = lock(&self.0.resting);
        lanes.retain(|lane| {
            let rest = resting.get(&lane.name);
            let rest = rest.filter(|rest| rest.until > now && lane.unsaid < rest.unless);
            if let Some(rest) = rest {
                next = sooner(next, Some(rest.until));
            }
            rest.is_none()
        });
        let served = lock(&self.0.served);
        // Stable: those that were never served stay in the order of what they wait for. What is only
        // to be looked at comes last.
        lanes.sort_by_key(|lane| (lane.unsaid == 0, served.lanes.get(&lane.name).copied()));
        let hush = lock(&self.0.hush);
        if hush.is_on() {
            let until = hush.until.filter(|until| *until > now);
            if until.is_some() && !lanes.is_empty() {
                let on_github =
                    |lane: &Lane| matches!(Errand::of(&lane.name), Some(Errand::OnGitHub(_)));
                lanes.retain(on_github);
                return Ok((lanes, sooner(next, until)));
            }
            // What is done on GitHub asks nothing of Slack.
            let (mut others, mut first): (Vec<Lane>, Vec<Lane>) = lanes
                .into_iter()
                .partition(|lane| matches!(Errand::of(&lane.name), Some(Errand::OnGitHub(_))));
            first.truncate(1);
            others.extend(first);
            lanes = others;
        }
        Ok((lanes, next))
    }

    /// Whether Slack does not answer just now: only one lane at once tries it.
    pub(super) fn is_hushed(&self) -> bool {
        lock(&self.0.hush).is_on()
    }

    /// Notes that a lane got an answer from Slack, or none, and that the next try is due at `until`.
    pub(super) fn heard(&self, lane: &str, silent_until: Option<Timestamp>) {
        let mut hush = lock(&self.0.hush);
        match silent_until {
            None => *hush = Hush::default(),
            Some(until) => {
                hush.unanswered.insert(lane.to_owned());
                hush.until = Some(until);
            }
        }
    }

    /// Notes that it is a lane's turn.
    pub(super) fn serve(&self, lane: &str) {
        let mut served = lock(&self.0.served);
        served.turns += 1;
        let turn = served.turns;
        served.lanes.insert(lane.to_owned(), turn);
        if served.lanes.len() > SERVED_KEPT {
            // The longest ago is as good as never.
            let old = turn.saturating_sub(SERVED_KEPT as u64 / 2);
            served.lanes.retain(|_, turn| *turn > old);
        }
    }

    /// Leaves a lane alone until then.
    pub(super) fn rest(&self, lane: &str, until: Timestamp) {
        self.rest_unless(lane, until, u64::MAX);
    }

    /// Leaves a lane alone until then, or until so much waits for it.
    pub(super) fn rest_unless(&self, lane: &str, until: Timestamp, unless: u64) {
        let now = self.now();
        let mut resting = lock(&self.0.resting);
        resting.retain(|_, rest| rest.until > now);
        resting.insert(lane.to_owned(), Rest { until, unless });
    }

    /// Whether the trouble of a lane, which comes back every few seconds while Slack is away, was
    /// not told lately: a log with a thousand lines hides the one that matters.
    pub(super) fn is_news(&self, lane: &str, now: Timestamp) -> bool {
        let mut told = lock(&self.0.troubles);
        told.retain(|_, at| now.duration_since(*at) < TOLD_AGAIN);
        told.insert(lane.to_owned(), now).is_none()
    }

    /// Marks as given up what has waited for its channel for too long.
    async fn give_up(&self, now: Timestamp) -> Result<(), StoreError> {
        for row in self.0.parts.store.give_up(now).await? {
            self.0.parts.metrics.given_up.inc();
            tracing::warn!(channel = %row.lane, key = %row.key, "no such channel within a day");
        }
        Ok(())
    }
}
