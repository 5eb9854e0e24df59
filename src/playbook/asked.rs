//! What others ask a playbook: which service is meant, who is told, what a label stands for.

use unicode_normalization::UnicodeNormalization as _;

use super::Playbook;
use super::classes::{Feeling, IncidentType, Level, Service};
use super::people::{Called, ChannelRef};
use super::words::Label;
use crate::id::{FeelingId, ServiceId, TypeId};
use crate::yaml;

/// What a label on an incident's issue stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelMeans<'a> {
    /// Its service.
    Service(&'a Service),
    /// Its type.
    Type(&'a IncidentType),
    /// Its level.
    Level(&'a Level),
    /// That it is only practice.
    Drill,
    /// That this is a postmortem.
    Postmortem,
    /// That this keeps it from happening again.
    Action,
}

impl Playbook {
    /// The service of this id.
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == *id)
    }

    /// The service that a person means, by id, name or alias, in any width and case of letters.
    ///
    /// # Errors
    /// With the one that was probably meant, if there is one: say that, or list all.
    pub fn service_called(&self, text: &str) -> Result<&Service, Option<&Service>> {
        let wanted = folded(text);
        let called = |service: &Service| service.calls().any(|name| folded(name) == wanted);
        if let Some(service) = self.services.iter().find(|service| called(service)) {
            return Ok(service);
        }
        let names: Vec<(String, &Service)> = self
            .services
            .iter()
            .flat_map(|service| service.calls().map(move |name| (folded(name), service)))
            .collect();
        let among: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        let meant = yaml::meant(&wanted, &among);
        Err(names
            .iter()
            .find(|(name, _)| Some(name.as_str()) == meant)
            .map(|(_, service)| *service))
    }

    /// The type of this id.
    pub fn incident_type(&self, id: &TypeId) -> Option<&IncidentType> {
        self.types.iter().find(|own| own.id == *id)
    }

    /// The types that this service may have.
    pub fn types_of(&self, service: &ServiceId) -> impl Iterator<Item = &IncidentType> {
        self.types
            .iter()
            .filter(move |own| own.services.is_empty() || own.services.contains(service))
    }

    /// The level of this number.
    pub fn level(&self, number: u8) -> Option<&Level> {
        self.levels.iter().find(|level| level.number == number)
    }

    /// The feeling of this id.
    pub fn feeling(&self, id: &FeelingId) -> Option<&Feeling> {
        self.feelings.iter().find(|feeling| feeling.id == *id)
    }

    /// Where something about an incident is announced, each channel once. The level's channels join
    /// in once it is declared.
    pub fn broadcast_to(
        &self,
        service: &ServiceId,
        incident_type: &TypeId,
        level: Option<u8>,
        drill: bool,
    ) -> Vec<&ChannelRef> {
        if let (true, Some(channels)) = (drill, &self.broadcast_drills) {
            return channels.iter().collect();
        }
        let service = self.service(service).map(|own| &own.broadcast);
        let incident_type = self.incident_type(incident_type).map(|own| &own.broadcast);
        let level = level.and_then(|n| self.level(n)).map(|own| &own.broadcast);
        let lists = [Some(&self.broadcast), service, incident_type, level];
        let mut channels: Vec<&ChannelRef> = Vec::new();
        for channel in lists.into_iter().flatten().flatten() {
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        channels
    }

    /// Who is invited to an incident, each once: the service's team first. Those of the level join
    /// in once it is declared.
    pub fn invited_to(
        &self,
        service: &ServiceId,
        incident_type: &TypeId,
        level: Option<u8>,
    ) -> Called {
        let mut called = Called::default();
        if let Some(service) = self.service(service) {
            called.groups.extend(service.team.clone());
            called = called.and(&service.invite);
        }
        called = called.and(&self.invite);
        if let Some(incident_type) = self.incident_type(incident_type) {
            called = called.and(&incident_type.invite);
        }
        match level.and_then(|number| self.level(number)) {
            Some(level) => called.and(&level.invite),
            None => called,
        }
    }

    /// Whether an incident of this level may end without a postmortem. As long as none was
    /// declared, it may not: nobody has said that it is light.
    pub fn postmortem_is_optional(&self, level: Option<u8>) -> bool {
        level.is_some_and(|number| self.postmortem.optional_for.contains(&number))
    }

    /// What a label stands for, by its name in any language and case.
    pub fn label_means(&self, name: &str) -> Option<LabelMeans<'_>> {
        self.labels_and_meanings()
            .into_iter()
            .find(|(label, _)| label.is_called(name))
            .map(|(_, means)| means)
    }

    /// Every label that the repository needs.
    pub fn all_labels(&self) -> Vec<&Label> {
        let all = self.labels_and_meanings();
        all.into_iter().map(|(label, _)| label).collect()
    }

    fn labels_and_meanings(&self) -> Vec<(&Label, LabelMeans<'_>)> {
        let services = self.services.iter();
        let types = self.types.iter();
        let levels = self.levels.iter();
        services
            .map(|own| (&own.label, LabelMeans::Service(own)))
            .chain(types.map(|own| (&own.label, LabelMeans::Type(own))))
            .chain(levels.map(|own| (&own.label, LabelMeans::Level(own))))
            .chain([
                (&self.labels.drill, LabelMeans::Drill),
                (&self.labels.postmortem, LabelMeans::Postmortem),
                (&self.labels.action, LabelMeans::Action),
            ])
            .collect()
    }
}

