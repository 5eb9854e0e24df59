//! The journal of what this GitHub was told, so that a test can fail on what nobody expected.

use jiff::Timestamp;

/// One write by the App, or one call that no GitHub would know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When, by the world's clock.
    pub at: Timestamp,
    /// `app` for the App, otherwise a login, or `nobody`.
    pub who: String,
    /// `POST`, `PATCH`...
    pub verb: String,
    /// The path without `/api/v3`.
    pub path: String,
    /// The status that was answered.
    pub status: u16,
    /// There is no such route: the caller is wrong, whoever it was.
    pub unknown: bool,
    /// The first line of what was said: a body, a title, a branch.
    pub summary: String,
}

/// How much of a line is kept, in characters.
const LONGEST: usize = 160;

/// The first line of what a body says, for people who read the journal.
pub(super) fn summary(body: &serde_json::Value) -> String {
    if let Some(list) = body.as_array() {
        return list.iter().map(words).collect::<Vec<_>>().join(", ");
    }
    let fields = [
        "title",
        "body",
        "message",
        "ref",
        "name",
        "labels",
        "assignees",
        "reviewers",
    ];
    let said = fields.iter().find_map(|field| body.get(field));
    let said = said.or_else(|| body.as_object().and_then(|all| all.values().next()));
    said.map(words).unwrap_or_default()
}

fn words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => {
            let line = text.lines().find(|line| !line.trim().is_empty());
            shortened(line.unwrap_or_default())
        }
        serde_json::Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(", "),
        other => shortened(&other.to_string()),
    }
}

fn shortened(line: &str) -> String {
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}
