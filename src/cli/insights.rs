//! The page of what incidents teach, made of what the engine gathers: the doors and the engine do
//! not know each other.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::engine::{Engine, Gathered};
use crate::http::{self, Form, NotNow, Shown};
use crate::i18n::Lang;
use crate::id::RepoName;
use crate::incident::Rules;
use crate::report::{Filter, Look, Page, csv, html, json, policy, report};

/// How old what is shown may be: whoever reloads costs no question.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// How long somebody waits who asks while all incidents are read for the first time.
const PATIENCE: Duration = Duration::from_secs(8);

/// Makes the page.
#[derive(Clone)]
pub(super) struct Gathering(Arc<Inner>);

struct Inner {
    engine: Engine,
    repo: RepoName,
    clock: Clock,
    held: Mutex<Option<Arc<Held>>>,
}

/// What was gathered, when, and by which rules.
struct Held {
    at: Timestamp,
    gathered: Gathered,
    rules: Rules,
}

impl Gathering {
    pub(super) fn new(engine: Engine, repo: RepoName, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            engine,
            repo,
            clock,
            held: Mutex::default(),
        }))
    }

    /// All incidents, a minute old at most; older while GitHub does not answer.
    async fn held(self) -> Result<Arc<Held>, NotNow> {
        let mut held = self.0.held.lock().await;
        let at = self.0.clock.now();
        if let Some(held) = &*held
            && at.duration_since(held.at) < FRESH
        {
            return Ok(Arc::clone(held));
        }
        match self.0.engine.gather().await {
            Ok((gathered, rules)) => {
                let new = Arc::new(Held {
                    at,
                    gathered,
                    rules,
                });
                *held = Some(Arc::clone(&new));
                Ok(new)
            }
            Err(error) => {
                tracing::warn!(%error, "the incidents were not read for the insights page");
                let old = held.as_ref().map(Arc::clone);
                old.ok_or_else(|| NotNow("GitHub does not answer. Try again.".to_owned()))
            }
        }
    }

    async fn made(self, form: Form, fields: Vec<(String, String)>) -> Result<Shown, NotNow> {
        let repo = self.0.repo.clone();
        // Goes on though nobody waits for it any more: the next one who asks finds it.
        let reading = tokio::spawn(self.held());
        let held = match timeout(PATIENCE, reading).await {
            Ok(Ok(held)) => held?,
            Ok(Err(_)) => return Err(NotNow("Something went wrong. Try again.".to_owned())),
            Err(_) => {
                let words = "All incidents are being read from GitHub. Try again in a moment.";
                return Err(NotNow(words.to_owned()));
            }
        };
        // Thousands of rows are counted and written out: not on a thread that others wait for.
        let made = tokio::task::spawn_blocking(move || write(&held, &repo, form, &fields));
        made.await
            .map_err(|_| NotNow("Something went wrong. Try again.".to_owned()))
    }
}

impl http::Insights for Gathering {
    fn show(
        &self,
        form: Form,
        fields: Vec<(String, String)>,
    ) -> BoxFuture<'static, Result<Shown, NotNow>> {
        self.clone().made(form, fields).boxed()
    }
}

fn write(held: &Held, repo: &RepoName, form: Form, fields: &[(String, String)]) -> Shown {
    let field = |wanted: &str| {
        let mut fields = fields.iter();
        fields.find_map(|(name, value)| (name == wanted).then_some(value.as_str()))
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let (filter, wrong) = Filter::read(pairs);
    let lang = field("lang").and_then(|lang| lang.parse::<Lang>().ok());
    let look = Look {
        lang: lang.unwrap_or(held.rules.lang),
        playbook: &held.rules.playbook,
        repo,
        made: held.at,
    };
    let report = report(&held.gathered.rows, &filter, held.rules.zone());
    let page = field("page").and_then(|page| page.parse().ok());
    let body = match form {
        Form::Html => html(
            &report,
            &look,
            &Page::Served {
                address: http::INSIGHTS,
                page: page.unwrap_or(1),
                wrong: &wrong,
            },
        ),
        // With the mark by which a spreadsheet knows UTF-8: this file is opened with a click.
        Form::Csv => format!("\u{feff}{}", csv(&report)),
        Form::Json => format!("{:#}\n", json(&report, &look)),
    };
    Shown {
        body,
        policy: policy(),
    }
}
