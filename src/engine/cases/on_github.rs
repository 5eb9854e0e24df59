//! What is owed on GitHub, done: each thing once, and none undone that people did meanwhile.

mod marks;

use jiff::{SignedDuration, Timestamp};

use super::Case;
use crate::engine::Engine;
use crate::github::{GitHubError, Issue, IssueChange, IssueState, Marker, NewIssue, RepoLabel};
use crate::id::{DoneKey, Login, RepoName};
use crate::incident::entry::native_key;
use crate::incident::{Entry, Incident, Opened, Rules, Todo, Via, What, Who, view};

/// How far our clock may be ahead of GitHub's, where an issue is looked for that we may have opened.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(1);

impl Engine {
    /// Does one thing on GitHub and gives what the record holds of it from now on, so that the case
    /// is right before it is read again: the next reading of the record puts GitHub's own times in
    /// its place. May be repeated, whatever became of the first try; what stands there already is
    /// left as it is.
    ///
    /// # Errors
    /// When it is not done, or nobody can tell; [`GitHubError::NotSent`], too, while there is no
    /// issue yet.
    pub(in crate::engine) async fn do_on_github(
        &self,
        case: &Case,
        key: &DoneKey,
        todo: &Todo,
        now: Timestamp,
    ) -> Result<Vec<Entry>, GitHubError> {
        let repo = &self.0.parts.settings.postmortem_repo;
        if *todo == Todo::OpenIssue {
            return self.open_issue(case, key, repo, now).await;
        }
        let Some(issue) = &case.incident.issue else {
            return Err(GitHubError::NotSent {
                why: "the incident has no issue yet".to_owned(),
            });
        };
        let at = There {
            repo,
            number: issue.number,
            now,
        };
        match todo {
            Todo::Retitle => self.retitle(case, &at).await,
            Todo::Body => self.rewrite(case, &at).await,
            Todo::Labels { add, remove } => self.relabel(case, &at, add, remove).await,
            Todo::Assign { add, remove } => self.reassign(&at, add, remove).await,
            Todo::CloseIssue => {
                let reason = Some("completed".to_owned());
                self.set_state(&at, IssueState::Completed, What::Closed { reason })
                    .await
            }
            Todo::ReopenIssue => self.set_state(&at, IssueState::Open, What::Reopened).await,
            Todo::Write(mark) => self.write_mark(case, &at, mark).await,
            Todo::OpenPostmortem => self.open_postmortem(case, key, repo, now).await,
            Todo::Draft => self.keep_draft(case, repo).await,
            Todo::FollowUp => self.follow_up(case, repo, now).await,
            // Done in Slack; nobody asks us.
            _ => Ok(Vec::new()),
        }
    }

