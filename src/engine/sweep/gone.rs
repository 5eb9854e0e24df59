//! Comments that are gone: no list shows them, but a count is too small.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::Watched;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::Changed;
use crate::id::Login;
use crate::mirror::found::{Found, Thing, number_of, time};
use crate::mirror::{Document, What};

/// How long after it was written a comment is missed when it goes.
const MISSED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether a thing has fewer comments than it had and got since; notes how many it has.
pub(super) fn are_missing(
    thing: &Thing,
    watched: &mut Watched,
    comments: &Option<Changed>,
) -> bool {
    let (number, count) = (thing.number(), thing.comments());
    let Some(as_of) = thing.updated() else {
        return false;
    };
    let before = watched.counts.insert(number, (count, as_of));
    let Some((had, then)) = before else {
        return false;
    };
    let items = comments.iter().flat_map(|list| &list.items);
    let came = items.filter(|comment| {
        number_of(comment) == Some(number) && time(comment, "created_at") > Some(then)
    });
    count < had + u64::try_from(came.count()).unwrap_or(0)
}

impl Engine {
    /// What was said of comments on this thing that GitHub has no more. Each is asked for by itself
    /// before it is told as deleted: a list may lag behind.
    pub(super) async fn gone(&self, thing: &Thing) -> Result<Vec<Found>, Trouble> {
        let github = &self.0.parts.github;
        let there: BTreeSet<u64> = match github.issue_comments(thing.repo(), thing.number()).await {
            Ok(list) if list.whole => list.items.iter().map(|comment| comment.id).collect(),
            Ok(_) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let now = self.now();
        let since = now.saturating_sub(MISSED).unwrap_or(now);
        let mut gone = Vec::new();
        let mut asked = BTreeSet::new();
        for row in self.0.parts.store.said_below("c:", since).await? {
            let id = row.key.as_str().trim_start_matches("c:").parse::<u64>();
            let document: Option<Document> = serde_json::from_str(&row.doc).ok();
            let part = document.as_ref().and_then(|it| it.parts.values().next());
            let (Ok(id), Some(document), Some(part)) = (id, &document, part) else {
                continue;
            };
            let on = part.fact.on.as_ref();
            let here = on.is_some_and(|on| on.repo == *thing.repo() && on.number == thing.number());
            let is_told = !matches!(part.fact.what, What::Comment { .. });
            if !here || is_told || there.contains(&id) || !asked.insert(id) {
                continue;
            }
            if !github.has_comment(thing.repo(), id).await? {
                let who: &Login = &part.fact.who;
                let found = thing.comment_gone(id, who, document.at, part.rev.at());
                gone.extend(found);
            }
        }
        Ok(gone)
    }
}
