//! Comments that were heard of long after they were made: what became of them meanwhile may have been
//! told before they were, and to nobody.
//!
//! A comment whose webhook comes late, and whose deletion's never, stands in a channel that no sweep
//! would look at again: GitHub had changed nothing since the last. So each thing that has such a
//! comment is noted beside what is told, and looked at by itself.

use jiff::{SignedDuration, Timestamp};

use super::repo::{Finds, On};
use super::{HEAD_START, or_nothing};
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::engine::subjects::Remembered;
use crate::id::RepoName;
use crate::mirror::{About, Reading};

/// How long it is noted. Longer than GitHub may be away.
const NOTED: SignedDuration = SignedDuration::from_hours(24 * 7);

fn key_of(repo: &RepoName, rest: impl std::fmt::Display) -> String {
    format!("late:{repo}#{rest}")
}

/// What to note where a webhook tells of a comment that a sweep may have passed over.
pub(in crate::engine) fn late(reading: &Reading, now: Timestamp) -> Option<Remembered> {
    let About::Subject(subject) = &reading.about else {
        return None;
    };
    let passed = now.saturating_sub(HEAD_START).unwrap_or(Timestamp::MIN);
    let mut notes = reading.notes.iter();
    let is_comment = |key: &str| ["c:", "rc:", "rv:"].iter().any(|it| key.starts_with(it));
    let note = notes.find(|note| note.at < passed && is_comment(note.key.as_str()))?;
    let expires = now.saturating_add(NOTED).unwrap_or(Timestamp::MAX);
    // The value says which comment it was: one that comes while another is looked at stays noted.
    let key = key_of(&subject.repo, subject.number);
    Some((key, note.key.to_string(), expires))
}

impl Engine {
    /// Tells which comments that were heard of late are gone.
    pub(super) async fn look_late(&self, repo: &RepoName, now: Timestamp) -> Result<(), Trouble> {
        let store = &self.0.parts.store;
        let noted = store.cached_below(&key_of(repo, ""), now).await?;
        if noted.is_empty() {
            return Ok(());
        }
        let mut finds = Finds::default();
        for (key, _) in &noted {
            let number = key.rsplit_once('#').map(|(_, number)| number.parse());
            let Some(Ok(number)) = number else { continue };
            let looked = self.look_at(repo, number, now).await;
            let Some(looked) = or_nothing(repo, looked)? else {
                continue;
            };
            let gone = or_nothing(repo, self.gone_late(&looked.thing).await)?;
            let gone = gone.into_iter().map(|it| (On::Thing(number), it));
            finds.finds.extend(gone);
            finds.things.insert(number, looked);
        }
        self.tell_found(repo, finds, now, now).await?;
        for (key, value) in noted {
            store.forget_same(&key, &value).await?;
        }
        Ok(())
    }
}
