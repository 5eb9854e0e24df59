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

/// Asks whether something is well; the error is shown to whoever asks `/readyz`, so it must name
/// no secret.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Something that must be well for us to be ready.
#[derive(Clone)]
pub struct Probe {
    /// Its name in the answer.
    pub name: &'static str,
    /// How to ask.
    pub check: Check,
}

impl Probe {
    /// A probe that asks by this function.
    pub fn new<F, A>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), String>> + Send + 'static,
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
        let database = Probe::new("database", move || {
            let store = store.clone();
            async move { store.ready().await.map_err(|error| error.to_string()) }
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
            let error = match answer {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error),
                Err(_) => Some("no answer in time".to_owned()),
            };
            let ok = error.is_none();
            (probe.name, Finding { ok, error })
        });
        let checks: BTreeMap<_, _> = join_all(asked).await.into_iter().collect();
        let ready = checks.values().all(|finding| finding.ok);
        let findings = Findings { ready, checks };
        // Told when it changes: whoever asks, asks every few seconds.
        let before = found.as_ref().map(|(_, before)| before);
        if before.map_or(!ready, |before| *before != findings) {
            tell(&findings);
        }
        *found = Some((Instant::now(), findings.clone()));
        findings
    }
}

fn tell(findings: &Findings) {
    if findings.ready {
        tracing::info!("ready");
        return;
    }
    for (name, finding) in &findings.checks {
        if let Some(error) = &finding.error {
            tracing::warn!(check = name, %error, "not ready");
        }
    }
}

/// `GET /healthz`: the process lives and answers.
pub(super) async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when all is well, 503 when something is not; with what was found, as JSON.
pub(super) async fn ready(State(hall): State<Arc<Hall>>) -> Response {
    let findings = hall.readiness.ask().await;
    let status = match findings.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(findings)).into_response()
}
