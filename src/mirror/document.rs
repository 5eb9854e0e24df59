//! All that is known of one message, joined so that the order of arrival does not matter.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::{Fact, Verdict, What};
use super::note::{Note, Rev};
use crate::id::{DoneKey, PartKey};

/// The facts of one message, one a part. Kept as JSON between arrivals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What the message is about.
    pub key: DoneKey,
    /// When the first of it happened, by GitHub's clock.
    pub at: Timestamp,
    /// The newest fact of each part.
    pub parts: BTreeMap<PartKey, Part>,
    /// How new that is which the channel shows, where that is known: more than the facts weigh when
    /// it was said by a process whose database is gone. The row beside the document keeps it.
    #[serde(skip)]
    pub said: u64,
}

/// The newest fact of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// How new.
    pub rev: Rev,
    /// What.
    pub fact: Fact,
}

impl Document {
    /// A message of which one fact is known.
    pub fn new(note: Note) -> Self {
        let part = Part {
            rev: note.rev,
            fact: note.fact,
        };
        Self {
            key: note.key,
            at: note.at,
            parts: BTreeMap::from([(note.part, part)]),
            said: 0,
        }
    }

    /// A message of which no fact is known, only that it was said. Its facts come back one by one;
    /// until they weigh as much as what was said, they are not all there, and the message stays as
    /// it is.
    pub fn restored(key: DoneKey, at: Timestamp) -> Self {
        Self {
            key,
            at,
            parts: BTreeMap::new(),
            said: 0,
        }
    }

    /// Whether facts are missing that were said.
    pub fn is_partial(&self) -> bool {
        self.sum() < self.said
    }

    /// Whether a fact that was found, and not told by a webhook, is no news to this message: the
    /// same is known of its part, or something newer. What a fact says beside its words (a title
    /// that has changed since) is no news.
    pub fn tells(&self, note: &Note) -> bool {
        let Some(known) = self.parts.get(&note.part) else {
            return false;
        };
        known.rev >= note.rev || known.fact.what.says_the_same(&note.fact.what)
    }

    /// Joins a fact; says whether that changed anything. Of two facts for one part the newer
    /// stays, so the order of arrival does not matter and a second arrival is nothing. Only where
    /// two are equally new and differ does the later arrival win, one step newer. A fact of another
    /// message is not taken.
    pub fn merge(&mut self, note: Note) -> bool {
        if note.key != self.key {
            return false;
        }
        let earlier = note.at < self.at;
        self.at = self.at.min(note.at);
        let mut rev = note.rev;
        if let Some(known) = self.parts.get(&note.part) {
            if known.rev > rev || known.fact == note.fact && known.rev == rev {
                return earlier;
            }
            if known.rev == rev {
                // A text as it was at first that comes late is older than what was read meanwhile.
                if matches!(note.fact.what, What::Body { edited: false, .. }) {
                    return earlier;
                }
                rev = Rev(rev.0 + 1);
            }
        }
        let fact = note.fact;
        self.parts.insert(note.part, Part { rev, fact });
        true
    }

    /// How new the whole is: the sum of its parts' revs, so that it grows with every change, by
    /// whichever part. A rev is below 2^49 until the year 2500, so the sum of 10,000 parts still
    /// fits a signed 64-bit column.
    /// Never less than what was said.
    pub fn rev(&self) -> u64 {
        self.sum().max(self.said)
    }

    fn sum(&self) -> u64 {
        let revs = self.parts.values().map(|part| part.rev.0);
        revs.fold(0, u64::saturating_add).min(i64::MAX as u64)
    }

    /// Whether all that it told is gone: not worth a message if none was said before.
    pub fn is_gone(&self) -> bool {
        self.facts().all(|fact| match &fact.what {
            What::CommentDeleted { .. } | What::ReviewCommentDeleted { .. } => true,
            // GitHub wraps every comment on a line in a review, which says nothing by itself.
            What::Review { verdict, body, .. } => {
                *verdict == Verdict::Commented && body.trim().is_empty() && self.parts.len() > 1
            }
            _ => false,
        })
    }

    /// Whether it changes what people have to know to take part: that something was opened, closed
    /// or moved. Such news keep a message of their own where much is told at once.
    pub fn is_a_turning_point(&self) -> bool {
        self.facts().any(|fact| {
            matches!(
                fact.what,
                What::Opened { .. }
                    | What::Closed { .. }
                    | What::Merged { .. }
                    | What::Reopened
                    | What::Deleted
                    | What::Transferred { .. }
                    | What::Backfill { .. }
                    | What::Rerouted { .. }
            )
        })
    }

    /// The newest of its facts; ties go to the greater part, so that all orders agree.
    pub(super) fn newest(&self) -> Option<&Fact> {
        let newest = self.parts.iter().max_by_key(|(key, part)| (part.rev, *key));
        newest.map(|(_, part)| &part.fact)
    }

    pub(super) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.parts.values().map(|part| &part.fact)
    }
}
