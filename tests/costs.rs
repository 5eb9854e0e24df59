//! What looking at GitHub costs, and what it costs to begin without a database: counted at the
//! sandbox's doors, in hours that pass in seconds. Run with `--nocapture` to read the numbers.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sssbot::cli::world::World;
use sssbot::i18n::Lang;
use sssbot::id::DoneKey;
use sssbot::sandbox::WebhookFault;
use sssbot::sandbox::github::Asked;
use sssbot::sandbox::slack::Limits;
use sssbot::sandbox::story::{Act, AppAct, Story};
use sssbot::secret::Secret;
use sssbot::slack::{Metadata, Settings, Slack};

const REPOS: usize = 5;
const CHANNELS: usize = 20;
const MESSAGES: usize = 1_000;

async fn world() -> World {
    let start: Timestamp = "2021-01-01T10:00:00+09:00".parse().unwrap();
    World::by_hand(Lang::En, start, "https://github.example")
        .await
        .unwrap()
}

async fn play(world: &mut World, acts: &str) {
    let story = Story::parse(&format!("# Acts\n\n```do\n{acts}```\n")).unwrap();
    for act in story.steps.iter().flat_map(|step| &step.acts) {
        world.act(&act.act, act.line).await.unwrap();
    }
}

async fn wait(world: &mut World, span: SignedDuration) {
    world.act(&Act::Wait(span), 0).await.unwrap();
}

/// Five repositories, each with an issue and a pull request that belong to a channel.
async fn five() -> World {
    let mut world = world().await;
    for n in 1..=REPOS {
        let acts = format!(
            "channel #shop-2021010{n}i\nrepo acme/shop{n}\n\
             hanako pushes \"fix: an index\" to acme/shop{n} fix/index\n\
             hanako opens issue acme/shop{n} \"#shop-2021010{n}i payment fails\"\n\
             hanako opens pull acme/shop{n} \"An index (#shop-2021010{n}i)\" from fix/index\n"
        );
        play(&mut world, &acts).await;
    }
    wait(&mut world, SignedDuration::from_mins(15)).await;
    world
}

/// What was asked since `before`: in all, what counts and what is free; and the same by kind.
fn since(world: &World, before: &BTreeMap<String, Asked>) -> (Asked, String) {
    let (mut all, mut kinds) = (Asked::default(), String::new());
    for (kind, now) in world.sandbox.github.asked() {
        let then = before.get(&kind).copied().unwrap_or_default();
        let (counted, free) = (now.counted - then.counted, now.free - then.free);
        all.counted += counted;
        all.free += free;
        if counted + free > 0 {
            kinds += &format!("  {kind}: {counted} + {free} free\n");
        }
    }
    (all, kinds)
}

