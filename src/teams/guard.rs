//! What somebody has to say yes to before it is done. The settings that guard are those of the
//! files as they were last applied, so that no change can loosen its own; where the new ones are
//! stricter, they hold as well.

use std::collections::{BTreeMap, BTreeSet};

use super::live::Group;
use super::plan::{Action, Plan, Remark};
use super::spec::{Spec, Team};
use super::who::Directory;
use crate::id::{Login, ServiceId, SlackUserId, TeamSlug};

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
    /// More than a quarter of a GitHub team, and at least two people, are taken out of it.
    ManyLeaveGitHub {
        /// The team.
        team: String,
        /// Its GitHub team.
        slug: TeamSlug,
        /// Who.
        removed: Vec<Login>,
        /// How many are in it now.
        of: usize,
    },
    /// Somebody is taken out of the GitHub team only, of a team whose service has an open incident.
    IncidentOpenOnGitHub {
        /// The team.
        team: String,
        /// Its GitHub team.
        slug: TeamSlug,
        /// The service.
        service: ServiceId,
        /// Who.
        removed: Vec<Login>,
    },
    /// Somebody whom the files know has another login now, and GitHub teams go by it.
    OtherLogin {
        /// What the files call them.
        name: String,
        /// What it was.
        was: String,
        /// What it would be.
        now: String,
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
            Self::ManyDisabled { .. }
            | Self::BelowMin { .. }
            | Self::ManyLeaveGitHub { .. }
            | Self::IncidentOpenOnGitHub { .. }
            | Self::OtherLogin { .. } => Vec::new(),
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

/// Who is taken out of one GitHub team.
pub(super) struct Leaving<'a> {
    pub(super) team: String,
    pub(super) slug: TeamSlug,
    /// The team that has it in the files.
    pub(super) now: &'a Team,
    /// The one that had it in the last applied files.
    pub(super) was: Option<&'a Team>,
    /// How many are in it.
    pub(super) of: usize,
    pub(super) removed: Vec<Login>,
}

/// What has to be confirmed of GitHub teams. Of an open incident nothing more is said where who goes
/// goes in Slack as well.
pub(super) fn on_github(
    known: &[Guard],
    all: &[Leaving<'_>],
    open: &BTreeSet<ServiceId>,
) -> Vec<Guard> {
    let mut guards = Vec::new();
    for leaving in all {
        let (team, slug) = (leaving.team.clone(), leaving.slug.clone());
        let removed = leaving.removed.clone();
        let count = removed.len();
        let is_known = known.iter().any(
            |guard| matches!(guard, Guard::IncidentOpen { team, .. } if *team == leaving.team),
        );
        let teams = [Some(leaving.now), leaving.was].into_iter().flatten();
        let services: BTreeSet<&ServiceId> = teams.filter_map(Team::service).collect();
        let mut services = services.into_iter().filter(|it| open.contains(*it));
        if let Some(service) = services.next().filter(|_| !is_known) {
            guards.push(Guard::IncidentOpenOnGitHub {
                team: team.clone(),
                slug: slug.clone(),
                service: service.clone(),
                removed: removed.clone(),
            });
        }
        if count >= 2 && count * 4 > leaving.of {
            guards.push(Guard::ManyLeaveGitHub {
                team,
                slug,
                removed,
                of: leaving.of,
            });
        }
    }
    guards
}

/// People who have another login than they had, where GitHub teams go by that.
pub(super) fn other_logins(wanted: &Spec, applied: &Spec) -> Vec<Guard> {
    if wanted.teams.iter().all(|at| at.value.github.is_none()) {
        return Vec::new();
    }
    let old = applied.people.iter().map(|at| &at.value);
    let old: BTreeMap<&str, &str> = old
        .filter_map(|known| Some((known.name.as_str(), known.github.as_ref()?.value.as_str())))
        .collect();
    let mut guards = Vec::new();
    for known in wanted.people.iter().map(|at| &at.value) {
        if let (Some(was), Some(now)) = (old.get(known.name.as_str()), &known.github)
            && !now.value.eq_ignore_ascii_case(was)
        {
            guards.push(Guard::OtherLogin {
                name: known.name.clone(),
                was: (*was).to_owned(),
                now: now.value.clone(),
            });
        }
    }
    guards
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
