//! Slack as it is: its groups, its people, its channels; and the GitHub teams that the files name.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Done, Halt, hands};
use crate::engine::{Engine, lock};
use crate::github::GitHubError;
use crate::id::{ChannelId, SlackUserId};
use crate::slack::{Channel, Method, Page, Refusal, SlackError, User};
use crate::teams::{Account, Group, Live, Organisation, Seen, Spec};

/// How long it is good who is in the workspace, and what channels there are. Somebody new is looked
/// for anew before a file is called wrong.
const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// The same where somebody is not among them.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// People and channels, and when they were read. Groups are read each time.
#[derive(Debug, Default)]
pub(super) struct Known {
    people: Option<(Timestamp, BTreeMap<SlackUserId, Account>)>,
    channels: Option<(Timestamp, BTreeMap<String, ChannelId>)>,
    half_people: Option<Half<BTreeMap<SlackUserId, Account>>>,
    half_channels: Option<Half<BTreeMap<String, ChannelId>>>,
    /// Whether these were read because somebody was not found.
    doubted: bool,
}

/// A list as far as it was read: a long one has more pages than Slack gives in a minute.
#[derive(Debug)]
struct Half<T> {
    begun: Timestamp,
    found: T,
    cursor: Option<String>,
}

impl<T: Default> Half<T> {
    /// Goes on with what was begun, unless that was too long ago.
    fn of(begun: Option<Self>, now: Timestamp) -> Self {
        let begun = begun.filter(|half| now.duration_since(half.begun) < KEPT);
        begun.unwrap_or_else(|| Self {
            begun: now,
            found: T::default(),
            cursor: None,
        })
    }
}

/// What there is of Slack.
pub(super) enum Workspace {
    /// This.
    Live(Box<Live>),
    /// It says no, for this reason.
    Closed(Why),
}

/// Why Slack does not show its groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// The plan has none.
    NotInPlan,
    /// In Slack's words.
    Refused(String),
}

impl Engine {
    /// Slack as it is now, as far as this needs it.
    pub(super) async fn workspace(&self, spec: &Spec, now: Timestamp) -> Done<Workspace> {
        let groups = match self.read_groups(now).await? {
            Ok(groups) => groups,
            Err(why) => return Ok(Workspace::Closed(why)),
        };
        let mut people = match self.read_people(KEPT, now).await? {
            Ok(people) => people,
            Err(why) => return Ok(Workspace::Closed(why)),
        };
        let mut members = groups.iter().flat_map(|group| &group.members);
        // Somebody new has a name, too.
        if members.any(|who| !people.contains_key(who))
            && let Ok(anew) = self.read_people(SOON, now).await?
        {
            people = anew;
        }
        let named = spec.teams.iter().any(|team| team.value.channels.is_some());
        let channels = match named {
            true => match self.read_channels(now).await? {
                Ok(channels) => channels,
                Err(why) => return Ok(Workspace::Closed(why)),
            },
            false => BTreeMap::new(),
        };
        Ok(Workspace::Live(Box::new(Live {
            groups,
            people,
            channels,
            bound: BTreeMap::new(),
            github: Some(self.organisation(spec, now).await?),
        })))
    }

    /// The organisation of the postmortem repository, as far as these files name teams of it.
    async fn organisation(&self, spec: &Spec, now: Timestamp) -> Done<Organisation> {
        let github = &self.0.parts.github;
        let org = self.0.parts.settings.postmortem_repo.owner();
        let mut teams = BTreeMap::new();
        for slug in spec.teams.iter().filter_map(|at| at.value.github()) {
            let seen = match github.team_members(org, slug).await {
                Ok(Some(team)) => Seen::Crew(hands::crew(team)),
                Ok(None) => Seen::Absent,
                Err(GitHubError::Refused { status, message }) => {
                    Seen::Closed(format!("GitHub {status}: {message}"))
                }
                Err(GitHubError::Unreadable { why }) => Seen::Closed(why),
                Err(error) => return self.asked(Err(error), now),
            };
            teams.insert(slug.clone(), seen);
        }
        Ok(Organisation {
            login: org.to_owned(),
            teams,
        })
    }

    /// Forgets who there is in Slack, because somebody was not found.
    pub(super) fn doubt_people(&self) {
        let mut seen = lock(&self.0.team_definitions.seen);
        seen.people = None;
        seen.channels = None;
        seen.doubted = true;
    }

