//! Times as people write them, in a comment or in Slack, and as the record shows them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use unicode_normalization::UnicodeNormalization;

use super::command::When;
use super::error::UserError;

/// A clock's time that would be this far ahead was yesterday's: at ten past midnight, 23:55 is.
const SURELY_YESTERDAY: SignedDuration = SignedDuration::from_hours(12);

/// `2020-07-01 10:03:53 +0900`.
pub fn clock(time: Timestamp, zone: &TimeZone) -> String {
    let zoned = time.to_zoned(zone.clone());
    zoned.strftime("%Y-%m-%d %H:%M:%S %z").to_string()
}

/// Reads a time; nothing at all is now. Takes `10:32`, `10:32:05`, `10時32分`, `10:32 JST`,
/// `昨日 10:32`, `9/30 15:12`, `2021-09-30 15:12:41 +0900` and what else ISO 8601 allows, `5分前`,
/// `5 minutes ago`, and the permalink of a Slack message. What has no zone is in `zone`.
///
/// # Errors
/// When it is no time. Whether it makes sense is not asked here.
pub fn read(said: &str, zone: &TimeZone, now: Timestamp) -> Result<When, UserError> {
    if let Some(when) = permalink(said) {
        return Ok(when);
    }
    let plain: String = said.nfkc().collect();
    let plain = plain
        .trim()
        .trim_end_matches(['。', '.', '!', ','])
        .trim_end_matches("です")
        .trim();
    if plain.is_empty()
        || ["now", "今", "いま", "just now"].contains(&plain.to_lowercase().as_str())
    {
        return Ok(When::Now);
    }
    let time = ago(plain, now)
        .or_else(|| plain.parse::<Timestamp>().ok())
        .or_else(|| on_the_clock(plain, zone, now));
    time.map(When::At).ok_or_else(|| UserError::NotATime {
        said: super::wording::shortened(said.trim(), 80),
    })
}

/// The time in a Slack permalink, `…/archives/C012AB3CD/p1634721688039800`, with or without the
/// angle brackets and the label that Slack puts around it.
pub fn permalink(said: &str) -> Option<When> {
    let said = said.trim().trim_start_matches('<').trim_end_matches('>');
    let link = said.split('|').next()?.trim();
    if !link.starts_with("https://") || link.contains(char::is_whitespace) {
        return None;
    }
    let path = link.split(['?', '#']).next()?;
    let digits = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()?
        .strip_prefix('p')?;
    if digits.len() != 16 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let time = Timestamp::from_microsecond(digits.parse().ok()?).ok()?;
    Some(When::Message {
        time,
        link: link.to_owned(),
    })
}

/// `5分前`, `1時間半前`, `5 minutes ago`, `an hour ago`, `1h30m ago`.
fn ago(said: &str, now: Timestamp) -> Option<Timestamp> {
    let lower = said.to_lowercase();
    let length = lower
        .strip_suffix("ago")
        .or_else(|| lower.strip_suffix('前'))
        .or_else(|| lower.strip_suffix("まえ"))?
        .trim()
        .replace("半", "30分");
    if length.is_empty() {
        return None;
    }
    let mut seconds: i64 = 0;
    let mut rest = length.as_str();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let (number, after) = match number.parse::<i64>() {
            Ok(number) => (number, after),
            Err(_) => (
                1,
                rest.strip_prefix("an ")
                    .or_else(|| rest.strip_prefix("a "))?,
            ),
        };
        let after = after.trim_start();
        let unit: String = after.chars().take_while(|c| c.is_alphabetic()).collect();
        let each = match unit.as_str() {
            "秒" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "分" | "分間" | "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "時間" | "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
            "日" | "日間" | "d" | "day" | "days" => 86_400,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(each)?)?;
        rest = after.get(unit.len()..)?.trim_start();
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    now.checked_sub(SignedDuration::from_secs(seconds)).ok()
}

/// A clock's time, with or without a day before and a zone behind it.
fn on_the_clock(said: &str, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let (said, zone) = with_zone(said, zone)?;
    let today = now.to_zoned(zone.clone());
    let (day, time) = match said.rsplit_once([' ', 'T', '　']) {
        Some((day, time)) => (Some(day.trim()), time),
        None => (None, said.as_str()),
    };
    let time = time_of_day(time)?;
    let at = |day: Date| -> Option<Timestamp> {
        let there = DateTime::from_parts(day, time)
            .to_zoned(zone.clone())
            .ok()?;
        Some(there.timestamp())
    };
    match day {
        Some(day) => at(day_of(day, today.date())?),
        None => {
            let today_at = at(today.date())?;
            if today_at.duration_since(now) < SURELY_YESTERDAY {
                Some(today_at)
            } else {
                at(today.date().checked_sub(1.day()).ok()?)
            }
        }
    }
}

