//! Everything that this GitHub holds, and how one finds something in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::auth::{AppKey, Token};
use super::call::Call;
use super::deliveries::Queue;
use super::errors::Refusal;
use super::limits::Limits;
use super::oauth::SignedIn;
use super::records::{AccountKind, Actor, Doer, Installation, Issue, Pull, Repo, User};
use super::teams;
use super::told::{Asked, Told};
use crate::clock::Clock;

/// Everything, behind one lock.
pub(super) struct State {
    pub clock: Clock,
    pub app_id: u64,
    pub app_slug: String,
    pub app_owner: Option<u64>,
    pub app_created: Timestamp,
    pub bot: u64,
    pub key: AppKey,
    pub secret: String,
    pub public_url: String,
    pub users: BTreeMap<u64, User>,
    /// What somebody may do in every repository, by GitHub's name for the role; `write` where nothing is
    /// said.
    pub roles: BTreeMap<u64, String>,
    pub repos: BTreeMap<u64, Repo>,
    pub installations: Vec<Installation>,
    pub tokens: HashMap<String, Token>,
    /// Who has signed in with the App.
    pub signed_in: SignedIn,
    /// Permissions that no installation has, whatever the App asks for.
    pub withheld: BTreeSet<String>,
    /// The teams of organisations.
    pub teams: BTreeMap<teams::Key, teams::Team>,
    /// People who are in no organisation.
    pub outside: BTreeSet<u64>,
    pub queue: Queue,
    pub told: Vec<Told>,
    /// What the App asked, by kind.
    pub asked: BTreeMap<String, Asked>,
    pub limits: Limits,
    counters: BTreeMap<&'static str, u64>,
}

impl State {
    pub fn new(
        clock: Clock,
        app_id: u64,
        app_slug: String,
        secret: String,
        public_url: String,
        key: AppKey,
    ) -> Self {
        let mut state = Self {
            app_created: whole_seconds(clock.now()),
            clock,
            app_id,
            app_owner: None,
            bot: 0,
            key,
            secret,
            public_url: public_url.trim_end_matches('/').to_owned(),
            users: BTreeMap::new(),
            roles: BTreeMap::new(),
            repos: BTreeMap::new(),
            installations: Vec::new(),
            tokens: HashMap::new(),
            signed_in: SignedIn::default(),
            withheld: BTreeSet::new(),
            teams: BTreeMap::new(),
            outside: BTreeSet::new(),
            queue: Queue::default(),
            told: Vec::new(),
            asked: BTreeMap::new(),
            limits: Limits::default(),
            counters: BTreeMap::new(),
            app_slug,
        };
        let login = format!("{}[bot]", state.app_slug);
        state.bot = state.account(&login, AccountKind::Bot);
        state
    }

    /// The time now in whole seconds, as GitHub knows no finer ones.
    pub fn now(&self) -> Timestamp {
        whole_seconds(self.clock.now())
    }

    /// The next id of a kind. Every kind counts in a range of its own, so that an id which is taken
    /// for one of another kind finds nothing instead of something wrong.
    pub fn next_id(&mut self, kind: &'static str) -> u64 {
        let first = match kind {
            "user" => 1_000,
            "repo" => 5_000,
            "installation" => 7_000,
            "issue" => 2_100_000,
            "pull" => 2_200_000,
            "comment" => 2_300_000,
            "review" => 2_400_000,
            "review_comment" => 2_500_000,
            "event" => 2_600_000,
            "label" => 2_700_000,
            "milestone" => 2_800_000,
            "check" => 2_900_000,
            "activity" => 3_000_000,
            "workflow_run" => 3_100_000,
            "delivery" => 3_200_000,
            "reaction" => 3_300_000,
            _ => 0,
        };
        let last = self.counters.entry(kind).or_insert(first);
        *last += 1;
        *last
    }

    /// The account of this login, made when there is none. Logins are equal whatever their case.
    pub fn account(&mut self, login: &str, kind: AccountKind) -> u64 {
        if let Some(user) = self.find_user(login) {
            return user;
        }
        // Only Apps have brackets in their names, so whoever has them is one.
        let kind = if login.ends_with("[bot]") {
            AccountKind::Bot
        } else {
            kind
        };
        let id = self.next_id("user");
        let user = User {
            id,
            login: login.to_owned(),
            kind,
            created_at: self.now(),
        };
        self.users.insert(id, user);
        id
    }

    /// The id of a login, if there is such an account.
    pub fn find_user(&self, login: &str) -> Option<u64> {
        let mut users = self.users.values();
        users
            .find(|user| user.login.eq_ignore_ascii_case(login))
            .map(|user| user.id)
    }

