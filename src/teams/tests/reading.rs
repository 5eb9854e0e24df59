//! Team files are read whole or not at all, and what is wrong is shown where it stands.

use std::sync::Arc;

use super::world::{said, spec, wrong};
use crate::teams::{Problem, Spec, When, is_path};

/// As the files of others are: a list of teams, anchors, lists in lists.
const ARISAID: &str = "\
- name: shop oncall
  description: first to be called
  handle: shop-oncall
  users: &shop
  - hanako
  - taro
- name: everybody
  handle: everybody
  users:
  - *shop
  - - rin
    - [sora]
  - mei
- name: only a name
";

fn users(spec: &Spec, team: &str) -> Vec<String> {
    let users = &spec.team(team).unwrap().users;
    let users = users.iter().flat_map(|users| &users.value);
    users.map(|at| at.value.who.clone()).collect()
}

#[test]
fn a_list_of_teams_with_anchors_and_nested_lists_is_valid_as_it_is() {
    let spec = spec(ARISAID);
    assert_eq!(users(&spec, "shop-oncall"), ["hanako", "taro"]);
    assert_eq!(
        users(&spec, "everybody"),
        ["hanako", "taro", "rin", "sora", "mei"]
    );
    let bare = spec.team("only a name").unwrap();
    assert!(bare.by_name && bare.users.is_none() && bare.handle.is_none());
    assert_eq!(bare.description, None, "what is not said is not managed");
}

#[test]
fn all_that_can_be_said_is_read() {
    let spec = spec(
        "version: 1\npeople:\n  hanako: { slack: U01HANAKO, github: hanako-dev }\n  sora: { email: sora@example.com }\n\
         teams:\n- name: ショップ\n  description: ''\n  handle: shop-first\n  id: S0123\n  users:\n  - hanako\n  \
         - { user: rin, until: 2026-12-28, reason: 年末 }\n  service: shop\n  channels: ['#shop-incident', C012345678]\n  \
         min: 2\n  previously: [shop-oncall]\n- handle: turns\n  rotation: { users: [aoi, nao], every: 1w, start: '2026-11-30T10:00:00+09:00' }\n\
         - { handle: all, include: [shop-first, turns] }\n- { handle: marketing, external: true }\n",
    );
    assert_eq!(spec.people.len(), 2);
    let shop = spec.team("@shop-first").unwrap();
    assert_eq!(shop.description.as_ref().unwrap().value, "");
    let rin = &shop.users.as_ref().unwrap().value[1].value;
    let until = rin.until.unwrap();
    assert_eq!(until, When::Day("2026-12-28".parse().unwrap()));
    assert_eq!(until.end(&spec.zone).to_string(), "2026-12-28T15:00:00Z");
    assert_eq!(shop.min.as_ref().unwrap().value, 2);
    assert_eq!(spec.of_service(&"shop".into()).count(), 1);
    assert!(spec.team("marketing").unwrap().external);
}

#[test]
fn nothing_at_all_names_no_team() {
    for text in [
        "",
        "[]",
        "# later\n",
        "{}",
        "version: 1\n",
        "people: {}\nteams: []\n",
    ] {
        assert_eq!(spec(text), Spec::default(), "{text:?}");
    }
    let none: [(&str, &str); 0] = [];
    assert_eq!(Spec::read(&none), Ok(Spec::default()));
}

