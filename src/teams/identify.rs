//! Which team of the files is which group of Slack: a group is its id, and the rest can change.

use std::collections::{HashMap, HashSet};

use super::live::{Group, Live};
use super::spec::{Spec, Team};

/// The handle that a group has for a moment, while another still has the one it is to get. It says
/// which one that is, so that whoever goes on later knows the group again.
pub(super) fn moving(handle: &str) -> String {
    format!("{handle}-moving")
}

/// The same for names.
pub(super) fn moving_name(name: &str) -> String {
    format!("{name} (moving)")
}

/// The handle of a group that is about to be disabled, when another is to have its handle.
pub(super) fn retired(handle: &str) -> String {
    format!("{handle}-retired")
}

/// The same for names.
pub(super) fn retired_name(name: &str) -> String {
    format!("{name} (retired)")
}

/// Which group each team is, as places in [`Spec::teams`] and [`Live::groups`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// For each wanted team its group, if Slack has it.
    pub(super) groups: Vec<Option<usize>>,
    /// For each wanted team what it was in the last applied files.
    pub(super) before: Vec<Option<usize>>,
    /// The groups of teams that were in the last applied files and are in no file now, with those
    /// teams.
    pub(super) gone: Vec<(usize, usize)>,
}

/// What something is told apart by.
#[derive(Clone, Copy)]
struct Marks<'a> {
    id: Option<&'a str>,
    handle: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> From<&'a Team> for Marks<'a> {
    fn from(team: &'a Team) -> Self {
        Self {
            id: team.id().map(|id| id.as_str()),
            handle: team.handle(),
            name: team.name(),
        }
    }
}

impl<'a> From<&'a Group> for Marks<'a> {
    fn from(group: &'a Group) -> Self {
        Self {
            id: Some(group.id.as_str()),
            handle: Some(&group.handle),
            name: Some(&group.name),
        }
    }
}

/// Things that can be found by their marks, each once.
struct Pool<'a> {
    marks: Vec<Marks<'a>>,
    ids: HashMap<&'a str, usize>,
    handles: HashMap<&'a str, usize>,
    names: HashMap<&'a str, usize>,
    taken: HashSet<usize>,
}

