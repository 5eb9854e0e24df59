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
wait 3m
taro edits review comment 2
| Not needed any more.
hanako dismisses review 1
| It is there now.
taro reviews acme/shop#2: approve
hanako merges acme/shop#2
wait 3m
taro deletes comment 2
wait 15s
hanako opens issue acme/shop \"search is slow\"
taro comments on acme/shop#3
| The index is being rebuilt.
wait 3m
hanako renames acme/shop#3 to \"search is slow #search-20210102i\"
taro comments on acme/shop#3
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

/// What the channels show in the end, as people see it.
async fn channels(lost: bool) -> Vec<String> {
    let start: Timestamp = "2021-01-01T10:00:00+09:00".parse().unwrap();
    let mut world = World::by_hand(Lang::En, start, "https://github.example")
        .await
        .unwrap();
    play(&mut world, FIRST).await;
    if lost {
        for _ in 0..1_000 {
            world
                .sandbox
                .github
                .faults()
                .next_webhook(WebhookFault::Lost);
        }
    }
    play(&mut world, THEN).await;
    let wait = Act::Wait(SignedDuration::from_mins(15));
    world.act(&wait, 0).await.unwrap();
    let unmet = world.sandbox.github.faults().unmet();
    assert_eq!(
        unmet < 1_000 && unmet > 0,
        lost,
        "the second world loses webhooks"
    );
    let seen = world.seen();
    world.stop().await;
    seen.into_iter()
        .map(|seen| format!("{:?}\n{}", seen.place, seen.text))
        .collect()
}

#[tokio::test]
async fn without_webhooks_the_channels_read_the_same() {
    let (told, found) = tokio::join!(channels(false), channels(true));
    assert!(told.iter().any(|channel| channel.contains("Rebuilt.")));
    assert_eq!(told.join("\n\n"), found.join("\n\n"));
}
