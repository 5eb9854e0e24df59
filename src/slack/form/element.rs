//! Buttons, menus and lists of ticks in Slack's form.
//!
//! The limits are those of docs.slack.dev/reference/block-kit: a button's text 75 characters and
//! its value 2,000, an option's text and description 75 and its value 150, 10 options in a group of
//! checkboxes or radio buttons, 100 in a menu and 100 groups of them, `action_id` 255.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Button, Choice, Confirm, Control, Menu, Task, Tasks, Tone};
use crate::slack::render::form::{plain, split, units};

/// Boxes in one group.
pub(super) const GROUP: usize = 10;
/// Options in one list of a menu.
const LIST: usize = 100;
/// Options in a menu: ten lists. A thousand are some 200 KB, and a view has 250 at most.
const MENU: usize = 1_000;
const LABEL: usize = 75;
const OPTION_VALUE: usize = 150;
const BUTTON_VALUE: usize = 2_000;
const NAME: usize = 255;
const HINT: usize = 150;

/// Slack's plain text.
pub(super) fn text(text: &str, limit: usize) -> Value {
    json!({"type": "plain_text", "text": plain(text, limit), "emoji": true})
}

/// Whether something can be called so.
pub(super) fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && units(name) <= NAME
}

/// An element; `None` when it cannot be used.
pub(super) fn control(control: &Control) -> Option<Value> {
    match control {
        Control::Button(it) => button(it),
        Control::Menu(it) => menu(it),
        Control::Person { action, hint } => is_name(action).then(|| {
            json!({"type": "users_select", "action_id": action, "placeholder": text(hint, HINT)})
        }),
    }
}

fn button(button: &Button) -> Option<Value> {
    if !is_name(&button.action) || units(&button.value) > BUTTON_VALUE {
        return None;
    }
    let mut shown = json!({
        "type": "button", "action_id": button.action, "text": text(&button.text, LABEL),
    });
    if !button.value.is_empty() {
        shown["value"] = button.value.as_str().into();
    }
    match button.tone {
        Tone::Plain => {}
        Tone::Primary => shown["style"] = "primary".into(),
        Tone::Danger => shown["style"] = "danger".into(),
    }
    if let Some(url) = button.url.as_deref().and_then(address) {
        shown["url"] = url.into();
    }
    if let Some(Confirm {
        title,
        text: question,
        yes,
        no,
    }) = &button.confirm
    {
        shown["confirm"] = json!({
            "title": text(title, 100), "text": text(question, 300),
            "confirm": text(yes, 30), "deny": text(no, 30),
        });
    }
    Some(shown)
}

fn address(url: &str) -> Option<String> {
    let url = url::Url::parse(url.trim()).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (web && url.as_str().len() <= 3_000).then(|| url.into())
}

fn menu(menu: &Menu) -> Option<Value> {
    if !is_name(&menu.action) {
        return None;
    }
    let chosen: Vec<&str> = menu.chosen.as_deref().into_iter().collect();
    let mut shown = select("static_select", &menu.choices, &chosen, &menu.hint)?;
    shown["action_id"] = menu.action.as_str().into();
    Some(shown)
}

/// A menu of these choices, without its name; `None` when there is nothing to choose.
pub(super) fn select(kind: &str, choices: &[Choice], chosen: &[&str], hint: &str) -> Option<Value> {
    let options: Vec<Value> = distinct(choices).take(MENU).map(option).collect();
    if options.is_empty() {
        return None;
    }
    let mut shown = json!({"type": kind, "placeholder": text(hint, HINT)});
    let mut initial = initial(&options, chosen);
    if kind == "static_select" {
        if !initial.is_empty() {
            shown["initial_option"] = initial.swap_remove(0);
        }
    } else if !initial.is_empty() {
        shown["initial_options"] = initial.into();
    }
    if options.len() <= LIST {
        shown["options"] = options.into();
    } else {
        let groups = options.chunks(LIST).enumerate().map(|(number, options)| {
            let first = number * LIST + 1;
            let label = format!("{first}–{}", first + options.len() - 1);
            json!({"label": text(&label, LABEL), "options": options})
        });
        shown["option_groups"] = groups.collect();
    }
    Some(shown)
}

/// A group of at most ten boxes or buttons, without its name; `None` when it is empty or larger.
pub(super) fn group(kind: &str, choices: &[Choice], chosen: &[&str]) -> Option<Value> {
    let options: Vec<Value> = distinct(choices).map(option).collect();
    if options.is_empty() || options.len() > GROUP {
        return None;
    }
    let mut shown = json!({"type": kind});
    let mut initial = initial(&options, chosen);
    if kind == "radio_buttons" {
        if !initial.is_empty() {
            shown["initial_option"] = initial.swap_remove(0);
        }
    } else if !initial.is_empty() {
        shown["initial_options"] = initial.into();
    }
    shown["options"] = options.into();
    Some(shown)
}

/// The groups of a list of tasks, ten each.
pub(super) fn tasks(tasks: &Tasks) -> Vec<Value> {
    if !is_name(&tasks.action) {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    // Of those with one value the first is shown, and the first counts.
    let mut shown: Vec<&Task> = Vec::new();
    for task in &tasks.tasks {
        if seen.insert(task.value.as_str()) {
            shown.push(task);
        }
    }
    let done = shown.iter().filter(|task| task.done);
    let done: Vec<&str> = done.map(|task| task.value.as_str()).collect();
    let choices: Vec<Choice> = shown
        .iter()
        .map(|task| Choice {
            value: task.value.clone(),
            text: task.text.clone(),
            note: None,
        })
        .collect();
    let choices: Vec<Choice> = distinct(&choices).cloned().collect();
    let groups = choices.chunks(GROUP);
    groups
        .filter_map(|choices| {
            let mut group = group("checkboxes", choices, &done)?;
            group["action_id"] = tasks.action.as_str().into();
            Some(group)
        })
        .collect()
}

/// What can be told apart by its value, and come back.
fn distinct(choices: &[Choice]) -> impl Iterator<Item = &Choice> {
    let mut seen = BTreeSet::new();
    choices.iter().filter(move |choice| {
        !choice.value.is_empty()
            && units(&choice.value) <= OPTION_VALUE
            && seen.insert(choice.value.as_str())
    })
}

fn option(choice: &Choice) -> Value {
    let mut option = Map::new();
    let whole = plain(&choice.text, 10 * LABEL);
    let (first, rest) = split(&whole, LABEL);
    match &choice.note {
        None if !rest.is_empty() => {
            // Better in two pieces than with its end missing.
            let (first, _) = first.rsplit_once(' ').unwrap_or(split(&whole, LABEL - 1));
            let rest = whole[first.len()..].trim();
            option.insert("text".to_owned(), text(&format!("{first}…"), LABEL));
            option.insert("description".to_owned(), text(&format!("…{rest}"), LABEL));
        }
        note => {
            option.insert("text".to_owned(), text(&whole, LABEL));
            if let Some(note) = note {
                option.insert("description".to_owned(), text(note, LABEL));
            }
        }
    }
    option.insert("value".to_owned(), choice.value.as_str().into());
    Value::Object(option)
}

/// The options with these values, to the letter as they are offered: Slack compares them.
fn initial(options: &[Value], chosen: &[&str]) -> Vec<Value> {
    let is_chosen = |option: &&Value| chosen.iter().any(|value| option["value"] == *value);
    options.iter().filter(is_chosen).cloned().collect()
}
