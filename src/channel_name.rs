//! The grammar of incident channels: `<service>-<YYYYMMDD>i` and what may follow.
//!
//! ```text
//! name    = service "-" date "i" [ "-" number ] [ "-訓練" | "-drill" ]
//! service = letters, digits, "_" and "-" of any script, not opening with "-"
//! date    = YYYYMMDD or YYMMDD, of the calendar
//! number  = 2, 3, ... with no leading zero
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// How long a channel's name may be in Slack, in characters.
const LONGEST: usize = 80;

/// How long a service may be when a name is made: `-YYYYMMDDi`, the largest number and `-drill`
/// still fit behind it, so that the service of `-2` is never cut shorter than that of the first.
const LONGEST_SERVICE: usize = LONGEST - 10 - 11 - 6;

/// What a drill's name ends in; the second where only ASCII is taken.
const DRILL: [&str; 2] = ["-訓練", "-drill"];

/// The name of an incident's channel, as Slack would write it: NFKC, lower case, without the `#`.
/// It only routes; what a channel *is* says its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChannelName {
    text: String,
    /// Length of the service in `text`, in bytes.
    service: usize,
    date: Date,
    number: Option<u32>,
    drill: bool,
}

/// A text that does not name an incident's channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of an incident channel; one looks like `example-20210101i`")]
pub struct NotAChannelName(String);

impl ChannelName {
    /// Reads a text that is a name and nothing else, with or without `#`, in any width and case.
    pub fn parse(text: &str) -> Result<Self, NotAChannelName> {
        let refuse = || NotAChannelName(text.chars().take(LONGEST).collect());
        let chars: Vec<char> = fold(text.trim()).take(LONGEST + 2).collect();
        let chars = chars.strip_prefix(&['#']).unwrap_or(&chars);
        if chars.first().is_none_or(|c| *c == '-') || !chars.iter().all(|c| may_name(*c)) {
            return Err(refuse());
        }
        let hyphens = chars.iter().enumerate().filter(|(_, c)| **c == '-');
        hyphens
            .filter_map(|(at, _)| Some((at, suffix(chars, at)?)))
            .find(|(_, suffix)| suffix.end == chars.len())
            .and_then(|(at, suffix)| Self::cut(chars, 0, at, &suffix))
            .ok_or_else(refuse)
    }

    /// Every name in a text that people wrote: a title, a branch. Takes time in the length of the
    /// text, whatever it says.
    ///
    /// A name ends where no letter, digit, `_` or `-` follows; a script that is written without
    /// spaces may follow at once (`example-20210101iの件`). Where it begins: behind a `#`; else,
    /// for a service in ASCII, where its ASCII begins (`障害example-20210101i` names `example-…`),
    /// unless a `-` or `_` ties it to what stands before (`決済-api-…`); else at the last character
    /// that no name has.
    pub fn find_all(text: &str) -> BTreeSet<Self> {
        let chars: Vec<char> = fold(text).collect();
        let hyphens = chars.iter().enumerate().filter(|(_, c)| **c == '-');
        hyphens
            .filter_map(|(at, _)| {
                let suffix = suffix(&chars, at)?;
                Self::cut(&chars, service_before(&chars, at)?, at, &suffix)
            })
            .collect()
    }

    /// The name of a service's channel of a day: its first incident (`number` 0 or 1) or a later
    /// one. What no name may have becomes `-`, and a long service is cut so that every number fits.
    pub fn new(
        service: &str,
        date: Date,
        number: u32,
        drill: bool,
    ) -> Result<Self, NotAChannelName> {
        let service: String = fold(service)
            .map(|c| if may_name(c) { c } else { '-' })
            .skip_while(|c| *c == '-')
            .take(LONGEST_SERVICE)
            .collect();
        let number = if number < 2 {
            String::new()
        } else {
            format!("-{number}")
        };
        let drill = if drill { DRILL[0] } else { "" };
        let date = date.strftime("%Y%m%d");
        Self::parse(&format!("{service}-{date}i{number}{drill}"))
    }

    /// The name to try when this one is taken: `-2`, then `-3`...
    pub fn next(&self) -> Result<Self, NotAChannelName> {
        let number = self.number.unwrap_or(1).saturating_add(1);
        Self::new(self.service(), self.date, number, self.drill)
    }

    /// The same with `-drill` for `-訓練`, for a Slack that takes only ASCII there.
    pub fn with_ascii_suffix(&self) -> Self {
        match self.text.strip_suffix(DRILL[0]) {
            Some(bare) => Self::parse(&format!("{bare}{}", DRILL[1])).unwrap_or(self.clone()),
            None => self.clone(),
        }
    }

