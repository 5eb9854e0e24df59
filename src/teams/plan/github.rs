//! The GitHub team that goes with a team, three ways like the group in Slack, login by login. What the
//! files never named is not taken out of it, not even the first time: a GitHub team opens
//! repositories, and who is in it has a reason to be.

use std::collections::{BTreeMap, BTreeSet};

use super::action::Action;
use super::team::Making;
use super::{Remark, team};
use crate::i18n::both;
use crate::id::{Login, SlackUserId, TeamSlug};
use crate::teams::drift::{Difference, Drift, Side};
use crate::teams::guard::Leaving;
use crate::teams::live::{Crew, Live, Seen};
use crate::teams::people::as_login;
use crate::teams::place::At;
use crate::teams::roster::Roster;
use crate::teams::spec::{OnGitHub, Spec, Team};
use crate::teams::who::Directory;
use crate::yaml::kind::shown;

/// Who has which login, by the `people` of these files.
pub(super) type Logins = BTreeMap<SlackUserId, Login>;

/// The logins of everybody in these files, in small letters.
pub(super) fn logins(spec: &Spec, directory: &Directory<'_>) -> Logins {
    let mut all = Logins::new();
    if spec.teams.iter().all(|at| at.value.github.is_none()) {
        return all;
    }
    for known in spec.people.iter().map(|at| &at.value) {
        let login = known.github.as_ref().and_then(|at| as_login(&at.value));
        if let (Some(login), Ok(who)) = (login, directory.who(&known.name)) {
            all.entry(who).or_insert_with(|| small(&login));
        }
    }
    all
}

fn small(login: &Login) -> Login {
    Login::from(login.as_str().to_lowercase())
}

/// What the files have to say of a GitHub team.
#[derive(Debug, Default)]
struct Said {
    /// Who is wanted in it now, in the order of the files.
    now: Vec<Login>,
    /// Of these, who does not come and go by turns.
    steady: BTreeSet<Login>,
    /// Whom they name at all.
    ever: BTreeSet<Login>,
}

impl Said {
    fn of(roster: &Roster, logins: &Logins, live: &Live) -> Self {
        let callable = |who: &&SlackUserId| team::can_be_called(live, who);
        let mut seen = BTreeSet::new();
        let now = roster.now.iter().filter(callable);
        let now = now.filter_map(|who| logins.get(who));
        let named = |all: &BTreeSet<SlackUserId>| {
            let all = all.iter().filter_map(|who| logins.get(who));
            all.cloned().collect()
        };
        Self {
            now: now.filter(|login| seen.insert(*login)).cloned().collect(),
            steady: named(&roster.steady),
            ever: named(&roster.ever),
        }
    }
}

/// Who comes, who goes, and what GitHub has otherwise by itself.
#[derive(Debug, Default, PartialEq, Eq)]
struct Moves {
    add: Vec<Login>,
    remove: Vec<Login>,
    extra: Vec<Login>,
    missing: Vec<Login>,
    /// They would go, and are in it through a team below.
    stay: Vec<Login>,
    /// Nobody would be left in it: nobody goes.
    empties: bool,
}

/// Compares. Without `applied` the files have this GitHub team for the first time.
fn compare(wanted: &Said, applied: Option<&Said>, crew: &Crew) -> Moves {
    let mut moves = Moves::default();
    let there = |login: &Login| crew.members.contains(login) || crew.invited.contains(login);
    for login in wanted.now.iter().filter(|login| !there(login)) {
        let all_along = applied.is_some_and(|was| was.steady.contains(login));
        match all_along && wanted.steady.contains(login) {
            true => moves.missing.push(login.clone()),
            false => moves.add.push(login.clone()),
        }
    }
    let now: BTreeSet<&Login> = wanted.now.iter().collect();
    for login in crew.members.union(&crew.invited) {
        if now.contains(login) {
            continue;
        }
        let named = |was: &Said| was.ever.contains(login) || wanted.ever.contains(login);
        if !applied.is_some_and(named) {
            moves.extra.push(login.clone());
        } else if crew.below.contains(login) {
            moves.stay.push(login.clone());
        } else {
            moves.remove.push(login.clone());
        }
    }
    let stays = |login: &Login| now.contains(login) || !moves.remove.contains(login);
    let left = moves.add.len() + crew.members.iter().filter(|it| stays(it)).count();
    if left == 0 && !moves.remove.is_empty() {
        moves.remove.clear();
        moves.empties = true;
    }
    // Who is in a team below is not put into this one by hand, and cannot be taken out of it.
    moves.extra.retain(|login| !crew.below.contains(login));
    moves
}

