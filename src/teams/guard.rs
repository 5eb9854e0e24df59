//! What somebody has to say yes to before it is done. The settings that guard are those of the
//! files as they were last applied, so that no change can loosen its own; where the new ones are
//! stricter, they hold as well.

use std::collections::{BTreeMap, BTreeSet};

use super::live::Group;
use super::plan::{Action, Plan, Remark};
use super::spec::{Spec, Team};
use super::who::Directory;
use crate::id::{ServiceId, SlackUserId};

/// Why somebody has to confirm a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// More than a quarter of a team, and at least two people, are taken out of it.
    ManyRemoved {
        /// The team.
        team: String,
        /// Who.
        removed: Vec<SlackUserId>,
        /// How many are in it now.
        of: usize,
    },
    /// More than one team is disabled, or all there are.
    ManyDisabled {
        /// Which.
        teams: Vec<String>,
        /// Whether no team is left in the files.
        none_left: bool,
    },
    /// A team has fewer people than it should.
    BelowMin {
        /// The team.
        team: String,
        /// How many would be left.
        left: usize,
        /// How many there should be.
        min: u32,
    },
    /// What the files call somebody means somebody else now.
    OtherPerson {
        /// What the files call them.
        name: String,
        /// Who it was.
        was: SlackUserId,
        /// Who it would be.
        now: SlackUserId,
    },
    /// Somebody is taken out of a team whose service has an open incident.
    IncidentOpen {
        /// The team.
        team: String,
        /// The service.
        service: ServiceId,
        /// Who.
        removed: Vec<SlackUserId>,
    },
}

impl Guard {
    /// The people it is about.
    pub fn people(&self) -> Vec<&SlackUserId> {
        match self {
            Self::ManyRemoved { removed, .. } | Self::IncidentOpen { removed, .. } => {
                removed.iter().collect()
            }
            Self::OtherPerson { was, now, .. } => vec![was, now],
            Self::ManyDisabled { .. } | Self::BelowMin { .. } => Vec::new(),
        }
    }
}

/// One team, and what would become of it.
pub(super) struct Case<'a> {
    pub(super) team: String,
    /// As the files have it; `None` where it is in none any more.
    pub(super) now: Option<&'a Team>,
    /// As the last applied files had it.
    pub(super) was: Option<&'a Team>,
    /// Who is in its group.
    pub(super) members: &'a [SlackUserId],
    pub(super) removed: Vec<SlackUserId>,
    pub(super) added: usize,
    /// How many are left.
    pub(super) left: usize,
    pub(super) disabled: bool,
}

impl<'a> Case<'a> {
    /// A team whose group is disabled: all in it are taken out of it, as far as calling goes.
    pub(super) fn gone(team: &'a Team, group: &'a Group) -> Self {
        let members = if group.disabled {
            &[][..]
        } else {
            &group.members
        };
        Self {
            team: team.key().to_owned(),
            now: None,
            was: Some(team),
            members,
            removed: members.to_vec(),
            added: 0,
            left: 0,
            disabled: true,
        }
    }
}

/// What has to be confirmed, team by team.
pub(super) fn guards(
    plan: &Plan,
    cases: &[Case<'_>],
    open: &BTreeSet<ServiceId>,
    wanted: &Spec,
    applied: Option<&Spec>,
) -> Vec<Guard> {
    let mut all = Vec::new();
    for case in cases {
        let removed = case.removed.len();
        if !case.disabled && removed >= 2 && removed * 4 > case.members.len() {
            all.push(Guard::ManyRemoved {
                team: case.team.clone(),
                removed: case.removed.clone(),
                of: case.members.len(),
            });
        }
        all.extend(below_min(case));
        let of = |team: Option<&Team>| team.and_then(Team::service).cloned();
        let services: BTreeSet<ServiceId> = of(case.was).into_iter().chain(of(case.now)).collect();
        if removed > 0 {
            for service in services.intersection(open) {
                all.push(Guard::IncidentOpen {
                    team: case.team.clone(),
                    service: service.clone(),
                    removed: case.removed.clone(),
                });
            }
        }
    }
    let disabled = plan.actions.iter().filter_map(|action| match action {
        Action::Disable { team, .. } => Some(team.clone()),
        _ => None,
    });
    let teams: Vec<String> = disabled.collect();
    let had_some = applied.is_some_and(|applied| !applied.teams.is_empty());
    let none_left = wanted.teams.is_empty() && had_some;
    if teams.len() > 1 || (none_left && !teams.is_empty()) {
        all.push(Guard::ManyDisabled { teams, none_left });
    }
    all
}

/// Whether a team has fewer people than it should, and how many it should have.
fn short(case: &Case<'_>) -> Option<u32> {
    let min = min(case.now).max(min(case.was))?;
    let short = case.left < usize::try_from(min).unwrap_or(usize::MAX);
    (short && !case.disabled).then_some(min)
}

/// Whether this change has something to do with how many are in a team.
fn touches(case: &Case<'_>) -> bool {
    !case.removed.is_empty() || case.added > 0 || min(case.now) > min(case.was)
}

/// Too few, and this change has something to do with it.
fn below_min(case: &Case<'_>) -> Option<Guard> {
    let min = short(case).filter(|_| touches(case))?;
    Some(Guard::BelowMin {
        team: case.team.clone(),
        left: case.left,
        min,
    })
}

/// Too few, and it was so before: told, and no more.
pub(super) fn fewer_than_min(case: &Case<'_>) -> Option<Remark> {
    let min = short(case).filter(|_| !touches(case))?;
    Some(Remark::FewerThanMin {
        team: case.team.clone(),
        left: case.left,
        min,
    })
}

fn min(team: Option<&Team>) -> Option<u32> {
    Some(team?.min.as_ref()?.value)
}

/// Names of the files that would mean somebody else.
pub(super) fn other_people(
    now: &Directory<'_>,
    was: &Directory<'_>,
    wanted: &Spec,
    applied: &Spec,
) -> Vec<Guard> {
    let old: BTreeSet<&str> = said(applied);
    let both = said(wanted).into_iter().filter(|name| old.contains(name));
    let mut all: BTreeMap<&str, (SlackUserId, SlackUserId)> = BTreeMap::new();
    for name in both {
        if let (Ok(was), Ok(now)) = (was.who(name), now.who(name))
            && was != now
        {
            all.insert(name, (was, now));
        }
    }
    let guards = all
        .into_iter()
        .map(|(name, (was, now))| Guard::OtherPerson {
            name: name.to_owned(),
            was,
            now,
        });
    guards.collect()
}

/// Every name that the files have for somebody.
fn said(spec: &Spec) -> BTreeSet<&str> {
    let people = spec.people.iter().map(|at| at.value.name.as_str());
    let teams = spec.teams.iter().map(|at| &at.value);
    let named = teams.flat_map(|team| {
        let users = team.users.iter().flat_map(|users| &users.value);
        let turns = team.rotation.iter().flat_map(|turns| &turns.value.users);
        users.chain(turns).map(|at| at.value.who.as_str())
    });
    people.chain(named).collect()
}
