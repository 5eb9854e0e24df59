//! An incident as its record tells it. All of it follows from the entries; nothing is kept beside.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::aftermath::{Aftermath, PullState};
use super::fact::{Declaration, LentCrew, Moment, Reminder};
use super::rules::Rules;
use super::turn::Turns;
use super::who::Who;
use crate::id::{
    ChannelId, DoneKey, FeelingId, GroupId, MessageTs, RepoName, ServiceId, Sha, TypeId,
};
use crate::playbook::{Called, ChannelRef, Item};

/// Something that somebody has said, with what was said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    /// What holds.
    pub value: T,
    /// Who said so.
    pub by: Who,
    /// When they did.
    pub at: Timestamp,
    /// What held before, oldest first: who said it, and when.
    pub was: Vec<Was<T>>,
}

/// What held before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Was<T> {
    /// What was said.
    pub value: T,
    /// By whom.
    pub by: Who,
    /// When.
    pub at: Timestamp,
}

/// A time, and where it can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub time: Timestamp,
    /// The message that told of it.
    pub link: Option<String>,
}

/// The issue, as GitHub shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where.
    pub repo: RepoName,
    /// Its number there.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its text, as it was read last.
    pub body: String,
    /// Whether our App opened it.
    pub ours: bool,
    /// The labels it has.
    pub labels: BTreeSet<String>,
    /// Who is assigned.
    pub assignees: Vec<Who>,
    /// Whether it is open.
    pub open: bool,
}

/// The channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// What it is; `None` until it is made.
    pub id: Option<ChannelId>,
    /// What it is called, without `#`.
    pub name: String,
}

/// A message that has reached a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What it is about.
    pub of: DoneKey,
    /// The channel, as people call it.
    pub channel: String,
    /// The message.
    pub ts: Option<MessageTs>,
    /// When.
    pub at: Timestamp,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The entry that it is.
    pub key: DoneKey,
    /// In a person's words.
    pub text: String,
    /// The message it was said in.
    pub link: Option<String>,
    /// Who.
    pub by: Who,
    /// When.
    pub at: Timestamp,
}

/// Somebody who is to be in the service's team until this is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loan {
    /// Who.
    pub who: Who,
    /// Where they are lent to; `None` while they are only asked for.
    pub to: Option<LentTo>,
}

/// Where somebody is lent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LentTo {
    /// The entry that says so.
    pub key: DoneKey,
    /// The team, as people call it.
    pub team: String,
    /// Its user group in Slack.
    pub group: GroupId,
    /// The page of the pull request that would keep them there for longer.
    pub pull: Option<String>,
    /// The GitHub team that goes with it, where they are lent to that, too.
    pub crew: Option<LentCrew>,
    /// Whether GitHub has it: before that nobody is put into the group.
    pub recorded: bool,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// It is known that there is one.
    Declared,
    /// Somebody does something about it.
    Responding,
    /// Its effect is gone; work may be left.
    Recovered,
    /// All work is done.
    Resolved,
    /// Its channel is closed.
    Archived,
}

/// What is still to be done before it can rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenEnd {
    /// Nobody has said that it recovered.
    NotRecovered,
    /// Nobody has said that it is resolved.
    NotResolved,
    /// So many items of the checklist.
    Items(usize),
    /// Nobody has begun the postmortem.
    NoPostmortem,
    /// The postmortem is not merged.
    PostmortemOpen,
    /// So many things that the postmortem says are to be done.
    Actions(usize),
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What the keys of its effects begin with. It is the key of the declaration, or else the
    /// issue's, so it is the same before and after the issue exists.
    pub key: DoneKey,
    /// The issue; `None` while it is provisional.
    pub issue: Option<Issue>,
    /// Whether it was there before us: its title names a channel and nobody declared it to us.
    pub adopted: bool,
    /// Whether it was declared by an issue: then it has one, though we may not have read it yet.
    pub by_issue: bool,
    /// The channel.
    pub channel: Channel,
    /// The service; an incident may have one that the playbook does not list.
    pub service: Stated<ServiceId>,
    /// The type's id.
    pub kind: Option<Stated<TypeId>>,
    /// The level.
    pub level: Option<Stated<u8>>,
    /// 温度感.
    pub feeling: Option<Stated<FeelingId>>,
    /// Whether it is practice.
    pub drill: bool,
    /// What it is about.
    pub summary: Stated<String>,
    /// What was said when it was declared; what holds now stands above.
    pub declaration: Declaration,
    /// Who declared it.
    pub creator: Who,
    /// When.
    pub declared: Timestamp,
    /// When the channel was made.
    pub channel_made: Option<Timestamp>,
    /// Who leads.
    pub handler: Option<Stated<Who>>,
    /// Everybody who ever led.
    pub led: Vec<Who>,
    /// When there was a handler for the first time.
    pub first_handler: Option<Timestamp>,
    /// How often it came to each level, handler and so on.
    pub turns: Turns,
    /// The times that people have stated; see [`Incident::time`].
    pub times: BTreeMap<Moment, Stated<Point>>,
    /// When it was said to be resolved, and why so where something was open.
    pub resolved: Option<Stated<Option<String>>>,
    /// How often it was resolved: once more after each time that it was reopened.
    pub ends: u32,
    /// When its channel was closed.
    pub archived: Option<Stated<Option<String>>>,
    /// The items that somebody has ticked or unticked.
    pub items: BTreeMap<String, Stated<bool>>,
    /// Worth remembering.
    pub notes: Vec<Note>,
    /// What has reached other channels.
    pub receipts: Vec<Receipt>,
    /// People who were called in, beyond the teams.
    pub called: Vec<Who>,
    /// User groups that were called in, beyond the service's own.
    pub called_groups: BTreeSet<String>,
    /// Who of those called is to be in the service's team for the time of this.
    pub loans: Vec<Loan>,
    /// The last reminder of each kind: when it was due.
    pub reminded: BTreeMap<Reminder, Timestamp>,
    /// Everybody who did or said something, each once, in no order of merit.
    pub people: Vec<Who>,
    /// Its postmortem, and what follows from that.
    pub aftermath: Aftermath,
    /// The commit of the playbook it goes by.
    pub playbook: Option<Sha>,
    /// When anybody was last heard of.
    pub last_word: Timestamp,
    /// What people did that waits for GitHub, oldest first.
    pub waiting: Vec<DoneKey>,
}

