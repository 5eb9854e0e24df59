//! Texts and lists: what is counted.

use serde_json::Value;

use super::{Check, length};

impl Check {
    pub(super) fn list(
        &mut self,
        parent: &Value,
        key: &str,
        least: usize,
        most: usize,
        at: &str,
        mut each: impl FnMut(&mut Self, &Value, &str),
    ) {
        let at = format!("{at}/{key}");
        let Some(items) = parent[key].as_array() else {
            return self.say(format!("missing required field: {key}"), &at);
        };
        if items.len() < least {
            self.say(format!("no fewer than {least} items allowed"), &at);
        }
        if items.len() > most {
            self.say(format!("no more than {most} items allowed"), &at);
        }
        for (i, item) in items.iter().enumerate() {
            each(self, item, &format!("{at}/{i}"));
        }
    }

    /// A text object below `key`.
    pub(super) fn text(
        &mut self,
        parent: &Value,
        key: &str,
        kinds: &[&str],
        most: usize,
        must: bool,
        at: &str,
    ) {
        match parent.get(key) {
            Some(text) => self.text_object(text, kinds, most, &format!("{at}/{key}")),
            None if must => self.say(format!("missing required field: {key}"), at),
            None => {}
        }
    }

    pub(super) fn text_object(&mut self, text: &Value, kinds: &[&str], most: usize, at: &str) {
        let Some(map) = text.as_object() else {
            return self.say("must provide an object", at);
        };
        let kind = text["type"].as_str().unwrap_or_default();
        if !kinds.contains(&kind) {
            return self.say("must be a valid enum value", &format!("{at}/type"));
        }
        for (key, value) in map {
            let fits = match key.as_str() {
                "type" | "text" => true,
                "emoji" => kind == "plain_text" && value.is_boolean(),
                "verbatim" => kind == "mrkdwn" && value.is_boolean(),
                _ => false,
            };
            if !fits {
                self.say(format!("invalid additional property: {key}"), at);
            }
        }
        self.words(text, "text", most, true, at);
    }

    /// A string below `key`, not empty and not too long. Gives it back.
    pub(super) fn words(
        &mut self,
        parent: &Value,
        key: &str,
        most: usize,
        must: bool,
        at: &str,
    ) -> Option<String> {
        let place = format!("{at}/{key}");
        match parent.get(key) {
            None if must => self.say(format!("missing required field: {key}"), at),
            None => {}
            Some(Value::String(text)) => {
                if text.is_empty() && must {
                    self.say("must be more than 0 characters", &place);
                }
                if length(text) > most {
                    self.say(format!("must be less than {} characters", most + 1), &place);
                }
                return Some(text.clone());
            }
            Some(_) => self.say("must provide a string", &place),
        }
        None
    }
}
