//! What can be pressed, chosen and filled in at the right: each a control of HTML's own, which works
//! without JavaScript.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::frame::View;
use super::times;
use super::words::Word;
use crate::sandbox::slack::{UserView, fields};

/// What the controls of one form need to know.
#[derive(Clone, Copy)]
pub(super) struct Controls<'a> {
    pub(super) view: View<'a>,
    pub(super) users: &'a [UserView],
    /// What the ids of this form begin with: a message is shown twice where it is pinned.
    pub(super) prefix: &'a str,
    /// Whether what is given waits for the form to be sent off: in the fields of a dialog.
    pub(super) waits: bool,
    /// Whether a field must be filled in.
    pub(super) required: bool,
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The name of a control within its form: block and action as JSON, since both may hold anything.
pub(super) fn name(block: &str, action: &str) -> String {
    json!([block, action]).to_string()
}

fn words(object: &Value) -> String {
    crate::sandbox::slack::with_emoji(word(&object["text"]))
}

/// An id made of the form's, the block's and the action's.
fn id(prefix: &str, name: &str) -> String {
    let letters = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' });
    format!("{prefix}{}", letters.collect::<String>())
}

/// The id of the element of a block: what a label is for.
pub(super) fn id_of(prefix: &str, block: &Value, element: &Value) -> String {
    id(
        prefix,
        &name(word(&block["block_id"]), word(&element["action_id"])),
    )
}

/// An element. `label` names it for those who do not see where it stands; fields of dialogs have a
/// label of their own.
pub(super) fn control(of: Controls<'_>, block: &Value, element: &Value, label: &str) -> Markup {
    let name = name(word(&block["block_id"]), word(&element["action_id"]));
    let id = id(of.prefix, &name);
    let this = This {
        of,
        element,
        name,
        id,
        label,
    };
    match word(&element["type"]) {
        "button" => this.button(),
        "overflow" => this.overflow(),
        "static_select" | "external_select" => this.menu(false),
        "multi_static_select" => this.menu(true),
        "users_select" | "multi_users_select" => this.people(),
        "checkboxes" => this.ticks("checkbox"),
        "radio_buttons" => this.ticks("radio"),
        "datetimepicker" => this.time(),
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => this.text(),
        _ => html! {},
    }
}

struct This<'a> {
    of: Controls<'a>,
    element: &'a Value,
    name: String,
    id: String,
    label: &'a str,
}

