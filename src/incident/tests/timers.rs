//! What comes in its own time: once, never in a heap, and in silence when all is quiet.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::world::{Side, World, time};
use crate::incident::{Command, Declaration, Moment, Reminder, Tell, When, deadline, due};

fn declared() -> World {
    let mut world = World::new("2021-09-30T10:03:00+09:00");
    let declare = Command::Declare(Declaration::new("sss", "これはテストです"));
    world.does("hiboma", Side::Slack, &declare).unwrap();
    world
}

fn ticks(world: &World) -> Vec<String> {
    let zone = world.rules.zone();
    let tick = |(at, tell): &(Timestamp, Tell)| match tell {
        Tell::Elapsed { .. } => Some(at.to_zoned(zone.clone()).strftime("%H:%M").to_string()),
        _ => None,
    };
    world.told.iter().filter_map(tick).collect()
}

fn recovered(world: &mut World) {
    let command = Command::Set {
        moment: Moment::Recovered,
        when: When::Now,
    };
    world.does("hiboma", Side::Slack, &command).unwrap();
}

#[test]
fn ticks_stand_on_the_clock_and_end_after_the_recovery() {
    let mut world = declared();
    world.until("2021-09-30T10:56:42+09:00");
    recovered(&mut world);
    world.until("2021-09-30T12:00:00+09:00");
    assert_eq!(ticks(&world), ["10:15", "10:30", "10:45", "11:00"]);
    // A correction of the time is no second recovery.
    let command = Command::Set {
        moment: Moment::Recovered,
        when: When::At(time("2021-09-30T10:50:00+09:00")),
    };
    world.does("hiboma", Side::Slack, &command).unwrap();
    world.until("2021-09-30T15:00:00+09:00");
    assert_eq!(ticks(&world).len(), 4);
}

#[test]
fn after_an_outage_only_the_tick_that_is_due_now() {
    let mut world = declared();
    world.until("2021-09-30T10:31:00+09:00");
    // We are away for three hours.
    world.now = time("2021-09-30T13:37:00+09:00");
    assert_eq!(world.look(), 2, "the tick and its mark");
    assert_eq!(world.look(), 0);
    world.until("2021-09-30T14:00:00+09:00");
    assert_eq!(ticks(&world), ["10:15", "10:30", "13:37", "13:45", "14:00"]);
}

#[test]
fn the_handler_is_asked_for_once_and_only_where_there_is_none() {
    let mut world = declared();
    world.until("2021-09-30T11:00:00+09:00");
    let asked = |world: &World| {
        let asks = world.told.iter().filter(|(_, t)| *t == Tell::AskHandler);
        asks.map(|(at, _)| *at).collect::<Vec<_>>()
    };
    assert_eq!(asked(&world), [time("2021-09-30T10:08:00+09:00")]);
    let mut world = declared();
    world
        .does("hiboma", Side::GitHub, &Command::TakeHandler)
        .unwrap();
    world.until("2021-09-30T11:00:00+09:00");
    assert!(asked(&world).is_empty());
    // Who lays the lead down leaves that question behind.
    let mut world = declared();
    for command in [Command::TakeHandler, Command::LayDownHandler] {
        world.now += SignedDuration::from_secs(60);
        world.does("hiboma", Side::Slack, &command).unwrap();
    }
    world.until("2021-09-30T11:00:00+09:00");
    assert!(asked(&world).is_empty());
    let leaves = |(_, tell): &&(_, Tell)| *tell == Tell::NoHandler;
    assert_eq!(world.told.iter().filter(leaves).count(), 1);
}

#[test]
fn a_month_of_silence_is_pointed_out_once_a_month() {
    let mut world = declared();
    recovered(&mut world);
    world.until("2021-12-15T00:00:00+09:00");
    let silent = |world: &World| {
        let days = world.told.iter().filter(|(_, t)| *t == Tell::Silent);
        let zone = world.rules.zone();
        days.map(|(at, _)| at.to_zoned(zone.clone()).date().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(silent(&world), ["2021-10-30", "2021-11-29"]);
    // Somebody spoke, so another month begins.
    world.native(Some("hanako"), crate::incident::What::Spoke);
    world.until("2022-01-10T00:00:00+09:00");
    assert_eq!(silent(&world).len(), 2);
    world.until("2022-01-16T00:00:00+09:00");
    assert_eq!(silent(&world).len(), 3);
    // And none when the channel is closed.
    let archive = Command::Archive {
        reason: Some("done".to_owned()),
    };
    world.does("hiboma", Side::Slack, &archive).unwrap();
    assert_eq!(deadline(&world.the(), &world.rules), None);
}

#[test]
fn of_months_in_which_nobody_looked_only_the_last() {
    let mut world = declared();
    recovered(&mut world);
    world.until("2021-10-01T00:00:00+09:00");
    // We are away for two months and a half.
    world.now = time("2021-12-15T00:00:00+09:00");
    assert_eq!(world.look(), 2, "the reminder and its mark");
    assert_eq!(world.look(), 0);
    world.until("2021-12-28T00:00:00+09:00");
    let silent = |world: &World| {
        let told = world.told.iter();
        told.filter(|(_, told)| *told == Tell::Silent).count()
    };
    assert_eq!(silent(&world), 1);
    world.until("2021-12-30T00:00:00+09:00");
    assert_eq!(silent(&world), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever the pauses, in which nobody looked: one tick a look at most, none twice, and a
    /// deadline that has come always has something to do.
    #[test]
    fn there_is_never_a_heap(
        pauses in proptest::collection::vec(1i64..40_000, 1..20),
        recovery in 0usize..20,
    ) {
        let mut world = declared();
        for (n, pause) in pauses.into_iter().enumerate() {
            world.now += SignedDuration::from_secs(pause);
            if n == recovery {
                recovered(&mut world);
            }
            let incident = world.the();
            let come = deadline(&incident, &world.rules).is_some_and(|at| at <= world.now);
            let effects = due(&incident, &world.rules, world.now);
            prop_assert_eq!(come, !effects.is_empty());
            for of in Reminder::ALL {
                let word = format!("t:{}:{}:", incident.key, of.word());
                let given = effects.iter().filter(|e| e.key.as_str().starts_with(&word));
                prop_assert!(given.count() <= 1);
            }
            let before = world.told.len();
            world.look();
            prop_assert!(world.told.len() - before <= 3);
            prop_assert_eq!(world.look(), 0, "nothing is due twice");
        }
        let spoken = world.done.iter().filter(|key| key.as_str().contains(":tick:")).count();
        prop_assert_eq!(ticks(&world).len(), spoken);
    }
}
