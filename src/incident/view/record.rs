//! What people read in the comments of the record.

use jiff::tz::TimeZone;

use crate::i18n::Lang;
use crate::i18n::incident::{Saying, fill};
use crate::incident::aftermath::{Action, ActionState, PullState};
use crate::incident::fact::{Fact, Mark, Moment, Reminder};
use crate::incident::time::clock;
use crate::incident::who::Who;

/// Takes no room, and ends what GitHub reads as a name.
const NO_BREAK: char = '\u{2060}';

/// The heading of a time's record: `復旧の記録`.
pub fn heading(moment: Moment, lang: Lang) -> &'static str {
    match moment {
        Moment::Detected => Saying::RecordDetected.say(lang),
        Moment::Responded => Saying::RecordResponded.say(lang),
        Moment::Recovered => Saying::RecordRecovered.say(lang),
    }
}

/// The comment of a mark, in Markdown, without the mark.
pub fn sentence(mark: &Mark, lang: Lang, zone: &TimeZone) -> String {
    let auto = Saying::Automatic.say(lang);
    let by = name(&mark.who);
    let say = |saying: Saying, with: &[(&str, &str)]| {
        let mut with = with.to_vec();
        with.push(("who", by.as_str()));
        fill(saying, lang, &with)
    };
    let quoted = |text: &str| -> String {
        let lines: Vec<String> = calling_nobody(text)
            .lines()
            .map(|line| format!("> {line}"))
            .collect();
        lines.join("\n")
    };
    let because = |reason: &Option<String>| match reason {
        Some(reason) => format!("\n\n{}", quoted(reason)),
        None => String::new(),
    };
    let said = match &mark.fact {
        Fact::Declared(declaration) => {
            let headline = say(Saying::RecordDeclared, &[]);
            format!("{headline}\n\n{}", quoted(&declaration.summary))
        }
        Fact::Channel { name, .. } => {
            let at = clock(mark.at, zone);
            format!(
                "### {}\n\n- {at}\n- #{name}",
                Saying::RecordChannel.say(lang)
            )
        }
        Fact::Moment {
            moment,
            time: Some(time),
            link,
            ..
        } => {
            let at = clock(*time, zone);
            let link = match link {
                Some(link) => format!("\n- [{}]({link})", Saying::RecordMessage.say(lang)),
                None => String::new(),
            };
            let by = say(Saying::RecordBy, &[]);
            format!("### {}\n\n- {at}{link}\n- {by}", heading(*moment, lang))
        }
        Fact::Moment {
            moment, time: None, ..
        } => {
            let what = heading(*moment, lang);
            say(Saying::RecordWithdrawn, &[("what", what)])
        }
        Fact::Handler {
            handler: Some(handler),
        } => {
            let handler = name(handler);
            say(Saying::RecordHandler, &[("handler", &handler)])
        }
        Fact::Handler { handler: None } => say(Saying::RecordNoHandler, &[]),
        Fact::Level { level: Some(level) } => {
            say(Saying::RecordLevel, &[("level", &level.to_string())])
        }
        Fact::Level { level: None } => say(Saying::RecordNoLevel, &[]),
        Fact::Feeling { feeling } => say(Saying::RecordFeeling, &[("feeling", feeling.as_str())]),
        Fact::Summary { text } => {
            format!("{}\n\n{}", say(Saying::RecordSummary, &[]), quoted(text))
        }
        Fact::Item { item, done: true } => say(Saying::RecordTicked, &[("item", item)]),
        Fact::Item { item, done: false } => say(Saying::RecordUnticked, &[("item", item)]),
        Fact::Note { text, link, author } => {
            let head = match author.is_nobody() {
                true => say(Saying::RecordNote, &[]),
                false => say(Saying::RecordMarked, &[("author", &name(author))]),
            };
            // Of what was only marked, the address is all that left Slack.
            let text = Some(text).filter(|text| link.as_ref() != Some(text));
            let text = text.map_or(String::new(), |text| format!("\n\n{}", quoted(text)));
            let link = match link {
                Some(link) => format!("\n\n[{}]({link})", Saying::RecordMessage.say(lang)),
                None => String::new(),
            };
            format!("{head}{text}{link}")
        }
        Fact::Unmarked { .. } => say(Saying::RecordUnmarked, &[]),
        Fact::Called { people, groups, .. }
            if groups.is_empty() && *people == [mark.who.clone()] =>
        {
            say(Saying::RecordJoined, &[])
        }
        Fact::Called { people, groups, .. } => {
            let names = people.iter().map(name).chain(groups.iter().cloned());
            let names = names.collect::<Vec<_>>().join(Saying::Between.say(lang));
            say(Saying::RecordCalled, &[("names", &names)])
        }
        Fact::Lent { people, team, .. } | Fact::Returned { people, team, .. } => {
            let saying = match &mark.fact {
                Fact::Lent { .. } => Saying::RecordLent,
                _ => Saying::RecordReturned,
            };
            let names: Vec<String> = people.iter().map(name).collect();
            let names = names.join(Saying::Between.say(lang));
            say(saying, &[("names", &names), ("team", &harmless(team))])
        }
        Fact::Announced { text } => {
            format!("{}\n\n{}", say(Saying::RecordAnnounced, &[]), quoted(text))
        }
        Fact::Receipt { channel, .. } => say(Saying::Notified, &[("channel", channel)]),
        Fact::Reminded { of, due } => {
            let saying = match of {
                Reminder::Tick => Saying::RecordTick,
                Reminder::Handler => Saying::RecordAskedHandler,
                Reminder::Silence => Saying::RecordSilence,
            };
            say(saying, &[("time", &clock(*due, zone))])
        }
        Fact::Resolved { reason } => {
            format!("{}{}", say(Saying::RecordResolved, &[]), because(reason))
        }
        Fact::Reopened => say(Saying::RecordReopened, &[]),
        Fact::Archived { reason } => {
            format!("{}{}", say(Saying::RecordArchived, &[]), because(reason))
        }
        Fact::Unarchived => say(Saying::RecordUnarchived, &[]),
        Fact::PostmortemAsked => say(Saying::RecordPostmortemAsked, &[]),
        Fact::PostmortemRefused { why } => {
            let why: Vec<String> = why
                .iter()
                .map(|why| format!("- {}", harmless(why)))
                .collect();
            let head = say(Saying::RecordPostmortemRefused, &[]);
            format!("{head}\n\n{}", why.join("\n"))
        }
        Fact::Postmortem(pull) => {
            let saying = match pull.state {
                PullState::Open => Saying::RecordPostmortemOpen,
                PullState::Merged => Saying::RecordPostmortemMerged,
                PullState::Closed => Saying::RecordPostmortemClosed,
            };
            say(saying, &[("pull", &format!("#{}", pull.number))])
        }
        Fact::Actions { actions } => {
            let lines: Vec<String> = actions.iter().map(|action| task(action, lang)).collect();
            let head = Saying::RecordActions.say(lang);
            format!("### {head}\n\n{}", lines.join("\n"))
        }
        Fact::Playbook { commit } => say(Saying::RecordPlaybook, &[("commit", commit.short())]),
        Fact::Unread(_) => String::new(),
    };
    format!("{auto}\n\n{said}")
}

