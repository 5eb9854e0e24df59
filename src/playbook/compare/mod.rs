//! What a new playbook would change, said so that a person can tell whether it is meant.

mod facets;
mod say;

use std::collections::BTreeSet;

use crate::i18n::Lang;
use crate::id::{FeelingId, ServiceId, TypeId};

use super::Playbook;
use super::people::Verb;
use super::wording::Named;
use facets::Is;

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    /// All incidents.
    Everything,
    /// A service.
    Service(ServiceId),
    /// A type.
    Type(TypeId),
    /// A level.
    Level(u8),
    /// A feeling.
    Feeling(FeelingId),
}

/// What of a subject can change: the fields of the playbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Facet {
    Language,
    TimeZone,
    Owners,
    Services,
    Types,
    Levels,
    Feelings,
    Date,
    DrillWord,
    Broadcast,
    BroadcastDrills,
    Invite,
    Questions,
    Manual,
    Help,
    Video,
    AskForHandler,
    TimekeeperEvery,
    Silence,
    TimekeeperName,
    TimekeeperIcon,
    TimekeeperColour,
    PostmortemName,
    PostmortemOptional,
    PostmortemFolder,
    PostmortemTemplate,
    PostmortemQuote,
    PostmortemRemind,
    May(Verb),
    DrillLabel,
    PostmortemLabel,
    ActionLabel,
    Reaction,
    Sentence(Named),
    MuteBots,
    MuteDrafts,
    ReportUnreachable,
    TeamsChannel,
    Name,
    Aliases,
    Team,
    Icon,
    Question,
    OnlyServices,
    Meaning,
    Instruction,
    Checklist,
    Label,
}

/// How something changes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Turn {
    /// It was not there.
    Added,
    /// It is there no longer.
    Removed,
    /// A single value: what it was, and what it is; `None`: nothing.
    Set(Facet, Option<String>, Option<String>),
    /// A list: what it has more, and what it has no longer.
    Listed(Facet, Vec<String>, Vec<String>),
    /// A list has the same in another order, which is this.
    Reordered(Facet, Vec<String>),
}

/// One change. `Display` says it in one line of plain text: what stands in the playbook stands in
/// it, so escape it where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    subject: Subject,
    turn: Turn,
    lang: Lang,
}

/// What is different in `new`, in the order of the file; nothing when they say the same. `lang` is
/// the reader's language.
pub fn compare(old: &Playbook, new: &Playbook, lang: Lang) -> Vec<Change> {
    let (old, new) = (facets::of(old, lang), facets::of(new, lang));
    let mut changes = Vec::new();
    let mut note = |subject: &Subject, turn| {
        changes.push(Change {
            subject: subject.clone(),
            turn,
            lang,
        });
    };
    for (subject, _) in &old {
        if !new.iter().any(|(own, _)| own == subject) {
            note(subject, Turn::Removed);
        }
    }
    for (subject, facets) in &new {
        let before = old.iter().find(|(own, _)| own == subject);
        if before.is_none() {
            note(subject, Turn::Added);
        }
        for (facet, is) in facets {
            let turn = match before {
                Some((_, before)) => {
                    let was = before.iter().find(|(own, _)| own == facet);
                    turn(*facet, was.map(|(_, was)| was), is)
                }
                // Of what is new it matters who is called and told; the rest is in the file.
                None if facet.is_loud() => turn(*facet, None, is),
                None => None,
            };
            if let Some(turn) = turn {
                note(subject, turn);
            }
        }
    }
    changes
}

fn turn(facet: Facet, was: Option<&Is>, is: &Is) -> Option<Turn> {
    if was == Some(is) {
        return None;
    }
    match (was, is) {
        (Some(Is::One(was)), Is::One(is)) => Some(Turn::Set(facet, was.clone(), is.clone())),
        (_, Is::One(is)) => is.clone().map(|is| Turn::Set(facet, None, Some(is))),
        (was, Is::Many(is)) => {
            let was = match was {
                Some(Is::Many(was)) => was.as_slice(),
                _ => &[],
            };
            let (before, after): (BTreeSet<_>, BTreeSet<_>) =
                (was.iter().collect(), is.iter().collect());
            let more: Vec<String> = is
                .iter()
                .filter(|one| !before.contains(one))
                .cloned()
                .collect();
            let less: Vec<String> = was
                .iter()
                .filter(|one| !after.contains(one))
                .cloned()
                .collect();
            if facet.is_order() {
                // What came and went is told of each of them.
                let of_both = |all: &[String]| -> Vec<String> {
                    let both = all
                        .iter()
                        .filter(|one| before.contains(one) && after.contains(one));
                    both.cloned().collect()
                };
                let turned = of_both(was) != of_both(is);
                return turned.then(|| Turn::Reordered(facet, is.clone()));
            }
            match (more.is_empty() && less.is_empty(), is.is_empty()) {
                (false, _) => Some(Turn::Listed(facet, more, less)),
                (true, false) => Some(Turn::Reordered(facet, is.clone())),
                (true, true) => None,
            }
        }
    }
}

impl Facet {
    /// Whether it is only the order of things that are subjects themselves.
    fn is_order(self) -> bool {
        matches!(
            self,
            Self::Services | Self::Types | Self::Levels | Self::Feelings
        )
    }

    /// Whether people hear of it.
    fn is_loud(self) -> bool {
        matches!(
            self,
            Self::Broadcast | Self::Invite | Self::Team | Self::Owners
        )
    }
}
