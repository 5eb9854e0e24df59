//! One team of a plan: its group, what changes of it, who comes and who goes, what drifted.

use std::collections::BTreeSet;

use super::action::{Action, Changes};
use super::diff::{self, People};
use super::order::Wish;
use super::{Outlook, Plan, Remark, Unmanaged};
use crate::i18n::both;
use crate::id::SlackUserId;
use crate::teams::drift::{Difference, Drift, Side};
use crate::teams::guard::{Case, Leaving};
use crate::teams::identify::Identity;
use crate::teams::live::{Group, Live};
use crate::teams::place::{At, Problem};
use crate::teams::roster::Roster;
use crate::teams::spec::{Spec, Team};
use crate::teams::who::Directory;
use crate::yaml::kind::shown;

/// A plan while its teams are looked at, one after the other.
pub(super) struct Making<'a> {
    pub(super) wanted: &'a Spec,
    pub(super) live: &'a Live,
    pub(super) directory: &'a Directory<'a>,
    pub(super) identity: &'a Identity,
    pub(super) plan: Plan,
    pub(super) enable: Vec<Action>,
    pub(super) wishes: Vec<Wish<'a>>,
    pub(super) members: Vec<Action>,
    pub(super) crew: Vec<Action>,
    pub(super) cases: Vec<Case<'a>>,
    pub(super) leaving: Vec<Leaving<'a>>,
    pub(super) problems: Vec<Problem>,
}

/// A team as it was in the last applied files, and who was in it.
pub(super) type Before<'a> = (&'a Team, Option<&'a Roster>);

impl<'a> Making<'a> {
    /// Looks at one team.
    pub(super) fn team(&mut self, n: usize, roster: Option<&Roster>, before: Option<Before<'a>>) {
        let live = self.live;
        let at = &self.wanted.teams[n];
        let team = &at.value;
        let key = team.key().to_owned();
        let group = self.identity.groups[n].map(|group| (group, &live.groups[group]));
        if team.external {
            if group.is_none() {
                let mut all = live.groups.iter();
                let other = all.find(|group| {
                    team.handle() == Some(&group.handle) || team.name() == Some(&group.name)
                });
                match other {
                    Some(group) => {
                        let (name, id) = (shown(&group.name), &group.id);
                        self.problems.push(at.place.problem(both!(
                            "これはグループ `{name}`（{id}）ですが、ほかのチームがすでにこのグループです",
                            "this is the group `{name}` ({id}), which another team of these files is"
                        )));
                    }
                    None => self.plan.remarks.push(Remark::ExternalAbsent { team: key }),
                }
            }
            return;
        }
        let was = before.map(|(team, _)| team);
        if let Some((_, group)) = group {
            if group.elsewhere {
                match was {
                    Some(_) => self.plan.remarks.push(Remark::Elsewhere { team: key }),
                    None => {
                        let name = shown(&group.name);
                        self.problems.push(at.place.problem(both!(
                            "グループ `{name}` は Slack か外部のディレクトリが管理しています。`external: true` と書いてください",
                            "Slack or your directory fills the group `{name}`; say `external: true`"
                        )));
                    }
                }
                return;
            }
            if group.cut && roster.is_some() {
                let said = both!(
                    "Slack がこのグループのメンバーの一部しか返しませんでした。もう一度試してください",
                    "Slack has told only the beginning of who is in this group; ask again"
                );
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
        self.cannot_be_called(at, roster_now, before, group.map(|(_, group)| group));

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
        // Nothing is done to a group that somebody has disabled.
        let idle = People::default();
        let done = if by_hand { &idle } else { &people };
        self.look_ahead(at, Some(group), was, roster, done);
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
        // The whole list is replaced, so it has to hold what this change is about as well.
        let both = People {
            add: people.add.iter().chain(&people.missing).cloned().collect(),
            remove: people.remove.iter().chain(&people.extra).cloned().collect(),
            ..People::default()
        };
        if !by_hand {
            let whole = members_action(&key, Some(group), roster, &both, live);
            let drifted = !people.missing.is_empty() || !people.extra.is_empty();
            if let (Some(Action::Members { all, .. }), true) = (whole, drifted) {
                back.push(Action::Members {
                    team: key.clone(),
                    group: Some(group.id.clone()),
                    add: people.missing.clone(),
                    remove: people.extra.clone(),
                    all,
                });
            }
        }
        self.plan.drift.push(Drift {
            team: key,
            side: Side::Slack(group.id.clone()),
            differences,
            back,
            touched,
            zone: self.wanted.zone.clone(),
        });
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
                group: group.map(|group| group.id.clone()),
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
    pub(super) fn unmanaged(&mut self) {
        let identity = self.identity;
        let mut named: BTreeSet<usize> = identity.groups.iter().flatten().copied().collect();
        named.extend(identity.gone.iter().map(|(group, _)| *group));
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

/// Whether Slack takes somebody into a group, as far as that is known.
pub(super) fn can_be_called(live: &Live, who: &SlackUserId) -> bool {
    live.people.get(who).is_none_or(|who| who.can_be_called())
}

/// Everybody who is in it afterwards and can be called: who was in it, less who goes, and who comes.
fn all_after(members: &[SlackUserId], people: &People, live: &Live) -> Vec<SlackUserId> {
    let callable = |who: &SlackUserId| can_be_called(live, who);
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