#[test]
fn what_is_wrong_is_shown_where_it_stands() {
    for (text, wanted) in [
        (
            "nonsense",
            "line 1, column 1: this must be a list of teams, or a mapping with `people` and `teams`, and here is text",
        ),
        (
            "version: 2",
            "line 1, column 10: this must be a whole number from 1 to 1, and not 2",
        ),
        (
            "team: []",
            "line 1, column 1: the team file has no key `team`; did you mean `teams`?",
        ),
        (
            "- name: A\n  hadnle: a\n",
            "line 2, column 3: a team has no key `hadnle`; did you mean `handle`?",
        ),
        (
            "- name: A\n  name: B\n",
            "line 2, column 3: duplicate mapping key `name` is not allowed here",
        ),
        (
            "- users: [a]\n",
            "line 1, column 3: a team must have `name` or `handle`",
        ),
        (
            "- name: A\n  users:\n  - a\n  -\n",
            "line 4, column 4: nobody stands here; take the line away, or write who it is",
        ),
        (
            "- name: A\n  users: [a, ~]\n",
            "line 2, column 14: nobody stands here; take the line away, or write who it is",
        ),
        (
            "- name: A\n  users:\n",
            "line 2, column 3: nothing stands behind `users`; leave the key out to leave it to Slack",
        ),
        (
            "- name: A\n  users: hanako\n",
            "line 2, column 10: this must be a list of people, and here is text",
        ),
        (
            "- name: A\n  users: [no]\n",
            "line 2, column 11: YAML takes this for true or false; put it in quotes if it is a person: one of `people`, a Slack id, an e-mail address or a Slack username",
        ),
        (
            "- name: A\n  users: [1e3]\n",
            "line 2, column 11: YAML takes this for a number; put it in quotes if it is a person: one of `people`, a Slack id, an e-mail address or a Slack username",
        ),
        (
            "- name: A\n  users: [{usr: a}]\n",
            "line 2, column 11: a person must have `user`",
        ),
        (
            "- name: A\n  users: [{user: a, until: soon}, b]\n",
            "line 2, column 28: `soon` is no day or time: write `2026-12-28`, or `2026-12-28T10:00:00+09:00`",
        ),
        (
            "- name: A\n  handle: Shop\n",
            "line 2, column 11: handles are in lower case in Slack; did you mean `shop`?",
        ),
        (
            "- name: A\n  handle: a b\n",
            "line 2, column 11: `a b` is no handle: letters in lower case, digits, `-`, `_` and `.`",
        ),
        (
            "- name: A\n  min: 0\n  users: [a]\n",
            "line 2, column 8: this must be a whole number from 1 to 10000, and not 0",
        ),
        (
            "- name: A\n  min: 2\n",
            "line 2, column 8: `min` needs `users`: who is in `A` is left to Slack",
        ),
        (
            "- {name: A, rotation: {users: [], every: 1w, start: 2026-01-01}}",
            "line 1, column 31: nobody takes turns here",
        ),
        (
            "- {name: A, rotation: {users: [a], every: 1y, start: 2026-01-01}}",
            "line 1, column 43: `1y` is no length of a turn: write `1w`, `3d` or `12h`, a year at most",
        ),
        (
            "- {name: A, external: true, users: [a]}",
            "line 1, column 36: an external team is never touched, so `users` would do nothing",
        ),
        (
            "- {name: A, handle: a, previously: [a]}",
            "line 1, column 37: `a` is its handle now: userteams.yaml, line 1, column 21",
        ),
        (
            "- {handle: a, include: [b]}\n- {handle: bb, users: [x]}",
            "line 1, column 25: no team of these files is called `b`; name it in these files first",
        ),
        (
            "- {handle: shop, include: [shpo-first]}\n- {handle: shop-first, users: [x]}",
            "line 1, column 28: no team of these files is called `shpo-first`; did you mean `shop-first`?",
        ),
        (
            "people: {a: {slak: U012}}",
            "line 1, column 14: a person has no key `slak`; did you mean `slack`?",
        ),
        (
            "people: {a: {slack: Hanako}}",
            "line 1, column 21: `Hanako` is neither a Slack id (`U0123ABCD`) nor a username, which is in lower case",
        ),
        (
            "people: {a: {email: hanako}}",
            "line 1, column 21: `hanako` is no e-mail address",
        ),
        (
            "people: {a: {github: x y}}",
            "line 1, column 22: `x y` is no GitHub login",
        ),
        (
            "people: {a: {slack: u1}, b: {slack: u1}}",
            "line 1, column 37: the Slack name `u1` is already there: userteams.yaml, line 1, column 21",
        ),
        (
            "people: {a: {github: X}, b: {github: x}}",
            "line 1, column 38: the GitHub login `x` is already there: userteams.yaml, line 1, column 22",
        ),
    ] {
        let found = wrong(text);
        let wanted = wanted.replace("userteams.yaml, line ", "line ");
        assert!(found.contains(&wanted), "{text:?}: {found:#?}");
    }
}

