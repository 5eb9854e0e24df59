//! What dialogs say, and what comes of them.

mod shown;

use serde_json::{Value, json};

use super::*;
use crate::engine::cases::samples::{
    CHANNEL, KEY, after, at, busy, chosen, now, quiet, sent, written,
};
use crate::i18n::Lang::{self, En, Ja};
use crate::incident::{Command, When};
use crate::sandbox::slack::{Links, Names, blocks_text};
use crate::slack::form::Verdict;
use crate::slack::inbound::{Inbound, Submitted};

fn ask(what: Asked) -> Ask {
    Ask::of(what, Some(KEY.into()), Some(CHANNEL.into()))
}

fn declaring(kind: Option<&str>, service: Option<&str>) -> Ask {
    let begun = Begun {
        kind: kind.map(Into::into),
        service: service.map(Into::into),
        ..Begun::default()
    };
    Ask::of(Asked::Declare(begun), None, Some("C0000DEV".into()))
}

fn shown(ask: &Ask, snapshot: &Snapshot) -> Value {
    let modal = dialog(ask, snapshot, now()).unwrap();
    modal.render(&style(snapshot))
}

/// A dialog as people see it.
fn read(ask: &Ask, snapshot: &Snapshot) -> String {
    let view = shown(ask, snapshot);
    let mut names = Names::default();
    names
        .channels
        .insert(CHANNEL.into(), "shop-20210930i".into());
    let words = |key: &str| view[key]["text"].as_str().unwrap_or("-").to_owned();
    let blocks = view["blocks"].as_array().unwrap();
    let inside = blocks_text(blocks, &names, Links::Hidden);
    format!(
        "{}\n{inside}\n({}) ({})",
        words("title"),
        words("submit"),
        words("close")
    )
}

fn submitted(callback: &str, ask: &Ask, snapshot: &Snapshot, fields: &Value) -> Submitted {
    let view = shown(ask, snapshot);
    let private = view["private_metadata"].as_str().unwrap_or_default();
    assert_eq!(view["callback_id"], callback);
    match sent(callback, private, fields) {
        Inbound::Submitted(submitted) => *submitted,
        other => panic!("{other:?}"),
    }
}

/// What comes of a dialog with these fields filled in: its commands, or what is said in it and where.
fn comes_of(
    callback: &str,
    ask: &Ask,
    snapshot: &Snapshot,
    fields: &Value,
) -> Result<Vec<Command>, Vec<(String, String)>> {
    let submitted = submitted(callback, ask, snapshot, fields);
    match verdict(&submitted, snapshot, now()) {
        Verdict::Close => Ok(answer(&submitted, snapshot, now())
            .unwrap()
            .unwrap()
            .commands),
        Verdict::Wrong(fields) => Err(fields.into_iter().collect()),
        other => panic!("{other:?}"),
    }
}

fn wrong(field: &str, said: &str) -> Result<Vec<Command>, Vec<(String, String)>> {
    Err(vec![(field.to_owned(), said.to_owned())])
}

#[test]
fn a_declaration_is_read() {
    let snapshot = busy(Ja);
    let fields = json!({
        "service": chosen("sss"), "summary": written(" 遅い "), "feeling": chosen("red"),
        "drill": chosen("drill"),
    });
    let declaring = declaring(Some("security"), None);
    let commands = comes_of("declare", &declaring, &snapshot, &fields).unwrap();
    let [Command::Declare(declared)] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    assert_eq!(
        (declared.service.as_str(), declared.summary.as_str()),
        ("sss", "遅い")
    );
    assert_eq!(declared.kind, Some("security".into()));
    assert_eq!(
        (declared.feeling.clone(), declared.drill),
        (Some("red".into()), true)
    );

    let mut no_summary = fields.clone();
    no_summary["summary"] = written("  ");
    assert_eq!(
        comes_of("declare", &declaring, &snapshot, &no_summary),
        wrong("summary", "内容が空です。何か書いてください")
    );
    let mut gone = fields;
    gone["service"] = chosen("shpo");
    assert_eq!(
        comes_of("declare", &declaring, &snapshot, &gone),
        wrong(
            "service",
            "サービス「shpo」はありません。「shop」のことですか?"
        )
    );
}

