//! Cuts mrkdwn into letters and control sequences; entities are decoded here, and only here.

use super::{Inline, Mention, date};

/// A letter, or a control sequence as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Atom {
    Letter(char),
    Item(Inline),
}

/// What a control sequence may link to. Others are shown as they are written.
const SCHEMES: &[&str] = &["https://", "http://", "mailto:"];

pub(super) fn atoms(text: &str) -> Vec<Atom> {
    let mut atoms = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        let atom = match c {
            '<' => match control(rest) {
                Some((item, length)) => {
                    taken = length;
                    Atom::Item(item)
                }
                None => Atom::Letter('<'),
            },
            '&' => {
                let (letter, length) = entity(rest).unwrap_or(('&', 1));
                taken = length;
                Atom::Letter(letter)
            }
            '\r' => Atom::Letter('\n'),
            other => Atom::Letter(other),
        };
        if c == '\r' && rest[1..].starts_with('\n') {
            taken = 2;
        }
        atoms.push(atom);
        rest = &rest[taken..];
    }
    atoms
}

fn entity(text: &str) -> Option<(char, usize)> {
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')]
        .into_iter()
        .find(|(entity, _)| text.starts_with(entity))
        .map(|(entity, letter)| (letter, entity.len()))
}

fn decoded(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (letter, length) = entity(rest).unwrap_or((c, c.len_utf8()));
        letters.push(letter);
        rest = &rest[length..];
    }
    letters
}

/// The control sequence that `text` begins with, and its length.
fn control(text: &str) -> Option<(Inline, usize)> {
    let end = 1 + text[1..].find(['>', '<', '\n'])?;
    if text.as_bytes().get(end) != Some(&b'>') {
        return None;
    }
    let inner = &text[1..end];
    let (target, label) = match inner.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (inner, None),
    };
    Some((item(target, label)?, end + 1))
}

fn item(target: &str, label: Option<&str>) -> Option<Inline> {
    let id = |text: &str| {
        let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        (!text.is_empty() && text.chars().all(fits)).then(|| text.to_owned())
    };
    if let Some(user) = target.strip_prefix('@') {
        return Some(Inline::Mention(Mention::User(id(user)?)));
    }
    if let Some(channel) = target.strip_prefix('#') {
        return Some(Inline::Mention(Mention::Channel(id(channel)?)));
    }
    if let Some(special) = target.strip_prefix('!') {
        if let Some(group) = special.strip_prefix("subteam^") {
            return Some(Inline::Mention(Mention::Group(id(group)?)));
        }
        return match special {
            // `group` is the old name of `channel` in private ones.
            "channel" | "here" | "everyone" | "group" => {
                Some(Inline::Mention(Mention::All(special.to_owned())))
            }
            _ => {
                let token = decoded(special.strip_prefix("date^")?);
                // Without words to fall back on it is no date at all.
                Some(date::shown(&token, decoded(label?)))
            }
        };
    }
    let known = SCHEMES.iter().any(|scheme| {
        target
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    known.then(|| Inline::Link {
        url: decoded(target),
        label: label.map(decoded),
    })
}
