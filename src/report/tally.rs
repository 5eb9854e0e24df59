//! The report: rows counted and measured, together and by what they are of.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::figures::{Figures, Part};
use super::filter::{Filter, One};
use super::row::{Measure, Row};
use crate::id::{ServiceId, TypeId};

/// A month of the calendar, in the zone of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// The most months between the first and the last for which those without incidents are shown too:
/// one wrong date must not fill a page.
const MOST_MONTHS: usize = 240;

impl Month {
    fn of(day: Date) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    fn next(self) -> Self {
        match self.month {
            12 => Self {
                year: self.year.saturating_add(1),
                month: 1,
            },
            month => Self {
                month: month + 1,
                ..self
            },
        }
    }

    /// Its first day and its last.
    pub fn days(self) -> Option<(Date, Date)> {
        let first = Date::new(self.year, self.month, 1).ok()?;
        Some((first, first.last_of_month()))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// What the incidents of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// They fit the filter.
    All,
    /// The service.
    Service(ServiceId),
    /// The level.
    Level(One<u8>),
    /// The type.
    Kind(One<TypeId>),
    /// The month in which they were declared.
    Month(Month),
}

impl Key {
    /// The filter that picks the incidents of this group out of those of `filter`.
    pub fn within(&self, filter: &Filter) -> Filter {
        let mut filter = filter.clone();
        match self {
            Self::All => {}
            Self::Service(service) => filter.service = Some(service.clone()),
            Self::Level(level) => filter.level = Some(level.clone()),
            Self::Kind(kind) => filter.kind = Some(kind.clone()),
            Self::Month(month) => {
                if let Some((first, last)) = month.days() {
                    filter.from = Some(filter.from.map_or(first, |from| from.max(first)));
                    filter.to = Some(filter.to.map_or(last, |to| to.min(last)));
                }
            }
        }
        filter
    }
}

/// Some incidents, counted and measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they have in common.
    pub key: Key,
    /// How many they are.
    pub count: usize,
    /// How many of them are not resolved.
    pub open: usize,
    /// How long things took, in the order of [`Measure::ALL`].
    pub times: [Figures; 4],
    /// How many people took part.
    pub people: Part,
}

impl Group {
    fn of(key: Key, rows: &[&Row]) -> Self {
        let times =
            Measure::ALL.map(|measure| Figures::of(rows.iter().map(|row| row.took(measure))));
        Self {
            key,
            count: rows.len(),
            open: rows.iter().filter(|row| row.state.is_open()).count(),
            times,
            people: Part::of(rows.iter().map(|row| row.people)),
        }
    }

    /// How long something took.
    pub fn time(&self, measure: Measure) -> &Figures {
        &self.times[measure as usize]
    }
}

/// What can be chosen: what occurs at all, whatever the filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// Services, by id.
    pub services: BTreeSet<ServiceId>,
    /// Levels.
    pub levels: BTreeSet<u8>,
    /// Types, by id.
    pub types: BTreeSet<TypeId>,
}

/// All that there is to say of the incidents that fit a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Report<'a> {
    /// Which are counted.
    pub filter: Filter,
    /// Whose days and months these are.
    pub zone: TimeZone,
    /// All together.
    pub all: Group,
    /// By service, the one with the most incidents first.
    pub services: Vec<Group>,
    /// By level, the gravest first, and last those without one.
    pub levels: Vec<Group>,
    /// By type, the one with the most incidents first.
    pub types: Vec<Group>,
    /// By month, the oldest first, without gaps.
    pub months: Vec<Group>,
    /// How many fit, too, and are not counted since they are drills (or since they are none).
    pub apart: usize,
    /// What can be chosen.
    pub choices: Choices,
    /// The incidents themselves, the newest first.
    pub rows: Vec<&'a Row>,
}

/// Counts and measures the rows that fit, in whatever order they come.
pub fn report<'a>(rows: &'a [Row], filter: &Filter, zone: &TimeZone) -> Report<'a> {
    let mut choices = Choices::default();
    for row in rows {
        if !choices.services.contains(&row.service) {
            choices.services.insert(row.service.clone());
        }
        choices.levels.extend(row.level);
        if let Some(kind) = &row.kind
            && !choices.types.contains(kind)
        {
            choices.types.insert(kind.clone());
        }
    }
    let fitting = rows.iter().filter(|row| filter.fits(row, zone));
    let (mut rows, apart): (Vec<&Row>, Vec<&Row>) =
        fitting.partition(|row| row.drill == filter.drills);
    rows.sort_by(|a, b| {
        let place = |row: &Row| (Reverse(row.opened), Reverse(row.number));
        (place(a), &a.url).cmp(&(place(b), &b.url))
    });
    let by = |key: &dyn Fn(&Row) -> Key| -> Vec<Group> {
        let mut groups: BTreeMap<Key, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            groups.entry(key(row)).or_default().push(row);
        }
        let groups = groups.into_iter();
        groups.map(|(key, rows)| Group::of(key, &rows)).collect()
    };
    fn one<T: Clone>(value: &Option<T>) -> One<T> {
        value.clone().map_or(One::None, One::Is)
    }
    let mut services = by(&|row| Key::Service(row.service.clone()));
    services.sort_by_key(|group| Reverse(group.count));
    // `None` comes first in order, so turned round the gravest is first and those without one last.
    let mut levels = by(&|row| Key::Level(one(&row.level)));
    levels.reverse();
    let mut types = by(&|row| Key::Kind(one(&row.kind)));
    types.sort_by_key(|group| Reverse(group.count));
    let month = |row: &Row| Key::Month(Month::of(row.opened.to_zoned(zone.clone()).date()));
    let months = without_gaps(by(&month));
    Report {
        filter: filter.clone(),
        zone: zone.clone(),
        all: Group::of(Key::All, &rows),
        services,
        levels,
        types,
        months,
        apart: apart.len(),
        choices,
        rows,
    }
}

/// The same months with those between them in which nothing happened.
fn without_gaps(groups: Vec<Group>) -> Vec<Group> {
    let ends = (
        groups.first().map(|g| &g.key),
        groups.last().map(|g| &g.key),
    );
    let (Some(Key::Month(first)), Some(Key::Month(last))) = ends else {
        return groups;
    };
    let (first, last) = (*first, *last);
    let months: Vec<Month> = std::iter::successors(Some(first), |month| Some(month.next()))
        .take_while(|month| *month <= last)
        .take(MOST_MONTHS + 1)
        .collect();
    if months.len() > MOST_MONTHS {
        return groups;
    }
    let mut there: BTreeMap<Key, Group> = groups
        .into_iter()
        .map(|group| (group.key.clone(), group))
        .collect();
    let filled = months.into_iter().map(|month| {
        let key = Key::Month(month);
        there.remove(&key).unwrap_or_else(|| Group::of(key, &[]))
    });
    filled.collect()
}
