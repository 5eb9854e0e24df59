//! The teams of organisations: who is in one, and who is invited.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::GitHubWorld;
use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::records::{AccountKind, Actor};
use super::seed::{CannotAct, cannot};
use super::state::State;

/// A team of an organisation.
#[derive(Debug, Default)]
pub(super) struct Team {
    /// Who is in it.
    pub members: BTreeSet<u64>,
    /// Who is invited into the organisation for it.
    pub invited: BTreeSet<u64>,
    /// The slug of the team that it is below.
    pub parent: Option<String>,
    /// Whether a directory fills it: nobody else can.
    pub synced: bool,
}

/// Organisation and slug, in small letters.
pub(super) type Key = (String, String);

fn key(org: &str, slug: &str) -> Key {
    (org.to_lowercase(), slug.to_lowercase())
}

impl State {
    fn see_team(&self, call: &Call) -> Result<Key, Refusal> {
        let org = self.find_user(call.param("org"));
        let org = org.ok_or_else(Refusal::not_found)?;
        match &call.actor {
            Actor::Nobody => return Err(Refusal::who_are_you()),
            Actor::App => return Err(Refusal::not_for_apps()),
            // An installation sees the organisation that it is in, and no other.
            Actor::Installation { id, .. } => {
                let mut all = self.installations.iter();
                let here = all.any(|one| one.id == *id && one.account == org);
                if !here || self.withheld.contains("members") {
                    return Err(Refusal::not_for_apps());
                }
            }
            Actor::User(_) => {}
        }
        let key = key(call.param("org"), call.param("slug"));
        let known = self.teams.contains_key(&key);
        known.then_some(key).ok_or_else(Refusal::not_found)
    }

    /// Everybody in a team and in the teams below it.
    fn with_below(&self, key: &Key) -> BTreeSet<u64> {
        let own = self.teams.get(key).into_iter().flat_map(|it| &it.members);
        let mut all: BTreeSet<u64> = own.copied().collect();
        for below in self.below(key) {
            all.extend(self.with_below(&below));
        }
        all
    }

    fn below(&self, (org, slug): &Key) -> Vec<Key> {
        let all = self.teams.iter();
        let below =
            all.filter(|((home, _), team)| home == org && team.parent.as_ref() == Some(slug));
        below.map(|(key, _)| key.clone()).collect()
    }

    /// Who is invited is no member yet, so nothing is told of them.
    fn tell_membership(&mut self, (org, slug): &Key, action: &str, member: u64, by: u64) {
        if let Some(org) = self.find_user(org) {
            self.emit_membership(org, slug, action, (member, by));
        }
    }

    fn membership_json(&self, key: &Key, user: u64) -> Option<Value> {
        let team = self.teams.get(key)?;
        let state = match (team.members.contains(&user), team.invited.contains(&user)) {
            (true, _) => "active",
            (false, true) => "pending",
            (false, false) => return None,
        };
        let (org, slug) = key;
        let login = self.login(user);
        let url = format!("{}/orgs/{org}/teams/{slug}/memberships/{login}", self.api());
        Some(json!({"url": url, "role": "member", "state": state}))
    }
}

fn team_json((org, slug): &Key) -> Value {
    json!({"name": slug, "slug": slug, "organization": {"login": org}})
}

/// `GET /orgs/{org}/teams/{slug}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let key = state.see_team(call)?;
    Ok(Reply::Json(200, team_json(&key)))
}

/// `GET /orgs/{org}/teams/{slug}/members`: those of the teams below, too.
pub(super) fn members(state: &mut State, call: &Call) -> Answer {
    let key = state.see_team(call)?;
    let all = state.with_below(&key).into_iter();
    Ok(Reply::List(all.map(|user| state.user_json(user)).collect()))
}

/// `GET /orgs/{org}/teams/{slug}/invitations`
pub(super) fn invitations(state: &mut State, call: &Call) -> Answer {
    let key = state.see_team(call)?;
    let all = state.teams[&key].invited.iter();
    let all =
        all.map(|user| json!({"id": user, "login": state.login(*user), "role": "direct_member"}));
    Ok(Reply::List(all.collect()))
}

/// `GET /orgs/{org}/teams/{slug}/teams`: those right below it.
pub(super) fn below(state: &mut State, call: &Call) -> Answer {
    let key = state.see_team(call)?;
    Ok(Reply::List(
        state.below(&key).iter().map(team_json).collect(),
    ))
}

fn somebody(state: &State, call: &Call) -> Result<u64, Refusal> {
    state
        .find_user(call.param("login"))
        .ok_or_else(Refusal::not_found)
}

