//! Cuts mrkdwn into pieces that fit a block, at the best place there is.

use super::escape::ZWSP;
use super::writer::Draft;

const OPEN: &str = "```\n";
const CLOSE: &str = "\n```";

/// The start of a draft, at most `limit` bytes of it; nothing when it says nothing.
pub(super) fn glance(draft: &Draft, limit: usize) -> Option<String> {
    let text = draft.text.as_str();
    let mut end = text.len();
    let mut close = false;
    if end > limit {
        let mut reach = limit;
        while !text.is_char_boundary(reach) {
            reach -= 1;
        }
        (end, close) = end_before(draft, 0, reach, limit);
    }
    let said = text[..end].trim_end_matches(['\n', ' ']);
    let close = if close { CLOSE } else { "" };
    (!said.trim_start().is_empty()).then(|| format!("{said}{close}"))
}

/// Cuts a draft into pieces of at most `limit` UTF-16 units each (so never more characters
/// either), `total` in all. Says whether something is left out.
pub(super) fn pieces(draft: Draft, limit: usize, total: usize) -> (Vec<String>, bool) {
    if draft.text.len() <= limit.min(total) {
        let said = !draft.text.trim().is_empty();
        return (if said { vec![draft.text] } else { Vec::new() }, draft.cut);
    }
    cut(&draft, limit, total)
}

fn cut(draft: &Draft, limit: usize, total: usize) -> (Vec<String>, bool) {
    let text = draft.text.as_str();
    let mut pieces = Vec::new();
    let mut left = total;
    let mut at = 0;
    while at < text.len() {
        let fence = around(&draft.fences, at);
        let open = if fence.is_some() {
            OPEN
        } else {
            taken_up(text, at)
        };
        let most = limit.min(left);
        // A piece shorter than this says nothing and costs a block.
        if most < 80.min(limit) && !pieces.is_empty() {
            return (pieces, true);
        }
        let room = most.saturating_sub(units(open));
        let (end, close) = end_of_piece(draft, at, room);
        if end <= at {
            return (pieces, true);
        }
        let body = text[at..end].trim_end_matches(['\n', ' ']);
        let mut piece = String::with_capacity(open.len() + body.len() + CLOSE.len());
        piece.push_str(open);
        piece.push_str(body);
        if close {
            piece.push_str(CLOSE);
        }
        at = after_newlines(text, end);
        if let Some((_, fence_end)) = around(&draft.fences, at).filter(|(_, end)| at + 3 >= *end) {
            // All of the code is said: its last line of three backticks is not code.
            at = after_newlines(text, fence_end);
        }
        if !close {
            // A space at the start of a block is nothing, a space before a list is its indent.
            let spaces = text[at..].len() - text[at..].trim_start_matches(' ').len();
            if spaces == 1 {
                at += 1;
            }
        }
        if !body.trim().is_empty() {
            if at < text.len() {
                left = left.saturating_sub(units(&piece));
            }
            pieces.push(piece);
        }
    }
    (pieces, draft.cut)
}

fn after_newlines(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches('\n').len()
}

/// What a piece starts with when it takes up a line in its middle: the mark of the quote that the
/// line is in, or something that keeps its first letter from being one.
fn taken_up(text: &str, at: usize) -> &'static str {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let starts_a_quote = text[at..].starts_with("&gt;") || text[at..].starts_with('＞');
    if line < at && text[line..].starts_with("> ") {
        "> "
    } else if starts_a_quote {
        ZWSP
    } else {
        ""
    }
}

/// Where the piece that starts at `at` ends, and whether a fence has to be closed there.
fn end_of_piece(draft: &Draft, at: usize, room: usize) -> (usize, bool) {
    let text = draft.text.as_str();
    let reach = reach(text, at, room);
    if reach == text.len() {
        return (reach, false);
    }
    end_before(draft, at, reach, room)
}

/// The same for a text that goes on behind `reach`.
fn end_before(draft: &Draft, at: usize, reach: usize, room: usize) -> (usize, bool) {
    let text = draft.text.as_str();
    let half = at + (reach - at) / 2;
    if let Some((start, end)) = around(&draft.fences, reach) {
        if start > half {
            return (start, false);
        }
        let inside = (start + OPEN.len()).max(at);
        let reach = self::reach(text, at, room.saturating_sub(CLOSE.len())).min(reach);
        let last = (end - CLOSE.len()).min(reach);
        if last <= inside {
            // No room for a line of it.
            return (if start > at { start } else { at }, false);
        }
        let line = text[inside..last].rfind('\n').map(|line| inside + line);
        let cut = if last == end - CLOSE.len() {
            last
        } else {
            line.filter(|line| *line > inside)
                .unwrap_or_else(|| letter_boundary(draft, inside, last))
        };
        return (cut, cut > at);
    }
    let reach = before_atom(draft, reach).max(at);
    match good_place(draft, at, half, reach) {
        Some(cut) => (cut, false),
        None if reach > at => (letter_boundary(draft, at, reach), false),
        // A single thing longer than the piece: it goes whole to the next one, or nowhere.
        None => (at, false),
    }
}

