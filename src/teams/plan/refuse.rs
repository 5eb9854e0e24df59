//! What Slack would refuse is refused before: a handle that is a person's, a channel that is not
//! there, somebody whom Slack takes into no group.

use super::action::Action;
use super::order::Wish;
use super::team::{Before, Making};
use super::{Remark, diff};
use crate::i18n::{Words, both};
use crate::playbook::ChannelRef;
use crate::teams::live::Group;
use crate::teams::place::At;
use crate::teams::roster::Roster;
use crate::teams::spec::Team;
use crate::yaml::kind::{did_you_mean, shown};
use crate::yaml::meant;

impl<'a> Making<'a> {
    pub(super) fn create(&mut self, at: &'a At<Team>) {
        let team = &at.value;
        let Some(name) = team.name() else {
            let key = shown(team.key());
            let said = both!(
                "Slack に `{key}` というグループはありません。新しく作るには `name` が必要です",
                "Slack has no group `{key}`; to create it, it needs a `name`"
            );
            return self.problems.push(at.place.problem(said));
        };
        if team.id.is_some() {
            let place = team.id.as_ref().map_or(&at.place, |id| &id.place);
            let said = both!(
                "この ID のグループは Slack にありません。`id` を消すと新しく作ります",
                "Slack has no group with this id; without `id` one is created"
            );
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
                let name = self.live.name(&who.id);
                Some(both!(" {name} のユーザー名", "the username of {name}"))
            } else {
                let channel = self.live.channels.contains_key(&handle);
                channel.then(|| Words::new("チャンネルの名前", "the name of a channel"))
            };
            if let Some(whose) = whose {
                let handle = shown(&handle);
                let said = both!(
                    "`{handle}` は{whose}なので、グループには使えません",
                    "`{handle}` is {whose}, so no group can have it",
                    whose
                );
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
                let meant = meant(name, &known);
                let name = shown(name);
                let said = both!(
                    "Slack に `#{name}` というチャンネルはありません",
                    "Slack has no channel `#{name}`"
                );
                let said = match meant.map(did_you_mean) {
                    Some(hint) => both!("{said}。{hint}", "{said}; {hint}", said, hint),
                    None => said,
                };
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
                        Words::new("無効なアカウント", "is deactivated")
                    } else if account.is_bot {
                        Words::new("ボット", "is a bot")
                    } else {
                        Words::new("ゲスト", "is a guest")
                    };
                    let name = self.live.name(who);
                    self.problems.push(at.place.problem(both!(
                        "{name} は{what}です。Slack のグループに入れるのは正規のメンバーだけです",
                        "{name} {what}, and Slack takes only full members into groups",
                        what
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
