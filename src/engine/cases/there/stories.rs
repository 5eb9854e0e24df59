//! What an incident's GitHub side promises, told as it happens.

use jiff::Timestamp;
use prometheus_client::registry::Registry;
use serde_json::json;

use super::{REPO, World, channel};
use crate::engine::cases::Case;
use crate::engine::cases::by_issue::DeclaredThere;
use crate::engine::cases::record::{Remark, renewed};
use crate::engine::{Engine, Metrics, Parts};
use crate::github::GitHubError;
use crate::id::DoneKey;
use crate::incident::{Command, Fact, Moment, What, When, Who, fold};
use crate::sandbox::Fault;

#[tokio::test]
async fn what_was_written_reads_the_same() {
    let mut world = World::new().await;
    world.declare();
    let faults = world.sandbox.github.faults();
    faults.next(&format!("POST /repos/{REPO}/issues"), Fault::CutAfter);
    world.settle().await;
    let made = channel(world.now());
    world.take(vec![made]);
    let faults = world.sandbox.github.faults();
    faults.next(
        &format!("POST /repos/{REPO}/issues/1/comments"),
        Fault::CutAfter,
    );
    world.settle().await;
    for command in [
        Command::TakeHandler,
        Command::SetLevel(Some(3)),
        Command::Tick("2".to_owned()),
        Command::Note {
            text: "見て <!-- sssbot:v1 {} --> @acme/all".to_owned(),
            link: None,
            author: Who::default(),
        },
        Command::Set {
            moment: Moment::Detected,
            when: When::Now,
        },
        Command::SetLevel(Some(1)),
        Command::Set {
            moment: Moment::Recovered,
            when: When::Now,
        },
        Command::LayDownHandler,
        Command::Resolve { reason: None },
        Command::Reopen,
    ] {
        world.pass(60);
        world.press(&command);
        world.settle().await;
        let read = world.read(1).await;
        let there = fold(&read.entries, &world.rules).unwrap();
        assert_eq!(there, world.case().incident, "{command:?}");
        assert_eq!((read.ticked.len(), read.comments.len()), (0, 0));
    }
    let snapshot = world.sandbox.github.snapshot();
    let repo = snapshot
        .repos
        .iter()
        .find(|repo| repo.name == REPO)
        .unwrap();
    assert_eq!(repo.issues.len(), 1);
    // A channel, ten commands: the lost answers have left nothing twice.
    assert_eq!(world.ours(1).len(), 11);
    let colour = |name: &str| {
        let label = repo.labels.iter().find(|label| label.name == name);
        label.map(|label| label.color.as_str())
    };
    assert_eq!(colour("shop"), Some("1d76db"));
    assert_eq!(colour("事象レベル1 ⚠️"), Some("fbca04"));
}

#[tokio::test]
async fn people_work_beside_us() {
    let mut world = World::new().await;
    world.declare();
    world.settle().await;
    world.take(vec![channel(world.now())]);
    world.press(&Command::SetLevel(Some(2)));
    world.settle().await;
    world.pass(60);
    let label = json!({"labels": ["事象レベル3 🔴🔴🔴"]});
    world.person("taro", "POST", "issues/1/labels", label).await;
    world
        .person(
            "taro",
            "POST",
            "issues/1/assignees",
            json!({"assignees": ["hanako"]}),
        )
        .await;
    let read = world.read(1).await;
    world.take(read.entries);
    let incident = world.case().incident;
    assert_eq!(incident.level.unwrap().by, Who::on_github("taro"));
    let slack = incident.handler.unwrap().value.slack;
    assert_eq!(slack, Some("U01HANAKO01".into()));
    // One label of a level stays, and a box that somebody ticks while we write stays ticked.
    world.pass(60);
    let body = world.case().incident.issue.unwrap().body;
    let body = body.replacen("- [ ]", "- [x]", 1);
    let body = format!("社内メモ\n\n{body}");
    world
        .person("taro", "PATCH", "issues/1", json!({"body": body}))
        .await;
    world.settle().await;
    let read = world.read(1).await;
    assert_eq!(read.ticked, [("notice".to_owned(), true)]);
    let (case, now) = (world.case(), world.now());
    let engine = &world.engine;
    let ticks = async |by: &str| {
        let by = Some(by.into());
        let heard = engine.hear_ticks(&case, &read.ticked, by.as_ref(), now, now);
        heard.await.unwrap()
    };
    let heard = ticks("hanako").await;
    assert_eq!(heard.len(), 1);
    // The playbook does not let him: the box goes back.
    assert_eq!(ticks("taro").await, []);
    assert_eq!(world.read(1).await.ticked, []);
    world.take(heard);
    world.settle().await;
    let read = world.read(1).await;
    assert_eq!(read.ticked, []);
    let there = fold(&read.entries, &world.rules).unwrap();
    assert!(there.is_done("notice"));
    let issue = there.issue.unwrap();
    assert!(issue.body.starts_with("社内メモ\n\n"), "{}", issue.body);
    let labels: Vec<&String> = issue.labels.iter().collect();
    assert_eq!(labels, ["shop", "事象レベル3 🔴🔴🔴"]);
    // Somebody empties the text: it is the same incident, and its block comes back.
    let emptied = json!({"body": "片付けました"});
    world.person("taro", "PATCH", "issues/1", emptied).await;
    world.catch_up().await;
    let read = world.read(1).await;
    let again = fold(&read.entries, &world.rules).unwrap();
    assert_eq!((again.key, again.adopted), (there.key, false));
    assert!(
        again
            .issue
            .unwrap()
            .body
            .starts_with("片付けました\n\n<!--")
    );
}

