//! What is on record, line by line of a timeline.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::i18n::Lang;
use crate::incident::{Declaration, Mark};

const APP: u64 = 5;
const OUR_ISSUE: &str = "2021-09-30T06:00:00Z";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn people() -> People {
    People::parse("people: {hanako: {slack: U01HANAKO01, github: hanako}}").unwrap()
}

fn hanako() -> Who {
    Who {
        login: Some("hanako".into()),
        slack: Some("U01HANAKO01".into()),
        name: Some("hanako".to_owned()),
    }
}

fn user(login: &str, kind: &str) -> User {
    serde_json::from_value(json!({"login": login, "type": kind})).unwrap()
}

fn issue(ours: bool, body: &str) -> Issue {
    let app = if ours {
        json!({"id": APP})
    } else {
        Value::Null
    };
    let by = match ours {
        true => json!({"login": "sssbot[bot]", "type": "Bot"}),
        false => json!({"login": "hanako", "type": "User"}),
    };
    serde_json::from_value(json!({
        "id": 77, "number": 8, "title": "#shop-20210930i", "body": body, "state": "open",
        "html_url": "https://github.example/acme/postmortem/issues/8", "user": by,
        "performed_via_github_app": app, "created_at": OUR_ISSUE,
    }))
    .unwrap()
}

fn step(second: i64, by: &str, what: Did) -> Step {
    let (login, kind, app_id) = match by {
        "sssbot" => ("sssbot[bot]", "Bot", Some(APP)),
        "renovate" => ("renovate[bot]", "Bot", Some(9)),
        other => (other, "User", None),
    };
    let at = time(OUR_ISSUE).as_second() + second;
    Step {
        id: Some(u64::try_from(100 + second).unwrap()),
        at: Some(Timestamp::from_second(at).unwrap()),
        by: Some(user(login, kind)),
        app_id,
        what,
    }
}

fn comment(second: i64, by: &str, body: &str, edited: i64) -> Step {
    let at = time(OUR_ISSUE).as_second() + second + edited;
    let what = Did::Commented {
        body: body.to_owned(),
        html_url: String::new(),
        updated_at: Some(Timestamp::from_second(at).unwrap()),
    };
    step(second, by, what)
}

fn read(issue: &Issue, steps: &[Step]) -> Vec<Entry> {
    entries(issue, steps, APP, &"acme/postmortem".into(), &people())
}

fn mark(key: &str, fact: Fact) -> Mark {
    Mark {
        key: key.into(),
        at: time("2021-09-30T06:01:00.5Z"),
        who: hanako(),
        via: Via::Slack,
        fact,
    }
}

fn written(mark: &Mark) -> String {
    mark::write(mark, Lang::En, &jiff::tz::TimeZone::UTC)
}

#[test]
fn what_people_do_states_something_and_what_we_do_only_shows() {
    let table = [
        (
            Did::Labeled("level 3".to_owned()),
            What::Labeled("level 3".to_owned()),
            "labeled:level 3",
        ),
        (
            Did::Unlabeled("level 3".to_owned()),
            What::Unlabeled("level 3".to_owned()),
            "unlabeled:level 3",
        ),
        (
            Did::Assigned(user("hanako", "User")),
            What::Assigned(hanako()),
            "assigned:hanako",
        ),
        (
            Did::Unassigned(user("hanako", "User")),
            What::Unassigned(hanako()),
            "unassigned:hanako",
        ),
        (
            Did::Closed(Some("completed".to_owned())),
            What::Closed {
                reason: Some("completed".to_owned()),
            },
            "closed",
        ),
        (Did::Reopened, What::Reopened, "reopened"),
        (
            Did::Renamed {
                from: "a".to_owned(),
                to: "#shop-20210930i".to_owned(),
            },
            What::Renamed {
                title: "#shop-20210930i".to_owned(),
            },
            "title:#shop-20210930i",
        ),
    ];
    for (did, wanted, key) in table {
        for (by, who, via) in [
            ("hanako", hanako(), Via::GitHub),
            ("sssbot", Who::default(), Via::Sssbot),
        ] {
            let all = read(&issue(true, ""), &[step(3, by, did.clone())]);
            let [opened, entry] = all.as_slice() else {
                panic!("{all:?}");
            };
            assert_eq!((&entry.what, &entry.who, entry.via), (&wanted, &who, via));
            let key = format!("n:acme/postmortem#8:{key}:{}", entry.at.as_second());
            assert!(
                entry.recorded && entry.key == DoneKey::new(key),
                "{entry:?}"
            );
            let What::Opened(opened) = &opened.what else {
                panic!("{opened:?}");
            };
            let first = matches!(did, Did::Renamed { .. });
            assert_eq!(opened.title, if first { "a" } else { "#shop-20210930i" });
        }
    }
    // A machine is no handler, and what is none of ours is left out.
    for did in [
        Did::Assigned(user("copilot", "Bot")),
        Did::Other("locked".to_owned()),
    ] {
        assert_eq!(read(&issue(true, ""), &[step(3, "hanako", did)]).len(), 1);
    }
}

