//! What is to be said in its own time, and when to look again: functions of the record, so there
//! is no table of timers and a restart forgets nothing.

use jiff::{SignedDuration, Timestamp};

use super::effect::{Effect, Tell, Todo, reminder_key};
use super::fact::{Fact, Mark, Moment, Reminder};
use super::rules::Rules;
use super::state::{Incident, Phase};
use super::who::{Via, Who};
use crate::id::DoneKey;

/// When to look again; it may have passed already, then something is due now. `None` when nothing
/// will be due unless something happens first.
pub fn deadline(incident: &Incident, rules: &Rules) -> Option<Timestamp> {
    let dues = [
        next_tick(incident, rules),
        handler_due(incident, rules),
        silence_due(incident, rules),
    ];
    dues.into_iter().flatten().min()
}

/// What to do now that time has passed, each with the mark that says it was done. Of the ticks that
/// nobody gave while we were away only the one that is due now, so there is never a heap of them.
///
/// Fold the marks in at once, whether or not GitHub has them yet: else the same is due again. And
/// fold in first when somebody last spoke in the channel ([`super::entry::What::Spoke`]), which
/// only Slack knows: else a lively channel is taken for a silent one.
pub fn due(incident: &Incident, rules: &Rules, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut give = |of: Reminder, due: Timestamp, tell: Tell| {
        effects.push(Effect {
            key: reminder_key(&incident.key, of, due),
            todo: Todo::Tell(tell),
        });
        // One comment a kind: a new reminder edits it, so the issue does not fill with them.
        let key = DoneKey::new(format!("t:{}:{}", incident.key, of.word()));
        effects.push(Effect {
            key: key.clone(),
            todo: Todo::Write(Mark {
                key,
                at: due,
                who: Who::default(),
                via: Via::Sssbot,
                fact: Fact::Reminded { of, due },
            }),
        });
    };
    if let Some(due) = handler_due(incident, rules).filter(|due| *due <= now) {
        give(Reminder::Handler, due, Tell::AskHandler);
    }
    if let Some(due) = tick_due(incident, rules, now) {
        give(Reminder::Tick, due, Tell::Elapsed { at: due });
    }
    if let Some(due) = silence_due(incident, rules).filter(|due| *due <= now) {
        let due = last_month(due, rules.playbook.intervals.silence, now);
        give(Reminder::Silence, due, Tell::Silent);
    }
    effects
}

/// Ticks stand on the clock (:00, :15, :30, :45) and not at so many minutes after something: people
/// act on the half hour, and correcting the detection moves no tick. The last one before or at
/// `now`.
fn step_before(now: Timestamp, step: SignedDuration) -> Option<Timestamp> {
    let step = step.as_secs();
    if step <= 0 {
        return None;
    }
    Timestamp::from_second(now.as_second().div_euclid(step) * step).ok()
}

fn step_after(now: Timestamp, step: SignedDuration) -> Option<Timestamp> {
    step_before(now, step)?.checked_add(step).ok()
}

/// Between which ticks the timekeeper speaks: not in the first moments, when everybody knows what
/// time it is, and once more after the recovery was declared.
fn ticks(incident: &Incident, rules: &Rules) -> Option<(Timestamp, Option<Timestamp>)> {
    // What was there before us may be years old, and nobody asked us to watch it.
    if incident.phase() >= Phase::Resolved || incident.adopted {
        return None;
    }
    let step = rules.playbook.intervals.timekeeper;
    let made = incident.channel_made?;
    let settled = made.checked_add(step / 3).ok()?;
    let first = step_after(settled, step)?;
    let Some(recovered) = incident.times.get(&Moment::Recovered) else {
        return Some((first, None));
    };
    // When it was said for the first time: a correction is no second recovery.
    let said = recovered.was.first().map_or(recovered.at, |was| was.at);
    let last = step_after(said, step)?;
    Some((first.min(last), Some(last)))
}

/// Up to when a tick may come late: not right before the next one, so that there are never two at
/// once. `None` for the one that closes the watch, which comes even late.
pub fn tick_until(incident: &Incident, rules: &Rules, tick: Timestamp) -> Option<Timestamp> {
    let (_, last) = ticks(incident, rules)?;
    let step = rules.playbook.intervals.timekeeper;
    let next = step_after(tick, step)?;
    let until = next.checked_sub(step / 5).ok()?;
    last.is_none_or(|last| next <= last).then_some(until)
}

/// The tick that is due at `now`.
fn tick_due(incident: &Incident, rules: &Rules, now: Timestamp) -> Option<Timestamp> {
    let (first, last) = ticks(incident, rules)?;
    let due = step_before(now, rules.playbook.intervals.timekeeper)?;
    // The one after the recovery comes even late: it closes the watch.
    let due = last.map_or(due, |last| due.min(last));
    let said = incident.reminded.get(&Reminder::Tick);
    (due >= first && said.is_none_or(|said| *said < due)).then_some(due)
}

/// The next tick that was not given yet. Where some were missed, the one to give now is found by
/// [`tick_due`]; this only says when to look.
fn next_tick(incident: &Incident, rules: &Rules) -> Option<Timestamp> {
    let (first, last) = ticks(incident, rules)?;
    let next = match incident.reminded.get(&Reminder::Tick) {
        Some(said) => step_after(*said, rules.playbook.intervals.timekeeper)?.max(first),
        None => first,
    };
    last.is_none_or(|last| next <= last).then_some(next)
}

/// When the handler is asked for: once. Who lays the lead down leaves a question behind, and that
/// is enough.
fn handler_due(incident: &Incident, rules: &Rules) -> Option<Timestamp> {
    let asked = incident.reminded.contains_key(&Reminder::Handler);
    let early = incident.phase() < Phase::Recovered && !incident.adopted;
    let led = incident.first_handler >= incident.channel_made && incident.first_handler.is_some();
    let wanted = incident.handler.is_none() && !led && early;
    if asked || !wanted {
        return None;
    }
    incident
        .channel_made?
        .checked_add(rules.playbook.intervals.ask_for_handler)
        .ok()
}

/// When a month without a word will have passed; after a reminder, another month.
fn silence_due(incident: &Incident, rules: &Rules) -> Option<Timestamp> {
    if incident.archived.is_some() || incident.channel.id.is_none() {
        return None;
    }
    let reminded = incident.reminded.get(&Reminder::Silence).copied();
    let last = reminded.map_or(incident.last_word, |at| at.max(incident.last_word));
    last.checked_add(rules.playbook.intervals.silence).ok()
}

/// Of the months that have passed by `now`, of which the first ended at `first`, when the last did.
fn last_month(first: Timestamp, month: SignedDuration, now: Timestamp) -> Timestamp {
    let (month, since) = (month.as_secs(), now.duration_since(first).as_secs());
    let whole = since.checked_div(month).unwrap_or(0) * month;
    let last = first.checked_add(SignedDuration::from_secs(whole));
    last.unwrap_or(first)
}
