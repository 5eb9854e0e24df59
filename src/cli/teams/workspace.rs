//! Slack as a command meets it: one call after the other, at Slack's pace.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::cli::Failure;
use crate::clock::Clock;
use crate::config::TalkArgs;
use crate::engine::hands;
use crate::id::{ChannelId, GroupId};
use crate::slack::{Call, Method, Pace, Rates, Refusal, Slack, SlackError};
use crate::teams::{Action, Live, Plan, Spec};

/// How often a question without an answer is asked.
const TRIES: usize = 4;
/// How long is waited then.
const PAUSE: SignedDuration = SignedDuration::from_secs(3);

/// A Slack that is called at its pace.
pub(super) struct Workspace {
    slack: Slack,
    pace: Pace,
    clock: Clock,
}

impl Workspace {
    /// Nothing is called yet.
    pub(super) fn of(talk: &TalkArgs, clock: &Clock) -> Result<Self, Failure> {
        let settings = |error: crate::config::ConfigError| Failure::Settings(error.to_string());
        let groups_token = talk.usergroups_token().map_err(settings)?;
        let Some(talk) = talk.read().map_err(settings)? else {
            let said = "SLACK_BOT_TOKEN is not set; `teams check` needs none";
            return Err(Failure::Settings(said.to_owned()));
        };
        let slack = Slack::new(talk)
            .map_err(|error| Failure::Settings(format!("SLACK_API_URL: {error}")))?;
        Ok(Self {
            slack: slack.managing_groups_with(groups_token),
            pace: Pace::new(Rates::default()),
            clock: clock.clone(),
        })
    }

    async fn place_for(&mut self, method: Method) {
        let call = Call {
            method,
            channel: None,
        };
        while let Err(at) = self.pace.take(self.clock.now(), call) {
            self.clock.sleep_until(at).await;
        }
    }

    /// Waits where it is worth trying again; else gives what went wrong.
    async fn again(
        &mut self,
        error: &SlackError,
        method: Method,
        left: usize,
    ) -> Result<(), Failure> {
        let after = |span| {
            self.clock
                .now()
                .saturating_add(span)
                .unwrap_or(Timestamp::MAX)
        };
        let until = match error {
            SlackError::RateLimited { retry_after } => after(*retry_after),
            SlackError::Refused(Refusal::NotInPlan(_)) => {
                let said = "Slack: the workspace's plan has no user groups";
                return Err(Failure::Other(said.to_owned()));
            }
            error if error.may_pass() && left > 0 => after(PAUSE),
            error => return Err(Failure::when("Slack")(error)),
        };
        self.pace.blocked(method, until);
        Ok(())
    }

    /// Slack as it is now, as far as these files need it.
    pub(super) async fn live(&mut self, spec: &Spec) -> Result<Live, Failure> {
        let named = spec.teams.iter().any(|team| team.value.channels.is_some());
        let channels = match named {
            true => self.channels().await?,
            false => BTreeMap::new(),
        };
        self.with(channels).await
    }

    /// Slack as it is now, with all its channels.
    pub(super) async fn live_with_channels(&mut self) -> Result<Live, Failure> {
        let channels = self.channels().await?;
        self.with(channels).await
    }

    async fn with(&mut self, channels: BTreeMap<String, ChannelId>) -> Result<Live, Failure> {
        let mut live = Live {
            channels,
            ..Live::default()
        };
        for left in (0..TRIES).rev() {
            self.place_for(Method::Groups).await;
            match self.slack.groups_with_members().await {
                Ok(groups) => {
                    live.groups = groups.into_iter().map(hands::group).collect();
                    break;
                }
                Err(error) => self.again(&error, Method::Groups, left).await?,
            }
        }
        let (mut cursor, mut left) = (None, TRIES);
        loop {
            self.place_for(Method::Users).await;
            match self.slack.users(cursor.as_deref()).await {
                Ok(page) => {
                    let people = page.items.into_iter().map(hands::account);
                    live.people.extend(people.map(|it| (it.id.clone(), it)));
                    cursor = page.next_cursor;
                    if cursor.is_none() {
                        return Ok(live);
                    }
                }
                Err(error) => {
                    left -= 1;
                    self.again(&error, Method::Users, left).await?;
                }
            }
        }
    }

    async fn channels(&mut self) -> Result<BTreeMap<String, ChannelId>, Failure> {
        let (mut channels, mut cursor, mut left) = (BTreeMap::new(), None, TRIES);
        loop {
            self.place_for(Method::Channels).await;
            match self.slack.channels(cursor.as_deref()).await {
                Ok(page) => {
                    let open = page.items.into_iter().filter(|it| !it.is_archived);
                    channels.extend(open.map(|it| (it.name, it.id)));
                    cursor = page.next_cursor;
                    if cursor.is_none() {
                        return Ok(channels);
                    }
                }
                Err(error) => {
                    left -= 1;
                    self.again(&error, Method::Channels, left).await?;
                }
            }
        }
    }

    /// Does what a plan says, in order. Gives what Slack refused, by team; that stops no other team.
    ///
    /// # Errors
    /// When Slack does not answer; what was done shows when it is looked at again.
    pub(super) async fn perform(&mut self, plan: &Plan) -> Result<Vec<(String, String)>, Failure> {
        let mut made: BTreeMap<&str, GroupId> = BTreeMap::new();
        let mut refused: Vec<(String, String)> = Vec::new();
        for action in &plan.actions {
            let team = action.team();
            if refused.iter().any(|(other, _)| other == team) {
                continue;
            }
            let group = action.group().or_else(|| made.get(team)).cloned();
            if group.is_none() && !matches!(action, Action::Create { .. }) {
                continue;
            }
            // GitHub teams are the server's to see to; none was looked at.
            let Some(method) = hands::method(action) else {
                continue;
            };
            self.place_for(method).await;
            match hands::call(&self.slack, action, group.as_ref()).await {
                Ok(Some(new)) => drop(made.insert(team, new)),
                Ok(None) => {}
                Err(SlackError::Refused(why)) => refused.push((team.to_owned(), why.to_string())),
                // Whether it was done shows in a moment: the rest waits for that.
                Err(error) => {
                    self.again(&error, method, 1).await?;
                    return Ok(refused);
                }
            }
        }
        Ok(refused)
    }
}
