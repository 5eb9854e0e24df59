//! What a channel that was read back does not say of itself, and GitHub does: what its messages link
//! to, and the facts of which they show only what came of them.

use jiff::Timestamp;

use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::engine::writer::revision;
use crate::github::GitHubError;
use crate::id::{DoneKey, RepoName};
use crate::mirror::found::{Found, Thing};
use crate::mirror::{Document, Head, Subject, key};
use crate::store::{Changes, Wanted};

impl Engine {
    /// Gets from GitHub what a channel that was read back does not say of itself: what is linked by the
    /// messages of these keys, and what they tell of things that have changed since.
    pub(in crate::engine) async fn make_whole(
        &self,
        lane: &str,
        keys: &[DoneKey],
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let store = &self.0.parts.store;
        for key in keys {
            self.cover(lane, key, now).await?;
        }
        for row in store.documents(lane, keys).await? {
            let Ok(mut document) = serde_json::from_str::<Document>(&row.doc) else {
                continue;
            };
            document.said = u64::try_from(row.said_rev).unwrap_or(0);
            if document.parts.is_empty() || !document.is_partial() {
                continue;
            }
            self.complete(&mut document, now).await?;
            let doc = serde_json::to_string(&document).unwrap_or_default();
            let wanted = Wanted {
                lane: lane.to_owned(),
                key: document.key.clone(),
                at: document.at,
                rev: revision(document.rev()),
                doc,
                settle_at: row.settle_at,
                give_up_at: row.give_up_at,
                covered: false,
            };
            let messages = vec![wanted];
            store
                .apply(Changes {
                    messages,
                    ..Changes::default()
                })
                .await?;
        }
        Ok(())
    }

    /// What a message linked that brought a subject here is not told by itself. A key of any other
    /// message covers nothing.
    async fn cover(&self, lane: &str, key: &DoneKey, now: Timestamp) -> Result<(), Trouble> {
        let Some((repo, number, until)) = brought(key) else {
            return Ok(());
        };
        let issue = match self.lookup(self.0.parts.github.issue(&repo, number)).await {
            Ok(issue) => issue,
            Err(GitHubError::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let subject = Subject {
            repo,
            number,
            is_pull: issue.is_pull,
            title: issue.title,
            url: None,
            head: None::<Head>,
            author: None,
            open: true,
            draft: false,
            as_of: until,
        };
        let mut messages = Vec::new();
        for (key, item) in self.earlier(&subject).await? {
            if item.at <= until {
                messages.push(Wanted {
                    lane: lane.to_owned(),
                    key,
                    at: item.at,
                    doc: String::from("{}"),
                    rev: 0,
                    settle_at: now,
                    give_up_at: now,
                    covered: true,
                });
            }
        }
        let store = &self.0.parts.store;
        let keys: Vec<_> = messages.iter().map(|wanted| wanted.key.clone()).collect();
        for row in store.documents(lane, &keys).await? {
            if row.ts.is_none() {
                store.drop_message(lane, &row.key, "covered").await?;
            }
        }
        store
            .apply(Changes {
                messages,
                ..Changes::default()
            })
            .await?;
        Ok(())
    }

    /// Gets the facts that a document lacks, where they are still to be had: of a review and of an
    /// opening. Others (labels of one moment, checks, pushes) stay as they were said.
    pub(in crate::engine) async fn complete(
        &self,
        document: &mut Document,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let on = document
            .parts
            .values()
            .find_map(|part| part.fact.on.clone());
        let Some(on) = on else { return Ok(()) };
        let github = &self.0.parts.github;
        let review = document.key.as_str().strip_prefix("rv:");
        let review = review.and_then(|id| id.parse::<u64>().ok());
        let opening = document.key == key::opened(&on.repo, on.number);
        if review.is_none() && !opening {
            return Ok(());
        }
        let found = async {
            let issue = self
                .lookup(github.issue_as_told(&on.repo, on.number))
                .await?;
            let events = self.lookup(github.events_of(&on.repo, on.number)).await?;
            let mut thing = Thing::new(&on.repo, issue, events);
            if thing.is_pull() {
                thing = thing.with_pull(
                    self.lookup(github.pull_as_told(&on.repo, on.number))
                        .await?,
                );
            }
            let as_of = thing.updated();
            let mut found: Vec<Option<Found>> = Vec::new();
            if let Some(id) = review {
                let reviews = self
                    .lookup(github.reviews_as_told(&on.repo, on.number))
                    .await?;
                let review = reviews.iter().find(|one| one["id"] == id);
                let sent = review.and_then(|one| crate::mirror::found::time(one, "submitted_at"));
                found.extend(review.map(|review| thing.review(review)));
                let comments = self
                    .lookup(github.comments_of_review(&on.repo, on.number, id))
                    .await?;
                found.extend(comments.iter().map(|it| thing.review_comment(it, sent)));
            } else {
                let opened = thing.opened();
                let since = opened.as_ref().map_or(Timestamp::MIN, |opened| opened.at);
                found.push(opened);
                found.extend(thing.turns(since).into_iter().map(Some));
            }
            Ok((found, as_of))
        };
        let (found, as_of) = match found.await {
            Ok(found) => found,
            Err(GitHubError::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for found in found.into_iter().flatten() {
            let Ok(Some(reading)) = self.read(found.event, &found.payload, now) else {
                continue;
            };
            for mut note in reading.notes {
                // It is not known whether the channel shows this text or one before it.
                as_of.into_iter().for_each(|as_of| note.read_as_of(as_of));
                // What is known already came from a webhook, which knows better.
                if note.key == document.key && !document.tells(&note) {
                    document.merge(note);
                }
            }
        }
        Ok(())
    }
}

/// Of the key of a message that brought a subject to a channel: the subject, and when it came.
fn brought(key: &DoneKey) -> Option<(RepoName, u64, Timestamp)> {
    let rest = key.as_str().strip_prefix("bf:")?;
    let (rest, at) = rest.rsplit_once(':')?;
    let (on, _channel) = rest.rsplit_once(':')?;
    let (repo, number) = on.rsplit_once('#')?;
    let at = Timestamp::from_second(at.parse().ok()?).ok()?;
    Some((RepoName::from(repo), number.parse().ok()?, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel_name::ChannelName;

    #[test]
    fn a_key_says_what_it_brought() {
        let repo = RepoName::from("acme/shop");
        let channel = ChannelName::parse("example-20210101i").unwrap();
        let at = Timestamp::from_second(1_609_462_800).unwrap();
        let key = key::backfill(&repo, 7, &channel, at);
        assert_eq!(brought(&key), Some((repo, 7, at)));
        for other in ["c:1", "bf:", "bf:x:y", "bf:acme/shop#x:y:1"] {
            assert_eq!(brought(&DoneKey::from(other)), None, "{other}");
        }
    }
}
