//! A Slack of the sandbox, a client of it, and an app that only listens.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use jiff::SignedDuration;
use serde_json::Value;
use sssbot::clock::{Clock, Hands};
use sssbot::id::{ChannelId, SlackUserId};
use sssbot::sandbox::slack::{Limits, NewPerson, Settings as World, SlackWorld};
use sssbot::slack::inbound::{self, Door, Inbound};
use sssbot::slack::{Metadata, Settings, Slack};
use tokio::net::TcpListener;

type Caught = Arc<Mutex<Vec<(String, String)>>>;

/// Slack and who is in it.
pub struct Desk {
    pub world: SlackWorld,
    pub slack: Slack,
    pub hanako: SlackUserId,
    pub url: String,
    hands: Hands,
    caught: Caught,
}

async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

impl Desk {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn with(change: impl FnOnce(&mut World)) -> Self {
        let (clock, hands) = Clock::by_hand("2021-01-01T00:00:00Z".parse().unwrap());
        let mut settings = World::new(clock, "xoxb-test", "signs");
        settings.limits = Limits::off();
        change(&mut settings);
        let world = SlackWorld::new(settings);
        let url = serve(world.router()).await;
        world.set_base_url(&url);
        let caught = Caught::default();
        let listening = Router::new()
            .route(
                "/{door}",
                post(
                    |State(caught): State<Caught>, Path(door): Path<String>, body: String| async move {
                        caught.lock().unwrap().push((door, body));
                    },
                ),
            )
            .with_state(caught.clone());
        let app = serve(listening).await;
        let [events, interactions, commands] =
            ["events", "interactions", "commands"].map(|door| format!("{app}/{door}"));
        world.set_request_urls(Some(&events), Some(&interactions), Some(&commands));
        let slack = Slack::new(Settings {
            api_url: format!("{url}/api"),
            token: "xoxb-test".into(),
            timeout: Duration::from_secs(2),
        })
        .unwrap();
        let hanako = world.add_user(NewPerson::named("hanako"));
        Self {
            world,
            slack,
            hanako,
            url,
            hands,
            caught,
        }
    }

    /// A channel that the bot has made, with Hanako in it.
    pub async fn channel(&self) -> ChannelId {
        let made = self.slack.create("sss-20210101i", false).await.unwrap();
        self.world.join(&made.id, &self.hanako);
        made.id
    }

    pub fn turn(&self, seconds: i64) {
        self.hands.turn(SignedDuration::from_secs(seconds));
    }

    pub fn about(&self) -> Metadata {
        Metadata::new("card:1".into(), 1)
    }

    /// What Slack has sent since this was last asked, read.
    pub async fn heard(&self) -> Vec<Inbound> {
        while self.world.pump().await > 0 {}
        let caught = std::mem::take(&mut *self.caught.lock().unwrap());
        let read = caught.into_iter().map(|(door, body)| {
            let fields: serde_json::Map<String, Value> =
                url::form_urlencoded::parse(body.as_bytes())
                    .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                    .collect();
            // As the doors of the app keep them.
            let (door, body) = match door.as_str() {
                "events" => (Door::Event, body),
                "interactions" => {
                    let payload = fields["payload"].as_str().unwrap();
                    (Door::Interaction, payload.to_owned())
                }
                _ => (Door::Command, Value::Object(fields).to_string()),
            };
            inbound::read(door, body.as_bytes()).unwrap()
        });
        read.collect()
    }

    /// What the sandbox remembers of the newest call.
    pub fn last_answer(&self) -> (String, String) {
        let told = self.world.told().pop().unwrap();
        (told.method, told.answer)
    }
}
