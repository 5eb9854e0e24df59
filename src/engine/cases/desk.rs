//! What is answered at once, by what is known: which dialog opens, and whether one may close. Slack
//! waits three seconds for either, so nobody is asked here and nothing is waited for.

use jiff::Timestamp;
use serde_json::Value;

use super::ask::{self, Ask, Asked};
use super::hear::{Meant, hear};
use super::{Snapshot, ask::style};
use crate::engine::Engine;
use crate::i18n::incident::Saying;
use crate::slack::form::Verdict;
use crate::slack::inbound::{Inbound, Pressed, ResponseUrl, Submitted, Where};

/// Answers by what the engine knows at the moment. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Engine);

/// A dialog that opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Opens {
    /// What lets it open, once and for three seconds.
    pub trigger: String,
    /// The dialog, as Slack takes it.
    pub view: Value,
    /// The dialog that it takes the place of, by its id and its state, where one is open.
    pub instead: Option<(String, String)>,
    /// Where the person is told if it does not open.
    pub response_url: Option<ResponseUrl>,
}

impl Engine {
    /// What answers while Slack waits.
    pub fn desk(&self) -> Desk {
        Desk(self.clone())
    }
}

impl Desk {
    /// The dialog that this request opens, if it does.
    pub fn opens(&self, inbound: &Inbound, now: Timestamp) -> Option<Opens> {
        opens(inbound, &self.0.snapshot(), now)
    }

    /// Whether a dialog that was sent off may close, or what is wrong with it.
    pub fn verdict(&self, submitted: &Submitted, now: Timestamp) -> Verdict {
        ask::verdict(submitted, &self.0.snapshot(), now)
    }

    /// What somebody is told whose dialog did not open.
    pub fn not_opened(&self) -> &'static str {
        Saying::PressAgain.say(self.0.snapshot().rules.lang)
    }

    /// What somebody is told whose dialog could not be taken in.
    pub fn not_kept(&self) -> &'static str {
        Saying::NotKept.say(self.0.snapshot().rules.lang)
    }
}

/// The dialog that this opens, by what is known.
fn opens(inbound: &Inbound, snapshot: &Snapshot, now: Timestamp) -> Option<Opens> {
    let trigger = match inbound {
        Inbound::Pressed(pressed) => &pressed.trigger,
        Inbound::Command(command) => &command.trigger,
        Inbound::OnMessage(on) => &on.trigger,
        Inbound::Shortcut { trigger, .. } => trigger,
        Inbound::Event(_) | Inbound::Submitted(_) | Inbound::Closed { .. } | Inbound::Other(_) => {
            return None;
        }
    };
    let (ask, instead, response_url) = match inbound {
        Inbound::Pressed(pressed) if matches!(pressed.on, Where::View(_)) => {
            match chosen_in(pressed) {
                Some((ask, instead)) => (ask, Some(instead), None),
                None => (asked(inbound, snapshot, now)?.0, None, None),
            }
        }
        _ => {
            let (ask, response_url) = asked(inbound, snapshot, now)?;
            (ask, None, response_url)
        }
    };
    let view = ask::dialog(&ask, snapshot, now)?.render(&style(snapshot));
    Some(Opens {
        trigger: trigger.clone(),
        view,
        instead,
        response_url,
    })
}

fn asked(
    inbound: &Inbound,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Option<(Ask, Option<ResponseUrl>)> {
    let heard = hear(inbound, snapshot, now)?;
    let ask = heard.meant.into_iter().find_map(|meant| match meant {
        Meant::Ask(ask) => Some(ask),
        _ => None,
    })?;
    Some((ask, heard.response_url))
}

/// A3: a service is chosen in the dialog that begins an incident. It shows then what is open of
/// that one, and what was filled in stays.
fn chosen_in(pressed: &Pressed) -> Option<(Ask, (String, String))> {
    let Where::View(view) = &pressed.on else {
        return None;
    };
    let begins = matches!(ask::asked(&view.callback), Some(Asked::Declare(_)));
    let service = |action: &crate::slack::inbound::Action| action.block == "service";
    if !begins || !pressed.actions.iter().any(service) {
        return None;
    }
    Some((ask::again(view), (view.id.clone(), view.hash.clone())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::cases::samples::{
        CHANNEL, KEY, busy, chosen, command, interaction, message, now, press, quiet, sent,
    };
    use crate::i18n::Lang::{En, Ja};

    fn callback(inbound: &Inbound, snapshot: &Snapshot) -> Option<String> {
        let opens = opens(inbound, snapshot, now())?;
        assert_eq!(
            (opens.trigger.as_str(), &opens.instead),
            ("12.34.ab", &None)
        );
        Some(opens.view["callback_id"].as_str()?.to_owned())
    }

    #[test]
    fn what_asks_for_more_opens_a_dialog() {
        let snapshot = busy(Ja);
        for (inbound, wanted) in [
            (press("C1", "declare", "outage"), Some("declare")),
            (press(CHANNEL, "recovered", KEY), Some("recovered")),
            (press(CHANNEL, "handler", KEY), None),
            (press(CHANNEL, "level", "gone"), None),
            (command("/incident", "C1", ""), Some("declare")),
            (command("/incident", CHANNEL, "level"), Some("level")),
            (command("/incident", CHANNEL, "level 2"), None),
            (message("app_mention", CHANNEL, "<@U0SSSBOT> level"), None),
            (sent("level", "", &json!({})), None),
        ] {
            let opened = callback(&inbound, &snapshot);
            assert_eq!(opened.as_deref(), wanted, "{inbound:?}");
        }
        let shortcut = interaction(&json!({"type": "shortcut", "callback_id": "declare",
            "trigger_id": "12.34.ab", "user": {"id": "U0HANAKO"}}));
        assert_eq!(callback(&shortcut, &quiet(Ja)).as_deref(), Some("declare"));
    }

    #[test]
    fn a_service_that_is_chosen_shows_what_is_open_of_it() {
        let snapshot = busy(En);
        let chosen_in = |service: &str| {
            let private = json!({"p": "C0000DEV", "k": "outage"}).to_string();
            let inbound = interaction(&json!({
                "type": "block_actions", "user": {"id": "U0HANAKO"}, "trigger_id": "12.34.ab",
                "view": {"id": "V1", "hash": "h1", "callback_id": "declare",
                    "private_metadata": private,
                    "state": {"values": {"service": {"field": chosen(service)},
                        "summary": {"field": {"type": "plain_text_input", "value": "slow"}}}}},
                "actions": [{"type": "static_select", "action_id": "field", "block_id": "service",
                    "selected_option": {"value": service}}],
            }));
            opens(&inbound, &snapshot, now()).unwrap()
        };
        let warns = "There is an open incident of shop";
        let shop = chosen_in("shop");
        assert_eq!(shop.instead, Some(("V1".to_owned(), "h1".to_owned())));
        assert!(shop.view.to_string().contains(warns), "{}", shop.view);
        let sss = chosen_in("sss").view;
        assert!(!sss.to_string().contains(warns), "{sss}");
        assert!(
            sss.to_string().contains("\"initial_value\":\"slow\""),
            "{sss}"
        );
        assert_eq!(sss["private_metadata"], shop.view["private_metadata"]);
    }
}
