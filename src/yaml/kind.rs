//! What may stand where in the file: one description that reads it and writes its JSON Schema, so
//! that the two cannot say different things.

use serde_json::{Value as Json, json};

use crate::i18n::{Words, both};
use crate::yaml::{self, Node, Problem, Value};

/// What is wrong so far.
pub type Problems = Vec<Problem>;

/// How a value is read, or why not.
type Read<T> = Box<dyn Fn(&Node, &mut Problems) -> Option<T>>;

/// What a value may be. What it reads, its schema accepts; the schema may accept more, since some
/// rules (names that stand for each other, a known time zone) cannot be said in one.
pub struct Kind<T> {
    read: Read<T>,
    schema: Box<dyn Fn() -> Json>,
}

impl<T: 'static> Kind<T> {
    /// A kind that is read so and described so.
    pub fn new(
        schema: impl Fn() -> Json + 'static,
        read: impl Fn(&Node, &mut Problems) -> Option<T> + 'static,
    ) -> Self {
        Self {
            read: Box::new(read),
            schema: Box::new(schema),
        }
    }

    /// Reads a value; `None` when it is wrong, and then it is among the problems why.
    pub fn read(&self, node: &Node, problems: &mut Problems) -> Option<T> {
        (self.read)(node, problems)
    }

    /// Its JSON Schema.
    pub fn schema(&self) -> Json {
        (self.schema)()
    }

    /// The same, made into something else.
    pub fn map<U: 'static>(self, make: impl Fn(T) -> U + 'static) -> Kind<U> {
        let Self { read, schema } = self;
        Kind {
            read: Box::new(move |node, problems| read(node, problems).map(&make)),
            schema,
        }
    }
}

/// `true` or `false`.
pub fn flag() -> Kind<bool> {
    Kind::new(
        || json!({"type": "boolean"}),
        |node, problems| match node.value {
            Value::Bool(flag) => Some(flag),
            _ => {
                let wanted = Words::new("真偽値（`true` か `false`）", "`true` or `false`");
                not(node, &wanted, problems)
            }
        },
    )
}

/// A whole number within these bounds.
pub fn whole(least: u32, most: u32) -> Kind<u32> {
    Kind::new(
        move || json!({"type": "integer", "minimum": least, "maximum": most}),
        move |node, problems| {
            let wanted = both!(
                "{least} から {most} までの整数",
                "a whole number from {least} to {most}"
            );
            match &node.value {
                Value::Number(digits) => {
                    let number = digits.parse().ok();
                    let number = number.filter(|n| (least..=most).contains(n));
                    if number.is_none() {
                        let said = shown(digits);
                        problems.push(node.problem(both!(
                            "{wanted}を書いてください（いまは {said} です）",
                            "this must be {wanted}, and not {said}",
                            wanted
                        )));
                    }
                    number
                }
                _ => not(node, &wanted, problems),
            }
        },
    )
}

/// One of a few words, each of which means something.
pub fn one_of<T: Clone + 'static>(words: &'static [(&'static str, T)]) -> Kind<T> {
    let names = || words.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    Kind::new(
        move || json!({"type": "string", "enum": names()}),
        move |node, problems| {
            let Value::Text(text) = &node.value else {
                let all = Words::new(names().join("`、`"), names().join("`, `"));
                let wanted = both!("`{all}` のいずれか", "one of `{all}`", all);
                return not(node, &wanted, problems);
            };
            let found = words.iter().find(|(name, _)| name == text);
            if found.is_none() {
                let hint = hint(text, &names());
                let said = shown(text);
                problems.push(node.problem(both!(
                    "`{said}` はここでは使えません。{hint}",
                    "`{said}` is not known here; {hint}",
                    hint
                )));
            }
            found.map(|(_, means)| means.clone())
        },
    )
}

/// A text that is checked further. `schema` describes it where it is text; `wanted` completes "this
/// must be", and in Japanese stands before を.
pub fn checked<T: 'static>(
    schema: impl Fn() -> Json + 'static,
    wanted: Words,
    check: impl Fn(&str) -> Result<T, Words> + 'static,
) -> Kind<T> {
    Kind::new(schema, move |node, problems| {
        let Value::Text(text) = &node.value else {
            return not(node, &wanted, problems);
        };
        check(text)
            .map_err(|why| problems.push(node.problem(why)))
            .ok()
    })
}

/// The same for names that may be all digits, such as logins.
pub fn checked_name<T: 'static>(
    pattern: &'static str,
    wanted: Words,
    check: impl Fn(&str) -> Result<T, Words> + 'static,
) -> Kind<T> {
    Kind::new(
        move || json!({"type": ["string", "number"], "pattern": pattern}),
        move |node, problems| match node.text() {
            Some(text) => check(text)
                .map_err(|why| problems.push(node.problem(why)))
                .ok(),
            None => not(node, &wanted, problems),
        },
    )
}

