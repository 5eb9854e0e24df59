//! Plays a story at once and prints what both sides show.

use jiff::Timestamp;

use super::play::in_a_line;
use crate::cli::Failure;
use crate::cli::world::World;
use crate::sandbox::story::{Place, Story};

/// Every transcript begins on this morning in Tokyo.
const START: &str = "2021-01-01T10:00:00+09:00";
/// Where links lead.
const PAGES: &str = "https://github.example";

/// Prints the story as it goes: what is done, indented by two, and behind bars what each channel
/// then shows.
///
/// # Errors
/// When the story gets stuck, or a promise is broken on the way.
pub(super) async fn print(story: &Story) -> Result<(), Failure> {
    let start: Timestamp = START.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let mut world = World::by_hand(story.lang, start, PAGES).await?;
    println!("{}\n", story.title);
    let stuck = |stuck: crate::cli::world::Stuck| Failure::Other(stuck.to_string());
    let (mut posted, mut updated) = (0, 0);
    for step in &story.steps {
        println!("{}", in_a_line(&step.prose));
        for act in &step.acts {
            println!("  » {}", act.words);
            world.act(&act.act, act.line).await.map_err(stuck)?;
        }
        world.rest(step.line).await.map_err(stuck)?;
        for seen in world.seen() {
            match &seen.place {
                Place::Channel(name) => println!("  Slack  #{name}"),
                Place::GitHub => println!("  GitHub"),
            }
            for line in seen.text.lines() {
                posted += usize::from(line.starts_with("+ "));
                updated += usize::from(line.starts_with("~ "));
                println!("  │ {line}");
            }
        }
        println!();
    }
    let broken = world.broken_promises();
    world.stop().await;
    if !broken.is_empty() {
        return Err(Failure::Other(broken.join("\n")));
    }
    println!(
        "{posted} messages posted, {updated} changed in place, nobody pinged, no limit exceeded."
    );
    Ok(())
}
