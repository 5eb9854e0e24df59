//! The journal of what this GitHub was told, so that a test can fail on what nobody expected, and
//! the count of what it was asked.

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
    /// All of it as people read it: the title, the text without what is hidden in it, and the names
    /// that go with it.
    pub text: String,
}

/// How often the App asked one kind of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Answers that count against the limit of an hour.
    pub counted: u64,
    /// Answers that nothing has changed, which cost nothing.
    pub free: u64,
}

/// The kind of a question: its path without names and numbers.
pub(super) fn kind(verb: &str, path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').skip(1).collect();
    if parts.first() == Some(&"repos") {
        parts.drain(..parts.len().min(3));
    }
    let odd = |part: &str| part.contains("...") || part.chars().any(|c| c.is_ascii_digit());
    let parts = parts
        .into_iter()
        .map(|part| if odd(part) { "*" } else { part });
    format!("{verb} {}", parts.collect::<Vec<_>>().join("/"))
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

/// What a body says, as people read it.
pub(super) fn said(body: &serde_json::Value) -> String {
    if body.get("tree").is_some_and(serde_json::Value::is_array) {
        return files(body);
    }
    if body.get("output").is_some() {
        return check(body);
    }
    let text = |field: &str| body.get(field).and_then(serde_json::Value::as_str);
    let named = |field: &str| {
        let list = body.get(field).filter(|list| list.is_array())?;
        let names = words(list);
        (!names.is_empty()).then(|| format!("{field}: {names}"))
    };
    let state = text("state").map(|state| format!("state: {state}"));
    let parts = [
        text("title").map(str::to_owned),
        text("body").map(shown),
        named("labels"),
        named("assignees"),
        named("reviewers"),
        state,
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return summary(body);
    }
    parts.join("\n")
}

/// The files of a tree, each with what stands in it.
fn files(body: &serde_json::Value) -> String {
    let all = body["tree"].as_array().into_iter().flatten();
    let file = |file: &serde_json::Value| {
        let path = file["path"].as_str().unwrap_or_default();
        let content = file["content"].as_str().unwrap_or_default();
        format!("{path}\n{}", shown(content)).trim_end().to_owned()
    };
    all.map(file).collect::<Vec<_>>().join("\n")
}

/// What a check says, and what it remarks at which line.
fn check(body: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let output = &body["output"];
    let mut lines: Vec<String> = [&body["name"], &body["conclusion"], &output["title"]]
        .into_iter()
        .filter_map(text)
        .collect();
    for remark in output["annotations"].as_array().into_iter().flatten() {
        let level = remark["annotation_level"].as_str().unwrap_or_default();
        let path = remark["path"].as_str().unwrap_or_default();
        let message = remark["message"].as_str().unwrap_or_default();
        let line = &remark["start_line"];
        lines.push(shortened(&format!("{level} {path}:{line} {message}")));
    }
    lines.join("\n")
}

/// A text without what Markdown hides, and without empty lines.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, hidden)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = hidden.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim_end);
    let lines: Vec<String> = lines
        .filter(|line| !line.is_empty())
        .map(shortened)
        .collect();
    lines.join("\n")
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
