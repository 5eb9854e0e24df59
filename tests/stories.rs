//! Every file in `tests/stories` is a test: played through the real doors, engine and sandbox.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use libtest_mimic::{Arguments, Trial};
use sssbot::cli::world::World;
use sssbot::i18n::Lang;
use sssbot::sandbox::story::{Act, Seen, Story};
use tokio::runtime::Builder;

/// Where links lead in a story: no port that changes from run to run.
const PAGES: &str = "https://github.example";

fn stories() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    files.sort();
    files
}

/// What is wrong with a story, in words; `None` when it went as written.
async fn play(path: &Path, bless: bool) -> Option<String> {
    let source = fs::read_to_string(path).unwrap();
    let story = match Story::parse(&source) {
        Ok(story) => story,
        Err(error) => return Some(error.to_string()),
    };
    let mut world = World::by_hand(story.lang, story.start, PAGES)
        .await
        .unwrap();
    let seen = match world.play(&story).await {
        Ok(seen) => seen,
        Err(stuck) => return Some(stuck.to_string()),
    };
    // Whatever happened, a look at GitHub afterwards finds nothing that was not told, or told
    // otherwise.
    let later = Act::Wait(SignedDuration::from_mins(15));
    if let Err(stuck) = world.act(&later, 0).await {
        return Some(stuck.to_string());
    }
    let after = world.seen();
    let mut wrong = world.broken_promises();
    world.stop().await;
    for Seen { place, text } in after {
        wrong.push(format!("a quarter of an hour later, at {place:?}:\n{text}"));
    }
    if bless {
        fs::write(path, story.blessed(&seen)).unwrap();
    } else if let Some(difference) = story.differences(&seen) {
        wrong.push(difference);
    }
    (!wrong.is_empty()).then(|| wrong.join("\n"))
}

/// What an incident does, from the start to the archived channel: each is shown by a story in both
/// languages. The first letter is a chapter: start, channel, declaration, people, first minutes,
/// timekeeper, level, recovery, resolution, issue.
const BEHAVIOURS: &[&str] = &[
    "A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "C1", "C2", "D1", "D2", "E1", "E2", "E3", "E4",
    "F1", "F2", "G1", "G2", "G3", "H1", "K1", "K2", "L1", "L2",
];

/// The behaviours that no story shows in one of the languages, and what stories claim to show that
/// is none.
fn not_shown() -> Vec<String> {
    let mut shown = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in stories() {
        let Ok(story) = Story::parse(&fs::read_to_string(&path).unwrap()) else {
            continue; // Its own test says what is wrong with it.
        };
        for what in &story.shows {
            if !BEHAVIOURS.contains(&what.as_str()) {
                wrong.push(format!("{}: there is no {what}", path.display()));
            }
            shown.insert((what.clone(), story.lang == Lang::En));
        }
    }
    for what in BEHAVIOURS {
        for (lang, english) in [("ja", false), ("en", true)] {
            if !shown.contains(&((*what).to_owned(), english)) {
                wrong.push(format!("no story shows {what} in {lang}"));
            }
        }
    }
    wrong
}

fn main() {
    // `RUST_LOG=sssbot=debug` shows what the app says to itself.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .try_init();
    let arguments = Arguments::from_args();
    let bless = std::env::var_os("SSSBOT_BLESS").is_some();
    let all_shown = Trial::test("every_behaviour_in_both_languages", || {
        let wrong = not_shown();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(wrong.join("\n").into()),
        }
    });
    let trials = stories()
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            Trial::test(name, move || {
                let runtime = Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_all()
                    .build()?;
                match runtime.block_on(play(&path, bless)) {
                    None => Ok(()),
                    Some(wrong) => Err(wrong.into()),
                }
            })
        })
        .chain([all_shown])
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
