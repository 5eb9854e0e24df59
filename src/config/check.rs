//! One check per setting, each with its own sentence: what is wrong, and where the right value is.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;

use super::{Args, Config, ConfigError, HubArgs, Problem, TalkArgs, insights};
use crate::i18n::Lang;
use crate::id::RepoName;
use crate::secret::Secret;
use crate::{github, slack, wire};

pub(super) const GITHUB_API_URL: &str = "https://api.github.com";
pub(super) const SLACK_API_URL: &str = "https://slack.com/api";
pub(super) const DATABASE_URL: &str = "sqlite:sssbot.sqlite3";
pub(super) const LISTEN: &str = "127.0.0.1:3000";
/// Octocrab logs every failed call; so do we, and we know what it means.
pub(super) const LOG: &str = "info,octocrab=off";

/// How long a call may take. A Slack that is slow is still quicker than looking whether a message
/// came through.
pub(super) const SLACK_PATIENCE: Duration = Duration::from_secs(15);
pub(super) const GITHUB_PATIENCE: Duration = Duration::from_secs(20);

/// How often GitHub is looked at for what no webhook told.
const SWEEP: SignedDuration = SignedDuration::from_secs(60);

pub(super) type Found<T> = Result<T, Problem>;

/// Checks everything, and gives either all of it or all that is wrong.
pub(super) fn all(args: &Args) -> Result<Config, ConfigError> {
    let mut problems = Vec::new();
    let github = args.hub.github(&mut problems);
    let lang = keep(&mut problems, lang(&args.hub));
    let github_webhook_secret = keep(&mut problems, webhook_secret(args));
    let slack = args.talk.slack(&mut problems);
    let usergroups_token = keep(&mut problems, usergroups_token(&args.talk));
    let slack_signing_secret = keep(&mut problems, signing_secret(args));
    let rates = rates(args, &mut problems);
    let sweep_every = keep(&mut problems, sweep_every(args));
    let database_url = keep(&mut problems, database_url(args));
    let listen = keep(&mut problems, listen(args));
    let log = keep(&mut problems, log(args));
    let insights = insights::access(args, github.as_ref(), &mut problems);
    let config = || {
        Some(Config {
            github: github?,
            slack: slack?,
            usergroups_token: usergroups_token?,
            rates,
            sweep_every: sweep_every?,
            github_webhook_secret: github_webhook_secret?,
            slack_signing_secret: slack_signing_secret?,
            database_url: database_url?,
            listen: listen?,
            insights: insights?,
            lang: lang?,
            log: log?,
        })
    };
    match config() {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(ConfigError { problems }),
    }
}

pub(super) fn keep<T>(problems: &mut Vec<Problem>, found: Found<T>) -> Option<T> {
    found.map_err(|problem| problems.push(problem)).ok()
}

pub(super) fn wrong<T>(name: &'static str, sentence: impl Into<String>) -> Found<T> {
    Err(Problem {
        name,
        sentence: sentence.into(),
    })
}

/// A variable that is set to nothing is not set: that is how a compose file leaves one out.
pub(super) fn said(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|v| !v.is_empty())
}

pub(super) fn secret(value: &Option<Secret>) -> Option<Secret> {
    let text = value.as_ref()?.reveal().trim();
    (!text.is_empty()).then(|| Secret::from(text))
}

pub(super) fn app_id(args: &HubArgs) -> Found<u64> {
    let name = "GITHUB_APP_ID";
    let place = "it is the \"App ID\" on the App's General page";
    match said(&args.github_app_id) {
        None => wrong(name, format!("not set; {place}")),
        Some(text) if text.starts_with("Iv") => wrong(
            name,
            format!("`{text}` is the Client ID; {place}, a number"),
        ),
        Some(text) => match text.parse() {
            Ok(id) if id > 0 => Ok(id),
            _ => wrong(name, format!("`{text}` is not a number; {place}")),
        },
    }
}

