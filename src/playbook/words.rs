//! Small things that playbooks are made of: words in two languages, colours, labels.

use std::fmt;

pub use crate::i18n::Words;

/// A colour, as GitHub's labels have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colour(String);

impl Colour {
    /// Six hex digits, with or without `#`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let fits = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self(digits.to_ascii_lowercase()))
    }

    /// Six hex digits in lower case, without `#`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Digits that stand in this program.
    pub(super) fn of(digits: &'static str) -> Self {
        Self(digits.to_owned())
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A label on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What it is called: at most 50 characters. It is made in the language the bot speaks, and
    /// understood in both.
    pub name: Words,
    /// Its colour.
    pub colour: Colour,
    /// What it is for: at most 100 characters.
    pub description: Words,
}

impl Label {
    /// Whether this is its name in some language. GitHub's labels do not tell case apart.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        self.name.each().any(|own| own.to_lowercase() == name)
    }
}
