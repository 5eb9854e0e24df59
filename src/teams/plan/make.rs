//! The plan: all teams, three ways. Either all of it can be done or none of it is planned.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::action::{Action, Changes};
use super::diff::{self, People};
use super::order::{Wish, ordered};
use super::{Outlook, Plan, Remark, Unmanaged};
use crate::id::{ServiceId, SlackUserId};
use crate::playbook::ChannelRef;
use crate::teams::drift::{Difference, Drift};
use crate::teams::guard::{self, Case};
use crate::teams::identify::{Identity, identify};
use crate::teams::live::{Group, Live};
use crate::teams::place::{At, Problem};
use crate::teams::roster::{Roster, World, rosters};
use crate::teams::spec::{Spec, Team};
use crate::teams::who::Directory;
use crate::yaml::kind::shown;
use crate::yaml::meant;

/// Whoever has made so many mistakes has seen enough.
const ENOUGH: usize = 200;

/// What would make Slack as the files say, leaving alone what this change has nothing to do with.
///
/// `applied` are the files as they were last applied, `None` the first time; only their settings
/// guard. `open` are the services that have an open incident.
///
/// # Errors
/// Everything that stops it, with its place: somebody whom Slack does not know, a channel that is
/// not there, a handle that another group keeps.
pub fn plan(
    wanted: &Spec,
    applied: Option<&Spec>,
    live: &Live,
    now: Timestamp,
    open: &BTreeSet<ServiceId>,
) -> Result<Plan, Vec<Problem>> {
    let identity = identify(wanted, applied, live);
    let directory = Directory::of(wanted, live);
    let mut problems = Vec::new();
    let world = World {
        spec: wanted,
        live,
        directory: &directory,
        groups: &identity.groups,
    };
    let who = rosters(&world, now, &mut problems);

    // What was right when it was applied need not be right any more, and stops nobody.
    let nothing = Spec::default();
    let old = applied.unwrap_or(&nothing);
    let old_directory = Directory::of(old, live);
    let mut old_groups = vec![None; old.teams.len()];
    for (n, was) in identity.before.iter().enumerate() {
        if let Some(was) = was {
            old_groups[*was] = identity.groups[n];
        }
    }
    identity
        .gone
        .iter()
        .for_each(|(group, was)| old_groups[*was] = Some(*group));
    let old_world = World {
        spec: old,
        live,
        directory: &old_directory,
        groups: &old_groups,
    };
    let old_who = rosters(&old_world, now, &mut Vec::new());

    let mut making = Making {
        wanted,
        live,
        identity: &identity,
        plan: Plan::default(),
        enable: Vec::new(),
        wishes: Vec::new(),
        members: Vec::new(),
        cases: Vec::new(),
        problems,
    };
    for n in 0..wanted.teams.len() {
        let was = identity.before[n];
        let before = was.map(|was| (&old.teams[was].value, old_who[was].as_ref()));
        making.team(n, who.get(n).and_then(Option::as_ref), before, &directory);
    }
    making.gone(old);
    let Making {
        mut plan,
        enable,
        wishes,
        members,
        mut cases,
        mut problems,
        ..
    } = making;

    let mut leaving = Vec::new();
    let mut disable = Vec::new();
    for (group, was) in &identity.gone {
        let team = &old.teams[*was].value;
        let found = &live.groups[*group];
        if team.external || found.elsewhere {
            continue;
        }
        leaving.push((*group, team.key().to_owned()));
        if !found.disabled {
            disable.push(Action::Disable {
                team: team.key().to_owned(),
                group: found.id.clone(),
                members: found.members.clone(),
            });
        }
        cases.push(Case::gone(team, found));
    }
    let named = ordered(wishes, &leaving, live, &mut problems);
    plan.actions = enable;
    plan.actions.extend(named);
    plan.actions.extend(members);
    plan.actions.extend(disable);
    if !problems.is_empty() {
        problems.sort();
        problems.dedup();
        problems.truncate(ENOUGH);
        return Err(problems);
    }
    plan.guards = guard::guards(&plan, &cases, open, wanted, applied);
    plan.guards
        .extend(guard::other_people(&directory, &old_directory, wanted, old));
    plan.names = names(&plan, live);
    Ok(plan)
}

struct Making<'a> {
    wanted: &'a Spec,
    live: &'a Live,
    identity: &'a Identity,
    plan: Plan,
    enable: Vec<Action>,
    wishes: Vec<Wish<'a>>,
    members: Vec<Action>,
    cases: Vec<Case<'a>>,
    problems: Vec<Problem>,
}