pub(super) fn private_key(args: &HubArgs) -> Found<Secret> {
    let place = "make one with \"Generate a private key\" on the App's General page";
    let (name, text) = match (
        secret(&args.github_private_key),
        said(&args.github_private_key_file),
    ) {
        (Some(_), Some(_)) => {
            return wrong(
                "GITHUB_PRIVATE_KEY",
                "GITHUB_PRIVATE_KEY_FILE is set too; keep one of them",
            );
        }
        (None, None) => {
            return wrong(
                "GITHUB_PRIVATE_KEY",
                format!("not set, nor is GITHUB_PRIVATE_KEY_FILE; {place}"),
            );
        }
        (Some(pem), None) => (
            "GITHUB_PRIVATE_KEY",
            Secret::from(pem.reveal().replace("\\n", "\n")),
        ),
        (None, Some(path)) => match fs::read_to_string(path) {
            Ok(pem) => ("GITHUB_PRIVATE_KEY_FILE", Secret::from(pem)),
            Err(error) => {
                return wrong(
                    "GITHUB_PRIVATE_KEY_FILE",
                    format!("`{path}` cannot be read: {error}"),
                );
            }
        },
    };
    if !text.reveal().contains("-----BEGIN") {
        let hint = if name == "GITHUB_PRIVATE_KEY" && fs::exists(text.reveal()).unwrap_or(false) {
            "this is the name of a file: say it in GITHUB_PRIVATE_KEY_FILE".to_owned()
        } else {
            format!("this is no PEM, which begins with -----BEGIN RSA PRIVATE KEY-----; {place}")
        };
        return wrong(name, hint);
    }
    match github::check_key(&text) {
        Ok(()) => Ok(text),
        Err(error) => wrong(name, format!("{error}; is it whole? Else {place}")),
    }
}

fn webhook_secret(args: &Args) -> Found<Secret> {
    secret(&args.github_webhook_secret).map_or_else(
        || {
            wrong(
                "GITHUB_WEBHOOK_SECRET",
                "not set; it is the \"Webhook secret\" on the App's General page",
            )
        },
        Ok,
    )
}

pub(super) fn github_api_url(args: &HubArgs) -> Found<String> {
    let name = "GITHUB_API_URL";
    let text = url(name, &args.github_api_url, GITHUB_API_URL)?;
    let host = wire::address(&text)
        .ok()
        .and_then(|url| Some(url.host_str()?.to_owned()));
    match host.as_deref() {
        Some("github.com" | "www.github.com") => wrong(
            name,
            format!("`{text}` is for people; the API is at {GITHUB_API_URL}"),
        ),
        _ => Ok(text),
    }
}

pub(super) fn repo(args: &HubArgs) -> Found<RepoName> {
    let name = "POSTMORTEM_REPO";
    let place = "it is the repository with one issue per incident";
    let Some(text) = said(&args.postmortem_repo) else {
        return wrong(name, format!("not set; {place}, as owner/name"));
    };
    let bare = text.trim_end_matches('/').trim_end_matches(".git");
    let parts: Vec<&str> = bare.split('/').collect();
    let fits = |part: &&str| {
        !matches!(*part, "" | "." | "..")
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    match parts.as_slice() {
        [_, _] if parts.iter().all(fits) => Ok(RepoName::from(text)),
        [.., owner, repo] if text.contains("://") && fits(owner) && fits(repo) => wrong(
            name,
            format!("`{text}` is an address; say only {owner}/{repo}"),
        ),
        [alone] if fits(alone) => wrong(
            name,
            format!("`{text}` has no owner; {place}, as owner/name"),
        ),
        _ => wrong(name, format!("`{text}` is not owner/name; {place}")),
    }
}

pub(super) fn usergroups_token(args: &TalkArgs) -> Found<Option<Secret>> {
    let name = "SLACK_USERGROUPS_TOKEN";
    let place = "it is the \"User OAuth Token\" (xoxp-…) that the Slack app has from an admin";
    let Some(token) = secret(&args.slack_usergroups_token) else {
        return Ok(None);
    };
    let text = token.reveal();
    // Of the token nothing is repeated.
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return wrong(
            name,
            format!("this has characters that no token has; {place}"),
        );
    }
    if !(text.starts_with("xoxp-") || text.starts_with("xoxe.xoxp-")) {
        return wrong(name, format!("this is no person's token; {place}"));
    }
    Ok(Some(token))
}

pub(super) fn token(args: &TalkArgs) -> Found<Secret> {
    let name = "SLACK_BOT_TOKEN";
    let place = "it is the \"Bot User OAuth Token\" (xoxb-…) on the Slack app's OAuth & \
                 Permissions page, after the app is installed to the workspace";
    let Some(token) = secret(&args.slack_bot_token) else {
        return wrong(name, format!("not set; {place}"));
    };
    let text = token.reveal();
    // Of the token only its kind is repeated.
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return wrong(
            name,
            format!("this has characters that no token has; {place}"),
        );
    }
    for (prefix, kind) in [
        ("xoxp-", "a person's token (xoxp-…)"),
        ("xoxe.xoxp-", "a person's token (xoxe.xoxp-…)"),
        ("xapp-", "an app-level token (xapp-…)"),
        ("xoxe-", "a refresh token (xoxe-…)"),
        ("xoxc-", "a browser's token (xoxc-…)"),
    ] {
        if text.starts_with(prefix) {
            return wrong(name, format!("this is {kind}; {place}"));
        }
    }
    if text.starts_with("xoxb-") || text.starts_with("xoxe.xoxb-") {
        Ok(token)
    } else {
        wrong(name, format!("this is no Slack token; {place}"))
    }
}

