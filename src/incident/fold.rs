//! What is true: the entries of an issue, put together. Total: people write the timeline too, and
//! what makes no sense changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::entry::{Entry, Opened, What};
use super::fact::{Declaration, Fact};
use super::form;
use super::mark;
use super::rules::Rules;
use super::state::{Channel, Incident, Issue, Note, Point, Receipt, Stated, Was};
use super::view;
use super::who::Who;
use crate::channel_name::ChannelName;
use crate::id::{DoneKey, FeelingId, ServiceId, TypeId};
use crate::playbook::LabelMeans;

/// The incident that these entries tell of, in whatever order they came; `None` when they tell of
/// none. An entry that is there twice counts once.
pub fn fold(timeline: &[Entry], rules: &Rules) -> Option<Incident> {
    let mut folding = Folding::default();
    for entry in ordered(timeline) {
        folding.apply(entry, rules);
    }
    folding.incident(rules)
}

/// The entries by their own times, each key once. Where one is on the record and waits, too, it is
/// on the record.
pub(super) fn ordered(timeline: &[Entry]) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = timeline.iter().collect();
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
    entries.retain(|entry| {
        let reminded = matches!(entry.what, What::Marked(Fact::Reminded { .. }));
        let stale = !entry.recorded && on_record.contains(&entry.key);
        reminded || (!stale && seen.insert(&entry.key))
    });
    entries
}

/// What was said, before it is known whether there is an incident at all.
#[derive(Default)]
pub(super) struct Folding {
    declared: Option<(Declaration, Who, Timestamp, DoneKey)>,
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
    times: BTreeMap<super::fact::Moment, Stated<Point>>,
    resolved: Option<Stated<Option<String>>>,
    archived: Option<Stated<Option<String>>>,
    items: BTreeMap<String, Stated<bool>>,
    notes: Vec<Note>,
    receipts: Vec<Receipt>,
    called: Vec<Who>,
    called_groups: BTreeSet<String>,
    reminded: BTreeMap<super::fact::Reminder, Timestamp>,
    people: Vec<Who>,
    playbook: Option<crate::id::Sha>,
    last_word: Option<Timestamp>,
    waiting: Vec<DoneKey>,
    /// What GitHub shows, kept apart from the issue since events may stand before it.
    labels: BTreeSet<String>,
    assignees: Vec<Who>,
    closed: bool,
    title: Option<String>,
}

/// Says `value`; saying the same again changes nothing.
fn state<T: Clone + PartialEq>(slot: &mut Option<Stated<T>>, value: T, entry: &Entry) {
    let mut was = Vec::new();
    if let Some(before) = slot.take() {
        if before.value == value {
            *slot = Some(before);
            return;
        }
        was = before.was;
        was.push(Was {
            value: before.value,
            by: before.by,
            at: before.at,
        });
    }
    *slot = Some(Stated {
        value,
        by: entry.who.clone(),
        at: entry.at,
        was,
    });
}

impl Folding {
    /// Takes one entry in. They must come by their times.
    pub(super) fn apply(&mut self, entry: &Entry, rules: &Rules) {
        if entry.states() && !entry.who.is_nobody() {
            entry.who.clone().add(&mut self.people);
            self.last_word = self.last_word.max(Some(entry.at));
        }
        let reminder = matches!(entry.what, What::Marked(Fact::Reminded { .. }));
        if !entry.recorded && !reminder && matches!(entry.what, What::Marked(_)) {
            self.waiting.push(entry.key.clone());
        }
        match &entry.what {
            What::Opened(opened) => self.open(opened, entry),
            What::Renamed { title } => self.title = Some(title.clone()),
            What::Labeled(label) => {
                self.labels.insert(label.clone());
                if entry.states() {
                    self.label(label, entry, rules);
                }
            }
            What::Unlabeled(label) => {
                self.labels.remove(label);
                if entry.states() {
                    self.unlabel(label, rules);
                }
            }
            What::Assigned(who) => {
                who.clone().add(&mut self.assignees);
                if entry.states() {
                    self.lead(Some(who), entry);
                }
            }
            What::Unassigned(who) => {
                self.assignees.retain(|assigned| !assigned.is(who));
                let leads = self.handler.as_ref().is_some_and(|h| h.value.is(who));
                if entry.states() && leads {
                    self.lead(None, entry);
                }
            }
            What::Closed { reason } => {
                self.closed = true;
                if entry.states() && self.resolved.is_none() {
                    let reason = reason.clone().filter(|reason| reason != "completed");
                    state(&mut self.resolved, reason, entry);
                }
            }
            What::Reopened => {
                self.closed = false;
                if entry.states() {
                    self.resolved = None;
                }
            }
            What::Spoke => {}
            What::Marked(fact) => self.fact(fact, entry),
        }
    }

