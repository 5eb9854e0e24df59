//! Everything that happened, by the time at which it did: a table with links to Slack and GitHub.

use jiff::Timestamp;

use super::draft::Given;
use super::plain::{address, inline};
use crate::i18n::postmortem::{Writing, fill};
use crate::id::ChannelId;
use crate::incident::entry::MARKED;
use crate::incident::time::{clock, permalink};
use crate::incident::{Entry, Fact, Incident, Moment, What, When, Who};
use crate::playbook::LabelMeans;

/// So many lines are enough for a document; the issue has all.
const MOST: usize = 400;

/// Something that happened.
struct Event {
    at: Timestamp,
    /// Markdown.
    what: String,
    /// Where it can be seen: the words and the address.
    link: Option<(Writing, String)>,
}

/// The table.
pub(super) fn table(given: &Given<'_>) -> String {
    let lang = given.rules.lang;
    let mut events = events(given);
    // Stable: what happened at the same moment stays in the order of the record.
    events.sort_by_key(|event| event.at);
    let more = events.len().saturating_sub(MOST);
    events.truncate(MOST);
    let head = [Writing::HeadTime, Writing::HeadEvent, Writing::HeadLink].map(|it| it.say(lang));
    let mut rows = vec![
        format!("| {} |", head.join(" | ")),
        "| --- | --- | --- |".to_owned(),
    ];
    for event in &events {
        let link = match &event.link {
            Some((words, url)) if !address(url).is_empty() => {
                format!("[{}]({})", words.say(lang), address(url))
            }
            _ => String::new(),
        };
        let at = clock(event.at, given.rules.zone());
        rows.push(format!("| {at} | {} | {link} |", event.what));
    }
    if more > 0 {
        let more = fill(Writing::MoreEvents, lang, &[("count", &more.to_string())]);
        rows.push(format!("\n{more}"));
    }
    rows.join("\n")
}

/// What to call somebody: never a mention.
pub(super) fn name(who: &Who) -> String {
    let called: String = who.called().chars().filter(|c| *c != '@').collect();
    inline(&called)
}

fn events(given: &Given<'_>) -> Vec<Event> {
    let lang = given.rules.lang;
    let incident = given.incident;
    let issue = incident.issue.as_ref().map(|issue| issue.url.clone());
    let mut events = Vec::new();
    let declared = [("who", name(&incident.creator))];
    events.push(Event {
        at: incident.declared,
        what: say(given, Writing::EventDeclared, &declared),
        link: issue.map(|url| (Writing::LinkIssue, url)),
    });
    for moment in Moment::ALL {
        let Some(at) = incident.time(moment) else {
            continue;
        };
        let what = words_for(moment).say(lang).to_owned();
        let stated = incident.times.get(&moment);
        let (what, link) = match stated {
            Some(stated) => {
                let with = [("what", what), ("who", name(&stated.by))];
                let link = stated.value.link.clone();
                (
                    say(given, Writing::EventBy, &with),
                    link.map(|url| (Writing::LinkMessage, url)),
                )
            }
            None => (what, None),
        };
        events.push(Event { at, what, link });
    }
    let mut told: Vec<(Timestamp, Vec<String>, String)> = Vec::new();
    for receipt in &incident.receipts {
        let of = receipt.of.as_str();
        let about = of
            .rsplit_once(':')
            .map_or(of, |(about, _)| about)
            .to_owned();
        let channel = inline(&receipt.channel);
        match told.iter_mut().find(|(_, _, known)| *known == about) {
            Some((_, channels, _)) => channels.push(channel),
            None => told.push((receipt.at, vec![channel], about)),
        }
    }
    for (at, channels, _) in told {
        let channels = channels.join(Writing::Between.say(lang));
        events.push(Event {
            at,
            what: say(given, Writing::EventTold, &[("channels", channels)]),
            link: None,
        });
    }
    let mut entries: Vec<&Entry> = given.entries.iter().collect();
    entries.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    let mut before = Before::default();
    events.extend(entries.into_iter().filter_map(|entry| {
        let (what, link) = of_entry(given, entry, &mut before)?;
        let link = link.or_else(|| comment(incident, entry));
        Some(Event {
            at: said_at(entry).unwrap_or(entry.at),
            what,
            link,
        })
    }));
    events
}

fn say(given: &Given<'_>, saying: Writing, with: &[(&str, String)]) -> String {
    let with: Vec<(&str, &str)> = with.iter().map(|(name, it)| (*name, it.as_str())).collect();
    fill(saying, given.rules.lang, &with)
}

/// The word for a time.
pub(super) fn words_for(moment: Moment) -> Writing {
    match moment {
        Moment::Detected => Writing::EventDetected,
        Moment::Responded => Writing::EventResponded,
        Moment::Recovered => Writing::EventRecovered,
    }
}

type Linked = (String, Option<(Writing, String)>);

