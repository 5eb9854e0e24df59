//! What must be true of teams when the dust has settled, told from the files and from what both sides
//! show. Nothing here knows how the app comes to what it does.

use std::collections::BTreeSet;

use super::crew::on_github;
use super::look::{Group, Seen};
use super::members::members;
use super::script::Book;
use super::{EXTRAS, LENT, STRANGE};
use crate::teams::{Spec, Team};

/// What is different from the files, and so asked about.
pub(super) struct Differs {
    /// The team's handle in the files, and that of its group.
    pub(super) handles: [String; 2],
    /// Whether it is the GitHub team that differs.
    pub(super) on_github: bool,
}

/// What is wrong, in words.
pub(in crate::cli::simulate) fn judge(book: &Book, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let spec = match Spec::read(&seen.files) {
        Ok(spec) => spec,
        Err(problems) => return vec![format!("the files are wrong: {}", problems[0])],
    };
    match &seen.applied {
        Some((Some(ended), _)) if ended == "success" => {}
        // Slack refuses the files, and the commit says so: nothing else is to be expected then.
        Some((Some(ended), _)) if ended == "failure" && is_taken(&spec, seen) => return wrong,
        // And so does sssbot, where a name is still that of a group that went before.
        Some((Some(ended), said))
            if ended == "failure" && said == "Not applied" && is_name_of_another(&spec, seen) =>
        {
            return wrong;
        }
        other => wrong.push(format!("the newest commit says {other:?}")),
    }
    let mut differ: Vec<Differs> = Vec::new();
    for team in spec.teams.iter().map(|team| &team.value) {
        differ.extend(as_the_files_say(book, &spec, team, seen, &mut wrong));
    }
    differ.extend(on_github(book, &spec, seen, &mut wrong));
    left_alone(book, &spec, seen, &mut wrong);
    asked(&differ, seen, &mut wrong);
    for (number, plans) in &seen.plans {
        if *plans > 1 {
            wrong.push(format!(
                "pull request {number} has {plans} comments with a plan"
            ));
        }
    }
    for (number, checks) in &seen.open {
        let looked = checks
            .iter()
            .any(|(name, ended)| name == "userteams" && ended.is_some());
        if !looked {
            wrong.push(format!(
                "pull request {number} was never looked at: {checks:?}"
            ));
        }
    }
    wrong
}

/// Whether a handle of the files is that of another group, which people have touched in Slack: what
/// they have disabled keeps the handle that it had.
fn is_taken(spec: &Spec, seen: &Seen) -> bool {
    let mut teams = spec.teams.iter().map(|team| &team.value);
    teams.any(|team| {
        let others = seen.groups.iter().filter(|it| it.touched);
        let mut others = others.filter(|it| team.name() != Some(&it.name));
        others.any(|it| team.handle() == Some(&it.handle))
    })
}

/// Whether a name of the files is that of a disabled group, while the handle beside it is not.
fn is_name_of_another(spec: &Spec, seen: &Seen) -> bool {
    let mut teams = spec.teams.iter().map(|team| &team.value);
    teams.any(|team| {
        let mut off = seen.groups.iter().filter(|it| !it.enabled);
        off.any(|it| team.name() == Some(&it.name) && team.handle() != Some(&it.handle))
    })
}

/// The group of a team; how many seem to be that, where that is not one.
pub(super) fn group_of<'a>(
    book: &Book,
    spec: &Spec,
    team: &Team,
    seen: &'a Seen,
) -> Result<&'a Group, usize> {
    let name = team.name().unwrap_or_default();
    let groups: Vec<&Group> = seen.groups.iter().filter(|it| it.name == name).collect();
    if let [group] = groups[..] {
        return Ok(group);
    }
    // What somebody has disabled is not even renamed before somebody has decided about that, and then
    // it is asked about.
    let is_named = |it: &Group| {
        spec.teams
            .iter()
            .any(|team| team.value.name() == Some(&it.name))
    };
    let touched = seen.groups.iter().filter(|it| it.touched && !is_named(it));
    let was = book.names_before(name);
    let handle = team.handle().unwrap_or_default();
    let mut own =
        touched.filter(|it| was.contains(&it.name) || (!it.enabled && it.handle == handle));
    own.next().filter(|_| groups.is_empty()).ok_or(groups.len())
}

