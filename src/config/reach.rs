//! The part of the deployment that commands need which only call GitHub, and perhaps Slack.

use clap::Args as ClapArgs;

use super::check::{self, keep};
use super::{ConfigError, Problem};
use crate::i18n::Lang;
use crate::secret::Secret;
use crate::{github, slack};

/// How to get at GitHub, and which repository is meant.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct HubArgs {
    /// The GitHub App's id, a number: "App ID" on the App's General page
    #[arg(long, env = "GITHUB_APP_ID", value_name = "NUMBER")]
    pub github_app_id: Option<String>,

    /// The App's private key itself, PEM; line breaks may be written as \n. From "Generate a
    /// private key" on the App's General page
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

    /// The postmortem repository, with one issue per incident, as owner/name; the App must be
    /// installed on it
    #[arg(
        long,
        visible_alias = "repo",
        env = "POSTMORTEM_REPO",
        value_name = "OWNER/NAME"
    )]
    pub postmortem_repo: Option<String>,

    /// The language to speak where the playbook says none: ja or en
    #[arg(
        long,
        env = "SSSBOT_LANG",
        value_name = "LANGUAGE",
        default_value = "ja"
    )]
    pub lang: Option<String>,
}

/// How to get at Slack.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct TalkArgs {
    /// The Slack app's bot token, xoxb-…: "Bot User OAuth Token" on the app's OAuth & Permissions
    /// page
    #[arg(
        long,
        env = "SLACK_BOT_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub slack_bot_token: Option<Secret>,

    /// A user token, xoxp-…, of somebody who may change user groups; only where the workspace lets
    /// admins alone do that, and for nothing else: "User OAuth Token" on the app's OAuth &
    /// Permissions page, installed by an admin
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
        let mut problems = Vec::new();
        let github = self.github(&mut problems);
        let lang = keep(&mut problems, check::lang(self));
        match (github, lang) {
            (Some(github), Some(lang)) => Ok(Hub { github, lang }),
            _ => Err(ConfigError { problems }),
        }
    }

    /// GitHub; `None` where something is wrong.
    pub(super) fn github(&self, problems: &mut Vec<Problem>) -> Option<github::Settings> {
        let app_id = keep(problems, check::app_id(self));
        let private_key = keep(problems, check::private_key(self));
        let api_url = keep(problems, check::github_api_url(self));
        let repo = keep(problems, check::repo(self));
        Some(github::Settings {
            api_url: api_url?,
            app_id: app_id?,
            private_key: private_key?,
            repo: repo?,
            timeout: check::GITHUB_PATIENCE,
        })
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
        let mut problems = Vec::new();
        let slack = self.slack(&mut problems);
        slack.ok_or(ConfigError { problems }).map(Some)
    }

    /// Slack; `None` where something is wrong.
    pub(super) fn slack(&self, problems: &mut Vec<Problem>) -> Option<slack::Settings> {
        let token = keep(problems, check::token(self));
        let url = check::url("SLACK_API_URL", &self.slack_api_url, check::SLACK_API_URL);
        let api_url = keep(problems, url);
        Some(slack::Settings {
            api_url: api_url?,
            token: token?,
            timeout: check::SLACK_PATIENCE,
        })
    }

    /// The token for changing user groups, where there is one of its own.
    ///
    /// # Errors
    /// When it is none.
    pub fn usergroups_token(&self) -> Result<Option<Secret>, ConfigError> {
        check::usergroups_token(self).map_err(|problem| ConfigError {
            problems: vec![problem],
        })
    }
}
