//! Files were applied, people have changed Slack by hand since, and other files are to be applied
//! now: whatever all that was, a plan can be broken off anywhere, and touches nobody else's groups.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::properties::{PEOPLE, Rough, groups, possible, rough, text, whole, world};
use super::world::{cases, done, group, id, now, spec};
use crate::id::GroupId;
use crate::teams::identify::{identify, moving, moving_name, retired, retired_name};
use crate::teams::plan::hash;
use crate::teams::{Action, Group, Live, Plan, Spec, Team, plan};

/// What somebody does to a group in Slack.
#[derive(Debug, Clone)]
enum Hand {
    Handle(usize),
    Name(usize),
    Add(usize),
    Remove(usize),
    Turn,
    /// Makes another one.
    New(usize, usize),
}

fn hand() -> impl Strategy<Value = (usize, Hand)> {
    let hand = prop_oneof![
        3 => (0usize..7).prop_map(Hand::Handle),
        3 => (0usize..7).prop_map(Hand::Name),
        2 => (0usize..6).prop_map(Hand::Add),
        2 => (0usize..6).prop_map(Hand::Remove),
        1 => Just(Hand::Turn),
        1 => (0usize..7, 0usize..7).prop_map(|(handle, name)| Hand::New(handle, name)),
    ];
    (0usize..8, hand)
}

/// Does it, where Slack lets them.
fn by_hand(live: &mut Live, (at, hand): &(usize, Hand)) {
    let free = |live: &Live, handle: &str, name: &str| {
        let mut all = live.groups.iter();
        !all.any(|group| group.handle == handle || group.name == name)
    };
    if let Hand::New(handle, name) = hand {
        let (handle, name) = (format!("h{handle}"), format!("N{name}"));
        if free(live, &handle, &name) {
            let mut new = group(&handle, &["aoi"]);
            new.id = GroupId::from(format!("SHAND{}", live.groups.len()).as_str());
            new.name = name;
            live.groups.push(new);
        }
        return;
    }
    if live.groups.is_empty() {
        return;
    }
    let at = at % live.groups.len();
    match hand {
        Hand::Handle(to) => {
            let to = format!("h{to}");
            if free(live, &to, "") {
                live.groups[at].handle = to;
            }
        }
        Hand::Name(to) => {
            let to = format!("N{to}");
            if free(live, "", &to) {
                live.groups[at].name = to;
            }
        }
        Hand::Add(who) => {
            let (who, members) = (id(PEOPLE[*who]), &mut live.groups[at].members);
            if !members.contains(&who) {
                members.push(who);
            }
        }
        Hand::Remove(who) => {
            let (who, members) = (id(PEOPLE[*who]), &mut live.groups[at].members);
            if members.len() > 1 {
                members.retain(|member| *member != who);
            }
        }
        Hand::Turn => live.groups[at].disabled = !live.groups[at].disabled,
        Hand::New(..) => {}
    }
}

/// What a change of the files makes of a team: mostly what it was.
#[derive(Debug, Clone)]
struct Change {
    handle: Option<usize>,
    name: Option<usize>,
    users: Option<Vec<usize>>,
    says_so: bool,
    goes: bool,
}

fn change() -> impl Strategy<Value = Change> {
    (
        prop::option::weighted(0.25, 0usize..7),
        prop::option::weighted(0.25, 0usize..7),
        prop::option::weighted(0.25, prop::collection::vec(0usize..6, 1..4)),
        any::<bool>(),
        prop::bool::weighted(0.15),
    )
        .prop_map(|(handle, name, users, says_so, goes)| Change {
            handle,
            name,
            users,
            says_so,
            goes,
        })
}

fn changed(before: &[Rough], changes: &[Change], more: &[Rough]) -> Vec<Rough> {
    let changes = changes.iter().cycle();
    let kept = before.iter().zip(changes).filter(|(_, it)| !it.goes);
    let kept = kept.map(|(was, change)| {
        let mut team = was.clone();
        if let Some(handle) = change.handle {
            team.previously = was.handle.filter(|_| change.says_so);
            team.handle = Some(handle);
        }
        team.name = change.name.or(was.name);
        team.users = change.users.clone().or(was.users.clone());
        team
    });
    kept.chain(more.iter().cloned()).collect()
}

/// Which group each team is, as a good apply notes it.
fn bound(spec: &Spec, live: &Live) -> BTreeMap<String, GroupId> {
    let identity = identify(spec, Some(spec), live);
    let found = spec.teams.iter().zip(identity.groups);
    let found =
        found.filter_map(|(team, group)| Some((team.value.key().to_owned(), &live.groups[group?])));
    found
        .map(|(team, group)| (team, group.id.clone()))
        .collect()
}

