//! Whatever the files and Slack are like: a plan that is done leaves nothing to do, and one that was
//! broken off goes on where it was.

use proptest::prelude::*;

use super::world::{account, cases, done, group, id, live, now, spec};
use crate::teams::plan::hash;
use crate::teams::{Action, Group, Live, Plan, Spec, plan};

pub(super) const PEOPLE: [&str; 6] = ["hanako", "taro", "sora", "rin", "mei", "aoi"];
const GONE: &str = "gone";

/// A team of a file, in numbers.
#[derive(Debug, Clone)]
pub(super) struct Rough {
    pub(super) handle: Option<usize>,
    pub(super) name: Option<usize>,
    pub(super) previously: Option<usize>,
    pub(super) users: Option<Vec<usize>>,
    description: Option<usize>,
    external: bool,
}

pub(super) fn rough() -> impl Strategy<Value = Rough> {
    let users = prop::option::weighted(0.9, prop::collection::vec(0usize..6, 1..5));
    (
        prop::option::weighted(0.9, 0usize..6),
        prop::option::weighted(0.9, 0usize..6),
        prop::option::weighted(0.2, 0usize..6),
        users,
        prop::option::weighted(0.3, 0usize..3),
        prop::bool::weighted(0.05),
    )
        .prop_map(
            |(handle, name, previously, users, description, external)| Rough {
                handle,
                name,
                previously,
                users,
                description,
                external,
            },
        )
}

/// A team as files have them: with a handle and a name.
pub(super) fn whole() -> impl Strategy<Value = Rough> {
    (rough(), 0usize..6, 0usize..6).prop_map(|(rough, handle, name)| Rough {
        handle: Some(handle),
        name: Some(name),
        ..rough
    })
}

/// The file that says so; what would be there twice is left out.
pub(super) fn text(teams: &[Rough], by_name: bool) -> String {
    let (mut handles, mut names) = (Vec::new(), Vec::new());
    let mut text = String::new();
    for team in teams {
        let handle = team.handle.filter(|n| !handles.contains(n));
        let name = team.name.filter(|n| !names.contains(n));
        if handle.is_none() && name.is_none() {
            continue;
        }
        handles.extend(handle);
        names.extend(name);
        let mut parts = Vec::new();
        parts.extend(handle.map(|n| format!("handle: h{n}")));
        parts.extend(name.map(|n| format!("name: N{n}")));
        if let Some(was) = team.previously.filter(|was| Some(*was) != handle) {
            parts.push(format!("previously: [h{was}]"));
        }
        if team.external {
            parts.push("external: true".to_owned());
        } else {
            if let Some(users) = &team.users {
                let users: Vec<&str> = users.iter().map(|n| PEOPLE[*n]).collect();
                parts.push(format!("users: [{}]", users.join(", ")));
            }
            parts.extend(team.description.map(|n| format!("description: d{n}")));
        }
        text += &format!("- {{{}}}\n", parts.join(", "));
    }
    match by_name || text.is_empty() {
        true => text,
        false => format!("teams:\n{text}"),
    }
}

pub(super) fn groups() -> impl Strategy<Value = Vec<Group>> {
    let one = (
        0usize..6,
        0usize..6,
        prop::collection::vec(0usize..7, 1..5),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.05),
    );
    prop::collection::vec(one, 0..6).prop_map(|rough| {
        let mut groups: Vec<Group> = Vec::new();
        for (n, (handle, name, members, disabled, elsewhere)) in rough.into_iter().enumerate() {
            let (handle, name) = (format!("h{handle}"), format!("N{name}"));
            let twice = |group: &Group| group.handle == handle || group.name == name;
            if groups.iter().any(twice) {
                continue;
            }
            let mut one = group(&handle, &[]);
            one.id = format!("S{n}00").as_str().into();
            one.name = name;
            one.disabled = disabled;
            one.elsewhere = elsewhere;
            for who in members {
                let who = id(PEOPLE.get(who).unwrap_or(&GONE));
                if !one.members.contains(&who) {
                    one.members.push(who);
                }
            }
            groups.push(one);
        }
        groups
    })
}

pub(super) fn world(groups: &[Group]) -> Live {
    let mut live = live(groups);
    let mut gone = account(GONE);
    gone.is_gone = true;
    live.people.insert(gone.id.clone(), gone);
    live
}

