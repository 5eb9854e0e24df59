//! The drill of the slides, from the mention to the closed issue.

use std::sync::Arc;

use jiff::SignedDuration;

use super::world::{Side, World, person, time};
use crate::i18n::Lang;
use crate::incident::form;
use crate::incident::parse::{Heard, parse_comment, parse_slack};
use crate::incident::view::{Bit, Line};
use crate::incident::{Command, Declaration, Fact, Moment, Phase, Rules, Tell, What, mark, view};

/// A line as somebody reads it.
fn read(line: &Line) -> String {
    let bit = |bit: &Bit| match bit {
        Bit::Text(text) | Bit::Strong(text) | Bit::Code(text) => text.clone(),
        Bit::Link { text, .. } => text.clone(),
        Bit::Time(time) => crate::incident::time::clock(*time, super::world::rules().zone()),
        Bit::Who(who) => format!("@{}", who.called()),
        Bit::Group(group) => format!("@{group}"),
        Bit::Channel { name, .. } => format!("#{name}"),
    };
    line.iter().map(bit).collect()
}

impl World {
    fn heard(&self) -> Vec<String> {
        let incident = self.the();
        let lang = self.rules.lang;
        let say =
            |(_, tell): &(_, Tell)| read(&view::tell(tell, &incident, &self.rules, lang).headline);
        self.told.iter().map(say).collect()
    }

    /// Types a line to sssbot in the incident's channel.
    fn types(&mut self, who: &str, text: &str) {
        let heard = parse_slack(text, &"USSSBOT".into(), &self.rules, self.now);
        let Heard::Command(command) = heard else {
            panic!("{text} is {heard:?}");
        };
        self.does(who, Side::Slack, &command).unwrap();
    }

    /// Writes a comment on the issue.
    fn comments(&mut self, who: &str, text: &str) {
        for heard in parse_comment(text, &self.rules, self.now) {
            let Heard::Command(command) = heard else {
                panic!("{text} is {heard:?}");
            };
            self.does(who, Side::GitHub, &command).unwrap();
        }
    }
}

fn declare() -> Command {
    Command::Declare(Declaration {
        kind: Some("セキュリティインシデント".into()),
        feeling: Some("BLUE".into()),
        drill: true,
        ..Declaration::new("colorme", "怪しいコマンドがサーバで実行されている可能性")
    })
}

