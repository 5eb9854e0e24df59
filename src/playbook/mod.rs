//! What an organisation wants its own: a file in the postmortem repository, `.github/sssbot.yaml`.
//! An empty file, or none, is a playbook too: everything has a default.

mod annotate;
mod asked;
mod classes;
mod compare;
mod defaults;
mod mirror;
mod people;
mod read;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
mod wording;
mod words;

use jiff::tz::TimeZone;

use crate::i18n::Lang;

pub use crate::yaml::Problem;
pub use annotate::{ANNOTATIONS_A_CALL, Annotation, Loudness, annotations};
pub use asked::LabelMeans;
pub use classes::{Feeling, IncidentType, Item, Level, Service};
pub use compare::{Change, compare};
pub use mirror::{Mirror, MuteBots};
pub use people::{Allowed, Called, ChannelRef, Permissions, Verb};
pub use read::{parse, schema};
pub use settings::{
    Channels, DateForm, DrillWord, Intervals, Labels, Links, Postmortem, Remind, Teams, Timekeeper,
};
pub use wording::{Named, Wording};
pub use words::{Colour, Label, Words};

/// Where the file stands in the postmortem repository.
pub const PATH: &str = ".github/sssbot.yaml";

/// What the organisation has said.
#[derive(Debug, Clone, PartialEq)]
pub struct Playbook {
    /// The language of what the bot says; `None` leaves it to the deployment.
    pub language: Option<Lang>,
    /// The zone in which times are shown. Japan's unless said otherwise.
    pub time_zone: TimeZone,
    /// Who is told when this file does not read.
    pub owners: Called,
    /// What can break, in the order of the menu; never empty.
    pub services: Vec<Service>,
    /// What kinds of incidents there are, in the order of the buttons; never empty.
    pub types: Vec<IncidentType>,
    /// How bad it can be, the lightest first; never empty.
    pub levels: Vec<Level>,
    /// How bad it can feel, in the order of the menu; never empty.
    pub feelings: Vec<Feeling>,
    /// How an incident's channel is named.
    pub channels: Channels,
    /// Where every incident is announced.
    pub broadcast: Vec<ChannelRef>,
    /// Where a drill is announced; `None`: where an incident would be.
    pub broadcast_drills: Option<Vec<ChannelRef>>,
    /// Who is invited to every incident.
    pub invite: Called,
    /// What the one who made the channel is asked at once.
    pub questions: Vec<Words>,
    /// Where people find more.
    pub links: Links,
    /// When the bot speaks up by itself.
    pub intervals: Intervals,
    /// As whom it says how much time has passed.
    pub timekeeper: Timekeeper,
    /// What is written afterwards.
    pub postmortem: Postmortem,
    /// Verbs that not everybody may use.
    pub permissions: Permissions,
    /// Labels that stand for neither a service nor a type nor a level.
    pub labels: Labels,
    /// The emoji, without colons, with which a person marks a message for the record.
    pub reaction: String,
    /// Sentences that the organisation says its own way.
    pub wording: Wording,
    /// What of GitHub goes to Slack.
    pub mirror: Mirror,
    /// What becomes of the team definitions.
    pub teams: Teams,
}

impl Playbook {
    /// Where people are asked about groups that Slack has otherwise.
    pub fn teams_channel(&self) -> Option<&ChannelRef> {
        self.teams.channel.as_ref().or(self.broadcast.first())
    }
}
