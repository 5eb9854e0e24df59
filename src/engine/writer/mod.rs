//! One writer per channel: what is wanted beside what was said, in order.

mod call;
mod digest;
pub(super) mod history;
mod line;
mod next;
pub(super) mod repair;
mod settle;

use jiff::{SignedDuration, Timestamp};

use super::cases::{Errand, Line};
use super::reach::Reached;
use super::teams::Job;
use super::{AFTER_STORE_TROUBLE, Engine, lock};
use crate::id::ChannelId;
use crate::mirror::{Document, compose};
use crate::slack::render::ITEMS;
use crate::slack::{Identity, Method};
use crate::store::{Fence, Lane, MessageRow, StoreError};

use call::{Saying, What};
use next::{Kind, MANY, Next, next};

/// How long a lane stays ours. Longer than the slowest call with all that follows from it.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How long to leave a lane alone when Slack does not answer at all.
const AFTER_SILENCE: SignedDuration = SignedDuration::from_secs(15);
/// Calls for one channel before others have their turn.
const CALLS_A_TURN: usize = 4;
/// For how long after much was told at once a channel is expected to be told more of it.
const FLOODED: SignedDuration = SignedDuration::from_secs(30);
/// How long more is gathered then, unless it fills a message before.
const GATHER: SignedDuration = SignedDuration::from_secs(5);

/// What saying one message came to.
enum Said {
    /// Said, or needs no saying: go on with the next.
    On,
    /// Not now; go on with this lane then.
    Later(Timestamp),
    /// The channel is not what it was: look for it anew.
    Lost,
}

/// Where something is said, and by what right.
pub(super) struct Place<'a> {
    pub(super) lane: &'a str,
    pub(super) channel: &'a ChannelId,
    fence: Fence,
}

/// A row that is due, and what there is to say of it.
struct Due {
    row: MessageRow,
    document: Option<Document>,
    /// What is said instead, about an incident.
    line: Option<Line>,
    kind: Kind,
}

impl Engine {
    /// Writes what is due for a lane, until nothing is, something says to wait, or it is the turn of
    /// others.
    pub(super) async fn write_lane(&self, lane: Lane) {
        let name = lane.name.clone();
        let store = &self.0.parts.store;
        let owner = &self.0.parts.settings.owner;
        let now = self.now();
        let result = match store.lease_lane(&name, owner, now, LEASE).await {
            Ok(Some(fence)) => match (Errand::of(&name), Job::of(&name)) {
                (Some(errand), _) => self.do_errands(&lane, &errand).await,
                (None, Some(job)) => self.do_jobs(&lane, job).await,
                (None, None) => self.write(lane, fence).await,
            },
            // Another process writes here; its lease ends in time.
            Ok(None) => Ok(now.checked_add(AFTER_SILENCE).ok()),
            Err(error) => Err(error),
        };
        let rest = match result {
            Ok(rest) => rest,
            Err(error) => {
                store.complain(&error);
                self.now().checked_add(AFTER_STORE_TROUBLE).ok()
            }
        };
        if let Some(until) = rest {
            self.rest(&name, until);
        }
        if let Err(error) = store.release_lane(&name, owner).await {
            tracing::warn!(channel = %name, %error, "the lane stays leased until its lease ends");
        }
    }

    async fn write(&self, lane: Lane, fence: Fence) -> Result<Option<Timestamp>, StoreError> {
        let started = self.now();
        let channel = match self.reach(&lane, started).await? {
            Reached::Channel(channel) => channel,
            Reached::Later(later) => return Ok(Some(later)),
        };
        let place = Place {
            lane: &lane.name,
            channel: &channel,
            fence,
        };
        if let Some(later) = self.restore(&place, started).await? {
            return Ok(Some(later));
        }
        if let Some(later) = self.settle(&place, started).await? {
            return Ok(Some(later));
        }
        for _ in 0..CALLS_A_TURN {
            let now = self.now();
            // A lease must not run out under a call: stop early, and come back with a new one.
            if now.duration_since(started) * 2 > LEASE {
                return Ok(None);
            }
            let flooded = self.is_flooded(&lane.name, now);
            let many = lane.unsaid > MANY as u64 || flooded;
            let due = match self.due(&lane.name, many, now).await? {
                Ok(due) => due,
                Err(later) => {
                    // Nothing waits: time to see whether all stands there once.
                    let lane = self.0.parts.store.lane(&lane.name).await?;
                    let look = lane.and_then(|it| it.look).filter(|look| look.at <= now);
                    let Some(look) = look else { return Ok(later) };
                    let again = self.repair(&place, look, now).await?;
                    return Ok(again.or(later));
                }
            };
            match self.say(&place, due, flooded, now).await? {
                Said::On => {}
                Said::Later(later) => return Ok(Some(later)),
                Said::Lost => {
                    lock(&self.0.directory).forget(&lane.name);
                    self.0.parts.store.unbind(&lane.name).await?;
                    return Ok(None);
                }
            }
        }
        Ok(None)
    }

