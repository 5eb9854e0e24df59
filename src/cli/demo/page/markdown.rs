//! GitHub's Markdown as safe HTML: every tag of its author is text, and nothing is loaded.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, format_html, parse_document};
use maud::{Markup, PreEscaped, html};

/// Deeper than any person nests, and far from what makes the parser slow.
const DEEPEST: usize = 100;

/// What GitHub shows of a body.
pub(super) fn shown(text: &str) -> Markup {
    if too_deep(text) {
        return html! { pre { (text) } };
    }
    let options = options();
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    for node in root.descendants() {
        let mut data = node.data.borrow_mut();
        match &mut data.value {
            // GitHub hides comments; programs keep their markers in them.
            NodeValue::HtmlInline(tag) => *tag = without_comments(tag),
            NodeValue::HtmlBlock(block) => block.literal = without_comments(&block.literal),
            // Below the headings of the page.
            NodeValue::Heading(heading) => heading.level = (heading.level + 3).min(6),
            // The page loads nothing from elsewhere, so a picture becomes its words.
            NodeValue::Image(image) => {
                let link = image.clone();
                drop(data);
                let within = node.ancestors().skip(1);
                let linked = within
                    .into_iter()
                    .any(|above| matches!(above.data.borrow().value, NodeValue::Link(_)));
                let words = if linked {
                    NodeValue::Emph
                } else {
                    NodeValue::Link(link)
                };
                node.data.borrow_mut().value = words;
            }
            _ => {}
        }
    }
    let mut written = String::new();
    match format_html(root, &options, &mut written) {
        Ok(()) => PreEscaped(written),
        Err(_) => html! { pre { (text) } },
    }
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.alerts = true;
    extension.shortcodes = true;
    options.render.hardbreaks = true;
    options.render.escape = true;
    options
}

/// Whether one line opens more quotes and lists than anybody would.
fn too_deep(text: &str) -> bool {
    text.lines().any(|line| {
        let opening = line
            .chars()
            .take_while(|c| " \t>-+*.)".contains(*c) || c.is_ascii_digit());
        opening.filter(|c| ">-+*.)".contains(*c)).count() > DEEPEST
    })
}

fn without_comments(html: &str) -> String {
    let mut left = String::new();
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        left.push_str(&rest[..start]);
        match rest[start..].find("-->") {
            Some(end) => rest = &rest[start + end + "-->".len()..],
            None => return left,
        }
    }
    left + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown() {
        for (text, wanted) in [
            (
                "a **b** `c`",
                "<p>a <strong>b</strong> <code>c</code></p>\n",
            ),
            (
                "<b onclick=x>hi</b>",
                "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n",
            ),
            ("a <!-- sssbot:v1 {} --> b", "<p>a  b</p>\n"),
            ("one\ntwo", "<p>one<br />\ntwo</p>\n"),
            ("# big", "<h4>big</h4>\n"),
            ("[x](javascript:alert(1))", "<p><a href=\"\">x</a></p>\n"),
            (
                "![alt](https://e.com/a.png)",
                "<p><a href=\"https://e.com/a.png\">alt</a></p>\n",
            ),
            (
                "[![alt](https://e.com/a.png)](https://e.com)",
                "<p><a href=\"https://e.com\"><em>alt</em></a></p>\n",
            ),
        ] {
            assert_eq!(shown(text).into_string(), wanted, "{text}");
        }
        let script = shown("<script>alert(1)</script>\n\n<!-- x -->").into_string();
        assert!(!script.contains("<script"), "{script}");
    }

    #[test]
    fn hostile_bodies_neither_crash_nor_hang() {
        // The stack of a worker of the runtime is 2 MiB; a test's thread has as much.
        for part in [
            ">", "> ", "- ", "1. ", "*", "**a ", "[", "![", "<", "`", "|", "~~a", "&", "a@b.",
        ] {
            let text = part.repeat(60_000 / part.len());
            assert!(!shown(&text).into_string().is_empty());
        }
    }
}
