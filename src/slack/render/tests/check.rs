//! Reads mrkdwn as Slack does, and refuses what a rendering must never give.

use crate::slack::render::Rendered;

/// Fails unless the whole message is one that Slack takes and that harms nobody.
pub(super) fn message(rendered: &Rendered) {
    message_with(rendered, &[]);
}

/// The same for a message that tells these times, in seconds since 1970: no token may show others.
pub(super) fn message_with(rendered: &Rendered, times: &[i64]) {
    assert!(
        rendered.blocks.len() <= 50,
        "{} blocks",
        rendered.blocks.len()
    );
    assert!(!rendered.blocks.is_empty());
    mrkdwn(&rendered.text, 3_900, times);
    let mut all = 0;
    for block in &rendered.blocks {
        assert_eq!(block["type"], "section");
        assert_eq!(block["text"]["type"], "mrkdwn");
        assert_eq!(block["text"]["verbatim"], true);
        let text = block["text"]["text"].as_str().unwrap();
        mrkdwn(text, 3_000, times);
        all += text.chars().count();
    }
    assert!(all < 40_000, "{all} characters in all");
}

/// Fails unless this is one text object's worth of valid, harmless mrkdwn.
fn mrkdwn(text: &str, limit: usize, times: &[i64]) {
    let units = text.encode_utf16().count();
    assert!(units <= limit, "{units} units, of {limit}: {text}");
    assert!(!text.trim().is_empty(), "an empty text object");
    let parts: Vec<&str> = text.split("```").collect();
    assert!(parts.len() % 2 == 1, "a fence is open: {text:?}");
    for (number, part) in parts.iter().enumerate() {
        let in_fence = number % 2 == 1;
        if in_fence {
            assert!(part.starts_with('\n') && part.ends_with('\n'), "{part:?}");
        } else {
            assert!(
                number == 0 || part.is_empty() || part.starts_with('\n'),
                "text behind a fence: {part:?}"
            );
        }
        for line in part.split('\n') {
            one_line(line, in_fence, times);
        }
    }
}

fn one_line(line: &str, in_fence: bool, times: &[i64]) {
    let mut rest = line;
    if !in_fence {
        if let Some(quoted) = rest.strip_prefix('>') {
            assert!(quoted.is_empty() || quoted.starts_with(' '), "{line:?}");
            rest = quoted;
        }
        assert!(
            !rest.starts_with("&gt;") || rest != line,
            "a quote nobody meant: {line:?}"
        );
        assert_eq!(line.matches('`').count() % 2, 0, "open code: {line:?}");
        for loud in ["@here", "@channel", "@everyone"] {
            assert!(
                !line.to_lowercase().contains(loud) || line.contains('`') || line.contains('<'),
                "{line:?}"
            );
        }
    }
    while let Some(c) = rest.chars().next() {
        assert!(
            !matches!(c, '\u{0}'..='\u{8}' | '\u{B}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
                | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'),
            "{c:?} in {line:?}"
        );
        match c {
            '&' => {
                let entity = ["&amp;", "&lt;", "&gt;"]
                    .into_iter()
                    .find(|entity| rest.starts_with(entity));
                rest = &rest[entity.unwrap_or_else(|| panic!("a bare &: {line:?}")).len()..];
            }
            '<' => {
                assert!(!in_fence, "a bare < in code: {line:?}");
                let end = rest
                    .find('>')
                    .unwrap_or_else(|| panic!("an open <: {line:?}"));
                match rest[1..end].strip_prefix("!date^") {
                    Some(token) => date(token, line, times),
                    None => link(&rest[1..end], line),
                }
                rest = &rest[end + 1..];
            }
            '>' => panic!("a bare >: {line:?}"),
            c => rest = &rest[c.len_utf8()..],
        }
    }
}

fn link(token: &str, line: &str) {
    let (url, label) = token.split_once('|').unwrap_or((token, "shown as it is"));
    assert!(
        url.starts_with("https://") || url.starts_with("http://") || url.starts_with("mailto:"),
        "no link: <{token}> in {line:?}"
    );
    assert!(!label.trim().is_empty(), "a link without words: {line:?}");
    assert!(!token.contains('<'), "a link in a link: {line:?}");
    address(url);
    let label = label
        .replace("&amp;", "")
        .replace("&lt;", "")
        .replace("&gt;", "");
    assert!(!label.contains('&'), "a bare & in {label:?}");
}

fn address(url: &str) {
    assert!(
        url.bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'`' | b'"' | b'^')),
        "odd bytes in {url:?}"
    );
    let lone = url.replace("&amp;", "");
    assert!(!lone.contains('&'), "a bare & in {url:?}");
}

/// A date token in the one form that is ours.
fn date(token: &str, line: &str, times: &[i64]) {
    let (inner, in_utc) = token.split_once('|').unwrap_or((token, ""));
    let mut parts = inner.splitn(3, '^');
    let seconds = parts.next().unwrap_or_default();
    let digits = seconds.bytes().all(|b| b.is_ascii_digit());
    let at = seconds.parse().ok().filter(|_| digits);
    assert!(
        at.is_some_and(|at| times.contains(&at)),
        "a date nobody meant: <!date^{token}> in {line:?}"
    );
    assert_eq!(parts.next(), Some("{date_num} {time}"), "{line:?}");
    if let Some(url) = parts.next() {
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        assert!(is_web, "a date that leads to {url:?}");
        address(url);
    }
    let shape: String = in_utc
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "0000-00-00 00:00 UTC", "{line:?}");
}

#[test]
#[should_panic(expected = "no link")]
fn a_mention_is_refused() {
    mrkdwn("hello <!channel>", 100, &[]);
}

#[test]
#[should_panic(expected = "a date nobody meant")]
fn a_date_that_nobody_meant_is_refused() {
    mrkdwn(
        "<!date^12^{date_num} {time}|1970-01-01 00:00 UTC>",
        100,
        &[11],
    );
}

#[test]
#[should_panic(expected = "a date that leads to")]
fn a_date_that_leads_nowhere_is_refused() {
    mrkdwn(
        "<!date^12^{date_num} {time}^javascript:x|1970-01-01 00:00 UTC>",
        100,
        &[12],
    );
}

#[test]
#[should_panic(expected = "a fence is open")]
fn an_open_fence_is_refused() {
    mrkdwn("hello\n```\ncode", 100, &[]);
}

#[test]
#[should_panic(expected = "a bare &")]
fn half_an_entity_is_refused() {
    mrkdwn("a &am", 100, &[]);
}
