//! What people do with buttons, menus, dialogs and shortcuts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Given, Inbound, ResponseUrl, Unreadable, channel, id, response_url, text, ts, user};
use crate::id::{ChannelId, MessageTs, SlackUserId};

/// Somebody used an element of a message or of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Pressed {
    /// Who.
    pub who: SlackUserId,
    /// Where the element stands.
    pub on: Where,
    /// What they did; mostly one thing.
    pub actions: Vec<Action>,
    /// To open a dialog with, within three seconds.
    pub trigger: String,
    /// Where it can be answered; a view has no such place.
    pub response_url: Option<ResponseUrl>,
}

/// Where an element stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Where {
    /// In a message.
    Message {
        /// The channel.
        channel: ChannelId,
        /// The message.
        ts: MessageTs,
        /// Only this person sees it: no API can change it, but an answer to the `response_url` can.
        only_theirs: bool,
    },
    /// In a dialog or in their Home tab.
    View(Box<View>),
}

/// One use of one element.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The element's name.
    pub action: String,
    /// The block that it stands in.
    pub block: String,
    /// What they gave.
    pub given: Given,
    /// What could be ticked or chosen there, by value, in order: a long list stands in several
    /// blocks, and what a block does not offer is not unticked in it. Empty for a button.
    pub offered: Vec<String>,
    /// What of that was ticked or chosen in the message or view as we have sent it. What is not, and
    /// is not given, was not taken back: they may never have seen it ticked.
    pub shown: Vec<String>,
    /// When, by Slack's clock; in the form of a message's.
    pub at: Option<MessageTs>,
}

/// A dialog, or a Home tab.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Its id, `V…`.
    pub id: String,
    /// Which state of it this is.
    pub hash: String,
    /// What the app calls this kind of dialog.
    pub callback: String,
    /// What the app gave it to carry. People can read it: trust it as much as a button's value,
    /// which is to say that it came from us, for somebody.
    pub private: String,
    /// What is filled in, by the name of the field.
    pub fields: BTreeMap<String, Given>,
}

/// A dialog that was sent off.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// Who.
    pub who: SlackUserId,
    /// The dialog with all that is filled in.
    pub view: View,
    /// To open another dialog with.
    pub trigger: String,
}

/// A shortcut that was used on a message.
#[derive(Debug, Clone, PartialEq)]
pub struct OnMessage {
    /// Who used it.
    pub who: SlackUserId,
    /// Which of the app's shortcuts.
    pub callback: String,
    /// Where the message stands; the bot need not be there.
    pub channel: ChannelId,
    /// The message.
    pub ts: MessageTs,
    /// Its text; see [`super::words`].
    pub text: String,
    /// Who has written it; `None` for a bot.
    pub author: Option<SlackUserId>,
    /// Where it can be answered.
    pub response_url: Option<ResponseUrl>,
    /// To open a dialog with.
    pub trigger: String,
}

pub(super) fn read(value: &Value) -> Result<Inbound, Unreadable> {
    let kind = text(&value["type"]).ok_or(Unreadable("an interaction without a type"))?;
    let who = || user(&value["user"]["id"]).ok_or(Unreadable("an interaction by nobody"));
    let trigger = text(&value["trigger_id"]).unwrap_or_default();
    let callback = || text(&value["callback_id"]).ok_or(Unreadable("a shortcut without a name"));
    Ok(match kind.as_str() {
        "block_actions" => Inbound::Pressed(Box::new(Pressed {
            who: who()?,
            on: place(value)?,
            actions: actions(value)?,
            trigger,
            response_url: response_url(&value["response_url"]),
        })),
        "view_submission" => Inbound::Submitted(Box::new(Submitted {
            who: who()?,
            view: view(&value["view"])?,
            trigger,
        })),
        "view_closed" => Inbound::Closed {
            who: who()?,
            view: Box::new(view(&value["view"])?),
        },
        "shortcut" => Inbound::Shortcut {
            who: who()?,
            callback: callback()?,
            trigger,
        },
        "message_action" => {
            let message = &value["message"];
            let stamp = ts(&value["message_ts"]).or_else(|| ts(&message["ts"]));
            let place = channel(&value["channel"]["id"]);
            Inbound::OnMessage(Box::new(OnMessage {
                who: who()?,
                callback: callback()?,
                channel: place.ok_or(Unreadable("a message in no channel"))?,
                ts: stamp.ok_or(Unreadable("a message without a time"))?,
                text: text(&message["text"]).unwrap_or_default(),
                author: user(&message["user"]).filter(|_| message["bot_id"].is_null()),
                response_url: response_url(&value["response_url"]),
                trigger,
            }))
        }
        _ => Inbound::Other(kind),
    })
}

