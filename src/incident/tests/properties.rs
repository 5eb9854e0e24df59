//! What holds whatever happens, in whatever order, on whichever side.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::world::{Side, World, person, rules};
use crate::incident::{
    Command, Declaration, Entry, Fact, Incident, Moment, Opened, Reminder, Via, What, When, Who,
    deadline, due, fold, owed, react, view,
};
use crate::playbook::Words;

fn people() -> impl Strategy<Value = Who> {
    prop_oneof![
        select(vec!["hiboma", "hanako", "taro"]).prop_map(person),
        select(vec!["hiboma", "Hanako"]).prop_map(Who::on_github),
        Just(Who::in_slack("UTARO")),
        Just(Who::default()),
    ]
}

fn times() -> impl Strategy<Value = Timestamp> {
    (1_632_960_000i64..1_632_970_000).prop_map(|s| Timestamp::from_second(s).unwrap())
}

fn facts() -> impl Strategy<Value = Fact> {
    let moments = select(Moment::ALL.to_vec());
    let declaration = prop_oneof![
        Just(Declaration::new("colorme", "x")),
        Just(Declaration::new("unknown", "")),
    ];
    prop_oneof![
        declaration.prop_map(Fact::Declared),
        Just(Fact::Channel {
            id: "C1".into(),
            name: "colorme-20210930i".to_owned()
        }),
        Just(Fact::Channel {
            id: "C2".into(),
            name: "renamed".to_owned()
        }),
        (
            moments,
            proptest::option::of(times()),
            proptest::option::of(times())
        )
            .prop_map(|(moment, time, was)| Fact::Moment {
                moment,
                time,
                link: None,
                was
            }),
        proptest::option::of(people()).prop_map(|handler| Fact::Handler { handler }),
        proptest::option::of(0u8..5).prop_map(|level| Fact::Level { level }),
        Just(Fact::Feeling {
            feeling: "red".into()
        }),
        "[a-c]{0,2}".prop_map(|text| Fact::Summary { text }),
        ("[a-c]", any::<bool>()).prop_map(|(item, done)| Fact::Item { item, done }),
        "[a-c]".prop_map(|text| Fact::Note {
            text,
            link: None,
            author: Who::default()
        }),
        (people(), any::<bool>()).prop_map(|(who, until_resolved)| Fact::Called {
            people: vec![who],
            groups: vec!["g".to_owned()],
            until_resolved,
        }),
        people().prop_map(|who| Fact::Lent {
            people: vec![who],
            team: "t".to_owned(),
            group: "S1".into(),
            pull: None,
            crew: None,
        }),
        people().prop_map(|who| Fact::Returned {
            people: vec![who],
            team: "t".to_owned(),
            group: "S1".into(),
        }),
        "[a-c]".prop_map(|of| Fact::Receipt {
            of: of.as_str().into(),
            channel: "#dev".to_owned(),
            ts: None
        }),
        (select(Reminder::ALL.to_vec()), times()).prop_map(|(of, due)| Fact::Reminded { of, due }),
        Just(Fact::Resolved { reason: None }),
        Just(Fact::Reopened),
        Just(Fact::Archived {
            reason: Some("r".to_owned())
        }),
        Just(Fact::Unarchived),
        Just(Fact::Playbook {
            commit: "abc".into()
        }),
        Just(Fact::Unread(serde_json::json!({"x": 1}))),
    ]
}

fn whats() -> impl Strategy<Value = What> {
    let titles = || {
        select(vec![
            "#colorme-20210930i",
            "#colorme-20210930i-訓練",
            "bug",
            "",
        ])
    };
    let labels = || {
        select(vec![
            "colorme",
            "sss",
            "障害",
            "事象レベル3 🔴🔴🔴",
            "Level 1 ⚠️",
            "bug",
        ])
    };
    prop_oneof![
        (titles(), any::<bool>()).prop_map(|(title, ours)| What::Opened(Opened {
            repo: "o/r".into(),
            number: 1,
            url: String::new(),
            title: title.to_owned(),
            body: "### サマリ\n\nx".to_owned(),
            ours,
        })),
        titles().prop_map(|title| What::Renamed {
            title: title.to_owned()
        }),
        labels().prop_map(|label| What::Labeled(label.to_owned())),
        labels().prop_map(|label| What::Unlabeled(label.to_owned())),
        people().prop_map(What::Assigned),
        people().prop_map(What::Unassigned),
        Just(What::Closed {
            reason: Some("not_planned".to_owned())
        }),
        Just(What::Reopened),
        Just(What::Spoke),
        facts().prop_map(What::Marked),
        facts().prop_map(What::Marked),
        facts().prop_map(What::Marked),
    ]
}

