//! Dialogs and Home tabs as their person uses them: filled in, sent off, closed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::api::view_with_ids;
use super::fields::{self, Held, Wrong};
use super::interact::{action, element, payload, view_json};
use super::refusal::{Refusal, refuse};
use super::state::State;
use super::world::SlackWorld;
use crate::id::SlackUserId;

/// A view that somebody sees.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) id: String,
    pub(super) user: SlackUserId,
    pub(super) kind: &'static str,
    /// As the app described it.
    pub(super) view: Value,
    pub(super) hash: String,
    pub(super) root: String,
    pub(super) previous: Option<String>,
    pub(super) depth: usize,
    pub(super) order: u64,
    /// What its person gave.
    pub(super) held: Held,
    /// What is said to be wrong, by block.
    pub(super) wrong: BTreeMap<String, Wrong>,
    /// It was sent off, and the app has not answered.
    pub(super) waits: bool,
    /// The app did not answer, or not in a form that Slack takes.
    pub(super) trouble: bool,
}

impl View {
    /// Shows something else. What was filled in stays where a field of this name is still there.
    pub(super) fn show(&mut self, described: Value, hash: String) {
        self.view = described;
        self.hash = hash;
        self.wrong.clear();
        self.trouble = false;
    }

    /// Its blocks as its person sees them.
    pub(super) fn blocks(&self) -> Vec<Value> {
        let blocks = self.view["blocks"].as_array();
        fields::filled(blocks.map_or(&[][..], Vec::as_slice), &self.held)
    }
}

impl State {
    /// The dialog that lies on top for this person.
    pub(super) fn top_dialog(&self, who: &SlackUserId) -> Option<&View> {
        let own = self.views.values();
        own.filter(|view| view.user == *who && view.kind == "modal")
            .max_by_key(|view| view.order)
    }

    /// The view, where it is this person's and nothing lies on it.
    fn at_hand(&self, who: &SlackUserId, id: &str) -> Result<&View, Refusal> {
        match self.views.get(id).filter(|view| view.user == *who) {
            None => refuse("not_found"),
            Some(view)
                if view.kind == "modal"
                    && self.top_dialog(who).is_some_and(|top| top.id != view.id) =>
            {
                refuse("not_on_top")
            }
            Some(view) => Ok(view),
        }
    }

    /// What the app said to a dialog that was sent off.
    pub(super) fn answer_dialog(&mut self, id: &str, body: &[u8]) {
        let empty = body.iter().all(u8::is_ascii_whitespace);
        let answer: Option<Value> = serde_json::from_slice(body).ok();
        let answer = match answer {
            Some(answer) if answer.is_object() => answer,
            _ if empty => json!({}),
            _ => return self.dialog_failed(id),
        };
        let hash = format!("{:08x}", self.number());
        let good = |view: &Value| super::api::view_problems(view, "modal").is_empty();
        let Some(view) = self.views.get_mut(id) else {
            return;
        };
        view.waits = false;
        match answer["response_action"].as_str() {
            None if answer.get("response_action").is_none() => drop(self.views.remove(id)),
            Some("clear") => {
                let root = view.root.clone();
                self.views.retain(|_, view| view.root != root);
            }
            Some("errors") => {
                let inputs = view.blocks();
                let known = |id: &str| {
                    let mut inputs = inputs.iter();
                    inputs.any(|block| block["type"] == "input" && block["block_id"] == id)
                };
                let errors = answer["errors"].as_object().into_iter().flatten();
                let errors = errors.map(|(id, words)| {
                    let words = words.as_str().filter(|words| !words.is_empty());
                    Some((
                        id.clone(),
                        Wrong::Said(words.filter(|_| known(id))?.to_owned()),
                    ))
                });
                // One that stands nowhere, and Slack shows none of them.
                match errors.collect::<Option<BTreeMap<_, _>>>() {
                    Some(wrong) if !wrong.is_empty() => view.wrong = wrong,
                    _ => view.trouble = true,
                }
            }
            Some("update") if good(&answer["view"]) => {
                let described = view_with_ids(self, answer["view"].clone());
                if let Some(view) = self.views.get_mut(id) {
                    view.show(described, hash);
                }
            }
            Some("push") if good(&answer["view"]) && view.depth + 1 < super::api::STACK => {
                let who = view.user.clone();
                super::api::lay(self, &who, answer["view"].clone(), Some(id), hash);
            }
            _ => view.trouble = true,
        }
    }

    /// The app took too long, or failed.
    pub(super) fn dialog_failed(&mut self, id: &str) {
        if let Some(view) = self.views.get_mut(id) {
            view.waits = false;
            view.trouble = true;
        }
    }
}

impl SlackWorld {
    /// The dialog that lies on top for this person.
    pub fn dialog_of(&self, who: &SlackUserId) -> Option<String> {
        self.look(|state| state.top_dialog(who).map(|view| view.id.clone()))
    }

