//! Commands as people type them, and what comes of them: tables.

use super::world::{Side, World, person, rules, time};
use crate::i18n::Lang;
use crate::incident::parse::{Heard, parse_comment, parse_slack};
use crate::incident::{
    Actor, Command, Declaration, Moment, Origin, Permission, Standing, UserError, When, Who,
    interpret,
};
use crate::playbook::Called;

const NOW: &str = "2021-09-30T15:40:00+09:00";

fn slack(text: &str) -> Heard {
    parse_slack(text, &"USSSBOT".into(), &rules(), time(NOW))
}

fn comment(text: &str) -> Vec<Heard> {
    parse_comment(text, &rules(), time(NOW))
}

fn set(moment: Moment, at: &str) -> Command {
    Command::Set {
        moment,
        when: When::At(time(at)),
    }
}

fn until(who: &str) -> Command {
    Command::Call {
        people: vec![Who::in_slack(who)],
        groups: Vec::new(),
        until_resolved: true,
    }
}

#[test]
fn questions_about_teams_in_both_languages() {
    for (text, called) in [
        ("<@USSSBOT> teams", None),
        ("チーム", None),
        ("チーム一覧", None),
        ("team shop-first", Some("shop-first")),
        ("who is in @shop-first?", Some("shop-first")),
        ("Who is in <!subteam^S012AB|@shop-first>?", Some("S012AB")),
        ("shop-first は誰?", Some("shop-first")),
        ("shop-first のメンバーは？", Some("shop-first")),
        ("<!subteam^S012AB> には誰がいますか", Some("S012AB")),
    ] {
        let called = called.map(str::to_owned);
        assert_eq!(slack(text), Heard::Team { called }, "{text}");
    }
    for text in ["誰が対応していますか", "the team is on it"] {
        assert!(!matches!(slack(text), Heard::Team { .. }), "{text}");
    }
}

#[test]
fn commands_in_slack_in_both_languages() {
    let link = "https://example.slack.com/archives/C012AB3CD/p1634721688039800";
    let detected = Command::Set {
        moment: Moment::Detected,
        when: When::Message {
            time: time("2021-10-20T09:21:28.0398Z"),
            link: link.to_owned(),
        },
    };
    let recovered = set(Moment::Recovered, "2021-09-30T10:32:00+09:00");
    let recovered_now = Command::Set {
        moment: Moment::Recovered,
        when: When::Now,
    };
    for (text, command) in [
        (
            format!("<@USSSBOT> インシデントの検知 <{link}>"),
            detected.clone(),
        ),
        (format!("<@USSSBOT|sssbot> detected <{link}>"), detected),
        ("<@USSSBOT> level 3".to_owned(), Command::SetLevel(Some(3))),
        (
            "<@USSSBOT> 事象レベル 3".to_owned(),
            Command::SetLevel(Some(3)),
        ),
        (
            "事象レベル３です <@USSSBOT>".to_owned(),
            Command::SetLevel(Some(3)),
        ),
        ("レベルは2".to_owned(), Command::SetLevel(Some(2))),
        ("level none".to_owned(), Command::SetLevel(None)),
        (
            "<@USSSBOT> ハンドラーはわたしです".to_owned(),
            Command::TakeHandler,
        ),
        (
            "<@USSSBOT> ハンドラは私です。".to_owned(),
            Command::TakeHandler,
        ),
        ("I am the handler!".to_owned(), Command::TakeHandler),
        ("handler me".to_owned(), Command::TakeHandler),
        (
            "ハンドラーは <@U2> です".to_owned(),
            Command::HandOver(Who::in_slack("U2")),
        ),
        (
            "handler <@U2|hanako>".to_owned(),
            Command::HandOver(Who::in_slack("U2")),
        ),
        ("handler none".to_owned(), Command::LayDownHandler),
        ("recovered 10:32".to_owned(), recovered.clone()),
        ("復旧 10:32".to_owned(), recovered.clone()),
        ("復旧: 10時32分".to_owned(), recovered.clone()),
        ("recovered at 10:32 JST".to_owned(), recovered),
        ("復旧しました".to_owned(), recovered_now.clone()),
        ("recovered".to_owned(), recovered_now),
        (
            "復旧 取り消し".to_owned(),
            Command::Withdraw(Moment::Recovered),
        ),
        (
            "初動 5分前".to_owned(),
            set(Moment::Responded, "2021-09-30T15:35:00+09:00"),
        ),
        (
            "温度感 RED".to_owned(),
            Command::SetFeeling("RED".to_owned()),
        ),
        ("済 2".to_owned(), Command::Tick("2".to_owned())),
        ("untick 2".to_owned(), Command::Untick("2".to_owned())),
        (
            "サマリ 決済 &amp; 在庫".to_owned(),
            Command::Summarise("決済 & 在庫".to_owned()),
        ),
        (
            "周知 30分後に".to_owned(),
            Command::Announce("30分後に".to_owned()),
        ),
        ("解決".to_owned(), Command::Resolve { reason: None }),
        (
            "archive false alarm".to_owned(),
            Command::Archive {
                reason: Some("false alarm".to_owned()),
            },
        ),
        ("再開".to_owned(), Command::Reopen),
        (
            "招待 <@U2> <!subteam^S1|@team>".to_owned(),
            Command::Call {
                people: vec![Who::in_slack("U2")],
                groups: vec!["S1".to_owned()],
                until_resolved: false,
            },
        ),
        ("招待 <@U2> 解決するまで".to_owned(), until("U2")),
        ("解決するまで <@U2> を呼んで".to_owned(), until("U2")),
        (
            "<@U2>さんを解決するまで呼んでください".to_owned(),
            until("U2"),
        ),
        ("call <@U2> until resolved".to_owned(), until("U2")),
        (
            "Please call <@U2> until it is resolved.".to_owned(),
            until("U2"),
        ),
        (
            format!("メモ ロールバック開始 <{link}>"),
            Command::Note {
                text: format!("ロールバック開始 <{link}>"),
                link: Some(link.to_owned()),
                author: Who::default(),
            },
        ),
    ] {
        assert_eq!(slack(&text), Heard::Command(command), "{text}");
    }
}

