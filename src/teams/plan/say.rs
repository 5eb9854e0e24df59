//! What a plan says, line by line: for the check of a pull request, for a terminal and for Slack.

use super::say_drift::{ids, listed, shown};
use super::say_github::alike;
use super::{Action, Changes, Plan, Remark};
use crate::i18n::Lang;
use crate::i18n::teams::{Teams, fill};
use crate::id::SlackUserId;
use crate::teams::guard::Guard;
use crate::teams::live::one_line;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Something is added or changes.
    Change,
    /// Somebody or something is taken away.
    Loss,
    /// It has to be confirmed.
    Guard,
    /// Slack has it otherwise.
    Drift,
    /// Worth knowing.
    Note,
}

/// A line about a plan: plain text, in which the names of people and groups are as hostile as they
/// were in Slack. Whoever shows it has to escape it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub tone: Tone,
    /// One line of text.
    pub text: String,
}

pub(super) fn line(tone: Tone, text: String) -> Line {
    let text = text.replace(['\n', '\r'], " ");
    Line { tone, text }
}

impl Plan {
    /// One line: `colorme-first: +2 −1`, team by team, or that there is nothing to do.
    pub fn summary(&self, lang: Lang) -> String {
        let mut parts: Vec<String> = Vec::new();
        for (team, counts) in self.counts() {
            parts.push(format!("{}: {counts}", self.label(team)));
        }
        if parts.is_empty() {
            return Teams::NothingToDo.say(lang).to_owned();
        }
        parts.join(Teams::Between.say(lang))
    }

