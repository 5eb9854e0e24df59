//! Reads the HTML that people write in Markdown: tags are understood or dropped, their text stays.

use super::links;
use super::markdown::Words;
use super::writer::{Mark, Writer};

/// One piece of HTML.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'h> {
    Text(&'h str),
    /// Name, and what stands between it and the `>`.
    Open(&'h str, &'h str),
    Close(&'h str),
}

/// Cuts HTML into pieces; comments and declarations give none.
struct Pieces<'h>(&'h str);

impl<'h> Iterator for Pieces<'h> {
    type Item = Piece<'h>;

    fn next(&mut self) -> Option<Piece<'h>> {
        loop {
            let html = self.0;
            if html.is_empty() {
                return None;
            }
            let Some(rest) = html.strip_prefix('<') else {
                let end = html.find('<').unwrap_or(html.len());
                self.0 = &html[end..];
                return Some(Piece::Text(&html[..end]));
            };
            if let Some(comment) = rest.strip_prefix("!--") {
                self.0 = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            if rest.starts_with(['!', '?']) {
                self.0 = rest.find('>').map_or("", |end| &rest[end + 1..]);
                continue;
            }
            let (close, rest) = match rest.strip_prefix('/') {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let name_end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap_or(rest.len());
            if name_end == 0 {
                // A lone `<` is text.
                self.0 = &html[1..];
                return Some(Piece::Text(&html[..1]));
            }
            let (name, rest) = rest.split_at(name_end);
            let end = tag_end(rest);
            self.0 = rest.get(end + 1..).unwrap_or_default();
            let inside = &rest[..end];
            return Some(if close {
                Piece::Close(name)
            } else {
                Piece::Open(name, inside)
            });
        }
    }
}

/// Where the `>` of a tag stands, quoted values passed over.
fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that never ends: the first `>` then, as every browser does in the end.
    rest.find('>').unwrap_or(rest.len())
}

/// The value of an attribute, entities decoded.
fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=' || c == '/')
            .unwrap_or(rest.len());
        if end == 0 && !rest.starts_with('=') {
            return None;
        }
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            rest = after;
            continue;
        };
        let (value, left) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((value, "")),
            _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            let mut out = String::new();
            decode(&mut out, value);
            return Some(out);
        }
        rest = left;
    }
}

/// Decodes the entities that people write in HTML by hand.
fn decode(out: &mut String, html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|b| b == b';');
        let decoded = end.and_then(|end| one_entity(&rest[1..end]));
        match (decoded, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn one_entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "copy" => '©',
        "rarr" => '→',
        "larr" => '←',
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_a_browser_reads_them() {
        let pieces: Vec<_> = Pieces("a<b x='>'>c</b><!-- > -->< d<br/>").collect();
        assert_eq!(
            pieces,
            [
                Piece::Text("a"),
                Piece::Open("b", " x='>'"),
                Piece::Text("c"),
                Piece::Close("b"),
                Piece::Text("<"),
                Piece::Text(" d"),
                Piece::Open("br", "/"),
            ]
        );
        for (tag, name, wanted) in [
            (" href=\"a&amp;b\"", "href", Some("a&b")),
            (" alt='x y' src=z /", "src", Some("z")),
            (" HREF = q", "href", Some("q")),
            (" disabled src=\"s\"", "src", Some("s")),
            (" src", "src", None),
            (" =x", "src", None),
        ] {
            assert_eq!(attribute(tag, name).as_deref(), wanted, "{tag}");
        }
    }
}
