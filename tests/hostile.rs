//! People who wish it ill: slow clients that hold the doors open, and Markdown that is a bomb.

#![allow(clippy::unwrap_used)]

mod rig;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use rig::Program;
use serde_json::json;
use sssbot::clock::Clock;
use sssbot::sandbox::Sandbox;
use sssbot::sandbox::slack::{Links, NewPerson};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const CHANNEL: &str = "shop-20210101i";

/// The program at work on a sandbox with one channel, in the machine's time.
async fn open() -> (Sandbox, Program, TempDir) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let clock = Clock::machine();
    let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
    sandbox.github.add_repo("acme/postmortem", true).unwrap();
    sandbox.github.install(&["acme/postmortem"]).unwrap();
    let maker = sandbox.slack.add_user(NewPerson::named("maker"));
    sandbox
        .slack
        .create_channel(CHANNEL, &maker, false)
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let settings = rig::settings(&sandbox, dir.path(), rig::free_address());
    let mut program = Program::serve(&settings, &dir.path().join("log"));
    program.answers().await;
    (sandbox, program, dir)
}

fn comment(id: u64, text: &str) -> Vec<u8> {
    let body = json!({
        "action": "created",
        "issue": {"number": 1, "title": "#shop-20210101i payments fail",
                  "html_url": "https://github.com/acme/postmortem/issues/1"},
        "comment": {"id": id, "user": {"login": "mallory"}, "body": text,
                    "html_url": "https://github.com/acme/postmortem/issues/1#issuecomment-1"},
        "repository": {"full_name": "acme/postmortem"},
        "sender": {"login": "mallory"},
    });
    body.to_string().into_bytes()
}

/// Returns how long it took until the channel shows this.
async fn shows(sandbox: &Sandbox, program: &mut Program, text: &str) -> Duration {
    let since = Instant::now();
    loop {
        program.must_live();
        let names = sandbox.slack.names();
        let messages = sandbox.slack.channel(CHANNEL).unwrap().messages;
        let mut shown = messages.iter().map(|m| m.plain(&names, Links::Hidden));
        if shown.any(|shown| shown.contains(text)) {
            return since.elapsed();
        }
        let waited = since.elapsed();
        assert!(
            waited < Duration::from_secs(30),
            "no {text}:\n{}",
            program.said()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends a comment, and gives how long its answer took.
async fn send(sandbox: &Sandbox, program: &Program, id: u64, text: &str) -> Duration {
    let (secret, body) = (&sandbox.keys.webhook_secret, comment(id, text));
    let since = Instant::now();
    let name = format!("d-{id}");
    let status = rig::deliver(program.address, secret, "issue_comment", &name, &body).await;
    assert_eq!(status, 202);
    since.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_hold_up_nobody() {
    let (sandbox, mut program, _dir) = open().await;
    let mut slow = Vec::new();
    for n in 0..64 {
        let mut line = TcpStream::connect(program.address).await.unwrap();
        let begin = match n % 4 {
            // A head that never ends, one that has hardly begun, a body of which one byte comes,
            // and a large body that was only announced.
            0 => "POST /github/webhooks HTTP/1.1\r\nhost: x\r\nx-a: ".to_owned(),
            1 => "P".to_owned(),
            2 => head(100) + "{",
            _ => head(24 * 1024 * 1024),
        };
        line.write_all(begin.as_bytes()).await.unwrap();
        slow.push(line);
    }
    // A byte now and then, as such clients do, for as long as the doors let them.
    let shown_out = tokio::spawn(async move {
        while slow.len() > 32 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let mut open = Vec::new();
            for mut line in slow {
                if line.write_all(b"x").await.is_ok() {
                    open.push(line);
                }
            }
            slow = open;
        }
    });
    while program.metric("sssbot_in_flight").await.unwrap() < 32 {
        program.must_live();
    }
    let took = send(&sandbox, &program, 1, "word-1").await;
    // The slow ones are shown out after 8 s: whoever waited for that would come later.
    assert!(took < Duration::from_secs(6), "answered after {took:?}");
    let took = shows(&sandbox, &mut program, "word-1").await;
    assert!(took < Duration::from_secs(6), "told after {took:?}");
    // Those with a body are shown out after 8 s. One that has not begun to say anything holds a
    // connection and nothing else: it may stay while there is room.
    let all = tokio::time::timeout(Duration::from_secs(30), shown_out).await;
    all.unwrap().unwrap();
    send(&sandbox, &program, 2, "word-2").await;
    shows(&sandbox, &mut program, "word-2").await;
}

fn head(length: usize) -> String {
    format!(
        "POST /github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         x-github-event: issues\r\nx-github-delivery: x\r\nx-hub-signature-256: sha256=00\r\n\
         content-length: {length}\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comment_that_is_a_bomb_harms_nobody() {
    let (sandbox, mut program, _dir) = open().await;
    for (n, bomb) in (1..).zip([">".repeat(60 * 1024), "[".repeat(65 * 1024)]) {
        send(&sandbox, &program, 2 * n, &bomb).await;
        let word = format!("word-{n}");
        send(&sandbox, &program, 2 * n + 1, &word).await;
        // Told in order: the bomb stands before it.
        let took = shows(&sandbox, &mut program, &word).await;
        assert!(took < Duration::from_secs(30), "told after {took:?}");
    }
    let messages = sandbox.slack.channel(CHANNEL).unwrap().messages;
    let by_bot = messages.iter().filter(|message| message.by_bot);
    assert_eq!(by_bot.count(), 4);
    assert_eq!(program.metric("sssbot_inbox_aside").await, Some(0));
    assert_eq!(sandbox.slack.pings(), []);
}
