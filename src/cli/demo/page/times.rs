//! Times as people read them, in the zone that the page's language suggests.

use jiff::civil::DateTime;
use jiff::tz::{self, TimeZone};
use jiff::{Timestamp, Zoned};
use maud::{Markup, html};

use crate::i18n::Lang;

/// Japan's time where the page speaks Japanese, UTC otherwise: the same for every visitor, as the
/// story is.
fn zoned(at: Timestamp, lang: Lang) -> Zoned {
    let zone = match lang {
        Lang::Ja => TimeZone::fixed(tz::offset(9)),
        Lang::En => TimeZone::UTC,
    };
    at.to_zoned(zone)
}

/// `9:12`, with the whole of it for those who point at it and for machines.
pub(super) fn clock(at: Timestamp, lang: Lang) -> Markup {
    let local = zoned(at, lang);
    html! {
        time datetime=(at.to_string()) title=(local.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()) {
            (local.strftime("%-H:%M").to_string())
        }
    }
}

/// The day in the page's zone, as its readers write it.
pub(super) fn day(at: Timestamp, lang: Lang) -> String {
    let local = zoned(at, lang);
    match lang {
        Lang::En => local.strftime("%A, %B %-d").to_string(),
        Lang::Ja => {
            let names = ["月", "火", "水", "木", "金", "土", "日"];
            let which = local.weekday().to_monday_zero_offset();
            let name = usize::try_from(which)
                .ok()
                .and_then(|which| names.get(which));
            let name = name.copied().unwrap_or_default();
            format!("{}（{name}）", local.strftime("%-m月%-d日"))
        }
    }
}

/// The zone of everybody in the sandbox's Slack, in which they fill in times.
fn slack_zone() -> TimeZone {
    TimeZone::fixed(tz::offset(9))
}

/// Seconds as a field for a day and a time has them: `2021-09-30T15:48`.
pub(super) fn in_field(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let at = at.to_zoned(slack_zone());
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The seconds of what such a field holds; `None` for any other text.
pub(super) fn of_field(text: &str) -> Option<String> {
    let at = DateTime::strptime("%Y-%m-%dT%H:%M", text).ok()?;
    let at = at.to_zoned(slack_zone()).ok()?;
    Some(at.timestamp().as_second().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_gives_back_what_it_shows() {
        assert_eq!(in_field(1_609_461_000), "2021-01-01T09:30");
        assert_eq!(of_field("2021-01-01T09:30").unwrap(), "1609461000");
        assert_eq!(of_field("v-shop"), None);
    }

    #[test]
    fn each_language_has_its_day() {
        let at: Timestamp = "2021-01-01T20:05:00Z".parse().unwrap();
        assert_eq!(day(at, Lang::En), "Friday, January 1");
        assert_eq!(day(at, Lang::Ja), "1月2日（土）");
        assert!(clock(at, Lang::Ja).into_string().ends_with(">5:05</time>"));
        assert!(clock(at, Lang::En).into_string().ends_with(">20:05</time>"));
    }
}
