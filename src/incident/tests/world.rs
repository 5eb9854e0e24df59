//! A GitHub and a Slack as small as can be: they perform effects and answer with entries.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::channel_name::ChannelName;
use crate::i18n::Lang;
use crate::id::{DoneKey, RepoName, ServiceId};
use crate::incident::entry::native_key;
use crate::incident::{
    Actor, Command, Effect, Entry, Fact, Incident, Mark, Opened, Origin, Permission, Rules,
    Standing, Tell, Todo, UserError, Via, What, Who, deadline, due, fold, interpret, naming, owed,
    react, view,
};
use crate::playbook::{Called, ChannelRef, Playbook};

/// Whom everybody knows on both sides.
pub(super) fn person(name: &str) -> Who {
    Who {
        login: Some(name.into()),
        slack: Some(format!("U{}", name.to_uppercase()).into()),
        name: None,
    }
}

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The playbook of the tests: the services of the slides, two channels that are told.
pub(super) fn rules() -> Rules {
    let mut playbook = Playbook::default();
    let mut service = playbook.services.remove(0);
    for id in ["colorme", "sss"] {
        service.id = ServiceId::from(id);
        service.name = crate::playbook::Words::same(id);
        service.label.name = crate::playbook::Words::same(id);
        service.team = Some(format!("{id}-first").as_str().into());
        playbook.services.push(service.clone());
    }
    playbook.broadcast = vec![ChannelRef::Name("dev".to_owned())];
    playbook.levels[2].broadcast = vec![ChannelRef::Name("leaders".to_owned())];
    playbook.invite.groups = vec!["security".into()];
    Rules::new(Arc::new(playbook), Lang::Ja)
}

/// Which side a command is given on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Slack,
    GitHub,
}

pub(super) struct World {
    pub rules: Rules,
    pub now: Timestamp,
    pub timeline: Vec<Entry>,
    pub done: BTreeSet<DoneKey>,
    /// What was done, in order; with the time for what is said.
    pub log: Vec<String>,
    pub told: Vec<(Timestamp, Tell)>,
    pub github_is_up: bool,
    /// Which of the effects to come are lost: a crash before each one whose bit is set.
    pub crashes: u64,
    count: u64,
}

impl World {
    pub fn new(now: &str) -> Self {
        Self {
            rules: rules(),
            now: time(now),
            timeline: Vec::new(),
            done: BTreeSet::new(),
            log: Vec::new(),
            told: Vec::new(),
            github_is_up: true,
            crashes: 0,
            count: 0,
        }
    }

    pub fn incident(&self) -> Option<Incident> {
        fold(&self.timeline, &self.rules)
    }

    pub fn the(&self) -> Incident {
        self.incident().unwrap()
    }

    pub fn actor(&mut self, who: &str, side: Side) -> Actor {
        self.count += 1;
        let (standing, origin) = match side {
            Side::Slack => (
                Standing::Member,
                Origin::Slack {
                    channel: "C0000000001".into(),
                    ts: format!("{}.{:06}", self.now.as_second(), self.count)
                        .as_str()
                        .into(),
                },
            ),
            Side::GitHub => (
                Standing::GitHub(Permission::Triage),
                Origin::Comment {
                    id: self.count,
                    nth: 0,
                },
            ),
        };
        Actor {
            who: person(who),
            standing,
            called: Called::default(),
            origin,
        }
    }

    /// Gives a command.
    pub fn does(&mut self, who: &str, side: Side, command: &Command) -> Result<(), UserError> {
        let actor = self.actor(who, side);
        let state = self.incident();
        let mut command = command.clone();
        if let Command::Declare(declaration) = &mut command {
            let service = declaration.service.clone();
            let name = naming::first_free(
                &service,
                self.now,
                declaration.drill,
                &BTreeSet::new(),
                &self.rules,
            );
            declaration.channel = Some(name.unwrap().as_str().to_owned());
        }
        let entries = interpret(state.as_ref(), &command, &actor, self.now, &self.rules)?;
        for mut entry in entries {
            // The declaration goes into the text of the issue that we open.
            let declared = matches!(entry.what, What::Marked(Fact::Declared(_)));
            entry.recorded = self.github_is_up && !(declared && side == Side::Slack);
            self.record(entry);
        }
        Ok(())
    }

    /// Something that GitHub says by itself.
    pub fn native(&mut self, who: Option<&str>, what: What) {
        let repo = RepoName::from("pepabo/postmortem");
        let entry = Entry {
            key: native_key(&repo, 886, &what, self.now),
            at: self.now,
            who: who.map(person).unwrap_or_default(),
            via: if who.is_some() {
                Via::GitHub
            } else {
                Via::Sssbot
            },
            recorded: true,
            what,
        };
        self.record(entry);
    }

