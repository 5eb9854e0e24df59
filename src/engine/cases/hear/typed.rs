//! What people type: to sssbot by its name, and behind its slash commands.

use jiff::Timestamp;

use super::super::Snapshot;
use super::super::ask::{self, Ask, Asked, Begun};
use super::{Heard, Meant, by, kind, opened, speaker};
use crate::id::{DoneKey, SlackUserId};
use crate::incident::{Command, UserError, parse};
use crate::playbook::Verb;
use crate::slack::inbound::{Command as Typed, Message, Word, words};

/// A message that names sssbot, or one to it alone.
pub(super) fn mention(
    message: &Message,
    snapshot: &Snapshot,
    received: Timestamp,
) -> Option<Heard> {
    let who = speaker(message, snapshot)?;
    let mut heard = by(who, Some(&message.channel), message.ts.as_str());
    let case = snapshot.in_channel(&message.channel);
    let incident = case.map(|case| case.incident.key.clone());
    let rules = case.map_or(&snapshot.rules, |case| &case.rules);
    let me = me(snapshot, &message.text);
    let said = parse::parse_slack(&message.text, &me, rules, received);
    let privately = false;
    let meant = match (said, incident) {
        (parse::Heard::Mention, Some(incident)) => Meant::Panel {
            incident,
            privately,
        },
        (parse::Heard::Start { .. }, Some(incident)) => Meant::Panel {
            incident,
            privately,
        },
        // Whatever somebody says who calls for help, they are answered.
        (parse::Heard::Mention | parse::Heard::Start { .. } | parse::Heard::Chat, None) => {
            Meant::Greet { privately }
        }
        (parse::Heard::Help, _) => Meant::Help,
        (parse::Heard::Team { called }, _) => Meant::Team { called },
        (parse::Heard::Command(command), incident) => {
            of_incident(&mut heard, command, incident, snapshot)
        }
        (parse::Heard::Error(error), _) => Meant::Refuse(error),
        // People talk of it in passing; but to what they say *to* it there is an answer: what it
        // can do for them.
        (parse::Heard::Chat, Some(incident)) if said_to(&message.text, &me) => Meant::Panel {
            incident,
            privately: true,
        },
        (parse::Heard::Chat, Some(_)) => return None,
    };
    heard.meant.push(meant);
    Some(heard)
}

