//! Much at once in one message: a list that leaves nothing out.

use super::compose::{compose, say};
use super::document::Document;
use super::fact::Fact;
use super::message::{Body, Message, Span};
use crate::i18n::{Lang, Phrase};

/// How much of a text is kept, in bytes: more than an item shows.
const ENOUGH: usize = 8_000;

/// Several messages as the lines of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// One emoji.
    pub icon: &'static str,
    /// How many things, and from when to when: one line.
    pub headline: Vec<Span>,
    /// One for each document, in their order.
    pub items: Vec<Message>,
}

/// The digest of these documents, one item each. Most of them are about the same few issues, so
/// that an item names only the number of what it is about.
pub fn digest(documents: &[Document], lang: Lang) -> Digest {
    let time = |at: Option<_>| at.map(|at| Span::Time { at, url: None }).into_iter();
    let first = documents.iter().map(|document| document.at).min();
    let last = documents.iter().map(|document| document.at).max();
    let fill = [
        ("n", vec![Span::Text(documents.len().to_string())]),
        ("from", time(first).collect()),
        ("to", time(last).collect()),
    ];
    Digest {
        icon: "📚",
        headline: say(Phrase::Digest, lang, &fill),
        items: documents.iter().map(|it| item(it, lang)).collect(),
    }
}

fn item(document: &Document, lang: Lang) -> Message {
    let mut short = document.clone();
    if !short.is_a_turning_point() {
        for part in short.parts.values_mut() {
            leave_out_title(&mut part.fact);
        }
    }
    let mut message = compose(&short, lang).unwrap_or_else(|| Message {
        icon: "▫️",
        headline: vec![Span::Text("…".to_owned())],
        sections: Vec::new(),
        more: None,
        source: None,
    });
    for section in &mut message.sections {
        if let Some(Body::Markdown(text) | Body::Code(text)) = &mut section.body {
            shorten(text);
        }
    }
    message
}

/// An item shows the first lines only: no need to read 64 KB for them.
fn shorten(text: &mut String) {
    let mut end = text.len().min(ENOUGH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

fn leave_out_title(fact: &mut Fact) {
    if let Some(on) = &mut fact.on {
        on.title.clear();
    }
}
