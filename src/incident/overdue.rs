//! When owners are reminded of what is overdue: once a week, at the playbook's hour.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::fact::Reminder;
use super::rules::Rules;
use super::state::Incident;

/// The reminder that is due at `now`, and its day; of those that were missed only the last.
pub(super) fn due(incident: &Incident, rules: &Rules, now: Timestamp) -> Option<(Timestamp, Date)> {
    let first = next(incident, rules).filter(|first| *first <= now)?;
    let today = now.to_zoned(rules.zone().clone()).date();
    let day = back_to(rules.playbook.postmortem.remind.weekday, today)?;
    let last = at(rules, day).filter(|last| *last <= now).or_else(|| {
        let week_before = day.checked_sub(7.days()).ok()?;
        at(rules, week_before)
    })?;
    let due = last.max(first);
    Some((due, due.to_zoned(rules.zone().clone()).date()))
}

/// The next reminder, if there is anything to remind of: the first after the day by which something
/// was to be done, and after the last reminder.
pub(super) fn next(incident: &Incident, rules: &Rules) -> Option<Timestamp> {
    if incident.archived.is_some() || incident.channel.id.is_none() {
        return None;
    }
    let open = incident.aftermath.open_actions();
    let passed = open
        .filter_map(|action| action.due)
        .min()?
        .tomorrow()
        .ok()?;
    let said = incident.reminded.get(&Reminder::Overdue).copied();
    let said = said.map(|said| said.to_zoned(rules.zone().clone()).date());
    let after_said = said.and_then(|said| said.tomorrow().ok());
    let from = after_said.map_or(passed, |said| said.max(passed));
    let wanted = rules.playbook.postmortem.remind.weekday;
    let days = i64::from(wanted.since(from.weekday()));
    at(rules, from.checked_add(days.days()).ok()?)
}

/// The last such day, up to this one.
fn back_to(wanted: Weekday, day: Date) -> Option<Date> {
    let days = i64::from(day.weekday().since(wanted));
    day.checked_sub(days.days()).ok()
}

/// The hour of that day.
fn at(rules: &Rules, day: Date) -> Option<Timestamp> {
    let hour = rules.playbook.postmortem.remind.hour;
    let moment = day.at(hour, 0, 0, 0).to_zoned(rules.zone().clone());
    Some(moment.ok()?.timestamp())
}
