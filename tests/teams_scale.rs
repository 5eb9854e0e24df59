//! Many groups and many people, over HTTP, with Slack's own limits and pages: how much is asked, and
//! how long it takes. Run with `--nocapture` to read the numbers; the time is the world's.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use sssbot::cli::world::World;
use sssbot::i18n::Lang;
use sssbot::id::SlackUserId;
use sssbot::sandbox::slack::{GroupChange, GroupView, Links, NewPerson};
use sssbot::sandbox::story::Story;

/// How many people Slack gives at once: it advises to ask for no more.
const PAGE: usize = 200;

/// A workspace with so many people.
async fn world(people: usize) -> (World, Vec<SlackUserId>) {
    let start: Timestamp = "2021-01-01T10:00:00+09:00".parse().unwrap();
    let world = World::by_hand(Lang::En, start, "https://github.example")
        .await
        .unwrap();
    let slack = &world.sandbox.slack;
    slack.set_page(PAGE);
    let person = |n: usize| slack.add_user(NewPerson::named(&format!("p{n:04}")));
    let people = (0..people).map(person).collect();
    (world, people)
}

async fn play(world: &mut World, acts: &str) {
    let story = Story::parse(&format!("# Acts\n\n```do\n{acts}```\n")).unwrap();
    for act in story.steps.iter().flat_map(|step| &step.acts) {
        world.act(&act.act, act.line).await.unwrap();
    }
}

fn file(on: &str, text: &str) -> String {
    let lines: String = text.lines().map(|line| format!("| {line}\n")).collect();
    format!("file acme/postmortem userteams.yaml{on}\n{lines}")
}

/// Calls to Slack since then, by method.
fn calls(world: &World, since: usize) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for call in &world.sandbox.slack.told()[since..] {
        *calls.entry(call.method.clone()).or_default() += 1;
    }
    calls
}

fn groups(world: &World) -> Vec<GroupView> {
    world.sandbox.slack.snapshot().groups
}

/// What the checks of the newest commit, or of a pull request's head, are called and how they ended.
fn checks(world: &World, pull: Option<u64>) -> Vec<(String, Option<String>, String)> {
    let repos = world.sandbox.github.snapshot().repos;
    let repo = repos
        .iter()
        .find(|it| it.name == "acme/postmortem")
        .unwrap();
    let commit = match pull {
        None => {
            let mut all = repo.branches.iter();
            let tip = all.find(|(name, _)| *name == repo.default_branch);
            tip.unwrap().1.clone()
        }
        Some(number) => {
            let issue = repo.issues.iter().find(|it| it.number == number).unwrap();
            issue.pull.as_ref().unwrap().head_sha.clone()
        }
    };
    let checks = world.sandbox.github.checks_on(&repo.name, &commit);
    let shown = checks
        .into_iter()
        .map(|it| (it.name, it.conclusion, it.title));
    shown.collect()
}

fn ended(name: &str, how: &str, title: &str) -> (String, Option<String>, String) {
    (name.to_owned(), Some(how.to_owned()), title.to_owned())
}

/// Lets time pass until a check says how it ended; how long that took.
async fn until_ended(world: &mut World, name: &str) -> SignedDuration {
    let begun = world.clock().now();
    for _ in 0..2_000 {
        let done = checks(world, None).into_iter();
        if done
            .into_iter()
            .any(|(it, how, _)| it == name && how.is_some())
        {
            return world.clock().now().duration_since(begun);
        }
        play(world, "wait 9s\n").await;
    }
    panic!("{name} never ends: {:?}", checks(world, None));
}

/// A file as arisaid has it: 100 groups, anchors, lists in lists, another order than Slack's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_groups_and_a_thousand_people_of_before_change_nothing() {
    let (mut world, people) = world(1_000).await;
    let mut text = String::new();
    for n in 0..90 {
        write!(
            text,
            "- name: Team {n}\n  description: \"\"\n  handle: team-{n}\n  users: &t{n}\n"
        )
        .unwrap();
        let own = (n * 11..n * 11 + 11).rev();
        own.for_each(|n| writeln!(text, "  - p{n:04}").unwrap());
        let members = &people[n * 11..n * 11 + 11];
        world
            .sandbox
            .slack
            .add_group(&format!("Team {n}"), &format!("team-{n}"), members, None);
    }
    for n in 0..10 {
        let (one, two) = (n * 9, n * 9 + 5);
        write!(text, "- name: Joint {n}\n  handle: joint-{n}\n  users:\n  - *t{two}\n  - - *t{one}\n    - p0990\n").unwrap();
        let mut members = people[one * 11..one * 11 + 11].to_vec();
        members.extend_from_slice(&people[two * 11..two * 11 + 11]);
        members.push(people[990].clone());
        world
            .sandbox
            .slack
            .add_group(&format!("Joint {n}"), &format!("joint-{n}"), &members, None);
    }
    play(&mut world, "wait 2m\n").await;
    let before = groups(&world);
    assert_eq!(before.len(), 100);
    let since = world.sandbox.slack.told().len();
    play(&mut world, &file("", &text)).await;
    let took = until_ended(&mut world, "userteams apply").await;
    assert_eq!(
        checks(&world, None),
        [ended(
            "userteams apply",
            "success",
            "Slack is like this already; nothing was changed"
        )]
    );
    let asked = calls(&world, since);
    println!("100 groups, 1,000 people, the first run: {took:#}, {asked:?}");
    // Six pages of people, and one list of groups with who is in them.
    assert_eq!(asked.get("users.list"), Some(&6), "{asked:?}");
    assert_eq!(asked.get("usergroups.list"), Some(&1), "{asked:?}");
    assert_eq!(asked.values().sum::<usize>(), 7, "{asked:?}");
    assert!(took <= SignedDuration::from_mins(1), "{took:#}");

    let since = world.sandbox.slack.told().len();
    let other = file(" on other", &format!("# Who is called first\n{text}"));
    play(
        &mut world,
        &format!("{other}p0001 opens pull acme/postmortem \"Words\" from other\nwait 1m\n"),
    )
    .await;
    assert_eq!(
        checks(&world, Some(1)),
        [ended(
            "userteams",
            "success",
            "No user group of Slack's changes"
        )]
    );
    let asked = calls(&world, since);
    println!("and a pull request: {asked:?}");
    // People are known for ten minutes.
    assert!(asked.values().sum::<usize>() <= 8, "{asked:?}");
    assert_eq!(groups(&world), before);
    assert_eq!(world.broken_promises(), [""; 0]);
    world.stop().await;
}

