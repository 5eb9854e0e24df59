//! Reads an incident's issue again, and takes in what people did there.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::by_issue::DeclaredThere;
use super::record::{Read, renewed};
use crate::channel_name::ChannelName;
use crate::engine::intake::Trouble;
use crate::engine::{Engine, lock};
use crate::id::DoneKey;
use crate::incident::{Entry, fold};
use crate::mirror::Subject;

/// When to look again whether the channels were read.
const SOON: SignedDuration = SignedDuration::from_secs(2);

impl Engine {
    /// The incident whose issue has this number.
    fn by_number(&self, number: u64) -> Option<Arc<Case>> {
        let cases = self.cases();
        let is_it = |case: &&Arc<Case>| {
            let issue = case.incident.issue.as_ref();
            issue.is_some_and(|issue| issue.number == number)
        };
        cases.all.values().find(is_it).cloned()
    }

    /// The incident that an issue declared by its form, where that waits for GitHub still and only Slack
    /// has told of it: then its issue is not known.
    fn by_form(&self, read: &Read) -> Option<Arc<Case>> {
        let filled = read.form.as_ref()?;
        self.case(&filled.origin().key(0))
    }

    /// Whether this issue is that of an incident: known as such, or called by a channel's name and
    /// nothing else.
    pub(in crate::engine) fn is_an_incident(&self, subject: &Subject) -> bool {
        if subject.is_pull || self.0.parts.settings.postmortem_repo != subject.repo {
            return false;
        }
        let title = subject.title.trim().trim_start_matches('#');
        ChannelName::parse(title).is_ok() || self.by_number(subject.number).is_some()
    }

    /// Reads an issue of the postmortem repository, as GitHub has it now.
    pub(super) async fn read_issue(&self, number: u64, now: Timestamp) -> Result<(), Trouble> {
        let Some(read) = self.read_record(number).await? else {
            return Ok(());
        };
        let known = self.by_number(number).or_else(|| self.by_form(&read));
        let before = known.as_ref().map(|case| case.entries.as_slice());
        let entries = renewed(before.unwrap_or_default(), &read.entries, |_| false);
        let rules = self.rules_of(&entries).await;
        let form = read.form.is_some();
        match fold(&entries, &rules) {
            Some(incident) if !(form && incident.adopted) => {
                self.take_record(&incident.key, entries, &read, known, now)
                    .await
            }
            _ => self.take_declaration(read, now).await,
        }
    }

    /// What GitHub has of an incident, and what people told us there.
    async fn take_record(
        &self,
        key: &DoneKey,
        entries: Vec<Entry>,
        read: &Read,
        known: Option<Arc<Case>>,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        self.relearn(key, &entries, now).await?;
        if let Some(before) = known.filter(|case| case.incident.key != *key) {
            let other = &before.incident.key;
            self.0.parts.store.forget_incident(other).await?;
            self.cases().all.remove(other);
        }
        let Some(case) = self.case(key) else {
            return Ok(());
        };
        let said: Vec<Entry> = self.hear_comments(&case, &read.comments, now).await?;
        self.learn(key, &said, now).await?;
        if !read.ticked.is_empty()
            && let Some(case) = self.case(key)
        {
            let ticked = self.hear_ticks(&case, &read.ticked, None, now, now).await?;
            self.learn(key, &ticked, now).await?;
        }
        Ok(())
    }

    /// An issue that somebody opened with the form, or nothing of ours.
    async fn take_declaration(&self, read: Read, now: Timestamp) -> Result<(), Trouble> {
        let number = read.number;
        // It may have been declared before our database was lost: then its channel has taken the name,
        // and says so as soon as it is read.
        let any = lock(&self.0.directory).is_read();
        if read.form.is_some() && any && !self.knows_what_was_said(now).await? {
            return Err(Trouble::Early(now.saturating_add(SOON).unwrap_or(now)));
        }
        let unnamed = match self.declared_by_issue(read, now).await? {
            DeclaredThere::Nothing | DeclaredThere::Answered => return Ok(()),
            DeclaredThere::Record(entries) => {
                let rules = self.rules_of(&entries).await;
                if let Some(incident) = fold(&entries, &rules) {
                    self.relearn(&incident.key, &entries, now).await?;
                }
                return Ok(());
            }
            DeclaredThere::Declared(unnamed) => unnamed,
        };
        let name = match self.first_free_name(&unnamed.declaration, unnamed.at).await {
            Ok(name) => name,
            Err(error) => {
                tracing::error!(number, %error, "no channel can be named after this issue's service");
                return Ok(());
            }
        };
        let record = unnamed.record.clone();
        let mut entries = unnamed.named(&name);
        let Some(declared) = entries.first() else {
            return Ok(());
        };
        let key = declared.key.clone();
        entries.extend(self.playbook_entry(declared));
        self.relearn(&key, &record, now).await?;
        self.learn(&key, &entries, now).await?;
        Ok(())
    }
}
