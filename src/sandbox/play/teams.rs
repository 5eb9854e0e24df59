//! What a story says of GitHub teams: what people do there over HTTP, the rest by an act of the world.

use reqwest::Method;
use serde_json::{Value, json};

use super::CannotPlay;
use super::on_github::OnGitHub;
use crate::id::Login;
use crate::sandbox::story::{TeamAct, TeamRef};

impl OnGitHub {
    /// Does one act about a team.
    pub(super) async fn team(&self, act: &TeamAct) -> Result<(), CannotPlay> {
        let world = &self.world;
        match act {
            TeamAct::There {
                team,
                members,
                parent,
            } => {
                let members: Vec<&str> = members.iter().map(String::as_str).collect();
                let parent = parent.as_ref().map(|slug| slug.as_str());
                world.set_team(&team.org, team.slug.as_str(), &members, parent);
            }
            TeamAct::Gone(team) => world.delete_team(&team.org, team.slug.as_str())?,
            TeamAct::Synced(team) => world.sync_team(&team.org, team.slug.as_str())?,
            TeamAct::Outsider(who) => world.add_outsider(who.as_str()),
            TeamAct::Granted {
                permission,
                granted: true,
            } => world.grant(permission),
            TeamAct::Granted { permission, .. } => world.withhold(permission),
            TeamAct::Put { by, team, whom } => {
                for login in whom {
                    world.add_user(login);
                }
                self.members(by, Method::PUT, team, whom).await?;
            }
            TeamAct::Take { by, team, whom } => {
                self.members(by, Method::DELETE, team, whom).await?;
            }
        }
        Ok(())
    }

    async fn members(
        &self,
        by: &Login,
        verb: Method,
        team: &TeamRef,
        whom: &[String],
    ) -> Result<(), CannotPlay> {
        let TeamRef { org, slug } = team;
        for login in whom {
            let path = format!("orgs/{org}/teams/{slug}/memberships/{login}");
            let body = match verb {
                Method::PUT => json!({"role": "member"}),
                _ => Value::Null,
            };
            self.ask(by.as_str(), verb.clone(), &path, body).await?;
        }
        Ok(())
    }
}
