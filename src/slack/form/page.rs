//! Messages with something to press, the card of something that goes on, and Home tabs.

use serde_json::{Value, json};

use super::sheet::{MESSAGE, Sheet, VIEW};
use super::{Control, Line, Part, Piece, Tasks};
use crate::slack::render::form::line;
use crate::slack::render::{Rendered, Style};

/// How much a notification shows; an update takes no longer text than 4,000 characters.
const GLANCE: usize = 2_900;

/// A message: what it is about, and what there is to read, to press and to tick.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Panel {
    /// What it is about; the notification says this and no more.
    pub headline: Line,
    /// All below it.
    pub parts: Vec<Part>,
}

impl Panel {
    /// Text and blocks for a message.
    pub fn render(&self, style: &Style<'_>) -> Rendered {
        let mut sheet = Sheet::new(style);
        sheet.line(&self.headline);
        for part in &self.parts {
            sheet.part(part);
        }
        Rendered {
            text: line(&self.headline, style, GLANCE),
            blocks: sheet.finish(MESSAGE),
        }
    }
}

/// How something stands, in a message that is kept up to date: the same order always, so that
/// people know where to look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// What it is, at most 150 characters.
    pub title: String,
    /// How it stands, in a sentence.
    pub summary: Line,
    /// Names and what belongs to each.
    pub facts: Vec<(String, Line)>,
    /// More to know, each a line of its own.
    pub notes: Vec<Line>,
    /// What is to be done.
    pub tasks: Option<Tasks>,
    /// What can be pressed.
    pub controls: Vec<Control>,
    /// Small words at the end: links, when it was changed.
    pub foot: Line,
}

impl Card {
    /// Text and blocks for a message.
    pub fn render(&self, style: &Style<'_>) -> Rendered {
        let mut sheet = Sheet::new(style);
        sheet.title(&self.title);
        if !self.summary.is_empty() {
            sheet.line(&self.summary);
        }
        sheet.facts(&self.facts);
        for note in &self.notes {
            sheet.line(note);
        }
        if let Some(tasks) = &self.tasks {
            sheet.tasks(tasks);
        }
        sheet.controls(&self.controls);
        if !self.foot.is_empty() {
            sheet.part(&Part::Small(self.foot.clone()));
        }
        let mut glance = vec![Piece::Strong(self.title.clone())];
        if !self.summary.is_empty() {
            glance.push(Piece::Text("\n".to_owned()));
            glance.extend(self.summary.iter().cloned());
        }
        Rendered {
            text: line(&glance, style, GLANCE),
            blocks: sheet.finish(MESSAGE),
        }
    }
}

/// Somebody's Home tab of the app.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// All that stands there.
    pub parts: Vec<Part>,
    /// What comes back with every press there, at most 3,000 characters; left out when longer.
    pub private: String,
}

impl Home {
    /// The view for [`Slack::publish_home`](crate::slack::Slack::publish_home).
    pub fn render(&self, style: &Style<'_>) -> Value {
        let mut sheet = Sheet::new(style);
        for part in &self.parts {
            sheet.part(part);
        }
        let mut view = json!({"type": "home", "blocks": sheet.finish(VIEW)});
        if crate::slack::render::form::units(&self.private) <= 3_000 {
            view["private_metadata"] = self.private.as_str().into();
        }
        view
    }
}
