//! How an incident looks and what is said about it, in each language: no Block Kit, no mrkdwn.
//!
//! Unlike the mirror's messages, what is said here may call people: [`Bit::Who`] and
//! [`Bit::Group`] are meant to ping. Texts that people wrote are [`Bit::Text`] and never do.

mod after;
mod card;
mod issue;
pub(super) mod record;
mod start;
mod tell;

use std::borrow::Cow;

use jiff::Timestamp;

use super::fact::Moment;
use super::rules::Rules;
use super::who::Who;
use crate::channel_name::ChannelName;
use crate::i18n::Lang;
use crate::i18n::incident::{Saying, fill};
use crate::id::{ChannelId, TypeId};
use crate::playbook::Named;

pub use after::overdue;
pub use card::{brief, card, channel as place, topic};
pub use issue::{body, body_is_current, checked, managed, new_body, ticked, with_ticks};
pub use start::{greeting, help, not_told, panel, pressed, progress, underway};
pub use tell::{broadcast, tell};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Persona {
    /// sssbot.
    #[default]
    Sssbot,
    /// タイムキーパーくん.
    Timekeeper,
}

/// The colour beside what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// None.
    #[default]
    Plain,
    /// Yellow: look at the time.
    Notice,
    /// Red: drop what you do.
    Alarm,
    /// Green: it is over.
    Relief,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bit {
    /// Plain words; a renderer escapes them.
    Text(String),
    /// Words that stand out.
    Strong(String),
    /// Something to be typed.
    Code(String),
    /// Words that lead somewhere.
    Link {
        /// Where to.
        url: String,
        /// The words.
        text: String,
    },
    /// A time, to the second, in the playbook's zone.
    Time(Timestamp),
    /// A person, called.
    Who(Who),
    /// A user group, by id or handle, called.
    Group(String),
    /// A channel, by its id where it is known, else by its name.
    Channel {
        /// Its id.
        id: Option<ChannelId>,
        /// Its name.
        name: String,
    },
}

/// A line.
pub type Line = Vec<Bit>;

/// A checkbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The playbook's id of the item.
    pub item: String,
    /// What to do.
    pub text: String,
    /// Whether it is done.
    pub done: bool,
}

/// Something that can be pressed or chosen. What it is called says [`Act::label`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Fill in the form for an incident of this type.
    Declare {
        /// The type's id.
        kind: TypeId,
    },
    /// I lead.
    TakeHandler,
    /// Somebody else leads.
    HandOver,
    /// Choose the level.
    SetLevel,
    /// Say when.
    Set(Moment),
    /// Write a note.
    Note,
    /// The summary anew.
    Summarise,
    /// Call people in.
    Call,
    /// Draft the postmortem.
    Postmortem,
    /// All work is done.
    Resolve,
    /// Close the channel.
    Archive,
    /// There is work left.
    WorkLeft,
    /// Go there.
    Open {
        /// The address.
        url: String,
        /// The words.
        text: String,
    },
}

impl Act {
    /// What stands on it.
    pub fn label<'a>(&'a self, rules: &'a Rules, lang: Lang) -> Cow<'a, str> {
        let own = match self {
            Self::Declare { .. } => rules.own(Named::CreateChannel, lang),
            Self::TakeHandler => rules.own(Named::IHandle, lang),
            _ => None,
        };
        if let Some(own) = own {
            return own.into();
        }
        if *self == Self::Postmortem {
            let name = rules.playbook.postmortem.name.say(lang);
            return fill(Saying::ActPostmortem, lang, &[("name", name)]).into();
        }
        let label: &'a str = match self {
            Self::Declare { .. } => Saying::ActMakeChannel.say(lang),
            Self::TakeHandler => Saying::ActTakeHandler.say(lang),
            Self::HandOver => Saying::ActHandOver.say(lang),
            Self::SetLevel => Saying::ActSetLevel.say(lang),
            Self::Set(Moment::Detected) => Saying::ActDetected.say(lang),
            Self::Set(Moment::Responded) => Saying::ActResponded.say(lang),
            Self::Set(Moment::Recovered) => Saying::ActRecovered.say(lang),
            Self::Note => Saying::ActNote.say(lang),
            Self::Summarise => Saying::ActSummarise.say(lang),
            Self::Call => Saying::ActCall.say(lang),
            Self::Resolve => Saying::ActResolve.say(lang),
            Self::Archive => Saying::ActArchive.say(lang),
            Self::WorkLeft => Saying::ActWorkLeft.say(lang),
            Self::Postmortem => Saying::ActPostmortem.say(lang),
            Self::Open { text, .. } => text,
        };
        label.into()
    }
}

/// One message about an incident, for one channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Who speaks.
    pub persona: Persona,
    /// In which colour.
    pub tone: Tone,
    /// One emoji at most.
    pub icon: &'static str,
    /// The first line, and what a notification shows.
    pub headline: Line,
    /// Lines below.
    pub lines: Vec<Line>,
    /// A table: what, and what of it.
    pub fields: Vec<(&'static str, Line)>,
    /// Questions, each with the button that says yes.
    pub choices: Vec<(Line, Act)>,
    /// Checkboxes.
    pub checks: Vec<Check>,
    /// Buttons.
    pub acts: Vec<Act>,
    /// A menu of commands, so that nobody types them.
    pub menu: Vec<Act>,
}

/// Whether a title names this channel.
pub fn names_channel(title: &str, channel: &str) -> bool {
    match ChannelName::parse(channel) {
        Ok(name) => ChannelName::find_all(title).contains(&name),
        Err(_) => title.contains(channel),
    }
}

fn text(words: impl Into<String>) -> Line {
    vec![Bit::Text(words.into())]
}

/// A sentence with its placeholders filled; one that nothing was given for stays as it is.
fn line(saying: Saying, lang: Lang, with: &[(&str, Line)]) -> Line {
    filled(saying.say(lang), with)
}

/// The same, in the organisation's own words where it has some.
fn own(rules: &Rules, named: Named, saying: Saying, lang: Lang, with: &[(&str, Line)]) -> Line {
    filled(rules.own(named, lang).unwrap_or(saying.say(lang)), with)
}

fn filled(sentence: &str, with: &[(&str, Line)]) -> Line {
    let mut bits = Vec::new();
    let mut rest = sentence;
    let mut plain = String::new();
    while let Some((before, (hole, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        plain.push_str(before);
        match with.iter().find(|(name, _)| *name == hole) {
            Some((_, bit)) => {
                if !plain.is_empty() {
                    bits.push(Bit::Text(std::mem::take(&mut plain)));
                }
                bits.extend(bit.iter().cloned());
            }
            None => plain.push_str(&format!("{{{hole}}}")),
        }
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        bits.push(Bit::Text(plain));
    }
    bits
}

/// A person, called; somebody who is nobody is sssbot.
fn who(who: &Who) -> Line {
    if who.is_nobody() {
        return text("sssbot");
    }
    vec![Bit::Who(who.clone())]
}
