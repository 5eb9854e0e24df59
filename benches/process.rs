//! The real program as a process: start-up to the first accepted webhook, memory at rest and under
//! load. Beside it, a bare axum server's start-up is in `webhooks`.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use sssbot::clock::Clock;
use sssbot::sandbox::{Keys, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const STARTS: usize = 9;
const CONNECTIONS: usize = 16;
const WEBHOOKS: usize = 30_000;
/// One in so many names a channel, and so goes all the way to Slack's door.
const ROUTED: usize = 100;

#[tokio::main]
async fn main() {
    // What cargo passes to every bench (`--bench`) means nothing here.
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = Sandbox::start(&Clock::machine(), any, any, None)
        .await
        .unwrap();
    sandbox.github.add_repo("acme/postmortem", false).unwrap();
    sandbox.github.install(&["acme/postmortem"]).unwrap();
    let cores = std::thread::available_parallelism().unwrap().get();
    println!("{cores} cores");

    let mut starts = Vec::new();
    for n in 0..STARTS {
        let dir = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let app = start(&sandbox, dir.path()).await;
        let first = signed(&sandbox.keys, &format!("start-{n}"), &body(n, false));
        let status = loop {
            match send(app.address, &first).await {
                Ok(status) => break status,
                Err(_) => tokio::time::sleep(Duration::from_micros(200)).await,
            }
        };
        starts.push(begun.elapsed());
        assert_eq!(status, 202, "the first webhook is accepted");
    }
    starts.sort();
    println!(
        "start to first accepted webhook: median {:.0} ms, fastest {:.0} ms, slowest {:.0} ms of {STARTS}",
        millis(starts[STARTS / 2]),
        millis(starts[0]),
        millis(starts[STARTS - 1])
    );

    let dir = tempfile::tempdir().unwrap();
    let app = start(&sandbox, dir.path()).await;
    let first = signed(&sandbox.keys, "rest", &body(0, false));
    while send(app.address, &first).await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("at rest: {:.1} MB", memory(&app.child, "VmRSS"));

    let begun = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CONNECTIONS {
        let (address, keys) = (app.address, sandbox.keys.clone());
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            for n in 0..WEBHOOKS / CONNECTIONS {
                let at = client * WEBHOOKS + n;
                let request = signed(&keys, &format!("load-{at}"), &body(at, n % ROUTED == 0));
                assert_eq!(talk(&mut stream, &request).await.unwrap(), 202);
            }
        });
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
    println!(
        "under load: {:.1} MB at most, with {WEBHOOKS} webhooks over {CONNECTIONS} connections in {:.1} s",
        memory(&app.child, "VmHWM"),
        begun.elapsed().as_secs_f64()
    );
}

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

struct App {
    child: Child,
    address: SocketAddr,
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn start(sandbox: &Sandbox, dir: &std::path::Path) -> App {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let keys = &sandbox.keys;
    let child = Command::new(env!("CARGO_BIN_EXE_sssbot"))
        .arg("serve")
        .env("GITHUB_APP_ID", keys.app_id.to_string())
        .env("GITHUB_PRIVATE_KEY", &keys.private_key)
        .env("GITHUB_WEBHOOK_SECRET", &keys.webhook_secret)
        .env("GITHUB_API_URL", &sandbox.github_api)
        .env("POSTMORTEM_REPO", "acme/postmortem")
        .env("SLACK_BOT_TOKEN", &keys.bot_token)
        .env("SLACK_SIGNING_SECRET", &keys.signing_secret)
        .env("SLACK_API_URL", &sandbox.slack_api)
        .env(
            "DATABASE_URL",
            format!("sqlite://{}/bench.sqlite3", dir.display()),
        )
        .env("LISTEN", address.to_string())
        .env("SSSBOT_LOG", "error")
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    App { child, address }
}

/// A number of `/proc/<pid>/status`, in MB of a million bytes.
fn memory(child: &Child, field: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1_024.0 / 1e6
}

/// About 17 KB, as real deliveries are on average.
fn body(n: usize, routed: bool) -> String {
    let title = if routed {
        "#example-20210101i payment fails"
    } else {
        "payment fails"
    };
    let user = json!({"login": "hanako", "id": 1, "type": "User", "html_url": "https://github.example/hanako"});
    json!({
        "action": "created",
        "issue": {
            "id": 7, "number": 7, "title": title, "state": "open", "user": user,
            "html_url": "https://github.example/acme/shop/issues/7",
            "created_at": "2021-01-01T00:00:00Z", "updated_at": "2021-01-01T00:00:00Z",
        },
        "comment": {
            "id": n, "body": format!("Comment {n}. {}", "All is well. ".repeat(40)), "user": user,
            "html_url": format!("https://github.example/acme/shop/issues/7#issuecomment-{n}"),
            "created_at": "2021-01-01T00:00:00Z", "updated_at": "2021-01-01T00:00:00Z",
        },
        "repository": {
            "id": 3, "full_name": "acme/shop", "name": "shop", "default_branch": "main",
            "html_url": "https://github.example/acme/shop",
            "urls": (0..200).map(|i| format!("https://api.github.example/repos/acme/shop/thing{i}/{n}{{/sha}}")).collect::<Vec<_>>(),
        },
        "sender": user,
    })
    .to_string()
}

fn signed(keys: &Keys, id: &str, body: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(keys.webhook_secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    format!(
        "POST /github/webhooks HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
         X-GitHub-Event: issue_comment\r\nX-GitHub-Delivery: {id}\r\n\
         X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn send(address: SocketAddr, request: &[u8]) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    talk(&mut stream, request).await
}

/// One request, and the status of its answer. Answers are short and have no body worth reading on.
async fn talk(stream: &mut TcpStream, request: &[u8]) -> std::io::Result<u16> {
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    let mut part = [0; 1_024];
    loop {
        let read = stream.read(&mut part).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, rest)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        });
        if rest.len() >= length.unwrap_or(0) {
            let status = head
                .split_whitespace()
                .nth(1)
                .and_then(|code| code.parse().ok());
            return status.ok_or_else(|| std::io::ErrorKind::InvalidData.into());
        }
    }
}
