//! The part of the deployment that commands need which only call GitHub, and perhaps Slack.

use clap::Args as ClapArgs;

use super::check::{self, keep};
use super::{Args, ConfigError};
use crate::i18n::Lang;
use crate::secret::Secret;
use crate::{github, slack};

/// How to get at GitHub, and which repository is meant.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct HubArgs {
    /// The postmortem repository: the App must be installed on it
    #[arg(long, env = "POSTMORTEM_REPO", value_name = "OWNER/NAME")]
    pub repo: Option<String>,

    /// The language to speak where the playbook says none: ja or en
    #[arg(
        long,
        env = "SSSBOT_LANG",
        value_name = "LANGUAGE",
        default_value = "ja"
    )]
    pub lang: Option<String>,

    /// The GitHub App's id, a number: "App ID" on the App's General page
    #[arg(long, env = "GITHUB_APP_ID", value_name = "NUMBER")]
    pub github_app_id: Option<String>,

    /// The App's private key itself, PEM; line breaks may be written as \n
    #[arg(
        long,
        env = "GITHUB_PRIVATE_KEY",
        value_name = "PEM",
        hide_env_values = true
    )]
    pub github_private_key: Option<Secret>,

    /// The file with the App's private key, instead of the key itself
    #[arg(long, env = "GITHUB_PRIVATE_KEY_FILE", value_name = "FILE")]
    pub github_private_key_file: Option<String>,

    /// GitHub's API; https://HOST/api/v3 for a GitHub Enterprise Server
    #[arg(
        long,
        env = "GITHUB_API_URL",
        value_name = "URL",
        default_value = check::GITHUB_API_URL
    )]
    pub github_api_url: Option<String>,
}

/// How to get at Slack.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct TalkArgs {
    /// The Slack app's bot token, xoxb-…
    #[arg(
        long,
        env = "SLACK_BOT_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub slack_bot_token: Option<Secret>,

    /// A user token, xoxp-…, of somebody who may change user groups, where only admins may
    #[arg(
        long,
        env = "SLACK_USERGROUPS_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub slack_usergroups_token: Option<Secret>,

    /// Slack's API
    #[arg(
        long,
        env = "SLACK_API_URL",
        value_name = "URL",
        default_value = check::SLACK_API_URL
    )]
    pub slack_api_url: Option<String>,
}

/// A GitHub that can be called.
#[derive(Debug, Clone)]
pub struct Hub {
    /// For the client; the postmortem repository is in it.
    pub github: github::Settings,
    /// The language where the playbook says none.
    pub lang: Lang,
}

impl HubArgs {
    /// Checks everything and, where a key file is named, reads it.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn read(&self) -> Result<Hub, ConfigError> {
        let args = Args {
            github_app_id: self.github_app_id.clone(),
            github_private_key: self.github_private_key.clone(),
            github_private_key_file: self.github_private_key_file.clone(),
            github_api_url: self.github_api_url.clone(),
            postmortem_repo: self.repo.clone(),
            lang: self.lang.clone(),
            ..Args::default()
        };
        let mut problems = Vec::new();
        let app_id = keep(&mut problems, check::app_id(&args));
        let private_key = keep(&mut problems, check::private_key(&args));
        let api_url = keep(&mut problems, check::github_api_url(&args));
        let repo = keep(&mut problems, check::repo(&args));
        let lang = keep(&mut problems, check::lang(&args));
        let hub = || {
            Some(Hub {
                github: github::Settings {
                    api_url: api_url?,
                    app_id: app_id?,
                    private_key: private_key?,
                    repo: repo?,
                    timeout: check::GITHUB_PATIENCE,
                },
                lang: lang?,
            })
        };
        hub().ok_or(ConfigError { problems })
    }
}

impl TalkArgs {
    /// How to get at Slack; `None` where no token is set.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn read(&self) -> Result<Option<slack::Settings>, ConfigError> {
        if (self.slack_bot_token.as_ref()).is_none_or(|it| it.reveal().trim().is_empty()) {
            return Ok(None);
        }
        let args = Args {
            slack_bot_token: self.slack_bot_token.clone(),
            ..Args::default()
        };
        let mut problems = Vec::new();
        let url = check::url("SLACK_API_URL", &self.slack_api_url, check::SLACK_API_URL);
        let (token, api_url) = (
            keep(&mut problems, check::token(&args)),
            keep(&mut problems, url),
        );
        let settings = || {
            Some(slack::Settings {
                api_url: api_url?,
                token: token?,
                timeout: check::SLACK_PATIENCE,
            })
        };
        settings().ok_or(ConfigError { problems }).map(Some)
    }

    /// The token for changing user groups, where there is one of its own.
    ///
    /// # Errors
    /// When it is none.
    pub fn usergroups_token(&self) -> Result<Option<Secret>, ConfigError> {
        let args = Args {
            slack_usergroups_token: self.slack_usergroups_token.clone(),
            ..Args::default()
        };
        check::usergroups_token(&args).map_err(|problem| ConfigError {
            problems: vec![problem],
        })
    }
}
