//! Reads the Markdown of a story: prose, acts, and what is to be seen.

use super::{Expectation, Line, Place, Step, Story, StoryError, deeds};
use jiff::Timestamp;

use crate::i18n::Lang;

/// What an act begins with that happens in the same moment as the one above.
const AT_ONCE: &str = "and at once ";

/// A line of the file: its number from 1, where it begins, and its text without the line break.
#[derive(Clone, Copy)]
struct At<'a> {
    number: usize,
    start: usize,
    text: &'a str,
}

fn wrong<T>(line: usize, what: impl Into<String>) -> Result<T, StoryError> {
    Err(StoryError {
        line,
        what: what.into(),
    })
}

fn numbered(source: &str) -> Vec<At<'_>> {
    let mut start = 0;
    source
        .split_inclusive('\n')
        .enumerate()
        .map(|(i, whole)| {
            let at = At {
                number: i + 1,
                start,
                text: whole.trim_end_matches(['\n', '\r']),
            };
            start += whole.len();
            at
        })
        .collect()
}

/// 2021-01-01 10:00 in Tokyo: when a story begins that does not say.
const MORNING: i64 = 1_609_462_800;

pub(super) fn story(source: &str) -> Result<Story, StoryError> {
    let lines = numbered(source);
    let Top {
        lang,
        start,
        shows,
        end: mut at,
    } = top(&lines)?;
    let mut title = None;
    let mut prose = String::new();
    let mut steps: Vec<Step> = Vec::new();
    while let Some(line) = lines.get(at) {
        let Some(fence) = fence(line.text) else {
            match line.text.strip_prefix("# ") {
                Some(words) if title.is_none() => title = Some(words.trim().to_owned()),
                _ => {
                    prose.push_str(line.text);
                    prose.push('\n');
                }
            }
            at += 1;
            continue;
        };
        let kind = line.text[fence.len()..].trim();
        let Some(length) = lines[at + 1..]
            .iter()
            .position(|line| line.text.trim_end() == fence)
        else {
            return wrong(line.number, "the block that opens here is never closed");
        };
        let inside = &lines[at + 1..at + 1 + length];
        let closing = lines[at + 1 + length];
        let end = lines
            .get(at + 2 + length)
            .map_or(source.len(), |next| next.start);
        let mut words = kind.split_whitespace();
        match words.next() {
            Some("do") => steps.push(Step {
                prose: std::mem::take(&mut prose).trim().to_owned(),
                acts: acts(inside)?,
                expected: Vec::new(),
                line: line.number,
                end,
            }),
            Some(side @ ("slack" | "github" | "dialog" | "home" | "groups")) => {
                let Some(place) = place(side, words.next()) else {
                    return wrong(
                        line.number,
                        "a block of what is to be seen is `slack #channel`, `slack @WHO`, `dialog WHO`, `home WHO`, `groups` or `github`",
                    );
                };
                let Some(step) = steps.last_mut() else {
                    return wrong(
                        line.number,
                        "nothing has been done yet: a `do` block comes first",
                    );
                };
                if step.expected.iter().any(|other| other.place == place) {
                    return wrong(
                        line.number,
                        format!("this step has a block `{place}` already"),
                    );
                }
                let start = inside.first().map_or(closing.start, |line| line.start);
                let text: Vec<&str> = inside.iter().map(|line| line.text).collect();
                step.expected.push(Expectation {
                    place,
                    text: text.join("\n"),
                    line: line.number,
                    inside: start..closing.start,
                });
                step.end = end;
            }
            // Any other block is an example in the prose.
            _ => {
                for line in &lines[at..at + 2 + length] {
                    prose.push_str(line.text);
                    prose.push('\n');
                }
            }
        }
        at += length + 2;
    }
    let Some(title) = title else {
        return wrong(1, "a story begins with a heading: `# title`");
    };
    if steps.is_empty() {
        return wrong(1, "nothing is done in this story: it has no `do` block");
    }
    Ok(Story {
        title,
        lang,
        start,
        shows,
        steps,
        closing: prose.trim().to_owned(),
        source: source.to_owned(),
    })
}

