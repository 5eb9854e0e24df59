//! One fact that GitHub told, with what it belongs to and how it weighs against others.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::fact::{Fact, What};
use crate::id::{DoneKey, PartKey};

/// How new a fact is among those that tell the same: GitHub's time in milliseconds, times 16, plus
/// its [`Rank`]. Greater is newer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rev(pub u64);

/// Which of two facts of one second is the newer. GitHub's times have no more than seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It came to be.
    Created = 0,
    /// It was changed.
    Edited = 4,
    /// It was declared void: a review dismissed.
    Voided = 6,
    /// It is gone.
    Deleted = 8,
}

/// Places for ranks in a rev.
const RANKS: u64 = 16;

impl Rev {
    /// The rev of a fact of this time and rank.
    pub fn new(at: Timestamp, rank: Rank) -> Self {
        let ms = u64::try_from(at.as_millisecond()).unwrap_or(0);
        Self(ms * RANKS + rank as u64)
    }

    /// The time in it.
    pub fn at(self) -> Timestamp {
        let ms = i64::try_from(self.0 / RANKS).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
    }
}

/// A fact on its way into a [`Document`](super::Document).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The message it belongs to.
    pub key: DoneKey,
    /// Which part of that message it tells.
    pub part: PartKey,
    /// How new it is among what tells that part.
    pub rev: Rev,
    /// When it happened, by GitHub's clock; of an edit or a deletion, when that which it changes
    /// happened. Orders messages.
    pub at: Timestamp,
    /// How long to wait, from its arrival, for what belongs into the same message.
    pub settle: SignedDuration,
    /// Whether a program did it.
    pub by_bot: bool,
    /// Whether it is about a pull request that was a draft then.
    pub on_draft: bool,
    /// What is told.
    pub fact: Fact,
}

impl Note {
    /// Whether it tells that something said before is gone.
    pub fn takes_back(&self) -> bool {
        matches!(
            self.fact.what,
            What::CommentDeleted { .. } | What::ReviewCommentDeleted { .. }
        )
    }

    /// Whether it changes something that may have been said before.
    pub fn follows_up(&self) -> bool {
        self.rev.0 % RANKS != Rank::Created as u64
    }

    /// Its text was read at GitHub when the thing that it is about was as of then: it is as new as
    /// that, though GitHub only says when it was first written.
    pub fn read_as_of(&mut self, as_of: Timestamp) {
        let undated = matches!(
            self.fact.what,
            What::Body { edited: false, .. } | What::Review { edited: false, .. }
        );
        if undated && as_of > self.rev.at() {
            self.rev = Rev::new(as_of, Rank::Created);
        }
    }
}

/// Whether an organisation that mutes bots, or drafts, does not want to hear this. On a draft
/// people still talk: comments and reviews are told, and that it is ready or closed. What is taken
/// back is never muted, whoever does it: the text has to go from where it was told.
pub fn muted(note: &Note, mute_bots: bool, mute_drafts: bool) -> bool {
    if note.takes_back() {
        return false;
    }
    let told_of_drafts = matches!(
        note.fact.what,
        What::Comment { .. }
            | What::Review { .. }
            | What::ReviewComment { .. }
            | What::Thread { .. }
            | What::Ready
            | What::Closed { .. }
            | What::Merged { .. }
            | What::Backfill { .. }
            | What::Rerouted { .. }
    );
    (mute_bots && note.by_bot) || (mute_drafts && note.on_draft && !told_of_drafts)
}
