//! Blocks as people see them: as HTML for a page, as text for a transcript.

use std::collections::BTreeMap;

use serde_json::Value;

use super::emoji;
use super::mrkdwn::{self, Block, Inline, Mention, attribute, block_html, block_text, text_html};

/// What the ids in messages are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// People, by id.
    pub users: BTreeMap<String, String>,
    /// Channels, by id.
    pub channels: BTreeMap<String, String>,
    /// The handles of user groups, by id.
    pub groups: BTreeMap<String, String>,
}

impl Names {
    pub(super) fn user<'a>(&'a self, id: &'a str) -> &'a str {
        self.users.get(id).map_or(id, String::as_str)
    }

    pub(super) fn channel<'a>(&'a self, id: &'a str) -> &'a str {
        self.channels.get(id).map_or(id, String::as_str)
    }

    pub(super) fn group<'a>(&'a self, id: &'a str) -> &'a str {
        self.groups.get(id).map_or(id, String::as_str)
    }
}

/// Whether a transcript shows where links lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// `words <https://…>`
    Shown,
    /// `words`
    Hidden,
}

/// A part of a block, ready for either way of showing it.
enum Part {
    /// Text of a block, with the class that says what it is.
    Text(&'static str, Vec<Block>),
    /// Small parts side by side.
    Row(&'static str, Vec<Part>),
    Line,
    Image(String),
    /// A button, a menu, an input: its words, its `action_id`, its style.
    Control(String, String, String),
    Table(Vec<Vec<Vec<Block>>>),
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn plain(text: &str) -> Vec<Block> {
    let lines = text
        .split('\n')
        .map(|line| vec![Inline::Text(emoji::replace(line))]);
    vec![Block::Lines(lines.collect())]
}

fn text(object: &Value) -> Vec<Block> {
    let words = word(&object["text"]);
    if object["type"] == "mrkdwn" {
        mrkdwn::parse(words)
    } else {
        plain(words)
    }
}

fn control(element: &Value) -> Part {
    let kind = word(&element["type"]);
    if kind == "image" {
        return Part::Image(word(&element["alt_text"]).to_owned());
    }
    let words = [&element["text"]["text"], &element["placeholder"]["text"]]
        .into_iter()
        .find_map(Value::as_str)
        .map_or_else(|| kind.replace('_', " "), emoji::replace);
    let words = match element["options"].as_array() {
        Some(options) => {
            let options: Vec<&str> = options.iter().map(|o| word(&o["text"]["text"])).collect();
            format!("{words}: {}", options.join(" / "))
        }
        None => words,
    };
    let style = word(&element["style"]);
    let style = if matches!(style, "primary" | "danger") {
        style
    } else {
        ""
    };
    Part::Control(
        words,
        word(&element["action_id"]).to_owned(),
        style.to_owned(),
    )
}

fn parts(block: &Value) -> Vec<Part> {
    let list = |key: &str| block[key].as_array().into_iter().flatten();
    match word(&block["type"]) {
        "section" => {
            let mut parts = Vec::new();
            if block["text"].is_object() {
                parts.push(Part::Text("section", text(&block["text"])));
            }
            let fields: Vec<Part> = list("fields")
                .map(|f| Part::Text("field", text(f)))
                .collect();
            if !fields.is_empty() {
                parts.push(Part::Row("fields", fields));
            }
            if block["accessory"].is_object() {
                parts.push(control(&block["accessory"]));
            }
            parts
        }
        "header" => vec![Part::Text("header", text(&block["text"]))],
        "divider" => vec![Part::Line],
        "image" => vec![Part::Image(word(&block["alt_text"]).to_owned())],
        "context" => {
            let row = list("elements").map(|element| match word(&element["type"]) {
                "image" => Part::Image(word(&element["alt_text"]).to_owned()),
                _ => Part::Text("element", text(element)),
            });
            vec![Part::Row("context", row.collect())]
        }
        "actions" => vec![Part::Row(
            "actions",
            list("elements").map(control).collect(),
        )],
        "input" => vec![
            Part::Text("label", text(&block["label"])),
            control(&block["element"]),
        ],
        "markdown" => vec![Part::Text("markdown", plain(word(&block["text"])))],
        "rich_text" => vec![Part::Text("section", rich(block))],
        "table" => {
            let cell = |cell: &Value| match word(&cell["type"]) {
                "rich_text" => rich(cell),
                _ => plain(word(&cell["text"])),
            };
            let row = |row: &Value| row.as_array().into_iter().flatten().map(cell).collect();
            vec![Part::Table(list("rows").map(row).collect())]
        }
        _ => Vec::new(),
    }
}

/// The parts of a `rich_text` block.
fn rich(block: &Value) -> Vec<Block> {
    let mut found = Vec::new();
    for element in block["elements"].as_array().into_iter().flatten() {
        let runs = || rich_runs(&element["elements"]);
        match word(&element["type"]) {
            "rich_text_preformatted" => found.push(Block::Pre(runs())),
            "rich_text_quote" => found.push(Block::Quote(vec![runs()])),
            "rich_text_list" => {
                let depth = element["indent"].as_u64().unwrap_or(0).min(8);
                let depth = usize::try_from(depth).unwrap_or(0);
                let numbered = element["style"] == "ordered";
                let items = element["elements"].as_array().into_iter().flatten();
                let items = items.enumerate().map(|(i, item)| {
                    let number = numbered.then_some(i + 1);
                    (depth, number, rich_runs(&item["elements"]))
                });
                found.push(Block::List(items.collect()));
            }
            _ => found.push(Block::Lines(vec![runs()])),
        }
    }
    found
}

fn rich_runs(elements: &Value) -> Vec<Inline> {
    let run = |element: &Value| {
        let id = |key: &str| word(&element[key]).to_owned();
        let mut run = match word(&element["type"]) {
            "link" => {
                let url = id("url");
                let known = ["https://", "http://", "mailto:"];
                if known.iter().any(|scheme| url.starts_with(scheme)) {
                    let label = element["text"].as_str().map(str::to_owned);
                    Inline::Link { url, label }
                } else {
                    Inline::Text(url)
                }
            }
            "emoji" => {
                let name = id("name");
                Inline::Text(emoji::named(&name).map_or(format!(":{name}:"), str::to_owned))
            }
            "user" => Inline::Mention(Mention::User(id("user_id"))),
            "usergroup" => Inline::Mention(Mention::Group(id("usergroup_id"))),
            "channel" => Inline::Mention(Mention::Channel(id("channel_id"))),
            "broadcast" => Inline::Mention(Mention::All(id("range"))),
            _ => Inline::Text(id("text")),
        };
        let style = &element["style"];
        if style["code"] == true {
            run = Inline::Code(vec![run]);
        }
        if style["strike"] == true {
            run = Inline::Strike(vec![run]);
        }
        if style["italic"] == true {
            run = Inline::Italic(vec![run]);
        }
        if style["bold"] == true {
            run = Inline::Bold(vec![run]);
        }
        run
    };
    elements.as_array().into_iter().flatten().map(run).collect()
}

fn html(part: &Part, names: &Names) -> String {
    let all = |blocks: &[Block]| -> String {
        blocks
            .iter()
            .map(|block| block_html(block, names))
            .collect()
    };
    match part {
        Part::Text(class, blocks) => format!("<div class=\"{class}\">{}</div>", all(blocks)),
        Part::Row(class, row) => {
            let row: String = row.iter().map(|part| html(part, names)).collect();
            format!("<div class=\"{class}\">{row}</div>")
        }
        Part::Line => "<hr>".to_owned(),
        Part::Image(alt) => format!("<span class=\"image\">{}</span>", text_html(alt)),
        Part::Control(words, action, style) => format!(
            "<button type=\"button\" class=\"control {style}\" data-action=\"{}\">{}</button>",
            attribute(action),
            text_html(words)
        ),
        Part::Table(rows) => {
            let mut html = String::from("<table>");
            for row in rows {
                html.push_str("<tr>");
                for cell in row {
                    html.push_str(&format!("<td>{}</td>", all(cell)));
                }
                html.push_str("</tr>");
            }
            html + "</table>"
        }
    }
}

fn lines(part: &Part, names: &Names, links: Links) -> String {
    let all = |blocks: &[Block]| {
        let all: Vec<String> = blocks
            .iter()
            .map(|block| block_text(block, names, links))
            .collect();
        all.join("\n")
    };
    match part {
        Part::Text("header", blocks) => format!("# {}", all(blocks)),
        Part::Text(_, blocks) => all(blocks),
        Part::Row(class, row) => {
            let row: Vec<String> = row.iter().map(|part| lines(part, names, links)).collect();
            row.join(if *class == "fields" { "\n" } else { " " })
        }
        Part::Line => "---".to_owned(),
        Part::Image(alt) => format!("[image: {alt}]"),
        Part::Control(words, ..) => format!("[{words}]"),
        Part::Table(rows) => rows
            .iter()
            .map(|row| {
                let cells: Vec<String> = row.iter().map(|cell| all(cell)).collect();
                format!("| {} |", cells.join(" | "))
            })
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// Blocks as safe HTML: every text escaped, nothing loaded from elsewhere.
pub fn blocks_html(blocks: &[Value], names: &Names) -> String {
    let parts = blocks.iter().flat_map(parts);
    parts.map(|part| html(&part, names)).collect()
}

/// Blocks as text.
pub fn blocks_text(blocks: &[Value], names: &Names, links: Links) -> String {
    let parts = blocks.iter().flat_map(parts);
    let parts: Vec<String> = parts.map(|part| lines(&part, names, links)).collect();
    parts.join("\n")
}

fn attachment_parts(attachment: &Value) -> Vec<Part> {
    match attachment["blocks"].as_array() {
        Some(blocks) => blocks.iter().flat_map(parts).collect(),
        None => ["pretext", "title", "text"]
            .into_iter()
            .filter_map(|key| attachment[key].as_str())
            .map(|words| Part::Text("section", mrkdwn::parse(words)))
            .collect(),
    }
}

/// An attachment: what has a coloured bar at its side.
pub(super) fn attachment_html(attachment: &Value, names: &Names) -> String {
    let color = word(&attachment["color"]).trim_start_matches('#');
    let hex = color.len() == 6 && color.bytes().all(|b| b.is_ascii_hexdigit());
    let style = if hex {
        format!(" style=\"border-color: #{color}\"")
    } else {
        String::new()
    };
    let inner: String = attachment_parts(attachment)
        .iter()
        .map(|part| html(part, names))
        .collect();
    format!("<div class=\"attachment\"{style}>{inner}</div>")
}

pub(super) fn attachment_text(attachment: &Value, names: &Names, links: Links) -> String {
    let parts: Vec<String> = attachment_parts(attachment)
        .iter()
        .map(|part| lines(part, names, links))
        .collect();
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn blocks() -> Vec<Value> {
        vec![
            json!({"type": "header", "text": {"type": "plain_text", "text": "a <b>"}}),
            json!({"type": "section", "text": {"type": "mrkdwn", "text": "*x* <@U1>"},
                "accessory": {"type": "button", "action_id": "go\"", "style": "danger",
                    "text": {"type": "plain_text", "text": "押す :fire:"}}}),
            json!({"type": "divider"}),
            json!({"type": "context", "elements": [
                {"type": "mrkdwn", "text": "<https://e.com|more>"},
                {"type": "plain_text", "text": "*as it is*"}]}),
            json!({"type": "rich_text", "elements": [
                {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [
                    {"type": "rich_text_section", "elements": [
                        {"type": "text", "text": "one", "style": {"bold": true}}]}]}]}),
            json!({"type": "table", "rows": [[
                {"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]}),
        ]
    }

    #[test]
    fn as_a_transcript() {
        assert_eq!(
            blocks_text(&blocks(), &Names::default(), Links::Shown),
            "# a <b>\nx @U1\n[押す 🔥]\n---\nmore <https://e.com> *as it is*\n  • one\n| a | b |"
        );
    }

    #[test]
    fn as_a_page() {
        let html = blocks_html(&blocks(), &Names::default());
        assert!(html.starts_with("<div class=\"header\">a &lt;b&gt;</div>"));
        assert!(html.contains("class=\"control danger\" data-action=\"go&quot;\""));
        assert!(html.contains("<li class=\"depth-1\">• <b>one</b></li>"));
    }
}