    /// For every team that changes, in the order of the actions, `+2 −1` and what else happens.
    fn counts(&self) -> Vec<(&str, String)> {
        fn add<'a>(all: &mut Vec<(&'a str, String)>, team: &'a str, said: &str) {
            match all.iter_mut().find(|(known, _)| *known == team) {
                Some((_, counts)) => *counts += &format!(" {said}"),
                None => all.push((team, said.to_owned())),
            }
        }
        let mut all: Vec<(&str, String)> = Vec::new();
        for action in &self.actions {
            let said = match action {
                Action::Members { add, remove, .. } => plus_minus(add.len(), remove.len()),
                Action::Create { .. } => "🆕".to_owned(),
                Action::Enable { .. } => "♻️".to_owned(),
                Action::Disable { .. } => "🗑️".to_owned(),
                Action::Change {
                    only_for_now: true, ..
                } => continue,
                Action::Change { .. } => "✏️".to_owned(),
                Action::Look { .. } => "GitHub ❓".to_owned(),
                Action::Join { .. } | Action::Leave { .. } => continue,
            };
            add(&mut all, action.team(), &said);
        }
        for (team, join, leave) in self.crew_counts() {
            let said = format!("GitHub {}", plus_minus(join, leave));
            add(&mut all, team, &said);
        }
        all
    }

    /// The whole plan: what would be done, what has to be confirmed, what is worth knowing, what
    /// Slack has otherwise.
    pub fn lines(&self, lang: Lang) -> Vec<Line> {
        let mut all = Vec::new();
        if self.actions.is_empty() {
            let said = Teams::NothingToDo.say(lang).to_owned();
            all.push(line(Tone::Note, said));
        }
        let mut rest = self.actions.as_slice();
        while let Some(first) = rest.first() {
            // Who comes into one GitHub team stands in one line.
            let same = |other: &&Action| alike(first, other);
            let many = match first.github() {
                Some(_) => rest.iter().take_while(same).count(),
                None => 1,
            };
            let (now, later) = rest.split_at(many);
            all.extend(match first.github() {
                Some(slug) => self.crew_line(now, slug, lang),
                None => self.done(first, lang),
            });
            rest = later;
        }
        all.extend(self.guard_lines(lang));
        for remark in &self.remarks {
            all.push(line(Tone::Note, self.remark(remark, lang)));
        }
        for drift in &self.drift {
            all.push(line(Tone::Drift, drift.say(lang, |who| self.called(who))));
        }
        if !self.unmanaged.is_empty() {
            let groups: Vec<String> = self
                .unmanaged
                .iter()
                .map(|it| at_handle(&it.handle))
                .collect();
            let said = fill(
                Teams::Unmanaged,
                lang,
                &[
                    ("count", &groups.len().to_string()),
                    ("groups", &listed(&groups, lang)),
                ],
            );
            all.push(line(Tone::Note, said));
        }
        all
    }

    /// Why it has to be confirmed, and how; nothing where it has not.
    pub fn guard_lines(&self, lang: Lang) -> Vec<Line> {
        let guards = self.guards.iter();
        let mut all: Vec<Line> = guards
            .map(|guard| line(Tone::Guard, self.guard(guard, lang)))
            .collect();
        if !all.is_empty() {
            let hash = self.short_hash();
            all.push(line(
                Tone::Guard,
                fill(Teams::Confirm, lang, &[("hash", &hash)]),
            ));
        }
        all
    }

    fn done(&self, action: &Action, lang: Lang) -> Vec<Line> {
        let team = self.label(action.team());
        let one = |tone, saying, with: &[(&str, &str)]| {
            let mut all = vec![("team", team.as_str())];
            all.extend_from_slice(with);
            line(tone, fill(saying, lang, &all))
        };
        match action {
            Action::Enable { .. } => vec![one(Tone::Change, Teams::Enabled, &[])],
            Action::Create { name, .. } => {
                vec![one(
                    Tone::Change,
                    Teams::Created,
                    &[("name", &one_line(name))],
                )]
            }
            Action::Change {
                only_for_now: true, ..
            } => {
                vec![one(Tone::Note, Teams::OnlyForNow, &[])]
            }
            Action::Change { changes, .. } => changed(changes, lang, one),
            Action::Members { add, remove, .. } => {
                self.members(&team, add, remove, action.team(), lang)
            }
            Action::Disable { members, .. } => vec![one(
                Tone::Loss,
                Teams::Disabled,
                &[
                    ("count", &members.len().to_string()),
                    ("people", &self.people(members, lang)),
                ],
            )],
            Action::Join { slug, .. } | Action::Leave { slug, .. } | Action::Look { slug, .. } => {
                self.crew_line(std::slice::from_ref(action), slug, lang)
            }
        }
    }

    /// `colorme-first: +2 −1`, who comes, who goes, and whether anybody who knows the team is left.
    fn members(
        &self,
        team: &str,
        add: &[SlackUserId],
        remove: &[SlackUserId],
        key: &str,
        lang: Lang,
    ) -> Vec<Line> {
        let counts = plus_minus(add.len(), remove.len());
        let mut said = fill(
            Teams::MembersChanged,
            lang,
            &[("team", team), ("counts", &counts)],
        );
        let mut parts = Vec::new();
        if !add.is_empty() {
            parts.push(fill(
                Teams::Comes,
                lang,
                &[("people", &self.people(add, lang))],
            ));
        }
        if !remove.is_empty() {
            parts.push(fill(
                Teams::Goes,
                lang,
                &[("people", &self.people(remove, lang))],
            ));
            let left = self.teams.get(key).map(|team| team.left.as_slice());
            let stay: Vec<SlackUserId> = left
                .unwrap_or_default()
                .iter()
                .filter(|who| !add.contains(who))
                .cloned()
                .collect();
            parts.push(match stay.is_empty() {
                true => Teams::NobodyElse.say(lang).to_owned(),
                false => fill(
                    Teams::Left,
                    lang,
                    &[
                        ("count", &stay.len().to_string()),
                        ("people", &self.people(&stay, lang)),
                    ],
                ),
            });
        }
        let between = if lang == Lang::Ja { " / " } else { "; " };
        said += &format!(" ({})", parts.join(between));
        let tone = if remove.is_empty() {
            Tone::Change
        } else {
            Tone::Loss
        };
        vec![line(tone, said)]
    }

    fn guard(&self, guard: &Guard, lang: Lang) -> String {
        match guard {
            Guard::ManyRemoved { team, removed, of } => fill(
                Teams::GuardManyRemoved,
                lang,
                &[
                    ("team", &self.label(team)),
                    ("of", &of.to_string()),
                    ("count", &removed.len().to_string()),
                    ("people", &self.people(removed, lang)),
                ],
            ),
            Guard::ManyDisabled { teams, none_left } => {
                let saying = match none_left {
                    true => Teams::GuardNoneLeft,
                    false => Teams::GuardManyDisabled,
                };
                let names: Vec<String> = teams.iter().map(|team| self.label(team)).collect();
                fill(
                    saying,
                    lang,
                    &[
                        ("count", &names.len().to_string()),
                        ("teams", &listed(&names, lang)),
                    ],
                )
            }
            Guard::BelowMin { team, left, min } => fill(
                Teams::GuardBelowMin,
                lang,
                &[
                    ("team", &self.label(team)),
                    ("left", &left.to_string()),
                    ("min", &min.to_string()),
                ],
            ),
            Guard::OtherPerson { name, was, now } => fill(
                Teams::GuardOtherPerson,
                lang,
                &[
                    ("name", &one_line(name)),
                    ("was", &self.called(was)),
                    ("now", &self.called(now)),
                ],
            ),
            Guard::IncidentOpen {
                team,
                service,
                removed,
            } => fill(
                Teams::GuardIncidentOpen,
                lang,
                &[
                    ("team", &self.label(team)),
                    ("service", service.as_str()),
                    ("people", &self.people(removed, lang)),
                ],
            ),
            Guard::ManyLeaveGitHub { .. }
            | Guard::IncidentOpenOnGitHub { .. }
            | Guard::OtherLogin { .. } => self.github_guard(guard, lang),
        }
    }

    fn remark(&self, remark: &Remark, lang: Lang) -> String {
        match remark {
            Remark::CannotBeCalled { team, who } => fill(
                Teams::RemarkCannotBeCalled,
                lang,
                &[("team", &self.label(team)), ("who", &self.called(who))],
            ),
            Remark::ExternalAbsent { team } => fill(
                Teams::RemarkExternalAbsent,
                lang,
                &[("team", &self.label(team))],
            ),
            Remark::Elsewhere { team } => {
                fill(Teams::RemarkElsewhere, lang, &[("team", &self.label(team))])
            }
            Remark::NobodyLeft { team } => fill(
                Teams::RemarkNobodyLeft,
                lang,
                &[("team", &self.label(team))],
            ),
            Remark::FewerThanMin { team, left, min } => fill(
                Teams::RemarkFewerThanMin,
                lang,
                &[
                    ("team", &self.label(team)),
                    ("left", &left.to_string()),
                    ("min", &min.to_string()),
                ],
            ),
            _ => self.github_remark(remark, lang),
        }
    }

    pub(super) fn label(&self, team: &str) -> String {
        one_line(self.teams.get(team).map_or(team, |known| &known.label))
    }

    pub(super) fn called(&self, who: &SlackUserId) -> String {
        self.names
            .get(who)
            .cloned()
            .unwrap_or_else(|| who.to_string())
    }

    pub(super) fn people(&self, who: &[SlackUserId], lang: Lang) -> String {
        let names: Vec<String> = who.iter().map(|who| self.called(who)).collect();
        listed(&names, lang)
    }
}

