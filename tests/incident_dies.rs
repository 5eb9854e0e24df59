//! The app dies at a call of its own, in the middle of an incident, and starts again: whichever call
//! it was, the incident comes to the same end, with nothing missing and nothing twice.
//!
//! `SSSBOT_EVERY=1` tries every call; without it every 31st is tried, each time before the call
//! and after it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use jiff::Timestamp;
use sssbot::cli::world::World;
use sssbot::i18n::Lang;
use sssbot::sandbox::Moment;
use sssbot::sandbox::github::What;
use sssbot::sandbox::story::{Act, AppAct, Story};

/// What is there before.
const FIRST: &str = "# First

```do
file acme/postmortem .github/sssbot.yaml
| services:
|   shop: { team: shop-first }
| broadcast: [dev]
file acme/postmortem userteams.yaml
| version: 1
| people:
|   hiboma: { slack: U00000HIBOMA, github: hiboma }
| teams: []
channel #general with sssbot
channel #dev with sssbot
group @shop-first \"First response\" of taro, jiro
hiboma mentions sssbot in #general
hiboma presses \"Make the channel!\" in #general
hiboma fills in \"Service\" with \"shop\"
hiboma fills in \"Summary\" with \"Payments fail\"
```
";

/// What happens while the app may die.
const THEN: &str = "# Then

```do
hiboma sends it off
wait 7m
hiboma mentions sssbot in #shop-20210101i \"handler me\"
wait 1m
taro mentions sssbot in #shop-20210101i \"level 3\"
wait 8m
hiboma labels acme/postmortem#1 with urgent
hiboma mentions sssbot in #shop-20210101i \"recovered\"
wait 40m
hiboma mentions sssbot in #shop-20210101i \"resolve\"
wait 2m
hiboma mentions sssbot in #shop-20210101i \"archive all is done elsewhere\"
wait 10m
```
";

/// What is there in the end: how often each thing is said in each channel, and stands on GitHub.
type End = BTreeMap<String, usize>;

/// Times differ where somebody died in between.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        if digits.len() > 6 {
            out.push('#');
            out.push_str(&part[digits.len()..]);
        } else {
            out.push_str(part);
        }
    }
    out
}

fn end(world: &World) -> End {
    let mut end = End::new();
    let mut count = |what: String| *end.entry(what).or_default() += 1;
    for channel in world.slack().snapshot().channels {
        count(format!("channel {}", channel.name));
        for message in channel.messages.iter().filter(|message| message.by_bot) {
            let Some(metadata) = &message.metadata else {
                continue;
            };
            let key = metadata["event_payload"]["key"].as_str().unwrap();
            count(format!("#{} {}", channel.name, timeless(key)));
        }
    }
    for repo in world.sandbox.github.snapshot().repos {
        for issue in repo.issues {
            let labels: Vec<_> = issue.labels.iter().map(|label| &label.name).collect();
            count(format!(
                "issue {} {labels:?} open: {}",
                issue.title, issue.open
            ));
            for line in issue.timeline {
                let What::Comment { body, .. } = line.what else {
                    continue;
                };
                let key = body.split("\"key\":\"").nth(1).unwrap_or_default();
                let key = key.split('"').next().unwrap_or_default();
                count(format!("comment {}", timeless(key)));
            }
        }
    }
    end
}

/// Plays the incident; `None` when there was no such call any more.
async fn play(dies: Option<(usize, Moment)>) -> Option<End> {
    let start: Timestamp = "2021-01-01T10:00:00+09:00".parse().unwrap();
    let mut world = World::by_hand(Lang::En, start, "https://github.example")
        .await
        .unwrap();
    world.play(&Story::parse(FIRST).unwrap()).await.unwrap();
    if let Some((call, moment)) = dies {
        let dies = Act::App(AppAct::DieAtCall(call, moment));
        world.act(&dies, 0).await.unwrap();
    }
    world.play(&Story::parse(THEN).unwrap()).await.unwrap();
    let died = world.deaths() > 0;
    let end = end(&world);
    let broken = world.broken_promises();
    world.stop().await;
    if dies.is_some() && !died {
        return None;
    }
    assert!(broken.is_empty(), "{dies:?}: {broken:?}");
    Some(end)
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_it_dies_at_the_incident_is_whole() {
    let whole = play(None).await.unwrap();
    let said = whole
        .keys()
        .filter(|what| what.starts_with("#shop"))
        .count();
    assert!(said > 15, "{whole:#?}");
    let once = |what: &&String| !what.contains(":tick:") && !what.starts_with("comment a:");
    assert!(
        whole.keys().filter(once).all(|what| whole[what] == 1),
        "{whole:#?}"
    );
    let every: usize = std::env::var("SSSBOT_EVERY").map_or(31, |every| every.parse().unwrap());
    let mut calls = 0;
    for moment in [Moment::Before, Moment::After] {
        for call in (1..).step_by(every) {
            let Some(end) = play(Some((call, moment))).await else {
                break;
            };
            assert_eq!(end, whole, "died at call {call}, {moment:?}");
            calls += 1;
        }
    }
    assert!(calls > 5, "{calls}");
    eprintln!("died at {calls} calls, and was whole each time");
}