/// Slack has each team once, and as the files have it where nobody has touched it; what differs where
/// somebody has.
fn as_the_files_say(
    book: &Book,
    spec: &Spec,
    team: &Team,
    seen: &Seen,
    wrong: &mut Vec<String>,
) -> Option<Differs> {
    let name = team.name().unwrap_or_default();
    let handle = team.handle().unwrap_or_default();
    let group = match group_of(book, spec, team, seen) {
        Ok(group) => group,
        Err(count) => {
            wrong.push(format!("{name}: there are {count} such groups"));
            return None;
        }
    };
    let wanted = members(spec, team, seen.now);
    let lent = |who: &String| who == LENT;
    if group.users.iter().any(lent) && !wanted.iter().any(lent) {
        wrong.push(format!("{name}: {LENT} is still in it"));
    }
    let mut differs = Vec::new();
    if group.name != name {
        differs.push(format!("it is called {}", group.name));
    }
    if !group.enabled {
        differs.push("it is disabled".to_owned());
    }
    if group.handle != handle {
        differs.push(format!("its handle is {}, not {handle}", group.handle));
    }
    if group.users != wanted {
        differs.push(format!("in it are {:?}, not {wanted:?}", group.users));
    }
    if let Some(wanted) = &team.description
        && wanted.value != group.description
    {
        differs.push(format!(
            "it is for `{}`, not `{}`",
            group.description, wanted.value
        ));
    }
    let named = EXTRAS
        .iter()
        .any(|extra| wanted.iter().any(|it| it == extra));
    for extra in group
        .put
        .iter()
        .filter(|_| !book.reverted && !book.dropped && !named)
    {
        if !group.users.contains(extra) {
            wrong.push(format!(
                "{name}: somebody put {extra} there, and they are gone"
            ));
        }
    }
    if !group.touched && !differs.is_empty() {
        wrong.push(format!("{name}: {}", differs.join("; ")));
    }
    (!differs.is_empty()).then(|| Differs {
        handles: [handle.to_owned(), group.handle.clone()],
        on_github: false,
    })
}

/// What no file has is as it was; what no file has any more is disabled, and nothing is halfway.
fn left_alone(book: &Book, spec: &Spec, seen: &Seen, wrong: &mut Vec<String>) {
    for group in &seen.groups {
        let name = &group.name;
        if group.handle == STRANGE && group.by_app > 0 {
            wrong.push(format!("{name}: it is in no file, and was touched"));
        }
        if name.ends_with("(moving)") || group.handle.ends_with("-moving") {
            wrong.push(format!("{name}: it is still called @{}", group.handle));
        }
        let in_files = spec
            .teams
            .iter()
            .any(|team| team.value.name() == Some(name));
        let managed = book.names.contains(name) || name.ends_with("(retired)");
        let gone = managed && !in_files && !book.overtaken;
        if gone && group.enabled && !group.touched {
            wrong.push(format!("{name}: it is in no file any more, and is enabled"));
        }
    }
}

/// What differs was asked about, what does not is not asked about any more, and nothing is asked
/// twice.
fn asked(differ: &[Differs], seen: &Seen, wrong: &mut Vec<String>) {
    let mut keys = BTreeSet::new();
    let mut open: Vec<&Differs> = Vec::new();
    for told in &seen.told {
        for key in &told.keys {
            if !keys.insert(key) {
                wrong.push(format!("two messages about {key}"));
            }
        }
        if !told.asks {
            continue;
        }
        match differ.iter().find(|differs| is_about(&told.text, differs)) {
            None => wrong.push(format!("it asks about what is over: {}", told.text)),
            Some(differs) if open.iter().any(|it| std::ptr::eq(*it, differs)) => {
                wrong.push(format!("it asks twice about @{}", differs.handles[0]));
            }
            Some(differs) => open.push(differs),
        }
    }
    for differs in differ {
        if !seen.told.iter().any(|told| is_about(&told.text, differs)) {
            wrong.push(format!("nobody was asked about @{}", differs.handles[0]));
        }
    }
}

/// Whether a message names a team by one of these handles, and means it on this side.
fn is_about(text: &str, differs: &Differs) -> bool {
    let mut words = text.split_whitespace();
    let names = words.any(|word| {
        let handle = word.strip_prefix('@');
        handle.is_some_and(|handle| differs.handles.iter().any(|known| known == handle))
    });
    names && text.contains("GitHub team differs") == differs.on_github
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
