//! Issues that are gone: no list shows them, so each one that is open is asked for once an hour.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Watched;
use super::repo::{Finds, Looked, On};
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::Still;
use crate::id::RepoName;
use crate::mirror::Subject;
use crate::mirror::found::Thing;

/// How often an open issue is asked for. While it is as it was, that costs nothing.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// When the open issues of a repository are asked for, and how their last answers are called.
#[derive(Debug, Clone, Default)]
pub(super) struct Vigil {
    due: Option<Timestamp>,
    tags: BTreeMap<u64, Option<String>>,
    gone: BTreeMap<u64, Timestamp>,
}

impl Engine {
    /// Tells which of the open issues that belong to a channel were deleted. Only an answer that
    /// says so counts: one that GitHub will not show may have been moved, or the App sent away.
    pub(super) async fn vanished(
        &self,
        repo: &RepoName,
        watched: &mut Watched,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let next = now.saturating_add(EVERY).unwrap_or(Timestamp::MAX);
        let vigil = &mut watched.vigil;
        if *vigil.due.get_or_insert(next) > now {
            return Ok(());
        }
        let store = &self.0.parts.store;
        let mut finds = Finds::default();
        for (_, row) in store.cached_below(&format!("subject:{repo}#"), now).await? {
            let Ok(known) = serde_json::from_str::<Subject>(&row) else {
                continue;
            };
            let number = known.number;
            let is_known = vigil.gone.get(&number) == Some(&known.as_of);
            if known.is_pull || !known.open || known.names().is_empty() || is_known {
                continue;
            }
            let tag = vigil.tags.get(&number).and_then(Option::as_deref);
            match self.0.parts.github.still(repo, number, tag).await? {
                Still::Same | Still::Unseen => {}
                Still::There(tag) => {
                    vigil.tags.insert(number, tag);
                }
                Still::Gone => {
                    vigil.gone.insert(number, known.as_of);
                    let thing = Thing::remembered(&known);
                    finds
                        .finds
                        .push((On::Thing(number), thing.deleted(known.as_of)));
                    finds.things.insert(number, Looked::at(thing));
                }
            }
        }
        let rest: Vec<u64> = finds.things.keys().copied().collect();
        vigil.tags.retain(|number, _| !rest.contains(number));
        self.tell_found(repo, finds, now, now).await?;
        watched.vigil.due = Some(next);
        Ok(())
    }
}
