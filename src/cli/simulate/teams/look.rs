//! What there is to be seen of teams in the end.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::play::keys;
use super::{CREW, FILES, PEOPLE, path};
use crate::cli::world::{POSTMORTEM_REPO, World};
use crate::sandbox::github::{IssueView, What};
use crate::sandbox::slack::{GroupChange, Links};

/// What both worlds show.
#[derive(Debug, Clone, Default)]
pub(in crate::cli::simulate) struct Seen {
    /// The team files of the default branch.
    pub(super) files: Vec<(String, String)>,
    /// What the newest commit that changed the files says: how it ended, and the line beside it.
    pub(super) applied: Option<(Option<String>, String)>,
    /// The open pull requests of people: the number, and how each check of the head ended.
    pub(super) open: BTreeMap<u64, Vec<(String, Option<String>)>>,
    /// How many comments with a plan each pull request has.
    pub(super) plans: BTreeMap<u64, usize>,
    pub(super) groups: Vec<Group>,
    /// Who is in the GitHub team.
    pub(super) crew: Vec<String>,
    /// When it is looked.
    pub(super) now: Timestamp,
    /// What is said about differences.
    pub(super) told: Vec<Told>,
}

/// A user group.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) handle: String,
    pub(super) description: String,
    pub(super) enabled: bool,
    /// By username, in order.
    pub(super) users: Vec<String>,
    pub(super) by_app: u64,
    /// Whether people have touched it in Slack.
    pub(super) touched: bool,
    /// Those whom people have put there, and not taken out again.
    pub(super) put: Vec<String>,
}

/// A message about a difference.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) keys: Vec<String>,
    pub(super) text: String,
    /// Whether it still has buttons.
    pub(super) asks: bool,
}

impl Seen {
    /// How much was said and done.
    pub(in crate::cli::simulate) fn messages(&self) -> usize {
        let changes = self.groups.iter().map(|group| group.by_app);
        let changes = usize::try_from(changes.sum::<u64>()).unwrap_or(0);
        self.told.len() + self.plans.values().sum::<usize>() + changes
    }
}

fn pulls(world: &World) -> (Option<String>, Vec<IssueView>) {
    let repos = world.sandbox.github.snapshot().repos.into_iter();
    let mut here = repos.filter(|repo| repo.name == POSTMORTEM_REPO);
    here.next().map_or_else(Default::default, |repo| {
        let default = &repo.default_branch;
        let tip = repo.branches.iter().find(|(name, _)| name == default);
        (tip.map(|(_, tip)| tip.clone()), repo.issues)
    })
}

/// The pull request whose merge waits for somebody to confirm what would be taken away.
pub(in crate::cli::simulate) fn asked_last(world: &World) -> Option<u64> {
    let (tip, issues) = pulls(world);
    let tip = tip?;
    let asks =
        applied(world, &tip).is_some_and(|(ended, _)| ended.as_deref() == Some("action_required"));
    let merged = |issue: &&IssueView| {
        let pull = issue.pull.as_ref();
        pull.is_some_and(|pull| pull.merge_sha.as_ref() == Some(&tip))
    };
    let found = issues.iter().find(merged).map(|issue| issue.number);
    found.filter(|_| asks)
}

/// The team files at a commit, or at the newest.
fn files(world: &World, commit: &str) -> Vec<(String, String)> {
    let paths = (0..FILES.len()).map(path).chain([PEOPLE.to_owned()]);
    let found = paths.filter_map(|path| {
        let file = world.sandbox.github.file(POSTMORTEM_REPO, commit, &path)?;
        Some((path, file.text))
    });
    found.collect()
}

/// Of each commit the one that it was made on.
fn parents(world: &World) -> BTreeMap<String, String> {
    let repos = world.sandbox.github.snapshot().repos.into_iter();
    let commits = repos.flat_map(|repo| repo.commits);
    let first = commits.filter_map(|commit| Some((commit.sha, commit.parents.into_iter().next()?)));
    first.collect()
}

fn applied(world: &World, commit: &str) -> Option<(Option<String>, String)> {
    let checks = world.sandbox.github.checks_on(POSTMORTEM_REPO, commit);
    let mut ours = checks.into_iter().filter(|it| it.name == "userteams apply");
    ours.next_back()
        .map(|check| (check.conclusion, check.title))
}

/// Looks at both worlds.
pub(in crate::cli::simulate) fn look(world: &World) -> Seen {
    let github = &world.sandbox.github;
    let (tip, issues) = pulls(world);
    let commits = parents(world);
    let mut seen = Seen {
        files: files(world, ""),
        crew: CREW
            .split_once('/')
            .map_or_else(Vec::new, |(org, slug)| github.team(org, slug)),
        now: world.clock().now(),
        ..Seen::default()
    };
    // A merge that leaves the files as they were has nothing to say.
    let mut at = tip;
    while let Some(commit) = at.filter(|commit| files(world, commit) == seen.files) {
        seen.applied = applied(world, &commit);
        let before = commits.get(&commit).cloned();
        at = before.filter(|_| seen.applied.is_none());
    }
    for issue in issues {
        let comments = issue.timeline.iter().filter_map(|line| match &line.what {
            What::Comment { body, .. } => Some(body),
            _ => None,
        });
        let plans = comments.filter(|body| body.contains("sssbot:key teams:plan:"));
        seen.plans.insert(issue.number, plans.count());
        // One that changes nothing is not looked at.
        let changes = !github
            .pull_changes(POSTMORTEM_REPO, issue.number)
            .is_empty();
        let looked_at = issue.open && issue.author == "taro" && changes;
        let pull = issue.pull.filter(|_| looked_at);
        seen.open
            .extend(pull.map(|pull| (issue.number, pull.checks)));
    }
    let slack = world.sandbox.slack.snapshot();
    let name = |id: &crate::id::SlackUserId| {
        let users = &slack.names.users;
        users.get(id.as_str()).cloned().unwrap_or_default()
    };
    for group in &slack.groups {
        let mut users: Vec<String> = group.users.iter().map(name).collect();
        users.sort();
        let mut put: Vec<String> = Vec::new();
        for change in &group.by_hand {
            match change {
                GroupChange::Add(who) => put.extend(who.iter().map(name)),
                GroupChange::Remove(who) => {
                    let gone: Vec<String> = who.iter().map(name).collect();
                    put.retain(|who| !gone.contains(who));
                }
                _ => {}
            }
        }
        seen.groups.push(Group {
            name: group.name.clone(),
            handle: group.handle.clone(),
            description: group.description.clone(),
            enabled: group.enabled,
            users,
            by_app: group.by_app,
            touched: !group.by_hand.is_empty(),
            put,
        });
    }
    let messages = slack.channels.iter().flat_map(|channel| &channel.messages);
    for message in messages.filter(|it| it.by_bot && it.subtype.is_none() && it.only_for.is_none())
    {
        let text = message.plain(&slack.names, Links::Hidden);
        seen.told.push(Told {
            keys: message.metadata.as_ref().map_or_else(Vec::new, keys),
            asks: text.contains("[Revert]"),
            text,
        });
    }
    seen
}
