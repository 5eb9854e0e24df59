//! The grammar of incident channels: `<service>-<YYYYMMDD>i` and what may follow.
//!
//! ```text
//! name    = service "-" date "i" [ "-" number ] [ "-訓練" | "-drill" ]
//! service = letters, digits, "_" and "-" of any script, not opening with "-"
//! date    = YYYYMMDD or YYMMDD, of the calendar
//! number  = 2, 3, ... with no leading zero
//! ```

mod find;
mod grammar;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use grammar::{DRILL, LONGEST, Suffix, fold, may_name, suffix};

/// How long a service may be when a name is made: `-YYYYMMDDi`, the largest number and `-drill`
/// still fit behind it, so that the service of `-2` is never cut shorter than that of the first.
const LONGEST_SERVICE: usize = LONGEST - 10 - 11 - 6;

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
mod tests;
