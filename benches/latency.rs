//! From a webhook to Slack's call: the real program between a GitHub and a Slack of the sandbox, in
//! real time, with rendering, SQLite and the wire in it. Slack's limits and ours are a hundred times
//! as wide, so that what is measured is the way and not the waiting.
//!
//! A webhook counts as sent when its first byte goes out, as accepted when its 202 is there, as told
//! when Slack has read the whole call that tells it.

#![allow(clippy::unwrap_used)]

mod town;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::post;
use sssbot::clock::Clock;
use sssbot::sandbox::github::GitHubWorld;
use sssbot::sandbox::slack::Limits;
use tokio::net::TcpListener;
use tokio::sync::watch;
use town::Town;

/// Where things happen, beside one more to flood. So few that Slack lets all of their histories be
/// read within the first minute, as must be before a channel is written to.
const CHANNELS: usize = 40;
const SETTLING: usize = 30;
const ONE_AT_A_TIME: usize = 300;
const A_SECOND: usize = 200;
const SECONDS: usize = 15;
const FLOOD: usize = 3_000;
const WIDER: u32 = 100;
/// Nothing that is told takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    println!("{} cores", town::cores());
    let mut way = Way::new().await;
    println!(
        "                              n   accepted: p50    p99        told: p50    p99    most (ms)"
    );

    let alone = way
        .one_at_a_time(town::number("SSSBOT_ALONE", ONE_AT_A_TIME))
        .await;
    way.report("one at a time", &alone);

    let seconds = town::number("SSSBOT_SECONDS", SECONDS);
    let load = way.under_load(seconds).await;
    way.report(&format!("{A_SECOND} a second"), &load);

    let quiet = way
        .beside_a_flood(town::number("SSSBOT_FLOOD", FLOOD))
        .await;
    way.report("beside a flood", &quiet);

    let settling = way.settling().await;
    way.report("labels, which settle for 2 s", &settling);
    println!(
        "Slack's limits exceeded {} times; the program {:.1} MB at most",
        way.town.sandbox.slack.limits_exceeded(),
        town::memory(way.program.id(), "VmHWM")
    );
}

/// When each thing was sent, accepted and told.
#[derive(Clone)]
struct Watch(Arc<Inner>);

struct Inner {
    times: Mutex<HashMap<usize, Times>>,
    told: watch::Sender<usize>,
}

#[derive(Default, Clone, Copy)]
struct Times {
    sent: Option<Instant>,
    accepted: Option<Instant>,
    told: Option<Instant>,
}

impl Watch {
    fn new() -> Self {
        Self(Arc::new(Inner {
            times: Mutex::default(),
            told: watch::channel(0).0,
        }))
    }

