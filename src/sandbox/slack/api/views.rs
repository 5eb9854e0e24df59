//! `views.*`: modals and the app's home.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Call};
use crate::id::SlackUserId;
use crate::sandbox::slack::blocks::{self, Surface, length};
use crate::sandbox::slack::dialogs::View;
use crate::sandbox::slack::fields::Held;
use crate::sandbox::slack::interact::view_json;
use crate::sandbox::slack::refusal::{Refusal, refuse};
use crate::sandbox::slack::state::State;

/// How many modals may lie on each other.
pub(in crate::sandbox::slack) const STACK: usize = 3;
/// The largest view, in bytes of JSON ("250kb").
const LARGEST: usize = 250_000;

pub(super) fn open(state: &mut State, call: &Call<'_>) -> Answer {
    let view = described(call, "modal")?;
    let user = exchange(state, call)?;
    put(state, &user, view, None, call)
}

pub(super) fn push(state: &mut State, call: &Call<'_>) -> Answer {
    let view = described(call, "modal")?;
    let user = exchange(state, call)?;
    let Some(top) = state.top_dialog(&user) else {
        return refuse("not_found");
    };
    if top.depth + 1 >= STACK {
        return refuse("push_limit_reached");
    }
    let below = top.id.clone();
    put(state, &user, view, Some(&below), call)
}

pub(super) fn publish(state: &mut State, call: &Call<'_>) -> Answer {
    let user = call.args.user("user_id")?;
    let view = described(call, "home")?;
    if !state.users.contains_key(&user) {
        return refuse("user_not_found");
    }
    let home = state
        .views
        .values()
        .find(|view| view.kind == "home" && view.user == user)
        .map(|view| view.id.clone());
    match home {
        None => put(state, &user, view, None, call),
        Some(id) => replace(state, &id, view, call),
    }
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Answer {
    let id = match (call.args.text("view_id"), call.args.text("external_id")) {
        (Some(id), _) => id,
        (None, Some(external)) => state
            .views
            .values()
            .find(|view| view.view["external_id"] == external.as_str())
            .map(|view| view.id.clone())
            .unwrap_or_default(),
        (None, None) => return Err(Refusal::new("invalid_arguments")),
    };
    let Some(kind) = state.views.get(&id).map(|view| view.kind) else {
        return refuse("not_found");
    };
    let view = described(call, kind)?;
    replace(state, &id, view, call)
}

fn replace(state: &mut State, id: &str, described: Value, call: &Call<'_>) -> Answer {
    let number = state.number();
    let described = with_ids(state, described);
    let Some(view) = state.views.get_mut(id) else {
        return refuse("not_found");
    };
    if let Some(hash) = call.args.text("hash")
        && hash != view.hash
    {
        return refuse("hash_conflict");
    }
    view.show(described, hash(call, number));
    Ok(json!({ "ok": true, "view": view_json(view) }))
}

fn hash(call: &Call<'_>, number: u64) -> String {
    format!("{}.{number:08x}", call.now.as_second())
}

fn put(
    state: &mut State,
    user: &SlackUserId,
    described: Value,
    below: Option<&str>,
    call: &Call<'_>,
) -> Answer {
    let order = state.number();
    let view = lay(state, user, described, below, hash(call, order));
    Ok(json!({ "ok": true, "view": view_json(&view) }))
}

/// Lays a view before somebody: on the one below it, or as the first.
pub(in crate::sandbox::slack) fn lay(
    state: &mut State,
    user: &SlackUserId,
    described: Value,
    below: Option<&str>,
    hash: String,
) -> View {
    let id = state.id("V");
    let order = state.number();
    let described = with_ids(state, described);
    let (root, depth) = match below.and_then(|below| state.views.get(below)) {
        Some(below) => (below.root.clone(), below.depth + 1),
        None => (id.clone(), 0),
    };
    let view = View {
        kind: if described["type"] == "home" {
            "home"
        } else {
            "modal"
        },
        id: id.clone(),
        user: user.clone(),
        view: described,
        hash,
        root,
        previous: below.map(str::to_owned),
        depth,
        order,
        held: Held::new(),
        wrong: BTreeMap::new(),
        waits: false,
        trouble: false,
    };
    state.views.insert(id, view.clone());
    view
}

/// The view with an id for every block that has none.
pub(in crate::sandbox::slack) fn with_ids(state: &mut State, mut view: Value) -> Value {
    if let Some(Value::Array(blocks)) = view.get_mut("blocks").map(Value::take) {
        view["blocks"] = json!(super::content::with_ids(state, blocks));
    }
    view
}

/// Whose trigger it is: good for three seconds, and once.
fn exchange(state: &mut State, call: &Call<'_>) -> Result<SlackUserId, Refusal> {
    let id = call.args.need("trigger_id")?;
    let Some(trigger) = state.triggers.get_mut(&id) else {
        return refuse("invalid_trigger_id");
    };
    if trigger.used {
        return refuse("exchanged_trigger_id");
    }
    if call.now > trigger.until {
        return refuse("expired_trigger_id");
    }
    trigger.used = true;
    Ok(trigger.user.clone())
}

/// The call's view, when it is one of this kind and all is well with it.
fn described(call: &Call<'_>, kind: &str) -> Result<Value, Refusal> {
    let view = match call.args.json("view") {
        Ok(Some(view)) if view.is_object() => view,
        _ => {
            return Err(Refusal::because(
                "invalid_arguments",
                vec!["missing required field: view".to_owned()],
            ));
        }
    };
    let problems = problems(&view, kind);
    if view.to_string().len() > LARGEST {
        return refuse("view_too_large");
    }
    if problems.is_empty() {
        Ok(view)
    } else {
        Err(Refusal::because("invalid_arguments", problems))
    }
}

/// What is wrong with a view, each with its place.
pub(in crate::sandbox::slack) fn problems(view: &Value, kind: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |what: &str, at: &str| found.push(format!("{what} [json-pointer:/view{at}]"));
    if view["type"] != kind {
        say("must be a valid enum value", "/type");
    }
    for (key, must) in [
        ("title", kind == "modal"),
        ("submit", false),
        ("close", false),
    ] {
        match view.get(key) {
            None if must => say(&format!("missing required field: {key}"), ""),
            None => {}
            Some(text) => {
                let words = text["text"].as_str().unwrap_or_default();
                if text["type"] != "plain_text" || words.is_empty() {
                    say("must be a valid enum value", &format!("/{key}/type"));
                }
                if length(words) > 24 {
                    say("must be less than 25 characters", &format!("/{key}/text"));
                }
            }
        }
    }
    for (key, most) in [
        ("private_metadata", 3000),
        ("callback_id", 255),
        ("external_id", 255),
    ] {
        if view[key].as_str().is_some_and(|text| length(text) > most) {
            say(
                &format!("must be less than {} characters", most + 1),
                &format!("/{key}"),
            );
        }
    }
    let Some(all) = view["blocks"].as_array() else {
        say("missing required field: blocks", "");
        return found;
    };
    let asks = all.iter().any(|block| block["type"] == "input");
    if kind == "modal" && asks && view.get("submit").is_none() {
        say("missing required field: submit", "");
    }
    found.extend(blocks::problems(all, Surface::View, "/view/blocks"));
    found
}
