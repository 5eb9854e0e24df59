//! Sees to the incidents that go on: what follows from a record is written beside what was done.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::kept::{WORRIES_AFTER, keys_begin};
use super::known::{KEPT, TOUCHED, rows};
use super::owed::{Owed, channel_lane, is_card, lane_of, pinned, written};
use super::prepared::asked_to_wait;
use super::{Case, Cases, Errand, Line};
use crate::engine::intake::Trouble;
use crate::engine::{Engine, lock, sooner};
use crate::id::DoneKey;
use crate::incident::{Effect, Entry, Phase, Tell, Todo, deadline, due, fold, owed};
use crate::slack::render::Style;
use crate::store::{Changes, MessageRow, StoreError};

/// When to ask again after GitHub or our database did not answer.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_secs(15);
/// How many issues are read before those that go on have their turn: a new database reads all of
/// the last month.
const READ_AT_ONCE: usize = 5;
/// How far back messages are looked for that carry what waits for GitHub.
const CARRIED: SignedDuration = SignedDuration::from_hours(24 * 7);
/// For how long an incident whose channel is closed is still looked at.
const OVER: SignedDuration = SignedDuration::from_mins(30);

impl Engine {
    /// Reads the issues that were touched, and sees to every incident of which something is new or
    /// due. Gives when there will be more to do.
    pub(in crate::engine) async fn tend(&self, now: Timestamp) -> Option<Timestamp> {
        match self.tend_all(now).await {
            Ok(next) => next,
            Err(error) => {
                if self.looked_in_vain(&error) {
                    tracing::warn!(%error, "the incidents were not seen to");
                }
                now.checked_add(AFTER_TROUBLE).ok()
            }
        }
    }

    async fn tend_all(&self, now: Timestamp) -> Result<Option<Timestamp>, Trouble> {
        self.load_cases().await?;
        if self.0.identity.get().is_none() && self.identity().await.is_some() {
            self.publish();
        }
        let mut next = match self.look_for_incidents(now).await {
            Ok(()) => self.read_touched(now).await?,
            Err(Trouble::Store(error)) => return Err(error.into()),
            // What is known goes on.
            Err(error) => {
                if self.looked_in_vain(&error) {
                    tracing::warn!(%error, "the incidents of before were not read");
                }
                now.checked_add(AFTER_TROUBLE).ok()
            }
        };
        let looked = self.look_at_aftermaths(now).await?;
        next = sooner(next, looked);
        // What is done for one may be news for another; each is looked at once, and again if so.
        let mut keys: Vec<DoneKey> = {
            let mut cases = self.cases();
            let Cases { all, stale, .. } = &mut *cases;
            // What was said of an incident that is not known, or goes by another name, is done with.
            stale.retain(|key| all.contains_key(key));
            let due = |key: &&DoneKey| {
                let case = &cases.all[*key];
                let at = deadline(&case.incident, &case.rules);
                let waits = case.entries.iter().any(|entry| !entry.recorded);
                cases.stale.contains(*key) || waits || at.is_some_and(|at| at <= now)
            };
            cases.all.keys().filter(due).cloned().collect()
        };
        keys.sort();
        for key in keys {
            self.cases().stale.remove(&key);
            if let Err(error) = self.tend_one(&key, now).await {
                self.cases().stale.insert(key);
                return Err(error);
            }
        }
        let week = self.remind_owners(now).await?;
        next = sooner(next, week);
        let cases = self.cases();
        if !cases.stale.is_empty() {
            next = sooner(next, Some(now));
        }
        for case in cases.all.values() {
            let at = deadline(&case.incident, &case.rules);
            // A deadline with nothing to say was looked at just now.
            next = sooner(next, at.filter(|at| *at > now));
            let waiting = case.entries.iter().filter(|entry| !entry.recorded);
            let worry = waiting.filter_map(|entry| entry.at.checked_add(WORRIES_AFTER).ok());
            next = sooner(next, worry.min().filter(|at| *at > now));
        }
        Ok(next)
    }

