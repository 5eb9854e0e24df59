//! What is filled in: in a dialog, in a list of ticks, in a menu; and what Slack itself finds wrong
//! with it before the app hears of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::blocks::length;
use super::refusal::{Refusal, refuse};

/// What is wrong with a field of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It is empty and must not be; Slack's own finding.
    Missing,
    /// It is longer than so many characters; Slack's own finding.
    TooLong(usize),
    /// It is shorter than so many characters; Slack's own finding.
    TooShort(usize),
    /// What the app answered.
    Said(String),
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("Please complete this required field."),
            Self::TooLong(most) => write!(f, "This must be at most {most} characters long."),
            Self::TooShort(least) => write!(f, "This must be at least {least} characters long."),
            Self::Said(words) => f.write_str(words),
        }
    }
}

/// What somebody gave, by block and action, each as `state.values` has it.
pub(super) type Held = BTreeMap<(String, String), Value>;

/// Under which names an element of this kind keeps what it holds at first, and later; and whether
/// that is a list. `None` for what holds nothing: buttons, overflow menus.
fn keys(kind: &str) -> Option<(&'static str, &'static str, bool)> {
    Some(match kind {
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            ("initial_value", "value", false)
        }
        "static_select" | "radio_buttons" => ("initial_option", "selected_option", false),
        "checkboxes" | "multi_static_select" => ("initial_options", "selected_options", true),
        "users_select" => ("initial_user", "selected_user", false),
        "multi_users_select" => ("initial_users", "selected_users", true),
        "channels_select" => ("initial_channel", "selected_channel", false),
        "datetimepicker" => ("initial_date_time", "selected_date_time", false),
        "datepicker" => ("initial_date", "selected_date", false),
        "timepicker" => ("initial_time", "selected_time", false),
        _ => return None,
    })
}

fn kind(element: &Value) -> &str {
    element["type"].as_str().unwrap_or_default()
}

/// All options of an element, those in groups too.
pub fn options(element: &Value) -> impl Iterator<Item = &Value> {
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let lists = groups.map(|group| &group["options"]);
    std::iter::once(&element["options"])
        .chain(lists)
        .filter_map(Value::as_array)
        .flatten()
}

/// The elements of a block.
pub fn elements(block: &Value) -> impl Iterator<Item = &Value> {
    let many = block["elements"].as_array().into_iter().flatten();
    many.chain([&block["accessory"], &block["element"]])
        .filter(|element| element["action_id"].is_string())
}

/// What an element holds before anybody touched it, in the form of `state.values`; `None` when it
/// never holds anything.
pub(super) fn initial(element: &Value) -> Option<Value> {
    let (first, then, many) = keys(kind(element))?;
    let nothing = if many { json!([]) } else { Value::Null };
    let held = element.get(first).cloned().unwrap_or(nothing);
    Some(json!({ "type": kind(element), then: held }))
}

/// What an element holds, as values that [`SlackWorld::fill`](super::SlackWorld::fill) takes.
pub fn held(element: &Value) -> Vec<String> {
    let Some((first, ..)) = keys(kind(element)) else {
        return Vec::new();
    };
    let one = |held: &Value| match held {
        Value::String(words) => words.clone(),
        Value::Object(option) => {
            let value = option.get("value").and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    };
    match element.get(first) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(many)) => many.iter().map(one).collect(),
        Some(held) => vec![one(held)],
    }
}

/// What an element holds once somebody gave this: option values, ids of people, seconds, words, as
/// the element wants it. Nothing given empties it.
///
/// # Errors
/// `no_such_option`, `action_not_found` for an element that holds nothing.
pub(super) fn given(element: &Value, values: &[String]) -> Result<Value, Refusal> {
    let Some((_, then, many)) = keys(kind(element)) else {
        return refuse("action_not_found");
    };
    let option = |value: &String| {
        let found = options(element).find(|option| option["value"] == value.as_str());
        found.cloned().ok_or_else(|| Refusal::new("no_such_option"))
    };
    let mut held = Vec::new();
    for value in values.iter().filter(|value| !value.is_empty()) {
        held.push(match kind(element) {
            "static_select" | "radio_buttons" | "checkboxes" | "multi_static_select" => {
                option(value)?
            }
            "datetimepicker" => match value.parse::<i64>() {
                Ok(seconds) => json!(seconds),
                Err(_) => return refuse("no_such_option"),
            },
            _ => json!(value),
        });
    }
    if then == "selected_options" {
        // In the order in which they are offered, however they were ticked.
        let offered: Vec<&Value> = options(element).collect();
        held.sort_by_key(|one| offered.iter().position(|other| *other == one));
        held.dedup();
    }
    let held = match (many, held.pop()) {
        (true, last) => {
            held.extend(last);
            json!(held)
        }
        (false, last) => last.unwrap_or(Value::Null),
    };
    Ok(json!({ "type": kind(element), then: held }))
}

/// The element as it looks while it holds `held`.
fn holding(element: &mut Value, held: &Value) {
    let kind = kind(element).to_owned();
    let (Some((first, then, _)), Some(fields)) = (keys(&kind), element.as_object_mut()) else {
        return;
    };
    if held["type"] != kind.as_str() {
        return;
    }
    match &held[then] {
        Value::Null => drop(fields.remove(first)),
        Value::Array(list) if list.is_empty() => drop(fields.remove(first)),
        held => drop(fields.insert(first.to_owned(), held.clone())),
    }
}

