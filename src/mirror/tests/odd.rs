//! Payloads in which anything may be missing or something else.

use serde_json::{Value, json};

use super::*;

/// Every place in a value, the whole not counted.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(items) => (0..).map(|n: usize| n.to_string()).zip(items).collect(),
        _ => Vec::new(),
    };
    for (key, value) in inner {
        let at = format!("{at}/{key}");
        pointers(value, &at, found);
        found.push(at);
    }
}

#[test]
fn an_odd_field_costs_only_itself() {
    const ESSENTIAL: [&str; 8] = [
        "/repository",
        "/issue",
        "/pull_request",
        "/ref",
        "/check_run",
        "/check_run/head_sha",
        "/workflow_run",
        "/workflow_run/head_sha",
    ];
    let odd = [
        Value::Null,
        json!(42),
        json!(-1.5),
        json!("odd"),
        json!([]),
        json!({}),
        json!(true),
        json!("99999999999999999999"),
        json!({"login": 7}),
        json!([null, "x", {}]),
    ];
    for (event, payload) in all() {
        let whole = reading(event, &payload).notes.len();
        let mut places = Vec::new();
        pointers(&payload, "", &mut places);
        for place in places {
            for value in &odd {
                let mut payload = payload.clone();
                *payload.pointer_mut(&place).unwrap() = value.clone();
                let told = match read(event, &payload, now(), &me()) {
                    Ok(told) => told,
                    Err(error) => {
                        assert!(
                            ESSENTIAL.contains(&place.as_str()),
                            "{event} {place}: {error}"
                        );
                        continue;
                    }
                };
                let notes = told.map(|reading| reading.notes).unwrap_or_default();
                let decides = place == "/action" || place.starts_with("/changes");
                assert!(decides || notes.len() == whole, "{event} {place} = {value}");
                for note in notes {
                    let doc = Document::new(note);
                    let json = serde_json::to_string(&doc).unwrap();
                    assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), doc);
                    for lang in [Lang::En, Lang::Ja] {
                        let message = compose(&doc, lang);
                        let skipped =
                            place == "/check_run/conclusion" || place == "/workflow_run/conclusion";
                        assert!(
                            message.is_some()
                                || skipped
                                || place == "/workflow_run"
                                || place == "/check_run",
                            "{event} {place} = {value}"
                        );
                    }
                }
            }
        }
    }
}
