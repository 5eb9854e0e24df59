//! Takes from the inbox, asks the core, and does what follows.

mod cases;
mod directory;
mod earlier;
mod intake;
mod lanes;
mod lookups;
mod metrics;
mod missed;
mod owners;
mod postmortems;
mod reach;
mod rebuild;
mod review;
mod rules;
mod run;
mod slack_events;
mod subjects;
mod sweep;
mod teams;
mod titles;
mod upkeep;
mod writer;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, OnceCell};

use crate::clock::Clock;
use crate::github::{GitHub, GitHubError};
use crate::i18n::Lang;
use crate::id::RepoName;
use crate::mirror;
use crate::slack::{Group, Identity, Pace, Rates, Slack};
use crate::store::{Lease, Store};

pub use cases::{Case, Desk, Gather, Gathered, Opens, Snapshot, may_call, people};
use cases::{Cases, Members};
use directory::Directory;
use intake::Trouble;
use lanes::{Flood, Hush, Rest, Served};
use lookups::{Silence, is_silence};
pub use metrics::Metrics;
use rules::{Library, Rules};
use sweep::Watched;
pub use teams::{MEMBERSHIP, hands};
use upkeep::Upkeep;

/// The events of GitHub that are worth keeping: what the mirror tells, and who comes into GitHub teams and
/// goes, which comes last.
pub const EVENTS: &[&str] = &{
    let mut all = [teams::MEMBERSHIP; mirror::EVENTS.len() + 1];
    let mut at = 0;
    while at < mirror::EVENTS.len() {
        all[at] = mirror::EVENTS[at];
        at += 1;
    }
    all
};

/// How many channels are written to at once. Each waits on Slack most of its time.
const LANES_AT_ONCE: usize = 16;
/// How often to look at the inbox unasked: `sssbot inbox retry` is another process, whose bell does
/// not ring here.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(15);
/// How long at most until it is asked whether it is time to look for what no webhook told.
const LOOK_AROUND: SignedDuration = SignedDuration::from_mins(1);
/// How often what nobody needs any more is thrown away.
const TIDY_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How long a finished delivery is known again. GitHub keeps its own for 3 days, GitHub Enterprise
/// Server for 7.
const DELIVERIES_KEPT: SignedDuration = SignedDuration::from_hours(24 * 8);
/// How long a message that was said can still be changed by an edit on GitHub.
const MESSAGES_KEPT: SignedDuration = SignedDuration::from_hours(24 * 180);
/// How long to wait after trouble with our own database before looking again.
const AFTER_STORE_TROUBLE: SignedDuration = SignedDuration::from_secs(2);

/// What the engine needs to know of the deployment.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The language where the playbook names none.
    pub lang: Lang,
    /// How fast Slack lets us speak.
    pub rates: Rates,
    /// The repository that holds the playbook and the teams.
    pub postmortem_repo: RepoName,
    /// How often to look at GitHub for what no webhook told; `None` for never.
    pub sweep_every: Option<SignedDuration>,
    /// Our App, to know our own echoes.
    pub app_id: u64,
    /// Who holds the leases: one name a process.
    pub owner: String,
}

/// Everything the engine works with.
pub struct Parts {
    /// What survives a crash.
    pub store: Store,
    /// GitHub, to ask what a delivery does not say.
    pub github: GitHub,
    /// Slack, to say it.
    pub slack: Slack,
    /// The time.
    pub clock: Clock,
    /// What it counts.
    pub metrics: Metrics,
    /// The deployment.
    pub settings: Settings,
}

/// The engine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    parts: Parts,
    pace: Mutex<Pace>,
    directory: Mutex<Directory>,
    /// Held while the list of channels is read, so that many lanes ask for it once.
    listing: tokio::sync::Mutex<()>,
    rules: RwLock<Rules>,
    /// Playbooks of commits that were asked for.
    library: Mutex<Library>,
    /// What whoever must answer at once goes by.
    snapshot: RwLock<Arc<Snapshot>>,
    upkeep: Mutex<Upkeep>,
    /// Rung when there is something to look for: in the postmortem repository, or as the channels
    /// were read back.
    noticed: Notify,
    identity: OnceCell<Identity>,
    /// Held from the reading of documents to the commit of what they became: a delivery, a sweep and
    /// a rebuild merge into the same documents, and none may undo what another has just merged.
    merging: tokio::sync::Mutex<()>,
    /// Lanes that asked to be left alone: Slack's limits, or trouble.
    resting: Mutex<BTreeMap<String, Rest>>,
    /// Lanes that were told of many things at once.
    floods: Mutex<BTreeMap<String, Flood>>,
    /// Lanes whose trouble was told, and when it was met last.
    troubles: Mutex<BTreeMap<String, Timestamp>>,
    /// Whether Slack answers.
    hush: Mutex<Hush>,
    /// Who was served when, so that nobody is served twice before another was once.
    served: Mutex<Served>,
    watch: Mutex<Watch>,
    /// Whether GitHub is left alone.
    silence: Mutex<Silence>,
    /// Deliveries that were leased and could not be worked on: given back once the database lets us.
    unreturned: Mutex<Vec<Lease>>,
    /// When old rows were thrown away last.
    tidied: Mutex<Option<Timestamp>>,
    /// Rung when intake has made work for the writers.
    wanted: Notify,
    /// The incidents that go on.
    cases: Mutex<Cases>,
    /// The user groups of the workspace, and when they were read.
    groups: Mutex<Option<(Timestamp, Vec<Group>)>>,
    /// What Slack said of people.
    members: Mutex<Members>,
    /// Rung when there is something new about an incident.
    tended: Notify,
    /// What is known of the team definitions.
    team_definitions: teams::Held,
}