/// Entries with keys of their own, as GitHub's are.
fn timelines() -> impl Strategy<Value = Vec<Entry>> {
    let via = select(vec![Via::GitHub, Via::Slack, Via::Sssbot]);
    let entry = (times(), people(), via, any::<bool>(), whats());
    proptest::collection::vec(entry, 0..25).prop_map(|entries| {
        let entry = |(n, (at, who, via, recorded, what)): (usize, _)| Entry {
            key: format!("k{n}").into(),
            at,
            who,
            via,
            recorded,
            what,
        };
        entries.into_iter().enumerate().map(entry).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_timeline_is_taken_in_any_order_and_twice(
        (timeline, shuffled) in timelines().prop_flat_map(|t| (Just(t.clone()), Just(t).prop_shuffle())),
        again in any::<u64>(),
    ) {
        let rules = rules();
        let incident = fold(&timeline, &rules);
        prop_assert_eq!(&incident, &fold(&shuffled, &rules));
        let mut doubled = timeline.clone();
        let half = timeline.iter().enumerate().filter(|(n, _)| again >> (n % 64) & 1 == 1);
        doubled.extend(half.map(|(_, entry)| entry.clone()));
        prop_assert_eq!(&incident, &fold(&doubled, &rules));
        // All else is total, too.
        let _ = owed(&timeline, &rules);
        if let Some(incident) = incident {
            let _ = deadline(&incident, &rules);
            let _ = due(&incident, &rules, Timestamp::from_second(1_640_000_000).unwrap());
            for lang in [crate::i18n::Lang::Ja, crate::i18n::Lang::En] {
                let _ = view::card(&incident, &rules, lang);
                prop_assert!(view::topic(&incident, &rules, lang).chars().count() <= 250);
            }
            let body = view::body(&incident, &rules);
            prop_assert!(view::body_is_current(&body, &incident, &rules));
        }
    }

    #[test]
    fn what_was_done_is_not_done_again(timeline in timelines()) {
        let rules = rules();
        let mut seen: Vec<Entry> = Vec::new();
        let mut done = std::collections::BTreeSet::new();
        for entry in &timeline {
            let before = fold(&seen, &rules);
            seen.push(entry.clone());
            if let Some(after) = fold(&seen, &rules) {
                let effects = react(before.as_ref(), &after, entry, &rules);
                done.extend(effects.into_iter().map(|effect| effect.key));
            }
        }
        // A redelivery of each: nothing new.
        if let Some(now) = fold(&seen, &rules) {
            for entry in &timeline {
                for effect in react(Some(&now), &now, entry, &rules) {
                    let known = done.contains(&effect.key) || effect.todo.shows_state();
                    let waits = matches!(entry.what, What::Marked(_)) && now.channel.id.is_some();
                    prop_assert!(known || waits, "{effect}");
                }
            }
        }
    }
}

/// Something that people do in an incident.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Lead,
    HandOver,
    LayDown,
    Level(u8),
    Moment(Moment),
    Correct(Moment),
    Tick(usize),
    Note,
    Summary,
    Feeling,
    Announce,
    Resolve,
    Reopen,
}

pub(super) fn steps() -> Vec<Step> {
    let mut steps = vec![
        Step::Lead,
        Step::HandOver,
        Step::LayDown,
        Step::Level(1),
        Step::Level(3),
        Step::Level(3),
        Step::Tick(1),
        Step::Tick(2),
        Step::Note,
        Step::Summary,
        Step::Feeling,
        Step::Announce,
        Step::Resolve,
        Step::Reopen,
        Step::Lead,
        // Without the first of these, nothing is at an end that could begin anew.
        Step::Moment(Moment::Recovered),
        Step::Resolve,
        Step::Reopen,
        Step::Resolve,
        Step::Reopen,
    ];
    steps.extend(Moment::ALL.map(Step::Moment));
    steps.extend(Moment::ALL.map(Step::Correct));
    steps
}

fn command(step: &Step, now: Timestamp) -> Command {
    match step {
        Step::Lead => Command::TakeHandler,
        Step::HandOver => Command::HandOver(person("hanako")),
        Step::LayDown => Command::LayDownHandler,
        Step::Level(level) => Command::SetLevel(Some(*level)),
        Step::Moment(moment) => Command::Set {
            moment: *moment,
            when: When::Now,
        },
        Step::Correct(moment) => Command::Set {
            moment: *moment,
            when: When::At(now - SignedDuration::from_secs(90)),
        },
        Step::Tick(item) => Command::Tick(item.to_string()),
        Step::Note => Command::Note {
            text: "見えた".to_owned(),
            link: None,
            author: Who::default(),
        },
        Step::Summary => Command::Summarise("決済が失敗する".to_owned()),
        Step::Feeling => Command::SetFeeling("red".to_owned()),
        Step::Announce => Command::Announce("30分後に続報".to_owned()),
        Step::Resolve => Command::Resolve { reason: None },
        Step::Reopen => Command::Reopen,
    }
}

/// The same without commands, in GitHub's own page, where there is such a way.
fn by_hand(step: &Step, state: &Incident, world: &World) -> Option<What> {
    let rules = &world.rules;
    Some(match step {
        Step::Lead => What::Assigned(person("hiboma")),
        Step::HandOver => What::Assigned(person("hanako")),
        Step::LayDown => What::Unassigned(state.handler.as_ref()?.value.clone()),
        Step::Level(level) => {
            let name: &Words = &rules.level(*level)?.label.name;
            What::Labeled(name.ja.clone())
        }
        Step::Resolve if state.times.contains_key(&Moment::Recovered) => What::Closed {
            reason: Some("completed".to_owned()),
        },
        Step::Reopen if state.resolved.is_some() => What::Reopened,
        _ => return None,
    })
}

/// Runs the steps, each on the side and with the hands that its bit says.
pub(super) fn mixed(steps: &[Step], sides: u64, hands: u64) -> World {
    let bit = |bits: u64, n: usize| bits >> (n % 64) & 1 == 1;
    run(steps, |n| {
        let side = if bit(sides, n) {
            Side::Slack
        } else {
            Side::GitHub
        };
        (side, bit(hands, n))
    })
}

/// Runs the steps; each from the side and by the means that are said.
fn run(steps: &[Step], sides: impl Fn(usize) -> (Side, bool)) -> World {
    run_with_crashes(steps, sides, 0, 0)
}

/// The same, with crashes from the start and others once all is built; a sssbot that lost its
/// memory then sees to the rest.
fn run_with_crashes(
    steps: &[Step],
    sides: impl Fn(usize) -> (Side, bool),
    at_start: u64,
    later: u64,
) -> World {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    world.crashes = at_start;
    let declare = Command::Declare(Declaration {
        kind: Some("outage".into()),
        ..Declaration::new("colorme", "決済がおかしい")
    });
    world.does("hiboma", Side::Slack, &declare).unwrap();
    world.crashes = 0;
    world.catch_up();
    world.crashes = later;
    for (n, step) in steps.iter().enumerate() {
        world.now += SignedDuration::from_secs(61);
        let (side, hand) = sides(n);
        let state = world.the();
        let native = by_hand(step, &state, &world).filter(|_| hand && side == Side::GitHub);
        // GitHub's page has no way to do what is done.
        let nothing = match &native {
            Some(What::Labeled(label)) => state.issue.is_some_and(|i| i.labels.contains(label)),
            Some(What::Assigned(who)) => state.handler.is_some_and(|h| h.value.is(who)),
            Some(What::Closed { .. }) => state.issue.is_some_and(|issue| !issue.open),
            _ => false,
        };
        if nothing {
            continue;
        }
        match native {
            Some(what) => world.native(Some("hiboma"), what),
            // A refusal is the same on both sides.
            None => drop(world.does("hiboma", side, &command(step, world.now))),
        }
    }
    world.crashes = 0;
    world.catch_up();
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn slack_github_and_both_come_to_the_same(
        steps in subsequence(steps(), 0..=26).prop_shuffle(),
        sides in any::<u64>(),
        hands in any::<u64>(),
    ) {
        let in_slack = run(&steps, |_| (Side::Slack, false));
        let on_github = run(&steps, |_| (Side::GitHub, false));
        let by_hand = run(&steps, |_| (Side::GitHub, true));
        let mixed = mixed(&steps, sides, hands);
        for other in [&on_github, &by_hand, &mixed] {
            prop_assert_eq!(differs(&in_slack, other), [""; 0]);
            // And the same was said.
            prop_assert_eq!(words(&in_slack), words(other));
        }
        // Nothing is owed that was not done.
        for world in [&in_slack, &mixed] {
            for (_, effect) in owed(&world.timeline, &world.rules) {
                let done = effect.todo.shows_state() || world.done.contains(&effect.key);
                prop_assert!(done, "{effect}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_crashes_it_is_completed_once(
        steps in subsequence(steps(), 0..=26).prop_shuffle(),
        at_start in any::<u64>(),
        later in any::<u64>(),
    ) {
        let in_slack = |_| (Side::Slack, false);
        let whole = run(&steps, in_slack);
        let crashed = run_with_crashes(&steps, in_slack, at_start, later);
        prop_assert_eq!(&whole.done, &crashed.done);
        prop_assert_eq!(differs(&whole, &crashed), [""; 0]);
        for once in ["open the issue", "make the channel"] {
            let times = crashed.log.iter().filter(|line| *line == once);
            prop_assert_eq!(times.count(), 1, "{}", once);
        }
        let left: Vec<String> = owed(&crashed.timeline, &crashed.rules)
            .iter()
            .map(|(_, effect)| effect)
            .filter(|e| !e.todo.shows_state() && !crashed.done.contains(&e.key))
            .map(ToString::to_string)
            .collect();
        prop_assert_eq!(left, [""; 0]);
        let (incident, rules) = (crashed.the(), &crashed.rules);
        // The issue alone holds the declaration, unchanged by what came of it.
        let mut alone = crashed.timeline.clone();
        alone.retain(|entry| !matches!(&entry.what, What::Marked(Fact::Declared(_))));
        let alone = fold(&alone, rules);
        prop_assert_eq!(alone.as_ref(), Some(&incident));
        let issue = incident.issue.clone().unwrap();
        prop_assert!(view::body_is_current(&issue.body, &incident, rules));
        prop_assert_eq!(issue.open, incident.resolved.is_none());
        prop_assert_eq!(issue.labels, incident.labels(rules));
    }
}

/// The incident without where a command was given, which the key of an announcement holds, and
/// when a message was sent.
fn normal(world: &World) -> Incident {
    let mut incident = world.the();
    for note in &mut incident.notes {
        note.key = "".into();
    }
    for receipt in &mut incident.receipts {
        if let Some((_, about)) = receipt.of.as_str().split_once(":announced:") {
            receipt.of = about.rsplit(':').next().unwrap_or_default().into();
        }
        // After a crash it is told later.
        receipt.at = Timestamp::UNIX_EPOCH;
    }
    incident
        .receipts
        .sort_by_key(|receipt| (receipt.of.clone(), receipt.channel.clone()));
    incident
}

/// The lines in which two worlds' incidents differ.
fn differs(one: &World, other: &World) -> Vec<String> {
    let (one, other) = (normal(one), normal(other));
    if one == other {
        return Vec::new();
    }
    let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
    let lines = one.lines().zip(other.lines());
    let lines = lines.filter(|(one, other)| one != other);
    lines
        .map(|(one, other)| format!("{one} | {other}"))
        .collect()
}

/// What was said in the channel, without what stands in a key.
fn words(world: &World) -> Vec<String> {
    let lang = world.rules.lang;
    let now = world.the();
    let said =
        |(_, tell): &(_, _)| format!("{:?}", view::tell(tell, &now, &world.rules, lang).headline);
    world.told.iter().map(said).collect()
}
