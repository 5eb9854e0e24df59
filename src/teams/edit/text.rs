//! Small changes to a YAML text that leave everything else in it as it is: comments, anchors, order,
//! indentation.

use std::ops::Range;

use crate::yaml::{self, Node, Value};

/// A text in which nothing but this place is to change; `None` where it cannot be said what would
/// have to change.
pub(super) type Changed = Option<String>;

/// The text as a scalar that means itself wherever it stands, in quotes only if it has to be.
pub(super) fn scalar(text: &str) -> String {
    let tame = |c: char| c.is_alphanumeric() || "-_.@".contains(c);
    let plain = text.chars().all(|c| tame(c) || c == ' ')
        && text.starts_with(char::is_alphanumeric)
        && text.ends_with(|c: char| c.is_alphanumeric());
    let stands = |read: Result<Node, yaml::Problem>| {
        read.is_ok_and(|root| match root.value {
            Value::List(items) => {
                matches!(items.as_slice(), [one] if one.value == Value::Text(text.to_owned()))
            }
            _ => false,
        })
    };
    if plain && stands(yaml::read(&format!("[{text}]"))) && stands(yaml::read(&format!("- {text}")))
    {
        return text.to_owned();
    }
    quoted(text)
}

/// The text in double quotes, with everything that cannot be seen written out.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let code = u32::from(c);
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            _ if code > 0xffff && !c.is_alphanumeric() && !is_emoji(code) => {
                out += &format!("\\U{code:08X}");
            }
            _ if c.is_control() || is_unseen(code) => out += &format!("\\u{code:04X}"),
            _ => out.push(c),
        }
    }
    out + "\""
}

fn is_unseen(code: u32) -> bool {
    matches!(code, 0x7f..=0xa0 | 0xad | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xfff0..=0xffff)
}

fn is_emoji(code: u32) -> bool {
    matches!(code, 0x1f000..=0x1faff)
}

/// Where a value that stands itself (not through an alias) ends.
pub(super) fn end(text: &str, node: &Node) -> Option<usize> {
    let start = node.bytes.start;
    match &node.value {
        Value::List(items) => match text.get(start..)?.starts_with('[') {
            true => flow_end(text, start),
            false => items
                .iter()
                .map(|item| item_end(text, item))
                .try_fold(start, |most, end| Some(most.max(end?))),
        },
        Value::Map(entries) => match text.get(start..)?.starts_with('{') {
            true => flow_end(text, start),
            false => entries.iter().try_fold(start, |most, (_, inside)| {
                Some(most.max(item_end(text, inside)?))
            }),
        },
        _ => Some(node.bytes.end),
    }
}

/// The same for what may be an alias.
fn item_end(text: &str, node: &Node) -> Option<usize> {
    match node.anchor {
        None => end(text, node),
        Some(_) => alias(text, node).map(|range| range.end),
    }
}

/// Where the alias stands through which a value is here.
pub(super) fn alias(text: &str, node: &Node) -> Option<Range<usize>> {
    let start = offset(text, node.line, node.column)?;
    let rest = text.get(start..)?;
    rest.starts_with('*').then_some(())?;
    let ends = |c: char| c.is_whitespace() || ",[]{}".contains(c);
    Some(start..start + rest.find(ends).unwrap_or(rest.len()))
}

/// The byte at which a line and column stand.
pub(super) fn offset(text: &str, line: u64, column: u64) -> Option<usize> {
    let line = usize::try_from(line.checked_sub(1)?).ok()?;
    let column = usize::try_from(column.checked_sub(1)?).ok()?;
    let mut start = 0;
    for _ in 0..line {
        start += text.get(start..)?.find('\n')? + 1;
    }
    // The mark at the beginning of some files is no column.
    if line == 0 && text.starts_with('\u{feff}') {
        start += '\u{feff}'.len_utf8();
    }
    let rest = text.get(start..)?;
    let mut chars = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    Some(start + chars.nth(column)?)
}

/// Where a bracket that opens here closes, quotes and comments aside.
fn flow_end(text: &str, start: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut chars = text.get(start..)?.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(start + at + 1);
                }
            }
            '#' if before.is_whitespace() => {
                while chars.peek().is_some_and(|(_, c)| *c != '\n') {
                    chars.next();
                }
            }
            // A quote opens only where a value may begin.
            '"' | '\'' if before.is_whitespace() || "[{,:".contains(before) => loop {
                match chars.next()? {
                    (_, '\\') if c == '"' => {
                        chars.next();
                    }
                    (_, end) if end == c => {
                        let doubled = c == '\'' && chars.peek().is_some_and(|(_, n)| *n == '\'');
                        match doubled {
                            true => chars.next(),
                            false => break,
                        };
                    }
                    _ => {}
                }
            },
            _ => {}
        }
        before = c;
    }
    None
}

/// Puts something in the place of a range.
pub(super) fn replaced(text: &str, range: Range<usize>, with: &str) -> Changed {
    let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
    Some(format!("{before}{with}{after}"))
}

fn line_start(text: &str, at: usize) -> Option<usize> {
    Some(text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1))
}

