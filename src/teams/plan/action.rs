//! One thing that is done to one group, or to one GitHub team: one call.

use crate::id::{ChannelId, GroupHandle, GroupId, Login, SlackUserId, TeamSlug};

/// One call to Slack or to GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `usergroups.enable`.
    Enable {
        /// The team, as its file calls it.
        team: String,
        /// Which group.
        group: GroupId,
    },
    /// `usergroups.create`; Slack makes it with nobody in it.
    Create {
        /// The team, as its file calls it.
        team: String,
        /// Its name.
        name: String,
        /// Its handle; Slack makes one up where there is none.
        handle: Option<GroupHandle>,
        /// What it is for.
        description: Option<String>,
        /// Its default channels.
        channels: Vec<ChannelId>,
    },
    /// `usergroups.update`, all that changes in one call.
    Change {
        /// The team, as its file calls it.
        team: String,
        /// Which group.
        group: GroupId,
        /// What changes.
        changes: Changes,
        /// Whether this only makes room for another group, and is not how it stays.
        only_for_now: bool,
    },
    /// `usergroups.users.update`, which replaces the whole list.
    Members {
        /// The team, as its file calls it.
        team: String,
        /// Which group; `None`: the one that was just created for this team.
        group: Option<GroupId>,
        /// Who comes, in the order of the files.
        add: Vec<SlackUserId>,
        /// Who goes.
        remove: Vec<SlackUserId>,
        /// Everybody who is then in it; never empty. Who came by hand stays.
        all: Vec<SlackUserId>,
    },
    /// `usergroups.disable`.
    Disable {
        /// The team, as its file called it.
        team: String,
        /// Which group.
        group: GroupId,
        /// Who is in it.
        members: Vec<SlackUserId>,
    },
    /// Somebody comes into the GitHub team.
    Join {
        /// The team, as its file calls it.
        team: String,
        /// Which GitHub team.
        slug: TeamSlug,
        /// Who.
        login: Login,
        /// Who that is in Slack.
        who: Option<SlackUserId>,
    },
    /// Somebody goes from the GitHub team.
    Leave {
        /// The team, as its file calls it.
        team: String,
        /// Which GitHub team.
        slug: TeamSlug,
        /// Who.
        login: Login,
        /// Who that is in Slack.
        who: Option<SlackUserId>,
    },
    /// The GitHub team does not show itself: it is looked at, and what then is to be done follows.
    Look {
        /// The team, as its file calls it.
        team: String,
        /// Which GitHub team.
        slug: TeamSlug,
        /// What GitHub said.
        why: String,
    },
}

/// What changes of a group; `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// What it was called and what it is called then.
    pub name: Option<(String, String)>,
    /// The handle before and after.
    pub handle: Option<(String, String)>,
    /// What it was for and what it is for then.
    pub description: Option<(String, String)>,
    /// The default channels before and after.
    pub channels: Option<(Vec<ChannelId>, Vec<ChannelId>)>,
}

impl Changes {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Action {
    /// The team that it is done to, as its file calls it.
    pub fn team(&self) -> &str {
        match self {
            Self::Enable { team, .. }
            | Self::Create { team, .. }
            | Self::Change { team, .. }
            | Self::Members { team, .. }
            | Self::Disable { team, .. }
            | Self::Join { team, .. }
            | Self::Leave { team, .. }
            | Self::Look { team, .. } => team,
        }
    }

    /// The GitHub team that it is done to; `None` where it is done in Slack.
    pub fn github(&self) -> Option<&TeamSlug> {
        match self {
            Self::Join { slug, .. } | Self::Leave { slug, .. } | Self::Look { slug, .. } => {
                Some(slug)
            }
            _ => None,
        }
    }

    /// Whether somebody or something is taken away by it.
    pub fn takes(&self) -> bool {
        match self {
            Self::Members { remove, .. } => !remove.is_empty(),
            Self::Disable { .. } | Self::Leave { .. } => true,
            _ => false,
        }
    }

    /// The group that it is done to; `None` where it is only made by this plan, or is none.
    pub fn group(&self) -> Option<&GroupId> {
        match self {
            Self::Enable { group, .. }
            | Self::Change { group, .. }
            | Self::Disable { group, .. } => Some(group),
            Self::Members { group, .. } => group.as_ref(),
            Self::Create { .. } | Self::Join { .. } | Self::Leave { .. } | Self::Look { .. } => {
                None
            }
        }
    }

    /// What it comes to, whatever was there before: what two plans have in common when they do the
    /// same.
    pub(super) fn essence(&self) -> Vec<String> {
        let team = self.team().to_owned();
        match self {
            Self::Enable { group, .. } => vec!["enable".to_owned(), group.to_string()],
            Self::Create {
                name,
                handle,
                description,
                channels,
                ..
            } => {
                let mut parts = vec!["create".to_owned(), team, name.clone()];
                parts.extend(handle.iter().map(|handle| format!("handle={handle}")));
                parts.extend(description.iter().map(|text| format!("description={text}")));
                parts.extend(sorted(channels));
                parts
            }
            Self::Change { group, changes, .. } => {
                let mut parts = vec!["change".to_owned(), group.to_string()];
                let said = [
                    ("name", &changes.name),
                    ("handle", &changes.handle),
                    ("description", &changes.description),
                ];
                for (what, change) in said {
                    parts.extend(change.iter().map(|(_, to)| format!("{what}={to}")));
                }
                if let Some((_, to)) = &changes.channels {
                    parts.push("channels".to_owned());
                    parts.extend(sorted(to));
                }
                parts
            }
            // Not the group: it may not have been made yet, and the team says which it is.
            Self::Members { add, remove, .. } => {
                let mut parts = vec!["members".to_owned(), team];
                parts.extend(sorted(add).map(|who| format!("+{who}")));
                parts.extend(sorted(remove).map(|who| format!("-{who}")));
                parts
            }
            Self::Disable { group, .. } => vec!["disable".to_owned(), group.to_string()],
            Self::Join { slug, login, .. } => {
                vec!["join".to_owned(), slug.to_string(), login.to_string()]
            }
            Self::Leave { slug, login, .. } => {
                vec!["leave".to_owned(), slug.to_string(), login.to_string()]
            }
            Self::Look { slug, .. } => vec!["look".to_owned(), slug.to_string()],
        }
    }
}

fn sorted<T: Ord + ToString>(all: &[T]) -> impl Iterator<Item = String> {
    let mut all: Vec<&T> = all.iter().collect();
    all.sort();
    all.into_iter().map(ToString::to_string)
}