    /// Reads the issues of which something was told. Gives when the next one is due.
    async fn read_touched(&self, now: Timestamp) -> Result<Option<Timestamp>, Trouble> {
        let store = &self.0.parts.store;
        let mut next = None;
        let mut left = READ_AT_ONCE;
        for (name, due) in store.cached_below(TOUCHED, now).await? {
            let at: Timestamp = due.parse().unwrap_or(now);
            let rest = self.github_rests_until();
            if at > now || left == 0 || rest.is_some() {
                next = sooner(next, Some(rest.unwrap_or(now).max(at)));
                continue;
            }
            left -= 1;
            let Some(number) = name.strip_prefix(TOUCHED).and_then(|n| n.parse().ok()) else {
                store.forget(&name).await?;
                continue;
            };
            tracing::debug!(number, "read again");
            if let Err(error) = self.read_issue(number, now).await {
                let later = match &error {
                    Trouble::Early(at) => *at,
                    Trouble::GitHub(_) => now.saturating_add(AFTER_TROUBLE).unwrap_or(now),
                    _ => return Err(error),
                };
                let silent = matches!(error, Trouble::Early(_));
                if !silent && self.looked_in_vain(&error) {
                    tracing::warn!(number, %error, "the incident's issue was not read");
                }
                // Others first: it may be this one that GitHub does not give.
                let until = later.saturating_add(KEPT).unwrap_or(later);
                store.cache(&name, &later.to_string(), until).await?;
                next = sooner(next, Some(later));
                continue;
            }
            self.looked_well();
            // Whatever came in while it was read is due later than what was done now.
            if store.cached(&name, now).await?.as_deref() == Some(due.as_str()) {
                store.forget(&name).await?;
            }
        }
        Ok(next)
    }

    /// Finds what an incident asks for and nobody has done, and has it done.
    async fn tend_one(&self, key: &DoneKey, now: Timestamp) -> Result<(), Trouble> {
        let Some(mut case) = self.case(key) else {
            return Ok(());
        };
        // The record itself first: what is due is on record as soon as it is given.
        let reminders = due(&case.incident, &case.rules, now);
        if reminders.iter().any(says_silence) && self.heard_of_late(&case, now).await? {
            // Somebody spoke; only Slack knew.
            return Ok(());
        }
        let given: Vec<Entry> = reminders.iter().filter_map(entry_of).collect();
        if !given.is_empty() {
            let mut entries = case.entries.clone();
            // A new reminder stands in the place of the last one of its kind that waits.
            entries.retain(|entry| entry.recorded || given.iter().all(|new| new.key != entry.key));
            entries.extend(given.iter().cloned());
            let rules = case.rules.clone();
            if let Some(incident) = fold(&entries, &rules) {
                case = Arc::new(Case {
                    incident,
                    entries,
                    rules,
                });
            }
        }
        let url = self.0.identity.get().map(|me| me.url.clone());
        let url = url.unwrap_or_default();
        let people = self.rules().people;
        let mut effects = owed(&case.entries, &case.rules);
        let said = |effect: &Effect| !matches!(effect.todo, Todo::Write(_));
        effects.extend(
            reminders
                .into_iter()
                .filter(said)
                .map(|effect| (now, effect)),
        );
        let known = self.rows_of(&case, &effects).await?;
        let back = now.saturating_sub(CARRIED).unwrap_or(Timestamp::MIN);
        let carriers = keys_begin(key);
        let kept = self.0.parts.store.told_below(&carriers, back).await?;
        let mut owed = Owed {
            case: &case,
            now,
            style: Style {
                people: &people,
                workspace_url: Some(url.as_str()).filter(|url| !url.is_empty()),
                lang: case.rules.lang,
            },
            rows: known,
            changes: Changes::default(),
            born: self.born(now).await?,
            entries: Vec::new(),
            shown: Vec::new(),
        };
        for (nth, (at, effect)) in effects.iter().enumerate() {
            let at = at.saturating_add(SignedDuration::from_micros(nth as i64));
            let last = |cases: &super::Cases, lane: &str| {
                cases
                    .shown
                    .get(&(lane.to_owned(), effect.key.clone()))
                    .copied()
            };
            let since = |lane: &str| last(&self.cases(), lane);
            owed.effect(effect, at.unwrap_or(now), since);
        }
        owed.waiting_entries();
        owed.keep(kept);
        owed.lead_there();
        let (mut changes, entries, shown) = (owed.changes, owed.entries, owed.shown);
        // Said and on record, or neither.
        changes.entries = rows(key, &given, now);
        if changes != Changes::default() {
            self.cases().shown.extend(shown);
            {
                let _merging = self.0.merging.lock().await;
                self.0.parts.store.apply(changes).await?;
            }
            self.bind_channel(&case).await?;
            self.0.wanted.notify_one();
        }
        if !given.is_empty() {
            self.changed(key).await?;
        }
        self.learn(key, &entries, now).await?;
        self.want_loans(&case, now).await?;
        self.forget_what_is_over(&case, now).await?;
        Ok(())
    }

