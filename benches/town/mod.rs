//! What the benches of the whole way share: a GitHub and a Slack with channels and an issue for each,
//! what people write there, and what a process costs.

#![allow(dead_code, clippy::unwrap_used)] // Each bench uses its own part of this.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use sssbot::clock::Clock;
use sssbot::sandbox::Sandbox;
use sssbot::sandbox::slack::NewPerson;

const REPO: &str = "acme/shop";
/// So many that none of them meets GitHub's limit of 5,000 requests an hour.
const PEOPLE: usize = 8;

/// The sandbox with its people, and an issue for each channel.
pub struct Town {
    /// The GitHub and the Slack.
    pub sandbox: Sandbox,
    client: reqwest::Client,
    issues: Vec<u64>,
    written: usize,
}

impl Town {
    /// A town with so many channels, the bot in each, and no issue yet.
    pub async fn new(clock: &Clock, channels: usize) -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sandbox = Sandbox::start(clock, any, any, None).await.unwrap();
        for repo in ["acme/postmortem", REPO] {
            sandbox.github.add_repo(repo, true).unwrap();
        }
        for n in 0..PEOPLE {
            sandbox.github.add_user(&person(n));
        }
        sandbox.github.install(&["acme/postmortem", REPO]).unwrap();
        sandbox.github.set_write_limit(None);
        let hanako = sandbox.slack.add_user(NewPerson::named("hanako"));
        for n in 0..channels {
            let made = sandbox.slack.create_channel(&channel(n), &hanako, false);
            let bot = sandbox.slack.bot();
            sandbox.slack.invite(&made.unwrap(), &bot, &hanako);
        }
        Self {
            sandbox,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            issues: Vec::new(),
            written: 0,
        }
    }

    /// Opens the issue of each channel.
    pub async fn open_issues(&mut self, channels: usize) {
        for n in 0..channels {
            let title = format!("#{} payments fail", channel(n));
            let issue = self.post("issues", json!({"title": title})).await;
            self.issues.push(issue["number"].as_u64().unwrap());
        }
    }

    /// Somebody comments on the issue of a channel. Gives the comment's number here: its text has
    /// it as [`words`] finds it.
    pub async fn comment(&mut self, channel: usize) -> usize {
        let (n, path) = self.next(channel, "comments");
        let body = format!(
            "{} was said. The *queue* of `payments` is longer than at noon, see #1 and \
             [the graph](https://graphs.example/payments?from=12:00).\n\n- restarted worker {n}\n\
             - asked the people who run the bank's side",
            word(n)
        );
        self.post(&path, json!({"body": body})).await;
        n
    }

    /// Somebody labels the issue of a channel; the label has the number in its name.
    pub async fn label(&mut self, channel: usize) -> usize {
        let (n, path) = self.next(channel, "labels");
        self.post(&path, json!({"labels": [word(n)]})).await;
        n
    }

    fn next(&mut self, channel: usize, what: &str) -> (usize, String) {
        self.written += 1;
        let path = format!("issues/{}/{what}", self.issues[channel]);
        (self.written, path)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/repos/{REPO}/{path}", self.sandbox.github_api);
        let token = format!("user:{}", person(self.written));
        let request = self.client.post(url).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }
}

/// The name of a channel.
pub fn channel(number: usize) -> String {
    match number {
        0 => "shop-20210101i".to_owned(),
        n => format!("shop-20210101i-{}", n + 1),
    }
}

fn person(n: usize) -> String {
    format!("person-{}", n % PEOPLE)
}

fn word(n: usize) -> String {
    format!("word-{n:06}")
}

/// The numbers of what a text tells.
pub fn words(text: &str) -> Vec<usize> {
    let after = text.split("word-").skip(1);
    after
        .filter_map(|rest| rest.get(..6)?.parse().ok())
        .collect()
}

/// What `sssbot` needs to work in this town, as environment variables.
pub fn settings(
    sandbox: &Sandbox,
    slack_api: &str,
    dir: &Path,
    listen: SocketAddr,
) -> Vec<(&'static str, String)> {
    let keys = &sandbox.keys;
    let database = dir.join("bench.sqlite3");
    vec![
        ("GITHUB_API_URL", sandbox.github_api.clone()),
        ("GITHUB_APP_ID", keys.app_id.to_string()),
        ("GITHUB_PRIVATE_KEY", keys.private_key.clone()),
        ("GITHUB_WEBHOOK_SECRET", keys.webhook_secret.clone()),
        ("POSTMORTEM_REPO", "acme/postmortem".to_owned()),
        ("SLACK_API_URL", slack_api.to_owned()),
        ("SLACK_BOT_TOKEN", keys.bot_token.clone()),
        ("SLACK_SIGNING_SECRET", keys.signing_secret.clone()),
        ("DATABASE_URL", format!("sqlite://{}", database.display())),
        ("LISTEN", listen.to_string()),
        ("SSSBOT_LANG", "en".to_owned()),
        (
            "SSSBOT_LOG",
            std::env::var("SSSBOT_LOG").unwrap_or_else(|_| "off".to_owned()),
        ),
    ]
}

/// A number of `/proc/<pid>/status`, in MB of a million bytes; 0 where there is no such thing.
pub fn memory(process: u32, field: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let kib: Option<f64> = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kib.unwrap_or_default() * 1_024.0 / 1e6
}

/// The time that a process has had of a core, as Linux counts it: in hundredths of a second.
pub fn cpu(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_the_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_the_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The part of these numbers that `share` of them do not exceed.
pub fn quantile(numbers: &mut [f64], share: f64) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().saturating_sub(1);
    let at = (last as f64 * share).ceil() as usize;
    numbers.get(at).copied().unwrap_or(f64::NAN)
}

/// A number from the environment, to make a run smaller or larger.
pub fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// An address of this machine where nobody listens.
pub fn free_address() -> SocketAddr {
    let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    free.local_addr().unwrap()
}

/// How many cores there are, as every report begins.
pub fn cores() -> usize {
    std::thread::available_parallelism().unwrap().get()
}

/// This program itself, to be started once more.
pub fn ourselves() -> Command {
    Command::new(std::env::current_exe().unwrap())
}
