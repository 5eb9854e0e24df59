//! The deployment: what the environment and the flags say, checked in one go before anything runs.

mod check;
mod insights;
mod reach;

use std::fmt;
use std::net::SocketAddr;

use clap::Args as ClapArgs;
use jiff::SignedDuration;

use crate::http::Access;
use crate::i18n::Lang;
use crate::id::RepoName;
use crate::secret::Secret;
use crate::{github, slack};

pub use reach::{Hub, HubArgs, TalkArgs};

/// What runs the bot, as environment variables or flags. All are texts here, so that everything
/// that is wrong can be said at once: see [`Config::read`].
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Args {
    /// GitHub, the postmortem repository in it, and the language.
    #[command(flatten)]
    pub hub: HubArgs,

    /// The secret that GitHub signs its webhooks with: "Webhook secret" on the App's General page
    #[arg(
        long,
        env = "GITHUB_WEBHOOK_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub github_webhook_secret: Option<Secret>,

    /// Slack.
    #[command(flatten)]
    pub talk: TalkArgs,

    /// The secret that Slack signs its calls with: "Signing Secret" on the app's Basic Information
    /// page
    #[arg(
        long,
        env = "SLACK_SIGNING_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub slack_signing_secret: Option<Secret>,

    /// Messages a minute in the whole workspace, at most
    #[arg(
        long,
        env = "SLACK_MESSAGES_PER_MINUTE",
        value_name = "NUMBER",
        default_value = "200"
    )]
    pub slack_messages_per_minute: Option<String>,

    /// Messages a minute in one channel, at most, after a burst of three
    #[arg(
        long,
        env = "SLACK_CHANNEL_MESSAGES_PER_MINUTE",
        value_name = "NUMBER",
        default_value = "60"
    )]
    pub slack_channel_messages_per_minute: Option<String>,

    /// Changed messages a minute in the whole workspace, at most
    #[arg(
        long,
        env = "SLACK_UPDATES_PER_MINUTE",
        value_name = "NUMBER",
        default_value = "45"
    )]
    pub slack_updates_per_minute: Option<String>,

    /// Seconds between two looks at GitHub for what no webhook told, 10 or more; 0 for never
    #[arg(
        long,
        env = "SSSBOT_SWEEP_SECONDS",
        value_name = "NUMBER",
        default_value = "60"
    )]
    pub sweep_seconds: Option<String>,

    /// Where deliveries and the cache are kept: an SQLite file
    #[arg(
        long,
        env = "DATABASE_URL",
        value_name = "URL",
        default_value = check::DATABASE_URL
    )]
    pub database_url: Option<String>,

    /// The address to listen on; 0.0.0.0:3000 for all of the machine's
    #[arg(
        long,
        env = "LISTEN",
        value_name = "ADDRESS:PORT",
        default_value = check::LISTEN
    )]
    pub listen: Option<String>,

    /// Who may see the page /insights: off, loopback (a browser on this machine), github (who may
    /// see the postmortem repository) or proxy (whom a proxy names)
    #[arg(
        long,
        env = "SSSBOT_INSIGHTS",
        value_name = "WHO",
        default_value = "loopback"
    )]
    pub insights: Option<String>,

    /// With insights=github: where people reach sssbot, e.g. `https://sssbot.example.com`
    #[arg(long, env = "SSSBOT_URL", value_name = "URL")]
    pub url: Option<String>,

    /// With insights=github: "Client ID" on the App's General page
    #[arg(long, env = "GITHUB_CLIENT_ID", value_name = "ID")]
    pub github_client_id: Option<String>,

    /// With insights=github: a client secret of the App, from its General page
    #[arg(
        long,
        env = "GITHUB_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub github_client_secret: Option<Secret>,

    /// With insights=proxy: the header in which the proxy says who somebody is
    #[arg(long, env = "SSSBOT_PROXY_HEADER", value_name = "HEADER")]
    pub proxy_header: Option<String>,

    /// With insights=proxy: the addresses that the proxy calls from, with commas between them
    #[arg(long, env = "SSSBOT_PROXY_PEERS", value_name = "ADDRESSES")]
    pub proxy_peers: Option<String>,

    /// What to log, e.g. debug, or warn,sssbot::engine=debug
    #[arg(
        long,
        env = "SSSBOT_LOG",
        value_name = "FILTER",
        default_value = check::LOG
    )]
    pub log: Option<String>,
}

/// A deployment that can run, room by room.
#[derive(Debug, Clone)]
pub struct Config {
    /// For the GitHub client; the postmortem repository is in it.
    pub github: github::Settings,
    /// For the Slack client.
    pub slack: slack::Settings,
    /// For changing user groups, where that takes an admin.
    pub usergroups_token: Option<Secret>,
    /// How fast Slack may be spoken to.
    pub rates: slack::Rates,
    /// How often to look at GitHub for what no webhook told; `None` for never.
    pub sweep_every: Option<SignedDuration>,
    /// What GitHub signs its webhooks with.
    pub github_webhook_secret: Secret,
    /// What Slack signs its calls with.
    pub slack_signing_secret: Secret,
    /// `sqlite:…`
    pub database_url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Who may see the page of insights.
    pub insights: Access,
    /// The language where the playbook says none.
    pub lang: Lang,
    /// What to log, in `tracing-subscriber`'s form.
    pub log: String,
}

/// One setting that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The environment variable; the flag is the same in small letters and hyphens.
    pub name: &'static str,
    /// What is wrong, and where the right value is to be had.
    pub sentence: String,
}

/// All that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// In the order of `--help`.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// What the process exits with: as for any other misuse of a command line.
    pub const EXIT: i32 = 2;
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sssbot cannot start with these settings:")?;
        for Problem { name, sentence } in &self.problems {
            write!(f, "\n  {name}: {sentence}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// The postmortem repository.
    pub fn repo(&self) -> &RepoName {
        &self.github.repo
    }

    /// Checks everything and, where a key file is named, reads it.
    ///
    /// # Errors
    /// All that is missing or wrong, each with its name and where to get it.
    pub fn read(args: &Args) -> Result<Self, ConfigError> {
        check::all(args)
    }
}
