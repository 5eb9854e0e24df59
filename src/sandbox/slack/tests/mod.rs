//! The workspace as an app meets it: over HTTP.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

mod app;
mod channels;
mod limits;
mod messages;

use super::*;
use crate::clock::{Clock, Hands};
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::sandbox::{Fault, Moment, WebhookFault};

const TOKEN: &str = "xoxb-test";
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

struct Desk {
    world: SlackWorld,
    hands: Hands,
    url: String,
    http: reqwest::Client,
    hanako: SlackUserId,
}

async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn desk_with(change: impl FnOnce(&mut Settings)) -> Desk {
    let (clock, hands) = Clock::by_hand("2021-01-01T00:00:00Z".parse().unwrap());
    let mut settings = Settings::new(clock, TOKEN, SECRET);
    settings.limits = Limits::off();
    change(&mut settings);
    let world = SlackWorld::new(settings);
    let url = serve(world.router()).await;
    world.set_base_url(&url);
    let hanako = world.add_user(NewPerson::named("hanako"));
    Desk {
        world,
        hands,
        url,
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
        hanako,
    }
}

async fn desk() -> Desk {
    desk_with(|_| ()).await
}

impl Desk {
    async fn call(&self, method: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/api/{method}", self.url));
        let request = request.bearer_auth(TOKEN).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The same by a form, where what is not text is JSON text.
    async fn form(&self, method: &str, token: Option<&str>, form: &[(&str, &str)]) -> Value {
        let mut request = self.http.post(format!("{}/api/{method}", self.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.form(form).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn error(&self, method: &str, body: Value) -> String {
        let answer = self.call(method, body).await;
        answer["error"].as_str().unwrap_or("ok").to_owned()
    }

    async fn post(&self, channel: &ChannelId, text: &str) -> MessageTs {
        let body = json!({ "channel": channel, "text": text });
        let answer = self.call("chat.postMessage", body).await;
        MessageTs::from(answer["ts"].as_str().unwrap_or_else(|| panic!("{answer}")))
    }

    /// A public channel with the bot in it.
    fn channel(&self, name: &str) -> ChannelId {
        let id = self
            .world
            .create_channel(name, &self.hanako, false)
            .unwrap();
        self.world.invite(&id, &self.world.bot(), &self.hanako);
        id
    }

    fn wait(&self, seconds: i64) {
        self.hands.turn(SignedDuration::from_secs(seconds));
    }
}