fn place(value: &Value) -> Result<Where, Unreadable> {
    if value["view"].is_object() {
        return Ok(Where::View(Box::new(view(&value["view"])?)));
    }
    let container = &value["container"];
    let place = channel(&container["channel_id"]).or_else(|| channel(&value["channel"]["id"]));
    let stamp = ts(&container["message_ts"]).or_else(|| ts(&value["message"]["ts"]));
    Ok(Where::Message {
        channel: place.ok_or(Unreadable("a press in no channel"))?,
        ts: stamp.ok_or(Unreadable("a press on no message"))?,
        only_theirs: container["is_ephemeral"] == true,
    })
}

fn actions(value: &Value) -> Result<Vec<Action>, Unreadable> {
    let Some(actions) = value["actions"].as_array() else {
        return Err(Unreadable("a press on nothing"));
    };
    let read = |action: &Value| {
        let name = text(&action["action_id"])?;
        let block = text(&action["block_id"]).unwrap_or_default();
        let element = element(value, &block, &name);
        Some(Action {
            given: Given::read(action),
            offered: element.map_or_else(Vec::new, offered),
            shown: element.map_or_else(Vec::new, shown),
            at: ts(&action["action_ts"]),
            action: name,
            block,
        })
    };
    let actions: Vec<Action> = actions.iter().filter_map(read).collect();
    if actions.is_empty() {
        return Err(Unreadable("a press on nothing"));
    }
    Ok(actions)
}

/// The element as it stands there.
fn element<'a>(value: &'a Value, block: &str, action: &str) -> Option<&'a Value> {
    let message = &value["message"];
    let attached = message["attachments"].as_array().into_iter().flatten();
    let lists = [&message["blocks"], &value["view"]["blocks"]];
    let lists = lists
        .into_iter()
        .chain(attached.map(|attachment| &attachment["blocks"]));
    let blocks = lists.filter_map(Value::as_array).flatten();
    blocks
        .filter(|found| found["block_id"] == block)
        .find_map(|found| {
            let many = found["elements"].as_array().into_iter().flatten();
            let mut all = many.chain([&found["accessory"], &found["element"]]);
            all.find(|element| element["action_id"] == action)
        })
}

/// The values that it offers.
fn offered(element: &Value) -> Vec<String> {
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.map(|group| &group["options"]);
    values(std::iter::once(&element["options"]).chain(grouped))
}

/// The values that were ticked or chosen in it from the first.
fn shown(element: &Value) -> Vec<String> {
    let mut shown = values(std::iter::once(&element["initial_options"]));
    shown.extend(text(&element["initial_option"]["value"]));
    shown
}

fn values<'a>(lists: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let options = lists.filter_map(Value::as_array).flatten();
    options
        .filter_map(|option| text(&option["value"]))
        .collect()
}

fn view(view: &Value) -> Result<View, Unreadable> {
    let values = view["state"]["values"].as_object().into_iter().flatten();
    let fields = values.filter_map(|(field, elements)| {
        // A field of ours is a block with one element.
        let element = elements.as_object()?.values().next()?;
        Some((field.clone(), Given::read(element)))
    });
    Ok(View {
        id: id(&view["id"], &['V']).ok_or(Unreadable("a view without an id"))?,
        hash: text(&view["hash"]).unwrap_or_default(),
        callback: text(&view["callback_id"]).unwrap_or_default(),
        private: text(&view["private_metadata"]).unwrap_or_default(),
        fields: fields.collect(),
    })
}
