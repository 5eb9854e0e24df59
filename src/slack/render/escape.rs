//! Makes text harmless: nothing in it can become a mention, a link or formatting.

use std::ops::Range;

/// A space that is not seen: keeps a sign from being taken for formatting, and words from sticking
/// to formatting that is meant.
pub(super) const ZWSP: &str = "\u{200B}";

/// Looks like a backtick and is none. Slack has no escape for backticks, and a stray one turns the
/// rest of a message into code.
const LIKE_A_BACKTICK: char = '\u{02CB}';

/// What calls many people when it stands behind an `@`.
const LOUD: [&str; 4] = ["channel", "here", "everyone", "group"];
/// How long the longest of them is.
const LOUDEST: usize = 8;

/// What a byte may be the start of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// `&`, `<`, `>`.
    Entity,
    /// `*`, `_`, `~`, a backtick.
    Mark,
    /// `@`, `#`, and `G` of `GH-12`.
    Sign,
    /// Lead bytes of characters of which some are not seen, and control characters.
    Rare,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Plain; 256];
    let mut at = 0;
    while at < 0x20 {
        kinds[at] = Kind::Rare;
        at += 1;
    }
    kinds[0x7F] = Kind::Rare;
    kinds[b'&' as usize] = Kind::Entity;
    kinds[b'<' as usize] = Kind::Entity;
    kinds[b'>' as usize] = Kind::Entity;
    kinds[b'*' as usize] = Kind::Mark;
    kinds[b'_' as usize] = Kind::Mark;
    kinds[b'~' as usize] = Kind::Mark;
    kinds[b'`' as usize] = Kind::Mark;
    kinds[b'@' as usize] = Kind::Sign;
    kinds[b'#' as usize] = Kind::Sign;
    kinds[b'G' as usize] = Kind::Sign;
    // U+0080-009F; U+061C; U+180E; U+202A-206F; U+FEFF, U+FFF9-FFFB, full-width signs; U+E0000-.
    kinds[0xC2] = Kind::Rare;
    kinds[0xD8] = Kind::Rare;
    kinds[0xE1] = Kind::Rare;
    kinds[0xE2] = Kind::Rare;
    kinds[0xEF] = Kind::Rare;
    kinds[0xF3] = Kind::Rare;
    kinds
};

/// Whether a character is shown. Not shown are controls, and what turns the direction of text or
/// hides text in text.
pub(super) fn is_shown(c: char) -> bool {
    !matches!(
        c,
        '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
            | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Whether formatting may start right after this character in Slack.
pub(super) fn may_precede_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '[' | '{' | '"' | '\'' | '\u{200B}')
}

/// Whether formatting takes effect when it ends right before this character.
pub(super) fn may_follow_mark(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '.' | ',' | ':' | ';' | '!' | '?' | ')' | ']' | '}' | '"' | '\''
        )
}

/// Writes `text[range]` as plain words. `line` is where the ink of the line starts in `out`: there,
/// a `>` would be a quote. Stops at a sign that may be a reference when `signs` are asked for;
/// returns where it stopped, which is the end of the range when it is done.
pub(super) fn text(
    out: &mut String,
    text: &str,
    range: Range<usize>,
    line: usize,
    signs: bool,
) -> usize {
    let bytes = text.as_bytes();
    let mut from = range.start;
    let mut at = range.start;
    let plain = |byte: &u8| KINDS[usize::from(*byte)] == Kind::Plain;
    while let Some(run) = bytes[at..range.end].iter().position(|byte| !plain(byte)) {
        at += run;
        let byte = bytes[at];
        match KINDS[usize::from(byte)] {
            Kind::Plain => {
                at += 1;
                continue;
            }
            Kind::Sign => {
                if !signs || (byte == b'G' && !bytes[at..].starts_with(b"GH-")) {
                    if byte != b'@' {
                        at += 1;
                        continue;
                    }
                    out.push_str(&text[from..at]);
                    at = sign(out, text, at);
                    from = at;
                    continue;
                }
                out.push_str(&text[from..at]);
                return at;
            }
            Kind::Entity => {
                out.push_str(&text[from..at]);
                if byte == b'>' && out.len() == line {
                    out.push_str(ZWSP);
                }
                out.push_str(entity(byte));
                at += 1;
            }
            Kind::Mark => {
                let Some((before, after)) = stance(bytes, at, out.len() + (at - from) == line)
                else {
                    at += 1;
                    continue;
                };
                out.push_str(&text[from..at]);
                push_defused(out, char::from(byte), before, after);
                at += 1;
            }
            Kind::Rare => {
                let c = text[at..].chars().next().unwrap_or(' ');
                let next = at + c.len_utf8();
                if let Some(instead) = instead(c) {
                    out.push_str(&text[from..at]);
                    out.push_str(instead);
                    from = next;
                } else if matches!(c, '＊' | '＿' | '～' | '｀' | '＞') {
                    // Slack takes the full-width signs that Japanese keyboards give as well.
                    out.push_str(&text[from..at]);
                    if c != '＞' || out.len() == line {
                        out.push_str(ZWSP);
                    }
                    out.push(c);
                    if c != '＞' {
                        out.push_str(ZWSP);
                    }
                    from = next;
                }
                at = next;
                continue;
            }
        }
        from = at;
    }
    out.push_str(&text[from..range.end]);
    range.end
}

