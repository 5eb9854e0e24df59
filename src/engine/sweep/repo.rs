//! One repository: what its lists show beside what is known.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{Lists, Watched, or_nothing, updated};
use crate::channel_name::ChannelName;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::{GitHubError, Place};
use crate::id::RepoName;
use crate::mirror::found::{Found, Move, Thing, number_of, time};
use crate::mirror::{Document, Head, Subject, What, key};

/// A thing of the repository, and what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    pub(super) thing: Thing,
    known: Option<Subject>,
    /// The head branch of a pull request.
    branch: Option<String>,
    reviews: Vec<Value>,
}

impl Looked {
    /// A thing of which nothing else was asked.
    pub(super) fn at(thing: Thing) -> Self {
        Self {
            thing,
            known: None,
            branch: None,
            reviews: Vec::new(),
        }
    }

    /// Whether it belonged to a channel then.
    pub(super) fn was_routed(&self, at: Timestamp) -> bool {
        let names = |text: &str| !ChannelName::find_all(text).is_empty();
        names(self.thing.title_at(at)) || self.branch.as_deref().is_some_and(names)
    }
}

/// On what something was found.
pub(super) enum On {
    /// An issue or pull request, by its number.
    Thing(u64),
    /// A branch, which belonged to these channels then.
    Branch {
        lanes: BTreeSet<ChannelName>,
        on_draft: bool,
    },
}

/// What may have to be told, and on what it was found.
#[derive(Default)]
pub(super) struct Finds {
    pub(super) things: BTreeMap<u64, Looked>,
    pub(super) finds: Vec<(On, Found)>,
    /// Issues that no channel has to do with: a form that declares an incident names none yet.
    pub(super) unnamed: BTreeSet<u64>,
    /// Where the repository is, once that was asked.
    pub(super) place: Option<Place>,
}

