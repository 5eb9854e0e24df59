//! Comments that are gone: no list shows them, but a count is too small.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Watched;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::Changed;
use crate::id::Login;
use crate::mirror::found::{Found, Thing, number_of, time};
use crate::mirror::{Document, Spot, What};

/// How long after it was written a comment is missed when it goes.
const MISSED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many comments a thing had, and of those on lines how many, as of when.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Had {
    comments: u64,
    lines: u64,
    as_of: Timestamp,
}

/// A comment that stands in a channel.
struct Told {
    id: u64,
    /// Of one on a line: where, and in which review.
    line: Option<(Spot, Option<u64>)>,
    who: Login,
    made: Timestamp,
    changed: Timestamp,
}

impl Told {
    fn gone(&self, thing: &Thing) -> Option<Found> {
        let (made, changed) = (self.made, self.changed);
        match &self.line {
            None => thing.comment_gone(self.id, &self.who, made, changed),
            Some((spot, review)) => {
                let (id, whose) = ((self.id, *review), (&self.who, spot));
                thing.review_comment_gone(id, whose, (made, changed))
            }
        }
    }
}

impl Engine {
    /// What was said of comments on this thing that GitHub has no more. Each is asked for by itself
    /// before it is told as deleted: a list may lag behind. `lists` are what is new of comments, and
    /// of comments on lines.
    pub(super) async fn gone(
        &self,
        thing: &Thing,
        watched: &mut Watched,
        lists: [&Option<Changed>; 2],
    ) -> Result<Vec<Found>, Trouble> {
        let Some(as_of) = thing.updated() else {
            return Ok(Vec::new());
        };
        let number = thing.number();
        let (comments, lines) = thing.comments();
        let now = Had {
            comments,
            lines,
            as_of,
        };
        let before = watched.had.insert(number, now);
        let since = self.now().saturating_sub(MISSED).unwrap_or(Timestamp::MIN);
        let then = before.map_or(Timestamp::MIN, |before| before.as_of);
        let young = self.told_on(thing, then.max(since)).await?;
        let whole_life = thing.made().is_some_and(|made| made >= watched.begun);
        let mut gone = Vec::new();
        for on_line in [false, true] {
            let count = if on_line { lines } else { comments };
            let told = young.iter().filter(|one| one.line.is_some() == on_line);
            let list = lists[usize::from(on_line)].iter().flat_map(|it| &it.items);
            let listed = list.filter(|one| {
                number_of(one) == Some(number) && time(one, "created_at") > Some(then)
            });
            // What was told and went between two looks is in no list.
            let came: BTreeSet<u64> = told
                .filter(|one| one.made > then)
                .map(|one| one.id)
                .chain(listed.filter_map(|one| one["id"].as_u64()))
                .collect();
            let came = u64::try_from(came.len()).unwrap_or(0);
            let missing = match &before {
                Some(had) if on_line => count < had.lines + came,
                Some(had) => count < had.comments + came || thing.has_lost_comments(then),
                None => came > 0 && (count < came || !whole_life),
            };
            if missing {
                gone.extend(self.gone_of(thing, on_line, since).await?);
            }
        }
        Ok(gone)
    }

    /// As [`Engine::gone`], whatever the counts say.
    pub(super) async fn gone_late(&self, thing: &Thing) -> Result<Vec<Found>, Trouble> {
        let now = self.now();
        let since = now.saturating_sub(MISSED).unwrap_or(Timestamp::MIN);
        let mut gone = self.gone_of(thing, false, since).await?;
        if thing.is_pull() {
            gone.extend(self.gone_of(thing, true, since).await?);
        }
        Ok(gone)
    }

    async fn gone_of(
        &self,
        thing: &Thing,
        on_line: bool,
        since: Timestamp,
    ) -> Result<Vec<Found>, Trouble> {
        let github = &self.0.parts.github;
        let (repo, number) = (thing.repo(), thing.number());
        let (whole, there): (bool, BTreeSet<u64>) = if on_line {
            let list = github.review_comments(repo, number).await?;
            (list.whole, list.items.iter().map(|one| one.id).collect())
        } else {
            let list = github.issue_comments(repo, number).await?;
            (list.whole, list.items.iter().map(|one| one.id).collect())
        };
        let mut gone = Vec::new();
        let mut asked = BTreeSet::new();
        for told in self.told_on(thing, since).await? {
            let here = told.line.is_some() == on_line && !there.contains(&told.id);
            if whole
                && here
                && asked.insert(told.id)
                && !github.has_comment(repo, told.id, on_line).await?
            {
                gone.extend(told.gone(thing));
            }
        }
        Ok(gone)
    }

    /// The comments on this thing that were told and not told as deleted.
    async fn told_on(&self, thing: &Thing, since: Timestamp) -> Result<Vec<Told>, Trouble> {
        let mut told = Vec::new();
        let kinds: &[&str] = if thing.is_pull() {
            &["c:", "rc:", "rv:"]
        } else {
            &["c:"]
        };
        for kind in kinds {
            for row in self.0.parts.store.told_below(kind, since).await? {
                let Ok(document) = serde_json::from_str::<Document>(&row.doc) else {
                    continue;
                };
                let key = document.key.as_str();
                let review = key.strip_prefix("rv:").and_then(|id| id.parse().ok());
                for (part, known) in &document.parts {
                    let fact = &known.fact;
                    let on = fact.on.as_ref();
                    let here = on
                        .is_some_and(|on| on.repo == *thing.repo() && on.number == thing.number());
                    let (id, line) = match &fact.what {
                        What::Comment { .. } => (key.strip_prefix("c:"), None),
                        What::ReviewComment { spot, .. } => {
                            let id = part.as_str().strip_prefix("rc:");
                            (id, Some((spot.clone(), review)))
                        }
                        _ => continue,
                    };
                    if let Some(id) = id.and_then(|id| id.parse().ok()).filter(|_| here) {
                        told.push(Told {
                            id,
                            line,
                            who: fact.who.clone(),
                            made: document.at,
                            changed: known.rev.at(),
                        });
                    }
                }
            }
        }
        Ok(told)
    }
}
