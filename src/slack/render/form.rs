//! The texts of forms: lines of mrkdwn, and plain text, each as long as its place takes.

use super::refs::Refs;
use super::writer::{Mark, Writer};
use super::{BLOCK, Style, cut, escape};
use crate::slack::form::Piece;

/// What stands where a text that must be there is empty.
pub(in crate::slack) const NOTHING: &str = "–";

/// A line of mrkdwn, at most `limit` UTF-16 units of it and never empty. Its pieces may hold line
/// breaks. Nothing in it is live but people, groups and channels that were given by their ids.
pub(in crate::slack) fn line(pieces: &[Piece], style: &Style<'_>, limit: usize) -> String {
    let refs = Refs::new(style, None);
    let mut out = Writer::new(refs, 256);
    for piece in pieces {
        write(&mut out, piece, refs);
    }
    let limit = limit.min(BLOCK);
    let (pieces, cut) = cut::pieces(out.finish(), limit - 1, limit - 1);
    let first = pieces.into_iter().next().unwrap_or_default();
    if !first.chars().any(is_ink) {
        return NOTHING.to_owned();
    }
    // Behind the end of a fence or a span, it would take away its effect: there is none here.
    if cut { format!("{first}…") } else { first }
}

fn write(out: &mut Writer<'_>, piece: &Piece, refs: Refs<'_>) {
    match piece {
        Piece::Text(text) => lines(out, text),
        Piece::Strong(text) => {
            out.open(Mark::Bold);
            lines(out, text);
            out.close(Mark::Bold);
        }
        Piece::Code(code) => out.code(code),
        Piece::Link { url, text } => out.link(url, text),
        Piece::Time(at) => out.time(*at, None),
        Piece::Person(login) => match refs.person(login.as_str()) {
            Some((url, name)) => out.link(&url, &name),
            None => out.bare(&format!("@{login}")),
        },
        Piece::Member(id) if is_id(id.as_str(), "UW") => out.live(&format!("<@{id}>")),
        Piece::Member(id) => out.bare(&format!("@{id}")),
        // Handles are in lower case, and no id is as short as an acronym.
        Piece::Group(id) if is_id(id, "S") && id.len() >= 8 => {
            out.live(&format!("<!subteam^{id}>"));
        }
        Piece::Group(handle) => out.bare(&format!("@{}", handle.trim_start_matches('@'))),
        Piece::Channel(id) if is_id(id.as_str(), "CG") => out.live(&format!("<#{id}>")),
        Piece::Channel(id) => out.bare(&format!("#{id}")),
    }
}

fn lines(out: &mut Writer<'_>, text: &str) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.gap(1);
        }
        out.bare(line);
    }
}

fn is_id(id: &str, first: &str) -> bool {
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    id.starts_with(|c| first.contains(c)) && (2..=32).contains(&id.len()) && id.bytes().all(plain)
}

fn is_ink(c: char) -> bool {
    !c.is_whitespace() && escape::is_shown(c)
}

/// One line of plain text, at most `limit` UTF-16 units, never empty. Nothing is ever live in
/// Slack's plain text; what is not seen, or turns the direction of what is, is left out.
pub(in crate::slack) fn plain(text: &str, limit: usize) -> String {
    let shown = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    let shown: String = shown.filter(|c| escape::is_shown(*c)).collect();
    let shown = shown.trim();
    if !shown.chars().any(is_ink) {
        return NOTHING.to_owned();
    }
    let (first, rest) = split(shown, limit);
    if rest.is_empty() {
        return first.to_owned();
    }
    let (first, _) = split(shown, limit - 1);
    format!("{}…", first.trim_end())
}

/// As much of a text as has `limit` UTF-16 units, and what is left.
pub(in crate::slack) fn split(text: &str, limit: usize) -> (&str, &str) {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > limit {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// How long a text is, as Slack counts at worst.
pub(in crate::slack) fn units(text: &str) -> usize {
    cut::units(text)
}
