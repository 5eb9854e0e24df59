//! Whether blocks are what Slack takes: every refusal with the place it is about.
//!
//! Lengths are counted in UTF-16 units, the strictest reading of Slack's "characters": what passes
//! here passes whichever way Slack counts.

use std::collections::BTreeSet;

mod elements;
mod texts;

use elements::{BUTTONS, INPUTS, PICKERS, SELECTS};
use serde_json::Value;

/// Where blocks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    View,
}

impl Surface {
    fn most_blocks(self) -> usize {
        match self {
            Self::Message => 50,
            Self::View => 100,
        }
    }
}

/// The length of `text` as it is held against a limit.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// What is wrong with `blocks`, each with its JSON pointer below `at`; nothing when all is well.
pub(super) fn problems(blocks: &[Value], surface: Surface, at: &str) -> Vec<String> {
    let mut check = Check::default();
    if blocks.len() > surface.most_blocks() {
        let most = surface.most_blocks();
        check.say(format!("no more than {most} items allowed"), at);
    }
    for (i, block) in blocks.iter().enumerate() {
        check.block(block, &format!("{at}/{i}"));
    }
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<String>,
    block_ids: BTreeSet<String>,
    action_ids: BTreeSet<String>,
    markdown: usize,
    tables: usize,
}

impl Check {
    fn say(&mut self, what: impl AsRef<str>, at: &str) {
        self.problems
            .push(format!("{} [json-pointer:{at}]", what.as_ref()));
    }

    fn block(&mut self, block: &Value, at: &str) {
        let Some(map) = block.as_object() else {
            return self.say("must provide an object", at);
        };
        let Some(kind) = block["type"].as_str() else {
            return self.say("missing required field: type", at);
        };
        let known: &[&str] = match kind {
            "section" => &["text", "fields", "accessory", "expand"],
            "header" | "markdown" => &["text"],
            "divider" => &[],
            "image" => &["image_url", "slack_file", "alt_text", "title"],
            "context" | "actions" | "rich_text" => &["elements"],
            "input" => &["label", "element", "dispatch_action", "hint", "optional"],
            "table" => &["rows", "column_settings"],
            other => return self.say(format!("unsupported type: {other}"), &format!("{at}/type")),
        };
        for key in map.keys() {
            if !known.contains(&key.as_str()) && key != "type" && key != "block_id" {
                self.say(format!("invalid additional property: {key}"), at);
            }
        }
        self.action_ids.clear();
        if block["block_id"] == "" {
            self.say("must be more than 0 characters", &format!("{at}/block_id"));
        }
        if let Some(id) = self.words(block, "block_id", 255, false, at)
            && !self.block_ids.insert(id.clone())
        {
            self.say(format!("`block_id` \"{id}\" already exists"), at);
        }
        match kind {
            "section" => self.section(block, at),
            "header" => self.text(block, "text", &["plain_text"], 150, true, at),
            "image" => {
                self.image(block, at);
                self.text(block, "title", &["plain_text"], 2000, false, at);
            }
            "context" => self.list(block, "elements", 1, 10, at, |check, item, at| {
                if item["type"] == "image" {
                    check.image(item, at);
                } else {
                    check.text_object(item, &["plain_text", "mrkdwn"], 3000, at);
                }
            }),
            "actions" => self.list(block, "elements", 1, 25, at, |check, item, at| {
                check.element(item, &[BUTTONS, SELECTS, PICKERS], at);
            }),
            "input" => {
                self.text(block, "label", &["plain_text"], 2000, true, at);
                self.text(block, "hint", &["plain_text"], 2000, false, at);
                match block.get("element") {
                    Some(element) => {
                        self.element(
                            element,
                            &[INPUTS, SELECTS, PICKERS],
                            &format!("{at}/element"),
                        );
                    }
                    None => self.say("missing required field: element", at),
                }
            }
            "markdown" => {
                if let Some(text) = self.words(block, "text", 12_000, true, at) {
                    self.markdown += length(&text);
                    if self.markdown > 12_000 {
                        self.say(
                            "markdown blocks must be less than 12001 characters in all",
                            at,
                        );
                    }
                }
            }
            "table" => self.table(block, at),
            "rich_text" => self.rich_text(block, at),
            _ => {}
        }
    }

    fn section(&mut self, block: &Value, at: &str) {
        if block.get("text").is_none() && block.get("fields").is_none() {
            self.say("missing required field: text", at);
        }
        self.text(block, "text", &["plain_text", "mrkdwn"], 3000, false, at);
        if block.get("fields").is_some() {
            self.list(block, "fields", 1, 10, at, |check, item, at| {
                check.text_object(item, &["plain_text", "mrkdwn"], 2000, at);
            });
        }
        if let Some(accessory) = block.get("accessory") {
            let at = format!("{at}/accessory");
            if accessory["type"] == "image" {
                self.image(accessory, &at);
            } else {
                self.element(accessory, &[BUTTONS, SELECTS, PICKERS], &at);
            }
        }
    }