impl<'a> Making<'a> {
    /// Looks at the GitHub team of one team. `was` is who was in the team that had this GitHub team in
    /// the last applied files.
    pub(super) fn on_github(
        &mut self,
        n: usize,
        roster: Option<&Roster>,
        (logins, old_logins): (&Logins, &Logins),
        was: Option<(&'a Team, Option<&Roster>)>,
    ) {
        let wanted = self.wanted;
        let team = &wanted.teams[n].value;
        let (Some(at), Some(roster)) = (&team.github, roster) else {
            return;
        };
        let key = team.key().to_owned();
        // What is not touched in Slack is not touched on GitHub.
        let group = self.identity.groups[n].map(|group| &self.live.groups[group]);
        let before = self.identity.before[n].is_some();
        if group.is_some_and(|group| group.elsewhere || (group.disabled && before)) {
            return;
        }
        let slug = at.value.slug.clone();
        let Some(seen) = self.seen(&key, at, was.is_some()) else {
            return;
        };
        let crew = match seen {
            Seen::Crew(crew) => crew,
            Seen::Closed(why) => {
                return self.crew.push(Action::Look {
                    team: key,
                    slug,
                    why: why.clone(),
                });
            }
            Seen::Absent => return,
        };
        let without =
            |who: &&SlackUserId| !logins.contains_key(*who) && team::can_be_called(self.live, who);
        let who: Vec<SlackUserId> = roster.now.iter().filter(without).cloned().collect();
        let remark = |this: &mut Self, what: fn(String, TeamSlug) -> Remark| {
            this.plan.remarks.push(what(key.clone(), slug.clone()));
        };
        if !who.is_empty() {
            self.plan.remarks.push(Remark::NoLogin {
                team: key.clone(),
                slug: slug.clone(),
                who,
            });
        }
        let said = Said::of(roster, logins, self.live);
        let old = was.and_then(|(_, roster)| roster);
        let old = old.map(|roster| Said::of(roster, old_logins, self.live));
        let moves = compare(&said, old.as_ref(), crew);
        if moves.empties {
            remark(self, |team, slug| Remark::NobodyLeftOnGitHub { team, slug });
        }
        if !moves.stay.is_empty() {
            self.plan.remarks.push(Remark::InTeamBelow {
                team: key.clone(),
                slug: slug.clone(),
                logins: moves.stay.clone(),
            });
        }
        let invited: Vec<Login> = said
            .now
            .iter()
            .filter(|it| crew.invited.contains(*it))
            .cloned()
            .collect();
        if !invited.is_empty() {
            self.plan.remarks.push(Remark::Invited {
                team: key.clone(),
                slug: slug.clone(),
                logins: invited,
            });
        }
        let called = |login: &Login| {
            let mut all = logins.iter().chain(old_logins);
            all.find(|(_, it)| *it == login).map(|(who, _)| who.clone())
        };
        let (team_key, team_slug) = (key.clone(), slug.clone());
        let join = |login: &Login| Action::Join {
            team: team_key.clone(),
            slug: team_slug.clone(),
            login: login.clone(),
            who: called(login),
        };
        let leave = |login: &Login| Action::Leave {
            team: team_key.clone(),
            slug: team_slug.clone(),
            login: login.clone(),
            who: called(login),
        };
        self.crew.extend(moves.add.iter().map(join));
        self.crew.extend(moves.remove.iter().map(leave));
        if !moves.remove.is_empty() {
            self.leaving.push(Leaving {
                team: key.clone(),
                slug: slug.clone(),
                now: team,
                was: was.map(|(team, _)| team),
                of: crew.members.len(),
                removed: moves.remove.clone(),
            });
        }
        let mut differences = Vec::new();
        let mut back: Vec<Action> = moves.missing.iter().map(join).collect();
        back.extend(moves.extra.iter().map(leave));
        if !moves.extra.is_empty() {
            differences.push(Difference::ExtraOnGitHub(moves.extra));
        }
        if !moves.missing.is_empty() {
            differences.push(Difference::MissingOnGitHub(moves.missing));
        }
        if !differences.is_empty() {
            self.plan.drift.push(Drift {
                team: key,
                side: Side::GitHub(slug),
                differences,
                back,
                touched: None,
                zone: wanted.zone.clone(),
            });
        }
    }

    /// What GitHub shows of it; a team that is not there is somebody's mistake while it is new, and
    /// stops nobody later.
    fn seen(&mut self, key: &str, at: &At<OnGitHub>, known: bool) -> Option<&'a Seen> {
        let OnGitHub { org, slug } = &at.value;
        let Some(home) = &self.live.github else {
            let team = key.to_owned();
            self.plan.remarks.push(Remark::GitHubNotAsked { team });
            return None;
        };
        let login = &home.login;
        if let Some(other) = org.as_ref().filter(|it| !it.eq_ignore_ascii_case(login)) {
            let (login, other) = (shown(login), shown(other));
            let said = both!(
                "sssbot がいるのは Organization `{login}` なので、`{other}` のチームには届きません",
                "sssbot is at home in the organisation `{login}` and reaches no teams of `{other}`"
            );
            self.problems.push(at.place.problem(said));
            return None;
        }
        let seen = home.teams.get(slug).unwrap_or(&Seen::Absent);
        if *seen == Seen::Absent {
            if known {
                self.plan.remarks.push(Remark::GitHubGone {
                    team: key.to_owned(),
                    slug: slug.clone(),
                });
            } else {
                let (slug, login) = (shown(slug.as_str()), shown(login));
                let said = both!(
                    "GitHub の `{login}` に `{slug}` というチームがないか、App から見えません。sssbot は GitHub のチームを作らないので、先に作ってください",
                    "GitHub has no team `{slug}` in `{login}`, or none that the App may see; make it there first: sssbot makes no GitHub teams"
                );
                self.problems.push(at.place.problem(said));
            }
            return None;
        }
        Some(seen)
    }
}

