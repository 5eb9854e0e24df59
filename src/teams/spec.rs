//! What the team files say, before anybody is asked who these people are.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::place::At;
use crate::id::{GroupHandle, GroupId, ServiceId, TeamSlug};
use crate::playbook::ChannelRef;

/// Everything the team files say.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// Who is who, where a Slack username is not enough.
    pub people: Vec<At<Known>>,
    /// The teams, in the order of the files.
    pub teams: Vec<At<Team>>,
    /// The zone in which a day ends; Japan's unless said otherwise.
    pub zone: TimeZone,
}

/// A person of `people`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What the team files call them.
    pub name: String,
    /// Their Slack id or Slack username.
    pub slack: Option<At<String>>,
    /// The e-mail address that Slack has of them.
    pub email: Option<At<String>>,
    /// Their GitHub login.
    pub github: Option<At<String>>,
}

/// A team. What is `None` is not managed: Slack may have it as it likes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Team {
    /// What it is called; unique among user groups.
    pub name: Option<At<String>>,
    /// What it is for.
    pub description: Option<At<String>>,
    /// What one types to call it.
    pub handle: Option<At<GroupHandle>>,
    /// Which group it is, when nothing else tells.
    pub id: Option<At<GroupId>>,
    /// Who is in it, lists within lists laid out flat.
    pub users: Option<At<Vec<At<Member>>>>,
    /// Who is in it in turn.
    pub rotation: Option<At<Rotation>>,
    /// Teams whose members are also in this one, by handle or name.
    pub include: Vec<At<String>>,
    /// The playbook's service whose incidents it answers.
    pub service: Option<At<ServiceId>>,
    /// The channels that whoever joins the group also joins.
    pub channels: Option<At<Vec<At<ChannelRef>>>>,
    /// How many must be in it.
    pub min: Option<At<u32>>,
    /// The GitHub team that has the same people.
    pub github: Option<At<OnGitHub>>,
    /// Handles that it had before.
    pub previously: Vec<At<GroupHandle>>,
    /// Whether it is only looked at.
    pub external: bool,
    /// Whether it stands in a bare list, where a team *is* its name; otherwise it is its handle.
    pub by_name: bool,
}

/// A GitHub team, as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnGitHub {
    /// The organisation in small letters, where it is named; else that of the postmortem repository.
    pub org: Option<String>,
    /// Which team of it, in small letters.
    pub slug: TeamSlug,
}

/// Somebody in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// A person of `people`, a Slack id, an e-mail address or a Slack username.
    pub who: String,
    /// When they leave it by themselves.
    pub until: Option<When>,
    /// Why they are in it.
    pub reason: Option<String>,
}

/// People who take turns, one at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// In the order of their turns; never empty.
    pub users: Vec<At<Member>>,
    /// How long a turn is.
    pub every: SignedDuration,
    /// When the first turn begins.
    pub start: When,
}

/// A moment as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A day. As an end, all of it still counts; as a beginning, too.
    Day(Date),
    /// A day and a time, in the zone of the files.
    Local(DateTime),
    /// A day, a time and an offset.
    At(Timestamp),
}

impl When {
    /// When it is over, if it is an end.
    pub fn end(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(day) => match day.checked_add(1.day()) {
                Ok(next) => moment(next.at(0, 0, 0, 0), zone),
                Err(_) => Timestamp::MAX,
            },
            other => other.beginning(zone),
        }
    }

    /// When it begins, if it is a beginning.
    pub fn beginning(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(day) => moment(day.at(0, 0, 0, 0), zone),
            Self::Local(at) => moment(at, zone),
            Self::At(at) => at,
        }
    }
}

fn moment(at: DateTime, zone: &TimeZone) -> Timestamp {
    // Out of range is far away on the one side or the other.
    let far = if at.year() > 2000 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    };
    zone.to_timestamp(at).unwrap_or(far)
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            people: Vec::new(),
            teams: Vec::new(),
            zone: TimeZone::fixed(Offset::constant(9)),
        }
    }
}

impl Spec {
    /// The same, with days that end in this zone.
    pub fn in_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// The team that is called so: by handle, else by name, else by id.
    pub fn team(&self, called: &str) -> Option<&Team> {
        self.index(called).map(|n| &self.teams[n].value)
    }

