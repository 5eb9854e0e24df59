//! What two people do at once on both sides, and what is heard in another order than it was done.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::properties::{mixed, steps};
use super::world::{Side, World, person};
use crate::id::DoneKey;
use crate::incident::{
    Command, Declaration, Effect, Entry, Fact, Moment, Opened, Rules, Tell, Todo, What, When, owed,
};

fn declared() -> World {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    let declare = Command::Declare(Declaration::new("colorme", "決済がおかしい"));
    world.does("hiboma", Side::Slack, &declare).unwrap();
    world
}

/// Somebody does this in Slack, and only then it is heard that somebody did that on GitHub a moment
/// before.
fn at_once(world: &mut World, in_slack: &Command, on_github: What) {
    world.now += SignedDuration::from_secs(61);
    world.does("hiboma", Side::Slack, in_slack).unwrap();
    world.now -= SignedDuration::from_secs(2);
    world.native(Some("hanako"), on_github);
    world.now += SignedDuration::from_secs(4);
    world.catch_up();
}

#[test]
fn the_same_on_both_sides_at_once_is_told_once() {
    let mut world = declared();
    let level = world.rules.level(3).unwrap().label.name.ja.clone();
    at_once(
        &mut world,
        &Command::SetLevel(Some(3)),
        What::Labeled(level),
    );
    let lead = Command::HandOver(person("taro"));
    at_once(&mut world, &lead, What::Assigned(person("taro")));
    let told = |it: fn(&Tell) -> bool| world.told.iter().filter(|(_, tell)| it(tell)).count();
    assert_eq!(told(|tell| matches!(tell, Tell::LevelIs { .. })), 1);
    assert_eq!(told(|tell| matches!(tell, Tell::HandlerIs(_))), 1);
    let sent = |what: &str| world.log.iter().filter(|line| line.contains(what)).count();
    assert_eq!(sent("broadcast Level to #dev"), 1, "{:#?}", world.log);
    assert_eq!(sent("broadcast Level to #leaders"), 1);
    // Whoever was first by GitHub's clock is who is on record.
    assert_eq!(world.the().level.unwrap().by, person("hanako"));
}

#[test]
fn a_recovery_on_both_sides_at_once_is_one() {
    let mut world = declared();
    let recovered = Command::Set {
        moment: Moment::Recovered,
        when: When::Now,
    };
    world.now += SignedDuration::from_secs(61);
    world.does("hiboma", Side::Slack, &recovered).unwrap();
    let before = world.timeline.clone();
    world.now -= SignedDuration::from_secs(2);
    // As it was when the comment was written.
    world.timeline.retain(|entry| entry.at < world.now);
    world.does("hanako", Side::GitHub, &recovered).unwrap();
    world.timeline.extend(before);
    world.now += SignedDuration::from_secs(4);
    world.catch_up();
    let told = world.told.iter();
    let told = told.filter(|(_, tell)| matches!(tell, Tell::Recovered { .. }));
    assert_eq!(told.count(), 1, "{:?}", world.told);
    let sent = world.log.iter();
    let sent = sent.filter(|line| line.contains("broadcast Recovered"));
    assert_eq!(sent.count(), 1, "{:#?}", world.log);
}

#[test]
fn the_second_time_is_another() {
    let mut world = declared();
    for level in [Some(3), Some(1), Some(3), None, Some(3)] {
        world.now += SignedDuration::from_secs(61);
        let command = Command::SetLevel(level);
        world.does("hiboma", Side::Slack, &command).unwrap();
    }
    let told = world.told.iter().filter_map(|(_, tell)| match tell {
        Tell::LevelIs { level, .. } => Some(Some(*level)),
        Tell::NoLevel => Some(None),
        _ => None,
    });
    let told: Vec<Option<u8>> = told.collect();
    assert_eq!(told, [Some(3), Some(1), Some(3), None, Some(3)]);
}