/// The byte after the line in which `at` stands.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    Some(at + rest.find('\n').map_or(rest.len(), |newline| newline + 1))
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Puts lines after the line in which `at` stands.
fn after_line(text: &str, at: usize, lines: &str) -> Changed {
    let end = line_end(text, at)?;
    let newline = newline(text);
    let missing = if text.get(..end)?.ends_with('\n') {
        ""
    } else {
        newline
    };
    let lines = lines.replace('\n', newline);
    replaced(text, end..end, &format!("{missing}{lines}{newline}"))
}

/// A list with one more at its end. `item` may have lines of its own, each but the first to be
/// indented like the list.
pub(super) fn added(text: &str, list: &Node, item: &str) -> Changed {
    if list.anchor.is_some() {
        // The alias brings a list; a list in a list is laid out flat.
        let alias = alias(text, list)?;
        let name = text.get(alias.clone())?;
        return replaced(text, alias, &format!("[{name}, {item}]"));
    }
    let Value::List(items) = &list.value else {
        return None;
    };
    let start = list.bytes.start;
    let flow = text.get(start..)?.starts_with('[');
    match (items.last(), flow) {
        (Some(last), true) => {
            let at = item_end(text, last)?;
            replaced(text, at..at, &format!(", {item}"))
        }
        (None, true) => replaced(text, start..end(text, list)?, &format!("[{item}]")),
        (Some(last), false) => {
            let at = match last.anchor {
                None => last.bytes.start,
                Some(_) => offset(text, last.line, last.column)?,
            };
            let begin = line_start(text, at)?;
            let indent = text.get(begin..at)?;
            let dash = indent.find('-')?;
            let indent = indent.get(..dash)?;
            indent.trim().is_empty().then_some(())?;
            let lines: Vec<&str> = item.split('\n').collect();
            let lines = lines.join(&format!("\n{indent}  "));
            after_line(
                text,
                last_byte(text, item_end(text, last)?),
                &format!("{indent}- {lines}"),
            )
        }
        (None, false) => None,
    }
}

/// A value that goes on to the end of its line (a block of text does) ends in that line.
fn last_byte(text: &str, end: usize) -> usize {
    match text.get(..end).is_some_and(|before| before.ends_with('\n')) {
        true => end - 1,
        false => end,
    }
}

/// A list without one of its items, which stands there itself.
pub(super) fn removed(text: &str, list: &Node, item: &Node) -> Changed {
    if list.anchor.is_some() || item.anchor.is_some() {
        return None;
    }
    let (start, end) = (item.bytes.start, end(text, item)?);
    if text.get(list.bytes.start..)?.starts_with('[') {
        let after = text.get(end..)?;
        let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
        if after.get(blank..)?.starts_with(',') {
            let rest = after.get(blank + 1..)?;
            let more = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            return replaced(text, start..end + blank + 1 + more, "");
        }
        let before = text.get(..start)?.trim_end_matches([' ', '\t']);
        let from = before.strip_suffix(',').map_or(start, str::len);
        return replaced(text, from..end, "");
    }
    let begin = line_start(text, start)?;
    let before = text.get(begin..start)?.trim_start().strip_prefix('-')?;
    before.trim().is_empty().then_some(())?;
    let last = last_byte(text, end);
    let line = line_end(text, last)?;
    let rest = text.get(last..line)?.trim();
    (rest.is_empty() || rest.starts_with('#')).then_some(())?;
    replaced(text, begin..line, "")
}

/// A mapping with another value behind a key, which is put behind the other keys where it is not
/// there yet. Only values of one line, and those that stand there themselves.
pub(super) fn set(text: &str, map: &Node, key: &str, value: &str) -> Changed {
    if map.anchor.is_some() {
        return None;
    }
    let Value::Map(entries) = &map.value else {
        return None;
    };
    if let Some((_, old)) = entries.iter().find(|(name, _)| name.name == key) {
        if old.anchor.is_some() || matches!(old.value, Value::List(_) | Value::Map(_)) {
            return None;
        }
        let said = text.get(old.bytes.clone())?;
        return (!said.contains('\n')).then(|| replaced(text, old.bytes.clone(), value))?;
    }
    let own = |(name, inside): &&(yaml::Key, Node)| name.anchor.is_none() && inside.line > 0;
    if text.get(map.bytes.start..)?.starts_with('{') {
        let (_, last) = entries.iter().rfind(own)?;
        let at = item_end(text, last)?;
        return replaced(text, at..at, &format!(", {key}: {value}"));
    }
    // Right behind the first key, which is a name or a handle, so that no list comes between.
    let (first, behind) = entries.iter().find(own)?;
    let column = usize::try_from(first.column.checked_sub(1)?).ok()?;
    let indent = " ".repeat(column);
    let at = last_byte(text, item_end(text, behind)?);
    after_line(text, at, &format!("{indent}{key}: {value}"))
}

/// A mapping's list behind a key that is not there yet, with one item.
pub(super) fn set_list(text: &str, map: &Node, key: &str, item: &str) -> Changed {
    map.get(key).is_none().then_some(())?;
    set(text, map, key, &format!("[{item}]"))
}
