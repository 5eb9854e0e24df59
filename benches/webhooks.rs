//! Webhooks a second, verified and durable, beside a bare axum server that only verifies and parses.
//!
//! Each server is a process of its own; where `taskset` exists it has one core to itself and the
//! clients have the others, so that neither takes time from the other.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use prometheus_client::registry::Registry;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use sha2::Sha256;
use sssbot::clock::Clock;
use sssbot::http::{Doors, Limits, Metrics, Secrets, Timeouts, router, serve};
use sssbot::store::{Settings, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SECRET: &str = "It's a Secret to Everybody";
const CONNECTIONS: [usize; 3] = [1, 16, 64];
const WARM: Duration = Duration::from_millis(500);
const MEASURE: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
/// Bodies that differ; the delivery ids differ always.
const BODIES: u64 = 256;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, server, kind, dir] = &args[..]
        && server == "--server"
    {
        return run_server(kind, Path::new(dir));
    }
    let cores = std::thread::available_parallelism().unwrap().get();
    let pinned = cores > 1 && pin_ourselves(cores);
    let bodies = Arc::new((0..BODIES).map(Body::new).collect::<Vec<_>>());
    let average = bodies.iter().map(|body| body.json.len()).sum::<usize>() / bodies.len();
    let how = if pinned {
        "one for the server"
    } else {
        "shared with the clients"
    };
    println!("{cores} cores, {how}; bodies of {average} bytes on average");

    let mut servers = [
        Server::start("bare", pinned),
        Server::start("durable", pinned),
    ];
    let clients = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for server in &mut servers {
        clients.block_on(exchange_once(server, &bodies));
    }
    println!(
        "connections      bare   durable   ratio    (time of the server's core for one: bare, durable)"
    );
    for connections in CONNECTIONS {
        // The servers take turns, so that a busy moment of the machine hits both; the middle counts.
        let mut rates = [Vec::new(), Vec::new()];
        let mut costs = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (n, server) in servers.iter().enumerate() {
                let before = server.cpu();
                let (rate, all) = clients.block_on(load(server.address, connections, &bodies));
                rates[n].push(rate);
                costs[n].push((server.cpu() - before).as_secs_f64() * 1e6 / all as f64);
            }
        }
        let [bare, durable] = rates.map(middle);
        let [bare_cost, durable_cost] = costs.map(middle);
        let ratio = durable / bare;
        println!(
            "{connections:>11} {bare:>7.0}/s {durable:>7.0}/s {ratio:>7.2}    \
             {bare_cost:.0} µs, {durable_cost:.0} µs"
        );
    }
    for server in &servers {
        println!("{}", server.report());
    }
}