/// What Slack would refuse: a handle or a name twice, nobody in a group.
pub(super) fn possible(before: &Live, action: &Action) -> Result<Live, String> {
    let after = before.after(action);
    for (n, one) in after.groups.iter().enumerate() {
        let others = after.groups.iter().skip(n + 1);
        for other in others {
            if one.handle == other.handle || one.name.to_lowercase() == other.name.to_lowercase() {
                return Err(format!("{action:?}: {one:?} and {other:?}"));
            }
        }
    }
    if let Action::Members { all, .. } = action
        && (all.is_empty() || all.contains(&id(GONE)))
    {
        return Err(format!("{action:?}"));
    }
    Ok(after)
}

fn planned(wanted: &Spec, applied: Option<&Spec>, live: &Live) -> Option<Plan> {
    plan(wanted, applied, live, now(), &[].into()).ok()
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_plan_broken_off_anywhere_goes_on_with_exactly_the_rest(
        slack in groups(),
        wanted in prop::collection::vec(rough(), 0..6),
        applied in prop::option::weighted(0.7, prop::collection::vec(whole(), 0..6)),
        by_name in any::<bool>(),
    ) {
        let live = world(&slack);
        let wanted = spec(&text(&wanted, by_name));
        let applied = applied.map(|teams| spec(&text(&teams, by_name)));
        let Some(whole) = planned(&wanted, applied.as_ref(), &live) else {
            return Ok(());
        };
        let mut at = live;
        for (n, action) in whole.actions.iter().enumerate() {
            at = possible(&at, action).map_err(TestCaseError::fail)?;
            let rest = planned(&wanted, applied.as_ref(), &at);
            let rest = rest.ok_or_else(|| TestCaseError::fail("stops midway"))?;
            prop_assert_eq!(
                hash(&rest.actions),
                hash(&whole.actions[n + 1..]),
                "after {} of {:#?} there is {:#?}", n + 1, whole.actions, rest.actions
            );
            prop_assert_eq!(&rest.drift, &whole.drift);
        }
    }

    /// What was applied is what is wanted: nothing more to do, whatever base it is compared with.
    #[test]
    fn what_was_done_for_the_first_time_is_done(
        slack in groups(),
        wanted in prop::collection::vec(rough(), 0..6),
        by_name in any::<bool>(),
    ) {
        let live = world(&slack);
        let wanted = spec(&text(&wanted, by_name));
        let Some(whole) = planned(&wanted, None, &live) else {
            return Ok(());
        };
        let after = done(&whole, &live);
        for base in [None, Some(&wanted)] {
            let again = plan(&wanted, base, &after, now(), &[].into());
            let again = again.map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
            prop_assert_eq!(&again.actions, &[]);
            prop_assert_eq!(&again.drift, &[]);
        }
    }
}

/// Files of others come with anchors and many groups: their first run changes nothing.
#[test]
fn a_hundred_groups_and_a_thousand_people_change_nothing_where_slack_is_the_same() {
    let mut text = String::new();
    let mut slack = Vec::new();
    let mut people = Vec::new();
    for n in 0..100 {
        let own: Vec<String> = (0..10).map(|m| format!("p{:03}", n * 10 + m)).collect();
        people.extend(own.clone());
        let lines: Vec<String> = own.iter().map(|name| format!("  - {name}\n")).collect();
        text += &format!(
            "- name: Team {n}\n  description: number {n}\n  handle: team-{n}\n  users: &t{n}\n{}",
            lines.concat()
        );
        let mut members: Vec<&str> = own.iter().map(String::as_str).collect();
        let before = format!("t{}", if n == 0 { 0 } else { n - 1 });
        let joint: Vec<String>;
        if n % 3 == 1 {
            // Some have another team's list in theirs.
            text += &format!(
                "- name: Joint {n}\n  handle: joint-{n}\n  users:\n  - *{before}\n  - *t{n}\n  - p000\n"
            );
            joint = ((n - 1) * 10..(n + 1) * 10)
                .map(|m| format!("p{m:03}"))
                .collect();
            let mut all: Vec<&str> = joint.iter().map(String::as_str).collect();
            if !all.contains(&"p000") {
                all.push("p000");
            }
            all.reverse();
            let mut one = group(&format!("joint-{n}"), &all);
            one.name = format!("Joint {n}");
            slack.push(one);
        }
        members.rotate_left(n % 7);
        let mut one = group(&format!("team-{n}"), &members);
        one.name = format!("Team {n}");
        one.description = format!("number {n}");
        slack.push(one);
    }
    let mut live = live(&slack);
    live.people
        .extend(people.iter().map(|name| (id(name), account(name))));
    let wanted = spec(&text);
    for base in [None, Some(&wanted)] {
        let plan = planned(&wanted, base, &live).unwrap();
        assert_eq!(plan.actions, []);
        assert_eq!(plan.drift, []);
        assert_eq!(plan.calls(), 0);
        assert!(!plan.needs_confirmation());
    }
}