impl Service {
    /// Everything that it is called: its id, its names, its aliases.
    pub(super) fn calls(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str())
            .chain(self.name.each())
            .chain(self.aliases.iter().map(String::as_str))
    }
}

/// One form for all the ways to write a name.
pub(super) fn folded(text: &str) -> String {
    let text: String = text.trim().nfkc().flat_map(char::to_lowercase).collect();
    text.trim_start_matches('#').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{LabelMeans, Playbook};
    use crate::id::{GroupHandle, ServiceId, TypeId};
    use crate::playbook::{Called, ChannelRef, Words};

    fn shop() -> Playbook {
        let mut playbook = Playbook::default();
        let shop = &mut playbook.services[0];
        shop.id = ServiceId::from("shop");
        shop.name = Words::new("ショップ", "The Shop");
        shop.aliases = vec!["決済".to_owned()];
        shop.team = Some(GroupHandle::from("shop-first"));
        shop.broadcast = vec![channel("shop-dev"), channel("dev")];
        playbook.broadcast = vec![channel("dev")];
        playbook.levels[2].broadcast = vec![channel("leaders")];
        playbook.invite.groups = vec![GroupHandle::from("cto"), GroupHandle::from("shop-first")];
        playbook
    }

    fn channel(name: &str) -> ChannelRef {
        ChannelRef::Name(name.to_owned())
    }

    fn outage() -> TypeId {
        TypeId::from("outage")
    }

    #[test]
    fn a_service_is_known_by_all_its_names() {
        let playbook = shop();
        for text in ["shop", " ＳＨＯＰ ", "ｼｮｯﾌﾟ", "the shop", "決済", "#shop"] {
            let found = playbook.service_called(text).map(|own| own.id.as_str());
            assert_eq!(found, Ok("shop"), "{text}");
        }
        for (text, meant) in [
            ("shpo", Some("shop")),
            ("the shops", Some("shop")),
            ("billing", None),
        ] {
            let found = playbook.service_called(text).unwrap_err();
            assert_eq!(found.map(|own| own.id.as_str()), meant, "{text}");
        }
    }

    #[test]
    fn all_who_should_hear_of_it_do_once() {
        let playbook = shop();
        let shop = ServiceId::from("shop");
        let told = |playbook: &Playbook, level, drill| -> Vec<String> {
            let channels = playbook.broadcast_to(&shop, &outage(), level, drill);
            channels.into_iter().map(ToString::to_string).collect()
        };
        assert_eq!(told(&playbook, None, false), ["#dev", "#shop-dev"]);
        assert_eq!(
            told(&playbook, Some(3), true),
            ["#dev", "#shop-dev", "#leaders"]
        );
        let quiet = Playbook {
            broadcast_drills: Some(vec![channel("training")]),
            ..playbook.clone()
        };
        assert_eq!(told(&quiet, Some(3), true), ["#training"]);
        let unknown = ServiceId::from("old");
        assert_eq!(
            playbook
                .broadcast_to(&unknown, &outage(), None, false)
                .len(),
            1
        );
        assert_eq!(
            playbook.invited_to(&shop, &outage(), None),
            Called {
                groups: vec![GroupHandle::from("shop-first"), GroupHandle::from("cto")],
                people: vec![],
            }
        );
    }

    #[test]
    fn labels_are_understood_in_both_languages() {
        let playbook = shop();
        for name in ["事象レベル3 🔴🔴🔴", "level 3 🔴🔴🔴"] {
            let Some(LabelMeans::Level(level)) = playbook.label_means(name) else {
                panic!("{name}");
            };
            assert_eq!(level.number, 3);
        }
        assert_eq!(playbook.label_means("訓練"), Some(LabelMeans::Drill));
        assert_eq!(playbook.label_means("DRILL"), Some(LabelMeans::Drill));
        assert_eq!(playbook.label_means("bug"), None);
        let security = playbook.label_means("セキュリティインシデント");
        assert!(matches!(security, Some(LabelMeans::Type(own)) if own.id.as_str() == "security"));
    }

    #[test]
    fn only_what_was_declared_light_may_do_without() {
        let playbook = Playbook::default();
        let optional =
            [None, Some(1), Some(2), Some(7)].map(|n| playbook.postmortem_is_optional(n));
        assert_eq!(optional, [false, true, false, false]);
    }
}
