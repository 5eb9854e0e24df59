//! One entry more: how each thing that can stand on the record changes what is known.

use std::collections::BTreeSet;

use super::Folding;
use crate::incident::entry::{Entry, Opened, What};
use crate::incident::fact::{Declaration, Fact, Moment};
use crate::incident::rules::Rules;
use crate::incident::state::{Channel, Issue, LentTo, Loan, Note, Point, Receipt, Stated, Was};
use crate::incident::turn::Turn;
use crate::incident::who::Who;
use crate::playbook::LabelMeans;

/// Says `value`; saying the same again changes nothing. Gives whether anything has changed.
fn state<T: Clone + PartialEq>(slot: &mut Option<Stated<T>>, value: T, entry: &Entry) -> bool {
    let mut was = Vec::new();
    if let Some(before) = slot.take() {
        if before.value == value {
            *slot = Some(before);
            return false;
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
    true
}

impl Folding {
    /// Takes one entry in. They must come by their times.
    pub(in crate::incident) fn apply(&mut self, entry: &Entry, rules: &Rules) {
        if entry.states() && !entry.who.is_nobody() {
            entry.who.clone().add(&mut self.people);
            self.last_word = self.last_word.max(Some(entry.at));
        }
        let waits = matches!(&entry.what, What::Marked(fact) if !fact.is_in_place());
        if !entry.recorded && waits {
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
                if entry.states() {
                    let reason = reason.clone().filter(|reason| reason != "completed");
                    self.resolve(reason, entry);
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
        // GitHub's time of the issue is a whole second, and may be before that of its declaration.
        if let Some(declared) = opened.declaration()
            && let What::Marked(fact) = &declared.what
        {
            declared.who.clone().add(&mut self.people);
            self.fact(fact, &declared);
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

    fn label(&mut self, label: &str, entry: &Entry, rules: &Rules) {
        match rules.label_states(label) {
            Some(LabelMeans::Level(level)) => self.level(level.number, entry),
            Some(LabelMeans::Type(kind)) => {
                state(&mut self.kind, kind.id.clone(), entry);
            }
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

    fn level(&mut self, level: u8, entry: &Entry) {
        if state(&mut self.level, level, entry) {
            self.turns.came(Turn::Level(level));
        }
    }

    fn resolve(&mut self, reason: Option<String>, entry: &Entry) {
        if self.resolved.is_none() {
            self.ends += 1;
            state(&mut self.resolved, reason, entry);
        }
    }

    fn lead(&mut self, handler: Option<&Who>, entry: &Entry) {
        match handler {
            Some(who) if who.is_nobody() => {}
            Some(who) if self.handler.as_ref().is_some_and(|h| h.value.is(who)) => {}
            Some(who) => {
                state(&mut self.handler, who.clone(), entry);
                self.turns.came(Turn::handler(who));
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
                if slot.is_none() && *moment == Moment::Recovered {
                    self.turns.came(Turn::Recovered);
                }
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
            Fact::Level { level: Some(level) } => self.level(*level, entry),
            Fact::Level { level: None } => self.level = None,
            Fact::Feeling { feeling } => {
                if state(&mut self.feeling, feeling.clone(), entry) {
                    self.turns.came(Turn::Feeling(feeling.clone()));
                }
            }
            Fact::Summary { text } => {
                state(&mut self.summary, text.clone(), entry);
            }
            Fact::Item { item, done } => {
                let mut slot = self.items.remove(item);
                state(&mut slot, *done, entry);
                self.items.extend(slot.map(|slot| (item.clone(), slot)));
            }
            Fact::Unmarked { note } => self.notes.retain(|known| known.key != *note),
            Fact::Note { text, link, .. } => self.notes.push(Note {
                key: entry.key.clone(),
                text: text.clone(),
                link: link.clone(),
                by: entry.who.clone(),
                at: entry.at,
            }),
            Fact::Called {
                people,
                groups,
                until_resolved,
            } => {
                for who in people {
                    who.clone().add(&mut self.called);
                    if *until_resolved && self.loans.iter().all(|loan| !loan.who.is(who)) {
                        let (who, to) = (who.clone(), None);
                        self.loans.push(Loan { who, to });
                    }
                }
                self.called_groups.extend(groups.iter().cloned());
            }
            Fact::Lent {
                people,
                team,
                group,
                pull,
                crew,
            } => {
                self.loans
                    .retain(|loan| people.iter().all(|who| !loan.who.is(who)));
                let to = LentTo {
                    key: entry.key.clone(),
                    team: team.clone(),
                    group: group.clone(),
                    pull: pull.clone(),
                    crew: crew.clone(),
                    recorded: entry.recorded,
                };
                self.loans.extend(people.iter().map(|who| Loan {
                    who: who.clone(),
                    to: Some(to.clone()),
                }));
            }
            Fact::Returned { people, .. } => self
                .loans
                .retain(|loan| people.iter().all(|who| !loan.who.is(who))),
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
            Fact::Resolved { reason } => self.resolve(reason.clone(), entry),
            Fact::Reopened => self.resolved = None,
            Fact::Archived { reason } => {
                if self.archived.is_none() {
                    state(&mut self.archived, reason.clone(), entry);
                }
            }
            Fact::Unarchived => self.archived = None,
            Fact::PostmortemAsked => {
                self.aftermath.refused.clear();
                self.aftermath.asked = Some(Stated {
                    value: (),
                    by: entry.who.clone(),
                    at: entry.at,
                    was: Vec::new(),
                });
            }
            Fact::PostmortemRefused { why } => {
                self.aftermath.refused.clone_from(why);
                self.aftermath.asked = None;
            }
            Fact::Postmortem(pull) => {
                self.aftermath.pull = Some(pull.clone());
                self.aftermath.asked = None;
            }
            Fact::Actions { actions } => self.aftermath.actions = Some(actions.clone()),
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
        self.declared_via = Some(entry.via);
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
        if let (None, Some(level)) = (&self.level, declaration.level) {
            self.level(level, entry);
        }
    }
}
