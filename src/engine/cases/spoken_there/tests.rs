//! What comments come to, and that they come to the same again.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::incident::{Declaration, Fact, Mark, Moment};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An incident that was declared at six.
fn record() -> Vec<Entry> {
    let declared = Mark {
        key: "a:C1:1.2".into(),
        at: time("2021-09-30T06:00:00Z"),
        who: Who::on_github("taro"),
        via: Via::Slack,
        fact: Fact::Declared(Declaration {
            channel: Some("incident-20210930i".to_owned()),
            ..Declaration::new("incident", "決済")
        }),
    };
    vec![Entry::marked(declared, true)]
}

fn remark(id: u64, at: &str, edited_at: Option<&str>, body: &str) -> Remark {
    Remark {
        id,
        author: "hanako".into(),
        who: Who::on_github("hanako"),
        at: time(at),
        edited_at: edited_at.map(time),
        body: body.to_owned(),
        answered: BTreeSet::new(),
    }
}

fn hear(known: &[Entry], remark: &Remark) -> Outcome {
    hear_as(known, remark, Permission::Triage)
}

fn hear_as(known: &[Entry], remark: &Remark, permission: Permission) -> Outcome {
    let rules = Rules::default();
    let heard = parse_comment(&remark.body, &rules, remark.said_at());
    let people = People::parse("people: {sora: {slack: U01SORA0001, github: sora}}").unwrap();
    follow(known, remark, heard, permission, &rules, &people)
}

fn facts(entries: &[Entry]) -> Vec<(&str, Fact)> {
    let fact = |entry: &Entry| match &entry.what {
        What::Marked(fact) => fact.clone(),
        other => panic!("{other:?}"),
    };
    entries
        .iter()
        .map(|entry| (entry.key.as_str(), fact(entry)))
        .collect()
}

#[test]
fn each_command_sees_what_the_one_before_it_did() {
    let said = remark(
        5,
        "2021-09-30T06:10:00Z",
        None,
        "引き継ぎます。\n/level 3\n/level 3\n/handler @sora\n/check 2",
    );
    let outcome = hear(&record(), &said);
    let sora = Who {
        login: Some("sora".into()),
        slack: Some("U01SORA0001".into()),
        name: Some("sora".to_owned()),
    };
    let item = Fact::Item {
        item: "social".to_owned(),
        done: true,
    };
    assert_eq!(
        facts(&outcome.entries),
        [
            ("cc:5:0", Fact::Level { level: Some(3) }),
            (
                "cc:5:2",
                Fact::Handler {
                    handler: Some(sora)
                }
            ),
            ("cc:5:3", item),
        ]
    );
    assert!(outcome.followed && outcome.errors.is_empty());
    assert!(
        outcome
            .entries
            .iter()
            .all(|e| e.via == Via::GitHub && !e.recorded)
    );
}

#[test]
fn a_comment_comes_to_the_same_whenever_it_is_read() {
    let early = remark(5, "2021-09-30T06:10:00Z", None, "/level 2\n/recovered");
    let first = hear(&record(), &early);
    assert_eq!(first.entries.len(), 2);
    // Meanwhile somebody in Slack has said otherwise.
    let level = Mark {
        key: "a:C1:9.9".into(),
        at: time("2021-09-30T06:20:00Z"),
        who: Who::on_github("taro"),
        via: Via::Slack,
        fact: Fact::Level { level: Some(3) },
    };
    let mut known = record();
    known.push(Entry::marked(level, true));
    assert_eq!(
        hear(&known, &early).entries,
        first.entries,
        "nobody had heard it"
    );
    known.extend(first.entries.clone());
    let again = hear(&known, &early);
    assert_eq!((again.entries, again.errors), (vec![], vec![]));
    // A late comment is judged by what was so then.
    let resolve = remark(4, "2021-09-30T06:05:00Z", None, "/resolve");
    let outcome = hear(&known, &resolve);
    assert_eq!(outcome.entries, []);
    assert_eq!(outcome.errors.len(), 1, "it had not recovered at five past");
    let resolve = remark(6, "2021-09-30T06:15:00Z", None, "/resolve");
    assert_eq!(hear(&known, &resolve).entries.len(), 1);
}

#[test]
fn an_edit_counts_when_it_is_made() {
    let mut known = record();
    let wrong = remark(
        5,
        "2021-09-30T06:10:00Z",
        None,
        "/levle 3\n/note 再起動した",
    );
    let outcome = hear(&known, &wrong);
    assert_eq!((outcome.errors.len(), outcome.errors[0].0), (1, 0));
    known.extend(outcome.entries);
    let edit = Some("2021-09-30T06:12:00Z");
    let right = remark(
        5,
        "2021-09-30T06:10:00Z",
        edit,
        "/level 3\n/note 再起動した",
    );
    let outcome = hear(&known, &right);
    let level = |level| Fact::Level { level: Some(level) };
    assert_eq!(facts(&outcome.entries), [("cc:5:0", level(3))]);
    assert_eq!(outcome.entries[0].at, time("2021-09-30T06:12:00Z"));
    known.extend(outcome.entries);
    // What was followed and is said otherwise now is said anew; the rest is not repeated.
    let edit = Some("2021-09-30T06:14:00Z");
    let other = remark(
        5,
        "2021-09-30T06:10:00Z",
        edit,
        "/level 2\n/note 再起動した",
    );
    let outcome = hear(&known, &other);
    let second = time("2021-09-30T06:14:00Z").as_second();
    let key = format!("cc:5:0@{second}");
    assert_eq!(facts(&outcome.entries), [(key.as_str(), level(2))]);
    known.extend(outcome.entries);
    assert_eq!(hear(&known, &other).entries, []);
}

#[test]
fn who_may_not_is_told_once_and_people_talk() {
    let said = remark(
        5,
        "2021-09-30T06:10:00Z",
        None,
        "/level 3\n/help\n/foo\n> /level 2",
    );
    let outcome = hear_as(&record(), &said, Permission::Read);
    assert_eq!((outcome.entries.len(), outcome.followed), (0, false));
    assert_eq!((outcome.errors.len(), outcome.help), (1, Some(1)));
    let answered = Remark {
        answered: BTreeSet::from([0, 1]),
        ..said
    };
    // Later they may; what was answered stays answered.
    assert_eq!(hear(&record(), &answered), Outcome::default());
    let talk = remark(
        6,
        "2021-09-30T06:10:00Z",
        None,
        "/etc/hosts を見て\nlevel 3?",
    );
    assert_eq!(hear(&record(), &talk), Outcome::default());
    let moment = remark(7, "2021-09-30T06:10:00Z", None, "/detected 15:01");
    let fact = Fact::Moment {
        moment: Moment::Detected,
        time: Some(time("2021-09-30T06:01:00Z")),
        link: None,
        was: None,
    };
    assert_eq!(facts(&hear(&record(), &moment).entries), [("cc:7:0", fact)]);
}
