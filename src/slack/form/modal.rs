//! Dialogs: fields to fill in, and what is said to whoever sent one off.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::element::{group, select, text};
use super::sheet::{Sheet, VIEW};
use super::{Choice, Part, Piece};
use crate::slack::render::Style;
use crate::slack::render::form::{plain, split, units};

/// The longest title and the longest words of its buttons.
const TITLE: usize = 24;
const LABEL: usize = 2_000;
const HINT: usize = 150;
/// What [`Modal::private`] and a text field hold at most.
const PRIVATE: usize = 3_000;
/// The name of the one element in a field's block. The field is known by the block.
const ELEMENT: &str = "field";

/// A dialog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Modal {
    /// What it is, at most 24 characters.
    pub title: String,
    /// What kind of dialog it is, for whoever reads what comes back; at most 255 characters.
    pub callback: String,
    /// What comes back with it, at most 3,000 characters; see
    /// [`inbound::View::private`](crate::slack::inbound::View::private).
    pub private: String,
    /// The button that sends it off, at most 24 characters; without it, and without fields, it is
    /// only to be read.
    pub submit: Option<String>,
    /// The button that closes it, at most 24 characters.
    pub close: Option<String>,
    /// Whether we are told when it is closed.
    pub tell_of_close: bool,
    /// What stands in it.
    pub entries: Vec<Entry>,
}

/// Something in a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Something to read or press.
    Part(Part),
    /// Something to fill in.
    Field(Field),
}

/// Something to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is called when it comes back, at most 255 characters and once in a dialog. The same
    /// name in an update keeps what was typed.
    pub name: String,
    /// What it says above it.
    pub label: String,
    /// Small words below it.
    pub hint: Option<String>,
    /// Whether it may be left empty.
    pub optional: bool,
    /// Whether we are told as soon as something is chosen: a press in the dialog, with the field's
    /// name as its block.
    pub at_once: bool,
    /// What is filled in.
    pub input: Input,
}

/// What is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Words. Comes back as [`Given::Words`](crate::slack::inbound::Given::Words).
    Words {
        /// Several lines.
        long: bool,
        /// What stands there already.
        value: String,
        /// How many characters at most; 0 for Slack's own limit, 3,000.
        most: usize,
        /// What stands there as an example while it is empty.
        example: String,
    },
    /// A menu. Comes back as [`Given::One`](crate::slack::inbound::Given::One).
    Menu {
        /// What there is to choose.
        choices: Vec<Choice>,
        /// The value of what is chosen already.
        chosen: Option<String>,
        /// What stands there before one is chosen.
        example: String,
    },
    /// All choices in sight, one of them; a menu where they are more than ten. Comes back as
    /// [`Given::One`](crate::slack::inbound::Given::One).
    Radio {
        /// What there is to choose.
        choices: Vec<Choice>,
        /// The value of what is chosen already.
        chosen: Option<String>,
    },
    /// All choices in sight, any of them; a menu where they are more than ten. Comes back as
    /// [`Given::Many`](crate::slack::inbound::Given::Many).
    Boxes {
        /// What there is to choose.
        choices: Vec<Choice>,
        /// The values of what is ticked already.
        chosen: Vec<String>,
    },
    /// A day and a time, to the minute, in the reader's time zone. Comes back as
    /// [`Given::When`](crate::slack::inbound::Given::When).
    When(Option<Timestamp>),
    /// Somebody. Comes back as [`Given::Person`](crate::slack::inbound::Given::Person).
    Person(Option<crate::id::SlackUserId>),
    /// Some people. Comes back as [`Given::People`](crate::slack::inbound::Given::People).
    People(Vec<crate::id::SlackUserId>),
}

/// What is said to a dialog that was sent off: the body of the answer to Slack's request, which
/// must come within three seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// All is well, and it closes.
    Close,
    /// It closes, and those under it too.
    CloseAll,
    /// It stays, and says at each of these fields what is wrong there.
    Wrong(BTreeMap<String, String>),
    /// It shows this instead.
    Show(Value),
}

impl Verdict {
    /// The JSON to answer with; `None` for an empty body.
    pub fn to_json(&self) -> Option<Value> {
        match self {
            Self::Close => None,
            Self::CloseAll => Some(json!({"response_action": "clear"})),
            Self::Wrong(fields) if fields.is_empty() => None,
            Self::Wrong(fields) => {
                let said = |(field, words): (&String, &String)| {
                    (field.clone(), Value::from(plain(words, HINT)))
                };
                let fields: serde_json::Map<String, Value> = fields.iter().map(said).collect();
                Some(json!({"response_action": "errors", "errors": fields}))
            }
            Self::Show(view) => Some(json!({"response_action": "update", "view": view})),
        }
    }
}

