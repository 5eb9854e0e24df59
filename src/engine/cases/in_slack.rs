//! What is done in Slack for an incident: the channel, its topic, and who is in it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::deeds::NotYet;
use super::owed::{by_us, channel_lane, lane_of};
use crate::channel_name::ChannelName;
use crate::engine::intake::Trouble;
use crate::engine::{Engine, lock};
use crate::id::{ChannelId, DoneKey, MessageTs, SlackUserId};
use crate::incident::{Entry, Fact, Todo, Via, What, Who, naming, owed, view};
use crate::slack::{Channel, Group, History, Method, Refusal, SlackError};

/// By how much two clocks may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);
/// When to look again whether all was said before a channel is closed.
const SOON: SignedDuration = SignedDuration::from_secs(2);
/// How long at most the closing of a channel waits for what is to be said there, with a GitHub that
/// answers.
const AT_MOST: SignedDuration = SignedDuration::from_mins(10);
/// For how long the list of user groups is good.
const GROUPS_KEPT: SignedDuration = SignedDuration::from_mins(10);

impl Engine {
    pub(super) async fn do_in_slack(
        &self,
        case: &Case,
        todo: &Todo,
        now: Timestamp,
    ) -> Result<Vec<Entry>, NotYet> {
        match todo {
            Todo::MakeChannel => return self.make_channel(case, now).await,
            Todo::FindChannel => return self.find_channel(case, now).await,
            _ => {}
        }
        let Some(channel) = case.incident.channel.id.clone() else {
            return Ok(Vec::new());
        };
        match todo {
            Todo::Topic => {
                let topic = view::topic(&case.incident, &case.rules, case.rules.lang);
                self.can(Method::SetTopic, now)?;
                let done = self.0.parts.slack.set_topic(&channel, &topic).await;
                self.settled(done, Method::SetTopic, now)?;
            }
            Todo::InviteGroup(group) => {
                let members = self.members_of(group, now).await?;
                self.invite(&channel, &members, now).await?;
            }
            Todo::InviteNamed(name) => {
                let found = self.person_called(name);
                self.invite(&channel, &found.into_iter().collect::<Vec<_>>(), now)
                    .await?;
            }
            Todo::InvitePeople(people) => {
                let ids: Vec<SlackUserId> = people.iter().filter_map(|p| p.slack.clone()).collect();
                self.invite(&channel, &ids, now).await?;
            }
            Todo::ArchiveChannel => self.archive_channel(case, &channel, now).await?,
            _ => {}
        }
        Ok(Vec::new())
    }

    /// Takes a place under Slack's limits.
    fn can(&self, method: Method, now: Timestamp) -> Result<(), NotYet> {
        self.may(method, now).map_err(NotYet::Later)
    }

    fn settled<T>(
        &self,
        done: Result<T, SlackError>,
        method: Method,
        now: Timestamp,
    ) -> Result<Option<T>, NotYet> {
        match done {
            Ok(value) => Ok(Some(value)),
            Err(SlackError::Refused(Refusal::IsArchived | Refusal::ChannelNotFound)) => Ok(None),
            Err(error) => Err(self.not_in_slack(&error, method, now)),
        }
    }

    /// B1: the first name that Slack takes. What a lost answer has made is found by its name.
    async fn make_channel(&self, case: &Case, now: Timestamp) -> Result<Vec<Entry>, NotYet> {
        let incident = &case.incident;
        let Ok(mut name) = ChannelName::parse(&incident.channel.name) else {
            return Err(NotYet::Never(format!(
                "no channel can be called {}",
                incident.channel.name
            )));
        };
        // Each refusal costs one of the 20 calls a minute.
        for _ in 0..20 {
            self.can(Method::Create, now)?;
            match self.0.parts.slack.create(name.as_str(), false).await {
                Ok(channel) => return Ok(self.bound(case, channel, now)),
                Err(SlackError::Refused(Refusal::NameTaken)) => {
                    if let Some(channel) = self.ours_called(case, &name, now).await? {
                        return Ok(self.bound(case, channel, now));
                    }
                    let next = naming::after_refusal(&name, true, &case.rules);
                    name = next.ok_or_else(|| NotYet::Never("no name is free".to_owned()))?;
                }
                Err(SlackError::Refused(Refusal::InvalidName(why))) => {
                    let next = naming::after_refusal(&name, false, &case.rules);
                    name = next.ok_or(NotYet::Never(why))?;
                }
                Err(error) => return Err(self.not_in_slack(&error, Method::Create, now)),
            }
        }
        Err(NotYet::Later(now.saturating_add(SOON).unwrap_or(now)))
    }

