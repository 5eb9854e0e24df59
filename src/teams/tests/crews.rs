//! GitHub teams through whole histories: whatever the lists say, and wherever it is broken off.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::world::{cases, group, live, now, spec};
use crate::id::Login;
use crate::teams::{Action, Crew, Live, Organisation, Plan, Seen, plan};

/// People with a login each, as small as they are called.
const PEOPLE: [&str; 6] = ["hanako", "taro", "sora", "rin", "mei", "aoi"];

fn some(least: usize) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(PEOPLE.to_vec(), least..=PEOPLE.len())
}

fn file(users: &[&str]) -> String {
    let known = PEOPLE.map(|name| format!("  {name}: {{github: {name}}}\n"));
    let (known, users) = (known.concat(), users.join(", "));
    format!("people:\n{known}teams:\n- {{handle: shop, users: [{users}], github: shop}}\n")
}

fn world(in_slack: &[&str], crew: Crew) -> Live {
    let mut live = live(&[group("shop", in_slack)]);
    live.github = Some(Organisation {
        login: "acme".to_owned(),
        teams: [("shop".into(), Seen::Crew(crew))].into(),
    });
    live
}

fn crew(live: &Live) -> &Crew {
    match live
        .github
        .as_ref()
        .and_then(|it| it.teams.get(&"shop".into()))
    {
        Some(Seen::Crew(crew)) => crew,
        other => panic!("{other:?}"),
    }
}

fn all(names: &[&str]) -> BTreeSet<Login> {
    names.iter().map(|name| Login::from(*name)).collect()
}

fn planned(wanted: &[&str], applied: Option<&[&str]>, live: &Live) -> Plan {
    let applied = applied.map(|users| spec(&file(users)));
    plan(
        &spec(&file(wanted)),
        applied.as_ref(),
        live,
        now(),
        &[].into(),
    )
    .unwrap()
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn broken_off_anywhere_it_ends_where_it_was_to_end(
        wanted in some(1),
        applied in proptest::option::of(some(1)),
        members in some(0),
        below in some(0),
        stop in 0usize..12,
    ) {
        let mut all_members = all(&members);
        all_members.insert("by-hand".into());
        let below: BTreeSet<Login> = all(&below).intersection(&all_members).cloned().collect();
        let start = world(
            &["hanako"],
            Crew { members: all_members, below, ..Crew::default() },
        );
        let first = planned(&wanted, applied.as_deref(), &start);
        let mut whole = start.clone();
        first.actions.iter().for_each(|action| whole.take(action));
        let mut halves = start.clone();
        first.actions.iter().take(stop).for_each(|action| halves.take(action));
        let rest = planned(&wanted, applied.as_deref(), &halves);
        rest.actions.iter().for_each(|action| halves.take(action));
        prop_assert_eq!(crew(&halves), crew(&whole));
        prop_assert!(!planned(&wanted, applied.as_deref(), &whole).reaches_github());

        // Nobody went whom no file had, and nobody of the list is missing but by somebody's hand.
        let had = applied.as_deref().map(all).unwrap_or_default();
        for action in &first.actions {
            if let Action::Leave { login, .. } = action {
                prop_assert!(had.contains(login) && !all(&wanted).contains(login));
            }
        }
        for login in all(&wanted).difference(&crew(&whole).members) {
            prop_assert!(had.contains(login), "{} is not in it", login);
        }

        // Once it is applied, whatever is otherwise is drift, and the way back leads to the list.
        let after = planned(&wanted, Some(&wanted), &whole);
        prop_assert!(!after.reaches_github());
        for drift in &after.drift {
            drift.back.iter().for_each(|action| whole.take(action));
        }
        let mut right = all(&wanted);
        right.extend(crew(&whole).below.iter().cloned());
        prop_assert_eq!(&crew(&whole).members, &right);
    }
}
