//! Blocks on their way into a message or a view: which there is room for.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::element::{self, control, text};
use super::{Control, Line, Part, Piece, Tasks};
use crate::slack::render::Style;
use crate::slack::render::form::{line, units};

/// Blocks in a message, and in a view (docs.slack.dev/reference/block-kit/blocks).
pub(super) const MESSAGE: usize = 50;
pub(super) const VIEW: usize = 100;
/// Elements of an `actions` block.
const ACTIONS: usize = 25;
/// Fields of a section, and how long each may be.
const FIELDS: usize = 10;
const FIELD: usize = 2_000;
const SECTION: usize = 3_000;
const HEADER: usize = 150;
/// How long all lines of a message or view may be together, in UTF-16 units. Slack's own limit is
/// not told (`msg_blocks_too_long`), and nobody reads more.
const LINES: usize = 12_000;

/// A block, and whether it may be left out.
struct Block {
    block: Value,
    is_line: bool,
}

/// Blocks in order.
pub(super) struct Sheet<'a> {
    style: &'a Style<'a>,
    blocks: Vec<Block>,
    names: BTreeSet<String>,
    left: usize,
    cut: bool,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(style: &'a Style<'a>) -> Self {
        Self {
            style,
            blocks: Vec::new(),
            names: BTreeSet::new(),
            left: LINES,
            cut: false,
        }
    }

    pub(super) fn part(&mut self, part: &Part) {
        match part {
            Part::Title(words) => self.title(words),
            Part::Line(pieces) => self.line(pieces),
            Part::Facts(facts) => self.facts(facts),
            Part::Small(pieces) => {
                let text = self.mrkdwn(pieces, SECTION);
                self.say(json!({"type": "context", "elements": [text]}));
            }
            Part::Rule => self.add(json!({"type": "divider"}), true),
            Part::Row { line, control } => self.row(line, control),
            Part::Controls(controls) => self.controls(controls),
            Part::Tasks(tasks) => self.tasks(tasks),
        }
    }

    pub(super) fn title(&mut self, words: &str) {
        self.say(json!({"type": "header", "text": text(words, HEADER)}));
    }

    pub(super) fn line(&mut self, pieces: &Line) {
        let text = self.mrkdwn(pieces, SECTION);
        self.say(json!({"type": "section", "text": text}));
    }

    pub(super) fn facts(&mut self, facts: &[(String, Line)]) {
        for some in facts.chunks(FIELDS) {
            let fields: Vec<Value> = some
                .iter()
                .map(|(name, what)| {
                    let mut pieces =
                        vec![Piece::Strong(name.clone()), Piece::Text("\n".to_owned())];
                    pieces.extend(what.iter().cloned());
                    self.mrkdwn(&pieces, FIELD)
                })
                .collect();
            self.say(json!({"type": "section", "fields": fields}));
        }
    }

    fn row(&mut self, pieces: &Line, beside: &Control) {
        let Some(element) = control(beside) else {
            return self.line(pieces);
        };
        let text = self.mrkdwn(pieces, SECTION);
        self.add(
            json!({"type": "section", "text": text, "accessory": element}),
            false,
        );
    }

    pub(super) fn controls(&mut self, controls: &[Control]) {
        let mut elements: Vec<Value> = Vec::new();
        for element in controls.iter().filter_map(control) {
            let known = |other: &Value| other["action_id"] == element["action_id"];
            // Within a block, no two may be called the same.
            if elements.len() == ACTIONS || elements.iter().any(known) {
                self.actions(std::mem::take(&mut elements));
            }
            elements.push(element);
        }
        self.actions(elements);
    }

    fn actions(&mut self, elements: Vec<Value>) {
        if !elements.is_empty() {
            self.add(json!({"type": "actions", "elements": elements}), false);
        }
    }

    pub(super) fn tasks(&mut self, tasks: &Tasks) {
        for (number, element) in element::tasks(tasks).into_iter().enumerate() {
            let name = self.name(&format!("{}.{number}", tasks.action));
            self.add(
                json!({"type": "actions", "block_id": name, "elements": [element]}),
                false,
            );
        }
    }

    /// A block that must stay.
    pub(super) fn keep(&mut self, block: Value) {
        self.add(block, false);
    }

    /// A name for a block that no other has here.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while units(&name) > 255 || !self.names.insert(name.clone()) {
            number += 1;
            let short: String = wanted.chars().take(100).collect();
            name = format!("{short}~{number}");
        }
        name
    }

    fn mrkdwn(&self, pieces: &[Piece], limit: usize) -> Value {
        json!({"type": "mrkdwn", "text": line(pieces, self.style, limit), "verbatim": true})
    }

    fn say(&mut self, block: Value) {
        let length = length(&block);
        if length > self.left {
            self.left = 0;
            self.cut = true;
            return;
        }
        self.left -= length;
        self.add(block, true);
    }

    fn add(&mut self, block: Value, is_line: bool) {
        self.blocks.push(Block { block, is_line });
    }

    /// All blocks, as many as there is room for; never none.
    pub(super) fn finish(mut self, most: usize) -> Vec<Value> {
        let more = json!({"type": "context", "elements": [{"type": "plain_text", "text": "…"}]});
        if self.cut && self.blocks.len() < most {
            self.add(more.clone(), true);
        }
        if self.blocks.len() > most {
            let room = most.saturating_sub(1);
            // The first says what all of it is about.
            while self.blocks.len() > room {
                let last = self.blocks.iter().skip(1).rposition(|block| block.is_line);
                match last {
                    Some(at) => drop(self.blocks.remove(at + 1)),
                    None => break,
                }
            }
            self.blocks.truncate(room);
            self.add(more, true);
        }
        if self.blocks.is_empty() {
            let nothing =
                json!({"type": "plain_text", "text": crate::slack::render::form::NOTHING});
            self.add(json!({"type": "section", "text": nothing}), true);
        }
        self.blocks.into_iter().map(|block| block.block).collect()
    }
}

/// How long the texts of a block are.
fn length(block: &Value) -> usize {
    match block {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("text", Value::String(text)) => units(text),
                (_, value) => length(value),
            })
            .sum(),
        Value::Array(items) => items.iter().map(length).sum(),
        _ => 0,
    }
}
