//! Blocks as people see them: as HTML for a page, as text for a transcript.

use std::collections::BTreeMap;

use serde_json::Value;

use super::emoji;
pub use control::view_text;
use control::{called, control, input};

mod control;

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
    /// Things to tick, and whether each is; the first says whether only one can be.
    Ticks(bool, Vec<(bool, String)>),
    /// A field: its label, and what is filled in.
    Input(String, Box<Part>),
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
        "input" => vec![Part::Input(
            input(block),
            Box::new(control(&block["element"])),
        )],
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
            text_html(&called(words, names))
        ),
        Part::Ticks(..) => {
            let text = text_html(&lines(part, names, Links::Hidden));
            format!("<div class=\"ticks\">{}</div>", text.replace('\n', "<br>"))
        }
        Part::Input(label, inner) => format!(
            "<div class=\"label\">{}</div>{}",
            text_html(label),
            html(inner, names)
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
        Part::Control(words, ..) => format!("[{}]", called(words, names)),
        Part::Ticks(one, ticks) => {
            let ticks = ticks.iter().map(|(ticked, words)| match (one, ticked) {
                (true, true) => format!("(•) {words}"),
                (true, false) => format!("( ) {words}"),
                (false, true) => format!("[x] {words}"),
                (false, false) => format!("[ ] {words}"),
            });
            ticks.collect::<Vec<_>>().join("\n")
        }
        Part::Input(label, inner) => {
            let inner_text = lines(inner, names, links);
            let gap = if matches!(**inner, Part::Ticks(..)) {
                "\n"
            } else {
                " "
            };
            format!("{label}:{gap}{inner_text}")
        }
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

/// What stands in an attachment, as safe HTML; the coloured bar beside it is the page's.
pub fn attachment_html(attachment: &Value, names: &Names) -> String {
    let parts = attachment_parts(attachment);
    parts.iter().map(|part| html(part, names)).collect()
}

pub(super) fn attachment_text(attachment: &Value, names: &Names, links: Links) -> String {
    let parts: Vec<String> = attachment_parts(attachment)
        .iter()
        .map(|part| lines(part, names, links))
        .collect();
    parts.join("\n")
}

#[cfg(test)]
mod tests;
