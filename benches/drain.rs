//! Slack was away for half an hour while 10,000 things happened in 100 channels; then it is back. How
//! many messages that takes, how long until all is said, and how near that is to what Slack's limits
//! allow; and how long quiet channels wait beside one that floods.
//!
//! Time is turned by hand in both processes, so that hours of Slack's limits pass in seconds. The app
//! is a process of its own, so that what it costs is not mixed with what the sandbox costs.

#![allow(clippy::unwrap_used)]

mod town;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::net::Ipv4Addr;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use sssbot::cli::app::App;
use sssbot::clock::{Clock, Hands};
use sssbot::config::{Args, Config};
use sssbot::sandbox::slack::{Links, Told};
use sssbot::slack::Rates;
use tokio::net::TcpListener;
use town::Town;

const START: &str = "2021-01-01T00:00:00Z";
const CHANNELS: usize = 100;
const EVENTS: usize = 10_000;
const AWAY: usize = 30;
const QUIET: usize = 50;
const FLOOD: usize = 5_000;
/// Turns after which something must be going in circles.
const TURNS: usize = 20_000;
/// Time goes on at each turn.
const A_MOMENT: SignedDuration = SignedDuration::from_millis(1);

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    if args.get(1).is_some_and(|arg| arg == "--app") {
        return runtime.block_on(run_app());
    }
    println!("{} cores", town::cores());
    runtime.block_on(drain());
    runtime.block_on(flood("Slack answers all the while", false));
    runtime.block_on(flood(
        "Slack is away for all that and two minutes more",
        true,
    ));
}

/// After an outage, all of it arrives.
async fn drain() {
    let events = town::number("SSSBOT_EVENTS", EVENTS);
    println!("\n{events} events in {CHANNELS} channels, while Slack is away for {AWAY} minutes");
    let mut world = World::new(CHANNELS).await;
    let begun = Instant::now();
    world.slack_is_away(true);
    for minute in 0..AWAY {
        let share = events * (minute + 1) / AWAY - events * minute / AWAY;
        for n in 0..share {
            let n = events * minute / AWAY + n;
            world.write(n % CHANNELS).await;
        }
        world.pass(SignedDuration::from_mins(1)).await;
    }
    println!(
        "the outage took {:.1} s here; the app {:.1} MB at most, {:.1} s of a core",
        begun.elapsed().as_secs_f64(),
        town::memory(world.app.id(), "VmHWM"),
        town::cpu(world.app.id()).as_secs_f64()
    );
    world.report_drain().await;
}

/// One channel floods beside quiet ones.
async fn flood(how: &str, away: bool) {
    let flood = town::number("SSSBOT_FLOOD", FLOOD);
    println!(
        "\n{flood} events in one channel and one in each of {QUIET} others, in {QUIET} seconds; {how}"
    );
    let mut world = World::new(QUIET + 1).await;
    world.slack_is_away(away);
    for second in 0..QUIET {
        for _ in 0..flood / QUIET {
            world.write(0).await;
        }
        world.write(second + 1).await;
        world.pass(SignedDuration::from_secs(1)).await;
    }
    if away {
        world.pass(SignedDuration::from_mins(2)).await;
    }
    let back = world.clock.now();
    world.report_drain().await;
    let mut waits: Vec<f64> = (1..=QUIET).map(|n| world.waited(n, away, back)).collect();
    println!(
        "the quiet ones waited {:.1} s in the middle, {:.1} s at most{}",
        town::quantile(&mut waits, 0.5),
        town::quantile(&mut waits, 1.0),
        if away { ", from when it was back" } else { "" }
    );
}

/// A town, an app in another process, and the time of both.
struct World {
    town: Town,
    channels: usize,
    app: Process,
    clock: Clock,
    hands: Hands,
    away: Arc<AtomicBool>,
    /// How many calls Slack had taken before it mattered.
    before: usize,
    /// What was written, with its channel and when.
    written: BTreeMap<usize, (usize, Timestamp)>,
    _dir: tempfile::TempDir,
}