fn middle(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Leaves core 0 to the servers. Threads that are started later inherit this.
fn pin_ourselves(cores: usize) -> bool {
    Command::new("taskset")
        .args([
            "-cp",
            &format!("1-{}", cores - 1),
            &std::process::id().to_string(),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A server in a process of its own. It ends when its input is closed.
struct Server {
    kind: &'static str,
    process: Child,
    input: Option<ChildStdin>,
    address: SocketAddr,
    started: Instant,
    first: Option<Duration>,
    rest: u64,
    _dir: tempfile::TempDir,
}

impl Server {
    fn start(kind: &'static str, pinned: bool) -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let ourselves = std::env::current_exe().unwrap();
        let mut command = if pinned {
            let mut command = Command::new("taskset");
            command.args(["-c", "0"]).arg(ourselves);
            command
        } else {
            Command::new(ourselves)
        };
        command.args(["--server", kind]).arg(dir.path());
        let started = Instant::now();
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            kind,
            input: process.stdin.take(),
            process,
            address: line.trim().parse().unwrap(),
            started,
            first: None,
            rest: 0,
            _dir: dir,
        }
    }

    /// Kilobytes from `/proc`, where there is such a thing.
    fn memory(&self, field: &str) -> u64 {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with(field));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
            .unwrap_or_default()
    }

    /// The time that its threads have had of a core: says what a webhook costs even while the machine
    /// is busy with other things. Linux counts it in hundredths of a second.
    fn cpu(&self) -> Duration {
        let stat = format!("/proc/{}/stat", self.process.id());
        let stat = std::fs::read_to_string(stat).unwrap_or_default();
        let after_the_name = stat.rsplit(')').next().unwrap_or_default();
        let fields = after_the_name.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    fn report(&self) -> String {
        let mb = |kb: u64| kb as f64 / 1024.0;
        format!(
            "{}: first webhook accepted {:.1} ms after the start; memory {:.1} MB then, {:.1} MB at most",
            self.kind,
            self.first.unwrap_or_default().as_secs_f64() * 1_000.0,
            mb(self.rest),
            mb(self.memory("VmHWM")),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        self.process.wait().ok();
    }
}

fn run_server(kind: &str, dir: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (closed, closing) = tokio::sync::oneshot::channel::<()>();
        std::thread::spawn(move || {
            std::io::stdin().lines().for_each(drop);
            drop(closed);
        });
        let closing = async { closing.await.unwrap_or_default() };
        match kind {
            "bare" => {
                announce(address);
                axum::serve(listener, bare())
                    .with_graceful_shutdown(closing)
                    .await
                    .unwrap();
            }
            _ => {
                let router = durable(dir).await;
                announce(address);
                serve(listener, router, closing, Timeouts::default()).await;
            }
        }
    });
}

fn announce(address: SocketAddr) {
    println!("{address}");
    std::io::stdout().flush().unwrap();
}

/// What is the least that a server of webhooks must do.
fn bare() -> Router {
    async fn webhook(
        State(key): State<Hmac<Sha256>>,
        headers: HeaderMap,
        body: Bytes,
    ) -> StatusCode {
        let claimed = headers
            .get("x-hub-signature-256")
            .and_then(|value| value.as_bytes().strip_prefix(b"sha256="))
            .and_then(|digits| hex::decode(digits).ok())
            .unwrap_or_default();
        if key.chain_update(&body).verify_slice(&claimed).is_err() {
            return StatusCode::UNAUTHORIZED;
        }
        match serde_json::from_slice::<IgnoredAny>(&body) {
            Ok(_) => StatusCode::ACCEPTED,
            Err(_) => StatusCode::BAD_REQUEST,
        }
    }
    Router::new()
        .route("/github/webhooks", axum::routing::post(webhook))
        .with_state(Hmac::new_from_slice(SECRET.as_bytes()).unwrap())
}

async fn durable(dir: &Path) -> Router {
    let url = format!("sqlite://{}/bench.sqlite3", dir.display());
    let mut registry = Registry::with_prefix("sssbot");
    router(Doors {
        store: Store::open(&Settings { url }).await.unwrap(),
        clock: Clock::machine(),
        secrets: Secrets::new(SECRET, ""),
        github_events: &["pull_request"],
        reception: None,
        probes: Vec::new(),
        metrics: Metrics::register(&mut registry),
        registry: Arc::new(registry),
        limits: Limits::default(),
    })
}

async fn exchange_once(server: &mut Server, bodies: &[Body]) {
    let mut client = Client::connect(server.address).await;
    client.exchange(&bodies[0]).await;
    server.first = Some(server.started.elapsed());
    server.rest = server.memory("VmRSS");
}

/// Requests a second over so many connections, each of which waits for its answer; and how many there
/// were in all, those of the warm-up too.
async fn load(address: SocketAddr, connections: usize, bodies: &Arc<Vec<Body>>) -> (f64, u64) {
    let start = Instant::now();
    let (from, until) = (start + WARM, start + WARM + MEASURE);
    let clients: Vec<_> = (0..connections)
        .map(|n| {
            let bodies = Arc::clone(bodies);
            tokio::spawn(async move {
                let mut client = Client::connect(address).await;
                let (mut counted, mut all) = (0u64, 0u64);
                for body in bodies.iter().cycle().skip(n * 7) {
                    client.exchange(body).await;
                    all += 1;
                    let now = Instant::now();
                    if now >= until {
                        break;
                    }
                    counted += u64::from(now >= from);
                }
                (counted, all)
            })
        })
        .collect();
    let (mut counted, mut all) = (0, 0);
    for client in clients {
        let (by_one, in_all) = client.await.unwrap();
        counted += by_one;
        all += in_all;
    }
    (counted as f64 / MEASURE.as_secs_f64(), all)
}

/// One connection that is kept alive; as little of HTTP as it takes.
struct Client {
    stream: TcpStream,
    since: Instant,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            since: Instant::now(),
            request: Vec::new(),
            answer: vec![0; 4_096],
        }
    }

    async fn exchange(&mut self, body: &Body) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        self.request.clear();
        let id = delivery_id(self.since.elapsed(), NEXT.fetch_add(1, Ordering::Relaxed));
        let head = format!(
            "POST /github/webhooks HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n\
             user-agent: GitHub-Hookshot/bench\r\ncontent-type: application/json\r\n\
             x-github-event: pull_request\r\nx-github-delivery: {id}\r\n\
             x-hub-signature-256: sha256={}\r\ncontent-length: {}\r\n\r\n",
            body.signature,
            body.json.len(),
        );
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(&body.json);
        self.stream.write_all(&self.request).await.unwrap();
        let mut length = 0;
        loop {
            let read = self.stream.read(&mut self.answer[length..]).await.unwrap();
            assert!(read > 0, "the server hung up");
            length += read;
            if whole(&self.answer[..length]) {
                break;
            }
        }
        assert!(self.answer.starts_with(b"HTTP/1.1 202"), "not accepted");
    }
}

