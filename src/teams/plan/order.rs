//! In which order groups get their new names and handles: each is unique in Slack, so one must be
//! free before another can have it.

use std::collections::{HashMap, HashSet};

use super::action::{Action, Changes};
use crate::i18n::{Words, both};
use crate::teams::identify::{moving, moving_name, retired, retired_name};
use crate::teams::live::{Group, Live, one_line};
use crate::teams::place::{Place, Problem};
use crate::teams::spec::Team;

/// A group that is to be created or changed.
pub(super) struct Wish<'a> {
    /// The group, as a place in [`Live::groups`]; `None` where it is to be created.
    pub(super) group: Option<usize>,
    /// What would be done once everything is free.
    pub(super) action: Action,
    /// Where the files say which handle, or name, or else which team.
    pub(super) handle_at: &'a Place,
    /// The same for the name.
    pub(super) name_at: &'a Place,
}

/// A kind of thing that is unique in Slack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Unique {
    Handle,
    Name,
}

impl Wish<'_> {
    /// What it needs to be free.
    fn wants(&self) -> Vec<(Unique, String)> {
        let (handle, name) = match &self.action {
            Action::Create { handle, name, .. } => {
                let handle = handle.as_ref().map(ToString::to_string);
                (handle, Some(name.clone()))
            }
            Action::Change { changes, .. } => {
                let to =
                    |change: &Option<(String, String)>| change.as_ref().map(|(_, to)| to.clone());
                (to(&changes.handle), to(&changes.name))
            }
            _ => (None, None),
        };
        let handle = handle.map(|handle| (Unique::Handle, handle));
        let name = name.map(|name| (Unique::Name, folded(&name)));
        handle.into_iter().chain(name).collect()
    }

    /// What it gives up when it is done.
    fn gives(&self, live: &Live) -> Vec<(Unique, String)> {
        let (Some(group), Action::Change { changes, .. }) = (self.group, &self.action) else {
            return Vec::new();
        };
        let group = &live.groups[group];
        let mut gives = Vec::new();
        if changes.handle.is_some() {
            gives.push((Unique::Handle, group.handle.clone()));
        }
        if changes.name.is_some() {
            gives.push((Unique::Name, folded(&group.name)));
        }
        gives
    }
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Puts creations and changes into an order in which each finds free what it needs. `leaving` are
/// groups that will be disabled, with the teams they were: they make room where they have to.
///
/// Whoever stops midway and asks again gets the rest of the same order: what comes next depends on
/// nothing but what is free and the order of the wishes.
pub(super) fn ordered(
    mut wishes: Vec<Wish<'_>>,
    leaving: &[(usize, &Team)],
    live: &Live,
    problems: &mut Vec<Problem>,
) -> Vec<Action> {
    let mut holders: HashMap<(Unique, String), usize> = HashMap::new();
    for (n, group) in live.groups.iter().enumerate() {
        holders
            .entry((Unique::Handle, group.handle.clone()))
            .or_insert(n);
        holders
            .entry((Unique::Name, folded(&group.name)))
            .or_insert(n);
    }
    let mut done = make_room(&wishes, leaving, live, &mut holders);

    // What can never become free is said at once, and its wish is dropped.
    let given: Vec<(Unique, String)> = wishes.iter().flat_map(|wish| wish.gives(live)).collect();
    let given: HashSet<_> = given.into_iter().collect();
    wishes.retain(|wish| {
        let mut wants = wish.wants().into_iter();
        let stuck = wants.find(|want| {
            let held = holders.get(want).filter(|held| Some(**held) != wish.group);
            held.is_some() && !given.contains(want)
        });
        if let Some((unique, _)) = &stuck {
            problems.push(taken(*unique, wish, &holders, live));
        }
        stuck.is_none()
    });

    while !wishes.is_empty() {
        let free = |wish: &Wish<'_>| {
            wish.wants().iter().all(|want| {
                let held = holders.get(want);
                held.is_none_or(|held| Some(*held) == wish.group)
            })
        };
        if let Some(ready) = wishes.iter().position(free) {
            let wish = wishes.remove(ready);
            for gives in wish.gives(live) {
                // Only what it still holds: what it gave up before may be another's by now.
                if holders.get(&gives).copied() == wish.group {
                    holders.remove(&gives);
                }
            }
            for want in wish.wants() {
                holders.insert(want, wish.group.unwrap_or(usize::MAX));
            }
            done.push(wish.action);
        } else if !step_aside(&mut wishes, live, &mut holders, &mut done) {
            for wish in &wishes {
                problems.push(taken(Unique::Handle, wish, &holders, live));
            }
            break;
        }
    }
    done
}

