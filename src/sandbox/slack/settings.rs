//! What a workspace is made with: its clock, its tokens, and which of Slack's rules are on.

use crate::clock::Clock;
use crate::id::SlackUserId;

/// How a workspace is set up. [`Settings::new`] gives the usual one; change the fields at will.
#[derive(Clone)]
pub struct Settings {
    /// Tells every time the workspace needs: `ts`, limits, trigger ids, signatures.
    pub clock: Clock,
    /// The bot's token, `xoxb-…`.
    pub bot_token: String,
    /// Tokens of people (`xoxp-…`) with whose they are; an admin's may manage user groups.
    pub user_tokens: Vec<(String, SlackUserId)>,
    /// Signs events, interactions and commands.
    pub signing_secret: String,
    /// How often the bot may call.
    pub limits: Limits,
    /// The scopes granted to the bot's token; `None` grants all.
    pub scopes: Option<Vec<String>>,
    /// The scopes granted to people's tokens.
    pub user_scopes: Vec<String>,
    /// The bot's username.
    pub bot_name: String,
    /// The workspace's name.
    pub team_name: String,
    /// The workspace's address, with the slash at its end: what permalinks begin with.
    pub url: String,
    /// Whether channel names may have letters that are not ASCII. No source settles what the real
    /// API does, so both can be tried.
    pub japanese_names: bool,
    /// Whether the workspace pays: without, there are no user groups.
    pub paid: bool,
    /// Whether only admins may manage user groups, as is the default of many workspaces.
    pub groups_by_admins_only: bool,
    /// How many people or channels a list gives at most at once; Slack may give fewer than are asked
    /// for.
    pub page: usize,
}

impl Settings {
    /// A paid workspace with every scope granted, Slack's own limits, Japanese channel names, and
    /// user groups that the bot may manage.
    pub fn new(clock: Clock, bot_token: &str, signing_secret: &str) -> Self {
        Self {
            clock,
            bot_token: bot_token.to_owned(),
            user_tokens: Vec::new(),
            signing_secret: signing_secret.to_owned(),
            limits: Limits::slack(),
            scopes: None,
            user_scopes: ["usergroups:read", "usergroups:write"]
                .map(str::to_owned)
                .to_vec(),
            bot_name: "sssbot".to_owned(),
            team_name: "Example".to_owned(),
            url: "https://example.slack.com/".to_owned(),
            japanese_names: true,
            paid: true,
            groups_by_admins_only: false,
            page: 1000,
        }
    }
}

/// How strictly calls are counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits(Option<f64>);

impl Limits {
    /// Slack's own: one message a second and channel, and the tiers of the methods.
    pub fn slack() -> Self {
        Self(Some(1.0))
    }

    /// None at all.
    pub fn off() -> Self {
        Self(None)
    }

    /// Slack's own, times `factor`: 10 allows ten messages a second and channel.
    pub fn scaled(factor: f64) -> Self {
        Self(Some(factor.max(0.001)))
    }

    /// The factor, where there are limits.
    pub(super) fn factor(self) -> Option<f64> {
        self.0
    }
}
