//! A command that is given in Slack: what it puts on record, with all that is known of those it names.

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::take::Taking;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::id::DoneKey;
use crate::incident::{Command, Incident, Origin, Rules, UserError, Who, fold, interpret};

/// How long a command that comes to nothing waits at most until the issue is read.
const WAITS_FOR_IT: SignedDuration = SignedDuration::from_secs(10);

impl Engine {
    /// A command: what it puts on record, or why not.
    pub(super) async fn follow_command(
        &self,
        incident: Option<&DoneKey>,
        command: &Command,
        origin: &Origin,
        taking: &mut Taking<'_>,
    ) -> Result<Result<(), UserError>, Trouble> {
        let Some(user) = taking.heard.who.clone() else {
            return Ok(Ok(()));
        };
        let (now, received) = (taking.now, taking.received);
        let key = incident.cloned().or_else(|| taking.begun.clone());
        let case = key.as_ref().and_then(|key| self.case(key));
        let verb = command.verb();
        let actor = self
            .actor_in_slack(&user, verb, case.as_deref(), origin.clone(), now)
            .await;
        let rules = case
            .as_ref()
            .map_or_else(|| self.rules_now(), |case| case.rules.clone());
        if let Command::Declare(_) = command {
            let declared = interpret(None, command, &actor, received, &rules);
            return match declared {
                Ok(entries) => self.begin(entries, &actor.who, taking).await.map(Ok),
                Err(error) => Ok(Err(error)),
            };
        }
        let state = self.state(key.as_ref(), case.as_deref(), taking, &rules);
        let command = self.whole_command(command.clone(), now).await;
        let followed = interpret(state.as_ref(), &command, &actor, received, &rules);
        let nothing = followed.as_ref().map_or(true, Vec::is_empty);
        // What makes no sense, or is so already, may be neither by what was just done on GitHub.
        if let Some(case) = case.filter(|_| nothing && now.duration_since(received) < WAITS_FOR_IT)
            && let Some(at) = self.is_read_by(&case, now).await?
        {
            return Err(Trouble::Early(at));
        }
        match followed {
            Ok(entries) => {
                if let Some(key) = key {
                    taking.acted |= !entries.is_empty();
                    let new = entries.into_iter().map(|entry| (key.clone(), entry));
                    taking.entries.extend(new);
                }
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// What an incident is with all that this request has said so far.
    fn state(
        &self,
        key: Option<&DoneKey>,
        case: Option<&Case>,
        taking: &Taking<'_>,
        rules: &Rules,
    ) -> Option<Incident> {
        let key = key?;
        let mut entries = case.map_or_else(Vec::new, |case| case.entries.clone());
        let new = taking
            .entries
            .iter()
            .filter(|(incident, _)| incident == key);
        entries.extend(new.map(|(_, entry)| entry.clone()));
        fold(&entries, rules)
    }

    /// A command with all that is known of everybody it names: their other half, and what people
    /// call them.
    async fn whole_command(&self, mut command: Command, now: Timestamp) -> Command {
        match &mut command {
            Command::HandOver(who) => *who = self.named(std::mem::take(who), now).await,
            Command::Call { people, .. } => {
                for who in people {
                    *who = self.named(std::mem::take(who), now).await;
                }
            }
            _ => {}
        }
        command
    }

    pub(super) async fn named(&self, who: Who, now: Timestamp) -> Who {
        let who = self.whole(who);
        match &who.slack {
            Some(user) if who.name.is_none() => {
                let known = self.member(user, now).await;
                Who {
                    name: known.map(|user| user.name),
                    ..who
                }
            }
            _ => who,
        }
    }

    pub(super) fn whole(&self, who: Who) -> Who {
        super::who::whole(who, &self.rules().people)
    }
}
