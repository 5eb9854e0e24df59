//! What is true: the entries of an issue, put together. Total: people write the timeline too, and
//! what makes no sense changes nothing.

mod take;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::aftermath::Aftermath;
use super::entry::{Entry, What};
use super::fact::{Declaration, Moment, Reminder};
use super::form;
use super::rules::Rules;
use super::state::{Channel, Incident, Issue, Loan, Note, Point, Receipt, Stated};
use super::turn::Turns;
use super::who::{Via, Who};
use crate::channel_name::ChannelName;
use crate::id::{DoneKey, FeelingId, ServiceId, Sha, TypeId};

/// The incident that these entries tell of, in whatever order they came; `None` when they tell of
/// none. An entry that is there twice counts once.
pub fn fold(timeline: &[Entry], rules: &Rules) -> Option<Incident> {
    let mut folding = Folding::default();
    for entry in ordered(timeline) {
        folding.apply(&entry, rules);
    }
    folding.incident(rules)
}

/// The entries by their own times, each key once. Where one is on the record and waits, too, it is
/// on the record. What hides in an issue's text is one of them.
pub(super) fn ordered(timeline: &[Entry]) -> Vec<Cow<'_, Entry>> {
    let hidden = timeline.iter().filter_map(|entry| match &entry.what {
        What::Opened(opened) => opened.declaration(),
        _ => None,
    });
    let mut entries: Vec<Cow<'_, Entry>> = timeline
        .iter()
        .map(Cow::Borrowed)
        .chain(hidden.map(Cow::Owned))
        .collect();
    entries.sort_by(|a, b| {
        let place = |e: &Entry| (e.at, !matches!(e.what, What::Opened(_)));
        place(a)
            .cmp(&place(b))
            .then_with(|| a.key.cmp(&b.key))
            .then_with(|| b.recorded.cmp(&a.recorded))
    });
    let on_record: BTreeSet<&DoneKey> = entries
        .iter()
        .filter(|entry| entry.recorded)
        .map(|entry| &entry.key)
        .collect();
    let mut seen = BTreeSet::new();
    let counts = entries.iter().map(|entry| {
        let in_place = matches!(&entry.what, What::Marked(fact) if fact.is_in_place());
        let stale = !entry.recorded && on_record.contains(&entry.key);
        in_place || (!stale && seen.insert(&entry.key))
    });
    let counts: Vec<bool> = counts.collect();
    let told = entries.into_iter().zip(counts);
    told.filter_map(|(entry, counts)| counts.then_some(entry))
        .collect()
}

/// What was said, before it is known whether there is an incident at all.
#[derive(Default)]
pub(super) struct Folding {
    declared: Option<(Declaration, Who, Timestamp, DoneKey)>,
    declared_via: Option<Via>,
    opened: Option<(Issue, Who, Timestamp)>,
    channel: Option<Channel>,
    channel_made: Option<Timestamp>,
    service: Option<Stated<ServiceId>>,
    kind: Option<Stated<TypeId>>,
    level: Option<Stated<u8>>,
    feeling: Option<Stated<FeelingId>>,
    summary: Option<Stated<String>>,
    handler: Option<Stated<Who>>,
    led: Vec<Who>,
    first_handler: Option<Timestamp>,
    turns: Turns,
    times: BTreeMap<Moment, Stated<Point>>,
    resolved: Option<Stated<Option<String>>>,
    ends: u32,
    archived: Option<Stated<Option<String>>>,
    items: BTreeMap<String, Stated<bool>>,
    notes: Vec<Note>,
    receipts: Vec<Receipt>,
    called: Vec<Who>,
    called_groups: BTreeSet<String>,
    loans: Vec<Loan>,
    reminded: BTreeMap<Reminder, Timestamp>,
    people: Vec<Who>,
    aftermath: Aftermath,
    playbook: Option<Sha>,
    last_word: Option<Timestamp>,
    waiting: Vec<DoneKey>,
    /// What GitHub shows, kept apart from the issue since events may stand before it.
    labels: BTreeSet<String>,
    assignees: Vec<Who>,
    closed: bool,
    title: Option<String>,
}

impl Folding {
    /// What is true so far.
    pub(super) fn incident(&self, rules: &Rules) -> Option<Incident> {
        let opened = self.opened.as_ref();
        let title = self
            .title
            .as_deref()
            .or(opened.map(|(issue, ..)| issue.title.as_str()));
        let named = title.and_then(|title| ChannelName::find_all(title).into_iter().next());
        // An issue that was there before us: its title and text are all that there is. The title is
        // the name and nothing else; what only mentions a channel is about one.
        let whole = title.and_then(|title| ChannelName::parse(title).ok());
        let adopted = match (&self.declared, opened, whole.as_ref()) {
            (None, Some((issue, who, at)), Some(name)) => {
                let key = DoneKey::new(format!("{}#{}", issue.repo, issue.number));
                let read = form::adopt(&issue.body, name, rules);
                Some((
                    read.declaration,
                    who.clone(),
                    read.declared.unwrap_or(*at),
                    key,
                ))
            }
            _ => None,
        };
        let (declaration, creator, declared, key) = self.declared.as_ref().or(adopted.as_ref())?;
        // For an issue of before us, what nobody has stated is what its text says.
        fn or<T: Clone>(slot: &Option<Stated<T>>, value: &T, by: &Who, at: Timestamp) -> Stated<T> {
            slot.clone().unwrap_or_else(|| Stated {
                value: value.clone(),
                by: by.clone(),
                at,
                was: Vec::new(),
            })
        }
        // A title that only mentions a channel may be about another incident.
        let name = |found: &Option<ChannelName>| found.as_ref().map(|n| n.as_str().to_owned());
        let planned = name(&whole).or_else(|| declaration.channel.clone());
        let planned = planned.or_else(|| name(&named)).unwrap_or_default();
        let issue = opened.map(|(issue, ..)| Issue {
            title: title.unwrap_or_default().to_owned(),
            labels: self.labels.clone(),
            assignees: self.assignees.clone(),
            open: !self.closed,
            ..issue.clone()
        });
        let mut people = self.people.clone();
        creator.clone().add(&mut people);
        Some(Incident {
            key: key.clone(),
            adopted: self.declared.is_none(),
            by_issue: self.declared_via.is_none_or(|via| via == Via::GitHub),
            issue,
            channel: self.channel.clone().unwrap_or(Channel {
                id: None,
                name: planned,
            }),
            service: or(&self.service, &declaration.service, creator, *declared),
            kind: self.kind.clone(),
            level: self.level.clone(),
            feeling: self.feeling.clone(),
            drill: declaration.drill,
            summary: or(&self.summary, &declaration.summary, creator, *declared),
            declaration: declaration.clone(),
            creator: creator.clone(),
            declared: *declared,
            channel_made: self.channel_made,
            handler: self.handler.clone(),
            led: self.led.clone(),
            first_handler: self.first_handler,
            turns: self.turns.clone(),
            times: self.times.clone(),
            resolved: self.resolved.clone(),
            ends: self.ends,
            archived: self.archived.clone(),
            items: self.items.clone(),
            notes: self.notes.clone(),
            receipts: self.receipts.clone(),
            called: self.called.clone(),
            called_groups: self.called_groups.clone(),
            loans: self.loans.clone(),
            reminded: self.reminded.clone(),
            people,
            aftermath: self.aftermath.clone(),
            playbook: self.playbook.clone(),
            last_word: self.last_word.unwrap_or(*declared).max(*declared),
            waiting: self.waiting.clone(),
        })
    }
}
