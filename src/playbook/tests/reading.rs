//! The file is read whole or not at all, and what is wrong is shown where it stands.

use crate::i18n::{Lang, agree};
use crate::playbook::{MuteBots, Named, Playbook, Verb, Words, parse};

#[test]
fn nothing_is_a_playbook() {
    for text in ["", "\n", "# later\n", "mirror:\n", "---\n", "{}"] {
        assert_eq!(parse(text), Ok(Playbook::default()), "{text:?}");
    }
    let zone = Playbook::default().time_zone;
    let noon: jiff::Timestamp = "2021-01-01T03:00:00Z".parse().unwrap();
    assert_eq!(noon.to_zoned(zone).hour(), 12);
}

#[test]
fn says_all_there_is_to_say() {
    let playbook = parse(
        "language: en\ntime_zone: UTC\nmirror:\n  mute_bots: [Dependabot, '@ci[bot]']\n  \
         mute_drafts: true\n  report_unreachable_channels_on_issue: true\n",
    )
    .unwrap();
    assert_eq!(playbook.language, Some(Lang::En));
    assert!(playbook.mirror.mute_drafts);
    assert!(playbook.mirror.report_unreachable_channels_on_issue);
    let bots = &playbook.mirror.mute_bots;
    assert!(bots.mutes("dependabot[bot]", true) && bots.mutes("CI", false));
    assert!(!bots.mutes("renovate[bot]", true));
}

#[test]
fn all_bots_are_those_that_github_calls_so() {
    let playbook = parse("mirror: {mute_bots: true}").unwrap();
    assert_eq!(playbook.mirror.mute_bots, MuteBots::All);
    assert!(playbook.mirror.mute_bots.mutes("renovate[bot]", true));
    assert!(!playbook.mirror.mute_bots.mutes("robot-lover", false));
}

