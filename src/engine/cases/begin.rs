//! The beginning of an incident: its channel's name, and whether it is there already.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::take::Taking;
use crate::channel_name::NotAChannelName;
use crate::engine::intake::Trouble;
use crate::engine::{Engine, lock};
use crate::incident::{Declaration, Entry, Fact, What, Who, naming, view};

use super::owed::by_us;

/// Two declarations of one service within this time are two people who saw the same.
const AT_ONCE: SignedDuration = SignedDuration::from_mins(2);

impl Engine {
    /// The name of the channel of an incident that is declared now: the first free one, as far as is
    /// known. Where somebody else takes it meanwhile, Slack says so when the channel is made.
    ///
    /// # Errors
    /// When nothing can be made of the service's name.
    pub(super) async fn first_free_name(
        &self,
        declaration: &Declaration,
        now: Timestamp,
    ) -> Result<String, NotAChannelName> {
        if !lock(&self.0.directory).is_read() {
            // In vain where Slack is away: then what is known has to do.
            let _ = self.read_directory(now, now).await;
        }
        let rules = self.rules_now();
        let taken = self.taken_names();
        let (service, drill) = (&declaration.service, declaration.drill);
        let name = naming::first_free(service, now, drill, &taken, &rules)?;
        Ok(name.as_str().to_owned())
    }

    /// The incident of this service that was declared a moment ago.
    pub(super) fn declared_just_now(
        &self,
        declaration: &Declaration,
        now: Timestamp,
    ) -> Option<Arc<Case>> {
        let cases = self.cases();
        let same = |case: &&Arc<Case>| {
            let incident = &case.incident;
            let fresh = now.duration_since(incident.declared) < AT_ONCE;
            let same = incident.service.value == declaration.service
                && incident.drill == declaration.drill
                && (declaration.kind.is_none() || incident.declaration.kind == declaration.kind);
            fresh && same && incident.resolved.is_none() && !incident.adopted
        };
        cases.all.values().find(same).cloned()
    }

    /// What goes on record beside a declaration: by which playbook the incident goes.
    pub(super) fn playbook_entry(&self, declared: &Entry) -> Option<Entry> {
        let commit = self.rules().commit?;
        let fact = Fact::Playbook { commit };
        Some(by_us(format!("pb:{}", declared.key), fact, declared.at))
    }

    /// A declaration: a new incident, or the one that somebody else has just declared.
    pub(super) async fn begin(
        &self,
        mut entries: Vec<Entry>,
        who: &Who,
        taking: &mut Taking<'_>,
    ) -> Result<(), Trouble> {
        let Some(entry) = entries.first_mut() else {
            return Ok(());
        };
        let What::Marked(Fact::Declared(declaration)) = &mut entry.what else {
            return Ok(());
        };
        let same = self.declared_just_now(declaration, taking.received);
        if let Some(case) = same.filter(|case| case.incident.key != entry.key) {
            // Two people saw the same: one incident, and both are in it.
            let key = case.incident.key.clone();
            let called = Fact::Called {
                people: vec![who.clone()],
                groups: Vec::new(),
                until_resolved: false,
            };
            let called = Entry {
                what: What::Marked(called),
                ..entry.clone()
            };
            taking.begun = Some(key.clone());
            taking.entries.push((key, called));
            let said = view::panel(&case.incident, &case.rules, case.rules.lang);
            self.answer(taking, "already", &said, Some(&case), &case.rules, true);
            return Ok(());
        }
        let name = self.first_free_name(declaration, taking.received).await;
        match name {
            Ok(name) => declaration.channel = Some(name),
            Err(error) => {
                return Err(Trouble::Unreadable(error.to_string()));
            }
        }
        let key = entry.key.clone();
        let playbook = self.playbook_entry(entry);
        taking.acted = true;
        taking.begun = Some(key.clone());
        let all = entries.into_iter().chain(playbook);
        taking.entries.extend(all.map(|entry| (key.clone(), entry)));
        Ok(())
    }
}
