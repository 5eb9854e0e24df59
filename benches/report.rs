//! All incidents counted: how long that takes, how much memory, and how many questions, at first and
//! from then on; beside a bare reading of the same pages that does nothing with them.
//!
//! The command is a process of its own, so that what it costs is not mixed with what the sandbox costs.

#![allow(clippy::unwrap_used)]

mod town;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use reqwest::Client;
use serde_json::{Value, json};
use sssbot::clock::Clock;
use sssbot::github::{GitHub, Settings};
use sssbot::report::{Filter, Look, Page, Row, html, report};
use sssbot::sandbox::Sandbox;
use sssbot::store::{self, Store};
use tempfile::TempDir;

const REPO: &str = "acme/postmortem";
const INCIDENTS: usize = 10_000;
/// Who writes them: nobody may ask for more than 5,000 things an hour.
const WRITERS: usize = 12;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    println!("{} cores", town::cores());
    runtime.block_on(run());
}

struct World {
    sandbox: Sandbox,
    dir: TempDir,
}

async fn run() {
    let incidents = town::number("SSSBOT_INCIDENTS", INCIDENTS);
    let world = World::new(incidents).await;
    println!("\n{incidents} incidents, each with two labels and a comment\n");
    let bare = world.bare().await;
    println!(
        "bare pages, read and dropped   {:6.2} s",
        bare.as_secs_f64()
    );
    let url = format!(
        "sqlite://{}",
        world.dir.path().join("cache.sqlite3").display()
    );
    let store = Store::open(&store::Settings { url: url.clone() })
        .await
        .unwrap();
    store.close().await;
    for name in [
        "cold, nothing kept",
        "warm, nothing new",
        "warm, nothing new",
    ] {
        let (before, since) = (world.asked(), Instant::now());
        let most = world.count(&url).await;
        let took = since.elapsed();
        println!(
            "{name:30} {:6.2} s  {:5.2} of bare  {most:5.1} MB at most  {} questions",
            took.as_secs_f64(),
            took.as_secs_f64() / bare.as_secs_f64(),
            world.asked() - before
        );
    }
    alone(&world.rows(&url).await);
}

/// What the figures and the page alone cost, of rows that are there.
fn alone(rows: &[Row]) {
    let playbook = sssbot::playbook::Playbook::default();
    let repo = REPO.into();
    let look = Look {
        lang: sssbot::i18n::Lang::En,
        playbook: &playbook,
        repo: &repo,
        made: Clock::machine().now(),
    };
    let since = Instant::now();
    let report = report(rows, &Filter::default(), &playbook.time_zone);
    let counted = since.elapsed();
    let since = Instant::now();
    let page = Page::Served {
        address: "/insights",
        page: 1,
        wrong: &[],
    };
    let page = html(&report, &look, &page);
    println!(
        "{} rows: counted in {counted:.1?}, the page of {} KB made in {:.1?}",
        rows.len(),
        page.len() / 1024,
        since.elapsed()
    );
}

impl World {
    async fn new(incidents: usize) -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        // One a minute: what was changed within the last minutes is always asked for again.
        let (clock, hands) = Clock::by_hand("2021-01-01T00:00:00Z".parse().unwrap());
        let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
        sandbox.github.set_write_limit(None);
        sandbox.github.add_repo(REPO, true).unwrap();
        for n in 0..WRITERS {
            sandbox.github.add_user(&format!("writer{n}"));
        }
        let world = Self {
            sandbox,
            dir: tempfile::tempdir().unwrap(),
        };
        let client = Client::builder().no_proxy().build().unwrap();
        for n in 0..incidents {
            let title = format!(
                "#svc{}-2021{:02}{:02}i-{}",
                n % 7,
                n % 12 + 1,
                n % 28 + 1,
                n + 2
            );
            let labels = json!([format!("svc{}", n % 7), format!("事象レベル{}", n % 3 + 1)]);
            let issue = json!({"title": title, "body": "It is broken.", "labels": labels});
            let writer = n % WRITERS;
            world.write(&client, writer, "issues", &issue).await;
            let comments = format!("issues/{}/comments", n + 1);
            let comment = json!({"body": "It is the cache. I have restarted it, and it is well."});
            world.write(&client, writer, &comments, &comment).await;
            hands.turn(SignedDuration::from_mins(1));
        }
        // Not before: of where the App is, GitHub keeps each webhook, and that is much here.
        world.sandbox.github.install(&[REPO]).unwrap();
        world
    }

    async fn write(&self, client: &Client, writer: usize, path: &str, body: &Value) {
        let url = format!("{}/repos/{REPO}/{path}", self.sandbox.github_api);
        let asked = client.post(url).json(body);
        let shown = format!("Bearer user:writer{writer}");
        let answer = asked.header("authorization", shown).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    fn asked(&self) -> u64 {
        let asked = self.sandbox.github.asked();
        let questions = asked.iter().filter(|(kind, _)| kind.ends_with("graphql"));
        questions.map(|(_, asked)| asked.counted).sum()
    }

    /// The same pages, read and dropped.
    async fn bare(&self) -> Duration {
        let keys = &self.sandbox.keys;
        let github = GitHub::new(Settings {
            api_url: self.sandbox.github_api.clone(),
            app_id: keys.app_id,
            private_key: keys.private_key.as_str().into(),
            repo: REPO.into(),
            timeout: Duration::from_secs(60),
        });
        let github = github.unwrap();
        let repo = REPO.into();
        let since = Instant::now();
        let mut after = None;
        loop {
            let page = github.records(&repo, None, after.as_deref(), 100);
            after = page.await.unwrap().next;
            if after.is_none() {
                return since.elapsed();
            }
        }
    }

    /// The command as a process; gives the most memory it had, in MB.
    async fn count(&self, database: &str) -> f64 {
        let keys = &self.sandbox.keys;
        let mut child = Command::new(env!("CARGO_BIN_EXE_sssbot"))
            .args(["report", "--format", "csv"])
            .env_clear()
            .env("GITHUB_API_URL", &self.sandbox.github_api)
            .env("GITHUB_APP_ID", keys.app_id.to_string())
            .env("GITHUB_PRIVATE_KEY", &keys.private_key)
            .env("POSTMORTEM_REPO", REPO)
            .env("DATABASE_URL", database)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut most = 0.0_f64;
        while child.try_wait().unwrap().is_none() {
            most = most.max(peak(child.id()).unwrap_or_default());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert!(child.wait().unwrap().success());
        most
    }

    /// What was kept.
    async fn rows(&self, url: &str) -> Vec<Row> {
        let settings = store::Settings {
            url: url.to_owned(),
        };
        let store = Store::open(&settings).await.unwrap();
        let now = Clock::machine().now();
        let kept = store.cached_below("insights:row:", now).await.unwrap();
        let rows = kept
            .iter()
            .map(|(_, text)| serde_json::from_str(text).unwrap());
        rows.collect()
    }
}

/// The most memory that a process had so far, in MB.
fn peak(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes / 1024.0)
}
