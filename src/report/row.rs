//! One incident, as far as it is counted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::id::{ServiceId, TypeId};
use crate::incident::{Incident, Moment, Phase};

/// One incident, without its people: only how many they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its channel's name, without `#`.
    pub channel: String,
    /// Its issue's number.
    pub number: u64,
    /// Its issue's page.
    pub url: String,
    /// Its service.
    pub service: ServiceId,
    /// Its level, where somebody has said one.
    pub level: Option<u8>,
    /// Its type, where somebody has said one.
    #[serde(rename = "type")]
    pub kind: Option<TypeId>,
    /// Whether it was practice.
    pub drill: bool,
    /// What it was about, in a line.
    pub title: String,
    /// When it was declared.
    pub opened: Timestamp,
    /// When it was detected, where that was said.
    pub detected: Option<Timestamp>,
    /// When somebody first did something about it.
    pub responded: Option<Timestamp>,
    /// When its effect was gone.
    pub recovered: Option<Timestamp>,
    /// When all work was done.
    pub resolved: Option<Timestamp>,
    /// How many people did or said something on record.
    pub people: usize,
    /// How many action items are still to be done.
    pub left: usize,
    /// How far it is.
    pub state: State,
}

/// How far an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is known that there is one.
    Declared,
    /// Somebody does something about it.
    Responding,
    /// Its effect is gone.
    Recovered,
    /// All work is done.
    Resolved,
    /// Its channel is closed.
    Archived,
}

impl State {
    /// Whether work is left.
    pub fn is_open(self) -> bool {
        self < Self::Resolved
    }

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Responding => "responding",
            Self::Recovered => "recovered",
            Self::Resolved => "resolved",
            Self::Archived => "archived",
        }
    }

    /// The word for people.
    pub fn say(self, lang: Lang) -> &'static str {
        let saying = match self {
            Self::Declared => Saying::PhaseDeclared,
            Self::Responding => Saying::PhaseResponding,
            Self::Recovered => Saying::PhaseRecovered,
            Self::Resolved => Saying::PhaseResolved,
            Self::Archived => Saying::PhaseArchived,
        };
        saying.say(lang)
    }
}

/// Something that takes time in an incident. See the room's own words for what each is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// From the detection to the declaration.
    Detect,
    /// From the start to the first response.
    Respond,
    /// From the start to the recovery: the Four Keys' time to restore service.
    Recover,
    /// From the start to the resolution.
    Resolve,
}

impl Measure {
    /// All of them, in the order of an incident.
    pub const ALL: [Self; 4] = [Self::Detect, Self::Respond, Self::Recover, Self::Resolve];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Respond => "respond",
            Self::Recover => "recover",
            Self::Resolve => "resolve",
        }
    }
}

impl Row {
    /// The row of an incident; `None` while it has no issue, since nobody could look at it.
    pub fn of(incident: &Incident) -> Option<Self> {
        let issue = incident.issue.as_ref()?;
        let summary = line(&incident.summary.value);
        Some(Self {
            channel: line(&incident.channel.name),
            number: issue.number,
            url: issue.url.clone(),
            service: incident.service.value.clone(),
            level: incident.level.as_ref().map(|level| level.value),
            kind: incident.kind.as_ref().map(|kind| kind.value.clone()),
            drill: incident.drill,
            title: match summary.is_empty() {
                true => line(&issue.title),
                false => summary,
            },
            opened: incident.declared,
            detected: incident.time(Moment::Detected),
            responded: incident.time(Moment::Responded),
            recovered: incident.time(Moment::Recovered),
            resolved: incident.resolved.as_ref().map(|resolved| resolved.at),
            people: incident.people.len(),
            left: incident.aftermath.open_actions().count(),
            state: match incident.phase() {
                Phase::Declared => State::Declared,
                Phase::Responding => State::Responding,
                Phase::Recovered => State::Recovered,
                Phase::Resolved => State::Resolved,
                Phase::Archived => State::Archived,
            },
        })
    }

    /// From when its times are counted.
    pub fn began(&self) -> Timestamp {
        self.detected.unwrap_or(self.opened)
    }

    /// How long something took, in whole seconds; `None` where that is not known, or would be less
    /// than nothing.
    pub fn took(&self, measure: Measure) -> Option<i64> {
        let (from, to) = match measure {
            Measure::Detect => (self.detected?, self.opened),
            Measure::Respond => (self.began(), self.responded?),
            Measure::Recover => (self.began(), self.recovered?),
            Measure::Resolve => (self.began(), self.resolved?),
        };
        (to >= from).then(|| to.duration_since(from).as_secs())
    }
}

/// The first line of a text that has anything in it, without what a terminal would obey.
fn line(text: &str) -> String {
    /// The most characters of a title that are kept.
    const LONGEST: usize = 200;
    let lines = text.lines().map(str::trim);
    let first = lines
        .map(|line| line.trim_start_matches('#').trim())
        .find(|line| !line.is_empty());
    let plain = |c: &char| {
        !c.is_control() && !matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let first = first.unwrap_or_default().chars().filter(plain);
    first.take(LONGEST).collect()
}
