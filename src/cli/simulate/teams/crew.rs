//! What must be true of the GitHub team when the dust has settled.

use super::LENT;
use super::judge::{Differs, group_of};
use super::look::Seen;
use super::members::members;
use super::script::Book;
use crate::teams::Spec;

/// It has whom the files want, as far as a login of theirs is known, and nobody else whom sssbot put
/// there; where somebody has touched it, what differs was asked about.
pub(super) fn on_github(
    book: &Book,
    spec: &Spec,
    seen: &Seen,
    wrong: &mut Vec<String>,
) -> Option<Differs> {
    let mut teams = spec.teams.iter().map(|team| &team.value);
    let team = teams.find(|team| team.github().is_some())?;
    let mut wanted = members(spec, team, seen.now);
    let known = |who: &String| spec.people.iter().any(|it| it.value.name == *who);
    wanted.retain(known);
    let is_wanted = |who: &String| wanted.contains(who);
    if seen.crew.iter().any(|who| who == LENT && !is_wanted(who)) {
        wrong.push(format!("{LENT} is still in the GitHub team"));
    }
    let group = group_of(book, spec, team, seen).ok()?;
    // What is not touched in Slack is not touched on GitHub.
    if !group.enabled {
        return None;
    }
    let extra: Vec<&String> = seen.crew.iter().filter(|who| !is_wanted(who)).collect();
    let missing: Vec<&String> = wanted
        .iter()
        .filter(|who| !seen.crew.contains(who))
        .collect();
    if extra.is_empty() && missing.is_empty() {
        return None;
    }
    if !book.crew && !group.touched {
        wrong.push(format!(
            "in the GitHub team are {extra:?} too many, and {missing:?} are not"
        ));
    }
    let handle = team.handle().unwrap_or_default().to_owned();
    Some(Differs {
        handles: [handle, group.handle.clone()],
        on_github: true,
    })
}