/// Writes the sign at `at` and returns where the text goes on. `@here` and its like are broken up,
/// should a client ever read names in plain text again.
pub(super) fn sign(out: &mut String, text: &str, at: usize) -> usize {
    let byte = text.as_bytes()[at];
    out.push(char::from(byte));
    if byte == b'@' {
        let rest = text.get(at + 1..).unwrap_or_default().chars();
        let seen = rest.filter(|c| is_shown(*c)).take(LOUDEST);
        let seen = seen.collect::<String>().to_ascii_lowercase();
        // A word may go on in the next piece of text, behind something that is not shown.
        let loud = |word: &&str| seen.starts_with(*word) || word.starts_with(&seen);
        if LOUD.iter().any(loud) {
            out.push_str(ZWSP);
        }
    }
    at + 1
}

/// Whether the mark at `at` could open (it needs something held off after it) or close (before
/// it); `None` when it stands where Slack takes it for a letter.
fn stance(bytes: &[u8], at: usize, line_start: bool) -> Option<(bool, bool)> {
    let before = (at > 0 && !line_start).then(|| bytes[at - 1]);
    let after = bytes.get(at + 1).copied();
    if bytes[at] == b'`' {
        return Some((false, false));
    }
    let word = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric());
    if word(before) && word(after) {
        return None;
    }
    let space = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_whitespace());
    let closes = !space(before) && before.is_some();
    let opens = !space(after);
    (opens || closes).then_some((closes, opens))
}

fn push_defused(out: &mut String, sign: char, before: bool, after: bool) {
    if sign == '`' {
        out.push(LIKE_A_BACKTICK);
        return;
    }
    if before {
        out.push_str(ZWSP);
    }
    out.push(sign);
    if after {
        out.push_str(ZWSP);
    }
}

fn entity(byte: u8) -> &'static str {
    match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        _ => "&gt;",
    }
}

/// What stands in plain words for a character that may not: `None` when it may.
fn instead(c: char) -> Option<&'static str> {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(" "),
        c if is_shown(c) => None,
        _ => Some(""),
    }
}

/// Writes the words of a link, at most `most` bytes of them, on one line.
pub(super) fn label(out: &mut String, words: &str, most: usize) {
    let end = out.len() + most;
    let mut rest = words;
    while !rest.is_empty() {
        let (piece, left) = split_near(rest, 48);
        let before = out.len();
        text(out, piece, 0..piece.len(), usize::MAX, false);
        if out.len() + '…'.len_utf8() > end {
            out.truncate(before);
            out.push('…');
            return;
        }
        rest = left;
    }
}

/// Writes what stands inside a code span: one line, no backtick.
pub(super) fn code_span(out: &mut String, code: &str) {
    for c in code.chars() {
        match c {
            '&' | '<' | '>' => out.push_str(entity(c as u8)),
            '`' => out.push(LIKE_A_BACKTICK),
            c => match instead(c) {
                Some(instead) => out.push_str(instead),
                None => out.push(c),
            },
        }
    }
}

