//! What would be done to Slack and GitHub, as a value: it can be printed, compared and tested before anybody
//! does it. The plan is the dry run.

mod action;
mod after;
mod diff;
mod github;
mod losses;
mod make;
mod order;
mod refuse;
mod say;
mod say_drift;
mod say_github;
mod team;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

pub use action::{Action, Changes};
pub use losses::Losses;
pub use make::plan;
pub use say::{Line, Tone};

use super::drift::Drift;
use super::guard::Guard;
use super::live::Live;
use super::spec::Spec;
use super::who::Directory;
use crate::id::{GroupId, Login, SlackUserId, TeamSlug};

/// Who has which GitHub login, in small letters, by the `people` of these files; nobody where no team
/// names a GitHub team.
pub fn logins(spec: &Spec, live: &Live) -> BTreeMap<SlackUserId, Login> {
    github::logins(spec, &Directory::of(spec, live))
}

/// What would be done, and what there is to know about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What would be done, in this order: enable, create, change and rename, members, disable, and
    /// then the GitHub teams. Each is one call.
    pub actions: Vec<Action>,
    /// What Slack or GitHub has otherwise than the files, and this change has nothing to do with.
    pub drift: Vec<Drift>,
    /// Groups that no file ever named; they are left alone.
    pub unmanaged: Vec<Unmanaged>,
    /// Why somebody has to confirm it, if somebody has to.
    pub guards: Vec<Guard>,
    /// What else is worth knowing.
    pub remarks: Vec<Remark>,
    /// What each team is called and who would be in it, by [`Team::key`](super::Team::key).
    pub teams: BTreeMap<String, Outlook>,
    /// What people are called who appear in it.
    pub names: BTreeMap<SlackUserId, String>,
}

/// A group that is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// Which group.
    pub group: GroupId,
    /// Its handle.
    pub handle: String,
    /// Its name.
    pub name: String,
}

/// A team as it would be afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// Which group it is; `None` where there is none yet, or nothing is done to it any more.
    pub group: Option<GroupId>,
    /// Its handle, or its name where no handle is known.
    pub label: String,
    /// How many are in it now.
    pub was: usize,
    /// Who of those who can be called would be in it.
    pub left: Vec<SlackUserId>,
}

/// Something worth knowing that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Slack takes this person into no group: deactivated, a bot or a guest.
    CannotBeCalled {
        /// The team that names them.
        team: String,
        /// Who.
        who: SlackUserId,
    },
    /// An external team that Slack does not have.
    ExternalAbsent {
        /// The team.
        team: String,
    },
    /// Slack or a directory takes care of this group now, so it is not touched.
    Elsewhere {
        /// The team.
        team: String,
    },
    /// Nobody who can be called would be left, and Slack has no empty groups: its members stay.
    NobodyLeft {
        /// The team.
        team: String,
    },
    /// The team has fewer people than it should, though nothing would be taken from it.
    FewerThanMin {
        /// The team.
        team: String,
        /// How many there are.
        left: usize,
        /// How many there should be.
        min: u32,
    },
    /// `people` has no GitHub login of them, so they are in no GitHub team.
    NoLogin {
        /// The team.
        team: String,
        /// Its GitHub team.
        slug: TeamSlug,
        /// Who.
        who: Vec<SlackUserId>,
    },
    /// Nobody would be left in the GitHub team: nobody is taken out.
    NobodyLeftOnGitHub {
        /// The team.
        team: String,
        /// Its GitHub team.
        slug: TeamSlug,
    },
    /// They are to go, and are in it through a team below it.
    InTeamBelow {
        /// The team.
        team: String,
        /// Its GitHub team.
        slug: TeamSlug,
        /// Who.
        logins: Vec<Login>,
    },
    /// They have not answered yet whether they come into the organisation.
    Invited {
        /// The team.
        team: String,
        /// Its GitHub team.
        slug: TeamSlug,
        /// Who.
        logins: Vec<Login>,
    },
    /// The GitHub team was there when the files were applied last, and is not any more.
    GitHubGone {
        /// The team.
        team: String,
        /// Its GitHub team.
        slug: TeamSlug,
    },
    /// No file names this GitHub team any more: it stays as it is.
    GitHubLetGo {
        /// The team that had it.
        team: String,
        /// The GitHub team.
        slug: TeamSlug,
    },
    /// Nobody has looked at GitHub.
    GitHubNotAsked {
        /// The team.
        team: String,
    },
}

impl Plan {
    /// Whether nothing would be done.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// How many calls it needs. Those to Slack are all `usergroups.*` and so of one limit.
    pub fn calls(&self) -> usize {
        self.actions.len()
    }

    /// Whether something would be done on GitHub.
    pub fn reaches_github(&self) -> bool {
        self.actions.iter().any(|action| action.github().is_some())
    }

    /// Whether somebody has to confirm it first, by [`Plan::short_hash`].
    pub fn needs_confirmation(&self) -> bool {
        !self.guards.is_empty()
    }

    /// What would be done, as 64 hex digits: the same for the same actions, whatever Slack has in
    /// places that they do not touch.
    pub fn hash(&self) -> String {
        hash(&self.actions)
    }

    /// The first twelve digits of [`Plan::hash`], for people to type.
    pub fn short_hash(&self) -> String {
        self.hash().chars().take(12).collect()
    }

    /// Leaves alone what would be taken away here.
    pub fn spare(&mut self, losses: &Losses) {
        self.actions = losses.spared(std::mem::take(&mut self.actions));
    }

    /// What is taken away by it: to be compared with what was reviewed.
    pub fn losses(&self) -> Losses {
        Losses::of(&self.actions)
    }
}

/// What these actions do, as 64 hex digits.
pub(in crate::teams) fn hash(actions: &[Action]) -> String {
    let mut sha = Sha256::new();
    for action in actions {
        for part in action.essence() {
            // Each part with its length, so that no two lists of parts read the same.
            sha.update(part.len().to_be_bytes());
            sha.update(part.as_bytes());
        }
        sha.update(b"\n");
    }
    hex::encode(sha.finalize())
}
