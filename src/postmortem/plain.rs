//! People's words as text: in Markdown they format nothing, embed nothing and call nobody.

/// Behind `@` and before a number that `#` would make a reference of: nothing to be seen.
const NOTHING: char = '\u{200b}';

/// Words for a place among others, or in a cell of a table: one line.
pub fn inline(text: &str) -> String {
    let one_line: Vec<&str> = text.split_whitespace().collect();
    line(&one_line.join(" "))
}

/// Words that have their lines to themselves.
pub fn block(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|it| line(it.trim())).collect();
    lines.join("\n").trim().to_owned()
}

/// A value of YAML: in quotes, as JSON has them.
pub fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An address as Markdown takes it between round brackets.
pub fn address(url: &str) -> String {
    let escape = |c: char| match c {
        '(' | ')' | '<' | '>' | '\\' | '|' | '"' | '`' | '[' | ']' | '*' | '_' | '~' => {
            format!("%{:02X}", u32::from(c))
        }
        c if c.is_whitespace() || c.is_control() => String::new(),
        c => c.to_string(),
    };
    let known = url.starts_with("https://") || url.starts_with("http://");
    // `_` stands in many addresses and does no harm between brackets.
    let escaped = |c: char| if c == '_' { "_".to_owned() } else { escape(c) };
    if known {
        url.chars().map(escaped).collect()
    } else {
        String::new()
    }
}

fn line(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut before = ' ';
    if let Some(mark) = opens_a_block(text) {
        out.push_str(&rest[..mark]);
        out.push('\\');
        // What is escaped must not be escaped again below.
        let c = rest[mark..].chars().next().unwrap_or(' ');
        out.push(c);
        before = c;
        rest = &rest[mark + c.len_utf8()..];
    }
    while let Some(c) = rest.chars().next() {
        if let Some(url) = url(rest).filter(|_| !before.is_alphanumeric()) {
            out.push_str(&format!("<{url}>"));
            rest = &rest[url.len()..];
            before = '>';
            continue;
        }
        let after = rest[c.len_utf8()..].chars().next().unwrap_or(' ');
        match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // Within a word it is only a letter.
            '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => out.push_str("\\_"),
            '&' if after == '#' || after.is_ascii_alphabetic() => out.push_str("\\&"),
            '@' if !after.is_whitespace() => {
                out.push('@');
                out.push(NOTHING);
            }
            '#' if after.is_ascii_digit() => {
                out.push('#');
                out.push(NOTHING);
            }
            // `www.` makes a link of what follows, and `GH-1` a reference.
            '.' if ends_with_www(&out) => out.push_str("\\."),
            '-' if after.is_ascii_digit() && out.to_ascii_lowercase().ends_with("gh") => {
                out.push('-');
                out.push(NOTHING);
            }
            ':' if rest.starts_with("://") => out.push_str("\\:"),
            c if c.is_control() => {}
            c => out.push(c),
        }
        before = c;
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn ends_with_www(out: &str) -> bool {
    out.get(out.len().saturating_sub(3)..)
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

/// Where in a line stands what would make it a heading, an item, a rule or the like.
fn opens_a_block(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if matches!(first, '#' | '+' | '-' | '=' | ':') {
        return Some(0);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = text.as_bytes().get(digits);
    (digits > 0 && matches!(behind, Some(b'.' | b')'))).then_some(digits)
}

/// The web address that a text begins with, as far as it may stand between angle brackets.
fn url(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"];
    let scheme = scheme.into_iter().find(|scheme| text.starts_with(scheme))?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    let length = text.bytes().take_while(|b| fits(*b)).count();
    let url = text[..length].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '*', '~']);
    (url.len() > scheme.len()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comrak::nodes::NodeValue;
    use comrak::{Arena, Options};
    use proptest::prelude::*;

    #[test]
    fn words_read_as_they_were_said() {
        for (said, inline_is) in [
            ("plain words, 100% & more", "plain words, 100% & more"),
            (
                "**not bold** _nor this_",
                "\\*\\*not bold\\*\\* \\_nor this\\_",
            ),
            ("snake_case stays", "snake_case stays"),
            ("two\nlines | a cell", "two lines \\| a cell"),
            ("@channel and a@b.c", "@\u{200b}channel and a@\u{200b}b.c"),
            ("see #12, GH-3", "see #\u{200b}12, GH-\u{200b}3"),
            ("<!-- gone --> <b>", "\\<!-- gone --\\> \\<b\\>"),
            (
                "see https://a.example/x_y?z=1&q=2.",
                "see <https://a.example/x_y?z=1&q=2>.",
            ),
            ("# no heading", "\\# no heading"),
            ("1. no item", "1\\. no item"),
            ("- no item", "\\- no item"),
            ("[x](javascript:1)", "\\[x\\](javascript:1)"),
        ] {
            assert_eq!(inline(said), inline_is);
        }
        assert_eq!(block("one\n  two\n\n- three\n"), "one\ntwo\n\n\\- three");
        assert_eq!(yaml("a \"b\": c"), "\"a \\\"b\\\": c\"");
        assert_eq!(
            address("https://a.example/x(1)|2"),
            "https://a.example/x%281%29%7C2"
        );
        assert_eq!(address("javascript:alert(1)"), "");
    }

    fn options() -> Options<'static> {
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.autolink = true;
        options.extension.strikethrough = true;
        options.extension.tasklist = true;
        options.extension.footnotes = true;
        options.extension.alerts = true;
        options.extension.math_dollars = true;
        options.extension.math_code = true;
        options
    }

    /// What of a text is more than text.
    fn formatted(markdown: &str) -> Vec<String> {
        let arena = Arena::new();
        let root = comrak::parse_document(&arena, markdown, &options());
        let harmless = |value: &NodeValue| match value {
            NodeValue::Document | NodeValue::Paragraph | NodeValue::Text(_) => true,
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Escaped => true,
            NodeValue::Link(link) => link.url.starts_with("http"),
            _ => false,
        };
        root.descendants()
            .filter(|node| !harmless(&node.data().value))
            .map(|node| format!("{:?}", node.data().value))
            .collect()
    }

    fn wild() -> impl Strategy<Value = String> {
        "(\\PC|\\n|[-*_~`#>|&$@!:=+.<]|    |1\\.|<!--|-->|https://a\\.b/|www\\.a\\.b|mailto:|\\[\\^1\\]|\\]\\(|&amp;|```){0,40}"
    }

    proptest! {
        #[test]
        fn nothing_that_people_say_is_more_than_text(said in wild()) {
            let found = formatted(&block(&said));
            prop_assert!(found.is_empty(), "{:?} {:?}", block(&said), found);
            let line = inline(&said);
            prop_assert!(!line.contains('\n'));
            let found = formatted(&format!("word {line} word"));
            prop_assert!(found.is_empty(), "{:?} {:?}", line, found);
        }

        #[test]
        fn nothing_that_people_say_leaves_its_cell(said in wild()) {
            let table = format!("| a | b |\n| --- | --- |\n| {} | end |\n", inline(&said));
            let arena = Arena::new();
            let root = comrak::parse_document(&arena, &table, &options());
            let cells = root.descendants().filter(|node| matches!(node.data().value, NodeValue::TableCell));
            prop_assert_eq!(cells.count(), 4);
        }
    }
}