/// Writes lines of code as they are. A fence in them is broken up by a space that is not seen.
pub(super) fn code(out: &mut String, code: &str) {
    let bytes = code.as_bytes();
    let (mut from, mut at) = (0, 0);
    let mut ticks = 0;
    let plain = |byte: &u8| KINDS[usize::from(*byte)] == Kind::Plain;
    while let Some(run) = bytes[at..].iter().position(|byte| !plain(byte)) {
        at += run;
        let byte = bytes[at];
        if run > 0 || byte != b'`' {
            ticks = 0;
        }
        match KINDS[usize::from(byte)] {
            Kind::Entity => {
                out.push_str(&code[from..at]);
                out.push_str(entity(byte));
                at += 1;
                from = at;
            }
            Kind::Mark if byte == b'`' => {
                ticks += 1;
                at += 1;
                if ticks == 2 {
                    out.push_str(&code[from..at]);
                    out.push_str(ZWSP);
                    from = at;
                    ticks = 0;
                }
            }
            Kind::Rare => {
                let c = code[at..].chars().next().unwrap_or(' ');
                let next = at + c.len_utf8();
                let instead = match c {
                    '\n' | '\t' => None,
                    '\r' if bytes.get(next) == Some(&b'\n') => Some(""),
                    '\r' | '\u{2028}' | '\u{2029}' => Some("\n"),
                    // What kept backticks apart must not leave them side by side.
                    c if !is_shown(c) && code[..at].ends_with('`') => Some(ZWSP),
                    c => instead(c),
                };
                if let Some(instead) = instead {
                    out.push_str(&code[from..at]);
                    out.push_str(instead);
                    from = next;
                }
                at = next;
            }
            _ => at += 1,
        }
    }
    out.push_str(&code[from..]);
}

/// Splits after about `most` bytes: after a space where there is one, and never inside a
/// character.
pub(super) fn split_near(text: &str, most: usize) -> (&str, &str) {
    if text.len() <= most {
        return (text, "");
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let space = text.as_bytes()[..end].iter().rposition(|b| *b == b' ');
    if let Some(space) = space.filter(|space| *space > most / 2) {
        end = space + 1;
    }
    let end = end.max(text.chars().next().map_or(1, char::len_utf8));
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(from: &str) -> String {
        let mut out = String::new();
        text(&mut out, from, 0..from.len(), 0, false);
        out.replace(ZWSP, "|")
    }

    #[test]
    fn plain_words() {
        for (from, wanted) in [
            ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
            ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;"),
            ("> not a quote", "|&gt; not a quote"),
            ("＞ not a quote", "|＞ not a quote"),
            ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
            ("_x_ *y* ~z~ ", "_|x|_ *|y|* ~|z|~ "),
            ("a * b ~ c", "a * b ~ c"),
            ("`tick", "ˋtick"),
            ("@here @Channel @hereabouts", "@|here @|Channel @heron"),
            ("@\u{200B}here", "@|here"),
            ("@ch\u{202E}annel", "@|channel"),
            ("a\u{202E}b\u{2066}c\u{200B}d\u{0}e\u{FEFF}", "abcde"),
            ("障害です。「緊急」…", "障害です。「緊急」…"),
            ("é“”👨‍👩‍👧", "é“”👨‍👩‍👧"),
        ] {
            let got = plain(from);
            if from.contains("hereabouts") {
                // A longer word that starts like a loud one is broken up too: it is not seen.
                assert_eq!(got, "@|here @|Channel @|hereabouts");
            } else {
                assert_eq!(got, wanted, "{from}");
            }
        }
    }

    #[test]
    fn code_keeps_its_letters_and_never_a_fence() {
        let mut out = String::new();
        code(&mut out, "a\r\n````\n\tif a<b && *p {\u{202E}}");
        assert_eq!(
            out.replace(ZWSP, "|"),
            "a\n``|``|\n\tif a&lt;b &amp;&amp; *p {}"
        );
        for hidden in ["\u{200B}", "\u{0}", "\u{202E}\u{FEFF}", "\u{200B}`\u{200B}"] {
            let mut out = String::new();
            code(&mut out, &format!("`{hidden}``{hidden}``"));
            assert!(!out.contains("```"), "{hidden:?}: {out:?}");
        }
    }
}