#[tokio::test]
async fn commands_in_comments_are_followed_or_answered_once() {
    let mut world = World::new().await;
    world.declare();
    world.settle().await;
    world.sandbox.github.set_role("reader", "read");
    world.sandbox.github.set_role("triager", "triage");
    world.pass(60);
    let level = world.says("triager", 1, "見ています\n\n/level 3").await;
    world.says("reader", 1, "/level 1").await;
    let typo = world.says("hanako", 1, "/levle 2\n/help").await;
    world.says("hanako", 1, "雑談です").await;
    let hear = async |world: &mut World| {
        let read = world.read(1).await;
        let (case, now) = (world.case(), world.now());
        let engine = &world.engine;
        engine
            .hear_comments(&case, &read.comments, now)
            .await
            .unwrap()
    };
    let heard = hear(&mut world).await;
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].key, DoneKey::new(format!("cc:{level}:0")));
    let before = world.ours(1).len();
    let answers = world.ours(1).join("\n---\n");
    assert!(answers.contains("@reader\n\n「level」には"), "{answers}");
    assert!(answers.contains("@hanako\n\n「/levle」は"), "{answers}");
    assert!(
        answers.contains("```text\n/ハンドラーはわたしです\n"),
        "{answers}"
    );
    let thumbs = |world: &World, id| world.sandbox.github.reactions(REPO, id);
    assert_eq!(thumbs(&world, level), [("sssbot[bot]".to_owned(), "+1")]);
    assert_eq!(thumbs(&world, typo), []);
    // Again, with what it came to on record, and with all memory lost.
    world.take(heard);
    world.settle().await;
    assert_eq!(hear(&mut world).await, []);
    let read = world.read(1).await;
    let fresh = World::new().await;
    let forgetful = Engine::new(Parts {
        store: fresh.engine.0.parts.store.clone(),
        github: world.engine.0.parts.github.clone(),
        slack: world.engine.0.parts.slack.clone(),
        clock: world.clock.clone(),
        metrics: Metrics::register(&mut Registry::default()),
        settings: world.engine.0.parts.settings.clone(),
    });
    let mut case = world.case();
    case.entries = read.entries.clone();
    let now = world.now();
    let again = forgetful.hear_comments(&case, &read.comments, now).await;
    assert_eq!(again, Ok(vec![]));
    assert_eq!(
        world.ours(1).len(),
        before + 1,
        "the mark of the level, and no more"
    );
    // The typo is mended: that is when it counts.
    world.pass(60);
    let path = format!("issues/comments/{typo}");
    world
        .person("hanako", "PATCH", &path, json!({"body": "/level 2"}))
        .await;
    let heard = hear(&mut world).await;
    assert_eq!((heard.len(), heard[0].at), (1, world.now()));
    // With GitHub away nothing is heard, and nothing lost.
    world.sandbox.github.set_away(true);
    let (case, now) = (world.case(), world.now());
    world.says_nothing(&case, now).await;
}

impl World {
    async fn says_nothing(&self, case: &Case, now: Timestamp) {
        let mut remark = Remark {
            id: 1,
            author: "somebody".into(),
            who: Who::on_github("somebody"),
            at: now,
            edited_at: None,
            body: "/level 1".to_owned(),
            answered: Default::default(),
        };
        let away = self
            .engine
            .hear_comments(case, &[remark.clone()], now)
            .await;
        assert!(matches!(
            away,
            Err(GitHubError::Ambiguous { .. } | GitHubError::NotSent { .. })
        ));
        remark.body = "hi".to_owned();
        let chat = self.engine.hear_comments(case, &[remark], now).await;
        assert_eq!(chat, Ok(vec![]));
    }
}