#[test]
fn a_declaration_from_an_alert_knows_when_it_was_noticed() {
    let declaring = Ask {
        message: Some(Spot {
            channel: "C0ALERTS".into(),
            ts: "1633014603.000100".into(),
        }),
        text: "5xx > 5%".to_owned(),
        ..declaring(None, None)
    };
    let fields = json!({
        "service": chosen("shop"), "kind": chosen("outage"), "summary": written("5xx > 5%"),
        "feeling": chosen("blue"), "drill": chosen("real"),
    });
    let words = read(&declaring, &quiet(En));
    let noticed = "The message's time (2021-10-01 00:10:03 +0900) is recorded as the detection";
    assert!(words.contains(noticed), "{words}");
    let view = shown(&declaring, &quiet(En));
    assert!(
        view["blocks"]
            .to_string()
            .contains("\"initial_value\":\"5xx > 5%\"")
    );
    let commands = comes_of("declare", &declaring, &quiet(En), &fields).unwrap();
    assert_eq!(
        commands[1],
        Command::Set {
            moment: Moment::Detected,
            when: When::Message {
                time: at("2021-10-01T00:10:03.000100+09:00"),
                link: "https://acme.slack.com/archives/C0ALERTS/p1633014603000100".to_owned(),
            },
        }
    );
}

fn picked(time: &str) -> Value {
    json!({"type": "datetimepicker", "selected_date_time": at(time).as_second()})
}

#[test]
fn a_time_may_be_left_chosen_or_written() {
    let detected = ask(Asked::Moment(Moment::Detected));
    let snapshot = busy(Ja);
    let link = "https://acme.slack.com/archives/C0ALERTS/p1633014603000100";
    let message = When::Message {
        time: at("2021-10-01T00:10:03.000100+09:00"),
        link: link.to_owned(),
    };
    let as_shown = picked("2021-09-30T15:20:00+09:00");
    let now_is_later = at("2021-10-01T01:00:00+09:00");
    for (fields, wanted) in [
        (json!({"at": as_shown, "said": written("")}), When::Now),
        (
            json!({"at": picked("2021-09-30T15:10:00+09:00")}),
            When::At(at("2021-09-30T15:10:00+09:00")),
        ),
        (
            json!({"at": as_shown, "said": written("15:10:03")}),
            When::At(at("2021-09-30T15:10:03+09:00")),
        ),
        (json!({"at": as_shown, "said": written(link)}), message),
    ] {
        let submitted = submitted("detected", &detected, &snapshot, &fields);
        let answer = answer(&submitted, &snapshot, now()).unwrap().unwrap();
        let moment = Moment::Detected;
        assert_eq!(
            answer.commands,
            [Command::Set {
                moment,
                when: wanted
            }]
        );
        assert_eq!(verdict(&submitted, &snapshot, now_is_later), Verdict::Close);
    }
    for (fields, field, said) in [
        (
            json!({"at": as_shown, "said": written("さっき")}),
            "said",
            "「さっき」は時刻として読めません。10:32、5分前、2021-09-30 15:12、メッセージのリンクのように書いてください",
        ),
        (
            json!({"at": as_shown, "said": written("16:00")}),
            "said",
            "2021-09-30 16:00:00 +0900 はまだ来ていません。過ぎた時刻を指定してください",
        ),
        (
            json!({"at": picked("2021-09-30T16:00:00+09:00")}),
            "at",
            "2021-09-30 16:00:00 +0900 はまだ来ていません。過ぎた時刻を指定してください",
        ),
    ] {
        assert_eq!(
            comes_of("detected", &detected, &snapshot, &fields),
            wrong(field, said)
        );
    }
}

#[test]
fn what_is_on_record_stands_there_and_stays() {
    let time = at("2021-09-30T15:10:03+09:00");
    let moment = Moment::Detected;
    let set = Command::Set {
        moment,
        when: When::At(time),
    };
    let snapshot = after(after(busy(En), &set), &Command::SetLevel(Some(2)));
    let detected = ask(Asked::Moment(moment));
    let view = shown(&detected, &snapshot);
    let picker = &view["blocks"][0];
    assert_eq!(
        picker["element"]["initial_date_time"],
        at("2021-09-30T15:10:00+09:00").as_second()
    );
    assert_eq!(
        picker["hint"]["text"],
        "On record: 2021-09-30 15:10:03 +0900"
    );
    let left = json!({"at": picked("2021-09-30T15:10:00+09:00")});
    assert_eq!(
        comes_of("detected", &detected, &snapshot, &left),
        Ok(vec![set])
    );
    // The level can be taken back once there is one.
    assert!(read(&ask(Asked::Level), &snapshot).contains("\n( ) Take it back\n"));
    let back = json!({"level": chosen("none")});
    let commands = comes_of("level", &ask(Asked::Level), &snapshot, &back);
    assert_eq!(commands, Ok(vec![Command::SetLevel(None)]));
}

