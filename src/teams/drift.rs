//! What Slack has otherwise than the files, though nobody changed the files: somebody has touched
//! Slack.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::live::Live;
use super::place::Problem;
use super::plan::{Action, plan};
use super::spec::Spec;
use crate::id::{ChannelId, GroupId, SlackUserId};

/// A team that Slack has otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The team, as its file calls it.
    pub team: String,
    /// Which group.
    pub group: GroupId,
    /// What differs; never empty.
    pub differences: Vec<Difference>,
    /// What would make Slack like the files again.
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
}

/// What Slack has otherwise than the last applied files, team by team, in the order of the files.
/// Ends and turns that have come are no drift: they are what the files say.
///
/// # Errors
/// What is wrong with the files as Slack is now: somebody in them whom Slack does not know.
pub fn drift(applied: &Spec, live: &Live, now: Timestamp) -> Result<Vec<Drift>, Vec<Problem>> {
    plan(applied, Some(applied), live, now, &BTreeSet::new()).map(|plan| plan.drift)
}
