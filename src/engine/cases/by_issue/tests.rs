//! Which issues declare an incident, and which are answered.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::engine::cases::answering::actor;
use crate::incident::{Permission, Via, Who};

fn filled(title: &str, body: &str) -> Filled {
    Filled {
        issue: 77,
        author: "hanako".into(),
        who: Who::on_github("hanako"),
        at: "2021-09-30T06:00:00Z".parse().unwrap(),
        title: title.to_owned(),
        body: body.to_owned(),
        open: true,
        answers: std::collections::BTreeSet::new(),
    }
}

fn declared(filled: &Filled, permission: Permission) -> (Vec<Entry>, Vec<UserError>) {
    let rules = Rules::default();
    let form = form::read(&filled.body, &rules, filled.at).unwrap();
    let origin = filled.origin();
    let actor = actor(&filled.who, permission, origin);
    declare(&[], form, filled, &actor, &rules)
}

const FORM: &str =
    "### サービス\n\nincident\n\n### サマリ\n\n決済が失敗する\n\n### 温度感\n\nred\n\n";

#[test]
fn a_form_is_a_declaration_and_a_detection() {
    let (entries, errors) = declared(&filled("インシデント", FORM), Permission::Triage);
    assert_eq!(errors, []);
    let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["is:77", "is:77/1"]);
    for entry in &entries {
        assert_eq!((entry.via, entry.recorded), (Via::GitHub, false));
        assert_eq!(entry.who, Who::on_github("hanako"));
    }
    let unnamed = |title: &str| {
        let (entries, _) = declared(&filled(title, FORM), Permission::Triage);
        let What::Marked(Fact::Declared(declaration)) = entries[0].what.clone() else {
            panic!("{entries:?}");
        };
        Unnamed {
            record: Vec::new(),
            declaration,
            at: filled("", "").at,
            entries,
        }
    };
    for (title, channel) in [
        ("インシデント", "incident-20210930i"),
        ("incident-20210929i の続き", "incident-20210930i"),
        ("#incident-20210930i-3", "incident-20210930i-3"),
    ] {
        let entries = unnamed(title).named("#incident-20210930i");
        let incident = fold(&entries, &Rules::default()).unwrap();
        assert_eq!(incident.channel.name, channel, "{title}");
        assert_eq!(incident.began(), filled("", "").at);
        assert_eq!(incident.creator, Who::on_github("hanako"));
    }
}

#[test]
fn who_may_not_declare_is_told_and_a_wrong_time_keeps_nobody_waiting() {
    let (entries, errors) = declared(&filled("x", FORM), Permission::Read);
    assert_eq!(entries, []);
    assert!(matches!(errors.as_slice(), [UserError::Permission { .. }]));
    let long_ago = format!("{FORM}### 検知した時刻\n\n2001-01-01 00:00\n");
    let (entries, errors) = declared(&filled("x", &long_ago), Permission::Write);
    assert_eq!(entries.len(), 1);
    assert!(matches!(errors.as_slice(), [UserError::LongBefore { .. }]));
}

#[test]
fn the_same_words_are_said_once() {
    let key = |said: &str| answer_key(&filled("x", FORM), &[said.to_owned()]);
    assert_eq!(key("a"), key("a"));
    assert_ne!(key("a"), key("b"));
}
