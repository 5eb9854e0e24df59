//! Writes the HTML that people put into Markdown: tags are understood or dropped, their text stays.

use super::links;
use super::markdown::Words;
use super::tags::{Piece, Pieces, attribute, decode};
use super::writer::{Mark, Writer};

/// What HTML has opened in this paragraph and not closed.
#[derive(Default)]
pub(super) struct Html {
    marks: [u32; 3],
    anchors: u32,
    code: bool,
}

impl Html {
    /// Writes a block of HTML.
    pub(super) fn block(&mut self, out: &mut Writer<'_>, html: &str, words: &Words) {
        let mut hidden: Option<&str> = None;
        let mut pre: Option<String> = None;
        let mut text = String::new();
        for piece in Pieces(html) {
            if let Some(name) = hidden {
                if matches!(piece, Piece::Close(end) if end.eq_ignore_ascii_case(name)) {
                    hidden = None;
                }
                continue;
            }
            if let Some(code) = &mut pre {
                match piece {
                    Piece::Text(piece) => decode(code, piece),
                    Piece::Close(name) if name.eq_ignore_ascii_case("pre") => {
                        let code = pre.take().unwrap_or_default();
                        out.fence(|to| super::escape::code(to, code.trim_matches('\n')));
                    }
                    Piece::Open(name, _) if name.eq_ignore_ascii_case("br") => code.push('\n'),
                    Piece::Open(..) | Piece::Close(_) => {}
                }
                continue;
            }
            match piece {
                Piece::Text(piece) => {
                    text.clear();
                    decode(&mut text, piece);
                    flow(out, &text);
                }
                Piece::Open(name, _) if is_one_of(name, &["script", "style", "template"]) => {
                    hidden = Some(name);
                }
                Piece::Open(name, _) if name.eq_ignore_ascii_case("pre") => {
                    pre = Some(String::new());
                }
                Piece::Open(name, inside) => self.opened(out, name, inside, words),
                Piece::Close(name) => self.closed(out, name),
            }
        }
        if let Some(code) = pre {
            out.fence(|to| super::escape::code(to, code.trim_matches('\n')));
        }
        self.end(out);
    }

    /// Writes one tag that stands among Markdown.
    pub(super) fn inline(&mut self, out: &mut Writer<'_>, html: &str, words: &Words) {
        for piece in Pieces(html) {
            match piece {
                Piece::Text(text) => out.text(text),
                Piece::Open(name, inside) => self.opened(out, name, inside, words),
                Piece::Close(name) => self.closed(out, name),
            }
        }
    }

    /// The paragraph is over: what is still open ends with it.
    pub(super) fn end(&mut self, out: &mut Writer<'_>) {
        if self.anchors > 0 {
            out.end_labels();
            self.anchors = 0;
        }
        for mark in [Mark::Bold, Mark::Italic, Mark::Strike] {
            for _ in 0..std::mem::take(&mut self.marks[mark as usize]) {
                out.close(mark);
            }
        }
        self.code = false;
    }

    /// Whether the text that follows stands in `<code>` and must be shown as it is.
    pub(super) fn in_code(&self) -> bool {
        self.code
    }

    fn opened(&mut self, out: &mut Writer<'_>, name: &str, inside: &str, words: &Words) {
        if let Some(mark) = mark_of(name) {
            if name.eq_ignore_ascii_case("summary") {
                out.gap(1);
            }
            self.marks[mark as usize] += 1;
            out.open(mark);
        } else if is_code(name) {
            self.code = true;
        } else if name.eq_ignore_ascii_case("a") {
            if let Some(href) = attribute(inside, "href") {
                self.anchors += 1;
                out.begin_label(&href);
            }
        } else if name.eq_ignore_ascii_case("img") {
            let alt = attribute(inside, "alt").unwrap_or_default();
            let src = attribute(inside, "src").unwrap_or_default();
            image(out, &src, &alt, words);
        } else if is_one_of(name, &["video", "audio"]) {
            if let Some(src) = attribute(inside, "src") {
                out.link(&src, &src);
            }
        } else if name.eq_ignore_ascii_case("hr") {
            out.gap(1);
            out.bare(super::markdown::RULE);
            out.gap(1);
        } else if name.eq_ignore_ascii_case("li") {
            out.gap(1);
            out.bare("• ");
        } else if is_one_of(name, &["td", "th"]) {
            if !out.fresh() {
                out.bare(" | ");
            }
        } else if breaks(name) {
            out.gap(1);
        }
    }

    fn closed(&mut self, out: &mut Writer<'_>, name: &str) {
        if let Some(mark) = mark_of(name) {
            let open = &mut self.marks[mark as usize];
            if *open > 0 {
                *open -= 1;
                out.close(mark);
            }
            if is_one_of(name, &["summary", "h1", "h2", "h3", "h4", "h5", "h6"]) {
                out.gap(1);
            }
        } else if is_code(name) {
            self.code = false;
        } else if name.eq_ignore_ascii_case("a") {
            if self.anchors > 0 {
                self.anchors -= 1;
                out.end_label();
            }
        } else if is_one_of(name, &["p", "details", "table", "ul", "ol"]) {
            out.gap(2);
        } else if breaks(name) && !name.eq_ignore_ascii_case("br") {
            out.gap(1);
        }
    }
}

/// An image as a link with its words.
pub(super) fn image(out: &mut Writer<'_>, src: &str, alt: &str, words: &Words) {
    let alt = if alt.trim().is_empty() {
        words.image
    } else {
        alt
    };
    if links::target(src, None).is_none() && src.is_empty() {
        return out.bare(&format!("🖼 {alt}"));
    }
    out.link(src, &format!("🖼 {alt}"));
}

/// Text of HTML: any run of white space is one space, and none starts a line.
fn flow(out: &mut Writer<'_>, text: &str) {
    let mut space = text.starts_with(|c: char| c.is_ascii_whitespace());
    for word in text.split_ascii_whitespace() {
        if space && !out.fresh() {
            out.bare(" ");
        }
        out.text(word);
        space = true;
    }
    let ends = text.ends_with(|c: char| c.is_ascii_whitespace());
    if ends && !text.trim().is_empty() && !out.fresh() {
        out.bare(" ");
    }
}

fn mark_of(name: &str) -> Option<Mark> {
    if is_one_of(
        name,
        &["b", "strong", "summary", "h1", "h2", "h3", "h4", "h5", "h6"],
    ) {
        Some(Mark::Bold)
    } else if is_one_of(name, &["i", "em", "cite", "dfn", "var"]) {
        Some(Mark::Italic)
    } else if is_one_of(name, &["s", "del", "strike"]) {
        Some(Mark::Strike)
    } else {
        None
    }
}

fn is_code(name: &str) -> bool {
    is_one_of(name, &["code", "kbd", "tt", "samp"])
}

fn breaks(name: &str) -> bool {
    is_one_of(
        name,
        &[
            "br",
            "p",
            "div",
            "details",
            "table",
            "thead",
            "tbody",
            "tr",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "blockquote",
            "section",
            "article",
            "figure",
            "figcaption",
            "center",
            "header",
        ],
    )
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}
