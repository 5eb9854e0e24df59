//! How messages about incidents read in Slack.

use super::*;
use crate::engine::cases::ask::style;
use crate::engine::cases::samples::{KEY, at, busy, quiet};
use crate::engine::cases::{Snapshot, samples};
use crate::i18n::Lang::{En, Ja};
use crate::incident::rules::News;
use crate::incident::view;
use crate::incident::{Command, Incident, Moment, Tell, When, Who};
use crate::sandbox::slack::{Links, Names, blocks_text};

fn hanako() -> Who {
    Who::in_slack("U0HANAKO")
}

/// What stands in the channel, as text; calls are there as `@…`.
fn read(said: &Said, snapshot: &Snapshot) -> String {
    let key = DoneKey::from(KEY);
    let rules = &snapshot.rules;
    let spoken = spoken(said, Some(&key), rules.lang, rules, &style(snapshot));
    let mut names = Names::default();
    names.users.insert("U0HANAKO".into(), "hanako".into());
    names
        .channels
        .insert(samples::CHANNEL.into(), "shop-20210930i".into());
    names
        .groups
        .insert("S0SHOPFIRST".into(), "shop-first".into());
    blocks_text(&spoken.blocks, &names, Links::Hidden)
}

fn the(snapshot: &Snapshot) -> Incident {
    snapshot.cases[&KEY.into()].incident.clone()
}

/// An hour in: there is a handler, a level, and a time of detection.
fn an_hour_in(lang: Lang) -> Snapshot {
    let time = at("2021-09-30T15:10:03+09:00");
    let when = When::At(time);
    let moment = Moment::Detected;
    let mut snapshot = busy(lang);
    for command in [
        Command::TakeHandler,
        Command::SetLevel(Some(3)),
        Command::Set { moment, when },
        Command::Tick("notice".to_owned()),
    ] {
        snapshot = samples::after(snapshot, &command);
    }
    snapshot
}

#[test]
fn the_greeting_asks_and_offers() {
    let read = |lang| {
        let snapshot = quiet(lang);
        read(&view::greeting(&hanako(), &snapshot.rules, lang), &snapshot)
    };
    assert_eq!(
        read(Ja),
        "hi @hanako、なんでしょうか\n💡 障害ですか?\n[チャンネルを作る!]\n\
         🔒 セキュリティインシデントですか?\n[チャンネルを作る!]"
    );
    assert_eq!(
        read(En),
        "hi @hanako, what is it?\n💡 Is it an outage?\n[Make the channel!]\n\
         🔒 Is it a security incident?\n[Make the channel!]"
    );
}

#[test]
fn the_declaration_says_where_to_go_and_what_it_is() {
    let snapshot = busy(Ja);
    let incident = the(&snapshot);
    let said = view::broadcast(News::Declared, None, &incident, &snapshot.rules, Ja);
    assert_eq!(
        read(&said, &snapshot),
        "⚠ #shop-20210930i が作成されました\n\
         インシデント対応チャンネルを作りました。#shop-20210930i にjoinをお願いします\n\
         チャンネル\n#shop-20210930i\nサービス\nshop\nサマリ\n決済画面でエラーになる\n\
         種別\n💡 障害\n温度感\n💡 BLUE サービスへの影響を調査する"
    );
    let face = spoken(&said, None, Ja, &snapshot.rules, &style(&snapshot))
        .face
        .unwrap();
    assert_eq!((face.name.as_str(), face.icon.as_str()), ("", ""));
    assert_eq!(face.colour.as_deref(), Some(RED));
}

#[test]
fn the_card_shows_how_it_stands_and_what_can_be_done() {
    let snapshot = an_hour_in(Ja);
    let said = view::card(&the(&snapshot), &snapshot.rules, Ja);
    assert_eq!(
        read(&said, &snapshot),
        "⚠ インシデント #shop-20210930i\n\
         チャンネル\n#shop-20210930i\nサービス\nshop\nサマリ\n決済画面でエラーになる\n\
         種別\n💡 障害\n温度感\n💡 BLUE サービスへの影響を調査する\n状態\n対応中\n\
         事象レベル\n3 🔥🔥🔥\nハンドラー\n@hanako\n検知\n2021-09-30 15:10:03 +0900\n\
         初動\n2021-09-30 15:20:30 +0900\nチェックリスト\n1/3\n\
         [x] 障害情報は出しましたか?\n[ ] SNS のお知らせは出しましたか?\n\
         [ ] まだの作業に担当者をアサインしましたか?\n\
         [Issue] [コマンド: ハンドラーを引き継ぐ / 🔥 事象レベルをセットする / 初動を記録する / \
         復旧を宣言する / メモを残す / サマリを更新する / 人を呼ぶ]"
    );
}

