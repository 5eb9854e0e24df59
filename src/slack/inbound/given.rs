//! What somebody gave to one element: a press, a choice, some words, a time.

use jiff::Timestamp;
use serde_json::Value;

use super::{seconds, text, user};
use crate::id::SlackUserId;

/// What an element holds after somebody used it, in a dialog or in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A button, with its value; empty where it has none.
    Press(String),
    /// The value of the one choice of a menu or of radio buttons; `None` when it was taken back.
    One(Option<String>),
    /// The values of what is ticked or chosen in a list, in the list's order.
    Many(Vec<String>),
    /// Words; `None` where a field was left empty.
    Words(Option<String>),
    /// A time, to the minute.
    When(Option<Timestamp>),
    /// A person.
    Person(Option<SlackUserId>),
    /// People.
    People(Vec<SlackUserId>),
    /// An element that is not read here.
    Other,
}

impl Given {
    /// Reads an element of `actions` or of a view's `state.values`.
    pub(super) fn read(element: &Value) -> Self {
        let value = |option: &Value| text(&option["value"]);
        match element["type"].as_str().unwrap_or_default() {
            "button" => Self::Press(text(&element["value"]).unwrap_or_default()),
            "static_select" | "external_select" | "radio_buttons" | "overflow" => {
                Self::One(value(&element["selected_option"]))
            }
            "checkboxes" | "multi_static_select" | "multi_external_select" => {
                let options = element["selected_options"].as_array().into_iter().flatten();
                Self::Many(options.filter_map(value).collect())
            }
            "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
                Self::Words(text(&element["value"]).filter(|words| !words.trim().is_empty()))
            }
            "datetimepicker" => Self::When(seconds(&element["selected_date_time"])),
            "users_select" => Self::Person(user(&element["selected_user"])),
            "multi_users_select" => {
                let users = element["selected_users"].as_array().into_iter().flatten();
                Self::People(users.filter_map(user).collect())
            }
            _ => Self::Other,
        }
    }

    /// The words, or the one value that was chosen or pressed; `None` for anything else.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Press(text) => Some(text),
            Self::One(text) | Self::Words(text) => text.as_deref(),
            _ => None,
        }
    }

    /// The values that are ticked; none for anything else.
    pub fn ticked(&self) -> &[String] {
        match self {
            Self::Many(values) => values,
            _ => &[],
        }
    }
}
