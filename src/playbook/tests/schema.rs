//! The schema and the parser are of one mind: what one reads, the other accepts.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::json::{accepts, of_yaml};
use crate::playbook::{parse, schema};

const WHOLE: &str = include_str!("whole.yaml");
const TEMPLATE: &str = include_str!("../../../postmortem-template/.github/sssbot.yaml");

#[test]
fn what_is_right_is_right_for_both() {
    let schema = schema();
    for text in [
        "",
        "{}",
        "mirror:\n",
        "services: {shop: }",
        "levels: {5: , 1: {checklist: []}}",
        "mirror: {mute_bots: true}",
        "teams: {channel: C0123456789}",
        "questions: []",
        "time_zone: Europe/Berlin",
        "reaction: なるほど",
        "types: {outage: {services: []}}",
        "intervals: {silence_days: 7.0}",
        WHOLE,
        TEMPLATE,
    ] {
        assert_eq!(parse(text).err(), None, "{text}");
        assert!(accepts(&schema, &of_yaml(text)), "{text}");
    }
}

/// The template says all there is in comments: take the marks away, and it must hold as well.
#[test]
fn what_the_template_suggests_is_right() {
    let header = TEMPLATE.find("# sssbot が話す言語").unwrap();
    let lines = TEMPLATE[header..].lines().map(|line| {
        let bare = line.trim_start().strip_prefix("# ");
        let is_key = |text: &str| {
            let text = text.trim_start().trim_start_matches("- ");
            let ends = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let after = ends.map_or("", |at| &text[at..]);
            text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '{')
                && (after == ":" || after.starts_with(": ") || text.starts_with("{ "))
        };
        match bare {
            Some(text) if is_key(text) || text.starts_with("  - ") => line.replacen("# ", "", 1),
            _ => line.to_owned(),
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let playbook = parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    assert!(accepts(&schema(), &of_yaml(&text)));
    let said = of_yaml(&text);
    let known = schema();
    let known = known["properties"].as_object().unwrap();
    let missing: Vec<_> = known.keys().filter(|key| said.get(key).is_none()).collect();
    assert_eq!(missing, [""; 0], "the template shows everything");
    assert_eq!(playbook.levels.len(), 3);
}

#[test]
fn the_tests_say_all_there_is_to_say() {
    fn unsaid(schema: &Json, said: &[&Json], path: &str, missing: &mut Vec<String>) {
        let each = schema["anyOf"].as_array();
        for one in each.into_iter().flatten() {
            unsaid(one, said, path, missing);
        }
        if let Some(properties) = schema["properties"].as_object() {
            for (key, inside) in properties {
                let path = format!("{path}.{key}");
                let said: Vec<&Json> = said.iter().filter_map(|one| one.get(key)).collect();
                if said.is_empty() {
                    missing.push(path.clone());
                }
                unsaid(inside, &said, &path, missing);
            }
        }
        let members: Vec<&Json> = said
            .iter()
            .filter_map(|one| one.as_object())
            .flat_map(|one| one.values())
            .collect();
        if schema["propertyNames"].is_object() {
            unsaid(&schema["additionalProperties"], &members, path, missing);
        }
        if schema["items"].is_object() {
            let items = said.iter().filter_map(|one| one.as_array()).flatten();
            unsaid(&schema["items"], &items.collect::<Vec<_>>(), path, missing);
        }
    }
    let mut missing = Vec::new();
    unsaid(&schema(), &[&of_yaml(WHOLE)], "", &mut missing);
    // What stands in many places is tried in some of them.
    let often = [".ja", ".en", ".groups", ".people", ".handler"];
    missing.retain(|path| !often.iter().any(|end| path.ends_with(end)));
    missing.retain(|path| !path.contains(".label.") && !path.starts_with(".labels."));
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_is_wrong_in_itself_is_wrong_for_both() {
    let schema = schema();
    for text in [
        "langauge: ja",
        "language: fr",
        "- language: ja",
        "services: {}",
        "services: [shop]",
        "services: {Shop: {}}",
        "services: {a b: {}}",
        "services: {shop: 5}",
        "services: {shop: {name: {}}}",
        "services: {shop: {name: 5}}",
        "services: {shop: {team: [a]}}",
        "services: {shop: {label: {name: a, color: red}}}",
        "types: {Outage: {}}",
        "types: {outage: {manual: example.com}}",
        "types: {outage: {manual: 'javascript:alert(1)'}}",
        "levels: {0: {}}",
        "levels: {10: {}}",
        "levels: {1: {checklist: [a,b,c,d,e,f,g,h,i,j,k]}}",
        "levels: {1: {checklist: [{link: 'https://example.com'}]}}",
        "levels: {1: {label: {colour: pink}}}",
        "levels: {1: {meaning: ' '}}",
        "feelings: {blue: {icon: a b}}",
        "channels: {date: DDMMYYYY}",
        "broadcast: [a b]",
        "broadcast: [~]",
        "broadcast: dev",
        "intervals: {timekeeper_minutes: 4}",
        "intervals: {timekeeper_minutes: 15m}",
        "intervals: {silence_days: 1.5}",
        "postmortem: {folder: /etc}",
        "permissions: {levle: {}}",
        "permissions: {level: {handler: yes please}}",
        "wording: {helo: hi}",
        "mirror: {mute_bots: 5}",
        "mirror: {mute_drafts: perhaps}",
        "questions: [5]",
        "reaction: a b",
    ] {
        assert!(parse(text).is_err(), "{text}");
        assert!(!accepts(&schema, &of_yaml(text)), "{text}");
    }
    let long = "x".repeat(51);
    for text in [
        format!("levels: {{1: {{label: {long}}}}}"),
        format!("levels: {{1: {{label: {{name: {long}}}}}}}"),
        format!("services: {{{long}xx: , {long}xxx: }}"),
        format!("feelings: {{blue: {{icon: '{long}🔥'}}}}"),
    ] {
        assert!(parse(&text).is_err(), "{text}");
        assert!(!accepts(&schema, &of_yaml(&text)), "{text}");
    }
}

#[test]
fn editors_are_told_what_each_key_is_for() {
    let schema = schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    for (key, inside) in schema["properties"].as_object().unwrap() {
        assert!(inside["description"].is_string(), "{key}");
    }
}

/// Something that may stand anywhere.
fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3i64..400).prop_map(Json::from),
        Just(json!(1.5)),
        "[a-zA-Z0-9#@:/ {}_.語🔥-]{0,12}".prop_map(Json::from),
        prop_oneof![
            Just("ja"),
            Just("yellow"),
            Just("#00ff00"),
            Just("https://a.b/c"),
            Just("{who}"),
            Just("shop"),
            Just("drill"),
            Just("YYMMDD"),
            Just("postmortems"),
            Just("UTC"),
            Just(":x:"),
        ]
        .prop_map(Json::from),
        (0usize..120).prop_map(|n| Json::from("x".repeat(n))),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let key = prop_oneof![
            Just("ja"),
            Just("en"),
            Just("1"),
            Just("shop"),
            Just("name"),
            Just("text"),
            Just("colour"),
            Just("groups"),
            Just("handler"),
            Just("Xx"),
            Just("a.b"),
            Just("語"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(key.prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Every place in a value, as a JSON pointer.
fn places(value: &Json, at: String, found: &mut Vec<String>) {
    found.push(at.clone());
    match value {
        Json::Object(members) => {
            for (key, inside) in members {
                places(inside, format!("{at}/{key}"), found);
            }
        }
        Json::Array(items) => {
            for (n, inside) in items.iter().enumerate() {
                places(inside, format!("{at}/{n}"), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    /// Whatever is put wherever: when the parser takes the file, the editor shows no error.
    #[test]
    fn the_schema_accepts_all_that_is_read(place in any::<prop::sample::Index>(), new in anything()) {
        let mut file = of_yaml(WHOLE);
        let mut all = Vec::new();
        places(&file, String::new(), &mut all);
        let place = place.get(&all);
        *file.pointer_mut(place).unwrap() = new;
        let text = file.to_string();
        if parse(&text).is_ok() {
            prop_assert!(accepts(&schema(), &of_yaml(&text)), "{place} of {text}");
        }
    }
}
