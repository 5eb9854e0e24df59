//! Which scope a method needs.

/// All that an app of ours may ask for; what a token has where nothing was taken from it.
pub(super) const ALL: &[&str] = &[
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "usergroups:write",
    "users:read",
    "users:read.email",
];

/// Any one of these scopes is enough; empty when none is needed. `None` is a method that this
/// workspace does not know.
pub(super) fn needed(method: &str) -> Option<&'static [&'static str]> {
    const SEE: &[&str] = &["channels:read", "groups:read"];
    const READ: &[&str] = &["channels:history", "groups:history", "im:history"];
    const MANAGE: &[&str] = &["channels:manage", "groups:write"];
    const TOPIC: &[&str] = &[
        "channels:write.topic",
        "groups:write.topic",
        "channels:manage",
        "groups:write",
    ];
    const INVITE: &[&str] = &[
        "channels:write.invites",
        "groups:write.invites",
        "channels:manage",
        "groups:write",
    ];
    Some(match method {
        "api.test" | "auth.test" | "chat.getPermalink" | "views.open" | "views.update"
        | "views.push" | "views.publish" => &[],
        "chat.postMessage" | "chat.update" | "chat.delete" | "chat.postEphemeral" => {
            &["chat:write"]
        }
        "conversations.list"
        | "conversations.info"
        | "conversations.members"
        | "users.conversations" => SEE,
        "conversations.history" | "conversations.replies" => READ,
        "conversations.open" => &["im:write"],
        "conversations.join" => &["channels:join"],
        "conversations.create"
        | "conversations.leave"
        | "conversations.kick"
        | "conversations.archive"
        | "conversations.unarchive"
        | "conversations.rename" => MANAGE,
        "conversations.setTopic" | "conversations.setPurpose" => TOPIC,
        "conversations.invite" => INVITE,
        "pins.add" | "pins.remove" => &["pins:write"],
        "pins.list" => &["pins:read"],
        "bookmarks.add" => &["bookmarks:write"],
        "bookmarks.list" => &["bookmarks:read"],
        "reactions.add" => &["reactions:write"],
        "reactions.get" => &["reactions:read"],
        "users.list" | "users.info" => &["users:read"],
        "users.lookupByEmail" => &["users:read.email"],
        "usergroups.list" | "usergroups.users.list" => &["usergroups:read"],
        "usergroups.create"
        | "usergroups.update"
        | "usergroups.enable"
        | "usergroups.disable"
        | "usergroups.users.update" => &["usergroups:write"],
        "team.info" => &["team:read"],
        _ => return None,
    })
}
