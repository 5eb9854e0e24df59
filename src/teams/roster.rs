//! Who is in a team at a moment: those without an end and those whose end has not come, whose turn
//! it is, and who is in the teams that it includes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::identify::identify;
use super::live::{Live, one_line};
use super::place::Problem;
use super::spec::{Called, Spec, Team, When};
use super::who::Directory;
use crate::i18n::both;
use crate::id::SlackUserId;

/// How many people all teams may have together, each as often as they are in one.
const MOST: usize = 2_000_000;

/// Who is in a team.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Roster {
    /// Who is wanted in it now, in the order of the files.
    pub(super) now: Vec<SlackUserId>,
    /// Of those who are wanted, those who do not come and go by turns.
    pub(super) steady: BTreeSet<SlackUserId>,
    /// Whom the files have something to say about: who is wanted, whose end has come, whose turn
    /// just ended.
    pub(super) ever: BTreeSet<SlackUserId>,
}

impl Roster {
    fn add(&mut self, who: &SlackUserId, seen: &mut BTreeSet<SlackUserId>) {
        self.ever.insert(who.clone());
        if seen.insert(who.clone()) {
            self.now.push(who.clone());
        }
    }
}

/// The files, and the workspace that they are read against.
pub(super) struct World<'a> {
    pub(super) spec: &'a Spec,
    pub(super) live: &'a Live,
    pub(super) directory: &'a Directory<'a>,
    /// Which group each team is, as a place in [`Live::groups`].
    pub(super) groups: &'a [Option<usize>],
}

/// The rosters of all teams that say who is in them, in the order of [`Spec::teams`]. Somebody who is nobody is left out, and is among the problems.
pub(super) fn rosters(
    world: &World<'_>,
    now: Timestamp,
    problems: &mut Vec<Problem>,
) -> Vec<Option<Roster>> {
    let spec = world.spec;
    let mut done: Vec<Option<Roster>> = vec![None; spec.teams.len()];
    let mut under_way = vec![false; spec.teams.len()];
    let mut total = 0;
    let called = Called::of(spec);
    for start in 0..spec.teams.len() {
        // Without recursion: a chain of teams may be as long as the files.
        let mut stack = vec![start];
        while let Some(n) = stack.last().copied() {
            let team = &spec.teams[n].value;
            if done[n].is_some() || !team.says_who() {
                stack.pop();
                continue;
            }
            let names = team.include.iter();
            let included: Vec<usize> = names.filter_map(|at| called.find(&at.value)).collect();
            let waits = |n: &usize| done[*n].is_none() && spec.teams[*n].value.says_who();
            let open: Vec<usize> = included.iter().copied().filter(waits).collect();
            if !open.is_empty() && !under_way[n] {
                under_way[n] = true;
                stack.extend(open);
                continue;
            }
            stack.pop();
            let roster = roster(world, n, &included, &done, now, problems);
            total += roster.ever.len();
            if total > MOST {
                let said = both!(
                    "チームの人数が合わせて {MOST} 人を超えています",
                    "the teams have more than {MOST} people together"
                );
                problems.push(spec.teams[n].place.problem(said));
                return done;
            }
            done[n] = Some(roster);
        }
    }
    done
}

