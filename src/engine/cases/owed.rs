//! What is owed for an incident, as rows beside what was done.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::known::never;
use super::lanes::{channel_of, other_channel};
use super::prepared::{asked_to_wait, led_there};
use super::say::spoken;
use super::{Case, Errand, Line};
use crate::channel_name::ChannelName;
use crate::engine::intake::WAITS;
use crate::id::{DoneKey, MessageTs};
use crate::incident::due::tick_until;
use crate::incident::{Effect, Entry, Fact, Mark, Tell, Todo, Via, What, Who, mark, view};
use crate::playbook::ChannelRef;
use crate::slack::render::Style;
use crate::store::{Changes, MessageRow, Wanted};

/// How often what shows an incident's state is changed in the long run: Slack allows about 50 changes
/// a minute for the whole workspace.
const SHOWN_EVERY: SignedDuration = SignedDuration::from_secs(30);
/// So many changes go at once where it was quiet: in the first minutes everybody looks.
const SHOWN_AT_ONCE: i32 = 4;
/// How long changes of one moment are gathered.
const SHOWN_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// So far back a new database looks for what was said in an incident's channel and in others, and
/// for so long people who left a channel may be invited there again.
const TOLD_LATELY: SignedDuration = SignedDuration::from_hours(24 * 29);
const SENT_LATELY: SignedDuration = SignedDuration::from_hours(24);
const INVITED_LATELY: SignedDuration = SignedDuration::from_hours(1);
/// How the keys of errands begin that pin a message, and that write an entry.
pub(super) const PIN: &str = "pin:";
pub(super) const WRITE: &str = "w:";
/// How the keys of cards begin.
pub(in crate::engine) const CARD: &str = "card:";

/// What is owed, as it is put together.
pub(super) struct Owed<'a> {
    pub(super) case: &'a Case,
    pub(super) now: Timestamp,
    pub(super) style: Style<'a>,
    pub(super) rows: BTreeMap<(String, DoneKey), MessageRow>,
    pub(super) changes: Changes,
    /// When this database was made.
    pub(super) born: Timestamp,
    /// What follows for the record itself.
    pub(super) entries: Vec<Entry>,
    /// What is changed, and up to when its changes are used up then.
    pub(super) shown: Vec<((String, DoneKey), Timestamp)>,
}

/// When something that shows a state is changed, and up to when its changes are used up then: each
/// uses up [`SHOWN_EVERY`] of the time, and [`SHOWN_AT_ONCE`] of them may be ahead of it.
fn paced(used: Option<Timestamp>, now: Timestamp) -> (Timestamp, Timestamp) {
    let soon = now.saturating_add(SHOWN_AFTER).unwrap_or(now);
    let ahead = SHOWN_EVERY * (SHOWN_AT_ONCE - 1);
    let free = used.and_then(|used| used.checked_sub(ahead).ok());
    let at = free.map_or(soon, |free| free.max(soon));
    let used = used.map_or(at, |used| used.max(at));
    (at, used.saturating_add(SHOWN_EVERY).unwrap_or(used))
}

