//! One repository: what its lists show beside what is known, and the telling of the difference.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{Watched, gone, updated};
use crate::channel_name::ChannelName;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::{Changed, GitHubError};
use crate::id::RepoName;
use crate::mirror::found::{Found, Thing, number_of, time};
use crate::mirror::{Document, Note, Subject, What, key};

/// A thing of the repository, and what is known of it.
pub(super) struct Looked {
    thing: Thing,
    known: Option<Subject>,
    reviews: Vec<Value>,
}

impl Looked {
    fn branch(&self) -> Option<&str> {
        let head = self.known.as_ref()?.head.as_ref()?;
        Some(head.branch.as_str())
    }

    /// Whether it belonged to a channel then.
    fn was_routed(&self, at: Timestamp) -> bool {
        let names = |text: &str| !ChannelName::find_all(text).is_empty();
        names(self.thing.title_at(at)) || self.branch().is_some_and(names)
    }
}

/// What may have to be told, and on what it was found.
pub(super) struct Finds {
    things: BTreeMap<u64, Looked>,
    finds: Vec<(u64, Found)>,
}

impl Engine {
    /// What the lists (issues, comments, comments on lines) show that may not have been told.
    pub(super) async fn compare(
        &self,
        repo: &RepoName,
        watched: &mut Watched,
        [issues, comments, lines]: [&Option<Changed>; 3],
        ripe: Timestamp,
    ) -> Result<Finds, Trouble> {
        let mut all = Finds {
            things: BTreeMap::new(),
            finds: Vec::new(),
        };
        let begun = watched.begun;
        let since = watched.issues.since.max(begun);
        let mut events: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
        if issues.is_some() {
            for mut event in self.0.parts.github.events_since(repo, since).await? {
                let number = event["issue"]["number"].as_u64().unwrap_or(0);
                event["issue"] = Value::Null;
                events.entry(number).or_default().push(event);
            }
        }
        for issue in issues.iter().flat_map(|list| &list.items) {
            let (Some(number), Some(at)) = (issue["number"].as_u64(), updated(issue)) else {
                continue;
            };
            if watched.seen.get(&number) == Some(&at) {
                continue;
            }
            let events = events.remove(&number).unwrap_or_default();
            let looked = self.look(repo, issue.clone(), events, since).await?;
            if at <= ripe {
                watched.seen.insert(number, at);
            }
            watched.elsewhere.remove(&number);
            if looked.is_none() {
                watched.elsewhere.insert(number);
            }
            if let Some(looked) = looked {
                self.differences(&looked, since, number, &mut all.finds)
                    .await?;
                if at <= ripe && gone::are_missing(&looked.thing, watched, comments) {
                    let gone = self.gone(&looked.thing).await?;
                    all.finds.extend(gone.into_iter().map(|it| (number, it)));
                }
                all.things.insert(number, looked);
            }
        }
        for comment in comments.iter().flat_map(|list| &list.items) {
            let since = watched.comments.since.max(begun);
            let elsewhere = &mut watched.elsewhere;
            let looked = self.of_comment(repo, comment, since, elsewhere, &mut all);
            if let Some(looked) = looked.await? {
                let found = looked.thing.comment(comment);
                let number = looked.thing.number();
                all.finds.extend(found.map(|found| (number, found)));
            }
        }
        for comment in lines.iter().flat_map(|list| &list.items) {
            let since = watched.lines.since.max(begun);
            let elsewhere = &mut watched.elsewhere;
            let looked = self.of_comment(repo, comment, since, elsewhere, &mut all);
            if let Some(looked) = looked.await? {
                let review = &comment["pull_request_review_id"];
                let mut reviews = looked.reviews.iter();
                let sent = reviews.find(|one| one["id"] == *review);
                let sent = sent.and_then(|one| time(one, "submitted_at"));
                let found = looked.thing.review_comment(comment, sent);
                let number = looked.thing.number();
                all.finds.extend(found.map(|found| (number, found)));
            }
        }
        all.finds.retain(|(_, found)| found.at >= begun);
        // Stable: what has one time stays in the order in which it would have been sent.
        all.finds.sort_by_key(|(_, found)| found.at);
        Ok(all)
    }