    /// Whether who there is in Slack was read just now, or since that was doubted: with long lists
    /// a while passes in between. It is then no longer in doubt.
    pub(super) fn people_are_fresh(&self, now: Timestamp) -> bool {
        let mut seen = lock(&self.0.team_definitions.seen);
        let anew = std::mem::take(&mut seen.doubted);
        anew || seen.people.as_ref().is_some_and(|(at, _)| *at == now)
    }

    async fn read_groups(&self, now: Timestamp) -> Done<Result<Vec<Group>, Why>> {
        self.place_for(Method::Groups, now)?;
        let groups = self.0.parts.slack.groups_with_members().await;
        let groups = self.said_by_slack(groups, Method::Groups, now)?;
        Ok(groups.map(|all| all.into_iter().map(hands::group).collect()))
    }

    async fn read_people(
        &self,
        kept: SignedDuration,
        now: Timestamp,
    ) -> Done<Result<BTreeMap<SlackUserId, Account>, Why>> {
        if let Some((at, people)) = &lock(&self.0.team_definitions.seen).people
            && now.duration_since(*at) < kept
        {
            return Ok(Ok(people.clone()));
        }
        let begun = lock(&self.0.team_definitions.seen).half_people.take();
        let mut half = Half::of(begun, now);
        loop {
            let page = match self.people_page(half.cursor.as_deref(), now).await {
                Ok(Ok(page)) => page,
                Ok(Err(why)) => return Ok(Err(why)),
                Err(halt) => {
                    lock(&self.0.team_definitions.seen).half_people = Some(half);
                    return Err(halt);
                }
            };
            let accounts = page.items.into_iter().map(hands::account);
            half.found.extend(accounts.map(|it| (it.id.clone(), it)));
            half.cursor = page.next_cursor;
            if half.cursor.is_none() {
                break;
            }
        }
        lock(&self.0.team_definitions.seen).people = Some((now, half.found.clone()));
        Ok(Ok(half.found))
    }

    async fn people_page(
        &self,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Done<Result<Page<User>, Why>> {
        self.place_for(Method::Users, now)?;
        let page = self.0.parts.slack.users(cursor).await;
        self.said_by_slack(page, Method::Users, now)
    }

    async fn read_channels(
        &self,
        now: Timestamp,
    ) -> Done<Result<BTreeMap<String, ChannelId>, Why>> {
        if let Some((at, channels)) = &lock(&self.0.team_definitions.seen).channels
            && now.duration_since(*at) < KEPT
        {
            return Ok(Ok(channels.clone()));
        }
        let begun = lock(&self.0.team_definitions.seen).half_channels.take();
        let mut half = Half::of(begun, now);
        loop {
            let page = match self.channels_page(half.cursor.as_deref(), now).await {
                Ok(Ok(page)) => page,
                Ok(Err(why)) => return Ok(Err(why)),
                Err(halt) => {
                    lock(&self.0.team_definitions.seen).half_channels = Some(half);
                    return Err(halt);
                }
            };
            let open = page.items.into_iter().filter(|it| !it.is_archived);
            half.found.extend(open.map(|it| (it.name, it.id)));
            half.cursor = page.next_cursor;
            if half.cursor.is_none() {
                break;
            }
        }
        lock(&self.0.team_definitions.seen).channels = Some((now, half.found.clone()));
        Ok(Ok(half.found))
    }

    async fn channels_page(
        &self,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Done<Result<Page<Channel>, Why>> {
        self.place_for(Method::Channels, now)?;
        let page = self.0.parts.slack.channels(cursor).await;
        self.said_by_slack(page, Method::Channels, now)
    }

    /// Takes a place under Slack's limits.
    pub(super) fn place_for(&self, method: Method, now: Timestamp) -> Done<()> {
        self.may(method, now).map_err(Halt::Later)
    }

    /// What Slack says, or that it says no, or when to ask again.
    pub(super) fn said_by_slack<T>(
        &self,
        answer: Result<T, SlackError>,
        method: Method,
        now: Timestamp,
    ) -> Done<Result<T, Why>> {
        match answer {
            Ok(said) => Ok(Ok(said)),
            Err(SlackError::Refused(Refusal::NotInPlan(_))) => Ok(Err(Why::NotInPlan)),
            Err(SlackError::Refused(refusal)) => Ok(Err(Why::Refused(refusal.to_string()))),
            Err(error) => Err(Halt::Later(self.after(&error, method, now))),
        }
    }
}