impl Modal {
    /// The view for [`Slack::open_view`](crate::slack::Slack::open_view) and
    /// [`Slack::update_view`](crate::slack::Slack::update_view).
    pub fn render(&self, style: &Style<'_>) -> Value {
        let mut sheet = Sheet::new(style);
        let mut asks = false;
        for entry in &self.entries {
            match entry {
                Entry::Part(part) => sheet.part(part),
                Entry::Field(field) => asks |= put(&mut sheet, field),
            }
        }
        let words = |words: &str| text(words, TITLE);
        let mut view = json!({
            "type": "modal", "title": words(&self.title), "blocks": sheet.finish(VIEW),
        });
        let submit = self.submit.as_deref().or(asks.then_some("OK"));
        if let Some(submit) = submit {
            view["submit"] = words(submit);
        }
        if let Some(close) = &self.close {
            view["close"] = words(close);
        }
        if self.tell_of_close {
            view["notify_on_close"] = true.into();
        }
        let (callback, _) = split(&self.callback, 255);
        if !callback.is_empty() {
            view["callback_id"] = callback.into();
        }
        // Half of it would be read as something else.
        if !self.private.is_empty() && units(&self.private) <= PRIVATE {
            view["private_metadata"] = self.private.as_str().into();
        }
        view
    }
}

/// Puts a field on the sheet; says `false` where there is nothing to fill in and only its label
/// is shown.
fn put(sheet: &mut Sheet<'_>, field: &Field) -> bool {
    let wanted = if field.name.trim().is_empty() {
        "unnamed"
    } else {
        &field.name
    };
    let Some(mut element) = element(&field.input) else {
        let label = plain(&field.label, LABEL);
        sheet.line(&vec![Piece::Strong(label), Piece::Text("\n–".to_owned())]);
        return false;
    };
    element["action_id"] = ELEMENT.into();
    let mut block = json!({
        "type": "input", "block_id": sheet.name(wanted), "label": text(&field.label, LABEL),
        "optional": field.optional, "element": element,
    });
    if field.at_once {
        block["dispatch_action"] = true.into();
    }
    if let Some(hint) = &field.hint {
        block["hint"] = text(hint, LABEL);
    }
    sheet.keep(block);
    true
}

fn element(input: &Input) -> Option<Value> {
    let one = |chosen: &Option<String>| -> Vec<String> { chosen.clone().into_iter().collect() };
    Some(match input {
        Input::Words {
            long,
            value,
            most,
            example,
        } => words(*long, value, *most, example),
        Input::Menu {
            choices,
            chosen,
            example,
        } => select("static_select", choices, &refs(&one(chosen)), example)?,
        Input::Radio { choices, chosen } => {
            let chosen = one(chosen);
            match group("radio_buttons", choices, &refs(&chosen)) {
                Some(group) => group,
                None => select("static_select", choices, &refs(&chosen), "–")?,
            }
        }
        Input::Boxes { choices, chosen } => match group("checkboxes", choices, &refs(chosen)) {
            Some(group) => group,
            None => select("multi_static_select", choices, &refs(chosen), "–")?,
        },
        Input::When(at) => {
            let mut picker = json!({"type": "datetimepicker"});
            // Slack takes ten digits: 2001 to 2286.
            let seconds = at.map(Timestamp::as_second);
            if let Some(at) = seconds.filter(|at| (1_000_000_000..10_000_000_000).contains(at)) {
                picker["initial_date_time"] = at.into();
            }
            picker
        }
        Input::Person(user) => {
            let mut picker = json!({"type": "users_select"});
            if let Some(user) = user {
                picker["initial_user"] = user.as_str().into();
            }
            picker
        }
        Input::People(users) => {
            let mut picker = json!({"type": "multi_users_select"});
            if !users.is_empty() {
                picker["initial_users"] = json!(users);
            }
            picker
        }
    })
}

fn refs(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}

fn words(long: bool, value: &str, most: usize, example: &str) -> Value {
    let most = match most {
        0 => PRIVATE,
        most => most.min(PRIVATE),
    };
    let mut input = json!({"type": "plain_text_input", "multiline": long, "max_length": most});
    let (value, _) = split(value, most);
    if !value.trim().is_empty() {
        input["initial_value"] = value.into();
    }
    if !example.trim().is_empty() {
        input["placeholder"] = text(example, HINT);
    }
    input
}
