//! Any input at all gives a message that Slack takes and that harms nobody.

use jiff::Timestamp;
use proptest::prelude::*;

use super::{check, people, rendered, style};
use crate::mirror::{Body, Digest, Message, Section, Span};
use crate::slack::render::{ITEMS, render, render_digest, render_plain};

/// The signs that mean something to somebody.
const NASTY: &str = "[<>!@#&|*_~`\\[\\]()\n\\->:/\\\\a1 \t\r.^+=\\x00{}'「。障＊＞\u{301}\u{202E}\u{200B}😀]{0,300}";

fn fragment() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "**",
        "*",
        "_",
        "~~",
        "`",
        "```",
        "```\n",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "- [ ] ",
        "# ",
        "| a | b |\n|---|---|\n| c | d |\n",
        "[x](https://e.example/a)",
        "![i](http://e.example)",
        "<b>",
        "</b>",
        "<a href='https://e.example'>",
        "</a>",
        "<details>",
        "<summary>",
        "</summary>",
        "<!--",
        "-->",
        "<br>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<!channel>",
        "<!date^1609459200^{date_num} {time}|2021-01-01 00:00 UTC>",
        "!date^1^{date_num} {time}^https://e.example|x",
        "<@U1>",
        "&amp;",
        "&lt;!here&gt;",
        "&#10;",
        "&gt; x",
        "@hiboma",
        "#12",
        "acme/api#3",
        "a_/_b#1",
        "GH-1",
        "0123456789abcdef0123456789abcdef01234567",
        "https://github.com/acme/shop/pull/3",
        "[^1]",
        "[^1]: note\n",
        "[r]",
        "[r]: https://e.example\n",
        ":tada:",
        "> [!NOTE]\n> ",
        "    code\n",
        "word",
        "障害",
        "＊",
        "＞",
        "\u{202E}",
        "\u{200B}",
        "\u{200D}",
        "😀",
        "e\u{301}",
        " ",
        "  \n",
        "\\",
        "---\n",
        "www.example.com",
        "a@example.com",
        "paypal.com",
        "@here",
        "@",
        "here",
        "<img src=x alt='`*'>",
    ]);
    prop_oneof![
        4 => fixed.prop_map(str::to_owned),
        1 => "[a-z ]{1,400}",
        1 => "\\PC{1,40}",
    ]
}

fn document() -> impl Strategy<Value = String> {
    prop::collection::vec(fragment(), 0..60).prop_map(|parts| parts.concat())
}

fn span() -> impl Strategy<Value = Span> {
    let words = || prop_oneof![NASTY.prop_map(|s| s), "[a-z *`]{0,40}"];
    prop_oneof![
        words().prop_map(Span::Text),
        words().prop_map(Span::Strong),
        words().prop_map(Span::Code),
        (words(), words()).prop_map(|(url, text)| Span::Link {
            url: format!("https://{url}"),
            text
        }),
        (
            -10_000_000_000i64..200_000_000_000,
            prop::option::of(prop_oneof![
                words(),
                words().prop_map(|url| format!("https://{url}"))
            ])
        )
            .prop_map(|(seconds, url)| Span::Time {
                at: Timestamp::from_second(seconds).unwrap_or_default(),
                url,
            }),
        words().prop_map(|login| Span::Person(login.into())),
    ]
}

/// The times that a message tells, in seconds since 1970.
fn times(message: &Message) -> Vec<i64> {
    let below = message
        .sections
        .iter()
        .flat_map(|section| match &section.body {
            Some(Body::Lines(lines)) => lines.iter().collect(),
            _ => Vec::new(),
        });
    let headings = message.sections.iter().map(|section| &section.heading);
    let lines = below.chain(headings).chain([&message.headline]);
    let times = lines.flatten().filter_map(|span| match span {
        Span::Time { at, .. } => Some(at.as_second()),
        _ => None,
    });
    times.collect()
}

fn anything() -> impl Strategy<Value = Message> {
    let body = prop_oneof![
        3 => document().prop_map(|text| Some(Body::Markdown(text))),
        1 => NASTY.prop_map(|text| Some(Body::Code(text))),
        1 => prop::collection::vec(prop::collection::vec(span(), 0..4), 0..4)
            .prop_map(|lines| Some(Body::Lines(lines))),
        1 => Just(None),
    ];
    let section = (
        prop::collection::vec(span(), 0..3),
        body,
        prop::option::of(NASTY),
    )
        .prop_map(|(heading, body, more)| Section {
            heading,
            body,
            more,
        });
    (
        prop::collection::vec(span(), 0..6),
        prop::collection::vec(section, 0..5),
        prop::option::of(NASTY),
    )
        .prop_map(|(headline, sections, more)| Message {
            icon: "💬",
            headline,
            sections,
            more,
            source: Some(super::SOURCE.to_owned()),
        })
}

#[test]
fn what_belongs_to_a_letter_splits_no_entity() {
    for before in 150..210 {
        // A combining mark behind an escaped `<`: the cut for the notification moves before both.
        check::message(&rendered(&format!(
            "{}<\u{301}{}",
            "x".repeat(before),
            "y".repeat(300)
        )));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string(text in "\\PC{0,400}") {
        check::message(&rendered(&text));
    }

    #[test]
    fn any_unicode(text in prop::collection::vec(any::<char>(), 0..300)) {
        check::message(&rendered(&text.into_iter().collect::<String>()));
    }

    #[test]
    fn nasty_letters(text in NASTY) {
        check::message(&rendered(&text));
    }

    #[test]
    fn pieces_of_markdown(text in document()) {
        check::message(&rendered(&text));
    }

    #[test]
    fn pieces_cut_anywhere(text in document(), at in any::<prop::sample::Index>()) {
        let mut end = at.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        check::message(&rendered(&text[..end]));
    }

    #[test]
    fn whole_messages(message in anything()) {
        let people = people();
        let times = times(&message);
        check::message_with(&render(&message, &style(&people)), &times);
        check::message_with(&render_plain(&message, &style(&people)), &times);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn digests(
        items in prop::collection::vec(anything(), 1..60),
        headline in prop::collection::vec(span(), 0..3),
        plain in any::<bool>(),
    ) {
        let people = people();
        let mut all: Vec<i64> = items.iter().flat_map(times).collect();
        all.extend(headline.iter().filter_map(|span| match span {
            Span::Time { at, .. } => Some(at.as_second()),
            _ => None,
        }));
        let digest = Digest { icon: "📚", headline, items };
        let (rendered, held) = render_digest(&digest, &style(&people), plain);
        check::message_with(&rendered, &all);
        prop_assert!(held >= 1 && held <= ITEMS.min(digest.items.len()));
        prop_assert_eq!(rendered.blocks.len(), held + 1);
    }

    #[test]
    fn long_documents(text in document(), times in 20usize..200) {
        check::message(&rendered(&text.repeat(times)));
    }
}
