//! `sssbot simulate`: thousands of small worlds in which everything goes wrong, and a look at what
//! came of each: nothing may be lost, and nothing said twice.

mod dice;
mod faults;
mod fleet;
mod incidents;
mod judge;
mod plan;
mod play;
mod script;
mod shrink;
mod step;
mod teams;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::serve::log_to_stderr;
use super::{Failure, put};
pub use faults::Faults;
pub use fleet::{Failed, Settings, Summary, run};
pub use plan::{What, Wishes};

/// Where files cost no disk, on most machines that have it.
const IN_MEMORY: &str = "/dev/shm";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How many seeds to play
    #[arg(long, default_value_t = 100, value_name = "N")]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    from: u64,
    /// Play only this one, and print its story (with RUST_LOG, what it logs too)
    #[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// How many steps each has
    #[arg(long, default_value_t = 50, value_name = "N")]
    acts: usize,
    /// What goes wrong: all, none, or names with commas between (a wrong one lists them)
    #[arg(
        long,
        default_value = "all",
        value_name = "FAULTS",
        allow_hyphen_values = true
    )]
    faults: Faults,
    /// What they are about: mirrored issues, incidents, teams, or all of these, each seed once
    #[arg(long, value_enum, default_value_t = What::All, value_name = "WHAT")]
    what: What,
    /// How many at once; without it, as many as there are cores
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Stop after so many seeds that failed
    #[arg(long, default_value_t = 3, value_name = "N")]
    failures: usize,
    /// Do not make a failing plan small
    #[arg(long)]
    as_it_is: bool,
    /// Where to write the story of a seed that failed; without it, the directory for temporary files
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
}

/// Where databases are quick: in memory where the machine has such a place.
pub fn quick_place() -> PathBuf {
    let place = Path::new(IN_MEMORY);
    if place.is_dir() {
        place.to_owned()
    } else {
        std::env::temp_dir()
    }
}

pub(super) async fn run_command(args: Args) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings {
        from: args.seed.unwrap_or(args.from),
        seeds: if args.seed.is_some() { 1 } else { args.seeds },
        wishes: Wishes {
            acts: args.acts,
            faults: args.faults,
            what: args.what,
        },
        jobs: args.jobs.unwrap_or(cores),
        place: quick_place(),
        failures: args.failures.max(1),
        shrinks: !args.as_it_is,
    };
    let save = args.save.unwrap_or_else(std::env::temp_dir);
    std::fs::create_dir_all(&save)
        .map_err(|error| Failure::Settings(format!("--save {}: {error}", save.display())))?;
    if let Some(seed) = args.seed {
        if let Ok(filter) = std::env::var("RUST_LOG") {
            log_to_stderr(&filter);
        }
        for what in args.what.each() {
            put(&fleet::story(seed, *what, &settings.wishes));
        }
    }
    let started = Instant::now();
    let simulated = tokio::task::spawn_blocking(move || {
        let summary = run(&settings, |so_far| {
            progress(so_far, settings.plans(), started)
        });
        (summary, settings)
    });
    let (summary, settings) = simulated
        .await
        .map_err(|error| Failure::Other(error.to_string()))?;
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    report(&summary, started);
    for failed in &summary.failed {
        put(&told(failed, &settings, &save)?);
    }
    if summary.failed.is_empty() {
        Ok(())
    } else {
        let failed = summary.failed.len();
        Err(Failure::Other(format!(
            "{failed} of {} plans failed",
            summary.plans
        )))
    }
}

/// A line that is written over and over, for whoever watches.
fn progress(so_far: &Summary, of: u64, started: Instant) {
    let mut out = std::io::stderr().lock();
    let each = if out.is_terminal() { 1 } else { 500 };
    if !so_far.plans.is_multiple_of(each) {
        return;
    }
    let (open, close) = if out.is_terminal() {
        ("\r", "")
    } else {
        ("", "\n")
    };
    let seconds = started.elapsed().as_secs();
    // Whoever stops it, tired of waiting, knows which.
    let failed: Vec<String> = so_far.failed.iter().map(|it| it.seed.to_string()).collect();
    let which = match failed.len() {
        0 => String::new(),
        _ => format!(" ({})", failed.join(", ")),
    };
    let _ = write!(
        out,
        "{open}{} of {of} plans, {} failed{which}, {seconds} s{close}",
        so_far.plans,
        failed.len()
    );
    let _ = out.flush();
}

fn report(summary: &Summary, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    put(&format!(
        "{} plans, {} steps, {} messages in {seconds:.1} s",
        summary.plans, summary.steps, summary.messages
    ));
    for (name, times) in &summary.met {
        put(&format!("  {times:>7} × {name}"));
    }
}

/// Writes the story of a failure; what to say of it.
fn told(failed: &Failed, settings: &Settings, save: &Path) -> Result<String, Failure> {
    let what = failed.what.word();
    let path = save.join(format!("sssbot-{what}-{}.md", failed.seed));
    let wrong: Vec<String> = failed
        .wrong
        .iter()
        .map(|line| format!("\n  {line}"))
        .collect();
    let story = format!(
        "{}\nWhat was wrong:\n\n```text{}\n```\n",
        failed.story,
        wrong.concat()
    );
    std::fs::write(&path, story)
        .map_err(|error| Failure::Other(format!("{}: {error}", path.display())))?;
    Ok(format!(
        "\nseed {} failed, and so does a story of {} steps:{}\n  {}\n  again: sssbot simulate --what {what} --seed {} --acts {}\n  to see: sssbot demo --headless --story {}",
        failed.seed,
        failed.steps,
        wrong.concat(),
        path.display(),
        failed.seed,
        settings.wishes.acts,
        path.display(),
    ))
}
