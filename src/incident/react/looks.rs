//! What shows an incident: the topic, the card, and how its issue looks on GitHub.

use super::Out;
use crate::incident::effect::Todo;
use crate::incident::entry::{Entry, What};
use crate::incident::rules::Rules;
use crate::incident::state::Incident;
use crate::incident::view;
use crate::incident::who::{Via, Who};

impl Out<'_> {
    /// What shows the incident and shows it otherwise now.
    pub(super) fn looks(&mut self, before: Option<&Incident>, entry: &Entry) {
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
}

/// The labels to change. Only those of the playbook are ours: people's own stay.
pub(super) fn labels(incident: &Incident, rules: &Rules) -> Option<Todo> {
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
pub(super) fn assignees(incident: &Incident) -> Option<Todo> {
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

pub(super) fn wants_closing(incident: &Incident) -> bool {
    let open = incident.issue.as_ref().is_some_and(|issue| issue.open);
    open && incident.resolved.is_some()
}

pub(super) fn wants_reopening(incident: &Incident) -> bool {
    let closed = incident.issue.as_ref().is_some_and(|issue| !issue.open);
    closed && incident.resolved.is_none()
}
