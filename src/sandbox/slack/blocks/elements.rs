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
            "overflow" => self.options(element, 5, &["plain_text"], at),
            "radio_buttons" | "checkboxes" => {
                self.options(element, 10, &["plain_text", "mrkdwn"], at);
            }
            _ => {}
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
