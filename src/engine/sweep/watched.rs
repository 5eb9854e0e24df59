//! What is remembered of a repository that is swept: until where each list was read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::gone::Had;
use super::repo::Looked;
use super::vanished::Vigil;
use crate::engine::subjects::Remembered;
use crate::github::Changed;
use crate::id::RepoName;
use crate::mirror::found::{Move, time};

/// How often a repository is swept that is quiet, unless others are swept as seldom.
pub(super) const QUIETLY: SignedDuration = SignedDuration::from_mins(10);
/// After which time without any change a repository is quiet.
const QUIET: SignedDuration = SignedDuration::from_hours(6);
/// How far back a sweep reaches behind the newest that the one before saw: GitHub's lists may lag.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// How long a repository is remembered after it was last heard of.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);
/// What the keys of the cache begin with.
pub(super) const KEY: &str = "sweep:";

/// A repository that is swept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::engine) struct Watched {
    /// Nothing that is older is told.
    pub(super) begun: Timestamp,
    /// The newest change that was seen.
    pub(super) heard: Timestamp,
    pub(super) issues: Mark,
    pub(super) comments: Mark,
    pub(super) lines: Mark,
    /// Branches that moved.
    #[serde(default)]
    pub(super) moves: Option<Mark>,
    /// Lines of the log of branches, since the mark, that need no other look.
    #[serde(default)]
    pub(super) judged: BTreeMap<u64, Timestamp>,
    /// How many comments a thing had.
    #[serde(default)]
    pub(super) had: BTreeMap<u64, Had>,
    /// When to look again.
    #[serde(skip)]
    pub(in crate::engine) due: Timestamp,
    /// As of when an issue or pull request was last looked at in full.
    #[serde(skip)]
    pub(super) seen: BTreeMap<u64, Timestamp>,
    /// What belonged to no channel when it was last looked at.
    #[serde(skip)]
    pub(super) elsewhere: BTreeSet<u64>,
    /// What a sweep had looked at that then failed, so that the next need not ask it all again.
    #[serde(skip)]
    pub(super) looked: BTreeMap<u64, (Timestamp, Option<Looked>)>,
    #[serde(skip)]
    pub(super) vigil: Vigil,
}

/// What is new in a repository, as GitHub lists it.
pub(super) struct Lists {
    pub(super) issues: Option<Changed>,
    pub(super) comments: Option<Changed>,
    pub(super) lines: Option<Changed>,
    pub(super) log: Option<Changed>,
    /// What of the log is about branches, the oldest first.
    pub(super) moves: Vec<Move>,
}

impl Lists {
    pub(super) fn all(&self) -> impl Iterator<Item = &Changed> {
        let lists = [&self.issues, &self.comments, &self.lines, &self.log];
        lists.into_iter().flatten()
    }

    /// The newest that they show.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        let items = self.all().flat_map(|list| &list.items);
        items.filter_map(updated).max()
    }
}

/// Until where a list was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) since: Timestamp,
    pub(super) tag: Option<String>,
}

impl Watched {
    pub(super) fn new(begun: Timestamp, due: Timestamp) -> Self {
        let mark = Mark {
            since: begun,
            tag: None,
        };
        Self {
            begun,
            heard: begun,
            issues: mark.clone(),
            comments: mark.clone(),
            lines: mark,
            moves: None,
            judged: BTreeMap::new(),
            had: BTreeMap::new(),
            due,
            seen: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            looked: BTreeMap::new(),
            vigil: Vigil::default(),
        }
    }

    /// How long to leave it alone after a look at `now`.
    pub(super) fn pause(&self, now: Timestamp, every: SignedDuration) -> SignedDuration {
        let quiet = now.duration_since(self.heard) > QUIET;
        if quiet { QUIETLY.max(every) } else { every }
    }

    pub(super) fn row(&self, repo: &RepoName) -> Option<Remembered> {
        let value = serde_json::to_string(self).ok()?;
        let expires = self.heard.saturating_add(REMEMBERED);
        let key = format!("{KEY}{repo}");
        Some((key, value, expires.unwrap_or(Timestamp::MAX)))
    }
}

impl Mark {
    /// Moves on after a list was read. What is too young to be told stays in the window, which
    /// reaches back further, and is asked for again.
    pub(super) fn move_on(&mut self, read: &Changed, young: bool) {
        let newest = read.items.iter().filter_map(updated).max();
        let to = newest.and_then(|newest| newest.checked_sub(OVERLAP).ok());
        // The newest was not read: there is no tag that tells of something newer than that.
        self.tag = read.tag.clone().filter(|_| !young);
        if let Some(to) = to.filter(|to| *to > self.since) {
            self.since = to;
            self.tag = None;
        }
    }

    /// As [`Mark::move_on`], of a list whose oldest come first where not all was read. Where more
    /// happens within the overlap than one reading holds, reaching back would read the same for
    /// ever: then it goes on where this reading ended.
    pub(super) fn move_past(&mut self, read: &Changed, young: bool, ripe: Timestamp) {
        let before = self.since;
        self.move_on(read, young);
        if !read.whole && self.since == before {
            let newest = read.items.iter().filter_map(updated).max();
            self.since = newest.map_or(before, |newest| before.max(newest.min(ripe)));
        }
    }
}

pub(super) fn updated(item: &Value) -> Option<Timestamp> {
    time(item, "updated_at").or_else(|| time(item, "timestamp"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_600_000_000 + seconds).unwrap_or_default()
    }

    fn read(seconds: std::ops::Range<i64>, whole: bool) -> Changed {
        let items = seconds.map(|second| json!({"updated_at": at(second).to_string()}));
        Changed {
            items: items.collect(),
            tag: Some(String::from("tag")),
            whole,
            date: None,
        }
    }

    fn mark() -> Mark {
        Mark {
            since: at(0),
            tag: None,
        }
    }

    #[test]
    fn a_repository_that_is_never_quiet_is_not_read_from_the_beginning_for_ever() {
        let mut mark = mark();
        mark.move_past(&read(0..400, true), true, at(390));
        assert_eq!((mark.since, mark.tag), (at(99), None));
    }

    #[test]
    fn more_than_one_reading_holds_is_read_to_its_end() {
        let mut mark = mark();
        mark.move_past(&read(0..100, false), true, at(1_000));
        assert_eq!(mark.since, at(99));
        // What is too young is not passed over.
        mark.move_past(&read(99..200, false), true, at(150));
        assert_eq!(mark.since, at(150));
        mark.move_past(&read(150..160, true), false, at(1_000));
        assert_eq!(mark.since, at(150));
    }
}
