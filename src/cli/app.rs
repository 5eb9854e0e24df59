//! The app put together: store, clients, engine and doors, ready to run.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Failure;
use super::insights::Gathering;
use crate::clock::Clock;
use crate::config::Config;
use crate::engine::{self, Engine};
use crate::github::{GitHub, GitHubError};
use crate::http::{
    self, Doors, Gallery, Limits, Opens, Probe, Reception, Secrets, Sorry, Timeouts, Unwell,
};
use crate::slack::form::Verdict;
use crate::slack::inbound::{Inbound, Submitted};
use crate::slack::{Slack, SlackError};
use crate::store::{self, Store};

/// Who holds the leases. One name for good: what a killed process held is ours again at once. One
/// process a database, so far.
const OWNER: &str = "sssbot";
/// How long the doors stay closed at most while what is kept is read.
const WAKES: Duration = Duration::from_secs(2);

/// An app that is built and does not run yet.
pub struct App {
    /// What thinks.
    pub engine: Engine,
    /// What is kept.
    pub store: Store,
    /// What listens, once it is served.
    pub router: Router,
}

/// An app whose doors are open.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl App {
    /// Builds the app. Opens the database and reads what is kept; makes no call to GitHub or Slack, so
    /// that it can receive within milliseconds of its start, and while they are away.
    ///
    /// # Errors
    /// When the database cannot be opened, or an address or key is unusable.
    pub async fn build(config: &Config, clock: Clock) -> Result<Self, Failure> {
        let settings = store::Settings {
            url: config.database_url.clone(),
        };
        let store = Store::open(&settings)
            .await
            .map_err(|error| Failure::Other(error.to_string()))?;
        let github = GitHub::new(config.github.clone())
            .map_err(|error| Failure::Settings(format!("GitHub: {error}")))?;
        let slack = Slack::new(config.slack.clone())
            .map_err(|error| Failure::Settings(format!("SLACK_API_URL: {error}")))?
            .managing_groups_with(config.usergroups_token.clone());
        let mut registry = Registry::with_prefix("sssbot");
        let door_metrics = http::Metrics::register(&mut registry);
        let engine = Engine::new(engine::Parts {
            store: store.clone(),
            github: github.clone(),
            slack: slack.clone(),
            clock: clock.clone(),
            metrics: engine::Metrics::register(&mut registry),
            settings: engine::Settings {
                lang: config.lang,
                rates: config.rates,
                postmortem_repo: config.repo().clone(),
                sweep_every: config.sweep_every,
                app_id: config.github.app_id,
                owner: String::from(OWNER),
            },
        });
        let reception = Reception {
            desk: Arc::new(AtOnce(engine.desk())),
            slack: slack.clone(),
        };
        let probes = vec![
            Probe::new("github", move || {
                let github = github.clone();
                async move {
                    github.probe().await.map_err(|error| match error {
                        GitHubError::RateLimited { .. }
                        | GitHubError::Ambiguous { .. }
                        | GitHubError::NotSent { .. } => Unwell::Away(error.to_string()),
                        error => Unwell::Broken(error.to_string()),
                    })
                }
            }),
            Probe::new("slack", move || {
                let slack = slack.clone();
                async move {
                    slack
                        .auth_test()
                        .await
                        .map(drop)
                        .map_err(|error| match error {
                            SlackError::Refused(_) => Unwell::Broken(error.to_string()),
                            error => Unwell::Away(error.to_string()),
                        })
                }
            }),
        ];
        store
            .end_leases(OWNER)
            .await
            .map_err(|error| Failure::Other(error.to_string()))?;
        // A GitHub that is asked for a playbook, and does not answer, holds up no door.
        let _ = tokio::time::timeout(WAKES, engine.wake()).await;
        let router = http::router(Doors {
            store: store.clone(),
            clock: clock.clone(),
            secrets: Secrets::new(
                config.github_webhook_secret.reveal(),
                config.slack_signing_secret.reveal(),
            ),
            github_events: engine::EVENTS,
            reception: Some(reception),
            probes,
            metrics: door_metrics,
            registry: Arc::new(registry),
            limits: Limits::default(),
        });
        let router = router.merge(http::insights(Gallery {
            insights: Arc::new(Gathering::new(
                engine.clone(),
                config.repo().clone(),
                clock.clone(),
            )),
            access: config.insights.clone(),
            clock,
        }));
        Ok(Self {
            engine,
            store,
            router,
        })
    }

    /// Opens the doors and, where `think` is set, starts the engine's loops. A story leaves that
    /// out and turns the engine itself, in its own time.
    pub fn run(self, listener: TcpListener, think: bool) -> Result<Running, Failure> {
        let address = listener
            .local_addr()
            .map_err(|error| Failure::Other(error.to_string()))?;
        let (stop, stopped) = watch::channel(false);
        let until = |mut stopped: watch::Receiver<bool>| async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let served = http::serve(
            listener,
            self.router,
            until(stopped.clone()),
            Timeouts::default(),
        );
        let mut tasks = vec![tokio::spawn(async move {
            served.await;
        })];
        if think {
            let engine = self.engine;
            tasks.push(tokio::spawn(
                async move { engine.run(until(stopped)).await },
            ));
        }
        Ok(Running {
            address,
            stop,
            tasks,
        })
    }
}

/// What the engine knows, for the doors: the two do not know each other.
struct AtOnce(engine::Desk);

impl http::Desk for AtOnce {
    fn opens(&self, inbound: &Inbound, now: Timestamp) -> Option<Opens> {
        let engine::Opens {
            trigger,
            view,
            instead,
            response_url,
        } = self.0.opens(inbound, now)?;
        Some(Opens {
            trigger,
            view,
            instead,
            response_url,
        })
    }

    fn verdict(&self, submitted: &Submitted, now: Timestamp) -> Verdict {
        self.0.verdict(submitted, now)
    }

    fn sorry(&self, why: Sorry) -> String {
        let said = match why {
            Sorry::NotOpened => self.0.not_opened(),
            Sorry::NotKept => self.0.not_kept(),
        };
        said.to_owned()
    }
}

impl Running {
    /// Ends at once and finishes nothing, as a process does that is killed.
    pub async fn kill(self) {
        for task in &self.tasks {
            task.abort();
        }
        for task in self.tasks {
            let _ = task.await;
        }
    }

    /// Closes the doors, lets what is inside finish, and returns when all of it has.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}
