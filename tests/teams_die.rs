//! The app dies at a call of its own, in the middle of applying team definitions or of lending somebody to
//! a team, and starts again: whichever call it was, Slack and GitHub come to the planned state, and that is
//! said once.
//!
//! `SSSBOT_EVERY=1` tries every call; without it every 7th is tried, each time before the call and
//! after it.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use sssbot::cli::world::World;
use sssbot::i18n::Lang;
use sssbot::sandbox::Moment;
use sssbot::sandbox::slack::Links;
use sssbot::sandbox::story::{Act, AppAct, Story};

/// What happens before, what happens while the app may die, and what the world is like in the end.
struct Plot {
    first: &'static [&'static str],
    then: &'static str,
    end: fn(&World) -> Vec<String>,
}

/// Team definitions are applied.
const APPLYING: Plot = Plot {
    first: &[FIRST],
    then: THEN,
    end: applied,
};

/// Somebody is lent to a group and its GitHub team.
const LENDING: Plot = Plot {
    first: &[SHOP],
    then: CALL,
    end: lent,
};

/// The incident is resolved for which they were.
const RETURNING: Plot = Plot {
    first: &[SHOP, CALL],
    then: "# Then

```do
hanako closes acme/postmortem#1
wait 5m
```
",
    end: lent,
};

/// An incident of a service whose team has a GitHub team.
const SHOP: &str = "# First

```do
person hanako
person taro
person rin
group @shop-first \"Shop\" of hanako, taro
github team acme/all of rin
github team acme/shop of hanako, taro
file acme/postmortem .github/sssbot.yaml
| services:
|   shop: {}
file acme/postmortem userteams.yaml
| people:
|   hanako: { github: hanako }
|   taro: { github: taro }
|   rin: { github: rin }
| teams:
| - { name: Shop, handle: shop-first, users: [hanako, taro], service: shop, github: shop }
wait 1m
channel #shop-20210101i with sssbot
hanako opens issue acme/postmortem \"#shop-20210101i\"
wait 1m
```
";

/// Somebody is called for as long as it lasts.
const CALL: &str = "# Call

```do
hanako mentions sssbot in #shop-20210101i \"call @rin until resolved\"
wait 5m
```
";

/// What is there before: two groups that will swap their handles, one that goes, a GitHub team, and a
/// pull request.
const FIRST: &str = "# First

```do
person hanako
person taro
person rin
person mei
group @shop-first \"Shop\" of hanako, taro
group @blog-first \"Blog\" of mei
group @old-first \"Old\" of rin
github team acme/all of hanako, taro, rin
github team acme/shop of hanako, taro, by-hand
file acme/postmortem userteams/people.yaml
| people:
|   hanako: { github: hanako }
|   taro: { github: taro }
|   rin: { github: rin }
file acme/postmortem userteams.yaml
| - { name: Shop, handle: shop-first, users: [hanako, taro], github: shop }
| - { name: Blog, handle: blog-first, users: [mei] }
| - { name: Old, handle: old-first, users: [rin] }
wait 1m
file acme/postmortem userteams.yaml on next
| - { name: Shop, handle: blog-first, users: [hanako, rin], description: Sells, github: shop }
| - { name: Blog, handle: shop-first, users: [mei, taro] }
| - { name: New, handle: new-first, users: [taro, rin] }
| - { name: All, handle: all-first, include: [Shop, Blog, New] }
taro opens pull acme/postmortem \"Next\" from next
wait 1m
```
";

/// What happens while the app may die.
const THEN: &str = "# Then

```do
hanako merges acme/postmortem#1
wait 5m
```
";

/// The groups and the GitHub team as they are in the end, and what the last check says.
fn applied(world: &World) -> Vec<String> {
    let mut end = groups(world);
    let told = world.sandbox.github.told();
    let mut checks = told.iter().filter(|told| told.path.contains("check-runs"));
    let last: Vec<&str> = checks.next_back().unwrap().text.lines().take(3).collect();
    end.push(last.join(": "));
    end
}

/// The groups and the GitHub team as they are in the end, what the channel was told of them, and the pull
/// requests.
fn lent(world: &World) -> Vec<String> {
    let mut end = groups(world);
    let channel = world.slack().channel("shop-20210101i").unwrap();
    let names = world.slack().names();
    let said = channel.messages.iter().filter(|it| it.by_bot);
    let said = said.map(|it| it.plain(&names, Links::Hidden));
    end.extend(said.filter(|text| text.contains("@shop-first")));
    let repos = world.sandbox.github.snapshot().repos;
    let pulls = repos.iter().flat_map(|repo| &repo.issues);
    let pulls = pulls.filter(|issue| issue.pull.is_some());
    end.extend(pulls.map(|pull| format!("{}: open {}", pull.title, pull.open)));
    end
}

