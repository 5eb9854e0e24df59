//! What Slack would refuse is refused before: a handle that is a person's, a channel that is not
//! there, somebody whom Slack takes into no group.

use super::action::Action;
use super::order::Wish;
use super::team::{Before, Making};
use super::{Remark, diff};
use crate::playbook::ChannelRef;
use crate::teams::live::Group;
use crate::teams::place::At;
use crate::teams::roster::Roster;
use crate::teams::spec::Team;
use crate::yaml::kind::shown;
use crate::yaml::meant;

impl<'a> Making<'a> {
    pub(super) fn create(&mut self, at: &'a At<Team>) {
        let team = &at.value;
        let Some(name) = team.name() else {
            let said = format!(
                "Slack has no group `{}`; to create it, it needs a `name`",
                shown(team.key())
            );
            return self.problems.push(at.place.problem(said));
        };
        if team.id.is_some() {
            let place = team.id.as_ref().map_or(&at.place, |id| &id.place);
            let said = "Slack has no group with this id; without `id` one is created";
            return self.problems.push(place.problem(said));
        }
        let wish = self.wish(
            at,
            None,
            Action::Create {
                team: team.key().to_owned(),
                name: name.to_owned(),
                handle: team.handle.as_ref().map(|handle| handle.value.clone()),
                description: team.description.as_ref().map(|text| text.value.clone()),
                channels: diff::channels(team, self.live).unwrap_or_default(),
            },
        );
        self.wishes.push(wish);
    }

    /// A change of names; a handle that is a person's or a channel's is no group's.
    pub(super) fn wish(
        &mut self,
        at: &'a At<Team>,
        group: Option<usize>,
        action: Action,
    ) -> Wish<'a> {
        let team = &at.value;
        let handle_at = team
            .handle
            .as_ref()
            .map_or(&at.place, |handle| &handle.place);
        let handle = match &action {
            Action::Create { handle, .. } => handle.as_ref().map(ToString::to_string),
            Action::Change { changes, .. } => changes.handle.as_ref().map(|(_, to)| to.clone()),
            _ => None,
        };
        if let Some(handle) = handle {
            let person = self.directory.by_username(&handle);
            let whose = if let Some(who) = person {
                Some(format!("the username of {}", self.live.name(&who.id)))
            } else {
                let channel = self.live.channels.contains_key(&handle);
                channel.then(|| "the name of a channel".to_owned())
            };
            if let Some(whose) = whose {
                let said = format!("`{}` is {whose}, so no group can have it", shown(&handle));
                self.problems.push(handle_at.problem(said));
            }
        }
        Wish {
            group,
            action,
            handle_at,
            name_at: team.name.as_ref().map_or(&at.place, |name| &name.place),
        }
    }

    pub(super) fn channels(&mut self, team: &Team) {
        let channels = team.channels.iter().flat_map(|channels| &channels.value);
        for (n, at) in channels.enumerate() {
            if let ChannelRef::Name(name) = &at.value
                && diff::channel(&at.value, self.live).is_none()
            {
                let known: Vec<&str> = match n < 10 && self.problems.len() < 20 {
                    true => self.live.channels.keys().map(String::as_str).collect(),
                    false => Vec::new(),
                };
                let hint = meant(name, &known).map(|meant| format!("; did you mean `{meant}`?"));
                let said = format!(
                    "Slack has no channel `#{}`{}",
                    shown(name),
                    hint.unwrap_or_default()
                );
                self.problems.push(at.place.problem(said));
            }
        }
    }

    /// Slack takes neither bots nor guests nor those who have left. Who is new in a team must be
    /// none of them; who was in it before stops nobody.
    pub(super) fn cannot_be_called(
        &mut self,
        at: &At<Team>,
        roster: &Roster,
        before: Option<Before<'_>>,
        group: Option<&Group>,
    ) {
        let directory = self.directory;
        let old = before.and_then(|(_, roster)| roster);
        for who in &roster.now {
            let account = self.live.people.get(who);
            let Some(account) = account.filter(|account| !account.can_be_called()) else {
                continue;
            };
            let known = old.is_some_and(|old| old.ever.contains(who))
                || group.is_some_and(|group| group.members.contains(who));
            let team = &at.value;
            let users = team.users.iter().flat_map(|users| &users.value);
            let turns = team.rotation.iter().flat_map(|turns| &turns.value.users);
            let named = users.chain(turns);
            let mut named = named.filter(|at| directory.who(&at.value.who).as_ref() == Ok(who));
            match named.next() {
                Some(at) if !known => {
                    let what = if account.is_gone {
                        "is deactivated"
                    } else if account.is_bot {
                        "is a bot"
                    } else {
                        "is a guest"
                    };
                    self.problems.push(at.place.problem(format!(
                        "{} {what}, and Slack takes only full members into groups",
                        self.live.name(who)
                    )));
                }
                _ => self.plan.remarks.push(Remark::CannotBeCalled {
                    team: team.key().to_owned(),
                    who: who.clone(),
                }),
            }
        }
    }
}
