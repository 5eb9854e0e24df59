//! What a person is told whose command cannot be followed: what to do, not only what is wrong.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::state::OpenEnd;
use super::time::clock;
use crate::i18n::Lang;
use crate::i18n::incident::{Saying, fill};
use crate::playbook::Verb;

/// Why a command is not followed. For the person who gave it, and only for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserError {
    /// There is no incident here.
    NoIncident,
    /// A word that is nearly a command.
    DidYouMean {
        /// What was said.
        said: String,
        /// What was probably meant.
        meant: String,
    },
    /// There is no such command.
    UnknownCommand {
        /// What was said.
        said: String,
    },
    /// A command that lacks what it is about.
    Incomplete {
        /// Which.
        verb: Verb,
    },
    /// A guest who was not invited, or guests at all.
    Guest {
        /// For what.
        verb: Verb,
    },
    /// Their role on GitHub is too small.
    Permission {
        /// For what.
        verb: Verb,
        /// GitHub's word for the least that is asked for.
        least: &'static str,
    },
    /// The playbook lets only some people.
    Narrowed {
        /// What.
        verb: Verb,
    },
    /// There is no such service.
    Service {
        /// What was said.
        said: String,
        /// What was probably meant.
        meant: Option<String>,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is no such type.
    Kind {
        /// What was said.
        said: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is no such level.
    Level {
        /// What was said.
        said: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is no such 温度感.
    Feeling {
        /// What was said.
        said: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is no such item in the checklist.
    Item {
        /// What was said.
        said: String,
        /// How many there are.
        count: usize,
    },
    /// Not a person that can be named here.
    Person {
        /// What was said.
        said: String,
    },
    /// Not a time.
    NotATime {
        /// What was said.
        said: String,
    },
    /// A time that has not come yet.
    Future {
        /// The time.
        time: Timestamp,
    },
    /// A time long before the incident.
    LongBefore {
        /// The time.
        time: Timestamp,
        /// When the incident was declared.
        declared: Timestamp,
    },
    /// A recovery before the detection.
    RecoveredBeforeDetected {
        /// The recovery.
        recovered: Timestamp,
        /// The detection.
        detected: Timestamp,
    },
    /// Nothing to take back.
    NothingToWithdraw,
    /// Something is open, and no reason is given.
    Open {
        /// What was to be done.
        verb: Verb,
        /// What is open.
        ends: Vec<OpenEnd>,
    },
    /// The channel is closed; nothing but reopening is left.
    Over,
    /// It is not over.
    NotOver,
    /// No text, or none but space.
    Empty,
    /// A text too long for a comment.
    TooLong {
        /// The most characters.
        most: usize,
    },
    /// The postmortem is there already.
    PostmortemThere {
        /// Where.
        url: String,
    },
    /// A section of a form that must not be empty.
    Missing {
        /// Its label.
        label: String,
    },
}

impl UserError {
    /// The sentence, with times in this zone.
    pub fn say(&self, lang: Lang, zone: &TimeZone) -> String {
        let say = |saying: Saying, with: &[(&str, &str)]| fill(saying, lang, with);
        let list = |words: &[String]| words.join(Saying::Between.say(lang));
        match self {
            Self::NoIncident => say(Saying::NoIncidentHere, &[]),
            Self::DidYouMean { said, meant } => {
                say(Saying::DidYouMean, &[("said", said), ("meant", meant)])
            }
            Self::UnknownCommand { said } => say(Saying::UnknownCommand, &[("said", said)]),
            Self::Incomplete { verb } => {
                let example = example(*verb).say(lang);
                say(Saying::Incomplete, &[("example", example)])
            }
            Self::Guest { verb } => say(Saying::GuestsMayNot, &[("verb", verb.as_str())]),
            Self::Permission { verb, least } => say(
                Saying::PermissionTooSmall,
                &[("verb", verb.as_str()), ("least", least)],
            ),
            Self::Narrowed { verb } => say(Saying::OnlySomeMay, &[("verb", verb.as_str())]),
            Self::Service {
                said,
                meant: Some(meant),
                ..
            } => say(Saying::ServiceMeant, &[("said", said), ("meant", meant)]),
            Self::Service { said, known, .. } => say(
                Saying::ServiceUnknown,
                &[("said", said), ("known", &list(known))],
            ),
            Self::Kind { said, known } => say(
                Saying::KindUnknown,
                &[("said", said), ("known", &list(known))],
            ),
            Self::Level { said, known } => say(
                Saying::LevelUnknown,
                &[("said", said), ("known", &list(known))],
            ),
            Self::Feeling { said, known } => say(
                Saying::FeelingUnknown,
                &[("said", said), ("known", &list(known))],
            ),
            Self::Item { said, count } => say(
                Saying::ItemUnknown,
                &[("said", said), ("count", &count.to_string())],
            ),
            Self::Person { said } => say(Saying::PersonUnknown, &[("said", said)]),
            Self::NotATime { said } => say(Saying::NotATime, &[("said", said)]),
            Self::Future { time } => say(Saying::TimeInFuture, &[("time", &clock(*time, zone))]),
            Self::LongBefore { time, declared } => say(
                Saying::TimeLongBefore,
                &[
                    ("time", &clock(*time, zone)),
                    ("declared", &clock(*declared, zone)),
                ],
            ),
            Self::RecoveredBeforeDetected {
                recovered,
                detected,
            } => say(
                Saying::RecoveredBeforeDetected,
                &[
                    ("recovered", &clock(*recovered, zone)),
                    ("detected", &clock(*detected, zone)),
                ],
            ),
            Self::NothingToWithdraw => say(Saying::NothingToWithdraw, &[]),
            Self::Open { verb, ends } => {
                let ends: Vec<String> = ends.iter().map(|end| open_end(end, lang)).collect();
                let saying = match verb {
                    Verb::Archive => Saying::StillOpenToArchive,
                    _ => Saying::StillOpenToResolve,
                };
                say(saying, &[("open", &list(&ends))])
            }
            Self::Over => say(Saying::ItIsOver, &[]),
            Self::NotOver => say(Saying::ItIsNotOver, &[]),
            Self::Empty => say(Saying::NoText, &[]),
            Self::TooLong { most } => say(Saying::TooLong, &[("most", &most.to_string())]),
            Self::PostmortemThere { url } => say(Saying::PostmortemThere, &[("url", url)]),
            Self::Missing { label } => say(Saying::SectionEmpty, &[("label", label)]),
        }
    }
}

/// What is open, in words.
pub fn open_end(end: &OpenEnd, lang: Lang) -> String {
    match end {
        OpenEnd::NotRecovered => Saying::OpenNotRecovered.say(lang).to_owned(),
        OpenEnd::NotResolved => Saying::OpenNotResolved.say(lang).to_owned(),
        OpenEnd::Items(count) => fill(Saying::OpenItems, lang, &[("count", &count.to_string())]),
        OpenEnd::NoPostmortem => Saying::OpenNoPostmortem.say(lang).to_owned(),
        OpenEnd::PostmortemOpen => Saying::OpenPostmortem.say(lang).to_owned(),
        OpenEnd::Actions(count) => {
            fill(Saying::OpenActions, lang, &[("count", &count.to_string())])
        }
    }
}

/// A command of this verb, written out.
fn example(verb: Verb) -> Saying {
    match verb {
        Verb::Open => Saying::ExampleDeclare,
        Verb::Handler => Saying::ExampleHandler,
        Verb::Level => Saying::ExampleLevel,
        Verb::Feeling => Saying::ExampleFeeling,
        Verb::Detected => Saying::ExampleDetected,
        Verb::Responded => Saying::ExampleResponded,
        Verb::Recovered => Saying::ExampleRecovered,
        Verb::Check => Saying::ExampleCheck,
        Verb::Note => Saying::ExampleNote,
        Verb::Summary => Saying::ExampleSummary,
        Verb::Call => Saying::ExampleCall,
        Verb::Postmortem => Saying::ExamplePostmortem,
        Verb::Resolve => Saying::ExampleResolve,
        Verb::Reopen => Saying::ExampleReopen,
        Verb::Archive => Saying::ExampleArchive,
    }
}