/// An hour in which, every minute, this happens in each repository.
async fn hour(world: &mut World, every_minute: Option<&str>, lost: bool) -> Asked {
    let before = world.sandbox.github.asked();
    let end = world.clock().now() + SignedDuration::from_hours(1);
    while let Some(acts) = every_minute
        && world.clock().now() < end
    {
        let minute = world.clock().now() + SignedDuration::from_mins(1);
        for n in 1..=REPOS {
            if lost {
                let faults = world.sandbox.github.faults();
                faults.next_webhook(WebhookFault::Lost);
            }
            play(world, &acts.replace("REPO", &format!("acme/shop{n}"))).await;
        }
        let rest = minute.duration_since(world.clock().now());
        wait(world, rest).await;
    }
    let rest = end.duration_since(world.clock().now());
    wait(world, rest.max(SignedDuration::ZERO)).await;
    let (all, kinds) = since(world, &before);
    let what = every_minute.unwrap_or("nothing");
    println!(
        "an hour of: {} (lost: {lost})\n{kinds}  {all:?}",
        what.trim()
    );
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_hour_of_looking_costs_so_much() {
    let mut world = five().await;
    let still = hour(&mut world, None, false).await;
    assert!(still.counted <= 20 && still.free <= 1_460, "{still:?}");
    let comment = Some("taro comments on REPO#2\n| Still at it.\n");
    let told = hour(&mut world, comment, false).await;
    assert!(told.counted <= 2_450, "{told:?}");
    let found = hour(&mut world, comment, true).await;
    assert!(found.counted <= 2_450, "{found:?}");
    let push = Some("taro pushes 1 commit to REPO shop-20210101i/fix\n");
    let pushed = hour(&mut world, push, false).await;
    assert!(pushed.counted <= 335, "{pushed:?}");
    wait(&mut world, SignedDuration::from_hours(7)).await;
    let quiet = hour(&mut world, None, false).await;
    assert!(quiet.counted <= 20 && quiet.free <= 160, "{quiet:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_begin_without_a_database_costs_so_much() {
    let mut world = world().await;
    play(&mut world, "repo acme/shop\napp stops\n").await;
    let slack = world.sandbox.slack.clone();
    slack.set_limits(Limits::off());
    let ours = Slack::new(Settings {
        api_url: world.sandbox.slack_api.clone(),
        token: Secret::new(world.sandbox.keys.bot_token.clone()),
        timeout: std::time::Duration::from_secs(10),
    })
    .unwrap();
    let mut posting = tokio::task::JoinSet::new();
    for n in 1..=CHANNELS {
        let channel = format!("shop-202101{n:02}i");
        play(&mut world, &format!("channel #{channel} with sssbot\n")).await;
        let id = slack.channel_named(&channel).unwrap();
        let ours = ours.clone();
        posting.spawn(async move {
            for m in 0..MESSAGES {
                let key = DoneKey::new(format!("c:{}", n * MESSAGES + m));
                let metadata = Metadata::new(key, 26_000_000_000_000);
                let text = format!("taro commented: {m}");
                ours.post(&id, &text, &[], &metadata).await.unwrap();
            }
        });
    }
    posting.join_all().await;
    wait(&mut world, SignedDuration::from_mins(30)).await;
    slack.set_limits(Limits::slack());
    for n in 1..=CHANNELS {
        let acts =
            format!("hanako opens issue acme/shop \"#shop-202101{n:02}i payment fails again\"\n");
        play(&mut world, &acts).await;
    }
    let (begun, calls) = (world.clock().now(), slack.told().len());
    let before = world.sandbox.github.asked();
    world.act(&Act::App(AppAct::LoseDatabase), 0).await.unwrap();
    wait(&mut world, SignedDuration::from_mins(10)).await;

    let mut methods: BTreeMap<String, u64> = BTreeMap::new();
    let mut last = begun;
    for call in &slack.told()[calls..] {
        *methods.entry(call.method.clone()).or_default() += 1;
        if call.method == "chat.postMessage" {
            assert_eq!(call.answer, "ok");
            last = last.max(call.at);
        }
    }
    let (github, kinds) = since(&world, &before);
    let took = last.duration_since(begun);
    println!("{CHANNELS} channels of {MESSAGES} messages: {took:#}\n{methods:#?}\n{kinds}");
    assert_eq!(methods.get("chat.postMessage"), Some(&20));
    assert_eq!(methods.get("chat.update"), None);
    // Two for each channel at first, and two within twenty for what came late.
    assert!(methods["conversations.history"] <= 80, "{methods:?}");
    assert!(took <= SignedDuration::from_mins(1), "{took:#}");
    assert!(github.counted <= 80, "{github:?}");
    for n in 1..=CHANNELS {
        let channel = slack.channel(&format!("shop-202101{n:02}i")).unwrap();
        let said = channel.messages.iter().filter(|message| message.by_bot);
        assert_eq!(said.count(), MESSAGES + 1, "{}", channel.name);
    }
    assert_eq!(slack.limits_exceeded(), 0);
    world.stop().await;
}
