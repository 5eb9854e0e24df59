//! Edits of the files change what they are about and nothing else; what cannot be done so is not
//! done.

use proptest::prelude::*;

use super::world::{cases, group, id, live, now, spec};
use crate::i18n::Lang;
use crate::teams::{Edit, Live, Refusal, Spec, When, drift, edit};

const FILE: &str = "\
# Who is called first.
version: 1
people:
  hana: { slack: U01HANAKO, github: hanako-dev }   # not her username

teams:
# the shop
- name: ショップ 一次対応
  description: \"first\" # quoted
  handle: shop-first
  users: &shop
  - hana        # since 2021
  - 'taro'
  # the newest
  - { user: rin, until: 2026-12-28, reason: 年末の応援 }
  min: 2

- name: everybody
  handle: everybody
  users:
  - *shop
  - - mei
    - sora # likes cats
  - user: aoi
    reason: helps
- { name: flow, handle: flow, users: [mei, nao , {user: ken, reason: 'a, b]'}, yui], channels: ['#dev'] } # last
- name: same
  handle: same
  users: *shop
";

fn world() -> Live {
    live(&[group("shop-first", &["hanako", "taro"])])
}

fn after(edits: &[Edit]) -> Result<String, Refusal> {
    let mut changed = edit(&[("userteams.yaml", FILE)], edits, &world())?;
    assert_eq!(changed.len(), 1);
    Ok(changed.remove(0).1)
}

/// The lines that went and came.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = |n: usize| old[same..].len().min(new[same..].len()).min(n);
    let behind = old.iter().rev().zip(new.iter().rev());
    let behind = tail(behind.take_while(|(a, b)| a == b).count());
    let went = old[same..old.len() - behind]
        .iter()
        .map(|line| format!("-{line}"));
    let came = new[same..new.len() - behind]
        .iter()
        .map(|line| format!("+{line}"));
    went.chain(came).collect()
}

fn add(team: &str, who: &str) -> Edit {
    Edit::Add {
        team: team.to_owned(),
        who: id(who),
        until: None,
        reason: None,
    }
}

fn remove(team: &str, who: &str) -> Edit {
    Edit::Remove {
        team: team.to_owned(),
        who: id(who),
    }
}

fn set(make: fn(String, String) -> Edit, team: &str, to: &str) -> Edit {
    make(team.to_owned(), to.to_owned())
}

#[test]
fn an_edit_changes_its_line_and_keeps_all_else() {
    let name = |team, to| Edit::Name { team, to };
    let handle = |team, to| Edit::Handle { team, to };
    let description = |team, to| Edit::Description { team, to };
    for (edit, lines) in [
        (add("everybody", "yui"), vec!["+  - yui"]),
        (
            add("flow", "hanako"),
            vec![
                "-- { name: flow, handle: flow, users: [mei, nao , {user: ken, reason: 'a, b]'}, yui], channels: ['#dev'] } # last",
                "+- { name: flow, handle: flow, users: [mei, nao , {user: ken, reason: 'a, b]'}, yui, hana], channels: ['#dev'] } # last",
            ],
        ),
        (
            add("same", "mei"),
            vec!["-  users: *shop", "+  users: [*shop, mei]"],
        ),
        (
            Edit::Add {
                team: "@everybody".to_owned(),
                who: id("yui"),
                until: Some(When::Day("2026-12-31".parse().unwrap())),
                reason: Some("shop-20261122i: 応援".to_owned()),
            },
            vec!["+  - { user: yui, until: 2026-12-31, reason: \"shop-20261122i: 応援\" }"],
        ),
        (
            remove("everybody", "sora"),
            vec!["-    - sora # likes cats"],
        ),
        (remove("everybody", "mei"), vec![]),
        (
            remove("everybody", "aoi"),
            vec!["-  - user: aoi", "-    reason: helps"],
        ),
        (
            remove("flow", "yui"),
            vec![
                "-- { name: flow, handle: flow, users: [mei, nao , {user: ken, reason: 'a, b]'}, yui], channels: ['#dev'] } # last",
                "+- { name: flow, handle: flow, users: [mei, nao , {user: ken, reason: 'a, b]'}], channels: ['#dev'] } # last",
            ],
        ),
        (
            remove("flow", "ken"),
            vec![
                "-- { name: flow, handle: flow, users: [mei, nao , {user: ken, reason: 'a, b]'}, yui], channels: ['#dev'] } # last",
                "+- { name: flow, handle: flow, users: [mei, nao , yui], channels: ['#dev'] } # last",
            ],
        ),
        (
            set(name, "shop-first", "ショップ: 当番"),
            vec!["-- name: ショップ 一次対応", "+- name: \"ショップ: 当番\""],
        ),
        (
            set(description, "shop-first", "a \"b\""),
            vec![
                "-  description: \"first\" # quoted",
                "+  description: \"a \\\"b\\\"\" # quoted",
            ],
        ),
        (
            set(description, "everybody", "all of us"),
            vec!["+  description: all of us"],
        ),
        (
            set(handle, "flow", "flows"),
            vec![
                "-- { name: flow, handle: flow, users: [mei, nao , {user: ken, reason: 'a, b]'}, yui], channels: ['#dev'] } # last",
                "+- { name: flow, handle: flows, users: [mei, nao , {user: ken, reason: 'a, b]'}, yui], channels: ['#dev'] } # last",
            ],
        ),
        (
            Edit::Channels {
                team: "shop-first".to_owned(),
                to: vec!["CSHOPINCIDENT".into(), "C012345678".into()],
            },
            vec!["+  channels: [\"#shop-incident\", C012345678]"],
        ),
    ] {
        match after(std::slice::from_ref(&edit)) {
            Ok(text) => assert_eq!(difference(FILE, &text), lines, "{edit:?}\n{text}"),
            // A line that begins two lists at once is left to a person.
            Err(refusal) => assert!(lines.is_empty(), "{edit:?}: {refusal}"),
        }
    }
}

