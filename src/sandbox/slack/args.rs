//! The arguments of a call, from the query, a form or a JSON body.

use serde_json::{Map, Value};

use super::refusal::{Refusal, refuse};
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// A call's arguments by name. In a form every value is a string, structured ones as JSON text.
/// Not `Debug`: a token may be among them.
#[derive(Default, Clone)]
pub(super) struct Args(Map<String, Value>);

impl Args {
    /// Reads `query` and `body`; the body's arguments win.
    ///
    /// # Errors
    /// `invalid_json`, `json_not_object`, `invalid_form_data`, `invalid_post_type`: as Slack's.
    pub(super) fn read(
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let mut all = Map::new();
        let mut add = |bytes: &[u8]| {
            for (key, value) in url::form_urlencoded::parse(bytes) {
                all.insert(key.into_owned(), Value::String(value.into_owned()));
            }
        };
        add(query.unwrap_or_default().as_bytes());
        let kind = content_type
            .and_then(|text| text.split(';').next())
            .map(|text| text.trim().to_ascii_lowercase());
        match kind.as_deref() {
            _ if body.is_empty() => {}
            Some("application/json") => match serde_json::from_slice(body) {
                Ok(Value::Object(map)) => {
                    // A token in a JSON body does not count: it belongs in the header.
                    all.extend(map.into_iter().filter(|(key, _)| key != "token"));
                }
                Ok(_) => return refuse("json_not_object"),
                Err(_) => return refuse("invalid_json"),
            },
            Some("application/x-www-form-urlencoded") => {
                if std::str::from_utf8(body).is_err() {
                    return refuse("invalid_form_data");
                }
                add(body);
            }
            Some(_) => return refuse("invalid_post_type"),
            None => return refuse("missing_post_type"),
        }
        Ok(Self(all))
    }

    /// The text of an argument; numbers and booleans as they are written. `None` when it is not
    /// there, null, or structured.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(yes) => Some(yes.to_string()),
            _ => None,
        }
    }

    /// The text of an argument that must be there and not empty.
    pub(super) fn need(&self, name: &str) -> Result<String, Refusal> {
        if matches!(self.0.get(name), Some(Value::Array(_))) {
            // Lists of ids are comma-separated strings, in JSON bodies too.
            return refuse("invalid_array_arg");
        }
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| {
                Refusal::because(
                    "invalid_arguments",
                    vec![format!("missing required field: {name}")],
                )
            })
    }

    pub(super) fn channel(&self) -> Result<ChannelId, Refusal> {
        self.need("channel").map(ChannelId::from)
    }

    pub(super) fn ts(&self, name: &str) -> Result<MessageTs, Refusal> {
        self.need(name).map(MessageTs::from)
    }

    pub(super) fn user(&self, name: &str) -> Result<SlackUserId, Refusal> {
        self.need(name).map(SlackUserId::from)
    }

    /// `true`, `1`.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name)
            .map(|text| matches!(text.as_str(), "true" | "1"))
    }

    /// A page size between 1 and `most`; `usual` when none is named.
    pub(super) fn limit(&self, usual: usize, most: usize) -> Result<usize, Refusal> {
        match self.text("limit").filter(|text| !text.is_empty()) {
            None => Ok(usual),
            Some(text) => match text.parse::<usize>() {
                Ok(0) => Ok(usual),
                Ok(limit) => Ok(limit.min(most)),
                Err(_) => refuse("invalid_limit"),
            },
        }
    }

    /// Comma-separated ids.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Refusal> {
        Ok(self
            .need(name)?
            .split(',')
            .map(|id| id.trim().to_owned())
            .filter(|id| !id.is_empty())
            .collect())
    }

    /// A structured argument: JSON as it is, or JSON text. `Err` holds nothing: the caller knows
    /// Slack's word for it.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, ()> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(drop),
            Some(value) => Ok(Some(value.clone())),
        }
    }
}

/// Where a page begins: an opaque cursor that holds `mark`.
pub(super) fn cursor(mark: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(format!("next:{mark}"))
}

/// The mark in the call's cursor, if it has one.
pub(super) fn marked(args: &Args) -> Result<Option<String>, Refusal> {
    use base64::Engine;
    let Some(text) = args.text("cursor").filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix("next:").map(str::to_owned))
        .map(Some)
        .ok_or_else(|| Refusal::new("invalid_cursor"))
}

/// One page of `items`: from the cursor's place on, at most `limit`, with the next cursor (empty at
/// the end, as Slack has it).
pub(super) fn page(
    items: Vec<Value>,
    args: &Args,
    limit: usize,
) -> Result<(Vec<Value>, String), Refusal> {
    let from = match marked(args)? {
        None => 0,
        Some(mark) => mark
            .parse::<usize>()
            .map_err(|_| Refusal::new("invalid_cursor"))?,
    };
    let next = from.saturating_add(limit);
    let cursor = if next < items.len() {
        cursor(&next.to_string())
    } else {
        String::new()
    };
    Ok((items.into_iter().skip(from).take(limit).collect(), cursor))
}
