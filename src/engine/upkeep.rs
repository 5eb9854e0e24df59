//! Sees to the postmortem repository itself: the pull requests that touch the rules, and the rules.
//!
//! A webhook only makes it quicker. At the start and once an hour all open pull requests are looked
//! at, so that one whose webhook was lost gets its check all the same, and the rules are read again.
//! With a new database all incidents are looked through once for work that is left.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::intake::Trouble;
use super::lookups::is_silence;
use super::{Engine, lock, sooner};
use crate::github::GitHubError;
use crate::id::Sha;

/// How often all open pull requests are looked at, and the rules are read, unasked.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How long to wait after trouble that may pass by itself.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_mins(1);
/// How often one pull request is tried before it is left to the next look at all.
const TRIES: u32 = 5;
/// How long it is known which head of a pull request was looked at.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is to be seen to, and when.
#[derive(Debug)]
pub(super) struct Upkeep {
    round: Timestamp,
    pulls: BTreeMap<u64, Wanted>,
    /// When the owners of a playbook are to be told how it stands; `None`: they know.
    pub(super) owners: Option<Timestamp>,
}

/// A pull request that is to be looked at.
#[derive(Debug, Clone)]
struct Wanted {
    head: Sha,
    at: Timestamp,
    tries: u32,
}

impl Default for Upkeep {
    fn default() -> Self {
        Self {
            round: Timestamp::MIN,
            pulls: BTreeMap::new(),
            owners: None,
        }
    }
}

impl Upkeep {
    /// When there is something to do, looking around included.
    pub(super) fn due(&self) -> Timestamp {
        self.known()
            .map_or(self.round, |known| known.min(self.round))
    }

    /// When something is to be done that is known by now.
    pub(super) fn known(&self) -> Option<Timestamp> {
        let pulls = self.pulls.values().map(|wanted| wanted.at).min();
        sooner(pulls, self.owners)
    }

    fn want(&mut self, number: u64, head: Sha, at: Timestamp) {
        if self
            .pulls
            .get(&number)
            .is_none_or(|known| known.head != head)
        {
            self.pulls.insert(number, Wanted { head, at, tries: 0 });
        }
    }
}

impl Engine {
    /// Notes that a delivery tells of new commits in a pull request of the postmortem repository.
    pub(super) fn notice_pull(&self, kind: &str, payload: &Value, now: Timestamp) {
        let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
        let here = self.0.parts.settings.postmortem_repo.as_str();
        let fresh = matches!(text("/action"), Some("opened" | "synchronize" | "reopened"));
        if kind != "pull_request" || !fresh || text("/repository/full_name") != Some(here) {
            return;
        }
        let number = payload
            .pointer("/pull_request/number")
            .and_then(Value::as_u64);
        if let (Some(number), Some(head)) = (number, text("/pull_request/head/sha")) {
            lock(&self.0.upkeep).want(number, Sha::from(head), now);
            self.0.noticed.notify_one();
        }
    }

    /// Has a pull request looked at whose head is the same, since what it is held against is not.
    pub(super) fn look_at_pull_again(&self, number: u64, head: Sha, now: Timestamp) {
        lock(&self.0.upkeep).want(number, head, now);
        self.0.noticed.notify_one();
    }

    /// Does what is due.
    pub(super) async fn keep_up(&self, now: Timestamp) {
        if lock(&self.0.upkeep).round <= now {
            self.go_round(now).await;
        }
        self.review_wanted(now).await;
        let owners = lock(&self.0.upkeep).owners;
        if owners.is_some_and(|due| due <= now) {
            self.see_to_owners(now).await;
        }
    }

