//! The kinds of times in the team files: moments, and how long a turn is.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::values::name;
use crate::i18n::{Words, both};
use crate::teams::spec::When;
use crate::yaml::kind::{Kind, shown};

/// A moment.
pub(super) fn when() -> Kind<When> {
    name(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        Words::new("`2026-12-28` のような日付", "a day such as `2026-12-28`"),
        |text| {
            moment(text).ok_or_else(|| {
                let text = shown(text);
                both!(
                    "`{text}` は日付でも日時でもありません。`2026-12-28` か `2026-12-28T10:00:00+09:00` のように書いてください",
                    "`{text}` is no day or time: write `2026-12-28`, or `2026-12-28T10:00:00+09:00`"
                )
            })
        },
    )
}

fn moment(text: &str) -> Option<When> {
    // jiff reads a day out of more than a day.
    if text.len() == 10 {
        let day: Date = text.parse().ok()?;
        return (day.year() >= 2000).then_some(When::Day(day));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(When::At(at));
    }
    let local: DateTime = text.parse().ok()?;
    let zoneless = !text.contains(['Z', 'z', '+', '[']) && text.matches('-').count() == 2;
    (zoneless && local.year() >= 2000).then_some(When::Local(local))
}

/// A length of time: hours, days or weeks.
pub(super) fn every() -> Kind<SignedDuration> {
    name(
        "^[1-9][0-9]{0,3}[hdw]$",
        Words::new(
            "`1w`、`3d`、`12h` のような期間",
            "a length of time such as `1w`, `3d` or `12h`",
        ),
        |text| {
            let most = SignedDuration::from_hours(24 * 366);
            let split = text.len().saturating_sub(1);
            let hours = match text.get(split..) {
                Some("h") => 1,
                Some("d") => 24,
                Some("w") => 24 * 7,
                _ => 0,
            };
            let digits = text.get(..split).filter(|d| d.len() <= 4);
            let digits = digits.filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
            let count: i64 = digits.and_then(|d| d.parse().ok()).unwrap_or(0);
            let every = SignedDuration::from_hours(hours * count);
            if every.is_zero() || every > most || text.starts_with('0') {
                let text = shown(text);
                return Err(both!(
                    "`{text}` は交代の期間ではありません。`1w`、`3d`、`12h` のように、一年以内で書いてください",
                    "`{text}` is no length of a turn: write `1w`, `3d` or `12h`, a year at most"
                ));
            }
            Ok(every)
        },
    )
}
