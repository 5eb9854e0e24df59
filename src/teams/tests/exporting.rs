//! What is exported and planned changes nothing, whatever the workspace.

use proptest::prelude::*;

use super::world::{account, cases, group, id, live, now, spec};
use crate::teams::{Group, Live, Spec, export, export_into, plan};

#[test]
fn a_workspace_as_a_file() {
    let mut shop = group("shop-first", &["hanako", "taro"]);
    shop.name = "ショップ: 一次対応".to_owned();
    shop.description = "first".to_owned();
    shop.channels = vec!["CSHOPINCIDENT".into()];
    let mut off = group("off", &["mei"]);
    off.disabled = true;
    let mut theirs = group("auto", &["mei"]);
    theirs.elsewhere = true;
    assert_eq!(
        export(&live(&[shop, off, theirs, group("empty", &[])])),
        "\
- name: \"ショップ: 一次対応\"
  description: first
  handle: shop-first
  channels: [\"#shop-incident\"]
  users:
  - hanako
  - taro
- name: AUTO
  handle: auto
  external: true
- name: EMPTY
  handle: empty
"
    );
    assert_eq!(export(&live(&[])), "[]\n");
}

#[test]
fn an_export_into_a_file_keeps_what_stands_there() {
    let live = live(&[group("shop", &["hanako", "mei"]), group("other", &["rin"])]);
    for (file, wanted) in [
        (
            "# ours\n- name: SHOP # first\n  users: # who\n  - hanako\n",
            "# ours\n- name: SHOP # first\n  users: # who\n  - hanako\n  - mei\n- name: OTHER\n  handle: other\n  users:\n  - rin\n",
        ),
        (
            "people:\n  r: {slack: rin}\nteams:\n  - {name: SHOP, users: [hanako, mei]}\n# the end\n",
            "people:\n  r: {slack: rin}\nteams:\n  - {name: SHOP, users: [hanako, mei]}\n  - name: OTHER\n    handle: other\n    users:\n    - r\n# the end\n",
        ),
        (
            "[{name: SHOP}]",
            "[{name: SHOP}, { name: OTHER, handle: other, users: [rin] }]",
        ),
        (
            "version: 1\n",
            "version: 1\nteams:\n- name: SHOP\n  handle: shop\n  users:\n  - hanako\n  - mei\n- name: OTHER\n  handle: other\n  users:\n  - rin\n",
        ),
        (
            "version: 1\nteams: []\n",
            "version: 1\nteams: \n- name: SHOP\n  handle: shop\n  users:\n  - hanako\n  - mei\n- name: OTHER\n  handle: other\n  users:\n  - rin\n",
        ),
    ] {
        let changed = export_into(&[("userteams.yaml", file)], &live, now()).unwrap();
        assert_eq!(changed[0].1, wanted);
        let files = spec(&changed[0].1);
        let again = plan(&files, None, &live, now(), &[].into()).unwrap();
        assert_eq!((again.actions, again.unmanaged), (vec![], vec![]), "{file}");
        assert_eq!(
            export_into(&[("userteams.yaml", wanted)], &live, now()),
            Ok(vec![])
        );
    }
    let none: [(&str, &str); 0] = [];
    let made = export_into(&none, &live, now()).unwrap();
    assert_eq!(made[0], ("userteams.yaml".to_owned(), export(&live)));
}

/// Names as hostile as people and YAML can make them.
fn name() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "no",
        "null",
        "~",
        "1e3",
        "0x10",
        "007",
        "- a",
        "a: b",
        "a #b",
        "#b",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "'",
        "\"",
        "\\",
        "{a}",
        "[a]",
        ",",
        "a\nb",
        "a\tb",
        " a ",
        "---",
        "...",
        "%",
        "@a",
        "`",
        "=",
        "<<",
        "2026-12-28",
        "日本語",
        "🔥 fire",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{feff}a",
        "a\u{0}b",
        "é",
        "true",
    ]);
    prop_oneof![
        odd.prop_map(str::to_owned),
        "\\PC{1,12}",
        "[ -~]{1,12}",
        any::<String>().prop_map(|text| text.chars().take(20).collect()),
    ]
}

fn workspace() -> impl Strategy<Value = Live> {
    let username = prop_oneof![
        "[a-z][a-z0-9._-]{0,8}",
        prop::sample::select(vec![
            "no", "007", "1e3", "null", "@x", "a b", "u01abc", "ＡＢ", "true"
        ])
        .prop_map(str::to_owned),
        name(),
    ];
    let people = prop::collection::vec((username, prop::bool::weighted(0.1), name()), 1..8);
    let one = (
        name(),
        name(),
        prop::option::of(name()),
        prop::collection::vec(0usize..10, 0..6),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
        prop::collection::vec(0usize..4, 0..3),
    );
    (people, prop::collection::vec(one, 0..8)).prop_map(|(people, groups)| {
        let mut live = live(&[]);
        for (n, (username, gone, real)) in people.into_iter().enumerate() {
            let mut who = account("x");
            who.id = format!("U0{n}X").as_str().into();
            who.username = username;
            who.is_gone = gone;
            who.real_name = real.clone();
            who.email = (n % 2 == 0).then_some(real);
            live.people.insert(who.id.clone(), who);
        }
        let ids: Vec<_> = live
            .people
            .keys()
            .cloned()
            .chain([id("stranger")])
            .collect();
        for (n, (name, handle, description, members, disabled, elsewhere, channels)) in
            groups.into_iter().enumerate()
        {
            let mut one = group("x", &[]);
            one.id = format!("S0{n}X").as_str().into();
            // Slack lets no two groups have one name or handle.
            let twice = |group: &Group| {
                group.name.to_lowercase() == name.to_lowercase() || group.handle == handle
            };
            if live.groups.iter().any(twice) {
                continue;
            }
            one.name = name;
            one.handle = handle;
            one.description = description.unwrap_or_default();
            for member in members {
                let who = &ids[member % ids.len()];
                if !one.members.contains(who) {
                    one.members.push(who.clone());
                }
            }
            let all = ["C00000DEV", "CSHOPINCIDENT", "C0UNKNOWN1", "odd"];
            one.channels = channels.iter().map(|n| all[*n].into()).collect();
            one.channels.dedup();
            one.disabled = disabled;
            one.elsewhere = elsewhere;
            live.groups.push(one);
        }
        live
    })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn an_export_planned_changes_nothing(live in workspace()) {
        let text = export(&live);
        let files = Spec::read(&[("userteams.yaml", &text)])
            .map_err(|problems| TestCaseError::fail(format!("{}\n{text}", problems[0])))?;
        for base in [None, Some(&files)] {
            let plan = plan(&files, base, &live, now(), &[].into())
                .map_err(|problems| TestCaseError::fail(format!("{}\n{text}", problems[0])))?;
            prop_assert_eq!(&plan.actions, &[], "{}", text);
            prop_assert_eq!(&plan.drift, &[], "{}", text);
            prop_assert!(plan.guards.is_empty());
        }
        let enabled = live.groups.iter().filter(|group| !group.disabled).count();
        prop_assert_eq!(files.teams.len(), enabled);
    }
}