/// As whoever reads Japanese sees it.
#[test]
fn what_is_wrong_is_said_in_japanese() {
    for (text, wanted) in [
        (
            "- name: A\n  hadnle: a\n",
            "userteams.yaml の 2 行目 3 文字目: チームの定義に `hadnle` というキーはありません。`handle` ではありませんか",
        ),
        (
            "- name: A\n  users: [no]\n",
            "userteams.yaml の 2 行目 11 文字目: YAML はこれを真偽値として読みます。人（`people` の名前、Slack の ID、メールアドレス、Slack のユーザー名のどれか）なら引用符で囲んでください",
        ),
        (
            "- name: A\n  users: hanako\n",
            "userteams.yaml の 2 行目 10 文字目: 人のリストを書いてください（いまは文字列です）",
        ),
        (
            "people: {a: {slack: u1}, b: {slack: u1}}",
            "userteams.yaml の 1 行目 37 文字目: Slack の名前 `u1` はすでにあります: userteams.yaml の 1 行目 21 文字目",
        ),
        (
            "- {handle: shop, include: [shpo-first]}\n- {handle: shop-first, users: [x]}",
            "userteams.yaml の 1 行目 28 文字目: `shpo-first` というチームはどのファイルにもありません。`shop-first` ではありませんか",
        ),
        (
            "- name: A\n  rotation: {every: 1w, start: 2026-01-01}\n",
            "userteams.yaml の 2 行目 13 文字目: `rotation` の設定には `users` が必要です",
        ),
    ] {
        let problems = Spec::read(&[("userteams.yaml", text)]).unwrap_err();
        let said: Vec<String> = problems.iter().map(|it| it.said().ja).collect();
        assert!(said.contains(&wanted.to_owned()), "{text}: {said:#?}");
    }
    let text = "- name: A\n  users: &a [no]\n- name: B\n  users: *a\n";
    let problems = Spec::read(&[("userteams.yaml", text)]).unwrap_err();
    let said: Vec<String> = problems.iter().map(|it| it.said().ja).collect();
    let ends = |said: &[String], end: &str| said.iter().any(|it| it.ends_with(end));
    let written = "囲んでください（2 行目 14 文字目に書かれたもの）";
    assert!(ends(&said, written), "{said:#?}");
    let by_file = Problem::by_file(&problems);
    let said = &by_file[&Arc::from("userteams.yaml")];
    let said: Vec<String> = said.iter().map(|it| it.message.ja.clone()).collect();
    assert!(ends(&said, "（4 行目で使われています）"), "{said:#?}");
}