/// `10:32`, `10:32:05`, `10時32分`, `10時`.
fn time_of_day(said: &str) -> Option<Time> {
    let said = said.replace(['時', '分'], ":").replace('秒', "");
    let parts: Vec<&str> = said.trim_end_matches(':').split(':').collect();
    if said.find(':').is_none() || parts.len() > 3 {
        return None;
    }
    let number = |at: usize| -> Option<i8> {
        match parts.get(at) {
            None => Some(0),
            Some(text) if text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse().ok()
            }
            Some(_) => None,
        }
    };
    Time::new(number(0)?, number(1)?, number(2)?, 0).ok()
}

/// `2021-09-30`, `2021/9/30`, `9/30`, `9月30日`, `昨日`, `yesterday`, `today`.
fn day_of(said: &str, today: Date) -> Option<Date> {
    match said.to_lowercase().as_str() {
        "昨日" | "きのう" | "yesterday" => return today.checked_sub(1.day()).ok(),
        "一昨日" | "おととい" => return today.checked_sub(2.days()).ok(),
        "今日" | "きょう" | "本日" | "today" => return Some(today),
        _ => {}
    }
    let said = said.replace(['年', '月', '/'], "-").replace('日', "");
    let parts: Vec<&str> = said.split('-').collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] => (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?),
        [month, day] => (today.year(), month.parse().ok()?, day.parse().ok()?),
        _ => return None,
    };
    let date = Date::new(year, month, day).ok()?;
    // In January, 12/31 was last year's.
    if parts.len() == 2 && date > today {
        return Date::new(year - 1, month, day).ok();
    }
    Some(date)
}

