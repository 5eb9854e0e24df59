//! Team files out of what Slack has: read again and planned, they change nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Edit, Refusal, cannot, edit, read, text};
use crate::id::{ChannelId, GroupId, SlackUserId};
use crate::playbook::ChannelRef;
use crate::teams::live::{Group, Live};
use crate::teams::people::as_id;
use crate::teams::place::Place;
use crate::teams::plan::plan;
use crate::teams::read::PATH;
use crate::teams::read::values::{is_channel_id, is_channel_name, is_group_id, is_handle};
use crate::teams::spec::Spec;
use crate::teams::who::Directory;
use crate::yaml::{self, Value};

/// A file that says what Slack has: every group that is not disabled, by name, with description,
/// handle, default channels and members. What the file could not say exactly is left out of it and
/// so left to Slack.
pub fn export(live: &Live) -> String {
    let nobody = Spec::default();
    let directory = Directory::of(&nobody, live);
    let mut written = Written::default();
    let groups = live.groups.iter().filter(|group| !group.disabled);
    let teams: Vec<String> = groups
        .filter_map(|group| written.team(group, live, &directory))
        .map(|lines| block(&lines, ""))
        .collect();
    match teams.is_empty() {
        true => "[]\n".to_owned(),
        false => teams.concat(),
    }
}

/// The files, with what Slack has: teams that differ are changed, groups that are in no file are
/// added at the end. Only files that changed are given. What is disabled in Slack, and a team of
/// which Slack has nothing, stay as they are.
///
/// # Errors
/// Why the files cannot be changed so.
pub fn export_into<P: AsRef<str>, T: AsRef<str>>(
    files: &[(P, T)],
    live: &Live,
    now: Timestamp,
) -> Result<Vec<(String, String)>, Refusal> {
    let files: Vec<(String, String)> = files
        .iter()
        .map(|(path, text)| (path.as_ref().to_owned(), text.as_ref().to_owned()))
        .collect();
    let spec = read(&files)?;
    let found = plan(&spec, Some(&spec), live, now, &BTreeSet::new());
    let found = found.map_err(|mut problems| Refusal::CannotRead(problems.remove(0)))?;
    let mut edits: Vec<Edit> = found.drift.iter().flat_map(|it| it.edits(None)).collect();
    edits.extend(
        found
            .unmanaged
            .into_iter()
            .map(|it| Edit::Adopt { group: it.group }),
    );
    edit(&files, &edits, live)
}

/// Puts a group of Slack's into the files as a team.
pub(super) fn adopt(
    files: &mut Vec<(String, String)>,
    id: &GroupId,
    before: &Spec,
    live: &Live,
) -> Result<(), Refusal> {
    let no_such = || Refusal::NoSuchTeam {
        team: id.to_string(),
    };
    let group = live.group(id).ok_or_else(no_such)?;
    let directory = Directory::of(before, live);
    let mut written = Written::default();
    for team in before.teams.iter().map(|team| &team.value) {
        written.names.extend(team.name().map(str::to_lowercase));
        written.handles.extend(team.handle().map(str::to_owned));
    }
    let lines = written.team(group, live, &directory).ok_or_else(no_such)?;
    if files.is_empty() {
        files.push((PATH.to_owned(), String::new()));
    }
    let at = files.iter().position(|(path, _)| path == PATH).unwrap_or(0);
    let (path, text) = &mut files[at];
    let place = Place {
        file: path.as_str().into(),
        line: 1,
        column: 1,
        anchor: None,
    };
    let refused = || cannot(group.id.as_str(), &place);
    let root = yaml::read(text).map_err(|problem| {
        Refusal::CannotRead(crate::teams::Problem {
            file: path.as_str().into(),
            at: problem,
        })
    })?;
    let item = lines.join("\n");
    let teams = match &root.value {
        Value::Map(_) => root.get("teams"),
        _ => Some(&root),
    };
    let changed = match teams.map(|teams| (teams, &teams.value)) {
        Some((teams, Value::List(items))) if !items.is_empty() => {
            let flow = text
                .get(teams.bytes.start..)
                .is_some_and(|rest| rest.starts_with('['));
            let item = if flow { flat(&lines) } else { item };
            text::added(text, teams, &item)
        }
        Some((teams, Value::List(_))) if text.get(teams.bytes.clone()) == Some("[") => {
            let end = text::end(text, teams).ok_or_else(refused)?;
            let root_list = matches!(root.value, Value::List(_));
            let before = if root_list { "" } else { "\n" };
            let list = format!("{before}{}", block(&lines, "").trim_end());
            text::replaced(text, teams.bytes.start..end, &list)
        }
        Some((_, Value::Null)) if matches!(root.value, Value::Null) => {
            let newline = if text.is_empty() || text.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            Some(format!("{text}{newline}{}", block(&lines, "")))
        }
        None => {
            let newline = if text.ends_with('\n') { "" } else { "\n" };
            Some(format!("{text}{newline}teams:\n{}", block(&lines, "")))
        }
        _ => None,
    };
    *text = changed.ok_or_else(refused)?;
    let after = read(files)?;
    // The others say what they said, and there is one more.
    let mut rest = after.clone();
    rest.teams.retain(|team| before.teams.contains(team));
    let one_more = after.teams.len() == before.teams.len() + 1;
    match one_more && rest == *before {
        true => Ok(()),
        false => Err(refused()),
    }
}

