//! What to do next for somebody who looks at who is called first: change the file, see what that
//! means, merge; change a group, see that it is noticed.

use super::super::address::{GROUPS, Subject};
use super::super::changes::asked_for;
use super::super::files::{Chosen, TEAMS};
use super::super::github_pane::Hub;
use super::super::groups_pane;
use super::super::message::{id_of, sees};
use super::super::slack_pane;
use super::super::words::Word;
use super::{Next, elements};
use crate::sandbox::github::{IssueView, PullView, RepoView};
use crate::sandbox::slack::{ChannelView, MessageView, Snapshot};

/// What the buttons begin with that the bot puts below what differs.
const BUTTONS: &str = "teams-";

/// What is next; `None` for somebody who looks at something else.
pub(super) fn next(hub: &Hub<'_>, slack: &Snapshot) -> Option<Next> {
    if let Some(chosen) = Chosen::read(hub) {
        return of_file(hub, &chosen);
    }
    let here = hub.view.here;
    let at_groups = here.channel == GROUPS;
    let chosen: Option<Subject> = here.subject.parse().ok();
    let (pull, told) = match (chosen.and(hub.opened), noticed(hub, slack)) {
        (Some((repo, issue)), told) => {
            (of_teams(hub, repo, issue).map(|it| (repo, issue, it)), told)
        }
        (None, told) => (None, told),
    };
    let merged = match pull {
        Some((repo, issue, pull)) if issue.open => return Some(of_pull(hub, repo, issue, pull)),
        Some((.., pull)) => pull.merged,
        None => false,
    };
    let current = told.filter(|(channel, _)| at_groups || here.channel == channel.id.as_str());
    if let Some((channel, message)) = current {
        let place = here.with_channel(channel.id.as_str(), &id_of(&message.ts));
        return Some(Next::new(
            Word::GuideDrift,
            &channel.name,
            place,
            Word::GuideThere,
        ));
    }
    if at_groups {
        let first = slack.groups.iter().find(|group| group.enabled);
        let place = first.map_or("groups".to_owned(), groups_pane::id_of);
        return Some(Next::new(
            Word::GuideTamper,
            "",
            here.address(&place),
            Word::GuideThere,
        ));
    }
    let place = here.with_channel(GROUPS, "slack");
    merged.then(|| Next::new(Word::GuideMerged, "", place, Word::GuideGroups))
}

/// The way in: who is called, at the left, and the groups themselves at the right.
pub(super) fn way_in(hub: &Hub<'_>) -> Option<(String, Word)> {
    let mut repos = hub.repos.iter();
    let repo = repos.find(|repo| hub.github.file(&repo.name, "", TEAMS).is_some())?;
    let here = super::Here {
        channel: GROUPS.to_owned(),
        ..hub.view.here.clone()
    };
    Some((
        here.with_file(&repo.name, "", TEAMS, "file"),
        Word::GuideTeams,
    ))
}

fn is_of_teams(path: &str) -> bool {
    path == TEAMS || path.starts_with("userteams/")
}

fn of_file(hub: &Hub<'_>, chosen: &Chosen<'_>) -> Option<Next> {
    if chosen.file.is_none() || !is_of_teams(&chosen.path) {
        return None;
    }
    let words = match chosen.pull() {
        Some(_) => Word::GuideEditMore,
        None => Word::GuideEdit,
    };
    let place = hub.view.here.address("edit-text");
    Some(Next::new(words, "", place, Word::EditFile))
}

/// The pull request, where it is about who is called.
fn of_teams<'a>(hub: &Hub<'_>, repo: &RepoView, issue: &'a IssueView) -> Option<&'a PullView> {
    let pull = issue.pull.as_ref()?;
    let changed = hub.github.pull_changes(&repo.name, issue.number);
    changed
        .iter()
        .any(|file| is_of_teams(&file.path))
        .then_some(pull)
}

fn of_pull(hub: &Hub<'_>, repo: &RepoView, issue: &IssueView, pull: &PullView) -> Next {
    let here = hub.view.here;
    let checks = hub.github.checks_on(&repo.name, &pull.head_sha);
    let ended = |how: &str| {
        let mut checks = checks.iter();
        checks.find(|check| check.conclusion.as_deref() == Some(how))
    };
    let there = |words, what: &str, place: &str| {
        Next::new(words, what, here.address(place), Word::GuideThere)
    };
    if ended("failure").is_some() {
        let changed = hub.github.pull_changes(&repo.name, issue.number);
        let mut changed = changed.iter().filter(|file| file.status != "removed");
        let path = changed.find(|file| is_of_teams(&file.path));
        return match path {
            Some(file) => {
                let place = here.with_file(&repo.name, &pull.head, &file.path, "edit-text");
                Next::new(Word::GuideMend, "", place, Word::EditFile)
            }
            None => there(Word::GuideMend, "", "checks"),
        };
    }
    if let Some(check) = ended("action_required") {
        let answer = asked_for(check).unwrap_or_default();
        return there(Word::GuideConfirm, &answer, "merge");
    }
    there(Word::GuideMerge, "", "checks")
}

/// The newest message of the bot's that asks what shall become of a group.
fn noticed<'a>(hub: &Hub<'_>, slack: &'a Snapshot) -> Option<(&'a ChannelView, &'a MessageView)> {
    let me = slack_pane::visitor(slack, hub.view.who);
    let asks = |message: &MessageView| {
        message.by_bot
            && sees(me, message)
            && elements(message).any(|element| {
                let action = element["action_id"].as_str();
                action.is_some_and(|action| action.starts_with(BUTTONS))
            })
    };
    let open = slack.channels.iter().filter(|channel| !channel.archived);
    let found = open.filter_map(|channel| {
        let message = channel.messages.iter().rfind(|message| asks(message))?;
        Some((channel, message))
    });
    found.max_by(|a, b| a.1.ts.as_str().cmp(b.1.ts.as_str()))
}
