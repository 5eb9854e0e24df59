//! YAML as people write it: a tree in which every value knows its line and column, so that what is
//! wrong with it can be shown where it stands, all of it at once.

pub mod kind;
mod meant;
pub mod table;
mod tree;

use std::fmt;
use std::ops::Range;

use serde_saphyr::{DuplicateKeyPolicy, Error, Spanned, UserMessageFormatter};

pub use meant::meant;

use crate::i18n::{Words, both};

/// The longest file that is read, in bytes. Files of people are far below; GitHub's contents API
/// ends at 1 MB.
const LONGEST: usize = 512 * 1024;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// A sentence for the author of the file.
    pub message: Words,
    /// Line and column of where it was written, when an alias or a merge key brought it here.
    pub anchor: Option<(u64, u64)>,
}

impl Problem {
    /// A problem at this line and column.
    pub fn at(line: u64, column: u64, message: Words) -> Self {
        Self {
            line,
            column,
            message,
            anchor: None,
        }
    }

    /// The sentence behind its place: `line 3, column 5: …`.
    pub fn said(&self) -> Words {
        let (line, column, message) = (self.line, self.column, &self.message);
        let written = match self.anchor {
            Some((line, column)) => both!(
                "（{line} 行目 {column} 文字目に書かれたもの）",
                " (written on line {line}, column {column})"
            ),
            None => Words::same(""),
        };
        both!(
            "{line} 行目 {column} 文字目: {message}{written}",
            "line {line}, column {column}: {message}{written}",
            message,
            written
        )
    }
}

impl fmt::Display for Problem {
    /// For logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().en)
    }
}

impl std::error::Error for Problem {}

/// A value and the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// Line and column of where it was written, when an alias or a merge key brought it here.
    pub anchor: Option<(u64, u64)>,
    /// Which bytes of the text it was written in, quotes and all. Of a list or a mapping only the
    /// beginning is known: its bracket, or nothing before its first entry.
    pub bytes: Range<usize>,
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
    /// Line and column of where it was written, when an alias or a merge key brought it here.
    pub anchor: Option<(u64, u64)>,
    /// Which bytes of the text it was written in.
    pub bytes: Range<usize>,
    /// The key.
    pub name: String,
}

impl Key {
    /// A problem at this key.
    pub fn problem(&self, message: Words) -> Problem {
        Problem {
            anchor: self.anchor,
            ..Problem::at(self.line, self.column, message)
        }
    }
}

impl Node {
    /// Nothing, nowhere.
    pub fn nothing() -> Self {
        Self {
            line: 1,
            column: 1,
            anchor: None,
            bytes: 0..0,
            value: Value::Null,
        }
    }

    /// A problem at this value.
    pub fn problem(&self, message: Words) -> Problem {
        Problem {
            anchor: self.anchor,
            ..Problem::at(self.line, self.column, message)
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
    pub fn kind(&self) -> Words {
        let (ja, en) = match self {
            Self::Null => ("空", "nothing"),
            Self::Bool(_) => ("真偽値", "true or false"),
            Self::Number(_) => ("数値", "a number"),
            Self::Text(_) => ("文字列", "text"),
            Self::List(_) => ("リスト", "a list"),
            Self::Map(_) => ("マッピング", "a mapping"),
        };
        Words::new(ja, en)
    }
}

/// Reads a file. Aliases and merge keys are followed; what a bomb of them would unfold to, a file
/// of more than 512 KiB, more than 64 levels and a key that is there twice are refused.
pub fn read(text: &str) -> Result<Node, Problem> {
    if text.len() > LONGEST {
        let length = text.len();
        let said = both!(
            "ファイルが {length} バイトあります。読めるのは {LONGEST} バイトまでです",
            "the file has {length} bytes; at most {LONGEST} are read"
        );
        return Err(Problem::at(1, 1, said));
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
            let line = at.map_or(1, |at| at.line()).max(1);
            let column = at.map_or(1, |at| at.column()).max(1);
            Err(Problem::at(line, column, sentence(&error)))
        }
    }
}

/// What the reader says, without its own mention of the place, which [`Problem`] has. It knows
/// English only: what people meet is said in Japanese by its kind, and the rest is quoted.
fn sentence(error: &Error) -> Words {
    let said = error.render_with_formatter(&UserMessageFormatter);
    let line = said.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let en = match line.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest,
        _ => line.split(" at line ").next().unwrap_or_default(),
    };
    let ja = match error {
        Error::AliasError { error, .. } => return Words::new(sentence(error).ja, en),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("キー `{}` が二度書かれています", kind::shown(key))
        }
        Error::DuplicateMappingKey { key: None, .. } => "同じキーが二度書かれています".to_owned(),
        Error::MultipleDocuments { .. } => {
            "文書がいくつもあります（--- で区切られています）。一つにしてください".to_owned()
        }
        Error::UnknownAnchor { .. } => "このエイリアスの指すアンカーがありません".to_owned(),
        Error::Eof { .. } => "ファイルが途中で終わっています".to_owned(),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => {
            "マージ（<<）できるのは、マッピングか、マッピングのリストだけです".to_owned()
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            format!("入れ子かエイリアスが多すぎて読めません: {en}")
        }
        _ => match slip(en) {
            Some(slip) => format!("{slip}: {en}"),
            None => format!("YAML として読めません: {en}"),
        },
    };
    Words::new(ja, en)
}