    /// The name, without `#`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service, with the middle segments if it has some: `sss-ixf7h` of `sss-ixf7h-20200623i`.
    pub fn service(&self) -> &str {
        self.text.get(..self.service).unwrap_or_default()
    }

    /// The day it began.
    pub fn date(&self) -> Date {
        self.date
    }

    /// Which of the day it is, from the second on.
    pub fn number(&self) -> Option<u32> {
        self.number
    }

    /// Whether it is only practice.
    pub fn is_drill(&self) -> bool {
        self.drill
    }

    /// The name that is `chars[start..suffix.end]`, with the service ending at `hyphen`.
    fn cut(chars: &[char], start: usize, hyphen: usize, suffix: &Suffix) -> Option<Self> {
        if hyphen <= start || suffix.end - start > LONGEST {
            return None;
        }
        let text: String = chars.get(start..suffix.end)?.iter().collect();
        // A few letters change again when they are folded twice; a name that is not its own
        // canonical form would not be found again.
        if !fold(&text).eq(text.chars()) {
            return None;
        }
        Some(Self {
            service: chars.get(start..hyphen)?.iter().map(|c| c.len_utf8()).sum(),
            text,
            date: suffix.date,
            number: suffix.number,
            drill: suffix.drill,
        })
    }
}

/// What stands behind a service.
struct Suffix {
    /// Where it ends, exclusive.
    end: usize,
    date: Date,
    number: Option<u32>,
    drill: bool,
}

/// Reads `-<date>i…` at this hyphen, to its end and not beyond: `None` when what follows makes it
/// another name.
fn suffix(chars: &[char], hyphen: usize) -> Option<Suffix> {
    let (digits, mut end) = digits(chars, hyphen + 1);
    let date = calendar_day(digits)?;
    if chars.get(end) != Some(&'i') {
        return None;
    }
    end += 1;
    let mut number = None;
    if chars.get(end) == Some(&'-') {
        let (digits, after) = self::digits(chars, end + 1);
        if digits.first().is_some_and(|first| *first != '0') {
            let value: Option<u32> = digits.iter().collect::<String>().parse().ok();
            number = value.filter(|n| *n >= 2);
            if number.is_some() {
                end = after;
            }
        }
    }
    let rest = chars.get(end..).unwrap_or_default();
    let drill = DRILL.iter().find(|word| opens_with(rest, word));
    end += drill.map_or(0, |word| word.chars().count());
    match chars.get(end) {
        Some('-' | '_') => None,
        Some(c) if c.is_alphanumeric() && !unspaced(*c) => None,
        _ => Some(Suffix {
            end,
            date,
            number,
            drill: drill.is_some(),
        }),
    }
}

/// The ASCII digits from here on, at most eleven, and where they end.
fn digits(chars: &[char], from: usize) -> (&[char], usize) {
    let rest = chars.get(from..).unwrap_or_default();
    let count = rest
        .iter()
        .take(11)
        .take_while(|c| c.is_ascii_digit())
        .count();
    (rest.get(..count).unwrap_or_default(), from + count)
}

/// `YYYYMMDD`, or `YYMMDD` of this century.
fn calendar_day(digits: &[char]) -> Option<Date> {
    let century = match digits.len() {
        8 => 0,
        6 => 20_000_000,
        _ => return None,
    };
    let full = century + digits.iter().collect::<String>().parse::<i32>().ok()?;
    let small = |n: i32| i8::try_from(n % 100).ok();
    let year = i16::try_from(full / 10_000).ok().filter(|year| *year > 0)?;
    Date::new(year, small(full / 100)?, small(full)?).ok()
}

/// Where the service that ends before this hyphen begins. Looks back no further than a name is
/// long; `None` when it would be longer.
fn service_before(chars: &[char], hyphen: usize) -> Option<usize> {
    let back = |may: fn(char) -> bool| -> Option<usize> {
        let run = chars.get(..hyphen)?.iter().rev().take(LONGEST + 1);
        let length = run.take_while(|c| may(**c)).count();
        (length <= LONGEST).then_some(hyphen - length)
    };
    let ascii = |c: char| c.is_ascii() && may_name(c);
    let whole = back(may_name);
    let anchored = whole.is_some_and(|at| at > 0 && chars.get(at - 1) == Some(&'#'));
    let last_is_ascii = hyphen > 0 && chars.get(hyphen - 1).is_some_and(char::is_ascii);
    let start = if anchored || !last_is_ascii {
        whole?
    } else {
        let start = back(ascii)?;
        if whole != Some(start) && matches!(chars.get(start), Some('-' | '_')) {
            whole?
        } else {
            start
        }
    };
    let indent = chars.get(start..hyphen)?.iter();
    Some(start + indent.take_while(|c| **c == '-').count())
}

