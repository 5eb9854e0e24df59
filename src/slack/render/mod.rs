//! Turns what is to be said into what Slack takes: sections of mrkdwn, within its limits, in which
//! nothing from GitHub can ping, lie about where it leads, or break the formatting around it.

mod cut;
mod digest;
mod escape;
pub(in crate::slack) mod form;
mod guard;
mod html;
mod links;
mod markdown;
mod refs;
mod table;
mod tags;
mod writer;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Map, Value};

use crate::i18n::{Lang, Phrase};
use crate::mirror::{Body, Message, Section, Span};
use crate::teams::People;

pub use digest::{ITEMS, block_id, render_digest};
use markdown::Words;
pub use markdown::options;
use refs::Refs;
use writer::{Draft, Mark, Writer};

/// Longest text of a section block.
const BLOCK: usize = 3_000;
/// Longest body of a message, all its sections together: people read it on a phone.
const BODIES: usize = 9_000;
/// No section gets less than this, however many there are, until the blocks run out.
const LEAST: usize = 300;
/// Room in a block for the link to the rest; a longer one stands alone.
const REST: usize = 400;
/// Sections are no longer added when the message has got this long.
const ENOUGH: usize = 14_000;
/// How much of the first body the notification shows, below the headline: together they stay under
/// the 4,000 characters that an update takes.
const GLANCE: usize = 200;
/// Sections are no longer added at this many blocks. Slack takes 50, and a section is at most five.
const BLOCKS: usize = 44;

/// What a rendering needs to know besides the message.
#[derive(Debug, Clone, Copy)]
pub struct Style<'a> {
    /// Who is who, for `@login`.
    pub people: &'a People,
    /// `https://acme.slack.com/`, as `auth.test` gives it; without it people stay plain text.
    pub workspace_url: Option<&'a str>,
    /// The language of the few words of ours.
    pub lang: Lang,
}

/// What `chat.postMessage` and `chat.update` take.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The notification, and what clients without blocks show: mrkdwn, at most 3,900 characters.
    pub text: String,
    /// Sections of mrkdwn, at most 50, each at most 3,000 characters.
    pub blocks: Vec<Value>,
}

/// Renders a message. Never fails and never panics: a body that the parser cannot be given, or
/// that breaks it, is shown as it was typed.
pub fn render(message: &Message, style: &Style<'_>) -> Rendered {
    compose(message, style, false)
}

/// Renders a message with its bodies as they were typed, no Markdown read: for when [`render`] took
/// too long, or Slack refused what it made.
pub fn render_plain(message: &Message, style: &Style<'_>) -> Rendered {
    compose(message, style, true)
}

fn compose(message: &Message, style: &Style<'_>, plain: bool) -> Rendered {
    let refs = Refs::new(style, message.source.as_deref());
    let words = Words::new(style.lang);
    let mut sheet = Sheet::default();

    let mut headline = Writer::new(refs, 256);
    headline.bare(message.icon);
    headline.bare(" ");
    spans(&mut headline, &message.headline, refs);
    let (mut parts, headline_cut) = cut::pieces(headline.finish(), BLOCK, BLOCK);
    let first = if parts.is_empty() {
        message.icon.to_owned()
    } else {
        parts.swap_remove(0)
    };
    let mut text = String::with_capacity(first.len() + GLANCE + 1);
    text.push_str(&first);
    sheet.push(first);

    let drafts: Vec<Draft> = message
        .sections
        .iter()
        .map(|section| write_section(section, refs, &words, plain))
        .collect();
    if let Some(glance) = drafts.first().and_then(|draft| cut::glance(draft, GLANCE)) {
        text.push('\n');
        text.push_str(&glance);
    }
    let many = drafts.len() > 20;
    let mut missing = headline_cut;
    let shares = shares(&drafts);
    for (number, (section, draft)) in message.sections.iter().zip(drafts).enumerate() {
        let share = shares.get(number).copied().unwrap_or(BODIES);
        if sheet.is_full() {
            missing = true;
            break;
        }
        let (mut pieces, cut) = cut::pieces(draft, BLOCK - REST, share);
        let more = section.more.as_ref().or(message.more.as_ref());
        match pieces.last_mut() {
            Some(last) if cut => {
                let rest = the_rest(more, refs, style.lang);
                // A link as long as that goes below, as if sections were missing.
                if cut::units(&rest) < REST {
                    last.push('\n');
                    last.push_str(&rest);
                } else {
                    missing = true;
                }
            }
            Some(_) => {}
            None => missing |= cut,
        }
        for piece in pieces {
            sheet.add(piece, many);
        }
    }
    if missing {
        sheet.push(the_rest(message.more.as_ref(), refs, style.lang));
    }
    Rendered {
        text,
        blocks: sheet.blocks.into_iter().map(section_block).collect(),
    }
}

/// The sections of a message on their way.
#[derive(Default)]
struct Sheet {
    blocks: Vec<String>,
    bytes: usize,
}

impl Sheet {
    fn is_full(&self) -> bool {
        // Bytes are counted for nothing; only where they are many is it worth to count letters.
        self.blocks.len() >= BLOCKS
            || self.bytes > ENOUGH
                && self
                    .blocks
                    .iter()
                    .map(|text| cut::units(text))
                    .sum::<usize>()
                    > ENOUGH
    }

