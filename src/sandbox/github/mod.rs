//! A GitHub that runs in this process: state behind a lock, spoken to over HTTP as the real one is.

mod acts;
mod app;
mod auth;
mod call;
mod checks;
mod comments;
mod commits;
mod contents;
mod deliveries;
mod diff;
mod errors;
mod git;
mod git_data;
mod graphql;
mod hooks;
mod issue_list;
mod issues;
mod json;
mod json_git;
mod json_issues;
mod json_pulls;
mod labels;
mod limits;
mod looks;
mod oauth;
mod page;
mod pulls;
mod reactions;
mod records;
mod refs;
mod repos;
mod review_comments;
mod reviews;
mod routes;
mod seed;
mod server;
mod snapshot;
mod state;
mod sub_issues;
mod teams;
#[cfg(test)]
mod tests;
mod timeline;
mod told;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

pub use deliveries::Attempt;
pub use looks::{Annotation, ChangedFile, CheckView, DiffLine, FileView};
pub use seed::{CannotAct, CommitSpec, Target};
pub use snapshot::{
    CommitView, IssueView, LabelView, LineView, PullView, RepoView, Snapshot, TimelineView, What,
};
pub use told::{Asked, Told};

use super::away::Away;
use super::fault::Faults;
use crate::clock::Clock;
use state::State;

/// What a world is made with.
#[derive(Clone)]
pub struct Settings {
    /// The time of everything but JWTs and tokens, which clients judge by the machine's clock.
    pub clock: Clock,
    /// The id of our App.
    pub app_id: u64,
    /// Its name in addresses; it writes as `<slug>[bot]`.
    pub app_slug: String,
    /// What signs webhooks.
    pub webhook_secret: String,
    /// Where this GitHub is reached, `http://127.0.0.1:4000`. Pages are below it, the API is at
    /// `/api/v3` below it. May be empty until [`GitHubWorld::set_public_url`].
    pub public_url: String,
}

/// A GitHub. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct GitHubWorld(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    faults: Faults,
    away: Away,
    bell: Arc<Notify>,
    version: watch::Sender<u64>,
    /// Held while webhooks are sent, so that they go out in order.
    pumping: tokio::sync::Mutex<()>,
    client: reqwest::Client,
}

impl fmt::Debug for GitHubWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GitHubWorld")
    }
}

impl GitHubWorld {
    /// An empty GitHub with one App, and that App's private key as PEM.
    pub fn new(settings: Settings) -> (Self, String) {
        Self::with_key(settings, auth::new_key())
    }

    /// As [`GitHubWorld::new`], with one key for all worlds of this process: quicker.
    pub fn quickly(settings: Settings) -> (Self, String) {
        Self::with_key(settings, auth::one_key())
    }

    fn with_key(settings: Settings, (key, pem): (auth::AppKey, String)) -> (Self, String) {
        let state = State::new(
            settings.clock,
            settings.app_id,
            settings.app_slug,
            settings.webhook_secret,
            settings.public_url,
            key,
        );
        // Webhooks go to this machine; a proxy in the environment must not take them elsewhere. Each
        // has a connection of its own: one that is kept may be closed just as it is used again, and
        // nobody sends a webhook twice.
        let client = reqwest::Client::builder()
            .no_proxy()
            // Only this machine is called, and plainly: no authority is asked for.
            .tls_certs_only([])
            .pool_max_idle_per_host(0)
            .build();
        let world = Self(Arc::new(Inner {
            state: Mutex::new(state),
            faults: Faults::default(),
            away: Away::default(),
            bell: Arc::new(Notify::new()),
            version: watch::channel(0).0,
            pumping: tokio::sync::Mutex::new(()),
            client: client.unwrap_or_default(),
        }));
        (world, pem)
    }

    /// The API, at `/` and at `/api/v3`. It has a fallback (404, noted in [`GitHubWorld::told`]), so
    /// a router of pages that is merged with it must have none.
    pub fn router(&self) -> axum::Router {
        server::router(self)
    }

    /// With what people sign in with the App: its client id, and its secret.
    pub fn client(&self) -> (String, String) {
        self.lock().client()
    }

    /// The faults that wait for calls (`POST /repos/acme/shop/issues/1/comments`, without
    /// `/api/v3`) and for webhooks.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Lets the whole of GitHub be away, or come back. While it is, every call of a program is
    /// answered 503, and webhooks fail: they are in the log and never sent again. People get through,
    /// as they mostly do when the API is what has broken.
    pub fn set_away(&self, away: bool) {
        self.0.away.set(away);
    }

    fn is_away(&self) -> bool {
        self.0.away.is()
    }

    /// Says where this GitHub is reached, once it is bound.
    pub fn set_public_url(&self, url: &str) {
        url.trim_end_matches('/')
            .clone_into(&mut self.lock().public_url);
    }

    /// Says where webhooks go, and rings when some wait.
    pub fn set_hook_url(&self, url: &str) {
        self.lock().queue.hook_url = Some(url.to_owned());
        if self.lock().queue.waits() {
            self.ring();
        }
    }

    /// How many things an actor may create in a minute, 80 unless told; `None` is no limit.
    pub fn set_write_limit(&self, a_minute: Option<usize>) {
        self.lock().limits.writes_a_minute = a_minute;
    }

    /// How many webhooks a pump would send. Those held back by a fault do not count.
    pub fn pending(&self) -> usize {
        self.lock().queue.pending()
    }

    /// Rings when a webhook waits to be sent.
    pub fn bell(&self) -> Arc<Notify> {
        self.0.bell.clone()
    }

    /// A number that goes up with every change, for pages that follow it.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.version.subscribe()
    }

    /// Queues a delivery of the log once more, with the same guid; false where there is none.
    pub fn deliver_again(&self, delivery: u64) -> bool {
        let queued = self.lock().redeliver(delivery);
        self.ring();
        queued
    }

    /// Queues the newest delivery once more, with the same guid; false where there is none.
    pub fn deliver_last_again(&self) -> bool {
        let last = self.lock().queue.log.front().map(|delivery| delivery.id);
        last.is_some_and(|id| self.deliver_again(id))
    }

    /// What the App wrote, and calls that no GitHub knows, in order.
    pub fn told(&self) -> Vec<Told> {
        self.lock().told.clone()
    }

    /// What the App asked so far, reads and writes, by kind: `GET issues/*`.
    pub fn asked(&self) -> BTreeMap<String, Asked> {
        self.lock().asked.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.0.bell.notify_one();
    }

    fn changed(&self) {
        self.0.version.send_modify(|version| *version += 1);
    }
}
