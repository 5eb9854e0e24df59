//! Branches that moved: what GitHub's log of activity shows that may not have been told.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::repo::{Finds, On};
use super::{Watched, or_nothing};
use crate::channel_name::ChannelName;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::{Gained, Place};
use crate::id::RepoName;
use crate::mirror::Document;
use crate::mirror::found::{Found, Move, only_here, tips_before};

/// By how much the log and a webhook may differ about when a branch moved.
const DIFFER: SignedDuration = SignedDuration::from_secs(10);

impl Engine {
    /// What the log shows that may not have been told, of branches that have to do with a channel.
    /// Each line is judged once, so that what becomes of a branch's pull request later does not
    /// bring back what was nobody's news.
    pub(super) async fn moves(
        &self,
        repo: &RepoName,
        watched: &mut Watched,
        moves: &[Move],
        ripe: Timestamp,
        all: &mut Finds,
    ) -> Result<(), Trouble> {
        for this in moves {
            let old = this.at < watched.begun || watched.judged.contains_key(&this.id);
            if !old && this.at <= ripe {
                or_nothing(repo, self.judge(repo, moves, this, all).await)?;
                watched.judged.insert(this.id, this.at);
            }
        }
        Ok(())
    }

    async fn judge(
        &self,
        repo: &RepoName,
        moves: &[Move],
        this: &Move,
        all: &mut Finds,
    ) -> Result<(), Trouble> {
        let mut lanes = ChannelName::find_all(&this.branch);
        let from = all
            .things
            .iter()
            .filter(|(_, it)| it.thing.is_from(&this.branch));
        let mut pulls: BTreeSet<u64> = from.map(|(number, _)| *number).collect();
        if let Some(known) = self.known_by_head(repo, &this.branch, self.now()).await? {
            if known.repo == *repo {
                pulls.insert(known.number);
            } else {
                lanes.extend(known.names());
            }
        }
        if lanes.is_empty() && pulls.is_empty() {
            return Ok(());
        }
        let (pushed, synchronized) = self.is_known(this).await?;
        let has_sync = !pulls.is_empty() && !this.is_new() && !this.is_gone();
        if pushed && (synchronized || !has_sync) {
            return Ok(());
        }
        let mut on_draft = false;
        for number in pulls {
            self.look_up(repo, number, this.at, all).await?;
            let Some(looked) = all.things.get(&number) else {
                continue;
            };
            let thing = &looked.thing;
            if !thing.was_there(this.at) {
                continue;
            }
            // A pull request goes where its branch goes, too.
            lanes.extend(ChannelName::find_all(thing.title_at(this.at)));
            on_draft |= thing.was_open(this.at) && thing.was_draft(this.at);
            let found = thing.synchronized(this).filter(|_| !synchronized);
            all.finds.extend(found.map(|it| (On::Thing(number), it)));
        }
        if !lanes.is_empty() && !pushed {
            let found = self.pushed(repo, moves, this, all).await?;
            all.finds.push((On::Branch { lanes, on_draft }, found));
        }
        Ok(())
    }

    /// Whether a webhook or a sweep told of this: as a push, and as what moved a pull request.
    async fn is_known(&self, this: &Move) -> Result<(bool, bool), Trouble> {
        let (mut pushed, mut synchronized) = (false, false);
        for key in this.keys(DIFFER) {
            for row in self.0.parts.store.lanes_of_key(&key).await? {
                let Ok(document) = serde_json::from_str::<Document>(&row.doc) else {
                    continue;
                };
                for (part, known) in &document.parts {
                    let apart = known.rev.at().duration_since(this.at).abs();
                    if apart <= DIFFER {
                        pushed |= part.as_str() == this.part();
                        synchronized |= part.as_str() == "sync";
                    }
                }
            }
        }
        Ok((pushed, synchronized))
    }

    /// Has this pull request among the things that were looked at.
    async fn look_up(
        &self,
        repo: &RepoName,
        number: u64,
        since: Timestamp,
        all: &mut Finds,
    ) -> Result<(), Trouble> {
        if all.things.contains_key(&number) {
            return Ok(());
        }
        if let Some(looked) = self.look_at(repo, number, since).await? {
            all.things.insert(number, looked);
        }
        Ok(())
    }

    async fn pushed(
        &self,
        repo: &RepoName,
        moves: &[Move],
        this: &Move,
        all: &mut Finds,
    ) -> Result<Found, Trouble> {
        let github = &self.0.parts.github;
        let place = match &all.place {
            Some(place) => place.clone(),
            None => github.place(repo).await?,
        };
        all.place = Some(place.clone());
        let gained = if this.is_gone() {
            None
        } else if this.is_new() {
            self.came_with(repo, moves, this, &place).await?
        } else {
            github.gained(repo, &this.before, &this.after).await?
        };
        let gained = gained.unwrap_or_default();
        Ok(this.push(&gained.commits, gained.total, &place.html_url))
    }

    /// The commits that came with a new branch: those that no other branch had.
    async fn came_with(
        &self,
        repo: &RepoName,
        moves: &[Move],
        this: &Move,
        place: &Place,
    ) -> Result<Option<Gained>, Trouble> {
        let github = &self.0.parts.github;
        let tips = tips_before(&github.branches(repo).await?, moves, this);
        let Some(trunk) = tips.get(&place.default_branch) else {
            return Ok(None);
        };
        let gained = github.gained(repo, trunk, &this.after).await?;
        Ok(gained.map(|gained| {
            let before = gained.commits.len();
            let commits = only_here(gained.commits, &tips);
            let elsewhere = u64::try_from(before - commits.len()).unwrap_or(0);
            Gained {
                total: gained.total.saturating_sub(elsewhere),
                commits,
            }
        }))
    }
}