#[test]
fn what_others_share_through_an_anchor_is_not_touched() {
    for (edit, said) in [
        (
            remove("everybody", "taro"),
            "this part of `everybody` is shared with other teams through an anchor (shop-first, same). Change it by hand: userteams.yaml, line 13, column 5.",
        ),
        (
            add("shop-first", "mei"),
            "this part of `shop-first` is shared with other teams through an anchor (everybody, same). Change it by hand: userteams.yaml, line 8, column 3.",
        ),
        (
            remove("shop-first", "taro"),
            "this part of `shop-first` is shared with other teams through an anchor (everybody, same). Change it by hand: userteams.yaml, line 8, column 3.",
        ),
        (
            remove("shop-first", "mei"),
            "mei is not in the files' `shop-first`",
        ),
        (
            add("shop-first", "hanako"),
            "hana is in the files' `shop-first` already",
        ),
        (add("nothing", "mei"), "no file has a team `nothing`"),
    ] {
        assert_eq!(
            after(std::slice::from_ref(&edit)).unwrap_err().to_string(),
            said,
            "{edit:?}"
        );
    }
    let shared = after(&[remove("everybody", "taro")]).unwrap_err();
    assert!(shared.say(Lang::Ja).contains("アンカー"), "{shared:?}");
}

#[test]
fn nothing_is_changed_when_one_of_several_cannot_be() {
    let edits = [add("everybody", "yui"), remove("everybody", "taro")];
    assert!(after(&edits).is_err());
}

#[test]
fn an_edit_that_would_leave_nobody_says_so() {
    let file = "- name: A\n  users: [taro]\n";
    let said = edit(
        &[("userteams.yaml", file)],
        &[remove("A", "taro")],
        &world(),
    )
    .unwrap_err();
    assert!(
        said.to_string()
            .contains("Slack has no group with nobody in it"),
        "{said}"
    );
}

#[test]
fn lines_keep_their_endings() {
    let file = "- name: A\r\n  users:\r\n  - taro";
    let changed = edit(&[("userteams.yaml", file)], &[add("A", "mei")], &world()).unwrap();
    assert_eq!(
        changed[0].1,
        "- name: A\r\n  users:\r\n  - taro\r\n  - mei\r\n"
    );
    let changed = edit(
        &[("userteams.yaml", &changed[0].1)],
        &[remove("A", "taro")],
        &world(),
    );
    assert_eq!(
        changed.unwrap()[0].1,
        "- name: A\r\n  users:\r\n  - mei\r\n"
    );
}

#[test]
fn a_team_is_changed_in_its_own_file() {
    let files = [
        ("userteams.yaml", "people:\n  h: {slack: U01HANAKO}\n"),
        (
            "userteams/shop.yaml",
            "- name: SHOP-FIRST\n  handle: shop-first\n  users: [taro]\n",
        ),
    ];
    let changed = edit(&files, &[add("shop-first", "hanako")], &world()).unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].0, "userteams/shop.yaml");
    assert!(changed[0].1.ends_with("users: [taro, h]\n"));
}

#[test]
fn drift_becomes_edits_after_which_there_is_none() {
    let mut there = group("shop", &["hanako", "mei"]);
    there.name = "Other: name".to_owned();
    there.description = "it's #1".to_owned();
    there.handle = "shops".to_owned();
    let live = live(&[there]);
    let file = "# ours\nteams:\n- name: SHOP\n  id: SSHOP\n  handle: shop # short\n  description: ''\n  users: [hanako, taro]\n";
    let found = drift(&spec(file), &live, now()).unwrap();
    let edits = found[0].edits(Some(When::Day("2026-12-31".parse().unwrap())));
    let changed = edit(&[("userteams.yaml", file)], &edits, &live).unwrap();
    assert_eq!(
        changed[0].1,
        "# ours\nteams:\n- name: \"Other: name\"\n  id: SSHOP\n  handle: shops # short\n  \
         description: \"it's #1\"\n  users: [hanako, { user: mei, until: 2026-12-31 }]\n"
    );
    assert_eq!(drift(&spec(&changed[0].1), &live, now()), Ok(Vec::new()));
}