fn groups(world: &World) -> Vec<String> {
    let slack = world.slack().snapshot();
    let mut end = Vec::new();
    for group in slack.groups {
        let members: Vec<&str> = group
            .users
            .iter()
            .map(|id| slack.names.users[id.as_str()].as_str())
            .collect();
        end.push(format!(
            "@{} {} {members:?} {} enabled: {}",
            group.handle, group.name, group.description, group.enabled
        ));
    }
    end.sort();
    end.push(format!("{:?}", world.sandbox.github.team("acme", "shop")));
    end
}

/// Plays it; `None` when there was no such call any more.
async fn play(plot: &Plot, dies: Option<(usize, Moment)>) -> Option<Vec<String>> {
    let start: Timestamp = "2021-01-01T10:00:00+09:00".parse().unwrap();
    let mut world = World::by_hand(Lang::En, start, "https://github.example")
        .await
        .unwrap();
    for story in plot.first {
        world.play(&Story::parse(story).unwrap()).await.unwrap();
    }
    if let Some((call, moment)) = dies {
        let dies = Act::App(AppAct::DieAtCall(call, moment));
        world.act(&dies, 0).await.unwrap();
    }
    world.play(&Story::parse(plot.then).unwrap()).await.unwrap();
    let died = world.deaths() > 0;
    let end = (plot.end)(&world);
    let mut broken = world.broken_promises();
    world.stop().await;
    if dies.is_some() && !died {
        return None;
    }
    broken.retain(|it| !it.contains("was to die"));
    assert!(broken.is_empty(), "{dies:?}: {broken:?}");
    Some(end)
}

/// Kills it at every 7th call, or at every one, and compares.
async fn comes_to(plot: &Plot, whole: &[&str]) {
    assert_eq!(play(plot, None).await.unwrap(), whole);
    let every: usize = std::env::var("SSSBOT_EVERY").map_or(7, |every| every.parse().unwrap());
    let mut calls = 0;
    for moment in [Moment::Before, Moment::After] {
        for call in (1..).step_by(every) {
            let Some(end) = play(plot, Some((call, moment))).await else {
                break;
            };
            assert_eq!(end, whole, "died at call {call}, {moment:?}");
            calls += 1;
        }
    }
    assert!(calls > 5, "{calls}");
    eprintln!("died at {calls} calls, and came to the same end each time");
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_it_dies_at_slack_comes_to_the_planned_state() {
    comes_to(
        &APPLYING,
        &[
            "@all-first All [\"hanako\", \"mei\", \"rin\", \"taro\"]  enabled: true",
            "@blog-first Shop [\"hanako\", \"rin\"] Sells enabled: true",
            "@new-first New [\"rin\", \"taro\"]  enabled: true",
            "@old-first Old [\"rin\"]  enabled: false",
            "@shop-first Blog [\"mei\", \"taro\"]  enabled: true",
            "[\"by-hand\", \"hanako\", \"rin\"]",
            "userteams apply: success: Applied to Slack and GitHub",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_it_dies_at_who_is_lent_is_there() {
    comes_to(
        &LENDING,
        &[
            "@shop-first Shop [\"hanako\", \"rin\", \"taro\"]  enabled: true",
            "[\"hanako\", \"rin\", \"taro\"]",
            "In @shop-first until this incident is resolved: rin\nIn the GitHub team shop, too.\n\
             To keep them there for longer, merge this pull request: https://github.example/acme/postmortem/pull/2",
            "shop-first: add who was called for an incident: open true",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_it_dies_at_who_was_lent_is_there_no_more() {
    comes_to(
        &RETURNING,
        &[
            "@shop-first Shop [\"hanako\", \"taro\"]  enabled: true",
            "[\"hanako\", \"taro\"]",
            "In @shop-first until this incident is resolved: rin\nIn the GitHub team shop, too.\n\
             To keep them there for longer, merge this pull request: https://github.example/acme/postmortem/pull/2",
            "Not in @shop-first any more: rin",
            "shop-first: add who was called for an incident: open false",
        ],
    )
    .await;
}
