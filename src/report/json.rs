//! The report as JSON, for other programs. What is there stays; new fields may come.
//!
//! ```json
//! {
//!   "format": 1,
//!   "repository": "acme/postmortem",
//!   "made_at": "2026-01-31T15:00:00Z",
//!   "time_zone": "Asia/Tokyo",
//!   "filter": {"service": "shop", "from": "2026-01-01"},
//!   "definitions": {"start": "…", "detect": "…", "respond": "…", "recover": "…", "resolve": "…"},
//!   "all": {
//!     "count": 12, "open": 1,
//!     "times": {"recover": {"known": 11, "unknown": 1,
//!                           "median_seconds": 2400, "p90_seconds": 9000, "mean_seconds": 3610}},
//!     "people": {"median": 4.0, "mean": 4.8, "most": 11}
//!   },
//!   "by": {"service": [{"key": "shop", "name": "Shop", "count": 12}]},
//!   "apart": {"drills": 2},
//!   "incidents": [{"channel": "shop-20260130i", "number": 7, "seconds": {"recover": 2400}}]
//! }
//! ```
//!
//! `by` has `service`, `level`, `type` and `month`, each group with a `key` (`null` for those that
//! have none), a `name` and all that `all` has. `filter` has the fields of an address of the page.
//! `apart` says how many fit the filter and are not counted: `drills`, or `incidents` where the
//! filter asks for drills. Times are in UTC; what is not known is `null`, never 0.

use serde_json::{Map, Value, json};

use super::filter::One;
use super::look::Look;
use super::row::{Measure, Row};
use super::tally::{Group, Key, Report};
use crate::i18n::report::Saying;

/// The report as JSON.
pub fn json(report: &Report<'_>, look: &Look<'_>) -> Value {
    let filter = report.filter.fields().into_iter();
    let filter: Map<String, Value> = filter
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let groups = |groups: &[Group]| -> Vec<Value> {
        let named = |group: &Group| {
            let mut value = numbers(group);
            value["key"] = key(&group.key);
            value["name"] = look.group(&group.key).into();
            value
        };
        groups.iter().map(named).collect()
    };
    let apart = match report.filter.drills {
        true => "incidents",
        false => "drills",
    };
    json!({
        "format": 1,
        "repository": look.repo,
        "made_at": look.made,
        "time_zone": report.zone.iana_name(),
        "filter": filter,
        "definitions": {
            "start": look.say(Saying::StartMeans),
            "detect": look.say(Saying::DetectMeans),
            "respond": look.say(Saying::RespondMeans),
            "recover": look.say(Saying::RecoverMeans),
            "resolve": look.say(Saying::ResolveMeans),
            "unknown": look.say(Saying::UnknownMeans),
            "people": look.say(Saying::PeopleMeans),
            "open_actions": look.say(Saying::LeftMeans),
        },
        "all": numbers(&report.all),
        "by": {
            "service": groups(&report.services),
            "level": groups(&report.levels),
            "type": groups(&report.types),
            "month": groups(&report.months),
        },
        "apart": {apart: report.apart},
        "incidents": report.rows.iter().map(|row| incident(row)).collect::<Vec<_>>(),
    })
}

fn numbers(group: &Group) -> Value {
    let times = Measure::ALL.into_iter();
    let times: Map<String, Value> = times
        .map(|measure| (measure.word().to_owned(), json!(group.time(measure))))
        .collect();
    json!({"count": group.count, "open": group.open, "times": times, "people": group.people})
}

fn key(key: &Key) -> Value {
    match key {
        Key::Service(service) => json!(service),
        Key::Level(One::Is(level)) => json!(level),
        Key::Kind(One::Is(kind)) => json!(kind),
        Key::Month(month) => json!(month.to_string()),
        Key::All | Key::Level(One::None) | Key::Kind(One::None) => Value::Null,
    }
}

fn incident(row: &Row) -> Value {
    let seconds = Measure::ALL.into_iter();
    let seconds: Map<String, Value> = seconds
        .map(|measure| (measure.word().to_owned(), json!(row.took(measure))))
        .collect();
    json!({
        "channel": row.channel, "number": row.number, "url": row.url, "service": row.service,
        "level": row.level, "type": row.kind, "drill": row.drill, "title": row.title,
        "state": row.state.word(), "opened_at": row.opened, "detected_at": row.detected,
        "responded_at": row.responded, "recovered_at": row.recovered,
        "resolved_at": row.resolved, "seconds": seconds, "people": row.people,
        "open_actions": row.left,
    })
}