impl World {
    /// Every channel has an issue, and was told so.
    async fn new(channels: usize) -> Self {
        let (clock, hands) = Clock::by_hand(START.parse().unwrap());
        let town = Town::new(&clock, channels).await;
        let away = Arc::new(AtomicBool::new(false));
        let gate = from_fn_with_state(Arc::clone(&away), gate);
        let slack = town.sandbox.slack.router().layer(gate);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let slack_api = format!("http://{}/api", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, slack).into_future());
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let listen = town::free_address();
        let settings = town::settings(&town.sandbox, &slack_api, dir.path(), listen);
        let app = Process::start(&settings);
        let hook = format!("http://{listen}/github/webhooks");
        town.sandbox.github.set_hook_url(&hook);
        let mut world = Self {
            town,
            channels,
            app,
            clock,
            hands,
            away,
            before: 0,
            written: BTreeMap::new(),
            _dir: dir,
        };
        world.town.open_issues(channels).await;
        world.until_said().await;
        // The minute in which Slack counts ends.
        world.pass(SignedDuration::from_mins(2)).await;
        world.before = world.town.sandbox.slack.told().len();
        world
    }

    fn slack_is_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    async fn write(&mut self, channel: usize) {
        let n = self.town.comment(channel).await;
        self.written.insert(n, (channel, self.clock.now()));
    }

    /// Everything happens that is due within so much time.
    async fn pass(&mut self, span: SignedDuration) {
        let until = self.clock.now() + span;
        self.town.sandbox.pump().await;
        for _ in 0..TURNS {
            let now = self.clock.now();
            match self.app.turn(now).next {
                Some(at) if at <= until => self.hands.turn_to(at.max(now + A_MOMENT)),
                _ => return self.hands.turn_to(until),
            }
        }
        panic!("it does not come to rest");
    }

    /// Time passes until nothing is left to be said.
    async fn until_said(&mut self) {
        self.town.sandbox.pump().await;
        for _ in 0..TURNS {
            let now = self.clock.now();
            let turned = self.app.turn(now);
            if turned.left == 0 {
                return;
            }
            let next = turned.next.unwrap_or(now + SignedDuration::from_secs(1));
            self.hands.turn_to(next.max(now + A_MOMENT));
        }
        panic!("something is never said");
    }

    /// Slack is back: says how all of it is said, and looks whether it was.
    async fn report_drain(&mut self) {
        let before = self.town.sandbox.slack.told().len();
        let (back, begun) = (self.clock.now(), Instant::now());
        let cpu = town::cpu(self.app.id());
        self.slack_is_away(false);
        self.until_said().await;
        let real = begun.elapsed();
        let calls = self.town.sandbox.slack.told();
        let all = &calls[self.before..];
        let said = |method: &str, calls: &[Told]| {
            let done = calls.iter().filter(|told| told.answer == "ok");
            done.filter(|told| told.method == method).count()
        };
        let (posts, updates) = (said("chat.postMessage", all), said("chat.update", all));
        let read = said("conversations.history", all);
        println!("{posts} messages, {updates} updates, {read} looks into a channel's history");
        let since = &calls[before..];
        let last = since
            .iter()
            .rev()
            .find(|told| told.answer == "ok" && told.method.starts_with("chat."));
        let took = last.map_or(0.0, |told| seconds(told.at.duration_since(back)));
        let rates = Rates::default();
        let for_messages = floor(since, rates);
        let for_looks = window(said("conversations.history", since), rates.tier3_per_minute);
        let for_each = window(self.written.len(), rates.posts_per_minute);
        println!(
            "all was said {took:.0} s after; Slack's limits set {for_messages:.0} s for as many \
             messages, {for_looks:.0} s for as many looks, {for_each:.0} s for one message an event"
        );
        println!(
            "that took {:.1} s here, {:.1} s of a core; the app {:.1} MB at most",
            real.as_secs_f64(),
            (town::cpu(self.app.id()) - cpu).as_secs_f64(),
            town::memory(self.app.id(), "VmHWM"),
        );
        let (lost, doubled) = self.lost_and_doubled();
        println!(
            "{lost} lost, {doubled} doubled; limits exceeded {} times",
            self.town.sandbox.slack.limits_exceeded()
        );
    }

    fn lost_and_doubled(&self) -> (usize, usize) {
        let names = self.town.sandbox.slack.names();
        let mut shown: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for channel in 0..self.channels {
            let view = self.town.sandbox.slack.channel(&town::channel(channel));
            for message in view.unwrap().messages.iter().filter(|one| one.by_bot) {
                for word in town::words(&message.plain(&names, Links::Hidden)) {
                    *shown.entry((channel, word)).or_default() += 1;
                }
            }
        }
        let times = self
            .written
            .iter()
            .map(|(word, (channel, _))| shown.get(&(*channel, *word)).copied().unwrap_or_default());
        let times: Vec<usize> = times.collect();
        let lost = times.iter().filter(|times| **times == 0).count();
        (lost, times.iter().filter(|times| **times > 1).count())
    }

    /// The seconds that the one event of a quiet channel had to wait.
    fn waited(&self, channel: usize, away: bool, back: Timestamp) -> f64 {
        let id = self
            .town
            .sandbox
            .slack
            .channel_named(&town::channel(channel));
        let calls = self.town.sandbox.slack.told();
        let said = calls[self.before..].iter().find(|told| {
            told.method == "chat.postMessage" && told.answer == "ok" && told.channel == id
        });
        let written = self.written.values().find(|(at, _)| *at == channel);
        let since = if away { back } else { written.unwrap().1 };
        said.map_or(f64::INFINITY, |told| seconds(told.at.duration_since(since)))
    }
}