/// A text as people wrote it, in which GitHub finds nobody to notify: what was said in Slack was said
/// there, and whoever wrote it on GitHub has called people already.
pub(super) fn calling_nobody(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(letter);
        let called = letters.peek().is_some_and(char::is_ascii_alphanumeric);
        if letter == '@' && called && !before.is_ascii_alphanumeric() {
            out.push(NO_BREAK);
        }
        before = letter;
    }
    out
}

/// A thing to be done, as an item of a list: its issue's title is shown by GitHub.
fn task(action: &Action, lang: Lang) -> String {
    let done = if action.state == ActionState::Open {
        " "
    } else {
        "x"
    };
    let mut line = format!("- [{done}] {}#{}", action.repo, action.number);
    if !action.owner.is_nobody() {
        line.push_str(&format!(" {}", name(&action.owner)));
    }
    if let Some(due) = action.due {
        let due = due.to_string();
        line.push_str(&format!(
            " ({})",
            fill(Saying::DueOn, lang, &[("due", &due)])
        ));
    }
    if action.state == ActionState::Waived {
        line.push_str(&format!(" {}", Saying::Waived.say(lang)));
    }
    line
}

/// A sentence that quotes a file: it calls nobody.
fn harmless(said: &str) -> String {
    said.replace('@', "@\u{200b}").replace('<', "&lt;")
}

/// A name in Markdown: never a mention, since whoever did something needs no notice of it.
fn name(who: &Who) -> String {
    let harmless = |c: char| !matches!(c, '@' | '<' | '>' | '[' | ']' | '`' | '*' | '\n' | '#');
    who.called().chars().filter(|c| harmless(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_calls_nobody_and_reads_the_same() {
        let kept = ["mail to ops@example.com", "5 @ 3", "@", "そのまま"];
        assert!(kept.iter().all(|text| calling_nobody(text) == *text));
        for text in ["@hanako look", "ask @acme/ops (@taro)", "、@taro"] {
            let quiet = calling_nobody(text);
            assert!(!quiet.contains("@t") && !quiet.contains("@h") && !quiet.contains("@a"));
            assert_eq!(quiet.replace(NO_BREAK, ""), text);
        }
    }
}
