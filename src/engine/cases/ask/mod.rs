//! The dialogs: what is asked of whom, and what they carry until they are sent off.

mod answer;
mod declare;
mod fields;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Case, Snapshot};
use crate::id::{ChannelId, DoneKey, FeelingId, MessageTs, ServiceId, TypeId};
use crate::incident::Moment;
use crate::incident::view::Act;
use crate::slack::form::Modal;
use crate::slack::inbound::{View, time_of};

pub(in crate::engine) use answer::verdict;
pub(super) use answer::{answer, message, permalink, person};
pub(super) use fields::style;

/// A dialog that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Ask {
    /// What is asked.
    pub what: Asked,
    /// Of which incident; of none where it begins one, or where it is still to be chosen.
    pub incident: Option<DoneKey>,
    /// Where it was asked for: there it is said how far it is.
    pub place: Option<ChannelId>,
    /// The message that it is about, where somebody used a shortcut on one.
    pub message: Option<Spot>,
    /// Words that stand there already.
    pub text: String,
}

/// A message, by where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Spot {
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub ts: MessageTs,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Asked {
    /// What is going on?
    Declare(Begun),
    /// How bad is it?
    Level,
    /// When was it?
    Moment(Moment),
    /// What is worth remembering?
    Note,
    /// What is it about?
    Summary,
    /// Who leads from now on?
    HandOver,
    /// Who shall come?
    Call,
    /// Is all work done?
    Resolve,
    /// Shall the channel be closed?
    Archive,
}

/// How far a declaration is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::engine) struct Begun {
    /// The type, where a button has said it.
    pub kind: Option<TypeId>,
    /// The service, once it is chosen.
    pub service: Option<ServiceId>,
    /// 温度感, once it is chosen.
    pub feeling: Option<FeelingId>,
    /// Whether it is practice.
    pub drill: bool,
}

impl Asked {
    /// What such a dialog is called, on its way to Slack and back.
    fn callback(&self) -> &'static str {
        match self {
            Self::Declare(_) => "declare",
            Self::Level => "level",
            Self::Moment(moment) => moment.word(),
            Self::Note => "note",
            Self::Summary => "summary",
            Self::HandOver => "hand-over",
            Self::Call => "call",
            Self::Resolve => "resolve",
            Self::Archive => "archive",
        }
    }

    /// The dialog of this name.
    pub(super) fn called(callback: &str) -> Option<Self> {
        let moments = Moment::ALL.into_iter().map(Self::Moment);
        [
            Self::Declare(Begun::default()),
            Self::Level,
            Self::Note,
            Self::Summary,
            Self::HandOver,
            Self::Call,
            Self::Resolve,
            Self::Archive,
        ]
        .into_iter()
        .chain(moments)
        .find(|asked| asked.callback() == callback)
    }

    /// What a press of this asks; `None` where it asks nothing more.
    pub(super) fn by(act: &Act) -> Option<Self> {
        Some(match act {
            Act::Declare { kind } => Self::Declare(Begun {
                kind: Some(kind.clone()),
                ..Begun::default()
            }),
            Act::HandOver => Self::HandOver,
            Act::SetLevel => Self::Level,
            Act::Set(moment) => Self::Moment(*moment),
            Act::Note => Self::Note,
            Act::Summarise => Self::Summary,
            Act::Call => Self::Call,
            Act::Resolve => Self::Resolve,
            Act::Archive => Self::Archive,
            Act::TakeHandler | Act::Postmortem | Act::WorkLeft | Act::Open { .. } => return None,
        })
    }
}

impl Ask {
    /// A dialog about an incident, asked for in its channel or elsewhere.
    pub(super) fn of(what: Asked, incident: Option<DoneKey>, place: Option<ChannelId>) -> Self {
        Self {
            what,
            incident,
            place,
            message: None,
            text: String::new(),
        }
    }
}

/// What a dialog carries from its opening to its sending off. Short names: there is room for 3,000
/// characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Carried {
    #[serde(default, rename = "i", skip_serializing_if = "Option::is_none")]
    incident: Option<DoneKey>,
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    place: Option<ChannelId>,
    #[serde(default, rename = "k", skip_serializing_if = "Option::is_none")]
    kind: Option<TypeId>,
    #[serde(default, rename = "m", skip_serializing_if = "Option::is_none")]
    message: Option<Spot>,
    /// The time that stood there, in seconds since 1970: left as it is, it means what its hint says.
    #[serde(default, rename = "t", skip_serializing_if = "Option::is_none")]
    shown: Option<i64>,
}

impl Carried {
    fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What a dialog carried; nothing where it is not ours to read.
    fn read(private: &str) -> Self {
        serde_json::from_str(private).unwrap_or_default()
    }
}

/// The dialog of this name; `None` for one that is not ours.
pub(super) fn asked(callback: &str) -> Option<Asked> {
    Asked::called(callback)
}

/// The dialog that begins an incident, again, with what is filled in so far.
pub(super) fn again(view: &View) -> Ask {
    let carried = Carried::read(&view.private);
    Ask {
        what: Asked::Declare(answer::begun(view)),
        incident: None,
        place: carried.place,
        message: carried.message,
        text: answer::words(view, "summary")
            .unwrap_or_default()
            .to_owned(),
    }
}

/// Where a dialog was asked for.
pub(super) fn place(view: &View) -> Option<ChannelId> {
    Carried::read(&view.private).place
}

/// The dialog; `None` where the incident that it is about is not known, or is over.
pub(in crate::engine) fn dialog(ask: &Ask, snapshot: &Snapshot, now: Timestamp) -> Option<Modal> {
    let case = match &ask.incident {
        Some(key) => Some(snapshot.cases.get(key)?.as_ref()),
        None => None,
    };
    let rules = case.map_or(&snapshot.rules, |case| &case.rules);
    let lang = rules.lang;
    let mut carried = Carried {
        incident: ask.incident.clone(),
        place: ask.place.clone(),
        message: ask.message.clone(),
        ..Carried::default()
    };
    let mut sheet = match &ask.what {
        Asked::Declare(begun) => {
            carried.kind.clone_from(&begun.kind);
            declare::declare(begun, ask, snapshot)
        }
        what => {
            let shown = first_shown(case, ask, now);
            carried.shown = shown.map(Timestamp::as_second);
            let mut sheet = fields::sheet(what, ask, case, snapshot, shown)?;
            if case.is_none() {
                sheet.entries.insert(0, fields::which(snapshot));
            }
            sheet
        }
    };
    sheet.callback = ask.what.callback().to_owned();
    sheet.private = carried.write();
    sheet.close = Some(crate::i18n::incident::Saying::Cancel.say(lang).to_owned());
    Some(sheet)
}

/// The time that a picker shows at first, to the minute as it can: that of the message, what is on
/// record, or now.
fn first_shown(case: Option<&Case>, ask: &Ask, now: Timestamp) -> Option<Timestamp> {
    let Asked::Moment(moment) = &ask.what else {
        return None;
    };
    let message = ask.message.as_ref().and_then(|spot| time_of(&spot.ts));
    let known = case.and_then(|case| case.incident.times.get(moment));
    let time = message.or(known.map(|known| known.value.time));
    let second = time.unwrap_or(now).as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).ok()
}
