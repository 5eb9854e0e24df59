//! Changes the team files as a person would: only what has to change, with comments, anchors, order
//! and style as they are. What comes out is read again and compared; where it would not say exactly
//! what was asked for, nothing is changed, and it says why.

mod change;
mod export;
mod locate;
mod text;

pub use change::{Edit, Refusal};
pub use export::{export, export_into};

use super::live::Live;
use super::place::{At, Place};
use super::spec::{Member, Spec, When};
use super::who::Directory;
use crate::i18n::Words;
use crate::id::{GroupHandle, SlackUserId};
use crate::playbook::ChannelRef;
use locate::{find, without_team};

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
        Refusal::CannotRead(first.unwrap_or_else(|| none().problem(Words::same(""))))
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
        | Edit::Channels { team, .. }
        | Edit::Disband { team } => team,
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
    if let Edit::Disband { .. } = edit {
        if let Some(others) = including(&before, index) {
            let team = name.clone();
            return Err(Refusal::Included { team, others });
        }
        wanted.teams.remove(index);
        let text = without_team(&file.1, &place).ok_or_else(|| cannot(name, &place))?;
        file.1 = text;
        return match read(files) {
            Ok(after) if after == wanted => Ok(()),
            // What others take from it through an anchor would be gone with it.
            _ => Err(cannot(name, &place)),
        };
    }
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
        Edit::Adopt { .. } | Edit::Disband { .. } => None,
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
            place: place.clone(),
        }),
    }
}

/// The teams that include this one, if any do.
fn including(spec: &Spec, index: usize) -> Option<Vec<String>> {
    let includes = |team: &&At<crate::teams::Team>| {
        let mut include = team.value.include.iter();
        include.any(|at| spec.index(&at.value) == Some(index))
    };
    let others = spec.teams.iter().filter(includes);
    let others: Vec<String> = others.map(|team| team.value.key().to_owned()).collect();
    (!others.is_empty()).then_some(others)
}

fn said<T>(value: T, place: &Place) -> At<T> {
    let place = place.clone();
    At { value, place }
}

fn cannot(team: &str, place: &Place) -> Refusal {
    Refusal::CannotEdit {
        team: team.to_owned(),
        place: place.clone(),
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
        },
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
