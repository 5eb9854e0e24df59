//! What can be pressed is called by these words on its way to Slack and back, and carries these
//! values. They stand in messages that are years old: a word is never given another meaning.

use crate::id::{DoneKey, TypeId};
use crate::incident::Moment;
use crate::incident::view::Act;

/// The list of commands on a card.
pub(super) const MENU: &str = "menu";
/// A box of a checklist; its value is the item's id.
pub(super) const CHECK: &str = "check";
/// A button that only leads somewhere, by itself or with a number behind it.
const OPEN: &str = "open";
/// The most that the value of a choice in a menu may hold, in characters.
const CHOICE: usize = 150;

/// The word for it.
pub(super) fn word(act: &Act) -> &'static str {
    match act {
        Act::Declare { .. } => "declare",
        Act::TakeHandler => "handler",
        Act::HandOver => "hand-over",
        Act::SetLevel => "level",
        Act::Set(moment) => moment.word(),
        Act::Note => "note",
        Act::Summarise => "summary",
        Act::Call => "call",
        Act::Postmortem => "postmortem",
        Act::Resolve => "resolve",
        Act::Archive => "archive",
        Act::WorkLeft => "work-left",
        Act::Open { .. } => OPEN,
    }
}

/// The value of a button: the type's id for what begins an incident, else the incident's key.
pub(super) fn value(act: &Act, incident: Option<&DoneKey>) -> String {
    match act {
        Act::Declare { kind } => kind.to_string(),
        Act::Open { .. } => String::new(),
        _ => incident.map_or_else(String::new, ToString::to_string),
    }
}

/// The value of a choice in the menu: the word, and the incident's key where there is room.
pub(super) fn choice(act: &Act, incident: Option<&DoneKey>) -> String {
    let (word, value) = (word(act), value(act, incident));
    let whole = format!("{word} {value}");
    if value.is_empty() || whole.chars().count() > CHOICE {
        return word.to_owned();
    }
    whole
}

/// The word and the value of a choice.
pub(super) fn chosen(choice: &str) -> (&str, &str) {
    choice.split_once(' ').unwrap_or((choice, ""))
}

/// What was pressed; `None` for what only leads somewhere, and for what is not ours.
pub(super) fn act(word: &str, value: &str) -> Option<Act> {
    let plain = [
        Act::TakeHandler,
        Act::HandOver,
        Act::SetLevel,
        Act::Set(Moment::Detected),
        Act::Set(Moment::Responded),
        Act::Set(Moment::Recovered),
        Act::Note,
        Act::Summarise,
        Act::Call,
        Act::Postmortem,
        Act::Resolve,
        Act::Archive,
        Act::WorkLeft,
    ];
    if word == "declare" {
        return Some(Act::Declare {
            kind: TypeId::from(value),
        });
    }
    plain.into_iter().find(|act| self::word(act) == word)
}

/// The name of the nth button that leads somewhere: in a row no two may be called the same.
pub(super) fn nth_open(nth: usize) -> String {
    match nth {
        0 => OPEN.to_owned(),
        nth => format!("{OPEN}.{}", nth + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_goes_out_comes_back() {
        let key = DoneKey::from("a:C1:1634721688.039800");
        for act in [
            Act::Declare {
                kind: "outage".into(),
            },
            Act::TakeHandler,
            Act::HandOver,
            Act::SetLevel,
            Act::Set(Moment::Detected),
            Act::Set(Moment::Responded),
            Act::Set(Moment::Recovered),
            Act::Note,
            Act::Summarise,
            Act::Call,
            Act::Postmortem,
            Act::Resolve,
            Act::Archive,
            Act::WorkLeft,
        ] {
            let value = value(&act, Some(&key));
            assert_eq!(super::act(word(&act), &value), Some(act.clone()));
            let choice = choice(&act, Some(&key));
            assert_eq!(chosen(&choice), (word(&act), value.as_str()));
        }
        for other in ["open", "open.2", "menu", "check", "", "Declare"] {
            assert_eq!(super::act(other, "x"), None, "{other}");
        }
    }

    #[test]
    fn a_key_that_is_too_long_for_a_menu_is_left_out() {
        let long = DoneKey::new(format!("n:{}#886:opened", "x".repeat(140)));
        assert_eq!(choice(&Act::Note, Some(&long)), "note");
        assert_eq!(value(&Act::Note, Some(&long)), long.as_str());
    }
}
