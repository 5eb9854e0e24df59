//! Reminds owners of what is overdue: each of all that is theirs, in one message a week.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::known::never;
use super::lanes::direct;
use super::owed::channel_lane;
use super::say::spoken;
use super::{Case, Line};
use crate::engine::Engine;
use crate::id::{DoneKey, SlackUserId};
use crate::incident::Who;
use crate::incident::overdue::{KEY, Whom, key, late, may_be_late, week};
use crate::incident::view;
use crate::slack::render::Style;
use crate::store::{Changes, StoreError, Wanted};

/// How far back reminders are looked at that nobody was given.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 60);
/// When to look again for incidents that are still to be read.
const READING: SignedDuration = SignedDuration::from_secs(15);
/// How the notes begin of people whom Slack gives us no conversation with, and how long they hold.
const NOT_DIRECT: &str = "not direct:";
const HOLDS: SignedDuration = SignedDuration::from_hours(24 * 14);

impl Engine {
    /// Has everybody told what of theirs is overdue, unless they were told this week. Gives when
    /// the next week begins, if there will be anything to tell.
    pub(super) async fn remind_owners(
        &self,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let rules = self.rules_now();
        let cases: Vec<Arc<Case>> = {
            let cases = self.cases();
            let some = |case: &&Arc<Case>| may_be_late(&case.incident);
            cases.all.values().filter(some).cloned().collect()
        };
        let Some(week) = week(&rules, now).filter(|_| !cases.is_empty()) else {
            return Ok(None);
        };
        let store = &self.0.parts.store;
        let people = self.rules().people;
        let deaf = store.cached_below(NOT_DIRECT, now).await?;
        let known = |who: &Who| {
            let login = who.login.as_ref();
            let known = login.and_then(|login| people.by_login(login.as_str()));
            let id = who
                .slack
                .clone()
                .or(known.map(|known| known.slack.clone()))?;
            deaf.iter()
                .all(|(name, _)| *name != not_direct(&id))
                .then_some(id)
        };
        let late = late(cases.iter().map(|case| &case.incident), week.on, known);
        if late.is_empty() {
            return Ok(Some(week.next));
        }
        // Each is told of all in one message, so all must be known.
        if !self.knows_all(now).await? || !self.knows_work_left(now).await? {
            return Ok(now.checked_add(READING).ok());
        }
        let since = now.saturating_sub(BACK).unwrap_or(Timestamp::MIN);
        let told = store.told_below(KEY, since).await?;
        let url = self.0.identity.get().map(|me| me.url.clone());
        let style = Style {
            people: &people,
            workspace_url: url.as_deref().filter(|url| !url.is_empty()),
            lang: rules.lang,
        };
        let mut messages = Vec::new();
        let mut these: Vec<DoneKey> = Vec::new();
        for (whom, late) in &late {
            let key = key(whom, &week);
            these.push(key.clone());
            let lane = match whom {
                Whom::Owner(owner) => Some(direct(owner)),
                Whom::Channel(incident) => cases
                    .iter()
                    .find(|case| case.incident.key == *incident)
                    .and_then(|case| channel_lane(case)),
            };
            let Some(lane) = lane.filter(|_| told.iter().all(|row| row.key != key)) else {
                continue;
            };
            let said = view::overdue(whom, late, rules.lang);
            let spoken = spoken(&said, None, rules.lang, &rules, &style);
            messages.push(Wanted {
                lane,
                key,
                at: now,
                doc: Line::for_all(spoken).to_row(),
                rev: 1,
                settle_at: now,
                give_up_at: never(),
                covered: false,
            });
        }
        // What could not be said in its week is said no more: there is never a heap of them.
        for row in told {
            let open = row.ts.is_none() && row.intent_at.is_none();
            if open && !these.contains(&row.key) {
                store
                    .drop_message(&row.lane, &row.key, "out of date")
                    .await?;
            }
        }
        if !messages.is_empty() {
            let _merging = self.0.merging.lock().await;
            let changes = Changes {
                messages,
                ..Changes::default()
            };
            store.apply(changes).await?;
            self.0.wanted.notify_one();
        }
        Ok(Some(week.next))
    }

    /// Slack gives us no conversation with somebody: what is theirs is told in the incidents'
    /// channels.
    pub(in crate::engine) async fn cannot_be_told(
        &self,
        person: &SlackUserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let until = now.saturating_add(HOLDS).unwrap_or(Timestamp::MAX);
        let store = &self.0.parts.store;
        store.cache(&not_direct(person), "", until).await?;
        self.0.tended.notify_one();
        Ok(())
    }
}

fn not_direct(person: &SlackUserId) -> String {
    format!("{NOT_DIRECT}{person}")
}