    /// Opens the issue, or finds the one that was opened when the answer was lost: it carries a mark
    /// made of the key.
    async fn open_issue(
        &self,
        case: &Case,
        key: &DoneKey,
        repo: &RepoName,
        now: Timestamp,
    ) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let (incident, rules) = (&case.incident, &case.rules);
        let marker = Marker::of(key);
        let since = incident.declared.saturating_sub(CLOCKS_DIFFER);
        let since = since.unwrap_or(incident.declared);
        let found = self.lookup_all(github.find_issue_with_marker(repo, &marker, since));
        let issue = match found.await? {
            Some(issue) => issue,
            None => {
                let labels: Vec<String> = incident.labels(rules).into_iter().collect();
                self.make_labels(rules, repo, &labels).await?;
                let (title, body) = (incident.title(), view::new_body(incident, rules));
                let handler = incident.handler.as_ref();
                let assignees: Vec<Login> = handler
                    .and_then(|handler| handler.value.login.clone())
                    .into_iter()
                    .collect();
                let new = NewIssue {
                    title: &title,
                    body: &body,
                    labels: &labels,
                    assignees: &assignees,
                };
                let made = self.lookup(github.create_issue(repo, &new, &marker)).await;
                match made {
                    // An assignee whom GitHub does not take must not stand in the way.
                    Err(GitHubError::Refused { status: 422, .. }) if !assignees.is_empty() => {
                        let new = NewIssue {
                            assignees: &[],
                            ..new
                        };
                        self.lookup(github.create_issue(repo, &new, &marker))
                            .await?
                    }
                    made => made?,
                }
            }
        };
        Ok(as_opened(&issue, repo, self.rules().people.as_ref(), now))
    }

    async fn retitle(&self, case: &Case, at: &There<'_>) -> Result<Vec<Entry>, GitHubError> {
        let title = case.incident.title();
        let change = IssueChange {
            title: Some(&title),
            ..IssueChange::default()
        };
        let github = &self.0.parts.github;
        let edited = self.lookup(github.edit_issue(at.repo, at.number, &change));
        let when = edited.await?.updated_at;
        Ok(vec![at.shows(What::Renamed { title }, when)])
    }

    /// Makes the managed block current in the text as it is now. What people ticked in it and nobody
    /// has heard yet stays ticked, so that it is heard.
    async fn rewrite(&self, case: &Case, at: &There<'_>) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let mut issue = self.lookup(github.issue(at.repo, at.number)).await?;
        if let Some(body) = body_to_be(&case.incident, &issue.body, &case.rules) {
            let change = IssueChange {
                body: Some(&body),
                ..IssueChange::default()
            };
            let edit = github.edit_issue(at.repo, at.number, &change);
            issue = self.lookup(edit).await?;
        }
        let opened = case.entries.iter().find_map(|entry| {
            let What::Opened(opened) = &entry.what else {
                return None;
            };
            let opened = Opened {
                body: issue.body.clone(),
                ..opened.clone()
            };
            Some(Entry {
                what: What::Opened(opened),
                ..entry.clone()
            })
        });
        Ok(opened.into_iter().collect())
    }

    async fn relabel(
        &self,
        case: &Case,
        at: &There<'_>,
        add: &[String],
        remove: &[String],
    ) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let mut entries = Vec::new();
        if !add.is_empty() {
            self.make_labels(&case.rules, at.repo, add).await?;
            self.lookup(github.add_labels(at.repo, at.number, add))
                .await?;
            let labeled = add.iter().cloned().map(What::Labeled);
            entries.extend(labeled.map(|what| at.shows(what, None)));
        }
        for label in remove {
            self.lookup(github.remove_label(at.repo, at.number, label))
                .await?;
            entries.push(at.shows(What::Unlabeled(label.clone()), None));
        }
        Ok(entries)
    }

    /// Makes those of these labels that the repository lacks and the playbook knows, in the
    /// playbook's colours: those that GitHub makes by itself are grey.
    pub(super) async fn make_labels(
        &self,
        rules: &Rules,
        repo: &RepoName,
        names: &[String],
    ) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let known = rules.playbook.all_labels();
        let there = self.lookup(github.labels(repo)).await?.items;
        for name in names {
            let lower = name.to_lowercase();
            if there.iter().any(|label| label.name.to_lowercase() == lower) {
                continue;
            }
            let Some(label) = known.iter().find(|label| label.is_called(name)) else {
                continue;
            };
            let label = RepoLabel {
                name: name.clone(),
                color: label.colour.as_str().to_owned(),
                description: label.description.say(rules.lang).to_owned(),
            };
            self.lookup(github.create_label(repo, &label)).await?;
        }
        Ok(())
    }

    /// Whom GitHub does not let be responsible is left out without a word.
    async fn reassign(
        &self,
        at: &There<'_>,
        add: &[Who],
        remove: &[Who],
    ) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let logins = |people: &[Who]| -> Vec<Login> {
            let logins = people.iter().filter_map(|who| who.login.clone());
            logins.collect()
        };
        let mut entries = Vec::new();
        let these = logins(add);
        if !these.is_empty() {
            let now = match self.lookup(github.assign(at.repo, at.number, &these)).await {
                Ok(assigned) => assigned.now,
                Err(GitHubError::Refused { status: 422, .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            let is_on = |who: &&Who| {
                now.iter()
                    .any(|login| who.is(&Who::on_github(login.clone())))
            };
            let assigned = add.iter().filter(is_on).cloned().map(What::Assigned);
            entries.extend(assigned.map(|what| at.shows(what, None)));
        }
        let these = logins(remove);
        if !these.is_empty() {
            self.lookup(github.unassign(at.repo, at.number, &these))
                .await?;
            let gone = remove.iter().filter(|who| who.login.is_some()).cloned();
            entries.extend(gone.map(|who| at.shows(What::Unassigned(who), None)));
        }
        Ok(entries)
    }

    async fn set_state(
        &self,
        at: &There<'_>,
        state: IssueState,
        what: What,
    ) -> Result<Vec<Entry>, GitHubError> {
        let change = IssueChange {
            state: Some(state),
            ..IssueChange::default()
        };
        let github = &self.0.parts.github;
        let edited = self.lookup(github.edit_issue(at.repo, at.number, &change));
        let when = edited.await?.updated_at;
        Ok(vec![at.shows(what, when)])
    }
}

/// The issue of an incident.
struct There<'a> {
    repo: &'a RepoName,
    number: u64,
    now: Timestamp,
}

impl There<'_> {
    /// What GitHub shows of something that we did there, at its own time where that is known.
    fn shows(&self, what: What, at: Option<Timestamp>) -> Entry {
        shown(self.repo, self.number, what, at.unwrap_or(self.now))
    }
}

/// A native entry of our own.
fn shown(repo: &RepoName, number: u64, what: What, at: Timestamp) -> Entry {
    Entry {
        key: native_key(repo, number, &what, at),
        at,
        who: Who::default(),
        via: Via::Sssbot,
        recorded: true,
        what,
    }
}

/// All that is on record of an issue at the moment in which we opened it.
fn as_opened(
    issue: &Issue,
    repo: &RepoName,
    people: &crate::teams::People,
    now: Timestamp,
) -> Vec<Entry> {
    let at = issue.created_at.unwrap_or(now);
    let opened = Opened {
        repo: repo.clone(),
        number: issue.number,
        url: issue.html_url.clone(),
        title: issue.title.clone(),
        body: issue.body.clone(),
        ours: true,
    };
    let declared = opened.declaration();
    let labels = issue.labels.iter();
    let labels = labels.map(|label| What::Labeled(label.name.clone()));
    let assignees = issue.assignees.iter().filter(|user| !user.is_bot());
    let assignees = assignees.map(|user| {
        let who = Who::on_github(user.login.clone());
        What::Assigned(super::who::whole(who, people))
    });
    let opened = What::Opened(opened);
    let whats = [opened].into_iter().chain(labels).chain(assignees);
    let entries = whats.map(|what| shown(repo, issue.number, what, at));
    declared.into_iter().chain(entries).collect()
}

/// The text that an issue should have which reads so now; `None` where it is right already.
fn body_to_be(incident: &Incident, now: &str, rules: &Rules) -> Option<String> {
    let mut incident = incident.clone();
    incident.issue.as_mut()?.body = now.to_owned();
    let unheard = view::ticked(now)
        .into_iter()
        .filter(|(item, done)| incident.is_done(item) != *done);
    let body = view::with_ticks(&view::body(&incident, rules), &unheard.collect());
    let lines = |text: &str| {
        text.lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
    };
    (lines(&body) != lines(now)).then_some(body)
}

#[cfg(test)]
mod tests;
