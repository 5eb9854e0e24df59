//! Changes the team files as a person would: only what has to change, with comments, anchors, order
//! and style as they are. What comes out is read again and compared; where it would not say exactly
//! what was asked for, nothing is changed, and it says why.

mod export;
mod locate;
mod text;

use std::fmt;

pub use export::{export, export_into};

use super::live::Live;
use super::place::{At, Place, Problem};
use super::spec::{Member, Spec, When};
use super::who::Directory;
use super::{Difference, Drift};
use crate::i18n::Lang;
use crate::i18n::teams::{Teams, fill};
use crate::id::{ChannelId, GroupHandle, SlackUserId};
use crate::playbook::ChannelRef;
use locate::find;

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
    /// A group of Slack becomes a team, as Slack has it.
    Adopt {
        /// Its id.
        group: crate::id::GroupId,
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
        place: String,
    },
    /// It stands there in a form that cannot be changed without touching more.
    CannotEdit {
        /// The team.
        team: String,
        /// Where it stands.
        place: String,
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
                let others = others.join(Teams::Between.say(lang));
                let with = [
                    ("team", team.as_str()),
                    ("others", &others),
                    ("place", place),
                ];
                fill(Teams::SharedList, lang, &with)
            }
            Self::CannotEdit { team, place } => {
                fill(Teams::CannotEdit, lang, &[("team", team), ("place", place)])
            }
            Self::CannotRead(problem) => fill(
                Teams::CannotRead,
                lang,
                &[("problem", &problem.to_string())],
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
    /// The edits that make the files say what Slack has. A group that is disabled in Slack has none:
    /// whether its team should go is for a person to say. With `until`, who is in the group and not
    /// in the files is in them only so long.
    pub fn edits(&self, until: Option<When>) -> Vec<Edit> {
        let team = || self.team.clone();
        let mut all = Vec::new();
        for difference in &self.differences {
            match difference {
                Difference::Disabled => {}
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

/// The files after these edits, one after the other: only those that changed, each with its path and
/// its new text.
///
/// # Errors
/// Why not, of the first edit that cannot be made; then nothing is changed.
pub fn edit<P: AsRef<str>, T: AsRef<str>>(
    files: &[(P, T)],
    edits: &[Edit],
    live: &Live,
) -> Result<Vec<(String, String)>, Refusal> {
    let before: Vec<(String, String)> = files
        .iter()
        .map(|(path, text)| (path.as_ref().to_owned(), text.as_ref().to_owned()))
        .collect();
    let mut files = before.clone();
    for one in edits {
        make(&mut files, one, live)?;
    }
    let changed = files.into_iter().filter(|file| !before.contains(file));
    Ok(changed.collect())
}

fn read(files: &[(String, String)]) -> Result<Spec, Refusal> {
    Spec::read(files).map_err(|problems| {
        let first = problems.into_iter().next();
        let none = || Place {
            file: "".into(),
            line: 1,
            column: 1,
            anchor: None,
        };
        Refusal::CannotRead(first.unwrap_or_else(|| none().problem("")))
    })
}

fn make(files: &mut Vec<(String, String)>, edit: &Edit, live: &Live) -> Result<(), Refusal> {
    let before = read(files)?;
    let name = match edit {
        Edit::Adopt { group } => return export::adopt(files, group, &before, live),
        Edit::Add { team, .. }
        | Edit::Remove { team, .. }
        | Edit::Name { team, .. }
        | Edit::Handle { team, .. }
        | Edit::Description { team, .. }
        | Edit::Channels { team, .. } => team,
    };
    let no_such = || Refusal::NoSuchTeam { team: name.clone() };
    let index = before.index(name).ok_or_else(no_such)?;
    let at = &before.teams[index];
    let directory = Directory::of(&before, live);
    let is = |text: &str, who: &SlackUserId| directory.who(text).as_ref() == Ok(who);
    let place = at.place.clone();
    let file = files.iter_mut().find(|(path, _)| **path == *place.file);
    let file = file.ok_or_else(no_such)?;
    let found = find(&file.1, &place).ok_or_else(|| cannot(name, &place))?;

    let mut wanted = before.clone();
    let team = &mut wanted.teams[index].value;
    let changed = match edit {
        Edit::Add {
            who, until, reason, ..
        } => {
            let call = directory.call(who);
            let users = at.value.users.iter().flat_map(|users| &users.value);
            let mut users = users.filter(|at| at.value.until.is_none());
            if users.any(|at| is(&at.value.who, who)) {
                return Err(Refusal::AlreadyInTeam {
                    team: name.clone(),
                    who: call,
                });
            }
            let member = Member {
                who: call,
                until: *until,
                reason: reason.clone(),
            };
            let text = found.add_user(&file.1, &item(&member));
            let at = At {
                value: member,
                place: place.clone(),
            };
            let users = team.users.get_or_insert_with(|| At {
                value: Vec::new(),
                place: place.clone(),
            });
            users.value.push(at);
            text
        }
        Edit::Remove { who, .. } => {
            let Some(users) = &mut team.users else {
                return Err(not_in(name, who, &directory));
            };
            let had = users.value.len();
            let gone = users
                .value
                .iter()
                .find(|at| is(&at.value.who, who))
                .cloned();
            users.value.retain(|at| !is(&at.value.who, who));
            let (Some(gone), true) = (gone, users.value.len() < had) else {
                return Err(not_in(name, who, &directory));
            };
            if gone.place.anchor.is_some() {
                return Err(shared(name, &before, index, &gone.place));
            }
            found.remove_user(&file.1, |text| is(text, who))
        }
        Edit::Name { to, .. } => {
            team.name = Some(said(to.clone(), &place));
            found.set(&file.1, "name", to)
        }
        Edit::Handle { to, .. } => {
            team.handle = Some(said(GroupHandle::from(to.as_str()), &place));
            found.set(&file.1, "handle", to)
        }
        Edit::Description { to, .. } => {
            team.description = Some(said(to.clone(), &place));
            found.set(&file.1, "description", to)
        }
        Edit::Channels { to, .. } => {
            let refs: Vec<At<ChannelRef>> = to
                .iter()
                .map(|id| said(export::channel(id, live), &place))
                .collect();
            let texts: Vec<String> = refs.iter().map(|at| channel_text(&at.value)).collect();
            team.channels = Some(said(refs, &place));
            found.set_channels(&file.1, &texts)
        }
        Edit::Adopt { .. } => None,
    };
    file.1 = changed.ok_or_else(|| cannot(name, &place))?;
    let after = read(files)?;
    if after == wanted {
        return Ok(());
    }
    // It says something else as well: what others share through an anchor.
    let teams = after.teams.iter().zip(&wanted.teams).enumerate();
    let others: Vec<String> = teams
        .filter(|(n, (is, wanted))| *n != index && is != wanted)
        .map(|(_, (is, _))| is.value.key().to_owned())
        .collect();
    match others.is_empty() {
        true => Err(cannot(name, &place)),
        false => Err(Refusal::Shared {
            team: name.clone(),
            others,
            place: place.to_string(),
        }),
    }
}

fn said<T>(value: T, place: &Place) -> At<T> {
    let place = place.clone();
    At { value, place }
}

fn cannot(team: &str, place: &Place) -> Refusal {
    Refusal::CannotEdit {
        team: team.to_owned(),
        place: place.to_string(),
    }
}

fn not_in(team: &str, who: &SlackUserId, directory: &Directory<'_>) -> Refusal {
    Refusal::NotInTeam {
        team: team.to_owned(),
        who: directory.call(who),
    }
}

/// Somebody stands in a list that an alias brought along.
fn shared(team: &str, spec: &Spec, own: usize, place: &Place) -> Refusal {
    let written = place.anchor.unwrap_or((place.line, place.column));
    let here =
        |at: &Place| at.file == place.file && at.anchor.unwrap_or((at.line, at.column)) == written;
    let others = spec.teams.iter().enumerate().filter(|(n, _)| *n != own);
    let others = others.filter(|(_, other)| {
        let users = other.value.users.iter().flat_map(|users| &users.value);
        users.map(|at| &at.place).any(here)
    });
    let (line, column) = written;
    Refusal::Shared {
        team: team.to_owned(),
        others: others
            .map(|(_, other)| other.value.key().to_owned())
            .collect(),
        place: Place {
            line,
            column,
            anchor: None,
            ..place.clone()
        }
        .to_string(),
    }
}

/// A member as a line of a list.
fn item(member: &Member) -> String {
    let who = text::scalar(&member.who);
    let mut parts = Vec::new();
    parts.extend(
        member
            .until
            .map(|until| format!("until: {}", until_text(until))),
    );
    let reason = member.reason.as_ref();
    parts.extend(reason.map(|reason| format!("reason: {}", text::scalar(reason))));
    match parts.is_empty() {
        true => who,
        false => format!("{{ user: {who}, {} }}", parts.join(", ")),
    }
}

fn until_text(until: When) -> String {
    match until {
        When::Day(day) => day.to_string(),
        When::Local(at) => text::quoted(&at.to_string()),
        When::At(at) => text::quoted(&at.to_string()),
    }
}

fn channel_text(channel: &ChannelRef) -> String {
    match channel {
        ChannelRef::Name(name) => text::quoted(&format!("#{name}")),
        ChannelRef::Id(id) => id.to_string(),
    }
}
