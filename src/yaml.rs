//! YAML as people write it: a tree in which every value knows its line and column, so that what is
//! wrong with it can be shown where it stands, all of it at once.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Spanned, UserMessageFormatter};

/// The longest file that is read, in bytes. Files of people are far below; GitHub's contents API
/// ends at 1 MB.
const LONGEST: usize = 512 * 1024;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Problem {
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// A sentence for the author of the file.
    pub message: String,
}

/// A value and the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// What stands there.
    pub value: Value,
}

/// A value of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as decimal text.
    Number(String),
    /// Words.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the file's order; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping and the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// The key.
    pub name: String,
}

impl Key {
    /// A problem at this key.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem {
            line: self.line,
            column: self.column,
            message: message.into(),
        }
    }
}

impl Node {
    /// A problem at this value.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem {
            line: self.line,
            column: self.column,
            message: message.into(),
        }
    }

    /// The value of a key; `None` when this is no mapping or has no such key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .find(|(name, _)| name.name == key)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    /// The words of a text, or the digits of a number (a login may be all digits).
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }
}

impl Value {
    /// What this is, for a sentence: `a list`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Reads a file. Aliases and merge keys are followed; what a bomb of them would unfold to, a file
/// of more than 512 KiB, more than 64 levels and a key that is there twice are refused.
pub fn read(text: &str) -> Result<Node, Problem> {
    if text.len() > LONGEST {
        return Err(Problem {
            line: 1,
            column: 1,
            message: format!(
                "the file has {} bytes; at most {LONGEST} are read",
                text.len()
            ),
        });
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 64,
            flow_nesting_limit: 64,
            max_events: 200_000,
            max_aliases: 2_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 200_000,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Spanned<Value>>(text, options) {
        Ok(root) => Ok(root.into()),
        Err(error) => {
            let at = error.location();
            Err(Problem {
                line: at.map_or(1, |at| at.line()).max(1),
                column: at.map_or(1, |at| at.column()).max(1),
                message: sentence(&error),
            })
        }
    }
}

/// What the reader says, without its own mention of the place, which [`Problem`] has.
fn sentence(error: &serde_saphyr::Error) -> String {
    let said = error.render_with_formatter(&UserMessageFormatter);
    let line = said.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    match line.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest.to_owned(),
        _ => line
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The word of `among` that was probably meant: at most two slips away, and not another word
/// altogether.
pub fn meant<'a>(word: &str, among: &[&'a str]) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(64).collect();
    among
        .iter()
        // Too long to be two slips away, and perhaps as long as a file.
        .filter(|known| known.len() <= 4 * (word.len() + 2))
        .map(|known| (slips(&word, &known.to_lowercase()), *known))
        .filter(|(slips, known)| *slips <= 2 && *slips * 2 < known.chars().count().max(2))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, known)| known)
}

/// How many letters must be added, dropped, changed or swapped with their neighbour to get from one
/// to the other.
fn slips(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=from.len()).collect()];
    for (i, there) in to.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, here) in from.iter().enumerate() {
            let change = rows[i][j] + usize::from(here != there);
            let mut least = change.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *here == to[i - 1] && from[j - 1] == *there {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[to.len()][from.len()]
}

impl From<Spanned<Value>> for Node {
    fn from(spanned: Spanned<Value>) -> Self {
        Self {
            line: spanned.referenced.line(),
            column: spanned.referenced.column(),
            value: spanned.value,
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Value, E> {
        Ok(Value::Text(String::from_utf8_lossy(value).into_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Spanned<Value>>()? {
            list.push(item.into());
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<Spanned<String>>()? {
            let key = Key {
                line: key.referenced.line(),
                column: key.referenced.column(),
                name: key.value,
            };
            map.push((key, entries.next_value::<Spanned<Value>>()?.into()));
        }
        Ok(Value::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Value, meant, read};

    #[test]
    fn every_value_knows_its_place() {
        let root = read("a: 1\nb:\n  - x\n  - {c: 007}\n").unwrap();
        let list = root.get("b").unwrap();
        let Value::List(items) = &list.value else {
            panic!("{list:?}");
        };
        assert_eq!((items[0].line, items[0].column), (3, 5));
        let c = items[1].get("c").unwrap();
        assert_eq!((c.line, c.text()), (4, Some("007")));
        assert_eq!(root.get("a").unwrap().text(), Some("1"));
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        let root = read("a: &x {k: v}\nb: *x\nc:\n  <<: *x\n").unwrap();
        for key in ["a", "b", "c"] {
            let k = root.get(key).and_then(|node| node.get("k"));
            assert_eq!(k.and_then(|node| node.text()), Some("v"), "{key}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        for (text, line) in [
            ("a: 1\na: 2\n", 2),
            ("a: [1, 2\n", 1),
            ("a: 1\n\tb: 2\n", 1),
            ("a: *nobody\n", 1),
        ] {
            let problem = read(text).unwrap_err();
            assert_eq!(problem.line, line, "{text:?}: {problem}");
            assert!(!problem.message.contains("line "), "{problem}");
            assert!(problem.message.len() > 5, "{problem}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let of = format!("*a{}", i - 1);
            laughs += &format!("a{i}: &a{i} [{}]\n", [of.as_str(); 10].join(", "));
        }
        assert!(read(&laughs).is_err());
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"- ".repeat(10_000)).is_err());
        assert!(read(&" ".repeat(600_000)).is_err());
    }

    #[test]
    fn a_slip_is_known_and_another_word_is_not() {
        let among = ["mute_bots", "mute_drafts", "language"];
        assert_eq!(meant("mute_bot", &among), Some("mute_bots"));
        assert_eq!(meant("Langage", &among), Some("language"));
        assert_eq!(meant("lnaugage", &among), Some("language"));
        assert_eq!(meant("shpo", &["shop"]), Some("shop"));
        assert_eq!(meant("colour", &among), None);
        assert_eq!(meant("", &["a"]), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[ -~\n\t&*<>一語]{0,200}") {
            if let Err(problem) = read(&text) {
                prop_assert!(problem.line >= 1 && problem.column >= 1);
            }
        }
    }
}
