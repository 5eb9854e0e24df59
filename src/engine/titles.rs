//! What a new title brings to a channel, and that it takes something away from one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::Engine;
use super::intake::{Draft, Trouble};
use super::subjects::Routed;
use crate::channel_name::ChannelName;
use crate::github::GitHubError;
use crate::mirror::found::time;
use crate::mirror::{self, Subject, key};
use crate::store::Changes;

impl Engine {
    /// Tells the channels that were gained and those that were lost. `titled`: it was the news that
    /// the title is new which came, after that of the title before; else a comment or the like was
    /// the first to show it, and it was given at some time before.
    pub(super) async fn reroute(
        &self,
        subject: &Subject,
        routed: &Routed,
        titled: bool,
        draft: &mut Draft,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        if routed.gained.is_empty() && routed.lost.is_empty() {
            return Ok(());
        }
        let titles = if titled {
            Vec::new()
        } else {
            self.titles(subject).await?
        };
        // In the keys of what is told, so that it is the same whoever told of the title.
        let since = |lane: &ChannelName, named: bool| {
            let turned = |title: &&Title| title.turns(lane, named) && title.at <= subject.as_of;
            let last = titles.iter().rev().find(turned);
            last.map_or(subject.as_of, |title| title.at)
        };
        for lane in &routed.gained {
            let mut then = subject.clone();
            then.as_of = since(lane, true);
            self.back_fill(&then, lane, draft, now).await?;
        }
        for lane in &routed.lost {
            let note = mirror::moved(subject, &routed.lanes, since(lane, false));
            self.add(draft, &BTreeSet::from([lane.clone()]), vec![note], now)
                .await?;
        }
        Ok(())
    }

    /// The channels that a title brought a subject to, where nobody was told so and it belongs since:
    /// something that came after the title was heard of before it, as the first of all, and did not
    /// say that the title was new. One in which the subject was opened knows it already.
    pub(super) async fn unbrought(
        &self,
        subject: &Subject,
        from: &str,
        known: &Subject,
    ) -> Result<Vec<ChannelName>, Trouble> {
        let store = &self.0.parts.store;
        let (repo, number) = (&subject.repo, subject.number);
        let (before, here) = (subject.names_as(from), known.names());
        let mut lanes = Vec::new();
        for lane in subject.names().difference(&before) {
            let brought = key::brought(repo, number, lane);
            if !here.contains(lane) || store.has_below(lane.as_str(), &brought).await? {
                continue;
            }
            // An edit that is heard of first tells of the opening wherever it finds the subject.
            let rows = store.lanes_of_key(&key::opened(repo, number)).await?;
            let told = rows.iter().any(|row| row.lane == lane.as_str());
            let titles = if told {
                self.titles(subject).await?
            } else {
                Vec::new()
            };
            let first = titles.first().filter(|first| first.before.contains(lane));
            if first.is_none() {
                lanes.push(lane.clone());
            }
        }
        Ok(lanes)
    }

    /// What follows where a title brought a subject to a channel and nobody has said so there.
    pub(super) async fn bring(
        &self,
        subject: &Subject,
        lane: &ChannelName,
        now: Timestamp,
    ) -> Result<Changes, Trouble> {
        let mut draft = Draft::default();
        self.back_fill(subject, lane, &mut draft, now).await?;
        Ok(draft.changes(now))
    }

    /// One message that links what came before, and the keys of what it links, so that a later edit
    /// of one of those does not bring it back as news.
    pub(super) async fn back_fill(
        &self,
        subject: &Subject,
        lane: &ChannelName,
        draft: &mut Draft,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        // The channel of an incident is its issue's from the beginning.
        if self.is_an_incident(subject) {
            return Ok(());
        }
        let mut earlier = self.earlier(subject).await?;
        // What came after the title has its own delivery, and is told by that.
        earlier.retain(|(_, item)| item.at <= subject.as_of);
        for (key, item) in &earlier {
            draft.covered.insert((lane.clone(), key.clone()), item.at);
        }
        let earlier: Vec<_> = earlier.into_iter().map(|(_, item)| item).collect();
        let note = mirror::backfill(subject, lane, &earlier, subject.as_of);
        self.add(draft, &BTreeSet::from([lane.clone()]), vec![note], now)
            .await
    }

    /// The titles that it was given, oldest first.
    async fn titles(&self, subject: &Subject) -> Result<Vec<Title>, Trouble> {
        let github = &self.0.parts.github;
        match github.events_of(&subject.repo, subject.number).await {
            Ok(events) => Ok(events.iter().filter_map(Title::read).collect()),
            Err(GitHubError::NotFound { .. }) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A new title: when it was given, and which channels it and the one before name.
struct Title {
    at: Timestamp,
    before: BTreeSet<ChannelName>,
    after: BTreeSet<ChannelName>,
}

impl Title {
    fn read(event: &Value) -> Option<Self> {
        let rename = event.get("rename")?;
        let names = |which: &str| ChannelName::find_all(rename[which].as_str().unwrap_or_default());
        Some(Self {
            at: time(event, "created_at")?,
            before: names("from"),
            after: names("to"),
        })
    }

    /// Whether a channel is `named` by it and was not before; or the other way round.
    fn turns(&self, lane: &ChannelName, named: bool) -> bool {
        let (before, after) = (self.before.contains(lane), self.after.contains(lane));
        before != named && after == named
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_title_turns_what_it_names_and_did_not_name() {
        let event = json!({
            "event": "renamed", "created_at": "2021-01-01T00:00:00Z",
            "rename": {"from": "#a-20210101i", "to": "#b-20210101i"},
        });
        let title = Title::read(&event).unwrap();
        let lane = |name| ChannelName::parse(name).unwrap();
        assert!(title.turns(&lane("b-20210101i"), true));
        assert!(title.turns(&lane("a-20210101i"), false));
        assert!(!title.turns(&lane("a-20210101i"), true));
        assert!(!title.turns(&lane("c-20210101i"), false));
        assert!(Title::read(&json!({"event": "closed"})).is_none());
    }
}