    /// The rows in which what is owed would stand.
    pub(super) async fn rows_of(
        &self,
        case: &Case,
        effects: &[(Timestamp, Effect)],
    ) -> Result<BTreeMap<(String, DoneKey), MessageRow>, StoreError> {
        let mut keys: BTreeMap<String, Vec<DoneKey>> = BTreeMap::new();
        for (_, effect) in effects {
            if let Some(lane) = lane_of(case, &effect.todo) {
                keys.entry(lane).or_default().push(effect.key.clone());
            }
        }
        let on_github = Errand::OnGitHub(case.incident.key.clone()).lane();
        let waiting = case.entries.iter().filter(|entry| !entry.recorded);
        keys.entry(on_github)
            .or_default()
            .extend(waiting.map(|entry| written(&entry.key)));
        if let Some((lane, key)) = asked_to_wait(&case.incident.key) {
            keys.entry(lane).or_default().push(key);
        }
        let mut rows = BTreeMap::new();
        for (lane, keys) in keys {
            for row in self.0.parts.store.documents(&lane, &keys).await? {
                rows.insert((lane.clone(), row.key.clone()), row);
            }
        }
        let card = rows
            .values()
            .find(|row| Line::of_row(&row.doc).is_some_and(|_| is_card(row)));
        if let Some(ts) = card.and_then(|row| row.ts.clone()) {
            let lane = Errand::InSlack(case.incident.key.clone()).lane();
            for row in self.0.parts.store.documents(&lane, &[pinned(&ts)]).await? {
                rows.insert((lane.clone(), row.key.clone()), row);
            }
        }
        Ok(rows)
    }

    /// The lane of an incident's channel leads to that channel, whatever it is called by now.
    async fn bind_channel(&self, case: &Case) -> Result<(), StoreError> {
        let (Some(lane), Some(id)) = (channel_lane(case), &case.incident.channel.id) else {
            return Ok(());
        };
        let known = self.0.parts.store.lane(&lane).await?;
        if known.is_some_and(|lane| lane.channel.as_ref() != Some(id)) {
            self.0.parts.store.bind(&lane, id).await?;
            lock(&self.0.resting).remove(&lane);
        }
        Ok(())
    }

    /// An incident whose channel was closed a while ago is known again as soon as anything happens
    /// to its issue.
    async fn forget_what_is_over(&self, case: &Case, now: Timestamp) -> Result<(), StoreError> {
        let Some(archived) = &case.incident.archived else {
            return Ok(());
        };
        let quiet = now.duration_since(archived.at) > OVER;
        let waits = case.entries.iter().any(|entry| !entry.recorded);
        let lent = case.incident.loans.iter().any(|loan| loan.to.is_some());
        if !quiet || waits || lent || case.incident.phase() != Phase::Archived {
            return Ok(());
        }
        self.0
            .parts
            .store
            .forget_incident(&case.incident.key)
            .await?;
        self.cases().all.remove(&case.incident.key);
        self.publish();
        Ok(())
    }
}

fn says_silence(effect: &Effect) -> bool {
    matches!(effect.todo, Todo::Tell(Tell::Silent))
}

/// The mark that says that a reminder was given, as an entry that waits for GitHub.
fn entry_of(effect: &Effect) -> Option<Entry> {
    match &effect.todo {
        Todo::Write(mark) => Some(Entry::marked(mark.clone(), false)),
        _ => None,
    }
}
