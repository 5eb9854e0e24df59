//! Incidents that begin on GitHub: an issue that somebody opens with the form, or whose title is the
//! name of a channel.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::answering::answer;
use super::record::{Filled, Read};
use crate::channel_name::ChannelName;
use crate::engine::Engine;
use crate::github::{GitHubError, Marker};
use crate::id::DoneKey;
use crate::incident::{
    Actor, Declaration, Entry, Fact, Rules, UserError, What, fold, form, interpret,
};

/// How long after it was filled in a form still calls people: one that was found later is history.
const FRESH: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What an issue of the postmortem repository declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum DeclaredThere {
    /// No incident.
    Nothing,
    /// An incident, and the record has it already: one that we declared, or one of before us whose
    /// title is the name of its channel.
    Record(Vec<Entry>),
    /// An incident that somebody declares by this issue.
    Declared(Unnamed),
    /// An incident that cannot be declared so. Its author was told what to mend; an issue that is
    /// edited is to be read again.
    Answered,
}

/// What goes on record of an incident that was declared by an issue, but for its channel's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Unnamed {
    /// What the issue has on record by itself.
    pub(in crate::engine) record: Vec<Entry>,
    /// What was said of it. The channel is named where the issue's title names one.
    pub(in crate::engine) declaration: Declaration,
    /// When the issue was opened: the day in the name.
    pub(in crate::engine) at: Timestamp,
    entries: Vec<Entry>,
}

impl Unnamed {
    /// The declaration and the detection, not on record yet, with this name for the channel where
    /// the issue's title names none.
    pub(in crate::engine) fn named(mut self, channel: &str) -> Vec<Entry> {
        for entry in &mut self.entries {
            if let What::Marked(Fact::Declared(declaration)) = &mut entry.what {
                let name = || channel.trim_start_matches('#').to_owned();
                declaration.channel.get_or_insert_with(name);
            }
        }
        self.entries
    }
}

impl Engine {
    /// What an issue of the postmortem repository declares, as it was just read. A form that makes no
    /// sense is answered once for each thing that is wrong with it.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub(in crate::engine) async fn declared_by_issue(
        &self,
        mut read: Read,
        now: Timestamp,
    ) -> Result<DeclaredThere, GitHubError> {
        let settings = &self.0.parts.settings;
        let rules = Rules::new(self.rules().playbook, settings.lang);
        let fresh = |filled: &Filled| filled.open && now.duration_since(filled.at) < FRESH;
        if let Some(filled) = read.form.take().filter(fresh) {
            return self.declare_by_form(read, &filled, &rules, now).await;
        }
        Ok(match fold(&read.entries, &rules) {
            Some(_) => DeclaredThere::Record(read.entries),
            None => DeclaredThere::Nothing,
        })
    }

    async fn declare_by_form(
        &self,
        read: Read,
        filled: &Filled,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<DeclaredThere, GitHubError> {
        let form = match form::read(&filled.body, rules, filled.at) {
            Ok(form) => form,
            Err(errors) => {
                self.answer_form(read.number, filled, &errors, rules)
                    .await?;
                return Ok(DeclaredThere::Answered);
            }
        };
        let actor = self
            .actor_on_github(&filled.author, &filled.who, filled.origin(), now)
            .await?;
        let (entries, errors) = declare(&read.entries, form, filled, &actor, rules);
        self.answer_form(read.number, filled, &errors, rules)
            .await?;
        let declared = entries.iter().find_map(|entry| match &entry.what {
            What::Marked(Fact::Declared(declaration)) => Some(declaration.clone()),
            _ => None,
        });
        Ok(match declared {
            Some(declaration) => DeclaredThere::Declared(Unnamed {
                record: read.entries,
                declaration,
                at: filled.at,
                entries,
            }),
            None => DeclaredThere::Answered,
        })
    }

    async fn answer_form(
        &self,
        number: u64,
        filled: &Filled,
        errors: &[UserError],
        rules: &Rules,
    ) -> Result<(), GitHubError> {
        if errors.is_empty() {
            return Ok(());
        }
        let say = |error: &UserError| error.say(rules.lang, rules.zone());
        let said: Vec<String> = errors.iter().map(say).collect();
        let marker = Marker::of(&answer_key(filled, &said));
        if filled.answers.contains(&marker.to_string()) {
            return Ok(());
        }
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let given = github.find_comment_with_marker(repo, number, &marker);
        if self.lookup_all(given).await?.is_some() {
            return Ok(());
        }
        let body = answer(&filled.author, &said, None);
        match self
            .lookup(github.comment(repo, number, &body, &marker))
            .await
        {
            Err(error @ (GitHubError::Refused { .. } | GitHubError::NotFound { .. })) => {
                tracing::warn!(number, %error, "not answered");
                Ok(())
            }
            other => other.map(drop),
        }
    }
}

/// What an answer is about: this issue, and just what is wrong with it. GitHub does not say when a
/// text was edited, and the same words twice help nobody.
fn answer_key(filled: &Filled, said: &[String]) -> DoneKey {
    let digest = hex::encode(Sha256::digest(said.join("\n").as_bytes()));
    let short = digest.get(..16).unwrap_or(&digest);
    DoneKey::new(format!("form:{}:{short}", filled.issue))
}

/// What goes on record by a form, and what its author is to be told. That a time is wrong keeps
/// nobody waiting: the incident is declared without it.
fn declare(
    record: &[Entry],
    mut form: form::Form,
    filled: &Filled,
    actor: &Actor,
    rules: &Rules,
) -> (Vec<Entry>, Vec<UserError>) {
    // The name and nothing else: what only mentions a channel is about another incident.
    let named = ChannelName::parse(&filled.title).ok();
    form.declaration.channel = named.map(|name| name.as_str().to_owned());
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    let mut state = None;
    for command in form.commands() {
        match interpret(state.as_ref(), &command, actor, filled.at, rules) {
            Ok(follows) => entries.extend(follows),
            Err(error) => {
                errors.push(error);
                if entries.is_empty() {
                    break;
                }
            }
        }
        let all: Vec<Entry> = record.iter().chain(&entries).cloned().collect();
        state = fold(&all, rules);
    }
    for (nth, entry) in entries.iter_mut().enumerate() {
        entry.key = actor.origin.key(nth);
    }
    (entries, errors)
}

#[cfg(test)]
mod tests;
