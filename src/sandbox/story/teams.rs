//! GitHub teams in a story, and how the acts about them are read.

use super::words::{Expected, Words};
use crate::id::{Login, TeamSlug};

/// A team of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRef {
    /// The organisation.
    pub org: String,
    /// Which of its teams.
    pub slug: TeamSlug,
}

/// Something about GitHub teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TeamAct {
    /// There is a team.
    There {
        /// Which.
        team: TeamRef,
        /// Who is in it.
        members: Vec<String>,
        /// The slug of the team that it is below.
        parent: Option<TeamSlug>,
    },
    /// It is deleted.
    Gone(TeamRef),
    /// A directory fills it from now on.
    Synced(TeamRef),
    /// Somebody is on GitHub and not in the organisation.
    Outsider(Login),
    /// The App has a permission no more, or has it again.
    Granted {
        /// Which, by GitHub's name.
        permission: String,
        /// Whether it has.
        granted: bool,
    },
    /// Somebody puts others into a team.
    Put {
        /// Who.
        by: Login,
        /// Into which.
        team: TeamRef,
        /// Whom.
        whom: Vec<String>,
    },
    /// Somebody takes others out of a team.
    Take {
        /// Who.
        by: Login,
        /// Out of which.
        team: TeamRef,
        /// Whom.
        whom: Vec<String>,
    },
}

/// What is so on GitHub, if the line says that; `words` are what follows `github`.
pub(super) fn on_github(words: &mut Words<'_>) -> Result<Option<TeamAct>, Expected> {
    let act = if words.takes("team") {
        let team = team(words)?;
        let parent = match words.takes("below") {
            true => Some(TeamSlug::from(words.word())),
            false => None,
        };
        words.need("of")?;
        let members = words.list()?;
        return Ok(Some(TeamAct::There {
            team,
            members,
            parent,
        }));
    } else if words.takes("has no team") {
        let team = team(words)?;
        words.need("any more")?;
        TeamAct::Gone(team)
    } else if words.takes("fills team") {
        let team = team(words)?;
        words.need("from a directory")?;
        TeamAct::Synced(team)
    } else if words.takes("has") {
        let who = words.login()?;
        words.need("outside the organisation")?;
        TeamAct::Outsider(who)
    } else if words.takes("withholds") {
        let permission = words.word().to_owned();
        TeamAct::Granted {
            permission,
            granted: false,
        }
    } else if words.takes("grants") {
        let permission = words.word().to_owned();
        TeamAct::Granted {
            permission,
            granted: true,
        }
    } else {
        return Ok(None);
    };
    words.end()?;
    Ok(Some(act))
}

/// What somebody does to a team, if it is that.
pub(super) fn by(who: &Login, words: &mut Words<'_>) -> Result<Option<TeamAct>, Expected> {
    let by = who.clone();
    let puts = words.takes("puts into team");
    if !puts && !words.takes("takes out of team") {
        return Ok(None);
    }
    let team = team(words)?;
    let whom = words.list()?;
    Ok(Some(match puts {
        true => TeamAct::Put { by, team, whom },
        false => TeamAct::Take { by, team, whom },
    }))
}

fn team(words: &mut Words<'_>) -> Result<TeamRef, Expected> {
    let word = words.word();
    let parts = word.split_once('/').filter(|(org, slug)| {
        let good = |part: &str| !part.is_empty() && !part.contains('/');
        good(org) && good(slug)
    });
    let (org, slug) =
        parts.ok_or_else(|| format!("a team (`acme/shop-first`) expected, not `{word}`"))?;
    Ok(TeamRef {
        org: org.to_owned(),
        slug: TeamSlug::from(slug),
    })
}