fn changed(
    changes: &Changes,
    lang: Lang,
    one: impl Fn(Tone, Teams, &[(&str, &str)]) -> Line,
) -> Vec<Line> {
    let mut all = Vec::new();
    let texts = [
        (Teams::NameChanged, &changes.name),
        (Teams::HandleChanged, &changes.handle),
        (Teams::DescriptionChanged, &changes.description),
    ];
    for (saying, change) in texts {
        if let Some((from, to)) = change {
            let (from, to) = (shown(from, lang), shown(to, lang));
            all.push(one(Tone::Change, saying, &[("from", &from), ("to", &to)]));
        }
    }
    if let Some((from, to)) = &changes.channels {
        let (from, to) = (ids(from, lang), ids(to, lang));
        let with = [("from", from.as_str()), ("to", to.as_str())];
        all.push(one(Tone::Change, Teams::ChannelsChanged, &with));
    }
    all
}

/// `+2 −1`
fn plus_minus(plus: usize, minus: usize) -> String {
    match (plus, minus) {
        (plus, 0) => format!("+{plus}"),
        (0, minus) => format!("−{minus}"),
        (plus, minus) => format!("+{plus} −{minus}"),
    }
}

fn at_handle(handle: &str) -> String {
    format!("@{}", one_line(handle))
}