fn seconds(span: SignedDuration) -> f64 {
    span.as_secs_f64()
}

/// The seconds within which these messages can be said at the least: each channel's and the
/// workspace's limit by itself.
fn floor(calls: &[Told], rates: Rates) -> f64 {
    let mut channels: BTreeMap<_, u32> = BTreeMap::new();
    let posts = calls
        .iter()
        .filter(|told| told.method == "chat.postMessage" && told.answer == "ok");
    for post in posts.clone() {
        *channels.entry(post.channel.clone()).or_default() += 1;
    }
    let gap = 60.0 / f64::from(rates.channel_per_minute);
    let slowest = channels.values().max().copied().unwrap_or_default();
    let one = f64::from(slowest.saturating_sub(rates.channel_burst)) * gap;
    one.max(window(posts.count(), rates.posts_per_minute))
}

/// The seconds that so many calls take where so many are allowed in any minute.
fn window(calls: usize, a_minute: u32) -> f64 {
    let minutes = calls.saturating_sub(1) / a_minute.max(1) as usize;
    60.0 * minutes as f64
}

async fn gate(State(away): State<Arc<AtomicBool>>, request: Request, next: Next) -> Response {
    if away.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    next.run(request).await
}

/// What the app has to say after a turn.
struct Turned {
    /// When it will have more to do.
    next: Option<Timestamp>,
    /// Deliveries and messages that are left.
    left: u64,
}

/// The app, in time that this program tells it line by line.
struct Process {
    child: Child,
    tell: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Process {
    fn start(settings: &[(&'static str, String)]) -> Self {
        let mut child = town::ourselves()
            .arg("--app")
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let tell = child.stdin.take().unwrap();
        let hear = BufReader::new(child.stdout.take().unwrap());
        let mut process = Self { child, tell, hear };
        assert_eq!(process.line(), "ready");
        process
    }

    fn id(&self) -> u32 {
        self.child.id()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        tokio::task::block_in_place(|| self.hear.read_line(&mut line).unwrap());
        line.trim().to_owned()
    }

    /// It is so late: everything is done that is due.
    fn turn(&mut self, now: Timestamp) -> Turned {
        writeln!(self.tell, "{}", now.as_microsecond()).unwrap();
        let line = self.line();
        let (next, left) = line.split_once(' ').unwrap();
        Turned {
            next: next.parse().ok().map(time),
            left: left.parse().unwrap(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

#[derive(Parser)]
struct Settings {
    #[arg(long)]
    app: bool,
    #[command(flatten)]
    args: Args,
}

/// The other process: the whole app, doors and all; its engine is turned as it is told.
async fn run_app() {
    let settings = Settings::parse();
    let config = Config::read(&settings.args).unwrap();
    let (clock, hands) = Clock::by_hand(START.parse().unwrap());
    tracing_subscriber::fmt()
        .with_env_filter(&config.log)
        .with_writer(std::io::stderr)
        .init();
    let app = App::build(&config, clock).await.unwrap();
    let listener = TcpListener::bind(config.listen).await.unwrap();
    let (engine, store) = (app.engine.clone(), app.store.clone());
    let _running = app.run(listener, false).unwrap();
    println!("ready");
    loop {
        let mut line = String::new();
        let read = tokio::task::block_in_place(|| std::io::stdin().read_line(&mut line).unwrap());
        if read == 0 {
            return;
        }
        hands.turn_to(time(line.trim().parse().unwrap()));
        let next = engine.turn_at_work().await;
        let counts = store.counts().await.unwrap();
        let next = next.map_or("-".to_owned(), |at| at.as_microsecond().to_string());
        println!("{next} {}", counts.waiting + counts.unsaid);
        std::io::stdout().flush().unwrap();
    }
}
