//! Times as people read them, in the zone that the page's language suggests.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_day() {
        let at: Timestamp = "2021-01-01T20:05:00Z".parse().unwrap();
        assert_eq!(day(at, Lang::En), "Friday, January 1");
        assert_eq!(day(at, Lang::Ja), "1月2日（土）");
        assert!(clock(at, Lang::Ja).into_string().ends_with(">5:05</time>"));
        assert!(clock(at, Lang::En).into_string().ends_with(">20:05</time>"));
    }
}
