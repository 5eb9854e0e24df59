//! What can be pressed, chosen, ticked or filled in, found by the words that people see.

use jiff::civil::DateTime;
use jiff::tz::{self, TimeZone};
use serde_json::Value;

use super::CannotPlay;
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::sandbox::slack::{MessageView, Opened, fields};

/// An element that was found, and what was found in it.
pub(super) struct Found<T> {
    /// In which message; else it is in a view.
    pub(super) message: Option<(ChannelId, MessageTs)>,
    /// In which view.
    pub(super) view: String,
    pub(super) block: String,
    pub(super) action: String,
    pub(super) is_button: bool,
    pub(super) what: T,
}

impl<T> Found<T> {
    fn of(blocks: &[Value], wanted: &impl Fn(&Value) -> Option<T>) -> Option<Self> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        blocks.iter().find_map(|block| {
            fields::elements(block).find_map(|element| {
                Some(Self {
                    message: None,
                    view: String::new(),
                    block: word(&block["block_id"]),
                    action: word(&element["action_id"]),
                    is_button: element["type"] == "button",
                    what: wanted(element)?,
                })
            })
        })
    }

    pub(super) fn in_message(
        channel: &ChannelId,
        message: &MessageView,
        wanted: &impl Fn(&Value) -> Option<T>,
    ) -> Option<Self> {
        let nested = message.attachments.iter();
        let nested = nested.filter_map(|attachment| attachment["blocks"].as_array());
        let found = Self::of(&message.blocks, wanted);
        let found = found.or_else(|| {
            nested
                .map(Vec::as_slice)
                .find_map(|all| Self::of(all, wanted))
        });
        found.map(|found| Self {
            message: Some((channel.clone(), message.ts.clone())),
            ..found
        })
    }

    pub(super) fn in_view(view: &Opened, wanted: &impl Fn(&Value) -> Option<T>) -> Option<Self> {
        let found = Self::of(view.blocks(), wanted)?;
        Some(Self {
            view: view.id.clone(),
            ..found
        })
    }
}

/// The option with these words. Of an option that is too long for its first line, the first line is
/// enough.
fn option<'a>(element: &'a Value, words: &str) -> Option<&'a Value> {
    let mut all = fields::options(element);
    all.find(|option| option["text"]["text"] == words)
}

fn value(option: &Value) -> String {
    option["value"].as_str().unwrap_or_default().to_owned()
}

/// What this choice from this menu gives: an option's value, or nothing yet where it is somebody.
pub(super) fn choice_in(element: &Value, menu: &str, choice: &str) -> Option<Option<String>> {
    let kind = element["type"].as_str().unwrap_or_default();
    let shown = [
        &element["placeholder"]["text"],
        &element["initial_option"]["text"]["text"],
    ];
    let unnamed = kind == "overflow" && menu == "…";
    if !unnamed && !shown.into_iter().any(|words| words == menu) {
        return None;
    }
    if kind == "users_select" {
        return Some(None);
    }
    option(element, choice).map(|option| Some(value(option)))
}

/// What is ticked once this task is, or is no more; `None` where it is not offered, or so already.
pub(super) fn ticked(element: &Value, task: &str, done: bool) -> Option<Vec<String>> {
    if element["type"] != "checkboxes" {
        return None;
    }
    let this = value(option(element, task)?);
    let now = element["initial_options"].as_array().into_iter().flatten();
    let mut now: Vec<String> = now.map(value).collect();
    if now.contains(&this) == done {
        return None;
    }
    now.retain(|value| *value != this);
    if done {
        now.push(this);
    }
    Some(now)
}

/// The field with this label: its block's id and its element.
pub(super) fn field<'a>(blocks: &'a [Value], label: &str) -> Option<(&'a str, &'a Value)> {
    let mut inputs = blocks.iter().filter(|block| block["type"] == "input");
    let found = inputs.find(|block| block["label"]["text"] == label)?;
    Some((found["block_id"].as_str()?, &found["element"]))
}

/// What somebody means by `words` in this element, as the element takes it.
pub(super) fn as_given(
    element: &Value,
    words: &str,
    person: impl Fn(&str) -> SlackUserId,
) -> Result<Vec<String>, CannotPlay> {
    let list = || words.split(", ").filter(|one| !one.is_empty());
    let offered = |words: &str| match option(element, words) {
        Some(option) => Ok(value(option)),
        None => Err(CannotPlay(format!("no choice `{words}` in that field"))),
    };
    Ok(match element["type"].as_str().unwrap_or_default() {
        _ if words.is_empty() => Vec::new(),
        "static_select" | "radio_buttons" => vec![offered(words)?],
        "checkboxes" | "multi_static_select" => list().map(offered).collect::<Result<_, _>>()?,
        "users_select" => vec![person(words).as_str().to_owned()],
        "multi_users_select" => list()
            .map(|name| person(name).as_str().to_owned())
            .collect(),
        "datetimepicker" => {
            let at = DateTime::strptime("%Y-%m-%d %H:%M", words);
            let at = at.and_then(|at| at.to_zoned(TimeZone::fixed(tz::offset(9))));
            let at =
                at.map_err(|_| CannotPlay(format!("a time (`2021-09-30 15:48`), not `{words}`")))?;
            vec![at.timestamp().as_second().to_string()]
        }
        _ => vec![words.to_owned()],
    })
}
