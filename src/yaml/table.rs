//! A mapping whose keys are known: what asks for them also says what there could be.

use std::rc::Rc;

use serde_json::{Map, Value as Json, json};

use super::kind::{Kind, Problems, hint, or_nothing, shown};
use crate::i18n::{Words, both};
use crate::yaml::{Key, Node, Problem, Value};

/// A mapping whose keys are known: `take` asks for each of them, whether it is there or not, and so
/// says what there could be. `what` is what has these keys; in Japanese it ends in a noun.
pub fn table<T: 'static>(
    what: Words,
    take: impl Fn(&mut Table<'_>) -> Option<T> + 'static,
) -> Kind<T> {
    let take = Rc::new(take);
    let describe = Rc::clone(&take);
    Kind::new(
        move || {
            let mut problems = Vec::new();
            let (nothing, nowhere) = (Words::same(""), Node::nothing());
            let mut table = Table::over(&nothing, &nowhere, &[], &mut problems, true);
            describe(&mut table);
            table.described()
        },
        move |node, problems| {
            let entries = match &node.value {
                Value::Map(entries) => entries.as_slice(),
                Value::Null => &[],
                other => {
                    let kind = other.kind();
                    problems.push(node.problem(both!(
                        "{what}はマッピングで書いてください（いまは{kind}です）",
                        "{what} must be a mapping, and here is {kind}",
                        what,
                        kind
                    )));
                    return None;
                }
            };
            let mut table = Table::over(&what, node, entries, problems, false);
            let value = take(&mut table);
            table.refuse_others();
            value
        },
    )
}

/// What stands behind a key, as [`table`] is told of it.
pub fn behind(key: &str) -> Words {
    both!("`{key}` の設定", "`{key}`")
}

/// A mapping while its keys are taken out of it.
pub struct Table<'a> {
    what: &'a Words,
    node: &'a Node,
    entries: &'a [(Key, Node)],
    problems: &'a mut Problems,
    /// Whether nothing is read and only the schema is wanted.
    describing: bool,
    known: Vec<&'static str>,
    needed: Vec<&'static str>,
    properties: Map<String, Json>,
}

impl<'a> Table<'a> {
    fn over(
        what: &'a Words,
        node: &'a Node,
        entries: &'a [(Key, Node)],
        problems: &'a mut Problems,
        describing: bool,
    ) -> Self {
        Self {
            what,
            node,
            entries,
            problems,
            describing,
            known: Vec::new(),
            needed: Vec::new(),
            properties: Map::new(),
        }
    }

    /// The value of a key that may be left out; nothing behind it is left out, too.
    pub fn take<T: 'static>(&mut self, key: &'static str, about: &str, kind: Kind<T>) -> Option<T> {
        self.known.push(key);
        if self.describing {
            self.describe(key, about, or_nothing(kind.schema()));
            return None;
        }
        let (_, node) = self.entries.iter().find(|(own, _)| own.name == key)?;
        match node.value {
            Value::Null => None,
            _ => kind.read(node, self.problems),
        }
    }

    /// The value of a key that must be there.
    pub fn need<T: 'static>(&mut self, key: &'static str, about: &str, kind: Kind<T>) -> Option<T> {
        self.known.push(key);
        self.needed.push(key);
        if self.describing {
            self.describe(key, about, kind.schema());
            return None;
        }
        let found = self.entries.iter().find(|(own, _)| own.name == key);
        match found {
            Some((_, node)) if node.value != Value::Null => kind.read(node, self.problems),
            _ => {
                let what = self.what;
                self.problems.push(self.node.problem(both!(
                    "{what}には `{key}` が必要です",
                    "{what} must have `{key}`",
                    what
                )));
                None
            }
        }
    }

    /// Something that is wrong with several keys together.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn describe(&mut self, key: &str, about: &str, mut schema: Json) {
        if let Json::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), Json::from(about));
        }
        self.properties.insert(key.to_owned(), schema);
    }

    fn described(self) -> Json {
        let mut schema = json!({
            "type": "object",
            "properties": self.properties,
            "additionalProperties": false,
        });
        if !self.needed.is_empty() {
            schema["required"] = json!(self.needed);
        }
        schema
    }

    /// Every key that nobody asked for is a problem, with the one that was probably meant.
    fn refuse_others(self) {
        /// Whoever has so many unknown keys in one place has mistaken it for another file.
        const ENOUGH: usize = 50;
        let keys = self.entries.iter().map(|(key, _)| key);
        let unknown = keys.filter(|key| !self.known.contains(&key.name.as_str()));
        for key in unknown.take(ENOUGH) {
            let (what, hint) = (self.what, hint(&key.name, &self.known));
            let name = shown(&key.name);
            self.problems.push(key.problem(both!(
                "{what}に `{name}` というキーはありません。{hint}",
                "{what} has no key `{name}`; {hint}",
                what,
                hint
            )));
        }
    }
}
