//! The doors to the outside: verify, store, ring a bell, answer.
//!
//! Nothing here thinks about what came in. A request is read within bounds of time and memory, its
//! signature is checked over the raw bytes before anything is parsed, it is stored, and only when it
//! is durable the sender hears a 2xx. What the engine does with it, the engine finds at the inbox.
//!
//! There is one exception, [`Desk`]: Slack's dialogs open and close while Slack waits, and whether
//! one may close is asked before it is stored. Nothing else is thought about here.

mod body;
mod desk;
mod github;
mod health;
mod insights;
mod metrics;
mod refusal;
mod secrets;
mod serve;
mod slack;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use prometheus_client::registry::Registry;

pub use desk::{Desk, Opens, Reception, Sorry};
pub use health::{Check, Probe, Unwell};
pub use insights::{
    Access, Form, Gallery, Insights, NotNow, PATH as INSIGHTS, Shown, SignIn, router as insights,
};
pub use metrics::Metrics;
pub use secrets::Secrets;
pub use serve::{Timeouts, serve};

use crate::clock::Clock;
use crate::store::Store;

/// What the doors need.
pub struct Doors {
    /// Where deliveries are kept.
    pub store: Store,
    /// Tells when a delivery came, and how old a signature of Slack's is.
    pub clock: Clock,
    /// What senders sign with.
    pub secrets: Secrets,
    /// The GitHub events that are stored. Any other is verified, answered and forgotten.
    pub github_events: &'static [&'static str],
    /// Whoever answers what Slack does not wait for. Without one all goes to the inbox, and no
    /// dialog opens.
    pub reception: Option<Reception>,
    /// What must be well for `/readyz`, besides the database, which is always asked.
    pub probes: Vec<Probe>,
    /// What this room counts.
    pub metrics: Metrics,
    /// What `/metrics` shows: everything that any room registered.
    pub registry: Arc<Registry>,
    /// How much, and for how long.
    pub limits: Limits,
}

/// Bounds of one request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body. GitHub sends 25 MB at most.
    pub body: usize,
    /// A body must be whole within this.
    pub reading: Duration,
    /// From the request's head to its answer; GitHub waits 10 s.
    pub answer: Duration,
    /// The same for Slack, which waits 3 s.
    pub slack_answer: Duration,
    /// From a request that opens a dialog to the dialog: Slack takes it for 3 s.
    pub opening: Duration,
    /// How long it may take to tell somebody that it did not open.
    pub telling: Duration,
    /// How long what `/readyz` found is told again, so that whoever asks often costs nothing.
    pub ready_again: Duration,
    /// How long a probe may take.
    pub probe: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 25 * 1024 * 1024,
            reading: Duration::from_secs(8),
            answer: Duration::from_secs(9),
            slack_answer: Duration::from_millis(2_800),
            opening: Duration::from_millis(2_000),
            telling: Duration::from_millis(600),
            ready_again: Duration::from_secs(10),
            probe: Duration::from_secs(5),
        }
    }
}

/// What every handler stands in.
struct Hall {
    doors: Doors,
    bodies: body::Bodies,
    readiness: health::Readiness,
}

/// All doors, to be opened by [`serve`].
pub fn router(doors: Doors) -> Router {
    let hall = Arc::new(Hall {
        bodies: body::Bodies::new(&doors.limits),
        readiness: health::Readiness::new(&doors),
        doors,
    });
    Router::new()
        .route("/github/webhooks", post(github::webhook))
        .route("/slack/events", post(slack::event))
        .route("/slack/interactions", post(slack::interaction))
        .route("/slack/commands", post(slack::command))
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .fallback(async || (StatusCode::NOT_FOUND, "There is nothing here.\n"))
        .with_state(hall)
}

#[cfg(test)]
mod tests;
