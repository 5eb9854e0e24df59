//! The plan: all teams, three ways. Either all of it can be done or none of it is planned.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::action::Action;
use super::github::{let_go, logins};
use super::order::ordered;
use super::team::Making;
use super::{Outlook, Plan, Remark};
use crate::id::{ServiceId, SlackUserId};
use crate::teams::guard::{self, Case};
use crate::teams::identify::identify;
use crate::teams::live::Live;
use crate::teams::place::Problem;
use crate::teams::roster::{World, rosters};
use crate::teams::spec::Spec;
use crate::teams::who::Directory;

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
        directory: &directory,
        identity: &identity,
        plan: Plan::default(),
        enable: Vec::new(),
        wishes: Vec::new(),
        members: Vec::new(),
        crew: Vec::new(),
        cases: Vec::new(),
        leaving: Vec::new(),
        problems,
    };
    let both = (&logins(wanted, &directory), &logins(old, &old_directory));
    for n in 0..wanted.teams.len() {
        let was = identity.before[n];
        let before = |was: usize| (&old.teams[was].value, old_who[was].as_ref());
        let roster = who.get(n).and_then(Option::as_ref);
        making.team(n, roster, was.map(before));
        // A GitHub team is what its slug says, whichever team had it.
        if let Some(slug) = wanted.teams[n].value.github() {
            let mut all = old.teams.iter();
            let had = all.position(|at| at.value.github() == Some(slug));
            making.on_github(n, roster, both, had.map(before));
        }
    }
    making.unmanaged();
    let Making {
        mut plan,
        enable,
        wishes,
        members,
        crew,
        mut cases,
        leaving: from_github,
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
        leaving.push((*group, team));
        plan.teams.entry(team.key().to_owned()).or_insert(Outlook {
            group: None,
            label: team.handle().unwrap_or(&found.handle).to_owned(),
            was: found.members.len(),
            left: Vec::new(),
        });
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
    plan.actions.extend(crew);
    plan.remarks.extend(let_go(wanted, old));
    if !problems.is_empty() {
        problems.sort();
        problems.dedup();
        problems.truncate(ENOUGH);
        return Err(problems);
    }
    let fewer = cases.iter().filter_map(guard::fewer_than_min);
    plan.remarks.extend(fewer);
    plan.guards = guard::guards(&plan, &cases, open, wanted, applied);
    let more = guard::on_github(&plan.guards, &from_github, open);
    plan.guards.extend(more);
    plan.guards
        .extend(guard::other_people(&directory, &old_directory, wanted, old));
    plan.guards.extend(guard::other_logins(wanted, old));
    plan.names = names(&plan, live);
    Ok(plan)
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
            Action::Join { who, .. } | Action::Leave { who, .. } => all.extend(who),
            _ => {}
        }
    }
    all.extend(
        plan.drift
            .iter()
            .filter_map(|drift| Some(&drift.touched.as_ref()?.0)),
    );
    for remark in &plan.remarks {
        match remark {
            Remark::CannotBeCalled { who, .. } => drop(all.insert(who)),
            Remark::NoLogin { who, .. } => all.extend(who),
            _ => {}
        }
    }
    all.extend(plan.guards.iter().flat_map(|guard| guard.people()));
    let named = all.into_iter().map(|who| (who.clone(), live.name(who)));
    named.collect()
}
