//! Whether a JSON Schema accepts a value: only the words that our schema uses, and it may use no
//! others. Also files as JSON, for editors see them so.

use serde_json::{Map, Value as Json};

use super::pattern::finds;
use crate::yaml::{self, Node, Value};

/// A file as an editor's schema sees it.
pub(crate) fn of_yaml(text: &str) -> Json {
    fn of(node: &Node) -> Json {
        match &node.value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Number(digits) => serde_json::from_str(digits).unwrap(),
            Value::Text(text) => Json::from(text.as_str()),
            Value::List(items) => items.iter().map(of).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, node)| (key.name.clone(), of(node)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
    of(&yaml::read(text).unwrap())
}

/// Whether the schema accepts it.
pub(crate) fn accepts(schema: &Json, value: &Json) -> bool {
    let rules = schema.as_object().expect("a schema is an object");
    rules.iter().all(|(word, rule)| match word.as_str() {
        "$schema" | "title" | "description" | "additionalProperties" => true,
        "type" => match rule {
            Json::String(kind) => is(kind, value),
            Json::Array(kinds) => kinds.iter().any(|kind| is(kind.as_str().unwrap(), value)),
            _ => panic!("{rule}"),
        },
        "enum" => rule.as_array().unwrap().contains(value),
        "anyOf" => rule
            .as_array()
            .unwrap()
            .iter()
            .any(|one| accepts(one, value)),
        "properties" => members(value).all(|(key, inside)| match rule.get(key) {
            Some(schema) => accepts(schema, inside),
            None => match &rules["additionalProperties"] {
                Json::Bool(any) => *any,
                schema => accepts(schema, inside),
            },
        }),
        "required" => {
            let mut needed = rule.as_array().unwrap().iter();
            !value.is_object() || needed.all(|key| value.get(key.as_str().unwrap()).is_some())
        }
        "propertyNames" => members(value).all(|(key, inside)| {
            accepts(rule, &Json::from(key.as_str()))
                && accepts(&rules["additionalProperties"], inside)
        }),
        "minProperties" => !value.is_object() || members(value).count() >= number(rule),
        "maxProperties" => members(value).count() <= number(rule),
        "items" => items(value).iter().all(|item| accepts(rule, item)),
        "maxItems" => items(value).len() <= number(rule),
        "maxLength" => value
            .as_str()
            .is_none_or(|text| text.chars().count() <= number(rule)),
        "pattern" => value
            .as_str()
            .is_none_or(|text| finds(rule.as_str().unwrap(), text)),
        "minimum" => value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap()),
        other => panic!("the schema uses `{other}`, which is not known here"),
    })
}

fn is(kind: &str, value: &Json) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    }
}

fn members(value: &Json) -> impl Iterator<Item = (&String, &Json)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(rule: &Json) -> usize {
    rule.as_u64().unwrap() as usize
}