    /// Somebody presses a button of a view that they see, or chooses in it: `chosen` is what the
    /// action gains then.
    ///
    /// # Errors
    /// `not_found`, `not_on_top`, `action_not_found`
    pub fn press_in_view(
        &self,
        who: &SlackUserId,
        view: &str,
        action_id: &str,
        chosen: Option<Value>,
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let view = state.at_hand(who, view)?;
            let shown = view_json(view);
            let blocks = view.blocks();
            let Some((element, block)) = element(&blocks, None, action_id) else {
                return refuse("action_not_found");
            };
            let action = action(element, block, chosen, now);
            pressed(state, who, shown, &action, now);
            Ok(())
        })
    }

    /// Somebody fills something in, ticks or chooses it; see `fields::given` for the values. The
    /// app hears of it where it is no field, or one that is to be told of at once.
    ///
    /// # Errors
    /// `not_found`, `not_on_top`, `action_not_found`, `no_such_option`
    pub fn fill(
        &self,
        who: &SlackUserId,
        view: &str,
        (block, action_id): (&str, &str),
        values: &[String],
    ) -> Result<(), Refusal> {
        self.change(|state, now| {
            let id = state.at_hand(who, view)?.id.clone();
            let Some(view) = state.views.get_mut(&id) else {
                return refuse("not_found");
            };
            let blocks = view.blocks();
            let Some((element, place)) = element(&blocks, Some(block), action_id) else {
                return refuse("action_not_found");
            };
            let held = fields::given(element, values)?;
            let place = (block.to_owned(), action_id.to_owned(), place);
            view.held.insert((place.0, place.1), held.clone());
            view.wrong.remove(block);
            let found = blocks.iter().find(|one| one["block_id"] == block);
            let quiet = found
                .is_some_and(|found| found["type"] == "input" && found["dispatch_action"] != true);
            if !quiet {
                let shown = view_json(view);
                let action = action(element, place.2, Some(held), now);
                pressed(state, who, shown, &action, now);
            }
            Ok(())
        })
    }

    /// Somebody sends a dialog off as they filled it in. Where Slack itself finds something wrong
    /// with it, it shows that and sends nothing: `false`.
    ///
    /// # Errors
    /// `not_found`, `not_on_top`; `no_submit` for a dialog that is only to be read; `waits` while
    /// the app has not answered.
    pub fn send_off(&self, who: &SlackUserId, view: &str) -> Result<bool, Refusal> {
        let values = self.change(|state, _| {
            let view = state.at_hand(who, view)?;
            if view.view.get("submit").is_none() || view.kind != "modal" {
                return refuse("no_submit");
            }
            if view.waits {
                return refuse("waits");
            }
            let id = view.id.clone();
            let blocks = view.blocks();
            let wrong = fields::check(&blocks);
            let good = wrong.is_empty();
            if let Some(view) = state.views.get_mut(&id) {
                view.wrong = wrong;
                view.trouble = false;
            }
            Ok(good.then(|| fields::values(&blocks)))
        })?;
        match values {
            Some(values) => self.submit(who, view, values).map(|()| true),
            None => Ok(false),
        }
    }

    /// Somebody sends off a view with these values, by block id and action id, whatever is filled in
    /// there.
    ///
    /// # Errors
    /// `not_found`
    pub fn submit(&self, who: &SlackUserId, view: &str, values: Value) -> Result<(), Refusal> {
        self.change(|state, now| {
            let Some(view) = state.views.get_mut(view).filter(|view| view.user == *who) else {
                return refuse("not_found");
            };
            view.waits = true;
            let id = view.id.clone();
            let mut shown = view_json(view);
            shown["state"] = json!({ "values": values });
            let mut body = payload(state, "view_submission", who, now);
            body["view"] = shown;
            body["response_urls"] = json!([]);
            state.outbox.interaction(&body, Some(id), now);
            Ok(())
        })
    }

    /// Somebody closes a view; the one below it is seen again. The app hears of it where the view
    /// asks for that.
    ///
    /// # Errors
    /// `not_found`
    pub fn close_view(&self, who: &SlackUserId, view: &str) -> Result<(), Refusal> {
        self.change(|state, now| {
            if state.views.get(view).is_none_or(|view| view.user != *who) {
                return refuse("not_found");
            }
            let Some(view) = state.views.remove(view) else {
                return refuse("not_found");
            };
            if view.view["notify_on_close"] == true {
                let mut body = payload(state, "view_closed", who, now);
                body["view"] = view_json(&view);
                body["is_cleared"] = json!(false);
                state.outbox.interaction(&body, None, now);
            }
            Ok(())
        })
    }
}

/// The app is told of something that was used in a view.
fn pressed(
    state: &mut State,
    who: &SlackUserId,
    shown: Value,
    action: &Value,
    now: jiff::Timestamp,
) {
    let mut body = payload(state, "block_actions", who, now);
    body["container"] = json!({ "type": "view", "view_id": shown["id"] });
    body["view"] = shown;
    body["actions"] = json!([action]);
    state.outbox.interaction(&body, None, now);
}