    fn image(&mut self, block: &Value, at: &str) {
        if block.get("slack_file").is_none() {
            self.words(block, "image_url", 3000, true, at);
        }
        self.words(block, "alt_text", 2000, true, at);
    }

    fn table(&mut self, block: &Value, at: &str) {
        self.tables += 1;
        if self.tables > 1 {
            self.say("only one table is allowed", at);
        }
        self.list(block, "rows", 1, 100, at, |check, row, at| {
            let Some(cells) = row.as_array() else {
                return check.say("must provide an array", at);
            };
            if cells.len() > 20 {
                check.say("no more than 20 items allowed", at);
            }
            for (i, cell) in cells.iter().enumerate() {
                let at = format!("{at}/{i}");
                match cell["type"].as_str() {
                    Some("raw_text") => {
                        check.words(cell, "text", 3000, true, &at);
                    }
                    Some("rich_text") => check.rich_text(cell, &at),
                    _ => check.say("unsupported type", &format!("{at}/type")),
                }
            }
        });
    }

    fn rich_text(&mut self, block: &Value, at: &str) {
        self.list(block, "elements", 1, 1000, at, |check, item, at| {
            let kind = item["type"].as_str().unwrap_or_default();
            if !matches!(
                kind,
                "rich_text_section"
                    | "rich_text_list"
                    | "rich_text_preformatted"
                    | "rich_text_quote"
            ) {
                check.say(format!("unsupported type: {kind}"), &format!("{at}/type"));
            }
            if !item["elements"].is_array() {
                check.say("missing required field: elements", at);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(block: Value) -> Vec<String> {
        problems(&[block], Surface::Message, "/blocks")
    }

    #[test]
    fn what_slack_takes() {
        for block in [
            json!({"type": "section", "text": {"type": "mrkdwn", "text": "a", "verbatim": true}}),
            json!({"type": "section", "fields": [{"type": "plain_text", "text": "a"}]}),
            json!({"type": "header", "text": {"type": "plain_text", "text": "a", "emoji": true}}),
            json!({"type": "divider"}),
            json!({"type": "context", "elements": [
                {"type": "mrkdwn", "text": "a"},
                {"type": "image", "image_url": "https://e.com/a.png", "alt_text": "a"}]}),
            json!({"type": "actions", "elements": [
                {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "a"}}]}),
            json!({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}),
        ] {
            assert_eq!(told(block), Vec::<String>::new());
        }
    }

    #[test]
    fn what_slack_refuses_and_where() {
        let long = "a".repeat(3001);
        for (block, said) in [
            (
                json!({"type": "section", "text": {"type": "mrkdwn", "text": long}}),
                "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
            ),
            (
                json!({"type": "section", "text": {"type": "mrkdwn", "text": ""}}),
                "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
            ),
            (
                json!({"type": "section"}),
                "missing required field: text [json-pointer:/blocks/0]",
            ),
            (
                json!({"type": "shout"}),
                "unsupported type: shout [json-pointer:/blocks/0/type]",
            ),
            (
                json!({"type": "header", "text": {"type": "mrkdwn", "text": "a"}}),
                "must be a valid enum value [json-pointer:/blocks/0/text/type]",
            ),
            (
                json!({"type": "section", "text": {"type": "plain_text", "text": "a", "verbatim": true}}),
                "invalid additional property: verbatim [json-pointer:/blocks/0/text]",
            ),
            (
                json!({"type": "actions", "elements": [{"type": "radio_buttons",
                    "options": [{"text": {"type": "plain_text", "text": "a"}, "value": "a"}],
                    "initial_option": {"text": {"type": "plain_text", "text": "b"}, "value": "a"}}]}),
                "must be one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
            ),
            (
                json!({"type": "actions", "elements": [{"type": "datetimepicker",
                    "initial_date_time": 5}]}),
                "must have 10 digits [json-pointer:/blocks/0/elements/0/initial_date_time]",
            ),
            (
                json!({"type": "divider", "block_id": ""}),
                "must be more than 0 characters [json-pointer:/blocks/0/block_id]",
            ),
            (
                json!({"type": "context", "elements": []}),
                "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]",
            ),
            (
                json!({"type": "actions", "elements": [{"type": "image"}]}),
                "unsupported type: image [json-pointer:/blocks/0/elements/0/type]",
            ),
        ] {
            assert_eq!(told(block), [said]);
        }
    }

    #[test]
    fn a_surrogate_pair_counts_two() {
        let text = "🔥".repeat(1501);
        let block = json!({"type": "section", "text": {"type": "mrkdwn", "text": text}});
        assert_eq!(told(block).len(), 1);
    }

    #[test]
    fn ids_and_counts() {
        let one = json!({"type": "divider", "block_id": "a"});
        let said = problems(&[one.clone(), one], Surface::Message, "/blocks");
        assert_eq!(
            said,
            ["`block_id` \"a\" already exists [json-pointer:/blocks/1]"]
        );
        let many = vec![json!({"type": "divider"}); 51];
        assert_eq!(problems(&many, Surface::Message, "/blocks").len(), 1);
        assert_eq!(problems(&many, Surface::View, "/blocks").len(), 0);
    }
}