type Before<'a> = (&'a Team, Option<&'a Roster>);

impl<'a> Making<'a> {
    fn team(
        &mut self,
        n: usize,
        roster: Option<&Roster>,
        before: Option<Before<'a>>,
        directory: &Directory<'_>,
    ) {
        let live = self.live;
        let at = &self.wanted.teams[n];
        let team = &at.value;
        let key = team.key().to_owned();
        let group = self.identity.groups[n].map(|group| (group, &live.groups[group]));
        if team.external {
            if group.is_none() {
                self.plan.remarks.push(Remark::ExternalAbsent { team: key });
            }
            return;
        }
        let was = before.map(|(team, _)| team);
        if let Some((_, group)) = group {
            if group.elsewhere {
                match was {
                    Some(_) => self.plan.remarks.push(Remark::Elsewhere { team: key }),
                    None => self.problems.push(at.place.problem(format!(
                        "Slack or your directory fills the group `{}`; say `external: true`",
                        shown(&group.name)
                    ))),
                }
                return;
            }
            if group.cut && roster.is_some() {
                let said = "Slack has told only the beginning of who is in this group; ask again";
                self.problems.push(at.place.problem(said));
                return;
            }
        }
        self.channels(team);
        let disabled = group.is_some_and(|(_, group)| group.disabled);
        let by_hand = disabled && was.is_some();
        let none = Roster::default();
        let people = roster.map(|roster| {
            let old = before.and_then(|(_, old)| old);
            diff::people(roster, old, group.map(|(_, group)| group), live)
        });
        let people = people.unwrap_or_default();
        let roster_now = roster.unwrap_or(&none);
        self.cannot_be_called(
            at,
            roster_now,
            before,
            group.map(|(_, group)| group),
            directory,
        );

        let Some((place, group)) = group else {
            self.create(at);
            let change = self.change_members(at, None, roster, &people);
            self.members.extend(change);
            self.look_ahead(at, None, was, roster, &people);
            return;
        };
        let compared = diff::properties(team, was, group, live);
        let touched = group.touched.clone();
        let back_changes = turned(&compared.drift);
        let mut differences = diff::differences(compared.drift, &people);
        if by_hand {
            // All else can wait until somebody has decided about that.
            differences = vec![Difference::Disabled];
        } else {
            if disabled {
                self.enable.push(Action::Enable {
                    team: key.clone(),
                    group: group.id.clone(),
                });
            }
            if !compared.planned.is_empty() {
                let wish = self.wish(
                    at,
                    Some(place),
                    Action::Change {
                        team: key.clone(),
                        group: group.id.clone(),
                        changes: compared.planned,
                        only_for_now: false,
                    },
                );
                self.wishes.push(wish);
            }
            let change = self.change_members(at, Some(group), roster, &people);
            self.members.extend(change);
        }
        self.look_ahead(at, Some(group), was, roster, &people);
        if differences.is_empty() {
            return;
        }
        let mut back = Vec::new();
        if by_hand {
            back.push(Action::Enable {
                team: key.clone(),
                group: group.id.clone(),
            });
        }
        if !back_changes.is_empty() && !by_hand {
            back.push(Action::Change {
                team: key.clone(),
                group: group.id.clone(),
                changes: back_changes,
                only_for_now: false,
            });
        }
        let other = People {
            add: people.missing.clone(),
            remove: people.extra.clone(),
            ..People::default()
        };
        if !by_hand {
            back.extend(members_action(&key, Some(group), roster, &other, live));
        }
        self.plan.drift.push(Drift {
            team: key,
            group: group.id.clone(),
            differences,
            back,
            touched,
        });
    }

