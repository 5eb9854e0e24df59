//! One team, three ways: what the files say, what they said when they were last applied, and what
//! Slack has. What this change is about is planned; what Slack has otherwise by itself is drift.

use std::collections::BTreeSet;

use super::action::Changes;
use super::team::can_be_called;
use crate::id::{ChannelId, SlackUserId};
use crate::playbook::ChannelRef;
use crate::teams::drift::Difference;
use crate::teams::live::{Group, Live};
use crate::teams::roster::Roster;
use crate::teams::spec::Team;

/// What a team's properties come to.
#[derive(Debug, Default)]
pub(super) struct Properties {
    /// What this change is about.
    pub(super) planned: Changes,
    /// What Slack has otherwise.
    pub(super) drift: Changes,
}

/// Who comes and who goes.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) add: Vec<SlackUserId>,
    pub(super) remove: Vec<SlackUserId>,
    /// In Slack, and nothing in the files has to do with them.
    pub(super) extra: Vec<SlackUserId>,
    /// In the files all along, and not in Slack.
    pub(super) missing: Vec<SlackUserId>,
}

/// What something is and what it becomes; for drift, what it should be and what it is.
type FromTo<T> = Option<(T, T)>;

/// A property that the files name: was it this change that named it so?
fn three<T: PartialEq + Clone>(
    wanted: Option<T>,
    applied: Option<T>,
    live: T,
    same: impl Fn(&T, &T) -> bool,
) -> (FromTo<T>, FromTo<T>) {
    let Some(wanted) = wanted else {
        return (None, None);
    };
    if same(&wanted, &live) {
        return (None, None);
    }
    if applied.is_some_and(|applied| same(&applied, &wanted)) {
        (None, Some((wanted, live)))
    } else {
        (Some((live, wanted)), None)
    }
}

/// Compares name, handle, description and channels. Drift is from the files to Slack.
pub(super) fn properties(
    wanted: &Team,
    applied: Option<&Team>,
    group: &Group,
    live: &Live,
) -> Properties {
    let text = |wanted: Option<String>, applied: Option<String>, live: &str| {
        three(wanted, applied, live.to_owned(), |a, b| a == b)
    };
    let of =
        |team: Option<&Team>, get: fn(&Team) -> Option<&str>| team.and_then(get).map(str::to_owned);
    let both = |get: fn(&Team) -> Option<&str>| (of(Some(wanted), get), of(applied, get));
    let mut all = Properties::default();
    let (to, was) = both(Team::name);
    (all.planned.name, all.drift.name) = text(to, was, &group.name);
    let (to, was) = both(Team::handle);
    (all.planned.handle, all.drift.handle) = text(to, was, &group.handle);
    let (to, was) = both(|team| team.description.as_ref().map(|at| at.value.as_str()));
    (all.planned.description, all.drift.description) = text(to, was, &group.description);
    let channels = |team: Option<&Team>| team.and_then(|team| channels(team, live));
    (all.planned.channels, all.drift.channels) = three(
        channels(Some(wanted)),
        channels(applied),
        group.channels.clone(),
        |a, b| a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>(),
    );
    all
}

/// A team's default channels, those that Slack knows.
pub(super) fn channels(team: &Team, live: &Live) -> Option<Vec<ChannelId>> {
    let refs = &team.channels.as_ref()?.value;
    let mut seen = BTreeSet::new();
    let ids = refs.iter().filter_map(|at| channel(&at.value, live));
    Some(ids.filter(|id| seen.insert(id.clone())).collect())
}

/// A channel, if Slack knows it.
pub(super) fn channel(channel: &ChannelRef, live: &Live) -> Option<ChannelId> {
    match channel {
        ChannelRef::Id(id) => Some(id.clone()),
        ChannelRef::Name(name) => live.channels.get(name).cloned(),
    }
}

/// Compares who is in it. In which order means nothing to Slack, and nothing here.
pub(super) fn people(
    wanted: &Roster,
    applied: Option<&Roster>,
    group: Option<&Group>,
    live: &Live,
) -> People {
    let members: &[SlackUserId] = group.map_or(&[], |group| &group.members);
    let there: BTreeSet<&SlackUserId> = members.iter().collect();
    // Slack empties no group: one with nobody in it was only just made.
    let applied = applied.filter(|_| !members.is_empty());
    let callable = |who: &SlackUserId| can_be_called(live, who);
    let mut all = People::default();
    for who in &wanted.now {
        if there.contains(who) || !callable(who) {
            continue;
        }
        let all_along = applied.is_some_and(|was| was.steady.contains(who));
        if all_along && wanted.steady.contains(who) {
            all.missing.push(who.clone());
        } else {
            all.add.push(who.clone());
        }
    }
    let now: BTreeSet<&SlackUserId> = wanted.now.iter().collect();
    let mut seen = BTreeSet::new();
    for who in members {
        if now.contains(who) || !seen.insert(who) {
            continue;
        }
        match applied {
            Some(was) if !was.ever.contains(who) && !wanted.ever.contains(who) => {
                // Slack itself takes out who cannot be called, with the next change at the latest.
                all.extra.extend(callable(who).then(|| who.clone()));
            }
            _ => all.remove.push(who.clone()),
        }
    }
    all
}

/// What differs, in the words of drift.
pub(super) fn differences(drift: Changes, people: &People) -> Vec<Difference> {
    let mut all = Vec::new();
    let Changes {
        name,
        handle,
        description,
        channels,
    } = drift;
    all.extend(name.map(|(files, slack)| Difference::Name { files, slack }));
    all.extend(handle.map(|(files, slack)| Difference::Handle { files, slack }));
    all.extend(description.map(|(files, slack)| Difference::Description { files, slack }));
    all.extend(channels.map(|(files, slack)| Difference::Channels { files, slack }));
    if !people.extra.is_empty() {
        all.push(Difference::Extra(people.extra.clone()));
    }
    if !people.missing.is_empty() {
        all.push(Difference::Missing(people.missing.clone()));
    }
    all
}