/// Where a block of what is to be seen is about.
fn place(side: &str, whose: Option<&str>) -> Option<Place> {
    match (side, whose) {
        ("slack", Some(name)) => {
            // A conversation with one person is named as it is shown: `@hanako`.
            let name = name
                .strip_prefix('#')
                .or(name.strip_prefix('@').and(Some(name)));
            let name = name.filter(|name| !name.is_empty())?;
            Some(Place::Channel(name.to_owned()))
        }
        ("dialog", Some(who)) => Some(Place::Dialog(who.to_owned())),
        ("home", Some(who)) => Some(Place::Home(who.to_owned())),
        ("groups", None) => Some(Place::Groups),
        ("github", None) => Some(Place::GitHub),
        _ => None,
    }
}

/// What the lines between `---` and `---` say.
struct Top {
    lang: Lang,
    start: Timestamp,
    shows: Vec<String>,
    /// The line after them.
    end: usize,
}

/// `---`, `key: value`, `---` at the top, if it is there.
fn top(lines: &[At<'_>]) -> Result<Top, StoryError> {
    let mut top = Top {
        lang: Lang::default(),
        start: Timestamp::from_second(MORNING).unwrap_or(Timestamp::UNIX_EPOCH),
        shows: Vec::new(),
        end: 0,
    };
    if lines
        .first()
        .is_none_or(|line| line.text.trim_end() != "---")
    {
        return Ok(top);
    }
    for (at, line) in lines.iter().enumerate().skip(1) {
        if line.text.trim_end() == "---" {
            top.end = at + 1;
            return Ok(top);
        }
        let told = |what: String| StoryError {
            line: line.number,
            what,
        };
        let known = line.text.split_once(':');
        match known.map(|(key, value)| (key.trim(), value.trim())) {
            Some(("lang", value)) => {
                let lang = value.parse();
                top.lang = lang.map_err(|e: crate::i18n::UnknownLang| told(e.to_string()))?;
            }
            Some(("start", value)) => {
                let start = value.parse();
                top.start = start.map_err(|error: jiff::Error| told(error.to_string()))?;
            }
            Some(("shows", value)) => {
                top.shows = value.split_whitespace().map(str::to_owned).collect();
            }
            _ => {
                return Err(told(format!(
                    "`{}` is not known here; `lang: ja`, `lang: en`, `start: TIME` and `shows: A1 B2` are",
                    line.text
                )));
            }
        }
    }
    wrong(1, "the `---` that ends the lines at the top is missing")
}

/// The backticks that a line opens a block with.
fn fence(line: &str) -> Option<&str> {
    let ticks = line.len() - line.trim_start_matches('`').len();
    (ticks >= 3).then(|| &line[..ticks])
}

fn acts(lines: &[At<'_>]) -> Result<Vec<Line>, StoryError> {
    let mut acts: Vec<Line> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let words = line.text.trim();
        if words.is_empty() {
            continue;
        }
        if words.starts_with('|') {
            return wrong(line.number, "a body stands below the act it belongs to");
        }
        let mut body = Vec::new();
        while let Some(more) = lines
            .get(at)
            .and_then(|line| line.text.trim_start().strip_prefix('|'))
        {
            body.push(more.strip_prefix(' ').unwrap_or(more).to_owned());
            at += 1;
        }
        let told = |what| StoryError {
            line: line.number,
            what,
        };
        let Some(more) = words.strip_prefix(AT_ONCE) else {
            let act = deeds::act(words, body).map_err(told)?;
            acts.push(Line {
                act,
                line: line.number,
                words: words.to_owned(),
            });
            continue;
        };
        let Some(first) = acts.pop() else {
            return wrong(
                line.number,
                "nothing is done before, so nothing at once with it",
            );
        };
        let then = deeds::act(more, body).map_err(told)?;
        acts.push(Line {
            act: deeds::at_once(first.act, then).map_err(told)?,
            line: first.line,
            words: format!("{}, {words}", first.words),
        });
    }
    Ok(acts)
}
