//! What Slack, or a GitHub team, has otherwise than the files, though nobody changed the files:
//! somebody has touched it there.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::live::Live;
use super::place::Problem;
use super::plan::{Action, plan};
use super::spec::Spec;
use crate::id::{ChannelId, GroupId, Login, SlackUserId, TeamSlug};

/// What a team is, on one side or the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// A user group of Slack.
    Slack(GroupId),
    /// A GitHub team.
    GitHub(TeamSlug),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slack(group) => group.fmt(f),
            // No group's id has a slash.
            Self::GitHub(slug) => write!(f, "github/{slug}"),
        }
    }
}

/// A team that Slack, or GitHub, has otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The team, as its file calls it.
    pub team: String,
    /// Where, and which one.
    pub side: Side,
    /// What differs; never empty.
    pub differences: Vec<Difference>,
    /// What would make it like the files again.
    pub back: Vec<Action>,
    /// Who touched the group last, and when, if Slack says so.
    pub touched: Option<(SlackUserId, Timestamp)>,
    /// The zone in which that time is told: the files'.
    pub zone: TimeZone,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The group is disabled, and a file has it.
    Disabled,
    /// They are in the group, and the files have nothing to do with them.
    Extra(Vec<SlackUserId>),
    /// They are not in the group, and the files have had them all along.
    Missing(Vec<SlackUserId>),
    /// What it is called.
    Name {
        /// In the files.
        files: String,
        /// In Slack.
        slack: String,
    },
    /// Its handle.
    Handle {
        /// In the files.
        files: String,
        /// In Slack.
        slack: String,
    },
    /// What it is for.
    Description {
        /// In the files.
        files: String,
        /// In Slack.
        slack: String,
    },
    /// Its default channels.
    Channels {
        /// In the files.
        files: Vec<ChannelId>,
        /// In Slack.
        slack: Vec<ChannelId>,
    },
    /// They are in the GitHub team, and the files have nothing to do with them.
    ExtraOnGitHub(Vec<Login>),
    /// They are not in the GitHub team, and the files have had them all along.
    MissingOnGitHub(Vec<Login>),
}

/// What is otherwise than the last applied files have it, team by team, in the order of the files.
/// Ends and turns that have come are no drift: they are what the files say.
///
/// # Errors
/// What is wrong with the files as Slack is now: somebody in them whom Slack does not know.
pub fn drift(applied: &Spec, live: &Live, now: Timestamp) -> Result<Vec<Drift>, Vec<Problem>> {
    plan(applied, Some(applied), live, now, &BTreeSet::new()).map(|plan| plan.drift)
}