#[test]
fn what_is_no_command_is_none_and_what_is_nearly_one_is_answered() {
    for text in [
        "ありがとう!",
        "<@USSSBOT> そのメモリ使用量は?",
        "リリースしました",
        "検知漏れかも",
        "hmm",
    ] {
        assert_eq!(slack(text), Heard::Chat, "{text}");
    }
    assert_eq!(slack("<@USSSBOT>"), Heard::Mention);
    assert_eq!(slack("help"), Heard::Help);
    for (text, kind) in [
        ("障害", Some("outage")),
        ("セキュリティインシデント", Some("security")),
        ("security incident", Some("security")),
        ("incident", None),
    ] {
        let kind = kind.map(Into::into);
        assert_eq!(slack(text), Heard::Start { kind }, "{text}");
    }
    for (text, said) in [
        (
            "recoverd 10:32",
            "“recoverd” is not known. Did you mean “recovered”?",
        ),
        ("ハンドーラはわたし", ""),
        (
            "level high",
            "There is no level “high”. These are the levels: 1, 2, 3",
        ),
        (
            "level",
            "Something is missing. For example: @sssbot level 3",
        ),
        (
            "handler somebody",
            "It is not known who “somebody” is. Name them with @",
        ),
        ("detected soon", "“soon” is not read as a time."),
    ] {
        match slack(text) {
            Heard::Error(error) => {
                let answer = error.say(Lang::En, rules().zone());
                assert!(
                    !said.is_empty() && answer.starts_with(said),
                    "{text}: {answer}"
                );
            }
            heard => assert_eq!((said, heard), ("", Heard::Chat), "{text}"),
        }
    }
}

#[test]
fn commands_in_comments() {
    let body = "Seen.\n\n/level 3\n/handler @hanako\n/recovered 10:32\n\
                /note first line\nsecond line\n\n/resolve false alarm\n/検知 10:00\n";
    let heard = comment(body);
    let wanted = [
        Command::SetLevel(Some(3)),
        Command::HandOver(Who::on_github("hanako")),
        set(Moment::Recovered, "2021-09-30T10:32:00+09:00"),
        Command::Note {
            text: "first line\nsecond line".to_owned(),
            link: None,
            author: Who::default(),
        },
        Command::Resolve {
            reason: Some("false alarm".to_owned()),
        },
        set(Moment::Detected, "2021-09-30T10:00:00+09:00"),
    ];
    assert_eq!(heard, wanted.map(Heard::Command));
    for body in [
        "> /level 3",
        "```\n/level 3\n```",
        "~~~~\n/level 3\n~~~\n/level 2\n~~~~",
        "    /level 3",
        "<!-- \n/level 3\n-->",
        "see /level 3",
        "/etc/hosts is broken",
        "/usr/local/bin",
        "/shrug",
        "// level 3",
        "",
    ] {
        assert_eq!(comment(body), [], "{body}");
    }
    let Some(Heard::Error(error)) = comment("/recoverd").pop() else {
        panic!();
    };
    let answer = error.say(Lang::Ja, rules().zone());
    assert_eq!(
        answer,
        "「/recoverd」は分かりません。「/recovered」のことですか?"
    );
    assert_eq!(comment(&"/level 1\n".repeat(1_000)).len(), 20);
}

