//! What there is to be seen of incidents in the end.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::play::{keys, posted};
use super::record;
use crate::cli::world::{POSTMORTEM_REPO, World};
use crate::id::RepoName;
use crate::incident::{Entry, mark};
use crate::sandbox::github::What;
use crate::sandbox::slack::Links;

/// What both worlds show.
#[derive(Debug, Clone, Default)]
pub(in crate::cli::simulate) struct Seen {
    /// The issues, by number.
    pub(super) issues: BTreeMap<u64, Issue>,
    /// The channels, by name.
    pub(super) channels: BTreeMap<String, Room>,
}

/// An issue.
#[derive(Debug, Clone, Default)]
pub(super) struct Issue {
    pub(super) title: String,
    pub(super) open: bool,
    pub(super) body: String,
    pub(super) labels: Vec<String>,
    pub(super) assignees: Vec<String>,
    /// The keys of the marks on it.
    pub(super) marks: Vec<String>,
    /// What the app's comments say.
    pub(super) comments: Vec<String>,
    /// All that is on record there.
    pub(super) entries: Vec<Entry>,
}

/// A channel.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    pub(super) topic: String,
    pub(super) archived: bool,
    pub(super) members: Vec<String>,
    /// What the pinned messages say.
    pub(super) pinned: Vec<String>,
    pub(super) lines: Vec<Line>,
    /// When people wrote there.
    pub(super) spoken: Vec<Timestamp>,
    /// When it was looked.
    pub(super) until: Timestamp,
}

/// A message of the bot's for everybody.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) keys: Vec<String>,
    pub(super) posted: Timestamp,
    pub(super) text: String,
}

impl Seen {
    /// How many messages there are.
    pub(in crate::cli::simulate) fn messages(&self) -> usize {
        self.channels.values().map(|room| room.lines.len()).sum()
    }

    /// Whether a channel was closed.
    pub(in crate::cli::simulate) fn is_closed_somewhere(&self) -> bool {
        self.channels.values().any(|room| room.archived)
    }
}

/// Looks at both worlds.
pub(in crate::cli::simulate) fn look(world: &World) -> Seen {
    let mut seen = Seen::default();
    let repos = world.sandbox.github.snapshot().repos;
    let here = repos
        .into_iter()
        .filter(|repo| repo.name == POSTMORTEM_REPO);
    let issues = here.flat_map(|repo| repo.issues);
    let repo = RepoName::from(POSTMORTEM_REPO);
    for issue in issues {
        let entries = record::entries(&repo, &issue);
        let comments = issue.timeline.iter().filter_map(|line| match &line.what {
            What::Comment { body, .. } => Some(body.clone()),
            _ => None,
        });
        let comments: Vec<String> = comments.collect();
        let marks = comments.iter().filter_map(|body| mark::read(body));
        let marks = marks.map(|mark| mark.key.as_str().to_owned()).collect();
        let labels = issue.labels.into_iter().map(|label| label.name);
        let shown = Issue {
            title: issue.title,
            open: issue.open,
            body: issue.body,
            labels: labels.collect(),
            assignees: issue.assignees,
            marks,
            comments,
            entries,
        };
        seen.issues.insert(issue.number, shown);
    }
    let slack = world.sandbox.slack.snapshot();
    for channel in &slack.channels {
        let name = |id: &crate::id::SlackUserId| {
            let users = &slack.names.users;
            users.get(id.as_str()).cloned().unwrap_or_default()
        };
        let ours = channel.messages.iter().filter(|message| {
            message.by_bot && message.subtype.is_none() && message.only_for.is_none()
        });
        let people = channel.messages.iter().filter(|message| {
            !message.by_bot && message.subtype.is_none() && message.only_for.is_none()
        });
        let mut room = Room {
            topic: channel.topic.clone(),
            archived: channel.archived,
            members: channel.members.iter().map(name).collect(),
            spoken: people.map(|message| posted(&message.ts)).collect(),
            until: world.clock().now(),
            ..Room::default()
        };
        for message in ours {
            let text = message.plain(&slack.names, Links::Hidden);
            if channel.pins.contains(&message.ts) {
                room.pinned.push(text.clone());
            }
            room.lines.push(Line {
                keys: message.metadata.as_ref().map_or_else(Vec::new, keys),
                posted: posted(&message.ts),
                text,
            });
        }
        seen.channels.insert(channel.name.clone(), room);
    }
    seen
}
