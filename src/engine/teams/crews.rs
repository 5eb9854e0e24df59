//! Who is lent to the GitHub team that goes with a group, for as long as they are lent to the group.
//! Whoever was in it before is not lent to it, and so stays.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Done;
use super::planned::Planned;
use crate::engine::Engine;
use crate::i18n::applying::{Applying, fill};
use crate::id::{Login, SlackUserId};
use crate::incident::{LentCrew, LentTo};
use crate::teams::{Action, Crew, Live, Seen, Spec, Team, logins, wanted};

/// The GitHub team of a team, and who of these is to be lent to it, too: whoever has a login among
/// `people` and is not there.
pub(super) fn crew_for(
    team: &Team,
    spec: &Spec,
    live: &Live,
    who: &[SlackUserId],
) -> Option<LentCrew> {
    let slug = team.github()?;
    let seen = live.github.as_ref()?.teams.get(slug)?;
    let Seen::Crew(crew) = seen else { return None };
    let known = logins(spec, live);
    let logins = who.iter().filter_map(|who| known.get(who));
    let logins: Vec<Login> = logins.filter(|it| !has(crew, it)).cloned().collect();
    (!logins.is_empty()).then(|| LentCrew {
        team: slug.clone(),
        logins,
    })
}

fn has(crew: &Crew, login: &Login) -> bool {
    crew.members.contains(login) || crew.invited.contains(login)
}

/// Whether GitHub shows somebody in a team; `None` where it does not show the team.
fn is_there(live: &Live, lent: &LentCrew, login: &Login) -> Option<bool> {
    match live.github.as_ref()?.teams.get(&lent.team)? {
        Seen::Crew(crew) => Some(has(crew, login)),
        _ => None,
    }
}

/// Whom the files want in a GitHub team by now.
fn named(spec: &Spec, live: &Live, lent: &LentCrew, now: Timestamp) -> BTreeSet<Login> {
    let known = logins(spec, live);
    let wanted = wanted(spec, live, now).unwrap_or_default();
    let teams = spec.teams.iter().map(|team| &team.value);
    let teams = teams.filter(|team| team.github() == Some(&lent.team));
    let who = teams.filter_map(|team| wanted.get(team.key())).flatten();
    who.filter_map(|who| known.get(who)).cloned().collect()
}

impl Engine {
    /// Puts those into the GitHub team who are lent to it and are not there. Gives what is to be said
    /// of it, if anything is.
    pub(super) async fn join_crew(
        &self,
        to: &LentTo,
        planned: &Planned,
        now: Timestamp,
    ) -> Done<Option<String>> {
        let Some(lent) = &to.crew else {
            return Ok(None);
        };
        let slug = lent.team.as_str();
        for login in &lent.logins {
            if is_there(&planned.live, lent, login) == Some(true) {
                continue;
            }
            let join = Action::Join {
                team: to.team.clone(),
                slug: lent.team.clone(),
                login: login.clone(),
                who: None,
            };
            if let Err(no) = self.perform_on_github(&join, now).await? {
                let with = [("slug", slug), ("why", &*no.why)];
                let said = fill(Applying::LentRefusedOnGitHub, self.lang(), &with);
                return Ok(Some(said));
            }
        }
        let said = fill(Applying::LentOnGitHub, self.lang(), &[("slug", slug)]);
        Ok(Some(said))
    }

    /// Takes those out of the GitHub team who were lent to it, unless the files name them by now. Whom
    /// GitHub keeps is asked about later, as any other difference.
    pub(super) async fn leave_crew(
        &self,
        to: &LentTo,
        spec: &Spec,
        planned: &Planned,
        now: Timestamp,
    ) -> Done<()> {
        let Some(lent) = &to.crew else {
            return Ok(());
        };
        let stay = named(spec, &planned.live, lent, now);
        for login in lent.logins.iter().filter(|login| !stay.contains(*login)) {
            if is_there(&planned.live, lent, login) == Some(false) {
                continue;
            }
            let leave = Action::Leave {
                team: to.team.clone(),
                slug: lent.team.clone(),
                login: login.clone(),
                who: None,
            };
            if let Err(no) = self.perform_on_github(&leave, now).await? {
                tracing::error!(team = %lent.team, %login, why = %no.why, "who was lent stays in the GitHub team");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teams::{Account, Organisation};

    fn account(name: &str) -> (SlackUserId, Account) {
        let id = SlackUserId::from(format!("U{}", name.to_uppercase()));
        let account = Account {
            id: id.clone(),
            username: name.to_owned(),
            display_name: String::new(),
            real_name: String::new(),
            email: None,
            is_gone: false,
            is_bot: false,
            is_guest: false,
        };
        (id, account)
    }

    fn live(members: &[&str]) -> Live {
        let crew = Crew {
            members: members.iter().map(|login| Login::from(*login)).collect(),
            ..Crew::default()
        };
        Live {
            people: ["rin", "nao", "mei"].map(account).into(),
            github: Some(Organisation {
                login: "acme".to_owned(),
                teams: [("shop".into(), Seen::Crew(crew))].into(),
            }),
            ..Live::default()
        }
    }

    fn spec(users: &str) -> Spec {
        let text = format!(
            "people:\n  rin: {{ github: Rin-Dev }}\n  nao: {{ github: nao }}\nteams:\n\
             - {{ name: Shop, handle: shop-first, users: [{users}], github: shop }}\n\
             - {{ name: Blog, handle: blog-first, users: [nao] }}\n"
        );
        Spec::read(&[("userteams.yaml", &*text)]).unwrap()
    }

    #[test]
    fn who_has_a_login_and_is_not_there_is_lent() {
        let who = ["URIN", "UNAO", "UMEI"].map(SlackUserId::from);
        for (members, team, lent) in [
            (&["taro"][..], "shop-first", "rin-dev nao"),
            (&["nao"][..], "shop-first", "rin-dev"),
            (&["nao", "rin-dev"][..], "shop-first", ""),
            (&[][..], "blog-first", ""),
        ] {
            let (spec, live) = (spec("nao"), live(members));
            let crew = crew_for(spec.team(team).unwrap(), &spec, &live, &who);
            let logins = crew.map_or(Vec::new(), |crew| crew.logins);
            let logins: Vec<&str> = logins.iter().map(|login| login.as_str()).collect();
            assert_eq!(logins.join(" "), lent, "{members:?} {team}");
        }
    }

    #[test]
    fn whom_the_files_name_by_then_stays() {
        let lent = LentCrew {
            team: "shop".into(),
            logins: vec!["rin-dev".into()],
        };
        let now = "2021-01-01T00:00:00Z".parse().unwrap();
        let stay =
            |users: &str| named(&spec(users), &live(&[]), &lent, now).contains(&lent.logins[0]);
        assert!(!stay("nao, mei"));
        assert!(stay("nao, rin"));
        assert!(!stay("nao, { user: rin, until: 2020-12-30 }"));
    }
}