/// What is wrong with a file; all of it says the same in Japanese.
fn wrong(text: &str) -> Vec<String> {
    let problems = parse(text).unwrap_err();
    for problem in &problems {
        agree(&problem.message);
        agree(&problem.said());
    }
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_wrong_is_shown_where_it_stands() {
    for (text, wanted) in [
        (
            "langauge: ja",
            "line 1, column 1: the playbook has no key `langauge`; did you mean `language`?",
        ),
        (
            "mirror:\n  mute_bot: true",
            "line 2, column 3: `mirror` has no key `mute_bot`; did you mean `mute_bots`?",
        ),
        (
            "mirror:\n  colour: red",
            "line 2, column 3: `mirror` has no key `colour`; known here: mute_bots, \
             mute_drafts, report_unreachable_channels_on_issue",
        ),
        (
            "language: fr",
            "line 1, column 11: `fr` is not a language sssbot speaks; say `ja` or `en`",
        ),
        (
            "teams:\n  channel: Dev",
            "line 2, column 12: channels are in lower case in Slack: `dev`",
        ),
        (
            "teams: {chanel: dev}",
            "line 1, column 9: `teams` has no key `chanel`; did you mean `channel`?",
        ),
        (
            "mirror:\n  mute_drafts: perhaps",
            "line 2, column 16: this must be `true` or `false`, and here is text",
        ),
        (
            "- language: ja",
            "line 1, column 1: the playbook must be a mapping, and here is a list",
        ),
        (
            "mirror:\n  mute_bots: [a, {}]",
            "line 2, column 18: this must be a login such as `dependabot`, and here is a mapping",
        ),
    ] {
        assert_eq!(wrong(text), [wanted], "{text}");
    }
}

/// As whoever reads Japanese sees it.
#[test]
fn what_is_wrong_is_said_in_japanese() {
    for (text, wanted) in [
        (
            "langauge: ja",
            "1 行目 1 文字目: プレイブックに `langauge` というキーはありません。`language` ではありませんか",
        ),
        (
            "levels: {3: {broadcasts: [support]}}",
            "1 行目 14 文字目: 事象レベル 3 の設定に `broadcasts` というキーはありません。`broadcast` ではありませんか",
        ),
        (
            "postmortem: {quote: perhaps}",
            "1 行目 21 文字目: 真偽値（`true` か `false`）を書いてください（いまは文字列です）",
        ),
        (
            "intervals: {timekeeper_minutes: 3}",
            "1 行目 33 文字目: 5 から 240 までの整数を書いてください（いまは 3 です）",
        ),
        (
            "channels: {date: [1]}",
            "1 行目 18 文字目: `YYYYMMDD`、`YYMMDD` のいずれかを書いてください（いまはリストです）",
        ),
        (
            "levels: {1: {checklist: [{id: a}]}}",
            "1 行目 26 文字目: チェックリストの項目には `text` が必要です",
        ),
        (
            "broadcast: [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]",
            "1 行目 73 文字目: ここに書けるのは 20 個までです（それぞれにメッセージを送るため）。いまは 21 個あります",
        ),
        (
            "invite: &who {people: ['']}\nowners: *who",
            "1 行目 24 文字目: `` は人の名前ではありません。`userteams.yaml` での名前か、Slack の ID を書いてください",
        ),
    ] {
        let problems = parse(text).unwrap_err();
        assert_eq!(problems[0].said().ja, wanted, "{text}");
    }
}

/// Nothing that can be wrong is forgotten in one of the languages: [`wrong`] compares them.
#[test]
fn whatever_is_wrong_is_said_in_both_languages() {
    let long = "x".repeat(2_001);
    let many = |count: usize| "a, ".repeat(count);
    let keys = |count: usize| (0..count).map(|n| format!("a{n}: , ")).collect::<String>();
    for text in [
        "language: 1",
        "time_zone: 1",
        "time_zone: Mars/Base",
        "time_zone: Asia/Tokio",
        "owners: [a]",
        "owners: {groups: [1.5, A, {}], people: ['a b', {}]}",
        "invite: {people: '@a'}",
        "services: []",
        "services: {}",
        &format!("services: {{{}}}", keys(101)),
        &format!("services: {{'{long}': }}"),
        "services: {'a b': , -: , shop: {alias: a}, mall: 3}",
        &format!("services: {{shop: {{aliases: [{}]}}}}", many(21)),
        "types: {Outage: , a: {services: [1, {}]}}",
        &format!("types: {{{}}}", keys(11)),
        &format!("types: {{a: {{services: [{}]}}}}", many(101)),
        "levels: {0: , 10: , one: }",
        "levels: {1: {name: '', icon: 'a b', meaning: \"a\\nb\", manual: ftp://x}}",
        "levels: {1: {name: {}, icon: 1, manual: [], instruction: ' '}}",
        &format!("levels: {{1: {{manual: 'https://e.com/{long}', icon: {long}}}}}"),
        "levels: {1: {label: [], checklist: {}, invite: 1}}",
        "levels: {1: {label: {color: red}, name: {jp: a}}}",
        "levels: {1: {checklist: [{id: A, text: a}, {id: [], text: b}]}}",
        "feelings: {Blue: , red: {colour: 1}}",
        &format!("feelings: {{{}}}", keys(11)),
        "channels: {date: YYYY, drill: 訓錬}",
        "broadcast: ['a b', Dev, 1.5, {}]",
        &format!("questions: [{}]", many(11)),
        &format!("questions: [{}]", "x".repeat(301)),
        "links: {manual: 3, help: nowhere}",
        "timekeeper: {icon: '', colour: pink, name: [a]}",
        "timekeeper: {colour: yelow}",
        "postmortem: {folder: ../x, template: x.txt, optional_for: [0], quote: 1}",
        "postmortem: {folder: 1, template: 1, optional_for: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}",
        "postmortem: {remind: {weekday: mon, hour: 24}}",
        "permissions: {level: {handlers: true}, levle: }",
        &format!("permissions: {{level: {{groups: [{}]}}}}", many(21)),
        &format!("owners: {{people: [{}]}}", many(51)),
        "labels: {drill: {name: 3, description: []}}",
        "reaction: ':a b:'",
        "reaction: 1",
        "wording: {hello: '{x}', who_handles: '{x}'}",
        "teams: {channel: []}",
        "mirror: {mute_bots: 3, mute_drafts: }",
        "mirror: {mute_bots: ['@', {}, ~]}",
        &format!("mirror: {{mute_bots: [{}]}}", many(1_001)),
        "a: 1\na: 2",
        "a: {<<: 3}",
        "--- a\n--- b",
        "a: [",
        "a: @b",
        "a: b: c",
    ] {
        assert!(!wrong(text).is_empty(), "{text}");
    }
}

#[test]
fn all_mistakes_come_at_once_in_order() {
    let problems = parse("x: 1\nlanguage: 2\nmirror:\n  y: 3\ntime_zone: Mars/Base\n");
    let lines: Vec<u64> = problems.unwrap_err().iter().map(|p| p.line).collect();
    assert_eq!(lines, [1, 2, 4, 5]);
}

#[test]
fn the_whole_of_it_is_read() {
    let playbook = parse(include_str!("whole.yaml")).unwrap();
    let ids: Vec<&str> = playbook
        .services
        .iter()
        .map(|own| own.id.as_str())
        .collect();
    assert_eq!(ids, ["shop", "決済-api", "007"]);
    let shop = &playbook.services[0];
    let channels: Vec<String> = shop.broadcast.iter().map(ToString::to_string).collect();
    assert_eq!(channels, ["#shop-dev", "C0123456789"]);
    assert_eq!(shop.label.colour.as_str(), "1d76db");
    assert_eq!(playbook.owners.groups[0].as_str(), "sre");
    // Levels stand in their order, whatever the file's is, and inherit from the usual ones.
    let numbers: Vec<u8> = playbook.levels.iter().map(|level| level.number).collect();
    assert_eq!(numbers, [1, 3]);
    assert_eq!(playbook.levels[0], Playbook::default().levels[0]);
    let big = &playbook.levels[1];
    let ids: Vec<&str> = big.checklist.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "social"]);
    let link = big.checklist[2].link.as_deref();
    assert_eq!(link, Some("https://example.com/%E6%89%8B%E9%A0%86"));
    assert_eq!(big.instruction.ja, "Read the manual.\nThen act.");
    // A name takes the question and the label along; what stands beside it goes first.
    let security = &playbook.types[0];
    assert_eq!(security.name, Words::same("Breach"));
    assert_eq!(security.label.name, Words::new("侵害", "breach"));
    let hours = |duration: jiff::SignedDuration| duration.as_hours();
    assert_eq!(hours(playbook.intervals.silence), 7 * 24);
    assert_eq!(playbook.broadcast_drills, Some(vec![]));
    assert_eq!(playbook.timekeeper.colour.as_str(), "abcdef");
    assert_eq!(playbook.reaction, "pushpin");
    assert!(playbook.permissions.of(Verb::Level).unwrap().handler);
    assert_eq!(
        playbook.wording.say(Named::PleaseJoin, Lang::Ja),
        Some("{channel} へ")
    );
}