/// All that these files call groups by, what they are called for a moment included.
fn named(spec: &Spec) -> BTreeSet<String> {
    let of = |team: &Team| {
        let before = team.previously.iter().map(|was| was.value.to_string());
        let handle = team.handle().into_iter();
        let handle = handle.flat_map(|it| [it.to_owned(), moving(it), retired(it)]);
        let name = team.name().into_iter();
        let name = name.flat_map(|it| [it.to_owned(), moving_name(it), retired_name(it)]);
        before.chain(handle).chain(name).collect::<Vec<_>>()
    };
    let all = spec.teams.iter().flat_map(|team| of(&team.value));
    all.collect()
}

#[derive(Debug)]
struct Past {
    wanted: Spec,
    applied: Spec,
    live: Live,
}

fn past() -> impl Strategy<Value = Past> {
    (
        groups(),
        prop::collection::vec(whole(), 1..6),
        prop::collection::vec(hand(), 0..7),
        prop::collection::vec(change(), 6),
        prop::collection::vec(rough(), 0..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_filter_map("the files do not hold", |it| {
            let (slack, before, hands, changes, more, by_name, remembers) = it;
            let applied = spec(&text(&before, by_name));
            let mut live = world(&slack);
            let first = plan(&applied, None, &live, now(), &[].into()).ok()?;
            live = done(&first, &live);
            let bound = bound(&applied, &live);
            hands.iter().for_each(|hand| by_hand(&mut live, hand));
            if remembers {
                live.bound = bound;
            }
            let wanted = spec(&text(&changed(&before, &changes, &more), by_name));
            Some(Past {
                wanted,
                applied,
                live,
            })
        })
}

fn planned(past: &Past, live: &Live) -> Option<Plan> {
    plan(&past.wanted, Some(&past.applied), live, now(), &[].into()).ok()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn hands_and_files_may_both_have_changed_all(past in past()) {
        let Some(whole) = planned(&past, &past.live) else {
            return Ok(());
        };
        let mut at = past.live.clone();
        for (n, action) in whole.actions.iter().enumerate() {
            at = possible(&at, action).map_err(TestCaseError::fail)?;
            let rest = planned(&past, &at);
            let rest = rest.ok_or_else(|| TestCaseError::fail("stops midway"))?;
            prop_assert_eq!(
                hash(&rest.actions),
                hash(&whole.actions[n + 1..]),
                "after {} of {:#?} there is {:#?}", n + 1, whole.actions, rest.actions
            );
            prop_assert_eq!(&rest.drift, &whole.drift);
        }
        // What nobody ever named is as it was.
        let mut names = named(&past.wanted);
        names.extend(named(&past.applied));
        let known: BTreeSet<&GroupId> = past.live.bound.values().collect();
        let strange = |group: &&Group| {
            let called = names.contains(&group.handle) || names.contains(&group.name);
            !called && !known.contains(&group.id)
        };
        for group in past.live.groups.iter().filter(strange) {
            prop_assert_eq!(at.group(&group.id), Some(group));
        }
    }

    #[test]
    fn a_group_that_is_known_is_never_made_again(past in past()) {
        let Some(whole) = planned(&past, &past.live) else {
            return Ok(());
        };
        for action in &whole.actions {
            let Action::Create { team, .. } = action else { continue };
            // A team that takes the handle of another that was renamed is another.
            let own = past.wanted.team(team).and_then(Team::name);
            let was = past.applied.team(team).and_then(Team::name);
            let there = past.live.bound.get(team).and_then(|id| past.live.group(id));
            prop_assert!(own != was || there.is_none(), "{there:?} is made again: {action:?}");
        }
    }

    #[test]
    fn the_way_back_from_drift_leads_back(past in past()) {
        let (files, live) = (&past.applied, &past.live);
        let Ok(compared) = plan(files, Some(files), live, now(), &[].into()) else {
            return Ok(());
        };
        let mut at = live.clone();
        for action in compared.drift.iter().flat_map(|drift| &drift.back) {
            // Two that have swapped their names come back one after the other only.
            let Ok(after) = possible(&at, action) else { return Ok(()) };
            at = after;
        }
        let again = plan(files, Some(files), &at, now(), &[].into());
        let again = again.map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
        // What was disabled by hand hides what else is different.
        for drift in &again.drift {
            let hid = compared.drift.iter().find(|it| it.side == drift.side);
            let hid = hid.is_some_and(|it| matches!(it.back.as_slice(), [Action::Enable { .. }]));
            prop_assert!(hid, "{:#?} after {:#?}", drift, compared.drift);
        }
    }
}
