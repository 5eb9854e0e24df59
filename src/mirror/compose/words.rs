//! Sentences from phrases: placeholders filled with links, people and names.

use crate::i18n::{Lang, Phrase};
use crate::id::{Login, RepoName};
use crate::mirror::fact::{Fact, Spot, Target};
use crate::mirror::message::{Body, Message, Section, Span};

/// A title longer than this is shortened where it is only part of a sentence.
const LONGEST_TITLE: usize = 120;

/// What goes where in a phrase.
pub(in crate::mirror) type Fill<'a> = [(&'a str, Vec<Span>)];

/// A phrase with its placeholders filled. One that nothing was given for stays as it is written.
pub(in crate::mirror) fn say(phrase: Phrase, lang: Lang, fill: &Fill<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = phrase.say(lang);
    while let Some((before, (hole, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        plain.push_str(before);
        match fill.iter().find(|(name, _)| *name == hole) {
            Some((_, with)) => {
                if !plain.is_empty() {
                    spans.push(Span::Text(std::mem::take(&mut plain)));
                }
                spans.extend(with.iter().cloned());
            }
            None => plain.push_str(&format!("{{{hole}}}")),
        }
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        spans.push(Span::Text(plain));
    }
    spans
}

/// A phrase that has no placeholders.
pub(super) fn word(phrase: Phrase, lang: Lang) -> Span {
    text(phrase.say(lang))
}

/// The placeholders that nearly all sentences have.
pub(super) fn who_and_what(fact: &Fact) -> Vec<(&'static str, Vec<Span>)> {
    vec![("who", vec![person(&fact.who)]), ("what", what(fact))]
}

pub(super) fn text(words: impl Into<String>) -> Span {
    Span::Text(words.into())
}

pub(super) fn person(login: &Login) -> Span {
    Span::Person(login.clone())
}

/// Words that lead somewhere if it is known where.
pub(super) fn link(words: impl Into<String>, url: Option<&str>) -> Span {
    let text = words.into();
    match url {
        Some(url) => Span::Link {
            url: url.to_owned(),
            text,
        },
        None => Span::Text(text),
    }
}

/// The issue or pull request of a fact, as a link: `shop#12 Its title`.
pub(super) fn what(fact: &Fact) -> Vec<Span> {
    let Some(on) = &fact.on else {
        return vec![repo(fact)];
    };
    vec![link(target(on), on.url.as_deref())]
}

/// `shop#12 Its title`.
pub(super) fn target(on: &Target) -> String {
    let number = format!("{}#{}", short(&on.repo), on.number);
    let title = on.title.trim();
    if title.is_empty() {
        return number;
    }
    format!("{number} {}", shortened(title, LONGEST_TITLE))
}

/// The repository, as a link.
pub(super) fn repo(fact: &Fact) -> Span {
    link(short(&fact.repo), fact.source.as_deref())
}

/// A repository without its owner, who is nearly always the same.
fn short(repo: &RepoName) -> &str {
    match repo.name() {
        "" => repo.as_str(),
        name => name,
    }
}

/// A place in the changes, as a link: `src/cart.rs:12`.
pub(super) fn spot(spot: &Spot) -> Span {
    let name = match (spot.path.as_str(), spot.line) {
        ("", _) => "?".to_owned(),
        (path, Some(line)) => format!("{path}:{line}"),
        (path, None) => path.to_owned(),
    };
    link(name, spot.url.as_deref())
}

/// A page of the repository: `tree/main`.
pub(super) fn page(fact: &Fact, path: &str) -> Option<String> {
    let source = fact.source.as_ref()?;
    Some(format!("{source}/{}", escaped(path)))
}

/// Lists names in the language's own way.
pub(super) fn list(items: impl IntoIterator<Item = Vec<Span>>, lang: Lang) -> Vec<Span> {
    joined(items, Phrase::AndThen, lang)
}

/// Puts a phrase between things.
pub(super) fn joined(
    items: impl IntoIterator<Item = Vec<Span>>,
    between: Phrase,
    lang: Lang,
) -> Vec<Span> {
    let mut spans = Vec::new();
    for item in items {
        if !spans.is_empty() {
            spans.push(word(between, lang));
        }
        spans.extend(item);
    }
    spans
}

/// The mark behind a headline whose text is not the first one.
pub(super) fn edited(lang: Lang) -> Span {
    word(Phrase::Edited, lang)
}

/// At most so many characters.
pub(super) fn shortened(words: &str, longest: usize) -> String {
    if words.chars().count() <= longest {
        return words.to_owned();
    }
    let mut short: String = words.chars().take(longest.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// A message without sections.
pub(super) fn message(
    icon: &'static str,
    headline: Vec<Span>,
    more: Option<String>,
    fact: &Fact,
) -> Message {
    Message {
        icon,
        headline,
        sections: Vec::new(),
        more,
        source: fact.source.clone(),
    }
}

/// A section of Markdown, unless it is blank.
pub(super) fn markdown(body: &str, more: Option<String>) -> Option<Section> {
    (!body.trim().is_empty()).then(|| Section {
        heading: Vec::new(),
        body: Some(Body::Markdown(body.to_owned())),
        more,
    })
}

/// A section of lines, unless there are none.
pub(super) fn lines(lines: Vec<Vec<Span>>, more: Option<String>) -> Option<Section> {
    (!lines.is_empty()).then_some(Section {
        heading: Vec::new(),
        body: Some(Body::Lines(lines)),
        more,
    })
}

/// A path within an address: branches may be called anything, `#` and Japanese included.
fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_each_language_in_its_order() {
        let fill = [("who", vec![text("hanako")]), ("what", vec![text("#12")])];
        let plain = |spans: Vec<Span>| -> String {
            let words = spans.into_iter().map(|span| match span {
                Span::Text(text) => text,
                other => format!("{other:?}"),
            });
            words.collect()
        };
        assert_eq!(
            plain(say(Phrase::Commented, Lang::En, &fill)),
            "hanako commented on #12"
        );
        assert_eq!(
            plain(say(Phrase::Commented, Lang::Ja, &fill)),
            "hanako さんが #12 にコメントしました"
        );
        assert_eq!(
            plain(say(Phrase::Commented, Lang::En, &[])),
            "{who} commented on {what}"
        );
    }

    #[test]
    fn addresses_hold_any_branch() {
        assert_eq!(escaped("tree/決済#1"), "tree/%E6%B1%BA%E6%B8%88%231");
    }
}