/// `GET /orgs/{org}/teams/{slug}/memberships/{login}`
pub(super) fn membership(state: &mut State, call: &Call) -> Answer {
    let key = state.see_team(call)?;
    let user = somebody(state, call)?;
    let found = state.membership_json(&key, user);
    Ok(Reply::Json(200, found.ok_or_else(Refusal::not_found)?))
}

/// A team that may be changed, and who is meant.
fn change(state: &State, call: &Call) -> Result<(Key, u64), Refusal> {
    let key = state.see_team(call)?;
    if state.teams[&key].synced {
        let words = "This team\u{2019}s membership is managed by your identity provider.";
        return Err(Refusal::plain(403, words));
    }
    let user = somebody(state, call)?;
    Ok((key, user))
}

/// `PUT /orgs/{org}/teams/{slug}/memberships/{login}`: somebody from outside is invited.
pub(super) fn join(state: &mut State, call: &Call) -> Answer {
    let (key, user) = change(state, call)?;
    let by = call.doer()?.user;
    let outside = state.outside.contains(&user);
    let team = state.teams.get_mut(&key);
    let new = team.is_some_and(|team| match outside {
        true => team.invited.insert(user),
        false => team.members.insert(user),
    });
    if new && !outside {
        state.tell_membership(&key, "added", user, by);
    }
    let found = state.membership_json(&key, user);
    Ok(Reply::Json(200, found.ok_or_else(Refusal::not_found)?))
}

/// `DELETE /orgs/{org}/teams/{slug}/memberships/{login}`
pub(super) fn leave(state: &mut State, call: &Call) -> Answer {
    let (key, user) = change(state, call)?;
    let by = call.doer()?.user;
    let team = state.teams.get_mut(&key).ok_or_else(Refusal::not_found)?;
    let (left, uninvited) = (team.members.remove(&user), team.invited.remove(&user));
    if left {
        state.tell_membership(&key, "removed", user, by);
    }
    match left || uninvited {
        true => Ok(Reply::Nothing(204)),
        false => Err(Refusal::not_found()),
    }
}

impl GitHubWorld {
    /// Adds a team with these people; one that is there gets them instead. With `parent` it is below
    /// that one.
    pub fn set_team(&self, org: &str, slug: &str, members: &[&str], parent: Option<&str>) {
        let mut state = self.lock();
        let members = members.iter();
        let members = members.map(|login| state.account(login, AccountKind::Person));
        let members = members.collect();
        let team = state.teams.entry(key(org, slug)).or_default();
        team.members = members;
        team.parent = parent.map(str::to_lowercase);
        drop(state);
        self.changed();
    }

    /// Deletes a team.
    ///
    /// # Errors
    /// Where there is none.
    pub fn delete_team(&self, org: &str, slug: &str) -> Result<(), CannotAct> {
        let gone = self.lock().teams.remove(&key(org, slug));
        self.changed();
        match gone {
            Some(_) => Ok(()),
            None => cannot(format!("no team {org}/{slug}")),
        }
    }

    /// Has a directory fill a team.
    ///
    /// # Errors
    /// Where there is none.
    pub fn sync_team(&self, org: &str, slug: &str) -> Result<(), CannotAct> {
        match self.lock().teams.get_mut(&key(org, slug)) {
            Some(team) => {
                team.synced = true;
                Ok(())
            }
            None => cannot(format!("no team {org}/{slug}")),
        }
    }

    /// Adds a person who is in no organisation: whoever puts them into a team invites them.
    pub fn add_outsider(&self, login: &str) {
        let mut state = self.lock();
        let user = state.account(login, AccountKind::Person);
        state.outside.insert(user);
    }

    /// All teams: `org/slug`, and who is in each, without the teams below it.
    pub fn teams(&self) -> Vec<(String, Vec<String>)> {
        let keys: Vec<Key> = self.lock().teams.keys().cloned().collect();
        let teams = keys.into_iter();
        let teams = teams.map(|(org, slug)| (format!("{org}/{slug}"), self.team(&org, &slug)));
        teams.collect()
    }

    /// Who is in a team, without the teams below it; nobody where there is none.
    pub fn team(&self, org: &str, slug: &str) -> Vec<String> {
        let state = self.lock();
        let team = state.teams.get(&key(org, slug));
        let members = team.into_iter().flat_map(|team| &team.members);
        let mut logins: Vec<String> = members.map(|user| state.login(*user).to_owned()).collect();
        logins.sort();
        logins
    }
}
