//! Tells what was found in a repository and no webhook has told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::repo::{Finds, On};
use crate::channel_name::ChannelName;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::id::RepoName;
use crate::mirror::found::Found;
use crate::mirror::{About, Document, Note, Reading, Subject};
use crate::store::Changes;

/// What was found, and when: on which thing of the repository, and what was done to it.
type Times = BTreeSet<(Option<u64>, String, Timestamp)>;

fn moment(found: &Found) -> (Option<u64>, String, Timestamp) {
    let payload = &found.payload;
    let on = ["issue", "pull_request"].map(|kind| payload[kind]["number"].as_u64());
    let action = payload["action"].as_str().unwrap_or(found.event);
    (on[0].or(on[1]), action.to_owned(), found.at)
}

impl Engine {
    /// Tells what was found and not told, in the order in which it happened. What is younger than
    /// `ripe` is left to its webhook, until the next sweep.
    pub(super) async fn tell_found(
        &self,
        repo: &RepoName,
        finds: Finds,
        ripe: Timestamp,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        // An incident's record is read again whatever happened to its issue.
        let unnamed = finds.unnamed.iter();
        let mut touched: BTreeMap<_, _> = unnamed
            .filter_map(|number| self.touched(repo, *number, now))
            .map(|read| (read.0.clone(), read))
            .collect();
        let times: Times = finds.finds.iter().map(|(_, it)| moment(it)).collect();
        for (on, found) in finds.finds {
            if found.at > ripe {
                continue;
            }
            let mut reading = match self.read(found.event, &found.payload, found.at) {
                Ok(Some(reading)) => reading,
                Ok(None) => continue,
                Err(error) => {
                    tracing::warn!(%repo, %error, "found, and not read");
                    continue;
                }
            };
            if let About::Subject(subject) = &reading.about
                && !subject.is_pull
                && let Some(read) = self.touched(repo, subject.number, now)
            {
                touched.insert(read.0.clone(), read);
            }
            let notes = std::mem::take(&mut reading.notes);
            match on {
                On::Branch { lanes, on_draft } => {
                    let _merging = self.0.merging.lock().await;
                    let mut untold = self.untold(repo, (&found, &times), notes, &lanes).await?;
                    for note in &mut untold {
                        note.on_draft = on_draft;
                    }
                    let changes = self.tell_in(&lanes, untold, now).await?;
                    self.0.parts.store.apply(changes).await?;
                }
                On::Thing(number) => {
                    let Some(looked) = finds.things.get(&number) else {
                        continue;
                    };
                    if let Some(from) = &reading.renamed_from {
                        // A title that is known already came with a webhook; who was told, it
                        // decided.
                        let known = self.known(repo, number, now).await?;
                        let old = known.as_ref();
                        let news = old.is_none_or(|it| it.title == *from || it.as_of < found.at);
                        if let Some(known) = known.filter(|_| !news) {
                            let _merging = self.0.merging.lock().await;
                            reading.notes = notes;
                            self.rename_late(reading, (&found, &times), &known, now)
                                .await?;
                            continue;
                        }
                    }
                    let _merging = self.0.merging.lock().await;
                    let mut notes = notes;
                    if !looked.was_routed(found.at) {
                        // What was told follows what becomes of it; there is nothing new to tell.
                        let mut followed = Vec::new();
                        for note in notes {
                            let rows = self.0.parts.store.lanes_of_key(&note.key).await?;
                            if !rows.is_empty() {
                                followed.push(note);
                            }
                        }
                        notes = followed;
                    }
                    let as_of = looked.thing.updated();
                    self.as_it_is_now(&mut notes, as_of).await?;
                    let lanes = self.belongs(&reading, now).await?;
                    reading.notes = self.untold(repo, (&found, &times), notes, &lanes).await?;
                    let only_seen = found.payload["action"] == "seen";
                    if reading.notes.is_empty() && !only_seen && reading.renamed_from.is_none() {
                        continue;
                    }
                    let changes = self.follow(reading, now, now).await?;
                    self.0.parts.store.apply(changes).await?;
                }
            }
        }
        if !touched.is_empty() {
            let changes = Changes {
                cache: touched.into_values().collect(),
                ..Changes::default()
            };
            self.0.parts.store.apply(changes).await?;
            self.0.tended.notify_one();
        }
        self.0.wanted.notify_one();
        Ok(())
    }

    /// Of a message whose facts went with the database it is not known what text it shows. The text
    /// that is there now is as new as the thing itself, so that it is said again: one change too many
    /// where it is the same, and none too few.
    async fn as_it_is_now(
        &self,
        notes: &mut [Note],
        as_of: Option<Timestamp>,
    ) -> Result<(), Trouble> {
        for note in notes {
            let rows = self.0.parts.store.lanes_of_key(&note.key).await?;
            let forgotten = rows.iter().any(|row| {
                let document = serde_json::from_str::<Document>(&row.doc);
                row.said_rev > 0 && document.is_ok_and(|document| document.parts.is_empty())
            });
            if let Some(as_of) = as_of.filter(|_| forgotten) {
                note.read_as_of(as_of);
            }
        }
        Ok(())
    }

