//! What is said about an incident, in the form that Slack takes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::press;
use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::id::DoneKey;
use crate::incident::Rules;
use crate::incident::time::clock;
use crate::incident::view::{Act, Bit, Check, Line, Persona, Said, Tone};
use crate::slack;
use crate::slack::form::{Button, Choice, Control, Menu, Panel, Part, Piece, Task, Tasks};
use crate::slack::render::Style;

/// Drop what you do.
const RED: &str = "#e01e5a";
/// Look at the time.
const YELLOW: &str = "#ecb22e";
/// It is over.
const GREEN: &str = "#2eb67d";

/// A message as Slack takes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct Spoken {
    /// The notification.
    pub text: String,
    /// What is shown.
    pub blocks: Vec<Value>,
    /// As whom, where that is not simply the bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub face: Option<Face>,
}

impl Spoken {
    /// What was said by a process whose database is gone.
    pub(in crate::engine) fn unknown() -> Self {
        Self {
            text: String::new(),
            blocks: Vec::new(),
            face: None,
        }
    }
}

/// As whom something is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Face {
    /// The name; empty for the bot's own.
    pub name: String,
    /// An emoji between colons; empty for the bot's own face.
    pub icon: String,
    /// The colour of the bar: `#ecb22e`.
    pub colour: Option<String>,
}

impl Face {
    /// For [`slack::Slack::post_as`].
    pub(in crate::engine) fn persona(&self) -> slack::Persona<'_> {
        slack::Persona {
            name: &self.name,
            icon: &self.icon,
            colour: self.colour.as_deref(),
        }
    }
}

/// Writes a message for Slack. Its buttons carry the key of the incident that it is about, so that
/// a press counts for that one wherever the message stands. People and groups that it names are
/// called, and nothing else in it can call anybody.
pub(in crate::engine) fn spoken(
    said: &Said,
    incident: Option<&DoneKey>,
    lang: Lang,
    rules: &Rules,
    style: &Style<'_>,
) -> Spoken {
    let write = |line: &Line| pieces(line, rules, style);
    let mut headline = Vec::new();
    if !said.icon.is_empty() {
        headline.push(Piece::Text(format!("{} ", said.icon)));
    }
    headline.extend(write(&said.headline));
    let mut parts = Vec::new();
    if !said.lines.is_empty() {
        parts.push(Part::Line(below_each_other(said.lines.iter().map(write))));
    }
    if !said.fields.is_empty() {
        let fields = said.fields.iter();
        let facts = fields.map(|(name, what)| ((*name).to_owned(), write(what)));
        parts.push(Part::Facts(facts.collect()));
    }
    for (question, yes) in &said.choices {
        parts.push(Part::Row {
            line: write(question),
            control: button(yes, 0, incident, lang, rules),
        });
    }
    if !said.checks.is_empty() {
        parts.push(Part::Tasks(tasks(&said.checks)));
    }
    let mut opens = 0;
    let mut controls: Vec<Control> = Vec::new();
    for act in &said.acts {
        controls.push(button(act, opens, incident, lang, rules));
        opens += usize::from(matches!(act, Act::Open { .. }));
    }
    controls.extend(menu(&said.menu, incident, lang, rules));
    if !controls.is_empty() {
        parts.push(Part::Controls(controls));
    }
    let rendered = Panel { headline, parts }.render(style);
    Spoken {
        text: rendered.text,
        blocks: rendered.blocks,
        face: face(said, lang, rules),
    }
}

/// A line as Slack's forms have it. Times are to the second and in the playbook's zone: these are
/// read out in calls and copied into reports.
pub(super) fn pieces(line: &Line, rules: &Rules, style: &Style<'_>) -> Vec<Piece> {
    let piece = |bit: &Bit| match bit {
        Bit::Text(text) => Piece::Text(text.clone()),
        Bit::Strong(text) => Piece::Strong(text.clone()),
        Bit::Code(text) => Piece::Code(text.clone()),
        Bit::Link { url, text } => Piece::Link {
            url: url.clone(),
            text: text.clone(),
        },
        Bit::Time(time) => Piece::Text(clock(*time, rules.zone())),
        Bit::Who(who) => {
            let login = who.login.as_ref();
            // Whoever was named on GitHub only may be known by now.
            let known = login.and_then(|login| style.people.by_login(login.as_str()));
            let id = who.slack.as_ref().or(known.map(|known| &known.slack));
            match (id, login) {
                (Some(id), _) => Piece::Member(id.clone()),
                (None, Some(login)) => Piece::Person(login.clone()),
                (None, None) => Piece::Text(who.called().to_owned()),
            }
        }
        Bit::Group(group) => Piece::Group(group.clone()),
        Bit::Channel { id: Some(id), .. } => Piece::Channel(id.clone()),
        Bit::Channel { id: None, name } => Piece::Text(format!("#{name}")),
    };
    line.iter().map(piece).collect()
}