/// Groups that are about to be disabled keep their handles and names, unless another is to have
/// them.
fn make_room(
    wishes: &[Wish<'_>],
    leaving: &[(usize, &Team)],
    live: &Live,
    holders: &mut HashMap<(Unique, String), usize>,
) -> Vec<Action> {
    let wanted: HashSet<_> = wishes.iter().flat_map(Wish::wants).collect();
    let mut done = Vec::new();
    for (n, team) in leaving {
        let group = &live.groups[*n];
        let handle = (Unique::Handle, group.handle.clone());
        let name = (Unique::Name, folded(&group.name));
        let mut changes = Changes::default();
        if wanted.contains(&handle) {
            changes.handle = Some((
                group.handle.clone(),
                retired(team.handle().unwrap_or(&group.handle)),
            ));
            holders.remove(&handle);
        }
        if wanted.contains(&name) {
            changes.name = Some((
                group.name.clone(),
                retired_name(team.name().unwrap_or(&group.name)),
            ));
            holders.remove(&name);
        }
        if !changes.is_empty() {
            done.push(change(team.key(), group, changes));
        }
    }
    done
}

/// Everybody waits for somebody: one of a circle takes another handle or name for a moment.
fn step_aside(
    wishes: &mut [Wish<'_>],
    live: &Live,
    holders: &mut HashMap<(Unique, String), usize>,
    done: &mut Vec<Action>,
) -> bool {
    let of_group: HashMap<usize, usize> = wishes
        .iter()
        .enumerate()
        .filter_map(|(n, wish)| Some((wish.group?, n)))
        .collect();
    // For each wish the one it waits for, and what it waits for.
    let waits: Vec<Option<(usize, (Unique, String))>> = wishes
        .iter()
        .map(|wish| {
            wish.wants().into_iter().find_map(|want| {
                let held = holders
                    .get(&want)
                    .filter(|held| Some(**held) != wish.group)?;
                Some((*of_group.get(held)?, want))
            })
        })
        .collect();
    let Some(mut at) = waits.iter().position(Option::is_some) else {
        return false;
    };
    for _ in 0..wishes.len() {
        match &waits[at] {
            Some((next, _)) => at = *next,
            None => return false,
        }
    }
    // Now `at` is in a circle; the first of it, in the order of the wishes, steps aside.
    let mut circle = vec![at];
    let mut next = at;
    while let Some((into, _)) = &waits[next] {
        if *into == at {
            break;
        }
        circle.push(*into);
        next = *into;
    }
    let Some(first) = circle.iter().copied().min() else {
        return false;
    };
    let asked = circle.iter().find_map(|n| match &waits[*n] {
        Some((into, want)) if *into == first => Some(want.clone()),
        _ => None,
    });
    let (Some((unique, text)), Some(n)) = (asked, wishes[first].group) else {
        return false;
    };
    let group = &live.groups[n];
    let Action::Change { team, changes, .. } = &mut wishes[first].action else {
        return false;
    };
    let mut aside = Changes::default();
    let (own, aside_own, meanwhile): (_, _, fn(&str) -> String) = match unique {
        Unique::Handle => (&mut changes.handle, &mut aside.handle, moving),
        Unique::Name => (&mut changes.name, &mut aside.name, moving_name),
    };
    let Some((now, to)) = own else {
        return false;
    };
    let meanwhile = meanwhile(to);
    if holders.contains_key(&(unique, meanwhile.to_lowercase())) {
        return false;
    }
    *aside_own = Some((std::mem::replace(now, meanwhile.clone()), meanwhile));
    holders.remove(&(unique, text));
    done.push(change(team, group, aside));
    true
}

fn change(team: &str, group: &Group, changes: Changes) -> Action {
    Action::Change {
        team: team.to_owned(),
        group: group.id.clone(),
        changes,
        only_for_now: true,
    }
}

/// Another group has it, and keeps it.
fn taken(
    unique: Unique,
    wish: &Wish<'_>,
    holders: &HashMap<(Unique, String), usize>,
    live: &Live,
) -> Problem {
    let want = wish.wants().into_iter().find(|(own, _)| *own == unique);
    let holder = want.as_ref().and_then(|want| holders.get(want));
    let holder = holder.and_then(|n| live.groups.get(*n));
    let (what, at) = match unique {
        Unique::Handle => (Words::new("ハンドル", "handle"), wish.handle_at),
        Unique::Name => (Words::new("名前", "name"), wish.name_at),
    };
    let Some(group) = holder else {
        return at.problem(both!(
            "この{what}はすでに使われています。二つのグループが同じ{what}を持つことはできません。そのグループのことなら `id:` を書いてください",
            "this is already the {what}, and no two groups may share one; say `id:` if that group is meant",
            what
        ));
    };
    let disabled = match group.disabled {
        true => Words::new("無効な", "disabled "),
        false => Words::same(""),
    };
    let (name, handle, id) = (one_line(&group.name), &group.handle, &group.id);
    at.problem(both!(
        "この{what}はすでに{disabled}グループ `{name}`（`{handle}`、{id}）のものです。二つのグループが同じ{what}を持つことはできません。そのグループのことなら `id:` を書いてください",
        "this is already the {what} of the {disabled}group `{name}` (`{handle}`, {id}), and no two groups may share one; say `id:` if that group is meant",
        what,
        disabled
    ))
}