    /// A title that is known may have come with something that did not say that it was new. Then
    /// that was told nowhere, and what came before was not brought to where it belongs since.
    async fn rename_late(
        &self,
        reading: Reading,
        found: (&Found, &Times),
        known: &Subject,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let (About::Subject(subject), Some(from)) = (&reading.about, &reading.renamed_from) else {
            return Ok(());
        };
        let before = subject.names_as(from);
        let store = &self.0.parts.store;
        let (repo, number) = (&subject.repo, subject.number);
        let stayed: BTreeSet<_> = subject.names().intersection(&before).cloned().collect();
        if !stayed.is_empty() {
            let untold = self.untold(repo, found, reading.notes, &stayed).await?;
            store
                .apply(self.tell_in(&stayed, untold, now).await?)
                .await?;
        }
        for lane in self.unbrought(subject, from, known).await? {
            self.0.parts.metrics.found.inc();
            tracing::info!(%repo, number, channel = %lane, "found by looking: its new title");
            let changes = self.bring(subject, &lane, now).await?;
            store.apply(changes).await?;
        }
        Ok(())
    }

    /// The channels that a find would be told in: those it belonged to when it happened, and still
    /// does. A title is told by itself where it brings or takes something.
    async fn belongs(
        &self,
        reading: &Reading,
        now: Timestamp,
    ) -> Result<BTreeSet<ChannelName>, Trouble> {
        let (About::Subject(subject), None) = (&reading.about, &reading.renamed_from) else {
            return Ok(BTreeSet::new());
        };
        let known = self.known(&subject.repo, subject.number, now).await?;
        let mut subject = subject.clone();
        if subject.head.is_none() {
            // A comment on a pull request names no branch.
            subject.head = known.as_ref().and_then(|known| known.head.clone());
        }
        let mut lanes = subject.names();
        if let Some(known) = known.filter(|known| known.as_of > subject.as_of) {
            let here = known.names();
            lanes.retain(|lane| here.contains(lane));
        }
        Ok(lanes)
    }

    /// Those of some notes that some of these channels, or of those that heard of them before, have
    /// not been told.
    async fn untold(
        &self,
        repo: &RepoName,
        (found, times): (&Found, &Times),
        notes: Vec<Note>,
        lanes: &BTreeSet<ChannelName>,
    ) -> Result<Vec<Note>, Trouble> {
        let mut untold = Vec::new();
        for (index, note) in notes.into_iter().enumerate() {
            if self.was_told(&note, (found, times), index, lanes).await? {
                continue;
            }
            self.0.parts.metrics.found.inc();
            tracing::info!(%repo, key = %note.key, "found by looking");
            untold.push(note);
        }
        Ok(untold)
    }

    /// Whether a webhook has told this, or a sweep before.
    async fn was_told(
        &self,
        note: &Note,
        (found, times): (&Found, &Times),
        index: usize,
        lanes: &BTreeSet<ChannelName>,
    ) -> Result<bool, Trouble> {
        if self.is_in_a_row(note, lanes).await? {
            return Ok(true);
        }
        let timed = note.key.as_str().starts_with("m:")
            || note.key.as_str().starts_with("b:")
            || (note.key.as_str().starts_with("s:") && !note.key.as_str().ends_with(":opened"));
        if !timed {
            return Ok(false);
        }
        // A payload is written a moment after what it tells, and may name a later time.
        for seconds in [1, -1, 2, -2, 3, 4, 5, 6, 7, 8, 9, 10] {
            let other = found.shifted(seconds);
            // What happened again just then has a payload of its own.
            if times.contains(&moment(&other)) {
                continue;
            }
            let Ok(Some(reading)) = self.read(other.event, &other.payload, other.at) else {
                continue;
            };
            if let Some(note) = reading.notes.get(index)
                && self.is_in_a_row(note, lanes).await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn is_in_a_row(
        &self,
        note: &Note,
        lanes: &BTreeSet<ChannelName>,
    ) -> Result<bool, Trouble> {
        let rows = self.0.parts.store.lanes_of_key(&note.key).await?;
        // In one channel it may be said, and in another only linked by what came before its title.
        let told = rows.iter().all(|row| {
            // One without a document is covered by another message.
            let document = serde_json::from_str::<Document>(&row.doc);
            document.map_or(true, |document| document.tells(note))
        });
        let mut lanes = lanes.iter();
        let everywhere = lanes.all(|lane| rows.iter().any(|row| row.lane == lane.as_str()));
        Ok(told && everywhere && !rows.is_empty())
    }
}