/// The time without its zone, and the zone: the one behind it, or else this one. Only the few
/// abbreviations that mean one thing.
fn with_zone(said: &str, zone: &TimeZone) -> Option<(String, TimeZone)> {
    let lower = said.to_lowercase();
    for (word, offset) in [("jst", 9), ("utc", 0), ("gmt", 0), ("z", 0)] {
        if let Some(bare) = lower.strip_suffix(word) {
            return Some((
                bare.trim().to_owned(),
                TimeZone::fixed(Offset::constant(offset)),
            ));
        }
    }
    let Some(at) = said.rfind(['+', '-']) else {
        return Some((said.to_owned(), zone.clone()));
    };
    let (bare, offset) = said.split_at(at);
    // The hyphens of a date are no zone.
    if !bare.contains([':', '時']) {
        return Some((said.to_owned(), zone.clone()));
    }
    let (sign, digits) = offset.split_at(1);
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits
        .get(2..)
        .filter(|m| !m.is_empty())
        .map_or(Some(0), |m| m.parse().ok())?;
    let seconds = (hours * 60 + minutes) * 60;
    let offset = Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()?;
    Some((bare.trim().to_owned(), TimeZone::fixed(offset)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokyo() -> TimeZone {
        TimeZone::fixed(Offset::constant(9))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn reads_what_people_write() {
        let now = at("2021-09-30T15:40:00+09:00");
        for (said, meant) in [
            ("15:12", "2021-09-30T15:12:00+09:00"),
            ("１５：１２", "2021-09-30T15:12:00+09:00"),
            ("15:12:41", "2021-09-30T15:12:41+09:00"),
            ("15時12分", "2021-09-30T15:12:00+09:00"),
            ("15時12分です。", "2021-09-30T15:12:00+09:00"),
            ("15時", "2021-09-30T15:00:00+09:00"),
            ("9:05", "2021-09-30T09:05:00+09:00"),
            ("6:12 UTC", "2021-09-30T15:12:00+09:00"),
            ("15:12 JST", "2021-09-30T15:12:00+09:00"),
            ("15:12 +0900", "2021-09-30T15:12:00+09:00"),
            ("08:12 +02:00", "2021-09-30T15:12:00+09:00"),
            ("2021-09-30 15:12:41 +0900", "2021-09-30T15:12:41+09:00"),
            ("2021-09-30 15:12", "2021-09-30T15:12:00+09:00"),
            ("2021-09-30T15:12:41+09:00", "2021-09-30T15:12:41+09:00"),
            ("2021-09-30T06:12:41Z", "2021-09-30T15:12:41+09:00"),
            ("2021-09-30T15:12", "2021-09-30T15:12:00+09:00"),
            ("9/30 15:12", "2021-09-30T15:12:00+09:00"),
            ("9月30日 15:12", "2021-09-30T15:12:00+09:00"),
            ("12/31 15:12", "2020-12-31T15:12:00+09:00"),
            ("昨日 15:12", "2021-09-29T15:12:00+09:00"),
            ("yesterday 15:12", "2021-09-29T15:12:00+09:00"),
            ("5分前", "2021-09-30T15:35:00+09:00"),
            ("1時間半前", "2021-09-30T14:10:00+09:00"),
            ("5 minutes ago", "2021-09-30T15:35:00+09:00"),
            ("an hour ago", "2021-09-30T14:40:00+09:00"),
            ("1h30m ago", "2021-09-30T14:10:00+09:00"),
            ("1 hour and 5 minutes ago", "2021-09-30T14:35:00+09:00"),
        ] {
            assert_eq!(read(said, &tokyo(), now), Ok(When::At(at(meant))), "{said}");
        }
        for said in ["", "now", "いま"] {
            assert_eq!(read(said, &tokyo(), now), Ok(When::Now), "{said}");
        }
    }

    #[test]
    fn around_midnight_a_late_hour_was_yesterday() {
        let now = at("2021-10-01T00:10:00+09:00");
        let meant = When::At(at("2021-09-30T23:55:00+09:00"));
        assert_eq!(read("23:55", &tokyo(), now), Ok(meant));
        // But a time a little ahead stays ahead, so that it can be refused.
        let ahead = When::At(at("2021-10-01T00:12:00+09:00"));
        assert_eq!(read("00:12", &tokyo(), now), Ok(ahead));
    }

    #[test]
    fn a_permalink_tells_the_time_to_the_microsecond() {
        let link = "https://example.slack.com/archives/C012AB3CD/p1634721688039800";
        for said in [
            link.to_owned(),
            format!("<{link}>"),
            format!("<{link}|the alert>"),
            format!(" {link}?thread_ts=1634721000.000100&cid=C012AB3CD"),
        ] {
            let Ok(When::Message { time, link }) =
                read(&said, &tokyo(), at("2021-10-21T00:00:00Z"))
            else {
                panic!("{said}");
            };
            assert_eq!(time.as_microsecond(), 1_634_721_688_039_800);
            assert!(link.starts_with("https://example.slack.com/archives/"));
        }
        for said in [
            "https://example.slack.com/archives/C012AB3CD/p16347216880398",
            "http://example.slack.com/archives/C012AB3CD/p1634721688039800",
            "p1634721688039800",
        ] {
            assert_eq!(permalink(said), None, "{said}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        let now = at("2021-09-30T15:40:00+09:00");
        for said in [
            "soon",
            "25:00",
            "10:61",
            "1030",
            "2021-13-01 10:00",
            "10:32 XYZ",
            "前",
            "5 前",
            "-5分前",
            "10:32 +9999999",
            "99999999999999999999分前",
            "10:32 tomorrow",
        ] {
            assert!(read(said, &tokyo(), now).is_err(), "{said}");
        }
    }

    #[test]
    fn shows_times_as_the_record_does() {
        let time = at("2020-07-01T10:03:53+09:00");
        assert_eq!(clock(time, &tokyo()), "2020-07-01 10:03:53 +0900");
    }

    proptest! {
        #[test]
        fn any_text_is_taken(said in "\\PC{0,40}|[0-9:/ 前分時ago+-]{0,20}", now in 0i64..4_000_000_000) {
            let now = Timestamp::from_second(now).unwrap();
            let _ = read(&said, &tokyo(), now);
        }

        #[test]
        fn what_is_shown_can_be_read(second in 0i64..4_000_000_000) {
            let time = Timestamp::from_second(second).unwrap();
            let shown = clock(time, &tokyo());
            prop_assert_eq!(read(&shown, &TimeZone::UTC, time), Ok(When::At(time)));
        }
    }
}
