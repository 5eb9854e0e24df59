//! Plans in which incidents are declared, led and ended, in Slack and on GitHub at once.
//!
//! What a plan does not do, since nobody could say what should come of it: press anything in Slack
//! while Slack or sssbot is away (there Slack shows an error, and sends nothing again), lose an event
//! of Slack's for good (Slack has no log of them), and say the same thing twice.

mod judge;
mod look;
mod plan;
mod record;
mod script;
mod timers;
mod writer;

pub(super) use judge::judge;
pub(super) use look::look;
pub(super) use plan::plan;
pub(super) use script::{Book, write};

/// An incident, by the place of its service in [`SERVICES`].
pub(super) type Case = usize;

/// The services: of each there is one incident at most.
pub(super) const SERVICES: [&str; 3] = ["shop", "search", "pay"];
/// Who takes part; known on both sides by the same name.
pub(super) const PEOPLE: [&str; 4] = ["hanako", "taro", "jiro", "saburo"];
/// The checklist of each level, by the ids of its items.
const LISTS: [&[&str]; 3] = [
    &["notice"],
    &["notice", "assign"],
    &["notice", "social", "assign"],
];
/// What people see of an item.
const ITEMS: [(&str, &str); 3] = [
    ("notice", "Is the notice for users out?"),
    ("social", "Is it announced on social media?"),
    (
        "assign",
        "Has everything that is left somebody who does it?",
    ),
];

/// The channel of a service's incident.
pub(super) fn channel(case: Case) -> String {
    format!("{}-20210101i", SERVICES[case])
}

/// How an incident begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A mention, its button, and the form.
    Mention,
    /// `/incident`, and the form.
    Slash,
    /// Two people send the form off in the same moment.
    Twice,
    /// The issue form on GitHub.
    Form,
    /// An issue that is called like a channel which is there already, as people did it before.
    Title,
    /// A message that says what is wrong, and its shortcut.
    Alert,
    /// The button in their Home tab.
    Home,
}

impl Start {
    /// Whether it begins in Slack.
    pub(super) fn in_slack(self) -> bool {
        !matches!(self, Self::Form | Self::Title)
    }
}

/// With what something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// A mention with words.
    Typed,
    /// The menu, and its dialog where it has one.
    Menu,
    /// A comment on the issue.
    Comment,
    /// What GitHub has itself: a label, an assignee, closing.
    Native,
}

impl Hand {
    /// Whether it is done in Slack.
    pub(super) fn in_slack(self) -> bool {
        matches!(self, Self::Typed | Self::Menu)
    }
}

/// What somebody does about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Lead,
    Level(u8),
    /// So many minutes after nine.
    Detected(u8),
    Recovered,
    Note(u32),
    /// An item, by its place in the list of the level that it has then.
    Tick(usize),
    Talk,
    Resolve,
    Reopen,
    Archive,
}

/// One thing that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Declare {
        case: Case,
        who: &'static str,
        start: Start,
        word: u32,
    },
    Act {
        case: Case,
        who: &'static str,
        act: Act,
        hand: Hand,
    },
    /// A side goes away, or comes back.
    Away { slack: bool, away: bool },
}

impl Deed {
    /// Whether it is done in Slack.
    pub(super) fn in_slack(self) -> bool {
        match self {
            Self::Declare { start, .. } => start.in_slack(),
            Self::Act { hand, .. } => hand.in_slack(),
            Self::Away { .. } => false,
        }
    }
}
