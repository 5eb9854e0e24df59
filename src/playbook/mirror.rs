//! What of GitHub goes to Slack, as the organisation wants it.

use std::collections::BTreeSet;

/// What of GitHub goes to Slack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mirror {
    /// Whose activity stays on GitHub because they are machines.
    pub mute_bots: MuteBots,
    /// Whether a draft pull request stays on GitHub until it is ready.
    pub mute_drafts: bool,
    /// Whether a comment on the issue says that its channel cannot be reached.
    pub report_unreachable_channels_on_issue: bool,
}

/// Which bots stay on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MuteBots {
    /// None: all are heard.
    #[default]
    None,
    /// All accounts that GitHub calls a bot.
    All,
    /// These, in lower case and without the `[bot]` that GitHub puts behind an App's name.
    These(BTreeSet<String>),
}

impl MuteBots {
    /// Whether this account stays on GitHub. `bot` is what GitHub says: `type` is `Bot`. A list
    /// may also name an account that is a person's by type but a machine's by use.
    pub fn mutes(&self, login: &str, bot: bool) -> bool {
        match self {
            Self::None => false,
            Self::All => bot,
            Self::These(logins) => logins.contains(&bare(login)),
        }
    }
}

/// A login in lower case, without `@` and `[bot]`.
pub(super) fn bare(login: &str) -> String {
    let login = login.trim().trim_start_matches('@').to_lowercase();
    login.strip_suffix("[bot]").unwrap_or(&login).to_owned()
}
