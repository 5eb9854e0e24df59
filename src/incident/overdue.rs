//! Who is reminded of what is overdue, over all incidents: once a week, at the playbook's hour. What
//! was said is known by the week in its key, so nobody makes up for a week that was missed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::aftermath::Action;
use super::rules::Rules;
use super::state::Incident;
use super::who::Who;
use crate::id::{DoneKey, SlackUserId};

/// How the keys of these reminders begin: `t:overdue:<whom>:<day>`.
pub const KEY: &str = "t:overdue:";

/// The week that is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// The day of its reminder: what was to be done before it is overdue.
    pub on: Date,
    /// When the next one begins.
    pub next: Timestamp,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// Whoever is to do it.
    Owner(SlackUserId),
    /// All in the channel of this incident: nobody is to do it who is known in Slack.
    Channel(DoneKey),
}

/// Something that was to be done and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late<'a> {
    /// After which incident.
    pub incident: &'a Incident,
    /// What.
    pub action: &'a Action,
}

/// The week at `now`; of those that were missed only the last counts.
pub fn week(rules: &Rules, now: Timestamp) -> Option<Week> {
    let today = now.to_zoned(rules.zone().clone()).date();
    let wanted = rules.playbook.postmortem.remind.weekday;
    let back = i64::from(today.weekday().since(wanted));
    let day = today.checked_sub(back.days()).ok()?;
    // On the day itself it may be too early yet.
    let on = match at(rules, day)? {
        first if first <= now => day,
        _ => day.checked_sub(7.days()).ok()?,
    };
    let next = at(rules, on.checked_add(7.days()).ok()?)?;
    Some(Week { on, next })
}

/// The hour of that day.
fn at(rules: &Rules, day: Date) -> Option<Timestamp> {
    let hour = rules.playbook.postmortem.remind.hour;
    let moment = day.at(hour, 0, 0, 0).to_zoned(rules.zone().clone());
    Some(moment.ok()?.timestamp())
}

/// Whether there will be anything to remind of.
pub fn may_be_late(incident: &Incident) -> bool {
    let mut open = incident.aftermath.open_actions();
    reaches(incident) && open.any(|action| action.due.is_some())
}

/// Whoever closes a channel says why what is open stays so.
fn reaches(incident: &Incident) -> bool {
    incident.archived.is_none() && incident.channel.id.is_some()
}

/// All that is overdue on that day, by whom it is told to: the longest overdue first. `known` gives
/// the account in Slack at which somebody can be told.
pub fn late<'a>(
    incidents: impl Iterator<Item = &'a Incident>,
    on: Date,
    known: impl Fn(&Who) -> Option<SlackUserId>,
) -> BTreeMap<Whom, Vec<Late<'a>>> {
    let mut all: BTreeMap<Whom, Vec<Late<'a>>> = BTreeMap::new();
    for incident in incidents.filter(|it| reaches(it)) {
        let open = incident.aftermath.open_actions();
        for action in open.filter(|it| it.due.is_some_and(|due| due < on)) {
            let whom = match known(&action.owner) {
                Some(owner) => Whom::Owner(owner),
                None => Whom::Channel(incident.key.clone()),
            };
            all.entry(whom).or_default().push(Late { incident, action });
        }
    }
    for late in all.values_mut() {
        late.sort_by_key(|it| (it.action.due, it.incident.declared, it.action.number));
    }
    all
}

/// The key of the reminder of a week.
pub fn key(whom: &Whom, week: &Week) -> DoneKey {
    let whom = match whom {
        Whom::Owner(owner) => owner.as_str(),
        Whom::Channel(incident) => incident.as_str(),
    };
    DoneKey::new(format!("{KEY}{whom}:{}", week.on))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::playbook::Playbook;

    #[test]
    fn a_week_begins_on_its_day_at_its_hour() {
        let playbook = Playbook {
            time_zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(9)),
            ..Playbook::default()
        };
        let rules = Rules::new(playbook.into(), Lang::Ja);
        for (now, on, next) in [
            // The eleventh is a Monday.
            ("2021-10-11T09:59:59+09:00", "2021-10-04", "2021-10-11"),
            ("2021-10-11T10:00:00+09:00", "2021-10-11", "2021-10-18"),
            ("2021-10-17T23:00:00+09:00", "2021-10-11", "2021-10-18"),
            ("2021-10-18T09:00:00+09:00", "2021-10-11", "2021-10-18"),
        ] {
            let week = week(&rules, now.parse().unwrap()).unwrap();
            let next: Timestamp = format!("{next}T10:00:00+09:00").parse().unwrap();
            assert_eq!((week.on, week.next), (on.parse().unwrap(), next), "{now}");
        }
    }
}