impl Incident {
    /// How far it is.
    pub fn phase(&self) -> Phase {
        if self.archived.is_some() {
            Phase::Archived
        } else if self.resolved.is_some() {
            Phase::Resolved
        } else if self.times.contains_key(&Moment::Recovered) {
            Phase::Recovered
        } else if self.first_handler.is_some() || self.times.contains_key(&Moment::Responded) {
            Phase::Responding
        } else {
            Phase::Declared
        }
    }

    /// Whether its issue does not exist yet.
    pub fn is_provisional(&self) -> bool {
        self.issue.is_none()
    }

    /// A time of it. The first response is, where nobody has said, when somebody first took the
    /// lead; the others are only what people say.
    pub fn time(&self, moment: Moment) -> Option<Timestamp> {
        let stated = self.times.get(&moment).map(|stated| stated.value.time);
        match moment {
            Moment::Responded => stated.or(self.first_handler),
            Moment::Detected | Moment::Recovered => stated,
        }
    }

    /// From when its duration is counted: the detection, else the declaration.
    pub fn began(&self) -> Timestamp {
        self.time(Moment::Detected).unwrap_or(self.declared)
    }

    /// The checklist of its level, each item with whether it is done.
    pub fn checklist<'a>(&self, rules: &'a Rules) -> Vec<(&'a Item, bool)> {
        let level = self.level.as_ref().and_then(|l| rules.level(l.value));
        let items = level.map(|level| level.checklist.as_slice());
        items
            .unwrap_or_default()
            .iter()
            .map(|item| (item, self.is_done(&item.id)))
            .collect()
    }

    /// Whether an item is ticked.
    pub fn is_done(&self, item: &str) -> bool {
        self.items.get(item).is_some_and(|stated| stated.value)
    }

    /// What is still open.
    pub fn open_ends(&self, rules: &Rules) -> Vec<OpenEnd> {
        let mut ends = Vec::new();
        if !self.times.contains_key(&Moment::Recovered) {
            ends.push(OpenEnd::NotRecovered);
        }
        if self.resolved.is_none() {
            ends.push(OpenEnd::NotResolved);
        }
        let left = self
            .checklist(rules)
            .iter()
            .filter(|(_, done)| !done)
            .count();
        if left > 0 {
            ends.push(OpenEnd::Items(left));
        }
        let level = self.level.as_ref().map(|level| level.value);
        // Practice needs none, and what was there before us had its time.
        let needed = !self.drill && !self.adopted && !rules.playbook.postmortem_is_optional(level);
        match self.aftermath.state() {
            None if needed => ends.push(OpenEnd::NoPostmortem),
            Some(PullState::Open) => ends.push(OpenEnd::PostmortemOpen),
            _ => {}
        }
        let left = self.aftermath.open_actions().count();
        if left > 0 {
            ends.push(OpenEnd::Actions(left));
        }
        ends
    }

    /// The labels that its issue should have, of those that are the playbook's.
    pub fn labels(&self, rules: &Rules) -> BTreeSet<String> {
        let service = rules.service(&self.service.value);
        let service = service.map_or(self.service.value.as_str(), |s| rules.label(&s.label));
        let kind = self.kind.as_ref().and_then(|kind| rules.kind(&kind.value));
        let level = self.level.as_ref().and_then(|l| rules.level(l.value));
        let drill = &rules.playbook.labels.drill;
        [
            Some(service),
            kind.map(|kind| rules.label(&kind.label)),
            level.map(|level| rules.label(&level.label)),
            self.drill.then(|| rules.label(drill)),
        ]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
    }

    /// Which channels are told of it.
    pub fn told<'a>(&self, rules: &'a Rules) -> Vec<&'a ChannelRef> {
        let level = self.level.as_ref().map(|level| level.value);
        let kind = self.kind.as_ref().map(|kind| &kind.value);
        rules.told(&self.service.value, kind, level, self.drill)
    }

    /// Whom the playbook invites to it.
    pub fn invited(&self, rules: &Rules) -> Called {
        let level = self.level.as_ref().map(|level| level.value);
        let kind = self.kind.as_ref().map(|kind| &kind.value);
        rules.invited(&self.service.value, kind, level)
    }

    /// `#` and the channel's name: the issue's title.
    pub fn title(&self) -> String {
        format!("#{}", self.channel.name)
    }
}
