//! Buttons, menus, boxes to tick, and shortcuts on messages.

use super::super::ask::{self, Ask, Asked, Begun, Spot};
use super::super::{Snapshot, press};
use super::{Heard, Meant, about, by, kind, nth, opened};
use crate::id::DoneKey;
use crate::incident::view::Act;
use crate::incident::{Command, Moment, UserError, Who};
use crate::slack::inbound::{Action, Given, OnMessage, Pressed, Where, Word, words};

/// How much of a message becomes the summary of an incident that is declared from it.
const SUMMARY: usize = 300;

pub(super) fn pressed(pressed: &Pressed, snapshot: &Snapshot) -> Option<Heard> {
    let (channel, place) = match &pressed.on {
        Where::Message { channel, ts, .. } => (Some(channel), ts.as_str()),
        Where::View(view) => (None, view.id.as_str()),
    };
    let at = pressed.actions.iter().find_map(|action| action.at.as_ref());
    let mut heard = by(&pressed.who, channel, at.map_or(place, |at| at.as_str()));
    heard.response_url.clone_from(&pressed.response_url);
    for action in &pressed.actions {
        let given = action.given.as_text().unwrap_or_default();
        match action.action.as_str() {
            press::CHECK => tick(&mut heard, action, snapshot),
            press::MENU => {
                let (word, value) = press::chosen(given);
                if let Some(act) = press::act(word, value) {
                    follow(&mut heard, act, value, snapshot);
                }
            }
            word => {
                if let Some(act) = press::act(word, given) {
                    follow(&mut heard, act, given, snapshot);
                }
            }
        }
    }
    Some(heard)
}

/// What a press of this asks for.
fn follow(heard: &mut Heard, act: Act, value: &str, snapshot: &Snapshot) {
    let channel = heard.channel.clone();
    if let Act::Declare { kind: named } = act {
        let begun = Begun {
            // A type that the playbook has dropped since is asked for anew.
            kind: kind(Some(named), snapshot),
            ..Begun::default()
        };
        let ask = Ask::of(Asked::Declare(begun), None, channel);
        heard.meant.extend(opened(ask));
        return;
    }
    let incident = match about(value, channel.as_ref(), snapshot) {
        Ok(incident) => incident,
        Err(error) => return heard.meant.push(Meant::Refuse(error)),
    };
    if let Some(asked) = Asked::by(&act) {
        let ask = Ask::of(asked, Some(incident), channel);
        return heard.meant.push(Meant::Ask(ask));
    }
    match act {
        Act::TakeHandler | Act::Postmortem => heard.meant.push(Meant::Command {
            incident: Some(incident),
            command: match act {
                Act::Postmortem => Command::Postmortem,
                _ => Command::TakeHandler,
            },
            origin: heard.origin.clone(),
        }),
        Act::WorkLeft => heard.meant.push(Meant::Spoke { incident }),
        _ => return,
    }
    heard.pressed = Some(act);
}

/// G2: what is ticked now and is not done yet, and what is ticked no longer; of what stands in this
/// block only. A message shows a tick a little later: what somebody else has ticked meanwhile, they
/// have not seen and do not take back.
fn tick(heard: &mut Heard, action: &Action, snapshot: &Snapshot) {
    let Given::Many(ticked) = &action.given else {
        return;
    };
    let case = heard.channel.as_ref();
    let Some(case) = case.and_then(|channel| snapshot.in_channel(channel)) else {
        return heard.meant.push(Meant::Refuse(UserError::NoIncident));
    };
    let incident = &case.incident;
    let theirs = |item: &String| {
        let by = incident.items.get(item).map(|stated| &stated.by.slack);
        by.is_some_and(|by| by.is_some() && *by == heard.who)
    };
    let commands: Vec<Command> = action
        .offered
        .iter()
        .filter_map(
            |item| match (ticked.contains(item), incident.is_done(item)) {
                (true, false) => Some(Command::Tick(item.clone())),
                (false, true) if action.shown.contains(item) || theirs(item) => {
                    Some(Command::Untick(item.clone()))
                }
                _ => None,
            },
        )
        .collect();
    for (number, command) in commands.into_iter().enumerate() {
        heard.meant.push(Meant::Command {
            incident: Some(incident.key.clone()),
            command,
            origin: nth(&heard.origin, number),
        });
    }
}

/// A shortcut on a message: it began here, it is worth remembering, there is an incident.
pub(super) fn on_message(on: &OnMessage, snapshot: &Snapshot) -> Option<Heard> {
    let spot = Spot {
        channel: on.channel.clone(),
        ts: on.ts.clone(),
    };
    // A message is on record once, whoever puts it there; but a time may be corrected and corrected
    // back, and an incident begins anew each time.
    let place = if on.callback == "note" || on.trigger.is_empty() {
        format!("{}+{}", on.ts, on.callback)
    } else {
        on.trigger.clone()
    };
    let mut heard = by(&on.who, Some(&on.channel), &place);
    heard.response_url.clone_from(&on.response_url);
    let here = snapshot.in_channel(&on.channel);
    let here: Option<DoneKey> = here.map(|case| case.incident.key.clone());
    let text = plain(&on.text);
    let ask = |what: Asked, text: String| Ask {
        message: Some(spot.clone()),
        text,
        ..Ask::of(what, None, Some(on.channel.clone()))
    };
    let moment = Moment::ALL
        .into_iter()
        .find(|moment| moment.word() == on.callback);
    heard.meant = match (on.callback.as_str(), moment, here) {
        ("declare", ..) => {
            let text = text.chars().take(SUMMARY).collect();
            opened(ask(Asked::Declare(Begun::default()), text))
        }
        (_, Some(moment), Some(incident)) => {
            let when = ask::message(&spot, snapshot)?;
            vec![Meant::Command {
                incident: Some(incident),
                command: Command::Set { moment, when },
                origin: heard.origin.clone(),
            }]
        }
        ("note", _, Some(incident)) => vec![Meant::Command {
            incident: Some(incident),
            command: Command::Note {
                text,
                link: ask::permalink(&spot, snapshot),
                author: Who::default(),
            },
            origin: heard.origin.clone(),
        }],
        ("note", ..) | (_, Some(_), _) if snapshot.cases.is_empty() => {
            vec![Meant::Refuse(UserError::NoIncident)]
        }
        // An alarm is raised elsewhere: which incident is it about?
        ("note", ..) => vec![Meant::Ask(ask(Asked::Note, text))],
        (_, Some(moment), None) => vec![Meant::Ask(ask(Asked::Moment(moment), String::new()))],
        _ => return None,
    };
    Some(heard)
}

/// What a message says, in plain words.
fn plain(text: &str) -> String {
    let said = words(text).into_iter().map(|word| match word {
        Word::Text(text) => text,
        Word::Person(who) => format!("@{who}"),
        Word::Channel(id, name) => format!("#{}", name.unwrap_or_else(|| id.to_string())),
        Word::Group(id) => format!("@{id}"),
        Word::Everybody(name) => format!("@{name}"),
        Word::Link(url) => url,
    });
    said.collect::<String>().trim().to_owned()
}