    /// The channel of this name, where it can only be the one that we made for this incident: we
    /// are in it, it is no older than the declaration, and no other incident has it.
    async fn ours_called(
        &self,
        case: &Case,
        name: &ChannelName,
        now: Timestamp,
    ) -> Result<Option<Channel>, NotYet> {
        if let Some(later) = self.read_directory_anew(now).await {
            return Err(NotYet::Later(later));
        }
        let seen = lock(&self.0.directory).find(name).cloned();
        let declared = case.incident.declared.saturating_sub(CLOCKS_DIFFER);
        let Some(seen) = seen.filter(|seen| seen.member && !seen.archived) else {
            return Ok(None);
        };
        let young = seen.created >= declared.ok();
        let free = {
            let cases = self.cases();
            let mut others = cases.all.values();
            !others.any(|other| other.incident.channel.id.as_ref() == Some(&seen.id))
        };
        if !young || !free {
            return Ok(None);
        }
        self.can(Method::Info, now)?;
        let info = self.0.parts.slack.info(&seen.id).await;
        let info = self.settled(info, Method::Info, now)?;
        let me = self.identity().await;
        let by_us = |channel: &Channel| match (&channel.creator, &me) {
            (Some(creator), Some(me)) => *creator == me.user_id,
            _ => false,
        };
        Ok(info.filter(by_us))
    }

    fn bound(&self, case: &Case, channel: Channel, now: Timestamp) -> Vec<Entry> {
        lock(&self.0.directory).learn(channel.clone());
        let fact = Fact::Channel {
            id: channel.id,
            name: channel.name,
        };
        vec![by_us(format!("ch:{}", case.incident.key), fact, now)]
    }

    /// The channel of an incident that was there before us.
    async fn find_channel(&self, case: &Case, now: Timestamp) -> Result<Vec<Entry>, NotYet> {
        let Ok(name) = ChannelName::parse(&case.incident.channel.name) else {
            return Ok(Vec::new());
        };
        let mut seen = lock(&self.0.directory).find(&name).cloned();
        if seen.is_none() {
            if let Some(later) = self.read_directory(case.incident.declared, now).await {
                return Err(NotYet::Later(later));
            }
            seen = lock(&self.0.directory).find(&name).cloned();
        }
        // There may be none any more: then there is nothing to be said anywhere.
        let Some(seen) = seen.filter(|seen| !seen.archived) else {
            return Ok(Vec::new());
        };
        let lane = channel_lane(case).unwrap_or_default();
        if !seen.member
            && let Some(later) = self.join(&lane, &seen.id, now).await?
        {
            return Err(NotYet::Later(later));
        }
        let fact = Fact::Channel {
            id: seen.id,
            name: name.to_string(),
        };
        Ok(vec![by_us(format!("ch:{}", case.incident.key), fact, now)])
    }

    /// Pins the card. There may be a hundred pins already, by people.
    pub(super) async fn pin_card(
        &self,
        case: &Case,
        ts: &MessageTs,
        now: Timestamp,
    ) -> Result<(), NotYet> {
        let Some(channel) = &case.incident.channel.id else {
            return Ok(());
        };
        self.can(Method::Pin, now)?;
        let done = self.0.parts.slack.pin(channel, ts).await;
        self.settled(done, Method::Pin, now).map(drop)
    }

    /// Invites people. Who cannot be invited (has left, is a bot) is left out.
    async fn invite(
        &self,
        channel: &ChannelId,
        people: &[SlackUserId],
        now: Timestamp,
    ) -> Result<(), NotYet> {
        for some in people.chunks(crate::slack::INVITED_AT_ONCE) {
            self.can(Method::Invite, now)?;
            match self.0.parts.slack.invite(channel, some).await {
                Ok(_) => {}
                Err(SlackError::Refused(why)) if !matches!(why, Refusal::MissingScope { .. }) => {
                    tracing::warn!(%channel, %why, "not everybody could be invited");
                }
                Err(error) => return Err(self.not_in_slack(&error, Method::Invite, now)),
            }
        }
        Ok(())
    }

    /// The members of a user group, by its id or handle.
    pub(super) async fn members_of(
        &self,
        group: &str,
        now: Timestamp,
    ) -> Result<Vec<SlackUserId>, NotYet> {
        let handle = group.trim_start_matches('@');
        let id = match self.group_called(handle, now).await? {
            Some(group) => group.id,
            None => {
                tracing::warn!(group, "there is no such user group");
                return Ok(Vec::new());
            }
        };
        self.can(Method::GroupMembers, now)?;
        let members = self.0.parts.slack.group_members(&id).await;
        Ok(self
            .settled(members, Method::GroupMembers, now)?
            .unwrap_or_default())
    }

    async fn group_called(&self, handle: &str, now: Timestamp) -> Result<Option<Group>, NotYet> {
        let known = lock(&self.0.groups).clone();
        let groups = match known.filter(|(at, _)| now.duration_since(*at) < GROUPS_KEPT) {
            Some((_, groups)) => groups,
            None => {
                self.can(Method::Groups, now)?;
                let read = self.0.parts.slack.groups().await;
                let groups = match read {
                    // A free plan has no user groups.
                    Err(SlackError::Refused(Refusal::NotInPlan(_))) => Vec::new(),
                    Err(error) => return Err(self.not_in_slack(&error, Method::Groups, now)),
                    Ok(groups) => groups,
                };
                *lock(&self.0.groups) = Some((now, groups.clone()));
                groups
            }
        };
        let is_it = |group: &Group| group.handle == handle || group.id == handle;
        Ok(groups.into_iter().find(is_it))
    }

