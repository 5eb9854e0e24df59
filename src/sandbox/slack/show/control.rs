//! What can be pressed, chosen or filled in, as text, and a whole dialog so.

use jiff::Timestamp;
use jiff::tz::{self, TimeZone};
use serde_json::Value;

use super::{Links, Names, Part, blocks_text, emoji, word};
use crate::sandbox::slack::fields;
use crate::sandbox::slack::snapshot::Opened;

/// Behind what is chosen in a list.
const CHOSEN: &str = " ✓";

fn words(object: &Value) -> String {
    emoji::replace(word(&object["text"]))
}

/// An option's words, with what stands below them.
fn option(option: &Value) -> String {
    let text = words(&option["text"]);
    match option["description"]["text"].as_str() {
        Some(more) => format!("{text} – {}", emoji::replace(more)),
        None => text,
    }
}

/// Whether the option is chosen in the element as it is shown.
fn is_chosen(element: &Value, option: &Value) -> bool {
    let many = element["initial_options"].as_array().into_iter().flatten();
    many.chain(element.get("initial_option"))
        .any(|chosen| chosen["value"] == option["value"])
}

pub(super) fn control(element: &Value) -> Part {
    let kind = word(&element["type"]);
    let placeholder = words(&element["placeholder"]);
    let text = match kind {
        "image" => return Part::Image(word(&element["alt_text"]).to_owned()),
        "radio_buttons" | "checkboxes" => {
            let ticks = fields::options(element);
            let ticks = ticks.map(|one| (is_chosen(element, one), option(one)));
            return Part::Ticks(kind == "radio_buttons", ticks.collect());
        }
        "button" => words(&element["text"]),
        "plain_text_input" | "number_input" | "email_text_input" | "url_text_input" => {
            word(&element["initial_value"]).replace('\n', " ⏎ ")
        }
        "datetimepicker" => element["initial_date_time"]
            .as_i64()
            .map_or(String::new(), minute),
        "users_select" => match element["initial_user"].as_str() {
            Some(user) => format!("<@{user}>"),
            None => placeholder,
        },
        "multi_users_select" => {
            let users = element["initial_users"].as_array().into_iter().flatten();
            let users: Vec<String> = users.map(|user| format!("<@{}>", word(user))).collect();
            users.join(", ")
        }
        _ => {
            let options: Vec<String> = fields::options(element)
                .map(|one| {
                    let chosen = if is_chosen(element, one) { CHOSEN } else { "" };
                    words(&one["text"]) + chosen
                })
                .collect();
            let name = match placeholder.as_str() {
                "" => kind.replace('_', " "),
                words => words.to_owned(),
            };
            if options.is_empty() {
                name
            } else {
                format!("{name}: {}", options.join(" / "))
            }
        }
    };
    let style = match word(&element["style"]) {
        style @ ("primary" | "danger") => style,
        _ => "",
    };
    Part::Control(
        text,
        word(&element["action_id"]).to_owned(),
        style.to_owned(),
    )
}

/// The words of a control, people by their names.
pub(super) fn called(words: &str, names: &Names) -> String {
    let mut shown = String::new();
    let mut rest = words;
    while let Some((before, (id, after))) = rest
        .split_once("<@")
        .and_then(|(before, rest)| Some((before, rest.split_once('>')?)))
    {
        shown.push_str(before);
        shown.push('@');
        shown.push_str(names.user(id));
        rest = after;
    }
    shown + rest
}

/// The time in the zone in which everybody of the workspace lives.
fn minute(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let at = at.to_zoned(TimeZone::fixed(tz::offset(9)));
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The label of an `input` block.
pub(super) fn input(block: &Value) -> String {
    let label = words(&block["label"]);
    if block["optional"] == true {
        format!("{label} (optional)")
    } else {
        label
    }
}

/// A dialog or a Home tab as text: its title, what stands in it and is filled in, what is wrong,
/// and what it is sent off and closed with.
pub fn view_text(view: &Opened, names: &Names) -> String {
    let mut lines = Vec::new();
    if !view.home {
        lines.push(words(&view.view["title"]));
    }
    for block in view.blocks() {
        let text = blocks_text(std::slice::from_ref(block), names, Links::Shown);
        lines.push(text);
        if let Some(hint) = block["hint"]["text"].as_str() {
            lines.push(format!("({})", emoji::replace(hint)));
        }
        let id = block["block_id"].as_str().unwrap_or_default();
        if let Some(wrong) = view.wrong.get(id) {
            lines.push(format!("! {wrong}"));
        }
    }
    if view.trouble {
        lines.push("! We had some trouble connecting. Try again?".to_owned());
    }
    if !view.home {
        let button = |key: &str| {
            let text = &view.view[key];
            text.is_object().then(|| format!("[{}]", words(text)))
        };
        let buttons: Vec<String> = ["submit", "close"].into_iter().filter_map(button).collect();
        lines.push(if buttons.is_empty() {
            "[×]".to_owned()
        } else {
            buttons.join(" ")
        });
    }
    lines.join("\n")
}