    /// What is due in a lane, in order: the first, or `many`. When nothing is, the time at which
    /// something will be.
    async fn due(
        &self,
        lane: &str,
        many: bool,
        now: Timestamp,
    ) -> Result<Result<Vec<Due>, Option<Timestamp>>, StoreError> {
        // As many as one message takes, and some that will not stand in it.
        let limit = if many { ITEMS as u32 + 15 } else { 1 };
        let rows = self.0.parts.store.waiting(lane, limit, now).await?;
        match rows.first() {
            None => return Ok(Err(None)),
            // What has not settled holds up what came after it.
            Some(row) if row.settle_at > now => return Ok(Err(Some(row.settle_at))),
            Some(_) => {}
        }
        let due = rows.into_iter().take_while(|row| row.settle_at <= now);
        Ok(Ok(due.map(|row| self.look_into(row)).collect()))
    }

    fn look_into(&self, row: MessageRow) -> Due {
        if let Some(line) = Line::of_row(&row.doc) {
            return Due {
                kind: match row.ts {
                    Some(_) => Kind::Update,
                    None => Kind::Alone,
                },
                row,
                document: None,
                line: Some(line),
            };
        }
        let document: Option<Document> = serde_json::from_str(&row.doc).ok();
        let told = document.as_ref().filter(|document| {
            (row.ts.is_some() || !document.is_gone()) && compose(document, self.lang()).is_some()
        });
        let kind = match told {
            None => Kind::Nothing,
            Some(_) if row.ts.is_some() => Kind::Update,
            Some(document) if document.is_a_turning_point() => Kind::TurningPoint,
            Some(_) => Kind::Post,
        };
        Due {
            row,
            document,
            line: None,
            kind,
        }
    }

    async fn say(
        &self,
        place: &Place<'_>,
        mut due: Vec<Due>,
        flooded: bool,
        now: Timestamp,
    ) -> Result<Said, StoreError> {
        let kinds: Vec<Kind> = due.iter().map(|due| due.kind).collect();
        if let Next::Together(these) = next(&kinds, flooded)
            && !self.has_refused_digests(place.lane, now)
        {
            let all = due.into_iter().enumerate();
            let these = all.filter(|(at, _)| these.contains(at)).map(|(_, due)| due);
            return self.say_together(place, these.collect(), now).await;
        }
        if due.is_empty() {
            return Ok(Said::On);
        }
        let Due {
            row,
            document,
            line,
            kind,
        } = due.swap_remove(0);
        let store = &self.0.parts.store;
        if let Some(line) = line {
            return self.say_line(place, row, line, now).await;
        }
        let Some(document) = document else {
            tracing::error!(channel = %place.lane, key = %row.key, "a row that does not read");
            store
                .drop_message(place.lane, &row.key, "unreadable")
                .await?;
            return Ok(Said::On);
        };
        if kind == Kind::Nothing {
            // Nothing to say of it (yet): as good as said, until something newer comes.
            store.skip(place.lane, &row.key, row.rev).await?;
            return Ok(Said::On);
        }
        if let Some(ts) = &row.ts {
            let rows = store.together(place.lane, ts).await?;
            if rows.len() > 1 {
                return self.say_again(place, rows, now).await;
            }
        }
        let Some(message) = compose(&document, self.lang()) else {
            return Ok(Said::On);
        };
        let saying = Saying {
            entries: vec![(row.key.clone(), row.rev)],
            news: vec![row.key],
            ts: row.ts,
            what: What::One(message),
        };
        self.call(place, saying, now).await
    }

    /// Who we are in Slack; asked once.
    pub(super) async fn identity(&self) -> Option<Identity> {
        let asked = self.0.identity.get_or_try_init(async || {
            let now = self.now();
            self.may(Method::AuthTest, now).map_err(|_| ())?;
            let said = self.0.parts.slack.auth_test().await;
            said.map_err(|error| {
                self.after(&error, Method::AuthTest, now);
                tracing::warn!(%error, "Slack does not say who we are");
            })
        });
        asked.await.ok().cloned()
    }
}

/// As the store keeps it; a document's revision fits by its own promise.
pub(super) fn revision(rev: u64) -> i64 {
    i64::try_from(rev).unwrap_or(i64::MAX)
}
