//! What comes after an incident: its postmortem, and what keeps it from happening again.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::rules::Rules;
use super::state::{Incident, Phase, Stated};
use super::who::Who;
use crate::id::RepoName;

/// How far the pull request of a postmortem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PullState {
    /// It is written and read.
    Open,
    /// It is part of the memory.
    Merged,
    /// It was given up.
    Closed,
}

/// The pull request of a postmortem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Its number in the postmortem repository.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// How far it is.
    pub state: PullState,
    /// The branch that it brings, whatever the channel is called by now.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub branch: String,
    /// Where its document stands; as for the branch.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
}

/// How far something is that is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionState {
    /// It is to be done.
    Open,
    /// It is done.
    Done,
    /// It will not be done: its issue was closed as not planned.
    Waived,
}

/// Something that a merged postmortem says is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Where its issue or pull request is.
    pub repo: RepoName,
    /// The number there.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// What is to be done.
    pub title: String,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Who::is_nobody")]
    pub owner: Who,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// How far it is.
    pub state: ActionState,
}

/// The postmortem of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aftermath {
    /// When it was last asked for.
    pub asked: Option<Stated<()>>,
    /// Why that could not be done, where it could not.
    pub refused: Vec<String>,
    /// Its pull request.
    pub pull: Option<Pull>,
    /// What is to be done; `None` until that was read from the merged document.
    pub actions: Option<Vec<Action>>,
}

impl Aftermath {
    /// Whether somebody asked for it and nothing has come of that yet.
    pub fn is_wanted(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether the document is being written.
    pub fn is_open(&self) -> bool {
        self.state() == Some(PullState::Open)
    }

    /// Whether the document is part of the memory.
    pub fn is_merged(&self) -> bool {
        self.state() == Some(PullState::Merged)
    }

    /// How far its pull request is.
    pub fn state(&self) -> Option<PullState> {
        self.pull.as_ref().map(|pull| pull.state)
    }

    /// All that is to be done, or was.
    pub fn actions(&self) -> &[Action] {
        self.actions.as_deref().unwrap_or_default()
    }

    /// What is still to be done.
    pub fn open_actions(&self) -> impl Iterator<Item = &Action> {
        let open = |action: &&Action| action.state == ActionState::Open;
        self.actions().iter().filter(open)
    }
}

impl Incident {
    /// K1: whether nothing is left but to close the channel.
    pub fn is_done_with(&self, rules: &Rules) -> bool {
        let after = &self.aftermath;
        self.phase() == Phase::Resolved
            && after.is_merged()
            && after.actions.is_some()
            && self.open_ends(rules).is_empty()
    }
}
