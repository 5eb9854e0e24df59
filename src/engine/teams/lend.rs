//! 'call @rin until resolved': somebody is in the team of an incident's service for as long as the
//! incident lasts. It is announced in its channel, a pull request would keep them there for longer,
//! and it ends by itself.
//!
//! All of it stands on the incident's record: who was called so, who was lent to which group (before
//! they are put into it, so that a database that is lost leaves nobody there for ever), and who was
//! given back. That they were put into the group is known by the message that says so: whoever is
//! taken out by hand after that is not put back.

use jiff::{SignedDuration, Timestamp};

use super::crews::crew_for;
use super::loans::{Together, together};
use super::planned::Planned;
use super::report::short;
use super::{Done, Halt, Job};
use crate::engine::Engine;
use crate::engine::cases::{Case, by_us};
use crate::i18n::applying::{Applying, fill};
use crate::id::{GroupId, SlackUserId};
use crate::incident::{Fact, LentTo, Phase, Who};
use crate::slack::{Method, SlackError};
use crate::store::{StoreError, Wanted};
use crate::teams::{Edit, Live, Spec, Team, When};

/// How long after a change it is looked whether Slack shows it.
const SHOWS: SignedDuration = SignedDuration::from_secs(2);

impl Engine {
    /// Has those seen to whom an incident borrows, as often as something about them is new.
    pub(in crate::engine) async fn want_loans(
        &self,
        case: &Case,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let incident = &case.incident;
        let over = incident.phase() >= Phase::Resolved;
        let mut loans = incident.loans.iter();
        if !loans.any(|loan| !over || loan.to.is_some()) {
            return Ok(());
        }
        let state = short(&format!("{over} {:?}", incident.loans));
        let key = format!("lend:{}:{state}", incident.key);
        let job = self.job(Job::Slack, &key, "", now);
        self.want_all(vec![Wanted { rev: 1, ..job }]).await
    }

    /// Sees to those who are lent, by what was applied last.
    pub(super) async fn lend(&self, now: Timestamp) -> Done<()> {
        if let Some(compared) = self.compared_now(now).await? {
            return self
                .see_to_loans(&compared.spec, &compared.planned, now)
                .await;
        }
        if self.last_applied(now).await?.is_none() {
            for case in self.snapshot().cases.values() {
                self.nowhere_to_lend_to(case, now).await?;
            }
        }
        Ok(())
    }

    /// Lends and takes back, wherever that is due. After a change of a group it begins anew, with
    /// Slack as it is then.
    pub(super) async fn see_to_loans(
        &self,
        spec: &Spec,
        planned: &Planned,
        now: Timestamp,
    ) -> Done<()> {
        for case in self.snapshot().cases.values() {
            let incident = &case.incident;
            if incident.loans.is_empty() {
                continue;
            }
            let over = incident.phase() >= Phase::Resolved;
            if !over {
                self.lend_who_is_asked_for(case, spec, planned, now).await?;
            }
            for lent in together(&incident.loans) {
                match over {
                    true => self.take_back(case, &lent, spec, planned, now).await?,
                    false => self.put_in(case, &lent, planned, now).await?,
                }
            }
        }
        Ok(())
    }

    /// Puts on record who is lent to which group, of those who are asked for.
    async fn lend_who_is_asked_for(
        &self,
        case: &Case,
        spec: &Spec,
        planned: &Planned,
        now: Timestamp,
    ) -> Done<()> {
        let asked = case.incident.loans.iter().filter(|loan| loan.to.is_none());
        let asked: Vec<&Who> = asked.map(|loan| &loan.who).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let live = &planned.live;
        let bound = planned.bound();
        let team = self.team_of(case, spec);
        let group = team.and_then(|team| bound.get(team.key()));
        let there = group.and_then(|id| live.group(&GroupId::new(id.as_str())));
        let (Some(team), Some(there)) = (team, there.filter(|it| !it.elsewhere && !it.disabled))
        else {
            return self.nowhere_to_lend_to(case, now).await;
        };
        let label = planned.label(team.key());
        let handle = format!("@{label}");
        let (mut people, mut ids) = (Vec::new(), Vec::new());
        for who in asked {
            let id = self.in_slack(who);
            let account = id.as_ref().and_then(|id| live.people.get(id));
            let (Some(id), Some(_)) = (id, account.filter(|it| it.can_be_called())) else {
                let with = [("who", who.called()), ("team", &handle)];
                let said = fill(Applying::LentCannot, self.lang(), &with);
                let key = format!("lent-cannot:{}", who.called());
                self.say_in_incident(case, &key, &said, now).await?;
                continue;
            };
            if !there.members.contains(&id) {
                people.push(Who {
                    slack: Some(id.clone()),
                    ..who.clone()
                });
                ids.push(id);
            }
        }
        if people.is_empty() {
            return Ok(());
        }
        // Whoever is lent a second time is lent by another entry.
        let is_lent = |entry: &&crate::incident::Entry| {
            matches!(entry.mark().map(|mark| mark.fact), Some(Fact::Lent { .. }))
        };
        let before = case.entries.iter().filter(is_lent).count();
        let key = format!("lent:{}:{before}", case.incident.key);
        let pull = self
            .propose_lent(&key, case, (team, label), &ids, (spec, live), now)
            .await?;
        let lent = Fact::Lent {
            people,
            team: handle,
            group: there.id.clone(),
            pull,
            crew: crew_for(team, spec, live, &ids),
        };
        self.learn(&case.incident.key, &[by_us(key, lent, now)], now)
            .await?;
        Ok(())
    }

