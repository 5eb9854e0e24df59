//! The app inside the test's own process, on a sandbox, in time that is turned by hand.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sssbot::cli::app::{App, Running};
use sssbot::clock::{Clock, Hands};
use sssbot::config::{Args, Config, HubArgs, TalkArgs};
use sssbot::engine::Engine;
use sssbot::sandbox::Sandbox;
use sssbot::sandbox::slack::{Links, NewPerson};
use sssbot::secret::Secret;
use sssbot::store::{State, Store};
use tokio::net::TcpListener;

/// When time begins: later than all that the sample payloads tell.
const START: &str = "2021-01-02T00:00:00Z";

/// A sandbox whose time is turned by hand, furnished for an app.
pub struct Ground {
    /// The GitHub and the Slack.
    pub sandbox: Sandbox,
    /// Its time.
    pub clock: Clock,
    hands: Hands,
}

impl Ground {
    /// A GitHub with the repositories of the samples, and a Slack with nothing in it.
    pub async fn new() -> Self {
        let (clock, hands) = Clock::by_hand(START.parse().unwrap());
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let pages = Some("https://github.com");
        let sandbox = Sandbox::start(&clock, any, any, pages).await.unwrap();
        let repos = ["acme/postmortem", "acme/shop"];
        for repo in repos {
            sandbox.github.add_repo(repo, true).unwrap();
        }
        sandbox.github.install(&repos).unwrap();
        sandbox.slack.add_user(NewPerson::named("maker"));
        Self {
            sandbox,
            clock,
            hands,
        }
    }

    /// Makes a channel with the bot in it.
    pub fn channel(&self, name: &str) {
        let slack = &self.sandbox.slack;
        let maker = slack.user_named("maker").unwrap();
        let made = slack.create_channel(name, &maker, false).unwrap();
        slack.invite(&made, &slack.bot(), &maker);
    }

    /// What the bot said in a channel, as people see it.
    pub fn said_in(&self, channel: &str) -> Vec<String> {
        let names = self.sandbox.slack.names();
        let view = self.sandbox.slack.channel(channel).unwrap();
        let messages = view.messages.iter().filter(|message| message.by_bot);
        let shown = messages.map(|message| message.plain(&names, Links::Shown));
        shown.collect()
    }
}

/// An app at work on a [`Ground`].
pub struct House {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it keeps.
    pub store: Store,
    engine: Engine,
    running: Running,
}

impl House {
    /// Opens an app with its database in this directory.
    pub async fn open(ground: &Ground, dir: &Path) -> Self {
        let (sandbox, keys) = (&ground.sandbox, &ground.sandbox.keys);
        let args = Args {
            hub: HubArgs {
                github_api_url: Some(sandbox.github_api.clone()),
                github_app_id: Some(keys.app_id.to_string()),
                github_private_key: Some(Secret::new(keys.private_key.clone())),
                postmortem_repo: Some("acme/postmortem".to_owned()),
                lang: Some("en".to_owned()),
                ..HubArgs::default()
            },
            talk: TalkArgs {
                slack_api_url: Some(sandbox.slack_api.clone()),
                slack_bot_token: Some(Secret::new(keys.bot_token.clone())),
                ..TalkArgs::default()
            },
            github_webhook_secret: Some(Secret::new(keys.webhook_secret.clone())),
            slack_signing_secret: Some(Secret::new(keys.signing_secret.clone())),
            database_url: Some(super::database(dir)),
            ..Args::default()
        };
        let config = Config::read(&args).unwrap();
        let app = App::build(&config, ground.clock.clone()).await.unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (engine, store) = (app.engine.clone(), app.store.clone());
        let running = app.run(listener, false).unwrap();
        Self {
            address: running.address,
            store,
            engine,
            running,
        }
    }

    /// Lets so much time pass, and everything happen that is due in it.
    pub async fn live(&self, ground: &Ground, span: SignedDuration) {
        let until = ground.clock.now() + span;
        for _ in 0..1_000 {
            let next: Option<Timestamp> = self.engine.turn().await;
            match next.filter(|at| *at <= until) {
                Some(at) => ground.hands.turn_to(at),
                None => return ground.hands.turn_to(until),
            }
        }
        panic!("it does not come to rest");
    }

    /// Where the delivery of this id stands, and how often it was tried.
    pub async fn stands(&self, id: &str) -> (State, u32) {
        let all = self.store.list(None, 100).await.unwrap();
        let found = all.iter().find(|summary| summary.id.as_str() == id);
        let found = found.unwrap();
        (found.state, found.tries)
    }

    /// Closes it in order.
    pub async fn close(self) {
        self.running.stop().await;
        self.store.close().await;
    }
}