/// What held before an entry: what says the same again is no news.
#[derive(Default)]
struct Before<'a> {
    level: Option<u8>,
    channel: Option<&'a ChannelId>,
}

/// What an entry tells that the incident's times do not.
fn of_entry<'a>(given: &Given<'_>, entry: &'a Entry, before: &mut Before<'a>) -> Option<Linked> {
    let rules = given.rules;
    let lang = rules.lang;
    let by = || ("who", name(&entry.who));
    let plain = |saying: Writing, with: &[(&str, String)]| Some((say(given, saying, with), None));
    if !entry.states() {
        return None;
    }
    let mut leveled = |to: Option<u8>| {
        if std::mem::replace(&mut before.level, to) == to {
            return None;
        }
        match to {
            Some(number) => {
                let icon = rules.level(number).map_or("", |level| level.icon.as_str());
                let said = format!("{number} {icon}");
                plain(
                    Writing::EventLevel,
                    &[("level", said.trim().to_owned()), by()],
                )
            }
            None => plain(Writing::EventNoLevel, &[by()]),
        }
    };
    match &entry.what {
        What::Assigned(who) => plain(Writing::EventHandler, &[("who", name(who))]),
        What::Labeled(label) => match rules.label_states(label) {
            Some(LabelMeans::Level(level)) => leveled(Some(level.number)),
            _ => None,
        },
        What::Closed { .. } => plain(Writing::EventResolved, &[by()]),
        What::Reopened => plain(Writing::EventReopened, &[by()]),
        What::Marked(fact) => match fact {
            Fact::Declared(declaration) => {
                before.level = declaration.level.or(before.level);
                None
            }
            Fact::Channel { id, name } => {
                let known = before.channel.replace(id) == Some(id);
                let saying = match known {
                    true => Writing::EventChannelRenamed,
                    false => Writing::EventChannel,
                };
                let what = say(given, saying, &[("channel", inline(name))]);
                let url = given
                    .workspace
                    .map(|base| format!("{}/archives/{id}", base.trim_end_matches('/')));
                Some((what, url.map(|url| (Writing::LinkChannel, url))))
            }
            Fact::Handler { handler: Some(who) } => {
                plain(Writing::EventHandler, &[("who", name(who))])
            }
            Fact::Handler { handler: None } => plain(Writing::EventNoHandler, &[]),
            Fact::Level { level } => leveled(*level),
            // Taken back since.
            Fact::Note { .. } if given.incident.notes.iter().all(|it| it.key != entry.key) => None,
            Fact::Note { text, link, author } => {
                let who = match author.is_nobody() {
                    true => by(),
                    false => ("who", name(author)),
                };
                // Of what was only marked, the address is all that left Slack.
                let what = match link.as_ref() == Some(text) {
                    true => say(given, Writing::EventSaid, &[who]),
                    false => say(given, Writing::EventNote, &[who, ("text", inline(text))]),
                };
                Some((what, link.clone().map(|url| (Writing::LinkMessage, url))))
            }
            Fact::Called { people, groups, .. } => {
                let names = people.iter().map(name);
                let names: Vec<String> = names.chain(groups.iter().map(|it| inline(it))).collect();
                let names = names.join(Writing::Between.say(lang));
                plain(Writing::EventCalled, &[by(), ("names", names)])
            }
            Fact::Announced { text } => {
                plain(Writing::EventAnnounced, &[by(), ("text", inline(text))])
            }
            Fact::Item { item, done: true } => {
                let list = given.incident.checklist(rules);
                let known = list.iter().find(|(known, _)| known.id == *item);
                let said = known.map_or(item.as_str(), |(known, _)| known.text.say(lang));
                plain(Writing::EventTicked, &[("item", inline(said)), by()])
            }
            Fact::Resolved { .. } => plain(Writing::EventResolved, &[by()]),
            Fact::Reopened => plain(Writing::EventReopened, &[by()]),
            _ => None,
        },
        _ => None,
    }
}

/// When a message was said that somebody put on record with a reaction or a shortcut.
fn said_at(entry: &Entry) -> Option<Timestamp> {
    let key = entry.key.as_str();
    let What::Marked(Fact::Note { link, .. }) = &entry.what else {
        return None;
    };
    let marked = key.contains(MARKED) || key.ends_with("+note");
    let link = link.as_ref().filter(|_| marked)?;
    match permalink(link)? {
        When::Message { time, .. } => Some(time),
        When::Now | When::At(_) => None,
    }
}

/// The comment in which a command was given.
fn comment(incident: &Incident, entry: &Entry) -> Option<(Writing, String)> {
    let issue = incident.issue.as_ref()?;
    let id = entry.key.as_str().strip_prefix("cc:")?.split(':').next()?;
    let number: u64 = id.parse().ok()?;
    let url = format!("{}#issuecomment-{number}", issue.url);
    Some((Writing::LinkComment, url))
}