    /// Puts an entry on record, and does all that follows.
    pub fn record(&mut self, entry: Entry) {
        let mut queue = VecDeque::from([entry]);
        while let Some(entry) = queue.pop_front() {
            let before = self.incident();
            self.timeline.push(entry.clone());
            let Some(after) = self.incident() else {
                continue;
            };
            for effect in react(before.as_ref(), &after, &entry, &self.rules) {
                self.perform(&effect, &mut queue);
            }
        }
    }

    /// Lets time pass; at each deadline what is due is done.
    pub fn until(&mut self, then: &str) {
        let then = time(then);
        while let Some(next) = self.incident().and_then(|i| deadline(&i, &self.rules))
            && next <= then
        {
            self.now = self.now.max(next);
            assert!(self.look() > 0, "a deadline with nothing to do at {next}");
        }
        self.now = then;
    }

    /// Does what is due now, and says how much that was.
    pub fn look(&mut self) -> usize {
        let Some(incident) = self.incident() else {
            return 0;
        };
        let effects = due(&incident, &self.rules, self.now);
        for effect in &effects {
            let mut queue = VecDeque::new();
            self.perform(effect, &mut queue);
            for entry in queue {
                self.record(entry);
            }
        }
        effects.len()
    }

    /// Does what the record asks for and nobody has done.
    pub fn catch_up(&mut self) {
        for (_, effect) in owed(&self.timeline, &self.rules) {
            let mut queue = VecDeque::new();
            self.perform(&effect, &mut queue);
            for entry in queue {
                self.record(entry);
            }
        }
    }

    fn perform(&mut self, effect: &Effect, queue: &mut VecDeque<Entry>) {
        if effect.todo.is_on_github() && !self.github_is_up {
            return;
        }
        let crash = self.crashes & 1 == 1;
        self.crashes = self.crashes.rotate_right(1);
        if crash {
            return;
        }
        if !effect.todo.shows_state() && !self.done.insert(effect.key.clone()) {
            return;
        }
        self.log.push(effect.todo.to_string());
        let Some(incident) = self.incident() else {
            return;
        };
        let ours = |fact: Fact, key: String| {
            let mark = Mark {
                key: key.into(),
                at: self.now,
                who: Who::default(),
                via: Via::Sssbot,
                fact,
            };
            Entry::marked(mark, self.github_is_up)
        };
        match &effect.todo {
            Todo::OpenIssue => {
                let opened = Opened {
                    repo: "pepabo/postmortem".into(),
                    number: 886,
                    url: "https://github.example/pepabo/postmortem/issues/886".to_owned(),
                    title: incident.title(),
                    body: view::new_body(&incident, &self.rules),
                    ours: true,
                };
                for entry in &mut self.timeline {
                    entry.recorded = true;
                }
                queue.push_back(Entry {
                    key: "n:opened".into(),
                    at: self.now,
                    who: Who::default(),
                    via: Via::Sssbot,
                    recorded: true,
                    what: What::Opened(opened),
                });
            }
            Todo::Body => {
                let body = view::body(&incident, &self.rules);
                for entry in &mut self.timeline {
                    if let What::Opened(opened) = &mut entry.what {
                        opened.body = body.clone();
                    }
                }
            }
            Todo::Retitle => {
                let title = incident.title();
                self.queue(queue, What::Renamed { title });
            }
            Todo::Labels { add, remove } => {
                for label in add {
                    self.queue(queue, What::Labeled(label.clone()));
                }
                for label in remove {
                    self.queue(queue, What::Unlabeled(label.clone()));
                }
            }
            Todo::Assign { add, remove } => {
                for who in add {
                    self.queue(queue, What::Assigned(who.clone()));
                }
                for who in remove {
                    self.queue(queue, What::Unassigned(who.clone()));
                }
            }
            Todo::CloseIssue => self.queue(queue, What::Closed { reason: None }),
            Todo::ReopenIssue => self.queue(queue, What::Reopened),
            Todo::MakeChannel => {
                let name = ChannelName::parse(&incident.channel.name).unwrap();
                let id = "C0000000001".into();
                let name = name.as_str().to_owned();
                queue.push_back(ours(Fact::Channel { id, name }, "ch".to_owned()));
            }
            Todo::Broadcast { to, .. } => {
                let fact = Fact::Receipt {
                    of: effect.key.clone(),
                    channel: to.to_string(),
                    ts: None,
                };
                queue.push_back(ours(fact, format!("rc:{}", effect.key)));
            }
            Todo::Write(mark) => {
                // The comment of this key is edited.
                self.timeline.retain(|entry| entry.key != mark.key);
                queue.push_back(Entry::marked(mark.clone(), self.github_is_up));
            }
            Todo::Tell(tell) => self.told.push((self.now, tell.clone())),
            _ => {}
        }
    }

    fn queue(&self, queue: &mut VecDeque<Entry>, what: What) {
        let repo = RepoName::from("pepabo/postmortem");
        queue.push_back(Entry {
            key: native_key(&repo, 886, &what, self.now),
            at: self.now,
            who: Who::default(),
            via: Via::Sssbot,
            recorded: true,
            what,
        });
    }
}
