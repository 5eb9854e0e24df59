//! The teams of an organisation: who is in one, who comes, who goes. None is made or deleted here.
//!
//! From <https://docs.github.com/en/rest/teams/members> and <https://docs.github.com/en/rest/teams/teams>:
//! the list of members has those of the teams below in it. A team that an identity provider fills takes
//! no changes by the API. Somebody from outside the organisation who is put into a team is invited into
//! the organisation first, and is in the team once they have accepted.

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GitHubError;
use super::answer::List;
use super::client::{As, GitHub};
use super::read::segment;
use crate::id::{Login, TeamSlug};

/// Who is in a team of an organisation, as GitHub writes their logins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamMembers {
    /// Everybody GitHub lists, those of the teams below it, too.
    pub members: Vec<Login>,
    /// Who is in a team right below it, or below that.
    pub below: Vec<Login>,
    /// Who is invited into the organisation for this team.
    pub invited: Vec<Login>,
}

#[derive(Deserialize)]
struct Somebody {
    /// Null for somebody who is invited by e-mail and has no account.
    login: Option<String>,
}

#[derive(Deserialize)]
struct Below {
    slug: String,
}

impl GitHub {
    /// Who is in a team: `GET /orgs/{org}/teams/{slug}/members`, `/invitations`, and the members of
    /// what `/teams` lists. `None` where there is no such team, or none that the App may see.
    ///
    /// <https://docs.github.com/en/rest/teams/members#list-team-members>
    ///
    /// # Errors
    /// [`GitHubError::Refused`] with 403 where the App lacks the permission "Members".
    pub async fn team_members(
        &self,
        org: &str,
        slug: &TeamSlug,
    ) -> Result<Option<TeamMembers>, GitHubError> {
        let team = team(org, slug.as_str());
        let (members, invitations, teams) = (
            format!("{team}/members"),
            format!("{team}/invitations"),
            format!("{team}/teams"),
        );
        let all = tokio::try_join!(
            self.logins(&members),
            self.logins(&invitations),
            self.list::<Below>(&teams),
        );
        let (members, invited, teams) = match all {
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            all => all?,
        };
        let mut below = Vec::new();
        for child in whole(teams)? {
            let path = format!("{}/members", self::team(org, &child.slug));
            below.extend(self.logins(&path).await?);
        }
        Ok(Some(TeamMembers {
            members,
            below,
            invited,
        }))
    }

    async fn logins(&self, path: &str) -> Result<Vec<Login>, GitHubError> {
        let people = whole(self.list::<Somebody>(path).await?)?;
        let logins = people.into_iter().filter_map(|it| it.login);
        Ok(logins.map(Login::from).collect())
    }

    /// `PUT /orgs/{org}/teams/{slug}/memberships/{login}`: puts somebody into a team, as a plain
    /// member. It may be repeated. Not for a maintainer of the team, who would be one no more.
    ///
    /// <https://docs.github.com/en/rest/teams/members#add-or-update-team-membership-for-a-user>
    ///
    /// # Errors
    /// [`GitHubError::Refused`] with 403 where the App lacks the permission "Members: Read and write",
    /// or an identity provider fills the team; [`GitHubError::NotFound`] where nobody has this login.
    pub async fn join_team(
        &self,
        org: &str,
        slug: &TeamSlug,
        login: &Login,
    ) -> Result<(), GitHubError> {
        let path = membership(org, slug, login);
        let body = json!({"role": "member"});
        let _: Value = self.write(Method::PUT, &path, Some(&body)).await?;
        Ok(())
    }

    /// `DELETE /orgs/{org}/teams/{slug}/memberships/{login}`: takes somebody out of a team, not out of
    /// the organisation; an invitation is taken back. Done, too, when they were not in it.
    ///
    /// <https://docs.github.com/en/rest/teams/members#remove-team-membership-for-a-user>
    ///
    /// # Errors
    /// As [`GitHub::join_team`].
    pub async fn leave_team(
        &self,
        org: &str,
        slug: &TeamSlug,
        login: &Login,
    ) -> Result<(), GitHubError> {
        let path = membership(org, slug, login);
        match self
            .ask(As::Installation, Method::DELETE, &path, None)
            .await
        {
            Ok(_) | Err(GitHubError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// All of a list: of half of one nobody could say who is missing.
fn whole<T>(list: List<T>) -> Result<Vec<T>, GitHubError> {
    match list.whole {
        true => Ok(list.items),
        false => Err(GitHubError::Unreadable {
            why: "the list is too long".to_owned(),
        }),
    }
}

fn team(org: &str, slug: &str) -> String {
    format!("/orgs/{}/teams/{}", segment(org), segment(slug))
}

fn membership(org: &str, slug: &TeamSlug, login: &Login) -> String {
    let team = team(org, slug.as_str());
    format!("{team}/memberships/{}", segment(login.as_str()))
}
