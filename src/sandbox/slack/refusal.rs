//! What Slack says when it will not: `{"ok": false, "error": …}` with HTTP 200.

use serde_json::{Map, Value, json};

/// A call that was refused, in Slack's words.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    /// Slack's error code, e.g. `channel_not_found`.
    pub error: String,
    /// What else the answer holds: `response_metadata`, `needed`, …
    pub more: Map<String, Value>,
}

impl Refusal {
    /// A refusal that is its code alone.
    pub fn new(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            more: Map::new(),
        }
    }

    /// A refusal that tells what is wrong where, as Slack does for blocks, views and arguments.
    pub fn because(error: &str, messages: Vec<String>) -> Self {
        let tagged: Vec<_> = messages.iter().map(|m| format!("[ERROR] {m}")).collect();
        Self::new(error)
            .with("errors", json!(messages))
            .with("response_metadata", json!({ "messages": tagged }))
    }

    /// The same with one more field in the answer.
    pub fn with(mut self, key: &str, value: Value) -> Self {
        self.more.insert(key.to_owned(), value);
        self
    }

    /// The whole answer.
    pub fn answer(self) -> Value {
        let mut all = Map::new();
        all.insert("ok".to_owned(), Value::Bool(false));
        all.insert("error".to_owned(), Value::String(self.error));
        all.extend(self.more);
        Value::Object(all)
    }
}

/// `Err` with this code.
pub(super) fn refuse<T>(error: &str) -> Result<T, Refusal> {
    Err(Refusal::new(error))
}
