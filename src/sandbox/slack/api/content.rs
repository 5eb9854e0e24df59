//! What a message is made of: its text, blocks, attachments and metadata, checked as Slack does.

use serde_json::{Map, Value, json};

use crate::sandbox::slack::args::Args;
use crate::sandbox::slack::blocks::{self, Surface, length};
use crate::sandbox::slack::refusal::{Refusal, refuse};
use crate::sandbox::slack::state::State;

/// The parts that a call names; `None` is a part that it does not name.
#[derive(Debug, Default)]
pub(in crate::sandbox::slack) struct Content {
    pub(in crate::sandbox::slack) text: Option<String>,
    pub(in crate::sandbox::slack) blocks: Option<Vec<Value>>,
    pub(in crate::sandbox::slack) attachments: Option<Vec<Value>>,
    pub(in crate::sandbox::slack) metadata: Option<Value>,
    /// Whether Slack looks for bare `@channel` in the text.
    pub(in crate::sandbox::slack) parses_names: bool,
}

impl Content {
    /// Reads and checks the parts of a message. `parse` is what the method does when the call does
    /// not say.
    ///
    /// # Errors
    /// Slack's codes for each part.
    pub(in crate::sandbox::slack) fn read(args: &Args, parse: &str) -> Result<Self, Refusal> {
        let mut content = Self {
            text: args.text("text"),
            blocks: list(args, "blocks", "invalid_blocks_format")?,
            attachments: list(args, "attachments", "invalid_attachments")?,
            metadata: metadata(args)?,
            parses_names: args.flag("link_names").unwrap_or(false)
                || args.text("parse").as_deref().unwrap_or(parse) != "none",
        };
        if let Some(markdown) = args.text("markdown_text").filter(|text| !text.is_empty()) {
            if content.text.is_some() || content.blocks.is_some() {
                return refuse("markdown_text_conflict");
            }
            if length(&markdown) > 12_000 {
                return refuse("msg_too_long");
            }
            content.blocks = Some(vec![json!({ "type": "markdown", "text": markdown })]);
        }
        let mut problems = Vec::new();
        if let Some(all) = &content.blocks {
            problems.extend(blocks::problems(all, Surface::Message, "/blocks"));
        }
        if content
            .attachments
            .as_ref()
            .is_some_and(|all| all.len() > 100)
        {
            return refuse("too_many_attachments");
        }
        for (i, attachment) in content.attachments.iter().flatten().enumerate() {
            let at = format!("/attachments/{i}");
            if !attachment.is_object() {
                problems.push(format!("must provide an object [json-pointer:{at}]"));
            }
            if let Some(all) = attachment["blocks"].as_array() {
                problems.extend(blocks::problems(
                    all,
                    Surface::Message,
                    &format!("{at}/blocks"),
                ));
            }
        }
        if problems.is_empty() {
            Ok(content)
        } else {
            Err(Refusal::because("invalid_blocks", problems))
        }
    }

    /// Whether there is nothing to show.
    pub(in crate::sandbox::slack) fn is_empty(&self) -> bool {
        self.text.as_ref().is_none_or(|text| text.trim().is_empty())
            && self.blocks.as_ref().is_none_or(Vec::is_empty)
            && self.attachments.as_ref().is_none_or(Vec::is_empty)
    }
}

fn list(args: &Args, name: &str, error: &str) -> Result<Option<Vec<Value>>, Refusal> {
    match args.json(name) {
        Ok(None) => Ok(None),
        Ok(Some(Value::Array(items))) => Ok(Some(items)),
        Ok(Some(_)) | Err(()) => refuse(error),
    }
}

/// Slack gives an id to every block that has none.
pub(in crate::sandbox::slack) fn with_ids(state: &mut State, blocks: Vec<Value>) -> Vec<Value> {
    blocks
        .into_iter()
        .map(|mut block| {
            if block.get("block_id").is_none() {
                block["block_id"] = json!(format!("b{:04}", state.number()));
            }
            block
        })
        .collect()
}

/// The same for the blocks of attachments.
pub(in crate::sandbox::slack) fn nested_ids(
    state: &mut State,
    mut attachments: Vec<Value>,
) -> Vec<Value> {
    for attachment in &mut attachments {
        if let Some(Value::Array(blocks)) = attachment.get_mut("blocks").map(Value::take) {
            attachment["blocks"] = json!(with_ids(state, blocks));
        }
    }
    attachments
}

/// What Slack keeps of a text: stray `&`, `<` and `>` are escaped.
pub(in crate::sandbox::slack) fn as_kept(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>']) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = ["&amp;", "&lt;", "&gt;"]
            .into_iter()
            .find(|entity| rest.starts_with(entity));
        let control = rest
            .starts_with('<')
            .then(|| rest.find('>'))
            .flatten()
            .map(|end| &rest[..=end])
            .filter(|control| !control[1..].contains(['<', '\n']) && control.len() > 2);
        let (from, to) = match (entity, control) {
            (Some(entity), _) => (entity, entity),
            (None, Some(control)) => (control, control),
            (None, None) if rest.starts_with('&') => ("&", "&amp;"),
            (None, None) if rest.starts_with('<') => ("<", "&lt;"),
            (None, None) => (">", "&gt;"),
        };
        kept.push_str(to);
        rest = &rest[from.len()..];
    }
    kept + rest
}

/// `metadata {event_type, event_payload}`. Its limit is documented nowhere; 2 KB is kept here.
fn metadata(args: &Args) -> Result<Option<Value>, Refusal> {
    let value = match args.json("metadata") {
        Ok(None) => return Ok(None),
        Ok(Some(value)) => value,
        Err(()) => return refuse("invalid_metadata_format"),
    };
    let known = |map: &Map<String, Value>| {
        map.keys()
            .all(|key| matches!(key.as_str(), "event_type" | "event_payload" | "entities"))
    };
    let payload = match (&value, &value["event_type"], &value["event_payload"]) {
        (Value::Object(map), Value::String(kind), Value::Object(payload))
            if !kind.is_empty() && known(map) =>
        {
            payload
        }
        _ => return refuse("invalid_metadata_format"),
    };
    if !payload.values().all(|value| fits(value, 0)) {
        return refuse("invalid_metadata_schema");
    }
    if value.to_string().len() > 2048 {
        return refuse("metadata_too_large");
    }
    Ok(Some(value))
}

/// Strings, numbers, booleans, objects of such, and lists of objects.
fn fits(value: &Value, depth: u8) -> bool {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => true,
        Value::Object(map) => depth < 8 && map.values().all(|value| fits(value, depth + 1)),
        Value::Array(items) => items
            .iter()
            .all(|item| item.is_object() && fits(item, depth)),
        Value::Null => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_text() {
        for (text, kept) in [
            ("a & b", "a &amp; b"),
            ("a &amp; b", "a &amp; b"),
            ("1 > 0 < 2", "1 &gt; 0 &lt; 2"),
            ("<https://e.com|x> & <@U1>", "<https://e.com|x> &amp; <@U1>"),
            ("<", "&lt;"),
            ("<>", "&lt;&gt;"),
            ("&", "&amp;"),
        ] {
            assert_eq!(as_kept(text), kept);
        }
    }

    #[test]
    fn metadata_values() {
        assert!(fits(&json!({"a": [{"b": 1}], "c": {"d": true}}), 0));
        assert!(!fits(&json!({"a": ["b"]}), 0));
        assert!(!fits(&json!({"a": null}), 0));
    }
}
