//! What senders see, over real sockets.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

mod dialogs;

use super::*;
use crate::clock::Hands;
use crate::store::{Delivery, Settings, Source};

const NOW: i64 = 1_600_000_000;

/// A house with its doors open.
struct Open {
    address: SocketAddr,
    store: Store,
    hands: Hands,
    close: Option<oneshot::Sender<()>>,
    closed: JoinHandle<usize>,
    _dir: TempDir,
}

async fn open() -> Open {
    open_with(Limits::default(), Timeouts::default(), Vec::new()).await
}

async fn open_with(limits: Limits, timeouts: Timeouts, probes: Vec<Probe>) -> Open {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/test.sqlite3", dir.path().display());
    let store = Store::open(&Settings { url }).await.unwrap();
    let (clock, hands) = Clock::by_hand(Timestamp::from_second(NOW).unwrap());
    let mut registry = Registry::with_prefix("sssbot");
    let metrics = Metrics::register(&mut registry);
    let router = router(Doors {
        store: store.clone(),
        clock,
        secrets: Secrets::new("hub", "slack"),
        github_events: &["issues", "issue_comment"],
        reception: None,
        probes,
        metrics,
        registry: Arc::new(registry),
        limits,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (close, closing) = oneshot::channel::<()>();
    let closed = tokio::spawn(serve(
        listener,
        router,
        async {
            closing.await.ok();
        },
        timeouts,
    ));
    Open {
        address,
        store,
        hands,
        close: Some(close),
        closed,
        _dir: dir,
    }
}

impl Open {
    /// Sends these bytes on a connection of their own, and reads until the other side closes it.
    async fn send(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        read(&mut stream).await
    }

    async fn get(&self, path: &str) -> String {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        self.send(head.as_bytes()).await
    }

    async fn stored(&self) -> Vec<Delivery> {
        let now = Timestamp::from_second(NOW + 1).unwrap();
        self.store
            .lease("test", now, SignedDuration::from_secs(1), 100)
            .await
            .unwrap()
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is fine: we may have sent more than was read.
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8(answer).unwrap()
}

fn hmac(secret: &str, parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    hex::encode(mac.finalize().into_bytes())
}

fn post(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

/// A webhook as GitHub sends it, with these headers besides.
fn webhook(event: &str, id: &str, body: &[u8], more: &[(&str, &str)]) -> Vec<u8> {
    let signature = format!("sha256={}", hmac("hub", &[body]));
    let mut headers = vec![
        ("x-github-event", event),
        ("x-github-delivery", id),
        ("x-hub-signature-256", &signature),
    ];
    headers.extend_from_slice(more);
    post("/github/webhooks", &headers, body)
}

fn slack(path: &str, at: i64, body: &str) -> Vec<u8> {
    let at = at.to_string();
    let parts: [&[u8]; 4] = [b"v0:", at.as_bytes(), b":", body.as_bytes()];
    let signature = format!("v0={}", hmac("slack", &parts));
    let headers = [
        ("x-slack-request-timestamp", at.as_str()),
        ("x-slack-signature", signature.as_str()),
    ];
    post(path, &headers, body.as_bytes())
}

fn status(answer: &str) -> u16 {
    let line = answer.split(' ').nth(1);
    line.and_then(|code| code.parse().ok())
        .unwrap_or_else(|| panic!("no status in {answer:?}"))
}

#[tokio::test]
async fn a_webhook_is_accepted_and_then_known_again() {
    let open = open().await;
    let sent = webhook("issues", "guid-1", b"{\"action\":\"opened\"}", &[]);
    assert_eq!(status(&open.send(&sent).await), 202);
    assert_eq!(status(&open.send(&sent).await), 200);
    let stored = open.stored().await;
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].source, Source::GitHub);
    assert_eq!(
        (
            stored[0].id.as_str(),
            stored[0].kind.as_str(),
            &stored[0].body[..]
        ),
        ("guid-1", "issues", &b"{\"action\":\"opened\"}"[..])
    );
    assert_eq!(stored[0].received.as_second(), NOW);
}

#[tokio::test]
async fn what_nobody_reads_is_answered_and_forgotten() {
    let open = open().await;
    for event in ["ping", "sponsorship"] {
        let answer = open.send(&webhook(event, "guid", b"{}", &[])).await;
        assert_eq!(status(&answer), 200);
    }
    assert!(open.stored().await.is_empty());
}

#[tokio::test]
async fn what_is_not_signed_or_not_right_is_refused_and_not_stored() {
    let open = open().await;
    let signed = |body: &[u8]| format!("sha256={}", hmac("hub", &[body]));
    let (good, of_no_json) = (signed(b"{}"), signed(b"no JSON"));
    let named = [("x-github-event", "issues"), ("x-github-delivery", "guid")];
    let with = |signature: &str, body: &[u8]| {
        let mut headers = named.to_vec();
        headers.push(("x-hub-signature-256", signature));
        post("/github/webhooks", &headers, body)
    };
    let binary = [
        b"POST /github/webhooks HTTP/1.1\r\nhost: x\r\nconnection: close\r\n".as_slice(),
        b"content-length: 2\r\nx-github-event: issues\r\nx-github-delivery: \xff\xfe\r\n",
        format!("x-hub-signature-256: {good}\r\n\r\n{{}}").as_bytes(),
    ]
    .concat();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for (why, sent, code) in [
        ("no signature", post("/github/webhooks", &named, b"{}"), 401),
        ("garbage", with("sha256=garbage", b"{}"), 401),
        ("of another body", with(&good, b"{ }"), 401),
        ("no JSON, unsigned", with(&good, b"no JSON"), 401),
        ("no JSON, signed", with(&of_no_json, b"no JSON"), 400),
        ("no event", webhook("", "guid", b"{}", &[]), 400),
        ("no id", webhook("issues", "", b"{}", &[]), 400),
        ("an id of bytes", binary, 400),
        (
            "a form",
            webhook("issues", "guid", b"payload=%7B%7D", &form),
            415,
        ),
    ] {
        assert_eq!(status(&open.send(&sent).await), code, "{why}");
    }
    assert!(open.stored().await.is_empty());
    let metrics = open.get("/metrics").await;
    let refused = "sssbot_refusals_total{door=\"github\",reason=\"bad_signature\"} 2";
    assert!(metrics.contains(refused), "{metrics}");
}

#[tokio::test]
async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
    let limit = 300_000;
    let limits = Limits {
        body: limit,
        ..Limits::default()
    };
    let open = open_with(limits, Timeouts::default(), Vec::new()).await;
    let of = |length: usize| format!("\"{}\"", "x".repeat(length - 2)).into_bytes();
    let fits = open.send(&webhook("issues", "fits", &of(limit), &[])).await;
    assert_eq!(status(&fits), 202);
    let body = of(limit + 1);
    let over = webhook("issues", "over", &body, &[]);
    // What is declared too long is refused before any of it is sent.
    let head = &over[..over.len() - body.len()];
    assert_eq!(status(&open.send(head).await), 413);
    // So is what declares nothing, once it has become too long.
    let mut chunked = b"POST /github/webhooks HTTP/1.1\r\nhost: x\r\n\
        connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_vec();
    chunked.extend(format!("{:x}\r\n", body.len()).into_bytes());
    chunked.extend(&body);
    assert_eq!(status(&open.send(&chunked).await), 413);
    let stored = open.stored().await;
    assert_eq!((stored.len(), stored[0].body.len()), (1, limit));
}

#[tokio::test]
async fn nothing_is_accepted_that_was_not_stored() {
    let open = open().await;
    open.store.close().await;
    let answer = open.send(&webhook("issues", "guid", b"{}", &[])).await;
    assert_eq!(status(&answer), 503);
    assert!(answer.contains("could not be stored"), "{answer}");
    assert_eq!(status(&open.get("/readyz").await), 503);
    assert_eq!(status(&open.get("/healthz").await), 200);
    assert_eq!(status(&open.get("/metrics").await), 200);
}

#[tokio::test]
async fn other_methods_and_places_lead_nowhere() {
    let open = open().await;
    assert_eq!(status(&open.get("/").await), 404);
    assert_eq!(status(&open.get("/github/webhooks").await), 405);
    let head = b"HEAD /slack/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert_eq!(status(&open.send(head).await), 405);
    assert_eq!(status(&open.send(&post("/readyz", &[], b"")).await), 405);
}

#[tokio::test]
async fn slack_is_verified_stored_and_answered_with_nothing() {
    let open = open().await;
    let event = "{\"type\":\"event_callback\",\"event_id\":\"Ev1\",\
        \"event\":{\"type\":\"app_mention\"}}";
    let interaction = "payload=%7B%22type%22%3A%22block_actions%22%7D";
    let command = "command=%2Fsssbot&text=help";
    for (path, body) in [
        ("/slack/events", event),
        ("/slack/events", event),
        ("/slack/interactions", interaction),
        ("/slack/commands", command),
    ] {
        let answer = open.send(&slack(path, NOW, body)).await;
        assert_eq!(status(&answer), 200, "{path}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
    let stored = open.stored().await;
    let kinds: Vec<_> = stored.iter().map(|d| (d.source, d.kind.as_str())).collect();
    assert_eq!(
        kinds,
        [
            (Source::SlackEvent, "app_mention"),
            (Source::SlackInteraction, "block_actions"),
            (Source::SlackCommand, "/sssbot"),
        ]
    );
    assert_eq!(stored[0].id.as_str(), "Ev1");
}

#[tokio::test]
async fn slacks_challenge_is_answered_only_when_signed_and_fresh() {
    let open = open().await;
    let body = "{\"type\":\"url_verification\",\"challenge\":\"3eZb\"}";
    let sent = slack("/slack/events", NOW, body);
    let answer = open.send(&sent).await;
    assert!(answer.ends_with("\r\n\r\n3eZb"), "{answer}");
    let unsigned = post("/slack/events", &[], body.as_bytes());
    assert_eq!(status(&open.send(&unsigned).await), 401);
    open.hands.turn(SignedDuration::from_secs(301));
    assert_eq!(status(&open.send(&sent).await), 401);
}

#[tokio::test]
async fn readiness_names_what_is_not_well_and_asks_once_in_a_while() {
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let slow = Probe::new("slack", std::future::pending);
    let github = Probe::new("github", move || {
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        std::future::ready(Err(Unwell::Broken("the token was revoked".to_owned())))
    });
    let limits = Limits {
        probe: Duration::from_millis(300),
        ..Limits::default()
    };
    let open = open_with(limits, Timeouts::default(), vec![slow, github]).await;
    for _ in 0..2 {
        let answer = open.get("/readyz").await;
        assert_eq!(status(&answer), 503);
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(
            body,
            "{\"ready\":false,\"checks\":{\"database\":{\"ok\":true},\
             \"github\":{\"ok\":false,\"error\":\"the token was revoked\"},\
             \"slack\":{\"ok\":false,\"error\":\"no answer in time\"}}}"
        );
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn while_slack_is_away_we_are_ready_for_what_comes_in() {
    let away = || std::future::ready(Err(Unwell::Away("HTTP 503".to_owned())));
    let probes = vec![Probe::new("slack", away)];
    let open = open_with(Limits::default(), Timeouts::default(), probes).await;
    let answer = open.get("/readyz").await;
    assert_eq!(status(&answer), 200);
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(
        body,
        "{\"ready\":true,\"checks\":{\"database\":{\"ok\":true},\
         \"slack\":{\"ok\":false,\"error\":\"HTTP 503\"}}}"
    );
}

#[tokio::test]
async fn when_all_is_well_we_are_ready_and_the_metrics_say_what_came() {
    let open = open().await;
    open.send(&webhook("issues", "guid", b"{}", &[])).await;
    assert_eq!(status(&open.get("/readyz").await), 200);
    open.hands.turn(SignedDuration::from_secs(90));
    let metrics = open.get("/metrics").await;
    for line in [
        "sssbot_deliveries_total{source=\"github\",event=\"issues\",outcome=\"new\"} 1",
        "sssbot_inbox_waiting 1",
        "sssbot_keep_seconds_count 1",
        "sssbot_inbox_oldest_seconds 90",
        "sssbot_outbox_unsaid 0",
        "sssbot_outbox_unsaid_changes 0",
        "sssbot_outbox_oldest_seconds 0",
        "sssbot_in_flight 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
}

#[tokio::test]
async fn slow_clients_are_cut_and_give_their_place_to_others() {
    let limits = Limits {
        reading: Duration::from_millis(150),
        ..Limits::default()
    };
    let timeouts = Timeouts {
        scarce: Duration::from_millis(150),
        connections: 2,
        ..Timeouts::default()
    };
    let open = open_with(limits, timeouts, Vec::new()).await;
    let mut half_a_head = TcpStream::connect(open.address).await.unwrap();
    half_a_head.write_all(b"POST /github/web").await.unwrap();
    let mut half_a_body = TcpStream::connect(open.address).await.unwrap();
    let whole = webhook("issues", "slow", b"{\"slow\":true}", &[]);
    half_a_body
        .write_all(&whole[..whole.len() - 5])
        .await
        .unwrap();

    // Both places are taken until those two are cut.
    let third = open.send(&webhook("issues", "quick", b"{}", &[])).await;
    assert_eq!(status(&third), 202);
    assert_eq!(status(&read(&mut half_a_body).await), 408);
    assert!(!read(&mut half_a_head).await.contains("202"));
    assert_eq!(open.stored().await.len(), 1);
}

#[tokio::test]
async fn a_client_that_never_reads_is_let_go_when_others_wait() {
    let timeouts = Timeouts {
        scarce: Duration::from_millis(100),
        connections: 1,
        ..Timeouts::default()
    };
    let open = open_with(Limits::default(), timeouts, Vec::new()).await;
    let mut deaf = TcpStream::connect(open.address).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1_000);
    let deafness = tokio::spawn(async move { while deaf.write_all(&request).await.is_ok() {} });
    assert_eq!(status(&open.get("/healthz").await), 200);
    deafness.await.unwrap();
}

/// What is answered to a request on a connection that is kept.
async fn ask(kept: &mut TcpStream) -> String {
    let request = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    kept.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        let byte = kept.read_u8().await.expect("an answer");
        answer.push(byte);
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn while_there_is_room_a_kept_connection_may_idle_for_longer_than_any_sender_keeps_it() {
    let timeouts = Timeouts {
        scarce: Duration::from_millis(40),
        connections: 8,
        ..Timeouts::default()
    };
    let open = open_with(Limits::default(), timeouts, Vec::new()).await;
    let mut kept = TcpStream::connect(open.address).await.unwrap();
    assert!(!ask(&mut kept).await.contains("connection: close"));
    tokio::time::sleep(timeouts.scarce * 5).await;
    ask(&mut kept).await;
    // Six more, and there is room for one only: somebody who idles makes way.
    let mut all = vec![kept];
    for _ in 0..6 {
        let mut other = TcpStream::connect(open.address).await.unwrap();
        ask(&mut other).await;
        all.push(other);
    }
    let ends = all.iter_mut().map(|one| Box::pin(read(one)));
    let (end, ..) = futures::future::select_all(ends).await;
    assert_eq!(end, "");
}

#[tokio::test]
async fn an_old_connection_is_told_which_answer_is_its_last() {
    let timeouts = Timeouts {
        age: Duration::from_millis(100),
        ..Timeouts::default()
    };
    let open = open_with(Limits::default(), timeouts, Vec::new()).await;
    let mut kept = TcpStream::connect(open.address).await.unwrap();
    assert!(!ask(&mut kept).await.contains("connection: close"));
    tokio::time::sleep(timeouts.age).await;
    assert!(ask(&mut kept).await.contains("connection: close"));
    assert_eq!(read(&mut kept).await, "", "and then it is closed");
}

#[tokio::test]
async fn at_shutdown_what_is_inside_is_finished_and_nobody_else_comes_in() {
    let mut open = open().await;
    let mut inside = TcpStream::connect(open.address).await.unwrap();
    let body = b"{\"last\":true}";
    let whole = webhook("issues", "last", body, &[("expect", "100-continue")]);
    let (head, body) = whole.split_at(whole.len() - body.len());
    inside.write_all(head).await.unwrap();
    // The server says this when the handler begins to read.
    let mut go_on = [0; 25];
    inside.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    let mut idle = TcpStream::connect(open.address).await.unwrap();
    open.close.take();
    assert_eq!(read(&mut idle).await, "");
    assert!(TcpStream::connect(open.address).await.is_err());

    inside.write_all(body).await.unwrap();
    assert_eq!(status(&read(&mut inside).await), 202);
    assert_eq!(open.closed.await.unwrap(), 0);
}

#[tokio::test]
async fn shutdown_waits_for_nobody_for_ever() {
    let timeouts = Timeouts {
        drain: Duration::from_millis(100),
        ..Timeouts::default()
    };
    let mut open = open_with(Limits::default(), timeouts, Vec::new()).await;
    let mut stuck = TcpStream::connect(open.address).await.unwrap();
    let head = "POST /github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\
        expect: 100-continue\r\n\r\n";
    stuck.write_all(head.as_bytes()).await.unwrap();
    stuck.read_exact(&mut [0; 25]).await.unwrap();
    open.close.take();
    assert_eq!(open.closed.await.unwrap(), 1);
}
