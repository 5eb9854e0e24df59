//! The program as its operator meets it: help, mistakes, stopping, and the inbox.

#![allow(clippy::unwrap_used)]

mod rig;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Output;
use std::time::Duration;

use jiff::SignedDuration;
use rig::house::{Ground, House};
use rig::{Program, Settings};
use serde_json::{Value, json};
use sssbot::clock::Clock;
use sssbot::sandbox::Sandbox;
use sssbot::store::State;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// All settings of `serve`.
const SETTINGS: [&str; 24] = [
    "GITHUB_APP_ID",
    "GITHUB_PRIVATE_KEY",
    "GITHUB_PRIVATE_KEY_FILE",
    "GITHUB_WEBHOOK_SECRET",
    "GITHUB_API_URL",
    "POSTMORTEM_REPO",
    "SLACK_BOT_TOKEN",
    "SLACK_USERGROUPS_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "SLACK_MESSAGES_PER_MINUTE",
    "SLACK_CHANNEL_MESSAGES_PER_MINUTE",
    "SLACK_UPDATES_PER_MINUTE",
    "SSSBOT_SWEEP_SECONDS",
    "DATABASE_URL",
    "LISTEN",
    "SSSBOT_INSIGHTS",
    "SSSBOT_URL",
    "GITHUB_CLIENT_ID",
    "GITHUB_CLIENT_SECRET",
    "SSSBOT_PROXY_HEADER",
    "SSSBOT_PROXY_PEERS",
    "SSSBOT_LANG",
    "SSSBOT_LOG",
];