/// Nothing that can be wrong is forgotten in one of the languages: [`wrong`] compares them.
#[test]
fn whatever_is_wrong_is_said_in_both_languages() {
    let long = "x".repeat(301);
    let many = |count: usize| "a, ".repeat(count);
    for text in [
        "teams: {}",
        "people: []",
        "people: {'': , a: [], b: {slack: ' ', email: '@', github: '-/'}}",
        "people: {a: {slack: 'x y', email: [], github: {}}}",
        "people: {a: {email: a@b}, b: {email: A@b}}",
        "- 3",
        "- {name: [], description: {}, handle: 1.5, id: s1, users: {}, include: {}}",
        &format!("- {{name: {long}, description: {long}, handle: {long}}}"),
        "- {name: '', handle: a}",
        "- {name: A, id: S012}\n- {name: B, id: S012}",
        "- {name: A, users: [x], github: a}\n- {name: B, users: [y], github: A}",
        "- {name: A, users: ['', '@', \"a\\u0007\", {user: x, untl: 3}, {user: []}]}",
        &format!("- {{name: A, users: [{long}]}}"),
        "- {name: A, users: [{user: x, until: 3, reason: ''}, y]}",
        &format!("- {{name: A, users: [{}]}}", many(20_000)),
        "- {name: A, users: [[[[[[[[[[x]]]]]]]]]]}",
        "- {name: A, rotation: [], channels: ['a b', {}], min: many}",
        &format!("- {{name: A, channels: [{}]}}", many(101)),
        "- {name: A, rotation: {users: [a], every: 3, start: soon}}",
        "- {name: A, rotation: {users: [a], every: [], start: []}}",
        "- {name: A, include: ['@', {}, ~]}",
        "- {name: A, github: 'a/b/c', service: 'A b', previously: [A, 'a b'], users: [x]}",
        "- {name: A, github: [], service: [], external: 1}",
        "- {name: A, external: true, github: a, channels: [a], include: [a], rotation: {users: [a], every: 1w, start: 2026-01-01}}",
        "- {name: A, github: a}",
    ] {
        assert!(!wrong(text).is_empty(), "{text}");
    }
    let files: Vec<(String, &str)> = (0..1_001).map(|n| (format!("{n}"), "")).collect();
    let problems = Spec::read(&files).unwrap_err();
    assert_eq!(said(&problems).len(), 1);
}

#[test]
fn a_slip_in_a_key_is_known() {
    for (slip, meant) in [
        ("nmae", "name"),
        ("naem", "name"),
        ("hadnle", "handle"),
        ("handel", "handle"),
        ("desciption", "description"),
        ("descripton", "description"),
        ("user", "users"),
        ("usres", "users"),
        ("Users", "users"),
        ("servise", "service"),
        ("channel", "channels"),
        ("chanels", "channels"),
        ("includes", "include"),
        ("previous", "previously"),
        ("rotaton", "rotation"),
        ("extrenal", "external"),
        ("mim", "min"),
    ] {
        let said = wrong(&format!("- id: S012\n  {slip}: x\n"));
        let wanted = format!("a team has no key `{slip}`; did you mean `{meant}`?");
        assert!(said[0].ends_with(&wanted), "{said:?}");
    }
    let said = wrong("- name: A\n  members: [x]\n");
    assert!(
        said[0].contains("a team has no key `members`; known here: name, "),
        "{said:?}"
    );
}

#[test]
fn names_and_handles_twice_in_one_file() {
    let text = "- {name: A, handle: a}\n- {name: a, handle: b}\n- {name: C, handle: a}\n";
    let wanted = [
        "line 2, column 10: the name `a` is already there: line 1, column 10",
        "line 3, column 21: the handle `a` is already there: line 1, column 21",
    ];
    assert_eq!(wrong(text), wanted);
}

#[test]
fn names_and_handles_twice_across_two_files() {
    let files = [
        ("userteams/b.yaml", "- {name: A, handle: x}\n"),
        ("userteams.yaml", "teams:\n- {name: A, handle: a}\n"),
        (
            "userteams/a.yaml",
            "people: {}\nteams:\n- {name: B, handle: a}\n",
        ),
    ];
    let problems = Spec::read(&files).unwrap_err();
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "userteams/a.yaml, line 3, column 21: the handle `a` is already there: userteams.yaml, line 2, column 21",
            "userteams/b.yaml, line 1, column 10: the name `A` is already there: userteams.yaml, line 2, column 10",
        ]
    );
}

