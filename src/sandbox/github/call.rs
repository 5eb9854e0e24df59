//! One request as a handler sees it, and what a handler may answer.

use std::collections::HashMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use super::errors::Refusal;
use super::records::{Actor, Doer};

/// One request: who asks for what.
#[derive(Debug)]
pub(super) struct Call {
    /// Who asks.
    pub actor: Actor,
    /// What the path's `{…}` stood for, decoded.
    pub params: HashMap<String, String>,
    /// The query, decoded.
    pub query: HashMap<String, String>,
    /// The JSON body; an empty object where there was none.
    pub body: Value,
    /// The `Accept` header.
    pub accept: String,
}

/// What a handler answers.
#[derive(Debug)]
pub(super) enum Reply {
    /// A status and a body.
    Json(u16, Value),
    /// Everything there is; the page that was asked for is cut from it later.
    List(Vec<Value>),
    /// The same inside `{"total_count": n, "<name>": […]}`.
    Wrapped(&'static str, Vec<Value>),
    /// One page, cut already, with the address of the next.
    Cut(Vec<Value>, Option<String>),
    /// A file as it is.
    Raw(Bytes),
    /// A page for people.
    Page(String),
    /// Another address to go to.
    Redirect(String),
    /// A status with no body.
    Nothing(u16),
}

/// What every handler gives.
pub(super) type Answer = Result<Reply, Refusal>;

impl Call {
    /// What `{name}` of the path stood for.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// `{name}` of the path as a number; 404 where it is none, as GitHub routes.
    pub fn number(&self, name: &str) -> Result<u64, Refusal> {
        self.param(name).parse().map_err(|_| Refusal::not_found())
    }

    /// A query parameter that is not empty.
    pub fn ask(&self, name: &str) -> Option<&str> {
        let text = self.query.get(name)?.as_str();
        (!text.is_empty()).then_some(text)
    }

    /// The query's `since`; 422 where it is no time.
    pub fn since(&self) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.ask("since") else {
            return Ok(None);
        };
        match text.parse() {
            Ok(when) => Ok(Some(when)),
            Err(_) => Err(Refusal::invalid("Query", "since", "invalid")),
        }
    }

    /// Whether the body names this field at all, `null` included.
    pub fn has(&self, field: &str) -> bool {
        self.body.get(field).is_some()
    }

    /// A text of the body; `None` where it is missing or null.
    pub fn text(&self, field: &str) -> Result<Option<&str>, Refusal> {
        match self.body.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(Refusal::wrong_type(field, other, "a string")),
        }
    }

    /// A text that the body must have.
    pub fn needed(&self, field: &str) -> Result<&str, Refusal> {
        self.text(field)?.ok_or_else(|| Refusal::missing(field))
    }

    /// A whole number of the body.
    pub fn whole(&self, field: &str) -> Result<Option<u64>, Refusal> {
        match self.body.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) => Ok(Some(number)),
                None => Err(Refusal::wrong_type(field, value, "an integer")),
            },
        }
    }

    /// A yes or no of the body; no where it is missing.
    pub fn flag(&self, field: &str) -> Result<bool, Refusal> {
        match self.body.get(field) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(yes)) => Ok(*yes),
            Some(other) => Err(Refusal::wrong_type(field, other, "a boolean")),
        }
    }

    /// A list of texts; GitHub takes `{"name": …}` for a label too. `None` where it is missing.
    pub fn texts(&self, field: &str) -> Result<Option<Vec<String>>, Refusal> {
        let list = match self.body.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) => list,
            Some(other) => return Err(Refusal::wrong_type(field, other, "an array")),
        };
        texts_of(field, list).map(Some)
    }

    /// Who writes; 401 for nobody, 403 for an App that shows its JWT where a token is due.
    pub fn doer(&self) -> Result<Doer, Refusal> {
        match &self.actor {
            Actor::Nobody => Err(Refusal::who_are_you()),
            Actor::App => Err(Refusal::not_for_apps()),
            Actor::Installation { bot, .. } => Ok(Doer {
                user: *bot,
                via_app: true,
            }),
            Actor::User(user) => Ok(Doer {
                user: *user,
                via_app: false,
            }),
        }
    }
}

/// The texts in a list of strings or of objects with a `name`.
pub(super) fn texts_of(field: &str, list: &[Value]) -> Result<Vec<String>, Refusal> {
    list.iter()
        .map(|value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Object(fields) => match fields.get("name") {
                Some(Value::String(text)) => Ok(text.clone()),
                _ => Err(Refusal::wrong_type(field, value, "a string")),
            },
            other => Err(Refusal::wrong_type(field, other, "a string")),
        })
        .collect()
}
