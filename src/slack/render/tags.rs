//! Cuts HTML into text and tags, as forgiving as a browser.

/// One piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    Text(&'h str),
    /// Name, and what stands between it and the `>`.
    Open(&'h str, &'h str),
    Close(&'h str),
}

/// Cuts HTML into pieces; comments and declarations give none.
pub(super) struct Pieces<'h>(pub(super) &'h str);

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
pub(super) fn attribute(tag: &str, wanted: &str) -> Option<String> {
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
pub(super) fn decode(out: &mut String, html: &str) {
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
