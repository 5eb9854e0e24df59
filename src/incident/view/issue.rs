//! The text of the issue: what sssbot keeps current in it, between two marks; the rest is people's.

use std::collections::BTreeMap;

use super::record::calling_nobody;
use crate::i18n::incident::Saying;
use crate::incident::fact::{Fact, Mark, Moment};
use crate::incident::mark;
use crate::incident::rules::Rules;
use crate::incident::state::Incident;
use crate::incident::time::clock;
use crate::incident::who::Via;

const BEGIN: &str = "<!-- sssbot:begin -->";
const END: &str = "<!-- sssbot:end -->";
/// How a checkbox was left, beside it.
const DONE: &str = "done";
const OPEN: &str = "open";

/// The text of a new issue.
pub fn new_body(incident: &Incident, rules: &Rules) -> String {
    block(incident, rules)
}

/// The text that the issue should have: as it was read last, with the managed block made current.
/// Where the block was deleted it is put back below; what people wrote stays, letter for letter.
pub fn body(incident: &Incident, rules: &Rules) -> String {
    let now = incident
        .issue
        .as_ref()
        .map_or("", |issue| issue.body.as_str());
    let block = block(incident, rules);
    match parts(now) {
        Some((before, _, after)) => format!("{before}{block}{after}"),
        None if now.trim().is_empty() => block,
        None => format!("{}\n\n{block}", now.trim_end()),
    }
}

