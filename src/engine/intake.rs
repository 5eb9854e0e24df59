//! From a delivery to what the channels shall be told.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::lookups::is_silence;
use super::subjects::{remember, route};
use super::sweep::late;
use super::{Engine, lock};
use crate::channel_name::ChannelName;
use crate::github::GitHubError;
use crate::id::RepoName;
use crate::mirror::{self, About, Me, Note, Reading, Subject};
use crate::slack::inbound::Door;
use crate::store::{Changes, Delivery, Source, Store, StoreError};

mod draft;

pub(super) use draft::Draft;

/// Deliveries taken at once. Few, so that a process that dies holds up few until its lease ends.
const AT_ONCE: u32 = 64;
/// How long a delivery stays ours. Longer than all that one may wait for.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// Tries before a delivery is set aside, with pauses of 1, 4, 16, 64 seconds between.
const TRIES: u32 = 5;
/// Processes that died with a delivery in hand before it is taken for the cause. Each counts as a
/// try, and a delivery that was tried before is in hand alone.
const DEATHS: u32 = 10;
/// The longest between two tries while GitHub is away.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// How long a message waits for a channel of its name, and a delivery for GitHub.
pub(super) const WAITS: SignedDuration = SignedDuration::from_hours(24);

/// Why a delivery could not be taken in.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It makes no sense; trying again will not help, but people should see it.
    #[error("{0}")]
    Unreadable(String),
    /// Whoever takes it in dies of it.
    #[error("{0} processes ended while it was in hand")]
    Deadly(u32),
    /// Something has happened that is not known yet, and may change what follows: again then.
    #[error("what came before it is read first")]
    Early(Timestamp),
    /// GitHub did not tell what was needed to know.
    #[error("GitHub: {0}")]
    GitHub(#[from] GitHubError),
    /// Slack did not show what was needed to know, and may then.
    #[error("Slack: {why}")]
    Slack {
        /// For the log.
        why: String,
        /// When to ask again.
        until: Timestamp,
    },
    /// Our own database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Trouble {
    /// Whether it will pass: the same delivery will do when GitHub is back.
    fn will_pass(&self) -> bool {
        matches!(self, Self::GitHub(error) if is_silence(error))
    }
}

impl Engine {
    /// Takes in what waits, oldest first. Gives how many deliveries were looked at.
    pub(super) async fn intake(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.give_back().await?;
        let store = &self.0.parts.store;
        let owner = &self.0.parts.settings.owner;
        let deliveries = store.lease(owner, now, LEASE, AT_ONCE).await?;
        let taken = deliveries.len();
        let mut deliveries = deliveries.into_iter();
        while let Some(delivery) = deliveries.next() {
            let _merging = self.0.merging.lock().await;
            if let Err(error) = self.take_in_one(&delivery, now).await {
                let rest = deliveries.map(|delivery| delivery.lease);
                lock(&self.0.unreturned).extend([delivery.lease].into_iter().chain(rest));
                return Err(error);
            }
        }
        Ok(taken)
    }

    /// Gives back what the database's trouble kept us from working on.
    async fn give_back(&self) -> Result<(), StoreError> {
        let leases = lock(&self.0.unreturned).clone();
        if !leases.is_empty() {
            self.0.parts.store.give_back(&leases).await?;
            lock(&self.0.unreturned).clear();
        }
        Ok(())
    }

    /// Takes in one delivery, or decides when it is tried again. Fails only when the database does,
    /// for whatever it is asked.
    async fn take_in_one(&self, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
        let store = &self.0.parts.store;
        let (lease, tries) = (&delivery.lease, delivery.tries);
        let asked = self.github_rests_until().is_none();
        let taken = if tries > DEATHS {
            Err(Trouble::Deadly(tries - 1))
        } else {
            self.take(delivery, now).await
        };
        let mut incidents = BTreeSet::new();
        let finished = match taken {
            Ok(changes) => {
                incidents.extend(changes.entries.iter().map(|row| row.incident.clone()));
                store.finish(lease, changes).await.map_err(Trouble::Store)
            }
            Err(error) => Err(error),
        };
        let error = match finished {
            Ok(true) => {
                for incident in incidents {
                    self.changed(&incident).await?;
                }
                return Ok(());
            }
            Ok(false) => {
                tracing::warn!(id = %delivery.id, "taken in by somebody else meanwhile");
                return Ok(());
            }
            Err(Trouble::Store(error)) if error.is_the_databases() => return Err(error),
            Err(error) => error,
        };
        let (id, kind) = (&delivery.id, &delivery.kind);
        let said = error.to_string();
        if let Trouble::Early(at) = error {
            return store.put_off(lease, &said, at).await.map(drop);
        }
        let waited = now.duration_since(delivery.received);
        if let Trouble::Slack { until, .. } = error
            && waited < WAITS
        {
            tracing::warn!(%id, %kind, %error, "put off until Slack answers");
            return store.put_off(lease, &said, until).await.map(drop);
        }
        let after = |pause| now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let passes = error.will_pass() && waited < WAITS;
        if passes && !asked {
            tracing::debug!(%id, %kind, "put off until GitHub answers");
            let at = self.github_rests_until().unwrap_or(now);
            store.put_off(lease, &said, at).await?;
            return Ok(());
        }
        tracing::warn!(%id, %kind, tries, %error, "delivery not taken in");
        if passes {
            let pause = (waited / 4).clamp(SignedDuration::from_secs(1), LONGEST_PAUSE);
            let at = match error {
                Trouble::GitHub(GitHubError::RateLimited { wait }) => wait.until(now),
                _ => after(pause),
            };
            let at = self.github_rests_until().map_or(at, |rest| rest.max(at));
            store.put_off(lease, &said, at).await?;
        } else if tries < TRIES {
            let pause = SignedDuration::from_secs(4_i64.pow(tries.saturating_sub(1)));
            store.try_later(lease, &said, after(pause)).await?;
        } else {
            self.0.parts.metrics.set_aside.inc();
            store.set_aside(lease, &said).await?;
        }
        Ok(())
    }

