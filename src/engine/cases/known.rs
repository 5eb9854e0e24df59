//! What is known of the incidents that go on: kept, read again, and shown to whoever asks.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::owed::channel_lane;
use super::{Case, Cases, Snapshot};
use crate::engine::intake::Trouble;
use crate::engine::{Engine, lock};
use crate::github::IssueQuery;
use crate::id::{DoneKey, RepoName, Sha};
use crate::incident::{self, Entry, Fact, What, fold};
use crate::store::{Changes, EntryRow, StoreError};

/// Which issues are to be read again: `touched:<number>`, and when.
pub(super) const TOUCHED: &str = "touched:";
/// A reading that follows a webhook at once may not show what the webhook told.
const SETTLES: SignedDuration = SignedDuration::from_secs(2);
/// How long it takes to read an issue that is due.
const READS: SignedDuration = SignedDuration::from_secs(1);
/// For how long GitHub may not show yet what we wrote.
const LAGS: SignedDuration = SignedDuration::from_secs(60);
/// How long a note that an issue is to be read is kept: as long as GitHub is away at most.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How far back a new database looks for incidents.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Under which key it is kept that the incidents were looked for that were there before.
const LOOKED: &str = "looked for incidents";
/// Under which key it is kept that those were looked for, however old, after which work is left.
const LOOKED_FOR_WORK: &str = "looked for work that is left";

