//! The page of the demo: the sandbox's GitHub beside the sandbox's Slack, in a browser, live.
//!
//! One HTML document shows everything (`frame`); without JavaScript its forms post and lead back
//! to it, with JavaScript `live.js` fetches the same document again whenever something changed
//! (`live`) and changes only what differs. What a visitor does goes to GitHub (`acts`) and to
//! Slack (`slack_acts`) as a person would do it.

mod acts;
mod address;
mod blocks;
mod changes;
mod composer;
mod controls;
mod dialog;
mod files;
mod forms;
mod frame;
mod github_pane;
mod groups_pane;
mod guard;
mod guide;
mod live;
mod markdown;
mod marks;
mod message;
mod slack_acts;
mod slack_pane;
mod subject;
mod times;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::i18n::Lang;
use crate::sandbox::github::GitHubWorld;
use crate::sandbox::slack::SlackWorld;
use address::Here;
pub(super) use frame::PEOPLE;

/// How long a visitor waits for the sandbox's GitHub at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// What stands on the stage: both worlds, and what is being played.
#[derive(Clone)]
pub struct Stage {
    /// The GitHub at the left.
    pub github: GitHubWorld,
    /// The Slack at the right.
    pub slack: SlackWorld,
    /// Where that GitHub is reached, `http://127.0.0.1:4000`: its pages are below it, and its API at
    /// `/api/v3` below it. Links to its pages lead to this page instead.
    pub github_url: String,
    /// The language of the page.
    pub lang: Lang,
    /// What is being played. Keep its sender for as long as the page is served: the streams of
    /// `/events` end with it, so that a graceful shutdown need not wait for browsers.
    pub story: watch::Receiver<Playing>,
    /// The worlds' clock.
    pub clock: Clock,
}

/// What is being played now. The default says that nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Playing {
    /// What the story is called; empty when none plays.
    pub title: String,
    /// What happens in it now, in a line.
    pub step: String,
    /// The step's number, from 1.
    pub number: usize,
    /// How many steps the story has; 0 when that is not known.
    pub of: usize,
    /// Nothing more will happen by itself.
    pub over: bool,
}

/// What every handler has at hand.
#[derive(Clone)]
struct Page(Arc<Inner>);

struct Inner {
    stage: Stage,
    client: reqwest::Client,
}

impl Page {
    fn stage(&self) -> &Stage {
        &self.0.stage
    }
}

/// The page at `/`, what it is made of at `/static`, its news at `/events`, and what its visitors do
/// at `/act`. Answers only to loopback names, and takes posts from itself only.
pub fn router(stage: Stage) -> Router {
    // The sandbox is on this machine; a proxy in the environment must not take visitors elsewhere.
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE);
    let page = Page(Arc::new(Inner {
        stage,
        client: client.build().unwrap_or_default(),
    }));
    Router::new()
        .route("/", get(index))
        .route("/act/{what}", post(acts::post))
        .route("/act/slack/{what}", post(slack_acts::post))
        .route("/events", get(live::events))
        .route("/static/style.css", get(style))
        .route("/static/live.js", get(script))
        .route("/static/slack.js", get(slack_script))
        .layer(axum::middleware::from_fn(guard::watch))
        .with_state(page)
}

async fn index(State(page): State<Page>, Query(here): Query<Here>) -> Response {
    frame::document(page.stage(), &here, None).into_response()
}

/// The page once more, with what went wrong above it.
fn again(page: &Page, here: &Here, problem: &str) -> Response {
    let document = frame::document(page.stage(), here, Some(problem));
    (StatusCode::UNPROCESSABLE_ENTITY, document).into_response()
}

async fn style() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    // The last outdoes the others where there is little room, so the order counts.
    let sheets = concat!(
        include_str!("style.css"),
        include_str!("github.css"),
        include_str!("slack.css"),
        include_str!("controls.css"),
        include_str!("files.css"),
        include_str!("narrow.css"),
    );
    (kind, sheets)
}

async fn script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("live.js"))
}

async fn slack_script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("slack.js"))
}
