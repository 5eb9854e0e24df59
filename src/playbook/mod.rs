//! What an organisation wants its own: a file in the postmortem repository, `.github/sssbot.yaml`.
//! An empty file, or none, is a playbook too: everything has a default.

mod parse;

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use crate::i18n::Lang;

pub use crate::yaml::Problem;
pub use parse::parse;

/// Where the file stands in the postmortem repository.
pub const PATH: &str = ".github/sssbot.yaml";

/// What the organisation has said.
#[derive(Debug, Clone, PartialEq)]
pub struct Playbook {
    /// The language of what the bot says; `None` leaves it to the deployment.
    pub language: Option<Lang>,
    /// The zone in which times are shown. Japan's unless said otherwise.
    pub time_zone: TimeZone,
    /// What of GitHub goes to Slack.
    pub mirror: Mirror,
}

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

impl Default for Playbook {
    fn default() -> Self {
        Self {
            language: None,
            time_zone: parse::zone(parse::JAPAN).unwrap_or(TimeZone::UTC),
            mirror: Mirror::default(),
        }
    }
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
fn bare(login: &str) -> String {
    let login = login.trim().trim_start_matches('@').to_lowercase();
    login.strip_suffix("[bot]").unwrap_or(&login).to_owned()
}
