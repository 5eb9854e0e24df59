//! What no single value of the file can be wrong with: names that stand for two things, and names
//! that stand for none.

use std::collections::BTreeMap;

use super::kind::{Problems, hint, shown};
use super::values::{SLACK_CHOICES, SLACK_MENU};
use crate::i18n::{Words, both};
use crate::playbook::asked::folded;
use crate::playbook::{Playbook, Problem};
use crate::yaml::{Node, Value};

/// Looks at the parts together. `root` is only asked where something stands.
pub(super) fn together(playbook: &Playbook, root: &Node, problems: &mut Problems) {
    services_of_types(playbook, root, problems);
    levels_without_postmortem(playbook, root, problems);
    names_of_services(playbook, root, problems);
    names_of_labels(playbook, root, problems);
    ids_of_checklists(playbook, root, problems);
}

fn services_of_types(playbook: &Playbook, root: &Node, problems: &mut Problems) {
    let own = playbook.services.iter().map(|service| service.id.as_str());
    // What is listed is known, even if there is something wrong with it.
    let known: Vec<&str> = own.chain(keys(root.get("services"))).collect();
    let Some(types) = root.get("types") else {
        return;
    };
    for (_, own) in entries(types).take(SLACK_CHOICES) {
        for item in items(own.get("services")) {
            if let Some(name) = item.text().filter(|name| !known.contains(name)) {
                let hint = hint(name, &known);
                let name = shown(name);
                problems.push(item.problem(both!(
                    "`{name}` というサービスはありません。{hint}",
                    "there is no service `{name}`; {hint}",
                    hint
                )));
            }
        }
    }
    for service in &playbook.services {
        if playbook.types_of(&service.id).next().is_none() {
            let id = &service.id;
            problems.push(types.problem(both!(
                "サービス `{id}` のインシデントに使える類型がありません。`services` を書かない類型を一つは残してください",
                "an incident of service `{id}` can have no type; let one have no `services`"
            )));
        }
    }
}

fn levels_without_postmortem(playbook: &Playbook, root: &Node, problems: &mut Problems) {
    let listed = root
        .get("postmortem")
        .and_then(|own| own.get("optional_for"));
    for item in items(listed) {
        let there = |text: &str| {
            let of_playbook = playbook
                .levels
                .iter()
                .any(|own| own.number.to_string() == text);
            of_playbook || keys(root.get("levels")).any(|key| key == text)
        };
        if let Some(text) = item.text().filter(|text| !there(text)) {
            let text = shown(text);
            problems.push(item.problem(both!(
                "事象レベル {text} はありません",
                "there is no level {text}"
            )));
        }
    }
}

fn names_of_services(playbook: &Playbook, root: &Node, problems: &mut Problems) {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for service in &playbook.services {
        for name in service.calls() {
            let first = taken.entry(folded(name)).or_insert(service.id.as_str());
            if *first != service.id.as_str() {
                let name = shown(name);
                let said = both!(
                    "`{name}` はすでにサービス `{first}` の名前です",
                    "`{name}` is service `{first}` already"
                );
                problems.push(place(root, &["services", service.id.as_str()], said));
            }
        }
    }
}

fn names_of_labels(playbook: &Playbook, root: &Node, problems: &mut Problems) {
    let services = playbook
        .services
        .iter()
        .map(|own| ("services", own.id.as_str().to_owned(), &own.label));
    let types = playbook
        .types
        .iter()
        .map(|own| ("types", own.id.as_str().to_owned(), &own.label));
    let levels = playbook
        .levels
        .iter()
        .map(|own| ("levels", own.number.to_string(), &own.label));
    let labels = &playbook.labels;
    let others = [
        ("drill", &labels.drill),
        ("postmortem", &labels.postmortem),
        ("action", &labels.action),
    ];
    let others = others.map(|(key, label)| ("labels", key.to_owned(), label));
    // Those that one can rename first, so that what is new is what is told of.
    let all = others
        .into_iter()
        .chain(types)
        .chain(levels)
        .chain(services);
    let mut taken: BTreeMap<String, (&str, String)> = BTreeMap::new();
    for (section, key, label) in all {
        for name in label.name.each() {
            let who = (section, key.clone());
            let first = taken
                .entry(name.to_lowercase())
                .or_insert_with(|| who.clone());
            if *first != who {
                let (section_of, key_of) = first;
                let name = shown(name);
                let said = both!(
                    "ラベル `{name}` はすでに `{section_of}` の `{key_of}` が使っています。どちらかに別の `label` を書いてください",
                    "the label `{name}` stands for `{key_of}` of `{section_of}` already; give one of them another `label`"
                );
                problems.push(place(root, &[section, &key], said));
            }
        }
    }
}

fn ids_of_checklists(playbook: &Playbook, root: &Node, problems: &mut Problems) {
    for level in &playbook.levels {
        for (at, item) in level.checklist.iter().enumerate() {
            let before = level.checklist.iter().take(at);
            if before.into_iter().any(|other| other.id == item.id) {
                let id = &item.id;
                let said = both!(
                    "このチェックリストには ID が `{id}` の項目が二つあります",
                    "two items of this checklist have the id `{id}`"
                );
                let number = level.number.to_string();
                problems.push(place(root, &["levels", &number, "checklist"], said));
            }
        }
    }
}

/// A problem where this path ends in the file, or as far along it as the file goes.
fn place(root: &Node, path: &[&str], said: Words) -> Problem {
    let mut at = (root.line, root.column);
    let mut node = Some(root);
    for step in path {
        let found = node.and_then(|node| entries(node).find(|(key, _)| key.name == *step));
        match found {
            Some((key, inside)) => {
                at = (key.line, key.column);
                node = Some(inside);
            }
            None => break,
        }
    }
    Problem::at(at.0, at.1, said)
}

fn entries(node: &Node) -> impl Iterator<Item = &(crate::yaml::Key, Node)> {
    let entries = match &node.value {
        Value::Map(entries) => entries.as_slice(),
        _ => &[],
    };
    entries.iter()
}

fn keys(node: Option<&Node>) -> impl Iterator<Item = &str> {
    // No section may have more, and a file of nothing but names must not take long to look at.
    node.into_iter()
        .flat_map(entries)
        .take(SLACK_MENU)
        .map(|(key, _)| key.name.as_str())
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items.get(..SLACK_MENU).unwrap_or(items),
        _ => &[],
    }
}
