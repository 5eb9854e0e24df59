//! A lenient look into a payload: what is missing or odd is simply not there.

use jiff::Timestamp;
use serde_json::Value;

use crate::id::Login;

/// A place in a payload, which may hold anything or nothing. Never fails: GitHub's own versions
/// differ in what they send, and an odd field may cost no more than itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a>(Option<&'a Value>);

impl<'a> View<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        Self(Some(value))
    }

    /// The member of this name, or nothing.
    pub(super) fn at(self, key: &str) -> Self {
        Self(self.0.and_then(|value| value.get(key)))
    }

    /// Whether there is anything, `null` being nothing.
    pub(super) fn is_there(self) -> bool {
        self.0.is_some_and(|value| !value.is_null())
    }

    pub(super) fn text(self) -> Option<&'a str> {
        self.0.and_then(Value::as_str)
    }

    /// A text that says something.
    pub(super) fn words(self) -> Option<&'a str> {
        self.text().filter(|text| !text.trim().is_empty())
    }

    /// A text that says something, as one's own.
    pub(super) fn owned(self) -> Option<String> {
        self.words().map(str::to_owned)
    }

    /// A whole number, written as one or as a text.
    pub(super) fn number(self) -> Option<u64> {
        match self.0? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn flag(self) -> bool {
        match self.0 {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }

    /// A time: ISO 8601 nearly everywhere, seconds since 1970 in `repository.pushed_at` of a push.
    pub(super) fn time(self) -> Option<Timestamp> {
        if let Some(seconds) = self.number() {
            return Timestamp::from_second(i64::try_from(seconds).ok()?).ok();
        }
        self.text()?.parse().ok()
    }

    /// An address of the web; any other scheme is nothing.
    pub(super) fn url(self) -> Option<String> {
        let is_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
        self.text().filter(is_web).map(str::to_owned)
    }

    /// Of a user, the login. `null` where an account was deleted.
    pub(super) fn login(self) -> Option<Login> {
        self.at("login").words().map(Login::from)
    }

    pub(super) fn items(self) -> impl Iterator<Item = View<'a>> {
        let items = self.0.and_then(Value::as_array);
        items.into_iter().flatten().map(View::new)
    }

    /// The names of the members, where it has some.
    pub(super) fn has_members(self) -> bool {
        self.0
            .and_then(Value::as_object)
            .is_some_and(|object| !object.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn odd_fields_are_nothing() {
        let value = json!({"n": "12", "t": 1609459200, "u": "javascript:x", "o": [], "b": "true"});
        let view = View::new(&value);
        assert_eq!(view.at("n").number(), Some(12));
        assert_eq!(
            view.at("t").time().unwrap().to_string(),
            "2021-01-01T00:00:00Z"
        );
        assert_eq!(view.at("u").url(), None);
        assert_eq!(view.at("o").text(), None);
        assert!(view.at("b").flag());
        assert!(!view.at("n").at("deep").at("er").is_there());
    }
}
