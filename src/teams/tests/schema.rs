//! The schema and the reader are of one mind: what one reads, the other accepts.

use crate::playbook::tests::json::{accepts, of_yaml};
use crate::teams::{Spec, schema};

const WHOLE: &str = "\
version: 1
people:
  hanako: { slack: U01HANAKO01, github: hanako-dev }
  sora: { email: sora@example.com }
  empty:
teams:
- name: 一次対応
  description: first
  handle: shop-first
  id: S0123ABCD
  users: &shop
  - hanako
  - 007
  - [sora, [mei]]
  - { user: rin, until: 2026-12-28, reason: 年末の応援 }
  service: shop
  channels: ['#shop-incident', C012345678]
  min: 2
  previously: [shop-oncall]
  github: '@acme/Shop-First'
- { handle: sss-first, rotation: { users: [aoi, nao], every: 1w, start: '2026-11-30T10:00:00+09:00' } }
- { handle: all-first, include: [shop-first] }
- { handle: marketing, external: true }
- { handle: same, users: *shop }
";

fn reads(text: &str) -> bool {
    Spec::read(&[("userteams.yaml", text)]).is_ok()
}

#[test]
fn what_is_right_is_right_for_both() {
    let ours = include_str!("../../../userteams.yaml");
    let template = include_str!("../../../postmortem-template/userteams.yaml");
    for text in [
        "",
        "[]",
        "{}",
        "- name: a",
        "- handle: a\n  users: [x, [z]]",
        WHOLE,
        ours,
        template,
    ] {
        assert!(reads(text), "{text}");
        assert!(accepts(&schema(), &of_yaml(text)), "{text}");
    }
}

#[test]
fn what_is_wrong_in_itself_is_wrong_for_both() {
    for text in [
        "x",
        "version: 2",
        "team: []",
        "teams: {}",
        "- 5",
        "- {name: [a]}",
        "- {name: a, hadnle: b}",
        "- {name: a, handle: 'a b'}",
        "- {name: a, users: hanako}",
        "- {name: a, users: [~]}",
        "- {name: a, users: [{usr: x}]}",
        "- {name: a, min: 0, users: [x]}",
        "- {name: a, external: perhaps}",
        "- {name: a, id: X01}",
        "- {name: a, channels: dev}",
        "- {name: a, rotation: {users: [x], every: 1y, start: 2026-01-01}}",
        "- {name: a, rotation: {users: [x], every: 1w}}",
        "people: []",
        "people: {a: {slak: x}}",
        "people: {a: {email: x}}",
    ] {
        assert!(!reads(text), "{text}");
        assert!(!accepts(&schema(), &of_yaml(text)), "{text}");
    }
}

#[test]
fn editors_are_told_what_each_key_is_for() {
    let schema = schema();
    let teams = &schema["anyOf"][0]["items"]["properties"];
    assert_eq!(teams.as_object().unwrap().len(), 13);
    for (key, inside) in teams.as_object().unwrap() {
        assert!(inside["description"].is_string(), "{key}");
    }
    assert!(schema["anyOf"][1]["properties"]["people"]["description"].is_string());
}
