//! How incidents look: the issue's text around people's own, and every sentence in both languages.

use super::world::{Side, World, person, time};
use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::incident::rules::News;
use crate::incident::view::{self, Act, Bit, Line, Said};
use crate::incident::{Command, Declaration, Fact, Mark, Moment, Tell, Via, mark};

fn world() -> World {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    let declare = Command::Declare(Declaration {
        kind: Some("outage".into()),
        feeling: Some("red".into()),
        drill: true,
        ..Declaration::new("sss", "これは <!-- sssbot:end --> テスト")
    });
    world.does("hiboma", Side::Slack, &declare).unwrap();
    world
        .does("hiboma", Side::GitHub, &Command::SetLevel(Some(3)))
        .unwrap();
    world
        .does("hiboma", Side::Slack, &Command::TakeHandler)
        .unwrap();
    world
}

#[test]
fn people_write_around_what_is_managed() {
    let mut world = world();
    let incident = world.the();
    let mut issue = incident.issue.clone().unwrap();
    assert!(view::body_is_current(&issue.body, &incident, &world.rules));
    issue.body = format!(
        "Our own notes.\r\n\r\n{}\r\n\r\nMore.",
        issue.body.replace('\n', "\r\n")
    );
    assert!(view::body_is_current(&issue.body, &incident, &world.rules));
    world
        .does("hiboma", Side::Slack, &Command::Tick("2".to_owned()))
        .unwrap();
    let mut now = world.the();
    assert!(!view::body_is_current(&issue.body, &now, &world.rules));
    now.issue = Some(issue);
    let body = view::body(&now, &world.rules);
    assert!(
        body.starts_with("Our own notes.\r\n\r\n<!-- sssbot:begin -->"),
        "{body}"
    );
    assert!(body.ends_with("<!-- sssbot:end -->\r\n\r\nMore."), "{body}");
    assert!(body.contains("### チェックリスト (1/3)"), "{body}");
    // What people tick in GitHub's own page is seen.
    let ticked = body.replace("- [ ] 障害情報", "- [x] 障害情報");
    let boxes: Vec<bool> = view::checked(&ticked).into_values().collect();
    assert_eq!(boxes, [false, true, true], "assign, notice, social");
    assert_eq!(view::checked("- [x] mine"), Default::default());
    let by_people: Vec<(String, bool)> = view::ticked(&ticked).into_iter().collect();
    assert_eq!(by_people, [("notice".to_owned(), true)]);
    // That is for the record to hear, and until then no reason to write it anew.
    now.issue.as_mut().unwrap().body.clone_from(&ticked);
    assert!(view::body_is_current(&ticked, &now, &world.rules));
    world
        .does("hiboma", Side::GitHub, &Command::Tick("notice".to_owned()))
        .unwrap();
    assert!(!view::body_is_current(&ticked, &world.the(), &world.rules));
    // What we have not brought up to date yet, nobody has ticked.
    assert_eq!(view::ticked(&body), Default::default());
    let back = body.replace("- [x] SNS", "- [ ] SNS");
    assert_eq!(
        view::ticked(&back).into_values().collect::<Vec<_>>(),
        [false]
    );
}

#[test]
fn the_topic_fits_and_says_it_all() {
    let mut world = world();
    let topic = view::topic(&world.the(), &world.rules, Lang::Ja);
    let wanted = "これは <!-- sssbot:end --> テスト | 訓練 | 対応中 | 事象レベル 3 🔥🔥🔥 | ハンドラー hiboma | \
                  https://github.example/pepabo/postmortem/issues/886";
    assert_eq!(topic, wanted);
    let long = Command::Summarise("長".repeat(500));
    world.does("hiboma", Side::Slack, &long).unwrap();
    let topic = view::topic(&world.the(), &world.rules, Lang::En);
    assert!(topic.chars().count() <= 250, "{topic}");
    assert!(topic.ends_with("/886"), "{topic}");
}

/// Every word of a message.
fn words(said: &Said, world: &World, lang: Lang) -> String {
    let line = |line: &Line| -> String {
        let bit = |bit: &Bit| match bit {
            Bit::Text(text) | Bit::Strong(text) | Bit::Code(text) => text.clone(),
            Bit::Link { text, .. } => text.clone(),
            other => format!("<{other:?}>").replace('{', "("),
        };
        line.iter().map(bit).collect()
    };
    let mut all = vec![line(&said.headline)];
    all.extend(said.lines.iter().map(line));
    all.extend(
        said.fields
            .iter()
            .map(|(name, value)| format!("{name} {}", line(value))),
    );
    all.extend(said.choices.iter().map(|(ask, _)| line(ask)));
    all.extend(said.checks.iter().map(|check| check.text.clone()));
    let choices = said.choices.iter().map(|(_, act)| act);
    let acts = said.acts.iter().chain(&said.menu).chain(choices);
    all.extend(acts.map(|act| act.label(&world.rules, lang).into_owned()));
    all.join("\n")
}

