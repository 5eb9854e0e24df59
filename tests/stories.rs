//! Every file in `tests/stories` is a test: played through the real doors, engine and sandbox.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use libtest_mimic::{Arguments, Trial};
use sssbot::cli::world::World;
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

fn main() {
    // `RUST_LOG=sssbot=debug` shows what the app says to itself.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .try_init();
    let arguments = Arguments::from_args();
    let bless = std::env::var_os("SSSBOT_BLESS").is_some();
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
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