impl Engine {
    /// What the lists show that may not have been told.
    pub(super) async fn compare(
        &self,
        repo: &RepoName,
        watched: &mut Watched,
        lists: &Lists,
        ripe: Timestamp,
    ) -> Result<Finds, Trouble> {
        let mut all = Finds::default();
        let begun = watched.begun;
        let since = watched.issues.since.max(begun);
        let (mut events, mut whole) = (BTreeMap::<u64, Vec<Value>>::new(), true);
        if lists.issues.is_some() {
            let (listed, is_whole) = self.0.parts.github.events_since(repo, since).await?;
            whole = is_whole;
            for mut event in listed {
                let number = event["issue"]["number"].as_u64().unwrap_or(0);
                event["issue"] = Value::Null;
                events.entry(number).or_default().push(event);
            }
        }
        for issue in lists.issues.iter().flat_map(|list| &list.items) {
            let (Some(number), Some(at)) = (issue["number"].as_u64(), updated(issue)) else {
                continue;
            };
            if watched.seen.get(&number) == Some(&at) {
                continue;
            }
            let before = watched
                .looked
                .get(&number)
                .filter(|(as_of, _)| *as_of == at);
            let looked = match before {
                Some((_, looked)) => looked.clone(),
                None => {
                    let events = if whole {
                        events.remove(&number).unwrap_or_default()
                    } else {
                        self.0.parts.github.events_of(repo, number).await?
                    };
                    let looked = self.look(repo, issue.clone(), events, since).await;
                    let looked = or_nothing(repo, looked)?;
                    watched.looked.insert(number, (at, looked.clone()));
                    looked
                }
            };
            if at <= ripe {
                watched.seen.insert(number, at);
            }
            watched.elsewhere.remove(&number);
            if looked.is_none() {
                watched.elsewhere.insert(number);
                if issue["pull_request"].is_null() {
                    all.unnamed.insert(number);
                }
            }
            if let Some(looked) = looked {
                let finds = &mut all.finds;
                self.differences(&looked, since, &lists.moves, finds)
                    .await?;
                if at <= ripe {
                    let lists = [&lists.comments, &lists.lines];
                    let gone = self.gone(&looked.thing, watched, lists).await;
                    let gone = or_nothing(repo, gone)?;
                    let gone = gone.into_iter().map(|it| (On::Thing(number), it));
                    all.finds.extend(gone);
                }
                all.things.insert(number, looked);
            }
        }
        for comment in lists.comments.iter().flat_map(|list| &list.items) {
            let since = watched.comments.since.max(begun);
            let elsewhere = &mut watched.elsewhere;
            let looked = self.of_comment(repo, comment, since, elsewhere, &mut all);
            if let Some(looked) = looked.await? {
                let found = looked.thing.comment(comment);
                let number = looked.thing.number();
                all.finds.extend(found.map(|it| (On::Thing(number), it)));
            }
        }
        for comment in lists.lines.iter().flat_map(|list| &list.items) {
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
                all.finds.extend(found.map(|it| (On::Thing(number), it)));
            }
        }
        self.moves(repo, watched, &lists.moves, ripe, &mut all)
            .await?;
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
            let rows = self.0.parts.store.lanes_of_key(&key).await?;
            let told = rows.iter().all(|row| {
                let Ok(document) = serde_json::from_str::<Document>(&row.doc) else {
                    return true;
                };
                let part = document.parts.iter().find(|(key, _)| key.as_str() == part);
                let known = part.map(|(_, part)| &part.fact.what);
                matches!(
                    known,
                    Some(What::Comment { body: had, .. } | What::ReviewComment { body: had, .. })
                        if had == body
                )
            });
            if told && !rows.is_empty() {
                return Ok(None);
            }
            match or_nothing(repo, self.look_at(repo, number, since).await)? {
                Some(looked) => place.insert(looked),
                None => {
                    elsewhere.insert(number);
                    return Ok(None);
                }
            };
        }
        Ok(all.things.get(&number))
    }

    /// Asks for an issue or pull request, with all that it was called, and looks at it; `None` where
    /// there is none, or no channel has to do with it.
    pub(super) async fn look_at(
        &self,
        repo: &RepoName,
        number: u64,
        since: Timestamp,
    ) -> Result<Option<Looked>, Trouble> {
        let github = &self.0.parts.github;
        let issue = match github.issue_as_told(repo, number).await {
            Ok(issue) => issue,
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let events = github.events_of(repo, number).await?;
        self.look(repo, issue, events, since).await
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
        let known = self.known(repo, number, self.now()).await?;
        let mut pull = None;
        let mut branch = known.as_ref().and_then(|it| it.head.as_ref());
        let named;
        if thing.is_pull() && branch.is_none() {
            // Its branch may name a channel. It is not remembered before what came first is told.
            let Some(found) = self.pull_as_told(repo, number).await? else {
                return Ok(None);
            };
            named = head(&found);
            branch = named.as_ref();
            pull = Some(found);
        }
        let branch = branch.map(|head| head.branch.clone());
        let opened = key::opened(repo, number);
        if !thing.is_routed(since, branch.as_deref())
            // What was told before its title named no channel any more follows it all the same.
            && self.0.parts.store.lanes_of_key(&opened).await?.is_empty()
        {
            return Ok(None);
        }
        let mut reviews = Vec::new();
        if thing.is_pull() {
            let pull = match pull {
                Some(pull) => Some(pull),
                None => self.pull_as_told(repo, number).await?,
            };
            let Some(pull) = pull else { return Ok(None) };
            thing = thing.with_pull(pull);
            reviews = github.reviews_as_told(repo, number).await?;
        }
        Ok(Some(Looked {
            thing,
            known,
            branch,
            reviews,
        }))
    }

    async fn pull_as_told(&self, repo: &RepoName, number: u64) -> Result<Option<Value>, Trouble> {
        match self.0.parts.github.pull_as_told(repo, number).await {
            Ok(pull) => Ok(Some(pull)),
            Err(GitHubError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What an issue or pull request itself has that may not have been told.
    async fn differences(
        &self,
        looked: &Looked,
        since: Timestamp,
        moves: &[Move],
        finds: &mut Vec<(On, Found)>,
    ) -> Result<(), Trouble> {
        let Looked {
            thing,
            known,
            reviews,
            ..
        } = looked;
        let number = thing.number();
        let mut add =
            |found: Option<Found>| finds.extend(found.map(|found| (On::Thing(number), found)));
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
        let head = thing.head();
        // Of a branch elsewhere there is no log.
        let logged =
            |this: &Move| thing.is_from(&this.branch) && Some(&this.after) == head.as_ref();
        if had.is_some() && had != head.as_ref() && !moves.iter().any(logged) {
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
}

/// The head of a pull request as GitHub's API shows it.
fn head(pull: &Value) -> Option<Head> {
    let branch = pull["head"]["ref"].as_str()?.to_owned();
    Some(Head {
        repo: None,
        branch,
        sha: None,
    })
}
