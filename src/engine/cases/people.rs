//! Who somebody in Slack is, and what they may be.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Case;
use crate::engine::{Engine, lock};
use crate::id::{ChannelId, SlackUserId};
use crate::incident::{Actor, Origin, Standing, Who};
use crate::playbook::{Called, Verb};
use crate::slack::{Method, User};

/// For how long what Slack says of somebody is good.
const KEPT: SignedDuration = SignedDuration::from_mins(30);

/// What Slack said of people, and when.
#[derive(Debug, Default)]
pub(in crate::engine) struct Members(BTreeMap<SlackUserId, (Timestamp, User)>);

impl Engine {
    /// Somebody who gives a command in Slack. Where Slack does not say who they are just now, they
    /// are taken for a member: the press itself came from Slack, signed, and nobody shall wait for a
    /// second answer while something burns.
    pub(super) async fn actor_in_slack(
        &self,
        user: &SlackUserId,
        verb: Verb,
        case: Option<&Case>,
        origin: Origin,
        now: Timestamp,
    ) -> Actor {
        let known = self.member(user, now).await;
        let standing = match &known {
            Some(member) if member.is_full_member() => Standing::Member,
            Some(_) => Standing::Guest {
                invited: self.is_invited(user, case, now).await,
            },
            None => Standing::Member,
        };
        let who = self.person(user, known.as_ref());
        let rules = case.map_or_else(|| self.rules_now(), |case| case.rules.clone());
        let mut called = Called::default();
        if let Some(allowed) = rules.playbook.permissions.of(verb) {
            let people = self.rules().people;
            let is_me = |name: &&String| {
                let person = people.called(name);
                person.is_some_and(|person| person.slack == *user)
            };
            called.people = allowed
                .called
                .people
                .iter()
                .filter(is_me)
                .cloned()
                .collect();
            for group in &allowed.called.groups {
                let members = self.members_of(group.as_str(), now).await;
                if members.is_ok_and(|members| members.contains(user)) {
                    called.groups.push(group.clone());
                }
            }
        }
        Actor {
            who,
            standing,
            called,
            origin,
        }
    }

    /// A person in Slack, with what the team file and Slack know of them.
    pub(super) fn person(&self, user: &SlackUserId, known: Option<&User>) -> Who {
        let mut who = super::who::whole(Who::in_slack(user.clone()), &self.rules().people);
        if who.name.is_none() {
            who.name = known.map(|user| user.name.clone());
        }
        who
    }

    /// What Slack says of somebody; `None` where it does not now.
    pub(in crate::engine) async fn member(
        &self,
        user: &SlackUserId,
        now: Timestamp,
    ) -> Option<User> {
        let held = lock(&self.0.members).0.get(user).cloned();
        if let Some((at, member)) = &held
            && now.duration_since(*at) < KEPT
        {
            return Some(member.clone());
        }
        let old = held.map(|(_, member)| member);
        if self.may(Method::User, now).is_err() {
            return old;
        }
        match self.0.parts.slack.user(user).await {
            Ok(member) => {
                let mut members = lock(&self.0.members);
                members
                    .0
                    .retain(|_, (at, _)| now.duration_since(*at) < KEPT);
                members.0.insert(user.clone(), (now, member.clone()));
                Some(member)
            }
            Err(error) => {
                self.after(&error, Method::User, now);
                tracing::warn!(%error, "Slack does not say who that is");
                old
            }
        }
    }

    /// Whether somebody is in the incident's channel: that is what it means that they were invited.
    async fn is_invited(&self, user: &SlackUserId, case: Option<&Case>, now: Timestamp) -> bool {
        let channel: Option<ChannelId> = case.and_then(|case| case.incident.channel.id.clone());
        let Some(channel) = channel else {
            return false;
        };
        let mut cursor: Option<String> = None;
        loop {
            if self.may(Method::Members, now).is_err() {
                return false;
            }
            match self
                .0
                .parts
                .slack
                .members(&channel, cursor.as_deref())
                .await
            {
                Ok(page) if page.items.contains(user) => return true,
                Ok(page) => cursor = page.next_cursor,
                Err(error) => {
                    tracing::warn!(%channel, %error, "it is not known who is in this channel");
                    return false;
                }
            }
            if cursor.is_none() {
                return false;
            }
        }
    }
}
