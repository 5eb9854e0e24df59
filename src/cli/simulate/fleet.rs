//! Many seeds over some threads, and what came of them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::plan::{What, Wishes, plan};
use super::play::{HANGS, Played, Unplayed, play};
use super::script::{Script, write};
use super::shrink::smallest;
use super::step::Step;
use super::{incidents, teams};

/// Worlds that a failing plan may cost until it is small.
const TRIES: usize = 400;
/// Steps of a plan that may turn out impossible.
const IMPOSSIBLE: usize = 40;

/// What is to be simulated.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The first seed.
    pub from: u64,
    /// How many follow it, itself included.
    pub seeds: u64,
    /// What each plan is made with.
    pub wishes: Wishes,
    /// How many worlds at once.
    pub jobs: usize,
    /// Where the databases are.
    pub place: PathBuf,
    /// After how many seeds that fail no new one is begun.
    pub failures: usize,
    /// Whether a plan that fails is made small.
    pub shrinks: bool,
}

impl Settings {
    /// How many plans that are.
    pub fn plans(&self) -> u64 {
        self.seeds * self.wishes.what.each().len() as u64
    }
}

/// A seed that failed.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Which.
    pub seed: u64,
    /// Which of its plans.
    pub what: What,
    /// What was wrong, in words.
    pub wrong: Vec<String>,
    /// The smallest story that was found of it, as a file has it.
    pub story: String,
    /// How many steps that has.
    pub steps: usize,
}

/// What came of all.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// How many plans were played.
    pub plans: u64,
    /// The steps of their plans.
    pub steps: usize,
    /// The messages that their channels showed in the end.
    pub messages: usize,
    /// How often each kind of fault was met.
    pub met: BTreeMap<&'static str, usize>,
    /// Those that failed.
    pub failed: Vec<Failed>,
}

/// Simulates; `progress` is told after each seed how much was done by then.
pub fn run(settings: &Settings, progress: impl Fn(&Summary) + Sync) -> Summary {
    let next = AtomicU64::new(0);
    let failures = AtomicUsize::new(0);
    let summary = Mutex::new(Summary::default());
    let work = || {
        while failures.load(Ordering::Relaxed) < settings.failures {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= settings.plans() {
                break;
            }
            let each = settings.wishes.what.each();
            let kinds = each.len() as u64;
            let seed = settings.from + at / kinds;
            let what = each[usize::try_from(at % kinds).unwrap_or(0)];
            let (played, steps) = one(seed, what, settings);
            if !played.wrong.is_empty() {
                failures.fetch_add(1, Ordering::Relaxed);
            }
            let failed = (!played.wrong.is_empty())
                .then(|| fail((seed, what), &played, steps.clone(), settings));
            let mut all = summary.lock().unwrap_or_else(PoisonError::into_inner);
            all.plans += 1;
            all.steps += steps.len();
            all.messages += played.messages;
            for (name, times) in played.met {
                *all.met.entry(name).or_default() += times;
            }
            all.failed.extend(failed);
            progress(&all);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..settings.jobs.max(1) {
            scope.spawn(work);
        }
    });
    summary.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Plays one seed; what came of it, and the steps that were possible.
fn one(seed: u64, what: What, settings: &Settings) -> (Played, Vec<Step>) {
    let steps = planned(seed, what, &settings.wishes);
    let played = catch_unwind(AssertUnwindSafe(|| try_out(&steps, &settings.place)));
    match played {
        Ok((played, script)) => (played, script.steps),
        Err(_) => {
            let wrong = vec!["it panicked".to_owned()];
            let played = Played {
                wrong,
                ..Played::default()
            };
            (played, steps)
        }
    }
}

/// Plays these steps in a world and a runtime of their own. A step that the world does not allow is
/// left out.
fn try_out(steps: &[Step], place: &Path) -> (Played, Script) {
    let mut steps = steps.to_vec();
    let failed = |why: String| Played {
        wrong: vec![why],
        ..Played::default()
    };
    let mut left_out = 0;
    loop {
        let script = write("A simulation", &steps);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return (failed(format!("no runtime: {error}")), script),
        };
        let played = runtime.block_on(play(&script, place));
        runtime.shutdown_background();
        match played {
            Ok(played) => return (played, script),
            Err(Unplayed::Failed(why)) => return (failed(why), script),
            Err(Unplayed::Hung) => {
                let hung = Played {
                    hung: true,
                    ..failed(format!("it hangs for {HANGS:?}"))
                };
                return (hung, script);
            }
            Err(Unplayed::Impossible(step, why)) => {
                left_out += 1;
                if left_out > IMPOSSIBLE {
                    return (failed(format!("a step is impossible: {why}")), script);
                }
                steps = script.steps;
                steps.remove(step);
            }
        }
    }
}

/// What is wrong, without its names and numbers: by that two failures are the same.
fn kinds(wrong: &[String]) -> Vec<String> {
    let kind = |line: &String| line.chars().filter(|c| !c.is_ascii_digit()).collect();
    let mut kinds: Vec<String> = wrong.iter().map(kind).collect();
    for kind in &mut kinds {
        if let Some((channel, rest)) = kind.split_once(": ")
            && channel.starts_with('#')
        {
            *kind = rest.to_owned();
        }
    }
    kinds
}

/// A failure, made small.
fn fail(
    (seed, what): (u64, What),
    played: &Played,
    steps: Vec<Step>,
    settings: &Settings,
) -> Failed {
    let sought = kinds(&played.wrong);
    let same = |wrong: &[String]| kinds(wrong).iter().any(|kind| sought.contains(kind));
    let fails = |steps: &[Step]| {
        let played = catch_unwind(AssertUnwindSafe(|| try_out(steps, &settings.place)));
        played.is_ok_and(|(played, _)| same(&played.wrong))
    };
    let mut steps = steps;
    if settings.shrinks && !played.hung {
        let asked = |steps: Vec<Step>| std::future::ready(fails(&steps));
        if let Some(small) = now(smallest(steps.clone(), TRIES, asked)) {
            steps = small;
        }
        for at in 0..steps.len() {
            let mut without = steps.clone();
            if without[at].way.take().is_some() && fails(&without) {
                steps = without;
            }
        }
    }
    let mut wrong = played.wrong.clone();
    if !played.hung {
        let (again, _) = try_out(&steps, &settings.place);
        if !again.wrong.is_empty() {
            wrong = again.wrong;
        }
    }
    let title = format!("Seed {seed}");
    let script = write(&title, &steps);
    Failed {
        seed,
        what,
        wrong,
        steps: script.steps.len(),
        story: script.source,
    }
}

/// What a future gives that never waits.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    futures::FutureExt::now_or_never(future)
}

/// One of the plans of a seed.
fn planned(seed: u64, what: What, wishes: &Wishes) -> Vec<Step> {
    match what {
        What::Mirror | What::All => plan(seed, wishes),
        What::Incidents => incidents::plan(seed, wishes),
        What::Teams => teams::plan(seed, wishes),
    }
}

/// The story of a seed.
pub fn story(seed: u64, what: What, wishes: &Wishes) -> String {
    write(&format!("Seed {seed}"), &planned(seed, what, wishes)).source
}
