//! Whether the process lives, and whether it can do its work.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures::future::{BoxFuture, FutureExt, join_all};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{Doors, Hall};

/// Why something is not well. The text is shown to whoever asks `/readyz`, so it must name no
/// secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwell {
    /// We cannot do our work until somebody mends it.
    Broken(String),
    /// It is away, and will be back. What comes in meanwhile is kept, so that we are ready for it:
    /// who sends webhooks elsewhere for that loses them.
    Away(String),
}

/// Asks whether something is well.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), Unwell>> + Send + Sync>;

/// Something that we need.
#[derive(Clone)]
pub struct Probe {
    /// Its name in the answer.
    pub name: &'static str,
    /// How to ask.
    pub check: Check,
}

impl Probe {
    /// A probe that asks by this function. What does not answer in time is away.
    pub fn new<F, A>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), Unwell>> + Send + 'static,
    {
        Self {
            name,
            check: Arc::new(move || check().boxed()),
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Probe({})", self.name)
    }
}

const DATABASE: &str = "database";

/// The probes, and what they found a moment ago.
pub(super) struct Readiness {
    probes: Vec<Probe>,
    again: Duration,
    within: Duration,
    found: Mutex<Option<(Instant, Findings)>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Findings {
    ready: bool,
    checks: BTreeMap<&'static str, Finding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Readiness {
    pub(super) fn new(doors: &Doors) -> Self {
        let store = doors.store.clone();
        let database = Probe::new(DATABASE, move || {
            let store = store.clone();
            async move {
                let ready = store.ready().await;
                ready.map_err(|error| Unwell::Broken(error.to_string()))
            }
        });
        let mut probes = vec![database];
        probes.extend(doors.probes.iter().cloned());
        Self {
            probes,
            again: doors.limits.ready_again,
            within: doors.limits.probe,
            found: Mutex::new(None),
        }
    }

    /// Who asks while another one is asking waits for the same findings.
    async fn ask(&self) -> Findings {
        let mut found = self.found.lock().await;
        if let Some((when, findings)) = &*found
            && when.elapsed() < self.again
        {
            return findings.clone();
        }
        let asked = self.probes.iter().map(|probe| async move {
            let answer = tokio::time::timeout(self.within, (probe.check)()).await;
            let slow = || "no answer in time".to_owned();
            let unwell = match answer {
                Ok(well) => well.err(),
                // Nothing is kept without a database, whatever keeps it from answering.
                Err(_) if probe.name == DATABASE => Some(Unwell::Broken(slow())),
                Err(_) => Some(Unwell::Away(slow())),
            };
            (probe.name, unwell)
        });
        let found_now = join_all(asked).await;
        let ready = !found_now
            .iter()
            .any(|(_, unwell)| matches!(unwell, Some(Unwell::Broken(_))));
        let checks = found_now.into_iter().map(|(name, unwell)| {
            let ok = unwell.is_none();
            let error = unwell.map(|(Unwell::Broken(error) | Unwell::Away(error))| error);
            (name, Finding { ok, error })
        });
        let checks: BTreeMap<_, _> = checks.collect();
        let findings = Findings { ready, checks };
        // Told when it changes: whoever asks, asks every few seconds.
        let before = found.as_ref().map(|(_, before)| before);
        let well = findings.checks.values().all(|finding| finding.ok);
        if before.map_or(!well, |before| *before != findings) {
            tell(&findings, well);
        }
        *found = Some((Instant::now(), findings.clone()));
        findings
    }
}

fn tell(findings: &Findings, well: bool) {
    if well {
        tracing::info!("all is well");
    }
    for (name, finding) in &findings.checks {
        if let Some(error) = &finding.error {
            tracing::warn!(check = name, ready = findings.ready, %error, "not well");
        }
    }
}

/// `GET /healthz`: the process lives and answers.
pub(super) async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 503 when something has to be mended, else 200, also while GitHub or Slack is
/// away; with what was found, as JSON.
pub(super) async fn ready(State(hall): State<Arc<Hall>>) -> Response {
    let findings = hall.readiness.ask().await;
    let status = match findings.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(findings)).into_response()
}
