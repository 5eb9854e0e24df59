//! The draft: a template filled with everything that the record knows.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::plain::{block, inline, yaml};
use super::template::{Hole, Place, Template};
use super::timeline::{name, table};
use crate::channel_name::ChannelName;
use crate::i18n::postmortem::{Writing, fill};
use crate::incident::time::clock;
use crate::incident::{Entry, Incident, Moment, Rules};

/// How the line opens by which a draft is known that nobody has touched.
const DRAFT: &str = "<!-- sssbot:draft ";
const ENDS: &str = " -->";

/// What a draft is made of.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its record.
    pub entries: &'a [Entry],
    /// The rules it goes by.
    pub rules: &'a Rules,
    /// The Slack workspace's address, where it is known.
    pub workspace: Option<&'a str>,
}

/// Where the document of an incident stands in the postmortem repository:
/// `postmortems/2021/sss-20210930i.md`.
///
/// Once it is there it keeps its place, though the channel be renamed.
pub fn path(incident: &Incident, rules: &Rules) -> String {
    let pull = incident.aftermath.pull.as_ref();
    if let Some(pull) = pull.filter(|pull| !pull.path.is_empty()) {
        return pull.path.clone();
    }
    let name = &incident.channel.name;
    let dated = ChannelName::parse(name).map(|name| name.date().year());
    let declared = || incident.declared.to_zoned(rules.zone().clone()).year();
    let year = dated.unwrap_or_else(|_| declared());
    let harmless = |c: char| if c == '/' || c == '\\' { '-' } else { c };
    let file: String = name.trim_start_matches('.').chars().map(harmless).collect();
    format!("{}/{year}/{file}.md", rules.playbook.postmortem.folder)
}

/// The document, whole: front matter, the template's text, and the line by which it is known that
/// nobody has touched it yet.
pub fn draft(template: &Template, given: &Given<'_>) -> String {
    let value = |hole, place| value(given, hole, place);
    let mut out = String::from("---\n");
    for (key, said) in front(given) {
        out.push_str(&format!("{key}: {said}\n"));
    }
    out.push_str(&template.front(value));
    out.push_str("---\n");
    out.push_str(template.body(value).trim_end());
    out.push_str("\n\n");
    let mark = mark(&out);
    format!("{out}{mark}\n")
}

/// Whether a document is as [`draft`] wrote it.
pub fn is_untouched(document: &str) -> bool {
    let document = document.replace("\r\n", "\n");
    let Some(at) = document.rfind(DRAFT) else {
        return false;
    };
    let (text, line) = document.split_at(at);
    line.trim_end() == mark(text)
}

fn mark(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("{DRAFT}{}{ENDS}", hex::encode(&digest[..12]))
}

/// The front matter, for whoever counts postmortems.
fn front(given: &Given<'_>) -> Vec<(&'static str, String)> {
    let incident = given.incident;
    let zone = given.rules.zone();
    let time = |at: Option<Timestamp>| yaml(&at.map_or_else(String::new, |at| clock(at, zone)));
    let issue = incident
        .issue
        .as_ref()
        .map_or("", |issue| issue.url.as_str());
    let kind = incident.kind.as_ref();
    let level = incident.level.as_ref();
    let resolved = incident.resolved.as_ref().map(|resolved| resolved.at);
    vec![
        ("incident", yaml(issue)),
        ("channel", yaml(&incident.channel.name)),
        ("service", yaml(incident.service.value.as_str())),
        (
            "type",
            kind.map_or("null".to_owned(), |kind| yaml(kind.value.as_str())),
        ),
        (
            "level",
            level.map_or("null".to_owned(), |level| level.value.to_string()),
        ),
        ("drill", incident.drill.to_string()),
        ("declared", time(Some(incident.declared))),
        ("detected", time(incident.time(Moment::Detected))),
        ("responded", time(incident.time(Moment::Responded))),
        ("recovered", time(incident.time(Moment::Recovered))),
        ("resolved", time(resolved)),
    ]
}