/// Whether this is an answer to its end.
fn whole(answer: &[u8]) -> bool {
    let text = std::str::from_utf8(answer).unwrap();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

/// An id as in GitHub's examples of `X-GitHub-Delivery`: a UUID of version 1, which begins with the
/// low part of the time in tenths of microseconds.
fn delivery_id(time: Duration, n: u64) -> String {
    let low = (time.as_nanos() / 100) as u32;
    let rest = guid(n);
    format!("{low:08x}-cc78-11e3{}", &rest[18..])
}

/// Digits in no order.
fn guid(n: u64) -> String {
    let mix = |n: u64| {
        let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ (n >> 31)
    };
    let (a, b) = (mix(n), mix(n ^ 0x9e37_79b9_7f4a_7c15));
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xffff,
        b >> 48,
        b & 0xffff_ffff_ffff
    )
}

/// A body with its signature.
struct Body {
    json: Vec<u8>,
    signature: String,
}

impl Body {
    fn new(n: u64) -> Self {
        let json = serde_json::to_vec(&pull_request(n)).unwrap();
        let key = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        let signature = hex::encode(key.chain_update(&json).finalize().into_bytes());
        Self { json, signature }
    }
}

/// The shape of a `pull_request` webhook: three times a repository, many times a person.
fn pull_request(n: u64) -> Value {
    let number = n + 1;
    let at = format!("2026-06-{:02}T{:02}:{:02}:00Z", n % 28 + 1, n % 24, n % 60);
    let url = format!("https://api.github.com/repos/acme/shop/pulls/{number}");
    let mut words = String::new();
    for word in 0..120 {
        write!(
            words,
            "{} ",
            guid(n * 1_000 + word).split('-').nth(1).unwrap()
        )
        .unwrap();
    }
    let branch = |name: &str| {
        json!({
            "label": format!("acme:{name}"), "ref": name, "sha": guid(n).repeat(2)[..40],
            "user": person(7), "repo": repository(),
        })
    };
    json!({
        "action": "opened", "number": number,
        "pull_request": {
            "url": url, "id": 400_000_000 + n, "node_id": guid(n), "number": number,
            "html_url": format!("https://github.com/acme/shop/pull/{number}"),
            "diff_url": format!("https://github.com/acme/shop/pull/{number}.diff"),
            "issue_url": format!("https://api.github.com/repos/acme/shop/issues/{number}"),
            "commits_url": format!("{url}/commits"), "review_comments_url": format!("{url}/comments"),
            "statuses_url": format!("https://api.github.com/repos/acme/shop/statuses/{}", guid(n)),
            "state": "open", "locked": false, "title": format!("#shop-20260601i repair {number}"),
            "user": person(n), "body": words, "created_at": at, "updated_at": at,
            "assignees": [person(n + 1), person(n + 2)], "requested_reviewers": [person(n + 3)],
            "labels": [{"id": 9, "name": "incident", "color": "d73a4a", "default": false}],
            "head": branch(&format!("repair/shop-20260601i-{number}")), "base": branch("main"),
            "merged": false, "comments": n % 9, "commits": 1, "additions": n, "deletions": 2,
        },
        "repository": repository(), "sender": person(n), "installation": {"id": 1},
    })
}

