//! A GraphQL document, as far as this GitHub answers any: queries with variables and fragments.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// What is selected of an object.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox::github) enum Pick {
    /// A field.
    Field(Field),
    /// Fields that only objects of this kind have.
    On(String, Vec<Pick>),
    /// A fragment, by its name.
    Spread(String),
}

/// A field that is selected.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox::github) struct Field {
    /// What it is called in the answer.
    pub alias: String,
    /// What it is called in the schema.
    pub name: String,
    /// Its arguments, with variables filled in.
    pub args: Map<String, Value>,
    /// What is selected of it.
    pub picks: Vec<Pick>,
}

/// A query that can be answered.
#[derive(Debug, Default)]
pub(in crate::sandbox::github) struct Document {
    /// What is selected of the root.
    pub picks: Vec<Pick>,
    /// The fragments, each with what it selects.
    pub fragments: HashMap<String, Vec<Pick>>,
}

/// Reads a document; the error is what GitHub would say of it.
pub(in crate::sandbox::github) fn parse(text: &str, variables: &Value) -> Result<Document, String> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        variables,
    };
    let mut document = Document::default();
    while let Some(word) = reader.next() {
        match word.as_str() {
            "{" => document.picks = reader.picks()?,
            "query" => {
                while reader.peek().is_some_and(|word| word != "{") {
                    reader.next();
                }
                reader.expect("{")?;
                document.picks = reader.picks()?;
            }
            "fragment" => {
                let name = reader.next().unwrap_or_default();
                reader.expect("on")?;
                let on = reader.next().unwrap_or_default();
                reader.expect("{")?;
                let picks = reader.picks()?;
                document.fragments.insert(name, vec![Pick::On(on, picks)]);
            }
            other => return Err(unexpected(other)),
        }
    }
    Ok(document)
}

fn unexpected(word: &str) -> String {
    format!("Parse error on {word:?}")
}

/// Names, numbers, texts (with their quotes) and marks.
fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '-';
        let length = match first {
            c if c.is_whitespace() || c == ',' => {
                rest = &rest[c.len_utf8()..];
                continue;
            }
            '.' if rest.starts_with("...") => 3,
            '"' => {
                let end = rest[1..].find('"').ok_or_else(|| unexpected("\""))?;
                end + 2
            }
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        tokens.push(rest[..length].to_owned());
        rest = &rest[length..];
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: Vec<String>,
    at: usize,
    variables: &'a Value,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&String> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<String> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        match self.next() {
            Some(word) if word == wanted => Ok(()),
            other => Err(unexpected(other.as_deref().unwrap_or("end of file"))),
        }
    }

    fn takes(&mut self, wanted: &str) -> bool {
        let there = self.peek().is_some_and(|word| word == wanted);
        self.at += usize::from(there);
        there
    }

    /// What stands after an opening brace, to its closing one.
    fn picks(&mut self) -> Result<Vec<Pick>, String> {
        let mut picks = Vec::new();
        while !self.takes("}") {
            let word = self.next().ok_or_else(|| unexpected("end of file"))?;
            if word == "..." {
                picks.push(match self.takes("on") {
                    true => {
                        let kind = self.next().unwrap_or_default();
                        self.expect("{")?;
                        Pick::On(kind, self.picks()?)
                    }
                    false => Pick::Spread(self.next().unwrap_or_default()),
                });
                continue;
            }
            let (alias, name) = match self.takes(":") {
                true => (word, self.next().unwrap_or_default()),
                false => (word.clone(), word),
            };
            let mut args = Map::new();
            if self.takes("(") {
                while !self.takes(")") {
                    let name = self.next().ok_or_else(|| unexpected("end of file"))?;
                    self.expect(":")?;
                    args.insert(name, self.value()?);
                }
            }
            let picks_of = match self.takes("{") {
                true => self.picks()?,
                false => Vec::new(),
            };
            picks.push(Pick::Field(Field {
                alias,
                name,
                args,
                picks: picks_of,
            }));
        }
        Ok(picks)
    }

    fn value(&mut self) -> Result<Value, String> {
        let word = self.next().ok_or_else(|| unexpected("end of file"))?;
        Ok(match word.as_str() {
            "[" => {
                let mut list = Vec::new();
                while !self.takes("]") {
                    list.push(self.value()?);
                }
                Value::Array(list)
            }
            "{" => {
                let mut object = Map::new();
                while !self.takes("}") {
                    let name = self.next().ok_or_else(|| unexpected("end of file"))?;
                    self.expect(":")?;
                    object.insert(name, self.value()?);
                }
                Value::Object(object)
            }
            word => match (word.strip_prefix('$'), word.strip_prefix('"')) {
                (Some(name), _) => self.variables[name].clone(),
                (_, Some(text)) => text.trim_end_matches('"').into(),
                // A number, `true`, `null`; or a word of an enum.
                _ => serde_json::from_str(word).unwrap_or_else(|_| word.into()),
            },
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_variables_and_fragments_are_read() {
        let text = "query($n: Int!) { a: b(first: $n, by: {field: X}) { ...f ... on C { d } } }
                    fragment f on E { g }";
        let document = parse(text, &json!({"n": 3})).unwrap();
        let [Pick::Field(field)] = document.picks.as_slice() else {
            panic!("{document:?}");
        };
        assert_eq!((field.alias.as_str(), field.name.as_str()), ("a", "b"));
        assert_eq!(
            Value::Object(field.args.clone()),
            json!({"first": 3, "by": {"field": "X"}})
        );
        assert_eq!(field.picks.len(), 2);
        assert!(document.fragments.contains_key("f"));
        for broken in ["{ a", "nonsense", "{ a( }", "{ a(x: \"y) }"] {
            assert!(parse(broken, &Value::Null).is_err(), "{broken}");
        }
    }
}
