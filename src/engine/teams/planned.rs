//! What there would be to do, from the files, from what was applied before, and from Slack.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::files::Files;
use super::hidden::Applied;
use super::live::{Why, Workspace};
use super::{Done, words};
use crate::engine::Engine;
use crate::i18n::Lang;
use crate::i18n::applying::{Applying, fill};
use crate::id::{GroupId, ServiceId};
use crate::incident::Phase;
use crate::teams::{Action, Live, Losses, Plan, Problem, Spec, plan};

/// What there would be to do.
pub(super) struct Planned {
    pub(super) plan: Plan,
    /// The Slack that it was made for.
    pub(super) live: Live,
    /// Whether nothing was ever applied.
    pub(super) first: bool,
    /// Which team answers for which service, in the files as they were and as they are.
    services: Vec<(String, ServiceId)>,
}

/// Why there is no plan.
pub(super) enum Cannot {
    /// The files are wrong, as Slack is now.
    Wrong(Vec<Problem>),
    /// Slack does not show its groups.
    Ask(Why),
}

/// Team files, each with its path.
pub(super) fn list(files: &Files) -> Vec<(String, String)> {
    files.clone().into_iter().collect()
}

impl Engine {
    /// The team files read, with days that end where the playbook says.
    pub(super) fn spec(&self, files: &Files) -> Result<Spec, Vec<Problem>> {
        let spec = Spec::read(&list(files))?;
        Ok(spec.in_zone(self.rules().playbook.time_zone.clone()))
    }

    /// What there would be to do. Somebody whom the files name and Slack does not show is looked for
    /// once more before they are called wrong.
    pub(super) async fn plan_for(
        &self,
        wanted: &Spec,
        applied: Option<&Spec>,
        before: &Applied,
        now: Timestamp,
    ) -> Done<Result<Planned, Cannot>> {
        loop {
            let live = match self.workspace(wanted, now).await? {
                Workspace::Live(live) => live,
                Workspace::Closed(why) => return Ok(Err(Cannot::Ask(why))),
            };
            let mut live = *live;
            let bound = before.bound.iter();
            live.bound = bound
                .map(|(team, id)| (team.clone(), GroupId::new(id.as_str())))
                .collect();
            let open = self.services_with_incidents();
            match plan(wanted, applied, &live, now, &open) {
                Ok(plan) => {
                    // Nobody is missed, so nobody is in doubt.
                    let _ = self.people_are_fresh(now);
                    return Ok(Ok(Planned {
                        plan,
                        live,
                        first: applied.is_none(),
                        services: services(applied.into_iter().chain([wanted])),
                    }));
                }
                Err(problems) if self.people_are_fresh(now) => {
                    return Ok(Err(Cannot::Wrong(problems)));
                }
                Err(_) => self.doubt_people(),
            }
        }
    }

    /// The services in whose incidents somebody may still be called.
    pub(super) fn services_with_incidents(&self) -> BTreeSet<ServiceId> {
        let snapshot = self.snapshot();
        let cases = snapshot.cases.values();
        let open = cases.filter(|case| case.incident.phase() < Phase::Resolved);
        open.map(|case| case.incident.service.value.clone())
            .collect()
    }
}

impl Planned {
    /// What would be done, line by line.
    pub(super) fn lines(&self, lang: Lang) -> Vec<String> {
        self.lines_of(&self.plan.actions, lang)
    }

    /// What would be done, each action in a line of its own: what is not done then stands out.
    pub(super) fn lines_one_by_one(&self, actions: &[Action], lang: Lang) -> Vec<String> {
        let one = |action| self.lines_of(std::slice::from_ref(action), lang);
        actions.iter().flat_map(one).collect()
    }

    /// What these do, line by line.
    pub(super) fn lines_of(&self, actions: &[Action], lang: Lang) -> Vec<String> {
        words::actions(&self.plan, actions, lang)
    }

    /// What these would have done, and why they did not.
    pub(super) fn lines_with_reasons(
        &self,
        refused: &[(Action, String)],
        lang: Lang,
    ) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for (action, why) in refused {
            let said = self.lines_of(std::slice::from_ref(action), lang);
            lines.extend(said.into_iter().map(|line| (line, why.clone())));
        }
        lines
    }

    /// What else is worth knowing.
    pub(super) fn remarks(&self, lang: Lang) -> Vec<String> {
        words::remarks(&self.plan, lang)
    }

    /// Why it has to be confirmed.
    pub(super) fn guards(&self, lang: Lang) -> Vec<String> {
        words::guards(&self.plan, lang)
    }

    /// What Slack has otherwise, by itself.
    pub(super) fn drift_lines(&self, lang: Lang) -> Vec<String> {
        words::drift(&self.plan, lang)
    }

    /// What is taken away, a line each.
    pub(super) fn losses(&self, losses: &Losses, lang: Lang) -> Vec<String> {
        let removed = losses.removed.iter().map(|(team, who)| {
            let names: Vec<String> = who.iter().map(|who| self.live.name(who)).collect();
            let names = names.join(", ");
            let with = [("team", self.label(team)), ("who", names.as_str())];
            fill(Applying::LosesPeople, lang, &with)
        });
        let disabled = losses.disabled.iter().map(|team| {
            let with = [("team", self.label(team))];
            fill(Applying::LosesTeam, lang, &with)
        });
        let left = losses.left.iter().map(|(team, who)| {
            let names: Vec<String> = who.iter().map(|login| format!("@{login}")).collect();
            let names = names.join(", ");
            let with = [("team", self.label(team)), ("who", names.as_str())];
            fill(Applying::LosesOnGitHub, lang, &with)
        });
        removed.chain(disabled).chain(left).collect()
    }

    /// What people call a team.
    pub(super) fn label<'a>(&'a self, team: &'a str) -> &'a str {
        let known = self.plan.teams.get(team);
        known.map_or(team, |outlook| &outlook.label)
    }

    /// The service that a team answers for, in the files as they were or as they are.
    pub(super) fn services_of<'a>(&'a self, team: &'a str) -> impl Iterator<Item = &'a ServiceId> {
        let of = self.services.iter();
        of.filter(move |(key, _)| key == team)
            .map(|(_, service)| service)
    }

    /// Which group each team is: whatever others are called by now, it stays that one.
    pub(super) fn bound(&self) -> BTreeMap<String, String> {
        let teams = self.plan.teams.iter();
        let bound = teams.filter_map(|(key, team)| Some((key.clone(), team.group.as_ref()?)));
        bound.map(|(key, group)| (key, group.to_string())).collect()
    }
}

/// Which team answers for which service, in these files.
fn services<'a>(specs: impl Iterator<Item = &'a Spec>) -> Vec<(String, ServiceId)> {
    let teams = specs.flat_map(|spec| &spec.teams);
    let services = teams.filter_map(|team| {
        let team = &team.value;
        Some((team.key().to_owned(), team.service()?.clone()))
    });
    services.collect()
}