impl This<'_> {
    /// Named by itself, where no label is for it.
    fn aria(&self) -> Option<String> {
        if self.of.waits || self.of.required {
            return None;
        }
        let own = words(&self.element["placeholder"]);
        Some(if own.is_empty() {
            self.label.to_owned()
        } else {
            own
        })
    }

    /// What a change is told with: at once with JavaScript, with this button without.
    fn tell(&self) -> Markup {
        html! {
            @if !self.of.waits {
                button class="choose" name="use" value=(self.name) formnovalidate {
                    (self.of.view.say(Word::Choose))
                }
            }
        }
    }

    fn at_once(&self) -> Option<&str> {
        (!self.of.waits).then_some(self.name.as_str())
    }

    fn button(&self) -> Markup {
        let text = words(&self.element["text"]);
        let class = format!("control {}", word(&self.element["style"]));
        let url = word(&self.element["url"]);
        if url.starts_with("https://") || url.starts_with("http://") {
            return match self.of.view.here.of_github(self.of.view.github_url, url) {
                Some(here) => html! { a class=(class) href=(here) data-live { (text) } },
                None => html! { a class=(class) href=(url) rel="noopener noreferrer" { (text) } },
            };
        }
        let confirm = &self.element["confirm"];
        if !confirm.is_object() {
            return html! {
                button class=(class) name="use" value=(self.name) formnovalidate { (text) }
            };
        }
        html! {
            details id=(self.id) class="confirm" {
                summary class=(class) { (text) }
                div class="question" role="group" aria-label=(words(&confirm["title"])) {
                    b { (words(&confirm["title"])) }
                    p { (words(&confirm["text"])) }
                    button class="control primary" name="use" value=(self.name) formnovalidate {
                        (words(&confirm["confirm"]))
                    }
                }
            }
        }
    }

    fn overflow(&self) -> Markup {
        let pair: Value = serde_json::from_str(&self.name).unwrap_or_default();
        html! {
            details id=(self.id) class="overflow" {
                summary class="control" aria-label=(self.of.view.say(Word::More)) { "⋯" }
                div class="question" {
                    @for option in fields::options(self.element) {
                        button class="control" name="use" formnovalidate
                            value=(json!([pair[0], pair[1], option["value"]]).to_string())
                        { (words(&option["text"])) }
                    }
                }
            }
        }
    }

    fn is_chosen(&self, option: &Value) -> bool {
        let many = self.element["initial_options"].as_array();
        let many = many.into_iter().flatten();
        many.chain(self.element.get("initial_option"))
            .any(|chosen| chosen["value"] == option["value"])
    }

    fn menu(&self, many: bool) -> Markup {
        let hint = words(&self.element["placeholder"]);
        html! {
            span class="menu" {
                select id=(self.id) name=(self.name) multiple[many] aria-label=[self.aria()]
                    data-use=[self.at_once()] required[self.of.required]
                {
                    @if !many {
                        option value="" { (hint) }
                    }
                    @for option in fields::options(self.element) {
                        option value=(word(&option["value"])) selected[self.is_chosen(option)] {
                            (words(&option["text"]))
                        }
                    }
                }
                (self.tell())
            }
        }
    }

    fn people(&self) -> Markup {
        let many = word(&self.element["type"]) == "multi_users_select";
        let all = self.element["initial_users"].as_array();
        let chosen: Vec<&Value> = all.into_iter().flatten().collect();
        let chosen = |user: &UserView| {
            chosen.iter().any(|id| *id == user.id.as_str())
                || self.element["initial_user"] == user.id.as_str()
        };
        html! {
            span class="menu" {
                select id=(self.id) name=(self.name) multiple[many] aria-label=[self.aria()]
                    data-use=[self.at_once()] required[self.of.required]
                {
                    @if !many { option value="" { (words(&self.element["placeholder"])) } }
                    @for user in self.of.users.iter().filter(|user| !user.bot) {
                        option value=(user.id) selected[chosen(user)] { "@" (user.name) }
                    }
                }
                (self.tell())
            }
        }
    }

    fn ticks(&self, kind: &str) -> Markup {
        // A radio button says by itself that one must be chosen; boxes cannot.
        let required = self.of.required && kind == "radio";
        html! {
            div class="ticks" id=(self.id) role="group" aria-label=(self.label) {
                @for (at, option) in fields::options(self.element).enumerate() {
                    @let id = format!("{}-{at}", self.id);
                    div class="tick" {
                        input type=(kind) id=(id) name=(self.name) value=(word(&option["value"]))
                            checked[self.is_chosen(option)] data-use=[self.at_once()]
                            required[required];
                        label for=(id) {
                            (words(&option["text"]))
                            @if option["description"].is_object() {
                                span class="more-of-it" { (words(&option["description"])) }
                            }
                        }
                    }
                }
                (self.tell())
            }
        }
    }

    fn time(&self) -> Markup {
        let at = self.element["initial_date_time"].as_i64();
        html! {
            span class="menu" {
                input type="datetime-local" id=(self.id) name=(self.name)
                    value=[at.map(times::in_field)] aria-label=[self.aria()]
                    data-use=[self.at_once()] required[self.of.required];
                (self.tell())
            }
        }
    }

    fn text(&self) -> Markup {
        let most = self.element["max_length"].as_u64();
        let value = word(&self.element["initial_value"]);
        let hint = words(&self.element["placeholder"]);
        html! {
            @if self.element["multiline"] == true {
                textarea id=(self.id) name=(self.name) rows="3" maxlength=[most]
                    placeholder=(hint) required[self.of.required] { "\n" (value) }
            } @else {
                input type="text" id=(self.id) name=(self.name) value=(value) maxlength=[most]
                    placeholder=(hint) required[self.of.required] autocomplete="off";
            }
            @if !self.of.waits { (self.tell()) }
        }
    }
}