/// A list of at most so many; `why` says why no more. What is wrong in it is left out of it.
pub fn list<T: 'static>(of: Kind<T>, most: usize, why: Words) -> Kind<Vec<T>> {
    let Kind { read, schema } = of;
    Kind::new(
        move || json!({"type": "array", "items": schema(), "maxItems": most}),
        move |node, problems| {
            let Value::List(items) = &node.value else {
                return not(node, &Words::new("リスト", "a list"), problems);
            };
            if let Some(first) = items.get(most) {
                let count = items.len();
                problems.push(first.problem(both!(
                    "ここに書けるのは {most} 個までです（{why}）。いまは {count} 個あります",
                    "at most {most} may stand here, {why}; here are {count}",
                    why
                )));
            }
            let mut all = Vec::new();
            for item in items.iter().take(most) {
                if item.value == Value::Null {
                    problems.push(item.problem(both!(
                        "ここには何も書かれていません。`#` から後ろはコメントになるので、チャンネルは `#` を付けずに書くか、引用符で囲んでください",
                        "nothing stands here; `#` begins a comment, so write a channel without it or in quotes"
                    )));
                } else {
                    all.extend(read(item, problems));
                }
            }
            Some(all)
        },
    )
}

/// What the keys of a mapping may be.
pub struct Keys<K> {
    /// For the schema.
    pub pattern: &'static str,
    /// The most there may be, and why.
    pub most: (usize, Words),
    /// Reads one, or says in a sentence what is wrong with it.
    pub check: fn(&str) -> Result<K, Words>,
}

/// A mapping whose keys are names of the organisation's own; at least one. `of` is told the key,
/// or nothing when it is only described. `what` is the key above, which is the same in any language.
pub fn keyed<K: 'static, T: 'static>(
    what: &'static str,
    keys: Keys<K>,
    of: impl Fn(Option<&K>) -> Kind<T> + Copy + 'static,
) -> Kind<Vec<T>> {
    let Keys {
        pattern,
        most: (most, why),
        check,
    } = keys;
    Kind::new(
        move || {
            json!({
                "type": "object",
                "propertyNames": {"pattern": pattern},
                "additionalProperties": or_nothing(of(None).schema()),
                "minProperties": 1,
                "maxProperties": most,
            })
        },
        move |node, problems| {
            let Value::Map(entries) = &node.value else {
                return not(node, &Words::new("マッピング", "a mapping"), problems);
            };
            if entries.is_empty() {
                problems.push(node.problem(both!(
                    "`{what}` には少なくとも一つ書いてください。キーごと消すと既定のものになります",
                    "`{what}` must have at least one entry; leave the key out to have the usual ones"
                )));
            }
            if let Some((key, _)) = entries.get(most) {
                let count = entries.len();
                problems.push(key.problem(both!(
                    "`{what}` に書けるのは {most} 個までです（{why}）。いまは {count} 個あります",
                    "`{what}` may have at most {most} entries, {why}; here are {count}",
                    why
                )));
            }
            let mut all = Vec::new();
            for (key, node) in entries.iter().take(most) {
                match check(&key.name) {
                    Ok(name) => all.extend(of(Some(&name)).read(node, problems)),
                    Err(why) => problems.push(key.problem(why)),
                }
            }
            Some(all)
        },
    )
}

/// What to write instead of this word.
pub fn hint(word: &str, known: &[&str]) -> Words {
    match yaml::meant(word, known) {
        Some(meant) => did_you_mean(meant),
        None => {
            let known = known.join(", ");
            both!("使えるもの: {known}", "known here: {known}")
        }
    }
}

/// That this was probably meant.
pub fn did_you_mean(meant: &str) -> Words {
    both!("`{meant}` ではありませんか", "did you mean `{meant}`?")
}

/// This is not what it must be. `wanted` completes "this must be", and in Japanese stands before を.
pub fn not<T>(node: &Node, wanted: &Words, problems: &mut Problems) -> Option<T> {
    let kind = node.value.kind();
    problems.push(node.problem(both!(
        "{wanted}を書いてください（いまは{kind}です）",
        "this must be {wanted}, and here is {kind}",
        wanted,
        kind
    )));
    None
}

/// Words of the file within a sentence about it: one line, and not too long.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = |c: char| if c.is_control() { ' ' } else { c };
    let mut shown: String = text.chars().map(line).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        shown.push('…');
    }
    shown
}

/// The schema of a value that may be left empty.
pub fn or_nothing(mut schema: Json) -> Json {
    let Json::Object(inside) = &mut schema else {
        return schema;
    };
    if let Some(Json::Array(words)) = inside.get_mut("enum") {
        words.push(Json::Null);
    }
    if let Some(Json::Array(ways)) = inside.get_mut("anyOf") {
        ways.push(json!({"type": "null"}));
        return schema;
    }
    match inside.get_mut("type") {
        Some(Json::String(one)) => {
            let both = json!([one.as_str(), "null"]);
            inside.insert("type".to_owned(), both);
            schema
        }
        Some(Json::Array(several)) => {
            several.push(Json::from("null"));
            schema
        }
        _ => json!({"anyOf": [schema, {"type": "null"}]}),
    }
}
