//! From a seed to a plan in which teams change.

use super::super::plan::{Planner, Wishes};
use super::super::step::{AppDeed, Deed as Any, Step, Way};
use super::{Button, Deed, EXTRAS, FILES, File, Hand, NAMED, Pull, SPARE, Team, first};

/// Slack's methods that meet faults, and how often.
const METHODS: &[(u64, &str)] = &[
    (4, "usergroups.list"),
    (3, "usergroups.create"),
    (4, "usergroups.update"),
    (6, "usergroups.users.update"),
    (2, "usergroups.enable"),
    (2, "usergroups.disable"),
    (2, "users.list"),
    (2, "chat.postMessage"),
    (1, "chat.update"),
    (4, "*"),
];

/// GitHub's calls that meet faults.
const PLACES: &[&str] = &[
    "*",
    "*",
    "*",
    "POST /repos/acme/postmortem/check-runs",
    "POST /repos/acme/postmortem/issues/1/comments",
    "POST /repos/acme/postmortem/pulls",
    "GET /repos/acme/postmortem/issues/1/comments",
    "GET /repos/acme/postmortem/pulls",
    "GET /app/hook/deliveries",
    "GET /orgs/acme/teams/shop/members",
    "PUT /orgs/acme/teams/shop/memberships/jiro",
    "PUT /orgs/acme/teams/shop/memberships/nao",
    "DELETE /orgs/acme/teams/shop/memberships/rin",
    "DELETE /orgs/acme/teams/shop/memberships/nao",
];

/// What may come next.
#[derive(Debug, Clone, Copy)]
enum Next {
    Open,
    Push,
    Merge,
    Confirm,
    Retry,
    Hand,
    Press,
    Theirs,
    Crew,
    Declare,
    Call,
    Close,
    Wait,
    Trouble,
    App,
}

const WEIGHTS: &[(u64, Next)] = &[
    (6, Next::Open),
    (2, Next::Push),
    (6, Next::Merge),
    (3, Next::Confirm),
    (1, Next::Retry),
    (6, Next::Hand),
    (2, Next::Press),
    (1, Next::Theirs),
    (2, Next::Crew),
    (3, Next::Declare),
    (2, Next::Call),
    (2, Next::Close),
    (14, Next::Wait),
    (10, Next::Trouble),
    (6, Next::App),
];

/// A pull request while it is planned.
struct Planned {
    file: File,
    teams: Vec<Team>,
    open: bool,
}