#[test]
fn a_mistake_behind_an_anchor_is_shown_at_both_places() {
    let text = "- name: A\n  users: &a\n  - x\n  - no\n- name: B\n  users: *a\n";
    let problems = Spec::read(&[("userteams.yaml", text)]).unwrap_err();
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let hint = "YAML takes this for true or false; put it in quotes if it is a person: one of \
                `people`, a Slack id, an e-mail address or a Slack username";
    assert_eq!(
        said,
        [
            format!("userteams.yaml, line 4, column 5: {hint}"),
            format!("userteams.yaml, line 6, column 10: {hint} (written on line 4, column 5)"),
        ]
    );
    let by_file = Problem::by_file(&problems);
    let places: Vec<(u64, u64)> = by_file[&Arc::from("userteams.yaml")]
        .iter()
        .map(|problem| (problem.line, problem.column))
        .collect();
    assert_eq!(places, [(4, 5), (4, 5), (6, 10)]);
}

#[test]
fn an_empty_team_and_one_that_would_become_empty_are_refused() {
    assert_eq!(
        wrong("- name: A\n  users: []\n"),
        [
            "line 2, column 10: Slack has no group with nobody in it: leave `users` out to leave it to Slack, or take the team away to have the group disabled"
        ]
    );
    assert_eq!(
        wrong(
            "- name: A\n  users:\n  - {user: a, until: 2026-12-01}\n  - {user: b, until: 2026-12-02}\n"
        ),
        [
            "line 4, column 5: everybody here has an end, and then nobody would be left: somebody must have none"
        ]
    );
}

#[test]
fn teams_that_include_each_other_are_refused() {
    let text = "- {handle: a, include: [b]}\n- {handle: b, include: [c]}\n- {handle: c, include: [a, d]}\n- {handle: d, include: [d]}\n";
    assert_eq!(
        wrong(text),
        [
            "line 3, column 25: a team cannot include itself: a → b → c → a",
            "line 4, column 25: a team cannot include itself: d → d",
        ]
    );
    let diamond = "- {handle: a, include: [b, c]}\n- {handle: b, include: [d]}\n- {handle: c, include: [d]}\n- {handle: d, users: [x]}\n";
    assert_eq!(wrong(diamond), [""; 0]);
}

#[test]
fn files_are_known_by_their_paths() {
    for (path, is) in [
        ("userteams.yaml", true),
        ("userteams/shop.yaml", true),
        ("userteams/shop.yml", true),
        ("userteams/.yaml", false),
        ("userteams/a/b.yaml", false),
        ("userteams.yml", false),
        ("docs/userteams.yaml", false),
        ("userteams/README.md", false),
    ] {
        assert_eq!(is_path(path), is, "{path}");
    }
}

/// A file of nothing but mistakes, or of very much, is answered in little time.
#[test]
fn a_hostile_file_takes_no_time() {
    let mut chain = String::new();
    for n in 0..5_000 {
        chain += &format!("- {{handle: h{n}, include: [h{}]}}\n", n + 1);
    }
    assert_eq!(wrong(&chain).len(), 1, "the last one includes nobody");
    chain += "- {handle: h5000, include: [h0]}\n";
    assert_eq!(wrong(&chain[..]).len(), 1 + 1, "too many, and a circle");
    let unknown = "- {handle: a, include: [".to_owned() + &"zzzz, ".repeat(900) + "]}\n";
    assert_eq!(wrong(&unknown).len(), 200);
    let nulls = "- {name: a, users: [".to_owned() + &"~, ".repeat(20_000) + "]}\n";
    assert!(wrong(&nulls).len() <= 200);
    let deep = "- {name: a, users: ".to_owned() + &"[".repeat(60) + &"]".repeat(60) + "}\n";
    assert!(wrong(&deep).iter().any(|said| said.contains("too deep")));
    let long = "x".repeat(100_000);
    for problem in wrong(&format!(
        "- {{name: {long}, handle: {long}, users: [{long}], {long}: 1}}"
    )) {
        assert!(problem.chars().count() < 1_000, "{}", problem.len());
    }
}
