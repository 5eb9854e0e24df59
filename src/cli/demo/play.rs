//! Plays a story for somebody who watches: as fast as one can follow.

use std::time::Duration;

use tokio::sync::watch;

use super::page::Playing;
use crate::cli::world::{Stuck, World};
use crate::sandbox::story::{Act, Story};

/// Between two acts.
const ACT: Duration = Duration::from_millis(1_800);
/// Between two steps: somebody reads what the step was about.
const STEP: Duration = Duration::from_secs(4);
/// However long a story waits, nobody watches nothing for longer.
const WAIT: Duration = Duration::from_secs(3);

/// Plays all steps, and says in `playing` where it is. At speed 0 only the first step is played,
/// which makes the world that the visitor then has for themselves.
pub(super) async fn play(
    world: &mut World,
    story: &Story,
    speed: f64,
    playing: &watch::Sender<Playing>,
) -> Result<(), Stuck> {
    let paced = |pause: Duration| {
        let seconds = if speed > 0.0 {
            pause.as_secs_f64() / speed
        } else {
            0.0
        };
        tokio::time::sleep(Duration::from_secs_f64(seconds.min(60.0)))
    };
    let steps = if speed > 0.0 { story.steps.len() } else { 1 };
    for (at, step) in story.steps.iter().take(steps).enumerate() {
        playing.send_replace(Playing {
            title: story.title.clone(),
            step: in_a_line(&step.prose),
            number: at + 1,
            of: story.steps.len(),
            over: false,
        });
        for act in &step.acts {
            world.act(&act.act, act.line).await?;
            if let Act::Wait(span) = &act.act {
                paced(Duration::try_from(*span).unwrap_or(WAIT).min(WAIT)).await;
            }
            // Setting the scene is not worth watching.
            if !matches!(act.act, Act::Channel { .. } | Act::Repo(_)) {
                paced(ACT).await;
            }
        }
        paced(STEP).await;
    }
    playing.send_modify(|playing| playing.over = true);
    Ok(())
}

/// The prose of a step as one line; a Markdown paragraph is broken where its author's editor did.
pub(super) fn in_a_line(prose: &str) -> String {
    let paragraphs = prose
        .split("\n\n")
        .map(str::trim)
        .filter(|p| !p.starts_with('#'));
    let mut line = String::new();
    for word in paragraphs.flat_map(str::lines).map(str::trim) {
        // Japanese has no spaces between words, nor then at the end of a line.
        let spaced = line.chars().next_back().is_some_and(|c| c.is_ascii())
            && word.starts_with(|c: char| c.is_ascii());
        if spaced {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::in_a_line;

    #[test]
    fn prose_becomes_one_line_in_either_language() {
        assert_eq!(
            in_a_line("# Title\n\nOne line,\nand another.\n"),
            "One line, and another."
        );
        assert_eq!(
            in_a_line("コメントは\n流れます。\n"),
            "コメントは流れます。"
        );
    }
}