#[test]
fn marks_count_in_our_own_comments_alone_and_each_once() {
    let wrong = mark("a:C1:1.2", Fact::Level { level: Some(2) });
    let right = mark("a:C1:1.2", Fact::Level { level: Some(3) });
    let (first, second) = (written(&wrong), written(&right));
    let facts = |steps: &[Step]| -> Vec<Entry> {
        let all = read(&issue(true, ""), steps);
        let marked = |entry: &Entry| matches!(entry.what, What::Marked(_));
        all.into_iter().filter(marked).collect()
    };
    for by in ["hanako", "renovate"] {
        assert_eq!(facts(&[comment(1, by, &first, 0)]), []);
    }
    // A person who goes through our App is no App.
    let mut through = comment(1, "hanako", &first, 0);
    through.app_id = Some(APP);
    assert_eq!(facts(&[through]), []);
    let is = |mark: &Mark| vec![Entry::marked(mark.clone(), true)];
    assert_eq!(facts(&[comment(1, "sssbot", &first, 0)]), is(&wrong));
    // An answer was lost and it was written again; or the first was edited later than the second.
    let (one, two) = (
        comment(1, "sssbot", &first, 0),
        comment(2, "sssbot", &second, 0),
    );
    assert_eq!(facts(&[one, two.clone()]), is(&right));
    let edited = comment(1, "sssbot", &first, 60);
    assert_eq!(facts(&[edited, two]), is(&wrong));
    assert_eq!(facts(&[comment(1, "sssbot", "no mark", 0)]), []);
}

#[test]
fn an_issue_that_we_opened_holds_its_declaration() {
    let declared = mark("a:C1:1.2", Fact::Declared(Declaration::new("shop", "決済")));
    let hidden = mark::hidden(&declared);
    let body = format!("mine\n<!-- sssbot:begin -->\n{hidden}\n<!-- sssbot:end -->\nmore");
    let ours = read(&issue(true, &body), &[]);
    assert_eq!(ours[..1], [Entry::marked(declared, true)]);
    assert_eq!(ours.len(), 2);
    assert_eq!((ours[1].via, &ours[1].who), (Via::Sssbot, &Who::default()));
    let theirs = read(&issue(false, &body), &[]);
    assert_eq!((theirs.len(), theirs[0].via), (1, Via::GitHub));
    assert_eq!(theirs[0].who, hanako());
    assert_eq!(
        fold(&ours, &Rules::default()).unwrap().summary.value,
        "決済"
    );
}

#[test]
fn the_last_word_of_each_person_is_kept_and_no_machines() {
    let steps = [
        comment(1, "hanako", "x", 0),
        comment(5, "Hanako", "y", 0),
        comment(5, "taro", "z", 0),
        comment(6, "renovate", "beep", 0),
        comment(7, "sssbot", "beep", 0),
    ];
    let all = read(&issue(true, ""), &steps);
    let spoke: Vec<(i64, &str)> = all[1..]
        .iter()
        .map(|entry| (entry.at.as_second() % 60, entry.who.called()))
        .collect();
    assert_eq!(spoke, [(5, "Hanako"), (5, "taro")]);
    let keys: BTreeSet<&DoneKey> = all.iter().map(|entry| &entry.key).collect();
    assert_eq!(keys.len(), all.len());
}