impl Engine {
    /// The incidents that go on.
    pub(in crate::engine) fn cases(&self) -> std::sync::MutexGuard<'_, Cases> {
        lock(&self.0.cases)
    }

    /// One incident.
    pub(super) fn case(&self, incident: &DoneKey) -> Option<Arc<Case>> {
        self.cases().all.get(incident).cloned()
    }

    /// When the incident was declared whose channel has this lane.
    pub(in crate::engine) fn declared_in(&self, lane: &str) -> Option<Timestamp> {
        let cases = self.cases();
        let mut all = cases.all.values();
        let case = all.find(|case| channel_lane(case).as_deref() == Some(lane))?;
        Some(case.incident.declared)
    }

    /// What of the cache says that an issue of the postmortem repository is to be read, because
    /// something happened to it.
    pub(in crate::engine) fn touched(
        &self,
        repo: &RepoName,
        number: u64,
        now: Timestamp,
    ) -> Option<(String, String, Timestamp)> {
        let ours = self.0.parts.settings.postmortem_repo == *repo;
        let due = now.saturating_add(SETTLES).unwrap_or(now);
        let until = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        ours.then(|| (format!("{TOUCHED}{number}"), due.to_string(), until))
    }

    /// Knows what is kept, before anybody asks: a dialog has to open in the moment of the press. Asks
    /// nobody but our own database, unless that has lost a playbook.
    pub async fn wake(&self) {
        self.last_good(self.now()).await;
        if let Err(error) = self.load_cases().await {
            self.0.parts.store.complain(&error);
        }
    }

    /// Reads what is kept, once.
    pub(in crate::engine) async fn load_cases(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.0.listing.lock().await;
        if self.cases().loaded {
            return Ok(());
        }
        let mut keys: Vec<DoneKey> = Vec::new();
        for row in self.0.parts.store.entries().await? {
            if keys.last() != Some(&row.incident) {
                keys.push(row.incident);
            }
        }
        for key in &keys {
            self.reload(key).await?;
        }
        self.cases().loaded = true;
        self.publish();
        Ok(())
    }

    /// Whether all incidents are known that there are: with a new database, GitHub has to be asked.
    pub(in crate::engine) async fn knows_all(&self, now: Timestamp) -> Result<bool, StoreError> {
        let store = &self.0.parts.store;
        let looked = store.cached(LOOKED, now).await?.is_some();
        Ok(looked && store.cached_below(TOUCHED, now).await?.is_empty())
    }

    /// When an incident's issue will have been read, where something was done there that is not known
    /// yet.
    pub(super) async fn is_read_by(
        &self,
        case: &Case,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let Some(issue) = &case.incident.issue else {
            return Ok(None);
        };
        let name = format!("{TOUCHED}{}", issue.number);
        let due = self.0.parts.store.cached(&name, now).await?;
        let due = due.map(|due| due.parse().unwrap_or(now).max(now));
        Ok(due.and_then(|due| due.checked_add(READS).ok()))
    }

    /// With a new database, has the incidents of the last month read.
    pub(super) async fn look_for_incidents(&self, now: Timestamp) -> Result<(), Trouble> {
        let store = &self.0.parts.store;
        if store.cached(LOOKED, now).await?.is_some() {
            return Ok(());
        }
        let repo = &self.0.parts.settings.postmortem_repo;
        let query = |closed_too, since| IssueQuery {
            closed_too,
            since,
            ..IssueQuery::default()
        };
        let since = now.saturating_sub(BACK).ok();
        let github = &self.0.parts.github;
        let lately = self
            .lookup(github.issues(repo, &query(true, since)))
            .await?;
        let open = self
            .lookup(github.issues(repo, &query(false, None)))
            .await?;
        let both = || lately.items.iter().chain(&open.items);
        let numbers: BTreeSet<u64> = both().map(|it| it.number).collect();
        let mut cache: Vec<_> = numbers
            .into_iter()
            .filter_map(|number| self.touched(repo, number, now))
            .collect();
        // From now on, however little of it has to do with a channel yet: the first incident may be
        // declared there, and its webhook be lost.
        cache.extend(self.watch_over(repo, now, now).await?);
        cache.push((LOOKED.to_owned(), String::new(), Timestamp::MAX));
        store
            .apply(Changes {
                cache,
                ..Changes::default()
            })
            .await?;
        Ok(())
    }

    /// With a new database, has those incidents read, too, after which something is still to be done:
    /// it keeps them in mind, however long ago they were, wherever it is listed. For that all
    /// incidents are read, a hundred a question.
    pub(in crate::engine) async fn look_for_work_left(
        &self,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let store = &self.0.parts.store;
        if self.knows_work_left(now).await? {
            return Ok(());
        }
        let (gathered, _) = self.gather().await?;
        let repo = &self.0.parts.settings.postmortem_repo;
        let left = gathered.rows.iter().filter(|row| row.left > 0);
        let mut cache: Vec<_> = left
            .filter_map(|row| self.touched(repo, row.number, now))
            .collect();
        cache.push((LOOKED_FOR_WORK.to_owned(), String::new(), Timestamp::MAX));
        store
            .apply(Changes {
                cache,
                ..Changes::default()
            })
            .await?;
        self.0.tended.notify_one();
        Ok(())
    }

    /// Whether all incidents were found after which something is still to be done.
    pub(super) async fn knows_work_left(&self, now: Timestamp) -> Result<bool, StoreError> {
        let looked = self.0.parts.store.cached(LOOKED_FOR_WORK, now).await?;
        Ok(looked.is_some())
    }

    /// Notes that something was said that an incident wants to know of.
    pub(in crate::engine) fn was_said(&self, incident: DoneKey) {
        self.cases().stale.insert(incident);
        self.0.tended.notify_one();
    }

    /// Keeps entries of an incident, and knows them from then on.
    pub(in crate::engine) async fn learn(
        &self,
        incident: &DoneKey,
        entries: &[Entry],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let _merging = self.0.merging.lock().await;
        let arrived = entries.iter().filter(|entry| entry.recorded);
        let changes = Changes {
            arrived: arrived
                .map(|entry| (incident.clone(), entry.key.clone()))
                .collect(),
            entries: rows(incident, entries, now),
            ..Changes::default()
        };
        self.0.parts.store.apply(changes).await?;
        self.changed(incident).await
    }

    /// Knows again what is kept of an incident, after something was kept.
    pub(in crate::engine) async fn changed(&self, incident: &DoneKey) -> Result<(), StoreError> {
        self.reload(incident).await?;
        self.cases().stale.insert(incident.clone());
        self.publish();
        self.0.tended.notify_one();
        Ok(())
    }

    /// What GitHub has of an incident, in the place of what it was thought to have.
    pub(super) async fn relearn(
        &self,
        incident: &DoneKey,
        entries: &[Entry],
        asked: Timestamp,
    ) -> Result<(), StoreError> {
        let since = asked.saturating_sub(LAGS).unwrap_or(asked);
        let _merging = self.0.merging.lock().await;
        let store = &self.0.parts.store;
        // What GitHub shows is waited for no longer, but for a newer wording of it.
        let waiting = self.case(incident);
        let waiting = waiting.iter().flat_map(|case| &case.entries);
        let arrived: Vec<DoneKey> = waiting
            .filter(|waits| !waits.recorded)
            .filter(|waits| {
                entries
                    .iter()
                    .any(|e| e.recorded && e.key == waits.key && e.at >= waits.at)
            })
            .map(|waits| waits.key.clone())
            .collect();
        // What GitHub had said long ago may be gone from there; what it says now is as old as that.
        let kept = since
            .saturating_sub(SignedDuration::from_secs(1))
            .unwrap_or(since);
        store
            .replace_entries(incident, rows(incident, entries, kept), &arrived, since)
            .await?;
        self.changed(incident).await
    }

    /// Makes the case of an incident from what is kept of it.
    async fn reload(&self, incident: &DoneKey) -> Result<(), StoreError> {
        let rows = self.0.parts.store.entries_of(incident).await?;
        let read = |row: EntryRow| serde_json::from_str::<Entry>(&row.doc).ok();
        let entries: Vec<Entry> = rows.into_iter().filter_map(read).collect();
        let rules = self.rules_of(&entries).await;
        let case = fold(&entries, &rules).map(|incident| {
            Arc::new(Case {
                incident,
                entries,
                rules,
            })
        });
        let mut cases = self.cases();
        match case {
            Some(case) => cases.all.insert(incident.clone(), case),
            None => cases.all.remove(incident),
        };
        Ok(())
    }

    /// The rules that a new incident goes by.
    pub(in crate::engine) fn rules_now(&self) -> incident::Rules {
        incident::Rules::new(self.rules().playbook, self.0.parts.settings.lang)
    }

    /// The rules that an incident goes by: those at the commit that its record names.
    pub(super) async fn rules_of(&self, entries: &[Entry]) -> incident::Rules {
        let named = entries.iter().rev().find_map(|entry| match &entry.what {
            What::Marked(Fact::Playbook { commit }) => Some(commit.clone()),
            _ => None,
        });
        match named {
            Some(commit) => self.rules_at(&commit).await,
            None => self.rules_now(),
        }
    }

    /// The rules at a commit; those in force where GitHub does not give them now.
    async fn rules_at(&self, commit: &Sha) -> incident::Rules {
        match self.playbook_at(commit).await {
            Ok(playbook) => incident::Rules::new(playbook, self.0.parts.settings.lang),
            Err(error) => {
                tracing::warn!(%commit, %error, "the playbook at this commit was not read");
                self.rules_now()
            }
        }
    }

    /// Shows what is known to whoever must answer at once.
    pub(in crate::engine) fn publish(&self) {
        let me = self.0.identity.get().cloned();
        let snapshot = Snapshot {
            rules: self.rules_now(),
            people: self.rules().people,
            me,
            cases: self.cases().all.clone(),
        };
        self.show(snapshot);
    }
}

/// Entries as they are kept. What a newer sssbot wrote says nothing to us and is left on GitHub.
pub(in crate::engine) fn rows(
    incident: &DoneKey,
    entries: &[Entry],
    kept: Timestamp,
) -> Vec<EntryRow> {
    let row = |entry: &Entry| {
        Some(EntryRow {
            incident: incident.clone(),
            key: entry.key.clone(),
            recorded: entry.recorded,
            kept,
            doc: serde_json::to_string(entry).ok()?,
        })
    };
    entries.iter().filter_map(row).collect()
}

/// A time that does not come: an incident's business is never given up. (The last one that there is
/// cannot be read back to the microsecond.)
pub(in crate::engine) fn never() -> Timestamp {
    Timestamp::MAX
        .saturating_sub(SignedDuration::from_hours(24))
        .unwrap_or(Timestamp::MAX)
}