#[test]
fn what_hides_in_the_issue_was_said_when_it_says_so() {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    world.github_is_up = false;
    let declare = Command::Declare(Declaration::new("colorme", "決済がおかしい"));
    world.does("hiboma", Side::Slack, &declare).unwrap();
    world.now += SignedDuration::from_secs(600);
    world.github_is_up = true;
    world.catch_up();
    let keys = |timeline: &[Entry], rules: &Rules| -> Vec<DoneKey> {
        let effects = owed(timeline, rules).into_iter();
        effects.map(|(_, effect)| effect.key).collect()
    };
    let mut alone = world.timeline.clone();
    alone.retain(|entry| !matches!(&entry.what, What::Marked(Fact::Declared(_))));
    assert!(alone.len() < world.timeline.len());
    let asked = keys(&alone, &world.rules);
    assert_eq!(asked, keys(&world.timeline, &world.rules));
    let told = |key: &DoneKey| key.as_str().contains(":told:");
    assert!(asked.iter().any(told), "{asked:?}");
}

/// On an issue of before us, a label that people put on is theirs; what is taken off because of it is
/// what is wrong then, and not what was wrong when we were last told something.
#[test]
fn what_looks_otherwise_is_mended_by_how_it_is_now() {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    let label = |level: u8, world: &World| world.rules.level(level).unwrap().label.name.ja.clone();
    let (one, three) = (label(1, &world), label(3, &world));
    world.native(
        Some("hanako"),
        What::Opened(Opened {
            repo: "pepabo/postmortem".into(),
            number: 886,
            url: String::new(),
            title: "#colorme-20210930i".to_owned(),
            body: String::new(),
            ours: false,
        }),
    );
    let mut labels = Vec::new();
    let at_one = Command::SetLevel(Some(1));
    world.does("hiboma", Side::Slack, &at_one).unwrap();
    for level in [&three, &one] {
        world.now += SignedDuration::from_secs(61);
        world.native(Some("hanako"), What::Labeled(level.clone()));
        let asked = owed(&world.timeline, &world.rules).into_iter();
        labels.extend(asked.filter_map(|(_, effect)| match effect.todo {
            Todo::Labels { remove, .. } => Some(remove),
            _ => None,
        }));
        // It is done, at the time.
        let wrong = if *level == three { &one } else { &three };
        world.native(None, What::Unlabeled(wrong.clone()));
    }
    assert_eq!(labels, [[one], [three]]);
}

/// Whether it is told of a turn: of what somebody says and others may say, too.
fn is_a_turn(effect: &Effect) -> bool {
    matches!(
        effect.todo,
        Todo::Tell(
            Tell::LevelIs { .. }
                | Tell::HandlerIs(_)
                | Tell::Recovered { .. }
                | Tell::Resolved { .. }
                | Tell::FeelingIs { .. }
        )
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Of what was told as it was heard, nothing is told under another name once all is known.
    #[test]
    fn in_whatever_order_it_is_heard_each_turn_is_told_once(
        steps in subsequence(steps(), 0..=21).prop_shuffle(),
        sides in any::<u64>(),
        hands in any::<u64>(),
        order in any::<[u64; 8]>(),
    ) {
        let world = mixed(&steps, sides, hands);
        let mut heard: Vec<Entry> = Vec::new();
        let (first, mut rest): (Vec<Entry>, Vec<Entry>) = world
            .timeline
            .iter()
            .cloned()
            .partition(|entry| entry.at <= world.the().declared);
        heard.extend(first);
        // Of what somebody says, somebody else says the same a moment before.
        for place in (0..rest.len()).rev() {
            let twin = Entry {
                key: format!("{}'", rest[place].key).into(),
                at: rest[place].at - SignedDuration::from_secs(1),
                ..rest[place].clone()
            };
            if matches!(twin.what, What::Marked(Fact::Level { .. } | Fact::Handler { .. })) {
                rest.insert(place + 1, twin);
            }
        }
        let turns = |heard: &[Entry]| {
            let effects = owed(heard, &world.rules).into_iter();
            effects.map(|(_, effect)| effect).filter(is_a_turn).collect::<Vec<_>>()
        };
        let mut told = turns(&heard);
        for nth in 0.. {
            if rest.is_empty() {
                break;
            }
            let random = order[nth % order.len()].rotate_right(nth as u32);
            // What is done is heard within a few of it.
            let window = rest.len().min(5) as u64;
            heard.push(rest.remove((random % window) as usize));
            told.extend(turns(&heard));
        }
        let known: BTreeSet<DoneKey> = turns(&heard).into_iter().map(|it| it.key).collect();
        for effect in told {
            prop_assert!(known.contains(&effect.key), "{} is told, and not on record", effect);
        }
    }
}