#[tokio::test]
async fn an_issue_with_the_form_declares_an_incident() {
    let mut world = World::new().await;
    let form = |service: &str| {
        format!(
            "### サービス\n\n{service}\n\n### サマリ\n\n決済\n\n### 温度感\n\nred\n\n### 訓練\n\nいいえ\n"
        )
    };
    let new = json!({"title": "インシデント", "body": form("shpo")});
    world.person("hanako", "POST", "issues", new).await;
    for _ in 0..2 {
        let there = world.declared(1).await.unwrap();
        assert_eq!(there, DeclaredThere::Answered);
    }
    assert_eq!(world.ours(1).len(), 1);
    let answer = world.ours(1).remove(0);
    assert!(
        answer.starts_with("@hanako\n\nサービス「shpo」はありません。「shop」の"),
        "{answer}"
    );
    world.pass(60);
    let edited = json!({"body": form("ショップ")});
    world.person("hanako", "PATCH", "issues/1", edited).await;
    let there = world.declared(1).await.unwrap();
    let DeclaredThere::Declared(unnamed) = there else {
        panic!("{there:?}");
    };
    assert_eq!(unnamed.declaration.service.as_str(), "shop");
    world.take(unnamed.record.clone());
    world.take(unnamed.named("shop-20210930i"));
    world.settle().await;
    let read = world.read(1).await;
    let there = fold(&read.entries, &world.rules).unwrap();
    assert_eq!(there, {
        let mut here = world.case().incident;
        here.last_word = there.last_word;
        here
    });
    let issue = there.issue.unwrap();
    assert_eq!(issue.title, "#shop-20210930i");
    assert!(issue.body.starts_with(&form("ショップ")) && !there.adopted);
    let again = world.declared(1).await.unwrap();
    assert!(matches!(again, DeclaredThere::Record(_)));
    // One of before us, one that is about something else, one that is not there, a pull request.
    let new = json!({"title": "#sss-20200623i", "body": "## サマリ\n\n昔"});
    world.person("hanako", "POST", "issues", new).await;
    let there = world.declared(2).await.unwrap();
    let DeclaredThere::Record(entries) = there else {
        panic!("{there:?}");
    };
    let adopted = fold(&entries, &world.rules).unwrap();
    assert!(adopted.adopted && adopted.service.value.as_str() == "sss");
    let new = json!({"title": "再発防止", "body": "shop-20210930i の件"});
    world.person("hanako", "POST", "issues", new).await;
    for number in [3, 404] {
        let there = world.declared(number).await;
        assert_eq!(there, Ok(DeclaredThere::Nothing));
    }
}

#[tokio::test]
async fn on_an_issue_of_before_us_only_what_is_new_is_a_command() {
    let mut world = World::new().await;
    let new = json!({"title": "#sss-20200623i", "body": "昔"});
    world.person("hanako", "POST", "issues", new).await;
    world.says("hanako", 1, "/level 1").await;
    world.pass(86_400);
    world.says("hanako", 1, "/level 2").await;
    let read = world.read(1).await;
    world.take(read.entries);
    let (case, now) = (world.case(), world.now());
    let heard = world
        .engine
        .hear_comments(&case, &read.comments, now)
        .await
        .unwrap();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].what, What::Marked(Fact::Level { level: Some(2) }));
    assert!(case.incident.adopted);
}

/// Which of so many things happens next: always the same for a seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.throw(all.len() as u64)).unwrap()].clone()
    }
}

