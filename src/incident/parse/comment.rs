//! Commands in comments on the issue: lines that open with `/`.

use jiff::Timestamp;

use super::Heard;
use super::arguments::{Named, command};
use super::words::{Word, meant, opening};
use crate::incident::error::UserError;
use crate::incident::rules::Rules;
use crate::incident::who::Who;

/// The most commands that one comment may hold; what is beyond them is text.
const MOST: usize = 20;

/// The commands of a comment, in order: each line that opens with `/` and a command's word, but
/// not within code, a quotation or an HTML comment. A line that opens with a path or another
/// tool's command is text. A note, a summary and an announcement go on to the next empty line.
pub fn parse_comment(body: &str, rules: &Rules, now: Timestamp) -> Vec<Heard> {
    let mut heard = Vec::new();
    let lines = said_by_the_author(body);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let Some(text) = line.and_then(|line| line.strip_prefix('/')) else {
            continue;
        };
        if heard.len() == MOST || text.starts_with([' ', '/', '*']) {
            continue;
        }
        if let Some((word, said, rest)) = opening(text) {
            let mut rest = rest.to_owned();
            if matches!(word, Word::Note | Word::Summary | Word::Announce) {
                while let Some(Some(more)) = lines.get(at)
                    && !more.trim().is_empty()
                    && !more.starts_with('/')
                {
                    rest.push('\n');
                    rest.push_str(more);
                    at += 1;
                }
            }
            heard.push(command(word, said, rest.trim(), named, rules, now));
        } else if let Some((said, meant)) = meant(text)
            && !said.contains('/')
        {
            heard.push(Heard::Error(UserError::DidYouMean {
                said: format!("/{said}"),
                meant: format!("/{meant}"),
            }));
        }
    }
    heard
}

/// The lines of a comment; `None` for those that are code, quoted or hidden.
fn said_by_the_author(body: &str) -> Vec<Option<&str>> {
    let mut fence: Option<(char, usize)> = None;
    let mut hidden = false;
    body.lines()
        .map(|line| {
            let line = line.trim_end();
            let indent = line.len() - line.trim_start_matches(' ').len();
            let text = line.trim_start();
            if hidden {
                hidden = !text.contains("-->");
                return None;
            }
            let first = text.chars().next().unwrap_or(' ');
            let run = text.chars().take_while(|c| *c == first).count();
            let is_fence = matches!(first, '`' | '~') && run >= 3 && indent < 4;
            if let Some((mark, length)) = fence {
                let closes = is_fence && first == mark && run >= length && text.len() == run;
                if closes {
                    fence = None;
                }
                return None;
            }
            if is_fence {
                fence = Some((first, run));
                return None;
            }
            if text.starts_with("<!--") {
                hidden = !text.contains("-->");
                return None;
            }
            let code = indent >= 4 || line.starts_with('\t');
            (!code && first != '>').then_some(text)
        })
        .collect()
}

/// `@login` or `login`; a team of an organisation (`@org/team`) is a group.
fn named(said: &str) -> Option<Named> {
    let name = said.trim_start_matches('@');
    let fits = |part: &str| {
        !part.is_empty()
            && part.len() <= 100
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    match name.split_once('/') {
        Some((org, team)) if fits(org) && fits(team) => Some(Named::Group(name.to_owned())),
        None if fits(name) => Some(Named::Person(Who::on_github(name))),
        _ => None,
    }
}
