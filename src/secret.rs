//! A text that must never be seen: a token, a key. It prints as dots, in errors and logs too.

use std::fmt;

/// A secret text. Only [`Secret::reveal`] shows it, so every place that does can be found.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: for a header or a signature, never for a person.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn is_not_printed() {
        let secret = Secret::from("xoxb-1");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "••• Some(•••)");
        assert_eq!(secret.reveal(), "xoxb-1");
    }
}