#[test]
fn remarks_know_when_they_were_said_and_what_we_answered() {
    let answer = |second: i64, nth: usize| {
        let mut steps = vec![comment(1, "hanako", "/level 9\n/levle 3", second)];
        let ours = Ours::of(&issue(true, ""), &steps, APP);
        let remark = ours.remarks(&steps, &people()).remove(0);
        let marker = Marker::of(&remark.answer_key(nth));
        steps.push(comment(9, "sssbot", &format!("x\n\n{marker}"), 0));
        steps.push(comment(
            9,
            "taro",
            &format!("x {}", Marker::of(&remark.answer_key(0))),
            0,
        ));
        let ours = Ours::of(&issue(true, ""), &steps, APP);
        ours.remarks(&steps, &people())
    };
    let remarks = answer(0, 1);
    assert_eq!(remarks.len(), 2);
    assert_eq!((remarks[0].edited_at, &remarks[0].who), (None, &hanako()));
    assert_eq!(remarks[0].answered, BTreeSet::from([1]));
    let edited = answer(30, 1).remove(0);
    assert_eq!(edited.said_at(), time("2021-09-30T06:00:31Z"));
    // What was answered before the edit counts for nothing now.
    assert_ne!(edited.answer_key(1), remarks[0].answer_key(1));
}

#[test]
fn a_form_is_one_until_it_is_declared() {
    let body =
        "### サービス\n\nshop\n\n### サマリ\n\n決済\n\n### 温度感\n\nred\n\n### 訓練\n\nいいえ\n";
    let form = |issue: &Issue, steps: &[Step]| {
        let entries = read(issue, steps);
        Ours::of(issue, steps, APP).form(issue, &entries, &people())
    };
    let filled = form(&issue(false, body), &[]).unwrap();
    assert_eq!(
        (filled.issue, filled.who, filled.open),
        (77, hanako(), true)
    );
    assert_eq!(form(&issue(true, body), &[]), None);
    assert_eq!(form(&issue(false, "### サービス\n\nshop"), &[]), None);
    let declared = mark("is:77", Fact::Declared(Declaration::new("shop", "決済")));
    let steps = [comment(1, "sssbot", &written(&declared), 0)];
    assert_eq!(form(&issue(false, body), &steps), None);
}

#[test]
fn what_our_account_did_is_ours_though_the_app_is_not_named() {
    let mut issue = issue(true, "");
    issue.app_id = None;
    let mut steps = [
        step(1, "sssbot", Did::Labeled("x".to_owned())),
        step(2, "renovate", Did::Labeled("y".to_owned())),
    ];
    steps[0].app_id = None;
    steps[1].app_id = None;
    claim(&mut issue, &mut steps, APP, &"SSSBOT[bot]".into());
    let vias: Vec<Via> = read(&issue, &steps).iter().map(|entry| entry.via).collect();
    assert_eq!(vias, [Via::Sssbot, Via::Sssbot, Via::GitHub]);
}

#[test]
fn what_is_read_takes_the_place_of_what_was_known() {
    let entry = |key: &str, level: u8, recorded: bool| {
        Entry::marked(mark(key, Fact::Level { level: Some(level) }), recorded)
    };
    let known = [
        entry("waits", 1, false),
        entry("arrived", 1, false),
        entry("fresh", 1, true),
        entry("deleted", 1, true),
        entry("edited", 1, true),
    ];
    let read = [entry("arrived", 1, true), entry("edited", 2, true)];
    let all = renewed(&known, &read, |entry| entry.key == "fresh".into());
    let wanted = [
        read[0].clone(),
        read[1].clone(),
        known[0].clone(),
        known[2].clone(),
    ];
    assert_eq!(all, wanted);
    // The declaration outlives its text and its comment.
    let declared = mark("is:77", Fact::Declared(Declaration::new("shop", "x")));
    let declared = Entry::marked(declared, true);
    for ours in [true, false] {
        let read = self::read(&issue(ours, ""), &[]);
        let all = renewed(std::slice::from_ref(&declared), &read, |_| false);
        let mut kept = declared.clone();
        kept.recorded = ours;
        assert_eq!(all[1..], [kept]);
    }
}