fn person(n: u64) -> Value {
    let login = format!("person-{n}");
    let url = format!("https://api.github.com/users/{login}");
    let mut person = json!({
        "login": login, "id": 1_000 + n, "node_id": guid(n)[..20], "type": "User",
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{n}?v=4"),
        "html_url": format!("https://github.com/{login}"), "url": url, "site_admin": false,
    });
    for what in [
        "followers",
        "following{/other_user}",
        "gists{/gist_id}",
        "starred{/owner}{/repo}",
        "subscriptions",
        "orgs",
        "repos",
        "events{/privacy}",
        "received_events",
    ] {
        let name = what.split('{').next().unwrap();
        person[format!("{name}_url")] = format!("{url}/{what}").into();
    }
    person
}

fn repository() -> Value {
    let url = "https://api.github.com/repos/acme/shop";
    let mut repository = json!({
        "id": 186_853_002, "node_id": "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=", "name": "shop",
        "full_name": "acme/shop", "private": true, "owner": person(1), "fork": false, "url": url,
        "html_url": "https://github.com/acme/shop", "description": null, "size": 4_711,
        "created_at": "2019-05-15T15:19:25Z", "pushed_at": "2026-06-01T15:20:33Z",
        "git_url": "git://github.com/acme/shop.git", "ssh_url": "git@github.com:acme/shop.git",
        "default_branch": "main", "language": "Rust", "has_issues": true, "archived": false,
    });
    for what in [
        "forks",
        "keys{/key_id}",
        "collaborators{/collaborator}",
        "teams",
        "hooks",
        "issues/events{/number}",
        "events",
        "assignees{/user}",
        "branches{/branch}",
        "tags",
        "git/blobs{/sha}",
        "git/tags{/sha}",
        "git/refs{/sha}",
        "git/trees{/sha}",
        "statuses/{sha}",
        "languages",
        "stargazers",
        "contributors",
        "subscribers",
        "subscription",
        "commits{/sha}",
        "git/commits{/sha}",
        "comments{/number}",
        "issues/comments{/number}",
        "contents/{+path}",
        "compare/{base}...{head}",
        "merges",
        "{archive_format}{/ref}",
        "downloads",
        "issues{/number}",
        "pulls{/number}",
        "milestones{/number}",
        "notifications{?since,all,participating}",
        "labels{/name}",
        "releases{/id}",
        "deployments",
    ] {
        let name = what.trim_matches('{').split(['{', '}']).next().unwrap();
        repository[format!("{}_url", name.trim_matches('/').replace('/', "_"))] =
            format!("{url}/{what}").into();
    }
    repository
}