/// The plan of a seed.
pub(in crate::cli::simulate) fn plan(seed: u64, wishes: &Wishes) -> Vec<Step> {
    // Another stream than those of the same seed's other plans.
    let mut base = Planner::new(seed ^ 0x7ea5_0000_0000, wishes);
    let mut main: Vec<Vec<Team>> = (0..FILES.len()).map(first).collect();
    let mut pulls: Vec<Planned> = Vec::new();
    let mut theirs = false;
    let mut declared = false;
    while base.steps.len() < wishes.acts {
        if base.stopped && base.dice.once_in(3) {
            base.stopped = false;
            base.steps.push(bare(Any::App(AppDeed::Start)));
        }
        let Some(next) = base.dice.weighted(WEIGHTS) else {
            break;
        };
        let deed = match next {
            Next::Wait => {
                let spans = [
                    (4, 1),
                    (4, 12),
                    (4, 65),
                    (3, 130),
                    (2, 320),
                    (1, 960),
                    (1, 3_700),
                ];
                let span = base.dice.weighted(&spans).unwrap_or(1);
                base.steps.push(bare(Any::Wait(span)));
                None
            }
            Next::Trouble => {
                let trouble = base.trouble_of(METHODS, PLACES).map(Any::Trouble);
                base.steps.extend(trouble.map(bare));
                None
            }
            Next::App => {
                let deed = base.app();
                base.steps.extend(deed.map(bare));
                None
            }
            Next::Open if theirs => None,
            Next::Open => {
                let file = number(&mut base, FILES.len());
                let teams = changed(&mut base, &main[file]);
                pulls.push(Planned {
                    file,
                    teams: teams.clone(),
                    open: true,
                });
                let pull = pulls.len() - 1;
                Some(Deed::Open { pull, file, teams })
            }
            Next::Push => one(&mut base, &pulls, true).map(|pull| {
                let teams = changed(&mut base, &pulls[pull].teams);
                pulls[pull].teams.clone_from(&teams);
                Deed::Push { pull, teams }
            }),
            Next::Merge => one(&mut base, &pulls, true).map(|pull| {
                let merged = &mut pulls[pull];
                merged.open = false;
                main[merged.file].clone_from(&merged.teams);
                Deed::Merge { pull }
            }),
            Next::Confirm => {
                let open = base.dice.once_in(2);
                one(&mut base, &pulls, open).map(|pull| Deed::Confirm { pull })
            }
            Next::Retry => one(&mut base, &pulls, false).map(|pull| Deed::Retry { pull }),
            Next::Hand => {
                let file = number(&mut base, FILES.len());
                let handles: Vec<u8> = main[file].iter().map(|team| team.handle).collect();
                let hand = hand(&mut base);
                let who = somebody(&mut base);
                let handle = base.dice.one(&handles).copied();
                handle.map(|handle| Deed::Hand {
                    file,
                    handle,
                    who,
                    hand,
                })
            }
            Next::Press => {
                let buttons = [
                    (3, Button::Revert),
                    (1, Button::Propose),
                    (1, Button::Allow),
                ];
                let button = base.dice.weighted(&buttons).unwrap_or(Button::Revert);
                theirs |= button != Button::Revert;
                let who = somebody(&mut base);
                Some(Deed::Press { who, button })
            }
            Next::Theirs => theirs.then_some(Deed::MergeTheirs),
            Next::Crew => {
                let put = base.dice.once_in(2);
                let whom: &[&str] = if put { &EXTRAS } else { &NAMED };
                let whom = base.dice.one(whom).copied().unwrap_or("taro");
                let who = somebody(&mut base);
                Some(Deed::Crew { who, whom, put })
            }
            Next::Declare => {
                declared = true;
                let who = somebody(&mut base);
                Some(Deed::Declare { who })
            }
            Next::Call if !declared => None,
            Next::Call => {
                theirs = true;
                let who = somebody(&mut base);
                Some(Deed::Call { who })
            }
            Next::Close => {
                let who = somebody(&mut base);
                Some(Deed::Close { who })
            }
        };
        if let Some(deed) = deed {
            add(&mut base, deed);
        }
    }
    std::mem::take(&mut base.steps)
}

fn bare(deed: Any) -> Step {
    Step { deed, way: None }
}

fn add(base: &mut Planner<'_>, deed: Deed) {
    // A press that is lost is nobody's.
    let pressed = matches!(deed, Deed::Press { .. });
    let way = base.way().filter(|way| !(pressed && *way == Way::Lost));
    base.steps.push(Step {
        deed: Any::Team(deed),
        way,
    });
}

fn number(base: &mut Planner<'_>, below: usize) -> usize {
    usize::try_from(base.dice.below(below as u64)).unwrap_or(0)
}

