//! Whole messages: the headline, many sections, and what happens when there is too much.

use super::{Login, body, check, message, people, rendered, style, texts};
use crate::i18n::Lang;
use crate::mirror::{Body, Message, Section, Span};
use crate::slack::render::{Rendered, Style, render, render_plain};

fn shown(message: &Message) -> Rendered {
    let people = people();
    let rendered = render(message, &style(&people));
    check::message(&rendered);
    rendered
}

fn section(heading: &str, body: Option<Body>) -> Section {
    Section {
        heading: vec![Span::Strong(heading.to_owned())],
        body,
        more: Some("https://github.com/acme/shop/pull/1#r1".to_owned()),
    }
}

#[test]
fn a_headline_of_every_span() {
    let mut message = message(Body::Markdown("Hello".to_owned()));
    message.headline = vec![
        Span::Person(Login::new("hiboma")),
        Span::Text(" & ".to_owned()),
        Span::Person(Login::new("nobody")),
        Span::Text(" pushed to ".to_owned()),
        Span::Code("a`b".to_owned()),
        Span::Text(" of ".to_owned()),
        Span::Link {
            url: "https://github.com/acme/shop".to_owned(),
            text: "acme/shop".to_owned(),
        },
        Span::Text(": ".to_owned()),
        Span::Strong("<!here>".to_owned()),
        Span::Link {
            url: "javascript:x".to_owned(),
            text: " plain".to_owned(),
        },
    ];
    let rendered = shown(&message);
    assert_eq!(
        texts(&rendered),
        [
            "💬 <https://acme.slack.com/team/U123|@Hiro> &amp; @nobody pushed to `aˋb` of \
             <https://github.com/acme/shop|acme/shop>: *&lt;!here&gt;* plain",
            "Hello"
        ]
    );
    assert!(rendered.text.ends_with("plain\nHello"), "{}", rendered.text);
}

#[test]
fn times_are_shown_in_the_zone_of_whoever_reads() {
    let clean = "<!date^1609459200^{date_num} {time}^https://github.com/a?b=1&amp;c=2|2021-01-01 00:00 UTC>";
    let plain = "<!date^1609459200^{date_num} {time}|2021-01-01 00:00 UTC>";
    let here = "<!date^1609459200^{date_num} {time}^https://github.com/acme/shop/blob/HEAD/a%5Eb%7Cc|2021-01-01 00:00 UTC>";
    for (url, shown) in [
        (None, plain),
        (Some("https://github.com/a?b=1&c=2"), clean),
        (Some("a^b|c"), here),
        (Some("javascript:x"), plain),
        (Some("mailto:a@example.com"), plain),
    ] {
        let mut message = message(Body::Markdown(String::new()));
        message.headline = vec![Span::Time {
            at: "2021-01-01T00:00:59Z".parse().unwrap(),
            url: url.map(str::to_owned),
        }];
        let people = people();
        let rendered = render(&message, &style(&people));
        let seconds = 1_609_459_259;
        check::message_with(&rendered, &[seconds]);
        let shown = shown.replace("1609459200", &seconds.to_string());
        assert_eq!(texts(&rendered), [format!("💬 {shown}")]);
    }
    // Slack counts from 1970.
    let mut before = message(Body::Markdown(String::new()));
    before.headline = vec![Span::Time {
        at: "1969-12-31T23:59:00Z".parse().unwrap(),
        url: Some("https://example.com".to_owned()),
    }];
    assert_eq!(
        texts(&shown(&before)),
        ["💬 <https://example.com|1969-12-31 23:59 UTC>"]
    );
}

#[test]
fn sections_keep_their_headings_and_places() {
    let mut message = message(Body::Markdown("first".to_owned()));
    message.sections.push(section(
        "src/a.rs:1",
        Some(Body::Code("+ a < b".to_owned())),
    ));
    message.sections.push(section("nothing below", None));
    message.sections.push(Section {
        heading: Vec::new(),
        body: Some(Body::Lines(vec![
            vec![
                Span::Code("abc1234".to_owned()),
                Span::Text(" Fix".to_owned()),
            ],
            vec![Span::Text("Second".to_owned())],
        ])),
        more: None,
    });
    assert_eq!(
        texts(&shown(&message))[1..],
        [
            "first",
            "*src/a.rs:1*\n```\n+ a &lt; b\n```",
            "*nothing below*",
            "`abc1234` Fix\nSecond"
        ]
    );
}

#[test]
fn a_long_comment_is_cut_with_a_link_to_the_rest() {
    let rendered = rendered(&"A sentence of some length. ".repeat(2_500));
    check::message(&rendered);
    let texts = texts(&rendered);
    let long: usize = texts[1..].iter().map(|text| text.chars().count()).sum();
    assert!((8_500..9_600).contains(&long), "{long}");
    let end = texts.last().unwrap();
    assert!(
        end.ends_with("length.\n… <https://github.com/acme/shop/issues/1|Read the rest>"),
        "{end}"
    );
    for text in &texts[1..] {
        assert!(text.starts_with("A sentence"), "{text}");
    }
}

