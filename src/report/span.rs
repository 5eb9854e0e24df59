//! Durations and times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::i18n::Lang;

/// A duration of so many seconds, in its two greatest units: `2 h 5 min`, `2時間5分`.
pub(super) fn words(seconds: i64, lang: Lang) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let (greater, lesser) = match seconds {
        ..60 => ((seconds, Unit::Second), None),
        60..3600 => ((minutes, Unit::Minute), None),
        3600..86_400 => ((hours, Unit::Hour), Some((minutes % 60, Unit::Minute))),
        _ => ((days, Unit::Day), Some((hours % 24, Unit::Hour))),
    };
    let say = |(number, unit): (i64, Unit)| match lang {
        Lang::Ja => format!("{number}{}", unit.word(lang)),
        Lang::En => format!("{number} {}", unit.word(lang)),
    };
    match (lesser.filter(|(number, _)| *number > 0), lang) {
        (None, _) => say(greater),
        (Some(lesser), Lang::Ja) => say(greater) + &say(lesser),
        (Some(lesser), Lang::En) => format!("{} {}", say(greater), say(lesser)),
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
}

impl Unit {
    /// The unit in which a duration of so many seconds is a handy number.
    pub(super) fn for_seconds(most: i64) -> Self {
        match most {
            ..180 => Self::Second,
            180..10_800 => Self::Minute,
            10_800..259_200 => Self::Hour,
            _ => Self::Day,
        }
    }

    /// How many seconds it has.
    pub(super) fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
        }
    }

    /// The short word for it.
    pub(super) fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Second, Lang::Ja) => "秒",
            (Self::Second, Lang::En) => "s",
            (Self::Minute, Lang::Ja) => "分",
            (Self::Minute, Lang::En) => "min",
            (Self::Hour, Lang::Ja) => "時間",
            (Self::Hour, Lang::En) => "h",
            (Self::Day, Lang::Ja) => "日",
            (Self::Day, Lang::En) => "d",
        }
    }
}

/// A time to the minute, in the zone of the report.
pub(super) fn minute(time: Timestamp, zone: &TimeZone) -> String {
    let zoned = time.to_zoned(zone.clone());
    zoned.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_units_at_most() {
        for (seconds, en, ja) in [
            (0, "0 s", "0秒"),
            (59, "59 s", "59秒"),
            (60, "1 min", "1分"),
            (3_599, "59 min", "59分"),
            (3_600, "1 h", "1時間"),
            (7_530, "2 h 5 min", "2時間5分"),
            (86_400, "1 d", "1日"),
            (100_000, "1 d 3 h", "1日3時間"),
        ] {
            assert_eq!(words(seconds, Lang::En), en);
            assert_eq!(words(seconds, Lang::Ja), ja);
        }
    }
}