/// GitHub teams that the files have let go: they stay as they are.
pub(super) fn let_go(wanted: &Spec, applied: &Spec) -> Vec<Remark> {
    let slugs = |spec: &'_ Spec| -> BTreeSet<TeamSlug> {
        let teams = spec.teams.iter();
        teams.filter_map(|at| at.value.github().cloned()).collect()
    };
    let kept = slugs(wanted);
    let old = applied.teams.iter().map(|at| &at.value);
    let old = old.filter_map(|team| Some((team.key().to_owned(), team.github()?.clone())));
    let gone = old.filter(|(_, slug)| !kept.contains(slug));
    gone.map(|(team, slug)| Remark::GitHubLetGo { team, slug })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<T: FromIterator<Login>>(names: &str) -> T {
        names.split_whitespace().map(Login::from).collect()
    }

    fn said(now: &str, turns: &str, ever: &str) -> Said {
        let both = format!("{now} {turns}");
        Said {
            now: all(&both),
            steady: all(now),
            ever: all(&format!("{both} {ever}")),
        }
    }

    #[test]
    fn nobody_goes_whom_no_file_had() {
        // wanted | applied | members / below / invited => add | remove | extra | missing | stay
        for (wanted, applied, crew, moves) in [
            // The first time: who is missing comes, and nobody goes.
            ("a b", None, ["a x", "", ""], ["b", "", "x", "", ""]),
            ("a b", None, ["b a", "", ""], ["", "", "", "", ""]),
            // A file that had somebody, and has them no more.
            ("a", Some("a b"), ["a b x", "", ""], ["", "b", "x", "", ""]),
            // By hand: somebody came, somebody went.
            ("a b", Some("a b"), ["a x", "", ""], ["", "", "x", "b", ""]),
            // One who is invited is there, and can be uninvited.
            ("a b", None, ["a", "", "b"], ["", "", "", "", ""]),
            ("a", Some("a b"), ["a", "", "b"], ["", "b", "", "", ""]),
            // Through a team below one is in it and stays.
            (
                "a",
                Some("a b"),
                ["a b y", "b y", ""],
                ["", "", "", "", "b"],
            ),
            // Nobody would be left.
            ("", Some("a b"), ["a b", "", ""], ["", "", "", "", ""]),
            ("c", Some("a b"), ["a b", "", ""], ["c", "a b", "", "", ""]),
        ] {
            let [members, below, invited] = crew;
            let crew = Crew {
                members: all(members),
                below: all(below),
                invited: all(invited),
            };
            let applied = applied.map(|now| said(now, "", ""));
            let is = compare(&said(wanted, "", ""), applied.as_ref(), &crew);
            let [add, remove, extra, missing, stay] = moves;
            let empties = wanted.is_empty();
            let right = Moves {
                add: all(add),
                remove: all(remove),
                extra: all(extra),
                missing: all(missing),
                stay: all(stay),
                empties,
            };
            assert_eq!(is, right, "{wanted} {members}");
        }
    }

    #[test]
    fn a_turn_and_an_end_come_by_themselves() {
        let crew = Crew {
            members: all("a old"),
            ..Crew::default()
        };
        let now = said("a", "new", "old");
        let is = compare(&now, Some(&said("a", "new", "old")), &crew);
        let right = Moves {
            add: all("new"),
            remove: all("old"),
            ..Moves::default()
        };
        assert_eq!(is, right);
    }
}