/// Comments stand where they stood, and the file says what was asked for, whatever its style.
fn style() -> impl Strategy<Value = String> {
    let who = prop::sample::select(vec![
        "hanako", "taro", "sora", "rin", "mei", "'aoi'", "\"nao\"",
    ]);
    let item = (who, any::<bool>(), prop::bool::weighted(0.3)).prop_map(|(who, whole, comment)| {
        let item = if whole {
            format!("{{ user: {who}, reason: 'x, # y' }}")
        } else {
            who.to_owned()
        };
        (item, comment)
    });
    let team = (prop::collection::vec(item, 1..5), 0usize..4, any::<bool>());
    prop::collection::vec(team, 1..4).prop_map(|teams| {
        let mut text = String::from("# top\n");
        for (n, (items, style, comment)) in teams.into_iter().enumerate() {
            let note = if comment { " # note" } else { "" };
            let flow: Vec<&str> = items.iter().map(|(item, _)| item.as_str()).collect();
            text += &match style {
                0 => format!("- {{ name: t{n}, users: [{}] }}{note}\n", flow.join(", ")),
                1 => format!(
                    "- name: t{n}{note}\n  users: [ {} ]{note}\n  description: d\n",
                    flow.join(" ,")
                ),
                2 => format!(
                    "- name: t{n}{note}\n  users: [\n    {},\n  ]\n",
                    flow.join(", # c\n    ")
                ),
                _ => {
                    let lines: Vec<String> = items
                        .iter()
                        .map(|(item, comment)| match comment {
                            true => format!("    # about\n    -   {item}   # note\n"),
                            false => format!("    - {item}\n"),
                        })
                        .collect();
                    format!(
                        "- name: t{n}{note}\n  users:\n{}\n  description: d\n",
                        lines.concat()
                    )
                }
            };
        }
        text
    })
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn whatever_the_style_an_edit_does_what_it_says_or_nothing(
        text in style(),
        team in 0usize..4,
        who in prop::sample::select(vec!["hanako", "taro", "sora", "rin", "mei", "aoi", "nao", "ken"]),
        adds in any::<bool>(),
    ) {
        let team = format!("t{team}");
        let change = if adds { add(&team, who) } else { remove(&team, who) };
        let before = spec(&text);
        let Ok(changed) = edit(&[("userteams.yaml", &text)], &[change], &world()) else {
            return Ok(());
        };
        let after = &changed[0].1;
        prop_assert_eq!(after.matches("# top").count(), 1);
        let users = |spec: &Spec| -> Vec<String> {
            let users = spec.team(&team).unwrap().users.clone().unwrap().value;
            users.into_iter().map(|at| at.value.who).collect()
        };
        let mut wanted = users(&before);
        match adds {
            true => wanted.push(who.to_owned()),
            false => wanted.retain(|own| own != who),
        }
        prop_assert_eq!(users(&spec(after)), wanted);
        if adds {
            prop_assert_eq!(text.matches('#').count(), after.matches('#').count());
        }
    }

    #[test]
    fn whatever_the_text_an_edit_is_faithful_or_refused(text in "[-a-z0-9:{}\\[\\]&*#,'\" \n]{0,120}") {
        let _ = edit(&[("userteams.yaml", &text)], &[add("a", "mei"), remove("a", "taro")], &world());
    }
}

#[test]
fn a_team_goes_with_all_that_stands_in_it_and_nothing_else() {
    let gone = |team: &str| {
        after(&[Edit::Disband {
            team: team.to_owned(),
        }])
    };
    let without = gone("flow").unwrap();
    assert_eq!(
        without,
        FILE.replace(
            FILE.lines()
                .find(|line| line.contains("name: flow"))
                .unwrap(),
            ""
        )
        .replace("\n\n- name: same", "\n- name: same")
    );
    let without = gone("everybody").unwrap();
    assert!(
        !without.contains("likes cats") && without.contains("# last"),
        "{without}"
    );
    assert_eq!(without.lines().count() + 8, FILE.lines().count());
    // What others take from it through an anchor would go with it.
    let Err(Refusal::CannotEdit { team, place }) = gone("shop-first") else {
        panic!("others use its members");
    };
    assert_eq!(
        (team.as_str(), place.said().en.as_str()),
        ("shop-first", "userteams.yaml, line 8, column 3")
    );
    let files = [(
        "userteams.yaml",
        "- {name: A, handle: a, users: [mei]}\n- {name: B, handle: b, include: [a]}\n",
    )];
    let edits = [Edit::Disband {
        team: "a".to_owned(),
    }];
    let refused = edit(&files, &edits, &world()).unwrap_err();
    assert_eq!(
        refused.say(Lang::En),
        "other teams include `a` (b). Take it out of them first."
    );
}

#[test]
fn a_group_that_was_disabled_by_hand_is_a_team_that_goes() {
    let mut live = world();
    live.groups[0].disabled = true;
    let spec = spec("- name: shop-first\n  handle: shop-first\n  users: [hanako, taro]\n");
    let drift = drift(&spec, &live, now()).unwrap();
    let gone = Edit::Disband {
        team: "shop-first".to_owned(),
    };
    assert_eq!(drift[0].edits(None), [gone]);
}
