//! The handle to a workspace: what tests, stories and the demo page hold on to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::pings::Ping;
use super::settings::{Limits, Settings};
use super::state::State;
use crate::clock::Clock;
use crate::id::{ChannelId, SlackUserId};
use crate::sandbox::Faults;
use crate::sandbox::away::Away;

/// How long the app may take to answer an event, an interaction or a command.
const PATIENCE: Duration = Duration::from_secs(3);

/// A Slack workspace. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct SlackWorld(Arc<Inner>);

struct Inner {
    clock: Clock,
    faults: Faults,
    away: Away,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    bell: watch::Sender<u64>,
    client: reqwest::Client,
}

/// One call of the Web API, as the workspace remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When, by the workspace's clock.
    pub at: Timestamp,
    /// `chat.postMessage`
    pub method: String,
    /// The channel it was about.
    pub channel: Option<ChannelId>,
    /// What it said, in some words: the beginning of the text, the name, the people.
    pub brief: String,
    /// `ok`, Slack's error code, or what a fault did.
    pub answer: String,
}

impl SlackWorld {
    /// An empty workspace with the app's bot in it, in no channel yet.
    pub fn new(settings: Settings) -> Self {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .no_proxy()
            // Only this machine is called, and plainly: no authority is asked for.
            .tls_certs_only([])
            .build()
            .unwrap_or_default();
        Self(Arc::new(Inner {
            clock: settings.clock.clone(),
            faults: Faults::default(),
            away: Away::default(),
            state: Mutex::new(State::new(settings)),
            changes: watch::channel(0).0,
            bell: watch::channel(0).0,
            client,
        }))
    }

    /// The faults that wait for calls of the Web API (by method) and for events on their way out.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Lets the whole of Slack be away, or come back. While it is, every call is answered 503, and
    /// what happens in it (people in their clients still see each other) waits to be sent.
    pub fn set_away(&self, away: bool) {
        self.0.away.set(away);
        if !away {
            self.0.bell.send_modify(|count| *count += 1);
        }
    }

    pub(super) fn is_away(&self) -> bool {
        self.0.away.is()
    }

    /// The bot's own id.
    pub fn bot(&self) -> SlackUserId {
        self.look(|state| state.bot.clone())
    }

    /// The time by the workspace's clock.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Counts up with every change, for pages that live.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Counts up whenever something new waits to be sent to the app.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.0.bell.subscribe()
    }

    /// Every call of the Web API so far, oldest first.
    pub fn told(&self) -> Vec<Told> {
        self.look(|state| state.told.clone())
    }

    /// Every live mention in what the bot said, oldest first: who would have been notified.
    pub fn pings(&self) -> Vec<Ping> {
        self.look(|state| state.pings.clone())
    }

    /// How many calls came although a limit was reached.
    pub fn limits_exceeded(&self) -> u64 {
        self.look(|state| state.meter.exceeded())
    }

    /// Changes how strictly calls are counted.
    pub fn set_limits(&self, limits: Limits) {
        self.change(|state, _| state.meter.set(limits));
    }

    /// How many people or channels a list gives at most at once from now on.
    pub fn set_page(&self, most: usize) {
        self.change(|state, _| state.settings.page = most);
    }

    /// Where the app takes events, interactions and commands. Nothing is sent, nor kept to be sent,
    /// where there is no address.
    pub fn set_request_urls(
        &self,
        events: Option<&str>,
        interactions: Option<&str>,
        commands: Option<&str>,
    ) {
        self.change(|state, _| {
            let own = |url: Option<&str>| url.map(str::to_owned);
            state
                .outbox
                .set_urls(own(events), own(interactions), own(commands));
        });
    }

    /// Grants the bot's token these scopes and no others.
    pub fn set_scopes(&self, scopes: &[&str]) {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.change(|state, _| state.settings.scopes = Some(scopes));
    }

    /// Where this workspace itself is reached (`http://127.0.0.1:4000`): what `response_url` begins
    /// with.
    pub fn set_base_url(&self, url: &str) {
        self.change(|state, _| url.trim_end_matches('/').clone_into(&mut state.base_url));
    }

    pub(super) fn client(&self) -> &reqwest::Client {
        &self.0.client
    }

    /// Looks at the state.
    pub(super) fn look<R>(&self, at: impl FnOnce(&State) -> R) -> R {
        at(&self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state, and tells those who wait for changes and for events.
    pub(super) fn change<R>(&self, how: impl FnOnce(&mut State, Timestamp) -> R) -> R {
        let (result, rang) = self.quietly(|state, now| {
            let before = state.outbox.queued();
            let result = how(state, now);
            (result, state.outbox.queued() != before)
        });
        self.0.changes.send_modify(|version| *version += 1);
        if rang {
            self.0.bell.send_modify(|count| *count += 1);
        }
        result
    }

    /// Changes what nobody looks at.
    pub(super) fn quietly<R>(&self, how: impl FnOnce(&mut State, Timestamp) -> R) -> R {
        let now = self.now();
        how(
            &mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner),
            now,
        )
    }
}

impl std::fmt::Debug for SlackWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SlackWorld").finish_non_exhaustive()
    }
}
