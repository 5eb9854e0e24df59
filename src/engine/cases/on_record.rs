//! What goes on record because of what happens in an incident's channel, without a command: that
//! somebody speaks, what becomes of the channel, and which messages are marked.

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::ask::Spot;
use super::in_slack::spoke;
use super::owed::by_us;
use super::take::Taking;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::id::{DoneKey, SlackUserId};
use crate::incident::{Command, Fact, Via, Who};
use crate::slack::inbound;
use crate::slack::{History, HistoryMessage, Method, SlackError};

/// How often it is noted that somebody speaks.
const SPEAKS_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// A message that was marked.
struct SaidThere {
    text: String,
    /// Its address.
    link: String,
    author: Option<SlackUserId>,
}

impl Engine {
    pub(super) fn note_that_they_spoke(&self, incident: &DoneKey, taking: &mut Taking<'_>) {
        let (Some(user), Some(case)) = (&taking.heard.who, self.case(incident)) else {
            return;
        };
        let who = self.whole(Who::in_slack(user.clone()));
        let new = spoke(who, taking.received);
        let known = case.entries.iter().find(|entry| entry.key == new.key);
        let pressed = taking.heard.pressed.is_some();
        let lately = known.filter(|_| !pressed);
        let lately = lately.is_some_and(|entry| new.at.duration_since(entry.at) < SPEAKS_EVERY);
        if !lately {
            taking.entries.push((incident.clone(), new));
        }
    }

    /// What happened to an incident's channel goes on record, with who did it.
    pub(super) fn note(&self, taking: &mut Taking<'_>, word: &str, fact: Fact) {
        let channel = taking.heard.channel.as_ref();
        let snapshot = self.snapshot();
        let Some(case) = channel.and_then(|channel| snapshot.in_channel(channel)) else {
            return;
        };
        let incident = &case.incident;
        let me = snapshot.me.as_ref().map(|me| &me.user_id);
        let by_us_all = taking.heard.who.as_ref() == me;
        let known = match &fact {
            Fact::Archived { .. } => incident.archived.is_some(),
            Fact::Unarchived => incident.archived.is_none(),
            Fact::Channel { name, .. } => incident.channel.name == *name,
            _ => false,
        };
        if known || by_us_all {
            return;
        }
        let key = format!("{word}:{}", taking.heard.origin.key(0));
        let mut entry = by_us(key, fact, taking.received);
        if let Some(user) = &taking.heard.who {
            entry.who = self.whole(Who::in_slack(user.clone()));
            entry.via = Via::Slack;
        }
        taking.entries.push((incident.key.clone(), entry));
    }

    /// The message that somebody marked for the record.
    pub(super) async fn put_on_record(
        &self,
        incident: &DoneKey,
        message: &Spot,
        taking: &mut Taking<'_>,
    ) -> Result<(), Trouble> {
        let Some(said) = self.message_at(message, taking.now).await? else {
            return Ok(());
        };
        let quote = |case: &Case| case.rules.playbook.postmortem.quote;
        let quote = self.case(incident).is_some_and(|case| quote(&case));
        let (user, now) = (said.author, taking.now);
        let author = match user {
            Some(user) => self.named(self.whole(Who::in_slack(user)), now).await,
            None => Who::default(),
        };
        // What a message says leaves Slack only where the playbook lets it.
        let text = if quote { said.text } else { said.link.clone() };
        let command = Command::Note {
            text,
            link: Some(said.link),
            author,
        };
        let origin = taking.heard.origin.clone();
        let done = self
            .follow_command(Some(incident), &command, &origin, taking)
            .await?;
        if let Err(error) = done {
            self.refuse(taking, &error);
        }
        Ok(())
    }

    /// Somebody took back that a message is on record.
    pub(super) async fn take_off_record(
        &self,
        incident: &DoneKey,
        note: &DoneKey,
        taking: &mut Taking<'_>,
    ) {
        let fact = Fact::Unmarked { note: note.clone() };
        let mut entry = by_us(format!("un:{note}"), fact, taking.received);
        entry.who = self.me_of(taking).await;
        entry.via = Via::Slack;
        taking.entries.push((incident.clone(), entry));
    }

    /// What somebody said in a message; `None` where there is no such message any more.
    ///
    /// # Errors
    /// When Slack does not show it now. Without its address nothing of it is known: what it says may
    /// not be meant to leave Slack.
    async fn message_at(
        &self,
        message: &Spot,
        now: Timestamp,
    ) -> Result<Option<SaidThere>, Trouble> {
        let (channel, ts) = (&message.channel, &message.ts);
        let part = History {
            oldest: Some(ts),
            latest: Some(ts),
            inclusive: true,
            limit: 1,
            ..History::default()
        };
        let slack = &self.0.parts.slack;
        let page = self.look_up_in_slack(Method::History, slack.history(channel, part), now);
        let is_it = |found: &HistoryMessage| found.ts == *ts;
        let mut found = page.await?.messages.into_iter().find(is_it);
        if found.is_none() {
            // An answer in a thread stands in no history. What begins the thread comes with it.
            let part = History { limit: 2, ..part };
            let thread = slack.replies(channel, ts, part);
            let page = self.look_up_in_slack(Method::Replies, thread, now);
            found = page.await?.messages.into_iter().find(is_it);
        }
        let Some(found) = found else {
            return Ok(None);
        };
        let link = self.look_up_in_slack(Method::Permalink, slack.permalink(channel, ts), now);
        let link = link.await?;
        let Some(me) = self.identity().await else {
            let error = SlackError::NotSent {
                why: "it is not known who we are there".to_owned(),
            };
            return Err(self.not_shown(&error, Method::AuthTest, now));
        };
        Ok(Some(SaidThere {
            text: inbound::plain(&inbound::words(&found.text), &me.user_id),
            link,
            author: found.user,
        }))
    }

    /// What Slack shows when it is asked, in its turn.
    pub(super) async fn look_up_in_slack<T>(
        &self,
        method: Method,
        asked: impl Future<Output = Result<T, SlackError>>,
        now: Timestamp,
    ) -> Result<T, Trouble> {
        if let Err(until) = self.may(method, now) {
            let why = "too much is asked of it just now".to_owned();
            return Err(Trouble::Slack { why, until });
        }
        asked
            .await
            .map_err(|error| self.not_shown(&error, method, now))
    }

    fn not_shown(&self, error: &SlackError, method: Method, now: Timestamp) -> Trouble {
        match error {
            SlackError::Refused(why) => Trouble::Unreadable(format!("Slack refuses: {why}")),
            error => Trouble::Slack {
                why: error.to_string(),
                until: self.after(error, method, now),
            },
        }
    }
}
