//! Fences, quotes and the marks within a line.

use super::lex::Atom;
use super::{Block, Inline};
use crate::sandbox::slack::emoji;

pub(super) fn blocks(atoms: &[Atom]) -> Vec<Block> {
    let mut found = Vec::new();
    let mut rest = atoms;
    let mut after_fence = false;
    while let Some((start, end)) = fence(rest) {
        let mut text = &rest[..start];
        if is(text.last(), '\n') {
            text = &text[..text.len() - 1];
        }
        lines(text, after_fence, &mut found);
        let mut code = &rest[start + 3..end];
        if is(code.first(), '\n') {
            code = &code[1..];
        }
        if is(code.last(), '\n') {
            code = &code[..code.len() - 1];
        }
        found.push(Block::Pre(bare(code)));
        rest = &rest[end + 3..];
        after_fence = true;
    }
    lines(rest, after_fence, &mut found);
    found
}

fn is(atom: Option<&Atom>, letter: char) -> bool {
    atom == Some(&Atom::Letter(letter))
}

/// Where the first fence opens and closes, if one does both.
fn fence(atoms: &[Atom]) -> Option<(usize, usize)> {
    let ticks = |from: usize| {
        (from..atoms.len().saturating_sub(2))
            .find(|at| atoms[*at..*at + 3].iter().all(|atom| is(Some(atom), '`')))
    };
    let start = ticks(0)?;
    let end = ticks(start + 4)?;
    Some((start, end))
}

fn lines(atoms: &[Atom], after_fence: bool, found: &mut Vec<Block>) {
    let mut atoms = atoms;
    if after_fence && is(atoms.first(), '\n') {
        atoms = &atoms[1..];
    }
    if atoms.is_empty() {
        return;
    }
    let mut plain = Vec::new();
    let mut quote = Vec::new();
    let mut to_the_end = false;
    for line in atoms.split(|atom| is(Some(atom), '\n')) {
        let bars = line.iter().take_while(|atom| is(Some(atom), '>')).count();
        if to_the_end || bars > 0 {
            if !plain.is_empty() {
                found.push(Block::Lines(std::mem::take(&mut plain)));
            }
            let skip = match (to_the_end, bars) {
                (true, _) => 0,
                (false, 3..) => 3,
                (false, _) => 1,
            };
            to_the_end |= bars >= 3;
            let mut said = &line[skip..];
            if skip > 0 && is(said.first(), ' ') {
                said = &said[1..];
            }
            quote.push(inline(said, "*_~"));
        } else {
            if !quote.is_empty() {
                found.push(Block::Quote(std::mem::take(&mut quote)));
            }
            plain.push(inline(line, "*_~"));
        }
    }
    if !plain.is_empty() {
        found.push(Block::Lines(plain));
    }
    if !quote.is_empty() {
        found.push(Block::Quote(quote));
    }
}

/// Text and items with no marks read: what stands in code.
fn bare(atoms: &[Atom]) -> Vec<Inline> {
    let mut found = Vec::new();
    let mut text = String::new();
    for atom in atoms {
        match atom {
            Atom::Letter(c) => text.push(*c),
            Atom::Item(item) => {
                if !text.is_empty() {
                    found.push(Inline::Text(std::mem::take(&mut text)));
                }
                found.push(item.clone());
            }
        }
    }
    if !text.is_empty() {
        found.push(Inline::Text(text));
    }
    found
}

fn is_word(atom: Option<&Atom>) -> bool {
    matches!(atom, Some(Atom::Letter(c)) if c.is_alphanumeric())
}

fn is_space(atom: Option<&Atom>) -> bool {
    matches!(atom, Some(Atom::Letter(c)) if c.is_whitespace())
}

/// One line; `marks` are those that may open here, so nesting ends after three.
fn inline(atoms: &[Atom], marks: &str) -> Vec<Inline> {
    let spans = code_spans(atoms);
    let closers: Vec<Vec<usize>> = marks
        .chars()
        .map(|mark| closing(atoms, mark, &spans))
        .collect();
    let mut found = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    let mut spans = spans.into_iter().peekable();
    while at < atoms.len() {
        while spans.peek().is_some_and(|(start, _)| *start < at) {
            spans.next();
        }
        let mut step: Option<(Inline, usize)> = None;
        match &atoms[at] {
            Atom::Letter('`') => {
                if let Some((_, end)) = spans.peek().copied().filter(|(start, _)| *start == at) {
                    step = Some((Inline::Code(bare(&atoms[at + 1..end])), end + 1));
                }
            }
            Atom::Letter(c) => {
                if let Some(which) = marks.chars().position(|mark| mark == *c)
                    && opens(atoms, at, *c)
                    && let Some(end) = next(&closers[which], at + 2)
                {
                    let others: String = marks.chars().filter(|mark| mark != c).collect();
                    let inner = inline(&atoms[at + 1..end], &others);
                    let whole = match c {
                        '*' => Inline::Bold(inner),
                        '_' => Inline::Italic(inner),
                        _ => Inline::Strike(inner),
                    };
                    step = Some((whole, end + 1));
                }
            }
            Atom::Item(item) => step = Some((item.clone(), at + 1)),
        }
        match (step, &atoms[at]) {
            (Some((item, next)), _) => {
                flush(&mut text, &mut found);
                found.push(item);
                at = next;
            }
            (None, Atom::Letter(c)) => {
                text.push(*c);
                at += 1;
            }
            (None, Atom::Item(_)) => at += 1,
        }
    }
    flush(&mut text, &mut found);
    found
}

fn flush(text: &mut String, found: &mut Vec<Inline>) {
    if !text.is_empty() {
        found.push(Inline::Text(emoji::replace(text)));
        text.clear();
    }
}

/// Where code opens and closes within the line.
fn code_spans(atoms: &[Atom]) -> Vec<(usize, usize)> {
    let ticks: Vec<usize> = (0..atoms.len())
        .filter(|at| is(atoms.get(*at), '`'))
        .collect();
    let mut spans = Vec::new();
    let mut i = 0;
    while i + 1 < ticks.len() {
        if ticks[i + 1] > ticks[i] + 1 {
            spans.push((ticks[i], ticks[i + 1]));
            i += 2;
        } else {
            i += 1;
        }
    }
    spans
}

fn opens(atoms: &[Atom], at: usize, mark: char) -> bool {
    let before = at.checked_sub(1).and_then(|at| atoms.get(at));
    let after = atoms.get(at + 1);
    !is_word(before) && !is(before, mark) && after.is_some() && !is_space(after) && !is(after, mark)
}

/// Where `mark` may close, in order.
fn closing(atoms: &[Atom], mark: char, spans: &[(usize, usize)]) -> Vec<usize> {
    let mut spans = spans.iter().peekable();
    (1..atoms.len())
        .filter(|at| is(atoms.get(*at), mark))
        .filter(|at| {
            while spans.peek().is_some_and(|(_, end)| end < at) {
                spans.next();
            }
            spans.peek().is_none_or(|(start, _)| start >= at)
        })
        .filter(|at| {
            let (before, after) = (atoms.get(at - 1), atoms.get(at + 1));
            !is_space(before) && !is(before, mark) && !is_word(after) && !is(after, mark)
        })
        .collect()
}

fn next(closers: &[usize], from: usize) -> Option<usize> {
    closers
        .get(closers.partition_point(|at| *at < from))
        .copied()
}