    fn open(&mut self, opened: &Opened, entry: &Entry) {
        if self.opened.is_some() {
            return;
        }
        if opened.ours {
            // Within what we manage: around it people write.
            let mark = view::managed(&opened.body).and_then(mark::read);
            if let Some(mark) = mark.filter(|m| matches!(m.fact, Fact::Declared(_))) {
                let declared = Entry::marked(mark, true);
                declared.who.clone().add(&mut self.people);
                self.fact_of(&declared);
            }
        }
        let issue = Issue {
            repo: opened.repo.clone(),
            number: opened.number,
            url: opened.url.clone(),
            title: opened.title.clone(),
            body: opened.body.clone(),
            ours: opened.ours,
            labels: BTreeSet::new(),
            assignees: Vec::new(),
            open: true,
        };
        self.opened = Some((issue, entry.who.clone(), entry.at));
    }

    fn fact_of(&mut self, entry: &Entry) {
        if let What::Marked(fact) = &entry.what {
            self.fact(fact, entry);
        }
    }

    fn label(&mut self, label: &str, entry: &Entry, rules: &Rules) {
        match rules.label_states(label) {
            Some(LabelMeans::Level(level)) => state(&mut self.level, level.number, entry),
            Some(LabelMeans::Type(kind)) => state(&mut self.kind, kind.id.clone(), entry),
            Some(LabelMeans::Service(service)) => {
                state(&mut self.service, service.id.clone(), entry);
            }
            _ => {}
        }
    }

    /// A service or a type is never taken away, only replaced: an incident has always one, and the
    /// label comes back.
    fn unlabel(&mut self, label: &str, rules: &Rules) {
        if let Some(LabelMeans::Level(level)) = rules.label_states(label)
            && self.level.as_ref().is_some_and(|l| l.value == level.number)
        {
            self.level = None;
        }
    }

    fn lead(&mut self, handler: Option<&Who>, entry: &Entry) {
        match handler {
            Some(who) if who.is_nobody() => {}
            Some(who) if self.handler.as_ref().is_some_and(|h| h.value.is(who)) => {}
            Some(who) => {
                state(&mut self.handler, who.clone(), entry);
                self.first_handler.get_or_insert(entry.at);
                who.clone().add(&mut self.people);
                who.clone().add(&mut self.led);
            }
            None => self.handler = None,
        }
    }

    fn fact(&mut self, fact: &Fact, entry: &Entry) {
        match fact {
            Fact::Declared(declaration) => self.declare(declaration, entry),
            Fact::Channel { id, name } => {
                self.channel = Some(Channel {
                    id: Some(id.clone()),
                    name: name.trim_start_matches('#').to_owned(),
                });
                self.channel_made.get_or_insert(entry.at);
            }
            Fact::Moment {
                moment, time: None, ..
            } => {
                self.times.remove(moment);
            }
            Fact::Moment {
                moment,
                time: Some(time),
                link,
                was,
            } => {
                let mut slot = self.times.remove(moment);
                let point = |time, link: &Option<String>| Point {
                    time,
                    link: link.clone(),
                };
                if let Some(was) = was {
                    state(&mut slot, point(*was, link), entry);
                }
                // The same time from another place is no correction; the first link stays.
                if slot
                    .as_ref()
                    .is_none_or(|stated| stated.value.time != *time)
                {
                    state(&mut slot, point(*time, link), entry);
                }
                if let Some(slot) = slot {
                    self.times.insert(*moment, slot);
                }
            }
            Fact::Handler { handler } => self.lead(handler.as_ref(), entry),
            Fact::Level { level: Some(level) } => state(&mut self.level, *level, entry),
            Fact::Level { level: None } => self.level = None,
            Fact::Feeling { feeling } => state(&mut self.feeling, feeling.clone(), entry),
            Fact::Summary { text } => state(&mut self.summary, text.clone(), entry),
            Fact::Item { item, done } => {
                let mut slot = self.items.remove(item);
                state(&mut slot, *done, entry);
                self.items.extend(slot.map(|slot| (item.clone(), slot)));
            }
            Fact::Note { text, link } => self.notes.push(Note {
                text: text.clone(),
                link: link.clone(),
                by: entry.who.clone(),
                at: entry.at,
            }),
            Fact::Called { people, groups } => {
                for who in people {
                    who.clone().add(&mut self.called);
                }
                self.called_groups.extend(groups.iter().cloned());
            }
            Fact::Receipt { of, channel, ts } => {
                let known = |r: &Receipt| r.of == *of && r.channel == *channel;
                if !self.receipts.iter().any(known) {
                    self.receipts.push(Receipt {
                        of: of.clone(),
                        channel: channel.clone(),
                        ts: ts.clone(),
                        at: entry.at,
                    });
                }
            }
            Fact::Reminded { of, due } => {
                let last = self.reminded.entry(*of).or_insert(*due);
                *last = (*last).max(*due);
            }
            Fact::Resolved { reason } => {
                if self.resolved.is_none() {
                    state(&mut self.resolved, reason.clone(), entry);
                }
            }
            Fact::Reopened => self.resolved = None,
            Fact::Archived { reason } => {
                if self.archived.is_none() {
                    state(&mut self.archived, reason.clone(), entry);
                }
            }
            Fact::Unarchived => self.archived = None,
            Fact::Playbook { commit } => self.playbook = Some(commit.clone()),
            Fact::Announced { .. } | Fact::Unread(_) => {}
        }
    }