/// The slips of which the reader tells in words only. Should it choose others one day, they are
/// quoted like all the rest.
fn slip(en: &str) -> Option<&'static str> {
    const SLIPS: [(&str, &str); 5] = [
        ("unclosed bracket", "括弧が閉じていません"),
        ("unclosed quote", "引用符が閉じていません"),
        ("found a tab", "字下げにタブは使えません"),
        (
            "mapping values are not allowed",
            "ここにコロンは書けません。字下げを確かめるか、引用符で囲んでください",
        ),
        (
            "unexpected character",
            "この文字で始まる値は、引用符で囲んでください",
        ),
    ];
    let found = SLIPS.iter().find(|(slip, _)| en.contains(slip));
    found.map(|(_, said)| *said)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Value, read};
    use crate::i18n::{Words, agree};

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
    fn an_alias_knows_where_it_stands_and_where_its_value_was_written() {
        let text = "a: &x [日本, {k: 'v v'}]\nb: *x\nc: [*x, \"z\"]\n";
        let root = read(text).unwrap();
        let in_list = |key: &str, n: usize| {
            let Value::List(items) = &root.get(key).unwrap().value else {
                panic!("{key}");
            };
            items[n].clone()
        };
        let (here, there) = (in_list("a", 0), in_list("b", 0));
        assert_eq!((here.line, here.column, here.anchor), (1, 8, None));
        assert_eq!(
            (there.line, there.column, there.anchor),
            (2, 4, Some((1, 8)))
        );
        assert_eq!(
            (&text[here.bytes.clone()], here.bytes),
            ("日本", there.bytes)
        );
        let nested = in_list("c", 0);
        assert_eq!((nested.line, nested.anchor), (3, Some((1, 7))));
        assert_eq!(&text[in_list("c", 1).bytes], "\"z\"");
        let k = in_list("b", 1).get("k").unwrap().clone();
        assert_eq!((k.line, &text[k.bytes.clone()]), (2, "'v v'"));
        assert_eq!(
            k.problem(Words::same("no")).to_string(),
            "line 2, column 4: no (written on line 1, column 16)"
        );
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        for (text, line, ja) in [
            ("a: 1\na: 2\n", 2, "キー `a` が二度書かれています"),
            (
                "a: [1, 2\n",
                1,
                "括弧が閉じていません: unclosed bracket '['",
            ),
            (
                "a: 1\n\tb: 2\n",
                1,
                "字下げにタブは使えません: while scanning a plain scalar, found a tab",
            ),
            (
                "a: *nobody\n",
                1,
                "このエイリアスの指すアンカーがありません",
            ),
            (
                "- a\nb: 1\n",
                2,
                "YAML として読めません: while parsing a block collection, did not find expected '-' indicator",
            ),
        ] {
            let problem = read(text).unwrap_err();
            assert_eq!(problem.line, line, "{text:?}: {problem}");
            assert_eq!(problem.message.ja, ja, "{text:?}");
            assert!(!problem.message.en.contains("line "), "{problem}");
            assert!(problem.message.en.len() > 5, "{problem}");
            agree(&problem.message);
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

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[ -~\n\t&*<>一語]{0,200}") {
            if let Err(problem) = read(&text) {
                prop_assert!(problem.line >= 1 && problem.column >= 1);
            }
        }
    }
}