/// A slash command: the same words; and as it can open a dialog, it asks for what is missing.
pub(super) fn command(command: &Typed, snapshot: &Snapshot, received: Timestamp) -> Heard {
    // It has no place of its own in the channel. Its trigger is for this one use.
    let place = if command.trigger.is_empty() {
        received.as_microsecond().to_string()
    } else {
        command.trigger.clone()
    };
    let mut heard = by(&command.who, Some(&command.channel), &place);
    heard.response_url.clone_from(&command.response_url);
    let case = snapshot.in_channel(&command.channel);
    let incident = case.map(|case| case.incident.key.clone());
    let rules = case.map_or(&snapshot.rules, |case| &case.rules);
    let me = me(snapshot, "");
    let said = parse::parse_slack(&command.text, &me, rules, received);
    let can_ask = !command.trigger.is_empty();
    let place = Some(command.channel.clone());
    let declare = |named| {
        let begun = Begun {
            kind: kind(named, snapshot),
            ..Begun::default()
        };
        Ask::of(Asked::Declare(begun), None, place.clone())
    };
    let privately = true;
    heard.meant = match (said, incident) {
        (parse::Heard::Mention, Some(incident)) => vec![Meant::Panel {
            incident,
            privately,
        }],
        (parse::Heard::Mention, None) if command.command != "/sssbot" && can_ask => {
            opened(declare(None))
        }
        (parse::Heard::Start { kind }, _) if can_ask => opened(declare(kind)),
        (parse::Heard::Mention | parse::Heard::Start { .. } | parse::Heard::Chat, None) => {
            vec![Meant::Greet { privately }]
        }
        (parse::Heard::Start { .. }, Some(incident)) => vec![Meant::Panel {
            incident,
            privately,
        }],
        (parse::Heard::Help, _) => vec![Meant::Help],
        (parse::Heard::Team { called }, _) => vec![Meant::Team { called }],
        (parse::Heard::Chat, Some(incident)) => {
            let said = command.text.trim().chars().take(40).collect();
            let panel = Meant::Panel {
                incident,
                privately,
            };
            vec![Meant::Refuse(UserError::UnknownCommand { said }), panel]
        }
        (parse::Heard::Command(given), Some(incident)) => match asks(&given) {
            Some(what) if can_ask => vec![Meant::Ask(Ask::of(what, Some(incident), place))],
            _ => vec![of_incident(&mut heard, given, Some(incident), snapshot)],
        },
        (parse::Heard::Error(UserError::Incomplete { verb }), Some(incident)) => {
            match lacks(verb).filter(|_| can_ask) {
                Some(what) => vec![Meant::Ask(Ask::of(what, Some(incident), place))],
                None => vec![Meant::Refuse(UserError::Incomplete { verb })],
            }
        }
        // Slack tells a name that was typed from a person only where the app is set so: whom they
        // mean can be chosen.
        (parse::Heard::Error(UserError::Person { said }), Some(incident)) => {
            let first = command.text.split_whitespace().next().unwrap_or_default();
            let bare = parse::parse_slack(first, &me, rules, received);
            let what = match bare {
                parse::Heard::Error(UserError::Incomplete { verb }) => lacks(verb),
                _ => None,
            };
            match what.filter(|_| can_ask) {
                Some(what) => vec![Meant::Ask(Ask::of(what, Some(incident), place))],
                None => vec![Meant::Refuse(UserError::Person { said })],
            }
        }
        (
            parse::Heard::Command(_)
            | parse::Heard::Error(UserError::Incomplete { .. } | UserError::Person { .. }),
            None,
        ) => {
            vec![Meant::Refuse(UserError::NoIncident)]
        }
        (parse::Heard::Error(error), _) => vec![Meant::Refuse(error)],
    };
    heard
}

/// The end of an incident is asked for with what is still open in sight.
fn asks(command: &Command) -> Option<Asked> {
    match command {
        Command::Resolve { reason: None } => Some(Asked::Resolve),
        Command::Archive { reason: None } => Some(Asked::Archive),
        _ => None,
    }
}

/// The dialog that asks for what such a command lacks.
fn lacks(verb: Verb) -> Option<Asked> {
    match verb {
        Verb::Handler => Some(Asked::HandOver),
        Verb::Level => Some(Asked::Level),
        Verb::Note => Some(Asked::Note),
        Verb::Summary => Some(Asked::Summary),
        Verb::Call => Some(Asked::Call),
        _ => None,
    }
}

fn of_incident(
    heard: &mut Heard,
    command: Command,
    incident: Option<DoneKey>,
    snapshot: &Snapshot,
) -> Meant {
    if incident.is_none() {
        return Meant::Refuse(UserError::NoIncident);
    }
    let whole = |who: &crate::incident::Who| match &who.slack {
        Some(id) => ask::person(id, snapshot),
        None => who.clone(),
    };
    let command = match command {
        Command::HandOver(who) => Command::HandOver(whole(&who)),
        Command::Call {
            people,
            groups,
            until_resolved,
        } => Command::Call {
            people: people.iter().map(whole).collect(),
            groups,
            until_resolved,
        },
        command => command,
    };
    Meant::Command {
        incident,
        command,
        origin: heard.origin.clone(),
    }
}

/// Who we are; as long as that is not known, whoever a message names first.
fn me(snapshot: &Snapshot, text: &str) -> SlackUserId {
    let known = snapshot.me.as_ref().map(|me| me.user_id.clone());
    let named = || {
        words(text).into_iter().find_map(|word| match word {
            Word::Person(who) => Some(who),
            _ => None,
        })
    };
    known
        .or_else(named)
        .unwrap_or_else(|| SlackUserId::from(""))
}

/// Whether a message is for sssbot, which is not only spoken of.
fn said_to(text: &str, me: &SlackUserId) -> bool {
    words(text.trim_start()).first() == Some(&Word::Person(me.clone()))
}
