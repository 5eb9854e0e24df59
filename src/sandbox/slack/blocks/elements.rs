//! What stands within blocks: buttons, menus, pickers, inputs.

use serde_json::Value;

use super::Check;

pub(super) const SELECTS: &[&str] = &[
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
];
pub(super) const PICKERS: &[&str] = &[
    "datepicker",
    "timepicker",
    "datetimepicker",
    "radio_buttons",
    "checkboxes",
];
pub(super) const BUTTONS: &[&str] = &["button", "overflow", "workflow_button"];
pub(super) const INPUTS: &[&str] = &[
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
];

impl Check {
    pub(super) fn element(&mut self, element: &Value, allowed: &[&[&str]], at: &str) {
        let Some(kind) = element["type"].as_str() else {
            return self.say("missing required field: type", at);
        };
        if !allowed.iter().any(|kinds| kinds.contains(&kind)) {
            return self.say(format!("unsupported type: {kind}"), &format!("{at}/type"));
        }
        if element["action_id"] == "" {
            self.say("must be more than 0 characters", &format!("{at}/action_id"));
        }
        if let Some(confirm) = element.get("confirm") {
            self.confirm(confirm, &format!("{at}/confirm"));
        }
        self.chosen(element, at);
        if let Some(id) = self.words(element, "action_id", 255, false, at)
            && !self.action_ids.insert(id.clone())
        {
            self.say(format!("`action_id` \"{id}\" already exists"), at);
        }
        self.text(element, "placeholder", &["plain_text"], 150, false, at);
        match kind {
            "button" => {
                self.text(element, "text", &["plain_text"], 75, true, at);
                self.words(element, "value", 2000, false, at);
                self.words(element, "url", 3000, false, at);
                if let Some(style) = element.get("style")
                    && style != "primary"
                    && style != "danger"
                {
                    self.say("must be a valid enum value", &format!("{at}/style"));
                }
            }
            "static_select" | "multi_static_select" => {
                if element.get("option_groups").is_some() {
                    self.list(element, "option_groups", 1, 100, at, |check, group, at| {
                        check.text(group, "label", &["plain_text"], 75, true, at);
                        check.list(group, "options", 1, 100, at, |check, option, at| {
                            check.option(option, &["plain_text"], at);
                        });
                    });
                } else {
                    self.options(element, 100, &["plain_text"], at);
                }
            }
            "plain_text_input" => {
                self.words(element, "initial_value", 3000, false, at);
                let most = element.get("max_length");
                if most.is_some_and(|most| {
                    !most.as_u64().is_some_and(|most| (1..=3000).contains(&most))
                }) {
                    self.say("must be between 1 and 3000", &format!("{at}/max_length"));
                }
            }
            "datetimepicker" => {
                let ten = |at: &Value| at.as_u64().is_some_and(|at| at.to_string().len() == 10);
                if element.get("initial_date_time").is_some_and(|at| !ten(at)) {
                    self.say("must have 10 digits", &format!("{at}/initial_date_time"));
                }
            }
            "overflow" => self.options(element, 5, &["plain_text"], at),
            "radio_buttons" | "checkboxes" => {
                self.options(element, 10, &["plain_text", "mrkdwn"], at);
            }
            _ => {}
        }
    }

    fn confirm(&mut self, confirm: &Value, at: &str) {
        self.text(confirm, "title", &["plain_text"], 100, true, at);
        self.text(confirm, "text", &["plain_text", "mrkdwn"], 300, true, at);
        self.text(confirm, "confirm", &["plain_text"], 30, true, at);
        self.text(confirm, "deny", &["plain_text"], 30, true, at);
    }

    /// What is chosen from the start must be one of the options, to the letter.
    fn chosen(&mut self, element: &Value, at: &str) {
        let groups = element["option_groups"].as_array().into_iter().flatten();
        let lists = groups.map(|group| &group["options"]);
        let lists = std::iter::once(&element["options"]).chain(lists);
        let options: Vec<&Value> = lists.filter_map(Value::as_array).flatten().collect();
        let many = element["initial_options"].as_array().into_iter().flatten();
        for chosen in many.chain(element.get("initial_option")) {
            if !options.contains(&chosen) {
                self.say(
                    "must be one of the options",
                    &format!("{at}/initial_option"),
                );
            }
        }
        if element["initial_options"]
            .as_array()
            .is_some_and(Vec::is_empty)
        {
            self.say(
                "no fewer than 1 items allowed",
                &format!("{at}/initial_options"),
            );
        }
    }

    pub(super) fn options(&mut self, element: &Value, most: usize, kinds: &[&str], at: &str) {
        self.list(element, "options", 1, most, at, |check, option, at| {
            check.option(option, kinds, at);
        });
    }

    pub(super) fn option(&mut self, option: &Value, kinds: &[&str], at: &str) {
        self.text(option, "text", kinds, 75, true, at);
        self.text(option, "description", kinds, 75, false, at);
        self.words(option, "value", 150, true, at);
    }
}