/// One form for all the ways to write a name: NFKC, lower case, one hyphen.
fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    let lower = text.nfkc().flat_map(char::to_lowercase);
    lower.nfkc().map(|c| match c {
        // NFKC leaves these, and input methods give them where a full-width hyphen is meant.
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        c => c,
    })
}

/// What Slack takes in a name.
fn may_name(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Scripts whose words stand side by side without a space: kana, han, hangul.
fn unspaced(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}

fn opens_with(chars: &[char], word: &str) -> bool {
    let mut rest = chars.iter();
    word.chars().all(|c| rest.next() == Some(&c))
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for ChannelName {
    type Err = NotAChannelName;

    fn from_str(text: &str) -> Result<Self, NotAChannelName> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ChannelName {
    type Error = NotAChannelName;

    fn try_from(text: String) -> Result<Self, NotAChannelName> {
        Self::parse(&text)
    }
}

impl From<ChannelName> for String {
    fn from(name: ChannelName) -> Self {
        name.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<String> {
        let names = ChannelName::find_all(text);
        names.into_iter().map(String::from).collect()
    }

    #[test]
    fn finds_names_where_people_write_them() {
        let table: &[(&str, &[&str])] = &[
            ("example-20210101i", &["example-20210101i"]),
            ("#example-20210101i", &["example-20210101i"]),
            ("EXAMPLE-20210101I down", &["example-20210101i"]),
            (
                "＃ｅｘａｍｐｌｅ－２０２１０１０１ｉ",
                &["example-20210101i"],
            ),
            ("example−２０２１０１０１i", &["example-20210101i"]),
            ("example‐20210101i", &["example-20210101i"]),
            ("障害example-20210101iの件", &["example-20210101i"]),
            ("【障害】#example-20210101i、続報", &["example-20210101i"]),
            (
                "[example-20210101i] and (shop-210203i)",
                &["example-20210101i", "shop-210203i"],
            ),
            ("original/example-20210101i", &["example-20210101i"]),
            ("refs/heads/example-20210101i-2", &["example-20210101i-2"]),
            ("sss-ixf7h-20200623i", &["sss-ixf7h-20200623i"]),
            ("example-20210101i-2-訓練", &["example-20210101i-2-訓練"]),
            ("example-20210101i-訓練の件", &["example-20210101i-訓練"]),
            ("example-20210101i-drill!", &["example-20210101i-drill"]),
            ("決済-20210101iが遅い", &["決済-20210101i"]),
            ("＃決済ｓｙｓ－２０２１０１０１ｉ", &["決済sys-20210101i"]),
            ("決済-api-20210101i", &["決済-api-20210101i"]),
            ("本番 決済バッチ-20210101i", &["決済バッチ-20210101i"]),
            ("ｹｯｻｲｶﾞﾒﾝ-20210101i", &["ケッサイガメン-20210101i"]),
            ("- -example-20210101i", &["example-20210101i"]),
            ("a-20210101i-20210102i", &["a-20210101i-20210102i"]),
        ];
        for (text, names) in table {
            assert_eq!(found(text), *names, "in {text}");
        }
    }

    #[test]
    fn leaves_what_only_looks_like_one() {
        for text in [
            "example-20210101in",
            "example-20210101i-1",
            "example-20210101i-02",
            "example-20210101i-99999999999",
            "example-20210101i-",
            "example-20210101i_x",
            "example-20210101i-drills",
            "example-20210101i-障害",
            "example-20210101iñ",
            "example-20211301i",
            "example-20210229i",
            "example-2021010i",
            "example-202101011i",
            "example-20210101",
            "-20210101i",
            "#-20210101i",
            "20210101i",
            "example 20210101i",
            "",
        ] {
            assert_eq!(found(text), [""; 0], "in {text}");
        }
    }

    #[test]
    fn twins_are_two() {
        assert_eq!(found("see #example-20210101i-2"), ["example-20210101i-2"]);
        assert_eq!(found("see #example-20210101i"), ["example-20210101i"]);
        assert_eq!(found("xexample-20210101i"), ["xexample-20210101i"]);
        assert_eq!(found("#example-20210101i #example-20210101i-2").len(), 2);
    }

    #[test]
    fn tells_the_parts() {
        let name = ChannelName::parse("#sss-ixf7h-200623i-12-訓練").unwrap();
        assert_eq!(name.service(), "sss-ixf7h");
        assert_eq!(name.date(), date(2020, 6, 23));
        assert_eq!(name.number(), Some(12));
        assert!(name.is_drill());
        let plain = ChannelName::parse("決済-20200623i").unwrap();
        assert_eq!(plain.service(), "決済");
        assert_eq!((plain.number(), plain.is_drill()), (None, false));
    }

    #[test]
    fn a_name_is_all_of_the_text() {
        for text in [
            "x #example-20210101i",
            "example-20210101iの件",
            "##a-20210101i",
            "-a-20210101i",
        ] {
            assert!(ChannelName::parse(text).is_err(), "{text}");
        }
        let long = |n| format!("{}-20210101i", "a".repeat(n));
        assert!(ChannelName::parse(&long(70)).is_ok());
        assert!(ChannelName::parse(&long(71)).is_err());
        assert_eq!(found(&long(71)), [""; 0]);
        let read: Result<ChannelName, _> = serde_json::from_str("\"nothing\"");
        assert!(read.is_err());
    }

    #[test]
    fn makes_names_that_fit() {
        let day = date(2021, 1, 1);
        let name = |service: &str, number, drill| {
            let made = ChannelName::new(service, day, number, drill);
            made.map_or_else(|e| e.to_string(), String::from)
        };
        assert_eq!(name("example", 1, false), "example-20210101i");
        assert_eq!(name("Shop API", 2, true), "shop-api-20210101i-2-訓練");
        assert!(name("", 1, false).contains("is not the name"));
        let first = ChannelName::new(&"a".repeat(99), day, 0, true).unwrap();
        let later = ChannelName::new(&"a".repeat(99), day, u32::MAX, true).unwrap();
        assert_eq!(first.service(), later.service());
        assert_eq!(later.with_ascii_suffix().as_str().chars().count(), LONGEST);
        let second = ChannelName::parse("shop-20210101i")
            .unwrap()
            .next()
            .unwrap();
        assert_eq!(second.as_str(), "shop-20210101i-2");
        assert_eq!(second.next().unwrap().as_str(), "shop-20210101i-3");
    }

    proptest! {
        #[test]
        fn print_and_parse_are_inverse(
            service in "[a-z0-9_ぁ-んァ-ヶ一-龠][a-z0-9_\\-ぁ-んァ-ヶ一-龠]{0,40}",
            days in 0i32..30_000, number in 0u32..2_000, drill: bool,
        ) {
            let day = date(1980, 1, 1).saturating_add(jiff::Span::new().days(days));
            let name = ChannelName::new(&service, day, number, drill).unwrap();
            prop_assert_eq!(ChannelName::parse(name.as_str()).unwrap(), name.clone());
            prop_assert_eq!(name.date(), day);
            prop_assert_eq!(name.is_drill(), drill);
            prop_assert_eq!(name.number(), (number >= 2).then_some(number));
            let json = serde_json::to_string(&name).unwrap();
            prop_assert_eq!(serde_json::from_str::<ChannelName>(&json).unwrap(), name);
        }

        #[test]
        fn a_printed_name_is_found_between_boundaries(
            service in "[a-z0-9_][a-z0-9_-]{0,30}|[ァ-ヶ一-龠]{1,20}|[一-龠]{1,9}-[a-z0-9]{1,9}",
            number in 0u32..30, drill: bool,
            before in "(.*[ 　/（「\\[:、。#])?", after in "([ 　）」\\]:、。のにはが].*)?",
        ) {
            let name = ChannelName::new(&service, date(2021, 1, 1), number, drill).unwrap();
            let names = ChannelName::find_all(&format!("{before}{name}{after}"));
            prop_assert!(names.contains(&name), "{names:?} without {name}");
        }

        #[test]
        fn any_text_is_taken(text in "(\\PC|-20210101i|-210101i-2|#|-訓練|a){0,60}") {
            for name in ChannelName::find_all(&text) {
                prop_assert_eq!(ChannelName::parse(name.as_str()).unwrap(), name);
            }
        }
    }

    #[test]
    fn hostile_text_ends_soon() {
        for piece in [
            "-20210101i",
            "a-20210101i-2",
            "aaaaaaaa",
            "-",
            "ﷺ-20210101i",
            "\u{301}",
        ] {
            let text = piece.repeat(65_536 / piece.len());
            assert!(ChannelName::find_all(&text).len() <= 1, "{piece}");
        }
    }
}
