//! What people press, fill in and read, as plain data, and how Slack shows it.
//!
//! Whoever builds one of these says what is meant; nothing here is Slack's own form, and no text
//! has to be escaped, cut or counted before. Whatever goes in, what comes out is something that
//! Slack takes: texts are cut with `…`, long lists are spread over several elements, and of what
//! still is too much the lines go first, from the end, and never what can be pressed. Only what
//! cannot be used is left out silently: an element without a name, a value that is too long to come
//! back whole.
//!
//! * [`Panel`], [`Card`]: messages, for [`Slack::post`](super::Slack::post) and its like.
//! * [`Home`]: for [`Slack::publish_home`](super::Slack::publish_home).
//! * [`Modal`]: for [`Slack::open_view`](super::Slack::open_view); what comes back is
//!   [`inbound::Submitted`](super::inbound::Submitted), with the fields by their names, and
//!   [`Verdict`] is the answer.

mod element;
mod modal;
mod page;
mod sheet;

use jiff::Timestamp;

use crate::id::{ChannelId, Login, SlackUserId};

pub use modal::{Entry, Field, Input, Modal, Verdict};
pub use page::{Card, Home, Panel};

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words; line breaks are kept.
    Text(String),
    /// The same, in bold.
    Strong(String),
    /// A name or a command, as it is typed.
    Code(String),
    /// A link; only its words where it may not be one.
    Link {
        /// Where it leads.
        url: String,
        /// Its words.
        text: String,
    },
    /// A moment, which everybody sees in their own time zone.
    Time(Timestamp),
    /// Somebody by their login on GitHub: a link to their page in Slack, which calls nobody; the
    /// bare name where nobody knows who that is in Slack.
    Person(Login),
    /// Somebody by their id in Slack. It calls them, in a message that is new and that they can
    /// see. Only this and [`Piece::Group`] do.
    Member(SlackUserId),
    /// A user group by its id, `S…`: it calls all who are in it. Anything else, such as a handle,
    /// is words.
    Group(String),
    /// A channel: a link to it, under the name that it has when it is read.
    Channel(ChannelId),
}

/// Some pieces, one behind the other.
pub type Line = Vec<Piece>;

/// Something that stands in a message, a dialog or a Home tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Large words.
    Title(String),
    /// Words.
    Line(Line),
    /// Names and what belongs to each, in two columns.
    Facts(Vec<(String, Line)>),
    /// Small, grey words.
    Small(Line),
    /// A line across.
    Rule,
    /// Words with something to press beside them.
    Row {
        /// The words.
        line: Line,
        /// What can be pressed.
        control: Control,
    },
    /// Things to press, side by side.
    Controls(Vec<Control>),
    /// Things to tick off.
    Tasks(Tasks),
}

/// Something to press or to choose from. What comes back is an
/// [`inbound::Action`](super::inbound::Action) with the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// A button.
    Button(Button),
    /// A list to choose one of.
    Menu(Menu),
    /// A list of all people, to choose one of.
    Person {
        /// Its name, at most 255 characters.
        action: String,
        /// What stands there before one is chosen.
        hint: String,
    },
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Button {
    /// Its name, at most 255 characters.
    pub action: String,
    /// What it says, at most 75 characters.
    pub text: String,
    /// What comes back with a press, at most 2,000 characters. Everybody can read it.
    pub value: String,
    /// How it looks.
    pub tone: Tone,
    /// What is asked before it counts.
    pub confirm: Option<Confirm>,
    /// Where a press leads; it comes back all the same.
    pub url: Option<String>,
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As any other.
    #[default]
    Plain,
    /// What most will want; one of a group.
    Primary,
    /// What cannot be undone.
    Danger,
}

/// A question before something counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// Above it, at most 100 characters.
    pub title: String,
    /// The question, at most 300.
    pub text: String,
    /// To go on, at most 30.
    pub yes: String,
    /// To go back, at most 30.
    pub no: String,
}

/// A list to choose one of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// Its name, at most 255 characters.
    pub action: String,
    /// What stands there before one is chosen.
    pub hint: String,
    /// What there is to choose; the first thousand, and of those with one value the first.
    pub choices: Vec<Choice>,
    /// The value of what is chosen already.
    pub chosen: Option<String>,
}

/// One of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What comes back, at most 150 characters.
    pub value: String,
    /// What it says: 75 characters, and as many below in small.
    pub text: String,
    /// More about it, in small; where it is given, `text` is cut.
    pub note: Option<String>,
}

/// Things to tick off. What comes back names what is ticked and what was offered *in one group of
/// ten*: a task that was not offered there is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tasks {
    /// The name of every group.
    pub action: String,
    /// The tasks, in order.
    pub tasks: Vec<Task>,
}

/// One thing to tick off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What comes back, at most 150 characters.
    pub value: String,
    /// What is to be done: 75 characters, and as many below in small.
    pub text: String,
    /// Whether it is.
    pub done: bool,
}
