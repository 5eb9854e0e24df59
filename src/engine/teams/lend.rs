//! 'call @rin until resolved': somebody is in the team of an incident's service for as long as the
//! incident lasts. It is announced in its channel, and ends by itself.
//!
//! Who was lent is kept on disk only. Without it nothing is lost: Slack then has somebody whom the
//! files do not name, and people are asked about that as about any other difference.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::planned::Planned;
use super::propose::Compared;
use super::{Done, Job};
use crate::engine::Engine;
use crate::engine::cases::{Case, Line, Snapshot, never};
use crate::i18n::applying::{Applying, fill};
use crate::id::{DoneKey, GroupId, SlackUserId};
use crate::incident::Phase;
use crate::slack::Method;
use crate::slack::form::{Panel, Piece};
use crate::slack::inbound::{Event, Inbound, Word, words};
use crate::store::Wanted;
use crate::teams::{Difference, Drift, Edit, Spec, When};

/// Who is lent to which group by which incident.
const LENT: &str = "teams:lent:";
/// How often to look whether the incident is over.
const LOOKS: SignedDuration = SignedDuration::from_mins(5);
/// What is said beside a call, in small letters.
const UNTIL: [&str; 5] = [
    "until resolved",
    "until it is resolved",
    "解決するまで",
    "解決まで",
    "収束するまで",
];

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    incident: DoneKey,
    who: Vec<SlackUserId>,
}

/// Somebody who is lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lent {
    incident: DoneKey,
    pub(super) team: String,
    pub(super) group: GroupId,
    pub(super) who: SlackUserId,
}

impl Lent {
    fn key(&self) -> String {
        let Self {
            incident,
            group,
            who,
            ..
        } = self;
        format!("{LENT}{group}:{who}:{incident}")
    }
}

/// Whom a message asks to be called until an incident is over.
fn asked(text: &str, me: &SlackUserId) -> Vec<SlackUserId> {
    let said = words(text);
    let mut plain = String::new();
    for word in &said {
        if let Word::Text(text) = word {
            plain.push_str(&text.to_lowercase());
        }
    }
    let calls = ["call", "page", "invite", "呼んで", "招待"];
    let meant = calls.iter().any(|call| plain.contains(call))
        && UNTIL.iter().any(|until| plain.contains(until));
    let people = said.into_iter().filter_map(|word| match word {
        Word::Person(who) if who != *me => Some(who),
        _ => None,
    });
    people.filter(|_| meant).collect()
}

