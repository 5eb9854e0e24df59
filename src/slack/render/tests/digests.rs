//! Much in one message: nothing left out, long texts cut, each item in its block.

use super::{SOURCE, message, people, style, texts};
use crate::mirror::{Body, Digest, Message, Section, Span};
use crate::slack::render::{ITEMS, Rendered, block_id, render_digest};

fn digest(items: Vec<Message>) -> (Rendered, usize) {
    let people = people();
    let digest = Digest {
        icon: "📚",
        headline: vec![Span::Text("many things".to_owned())],
        items,
    };
    render_digest(&digest, &style(&people), false)
}

fn comment(text: String) -> Message {
    message(Body::Markdown(text))
}

#[test]
fn each_item_is_a_block_with_a_name() {
    let items = (0..3).map(|n| comment(format!("text {n}"))).collect();
    let (rendered, held) = digest(items);
    assert_eq!(held, 3);
    assert_eq!(rendered.text, "📚 many things");
    assert_eq!(
        texts(&rendered),
        [
            "📚 many things",
            "💬 headline\ntext 0",
            "💬 headline\ntext 1",
            "💬 headline\ntext 2"
        ]
    );
    for (index, block) in rendered.blocks.iter().skip(1).enumerate() {
        assert_eq!(block["block_id"], block_id(index));
    }
}

#[test]
fn as_many_long_texts_as_there_are_blocks_fit_and_lead_to_the_rest() {
    let text = |n: usize| format!("begins{n} {}", "and goes on and on ".repeat(300));
    let (rendered, held) = digest((0..60).map(|n| comment(text(n))).collect());
    assert_eq!(held, ITEMS);
    let all: usize = texts(&rendered)
        .iter()
        .map(|text| text.chars().count())
        .sum();
    assert!(all < 20_000, "{all} characters");
    for (n, text) in texts(&rendered).iter().skip(1).enumerate() {
        assert!(text.contains(&format!("begins{n} and goes")), "{text}");
        assert!(
            text.ends_with(&format!("<{SOURCE}/issues/1|Read the rest>")),
            "{text}"
        );
    }
}

#[test]
fn every_comment_of_a_review_shows_how_it_begins() {
    let section = |n: usize| Section {
        heading: vec![Span::Code(format!("src/a.rs:{n}"))],
        body: Some(Body::Markdown(format!("word{n} {}", "because ".repeat(50)))),
        more: None,
    };
    let review = Message {
        sections: (0..20).map(section).collect(),
        ..message(Body::Markdown(String::new()))
    };
    let (rendered, _) = digest(vec![review, comment("short".to_owned())]);
    let text = &texts(&rendered)[1];
    for n in 0..20 {
        assert!(text.contains(&format!("word{n} because")), "{n}: {text}");
    }
    assert_eq!(texts(&rendered)[2], "💬 headline\nshort");
}