fn world() -> World {
    let mut world = World::new("2021-09-30T15:12:41+09:00");
    let declare = Command::Declare(Declaration::new("sss", "これはテストです"));
    world.does("hiboma", Side::Slack, &declare).unwrap();
    world.now = time(NOW);
    world
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_do() {
    for (command, error) in [
        (
            set(Moment::Recovered, "2021-09-30T15:50:00+09:00"),
            "2021-09-30 15:50:00 +0900 has not come yet",
        ),
        (
            set(Moment::Detected, "2021-09-20T15:00:00+09:00"),
            "2021-09-20 15:00:00 +0900 is days before",
        ),
        (
            set(Moment::Recovered, "2021-09-30T15:00:00+09:00"),
            "It would recover (2021-09-30 15:00:00 +0900) before",
        ),
        (Command::SetLevel(Some(9)), "There is no level “9”"),
        (
            Command::SetFeeling("pink".to_owned()),
            "There is no gut feeling “pink”",
        ),
        (Command::Tick("7".to_owned()), "The checklist has no “7”"),
        (
            Command::Resolve { reason: None },
            "Still open: it was not declared recovered",
        ),
        (
            Command::Archive { reason: None },
            "Still open: it was not declared recovered, it was not declared resolved",
        ),
        (Command::Reopen, "This incident is still open"),
        (
            Command::Withdraw(Moment::Recovered),
            "There is nothing to take back",
        ),
        (Command::Summarise("  ".to_owned()), "There is no text"),
        (Command::Announce("x".repeat(9_000)), "That is too long"),
    ] {
        let mut world = world();
        let detected = set(Moment::Detected, "2021-09-30T15:10:00+09:00");
        world.does("hiboma", Side::Slack, &detected).unwrap();
        let refused = world.does("hiboma", Side::Slack, &command).unwrap_err();
        let said = refused.say(Lang::En, world.rules.zone());
        assert!(said.starts_with(error), "{command:?}: {said}");
        assert_ne!(refused.say(Lang::Ja, world.rules.zone()), said);
    }
}

#[test]
fn who_may() {
    let world = world();
    let state = world.the();
    let may = |standing, state| {
        let actor = Actor {
            who: person("taro"),
            standing,
            called: Called::default(),
            origin: Origin::Told("x".to_owned()),
        };
        let level = Command::SetLevel(Some(1));
        interpret(state, &level, &actor, time(NOW), &world.rules).map(|entries| entries.len())
    };
    for standing in [
        Standing::Member,
        Standing::Sssbot,
        Standing::Guest { invited: true },
        Standing::GitHub(Permission::Triage),
        Standing::GitHub(Permission::Admin),
    ] {
        assert_eq!(may(standing, Some(&state)), Ok(1), "{standing:?}");
    }
    let guest = may(Standing::Guest { invited: false }, Some(&state));
    assert!(matches!(guest, Err(UserError::Guest { .. })));
    let reader = may(Standing::GitHub(Permission::Read), Some(&state));
    assert!(matches!(reader, Err(UserError::Permission { .. })));
    assert_eq!(may(Standing::Member, None), Err(UserError::NoIncident));
}

#[test]
fn what_is_so_already_is_done_by_nobody_twice() {
    let mut world = world();
    for _ in 0..2 {
        world
            .does("hiboma", Side::Slack, &Command::TakeHandler)
            .unwrap();
        world
            .does("hanako", Side::GitHub, &Command::SetLevel(Some(2)))
            .unwrap();
    }
    let marks = world
        .timeline
        .iter()
        .filter(|e| e.key.as_str().starts_with(['a', 'c']));
    // The declaration, the channel, the handler, the level.
    assert_eq!(marks.count(), 4);
    assert_eq!(world.the().level.unwrap().by, person("hanako"));
}

#[test]
fn a_correction_leaves_its_trace() {
    let mut world = world();
    for time in ["2021-09-30T15:00:00+09:00", "2021-09-30T15:05:00+09:00"] {
        let detected = set(Moment::Detected, time);
        world.does("hanako", Side::GitHub, &detected).unwrap();
    }
    let detected = world.the().times[&Moment::Detected].clone();
    assert_eq!(detected.value.time, time("2021-09-30T15:05:00+09:00"));
    assert_eq!(detected.was.len(), 1);
    assert_eq!(
        detected.was[0].value.time,
        time("2021-09-30T15:00:00+09:00")
    );
    assert_eq!(detected.was[0].by, person("hanako"));
}