impl Engine {
    /// What a message in the channel of an incident gives to do, beside what else it means.
    pub(in crate::engine) fn notice_call(
        &self,
        inbound: &Inbound,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Vec<Wanted> {
        let (channel, text, place) = match inbound {
            Inbound::Event(envelope) => match &envelope.event {
                Event::Mentioned(message) if message.by_person() => {
                    (&message.channel, &message.text, message.ts.as_str())
                }
                _ => return Vec::new(),
            },
            Inbound::Command(command) => {
                (&command.channel, &command.text, command.trigger.as_str())
            }
            _ => return Vec::new(),
        };
        let (Some(case), Some(me)) = (snapshot.in_channel(channel), &snapshot.me) else {
            return Vec::new();
        };
        let who = asked(text, &me.user_id);
        if who.is_empty() {
            return Vec::new();
        }
        let asked = Asked {
            incident: case.incident.key.clone(),
            who,
        };
        let doc = serde_json::to_string(&asked).unwrap_or_default();
        vec![self.job(Job::Slack, &format!("lend:{place}"), &doc, now)]
    }

    /// Puts people into the team of an incident's service.
    pub(super) async fn lend(&self, doc: &str, now: Timestamp) -> Done<()> {
        let Ok(asked) = serde_json::from_str::<Asked>(doc) else {
            return Ok(());
        };
        let Some(case) = self.snapshot().cases.get(&asked.incident).cloned() else {
            return Ok(());
        };
        if case.incident.phase() >= Phase::Resolved {
            return Ok(());
        }
        let Some(compared) = self.compared_now(now).await? else {
            return Ok(());
        };
        let service = &case.incident.service.value;
        let teams = compared.spec.of_service(service);
        let bound = compared.planned.bound();
        let mut teams =
            teams.filter_map(|team| Some((team.key().to_owned(), bound.get(team.key())?)));
        let Some((team, group)) = teams.next() else {
            return Ok(());
        };
        let group = GroupId::new(group.as_str());
        let live = &compared.planned.live;
        let Some(there) = live.group(&group).filter(|group| !group.elsewhere) else {
            return Ok(());
        };
        let fits = |who: &&SlackUserId| {
            let account = live.people.get(*who);
            account.is_some_and(|account| account.can_be_called())
        };
        let new: Vec<SlackUserId> = asked
            .who
            .iter()
            .filter(fits)
            .filter(|who| !there.members.contains(who))
            .cloned()
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let all: Vec<SlackUserId> = there.members.iter().chain(&new).cloned().collect();
        // First: whoever is in the group shall be known to be lent.
        for who in &new {
            let lent = Lent {
                incident: asked.incident.clone(),
                team: team.clone(),
                group: group.clone(),
                who: who.clone(),
            };
            let value = serde_json::to_string(&lent).unwrap_or_default();
            let store = &self.0.parts.store;
            store.cache(&lent.key(), &value, Timestamp::MAX).await?;
        }
        self.set_members(&group, &all, now).await?;
        let names: Vec<String> = new.iter().map(|who| live.name(who)).collect();
        let label = compared.planned.label(&team);
        let with = [("who", names.join(", ")), ("team", label.to_owned())];
        let with: Vec<(&str, &str)> = with.iter().map(|(name, it)| (*name, it.as_str())).collect();
        let said = fill(Applying::Lent, self.lang(), &with);
        let key = format!("lent:{group}:{}", new[0]);
        self.say_in_incident(&asked.incident, &key, &said, now)
            .await?;
        self.propose_lent(&compared, &case, &team, &new, now)
            .await?;
        self.look_at_lent(now).await
    }

    /// Opens a pull request for those who shall stay for longer; whoever is only lent needs none.
    async fn propose_lent(
        &self,
        compared: &Compared,
        case: &Case,
        team: &str,
        who: &[SlackUserId],
        now: Timestamp,
    ) -> Done<()> {
        let lang = self.lang();
        let until = When::Day(self.in_a_week(&compared.spec, now));
        let reason = case.incident.channel.name.clone();
        let edits: Vec<Edit> = who
            .iter()
            .map(|who| Edit::Add {
                team: team.to_owned(),
                who: who.clone(),
                until: Some(until),
                reason: Some(reason.clone()),
            })
            .collect();
        let with = [
            ("team", compared.planned.label(team)),
            ("channel", &*reason),
        ];
        let title = fill(Applying::LentTitle, lang, &with);
        let body = Applying::LentBody.say(lang);
        let key = format!("{}:{team}:{who:?}", case.incident.key);
        let opened = self.open_pull(compared, &edits, (&key, &title, body), now);
        if let Err(why) = opened.await? {
            tracing::warn!(team, %why, "no pull request for those who are lent");
        }
        Ok(())
    }

    /// Has it looked at again who is lent.
    async fn look_at_lent(&self, now: Timestamp) -> Done<()> {
        let at = now.saturating_add(LOOKS).unwrap_or(Timestamp::MAX);
        let key = format!("lent:{}", at.as_second());
        self.want_job(Job::Slack, &key, "", at).await?;
        Ok(())
    }

    /// Who is lent.
    pub(super) async fn lent(&self, now: Timestamp) -> Done<Vec<Lent>> {
        let kept = self.0.parts.store.cached_below(LENT, now).await?;
        let kept = kept.into_iter();
        Ok(kept
            .filter_map(|(_, value)| serde_json::from_str(&value).ok())
            .collect())
    }

    /// Takes those out of their groups again whose incident is over, unless the files name them by
    /// now.
    pub(super) async fn end_lending(
        &self,
        wanted: &Spec,
        planned: &Planned,
        now: Timestamp,
    ) -> Done<()> {
        let lent = self.lent(now).await?;
        let snapshot = self.snapshot();
        let mut left = 0;
        for one in &lent {
            let case = snapshot.cases.get(&one.incident);
            if case.is_some_and(|case| case.incident.phase() < Phase::Resolved) {
                left += 1;
                continue;
            }
            let named = crate::teams::wanted(wanted, &planned.live, now).unwrap_or_default();
            let stays = named
                .get(&one.team)
                .is_some_and(|who| who.contains(&one.who));
            let there = planned.live.group(&one.group);
            if let Some(there) = there.filter(|it| !stays && it.members.contains(&one.who)) {
                let rest = there.members.iter().filter(|who| **who != one.who);
                let rest: Vec<SlackUserId> = rest.cloned().collect();
                if !rest.is_empty() {
                    self.set_members(&one.group, &rest, now).await?;
                    let who = planned.live.name(&one.who);
                    let with = [("who", who.as_str()), ("team", planned.label(&one.team))];
                    let said = fill(Applying::LentNoMore, self.lang(), &with);
                    let key = format!("lent-over:{}:{}", one.group, one.who);
                    self.say_in_incident(&one.incident, &key, &said, now)
                        .await?;
                }
            }
            self.0.parts.store.forget(&one.key()).await?;
        }
        if left > 0 {
            self.look_at_lent(now).await?;
        }
        Ok(())
    }

    async fn set_members(&self, group: &GroupId, all: &[SlackUserId], now: Timestamp) -> Done<()> {
        self.place_for(Method::SetGroupMembers, now)?;
        let set = self
            .0
            .parts
            .slack
            .set_group_members(group.as_str(), all)
            .await;
        if let Err(why) = self.said_by_slack(set, Method::SetGroupMembers, now)? {
            tracing::error!(%group, ?why, "Slack refuses a change of a user group");
        }
        Ok(())
    }

    /// Says something in the channel of an incident.
    async fn say_in_incident(
        &self,
        incident: &DoneKey,
        key: &str,
        text: &str,
        now: Timestamp,
    ) -> Done<()> {
        let snapshot = self.snapshot();
        let Some(case) = snapshot.cases.get(incident) else {
            return Ok(());
        };
        if case.incident.channel.id.is_none() {
            return Ok(());
        }
        let panel = Panel {
            headline: vec![Piece::Text(text.to_owned())],
            parts: Vec::new(),
        };
        let line = Line::for_all(self.rendered(panel));
        self.want_all(vec![Wanted {
            lane: case.incident.channel.name.clone(),
            key: DoneKey::new(format!("{key}:{incident}")),
            at: now,
            doc: line.to_row(),
            rev: 1,
            settle_at: now,
            give_up_at: never(),
            covered: false,
        }])
        .await?;
        Ok(())
    }
}

/// A difference without those who are lent; nothing where that is all.
pub(super) fn but_lent(drift: &Drift, lent: &[Lent]) -> Option<Drift> {
    let mut drift = drift.clone();
    let is_lent = |who: &SlackUserId| {
        let mut lent = lent.iter();
        lent.any(|one| one.group == drift.group && one.who == *who)
    };
    let mut rest = Vec::new();
    for difference in &drift.differences {
        match difference {
            Difference::Extra(who) => {
                let who: Vec<SlackUserId> = who.iter().filter(|it| !is_lent(it)).cloned().collect();
                if !who.is_empty() {
                    rest.push(Difference::Extra(who));
                }
            }
            other => rest.push(other.clone()),
        }
    }
    drift.differences = rest;
    (!drift.differences.is_empty()).then_some(drift)
}

/// What was applied last and how Slack differs, without those who are lent.
pub(super) fn without_lent(mut compared: Compared, lent: &[Lent]) -> Compared {
    let drift = compared.planned.plan.drift.iter();
    compared.planned.plan.drift = drift.filter_map(|it| but_lent(it, lent)).collect();
    compared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_called_until_it_is_over_where_it_is_said_so() {
        let me = SlackUserId::from("UBOT");
        for (text, who) in [
            ("<@UBOT> call <@U1> until resolved", &["U1"][..]),
            ("<@UBOT> 解決するまで <@U1> <@U2> を呼んで", &["U1", "U2"]),
            ("<@UBOT> call <@U1>", &[]),
            ("<@UBOT> until resolved", &[]),
            ("<@U1> stays until resolved", &[]),
        ] {
            let who: Vec<SlackUserId> = who.iter().map(|it| SlackUserId::from(*it)).collect();
            assert_eq!(asked(text, &me), who, "{text}");
        }
    }
}
