//! What follows from an entry: what to say, whom to tell, and what must look otherwise now.

use super::effect::{Effect, Tell, Todo};
use super::entry::{Entry, What};
use super::fact::{Fact, Moment};
use super::fold::{Folding, ordered};
use super::rules::{News, Rules};
use super::state::{Incident, Stated};
use super::view;
use super::who::{Via, Who};
use crate::id::DoneKey;

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
    out.looks(before, entry);
    if after.archived.is_some() && before.is_none_or(|before| before.archived.is_none()) {
        out.archive();
    }
    out.effects
}

/// Everything that this record ever asked for, with what was done since left out as far as the
/// record knows. It is what a sssbot that has lost its memory has to see to: the rest of what was
/// done is known by its keys, in Slack's metadata and in how the issue looks.
pub fn owed(timeline: &[Entry], rules: &Rules) -> Vec<Effect> {
    let mut folding = Folding::default();
    let mut before: Option<Incident> = None;
    let mut effects: Vec<Effect> = Vec::new();
    for entry in ordered(timeline) {
        folding.apply(entry, rules);
        let Some(after) = folding.incident(rules) else {
            continue;
        };
        for effect in react(before.as_ref(), &after, entry, rules) {
            // The last of what shows a state; the first of what is done once.
            match effects.iter().position(|known| known.key == effect.key) {
                Some(at) if effect.todo.shows_state() => {
                    effects.remove(at);
                    effects.push(effect);
                }
                Some(_) => {}
                None => effects.push(effect),
            }
        }
        before = Some(after);
    }
    let Some(now) = before else {
        return effects;
    };
    let told = |effect: &Effect| match &effect.todo {
        Todo::Broadcast { to, .. } => {
            let sent =
                |r: &super::state::Receipt| r.of == effect.key && r.channel == to.to_string();
            now.receipts.iter().any(sent)
        }
        Todo::OpenIssue => now.issue.is_some(),
        Todo::MakeChannel | Todo::FindChannel => now.channel.id.is_some(),
        Todo::Labels { .. } => labels(&now, rules).is_none(),
        Todo::Assign { .. } => assignees(&now).is_none(),
        Todo::CloseIssue => !wants_closing(&now),
        Todo::ReopenIssue => !wants_reopening(&now),
        Todo::ArchiveChannel => now.archived.is_none(),
        _ => false,
    };
    effects.retain(|effect| !told(effect));
    effects
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
        if after.issue.is_none() {
            if fresh {
                self.push("issue", Todo::OpenIssue);
            }
            // GitHub is away, and people see that nothing they do is lost.
            let more = before.map_or(0, |before| before.waiting.len()) < after.waiting.len();
            if more && after.channel.id.is_some() {
                let count = after.waiting.len();
                let last = after.waiting.last().map_or("", DoneKey::as_str);
                self.tell(format!("queued:{last}"), Tell::Queued { count });
            }
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

    /// What differs from before, in the order of an incident.
    fn turns(&mut self, before: Option<&Incident>) {
        let after = self.after;
        if after.channel.id.is_none() {
            return;
        }
        self.handler(before);
        self.level(before);
        for moment in Moment::ALL {
            self.moment(before, moment);
        }
        // The rest is no news where all is new.
        if let Some(before) = before {
            self.lesser(before);
        }
        let resolved_before = before.and_then(|before| before.resolved.as_ref());
        match (resolved_before, &after.resolved) {
            (None, Some(resolved)) => {
                let about = format!("resolved:{}", resolved.at.as_second());
                let by = resolved.by.clone();
                self.tell(&about, Tell::Resolved { by });
                self.broadcast(News::Resolved, &about, None);
            }
            (Some(resolved), None) => {
                let about = format!("reopened:{}", resolved.at.as_second());
                let by = Who::default();
                self.tell(about, Tell::Reopened { by });
            }
            _ => {}
        }
    }

    fn handler(&mut self, before: Option<&Incident>) {
        let after = self.after;
        let led = before.and_then(|before| before.handler.as_ref());
        let Some(handler) = &after.handler else {
            if let Some(led) = led {
                let about = format!("no-handler:{}", led.at.as_second());
                self.tell(about, Tell::NoHandler);
            }
            return;
        };
        if led.is_some_and(|led| led.value.is(&handler.value)) {
            return;
        }
        let about = format!("handler:{}", handler.at.as_second());
        self.tell(about, Tell::HandlerIs(handler.value.clone()));
        let first = before.is_none_or(|before| before.first_handler.is_none());
        let calm = after.phase() >= super::state::Phase::Recovered;
        if first && !calm {
            if after.time(Moment::Detected).is_none() {
                self.tell("detection", Tell::AskDetection);
            }
            self.tell("chat-or-video", Tell::ChatOrVideo);
        }
    }

    fn level(&mut self, before: Option<&Incident>) {
        let after = self.after;
        let was = before.and_then(|before| before.level.as_ref());
        match (was, &after.level) {
            (Some(was), Some(level)) if was.value == level.value => {}
            (_, Some(level)) => {
                let about = format!("level:{}:{}", level.value, level.at.as_second());
                let tell = Tell::LevelIs {
                    level: level.value,
                    by: level.by.clone(),
                };
                self.tell(&about, tell);
                self.invite_named();
                self.broadcast(News::Level, &about, None);
                let known = self.rules.level(level.value);
                if known.is_some_and(|known| !known.checklist.is_empty()) {
                    let tell = Tell::Checklist { level: level.value };
                    self.tell(format!("checklist:{}", level.value), tell);
                }
            }
            (Some(was), None) => {
                let about = format!("no-level:{}", was.at.as_second());
                self.tell(about, Tell::NoLevel);
            }
            (None, None) => {}
        }
    }

    fn moment(&mut self, before: Option<&Incident>, moment: Moment) {
        let after = self.after;
        let was = before.and_then(|before| before.times.get(&moment));
        let word = moment.word();
        match (was, after.times.get(&moment)) {
            (None, Some(stated)) => {
                let (time, by) = (stated.value.time, stated.by.clone());
                let about = format!("{word}:{}", time.as_microsecond());
                if moment == Moment::Recovered {
                    self.tell(&about, Tell::Recovered { by });
                    let about = format!("{word}:{}", stated.at.as_second());
                    self.broadcast(News::Recovered, &about, None);
                } else {
                    self.tell(about, Tell::MomentIs { moment, time, by });
                }
            }
            (Some(was), Some(stated)) if was.value.time != stated.value.time => {
                let tell = Tell::Corrected {
                    moment,
                    from: was.value.time,
                    to: stated.value.time,
                    by: stated.by.clone(),
                };
                self.tell(
                    format!("{word}:{}", stated.value.time.as_microsecond()),
                    tell,
                );
            }
            (Some(was), None) => {
                let about = format!("no-{word}:{}", was.value.time.as_microsecond());
                self.tell(about, Tell::Withdrawn { moment });
            }
            _ => {}
        }
    }

    /// What is told in the channel and nowhere else.
    fn lesser(&mut self, before: &Incident) {
        let after = self.after;
        fn changed<'a, T: PartialEq>(
            was: Option<&Stated<T>>,
            is: Option<&'a Stated<T>>,
        ) -> Option<&'a Stated<T>> {
            is.filter(|is| was.is_none_or(|was| was.value != is.value))
        }
        if let Some(feeling) = changed(before.feeling.as_ref(), after.feeling.as_ref()) {
            let tell = Tell::FeelingIs {
                feeling: feeling.value.clone(),
                by: feeling.by.clone(),
            };
            self.tell(format!("feeling:{}", feeling.at.as_second()), tell);
        }
        if let Some(summary) = changed(Some(&before.summary), Some(&after.summary)) {
            let by = summary.by.clone();
            self.tell(
                format!("summary:{}", summary.at.as_microsecond()),
                Tell::SummaryIs { by },
            );
        }
        let service = changed(Some(&before.service), Some(&after.service));
        let kind = changed(before.kind.as_ref(), after.kind.as_ref());
        let service = service.map(|stated| (stated.at, stated.by.clone()));
        let kind = kind.map(|stated| (stated.at, stated.by.clone()));
        if let Some((at, by)) = service.or(kind) {
            self.tell(
                format!("class:{}", at.as_second()),
                Tell::Reclassified { by },
            );
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
            Fact::Note { text, .. } => {
                let text = text.clone();
                self.tell(format!("note:{about}"), Tell::Noted { by, text });
            }
            Fact::Called { people, groups } => {
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

    /// What shows the incident and shows it otherwise now.
    fn looks(&mut self, before: Option<&Incident>, entry: &Entry) {
        let (after, rules) = (self.after, self.rules);
        let lang = rules.lang;
        if after.channel.id.is_some() && after.archived.is_none() {
            let topic = |incident: &Incident| view::topic(incident, rules, lang);
            if before.is_none_or(|b| b.channel.id.is_none() || topic(b) != topic(after)) {
                self.push("topic", Todo::Topic);
            }
        }
        if after.channel.id.is_some() {
            let card = |incident: &Incident| view::card(incident, rules, lang);
            if before.is_none_or(|b| b.channel.id.is_none() || card(b) != card(after)) {
                self.push("card", Todo::Card);
            }
        }
        let Some(issue) = &after.issue else {
            return;
        };
        // What was there before us stays as people made it, until they tell us something.
        let told_us = matches!(entry.what, What::Marked(_)) && entry.via != Via::Sssbot;
        if after.adopted && !told_us {
            return;
        }
        // Only when the channel has a new name: a title that people changed is theirs.
        let renamed = before.is_none_or(|before| before.channel != after.channel);
        if renamed && !after.adopted && !view::names_channel(&issue.title, &after.channel.name) {
            self.push("title", Todo::Retitle);
        }
        if !after.adopted && !view::body_is_current(&issue.body, after, rules) {
            self.push("body", Todo::Body);
        }
        if let Some(todo) = labels(after, rules) {
            self.push("labels", todo);
        }
        if let Some(todo) = assignees(after) {
            self.push("assignees", todo);
        }
        if wants_closing(after) {
            self.push("open", Todo::CloseIssue);
        } else if wants_reopening(after) {
            self.push("open", Todo::ReopenIssue);
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

/// The labels to change. Only those of the playbook are ours: people's own stay.
fn labels(incident: &Incident, rules: &Rules) -> Option<Todo> {
    let issue = incident.issue.as_ref()?;
    let wanted = incident.labels(rules);
    let add: Vec<String> = wanted
        .iter()
        .filter(|label| rules.lacks(&issue.labels, label))
        .cloned()
        .collect();
    let other = |label: &&String| {
        let means = rules.label_states(label);
        means.is_some() && !wanted.iter().any(|w| rules.label_states(w) == means)
    };
    let remove: Vec<String> = issue.labels.iter().filter(other).cloned().collect();
    (!add.is_empty() || !remove.is_empty()).then_some(Todo::Labels { add, remove })
}

/// The assignees to change: the handler is one; who was the handler is none any more. Others whom
/// people have assigned stay.
fn assignees(incident: &Incident) -> Option<Todo> {
    let issue = incident.issue.as_ref()?;
    let assigned = |who: &Who| issue.assignees.iter().any(|a| a.is(who));
    let handler = incident.handler.as_ref();
    let add: Vec<Who> = handler
        .map(|handler| &handler.value)
        .filter(|who| who.login.is_some() && !assigned(who))
        .cloned()
        .into_iter()
        .collect();
    let leads = |who: &Who| handler.is_some_and(|handler| handler.value.is(who));
    let remove: Vec<Who> = incident
        .led
        .iter()
        .filter(|who| !leads(who) && assigned(who))
        .cloned()
        .collect();
    (!add.is_empty() || !remove.is_empty()).then_some(Todo::Assign { add, remove })
}

fn wants_closing(incident: &Incident) -> bool {
    let open = incident.issue.as_ref().is_some_and(|issue| issue.open);
    open && incident.resolved.is_some()
}

fn wants_reopening(incident: &Incident) -> bool {
    let closed = incident.issue.as_ref().is_some_and(|issue| !issue.open);
    closed && incident.resolved.is_none()
}