    async fn take(&self, delivery: &Delivery, now: Timestamp) -> Result<Changes, Trouble> {
        match delivery.source {
            Source::GitHub => self.take_github(delivery, now).await,
            Source::SlackEvent => self.take_slack(Door::Event, delivery, now).await,
            Source::SlackInteraction => self.take_slack(Door::Interaction, delivery, now).await,
            Source::SlackCommand => self.take_slack(Door::Command, delivery, now).await,
        }
    }

    async fn take_github(&self, delivery: &Delivery, now: Timestamp) -> Result<Changes, Trouble> {
        let payload: Value = serde_json::from_slice(&delivery.body)
            .map_err(|error| Trouble::Unreadable(format!("no JSON: {error}")))?;
        let reading = self.read(&delivery.kind, &payload, delivery.received)?;
        if let Some(reading) = &reading {
            let early = self.is_ahead_of_the_log(&delivery.id, reading, now).await?;
            if let Some(at) = early {
                return Err(Trouble::Early(at));
            }
        }
        if self.touches_rules(&delivery.kind, &payload) {
            self.rules_changed(&payload);
        }
        self.notice_pull(&delivery.kind, &payload, now);
        self.notice_aftermath(&delivery.kind, &payload, now);
        let jobs = self.notice_teams(&delivery.kind, &payload, now);
        let mut changes = Changes::default();
        if let Some(reading) = reading {
            let late = late(&reading, now);
            changes = self.follow(reading, delivery.received, now).await?;
            if !changes.messages.is_empty() {
                changes.cache.extend(late);
            }
        }
        changes.messages.extend(jobs);
        Ok(changes)
    }

    /// What follows from a reading, whether a webhook or a sweep brought it at `received`.
    pub(super) async fn follow(
        &self,
        mut reading: Reading,
        received: Timestamp,
        now: Timestamp,
    ) -> Result<Changes, Trouble> {
        let rules = self.rules();
        reading.notes.retain(|note| !rules.mutes(note));
        let mut draft = Draft::default();
        match reading.about.clone() {
            About::Subject(subject) => {
                self.about_subject(subject, &mut reading, &mut draft, now)
                    .await?;
            }
            About::Branch { repo, branch, tag } => {
                let mut lanes = ChannelName::find_all(&branch);
                let pull = if tag {
                    None
                } else {
                    self.known_by_head(&repo, &branch, now).await?
                };
                // That its branch came to be is from before there was a pull request.
                let before = |pull: &Subject| {
                    let mut notes = reading.notes.iter();
                    notes.any(|it| it.at < pull.as_of && it.key.as_str().contains(":created:"))
                };
                if let Some(pull) = pull.filter(|pull| !before(pull)) {
                    lanes.extend(pull.names());
                    // A push does not say so itself.
                    let on_draft = pull.open && pull.draft;
                    for note in &mut reading.notes {
                        note.on_draft = on_draft;
                    }
                    reading.notes.retain(|note| !rules.mutes(note));
                }
                if let Some(first) = reading.notes.first().filter(|_| !lanes.is_empty()) {
                    let watched = self.watch_over(&repo, first.at, now).await?;
                    draft.cache.extend(watched);
                }
                self.add(&mut draft, &lanes, reading.notes, now).await?;
            }
            About::Checks {
                repo,
                head_sha,
                pulls,
                ..
            } if !reading.notes.is_empty() => {
                let mut lanes = BTreeSet::new();
                let mut numbers = pulls;
                if numbers.is_empty() {
                    numbers = self.pulls_of(&repo, &head_sha, now).await?;
                }
                for number in numbers {
                    let pull = self.pull(&repo, number, now).await?;
                    let heard = |pull: &Subject| !(pull.draft && rules.playbook.mirror.mute_drafts);
                    if let Some(pull) = pull.filter(heard) {
                        lanes.extend(pull.names());
                    }
                }
                if let Some(first) = reading.notes.first().filter(|_| !lanes.is_empty()) {
                    let watched = self.watch_over(&repo, first.at, now).await?;
                    draft.cache.extend(watched);
                }
                self.add(&mut draft, &lanes, reading.notes, now).await?;
            }
            About::Checks { .. } => {}
        }
        Ok(draft.changes(received))
    }