/// When to look for what no webhook told.
#[derive(Debug)]
struct Watch {
    missed_due: Timestamp,
    log: missed::Log,
    /// The repositories that are swept; `None` until they were read from the database.
    repos: Option<BTreeMap<RepoName, Watched>>,
    /// The last look met no answer.
    away: bool,
    /// The log says so.
    told: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            missed_due: Timestamp::MIN,
            log: missed::Log::default(),
            repos: None,
            away: false,
            told: false,
        }
    }
}

impl Watch {
    fn due(&self) -> Timestamp {
        let repos = self.repos.iter().flatten();
        repos.fold(self.missed_due, |due, (_, repo)| due.min(repo.due))
    }

    /// After an outage everything is looked at in one go, what failed before what is found: so it is
    /// told in the order in which it happened.
    fn all_at_once(&mut self, now: Timestamp) {
        if !self.away || self.due() > now {
            return;
        }
        self.away = false;
        self.missed_due = now;
        for watched in self.repos.iter_mut().flat_map(BTreeMap::values_mut) {
            watched.due = now;
        }
    }
}

/// A panic while one of our locks was held leaves plain data behind that is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sooner(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Engine {
    /// Puts the parts together; touches neither network nor disk.
    pub fn new(parts: Parts) -> Self {
        let pace = Pace::new(parts.settings.rates);
        let snapshot = Snapshot {
            rules: crate::incident::Rules::new(Arc::default(), parts.settings.lang),
            ..Snapshot::default()
        };
        Self(Arc::new(Inner {
            parts,
            pace: Mutex::new(pace),
            directory: Mutex::default(),
            listing: tokio::sync::Mutex::default(),
            merging: tokio::sync::Mutex::default(),
            rules: RwLock::default(),
            library: Mutex::default(),
            snapshot: RwLock::new(Arc::new(snapshot)),
            upkeep: Mutex::default(),
            noticed: Notify::new(),
            identity: OnceCell::new(),
            resting: Mutex::default(),
            floods: Mutex::default(),
            troubles: Mutex::default(),
            hush: Mutex::default(),
            served: Mutex::default(),
            watch: Mutex::default(),
            silence: Mutex::default(),
            unreturned: Mutex::default(),
            tidied: Mutex::default(),
            wanted: Notify::new(),
            cases: Mutex::default(),
            groups: Mutex::default(),
            members: Mutex::default(),
            tended: Notify::new(),
            team_definitions: teams::Held::default(),
        }))
    }

    fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// All that is known now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let snapshot = self.0.snapshot.read();
        Arc::clone(&snapshot.unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on, this is known.
    fn show(&self, snapshot: Snapshot) {
        let known = self.0.snapshot.write();
        *known.unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// Notes that a look met no answer, if that is what this means. True when the log does not know
    /// of this trouble yet.
    fn looked_in_vain(&self, trouble: &Trouble) -> bool {
        match trouble {
            // It answers, and has said when to come again.
            Trouble::GitHub(GitHubError::RateLimited { .. }) => true,
            Trouble::GitHub(error) if is_silence(error) => {
                let mut watch = lock(&self.0.watch);
                watch.away = true;
                !std::mem::replace(&mut watch.told, true)
            }
            Trouble::Store(error) => {
                self.0.parts.store.complain(error);
                false
            }
            _ => true,
        }
    }

    /// Notes that GitHub answers, in the log too where that says otherwise.
    fn looked_well(&self) {
        if std::mem::replace(&mut lock(&self.0.watch).told, false) {
            tracing::info!("GitHub answers again");
        }
    }

    /// Throws away what nobody needs any more, once an hour.
    async fn tidy(&self, now: Timestamp) {
        let due = {
            let mut tidied = lock(&self.0.tidied);
            let due = tidied.is_none_or(|at| now.duration_since(at) >= TIDY_EVERY);
            if due {
                *tidied = Some(now);
            }
            due
        };
        if !due {
            return;
        }
        let store = &self.0.parts.store;
        let before = |span| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
        let all = async {
            store.prune(before(DELIVERIES_KEPT)).await?;
            store.prune_messages(before(MESSAGES_KEPT)).await?;
            store.forget_expired(now).await
        };
        if let Err(error) = all.await {
            tracing::warn!(%error, "not tidied up");
        }
    }
}