    fn with<R>(&self, how: impl FnOnce(&mut HashMap<usize, Times>) -> R) -> R {
        how(&mut self.0.times.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Of all that a body tells, what was not known yet has its time now. Gives what that was.
    fn note(&self, body: &[u8], which: fn(&mut Times) -> &mut Option<Instant>) -> Vec<usize> {
        let now = Instant::now();
        let mut words = town::words(&String::from_utf8_lossy(body));
        words.sort_unstable();
        words.dedup();
        self.with(|times| {
            words.retain(|word| {
                let time = which(times.entry(*word).or_default());
                let new = time.is_none();
                time.get_or_insert(now);
                new
            });
        });
        words
    }

    /// Returns when all of these were told.
    async fn all_told(&self, which: &[usize]) {
        let mut told = self.0.told.subscribe();
        let all = |_: &usize| {
            self.with(|times| {
                which
                    .iter()
                    .all(|n| times.get(n).is_some_and(|times| times.told.is_some()))
            })
        };
        let waited = tokio::time::timeout(PATIENCE, told.wait_for(all)).await;
        assert!(waited.is_ok(), "something is not told within a minute");
    }
}

/// GitHub, the program, and Slack, with somebody who looks at the clock at both doors.
struct Way {
    town: Town,
    watch: Watch,
    program: Program,
    _dir: tempfile::TempDir,
}

impl Way {
    async fn new() -> Self {
        let channels = CHANNELS + 1;
        let mut town = Town::new(&Clock::machine(), channels).await;
        let watch = Watch::new();
        let limits = Limits::scaled(f64::from(WIDER));
        town.sandbox.slack.set_limits(limits);
        let door = from_fn_with_state(watch.clone(), slacks_door);
        let slack = serve(town.sandbox.slack.router().layer(door)).await;
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let listen = town::free_address();
        let slack_api = format!("http://{slack}/api");
        let mut settings = town::settings(&town.sandbox, &slack_api, dir.path(), listen);
        let a_minute = |most: u32| (most * WIDER).to_string();
        settings.push(("SLACK_MESSAGES_PER_MINUTE", a_minute(280)));
        settings.push(("SLACK_CHANNEL_MESSAGES_PER_MINUTE", a_minute(55)));
        let program = Program::serve(&settings, listen).await;

        let hook = Hook {
            app: format!("http://{listen}/github/webhooks"),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            watch: watch.clone(),
        };
        let hook = serve(Router::new().route("/", post(forward)).with_state(hook)).await;
        let github = town.sandbox.github.clone();
        github.set_hook_url(&format!("http://{hook}/"));
        tokio::spawn(send(github));
        town.open_issues(channels).await;
        let mut way = Self {
            town,
            watch,
            program,
            _dir: dir,
        };
        // Every channel is found and every connection is open before anything is measured.
        let mut first = Vec::new();
        for channel in 0..channels {
            first.push(way.town.comment(channel).await);
        }
        way.watch.all_told(&first).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        way
    }

    async fn one_at_a_time(&mut self, times: usize) -> Vec<usize> {
        let mut all = Vec::new();
        for n in 0..times {
            let written = self.town.comment(n % CHANNELS).await;
            self.watch.all_told(&[written]).await;
            all.push(written);
        }
        all
    }

    async fn under_load(&mut self, seconds: usize) -> Vec<usize> {
        let mut all = Vec::new();
        let mut beat = tokio::time::interval(Duration::from_secs(1) / A_SECOND as u32);
        for n in 0..seconds * A_SECOND {
            beat.tick().await;
            all.push(self.town.comment(n % CHANNELS).await);
        }
        self.watch.all_told(&all).await;
        all
    }

    /// Quiet channels while another one is written to as fast as GitHub can.
    async fn beside_a_flood(&mut self, flood: usize) -> Vec<usize> {
        let (mut quiet, mut all) = (Vec::new(), Vec::new());
        for n in 0..flood {
            all.push(self.town.comment(CHANNELS).await);
            if n % 20 == 0 {
                quiet.push(self.town.comment(n / 20 % CHANNELS).await);
            }
        }
        all.extend(&quiet);
        self.watch.all_told(&all).await;
        quiet
    }

    /// What waits a little for more of its kind.
    async fn settling(&mut self) -> Vec<usize> {
        let mut all = Vec::new();
        for n in 0..SETTLING {
            all.push(self.town.label(n).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.watch.all_told(&all).await;
        all
    }

    fn report(&self, what: &str, which: &[usize]) {
        let millis = |from: Option<Instant>, to: Option<Instant>| {
            let span = to?.checked_duration_since(from?)?;
            Some(span.as_secs_f64() * 1_000.0)
        };
        let (mut accepted, mut told): (Vec<f64>, Vec<f64>) = self.watch.with(|times| {
            let times = which.iter().filter_map(|n| times.get(n));
            let both = times.filter_map(|one| {
                Some((millis(one.sent, one.accepted)?, millis(one.sent, one.told)?))
            });
            both.unzip()
        });
        println!(
            "{what:<28} {:>5} {:>14.1} {:>6.1} {:>16.1} {:>6.1} {:>7.1}",
            told.len(),
            town::quantile(&mut accepted, 0.5),
            town::quantile(&mut accepted, 0.99),
            town::quantile(&mut told, 0.5),
            town::quantile(&mut told, 0.99),
            town::quantile(&mut told, 1.0),
        );
    }
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// Sends GitHub's webhooks as they come up.
async fn send(github: GitHubWorld) {
    loop {
        github.bell().notified().await;
        github.pump().await;
    }
}

/// Where GitHub sends its webhooks to: from here they go on at once, side by side, as GitHub's do.
#[derive(Clone)]
struct Hook {
    app: String,
    client: reqwest::Client,
    watch: Watch,
}

async fn forward(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> StatusCode {
    tokio::spawn(async move {
        let told = hook.watch.note(&body, |times| &mut times.sent);
        let mut request = hook.client.post(&hook.app).body(body);
        for (name, value) in &headers {
            if name.as_str().starts_with("x-") || name == "content-type" {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        // 200 is for what nobody listens to: the ping.
        assert!(answer.status().is_success(), "{}", answer.status());
        let now = Instant::now();
        hook.watch.with(|times| {
            for n in told {
                times.entry(n).or_default().accepted = Some(now);
            }
        });
    });
    StatusCode::ACCEPTED
}

async fn slacks_door(State(watch): State<Watch>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    if head.uri.path().ends_with("/chat.postMessage") {
        watch.note(&body, |times| &mut times.told);
        watch.0.told.send_modify(|count| *count += 1);
    }
    next.run(Request::from_parts(head, Body::from(body))).await
}

/// The program as it is delivered.
struct Program(Child);

impl Program {
    async fn serve(settings: &[(&'static str, String)], address: SocketAddr) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_sssbot"))
            .arg("serve")
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self(child)
    }

    fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