#[test]
fn everything_is_said_in_both_languages_and_whole() {
    let world = world();
    let (incident, rules) = (world.the(), &world.rules);
    let (by, at) = (person("hanako"), time("2021-09-30T15:30:00+09:00"));
    let moment = Moment::Recovered;
    let tells = [
        Tell::Created,
        Tell::Notified {
            channel: "#dev".to_owned(),
        },
        Tell::AskSituation,
        Tell::AskHandler,
        Tell::HandlerIs(by.clone()),
        Tell::NoHandler,
        Tell::AskDetection,
        Tell::ChatOrVideo,
        Tell::Elapsed { at },
        Tell::LevelIs {
            level: 3,
            by: by.clone(),
        },
        Tell::NoLevel,
        Tell::Checklist { level: 3 },
        Tell::MomentIs {
            moment,
            time: at,
            by: by.clone(),
        },
        Tell::Corrected {
            moment,
            from: at,
            to: at,
            by: by.clone(),
        },
        Tell::Withdrawn { moment },
        Tell::Recovered { by: by.clone() },
        Tell::FeelingIs {
            feeling: "red".into(),
            by: by.clone(),
        },
        Tell::SummaryIs { by: by.clone() },
        Tell::Reclassified { by: by.clone() },
        Tell::Noted {
            by: by.clone(),
            text: "x".to_owned(),
        },
        Tell::Called {
            by: by.clone(),
            people: vec![by.clone()],
            groups: vec!["S1".to_owned()],
        },
        Tell::Resolved { by: by.clone() },
        Tell::Reopened { by: by.clone() },
        Tell::Silent,
        Tell::Queued { count: 2 },
        Tell::Queued { count: 0 },
        Tell::PlaybookIs {
            commit: "0123456789".into(),
        },
    ];
    let mut both = Vec::new();
    for lang in [Lang::Ja, Lang::En] {
        let mut said: Vec<Said> = tells
            .iter()
            .map(|tell| view::tell(tell, &incident, rules, lang))
            .collect();
        for news in [
            News::Declared,
            News::Level,
            News::Recovered,
            News::NotRecovered,
            News::Resolved,
            News::Reopened,
            News::Announced,
        ] {
            said.push(view::broadcast(news, Some("x"), &incident, rules, lang));
        }
        said.push(view::card(&incident, rules, lang));
        said.push(view::panel(&incident, rules, lang));
        said.push(view::greeting(&by, rules, lang));
        said.push(view::help(rules, lang));
        said.push(view::pressed(&by, &Act::SetLevel, rules, lang));
        said.push(view::progress(Saying::Preparing, &by, lang));
        both.push(
            said.iter()
                .map(|said| words(said, &world, lang))
                .collect::<Vec<_>>(),
        );
    }
    let (ja, en) = (&both[0], &both[1]);
    for (ja, en) in ja.iter().zip(en) {
        assert_ne!(ja, en);
        for said in [ja, en] {
            assert!(!said.contains('{'), "{said}");
            assert!(said.trim().len() > 3, "{said}");
        }
    }
}

#[test]
fn every_mark_reads_as_a_sentence() {
    let facts = [
        Fact::Channel {
            id: "C1".into(),
            name: "x".to_owned(),
        },
        Fact::Handler {
            handler: Some(person("hanako")),
        },
        Fact::Handler { handler: None },
        Fact::Level { level: Some(2) },
        Fact::Level { level: None },
        Fact::Moment {
            moment: Moment::Detected,
            time: None,
            link: None,
            was: None,
        },
        Fact::Item {
            item: "notice".to_owned(),
            done: true,
        },
        Fact::Called {
            people: vec![person("hanako")],
            groups: vec!["team".to_owned()],
            until_resolved: true,
        },
        Fact::Lent {
            people: vec![person("hanako")],
            team: "team".to_owned(),
            group: "S1".into(),
            pull: None,
            crew: None,
        },
        Fact::Returned {
            people: vec![person("hanako")],
            team: "team".to_owned(),
            group: "S1".into(),
        },
        Fact::Receipt {
            of: "x".into(),
            channel: "#dev".to_owned(),
            ts: None,
        },
        Fact::Resolved {
            reason: Some("line\nline".to_owned()),
        },
        Fact::Archived { reason: None },
        Fact::Unarchived,
        Fact::Reopened,
        Fact::Playbook {
            commit: "0123456789".into(),
        },
    ];
    let world = world();
    for fact in facts {
        let mark = Mark {
            key: "k".into(),
            at: world.now,
            who: person("@evil<!--"),
            via: Via::Slack,
            fact,
        };
        let texts = [Lang::Ja, Lang::En].map(|lang| mark::write(&mark, lang, world.rules.zone()));
        assert_ne!(texts[0], texts[1]);
        for text in texts {
            let (said, hidden) = text.split_once("\n\n<!-- ").unwrap();
            assert!(!said.contains(['{', '@', '<']), "{said}");
            assert!(hidden.ends_with(" -->"), "{hidden}");
        }
    }
}