impl Owed<'_> {
    /// What an effect comes to.
    pub(super) fn effect(
        &mut self,
        effect: &Effect,
        at: Timestamp,
        shown: impl Fn(&str) -> Option<Timestamp>,
    ) {
        let Some(lane) = lane_of(self.case, &effect.todo) else {
            return;
        };
        let case = self.case;
        let (incident, rules) = (&case.incident, &case.rules);
        let row = self.rows.get(&(lane.clone(), effect.key.clone())).cloned();
        if row.is_none() && self.was_done_before_us(&effect.todo, at) {
            self.want(lane, effect.key.clone(), at, String::from("{}"), None, at);
            if let Some(wanted) = self.changes.messages.last_mut() {
                wanted.covered = true;
            }
            return;
        }
        match &effect.todo {
            Todo::Tell(tell) => {
                let changes = matches!(tell, Tell::Checklist { .. });
                if row.is_some() && !changes {
                    return;
                }
                let said = view::tell(tell, incident, rules, rules.lang);
                self.say(lane, effect, at, &said, None, row, &shown);
            }
            Todo::Card => {
                let said = view::card(incident, rules, rules.lang);
                let key = Some(incident.key.clone());
                self.say(lane, effect, at, &said, key, row, &shown);
            }
            Todo::Broadcast { to, news, text } => match row {
                Some(row) => {
                    if let Some(ts) = row.ts {
                        self.receipt(effect, to, ts);
                    }
                }
                None => {
                    let said = view::broadcast(*news, text.as_deref(), incident, rules, rules.lang);
                    let key = Some(incident.key.clone());
                    self.say(lane, effect, at, &said, key, None, &shown);
                }
            },
            Todo::Write(_) => {}
            todo => {
                // What shows a state is done again when it looks otherwise, as GitHub then shows.
                let again = format!("{todo}{}", self.state_of(todo));
                self.errand(lane, effect.key.clone(), at, again, row);
            }
        }
        self.pin(effect);
    }

    /// Whether something that is done once was done so long before this database was made that
    /// nobody can look for it: then it was done.
    fn was_done_before_us(&self, todo: &Todo, at: Timestamp) -> bool {
        let known_for = match todo {
            Todo::Tell(_) => TOLD_LATELY,
            Todo::Broadcast { .. } => SENT_LATELY,
            Todo::InviteGroup(_) | Todo::InviteNamed(_) | Todo::InvitePeople(_) => INVITED_LATELY,
            _ => return false,
        };
        self.born.duration_since(at) > known_for
    }

    /// What makes a todo another one, though it reads the same.
    fn state_of(&self, todo: &Todo) -> String {
        let incident = &self.case.incident;
        match todo {
            Todo::Body => view::new_body(incident, &self.case.rules),
            Todo::Draft => record(self.case),
            Todo::Topic => view::topic(incident, &self.case.rules, self.case.rules.lang),
            Todo::Labels { .. } | Todo::Assign { .. } | Todo::CloseIssue | Todo::ReopenIssue => {
                let native = self
                    .case
                    .entries
                    .iter()
                    .filter(|entry| entry.via == Via::GitHub);
                let last = native.map(|entry| entry.at).max();
                last.map(|at| at.to_string()).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    /// The card is pinned as soon as it stands there.
    fn pin(&mut self, effect: &Effect) {
        if effect.todo != Todo::Card {
            return;
        }
        let lane = lane_of(self.case, &effect.todo).unwrap_or_default();
        let row = self.rows.get(&(lane, effect.key.clone()));
        if let Some(ts) = row.and_then(|row| row.ts.clone()) {
            let errands = Errand::InSlack(self.case.incident.key.clone()).lane();
            let key = pinned(&ts);
            let row = self.rows.get(&(errands.clone(), key.clone())).cloned();
            self.errand(errands, key, self.now, format!("pin {ts}"), row);
        }
    }

    /// A message has reached another channel: that goes on record.
    fn receipt(&mut self, effect: &Effect, to: &ChannelRef, ts: MessageTs) {
        let fact = Fact::Receipt {
            of: effect.key.clone(),
            channel: to.to_string(),
            ts: Some(ts),
        };
        self.entries
            .push(by_us(format!("sent:{}", effect.key), fact, self.now));
    }

    #[allow(clippy::too_many_arguments)]
    fn say(
        &mut self,
        lane: String,
        effect: &Effect,
        at: Timestamp,
        said: &view::Said,
        incident: Option<DoneKey>,
        row: Option<MessageRow>,
        shown: &impl Fn(&str) -> Option<Timestamp>,
    ) {
        let key = &self.case.incident.key;
        let rules = &self.case.rules;
        let spoken = spoken(said, Some(key), rules.lang, rules, &self.style);
        let mut line = Line::for_all(spoken);
        line.incident = incident;
        line.until = until(effect, self.case);
        let doc = line.to_row();
        if row.as_ref().is_some_and(|row| row.doc == doc) {
            return;
        }
        let settle_at = match &row {
            None => self.now,
            // It is about to be shown: with what is new, and no later for that.
            Some(row) if row.rev > row.said_rev => row.settle_at,
            Some(_) => {
                let (at, used) = paced(shown(&lane), self.now);
                self.shown.push(((lane.clone(), effect.key.clone()), used));
                at
            }
        };
        self.want(lane, effect.key.clone(), at, doc, row, settle_at);
    }

    pub(super) fn errand(
        &mut self,
        lane: String,
        key: DoneKey,
        at: Timestamp,
        doc: String,
        row: Option<MessageRow>,
    ) {
        if row.as_ref().is_some_and(|row| row.doc == doc) {
            return;
        }
        self.want(lane, key, at, doc, row, self.now);
    }

    fn want(
        &mut self,
        lane: String,
        key: DoneKey,
        at: Timestamp,
        doc: String,
        row: Option<MessageRow>,
        settle_at: Timestamp,
    ) {
        let place = row.as_ref().map_or(at, |row| row.at);
        let rev = row.map_or(1, |row| row.rev + 1);
        // A channel that nobody sees is looked for as long as by the mirror.
        let give_up_at = match channel_of(&lane) {
            Some(_) => self.now.saturating_add(WAITS).unwrap_or(never()),
            None => never(),
        };
        self.changes.messages.push(Wanted {
            lane,
            key,
            at: place,
            doc,
            rev,
            settle_at,
            give_up_at,
            covered: false,
        });
    }

    /// Leads those who wait where the incident was declared to its channel.
    pub(super) fn lead_there(&mut self) {
        let (incident, rules) = (&self.case.incident, &self.case.rules);
        let Some((lane, key)) = asked_to_wait(&incident.key) else {
            return;
        };
        let row = self.rows.get(&(lane.clone(), key.clone())).cloned();
        // Where nobody was asked to wait, or long ago, there is nobody to be led.
        let Some(row) = row.filter(|_| incident.channel.id.is_some()) else {
            return;
        };
        let said = led_there(incident, rules);
        let spoken = spoken(&said, Some(&incident.key), rules.lang, rules, &self.style);
        let doc = Line::for_all(spoken).to_row();
        self.errand(lane, key, row.at, doc, Some(row));
    }

    /// What people did and GitHub is still to be told.
    pub(super) fn waiting_entries(&mut self) {
        let incident = &self.case.incident;
        let ours = incident.issue.as_ref().is_none_or(|issue| issue.ours);
        let lane = Errand::OnGitHub(incident.key.clone()).lane();
        let waiting = self.case.entries.iter().filter(|entry| !entry.recorded);
        let marks: Vec<(Timestamp, Mark)> = waiting
            .filter_map(|entry| Some((entry.at, entry.mark()?)))
            .collect();
        for (at, mark) in marks {
            // A declaration stands in the text of the issue that we open.
            if matches!(mark.fact, Fact::Declared(_)) && ours {
                continue;
            }
            let key = written(&mark.key);
            let row = self.rows.get(&(lane.clone(), key.clone())).cloned();
            // After the issue, which has the time of the declaration.
            let at = at
                .saturating_add(SignedDuration::from_millis(1))
                .unwrap_or(at);
            self.errand(lane.clone(), key, at, mark::to_json(&mark), row);
        }
    }
}

/// F2: the timekeeper makes up for nothing. A tick that could not be said in its time is said no more.
fn until(effect: &Effect, case: &Case) -> Option<Timestamp> {
    let Todo::Tell(Tell::Elapsed { at }) = effect.todo else {
        return None;
    };
    tick_until(&case.incident, &case.rules, at)
}

/// What a draft is made of, in short: it changes when the draft may.
fn record(case: &Case) -> String {
    let mut keys: Vec<String> = Vec::new();
    for entry in &case.entries {
        let told = match &entry.what {
            What::Spoke => continue,
            What::Marked(fact) if fact.is_in_place() => continue,
            told => format!("{told:?}"),
        };
        keys.push(format!("{}{}{told}", entry.key, entry.at));
    }
    keys.sort();
    super::postmortem::digest(&keys.concat())
}

/// The key of the errand that pins a message.
pub(super) fn pinned(ts: &MessageTs) -> DoneKey {
    DoneKey::new(format!("{PIN}{ts}"))
}

pub(super) fn is_card(row: &MessageRow) -> bool {
    row.key.as_str().starts_with(CARD)
}

/// The key of the errand that writes an entry on GitHub.
pub(super) fn written(entry: &DoneKey) -> DoneKey {
    DoneKey::new(format!("{WRITE}{entry}"))
}

/// An entry of our own, that waits for GitHub.
pub(in crate::engine) fn by_us(key: String, fact: Fact, now: Timestamp) -> Entry {
    let mark = Mark {
        key: DoneKey::new(key),
        at: now,
        who: Who::default(),
        via: Via::Sssbot,
        fact,
    };
    Entry::marked(mark, false)
}

/// The lane of an incident's channel.
pub(super) fn channel_lane(case: &Case) -> Option<String> {
    let name = ChannelName::parse(&case.incident.channel.name).ok()?;
    Some(name.to_string())
}

/// Where an effect is done.
pub(super) fn lane_of(case: &Case, todo: &Todo) -> Option<String> {
    let key = || case.incident.key.clone();
    match todo {
        Todo::Tell(_) | Todo::Card => channel_lane(case),
        Todo::Broadcast { to, .. } => Some(other_channel(to)),
        Todo::Write(_) => None,
        todo if todo.is_on_github() => Some(Errand::OnGitHub(key()).lane()),
        _ => Some(Errand::InSlack(key()).lane()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_changes_go_at_once_and_then_one_in_half_a_minute() {
        let at = |second: i64| Timestamp::from_second(1_609_459_200 + second).unwrap();
        let mut used = None;
        let mut change = |now: i64| {
            let (shown, then) = paced(used, at(now));
            used = Some(then);
            shown.as_second() - at(0).as_second()
        };
        assert_eq!([0, 5, 9, 12].map(&mut change), [1, 6, 10, 13]);
        // Now it is as often as Slack can bear.
        assert_eq!([14, 32, 62].map(&mut change), [31, 61, 91]);
        // After a quiet time it is as at first.
        assert_eq!([600, 601, 602, 603].map(&mut change), [601, 602, 603, 604]);
        assert_eq!(change(604), 631);
    }
}