#[test]
fn the_timekeeper_has_a_face_and_a_menu() {
    let snapshot = an_hour_in(En);
    let at = at("2021-09-30T16:06:30+09:00");
    let said = view::tell(&Tell::Elapsed { at }, &the(&snapshot), &snapshot.rules, En);
    assert_eq!(
        read(&said, &snapshot),
        "⏱ 56 minutes since the incident was detected\n\
         Handler\n@hanako\nLevel\n3 🔥🔥🔥\nDetected\n2021-09-30 15:10:03 +0900\n\
         First response\n2021-09-30 15:20:30 +0900\n\
         [Commands: Hand over the lead / 🔥 Set the level / Record the first response / \
         Declare it recovered / Write a note / Change the summary / Call people in]"
    );
    let face = |lang| {
        spoken(&said, None, lang, &snapshot.rules, &style(&snapshot))
            .face
            .unwrap()
    };
    let ja = Face {
        name: "タイムキーパーくん".to_owned(),
        icon: ":stopwatch:".to_owned(),
        colour: Some("#f2c744".to_owned()),
    };
    assert_eq!(face(Ja), ja);
    assert_eq!(face(En).name, "Timekeeper");
}

#[test]
fn a_button_carries_the_incident_and_nothing_is_called_by_accident() {
    let snapshot = busy(Ja);
    let rules = &snapshot.rules;
    let key = DoneKey::from(KEY);
    let incident = the(&snapshot);
    let said = view::tell(&Tell::AskHandler, &incident, rules, Ja);
    let asked = spoken(&said, Some(&key), Ja, rules, &style(&snapshot));
    let button = &asked.blocks[1]["elements"][0];
    assert_eq!(
        (&button["action_id"], &button["value"]),
        (&"handler".into(), &KEY.into())
    );
    assert_eq!(asked.text, "インシデントハンドラーはどなたですか?");
    assert_eq!(asked.face, None);

    let called = Tell::Called {
        by: hanako(),
        people: vec![Who::on_github("hanako-dev"), Who::on_github("sora")],
        groups: vec![
            "S0SHOPFIRST".to_owned(),
            "SRE".to_owned(),
            "leaders".to_owned(),
        ],
    };
    let said = view::tell(&called, &incident, rules, Ja);
    let called = spoken(&said, Some(&key), Ja, rules, &style(&snapshot));
    assert_eq!(
        called.text,
        "<@U0HANAKO> さんが <@U0HANAKO>、@sora、<!subteam^S0SHOPFIRST>、@SRE、@leaders を呼びました"
    );
    let note = Tell::Noted {
        by: hanako(),
        text: "<!channel> <@U1> & co".to_owned(),
    };
    let noted = read(&view::tell(&note, &incident, rules, Ja), &snapshot);
    assert_eq!(noted, "📝 @hanako さんのメモ\n<!channel> <@U1> & co");
}

#[test]
fn links_stand_in_one_row_with_the_menu() {
    let mut snapshot = busy(En);
    let mut playbook = (*snapshot.rules.playbook).clone();
    playbook.links.manual = Some("https://example.com/manual".to_owned());
    playbook.links.video = Some("https://example.com/meet".to_owned());
    snapshot.rules.playbook = std::sync::Arc::new(playbook);
    let said = view::card(&the(&snapshot), &snapshot.rules, En);
    let text = read(&said, &snapshot);
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("[Issue] [Manual] [Video meeting] [Commands: I am the handler / "),
        "{last}"
    );
}

#[test]
fn an_emoji_has_a_name_for_slack() {
    for (icon, wanted) in [
        ("⏱️", ":stopwatch:"),
        ("⏰", ":alarm_clock:"),
        (":octocat:", ":octocat:"),
        ("🦀", ":stopwatch:"),
        ("", ":stopwatch:"),
    ] {
        assert_eq!(between_colons(icon), wanted, "{icon}");
    }
}

#[test]
fn help_lists_what_can_be_typed() {
    let snapshot = quiet(En);
    let help = read(&view::help(&snapshot.rules, En), &snapshot);
    assert!(
        help.starts_with("What can be typed. Buttons and menus do the same\nAnywhere\n"),
        "{help}"
    );
    assert!(help.contains("`@sssbot level 3`\n"), "{help}");
}
