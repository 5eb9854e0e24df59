//! Does what a story says people and networks do.

mod found;
mod in_slack;
mod on_github;
mod teams;
#[cfg(test)]
mod tests;

use super::Sandbox;
use super::github::{CannotAct, CommitSpec, Target};
use super::story::{Act, Side};
use in_slack::InSlack;
use on_github::OnGitHub;

/// An act that the world does not allow, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotPlay(pub String);

impl From<CannotAct> for CannotPlay {
    fn from(error: CannotAct) -> Self {
        Self(error.to_string())
    }
}

/// Plays acts on a sandbox. What people do on GitHub goes over HTTP, as they would.
#[derive(Debug)]
pub struct Player {
    github: OnGitHub,
    slack: InSlack,
}

impl Player {
    /// A player for this sandbox.
    pub fn new(sandbox: &Sandbox) -> Self {
        Self {
            github: OnGitHub::new(sandbox.github.clone(), sandbox.github_api.clone()),
            slack: InSlack::new(sandbox.slack.clone()),
        }
    }

    /// Plays one act. [`Act::Wait`] and [`Act::App`] are not for the sandbox: whoever holds the
    /// clock and the app does those.
    ///
    /// # Errors
    /// When the world does not allow it: the story is wrong.
    pub async fn play(&mut self, act: &Act) -> Result<(), CannotPlay> {
        match act {
            Act::Channel {
                name,
                private,
                archived,
                with_bot,
            } => {
                self.slack
                    .make_channel(name, *private, *archived, *with_bot)?;
            }
            Act::Person { name, guest, admin } => {
                self.slack.make_person(name, *guest, *admin)?;
            }
            Act::Workspace(set) => self.slack.set_up(set),
            Act::Group {
                handle,
                name,
                members,
            } => self.slack.make_group(handle, name, members),
            Act::AtOnce(acts) => {
                for act in acts {
                    Box::pin(self.play(act)).await?;
                }
            }
            Act::Repo(repo) => {
                self.github.world.add_repo(repo.as_str(), false)?;
                self.github.world.install(&[repo.as_str()])?;
            }
            Act::File {
                repo,
                path,
                branch,
                body,
            } => {
                let commit = CommitSpec::file(&format!("Write {path}"), path, &format!("{body}\n"));
                let default = || self.github.default_branch(repo);
                let branch = branch.clone().unwrap_or_else(default);
                self.github
                    .world
                    .push("hanako", repo.as_str(), &branch, &[commit], false)?;
            }
            Act::GitHub { who, deed } => self.github.act(who, deed).await?,
            Act::GitHubTeam(act) => self.github.team(act).await?,
            Act::Check {
                name,
                workflow,
                at,
                passed,
            } => {
                let conclusion = if *passed { "success" } else { "failure" };
                let (repo, on) = (at.repo.as_str(), Target::Pull(at.number));
                if *workflow {
                    self.github
                        .world
                        .finish_workflow("hanako", repo, &on, name, conclusion)?;
                } else {
                    self.github
                        .world
                        .finish_check("hanako", repo, &on, name, conclusion)?;
                }
            }
            Act::Slack { who, said } => self.slack.act(who, said)?,
            Act::Fault {
                side,
                call,
                fault,
                times,
            } => {
                let faults = match side {
                    Side::GitHub => self.github.world.faults(),
                    Side::Slack => self.slack.world.faults(),
                };
                for _ in 0..*times {
                    faults.next(call, fault.clone());
                }
            }
            Act::Webhook {
                side: Side::GitHub,
                fault,
            } => {
                self.github.world.faults().next_webhook(*fault);
            }
            Act::Webhook {
                side: Side::Slack,
                fault,
            } => self.slack.world.faults().next_webhook(*fault),
            Act::Away { side, away } => match side {
                Side::GitHub => self.github.world.set_away(*away),
                Side::Slack => self.slack.world.set_away(*away),
            },
            Act::Redeliver => {
                if !self.github.world.deliver_last_again() {
                    return Err(CannotPlay("nothing was delivered yet".to_owned()));
                }
            }
            Act::Wait(_) | Act::App(_) => {}
        }
        Ok(())
    }
}
