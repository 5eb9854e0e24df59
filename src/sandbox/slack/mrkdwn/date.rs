//! Times that Slack shows to each reader in their own zone; here all read them in Tokyo.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::Inline;

/// What is seen of `<!date^token|fallback>`: the time in words of the token's format, with a link
/// where it names one. A token with anything wrong in it shows `fallback`.
pub(super) fn shown(token: &str, fallback: String) -> Inline {
    match read(token) {
        Some((words, Some(url))) => Inline::Link {
            url,
            label: Some(words),
        },
        Some((words, None)) => Inline::Text(words),
        None => Inline::Text(fallback),
    }
}

/// `seconds^format` or `seconds^format^address`.
fn read(token: &str) -> Option<(String, Option<String>)> {
    let mut parts = token.split('^');
    let (seconds, format, url) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || !seconds.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    let words = formatted(&at.to_zoned(TimeZone::fixed(Offset::constant(9))), format)?;
    let is_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    match url {
        Some(url) => Some((words, Some(Some(url).filter(is_web)?.to_owned()))),
        None => Some((words, None)),
    }
}

/// The format with its `{…}` filled in; one without any is no format.
fn formatted(at: &Zoned, format: &str) -> Option<String> {
    let mut words = String::new();
    let mut rest = format;
    while let Some((before, opened)) = rest.split_once('{') {
        let (name, after) = opened.split_once('}')?;
        words.push_str(before);
        words.push_str(&named(at, name)?);
        rest = after;
    }
    words.push_str(rest);
    (rest.len() < format.len()).then_some(words)
}

/// `yesterday`, `today` and `tomorrow`, which the pretty ones may say, are never said here: a
/// transcript is read on another day. The clock is the one of 24 hours.
fn named(at: &Zoned, name: &str) -> Option<String> {
    let day = || {
        let day = at.day();
        let end = match (day % 10, day) {
            (_, 11..=13) => "th",
            (1, _) => "st",
            (2, _) => "nd",
            (3, _) => "rd",
            _ => "th",
        };
        format!("{} {day}{end}, {}", at.strftime("%B"), at.year())
    };
    Some(match name {
        "date_num" => at.strftime("%Y-%m-%d").to_string(),
        "date" | "date_pretty" => day(),
        "date_short" | "date_short_pretty" => at.strftime("%b %-d, %Y").to_string(),
        "date_long" | "date_long_pretty" => format!("{}, {}", at.strftime("%A"), day()),
        "time" => at.strftime("%H:%M").to_string(),
        "time_secs" => at.strftime("%H:%M:%S").to_string(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_shows() {
        for (token, wanted) in [
            ("1392734382^{date_num} {time}", "2014-02-18 23:39"),
            (
                "1392734382^{date} at {time_secs}",
                "February 18th, 2014 at 23:39:42",
            ),
            (
                "1392734382^on {date_long}",
                "on Tuesday, February 18th, 2014",
            ),
            ("1393772400^{date_short_pretty}", "Mar 3, 2014"),
            ("1393772400^{date_pretty}", "March 3rd, 2014"),
            ("0^{date_num}", "1970-01-01"),
            // None of these is one.
            ("", "else"),
            ("^{time}", "else"),
            ("-1^{time}", "else"),
            ("+1^{time}", "else"),
            ("soon^{time}", "else"),
            ("99999999999999^{time}", "else"),
            ("1392734382", "else"),
            ("1392734382^", "else"),
            ("1392734382^plain", "else"),
            ("1392734382^{time", "else"),
            ("1392734382^{week}", "else"),
            ("1392734382^{time}^javascript:x", "else"),
            ("1392734382^{time}^", "else"),
            ("1392734382^{time}^https://e.com^x", "else"),
        ] {
            let seen = shown(token, "else".to_owned());
            assert_eq!(seen, Inline::Text(wanted.to_owned()), "{token}");
        }
        assert_eq!(
            shown("1392734382^{time}^https://e.com", "else".to_owned()),
            Inline::Link {
                url: "https://e.com".to_owned(),
                label: Some("23:39".to_owned()),
            }
        );
    }
}