    /// What a comment in a list is on, unless the comment is known as it is or belongs nowhere.
    async fn of_comment<'a>(
        &self,
        repo: &RepoName,
        comment: &Value,
        since: Timestamp,
        elsewhere: &mut BTreeSet<u64>,
        all: &'a mut Finds,
    ) -> Result<Option<&'a Looked>, Trouble> {
        let (Some(number), Some(id)) = (number_of(comment), comment["id"].as_u64()) else {
            return Ok(None);
        };
        if elsewhere.contains(&number) || updated(comment).is_none_or(|at| at < since) {
            return Ok(None);
        }
        if let Entry::Vacant(place) = all.things.entry(number) {
            // Most of what a list shows was told by a webhook: then nothing has to be asked.
            let review = comment["pull_request_review_id"].as_u64();
            let (key, part) = match review {
                Some(review) => (key::review(&review.to_string()), format!("rc:{id}")),
                None if !comment["pull_request_url"].is_null() => {
                    (key::review_comment(&id.to_string()), format!("rc:{id}"))
                }
                None => (key::comment(&id.to_string()), "comment".to_owned()),
            };
            let body = comment["body"].as_str().unwrap_or_default();
            for row in self.0.parts.store.lanes_of_key(&key).await? {
                let Ok(document) = serde_json::from_str::<Document>(&row.doc) else {
                    return Ok(None);
                };
                let part = document.parts.iter().find(|(key, _)| key.as_str() == part);
                let known = part.map(|(_, part)| &part.fact.what);
                if let Some(What::Comment { body: had, .. } | What::ReviewComment { body: had, .. }) =
                    known
                    && had == body
                {
                    return Ok(None);
                }
            }
            let issue = match self.0.parts.github.issue_as_told(repo, number).await {
                Ok(issue) => issue,
                Err(GitHubError::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            match self.look(repo, issue, Vec::new(), since).await? {
                Some(looked) => place.insert(looked),
                None => {
                    elsewhere.insert(number);
                    return Ok(None);
                }
            };
        }
        Ok(all.things.get(&number))
    }

    /// Looks at an issue or pull request; `None` where no channel has to do with it.
    async fn look(
        &self,
        repo: &RepoName,
        issue: Value,
        events: Vec<Value>,
        since: Timestamp,
    ) -> Result<Option<Looked>, Trouble> {
        let github = &self.0.parts.github;
        let mut thing = Thing::new(repo, issue, events);
        let number = thing.number();
        let mut known = self.known(repo, number, since).await?;
        if thing.is_pull() && known.as_ref().is_none_or(|known| known.head.is_none()) {
            // Its branch may name a channel.
            known = self.pull(repo, number, since).await?.or(known);
        }
        let head = known.as_ref().and_then(|known| known.head.as_ref());
        let branch = head.map(|head| head.branch.as_str());
        if !thing.is_routed(since, branch) {
            return Ok(None);
        }
        let mut reviews = Vec::new();
        if thing.is_pull() {
            match github.pull_as_told(repo, number).await {
                Ok(pull) => thing = thing.with_pull(pull),
                Err(GitHubError::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            reviews = github.reviews_as_told(repo, number).await?;
        }
        Ok(Some(Looked {
            thing,
            known,
            reviews,
        }))
    }

    /// What an issue or pull request itself has that may not have been told.
    async fn differences(
        &self,
        looked: &Looked,
        since: Timestamp,
        number: u64,
        finds: &mut Vec<(u64, Found)>,
    ) -> Result<(), Trouble> {
        let Looked {
            thing,
            known,
            reviews,
        } = looked;
        let mut add = |found: Option<Found>| finds.extend(found.map(|found| (number, found)));
        add(thing.opened().filter(|opened| opened.at >= since));
        thing.turns(since).into_iter().for_each(|it| add(Some(it)));
        for review in reviews {
            add(thing.review(review).filter(|found| found.at >= since));
            let id = review["id"].as_u64().unwrap_or(0).to_string();
            let body = review["body"].as_str().unwrap_or_default();
            let other = |what: &What| matches!(what, What::Review { body: had, .. } if had != body);
            if self.says(&key::review(&id), other).await? {
                add(thing.edited_review(review));
            }
        }
        let had = known
            .as_ref()
            .and_then(|known| known.head.as_ref()?.sha.as_ref());
        if had.is_some() && had != thing.head().as_ref() {
            add(thing.pushed(had));
        }
        let other = |what: &What| matches!(what, What::Body { body, .. } if body != thing.body());
        if self.says(&key::opened(thing.repo(), number), other).await? {
            add(thing.edited());
        }
        if known.as_ref().map(|known| known.as_of) < thing.updated() {
            add(thing.seen());
        }
        Ok(())
    }

    /// Whether a channel was told such a thing under this key.
    async fn says(
        &self,
        key: &crate::id::DoneKey,
        such: impl Fn(&What) -> bool,
    ) -> Result<bool, Trouble> {
        let rows = self.0.parts.store.lanes_of_key(key).await?;
        Ok(rows.iter().any(|row| {
            let document: Option<Document> = serde_json::from_str(&row.doc).ok();
            document.is_some_and(|it| it.parts.values().any(|part| such(&part.fact.what)))
        }))
    }

    /// Tells what was found and not told, in the order in which it happened. What is younger than
    /// `ripe` is left to its webhook, until the next sweep.
    pub(super) async fn tell_found(
        &self,
        repo: &RepoName,
        finds: Finds,
        ripe: Timestamp,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        for (number, found) in finds.finds {
            let Some(looked) = finds.things.get(&number).filter(|_| found.at <= ripe) else {
                continue;
            };
            let reading = match self.read(found.event, &found.payload, found.at) {
                Ok(Some(reading)) => reading,
                Ok(None) => continue,
                Err(error) => {
                    tracing::warn!(%repo, number, %error, "found, and not read");
                    continue;
                }
            };
            let mut reading = reading;
            if let Some(from) = &reading.renamed_from {
                // A title that is known already came with a webhook; who was told, it decided.
                let known = self.known(repo, number, now).await?;
                let news = known.is_none_or(|known| known.title == *from || known.as_of < found.at);
                if !news {
                    continue;
                }
            }
            let _merging = self.0.merging.lock().await;
            let mut untold = Vec::new();
            for (index, note) in std::mem::take(&mut reading.notes).into_iter().enumerate() {
                if looked.was_routed(found.at) && !self.was_told(&note, &found, index).await? {
                    untold.push(note);
                }
            }
            let only_seen = found.payload["action"] == "seen";
            if untold.is_empty() && !only_seen && reading.renamed_from.is_none() {
                continue;
            }
            for note in &untold {
                self.0.parts.metrics.found.inc();
                tracing::info!(%repo, number, key = %note.key, "found by looking");
            }
            reading.notes = untold;
            let changes = self.follow(reading, now, now).await?;
            self.0.parts.store.apply(changes).await?;
        }
        self.0.wanted.notify_one();
        Ok(())
    }

    /// Whether a webhook has told this, or a sweep before.
    async fn was_told(&self, note: &Note, found: &Found, index: usize) -> Result<bool, Trouble> {
        if self.is_in_a_row(note).await? {
            return Ok(true);
        }
        let timed = note.key.as_str().starts_with("m:")
            || (note.key.as_str().starts_with("s:") && !note.key.as_str().ends_with(":opened"));
        if !timed {
            return Ok(false);
        }
        // A payload is written a moment after what it tells, and may name a later time.
        for seconds in [1, -1, 2, -2, 3, 4, 5, 6, 7, 8, 9, 10] {
            let other = found.shifted(seconds);
            let Ok(Some(reading)) = self.read(other.event, &other.payload, other.at) else {
                continue;
            };
            if let Some(note) = reading.notes.get(index)
                && self.is_in_a_row(note).await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn is_in_a_row(&self, note: &Note) -> Result<bool, Trouble> {
        let rows = self.0.parts.store.lanes_of_key(&note.key).await?;
        Ok(rows.iter().any(|row| {
            // One without a document is covered by another message.
            let document = serde_json::from_str::<Document>(&row.doc);
            document.map_or(true, |document| document.tells(note))
        }))
    }
}