    fn create(&mut self, at: &'a At<Team>) {
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
    fn wish(&mut self, at: &'a At<Team>, group: Option<usize>, action: Action) -> Wish<'a> {
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
            let person = self.live.people.values().find(|who| who.username == handle);
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

    fn channels(&mut self, team: &Team) {
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
    fn cannot_be_called(
        &mut self,
        at: &At<Team>,
        roster: &Roster,
        before: Option<Before<'_>>,
        group: Option<&Group>,
        directory: &Directory<'_>,
    ) {
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

    fn change_members(
        &mut self,
        at: &At<Team>,
        group: Option<&Group>,
        roster: Option<&Roster>,
        people: &People,
    ) -> Option<Action> {
        let roster = roster?;
        let key = at.value.key();
        let action = members_action(key, group, Some(roster), people, self.live);
        let someone = !people.add.is_empty() || !people.remove.is_empty() || group.is_none();
        if action.is_none() && someone {
            self.plan.remarks.push(Remark::NobodyLeft {
                team: key.to_owned(),
            });
        }
        action
    }

    fn look_ahead(
        &mut self,
        at: &'a At<Team>,
        group: Option<&'a Group>,
        was: Option<&'a Team>,
        roster: Option<&Roster>,
        people: &People,
    ) {
        let team = &at.value;
        let key = team.key().to_owned();
        let members: &[SlackUserId] = group.map_or(&[], |group| &group.members);
        let left = all_after(members, people, self.live);
        // Slack empties no group.
        let removed = if left.is_empty() {
            &[][..]
        } else {
            &people.remove
        };
        let handle = team.handle().or(group.map(|group| group.handle.as_str()));
        self.plan.teams.insert(
            key.clone(),
            Outlook {
                label: handle.unwrap_or(&key).to_owned(),
                was: members.len(),
                left: left.clone(),
            },
        );
        if roster.is_some() {
            self.cases.push(Case {
                team: key,
                now: Some(team),
                was,
                members,
                removed: removed.to_vec(),
                added: people.add.len(),
                left: left.len(),
                disabled: false,
            });
        }
    }

    /// Lists what no file ever named.
    fn gone(&mut self, old: &Spec) {
        let identity = self.identity;
        let mut named: BTreeSet<usize> = identity.groups.iter().flatten().copied().collect();
        named.extend(identity.gone.iter().map(|(group, _)| *group));
        let _ = old;
        for (n, group) in self.live.groups.iter().enumerate() {
            if !named.contains(&n) && !group.disabled && !group.elsewhere {
                self.plan.unmanaged.push(Unmanaged {
                    group: group.id.clone(),
                    handle: group.handle.clone(),
                    name: group.name.clone(),
                });
            }
        }
    }
}

/// Everybody who is in it afterwards and can be called: who was in it, less who goes, and who comes.
fn all_after(members: &[SlackUserId], people: &People, live: &Live) -> Vec<SlackUserId> {
    let callable = |who: &SlackUserId| live.people.get(who).is_none_or(|who| who.can_be_called());
    let gone: BTreeSet<&SlackUserId> = people.remove.iter().collect();
    let mut seen = BTreeSet::new();
    let stay = members
        .iter()
        .filter(|who| !gone.contains(who) && callable(who));
    let all = stay.chain(&people.add);
    all.filter(|who| seen.insert(*who)).cloned().collect()
}

fn members_action(
    team: &str,
    group: Option<&Group>,
    roster: Option<&Roster>,
    people: &People,
    live: &Live,
) -> Option<Action> {
    roster?;
    if people.add.is_empty() && people.remove.is_empty() {
        return None;
    }
    let members: &[SlackUserId] = group.map_or(&[], |group| &group.members);
    let all = all_after(members, people, live);
    (!all.is_empty()).then(|| Action::Members {
        team: team.to_owned(),
        group: group.map(|group| group.id.clone()),
        add: people.add.clone(),
        remove: people.remove.clone(),
        all,
    })
}

/// Drift is told from the files to Slack; the way back is the other way round.
fn turned(drift: &Changes) -> Changes {
    fn turn<T: Clone>(pair: &Option<(T, T)>) -> Option<(T, T)> {
        pair.as_ref()
            .map(|(files, slack)| (slack.clone(), files.clone()))
    }
    Changes {
        name: turn(&drift.name),
        handle: turn(&drift.handle),
        description: turn(&drift.description),
        channels: turn(&drift.channels),
    }
}

/// What everybody in the plan is called.
fn names(plan: &Plan, live: &Live) -> BTreeMap<SlackUserId, String> {
    let mut all: BTreeSet<&SlackUserId> = BTreeSet::new();
    for action in plan
        .actions
        .iter()
        .chain(plan.drift.iter().flat_map(|drift| &drift.back))
    {
        match action {
            Action::Members {
                add,
                remove,
                all: after,
                ..
            } => all.extend(add.iter().chain(remove).chain(after)),
            Action::Disable { members, .. } => all.extend(members),
            _ => {}
        }
    }
    all.extend(
        plan.drift
            .iter()
            .filter_map(|drift| Some(&drift.touched.as_ref()?.0)),
    );
    for remark in &plan.remarks {
        if let Remark::CannotBeCalled { who, .. } = remark {
            all.insert(who);
        }
    }
    all.extend(plan.guards.iter().flat_map(|guard| guard.people()));
    let named = all.into_iter().map(|who| (who.clone(), live.name(who)));
    named.collect()
}