#[test]
fn the_usual_ones_hold_where_a_part_is_named() {
    let playbook = parse("types: {outage: }\nlevels: {2: {broadcast: [dev]}, 7: }").unwrap();
    let usual = Playbook::default();
    assert_eq!(playbook.types, usual.types[..1]);
    assert_eq!(playbook.levels[0].checklist, usual.levels[1].checklist);
    assert_eq!(playbook.levels[1].name.ja, "事象レベル7");
    // Level 1 is gone, so nothing needs no postmortem.
    assert_eq!(playbook.postmortem.optional_for, [0u8; 0]);
    let named = parse("types: {outage: {name: {ja: 不具合, en: Defect}}}").unwrap();
    assert_eq!(named.types[0].question.ja, "不具合ですか?");
    assert_eq!(named.types[0].label.name.en, "Defect");
}

#[test]
fn what_is_wrong_together_is_shown_where_it_stands() {
    for (text, wanted) in [
        (
            "services: {shop: }\ntypes:\n  outage: {services: [shpo]}",
            &[
                "line 3, column 23: there is no service `shpo`; did you mean `shop`?",
                "line 3, column 3: an incident of service `shop` can have no type; let one have no `services`",
            ][..],
        ),
        (
            "postmortem: {optional_for: [1, 5]}",
            &["line 1, column 32: there is no level 5"],
        ),
        (
            "services:\n  shop: {aliases: [ec]}\n  mall:\n    name: ＥＣ",
            &["line 3, column 3: `ＥＣ` is service `shop` already"],
        ),
        (
            "services:\n  drill:\n",
            &[
                "line 2, column 3: the label `drill` stands for `drill` of `labels` already; \
               give one of them another `label`",
            ],
        ),
        (
            "levels:\n  1: {checklist: [{id: a, text: one}, {id: a, text: two}]}",
            &["line 2, column 7: two items of this checklist have the id `a`"],
        ),
        (
            "wording: {hello: 'hi {whom}', who_handles: '{who}?'}",
            &[
                "line 1, column 18: nothing fills `{whom}`; did you mean `who`?",
                "line 1, column 44: nothing fills `{who}`; there is nothing to fill in here",
            ],
        ),
        (
            "broadcast:\n  - #dev\n",
            &[
                "line 2, column 9: nothing stands here; `#` begins a comment, so write a channel \
               without it or in quotes",
            ],
        ),
        (
            "broadcast: [Dev]",
            &["line 1, column 13: channels are in lower case in Slack: `dev`"],
        ),
        (
            "services: {EC: }",
            &["line 1, column 12: no channel can begin with `EC`; Slack would make it `ec`"],
        ),
        (
            "levels: {1: {icon: fire}}",
            &["line 1, column 20: `fire` is no emoji; did you mean `\":fire:\"`?"],
        ),
        (
            "intervals: {timekeeper_minutes: 3, ask_for_handler_minutes: 5m}",
            &[
                "line 1, column 33: this must be a whole number from 5 to 240, and not 3",
                "line 1, column 61: this must be a whole number from 1 to 60, and here is text",
            ],
        ),
        (
            "levels: {1: {checklist: [a, b, c, d, e, f, g, h, i, j, k, l]}}",
            &[
                "line 1, column 56: at most 10 may stand here, as many as Slack has checkboxes; here are 12",
            ],
        ),
        (
            "levels: {2: {label: {name: 123456, colour: 123456}}}",
            &[
                "line 1, column 28: this must be text, or a mapping with `ja` and `en`, and here is a number",
                "line 1, column 44: this must be a colour such as `yellow` or `\"#f2c744\"`, in quotes, and here is a number",
            ],
        ),
        (
            "wording: {helo: hi}",
            &["line 1, column 11: `wording` has no key `helo`; did you mean `hello`?"],
        ),
    ] {
        let mut said = wrong(text);
        said.sort();
        assert_eq!(said, wanted, "{text}");
    }
}

/// A file of nothing but mistakes is answered in little time, with no more than can be read.
#[test]
fn a_hostile_file_takes_no_time() {
    let unknown: String = (0..5_000).map(|n| format!("k{n}: 1\n")).collect();
    assert_eq!(parse(&unknown).unwrap_err().len(), 50);
    let services: String = (0..5_000).map(|n| format!("  X{n}: 1\n")).collect();
    assert_eq!(
        parse(&format!("services:\n{services}")).unwrap_err().len(),
        101
    );
    let refs = "x, ".repeat(20_000);
    let text = format!("types: {{outage: {{services: [{refs}]}}}}");
    assert!(parse(&text).unwrap_err().len() < 110);
    let long = "x".repeat(100_000);
    let text = format!("services: {{{long}: }}\ntypes: {{outage: {{services: [{refs}]}}}}");
    assert!(parse(&text).is_err());
    for problem in parse(&format!("{long}: 1\nlanguage: {long}\ntime_zone: {long}")).unwrap_err() {
        assert!(
            problem
                .message
                .each()
                .all(|said| said.chars().count() < 1_000),
            "{}",
            problem.message.en.len()
        );
    }
}