#[test]
fn an_end_with_something_open_wants_a_reason() {
    let says = |lang: Lang| {
        let archive = ask(Asked::Archive);
        let fields = json!({"reason": written("")});
        comes_of("archive", &archive, &busy(lang), &fields)
    };
    assert_eq!(says(En), wrong("reason", "To go on all the same, say why"));
    assert_eq!(
        says(Ja),
        wrong("reason", "残したまま進めるなら、理由を書いてください")
    );
    let fields = json!({"reason": written("二重に作成した")});
    let archive = ask(Asked::Archive);
    let commands = comes_of("archive", &archive, &busy(Ja), &fields).unwrap();
    let reason = Some("二重に作成した".to_owned());
    assert_eq!(commands, [Command::Archive { reason }]);
}

#[test]
fn a_message_that_was_chosen_is_when_it_was() {
    let snapshot = busy(Ja);
    let spot = Spot {
        channel: "C0ALERTS".into(),
        ts: "1632982203.000100".into(),
    };
    let asked = Ask {
        message: Some(spot),
        ..Ask::of(
            Asked::Moment(Moment::Detected),
            None,
            Some("C0ALERTS".into()),
        )
    };
    let view = shown(&asked, &snapshot);
    let hint = "変えなければ、メッセージの時刻 (2021-09-30 15:10:03 +0900) を記録します";
    assert_eq!(view["blocks"][1]["hint"]["text"], hint);
    let incident = chosen(KEY);
    for (at_field, wanted) in [
        (
            "2021-09-30T15:10:00+09:00",
            "2021-09-30T15:10:03.000100+09:00",
        ),
        ("2021-09-30T15:11:00+09:00", "2021-09-30T15:11:00+09:00"),
    ] {
        let fields = json!({"incident": incident, "at": picked(at_field)});
        let commands = comes_of("detected", &asked, &snapshot, &fields).unwrap();
        let [Command::Set { when, .. }] = commands.as_slice() else {
            panic!("{commands:?}");
        };
        assert_eq!(when.time(now()), at(wanted));
    }
}

#[test]
fn people_are_known_on_both_sides() {
    let fields = json!({"person": {"type": "users_select", "selected_user": "U0HANAKO"}});
    let commands = comes_of("hand-over", &ask(Asked::HandOver), &busy(Ja), &fields).unwrap();
    let [Command::HandOver(who)] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    assert_eq!(who.login, Some("hanako-dev".into()));
    let nobody = json!({"people": {"type": "multi_users_select", "selected_users": []}});
    let said = "There is no text. Please write something";
    let came = comes_of("call", &ask(Asked::Call), &busy(En), &nobody);
    assert_eq!(came, wrong("people", said));
}

#[test]
fn where_the_place_does_not_say_which_incident_it_is_asked() {
    let snapshot = busy(Ja);
    let elsewhere = Ask::of(Asked::Note, None, Some("C0ALERTS".into()));
    assert!(
        read(&elsewhere, &snapshot)
            .starts_with("メモを残す\nインシデント: [選んでください: #shop-20210930i ✓]\n")
    );
    let note = json!({"incident": chosen(KEY), "text": written("x")});
    let submitted = submitted("note", &elsewhere, &snapshot, &note);
    let answer = answer(&submitted, &snapshot, now()).unwrap().unwrap();
    assert_eq!(answer.incident, Some(KEY.into()));
    let gone = comes_of(
        "note",
        &elsewhere,
        &snapshot,
        &json!({"text": written("x")}),
    );
    assert_eq!(gone.unwrap_err()[0].0, "incident");
}

#[test]
fn a_dialog_of_somebody_elses_is_left_alone() {
    let Inbound::Submitted(other) = sent("survey", "not ours", &json!({})) else {
        panic!("a dialog");
    };
    assert_eq!(answer(&other, &busy(Ja), now()), Ok(None));
    assert_eq!(verdict(&other, &busy(Ja), now()), Verdict::Close);
}
