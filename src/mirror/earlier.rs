//! What a channel is told when a title begins, or ceases, to name it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::fact::{Earlier, Fact, Target, What};
use super::key;
use super::note::{Note, Rank, Rev};
use super::subject::Subject;
use crate::channel_name::ChannelName;
use crate::id::{DoneKey, Login, PartKey};

/// How many of the things that came before are listed; the page has the rest.
const LISTED: usize = 20;

/// For a channel that a subject begins to name: what came before, oldest first. `at` is GitHub's
/// time of the change ([`Subject::as_of`]), not the time now: it is in the key, and the same change
/// read twice must come to the same message.
pub fn backfill(
    subject: &Subject,
    channel: &ChannelName,
    earlier: &[Earlier],
    at: Timestamp,
) -> Note {
    let mut earlier = earlier.to_vec();
    earlier.sort_by_key(|entry| entry.at);
    // The first says what it is about, the last where it stands: what goes is between.
    let more = earlier.len().saturating_sub(LISTED);
    if more > 0 {
        earlier.drain(1..=more);
    }
    let more = u64::try_from(more).unwrap_or(u64::MAX);
    let key = key::backfill(&subject.repo, subject.number, channel, at);
    note(subject, key, at, What::Backfill { earlier, more })
}

/// For a channel that a subject no longer names: where it is told now, which may be nowhere. `at`
/// as for [`backfill`].
pub fn moved(subject: &Subject, to: &BTreeSet<ChannelName>, at: Timestamp) -> Note {
    let to = to.iter().cloned().collect();
    let key = key::moved(&subject.repo, subject.number, at);
    note(subject, key, at, What::Rerouted { to })
}

fn note(subject: &Subject, key: DoneKey, at: Timestamp, what: What) -> Note {
    // `https://host/owner/name/issues/12` without its last two segments.
    let source = subject.url.as_deref().and_then(|url| {
        let (rest, _) = url.rsplit_once('/')?;
        Some(rest.rsplit_once('/')?.0.to_owned())
    });
    Note {
        key,
        part: PartKey::from("routing"),
        rev: Rev::new(at, Rank::Created),
        at,
        settle: SignedDuration::ZERO,
        by_bot: false,
        on_draft: subject.draft,
        fact: Fact {
            who: subject
                .author
                .clone()
                .unwrap_or_else(|| Login::from("ghost")),
            repo: subject.repo.clone(),
            source,
            on: Some(Target::from(subject)),
            what,
        },
    }
}
