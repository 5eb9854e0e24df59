//! What people do in Slack, taken in: what goes on record, and what they are answered.

use jiff::Timestamp;

use super::hear::{Heard, Meant, Step, hear};
use super::known::rows;
use crate::engine::Engine;
use crate::engine::intake::Trouble;
use crate::github::GitHubError;
use crate::i18n::incident::Saying;
use crate::id::DoneKey;
use crate::incident::{Entry, Fact, Who, view};
use crate::slack::inbound::{self, Door};
use crate::store::{Changes, Delivery};

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
        let mut taking = Taking {
            heard: &heard,
            received: delivery.received,
            now,
            changes: Changes::default(),
            begun: None,
            entries: Vec::new(),
            acted: false,
        };
        if self.is_put_off(&taking).await? {
            self.tell_to_wait(&mut taking).await?;
            return Err(Trouble::GitHub(GitHubError::NotSent {
                why: "not all incidents are known yet".to_owned(),
            }));
        }
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
            Meant::Ask(_) => self.tell_to_press_again(taking).await?,
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
                self.take_off_record(incident, note, taking).await
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

    /// Who acts, as far as it need be known to speak to them.
    pub(super) async fn me_of(&self, taking: &Taking<'_>) -> Who {
        match &taking.heard.who {
            Some(user) => self.whole(Who::in_slack(user.clone())),
            None => Who::default(),
        }
    }
}