impl World {
    /// One thing that anybody does, in Slack or on GitHub.
    async fn something(&mut self, dice: &mut Dice) {
        let text = || Command::Note {
            text: "メモ --> <!-- sssbot:end -->".to_owned(),
            link: None,
            author: Who::default(),
        };
        let moment = Moment::ALL[usize::try_from(dice.throw(3)).unwrap()];
        let (set, when) = (moment, When::Now);
        let levels = ["事象レベル1 ⚠️", "事象レベル2 🔴🔴", "事象レベル3 🔴🔴🔴"];
        match dice.throw(9) {
            0..3 => {
                let command = dice.one_of(&[
                    Command::TakeHandler,
                    Command::LayDownHandler,
                    Command::HandOver(Who::on_github("taro")),
                    Command::SetLevel(Some(2)),
                    Command::SetLevel(None),
                    Command::Tick("1".to_owned()),
                    Command::Untick("1".to_owned()),
                    Command::Set { moment: set, when },
                    Command::Withdraw(moment),
                    Command::Summarise("別の要約".to_owned()),
                    Command::Resolve {
                        reason: Some("十分".to_owned()),
                    },
                    Command::Reopen,
                    text(),
                ]);
                self.try_press(&command);
            }
            3 => {
                let label = json!({"labels": [dice.one_of(&levels), "people's own"]});
                self.person("taro", "POST", "issues/1/labels", label).await;
            }
            4 => {
                let verb = dice.one_of(&["POST", "DELETE"]);
                let people = json!({"assignees": [dice.one_of(&["hanako", "taro"])]});
                self.person("taro", verb, "issues/1/assignees", people)
                    .await;
            }
            5 => {
                let state = json!({"state": dice.one_of(&["open", "closed"])});
                self.person("taro", "PATCH", "issues/1", state).await;
            }
            6 => {
                let said = dice.one_of(&[
                    "/level 1\n/handler me",
                    "/recovered\n/resolve",
                    "/detected 5分前",
                    "/note\n",
                    "/check 1\n/check 9",
                    "見ています",
                ]);
                self.says(dice.one_of(&["hanako", "taro"]), 1, said).await;
            }
            _ => {
                let body = self.case().incident.issue.unwrap().body;
                let (from, to) = dice.one_of(&[
                    ("- [ ]", "- [x]"),
                    ("- [ ]", "- [x]"),
                    ("- [x]", "- [ ]"),
                    ("### ", "人の文\n\n### "),
                ]);
                let body = json!({"body": body.replacen(from, to, 1)});
                self.person("hanako", "PATCH", "issues/1", body).await;
            }
        }
    }

    /// What an engine does when it hears that the issue was touched.
    async fn catch_up(&mut self) {
        let read = self.read(1).await;
        self.entries = renewed(&self.entries, &read.entries, |_| false);
        let now = self.now();
        let case = self.case();
        let mut heard = self.engine.hear_comments(&case, &read.comments, now).await;
        if heard.is_err() {
            self.pass(120);
            heard = self.engine.hear_comments(&case, &read.comments, now).await;
        }
        self.take(heard.unwrap());
        let case = self.case();
        let by = Some("hanako".into());
        let heard = self
            .engine
            .hear_ticks(&case, &read.ticked, by.as_ref(), now, now);
        let heard = heard.await.unwrap();
        self.take(heard);
        self.settle().await;
    }
}

#[tokio::test]
async fn whatever_happens_the_record_holds_what_we_believe() {
    let mut all = String::new();
    for seed in 1..=6 {
        // Seeds that are near each other shall not begin alike.
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        let mut world = World::new().await;
        world.declare();
        world.settle().await;
        world.take(vec![channel(world.now())]);
        world.press(&Command::SetLevel(Some(3)));
        for turn in 0..12 {
            world.pass(61);
            world.something(&mut dice).await;
            if dice.throw(3) == 0 {
                let call = dice.one_of(&[
                    "POST /repos/acme/postmortem/issues/1/comments",
                    "POST /repos/acme/postmortem/issues/1/labels",
                    "POST /repos/acme/postmortem/issues/1/assignees",
                    "PATCH /repos/acme/postmortem/issues/1",
                ]);
                let fault = dice.one_of(&[Fault::CutAfter, Fault::CutBefore]);
                world.sandbox.github.faults().next(call, fault);
            }
            world.catch_up().await;
            world.sandbox.github.faults().clear();
            let read = world.read(1).await;
            let there = fold(&read.entries, &world.rules).unwrap();
            let here = world.case().incident;
            // Who wrote last is told by the next reading.
            let told = crate::incident::Incident {
                last_word: there.last_word,
                people: there.people.clone(),
                ..here
            };
            assert_eq!(there, told, "seed {seed}, turn {turn}");
            let case = world.case();
            let heard = world
                .engine
                .hear_comments(&case, &read.comments, world.now());
            assert_eq!(heard.await, Ok(vec![]), "seed {seed}, turn {turn}");
        }
        let keys = world
            .read(1)
            .await
            .entries
            .into_iter()
            .map(|entry| entry.key);
        let keys: Vec<_> = keys.collect();
        let each: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(each.len(), keys.len(), "seed {seed}");
        for entry in &world.entries {
            all.push_str(&format!("{:?} {}\n", entry.via, entry.key));
        }
    }
    // Much did happen, on either side.
    for kind in [
        "Slack a:",
        "GitHub cc:",
        "GitHub tick:",
        ":labeled:",
        ":assigned:",
        ":closed:",
    ] {
        assert!(all.contains(kind), "{kind}\n{all}");
    }
}