/// Of 1,000 groups, 360 change, each in a call of its own, which Slack takes at 20 a minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_groups_change_as_fast_as_slack_lets_them() {
    const CHANGE: usize = 360;
    let (mut world, people) = world(100).await;
    for n in 0..1_000 {
        let (name, handle) = (format!("Team {n}"), format!("team-{n}"));
        let one = &people[n % 100..=n % 100];
        world.sandbox.slack.add_group(&name, &handle, one, None);
    }
    let text = |changed: usize| {
        let team = |n: usize| {
            let long = "who is called first when this breaks ".repeat(3);
            let description = match n < changed {
                true => format!(", description: {long}{n}"),
                false => String::new(),
            };
            format!(
                "- {{ name: Team {n}, handle: team-{n}, users: [p{:04}]{description} }}\n",
                n % 100
            )
        };
        (0..1_000).map(team).collect::<String>()
    };
    play(&mut world, &format!("wait 2m\n{}", file("", &text(0)))).await;
    until_ended(&mut world, "userteams apply").await;
    let next = file(" on next", &text(CHANGE));
    play(
        &mut world,
        &format!("{next}p0001 opens pull acme/postmortem \"Next\" from next\nwait 1m\n"),
    )
    .await;
    assert_eq!(checks(&world, Some(1))[0].1.as_deref(), Some("success"));
    let since = world.sandbox.slack.told().len();
    let before = world.sandbox.github.asked();
    play(&mut world, "p0001 merges acme/postmortem#1\n").await;
    let took = until_ended(&mut world, "userteams apply").await;
    assert_eq!(
        checks(&world, None),
        [ended("userteams apply", "success", "Applied to Slack")]
    );
    let described = groups(&world)
        .into_iter()
        .filter(|it| !it.description.is_empty());
    assert_eq!(described.count(), CHANGE);
    let asked = calls(&world, since);
    let counted: u64 = world
        .sandbox
        .github
        .asked()
        .values()
        .map(|it| it.counted)
        .sum();
    let counted = counted - before.values().map(|it| it.counted).sum::<u64>();
    println!("360 of 1,000 groups: {took:#}, {asked:?}, GitHub: {counted} that count");
    assert_eq!(asked.get("usergroups.update"), Some(&CHANGE), "{asked:?}");
    // Once for each minute's calls, to see what is left.
    assert!(asked["usergroups.list"] <= 30, "{asked:?}");
    assert!(took <= SignedDuration::from_mins(23), "{took:#}");
    assert!(counted <= 400, "{counted}");
    assert_eq!(world.broken_promises(), [""; 0]);
    world.stop().await;
}

/// Slack's event about a group tells of 500 members at most: it rings a bell, and is not believed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_more_than_an_event_holds_is_known_whole() {
    let (mut world, people) = world(700).await;
    let slack = world.sandbox.slack.clone();
    let id = slack.add_group("All", "all", &people[..600], None);
    let names: Vec<String> = (0..600).map(|n| format!("p{n:04}")).collect();
    let text = format!(
        "- {{ name: All, handle: all, users: [{}] }}\n",
        names.join(", ")
    );
    play(
        &mut world,
        "channel #dev with sssbot\nfile acme/postmortem .github/sssbot.yaml\n| broadcast: [dev]\n",
    )
    .await;
    play(&mut world, &file("", &text)).await;
    until_ended(&mut world, "userteams apply").await;
    let more = GroupChange::Add(vec![people[650].clone()]);
    slack.change_group(&id, &people[0], &more).unwrap();
    play(&mut world, "wait 1m\n").await;
    let said = slack.channel("dev").unwrap().messages;
    let said = said.iter().filter(|message| message.by_bot);
    let said: Vec<String> = said
        .map(|it| it.plain(&slack.names(), Links::Hidden))
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("all: p0650 in it but not in the files (last"),
        "{said:?}"
    );
    assert_eq!(groups(&world)[0].users.len(), 601, "nothing is taken away");
    assert_eq!(world.broken_promises(), [""; 0]);
    world.stop().await;
}

/// A list of people that has more pages than Slack gives in a minute is read all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_people_are_read_in_more_than_a_minute() {
    let (mut world, people) = world(5_000).await;
    world
        .sandbox
        .slack
        .add_group("Shop", "shop", &people[4_998..], None);
    let text = "- { name: Shop, handle: shop, users: [p4999, p4998] }\n";
    let since = world.sandbox.slack.told().len();
    play(&mut world, &file("", text)).await;
    let took = until_ended(&mut world, "userteams apply").await;
    assert_eq!(checks(&world, None)[0].1.as_deref(), Some("success"));
    let asked = calls(&world, since);
    println!("5,000 people in pages of {PAGE}: {took:#}, {asked:?}");
    assert!(asked["users.list"] <= 30, "{asked:?}");
    assert!(took <= SignedDuration::from_mins(3), "{took:#}");
    assert_eq!(world.broken_promises(), [""; 0]);
    world.stop().await;
}
