//! What a plan says of GitHub teams.

use super::say::{Line, Tone, line};
use super::say_drift::{listed, logins};
use super::{Action, Plan, Remark};
use crate::i18n::Lang;
use crate::i18n::teams::{Teams, fill};
use crate::id::{Login, SlackUserId, TeamSlug};
use crate::teams::guard::Guard;
use crate::teams::live::one_line;

/// Whether both do the same with one GitHub team.
pub(super) fn alike(one: &Action, other: &Action) -> bool {
    let same = std::mem::discriminant(one) == std::mem::discriminant(other);
    same && one.github() == other.github() && one.team() == other.team()
}

impl Plan {
    /// How many come into and go from the GitHub team of each team.
    pub(super) fn crew_counts(&self) -> Vec<(&str, usize, usize)> {
        let mut all: Vec<(&str, usize, usize)> = Vec::new();
        for action in &self.actions {
            let (join, leave) = match action {
                Action::Join { .. } => (1, 0),
                Action::Leave { .. } => (0, 1),
                _ => continue,
            };
            match all.iter_mut().find(|(team, ..)| *team == action.team()) {
                Some((_, joins, leaves)) => (*joins, *leaves) = (*joins + join, *leaves + leave),
                None => all.push((action.team(), join, leave)),
            }
        }
        all
    }

    /// One line about actions that are alike.
    pub(super) fn crew_line(&self, actions: &[Action], slug: &TeamSlug, lang: Lang) -> Vec<Line> {
        let Some(first) = actions.first() else {
            return Vec::new();
        };
        let people = actions.iter().filter_map(|action| match action {
            Action::Join { login, who, .. } | Action::Leave { login, who, .. } => {
                Some(self.with_login(login, who.as_ref()))
            }
            _ => None,
        });
        let people = listed(&people.collect::<Vec<_>>(), lang);
        let (tone, saying, why) = match first {
            Action::Join { .. } => (Tone::Change, Teams::JoinsGitHub, ""),
            Action::Leave { .. } => (Tone::Loss, Teams::LeavesGitHub, ""),
            Action::Look { why, .. } => (Tone::Note, Teams::LooksAtGitHub, why.as_str()),
            _ => return Vec::new(),
        };
        let team = self.label(first.team());
        let with = [
            ("team", team.as_str()),
            ("github", slug.as_str()),
            ("people", &people),
            ("why", &one_line(why)),
        ];
        vec![line(tone, fill(saying, lang, &with))]
    }

    fn with_login(&self, login: &Login, who: Option<&SlackUserId>) -> String {
        match who {
            Some(who) => format!("{} (@{login})", self.called(who)),
            None => format!("@{login}"),
        }
    }

    pub(super) fn github_guard(&self, guard: &Guard, lang: Lang) -> String {
        match guard {
            Guard::ManyLeaveGitHub {
                team,
                slug,
                removed,
                of,
            } => fill(
                Teams::GuardManyLeaveGitHub,
                lang,
                &[
                    ("team", &self.label(team)),
                    ("github", slug.as_str()),
                    ("of", &of.to_string()),
                    ("count", &removed.len().to_string()),
                    ("people", &logins(removed, lang)),
                ],
            ),
            Guard::IncidentOpenOnGitHub {
                team,
                slug,
                service,
                removed,
            } => fill(
                Teams::GuardIncidentOpenOnGitHub,
                lang,
                &[
                    ("team", &self.label(team)),
                    ("github", slug.as_str()),
                    ("service", service.as_str()),
                    ("people", &logins(removed, lang)),
                ],
            ),
            Guard::OtherLogin { name, was, now } => fill(
                Teams::GuardOtherLogin,
                lang,
                &[("name", &one_line(name)), ("was", was), ("now", now)],
            ),
            _ => String::new(),
        }
    }

    pub(super) fn github_remark(&self, remark: &Remark, lang: Lang) -> String {
        let (saying, team, slug, people) = match remark {
            Remark::NoLogin { team, slug, who } => (
                Teams::RemarkNoLogin,
                team,
                Some(slug),
                self.people(who, lang),
            ),
            Remark::InTeamBelow {
                team,
                slug,
                logins: who,
            } => (
                Teams::RemarkInTeamBelow,
                team,
                Some(slug),
                logins(who, lang),
            ),
            Remark::Invited {
                team,
                slug,
                logins: who,
            } => (Teams::RemarkInvited, team, Some(slug), logins(who, lang)),
            Remark::NobodyLeftOnGitHub { team, slug } => (
                Teams::RemarkNobodyLeftOnGitHub,
                team,
                Some(slug),
                String::new(),
            ),
            Remark::GitHubGone { team, slug } => {
                (Teams::RemarkGitHubGone, team, Some(slug), String::new())
            }
            Remark::GitHubLetGo { team, slug } => {
                (Teams::RemarkGitHubLetGo, team, Some(slug), String::new())
            }
            Remark::GitHubNotAsked { team } => {
                (Teams::RemarkGitHubNotAsked, team, None, String::new())
            }
            _ => return String::new(),
        };
        let with = [
            ("team", self.label(team)),
            ("github", slug.map(ToString::to_string).unwrap_or_default()),
            ("people", people),
        ];
        fill(
            saying,
            lang,
            &with.each_ref().map(|(key, text)| (*key, text.as_str())),
        )
    }
}
