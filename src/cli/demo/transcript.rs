//! Plays a story at once and prints what both sides show.

use std::collections::BTreeMap;

use super::play::in_a_line;
use crate::cli::world::World;
use crate::cli::{Failure, put};
use crate::sandbox::github::{Snapshot, What};
use crate::sandbox::story::{Place, Story};

/// Where links lead.
const PAGES: &str = "https://github.example";

/// Prints the story as it goes: what is done, indented by two, and behind bars what each channel
/// then shows.
///
/// # Errors
/// When the story gets stuck, or a promise is broken on the way.
pub(super) async fn print(story: &Story) -> Result<(), Failure> {
    let mut world = World::by_hand(story.lang, story.start, PAGES).await?;
    put(&format!("{}\n", story.title));
    let stuck = |stuck: crate::cli::world::Stuck| Failure::Other(stuck.to_string());
    let (mut posted, mut updated) = (0, 0);
    let mut before: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for step in &story.steps {
        put(&in_a_line(&step.prose));
        for act in &step.acts {
            put(&format!("  » {}", act.words));
            world.act(&act.act, act.line).await.map_err(stuck)?;
        }
        world.rest(step.line).await.map_err(stuck)?;
        let now = on_github(&world.sandbox.github.snapshot());
        for (subject, entries) in &now {
            let old = before.get(subject).map_or(&[][..], Vec::as_slice);
            let new: Vec<_> = entries
                .iter()
                .filter(|entry| !old.contains(entry))
                .collect();
            if !new.is_empty() {
                put(&format!("  GitHub {subject}"));
                new.iter().for_each(|entry| put(&format!("  │ {entry}")));
            }
        }
        before = now;
        for seen in world.seen() {
            match &seen.place {
                Place::Channel(name) if name.starts_with('@') => put(&format!("  Slack  {name}")),
                Place::Channel(name) => put(&format!("  Slack  #{name}")),
                Place::Dialog(who) => put(&format!("  Slack  dialog of {who}")),
                Place::Home(who) => put(&format!("  Slack  Home tab of {who}")),
                Place::Groups => put("  Slack  user groups, changed by sssbot"),
                Place::GitHub => put("  GitHub, written by sssbot"),
            }
            for line in seen.text.lines() {
                posted += usize::from(line.starts_with("+ "));
                updated += usize::from(line.starts_with("~ "));
                put(&format!("  │ {line}"));
            }
        }
        put("");
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

/// What GitHub shows: for each issue and pull request a line for everything on it.
fn on_github(snapshot: &Snapshot) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for repo in &snapshot.repos {
        for issue in &repo.issues {
            let mut entries = vec![format!("{} opened it{}", issue.author, quoted(&issue.body))];
            for entry in &issue.timeline {
                let who = &entry.who;
                entries.push(match &entry.what {
                    What::Comment { id, body, edited } => {
                        let edited = if *edited { ", edited" } else { "" };
                        format!("{who} wrote comment {id}{edited}{}", quoted(body))
                    }
                    What::Review {
                        state,
                        body,
                        comments,
                        ..
                    } => {
                        let state = state.to_lowercase();
                        let n = comments.len();
                        format!("{who} reviewed, {state}, {n} comments{}", quoted(body))
                    }
                    What::Event { kind, about } => format!("{who} {kind} {about}"),
                });
            }
            all.insert(
                format!("{}#{} {}", repo.name, issue.number, issue.title),
                entries,
            );
        }
    }
    all
}

/// The first line of a text, behind a colon; nothing for an empty one.
fn quoted(text: &str) -> String {
    match text.lines().next().unwrap_or_default() {
        "" => String::new(),
        line => format!(": {line}"),
    }
}
