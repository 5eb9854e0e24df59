//! A change to the team files, and why it cannot be made.

use std::fmt;

use crate::i18n::Lang;
use crate::i18n::teams::{Teams, fill};
use crate::id::{ChannelId, GroupId, SlackUserId};
use crate::teams::place::{Place, Problem};
use crate::teams::spec::When;
use crate::teams::{Difference, Drift};

/// A change to the team files. `team` is what the files call it: handle, name or id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Somebody comes into a team.
    Add {
        /// The team.
        team: String,
        /// Who.
        who: SlackUserId,
        /// When they leave it by themselves.
        until: Option<When>,
        /// Why they are in it.
        reason: Option<String>,
    },
    /// Somebody goes, wherever the team names them.
    Remove {
        /// The team.
        team: String,
        /// Who.
        who: SlackUserId,
    },
    /// What a team is called.
    Name {
        /// The team.
        team: String,
        /// Its new name.
        to: String,
    },
    /// Its handle.
    Handle {
        /// The team.
        team: String,
        /// Its new handle.
        to: String,
    },
    /// What it is for.
    Description {
        /// The team.
        team: String,
        /// The new text.
        to: String,
    },
    /// Its default channels.
    Channels {
        /// The team.
        team: String,
        /// All of them.
        to: Vec<ChannelId>,
    },
    /// A team goes, with all that stands in it.
    Disband {
        /// The team.
        team: String,
    },
    /// A group of Slack becomes a team, as Slack has it.
    Adopt {
        /// Its id.
        group: GroupId,
    },
}

/// Why the files cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No file has this team.
    NoSuchTeam {
        /// What was asked for.
        team: String,
    },
    /// The team does not name this person.
    NotInTeam {
        /// The team.
        team: String,
        /// Who.
        who: String,
    },
    /// The team names this person already.
    AlreadyInTeam {
        /// The team.
        team: String,
        /// Who.
        who: String,
    },
    /// Other teams share this part of the file through an anchor.
    Shared {
        /// The team.
        team: String,
        /// The others.
        others: Vec<String>,
        /// Where it was written.
        place: Place,
    },
    /// Other teams include this one, so it cannot go.
    Included {
        /// The team.
        team: String,
        /// The others.
        others: Vec<String>,
    },
    /// It stands there in a form that cannot be changed without touching more.
    CannotEdit {
        /// The team.
        team: String,
        /// Where it stands.
        place: Place,
    },
    /// The files, as they are or as they would be, cannot be read.
    CannotRead(Problem),
}

impl Refusal {
    /// A sentence.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::NoSuchTeam { team } => fill(Teams::NoSuchTeam, lang, &[("team", team)]),
            Self::NotInTeam { team, who } => {
                fill(Teams::NotInTeam, lang, &[("team", team), ("who", who)])
            }
            Self::AlreadyInTeam { team, who } => {
                fill(Teams::AlreadyInTeam, lang, &[("team", team), ("who", who)])
            }
            Self::Shared {
                team,
                others,
                place,
            } => {
                let (others, place) = (others.join(Teams::Between.say(lang)), place.said());
                let with = [
                    ("team", team.as_str()),
                    ("others", &others),
                    ("place", place.say(lang)),
                ];
                fill(Teams::SharedList, lang, &with)
            }
            Self::Included { team, others } => {
                let others = others.join(Teams::Between.say(lang));
                fill(
                    Teams::IncludedByOthers,
                    lang,
                    &[("team", team), ("others", &others)],
                )
            }
            Self::CannotEdit { team, place } => {
                let place = place.said();
                let with = [("team", team.as_str()), ("place", place.say(lang))];
                fill(Teams::CannotEdit, lang, &with)
            }
            Self::CannotRead(problem) => fill(
                Teams::CannotRead,
                lang,
                &[("problem", problem.said().say(lang))],
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Refusal {}

impl Drift {
    /// The edits that make the files say what Slack has. The team of a group that is disabled in Slack
    /// goes. With `until`, who is in the group and not in the files is in them only so long.
    pub fn edits(&self, until: Option<When>) -> Vec<Edit> {
        let team = || self.team.clone();
        let mut all = Vec::new();
        for difference in &self.differences {
            match difference {
                Difference::Disabled => all.push(Edit::Disband { team: team() }),
                Difference::Extra(who) => all.extend(who.iter().map(|who| Edit::Add {
                    team: team(),
                    who: who.clone(),
                    until,
                    reason: None,
                })),
                Difference::Missing(who) => all.extend(who.iter().map(|who| Edit::Remove {
                    team: team(),
                    who: who.clone(),
                })),
                Difference::Name { slack, .. } => all.push(Edit::Name {
                    team: team(),
                    to: slack.clone(),
                }),
                Difference::Handle { slack, .. } => all.push(Edit::Handle {
                    team: team(),
                    to: slack.clone(),
                }),
                Difference::Description { slack, .. } => all.push(Edit::Description {
                    team: team(),
                    to: slack.clone(),
                }),
                Difference::Channels { slack, .. } => all.push(Edit::Channels {
                    team: team(),
                    to: slack.clone(),
                }),
                // The files have one list for both sides, so GitHub's differing is nothing to write there.
                Difference::ExtraOnGitHub(_) | Difference::MissingOnGitHub(_) => {}
            }
        }
        // What a team is known by comes last, so that the others still find it.
        all.sort_by_key(|edit| match edit {
            Edit::Handle { .. } => 2,
            Edit::Name { .. } => 1,
            _ => 0,
        });
        all
    }
}