/// Blocks as they look with what somebody gave in them. What they gave to an element that is no
/// longer there is forgotten.
pub(super) fn filled(blocks: &[Value], held: &Held) -> Vec<Value> {
    let mut blocks = blocks.to_vec();
    if held.is_empty() {
        return blocks;
    }
    for block in &mut blocks {
        let id = block["block_id"].as_str().unwrap_or_default().to_owned();
        let fill = |element: &mut Value| {
            let action = element["action_id"].as_str().unwrap_or_default().to_owned();
            if let Some(held) = held.get(&(id.clone(), action)) {
                holding(element, held);
            }
        };
        if let Some(list) = block["elements"].as_array_mut() {
            list.iter_mut().for_each(fill);
        }
        for key in ["accessory", "element"] {
            if let Some(element) = block.get_mut(key) {
                fill(element);
            }
        }
    }
    blocks
}

/// `state.values` of blocks that look as they look now.
pub(super) fn values(blocks: &[Value]) -> Value {
    let mut all = Map::new();
    for block in blocks {
        for element in elements(block) {
            let Some(held) = initial(element) else {
                continue;
            };
            let id = block["block_id"].as_str().unwrap_or_default();
            let action = element["action_id"].as_str().unwrap_or_default();
            let fields = all.entry(id).or_insert_with(|| json!({}));
            fields[action] = held;
        }
    }
    Value::Object(all)
}

/// What Slack finds wrong before it sends a dialog off, by block.
pub(super) fn check(blocks: &[Value]) -> BTreeMap<String, Wrong> {
    let mut wrong = BTreeMap::new();
    for block in blocks.iter().filter(|block| block["type"] == "input") {
        let element = &block["element"];
        let Some((first, ..)) = keys(kind(element)) else {
            continue;
        };
        let id = block["block_id"].as_str().unwrap_or_default().to_owned();
        let held = &element[first];
        let words = held.as_str().filter(|words| !words.trim().is_empty());
        let empty = held.is_null() || (held.is_string() && words.is_none());
        let number = |key: &str| {
            let number = element[key].as_u64();
            number.map(|number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        let long = words.map_or(0, length);
        let found = match (number("max_length"), number("min_length")) {
            _ if empty && block["optional"] != true => Wrong::Missing,
            _ if empty => continue,
            (Some(most), _) if long > most => Wrong::TooLong(most),
            (_, Some(least)) if words.is_some() && long < least => Wrong::TooShort(least),
            _ => continue,
        };
        wrong.insert(id, found);
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> Vec<Value> {
        let option =
            |value: &str| json!({"text": {"type": "plain_text", "text": value}, "value": value});
        let options = json!([option("a"), option("b"), option("c")]);
        vec![
            json!({"type": "input", "block_id": "words", "label": {}, "element":
                {"type": "plain_text_input", "action_id": "x", "max_length": 3}}),
            json!({"type": "input", "block_id": "boxes", "optional": true, "label": {}, "element":
                {"type": "checkboxes", "action_id": "x", "options": options,
                 "initial_options": [option("b")]}}),
            json!({"type": "actions", "block_id": "act", "elements": [
                {"type": "button", "action_id": "go"},
                {"type": "static_select", "action_id": "one", "options": options}]}),
        ]
    }

    fn give(held: &mut Held, at: usize, action: &str, values: &[&str]) {
        let blocks = blocks();
        let element = elements(&blocks[at]).find(|element| element["action_id"] == action);
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        let id = blocks[at]["block_id"].as_str().unwrap().to_owned();
        held.insert(
            (id, action.to_owned()),
            given(element.unwrap(), &values).unwrap(),
        );
    }

    #[test]
    fn what_is_given_is_held_and_comes_back_in_order() {
        let mut held = Held::new();
        give(&mut held, 0, "x", &["ab"]);
        give(&mut held, 1, "x", &["c", "a"]);
        give(&mut held, 2, "one", &["b"]);
        let all = values(&filled(&blocks(), &held));
        assert_eq!(all["words"]["x"]["value"], "ab");
        let ticked = all["boxes"]["x"]["selected_options"].as_array().unwrap();
        let ticked: Vec<&str> = ticked
            .iter()
            .map(|o| o["value"].as_str().unwrap())
            .collect();
        assert_eq!(ticked, ["a", "c"]);
        assert_eq!(all["act"]["one"]["selected_option"]["value"], "b");
        assert!(all["act"].get("go").is_none());
        give(&mut held, 1, "x", &[]);
        let all = values(&filled(&blocks(), &held));
        assert_eq!(all["boxes"]["x"]["selected_options"], json!([]));
        assert!(given(&blocks()[2]["elements"][1], &["d".to_owned()]).is_err());
        assert!(given(&blocks()[2]["elements"][0], &[]).is_err());
    }

    #[test]
    fn what_must_be_there_and_how_long_it_may_be() {
        for (words, found) in [
            ("", Some(Wrong::Missing)),
            ("  ", Some(Wrong::Missing)),
            ("abc", None),
            ("あいう", None),
            ("abcd", Some(Wrong::TooLong(3))),
        ] {
            let mut held = Held::new();
            give(&mut held, 0, "x", &[words]);
            give(&mut held, 1, "x", &[]);
            let wrong = check(&filled(&blocks(), &held));
            assert_eq!(wrong.get("words"), found.as_ref(), "{words:?}");
            assert_eq!(wrong.len(), usize::from(found.is_some()));
        }
    }
}
