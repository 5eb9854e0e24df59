//! The settings: what is enough, and what each mistake is told.

use std::io::Write;

use clap::Parser;
use sssbot::config::{Args, Config, HubArgs, TalkArgs};
use sssbot::i18n::Lang;
use sssbot::slack;
use tempfile::NamedTempFile;

use crate::key::KEY;

fn good() -> Args {
    Args {
        hub: HubArgs {
            github_app_id: Some("123".into()),
            github_private_key: Some(KEY.as_str().into()),
            postmortem_repo: Some("acme/postmortem".into()),
            ..HubArgs::default()
        },
        talk: TalkArgs {
            slack_bot_token: Some("xoxb-1-2-abc".into()),
            ..TalkArgs::default()
        },
        github_webhook_secret: Some("hush".into()),
        slack_signing_secret: Some("8f742231b10e8888abcd99yyyzzz85a5".into()),
        ..Args::default()
    }
}

#[test]
fn what_is_needed_is_enough() {
    let config = Config::read(&good()).unwrap();
    assert_eq!(config.github.api_url, "https://api.github.com");
    assert_eq!(config.slack.api_url, "https://slack.com/api");
    assert_eq!(config.database_url, "sqlite:sssbot.sqlite3");
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.rates, slack::Rates::default());
    assert_eq!((config.lang, config.github.app_id), (Lang::Ja, 123));
    assert_eq!(config.repo().as_str(), "acme/postmortem");
}

#[test]
fn all_that_is_missing_is_said_at_once_with_where_to_get_it() {
    let error = Config::read(&Args::default()).unwrap_err();
    let names: Vec<&str> = error.problems.iter().map(|p| p.name).collect();
    assert_eq!(
        names,
        [
            "GITHUB_APP_ID",
            "GITHUB_PRIVATE_KEY",
            "POSTMORTEM_REPO",
            "GITHUB_WEBHOOK_SECRET",
            "SLACK_BOT_TOKEN",
            "SLACK_SIGNING_SECRET",
        ]
    );
    let said = error.to_string();
    assert!(said.contains(
        "\n  GITHUB_WEBHOOK_SECRET: not set; it is the \"Webhook secret\" on the App's General page"
    ));
    assert!(said.contains("Basic Information") && said.contains("Generate a private key"));
}

#[test]
fn the_key_may_be_a_file_or_have_its_line_breaks_written_out() {
    let key_of = |args: &Args| Config::read(args).unwrap().github.private_key;
    let mut args = good();
    args.hub.github_private_key = Some(KEY.replace('\n', "\\n").into());
    assert!(key_of(&args).reveal().trim() == KEY.trim());
    args.hub.github_private_key = Some("".into());
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(KEY.as_bytes()).unwrap();
    args.hub.github_private_key_file = Some(file.path().to_str().unwrap().to_owned());
    assert!(key_of(&args).reveal() == KEY.as_str());
}

/// Sets one thing wrong and gives the one sentence that follows.
fn sentence(set: impl FnOnce(&mut Args)) -> String {
    let mut args = good();
    set(&mut args);
    let error = Config::read(&args).unwrap_err();
    assert_eq!(error.problems.len(), 1, "{error}");
    format!("{}: {}", error.problems[0].name, error.problems[0].sentence)
}