    /// Finds the open pull requests whose heads nobody has looked at.
    async fn go_round(&self, now: Timestamp) {
        let settings = &self.0.parts.settings;
        let first = lock(&self.0.upkeep).round == Timestamp::MIN;
        let at = |pause| now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let pulls = match self
            .0
            .parts
            .github
            .open_pulls(&settings.postmortem_repo)
            .await
        {
            Ok(pulls) => pulls,
            Err(error) => {
                lock(&self.0.upkeep).round = at(pause_after(&error, now));
                let trouble = Trouble::GitHub(error);
                if self.looked_in_vain(&trouble) {
                    tracing::warn!(error = %trouble, "open pull requests were not listed");
                }
                return;
            }
        };
        let mut new = Vec::new();
        for pull in pulls.items {
            if self.looked_at(pull.number, now).await.as_ref() != Some(&pull.head.sha) {
                new.push(pull.number);
                lock(&self.0.upkeep).want(pull.number, pull.head.sha, now);
            }
        }
        if let Err(error) = self.go_round_teams(&new, now).await {
            self.0.parts.store.complain(&error);
        }
        // Where nobody wants GitHub to be looked at unasked, the look at the start is the only one.
        let mut next = match settings.sweep_every {
            Some(_) => at(EVERY),
            None => Timestamp::MAX,
        };
        match self.look_for_work_left(now).await {
            Ok(()) => {}
            Err(trouble) => {
                let pause = match &trouble {
                    Trouble::GitHub(error) => pause_after(error, now),
                    _ => AFTER_TROUBLE,
                };
                next = at(pause);
                if self.looked_in_vain(&trouble) {
                    tracing::warn!(error = %trouble, "work that is left was not looked for");
                }
            }
        }
        lock(&self.0.upkeep).round = next;
        if !first {
            self.doubt_rules(now);
        }
    }

    async fn review_wanted(&self, now: Timestamp) {
        let due: Vec<(u64, Wanted)> = {
            let upkeep = lock(&self.0.upkeep);
            let due = upkeep.pulls.iter().filter(|(_, wanted)| wanted.at <= now);
            due.map(|(number, wanted)| (*number, wanted.clone()))
                .collect()
        };
        for (number, wanted) in due {
            let done = self.review(number, &wanted.head).await;
            let mut again = None;
            match &done {
                Ok(()) => self.was_looked_at(number, &wanted.head, now).await,
                Err(error) => {
                    let trouble = Trouble::GitHub(error.clone());
                    if self.looked_in_vain(&trouble) {
                        tracing::warn!(number, %error, "a pull request was not checked");
                    }
                    let tries = wanted.tries + u32::from(!is_silence(error));
                    let pause = pause_after(error, now);
                    again = (tries < TRIES).then(|| Wanted {
                        head: wanted.head.clone(),
                        at: now.saturating_add(pause).unwrap_or(Timestamp::MAX),
                        tries,
                    });
                }
            }
            let mut upkeep = lock(&self.0.upkeep);
            // Meanwhile it may have got another head.
            if upkeep
                .pulls
                .get(&number)
                .is_some_and(|it| it.head == wanted.head)
            {
                match again {
                    Some(again) => drop(upkeep.pulls.insert(number, again)),
                    None => drop(upkeep.pulls.remove(&number)),
                }
            }
        }
    }

    /// The head of a pull request that was looked at last.
    async fn looked_at(&self, number: u64, now: Timestamp) -> Option<Sha> {
        let store = &self.0.parts.store;
        match store.cached(&format!("reviewed:{number}"), now).await {
            Ok(head) => head.map(Sha::from),
            Err(error) => {
                store.complain(&error);
                None
            }
        }
    }

    async fn was_looked_at(&self, number: u64, head: &Sha, now: Timestamp) {
        let store = &self.0.parts.store;
        let until = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        let key = format!("reviewed:{number}");
        if let Err(error) = store.cache(&key, head.as_str(), until).await {
            store.complain(&error);
        }
    }
}

/// When to try again after this: soon where it passes by itself, else with the next round.
pub(super) fn pause_after(error: &GitHubError, now: Timestamp) -> SignedDuration {
    match error {
        GitHubError::RateLimited { wait } => wait.until(now).duration_since(now),
        // A list, or a commit, may lag behind the webhook that told of it.
        GitHubError::NotFound { .. } => AFTER_TROUBLE,
        error if is_silence(error) => AFTER_TROUBLE,
        _ => EVERY,
    }
}
