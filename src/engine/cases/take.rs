//! What people do in Slack, taken in: what goes on record, and what they are answered.

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::hear::{Heard, Meant, Step, hear};
use super::in_slack::spoke;
use super::known::rows;
use super::owed::by_us;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::GitHubError;
use crate::i18n::incident::Saying;
use crate::id::{DoneKey, SlackUserId};
use crate::incident::{
    Command, Entry, Fact, Incident, Origin, Rules, UserError, What, Who, fold, interpret, view,
};
use crate::slack::inbound::{self, Door};
use crate::slack::{History, Method};
use crate::store::{Changes, Delivery};

/// How often it is noted that somebody speaks.
const SPEAKS_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// What follows from one request, as it is put together.
pub(super) struct Taking<'a> {
    pub(super) heard: &'a Heard,
    pub(super) received: Timestamp,
    pub(super) now: Timestamp,
    pub(super) changes: Changes,
    /// The incident that this request began.
    pub(super) begun: Option<DoneKey>,
    /// Entries that are new, by incident.
    pub(super) entries: Vec<(DoneKey, Entry)>,
    /// Whether anything has changed.
    pub(super) acted: bool,
}

impl Engine {
    /// Takes in a request of Slack's.
    pub(in crate::engine) async fn take_slack(
        &self,
        door: Door,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Changes, Trouble> {
        let inbound = inbound::read(door, &delivery.body)
            .map_err(|error| Trouble::Unreadable(error.to_string()))?;
        if door == Door::Event {
            self.take_slack_event(&delivery.body);
        }
        self.load_cases().await?;
        if self.snapshot().me.is_none() && self.identity().await.is_some() {
            self.publish();
        }
        let mut jobs = self.notice_groups(&inbound, now);
        jobs.extend(self.notice_press(&inbound, delivery.received, now));
        if !jobs.is_empty() {
            return Ok(Changes {
                messages: jobs,
                ..Changes::default()
            });
        }
        let snapshot = self.snapshot();
        let Some(heard) = hear(&inbound, &snapshot, delivery.received) else {
            return Ok(Changes::default());
        };
        let unknown = |meant: &Meant| matches!(meant, Meant::Refuse(UserError::NoIncident));
        if heard.meant.iter().any(unknown) && !self.knows_all(now).await? {
            // With a new database it may be one that GitHub has not told of yet.
            return Err(Trouble::GitHub(GitHubError::NotSent {
                why: "not all incidents are known yet".to_owned(),
            }));
        }
        let mut taking = Taking {
            heard: &heard,
            received: delivery.received,
            now,
            changes: Changes::default(),
            begun: None,
            entries: Vec::new(),
            acted: false,
        };
        for meant in &heard.meant {
            self.take_meant(meant, &mut taking).await?;
        }
        self.echo(&mut taking).await;
        let mut changes = taking.changes;
        for (incident, entry) in &taking.entries {
            let kept = rows(incident, std::slice::from_ref(entry), now);
            changes.entries.extend(kept);
        }
        Ok(changes)
    }

    async fn take_meant(&self, meant: &Meant, taking: &mut Taking<'_>) -> Result<(), Trouble> {
        let rules = self.rules_now();
        match meant {
            Meant::Greet { privately } => {
                let who = self.me_of(taking).await;
                let said = view::greeting(&who, &rules, rules.lang);
                self.answer(taking, "hi", &said, None, &rules, *privately);
            }
            Meant::Panel {
                incident,
                privately,
            } => {
                if let Some(case) = self.case(incident) {
                    let said = view::panel(&case.incident, &case.rules, case.rules.lang);
                    self.answer(taking, "panel", &said, Some(&case), &case.rules, *privately);
                }
            }
            Meant::Help => {
                let said = view::help(&rules, rules.lang);
                self.answer(taking, "help", &said, None, &rules, true);
            }
            Meant::Team { called } => {
                let asked = self.ask_for_team(taking.heard, called.as_deref(), taking.now);
                taking.changes.messages.extend(asked);
            }
            Meant::Ask(_) => {}
            Meant::Progress { step, place } => {
                let saying = match step {
                    Step::Filling => Saying::FillingForm,
                    Step::Preparing => Saying::Preparing,
                    Step::GaveUp => Saying::ClosedForm,
                };
                if let Some(place) = place {
                    let who = self.me_of(taking).await;
                    let said = view::progress(saying, &who, rules.lang);
                    let word = if *step == Step::Filling {
                        "filling"
                    } else {
                        "preparing"
                    };
                    self.say_there(taking, place, word, &said, None, &rules);
                }
            }
            Meant::Command {
                incident,
                command,
                origin,
            } => {
                let done = self
                    .follow_command(incident.as_ref(), command, origin, taking)
                    .await?;
                if let Err(error) = done {
                    self.refuse(taking, &error);
                }
            }
            Meant::Refuse(error) => self.refuse(taking, error),
            Meant::Spoke { incident } => self.note_that_they_spoke(incident, taking),
            Meant::Marked { incident, message } => {
                self.put_on_record(incident, message, taking).await?;
            }
            Meant::Unmarked { incident, note } => {
                let who = self.me_of(taking).await;
                let note = note.clone();
                let mut entry = by_us(
                    format!("un:{note}"),
                    Fact::Unmarked { note },
                    taking.received,
                );
                entry.who = who;
                entry.via = crate::incident::Via::Slack;
                taking.entries.push((incident.clone(), entry));
            }
            Meant::Archived => self.note(taking, "archived", Fact::Archived { reason: None }),
            Meant::Unarchived => self.note(taking, "unarchived", Fact::Unarchived),
            Meant::Renamed { name } => {
                if let Some(id) = taking.heard.channel.clone() {
                    let name = name.clone();
                    self.note(taking, "renamed", Fact::Channel { id, name });
                }
            }
            Meant::Home => self.show_home(taking).await,
            Meant::Joined { .. } => {}
        }
        Ok(())
    }

    /// A command: what it puts on record, or why not.
    async fn follow_command(
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
        match interpret(state.as_ref(), &command, &actor, received, &rules) {
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

    async fn named(&self, who: Who, now: Timestamp) -> Who {
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

    fn whole(&self, who: Who) -> Who {
        super::who::whole(who, &self.rules().people)
    }

    /// A declaration: a new incident, or the one that somebody else has just declared.
    async fn begin(
        &self,
        mut entries: Vec<Entry>,
        who: &Who,
        taking: &mut Taking<'_>,
    ) -> Result<(), Trouble> {
        let Some(entry) = entries.first_mut() else {
            return Ok(());
        };
        let What::Marked(Fact::Declared(declaration)) = &mut entry.what else {
            return Ok(());
        };
        let same = self.declared_just_now(declaration, taking.received);
        if let Some(case) = same.filter(|case| case.incident.key != entry.key) {
            // Two people saw the same: one incident, and both are in it.
            let key = case.incident.key.clone();
            let called = Fact::Called {
                people: vec![who.clone()],
                groups: Vec::new(),
                until_resolved: false,
            };
            let called = Entry {
                what: What::Marked(called),
                ..entry.clone()
            };
            taking.begun = Some(key.clone());
            taking.entries.push((key, called));
            let said = view::panel(&case.incident, &case.rules, case.rules.lang);
            self.answer(taking, "already", &said, Some(&case), &case.rules, true);
            return Ok(());
        }
        let name = self.first_free_name(declaration, taking.received).await;
        match name {
            Ok(name) => declaration.channel = Some(name),
            Err(error) => {
                return Err(Trouble::Unreadable(error.to_string()));
            }
        }
        let key = entry.key.clone();
        let playbook = self.playbook_entry(entry);
        taking.acted = true;
        taking.begun = Some(key.clone());
        let all = entries.into_iter().chain(playbook);
        taking.entries.extend(all.map(|entry| (key.clone(), entry)));
        Ok(())
    }

    /// Who acts, as far as it need be known to speak to them.
    pub(super) async fn me_of(&self, taking: &Taking<'_>) -> Who {
        match &taking.heard.who {
            Some(user) => self.whole(Who::in_slack(user.clone())),
            None => Who::default(),
        }
    }

    fn note_that_they_spoke(&self, incident: &DoneKey, taking: &mut Taking<'_>) {
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
    fn note(&self, taking: &mut Taking<'_>, word: &str, fact: Fact) {
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
            entry.via = crate::incident::Via::Slack;
        }
        taking.entries.push((incident.key.clone(), entry));
    }

    /// The message that somebody marked for the record.
    async fn put_on_record(
        &self,
        incident: &DoneKey,
        message: &super::ask::Spot,
        taking: &mut Taking<'_>,
    ) -> Result<(), Trouble> {
        let Some(said) = self.message_at(message, taking.now).await else {
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
        let text = match &said.link {
            Some(link) if !quote => link.clone(),
            _ => said.text,
        };
        let command = Command::Note {
            text,
            link: said.link,
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

    /// Shows somebody their Home tab. Should that fail, they open it again.
    async fn show_home(&self, taking: &Taking<'_>) {
        let Some(user) = &taking.heard.who else {
            return;
        };
        let snapshot = self.snapshot();
        let view = super::home::home(user, &snapshot).render(&super::ask::style(&snapshot));
        if self.may(Method::PublishView, taking.now).is_err() {
            return;
        }
        if let Err(error) = self.0.parts.slack.publish_home(user, None, &view).await {
            tracing::warn!(%error, "a Home tab was not shown");
        }
    }

    /// What somebody said in a message.
    async fn message_at(&self, message: &super::ask::Spot, now: Timestamp) -> Option<SaidThere> {
        self.may(Method::History, now).ok()?;
        let (channel, ts) = (&message.channel, &message.ts);
        let part = History {
            oldest: Some(ts),
            latest: Some(ts),
            inclusive: true,
            limit: 1,
            ..History::default()
        };
        let page = self.0.parts.slack.history(channel, part).await.ok()?;
        let mut found = page.messages.into_iter();
        let found = found.find(|found| found.ts == *ts)?;
        let me: SlackUserId = self.identity().await?.user_id;
        Some(SaidThere {
            text: inbound::plain(&inbound::words(&found.text), &me),
            link: self.0.parts.slack.permalink(channel, ts).await.ok(),
            author: found.user,
        })
    }
}

/// A message that was marked.
struct SaidThere {
    text: String,
    /// Its address.
    link: Option<String>,
    author: Option<SlackUserId>,
}