    /// Which of the teams is called so.
    pub(super) fn index(&self, called: &str) -> Option<usize> {
        let bare = called.strip_prefix('@').unwrap_or(called);
        let by = |is: &dyn Fn(&Team) -> bool| self.teams.iter().position(|team| is(&team.value));
        by(&|team| team.handle() == Some(bare))
            .or_else(|| by(&|team| team.name() == Some(called)))
            .or_else(|| by(&|team| team.id().is_some_and(|id| id.as_str() == called)))
    }

    /// The teams that answer for a service, in the order of the files.
    pub fn of_service<'a>(&'a self, service: &'a ServiceId) -> impl Iterator<Item = &'a Team> {
        let teams = self.teams.iter().map(|team| &team.value);
        teams.filter(move |team| team.service() == Some(service))
    }

    /// When a time that the files name comes next, after `now`: somebody's end, or a change of turn.
    /// Until then the same people are wanted, as long as files and Slack stay as they are.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let mut all = BTreeSet::new();
        for team in &self.teams {
            for member in team.value.users.iter().flat_map(|users| &users.value) {
                all.extend(member.value.until.map(|until| until.end(&self.zone)));
            }
            if let Some(rotation) = &team.value.rotation {
                all.extend(rotation.value.next_turn(now, &self.zone));
            }
        }
        all.into_iter().find(|at| *at > now)
    }
}

impl Team {
    /// What this program calls it: its handle, else its name, else its id.
    pub fn key(&self) -> &str {
        let id = self.id.as_ref().map(|id| id.value.as_str());
        self.handle().or(self.name()).or(id).unwrap_or_default()
    }

    /// Its handle, if the files name it.
    pub fn handle(&self) -> Option<&str> {
        self.handle.as_ref().map(|handle| handle.value.as_str())
    }

    /// Its name, if the files name it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|name| name.value.as_str())
    }

    /// Its id, if the files name it.
    pub fn id(&self) -> Option<&GroupId> {
        self.id.as_ref().map(|id| &id.value)
    }

    /// The service that it answers for.
    pub fn service(&self) -> Option<&ServiceId> {
        self.service.as_ref().map(|service| &service.value)
    }

    /// The slug of the GitHub team that has the same people.
    pub fn github(&self) -> Option<&TeamSlug> {
        self.github.as_ref().map(|github| &github.value.slug)
    }

    /// Whether the files say who is in it.
    pub fn says_who(&self) -> bool {
        self.users.is_some() || self.rotation.is_some() || !self.include.is_empty()
    }
}

impl Rotation {
    /// Whose turn it is, as a place in `users`, and whose it was before. Before the start it is the
    /// first one's turn.
    pub fn turn(&self, now: Timestamp, zone: &TimeZone) -> (usize, Option<usize>) {
        let Some(count) = i64::try_from(self.users.len()).ok().filter(|n| *n > 0) else {
            return (0, None);
        };
        let place = |turn: i64| usize::try_from(turn.rem_euclid(count)).unwrap_or(0);
        let turn = self.turns(now, zone);
        (place(turn), (turn > 0).then(|| place(turn - 1)))
    }

    /// When the turn changes next.
    fn next_turn(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        if self.users.len() < 2 {
            return None;
        }
        let turns = self.turns(now, zone).checked_add(1)?;
        let after = self.every.as_secs().checked_mul(turns)?;
        let start = self.start.beginning(zone);
        start.checked_add(SignedDuration::from_secs(after)).ok()
    }

    /// How many turns are over.
    fn turns(&self, now: Timestamp, zone: &TimeZone) -> i64 {
        let gone = now.duration_since(self.start.beginning(zone));
        gone.as_secs().max(0) / self.every.as_secs().max(1)
    }
}

/// The teams by what they are called.
pub(super) struct Called<'a> {
    handles: HashMap<&'a str, usize>,
    names: HashMap<&'a str, usize>,
}

impl<'a> Called<'a> {
    pub(super) fn of(spec: &'a Spec) -> Self {
        let (mut handles, mut names) = (HashMap::new(), HashMap::new());
        for (n, team) in spec.teams.iter().enumerate() {
            if let Some(handle) = team.value.handle() {
                handles.entry(handle).or_insert(n);
            }
            if let Some(name) = team.value.name() {
                names.entry(name).or_insert(n);
            }
        }
        Self { handles, names }
    }

    /// Which team has this handle, or else this name.
    pub(super) fn find(&self, called: &str) -> Option<usize> {
        let by_handle = self.handles.get(called);
        by_handle.or_else(|| self.names.get(called)).copied()
    }
}