    fn declare(&mut self, declaration: &Declaration, entry: &Entry) {
        if self.declared.is_some() {
            return;
        }
        let place = (
            declaration.clone(),
            entry.who.clone(),
            entry.at,
            entry.key.clone(),
        );
        self.declared = Some(place);
        // What people have said with labels meanwhile is later than the declaration, though the
        // declaration may come to the record after it.
        fn first<T: Clone + PartialEq>(slot: &mut Option<Stated<T>>, said: Option<&T>, by: &Entry) {
            if let (None, Some(said)) = (&slot, said) {
                state(slot, said.clone(), by);
            }
        }
        first(&mut self.service, Some(&declaration.service), entry);
        first(&mut self.kind, declaration.kind.as_ref(), entry);
        first(&mut self.feeling, declaration.feeling.as_ref(), entry);
        first(&mut self.summary, Some(&declaration.summary), entry);
        first(&mut self.level, declaration.level.as_ref(), entry);
    }

    /// What is true so far.
    pub(super) fn incident(&self, rules: &Rules) -> Option<Incident> {
        let opened = self.opened.as_ref();
        let title = self
            .title
            .as_deref()
            .or(opened.map(|(issue, ..)| issue.title.as_str()));
        let named = title.and_then(|title| ChannelName::find_all(title).into_iter().next());
        let first =
            opened.and_then(|(issue, ..)| ChannelName::find_all(&issue.title).into_iter().next());
        // An issue that was there before us: its title and text are all that there is.
        let adopted = match (&self.declared, opened, first.as_ref().or(named.as_ref())) {
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
        let name = named.as_ref().map(ChannelName::as_str);
        let planned = name.or(declaration.channel.as_deref()).unwrap_or_default();
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
            issue,
            channel: self.channel.clone().unwrap_or_else(|| Channel {
                id: None,
                name: planned.to_owned(),
            }),
            service: or(&self.service, &declaration.service, creator, *declared),
            kind: self.kind.clone(),
            level: self.level.clone(),
            feeling: self.feeling.clone(),
            drill: declaration.drill,
            summary: or(&self.summary, &declaration.summary, creator, *declared),
            creator: creator.clone(),
            declared: *declared,
            channel_made: self.channel_made,
            handler: self.handler.clone(),
            led: self.led.clone(),
            first_handler: self.first_handler,
            times: self.times.clone(),
            resolved: self.resolved.clone(),
            archived: self.archived.clone(),
            items: self.items.clone(),
            notes: self.notes.clone(),
            receipts: self.receipts.clone(),
            called: self.called.clone(),
            called_groups: self.called_groups.clone(),
            reminded: self.reminded.clone(),
            people,
            playbook: self.playbook.clone(),
            last_word: self.last_word.unwrap_or(*declared).max(*declared),
            waiting: self.waiting.clone(),
        })
    }
}
