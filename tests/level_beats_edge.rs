//! The same things happen in two worlds, and in one of them GitHub sends no webhook after the first.
//! A few minutes later both channels read the same.

#![allow(clippy::unwrap_used)]

use jiff::{SignedDuration, Timestamp};
use sssbot::cli::world::World;
use sssbot::i18n::Lang;
use sssbot::sandbox::WebhookFault;
use sssbot::sandbox::story::{Act, Story};

/// What a webhook has to tell, so that the repository is known to matter.
const FIRST: &str = "# First

```do
repo acme/shop
channel #example-20210101i
channel #search-20210102i
hanako pushes \"fix: an index\" to acme/shop fix/index
hanako opens issue acme/shop \"#example-20210101i payment fails\"
| Since 10:03 every payment is refused.
wait 2m
```
";

/// What no webhook tells in the second world.
const THEN: &str = "# Then

```do
taro comments on acme/shop#1
| On it.
hanako comments on acme/shop#1
| <!channel> Thanks.
hanako labels acme/shop#1 with payment, urgent
wait 15s
hanako assigns taro to acme/shop#1
wait 3m
taro edits comment 1
| On it, with hanako.
hanako edits acme/shop#1
| Since 10:03 every payment by card is refused.
hanako opens pull acme/shop \"An index (#example-20210101i)\" from fix/index
| Fixes #1.
wait 15s
hanako asks taro to review acme/shop#2
wait 3m
taro reviews acme/shop#2: request changes
| Almost there.
| > README.md:1 Why twice?
| > README.md:2 Not needed.
hanako replies to review comment 1
| To be sure.
hanako pushes \"fix: both\" to acme/shop fix/index
taro pushes 2 commits to acme/shop fix/index
wait 3m
taro edits review comment 2
| Not needed any more.
taro deletes review comment 1
hanako dismisses review 1
| It is there now.
taro reviews acme/shop#2: approve
hanako merges acme/shop#2
hanako deletes branch acme/shop fix/index
wait 3m
hanako pushes \"Stop the nightly job\" to acme/shop original/example-20210101i
hanako pushes to acme/shop original/example-20210101i
| Say why
| Say when
taro pushes 12 commits to acme/shop original/example-20210101i
wait 3m
hanako force-pushes 1 commit to acme/shop original/example-20210101i
taro creates branch acme/shop copy/example-20210101i
hanako pushes 3 commits to acme/shop two/search-20210102i/example-20210101i
hanako pushes 2 commits to acme/shop nobody/knows
wait 15s
hanako opens pull acme/shop \"Nobody knows\" from nobody/knows
taro pushes 1 commit to acme/shop nobody/knows
hanako renames acme/shop#3 to \"Nobody knows #search-20210102i\"
taro pushes 1 commit to acme/shop nobody/knows
wait 3m
taro deletes branch acme/shop copy/example-20210101i
hanako merges acme/shop#3
wait 3m
taro deletes comment 2
wait 15s
hanako opens issue acme/shop \"search is slow\"
taro comments on acme/shop#4
| The index is being rebuilt.
wait 3m
hanako renames acme/shop#4 to \"search is slow #search-20210102i\"
taro comments on acme/shop#4
| Rebuilt.
wait 3m
taro renames acme/shop#1 to \"#example-20210101i payment by card fails\"
hanako unlabels acme/shop#1 of urgent
hanako closes acme/shop#1
taro reopens acme/shop#1
taro closes acme/shop#1 as not planned
wait 5m
```
";

async fn play(world: &mut World, story: &str) {
    let story = Story::parse(story).unwrap();
    for step in &story.steps {
        for act in &step.acts {
            world.act(&act.act, act.line).await.unwrap();
        }
    }
}

/// What the channels show in the end, as people see it, where this becomes of the webhooks.
async fn channels(fates: &[WebhookFault]) -> Vec<String> {
    let start: Timestamp = "2021-01-01T10:00:00+09:00".parse().unwrap();
    let mut world = World::by_hand(Lang::En, start, "https://github.example")
        .await
        .unwrap();
    play(&mut world, FIRST).await;
    let faults = world.sandbox.github.faults().clone();
    for fate in fates {
        faults.next_webhook(*fate);
    }
    play(&mut world, THEN).await;
    let wait = Act::Wait(SignedDuration::from_mins(15));
    world.act(&wait, 0).await.unwrap();
    let unmet = faults.unmet();
    assert!(unmet == 0 || unmet < fates.len(), "no webhook met its fate");
    let seen = world.seen();
    world.stop().await;
    seen.into_iter()
        .map(|seen| format!("{:?}\n{}", seen.place, seen.text))
        .collect()
}

#[tokio::test]
async fn without_webhooks_the_channels_read_the_same() {
    let lost = [WebhookFault::Lost; 1_000];
    let (told, found) = tokio::join!(channels(&[]), channels(&lost));
    for told_once in ["Rebuilt.", "Stop the nightly job", "(comment deleted)"] {
        let of_it = told.iter().filter(|channel| channel.contains(told_once));
        assert_eq!(of_it.count(), 1, "{told_once}");
    }
    assert_eq!(told.join("\n\n"), found.join("\n\n"));
}

/// The messages of all channels, in an order that does not tell when they came.
fn messages(channels: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for channel in channels {
        let mut messages = channel.split("\n+ ");
        let name = messages.next().unwrap_or_default();
        all.extend(messages.map(|message| format!("{name}: {message}")));
    }
    all.sort();
    all
}

/// What was lost comes later than what was not, so the order differs, and nothing else.
#[tokio::test]
async fn with_half_of_the_webhooks_the_channels_say_the_same() {
    let told = messages(&channels(&[]).await);
    for seed in 1..=6_u32 {
        let mut dice = seed.wrapping_mul(2_654_435_761);
        let fates: Vec<_> = (0..1_000)
            .map(|_| {
                dice ^= dice << 13;
                dice ^= dice >> 17;
                dice ^= dice << 5;
                if dice.is_multiple_of(2) {
                    WebhookFault::Lost
                } else {
                    WebhookFault::Doubled
                }
            })
            .collect();
        let found = messages(&channels(&fates).await);
        let lacks: Vec<_> = told.iter().filter(|it| !found.contains(it)).collect();
        let beyond: Vec<_> = found.iter().filter(|it| !told.contains(it)).collect();
        assert!(
            lacks.is_empty() && beyond.is_empty() && told.len() == found.len(),
            "seed {seed}: lacks {lacks:#?} and has {beyond:#?}"
        );
    }
}