/// Whether the managed block of a text is current, whatever line ends GitHub gave it, and whatever
/// people ticked in it.
pub fn body_is_current(now: &str, incident: &Incident, rules: &Rules) -> bool {
    let lines = |text: &str| {
        text.lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let wanted = || with_ticks(&block(incident, rules), &ticked(now));
    parts(now).is_some_and(|(_, held, _)| lines(held) == lines(&wanted()))
}

/// The managed block of a text, if it has one.
pub fn managed(body: &str) -> Option<&str> {
    parts(body).map(|(_, held, _)| held)
}

/// The checkboxes of a managed block as they are: the item's id, and whether it is ticked.
pub fn checked(body: &str) -> BTreeMap<String, bool> {
    let boxes = boxes(body).map(|(id, done, _)| (id.to_owned(), done));
    boxes.collect()
}

/// The checkboxes that somebody ticked or unticked in GitHub's own page: beside each stands, unseen,
/// how we left it. So a block that is older than the record tells of nobody.
pub fn ticked(body: &str) -> BTreeMap<String, bool> {
    let boxes = boxes(body).filter(|(_, done, left)| done != left);
    boxes.map(|(id, done, _)| (id.to_owned(), done)).collect()
}

/// The text with these checkboxes of its managed block as people left them: what they ticked and
/// nobody has heard yet is not undone by writing the block anew.
pub fn with_ticks(body: &str, ticks: &BTreeMap<String, bool>) -> String {
    let Some((before, held, after)) = parts(body) else {
        return body.to_owned();
    };
    let lines = held.split_inclusive('\n').map(|line| {
        let tick = checkbox(line).and_then(|(id, ..)| ticks.get(id));
        match tick {
            Some(true) => line.replacen("- [ ]", "- [x]", 1),
            Some(false) => line.replacen("- [x]", "- [ ]", 1),
            None => line.to_owned(),
        }
    });
    let held: String = lines.collect();
    format!("{before}{held}{after}")
}

/// The item's id of each checkbox, whether it is ticked, and whether it was when we wrote it.
fn boxes(body: &str) -> impl Iterator<Item = (&str, bool, bool)> {
    let held = parts(body).map_or("", |(_, held, _)| held);
    held.lines().filter_map(checkbox)
}

fn checkbox(line: &str) -> Option<(&str, bool, bool)> {
    let (done, rest) = match line.trim().strip_prefix("- [")?.split_once("] ")? {
        (" ", rest) => (false, rest),
        ("x" | "X", rest) => (true, rest),
        _ => return None,
    };
    let (_, unseen) = rest.rsplit_once("<!-- ")?;
    let (id, left) = unseen.strip_suffix(" -->")?.rsplit_once(' ')?;
    Some((id, done, left == DONE))
}

/// What stands before, within (with its marks) and behind the managed block.
fn parts(body: &str) -> Option<(&str, &str, &str)> {
    let begin = body.find(BEGIN)?;
    let end = begin + body.get(begin..)?.find(END)? + END.len();
    Some((body.get(..begin)?, body.get(begin..end)?, body.get(end..)?))
}

/// The managed block. The declaration hides in it, so an issue that we open is whole from its first
/// moment, and a block that is written again has it again.
fn block(incident: &Incident, rules: &Rules) -> String {
    let lang = rules.lang;
    let head = |saying: Saying| saying.say(lang);
    let mut out = format!("{BEGIN}\n{}\n\n", head(Saying::Automatic));
    let field = |out: &mut String, name: Saying, value: &str| {
        out.push_str(&format!("- {} {}\n", name.say(lang), one_line(value)));
    };
    out.push_str(&format!("### {}\n\n", head(Saying::Overview)));
    field(
        &mut out,
        Saying::FieldService,
        incident.service.value.as_str(),
    );
    field(
        &mut out,
        Saying::FieldChannel,
        &format!("#{}", incident.channel.name),
    );
    if let Some(kind) = incident
        .kind
        .as_ref()
        .and_then(|kind| rules.kind(&kind.value))
    {
        field(&mut out, Saying::FieldKind, kind.name.say(lang));
    }
    if let Some(feeling) = incident
        .feeling
        .as_ref()
        .and_then(|f| rules.playbook.feeling(&f.value))
    {
        let said = format!(
            "{} {} {}",
            feeling.icon,
            feeling.name.say(lang),
            feeling.instruction.say(lang)
        );
        field(&mut out, Saying::FieldFeeling, &said);
    }
    if let Some(level) = &incident.level {
        let icon = rules
            .level(level.value)
            .map_or("", |level| level.icon.as_str());
        field(
            &mut out,
            Saying::FieldLevel,
            &format!("{} {icon}", level.value),
        );
    }
    if let Some(handler) = &incident.handler {
        let login = handler.value.login.as_ref();
        let name = login.map_or(handler.value.called().to_owned(), |l| format!("@{l}"));
        field(&mut out, Saying::FieldHandler, &name);
    }
    if incident.drill {
        field(&mut out, Saying::FieldDrill, head(Saying::YesADrill));
    }
    let summary = incident.summary.value.replace("<!--", "&lt;!--");
    let summary = calling_nobody(&summary);
    out.push_str(&format!(
        "\n### {}\n\n{summary}\n",
        head(Saying::FieldSummary)
    ));
    let made = incident.channel_made.unwrap_or(incident.declared);
    let made = clock(made, rules.zone());
    out.push_str(&format!(
        "\n### {}\n\n- {made}\n",
        head(Saying::RecordChannel)
    ));
    let times = Moment::ALL.map(|moment| (moment, incident.time(moment)));
    if times.iter().any(|(_, time)| time.is_some()) {
        out.push_str(&format!("\n### {}\n\n", head(Saying::Times)));
        for (moment, time) in times {
            if let Some(time) = time {
                field(&mut out, moment_field(moment), &clock(time, rules.zone()));
            }
        }
    }
    let list = incident.checklist(rules);
    if !list.is_empty() {
        let done = list.iter().filter(|(_, done)| *done).count();
        let title = head(Saying::Checklist);
        out.push_str(&format!("\n### {title} ({done}/{})\n\n", list.len()));
        for (item, done) in list {
            let (mark, left) = if done { ('x', DONE) } else { (' ', OPEN) };
            let text = one_line(item.text.say(lang));
            out.push_str(&format!("- [{mark}] {text} <!-- {} {left} -->\n", item.id));
        }
    }
    out.push_str(&format!(
        "\n{}\n{END}",
        mark::hidden(&declaration(incident))
    ));
    out
}

/// The declaration, as it was made: what came of it stands in entries of its own.
fn declaration(incident: &Incident) -> Mark {
    Mark {
        key: incident.key.clone(),
        at: incident.declared,
        who: incident.creator.clone(),
        via: Via::Sssbot,
        fact: Fact::Declared(incident.declaration.clone()),
    }
}

/// What a time is called where it stands in a list.
pub(super) fn moment_field(moment: Moment) -> Saying {
    match moment {
        Moment::Detected => Saying::FieldDetected,
        Moment::Responded => Saying::FieldResponded,
        Moment::Recovered => Saying::FieldRecovered,
    }
}

/// Text that stays in its line and hides no mark.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("<!--", "&lt;!--")
}
