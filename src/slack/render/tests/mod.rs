//! What Slack is given for what GitHub gives: each feature by example, then anything at all.

mod bombs;
mod check;
mod digests;
mod features;
mod messages;
mod wild;

use crate::i18n::Lang;
use crate::id::{Login, SlackUserId};
use crate::mirror::{Body, Message, Section, Span};
use crate::teams::{People, Person};

use super::{Rendered, Style, render};

pub(super) const SOURCE: &str = "https://github.com/acme/shop";

/// One person is known: `hiboma` on GitHub, Hiro in Slack.
pub(super) fn people() -> People {
    let mut people = People::default();
    people.add(
        &Login::new("hiboma"),
        Person {
            name: "Hiro".to_owned(),
            slack: SlackUserId::new("U123"),
        },
    );
    people
}

pub(super) fn style(people: &People) -> Style<'_> {
    Style {
        people,
        workspace_url: Some("https://acme.slack.com/"),
        lang: Lang::En,
    }
}

pub(super) fn message(body: Body) -> Message {
    Message {
        icon: "💬",
        headline: vec![Span::Text("headline".to_owned())],
        sections: vec![Section {
            heading: Vec::new(),
            body: Some(body),
            more: None,
        }],
        more: Some(format!("{SOURCE}/issues/1")),
        source: Some(SOURCE.to_owned()),
    }
}

/// The whole message for one body of Markdown.
pub(super) fn rendered(markdown: &str) -> Rendered {
    let people = people();
    render(
        &message(Body::Markdown(markdown.to_owned())),
        &style(&people),
    )
}

/// The texts of all blocks.
pub(super) fn texts(rendered: &Rendered) -> Vec<String> {
    rendered
        .blocks
        .iter()
        .map(|block| block["text"]["text"].as_str().unwrap_or("?").to_owned())
        .collect()
}

/// What stands below the headline, blocks one after the other; the space that is not seen shown
/// as `¦`.
pub(super) fn body(markdown: &str) -> String {
    let rendered = rendered(markdown);
    check::message(&rendered);
    texts(&rendered)[1..]
        .join("\n=====\n")
        .replace('\u{200B}', "¦")
}
