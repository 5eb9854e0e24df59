//! A GitHub and a Slack that run in this process and speak HTTP only.

mod away;
mod fault;
pub mod github;
mod play;
pub mod slack;
pub mod story;

use std::io;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use fault::{Death, Fault, Faults, Moment, WebhookFault};
pub use play::{CannotPlay, Player};

use crate::clock::Clock;
use github::GitHubWorld;
use slack::SlackWorld;

/// What an app needs to know to work with a sandbox instead of the real ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The App's id on GitHub.
    pub app_id: u64,
    /// Its private key, PEM.
    pub private_key: String,
    /// What GitHub signs webhooks with.
    pub webhook_secret: String,
    /// The bot's token in Slack.
    pub bot_token: String,
    /// What Slack signs its calls with.
    pub signing_secret: String,
}

/// Both worlds, reachable over HTTP until this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// The GitHub.
    pub github: GitHubWorld,
    /// The Slack.
    pub slack: SlackWorld,
    /// Where GitHub's API is: `http://127.0.0.1:4000/api/v3`.
    pub github_api: String,
    /// Where Slack's API is: `http://127.0.0.1:4001/api`.
    pub slack_api: String,
    /// What the app needs.
    pub keys: Keys,
    /// The death of the app at one of its next calls.
    pub death: Death,
    servers: Vec<JoinHandle<io::Result<()>>>,
}

impl Sandbox {
    /// Starts both worlds, empty, on these addresses (port 0: any free one). `pages` is what links
    /// to GitHub begin with; where it is `None`, GitHub's own address.
    ///
    /// # Errors
    /// When nothing can listen there.
    pub async fn start(
        clock: &Clock,
        github_at: SocketAddr,
        slack_at: SocketAddr,
        pages: Option<&str>,
    ) -> io::Result<Self> {
        let (webhook_secret, signing_secret) = ("sandbox-webhook-secret", "sandbox-signing-secret");
        let (app_id, bot_token) = (4_711, "xoxb-sandbox");
        let (github, private_key) = GitHubWorld::quickly(github::Settings {
            clock: clock.clone(),
            app_id,
            app_slug: String::from("sssbot"),
            webhook_secret: String::from(webhook_secret),
            public_url: String::new(),
        });
        let settings = slack::Settings::new(clock.clone(), bot_token, signing_secret);
        let slack = SlackWorld::new(settings);
        // One app talks to both, and dies once.
        let death = Death::default();
        github.faults().die_with(&death);
        slack.faults().die_with(&death);
        let for_github = TcpListener::bind(github_at).await?;
        let for_slack = TcpListener::bind(slack_at).await?;
        let github_url = format!("http://{}", for_github.local_addr()?);
        let slack_url = format!("http://{}", for_slack.local_addr()?);
        github.set_public_url(pages.unwrap_or(&github_url));
        slack.set_base_url(&slack_url);
        let servers = vec![
            tokio::spawn(axum::serve(for_github, github.router()).into_future()),
            tokio::spawn(axum::serve(for_slack, slack.router()).into_future()),
        ];
        Ok(Self {
            github,
            slack,
            github_api: format!("{github_url}/api/v3"),
            slack_api: format!("{slack_url}/api"),
            keys: Keys {
                app_id,
                private_key,
                webhook_secret: String::from(webhook_secret),
                bot_token: String::from(bot_token),
                signing_secret: String::from(signing_secret),
            },
            death,
            servers,
        })
    }

    /// Says where the app is: `http://127.0.0.1:3000`.
    pub fn set_app(&self, url: &str) {
        self.github.set_hook_url(&format!("{url}/github/webhooks"));
        let (events, interactions) = (
            format!("{url}/slack/events"),
            format!("{url}/slack/interactions"),
        );
        let commands = format!("{url}/slack/commands");
        self.slack
            .set_request_urls(Some(&events), Some(&interactions), Some(&commands));
    }

    /// Sends what waits to be sent to the app. Gives how much that was.
    pub async fn pump(&self) -> usize {
        self.github.pump().await + self.slack.pump().await
    }

    /// When either world does something by itself next.
    pub fn next_due(&self) -> Option<jiff::Timestamp> {
        let due = [self.github.next_due(), self.slack.next_due()];
        due.into_iter().flatten().min()
    }

    /// From now on all goes well: no fault waits any more, and what was held back goes out.
    pub fn calm(&self) {
        self.github.faults().clear();
        self.slack.faults().clear();
        self.death.clear();
        self.github.release();
        self.slack.release();
    }
}

/// The end of a connection in the place of an answer: the caller cannot know what was done.
fn cut() -> Response {
    let broken = std::io::Error::from(io::ErrorKind::ConnectionReset);
    Body::from_stream(futures::stream::once(async { Err::<Bytes, _>(broken) })).into_response()
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}