impl<'a> Pool<'a> {
    fn of(all: impl Iterator<Item = Marks<'a>>) -> Self {
        let marks: Vec<_> = all.collect();
        let by = |mark: &dyn Fn(&Marks<'a>) -> Option<&'a str>| {
            let mut found = HashMap::new();
            for (n, one) in marks.iter().enumerate() {
                if let Some(mark) = mark(one) {
                    found.entry(mark).or_insert(n);
                }
            }
            found
        };
        Self {
            ids: by(&|one| one.id),
            handles: by(&|one| one.handle),
            names: by(&|one| one.name),
            marks,
            taken: HashSet::new(),
        }
    }

    fn free(&self, found: Option<&usize>) -> Option<usize> {
        found.copied().filter(|n| !self.taken.contains(n))
    }

    fn id(&self, id: Option<&str>) -> Option<usize> {
        self.free(id.and_then(|id| self.ids.get(id)))
    }

    fn handle(&self, handle: Option<&str>) -> Option<usize> {
        self.free(handle.and_then(|handle| self.handles.get(handle)))
    }

    fn name(&self, name: Option<&str>) -> Option<usize> {
        self.free(name.and_then(|name| self.names.get(name)))
    }

    fn both(&self, team: &Team) -> Option<usize> {
        let found = self.handle(team.handle())?;
        (self.marks[found].name == team.name()).then_some(found)
    }

    /// What has this team's name and a handle that it had before.
    fn name_and_before(&self, team: &Team) -> Option<usize> {
        let found = self.name(team.name())?;
        let handle = self.marks[found].handle?;
        let was = team
            .previously
            .iter()
            .any(|was| was.value.as_str() == handle);
        was.then_some(found)
    }

    /// What has a handle that this team had before.
    fn before(&self, team: &Team) -> Option<usize> {
        let before = team.previously.iter();
        before
            .map(|was| self.handle(Some(was.value.as_str())))
            .find_map(|found| found)
    }
}

/// Takes for every team that has none yet what `find` finds, the first come the first served.
fn pass(
    teams: &[&Team],
    found: &mut [Option<usize>],
    pool: &mut Pool<'_>,
    find: impl Fn(&Pool<'_>, usize, &Team) -> Option<usize>,
) {
    for (n, team) in teams.iter().enumerate() {
        if found[n].is_none()
            && let Some(one) = find(pool, n, team)
        {
            pool.taken.insert(one);
            found[n] = Some(one);
        }
    }
}

/// What the surest single mark tells: a team in a bare list is its name; others are their handle.
fn by_own_mark(teams: &[&Team], found: &mut [Option<usize>], pool: &mut Pool<'_>) {
    pass(teams, found, pool, |pool, _, team| {
        pool.name_and_before(team)
    });
    pass(teams, found, pool, |pool, _, team| {
        match is_its_name(team) {
            true => pool.name(team.name()),
            false => pool.handle(team.handle()),
        }
    });
}

/// What the other tells.
fn by_other_mark(teams: &[&Team], found: &mut [Option<usize>], pool: &mut Pool<'_>) {
    pass(teams, found, pool, |pool, _, team| {
        match is_its_name(team) {
            true => pool.handle(team.handle()),
            false => pool.name(team.name()),
        }
    });
}

fn is_its_name(team: &Team) -> bool {
    team.by_name && team.name.is_some()
}

/// Whether a group has of one team or of the other all that these say of it: the one is what it was,
/// the other what it is to be.
fn is_between(group: &Group, was: &Team, team: &Team) -> bool {
    let handle = match (was.handle(), team.handle()) {
        (None, None) => true,
        (was, is) => [was, is].contains(&Some(&group.handle)),
    };
    let name = match (was.name(), team.name()) {
        (None, None) => true,
        (was, is) => [was, is].contains(&Some(&group.name)),
    };
    handle && name
}

/// Finds every team's group: what its id says; what has its handle and its name; what it was when
/// the files were last applied; what has its handle, one that it had before, or its name. Disabled
/// groups are looked at, too.
pub(super) fn identify(wanted: &Spec, applied: Option<&Spec>, live: &Live) -> Identity {
    let teams: Vec<&Team> = wanted.teams.iter().map(|team| &team.value).collect();
    let no_teams = Spec::default();
    let applied = applied.unwrap_or(&no_teams);
    let old: Vec<&Team> = applied.teams.iter().map(|team| &team.value).collect();

    let mut before = vec![None; teams.len()];
    let mut pool = Pool::of(old.iter().map(|team| Marks::from(*team)));
    pass(&teams, &mut before, &mut pool, |pool, _, team| {
        pool.id(team.id().map(|id| id.as_str()))
    });
    pass(&teams, &mut before, &mut pool, |pool, _, team| {
        pool.both(team)
    });
    by_own_mark(&teams, &mut before, &mut pool);
    pass(&teams, &mut before, &mut pool, |pool, _, team| {
        pool.before(team)
    });
    by_other_mark(&teams, &mut before, &mut pool);

    let mut groups = vec![None; teams.len()];
    let mut pool = Pool::of(live.groups.iter().map(Marks::from));
    pass(&teams, &mut groups, &mut pool, |pool, n, team| {
        let was: Option<&Team> = before[n].map(|was: usize| old[was]);
        let bound = was.and_then(|was| live.bound.get(was.key()));
        pool.id(team.id().or(bound).map(|id| id.as_str()))
    });
    pass(&teams, &mut groups, &mut pool, |pool, _, team| {
        pool.both(team)
    });
    pass(&teams, &mut groups, &mut pool, |pool, _, team| {
        let name = team.name().map(moving_name);
        let by_name = || pool.name(name.as_deref());
        pool.handle(team.handle().map(moving).as_deref())
            .or_else(by_name)
    });
    // What it was, where the group is as it was or on the way to what it is to be. A group that has
    // the handle of one and the name of another is the first's.
    for by_handle in [true, false] {
        pass(&teams, &mut groups, &mut pool, |pool, n, team| {
            let was = before[n].map(|was: usize| old[was])?;
            let found = match by_handle {
                true => pool.handle(was.handle()),
                false => pool.name(was.name()),
            }?;
            is_between(&live.groups[found], was, team).then_some(found)
        });
    }
    by_own_mark(&teams, &mut groups, &mut pool);
    // A handle of now before one of earlier.
    pass(&teams, &mut groups, &mut pool, |pool, _, team| {
        pool.handle(team.handle())
    });
    pass(&teams, &mut groups, &mut pool, |pool, _, team| {
        pool.before(team)
    });
    let lost = (0..old.len()).filter(|was| !before.contains(&Some(*was)));
    let lost: Vec<usize> = lost.collect();
    let leaving: Vec<&Team> = lost.iter().map(|was| old[*was]).collect();
    // What it was, where somebody has changed the group by hand. For this, all that were take their
    // groups first, so that none gets what was another's.
    let taken = pool.taken.clone();
    let mut were = vec![None; old.len()];
    by_own_mark(&old, &mut were, &mut pool);
    by_other_mark(&old, &mut were, &mut pool);
    pool.taken = taken;
    pass(&teams, &mut groups, &mut pool, |pool, n, _| {
        let was = before[n].and_then(|was: usize| were[was]);
        let found = pool.free(was.as_ref())?;
        // Names that the files now give to another team say nothing about what this one was.
        let marks = pool.marks[found];
        let mut others = teams.iter().enumerate().filter(|(other, _)| *other != n);
        let claimed = others.any(|(_, other)| {
            (other.name().is_some() && other.name() == marks.name)
                || (other.handle().is_some() && other.handle() == marks.handle)
        });
        // Nor was it one that has just made room, to be disabled.
        let makes_room = leaving.iter().any(|gone| {
            let (handle, name) = (gone.handle().map(retired), gone.name().map(retired_name));
            (handle.is_some() && handle.as_deref() == marks.handle)
                || (name.is_some() && name.as_deref() == marks.name)
        });
        (!claimed && !makes_room).then_some(found)
    });
    by_other_mark(&teams, &mut groups, &mut pool);

    let mut found = vec![None; leaving.len()];
    pass(&leaving, &mut found, &mut pool, |pool, _, team| {
        let bound = live.bound.get(team.key());
        pool.id(team.id().or(bound).map(|id| id.as_str()))
    });
    pass(&leaving, &mut found, &mut pool, |pool, _, team| {
        pool.both(team)
    });
    by_own_mark(&leaving, &mut found, &mut pool);
    pass(&leaving, &mut found, &mut pool, |pool, _, team| {
        // Nobody makes an external one make room.
        let team = Some(team).filter(|team| !team.external)?;
        let name = team.name().map(retired_name);
        let by_name = || pool.name(name.as_deref());
        pool.handle(team.handle().map(retired).as_deref())
            .or_else(by_name)
    });
    by_other_mark(&leaving, &mut found, &mut pool);
    let gone = lost.into_iter().zip(found);
    let gone = gone
        .filter_map(|(was, group)| Some((group?, was)))
        .collect();
    Identity {
        groups,
        before,
        gone,
    }
}