fn value(given: &Given<'_>, hole: Hole, place: Place) -> String {
    let (incident, rules) = (given.incident, given.rules);
    let lang = rules.lang;
    let time = |at: Option<Timestamp>| match at {
        Some(at) => clock(at, rules.zone()),
        None => Writing::NotRecorded.say(lang).to_owned(),
    };
    let level = |number: u8| {
        let icon = rules.level(number).map_or("", |level| level.icon.as_str());
        format!("{number} {icon}").trim().to_owned()
    };
    let undecided = || Writing::NotDecided.say(lang).to_owned();
    // What people said needs care, which depends on the place; the rest is ours.
    let said = |text: &str| match place {
        Place::Front => text.to_owned(),
        Place::Within => inline(text),
        Place::Alone => block(text),
    };
    let value = match hole {
        Hole::Name => said(rules.playbook.postmortem.name.say(lang)),
        Hole::Channel => said(&incident.channel.name),
        Hole::Service => said(incident.service.value.as_str()),
        Hole::Type => match incident.kind.as_ref() {
            Some(stated) => match rules.kind(&stated.value) {
                Some(kind) => said(kind.name.say(lang)),
                None => said(stated.value.as_str()),
            },
            None => undecided(),
        },
        Hole::Level => match &incident.level {
            Some(stated) => level(stated.value),
            None => undecided(),
        },
        Hole::Levels => match &incident.level {
            Some(stated) => {
                let all = stated.was.iter().map(|was| was.value).chain([stated.value]);
                all.map(level).collect::<Vec<_>>().join(" → ")
            }
            None => undecided(),
        },
        Hole::Handler => match &incident.handler {
            Some(handler) => name(&handler.value),
            None => undecided(),
        },
        Hole::People => {
            let mut people = incident.people.clone();
            for who in &incident.led {
                who.clone().add(&mut people);
            }
            // Who is known on one side only may be there twice.
            let names: BTreeSet<String> = people.iter().map(name).collect();
            let names: Vec<String> = names.into_iter().collect();
            names.join(Writing::Between.say(lang))
        }
        Hole::Issue => {
            let url = incident.issue.as_ref().map(|issue| issue.url.clone());
            url.unwrap_or_else(undecided)
        }
        Hole::Drill => {
            let word = if incident.drill {
                Writing::Yes
            } else {
                Writing::No
            };
            word.say(lang).to_owned()
        }
        Hole::Summary => said(&incident.summary.value),
        Hole::Declared => time(Some(incident.declared)),
        Hole::Detected => time(incident.time(Moment::Detected)),
        Hole::Responded => time(incident.time(Moment::Responded)),
        Hole::Recovered => time(incident.time(Moment::Recovered)),
        Hole::Resolved => time(incident.resolved.as_ref().map(|resolved| resolved.at)),
        Hole::Duration => match incident.time(Moment::Recovered) {
            Some(end) => lasting(end.duration_since(incident.began()), rules),
            None => Writing::NotRecorded.say(lang).to_owned(),
        },
        Hole::Timeline => return table(given),
    };
    match place {
        Place::Front => yaml(&value),
        Place::Within | Place::Alone => value,
    }
}

/// `1h 23m`.
fn lasting(span: SignedDuration, rules: &Rules) -> String {
    let minutes = span.as_mins().max(0);
    let (days, hours) = (minutes / 60 / 24, minutes / 60 % 24);
    let saying = match (days, hours) {
        (0, 0) => Writing::Minutes,
        (0, _) => Writing::Hours,
        _ => Writing::Days,
    };
    let with = [
        ("days", days.to_string()),
        ("hours", hours.to_string()),
        ("minutes", (minutes % 60).to_string()),
    ];
    let with: Vec<(&str, &str)> = with.iter().map(|(name, it)| (*name, it.as_str())).collect();
    fill(saying, rules.lang, &with)
}

#[cfg(test)]
mod tests;