    /// The login of an account.
    pub fn login(&self, user: u64) -> &str {
        self.users.get(&user).map_or("ghost", |user| &user.login)
    }

    /// What somebody may do: `admin`, `maintain`, `write`, `triage`, `read`, `none`.
    pub fn role(&self, user: u64) -> &str {
        let person = self.users.get(&user).map(|user| user.kind) == Some(AccountKind::Person);
        let usual = if person { "write" } else { "none" };
        self.roles.get(&user).map_or(usual, String::as_str)
    }

    /// The id of `owner/name`.
    pub fn find_repo(&self, owner: &str, name: &str) -> Option<u64> {
        let mut repos = self.repos.values();
        repos
            .find(|repo| {
                repo.owner_login.eq_ignore_ascii_case(owner) && repo.name.eq_ignore_ascii_case(name)
            })
            .map(|repo| repo.id)
    }

    /// A repository; the id must come from this state, which never forgets one.
    pub fn repo(&self, id: u64) -> &Repo {
        &self.repos[&id]
    }

    /// The same, to change it.
    pub fn repo_mut(&mut self, id: u64) -> &mut Repo {
        self.repos
            .get_mut(&id)
            .expect("ids of repositories come from this state, which never forgets one")
    }

    /// An issue or pull request; both must come from this state.
    pub fn issue(&self, repo: u64, number: u64) -> &Issue {
        &self.repo(repo).issues[&number]
    }

    /// The same, to change it.
    pub fn issue_mut(&mut self, repo: u64, number: u64) -> &mut Issue {
        self.repo_mut(repo)
            .issues
            .get_mut(&number)
            .expect("the number was found under the same lock")
    }

    /// The part of an issue that makes it a pull request; 404 where it is none.
    pub fn pull(&self, repo: u64, number: u64) -> Result<&Pull, Refusal> {
        let issue = self.repo(repo).issues.get(&number);
        issue
            .and_then(|issue| issue.pull.as_ref())
            .ok_or_else(Refusal::not_found)
    }

    /// The same, to change it.
    pub fn pull_mut(&mut self, repo: u64, number: u64) -> Result<&mut Pull, Refusal> {
        let issue = self.repo_mut(repo).issues.get_mut(&number);
        issue
            .and_then(|issue| issue.pull.as_mut())
            .ok_or_else(Refusal::not_found)
    }

    /// Where the App is installed for this repository.
    pub fn installation_of(&self, repo: u64) -> Option<&Installation> {
        self.installations
            .iter()
            .find(|installation| installation.repos.contains(&repo))
    }

    /// The repository of the path, if whoever asks may see it; otherwise 404, which tells nothing.
    pub fn see(&self, call: &Call) -> Result<u64, Refusal> {
        let found = self.find_repo(call.param("owner"), call.param("repo"));
        let id = found.ok_or_else(Refusal::not_found)?;
        let seen = match &call.actor {
            Actor::User(_) => true,
            Actor::Installation { repos, .. } => !self.repo(id).private || repos.contains(&id),
            Actor::Nobody | Actor::App => !self.repo(id).private,
        };
        if seen {
            Ok(id)
        } else {
            Err(Refusal::not_found())
        }
    }

    /// The repository of the path, if whoever asks may write there, and who that is.
    pub fn write(&self, call: &Call) -> Result<(u64, Doer), Refusal> {
        let id = self.see(call)?;
        let doer = call.doer()?;
        match &call.actor {
            Actor::Installation { repos, .. } if !repos.contains(&id) => {
                Err(Refusal::not_for_apps())
            }
            _ => Ok((id, doer)),
        }
    }

    /// The issue or pull request of the path: 410 when it was deleted, 301 when it has moved.
    pub fn numbered(&self, call: &Call, repo: u64) -> Result<u64, Refusal> {
        let number = call.number("number")?;
        let here = self.repo(repo);
        if here.issues.contains_key(&number) {
            return Ok(number);
        }
        if here.deleted.contains(&number) {
            return Err(Refusal::gone("issue"));
        }
        if let Some((there, number)) = here.moved.get(&number) {
            let url = format!("{}/issues/{number}", self.repo_url(*there));
            let mut refusal = Refusal::plain(301, "Moved Permanently");
            refusal.body["url"] = url.clone().into();
            refusal.headers.push(("location", url));
            return Err(refusal);
        }
        Err(Refusal::not_found())
    }
}

/// The time without its fraction of a second.
pub(super) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