fn signing_secret(args: &Args) -> Found<Secret> {
    let name = "SLACK_SIGNING_SECRET";
    let place = "it is the \"Signing Secret\" on the Slack app's Basic Information page";
    match secret(&args.slack_signing_secret) {
        None => wrong(name, format!("not set; {place}")),
        Some(text) if text.reveal().starts_with("xox") => {
            wrong(name, format!("this is a token; {place}"))
        }
        Some(secret) => Ok(secret),
    }
}

pub(super) fn url(name: &'static str, value: &Option<String>, otherwise: &str) -> Found<String> {
    let text = said(value).unwrap_or(otherwise);
    match wire::address(text) {
        Ok(_) => Ok(text.trim_end_matches('/').to_owned()),
        Err(error) => wrong(name, format!("{error}; left out, it is {otherwise}")),
    }
}

fn rates(args: &Args, problems: &mut Vec<Problem>) -> slack::Rates {
    let mut rates = slack::Rates::default();
    for (name, value, rate) in [
        (
            "SLACK_MESSAGES_PER_MINUTE",
            &args.slack_messages_per_minute,
            &mut rates.posts_per_minute,
        ),
        (
            "SLACK_CHANNEL_MESSAGES_PER_MINUTE",
            &args.slack_channel_messages_per_minute,
            &mut rates.channel_per_minute,
        ),
        (
            "SLACK_UPDATES_PER_MINUTE",
            &args.slack_updates_per_minute,
            &mut rates.updates_per_minute,
        ),
    ] {
        let Some(text) = said(value) else { continue };
        match text.parse() {
            Ok(number @ 1..=1_000_000) => *rate = number,
            _ => problems.push(Problem {
                name,
                sentence: format!(
                    "`{text}` is not a whole number from 1 to 1000000; left out, it is {rate}"
                ),
            }),
        }
    }
    rates
}

fn sweep_every(args: &Args) -> Found<Option<SignedDuration>> {
    match said(&args.sweep_seconds) {
        None => Ok(Some(SWEEP)),
        Some(text) => match text.parse() {
            Ok(0) => Ok(None),
            Ok(seconds @ 10..=86_400) => Ok(Some(SignedDuration::from_secs(seconds))),
            _ => wrong(
                "SSSBOT_SWEEP_SECONDS",
                format!(
                    "`{text}` is not a whole number from 10 to 86400, or 0 for never; left out, it \
                     is {}",
                    SWEEP.as_secs()
                ),
            ),
        },
    }
}

fn database_url(args: &Args) -> Found<String> {
    let text = said(&args.database_url).unwrap_or(DATABASE_URL);
    match text.strip_prefix("sqlite:") {
        Some(file) if !file.trim_start_matches('/').is_empty() => Ok(text.to_owned()),
        _ => {
            // What stands after the scheme may hold a password.
            let scheme = text.split(':').next().unwrap_or_default();
            wrong(
                "DATABASE_URL",
                format!(
                    "`{scheme}:…` is no SQLite file; say sqlite:PATH, e.g. {DATABASE_URL}, which it \
                     is when left out"
                ),
            )
        }
    }
}

fn listen(args: &Args) -> Found<SocketAddr> {
    let text = said(&args.listen).unwrap_or(LISTEN);
    let hint = match text.strip_prefix(':').unwrap_or(text).parse::<u16>() {
        Ok(port) => format!("say 127.0.0.1:{port} for this machine only, 0.0.0.0:{port} for all"),
        Err(_) => match text.strip_prefix("localhost:") {
            Some(port) => format!("say 127.0.0.1:{port}"),
            None => format!("left out, it is {LISTEN}"),
        },
    };
    match text.parse() {
        Ok(address) => Ok(address),
        Err(_) => wrong(
            "LISTEN",
            format!("`{text}` is not an address with a port; {hint}"),
        ),
    }
}

pub(super) fn lang(args: &HubArgs) -> Found<Lang> {
    match said(&args.lang) {
        None => Ok(Lang::default()),
        Some(text) => match text.parse() {
            Ok(lang) => Ok(lang),
            Err(unknown) => wrong("SSSBOT_LANG", unknown.to_string()),
        },
    }
}

fn log(args: &Args) -> Found<String> {
    let text = said(&args.log).unwrap_or(LOG);
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => wrong(
            "SSSBOT_LOG",
            format!("`{text}` is not a filter such as `info` or `warn,sssbot=debug`: {error}"),
        ),
    }
}
