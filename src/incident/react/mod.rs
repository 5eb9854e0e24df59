//! What follows from an entry: what to say, whom to tell, and what must look otherwise now.

mod after;
mod looks;
mod owed;
mod turns;

use super::effect::{Effect, Tell, Todo};
use super::entry::{self, Entry, What};
use super::fact::Fact;
use super::rules::{News, Rules};
use super::state::Incident;
use crate::id::DoneKey;

pub use owed::owed;

/// What to do about an entry that made `before` into `after`, in this order. Everything is made
/// from the difference and keyed by what it is about, so an entry that comes late, twice or changes
/// nothing has no effect of its own.
pub fn react(
    before: Option<&Incident>,
    after: &Incident,
    entry: &Entry,
    rules: &Rules,
) -> Vec<Effect> {
    let mut out = Out {
        after,
        rules,
        effects: Vec::new(),
    };
    out.foundation(before);
    let new_channel = after.channel.id.is_some()
        && before.is_none_or(|before| before.channel.id != after.channel.id);
    if new_channel {
        out.channel_is_there();
    } else {
        out.turns(before);
    }
    out.statement(before, entry);
    out.aftermath(before);
    out.looks(before, entry);
    if after.archived.is_some() && before.is_none_or(|before| before.archived.is_none()) {
        out.archive();
    }
    out.effects
}

struct Out<'a> {
    after: &'a Incident,
    rules: &'a Rules,
    effects: Vec<Effect>,
}

impl Out<'_> {
    fn push(&mut self, about: &str, todo: Todo) {
        let key = DoneKey::new(format!("{about}:{}", self.after.key));
        self.effects.push(Effect { key, todo });
    }

    /// Something said once, about this.
    fn tell(&mut self, about: impl std::fmt::Display, tell: Tell) {
        let key = DoneKey::new(format!("say:{}:{about}", self.after.key));
        self.effects.push(Effect {
            key,
            todo: Todo::Tell(tell),
        });
    }

    /// The issue first, then the channel: what is half built is picked up here again.
    fn foundation(&mut self, before: Option<&Incident>) {
        let after = self.after;
        let fresh = before.is_none();
        if fresh && after.issue.is_none() && !after.by_issue {
            self.push("issue", Todo::OpenIssue);
        }
        if fresh && after.channel.id.is_none() {
            let todo = if after.adopted {
                Todo::FindChannel
            } else {
                Todo::MakeChannel
            };
            self.push("channel", todo);
        }
    }

    /// B, C, D and E1: the channel is there, so everybody comes.
    fn channel_is_there(&mut self) {
        let after = self.after;
        let id = after.channel.id.as_ref().map_or("", |id| id.as_str());
        if after.adopted || after.resolved.is_some() || after.archived.is_some() {
            return;
        }
        self.tell(format!("created:{id}"), Tell::Created);
        self.invite_named();
        for group in &after.called_groups {
            self.push(&format!("group:{group}"), Todo::InviteGroup(group.clone()));
        }
        let mut people = after.called.clone();
        after.creator.clone().add(&mut people);
        if let Some(handler) = &after.handler {
            handler.value.clone().add(&mut people);
        }
        if !people.is_empty() {
            self.push("people:first", Todo::InvitePeople(people));
        }
        self.broadcast(News::Declared, "declared", None);
        self.tell("situation", Tell::AskSituation);
        // What was said while there was no channel.
        self.turns(None);
    }

    /// D1 and D2: whom the playbook names for this service, type and level. Who was invited is not
    /// invited again, so a new level adds only its own.
    fn invite_named(&mut self) {
        let called = self.after.invited(self.rules);
        for group in called.groups {
            let todo = Todo::InviteGroup(group.to_string());
            self.push(&format!("group:{group}"), todo);
        }
        for name in called.people {
            self.push(&format!("person:{name}"), Todo::InviteNamed(name));
        }
    }

    /// What the entry itself says, where no state holds it.
    fn statement(&mut self, before: Option<&Incident>, entry: &Entry) {
        let What::Marked(fact) = &entry.what else {
            return;
        };
        if self.after.channel.id.is_none() || before.is_none() {
            return;
        }
        let by = entry.who.clone();
        let about = &entry.key;
        match fact {
            // What was only marked stands in the channel already.
            Fact::Note { .. } if about.as_str().contains(entry::MARKED) => {}
            Fact::Note { text, .. } => {
                let text = text.clone();
                self.tell(format!("note:{about}"), Tell::Noted { by, text });
            }
            Fact::Called { people, groups, .. } => {
                for group in groups {
                    self.push(&format!("group:{group}"), Todo::InviteGroup(group.clone()));
                }
                if !people.is_empty() {
                    let todo = Todo::InvitePeople(people.clone());
                    self.push(&format!("people:{about}"), todo);
                }
                let tell = Tell::Called {
                    by,
                    people: people.clone(),
                    groups: groups.clone(),
                };
                self.tell(format!("called:{about}"), tell);
            }
            Fact::Announced { text } => {
                let about = format!("announced:{about}");
                self.broadcast(News::Announced, &about, Some(text));
            }
            Fact::Receipt { of, channel, .. } => {
                let channel = channel.clone();
                self.tell(format!("told:{of}:{channel}"), Tell::Notified { channel });
            }
            _ => {}
        }
    }

    /// K1: after everything that is said.
    fn archive(&mut self) {
        if let Some(archived) = &self.after.archived
            && self.after.channel.id.is_some()
        {
            let about = format!("archive:{}", archived.at.as_second());
            self.push(&about, Todo::ArchiveChannel);
        }
    }

    fn broadcast(&mut self, news: News, about: &str, text: Option<&str>) {
        for to in self.after.told(self.rules) {
            let key = format!("bc:{}:{about}:{to}", self.after.key);
            self.effects.push(Effect {
                key: DoneKey::new(key),
                todo: Todo::Broadcast {
                    to: to.clone(),
                    news,
                    text: text.map(str::to_owned),
                },
            });
        }
    }
}