    fn push(&mut self, text: String) {
        self.bytes += text.len();
        self.blocks.push(text);
    }

    /// Adds a piece; with `join`, to the last block where both fit and it is not the headline.
    fn add(&mut self, text: String, join: bool) {
        let below = self.blocks.len() > 1;
        if let Some(last) = self.blocks.last_mut().filter(|_| join && below) {
            let both = cut::units(last) + cut::units(&text) + 2;
            if both <= BLOCK {
                self.bytes += text.len();
                last.push_str("\n\n");
                last.push_str(&text);
                return;
            }
        }
        self.push(text);
    }
}

fn section_block(text: String) -> Value {
    // By hand, since the macro would copy the text.
    let mut object = Map::new();
    object.insert("text".to_owned(), Value::String(text));
    object.insert("type".to_owned(), Value::from("mrkdwn"));
    object.insert("verbatim".to_owned(), Value::Bool(true));
    let mut block = Map::new();
    block.insert("text".to_owned(), Value::Object(object));
    block.insert("type".to_owned(), Value::from("section"));
    Value::Object(block)
}

/// How many units of each section are shown. Short ones are shown whole; long ones share what is
/// left, and none gets less than a few lines. Empty when all are short.
fn shares(drafts: &[Draft]) -> Vec<usize> {
    if drafts.iter().map(|draft| draft.text.len()).sum::<usize>() <= BODIES {
        return Vec::new();
    }
    let mut by_need: Vec<(usize, usize)> = drafts
        .iter()
        .map(|draft| cut::units(&draft.text))
        .enumerate()
        .collect();
    by_need.sort_by_key(|(_, need)| *need);
    let mut shares = vec![0; drafts.len()];
    let mut left = BODIES;
    for (done, (section, need)) in by_need.iter().enumerate() {
        let share = (left / (drafts.len() - done)).max(LEAST);
        // Closing and opening a fence where it is cut takes a little more than was counted.
        shares[*section] = if *need <= share { need + 64 } else { share };
        left = left.saturating_sub(share.min(*need));
    }
    shares
}

fn the_rest(more: Option<&String>, refs: Refs<'_>, lang: Lang) -> String {
    let mut out = Writer::new(refs, 128);
    out.bare("…");
    if let Some(url) = more {
        out.bare(" ");
        out.link(url, Phrase::ReadTheRest.say(lang));
    }
    out.finish().text
}

fn write_section(section: &Section, refs: Refs<'_>, words: &Words, plain: bool) -> Draft {
    let heading = if section.heading.is_empty() {
        Draft::default()
    } else {
        let mut out = Writer::new(refs, 128);
        spans(&mut out, &section.heading, refs);
        out.finish()
    };
    let body = match &section.body {
        None => return heading,
        Some(Body::Markdown(body)) => read_markdown(body, refs, words, plain),
        Some(Body::Code(code)) => {
            let mut out = Writer::new(refs, code.len().min(BODIES * 2) + 16);
            let (code, cut) = markdown::first_lines(code);
            if !code.trim().is_empty() {
                out.fence(|to| escape::code(to, code));
            }
            if cut {
                out.leave_out();
            }
            out.finish()
        }
        Some(Body::Lines(lines)) => {
            let mut out = Writer::new(refs, 64 * lines.len());
            for line in lines {
                spans(&mut out, line, refs);
                out.gap(1);
            }
            out.finish()
        }
    };
    join(heading, body)
}

/// A body as Markdown; as it was typed when it may not or cannot be read.
fn read_markdown(body: &str, refs: Refs<'_>, words: &Words, plain: bool) -> Draft {
    if !plain {
        let read = catch_unwind(AssertUnwindSafe(|| markdown::markdown(body, refs, words)));
        if let Ok(Some(draft)) = read {
            return draft;
        }
    }
    markdown::as_typed(body, refs)
}

/// One draft behind another, on a line of its own.
fn join(mut first: Draft, second: Draft) -> Draft {
    if first.text.is_empty() {
        return second;
    }
    if second.text.is_empty() {
        first.cut |= second.cut;
        return first;
    }
    first.text.push('\n');
    let by = first.text.len();
    first.text.push_str(&second.text);
    let moved = |(start, end): (usize, usize)| (start + by, end + by);
    first.atoms.extend(second.atoms.into_iter().map(moved));
    first.fences.extend(second.fences.into_iter().map(moved));
    first.cut |= second.cut;
    first
}

/// Writes one line of spans.
fn spans(out: &mut Writer<'_>, spans: &[Span], refs: Refs<'_>) {
    for span in spans {
        match span {
            Span::Text(text) => out.bare(text),
            Span::Strong(text) => {
                out.open(Mark::Bold);
                out.bare(text);
                out.close(Mark::Bold);
            }
            Span::Code(code) => out.code(code),
            Span::Link { url, text } => out.link(url, text),
            Span::Time { at, url } => out.time(*at, url.as_deref()),
            Span::Person(login) => match refs.person(login.as_str()) {
                Some((url, name)) => out.link(&url, &name),
                None => out.bare(&format!("@{login}")),
            },
        }
    }
}
