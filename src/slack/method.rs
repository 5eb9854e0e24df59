//! Slack's methods that are called, and what each costs: a new one names its tier or does not compile.

/// A method of Slack's Web API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// `auth.test`: who a token is.
    AuthTest,
    /// `chat.postMessage`.
    Post,
    /// `chat.update`.
    Update,
    /// `chat.delete`.
    Delete,
    /// `conversations.history`.
    History,
    /// `conversations.replies`: what was said in a thread.
    Replies,
    /// `conversations.info`.
    Info,
    /// `conversations.join`.
    Join,
    /// `conversations.list`.
    Channels,
    /// `conversations.create`: makes a channel.
    Create,
    /// `conversations.archive`: closes a channel for good.
    Archive,
    /// `conversations.rename`.
    Rename,
    /// `conversations.setTopic`.
    SetTopic,
    /// `conversations.setPurpose`.
    SetPurpose,
    /// `conversations.invite`.
    Invite,
    /// `conversations.open`: the conversation with one person.
    Converse,
    /// `conversations.members`: who is in a channel.
    Members,
    /// `pins.add`.
    Pin,
    /// `pins.remove`.
    Unpin,
    /// `pins.list`.
    Pins,
    /// `bookmarks.add`.
    AddBookmark,
    /// `bookmarks.list`.
    Bookmarks,
    /// `chat.postEphemeral`: something that one person sees.
    Whisper,
    /// `chat.getPermalink`.
    Permalink,
    /// `views.open`: shows somebody a dialog.
    OpenView,
    /// `views.update`.
    UpdateView,
    /// `views.publish`: somebody's Home tab.
    PublishView,
    /// `users.info`.
    User,
    /// `users.lookupByEmail`.
    UserByEmail,
    /// `usergroups.list`.
    Groups,
    /// `usergroups.users.list`.
    GroupMembers,
    /// `usergroups.create`.
    CreateGroup,
    /// `usergroups.update`.
    UpdateGroup,
    /// `usergroups.enable`.
    EnableGroup,
    /// `usergroups.disable`.
    DisableGroup,
    /// `usergroups.users.update`: replaces who is in a group.
    SetGroupMembers,
    /// `users.list`.
    Users,
}

/// What Slack allows a method, per workspace and app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    /// 1 a second in a channel, and some hundreds a minute in a workspace.
    Posting,
    /// 20 a minute.
    Two,
    /// 50 a minute.
    Three,
    /// Hundreds a minute, by Slack's own word; counted as 100.
    Four,
}

impl Method {
    /// As Slack calls it, e.g. `chat.postMessage`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthTest => "auth.test",
            Self::Post => "chat.postMessage",
            Self::Update => "chat.update",
            Self::Delete => "chat.delete",
            Self::History => "conversations.history",
            Self::Replies => "conversations.replies",
            Self::Info => "conversations.info",
            Self::Join => "conversations.join",
            Self::Channels => "conversations.list",
            Self::Create => "conversations.create",
            Self::Archive => "conversations.archive",
            Self::Rename => "conversations.rename",
            Self::SetTopic => "conversations.setTopic",
            Self::SetPurpose => "conversations.setPurpose",
            Self::Invite => "conversations.invite",
            Self::Converse => "conversations.open",
            Self::Members => "conversations.members",
            Self::Pin => "pins.add",
            Self::Unpin => "pins.remove",
            Self::Pins => "pins.list",
            Self::AddBookmark => "bookmarks.add",
            Self::Bookmarks => "bookmarks.list",
            Self::Whisper => "chat.postEphemeral",
            Self::Permalink => "chat.getPermalink",
            Self::OpenView => "views.open",
            Self::UpdateView => "views.update",
            Self::PublishView => "views.publish",
            Self::User => "users.info",
            Self::UserByEmail => "users.lookupByEmail",
            Self::Groups => "usergroups.list",
            Self::GroupMembers => "usergroups.users.list",
            Self::CreateGroup => "usergroups.create",
            Self::UpdateGroup => "usergroups.update",
            Self::EnableGroup => "usergroups.enable",
            Self::DisableGroup => "usergroups.disable",
            Self::SetGroupMembers => "usergroups.users.update",
            Self::Users => "users.list",
        }
    }

    /// Whether it changes something. A write whose answer is lost may have happened; a read can
    /// just be asked again.
    pub fn writes(self) -> bool {
        match self {
            Self::Post
            | Self::Update
            | Self::Delete
            | Self::Join
            | Self::Create
            | Self::Archive
            | Self::Rename
            | Self::SetTopic
            | Self::SetPurpose
            | Self::Invite
            | Self::Pin
            | Self::Unpin
            | Self::AddBookmark
            | Self::Whisper
            | Self::OpenView
            | Self::UpdateView
            | Self::PublishView
            | Self::CreateGroup
            | Self::UpdateGroup
            | Self::EnableGroup
            | Self::DisableGroup
            | Self::SetGroupMembers => true,
            // To open what is open already changes nothing.
            Self::AuthTest
            | Self::Converse
            | Self::History
            | Self::Replies
            | Self::Info
            | Self::Channels
            | Self::Members
            | Self::Pins
            | Self::Bookmarks
            | Self::Permalink
            | Self::User
            | Self::UserByEmail
            | Self::Groups
            | Self::GroupMembers
            | Self::Users => false,
        }
    }

    /// Whether it changes user groups, for which there may be a token of its own.
    pub fn manages_groups(self) -> bool {
        matches!(
            self,
            Self::CreateGroup
                | Self::UpdateGroup
                | Self::EnableGroup
                | Self::DisableGroup
                | Self::SetGroupMembers
        )
    }

    /// From the methods' own pages. `chat.getPermalink` has no number there ("hundreds a minute").
    pub(super) fn tier(self) -> Tier {
        match self {
            Self::Post => Tier::Posting,
            Self::Channels
            | Self::Create
            | Self::Archive
            | Self::Rename
            | Self::SetTopic
            | Self::SetPurpose
            | Self::Pin
            | Self::Unpin
            | Self::Pins
            | Self::AddBookmark
            | Self::Groups
            | Self::GroupMembers
            | Self::CreateGroup
            | Self::UpdateGroup
            | Self::EnableGroup
            | Self::DisableGroup
            | Self::SetGroupMembers
            | Self::Users => Tier::Two,
            Self::Update
            | Self::Delete
            | Self::History
            | Self::Replies
            | Self::Info
            | Self::Join
            | Self::Invite
            | Self::Converse
            | Self::Bookmarks
            | Self::UserByEmail => Tier::Three,
            Self::AuthTest
            | Self::Members
            | Self::Whisper
            | Self::Permalink
            | Self::OpenView
            | Self::UpdateView
            | Self::PublishView
            | Self::User => Tier::Four,
        }
    }
}