/// The best place to cut before `reach`: the last blank line behind `half`, else the last line
/// break, the last end of a sentence, the last space there; else any line break behind `at`.
fn good_place(draft: &Draft, at: usize, half: usize, reach: usize) -> Option<usize> {
    let bytes = draft.text.as_bytes();
    let free = |cut: usize| around(&draft.fences, cut).is_none() && before_atom(draft, cut) == cut;
    let (mut line, mut sentence, mut space) = (None, None, None);
    for place in (at + 1..reach).rev() {
        if place <= half && (line.is_some() || sentence.is_some() || space.is_some()) {
            break;
        }
        match bytes[place] {
            b'\n' if bytes[place - 1] == b'\n' && place > half && free(place - 1) => {
                return Some(place - 1);
            }
            b'\n' if line.is_none() && free(place) => line = Some(place),
            b' ' if place > half && line.is_none() && sentence.is_none() => {
                if bytes[place - 1] == b'.' && free(place) {
                    sentence = Some(place);
                } else if space.is_none() && free(place) {
                    space = Some(place);
                }
            }
            0x82 if place > half && line.is_none() && sentence.is_none() => {
                let stop = bytes[..=place].ends_with("。".as_bytes());
                if stop && place + 1 < reach && free(place + 1) {
                    sentence = Some(place + 1);
                }
            }
            _ => {}
        }
    }
    line.or(sentence).or(space)
}

/// The range that `cut` would go through. The ranges are in order and apart.
fn around(ranges: &[(usize, usize)], cut: usize) -> Option<(usize, usize)> {
    let after = ranges.partition_point(|(start, _)| *start < cut);
    let range = ranges.get(after.checked_sub(1)?)?;
    (cut < range.1).then_some(*range)
}

/// The start of the link, the code span or the run that `cut` would go through; else `cut`.
fn before_atom(draft: &Draft, cut: usize) -> usize {
    around(&draft.atoms, cut).map_or(cut, |(start, _)| start)
}

/// The last place up to `reach` that is not inside an entity or between a letter and what belongs
/// to it.
fn letter_boundary(draft: &Draft, at: usize, reach: usize) -> usize {
    let text = draft.text.as_str();
    if let Some(entity) = inside_entity(text, at, reach) {
        return entity;
    }
    let belongs = |c: char| {
        matches!(
            c,
            '\u{200D}' | '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{3099}' | '\u{309A}'
                | '\u{1F3FB}'..='\u{1F3FF}'
        )
    };
    let mut cut = reach;
    for _ in 0..16 {
        let next = text[cut..].chars().next();
        let last = text[at..cut].chars().next_back();
        match last {
            Some(last) if next.is_some_and(belongs) || last == '\u{200D}' => {
                cut -= last.len_utf8();
            }
            _ => break,
        }
    }
    // What belongs to a letter may stand behind an entity, too.
    let cut = inside_entity(text, at, cut).unwrap_or(cut);
    if cut > at && before_atom(draft, cut) == cut {
        cut
    } else {
        reach
    }
}

/// The start of the entity (`&lt;`) that `cut` would go through.
fn inside_entity(text: &str, at: usize, cut: usize) -> Option<usize> {
    let window = &text[at..cut];
    let entity = window.rfind('&').filter(|entity| *entity > 0)?;
    let open = window.len() - entity < 5 && !window[entity..].contains(';');
    open.then_some(at + entity)
}

/// The end of the longest part from `at` on that has at most `room` UTF-16 units.
fn reach(text: &str, at: usize, room: usize) -> usize {
    if text.len() - at <= room {
        return text.len();
    }
    let (mut end, mut left) = (at, room);
    // No letter has more units than bytes: so many bytes always fit, and few rounds are enough.
    while left > 0 && end < text.len() {
        let mut next = (end + left).min(text.len());
        while !text.is_char_boundary(next) {
            next -= 1;
        }
        if next == end {
            break;
        }
        left -= units(&text[end..next]);
        end = next;
    }
    // What may still fit is shorter than a letter's bytes.
    for c in text[end..].chars() {
        if c.len_utf16() > left {
            break;
        }
        left -= c.len_utf16();
        end += c.len_utf8();
    }
    end
}

/// The length of a text as the stricter of two ways to count: UTF-16 units. Every byte that starts
/// a letter is one, and a letter of four bytes is two.
pub(super) fn units(text: &str) -> usize {
    let bytes = text.as_bytes();
    let starts = bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count();
    let pairs = bytes.iter().filter(|b| **b >= 0xF0).count();
    starts + pairs
}