#[test]
fn each_mistake_has_its_own_sentence() {
    fn text(value: &str) -> Option<String> {
        Some(value.to_owned())
    }
    type Set = fn(&mut Args);
    let cases: &[(Set, &str)] = &[
        (
            |a| a.hub.github_app_id = text("sssbot"),
            "GITHUB_APP_ID: `sssbot` is not a number",
        ),
        (
            |a| a.hub.github_app_id = text("Iv23abc"),
            "GITHUB_APP_ID: `Iv23abc` is the Client ID",
        ),
        (
            |a| a.hub.github_private_key_file = text("key.pem"),
            "GITHUB_PRIVATE_KEY: GITHUB_PRIVATE_KEY_FILE is set too",
        ),
        (
            |a| {
                a.hub.github_private_key = None;
                a.hub.github_private_key_file = text("lost.pem");
            },
            "GITHUB_PRIVATE_KEY_FILE: `lost.pem` cannot be read: ",
        ),
        (
            |a| {
                a.hub.github_private_key = None;
                a.hub.github_private_key_file = text("Cargo.toml");
            },
            "GITHUB_PRIVATE_KEY_FILE: this is no PEM",
        ),
        (
            |a| a.hub.github_private_key = Some("Cargo.toml".into()),
            "GITHUB_PRIVATE_KEY: this is the name of a file",
        ),
        (
            |a| a.hub.github_private_key = Some(KEY[..400].into()),
            "GITHUB_PRIVATE_KEY: the private key is no RSA key in PEM",
        ),
        (
            |a| a.github_webhook_secret = Some("  ".into()),
            "GITHUB_WEBHOOK_SECRET: not set; it is the \"Webhook secret\"",
        ),
        (
            |a| a.hub.github_api_url = text("https://github.com/"),
            "GITHUB_API_URL: `https://github.com` is for people",
        ),
        (
            |a| a.hub.github_api_url = text("ghe.example"),
            "GITHUB_API_URL: `ghe.example` is not an address",
        ),
        (
            |a| a.hub.postmortem_repo = text("postmortem"),
            "POSTMORTEM_REPO: `postmortem` has no owner",
        ),
        (
            |a| a.hub.postmortem_repo = text("https://github.com/acme/postmortem.git"),
            "POSTMORTEM_REPO: `https://github.com/acme/postmortem.git` is an address; say only \
             acme/postmortem",
        ),
        (
            |a| a.hub.postmortem_repo = text("a b/c"),
            "POSTMORTEM_REPO: `a b/c` is not owner/name",
        ),
        (
            |a| a.talk.slack_bot_token = Some("xoxp-1".into()),
            "SLACK_BOT_TOKEN: this is a person's token (xoxp-…)",
        ),
        (
            |a| a.talk.slack_bot_token = Some("xapp-1".into()),
            "SLACK_BOT_TOKEN: this is an app-level token",
        ),
        (
            |a| a.talk.slack_bot_token = Some("hunter2".into()),
            "SLACK_BOT_TOKEN: this is no Slack token",
        ),
        (
            |a| a.talk.slack_bot_token = Some("xoxb-1\nxoxb-2".into()),
            "SLACK_BOT_TOKEN: this has characters that no token has",
        ),
        (
            |a| a.slack_signing_secret = Some("xoxb-1".into()),
            "SLACK_SIGNING_SECRET: this is a token",
        ),
        (
            |a| a.talk.slack_api_url = text("https://me:pw@slack.com"),
            "SLACK_API_URL: `…@…` is not an address",
        ),
        (
            |a| a.slack_messages_per_minute = text("0"),
            "SLACK_MESSAGES_PER_MINUTE: `0` is not a whole number",
        ),
        (
            |a| a.slack_channel_messages_per_minute = text("1.5"),
            "SLACK_CHANNEL_MESSAGES_PER_MINUTE: `1.5` is not a whole number",
        ),
        (
            |a| a.sweep_seconds = text("9"),
            "SSSBOT_SWEEP_SECONDS: `9` is not a whole number from 10",
        ),
        (
            |a| a.database_url = text("postgres://u:pw@h/d"),
            "DATABASE_URL: `postgres:…` is no SQLite file",
        ),
        (
            |a| a.listen = text(":3000"),
            "LISTEN: `:3000` is not an address with a port; say 127.0.0.1:3000 for this machine",
        ),
        (
            |a| a.listen = text("localhost:80"),
            "LISTEN: `localhost:80` is not an address with a port; say 127.0.0.1:80",
        ),
        (
            |a| a.listen = text("10.0.0.1"),
            "LISTEN: `10.0.0.1` is not an address with a port; left out",
        ),
        (
            |a| a.hub.lang = text("fr"),
            "SSSBOT_LANG: `fr` is not a language sssbot speaks",
        ),
        (
            |a| a.log = text("sssbot=loud"),
            "SSSBOT_LOG: `sssbot=loud` is not a filter",
        ),
    ];
    for (set, wanted) in cases {
        let said = sentence(set);
        assert!(said.starts_with(wanted), "wanted {wanted}\n   got {said}");
    }
}

#[test]
fn no_secret_is_repeated() {
    let mut args = good();
    args.talk.slack_bot_token = Some("xoxp-s3cret".into());
    args.slack_signing_secret = Some("xoxb-s3cret".into());
    args.hub.github_private_key = Some("s3cret".into());
    args.database_url = Some("mysql://root:s3cret@h/d".into());
    let error = Config::read(&args).unwrap_err();
    assert_eq!(error.problems.len(), 4);
    for said in [format!("{error} {error:?}"), format!("{args:?}")] {
        let said = said.replace("mysql://root:s3cret@h/d", "");
        assert!(!said.contains("s3cret"), "{said}");
    }
    let config = format!("{:?}", Config::read(&good()).unwrap());
    assert!(!config.contains("xoxb-1") && !config.contains("hush") && !config.contains("BEGIN"));
}

#[test]
fn flags_and_help_are_there_for_each() {
    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        args: Args,
    }
    let help = <Alone as clap::CommandFactory>::command()
        .render_long_help()
        .to_string();
    for name in [
        "GITHUB_APP_ID",
        "GITHUB_PRIVATE_KEY_FILE",
        "POSTMORTEM_REPO",
        "SLACK_SIGNING_SECRET",
        "DATABASE_URL",
        "LISTEN",
        "SSSBOT_LANG",
        "SSSBOT_LOG",
    ] {
        assert!(help.contains(&format!("[env: {name}")), "{name}\n{help}");
    }
    let words = [
        "sssbot",
        "--listen",
        "[::1]:80",
        "--slack-bot-token",
        "xoxb-1",
    ];
    let alone = Alone::try_parse_from(words).unwrap();
    assert_eq!(alone.args.listen.as_deref(), Some("[::1]:80"));
}
