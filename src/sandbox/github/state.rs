//! What this GitHub holds: people, repositories, issues and all that hangs on them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::Value;

use super::auth::{AppKey, Token};
use super::call::Call;
use super::deliveries::Queue;
use super::errors::Refusal;
use super::git::Git;
use super::limits::Limits;
use super::told::Told;
use crate::clock::Clock;

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountKind {
    Person,
    Bot,
    Organization,
}

#[derive(Debug)]
pub(super) struct User {
    pub id: u64,
    pub login: String,
    pub kind: AccountKind,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

#[derive(Debug)]
pub(super) struct Milestone {
    pub id: u64,
    pub title: String,
    pub description: Option<String>,
    pub creator: u64,
    pub open: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub due_on: Option<Timestamp>,
}

#[derive(Debug)]
pub(super) struct Comment {
    pub id: u64,
    pub issue: u64,
    pub by: Doer,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One line of a timeline: an event of its own, or a place where something else stands.
#[derive(Debug)]
pub(super) enum Entry {
    Event(Event),
    Comment(u64),
    Review(u64),
}

#[derive(Debug)]
pub(super) struct Event {
    pub id: u64,
    pub kind: &'static str,
    pub by: Doer,
    pub at: Timestamp,
    /// The fields that this kind has beyond the others: `label`, `rename`, `assignee`...
    pub extra: Value,
}

#[derive(Debug)]
pub(super) struct Issue {
    pub id: u64,
    pub title: String,
    pub body: Option<String>,
    pub by: Doer,
    pub open: bool,
    pub state_reason: Option<&'static str>,
    pub labels: Vec<u64>,
    pub assignees: Vec<u64>,
    pub milestone: Option<u64>,
    pub locked: bool,
    pub lock_reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<u64>,
    pub timeline: Vec<Entry>,
    /// What a pull request has beyond an issue.
    pub pull: Option<Pull>,
}

#[derive(Debug)]
pub(super) struct Pull {
    pub id: u64,
    pub head: String,
    pub head_sha: String,
    pub base: String,
    pub base_sha: String,
    pub draft: bool,
    pub merged_at: Option<Timestamp>,
    pub merged_by: Option<u64>,
    pub merge_sha: Option<String>,
    pub requested: Vec<u64>,
    pub reviews: BTreeMap<u64, Review>,
    pub comments: BTreeMap<u64, ReviewComment>,
    /// The first comment of every thread that was resolved.
    pub resolved: BTreeSet<u64>,
}

#[derive(Debug)]
pub(super) struct Review {
    pub id: u64,
    pub by: Doer,
    pub body: String,
    /// `PENDING`, `COMMENTED`, `APPROVED`, `CHANGES_REQUESTED` or `DISMISSED`.
    pub state: &'static str,
    pub commit: String,
    pub submitted_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub(super) struct ReviewComment {
    pub id: u64,
    pub review: u64,
    pub by: Doer,
    pub path: String,
    pub position: Option<u64>,
    pub line: Option<u64>,
    pub side: String,
    pub start_line: Option<u64>,
    pub start_side: Option<String>,
    pub commit: String,
    pub hunk: String,
    pub body: String,
    pub reply_to: Option<u64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug)]
pub(super) struct CheckRun {
    pub id: u64,
    pub suite: u64,
    pub name: String,
    pub sha: String,
    pub status: String,
    pub conclusion: Option<String>,
    pub details_url: Option<String>,
    pub external_id: String,
    pub started_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    pub annotations: Vec<Value>,
    /// Made by our App; otherwise by GitHub's own runner of workflows.
    pub ours: bool,
}

/// A line of `/activity`: what moved a ref.
#[derive(Debug)]
pub(super) struct Activity {
    pub id: u64,
    pub before: String,
    pub after: String,
    pub name: String,
    pub at: Timestamp,
    pub kind: &'static str,
    pub by: u64,
}

#[derive(Debug)]
pub(super) struct Repo {
    pub id: u64,
    pub owner: u64,
    pub owner_login: String,
    pub name: String,
    pub private: bool,
    pub description: Option<String>,
    pub default_branch: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub pushed_at: Timestamp,
    pub labels: Vec<Label>,
    pub milestones: BTreeMap<u64, Milestone>,
    pub last_number: u64,
    pub issues: BTreeMap<u64, Issue>,
    /// Numbers that were deleted.
    pub deleted: BTreeSet<u64>,
    /// Numbers that moved away, and where to.
    pub moved: BTreeMap<u64, (u64, u64)>,
    pub comments: BTreeMap<u64, Comment>,
    pub git: Git,
    pub checks: BTreeMap<u64, CheckRun>,
    pub activity: Vec<Activity>,
    pub last_run: u64,
}

#[derive(Debug)]
pub(super) struct Installation {
    pub id: u64,
    pub account: u64,
    pub repos: Vec<u64>,
    pub created_at: Timestamp,
}

/// Who does something, and whether through the App.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doer {
    pub user: u64,
    pub via_app: bool,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(super) enum Actor {
    /// No `Authorization` at all.
    Nobody,
    /// The App itself, by its JWT.
    App,
    /// The App where it is installed, by a token; `repos` are those that the token reaches.
    Installation { id: u64, bot: u64, repos: Vec<u64> },
    /// A person.
    User(u64),
}

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
    pub repos: BTreeMap<u64, Repo>,
    pub installations: Vec<Installation>,
    pub tokens: HashMap<String, Token>,
    pub queue: Queue,
    pub told: Vec<Told>,
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
            repos: BTreeMap::new(),
            installations: Vec::new(),
            tokens: HashMap::new(),
            queue: Queue::default(),
            told: Vec::new(),
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
