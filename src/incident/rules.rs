//! The playbook that an incident goes by, and what the core asks of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::wording::plain;
use crate::i18n::Lang;
use crate::id::{ServiceId, TypeId};
use crate::playbook::{
    Called, ChannelRef, Feeling, IncidentType, Label, LabelMeans, Level, Named, Playbook, Service,
};

/// Something that other channels are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum News {
    /// There is an incident.
    Declared,
    /// Its level.
    Level,
    /// It has recovered.
    Recovered,
    /// It has not, after all.
    NotRecovered,
    /// It is resolved.
    Resolved,
    /// It goes on.
    Reopened,
    /// What a person wants them to know.
    Announced,
}

/// The playbook of an incident, at the commit that its record names, in the bot's language.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The organisation's rules.
    pub playbook: Arc<Playbook>,
    /// The language of the record and of the channel.
    pub lang: Lang,
}

impl Default for Rules {
    fn default() -> Self {
        Self::new(Arc::default(), Lang::default())
    }
}

impl Rules {
    /// The rules of this playbook; `lang` is the deployment's, for a playbook that names none.
    pub fn new(playbook: Arc<Playbook>, lang: Lang) -> Self {
        let lang = playbook.language.unwrap_or(lang);
        Self { playbook, lang }
    }

    /// The zone of times that are read and shown.
    pub fn zone(&self) -> &TimeZone {
        &self.playbook.time_zone
    }

    /// The service of this id.
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.playbook.service(id)
    }

    /// The service of a channel's name, which may have a middle segment behind the service
    /// (`sss-ixf7h`): the longest that fits.
    pub fn service_of_channel(&self, segment: &str) -> Option<&Service> {
        self.playbook.service_called(segment).ok().or_else(|| {
            let (shorter, _) = segment.rsplit_once('-')?;
            self.service_of_channel(shorter)
        })
    }

    /// The type of this id.
    pub fn kind(&self, id: &TypeId) -> Option<&IncidentType> {
        self.playbook.incident_type(id)
    }

    /// The type that people call so: by id, name or label, in either language.
    pub fn kind_called(&self, said: &str) -> Option<&IncidentType> {
        let said = plain(said);
        self.playbook.types.iter().find(|kind| {
            let names = kind.name.each().chain(kind.label.name.each());
            names
                .chain([kind.id.as_str()])
                .any(|name| plain(name) == said)
        })
    }

    /// The level of this number.
    pub fn level(&self, number: u8) -> Option<&Level> {
        self.playbook.level(number)
    }

    /// The feeling that people call so: by id or name, whatever else stands beside it
    /// (`💡 BLUE サービスへの影響を調査する`).
    pub fn feeling_called(&self, said: &str) -> Option<&Feeling> {
        let said = plain(said);
        self.playbook.feelings.iter().find(|feeling| {
            let mut names = feeling.name.each().chain([feeling.id.as_str()]);
            names.any(|name| {
                let name = plain(name);
                said == name || said.split_whitespace().any(|word| word == name)
            })
        })
    }

    /// What a label on the issue states: a service, a type or a level; `None` for people's own.
    pub fn label_states(&self, label: &str) -> Option<LabelMeans<'_>> {
        let means = self.playbook.label_means(label)?;
        let states = matches!(
            means,
            LabelMeans::Service(_) | LabelMeans::Type(_) | LabelMeans::Level(_)
        );
        states.then_some(means)
    }

    /// The label's name in the language of the record.
    pub fn label<'a>(&self, label: &'a Label) -> &'a str {
        label.name.say(self.lang)
    }

    /// Whether an issue that has these labels lacks this one, in either language.
    pub(super) fn lacks(&self, has: &BTreeSet<String>, wanted: &str) -> bool {
        let labels = self.playbook.all_labels();
        let known = labels.into_iter().find(|label| label.is_called(wanted));
        !has.iter().any(|label| {
            label.to_lowercase() == wanted.to_lowercase()
                || known.is_some_and(|known| known.is_called(label))
        })
    }

    /// Which channels are told of an incident.
    pub fn told(
        &self,
        service: &ServiceId,
        kind: Option<&TypeId>,
        level: Option<u8>,
        drill: bool,
    ) -> Vec<&ChannelRef> {
        let kind = kind.cloned().unwrap_or_else(|| TypeId::from(""));
        self.playbook.broadcast_to(service, &kind, level, drill)
    }

    /// Who is invited to an incident.
    pub fn invited(&self, service: &ServiceId, kind: Option<&TypeId>, level: Option<u8>) -> Called {
        let kind = kind.cloned().unwrap_or_else(|| TypeId::from(""));
        self.playbook.invited_to(service, &kind, level)
    }

    /// A sentence that the organisation says its own way.
    pub fn own(&self, named: Named, lang: Lang) -> Option<&str> {
        self.playbook.wording.say(named, lang)
    }
}