#[test]
fn the_drill_of_the_slides() {
    let mut world = World::new("2021-09-30T15:12:41+09:00");

    // A: a bare mention is all there is to remember.
    let heard = parse_slack("<@USSSBOT>", &"USSSBOT".into(), &world.rules, world.now);
    assert_eq!(heard, Heard::Mention);
    let greeting = view::greeting(&person("hiboma"), &world.rules, Lang::Ja);
    assert_eq!(read(&greeting.headline), "hi @hiboma、なんでしょうか");
    assert_eq!(read(&greeting.choices[0].0), "💡 障害ですか?");
    let button = greeting.choices[1].1.label(&world.rules, Lang::Ja);
    assert_eq!(button, "チャンネルを作る!");

    // B to E1: all of it follows from the form.
    world.does("hiboma", Side::Slack, &declare()).unwrap();
    let incident = world.the();
    assert_eq!(incident.channel.name, "colorme-20210930i-訓練");
    assert_eq!(incident.phase(), Phase::Declared);
    assert_eq!(world.log[..2], ["open the issue", "make the channel"]);
    for done in [
        "set the topic",
        "show the card",
        "invite the group colorme-first",
        "invite the group security",
        "broadcast Declared to #dev",
    ] {
        assert!(
            world.log.iter().any(|l| l == done),
            "{done}: {:#?}",
            world.log
        );
    }
    assert_eq!(
        world.heard(),
        [
            "#colorme-20210930i-訓練 が作成されました",
            "@hiboma チャンネルを作ってくれてありがとうございます。いまいまだどんな状況でしょうか?",
            "#dev に通知しました",
        ]
    );

    // E2 to E4.
    world.told.clear();
    world.until("2021-09-30T15:20:00+09:00");
    world.types("hiboma", "<@USSSBOT> ハンドラーはわたしです");
    let link = "https://example.slack.com/archives/C0000000001/p1632982301039800";
    world.types("hiboma", &format!("<@USSSBOT> インシデントの検知 <{link}>"));
    assert_eq!(
        world.heard(),
        [
            "インシデントハンドラーはどなたですか?",
            "@hiboma さんがハンドラーですね",
            "Slack でインシデントを検知した際のメッセージは分かりますか?",
            "コミュニケーション方法を選択・確立しましょう",
            "検知: 2021-09-30 15:11:41 +0900 (@hiboma さんが記録)",
        ]
    );
    let detected = world.the().time(Moment::Detected).unwrap();
    assert_eq!(detected.as_microsecond(), 1_632_982_301_039_800);

    // F, G, H: half of it from GitHub.
    world.told.clear();
    world.until("2021-09-30T15:31:00+09:00");
    world.comments("hanako", "見ました。\n\n/level 3\n");
    world.types("hiboma", "<@USSSBOT> 済 1");
    world.until("2021-09-30T15:48:32+09:00");
    world.comments("hiboma", "/recovered");
    world.until("2021-09-30T18:00:00+09:00");
    assert_eq!(
        world.heard(),
        [
            "インシデントの検知から 18分 経過しています",
            "#colorme-20210930i-訓練 の事象レベルが 3 🔥🔥🔥 に宣言されました",
            "@hiboma 事象レベルの宣言に合わせて確認をお願いします",
            "#dev に通知しました",
            "#leaders に通知しました",
            "インシデントの検知から 33分 経過しています",
            "@hiboma さんが #colorme-20210930i-訓練 の復旧を宣言しました",
            "#dev に通知しました",
            "#leaders に通知しました",
            "インシデントの検知から 48分 経過しています",
        ]
    );

    // K: the last word closes the channel and the issue.
    world.told.clear();
    world.types("hiboma", "<@USSSBOT> 解決");
    world.types("hiboma", "<@USSSBOT> アーカイブ 訓練は終わりです");
    assert_eq!(world.log.last().unwrap(), "archive the channel");
    let incident = world.the();
    assert_eq!(incident.phase(), Phase::Archived);
    assert!(
        world.heard()[0].ends_with("解決しました"),
        "{:?}",
        world.heard()
    );

    // The record is that of the slide.
    let issue = incident.issue.clone().unwrap();
    assert_eq!(issue.title, "#colorme-20210930i-訓練");
    assert!(!issue.open);
    let labels: Vec<&str> = issue.labels.iter().map(String::as_str).collect();
    assert_eq!(
        labels,
        [
            "colorme",
            "セキュリティインシデント",
            "事象レベル3 🔴🔴🔴",
            "訓練"
        ]
    );
    for text in [
        "sssbot が自動でコメントしています",
        "### インシデントの概要\n\n- サービス colorme\n- チャンネル #colorme-20210930i-訓練\n",
        "### サマリ\n\n怪しいコマンドがサーバで実行されている可能性\n",
        "### チャンネル作成の記録\n\n- 2021-09-30 15:12:41 +0900\n",
    ] {
        assert!(issue.body.contains(text), "{text} in {}", issue.body);
    }
    let recovered = world.timeline.iter().find(|entry| {
        let moment = Moment::Recovered;
        matches!(&entry.what, What::Marked(Fact::Moment { moment: m, .. }) if *m == moment)
    });
    let recovered = recovered.and_then(|entry| entry.mark()).unwrap();
    let comment = mark::write(&recovered, Lang::Ja, world.rules.zone());
    let slide =
        "sssbot が自動でコメントしています\n\n### 復旧の記録\n\n- 2021-09-30 15:48:32 +0900\n";
    assert!(comment.starts_with(slide), "{comment}");
    assert_eq!(incident.people, [person("hanako"), person("hiboma")]);
}

#[test]
fn while_github_is_away_people_go_on_and_it_catches_up() {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    world.github_is_up = false;
    world.does("hiboma", Side::Slack, &declare()).unwrap();
    world.types("hiboma", "ハンドラーはわたしです");
    let incident = world.the();
    assert!(incident.is_provisional());
    assert!(incident.channel.id.is_some());
    assert!(world.log.iter().all(|line| line != "open the issue"));

    // GitHub is back: the issue first, then all looks as it would have.
    world.github_is_up = true;
    world.catch_up();
    let incident = world.the();
    let issue = incident.issue.clone().unwrap();
    assert!(incident.waiting.is_empty());
    assert_eq!(issue.assignees, [person("hiboma")]);
    assert!(issue.labels.contains("colorme"), "{issue:?}");
    assert!(view::body_is_current(&issue.body, &incident, &world.rules));
    let opened = world.log.iter().filter(|line| *line == "open the issue");
    assert_eq!(opened.count(), 1);
}

