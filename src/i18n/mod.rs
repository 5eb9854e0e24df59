//! Everything the bot says, in each language it speaks.

mod en;
mod ja;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language the bot speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// A sentence of the bot's, or a part of one. Placeholders in braces (`{who}`) are filled by the
/// caller, since what goes there may be more than text: a link, a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    /// Where a text was cut: the words of the link to all of it.
    ReadTheRest,
    /// What an image is called that nobody described.
    Image,
    /// The title of a `[!NOTE]`.
    AlertNote,
    /// The title of a `[!TIP]`.
    AlertTip,
    /// The title of an `[!IMPORTANT]`.
    AlertImportant,
    /// The title of a `[!WARNING]`.
    AlertWarning,
    /// The title of a `[!CAUTION]`.
    AlertCaution,
}

impl Phrase {
    /// The sentence in this language. Both matches are exhaustive: a missing translation does not
    /// compile.
    pub fn say(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => en::say(self),
            Lang::Ja => ja::say(self),
        }
    }
}

/// A language that the bot does not speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language sssbot speaks; say `ja` or `en`")]
pub struct UnknownLang(String);

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        match text {
            "ja" => Ok(Self::Ja),
            "en" => Ok(Self::En),
            other => Err(UnknownLang(other.to_owned())),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ja => "ja",
            Self::En => "en",
        })
    }
}