/// Lines, one below the other.
pub(super) fn below_each_other(lines: impl Iterator<Item = Vec<Piece>>) -> Vec<Piece> {
    let mut all = Vec::new();
    for line in lines {
        if !all.is_empty() {
            all.push(Piece::Text("\n".to_owned()));
        }
        all.extend(line);
    }
    all
}

fn button(act: &Act, nth: usize, incident: Option<&DoneKey>, lang: Lang, rules: &Rules) -> Control {
    let (action, url) = match act {
        Act::Open { url, .. } => (press::nth_open(nth), Some(url.clone())),
        act => (press::word(act).to_owned(), None),
    };
    Control::Button(Button {
        action,
        text: act.label(rules, lang).into_owned(),
        value: press::value(act, incident),
        tone: match act {
            Act::Declare { .. } | Act::TakeHandler => slack::form::Tone::Primary,
            _ => slack::form::Tone::Plain,
        },
        url,
        ..Button::default()
    })
}

fn tasks(checks: &[Check]) -> Tasks {
    let task = |check: &Check| Task {
        value: check.item.clone(),
        text: check.text.clone(),
        done: check.done,
    };
    Tasks {
        action: press::CHECK.to_owned(),
        tasks: checks.iter().map(task).collect(),
    }
}

/// F1: the menu, so that nobody types commands.
fn menu(acts: &[Act], incident: Option<&DoneKey>, lang: Lang, rules: &Rules) -> Option<Control> {
    let choice = |act: &Act| Choice {
        value: press::choice(act, incident),
        text: act.label(rules, lang).into_owned(),
        note: None,
    };
    (!acts.is_empty()).then(|| {
        Control::Menu(Menu {
            action: press::MENU.to_owned(),
            hint: Saying::Commands.say(lang).to_owned(),
            choices: acts.iter().map(choice).collect(),
            chosen: None,
        })
    })
}

fn face(said: &Said, lang: Lang, rules: &Rules) -> Option<Face> {
    let timekeeper = &rules.playbook.timekeeper;
    match said.persona {
        Persona::Timekeeper => Some(Face {
            name: timekeeper.name.say(lang).to_owned(),
            icon: between_colons(&timekeeper.icon),
            colour: Some(timekeeper.colour.to_string()),
        }),
        Persona::Sssbot => {
            let colour = match said.tone {
                Tone::Plain => return None,
                Tone::Notice => YELLOW,
                Tone::Alarm => RED,
                Tone::Relief => GREEN,
            };
            Some(Face {
                name: String::new(),
                icon: String::new(),
                colour: Some(colour.to_owned()),
            })
        }
    }
}

/// A face by its name: Slack takes no other. Of the emoji themselves, those that one would give a
/// timekeeper are known.
fn between_colons(icon: &str) -> String {
    let icon = icon.trim();
    let bare = icon.trim_end_matches('\u{fe0f}');
    let named = [
        ("⏱", ":stopwatch:"),
        ("⏰", ":alarm_clock:"),
        ("⏲", ":timer_clock:"),
        ("⌚", ":watch:"),
        ("⏳", ":hourglass_flowing_sand:"),
        ("⌛", ":hourglass:"),
        ("🕰", ":mantelpiece_clock:"),
        ("🐙", ":octopus:"),
        ("🤖", ":robot_face:"),
    ];
    let is_name = bare.len() > 2 && bare.starts_with(':') && bare.ends_with(':');
    if is_name {
        return bare.to_owned();
    }
    let known = named.into_iter().find(|(emoji, _)| *emoji == bare);
    known.map_or(":stopwatch:", |(_, name)| name).to_owned()
}

#[cfg(test)]
mod tests;