fn run(arguments: &[&str], settings: &[(&'static str, String)]) -> Output {
    rig::command(arguments, settings).output().unwrap()
}

/// What was printed on both outputs.
fn printed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

fn set(settings: &mut Settings, name: &'static str, value: &str) {
    settings.retain(|(there, _)| *there != name);
    settings.push((name, value.to_owned()));
}

/// A sandbox in the machine's time, a directory, and settings that are right.
async fn ready() -> (Sandbox, TempDir, Settings) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let clock = Clock::machine();
    let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
    sandbox.github.add_repo("acme/postmortem", true).unwrap();
    sandbox.github.install(&["acme/postmortem"]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let settings = rig::settings(&sandbox, dir.path(), rig::free_address());
    (sandbox, dir, settings)
}

fn comment(id: u64) -> Vec<u8> {
    let body = json!({
        "action": "created",
        "issue": {"number": 1, "title": "#shop-20210101i payments fail"},
        "comment": {"id": id, "user": {"login": "hanako"}, "body": "It is the cache."},
        "repository": {"full_name": "acme/postmortem"},
        "sender": {"login": "hanako"},
    });
    body.to_string().into_bytes()
}

/// The head of a webhook that the sandbox's GitHub signed, up to the empty line.
fn head(sandbox: &Sandbox, id: &str, body: &[u8]) -> String {
    let signature = rig::signature(&sandbox.keys.webhook_secret, body);
    format!(
        "POST /github/webhooks HTTP/1.1\r\nhost: sssbot\r\ncontent-type: application/json\r\n\
         x-github-event: issue_comment\r\nx-github-delivery: {id}\r\n\
         x-hub-signature-256: {signature}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
}

#[test]
fn help_names_every_command_and_every_setting() {
    let help = run(&["--help"], &[]);
    assert!(help.status.success());
    let help = printed(&help);
    for command in [
        "serve",
        "init",
        "preflight",
        "manifest",
        "open",
        "demo",
        "sandbox",
        "simulate",
        "inbox",
        "sssbot serve --help",
    ] {
        assert!(help.contains(command), "{command} is not in\n{help}");
    }
    let help = run(&["serve", "--help"], &[]);
    assert!(help.status.success());
    // The lines are wrapped, and a value that is a secret is not shown.
    let help = printed(&help);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for name in SETTINGS {
        let flag = name.trim_start_matches("SSSBOT_").to_lowercase();
        let flag = format!("--{} ", flag.replace('_', "-"));
        assert!(help.contains(&format!("[env: {name}")), "{name} in\n{help}");
        assert!(help.contains(&flag), "{flag} is not in\n{help}");
    }
    assert_eq!(help.matches("[env: ").count(), SETTINGS.len(), "{help}");
}

#[test]
fn the_demo_opens_no_door_to_other_machines() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:3900"] {
        let output = run(&["demo", "--listen", address], &[]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        let said = printed(&output);
        assert!(said.contains("take 127.0.0.1"), "{said}");
    }
}

#[test]
fn what_is_missing_is_said_all_at_once_with_where_to_get_it() {
    let output = run(&["serve"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        printed(&output),
        "\
sssbot cannot start with these settings:
  GITHUB_APP_ID: not set; it is the \"App ID\" on the App's General page
  GITHUB_PRIVATE_KEY: not set, nor is GITHUB_PRIVATE_KEY_FILE; make one with \"Generate a private key\" on the App's General page
  POSTMORTEM_REPO: not set; it is the repository with one issue per incident, as owner/name
  GITHUB_WEBHOOK_SECRET: not set; it is the \"Webhook secret\" on the App's General page
  SLACK_BOT_TOKEN: not set; it is the \"Bot User OAuth Token\" (xoxb-…) on the Slack app's OAuth & Permissions page, after the app is installed to the workspace
  SLACK_SIGNING_SECRET: not set; it is the \"Signing Secret\" on the Slack app's Basic Information page
"
    );
}

#[tokio::test]
async fn a_wrong_value_is_named_and_no_secret_is_repeated() {
    let (sandbox, _dir, good) = ready().await;
    let keys = &sandbox.keys;
    for (name, value, sentence) in [
        ("GITHUB_APP_ID", "Iv23abc", "`Iv23abc` is the Client ID"),
        ("GITHUB_PRIVATE_KEY", "geheim-4711", "this is no PEM"),
        ("POSTMORTEM_REPO", "postmortem", "`postmortem` has no owner"),
        (
            "GITHUB_API_URL",
            "https://me:geheim-4711@x/",
            "is not an address",
        ),
        ("SLACK_BOT_TOKEN", "xoxp-geheim-4711", "a person's token"),
        (
            "SLACK_SIGNING_SECRET",
            "xoxb-geheim-4711",
            "this is a token",
        ),
        (
            "SLACK_API_URL",
            "slack.com/api",
            "`slack.com/api` is not an",
        ),
        (
            "SLACK_MESSAGES_PER_MINUTE",
            "0",
            "`0` is not a whole number",
        ),
        (
            "DATABASE_URL",
            "postgres://me:geheim-4711@db/x",
            "`postgres:…`",
        ),
        ("LISTEN", "3000", "say 127.0.0.1:3000 for this machine only"),
        ("SSSBOT_LANG", "fr", "fr"),
        ("SSSBOT_LOG", "loud=very", "`loud=very` is not a filter"),
    ] {
        let mut settings = good.clone();
        set(&mut settings, name, value);
        let output = run(&["serve"], &settings);
        let printed = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {printed}");
        let lines: Vec<_> = printed.lines().collect();
        assert_eq!(lines.len(), 2, "{name}: {printed}");
        assert!(lines[1].starts_with(&format!("  {name}: ")), "{printed}");
        assert!(lines[1].contains(sentence), "{printed}");
        assert!(!printed.contains("geheim-4711"), "{printed}");
        for secret in [&keys.bot_token, &keys.signing_secret, &keys.webhook_secret] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_much_is_logged_no_secret_is_in_it() {
    let (sandbox, dir, mut settings) = ready().await;
    let help = printed(&run(&["serve", "--help"], &settings));
    set(&mut settings, "SSSBOT_LOG", "trace");
    let log = dir.path().join("log");
    let mut program = Program::serve(&settings, &log);
    program.answers().await;
    let secret = &sandbox.keys.webhook_secret;
    let (to, body) = (program.address, comment(7));
    let taken = rig::deliver(to, secret, "issue_comment", "d-7", &body).await;
    assert_eq!(taken, 202);
    // Refused ones are logged, too.
    let refused = rig::deliver(to, "another secret", "issue_comment", "d-8", &body).await;
    assert_eq!(refused, 401);
    assert!(
        program
            .get("/readyz")
            .await
            .unwrap()
            .contains("\"ready\":true")
    );
    let metrics = program.get("/metrics").await.unwrap();
    program.terminate();
    assert!(program.ends(Duration::from_secs(20)).await.success());
    let said = std::fs::read_to_string(log).unwrap();
    assert!(said.contains("TRACE") && said.contains("Token"), "{said}");
    assert!(!said.contains('\u{1b}'), "colours belong on a terminal");
    let keys = &sandbox.keys;
    let key = keys.private_key.lines().nth(1).unwrap();
    let secrets = [
        key,
        &keys.webhook_secret,
        &keys.signing_secret,
        &keys.bot_token,
        // What GitHub gave us on the way: tokens, and the words we asked for them with.
        "ghs_",
        "eyJ",
        &rig::signature(secret, &body)["sha256=".len()..],
    ];
    for secret in secrets {
        for printed in [&help, &said, &metrics] {
            let line = printed.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret}");
        }
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let (_sandbox, _dir, mut settings) = ready().await;
    let there = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = there.local_addr().unwrap().to_string();
    set(&mut settings, "LISTEN", &address);
    let output = run(&["serve"], &settings);
    assert_eq!(output.status.code(), Some(1));
    let printed = printed(&output);
    let said = format!("sssbot: LISTEN: nothing can listen on {address}: ");
    assert!(printed.contains(&said), "{printed}");
    assert!(printed.contains("in use"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_end_it_finishes_what_it_was_being_told() {
    let (sandbox, dir, settings) = ready().await;
    let mut program = Program::serve(&settings, &dir.path().join("log"));
    program.answers().await;
    let address = program.address;
    let body = comment(9);
    let (first, rest) = body.split_at(body.len() / 2);
    let mut line = TcpStream::connect(address).await.unwrap();
    // One that idles must not hold up the end.
    let _idle = TcpStream::connect(address).await.unwrap();
    let head = head(&sandbox, "half", &body);
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(first).await.unwrap();
    // Its head has been read once it counts as in flight.
    while program.metric("sssbot_in_flight").await != Some(1) {
        program.must_live();
    }
    program.terminate();
    while TcpStream::connect(address).await.is_ok() {
        program.must_live();
    }
    line.write_all(rest).await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    let status = program.ends(Duration::from_secs(8)).await;
    assert_eq!(status.code(), Some(0));
    let list = printed(&run(&["inbox", "list"], &settings));
    assert!(list.contains("issue_comment  half"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_makes_no_sense_is_set_aside_and_can_be_tried_again() {
    let (ground, dir) = (Ground::new().await, tempfile::tempdir().unwrap());
    ground.channel("shop-20210101i");
    let house = House::open(&ground, dir.path()).await;
    let secret = ground.sandbox.keys.webhook_secret.clone();
    let secret = &secret;
    let poison: Value = json!({"action": "opened", "issue": {"number": 1, "title": "x"}});
    let poison = poison.to_string();
    let to = house.address;
    let taken = rig::deliver(to, secret, "issues", "poison", poison.as_bytes()).await;
    assert_eq!(taken, 202);
    let mut passed = 0;
    // It is tried again after 1, 4, 16 and 64 seconds, and never stands in anybody's way.
    for (tries, at) in [(1, 0), (2, 1), (3, 5), (4, 21)] {
        house
            .live(&ground, SignedDuration::from_secs(at - passed))
            .await;
        passed = at;
        assert_eq!(house.stands("poison").await, (State::Waiting, tries));
        let id = format!("good-{tries}");
        let body = comment(u64::from(tries));
        assert_eq!(
            rig::deliver(to, secret, "issue_comment", &id, &body).await,
            202
        );
        house.live(&ground, SignedDuration::ZERO).await;
        assert_eq!(house.stands(&id).await, (State::Done, 1));
    }
    assert_eq!(ground.said_in("shop-20210101i").len(), 4);
    house.live(&ground, SignedDuration::from_secs(63)).await;
    assert_eq!(house.stands("poison").await, (State::Waiting, 4));
    house.live(&ground, SignedDuration::from_secs(1)).await;
    assert_eq!(house.stands("poison").await, (State::Aside, 5));
    house.close().await;

    let database = vec![("DATABASE_URL", rig::database(dir.path()))];
    let inbox = |arguments: &[&str]| run(&[&["inbox"], arguments].concat(), &database);
    let all = printed(&inbox(&["list"]));
    assert_eq!(all.matches("  done  ").count(), 4, "{all}");
    let aside = printed(&inbox(&["list", "--state", "aside"]));
    let lines: Vec<_> = aside.lines().collect();
    assert_eq!(lines.len(), 2, "{aside}");
    assert!(
        lines[0].ends_with("github  issues  poison  tries 5"),
        "{aside}"
    );
    assert_eq!(
        lines[1].trim(),
        "the payload of `issues` has no readable repository"
    );
    let waiting = inbox(&["list", "--state", "waiting"]);
    assert_eq!(printed(&waiting), "nothing there\n");
    let shown = printed(&inbox(&["show", "1"]));
    assert!(shown.lines().any(|line| line == poison), "{shown}");

    let again = inbox(&["retry", "1"]);
    assert!(again.status.success());
    assert_eq!(printed(&again), "delivery 1 will be tried again\n");
    for (arguments, sentence) in [
        (["retry", "1"], "delivery 1 was not set aside"),
        (["retry", "99"], "delivery 99 was not set aside"),
        (["show", "99"], "there is no delivery 99"),
    ] {
        let output = inbox(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(printed(&output).contains(sentence), "{}", printed(&output));
    }
    let odd = inbox(&["list", "--state", "lost"]);
    assert_eq!(odd.status.code(), Some(2), "{}", printed(&odd));

    let house = House::open(&ground, dir.path()).await;
    house.live(&ground, SignedDuration::from_secs(84)).await;
    assert_eq!(house.stands("poison").await, (State::Waiting, 4));
    house.live(&ground, SignedDuration::from_secs(1)).await;
    assert_eq!(house.stands("poison").await, (State::Aside, 5));
    assert_eq!(ground.said_in("shop-20210101i").len(), 4);
    house.close().await;
}

#[test]
fn a_playbook_is_checked_as_a_compiler_would() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sssbot.yaml");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "langauge: ja\nlevels:\n  1: {icon: fire}\n").unwrap();
    let english = [("SSSBOT_LANG", "en".to_owned())];
    let output = run(&["playbook", "check", path], &english);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        printed(&output),
        format!(
            "{path}:1:1: the playbook has no key `langauge`; did you mean `language`?\n\
             {path}:3:13: `fire` is no emoji; did you mean `\":fire:\"`?\n\
             sssbot: {path}: 2 problems\n"
        )
    );
    let output = run(&["playbook", "check", path], &Settings::new());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        printed(&output),
        format!(
            "{path}:1:1: プレイブックに `langauge` というキーはありません。`language` ではありませんか\n\
             {path}:3:13: `fire` は絵文字ではありません。`\":fire:\"` ではありませんか\n\
             sssbot: {path}: 直すところが 2 か所あります\n"
        )
    );
    std::fs::write(&file, "language: ja\nservices: {shop: , mall: }\n").unwrap();
    let output = run(
        &["playbook", "check", path, "--lang", "en"],
        &Settings::new(),
    );
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        printed(&output),
        format!("{path}: nothing is wrong; services 2, types 2, levels 3, feelings 3\n")
    );
    let missing = dir.path().join("nowhere.yaml");
    let output = run(
        &["playbook", "check", missing.to_str().unwrap()],
        &Settings::new(),
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        printed(&output).contains("nowhere.yaml: No such file"),
        "{}",
        printed(&output)
    );
    let output = run(&["playbook", "check", "-"], &Settings::new());
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert!(
        printed(&output).starts_with("<stdin>: 誤りはありません。サービス 1、類型 2、"),
        "{}",
        printed(&output)
    );
}

#[test]
fn the_playbook_s_schema_is_json() {
    let output = run(&["schema", "playbook"], &Settings::new());
    assert_eq!(output.status.code(), Some(0));
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert!(schema["properties"]["levels"]["description"].is_string());
    let [teams, same] = [["schema", "teams"], ["teams", "schema"]]
        .map(|words| printed(&run(&words, &Settings::new())));
    assert!(
        teams.contains("userteams.yaml and userteams/*.yaml"),
        "{teams}"
    );
    assert_eq!(teams, same);
    let output = run(&["schema", "nothing"], &Settings::new());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        printed(&output).contains("[possible values: playbook, teams]"),
        "{}",
        printed(&output)
    );
    let help = printed(&run(&["--help"], &Settings::new()));
    assert!(help.contains("Check the organisation's rules"), "{help}");
}

#[test]
fn a_seed_is_played_and_its_story_printed() {
    let played = run(
        &["simulate", "--seed", "3", "--acts", "6", "--faults", "none"],
        &Settings::new(),
    );
    let said = printed(&played);
    assert!(played.status.success(), "{said}");
    assert!(said.contains("# Seed 3\n"), "{said}");
    assert!(said.contains("3 plans, "), "{said}");
    let wrong = run(&["simulate", "--faults", "help"], &Settings::new());
    assert_eq!(wrong.status.code(), Some(2));
    let said = printed(&wrong);
    assert!(said.contains("a webhook is never sent"), "{said}");
}
