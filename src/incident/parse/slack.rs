//! Commands in messages to sssbot in Slack.

use jiff::Timestamp;

use super::Heard;
use super::arguments::{Named, call_until, command, team_asked};
use super::words::{meant, opening};
use crate::id::SlackUserId;
use crate::incident::error::UserError;
use crate::incident::rules::Rules;
use crate::incident::who::Who;

/// Reads a message that mentions sssbot, or the text behind its slash command, as Slack sends it
/// (`<@U…>`, `<https://…|…>`, `&amp;`). `me` is sssbot's own id, which is no part of what is said.
pub fn parse_slack(text: &str, me: &SlackUserId, rules: &Rules, now: Timestamp) -> Heard {
    let text = without_me(text, me);
    let text = text.trim();
    if text.is_empty() {
        return Heard::Mention;
    }
    if let Some(command) = call_until(text, named) {
        return Heard::Command(command);
    }
    if let Some((word, said, rest)) = opening(text) {
        let rest = unescaped(rest);
        return command(word, said, &rest, named, rules, now);
    }
    if let Some(asked) = team_asked(text) {
        return asked;
    }
    match meant(text) {
        Some((said, meant)) => Heard::Error(UserError::DidYouMean {
            said: unescaped(said),
            meant: meant.to_owned(),
        }),
        None => Heard::Chat,
    }
}

/// The text without the mentions of sssbot: `<@U123>` and `<@U123|sssbot>`.
fn without_me(text: &str, me: &SlackUserId) -> String {
    let mut out = String::new();
    let mut rest = text;
    let opens = format!("<@{me}");
    while let Some((before, after)) = rest.split_once(&opens) {
        match after.split_once('>') {
            Some((label, behind)) if label.is_empty() || label.starts_with('|') => {
                out.push_str(before);
                out.push(' ');
                rest = behind;
            }
            _ => {
                out.push_str(before);
                out.push_str(&opens);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `<@U123|hanako>` and `<!subteam^S123|@team>`.
fn named(said: &str) -> Option<Named> {
    let inner = said.strip_prefix('<')?.strip_suffix('>')?;
    let id = inner.split('|').next()?;
    let is_id = |id: &str| {
        id.len() > 1
            && id
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if let Some(id) = id.strip_prefix('@').filter(|id| is_id(id)) {
        return Some(Named::Person(Who::in_slack(id)));
    }
    let group = id.strip_prefix("!subteam^").filter(|id| is_id(id))?;
    Some(Named::Group(group.to_owned()))
}

/// Slack escapes these three and nothing else.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
