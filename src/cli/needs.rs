//! What sssbot needs to be allowed on GitHub and in Slack, and what for: the preflight looks for it,
//! and the manifests ask for it.

use crate::engine;
pub(super) use crate::engine::MEMBERSHIP;
use crate::i18n::setup::Setup;

/// A permission of a GitHub App.
#[derive(Clone, Copy)]
pub(super) struct Permission {
    /// GitHub's name for it in APIs.
    pub(super) id: &'static str,
    /// What its settings page calls it.
    pub(super) name: &'static str,
    /// `read` or `write`.
    pub(super) level: &'static str,
    /// What for.
    pub(super) why: Setup,
}

/// The permissions, in the order of GitHub's page.
pub(super) const PERMISSIONS: &[Permission] = &[
    permission("checks", "Checks", "write", Setup::WhyChecks),
    permission("contents", "Contents", "write", Setup::WhyContents),
    permission("issues", "Issues", "write", Setup::WhyIssues),
    permission("metadata", "Metadata", "read", Setup::WhyMetadata),
    permission("pull_requests", "Pull requests", "write", Setup::WhyPulls),
    permission("members", "Members", "write", Setup::WhyMembers),
];

const fn permission(
    id: &'static str,
    name: &'static str,
    level: &'static str,
    why: Setup,
) -> Permission {
    Permission {
        id,
        name,
        level,
        why,
    }
}

impl Permission {
    /// The level as GitHub's page says it.
    pub(super) fn words(&self) -> &'static str {
        match self.level {
            "read" => "Read-only",
            _ => "Read and write",
        }
    }
}

/// The permissions that are needed; less where no team file names a GitHub team.
pub(super) fn needed(crews: bool) -> impl Iterator<Item = Permission> {
    PERMISSIONS.iter().map(move |asked| match asked.id {
        "members" if !crews => permission("members", asked.name, "read", Setup::WhyWhoMay),
        _ => *asked,
    })
}

/// The permission of this id.
pub(super) fn named(id: &str) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|permission| permission.id == id)
}

/// The webhooks that are asked for.
pub(super) fn webhooks() -> &'static [&'static str] {
    engine::EVENTS
}

/// Scopes of the bot's token, and what for.
pub(super) const SCOPES: &[(&str, Setup)] = &[
    ("app_mentions:read", Setup::WhyMention),
    ("bookmarks:read", Setup::WhyBookmarks),
    ("bookmarks:write", Setup::WhyBookmarks),
    ("channels:history", Setup::WhyHistory),
    ("channels:join", Setup::WhyJoin),
    ("channels:manage", Setup::WhyManage),
    ("channels:read", Setup::WhyFindChannels),
    ("chat:write", Setup::WhySay),
    ("chat:write.customize", Setup::WhyPersona),
    ("commands", Setup::WhyCommand),
    ("groups:history", Setup::WhyHistory),
    ("groups:read", Setup::WhyFindChannels),
    ("groups:write", Setup::WhyManage),
    ("im:history", Setup::WhyHistory),
    ("im:write", Setup::WhyRemind),
    ("pins:read", Setup::WhySeePins),
    ("pins:write", Setup::WhyPins),
    ("reactions:read", Setup::WhyReaction),
    ("usergroups:read", Setup::WhyTeams),
    ("usergroups:write", Setup::WhyGroups),
    ("users:read", Setup::WhyPeople),
    ("users:read.email", Setup::WhyPeople),
];

/// Scopes of the token of somebody who may change user groups, where there is one.
pub(super) const USER_SCOPES: &[(&str, Setup)] = &[
    ("usergroups:read", Setup::WhyGroups),
    ("usergroups:write", Setup::WhyGroups),
];

/// The events of Slack that are asked for; the scopes above are enough for them.
pub(super) const SLACK_EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "channel_archive",
    "channel_created",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "pin_added",
    "pin_removed",
    "reaction_added",
    "reaction_removed",
    "subteam_created",
    "subteam_members_changed",
    "subteam_updated",
];
