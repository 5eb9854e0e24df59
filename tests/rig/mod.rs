//! What tests from outside share: the program as a process, and deliveries as GitHub signs them.

#![allow(dead_code, clippy::unwrap_used)] // Each test uses its own part of this.

pub mod house;

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sssbot::sandbox::Sandbox;

/// The program as it was built for this test run.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_sssbot");

/// Environment variables of one run.
pub type Settings = Vec<(&'static str, String)>;

/// The program, running. Killed when it is dropped.
pub struct Program {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

/// An address of this machine where nobody listens, another one at each call. Below the ports that
/// the system gives to those who connect, so that nobody takes it while a program that listens there
/// is started anew.
pub fn free_address() -> SocketAddr {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let first = 20_000 + std::process::id() % 10_000;
    loop {
        let port = first + TAKEN.fetch_add(1, Ordering::Relaxed) % 2_000;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port).unwrap()));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

/// The address of the database in this directory.
pub fn database(dir: &Path) -> String {
    format!("sqlite://{}", dir.join("sssbot.sqlite3").display())
}

/// Another program that has the database in this directory open.
pub async fn another_program(dir: &Path) -> sqlx::SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("sssbot.sqlite3"));
    sqlx::ConnectOptions::connect(&options).await.unwrap()
}

/// What `sssbot serve` needs to work with a sandbox, with its database in this directory.
pub fn settings(sandbox: &Sandbox, dir: &Path, listen: SocketAddr) -> Settings {
    let keys = &sandbox.keys;
    vec![
        ("GITHUB_API_URL", sandbox.github_api.clone()),
        ("GITHUB_APP_ID", keys.app_id.to_string()),
        ("GITHUB_PRIVATE_KEY", keys.private_key.clone()),
        ("GITHUB_WEBHOOK_SECRET", keys.webhook_secret.clone()),
        ("POSTMORTEM_REPO", "acme/postmortem".to_owned()),
        ("SLACK_API_URL", sandbox.slack_api.clone()),
        ("SLACK_BOT_TOKEN", keys.bot_token.clone()),
        ("SLACK_SIGNING_SECRET", keys.signing_secret.clone()),
        ("DATABASE_URL", database(dir)),
        ("LISTEN", listen.to_string()),
        ("SSSBOT_LANG", "en".to_owned()),
    ]
}

/// The program with these arguments and nothing else in its environment.
pub fn command(arguments: &[&str], settings: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().stdin(Stdio::null());
    command.envs(settings.iter().map(|(name, value)| (*name, value)));
    command
}

impl Program {
    /// Starts `sssbot serve`; what it logs goes to the end of `log`.
    pub fn serve(settings: &[(&'static str, String)], log: &Path) -> Self {
        Self::start(command(&["serve"], settings), settings, log)
    }

    /// The same, started with this command.
    pub fn start(mut command: Command, settings: &[(&'static str, String)], log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).unwrap();
        let listen = settings.iter().find(|(name, _)| *name == "LISTEN");
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .unwrap();
        Self {
            child,
            address: listen.unwrap().1.parse().unwrap(),
            log: log.to_owned(),
        }
    }

    /// Returns once it answers.
    pub async fn answers(&mut self) {
        let started = Instant::now();
        while self.get("/healthz").await.is_none() {
            self.must_live();
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "{}",
                self.said()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What it answers to a GET.
    pub async fn get(&self, path: &str) -> Option<String> {
        let url = format!("http://{}{path}", self.address);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).send().await.ok()?;
        answer.text().await.ok()
    }

    /// A number on its page of metrics.
    pub async fn metric(&self, name: &str) -> Option<u64> {
        let page = self.get("/metrics").await?;
        let line = page
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line?.trim().parse().ok()
    }

    /// Fails when it has ended by itself.
    pub fn must_live(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("it ended by itself with {status}:\n{}", self.said());
        }
    }

    /// What the system calls it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: it ends wherever it is.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: it is asked to end.
    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// How it ends, within this time.
    pub async fn ends(mut self, within: Duration) -> ExitStatus {
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                asked.elapsed() < within,
                "it does not end:\n{}",
                self.said()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The end of its log.
    pub fn said(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(40).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `X-Hub-Signature-256` of a body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Sends a webhook as GitHub does, and gives the status of the answer.
pub async fn deliver(to: SocketAddr, secret: &str, event: &str, id: &str, body: &[u8]) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client
        .post(format!("http://{to}/github/webhooks"))
        .header("content-type", "application/json")
        .header("x-github-event", event)
        .header("x-github-delivery", id)
        .header("x-hub-signature-256", signature(secret, body))
        .body(body.to_vec())
        .send();
    answer.await.unwrap().status().as_u16()
}