#[test]
fn what_was_there_before_us_is_understood_and_left_alone() {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    let opened = crate::incident::Opened {
        repo: "pepabo/postmortem".into(),
        number: 886,
        url: String::new(),
        title: "#colorme-20210930i-訓練".to_owned(),
        body: "## サマリ\n\n怪しいコマンド\n\n## チャンネル作成の記録\n\n- 2021-09-30 15:12:00 +0900\n"
            .to_owned(),
        ours: false,
    };
    world.native(Some("pepabot"), What::Opened(opened));
    world.native(
        Some("pepabot"),
        What::Labeled("事象レベル2 🔴🔴".to_owned()),
    );
    world.native(Some("pepabot"), What::Closed { reason: None });
    let incident = world.the();
    assert!(incident.adopted && incident.drill);
    assert_eq!(incident.service.value.as_str(), "colorme");
    assert_eq!(incident.summary.value, "怪しいコマンド");
    assert_eq!(incident.declared, time("2021-09-30T15:12:00+09:00"));
    let incident_phase = incident.phase();
    assert_eq!(incident.level.unwrap().value, 2);
    assert_eq!(incident_phase, Phase::Resolved);
    assert_eq!(world.log, ["find the channel"]);
}

#[test]
fn an_issue_form_starts_the_same() {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    let body = "### サービス\n\ncolorme\n\n### サマリ\n\n決済が失敗している\n\n\
                ### インシデントの類型\n\n障害\n\n### 本番か訓練か\n\n本番\n";
    let form = form::read(body, &world.rules, world.now).unwrap();
    let opened = crate::incident::Opened {
        repo: "pepabo/postmortem".into(),
        number: 886,
        url: String::new(),
        title: "Incident".to_owned(),
        body: body.to_owned(),
        ours: false,
    };
    world.native(Some("hanako"), What::Opened(opened));
    assert_eq!(world.incident(), None);
    for command in form.commands() {
        world.does("hanako", Side::GitHub, &command).unwrap();
    }
    let incident = world.the();
    let issue = incident.issue.clone().unwrap();
    assert_eq!(issue.title, "#colorme-20210930i");
    assert!(issue.body.starts_with(body.trim_end()), "{}", issue.body);
    assert!(issue.labels.contains("障害"));
    assert!(!incident.drill && !incident.adopted);
    assert_eq!(incident.creator, person("hanako"));
    assert_eq!(incident.time(Moment::Detected), Some(world.now));
    assert!(
        world
            .log
            .iter()
            .any(|line| line == "broadcast Declared to #dev")
    );
}

#[test]
fn what_only_mentions_a_channel_is_no_incident() {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    let opened = crate::incident::Opened {
        repo: "pepabo/postmortem".into(),
        number: 12,
        url: String::new(),
        title: "Follow up on #colorme-20210930i".to_owned(),
        body: String::new(),
        ours: false,
    };
    world.native(Some("hanako"), What::Opened(opened));
    assert_eq!(world.incident(), None);
    assert!(world.log.is_empty());
}

#[test]
fn a_level_calls_in_whom_the_playbook_names_for_it() {
    for side in [Side::Slack, Side::GitHub] {
        let mut world = World::new("2021-09-30T15:12:41+09:00");
        let mut playbook = (*world.rules.playbook).clone();
        playbook.levels[2].invite.groups = vec!["leads".into()];
        world.rules = Rules::new(Arc::new(playbook), Lang::Ja);
        world.does("hiboma", Side::Slack, &declare()).unwrap();
        let mut called = Vec::new();
        for level in [1, 3, 1, 3] {
            world.now += SignedDuration::from_secs(61);
            let command = Command::SetLevel(Some(level));
            world.does("hiboma", side, &command).unwrap();
            let leads = world
                .log
                .iter()
                .filter(|it| *it == "invite the group leads");
            called.push(leads.count());
        }
        assert_eq!(called, [0, 1, 1, 1], "{side:?}: {:#?}", world.log);
    }
}