fn somebody(base: &mut Planner<'_>) -> &'static str {
    base.dice.one(&NAMED).copied().unwrap_or("hanako")
}

fn one(base: &mut Planner<'_>, pulls: &[Planned], open: bool) -> Option<Pull> {
    let fitting = pulls.iter().enumerate().filter(|(_, it)| it.open == open);
    let fitting: Vec<Pull> = fitting.map(|(at, _)| at).collect();
    base.dice.one(&fitting).copied()
}

fn hand(base: &mut Planner<'_>) -> Hand {
    match base.dice.below(10) {
        0..=3 => Hand::Add(number(base, EXTRAS.len())),
        4..=6 => Hand::Remove(number(base, NAMED.len())),
        7 => Hand::Handle(u8::try_from(base.dice.below(9)).unwrap_or(0)),
        8 => Hand::Disable,
        _ => Hand::Enable,
    }
}

/// What a change of a file makes of it.
fn changed(base: &mut Planner<'_>, before: &[Team]) -> Vec<Team> {
    let mut teams = before.to_vec();
    for _ in 0..base.dice.between(1, 3) {
        change(base, &mut teams);
    }
    teams
}

/// A number that no team has as this.
fn spare(base: &mut Planner<'_>, teams: &[Team], of: fn(&Team) -> u8) -> Option<u8> {
    let free = (0..SPARE).filter(|number| !teams.iter().any(|team| of(team) == *number));
    let free: Vec<u8> = free.collect();
    base.dice.one(&free).copied()
}

fn change(base: &mut Planner<'_>, teams: &mut Vec<Team>) {
    let what = base.dice.below(16);
    if teams.is_empty() || what == 0 {
        let (name, handle) = (
            spare(base, teams, |team| team.name),
            spare(base, teams, |team| team.handle),
        );
        if let (Some(name), Some(handle)) = (name, handle) {
            teams.push(Team {
                name,
                handle,
                before: None,
                users: vec![number(base, NAMED.len())],
                for_now: None,
                description: Some(0),
                turns: base.dice.once_in(4),
                include: None,
                serves: false,
            });
        }
        return;
    }
    let at = number(base, teams.len());
    match what {
        1 => drop(teams.remove(at)),
        2 if base.dice.once_in(3) => teams.clear(),
        2 | 3 => {
            if let Some(handle) = spare(base, teams, |team| team.handle) {
                let says_so = base.dice.once_in(2);
                let team = &mut teams[at];
                team.before = Some(team.handle).filter(|_| says_so);
                team.handle = handle;
            }
        }
        4 => {
            if let Some(name) = spare(base, teams, |team| team.name) {
                teams[at].name = name;
            }
        }
        5 => {
            // Two swap their handles.
            let other = (at + 1) % teams.len();
            let (one, two) = (teams[at].handle, teams[other].handle);
            (teams[at].handle, teams[other].handle) = (two, one);
            (teams[at].before, teams[other].before) = (None, None);
        }
        6 => teams[at].description = Some(u8::try_from(base.dice.below(3)).unwrap_or(0)),
        7 => {
            let team = &mut teams[at];
            let who = team.users.first().copied();
            team.for_now = who.filter(|_| team.users.len() > 1);
        }
        8 => teams[at].turns = !teams[at].turns,
        9 => {
            let other = teams[(at + 1) % teams.len()].name;
            teams[at].include = Some(other).filter(|_| teams[at].include.is_none());
        }
        10..=12 => {
            let who = number(base, NAMED.len());
            let team = &mut teams[at];
            if !team.users.contains(&who) {
                team.users.push(who);
            }
        }
        _ => {
            let team = &mut teams[at];
            if team.users.len() > 1 {
                let who = number(base, team.users.len());
                let gone = team.users.remove(who);
                // Somebody must be left who has no end.
                team.for_now = team.for_now.filter(|_| team.users.len() > 1);
                team.for_now = team.for_now.filter(|now| *now != gone);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::simulate::faults::Faults;
    use crate::cli::simulate::plan::What;
    use crate::teams::Spec;

    #[test]
    fn a_seed_is_one_plan_whose_files_all_hold() {
        let wishes = Wishes {
            acts: 60,
            faults: Faults::default(),
            what: What::Teams,
        };
        let mut opened = 0;
        for seed in 0..200 {
            let steps = plan(seed, &wishes);
            assert_eq!(steps, plan(seed, &wishes));
            for step in &steps {
                let (file, teams) = match &step.deed {
                    Any::Team(Deed::Open { file, teams, .. }) => (*file, teams),
                    Any::Team(Deed::Push { teams, .. }) => (0, teams),
                    Any::Team(Deed::Press { .. }) => {
                        assert_ne!(step.way, Some(Way::Lost));
                        continue;
                    }
                    _ => continue,
                };
                let text = super::super::text(file, teams);
                let read = Spec::read(&[("userteams/a.yaml", &text)]);
                assert!(read.is_ok(), "{text}\n{read:?}");
                opened += 1;
            }
        }
        assert!(opened > 400, "{opened}");
    }
}
