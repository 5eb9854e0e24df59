//! What a pull request that touches the playbook is told that it changes.

use proptest::prelude::*;

use crate::i18n::Lang;
use crate::playbook::{Playbook, compare, parse};

fn said(old: &str, new: &str, lang: Lang) -> Vec<String> {
    let (old, new) = (parse(old).unwrap(), parse(new).unwrap());
    let changes = compare(&old, &new, lang);
    changes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_change_is_said_in_a_sentence() {
    let levels = "levels: {1: , 2: , 3: {broadcast: [support]}}";
    for (old, new, en, ja) in [
        (
            levels,
            "levels: {1: , 2: , 3: {broadcast: [support, leaders]}}",
            "level 3 now broadcasts to #leaders too",
            "事象レベル 3: #leaders にも通知します",
        ),
        (
            levels,
            "levels: {1: , 2: , 3: {broadcast: [leaders]}}",
            "level 3 now broadcasts to #leaders, and no longer #support",
            "事象レベル 3: #leaders にも通知します。#support には通知しなくなります",
        ),
        (
            "",
            "invite: {groups: [cto], people: [hanako]}",
            "every incident now calls @cto, hanako too",
            "すべてのインシデント: @cto, hanako も招待します",
        ),
        (
            "",
            "intervals: {timekeeper_minutes: 30}",
            "the timekeeper's interval is now “30 min”, was “15 min”",
            "タイムキーパーの間隔が「15 分」から「30 分」に変わります",
        ),
        (
            "links: {video: 'https://example.com/v'}",
            "",
            "the link to video meetings is no longer said, was “https://example.com/v”",
            "ビデオ会議のリンクの指定（「https://example.com/v」）がなくなります",
        ),
        (
            "",
            "levels: {1: , 2: }",
            "level 3 is gone",
            "事象レベル 3 がなくなります",
        ),
        (
            "",
            "permissions: {resolve: {handler: true, groups: [sre]}}",
            "who may use “resolve” is now “the handler, @sre”",
            "「resolve」をしてよい人が「ハンドラー, @sre」になります",
        ),
        (
            "services: {a: , b: }",
            "services: {b: , a: }",
            "the services are in another order: b, a",
            "サービスの順序が変わります: b, a",
        ),
        (
            "levels: {1: {checklist: [a]}}",
            "levels: {1: {checklist: [a, b]}}",
            "level 1: the checklist now has b too",
            "事象レベル 1 のチェックリスト: b が加わります",
        ),
        (
            "",
            "teams: {channel: ops}",
            "the channel for team definitions is now “#ops”",
            "チームの定義についてのチャンネルが「#ops」になります",
        ),
        (
            "",
            "mirror: {mute_bots: [dependabot]}",
            "the list of bots kept on GitHub is now “dependabot”, was “none”",
            "流さないボットが「なし」から「dependabot」に変わります",
        ),
    ] {
        assert_eq!(said(old, new, Lang::En), [en], "{new}");
        assert_eq!(said(old, new, Lang::Ja), [ja], "{new}");
    }
}

#[test]
fn what_is_new_says_whom_it_calls() {
    let new = "services: {incident: {name: {ja: サービス全般, en: All services}}, \
               shop: {team: shop-first, broadcast: [shop-dev], aliases: [s]}}";
    assert_eq!(
        said("", new, Lang::En),
        [
            "service shop is new",
            "service shop: the first-response team is now “@shop-first”",
            "service shop now broadcasts to #shop-dev too",
        ]
    );
}

#[test]
fn the_same_changes_nothing() {
    let whole = include_str!("whole.yaml");
    assert_eq!(said(whole, whole, Lang::Ja), [""; 0]);
    assert_eq!(said("", "levels: {1: , 2: , 3: }", Lang::En), [""; 0]);
    assert!(said("", whole, Lang::Ja).len() > 40);
}

/// Each line of a playbook that says something else must be seen as a change.
#[test]
fn nothing_changes_unseen() {
    let whole = include_str!("whole.yaml");
    let all = parse(whole).unwrap();
    let mut seen = 0;
    for (at, line) in whole.lines().enumerate().skip(1) {
        let others = whole.lines().enumerate().filter(|(n, _)| *n != at);
        let less: Vec<&str> = others.map(|(_, line)| line).collect();
        if let Ok(less) = parse(&less.join("\n")) {
            let changes = compare(&all, &less, Lang::En);
            assert_eq!(changes.is_empty(), all == less, "{line}");
            seen += usize::from(!changes.is_empty());
        }
    }
    assert!(seen > 30, "{seen}");
}

proptest! {
    #[test]
    fn two_playbooks_that_differ_are_told_apart(minutes in 5u32..240, days in 1u32..365, drafts in any::<bool>()) {
        let text = format!("intervals: {{timekeeper_minutes: {minutes}, silence_days: {days}}}\nmirror: {{mute_drafts: {drafts}}}");
        let new = parse(&text).unwrap();
        let usual = Playbook::default();
        let there = compare(&usual, &new, Lang::En).len();
        prop_assert_eq!(there, compare(&new, &usual, Lang::En).len());
        prop_assert_eq!(there == 0, new == usual);
    }
}