    /// The team that is called for an incident: the one of its service, else the one that the
    /// playbook calls.
    fn team_of<'a>(&self, case: &Case, spec: &'a Spec) -> Option<&'a Team> {
        let service = &case.incident.service.value;
        let mut own = spec.teams.iter().map(|team| &team.value);
        let own = own.find(|team| !team.external && team.service() == Some(service));
        own.or_else(|| {
            let mut groups = case.incident.invited(&case.rules).groups.into_iter();
            let found = groups.find_map(|group| spec.team(group.as_str()));
            found.filter(|team| !team.external)
        })
    }

    fn in_slack(&self, who: &Who) -> Option<SlackUserId> {
        who.slack.clone().or_else(|| {
            let people = self.rules().people;
            let person = people.by_login(who.login.as_ref()?.as_str())?;
            Some(person.slack.clone())
        })
    }

    async fn nowhere_to_lend_to(&self, case: &Case, now: Timestamp) -> Done<()> {
        let incident = &case.incident;
        let asked = incident.loans.iter().any(|loan| loan.to.is_none());
        if !asked || incident.phase() >= Phase::Resolved {
            return Ok(());
        }
        let with = [("service", incident.service.value.as_str())];
        let said = fill(Applying::LentNowhere, self.lang(), &with);
        self.say_in_incident(case, "lent-nowhere", &said, now).await
    }

    /// Opens a pull request that would keep them in the team for longer. Gives its page, if it could
    /// be made.
    async fn propose_lent(
        &self,
        key: &str,
        case: &Case,
        (team, label): (&Team, &str),
        who: &[SlackUserId],
        (spec, live): (&Spec, &Live),
        now: Timestamp,
    ) -> Done<Option<String>> {
        let lang = self.lang();
        let until = When::Day(self.in_a_week(spec, now));
        let channel = &case.incident.channel.name;
        let add = |who: &SlackUserId| Edit::Add {
            team: team.key().to_owned(),
            who: who.clone(),
            until: Some(until),
            reason: Some(channel.clone()),
        };
        let edits: Vec<Edit> = who.iter().map(add).collect();
        // No channel's name in it: this pull request is no part of what the channel is told.
        let title = fill(Applying::LentTitle, lang, &[("team", label)]);
        let issue = case.incident.issue.as_ref();
        let issue = issue.map_or(String::new(), |issue| format!("\n\n#{}", issue.number));
        let body = format!("{}{issue}", Applying::LentBody.say(lang));
        let opened = self.open_pull(live, &edits, (key, &title, &body), now);
        Ok(opened
            .await?
            .map_err(|why| tracing::warn!(%label, %why, "no pull request for those who are lent"))
            .ok())
    }

    /// Puts those into their group, and its GitHub team, who are on record as lent to it, once, and says
    /// so.
    async fn put_in(
        &self,
        case: &Case,
        lent: &Together<'_>,
        planned: &Planned,
        now: Timestamp,
    ) -> Done<()> {
        let LentTo {
            key, team, group, ..
        } = lent.to;
        let said = self.is_told(case, key.as_str()).await?;
        let Some(there) = planned.live.group(group).filter(|_| !said) else {
            return Ok(());
        };
        if !lent.to.recorded {
            return Ok(());
        }
        let missing = lent.ids.iter().filter(|who| !there.members.contains(who));
        let missing: Vec<SlackUserId> = missing.cloned().collect();
        if !missing.is_empty() {
            let all: Vec<SlackUserId> = there.members.iter().chain(&missing).cloned().collect();
            if let Err(why) = self.set_members(group, &all, now).await? {
                let with = [("who", &*names(planned, &lent.ids)), ("team", team)];
                let said = fill(Applying::LentRefused, self.lang(), &with);
                let key = format!("refused:{key}");
                let said = format!("{said}\n{why}");
                return self.say_in_incident(case, &key, &said, now).await;
            }
        }
        let crew = self.join_crew(lent.to, planned, now).await?;
        let with = [("who", &*names(planned, &lent.ids)), ("team", team)];
        let mut said = fill(Applying::Lent, self.lang(), &with);
        if let Some(crew) = crew {
            said += "\n";
            said += &crew;
        }
        if let Some(url) = &lent.to.pull {
            said += "\n";
            said += &fill(Applying::LentForLonger, self.lang(), &[("url", url)]);
        }
        self.say_in_incident(case, key.as_str(), &said, now).await?;
        match missing.is_empty() {
            true => Ok(()),
            false => Err(shows(now)),
        }
    }

    /// Takes those out of their group, and its GitHub team, again whose incident is over, unless the
    /// files name them by now, and closes the pull request that nobody has merged.
    async fn take_back(
        &self,
        case: &Case,
        lent: &Together<'_>,
        spec: &Spec,
        planned: &Planned,
        now: Timestamp,
    ) -> Done<()> {
        let LentTo {
            key, team, group, ..
        } = lent.to;
        let named = crate::teams::wanted(spec, &planned.live, now).unwrap_or_default();
        let bound = planned.bound();
        let own = |team: &&String| bound.get(*team).map(String::as_str) == Some(group.as_str());
        let stays = |who: &&SlackUserId| {
            let mut teams = named.keys().filter(own);
            teams.any(|team| named[team].contains(who))
        };
        let there = planned.live.group(group);
        let members = there.map_or(&[][..], |group| group.members.as_slice());
        let (mut stay, mut gone): (Vec<&SlackUserId>, Vec<&SlackUserId>) =
            lent.ids.iter().partition(stays);
        let is_there = |who: &&SlackUserId| members.contains(who);
        stay.retain(is_there);
        let go: Vec<&SlackUserId> = gone.iter().copied().filter(is_there).collect();
        let rest = members.iter().filter(|who| !go.contains(who));
        let rest: Vec<SlackUserId> = rest.cloned().collect();
        // Slack empties no group: whoever is the last there is asked about as any other difference.
        let takes = !go.is_empty() && !rest.is_empty();
        if takes && let Err(why) = self.set_members(group, &rest, now).await? {
            tracing::error!(%group, %why, "those who were lent stay in their group");
            return Ok(());
        }
        self.leave_crew(lent.to, spec, planned, now).await?;
        if let Some(url) = &lent.to.pull {
            self.close_lent(url, now).await?;
        }
        // Whoever was taken out before we died here was there only if that was said.
        if !self.is_told(case, key.as_str()).await? {
            gone = go;
        }
        for (who, saying) in [(gone, Applying::LentNoMore), (stay, Applying::LentStays)] {
            if !who.is_empty() && case.incident.archived.is_none() {
                let who: Vec<SlackUserId> = who.into_iter().cloned().collect();
                let with = [("who", &*names(planned, &who)), ("team", team)];
                let said = fill(saying, self.lang(), &with);
                let key = format!("over:{saying:?}:{key}");
                self.say_in_incident(case, &key, &said, now).await?;
            }
        }
        let back = Fact::Returned {
            people: lent.who.iter().map(|who| (*who).clone()).collect(),
            team: team.clone(),
            group: group.clone(),
        };
        let back = by_us(format!("returned:{key}"), back, now);
        self.learn(&case.incident.key, &[back], now).await?;
        if takes { Err(shows(now)) } else { Ok(()) }
    }

    /// Closes the pull request that would have kept them there, where it is still open.
    async fn close_lent(&self, url: &str, now: Timestamp) -> Done<()> {
        let number = url.rsplit('/').next().and_then(|it| it.parse().ok());
        let Some(number) = number else { return Ok(()) };
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let pull = github.pull(repo, number).await;
        let pull = self.asked(pull, now)?;
        if pull.state == "open" {
            let closed = github.close_pull(repo, number).await;
            self.asked(closed, now)?;
        }
        Ok(())
    }

    /// Gives a group these members; or why Slack refuses.
    async fn set_members(
        &self,
        group: &GroupId,
        all: &[SlackUserId],
        now: Timestamp,
    ) -> Done<Result<(), String>> {
        let method = Method::SetGroupMembers;
        self.place_for(method, now)?;
        let slack = &self.0.parts.slack;
        match slack.set_group_members(group.as_str(), all).await {
            Ok(_) => Ok(Ok(())),
            Err(SlackError::Refused(refusal)) => {
                let why = super::perform::why(&refusal);
                let is_setting = why.contains("permission_denied");
                Ok(Err(match is_setting {
                    true => Applying::NotAllowed.say(self.lang()).to_owned(),
                    false => why,
                }))
            }
            Err(error) => Err(Halt::Later(self.after(&error, method, now))),
        }
    }
}

fn names(planned: &Planned, who: &[SlackUserId]) -> String {
    let names: Vec<String> = who.iter().map(|who| planned.live.name(who)).collect();
    names.join(", ")
}

fn shows(now: Timestamp) -> Halt {
    Halt::Later(now.saturating_add(SHOWS).unwrap_or(now))
}