    /// What follows from notes that belong to just these channels.
    pub(super) async fn tell_in(
        &self,
        lanes: &BTreeSet<ChannelName>,
        mut notes: Vec<Note>,
        now: Timestamp,
    ) -> Result<Changes, Trouble> {
        let rules = self.rules();
        notes.retain(|note| !rules.mutes(note));
        let mut draft = Draft::default();
        self.add(&mut draft, lanes, notes, now).await?;
        Ok(draft.changes(now))
    }

    /// Reads a payload. A panic on hostile input costs this payload, not the process.
    pub(super) fn read(
        &self,
        kind: &str,
        payload: &Value,
        received: Timestamp,
    ) -> Result<Option<Reading>, Trouble> {
        let me = Me {
            app_id: Some(self.0.parts.settings.app_id),
            login: None,
        };
        let read = || mirror::read(kind, payload, received, &me);
        let mut reading = catch_unwind(AssertUnwindSafe(read))
            .map_err(|_| Trouble::Unreadable("reading it panicked".to_owned()))?
            .map_err(|error| Trouble::Unreadable(error.to_string()))?;
        if let Some(Reading { about, notes, .. }) = &mut reading
            && let About::Subject(subject) = about
            && self.is_an_incident(subject)
        {
            // The incident tells of itself; people's words are told as everywhere.
            notes.retain(|note| note.key.as_str().starts_with("c:") && !note.by_bot);
        }
        Ok(reading)
    }

    async fn about_subject(
        &self,
        mut subject: Subject,
        reading: &mut Reading,
        draft: &mut Draft,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let known = self.known(&subject.repo, subject.number, now).await?;
        if subject.is_pull && subject.head.is_none() {
            // A comment on a pull request names no branch.
            subject.head = match known.as_ref().and_then(|known| known.head.clone()) {
                Some(head) => Some(head),
                None => self
                    .pull(&subject.repo, subject.number, now)
                    .await?
                    .and_then(|p| p.head),
            };
        }
        let routed = route(known.as_ref(), &subject, reading.renamed_from.as_deref());
        let notes = std::mem::take(&mut reading.notes);
        let stayed: BTreeSet<_> = routed.lanes.difference(&routed.gained).cloned().collect();
        // The news of a title that brought the subject here is told by the back-fill.
        let brought = reading.renamed_from.is_some();
        let told = if brought { &stayed } else { &routed.lanes };
        // Unless a title in between was not heard of: then it may have been that one.
        let from = reading.renamed_from.as_deref();
        let in_turn = |from| known.as_ref().is_none_or(|known| known.title == from);
        let titled = from.is_some_and(in_turn);
        self.reroute(&subject, &routed, titled, draft, now).await?;
        if let (Some(from), Some(known)) = (&reading.renamed_from, &known)
            && known.as_of > subject.as_of
        {
            for lane in self.unbrought(&subject, from, known).await? {
                self.back_fill(&subject, &lane, draft, now).await?;
            }
        }
        self.add(draft, told, notes, now).await?;
        let newest = known
            .as_ref()
            .is_none_or(|known| known.as_of <= subject.as_of);
        if newest {
            draft.cache.extend(remember(&subject, now));
        }
        if !subject.is_pull {
            let touched = self.touched(&subject.repo, subject.number, now);
            draft.cache.extend(touched);
        }
        if !routed.lanes.is_empty() || !subject.names().is_empty() {
            let watched = self.watch_over(&subject.repo, subject.as_of, now).await?;
            draft.cache.extend(watched);
        }
        for lane in &routed.lanes {
            let at = format!("{}#{}", subject.repo, subject.number);
            let expires = now.saturating_add(WAITS * 2).unwrap_or(Timestamp::MAX);
            draft.cache.push((format!("waits:{lane}"), at, expires));
        }
        Ok(())
    }

    /// Where a lane's news come from, to say there that its channel cannot be reached.
    pub(super) async fn origin(
        &self,
        lane: &str,
        now: Timestamp,
    ) -> Result<Option<(RepoName, u64)>, StoreError> {
        let store: &Store = &self.0.parts.store;
        let at = store.cached(&format!("waits:{lane}"), now).await?;
        Ok(at.and_then(|at| {
            let (repo, number) = at.rsplit_once('#')?;
            Some((RepoName::from(repo), number.parse().ok()?))
        }))
    }
}