#[test]
fn japanese_is_cut_at_the_end_of_a_sentence() {
    let rendered = rendered(&"障害が発生しました。至急、確認をお願いします。".repeat(300));
    check::message(&rendered);
    let texts = texts(&rendered);
    assert!(texts.len() >= 3);
    for text in &texts[1..texts.len() - 1] {
        assert!(text.ends_with('。'), "{text}");
    }
}

#[test]
fn a_long_fence_is_closed_and_opened_again() {
    let code = (0..600)
        .map(|n| format!("line {n} & more\n"))
        .collect::<String>();
    let rendered = rendered(&format!("before\n\n```\n{code}```\n"));
    check::message(&rendered);
    let texts = texts(&rendered);
    assert!(texts.len() >= 4);
    for text in &texts[2..] {
        assert!(text.starts_with("```\nline "), "{text}");
        assert!(text.contains("&amp; more\n```"), "{text}");
    }
    let joined = texts[1..].join("\n").replace("\n```\n```", "");
    for n in 0..300 {
        assert!(
            joined.contains(&format!("\nline {n} &amp; more\n")),
            "line {n} is lost"
        );
    }
}

#[test]
fn a_fence_that_just_fits_leaves_no_empty_one_behind() {
    for lines in 268..284 {
        for before in 0..10 {
            let code = "123456789\n".repeat(lines);
            let before = "x".repeat(before);
            let rendered = rendered(&format!("{before}\n```\n{code}```\nafter"));
            check::message(&rendered);
            let all = texts(&rendered).join("|");
            assert!(!all.contains("```\n```"), "{lines} lines: {all}");
            assert_eq!(all.matches("123456789").count(), lines);
            assert!(all.ends_with("after"), "{all}");
        }
    }
}

#[test]
fn a_link_and_a_run_are_never_cut() {
    for word in [
        "[words](https://example.com/page) ",
        "**some bold words** ",
        "`some code` ",
        "&&& ",
    ] {
        for before in 0..8 {
            let text = format!("{}{}", "x".repeat(before), word.repeat(700));
            check::message(&rendered(&text));
        }
    }
}

#[test]
fn many_long_sections_share_the_room() {
    let mut message = message(Body::Markdown("top".to_owned()));
    for n in 0..120 {
        let long = format!("comment {n}. {}", "word ".repeat(800));
        message
            .sections
            .push(section(&format!("file {n}"), Some(Body::Markdown(long))));
    }
    let rendered = shown(&message);
    let last = texts(&rendered).pop().unwrap();
    assert!(last.contains("|Read the rest>"), "{last}");
}

#[test]
fn every_section_of_a_review_is_seen() {
    let mut message = message(Body::Markdown("word ".repeat(3_000)));
    for n in 0..5 {
        message.sections.push(section(
            &format!("file {n}"),
            Some(Body::Markdown(format!("note {n}"))),
        ));
    }
    let all = texts(&shown(&message)).join("\n");
    assert!(
        all.len() > 8_500,
        "what the notes leave is the first one's: {}",
        all.len()
    );
    for n in 0..5 {
        assert!(all.contains(&format!("*file {n}*\nnote {n}")), "{n}");
    }
}

#[test]
fn plain_shows_what_was_typed() {
    let people = People::default();
    let message = message(Body::Markdown(
        "**a** <!channel> <!-- hidden -->\n> b\n\n```\nc".to_owned(),
    ));
    let rendered = render_plain(&message, &style(&people));
    check::message(&rendered);
    assert_eq!(
        texts(&rendered)[1].replace('\u{200B}', "¦"),
        "*¦¦*¦a¦*¦¦* &lt;!channel&gt; \n¦&gt; b\n\nˋˋˋ\nc"
    );
}

#[test]
fn japanese_words_of_ours() {
    let people = people();
    let style = Style {
        people: &people,
        workspace_url: None,
        lang: Lang::Ja,
    };
    let text = "> [!TIP]\n> x\n\n@hiboma\n\n".to_owned() + &"長い文です。".repeat(2_000);
    let rendered = render(&message(Body::Markdown(text)), &style);
    check::message(&rendered);
    let all = texts(&rendered).join("\n");
    assert!(all.contains("> 💡 *ヒント*\n> x\n\n@hiboma\n"), "{all}");
    assert!(all.contains("|続きを読む>"));
}

#[test]
fn nothing_to_say_is_the_headline_alone() {
    assert_eq!(body("<!-- only a marker -->"), "");
    assert_eq!(body("   \n\n"), "");
}

use super::People;
