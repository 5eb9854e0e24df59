//! Some hundreds of small worlds in which everything goes wrong: nothing is lost, nothing lasts
//! doubled, an incident comes to the same end, and teams are as their files say. `sssbot simulate` plays more of them;
//! `SSSBOT_SEEDS` and `SSSBOT_SEED` (the first) make this longer, or others.

#![allow(clippy::unwrap_used)]

use sssbot::cli::simulate::{Faults, Settings, Summary, What, Wishes, quick_place, run};

/// So many steps each: shorter than what the command plays, since this is not built for speed.
const ACTS: usize = 30;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Plays as many plans of this kind, if nothing else is asked for.
fn played(what: What, seeds: u64) -> Summary {
    let settings = Settings {
        from: number("SSSBOT_SEED", 1),
        seeds: number("SSSBOT_SEEDS", seeds),
        wishes: Wishes {
            acts: ACTS,
            faults: Faults::default(),
            what,
        },
        jobs: std::thread::available_parallelism().map_or(2, usize::from),
        place: quick_place(),
        failures: 1,
        shrinks: true,
    };
    let summary = run(&settings, |_| {});
    println!("{} plans, {:?}", summary.plans, summary.met);
    if let Some(failed) = summary.failed.first() {
        let wrong = failed.wrong.join("\n  ");
        panic!("seed {}:\n  {wrong}\n\n{}", failed.seed, failed.story);
    }
    assert_eq!(summary.plans, settings.seeds);
    // A simulation in which nothing goes wrong, or nobody says anything, shows nothing.
    for fault in ["webhook lost", "webhook late", "cut after", "429", "death"] {
        assert!(summary.met.contains_key(fault), "no {fault}");
    }
    summary
}

#[test]
fn nothing_is_lost_and_nothing_lasts_doubled() {
    let summary = played(What::Mirror, 200);
    let a_world = summary.messages as u64 / summary.plans;
    assert!(a_world > 3, "{a_world} messages a world");
}

#[test]
fn who_is_called_first_is_as_the_files_say() {
    let summary = played(What::Teams, 25);
    let a_world = summary.messages as u64 / summary.plans;
    assert!(a_world > 5, "{a_world} messages and changes a world");
}

#[test]
fn an_incident_is_whole_whatever_goes_wrong() {
    let summary = played(What::Incidents, 25);
    let a_world = summary.messages as u64 / summary.plans;
    assert!(a_world > 12, "{a_world} messages a world");
}