fn roster(
    world: &World<'_>,
    n: usize,
    included: &[usize],
    done: &[Option<Roster>],
    now: Timestamp,
    problems: &mut Vec<Problem>,
) -> Roster {
    let World {
        spec,
        live,
        directory,
        groups,
    } = *world;
    let team = &spec.teams[n].value;
    let mut roster = Roster::default();
    let mut seen = BTreeSet::new();
    for at in team.users.iter().flat_map(|users| &users.value) {
        match directory.who(&at.value.who) {
            Ok(who) => {
                let over = at
                    .value
                    .until
                    .is_some_and(|until| until.end(&spec.zone) <= now);
                roster.ever.insert(who.clone());
                if !over {
                    roster.add(&who, &mut seen);
                    roster.steady.insert(who);
                }
            }
            Err(nobody) => {
                let place = nobody.place.as_ref().unwrap_or(&at.place);
                problems.push(place.problem(nobody.message));
            }
        }
    }
    if let Some(rotation) = &team.rotation {
        let rotation = &rotation.value;
        let mut all = Vec::new();
        for at in &rotation.users {
            match directory.who(&at.value.who) {
                Ok(who) => all.push(Some(who)),
                Err(nobody) => {
                    all.push(None);
                    let place = nobody.place.as_ref().unwrap_or(&at.place);
                    problems.push(place.problem(nobody.message));
                }
            }
        }
        // Whoever cannot be called passes the turn on.
        let called = |who: &SlackUserId| live.people.get(who).is_none_or(|who| who.can_be_called());
        let at_turn = |turn: usize| {
            let order = all[turn..].iter().chain(&all[..turn]).flatten();
            order.into_iter().find(|who| called(who)).cloned()
        };
        let (turn, last) = rotation.turn(now, &spec.zone);
        if let Some(who) = at_turn(turn) {
            roster.add(&who, &mut seen);
        }
        roster.ever.extend(last.and_then(at_turn));
    }
    for other in included {
        match &done[*other] {
            Some(inside) => {
                inside.now.iter().for_each(|who| roster.add(who, &mut seen));
                roster.steady.extend(inside.steady.iter().cloned());
                roster.ever.extend(inside.ever.iter().cloned());
            }
            // Left to Slack: as Slack has it. Who is in it may change any time, like turns.
            None => {
                let group = groups[*other].map(|group| &live.groups[group]);
                let members = group.filter(|group| !group.disabled);
                for who in members.iter().flat_map(|group| &group.members) {
                    roster.add(who, &mut seen);
                }
            }
        }
    }
    roster
}

/// Who is wanted in each team at `now`, by [`Team::key`](super::Team::key), in the order of the files; only teams that
/// say who is in them.
///
/// # Errors
/// Everybody who is nobody in Slack, with the place where they are named.
pub fn wanted(
    spec: &Spec,
    live: &Live,
    now: Timestamp,
) -> Result<BTreeMap<String, Vec<SlackUserId>>, Vec<Problem>> {
    let identity = identify(spec, None, live);
    let directory = Directory::of(spec, live);
    let mut problems = Vec::new();
    let world = World {
        spec,
        live,
        directory: &directory,
        groups: &identity.groups,
    };
    let all = rosters(&world, now, &mut problems);
    if !problems.is_empty() {
        problems.sort();
        problems.dedup();
        return Err(problems);
    }
    let teams = spec.teams.iter().zip(all);
    let teams = teams.filter_map(|(team, roster)| Some((team.value.key().to_owned(), roster?.now)));
    Ok(teams.collect())
}

/// Whom a team of these files names itself, those who take turns and those whose end has come, too;
/// each with the end and the reason that stand there. Who is nobody in Slack is left out.
pub fn named(spec: &Spec, live: &Live, team: &Team) -> BTreeMap<SlackUserId, Option<String>> {
    let directory = Directory::of(spec, live);
    let users = team.users.iter().flat_map(|users| &users.value);
    let turns = team.rotation.iter().flat_map(|turns| &turns.value.users);
    let mut all = BTreeMap::new();
    for member in users.chain(turns).map(|at| &at.value) {
        let Ok(who) = directory.who(&member.who) else {
            continue;
        };
        let until = member.until.map(|until| match until {
            When::Day(day) => format!("〜 {day}"),
            When::Local(at) => format!("〜 {at}"),
            When::At(at) => format!("〜 {at}"),
        });
        let reason = member.reason.as_deref().map(one_line);
        let said: Vec<String> = until.into_iter().chain(reason).collect();
        all.insert(who, (!said.is_empty()).then(|| said.join(", ")));
    }
    all
}