/// A channel as the files name it: by name where that is sure.
pub(super) fn channel(id: &ChannelId, live: &Live) -> ChannelRef {
    let mut names = live.channels.iter().filter(|(_, own)| *own == id);
    match names.next() {
        Some((name, _)) if is_channel_name(name) => ChannelRef::Name(name.clone()),
        _ => ChannelRef::Id(id.clone()),
    }
}

/// What the files name already, so that nothing is named twice.
#[derive(Default)]
struct Written {
    names: BTreeSet<String>,
    handles: BTreeSet<String>,
}

impl Written {
    /// A group as lines of a mapping; `None` where nothing would tell which one it is.
    fn team(
        &mut self,
        group: &Group,
        live: &Live,
        directory: &Directory<'_>,
    ) -> Option<Vec<String>> {
        let mut lines = Vec::new();
        let fits = !group.name.trim().is_empty() && group.name.chars().count() <= 300;
        let named = fits && self.names.insert(group.name.to_lowercase());
        if named {
            lines.push(format!("name: {}", text::scalar(&group.name)));
        }
        if !group.elsewhere
            && !group.description.is_empty()
            && group.description.chars().count() <= 300
        {
            lines.push(format!("description: {}", text::scalar(&group.description)));
        }
        let handled = is_handle(&group.handle) && self.handles.insert(group.handle.clone());
        if handled {
            lines.push(format!("handle: {}", text::scalar(&group.handle)));
        }
        if !(named && handled) {
            is_group_id(group.id.as_str()).then_some(())?;
            lines.push(format!("id: {}", group.id));
        }
        if group.elsewhere {
            lines.push("external: true".to_owned());
            return Some(lines);
        }
        lines.extend(channels(group, live));
        lines.extend(users(group, directory));
        Some(lines)
    }
}

fn channels(group: &Group, live: &Live) -> Option<String> {
    let all: BTreeMap<&ChannelId, ChannelRef> = group
        .channels
        .iter()
        .map(|id| (id, channel(id, live)))
        .collect();
    let sayable = |known: &ChannelRef| match known {
        ChannelRef::Name(_) => true,
        ChannelRef::Id(id) => is_channel_id(id.as_str()),
    };
    let fits = !all.is_empty() && all.len() <= 100 && all.values().all(sayable);
    let texts: Vec<String> = all.values().map(super::channel_text).collect();
    fits.then(|| format!("channels: [{}]", texts.join(", ")))
}

fn users(group: &Group, directory: &Directory<'_>) -> Option<String> {
    let sayable = |who: &SlackUserId| as_id(who.as_str()).is_some();
    let known = !group.cut && !group.members.is_empty() && group.members.iter().all(sayable);
    let names = group.members.iter();
    let items: Vec<String> = names
        .map(|who| format!("\n- {}", text::scalar(&directory.call(who))))
        .collect();
    known.then(|| format!("users:{}", items.concat()))
}

/// The lines as an item of a block list.
fn block(lines: &[String], indent: &str) -> String {
    let all = lines.join("\n").replace('\n', &format!("\n{indent}  "));
    format!("{indent}- {all}\n")
}

/// The lines as a mapping in one line.
fn flat(lines: &[String]) -> String {
    let one = |line: &String| match line.split_once(":\n- ") {
        Some((key, items)) => format!("{key}: [{}]", items.replace("\n- ", ", ")),
        None => line.clone(),
    };
    let all: Vec<String> = lines.iter().map(one).collect();
    format!("{{ {} }}", all.join(", "))
}