    /// Somebody whom the playbook names: what the team file calls them, or a Slack id.
    fn person_called(&self, name: &str) -> Option<SlackUserId> {
        let people = self.rules().people;
        let known = people.called(name).map(|person| person.slack.clone());
        let is_id = name.starts_with(['U', 'W']) && name.len() > 4;
        let found = known.or_else(|| is_id.then(|| SlackUserId::from(name)));
        if found.is_none() {
            tracing::warn!(name, "nobody is called so in the team file");
        }
        found
    }

    /// K1: after everything that is to be said there.
    async fn archive_channel(
        &self,
        case: &Case,
        channel: &ChannelId,
        now: Timestamp,
    ) -> Result<(), NotYet> {
        let archived = case.incident.archived.as_ref().map(|it| it.at);
        let answers = self.github_answers_since();
        let since = answers.map(|since| archived.map_or(since, |at| at.max(since)));
        let long = since.is_some_and(|since| now.duration_since(since) > AT_MOST);
        if !long && !self.is_all_said(case, now).await? {
            let soon = now.saturating_add(SOON).unwrap_or(now);
            return Err(NotYet::Later(self.github_rests_until().unwrap_or(soon)));
        }
        self.can(Method::Archive, now)?;
        let done = self.0.parts.slack.archive(channel).await;
        self.settled(done, Method::Archive, now).map(drop)
    }

    /// Whether all is said in an incident's channel that is to be said there by now: what was done on
    /// GitHub is known, what was done here is on record, and other channels have heard.
    async fn is_all_said(&self, case: &Case, now: Timestamp) -> Result<bool, NotYet> {
        // What follows from what was just done, the card too, is not written beside it yet.
        let untended = self.cases().stale.contains(&case.incident.key);
        let waits = untended || !case.incident.waiting.is_empty();
        if waits || self.is_read_by(case, now).await?.is_some() {
            return Ok(false);
        }
        let effects = owed(&case.entries, &case.rules);
        let rows = self.rows_of(case, &effects).await?;
        for (_, effect) in &effects {
            let Some(lane) = lane_of(case, &effect.todo) else {
                continue;
            };
            let row = rows.get(&(lane, effect.key.clone()));
            let waits = match &effect.todo {
                Todo::Tell(_) => row.is_none(),
                // There is no receipt yet. To a channel that nobody sees it will not be said, nor
                // what was said long before our database was made.
                Todo::Broadcast { .. } => row.is_none_or(|row| {
                    row.dropped.is_none() && (row.ts.is_some() || row.rev > row.said_rev)
                }),
                _ => false,
            };
            if waits {
                return Ok(false);
            }
        }
        let lane = channel_lane(case).unwrap_or_default();
        let lane = self.0.parts.store.lane(&lane).await?;
        Ok(lane.is_none_or(|lane| lane.unsaid == 0))
    }

    /// Whether somebody spoke in the channel since the record heard of anybody: that goes into what
    /// is known, so that a lively channel is not taken for a silent one.
    pub(super) async fn heard_of_late(&self, case: &Case, now: Timestamp) -> Result<bool, Trouble> {
        let Some(channel) = &case.incident.channel.id else {
            return Ok(false);
        };
        if self.may(Method::History, now).is_err() {
            return Ok(false);
        }
        let last = case.incident.last_word;
        let oldest = MessageTs::new(format!("{}.000000", last.as_second() + 1));
        let part = History {
            oldest: Some(&oldest),
            limit: 50,
            ..History::default()
        };
        let page = match self.0.parts.slack.history(channel, part).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%channel, %error, "it is not known when anybody spoke there last");
                return Ok(false);
            }
        };
        let by_people = page.messages.iter().filter(|m| m.bot_id.is_none());
        let newest = by_people
            .filter_map(|m| Some((crate::slack::inbound::time_of(&m.ts)?, m.user.clone()?)))
            .max();
        let Some((at, user)) = newest else {
            return Ok(false);
        };
        self.learn(&case.incident.key, &[spoke(Who::in_slack(user), at)], now)
            .await?;
        Ok(true)
    }

    /// All names that are taken, as far as is known.
    pub(super) fn taken_names(&self) -> BTreeSet<ChannelName> {
        let mut taken = lock(&self.0.directory).names();
        let cases = self.cases();
        let names = cases.all.values().map(|case| &case.incident.channel.name);
        taken.extend(names.filter_map(|name| ChannelName::parse(name).ok()));
        taken
    }
}

/// That somebody spoke in the channel. Of each person only the last time is kept.
pub(super) fn spoke(who: Who, at: Timestamp) -> Entry {
    Entry {
        key: DoneKey::new(format!("spoke:{}", who.called())),
        at,
        who,
        via: Via::Slack,
        recorded: true,
        what: What::Spoke,
    }
}
