//! What a merged postmortem says is to be done: each thing becomes an issue, once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::Case;
use super::owed::by_us;
use super::postmortem::{aside, digest};
use super::who::whole;
use crate::engine::Engine;
use crate::github::{GitHubError, Marker, NewIssue};
use crate::i18n::postmortem::{Writing, fill};
use crate::id::{DoneKey, Login, RepoName};
use crate::incident::{Action, ActionState, Entry, Fact, Who};
use crate::postmortem;

/// How the keys of our marks begin.
const MARKED: &str = "action:";
/// The most issues of one postmortem.
const MOST: usize = 50;
/// The longest title of an issue, in characters, the channel's name left out.
const TITLE: usize = 150;

/// The mark that says what is to be done; one comment, edited in place.
pub(super) fn listed(incident: &DoneKey, actions: Vec<Action>, now: Timestamp) -> Entry {
    by_us(
        format!("actions:{incident}"),
        Fact::Actions { actions },
        now,
    )
}

impl Engine {
    /// Reads the merged document and sees that each thing in it has an issue.
    pub(super) async fn follow_up(
        &self,
        case: &Case,
        repo: &RepoName,
        now: Timestamp,
    ) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let (incident, rules) = (&case.incident, &case.rules);
        let Some(pull) = incident.aftermath.pull.as_ref() else {
            return Ok(Vec::new());
        };
        let base = self.lookup(github.pull(repo, pull.number)).await?.base;
        let path = postmortem::path(incident, rules);
        let file = github.file(repo, &path, Some(&base.branch));
        let text = self.lookup(file).await?.map(|file| file.text);
        let found = aside(move || postmortem::actions(&text.unwrap_or_default())).await?;
        let mut actions = Vec::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for found in found
            .iter()
            .filter(|it| !it.summary().is_empty())
            .take(MOST)
        {
            let same = seen.entry(found.summary()).or_default();
            *same += 1;
            let linked = match &found.link {
                Some(link) => {
                    let there = link.repo.clone().unwrap_or_else(|| repo.clone());
                    self.linked(&there, link.number).await?
                }
                None => None,
            };
            let (repo_of, told) = match linked {
                Some(linked) => linked,
                None => {
                    let told = self.make_action(case, found, *same, repo).await?;
                    let id = told["id"].as_u64();
                    if let (Some(issue), Some(id)) = (&incident.issue, id) {
                        let part = github.make_part(repo, issue.number, id);
                        self.lookup(part).await?;
                    }
                    (repo.clone(), told)
                }
            };
            let people = self.rules().people;
            let owner = found.owner.known();
            let owner = owner.map(|login| whole(Who::on_github(login.clone()), &people));
            actions.push(Action {
                repo: repo_of,
                number: told["number"].as_u64().unwrap_or_default(),
                url: told["html_url"].as_str().unwrap_or_default().to_owned(),
                title: found.summary(),
                owner: owner.unwrap_or_default(),
                due: found.due.known().copied(),
                state: state_of(&told),
            });
        }
        Ok(vec![listed(&incident.key, actions, now)])
    }

    /// An issue or pull request that the document names, with our label where it is ours to label;
    /// `None` where there is none such that we can see.
    async fn linked(
        &self,
        repo: &RepoName,
        number: u64,
    ) -> Result<Option<(RepoName, Value)>, GitHubError> {
        let github = &self.0.parts.github;
        match self.lookup(github.issue_as_told(repo, number)).await {
            Ok(told) => Ok(Some((repo.clone(), told))),
            Err(GitHubError::NotFound { .. } | GitHubError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Opens the issue, or finds the one that was opened when the answer was lost: it carries a mark
    /// made of what is to be done.
    async fn make_action(
        &self,
        case: &Case,
        found: &postmortem::Action,
        nth: usize,
        repo: &RepoName,
    ) -> Result<Value, GitHubError> {
        let github = &self.0.parts.github;
        let (incident, rules) = (&case.incident, &case.rules);
        let lang = rules.lang;
        let title = found.summary();
        let about = digest(&format!("{title}:{nth}"));
        let marker = Marker::of(&DoneKey::new(format!("{MARKED}{}:{about}", incident.key)));
        let since = incident.declared;
        let known = github.find_issue_with_marker(repo, &marker, since);
        let number = match self.lookup_all(known).await? {
            Some(issue) => issue.number,
            None => {
                let short: String = title.chars().take(TITLE).collect();
                let with = [
                    ("title", short.as_str()),
                    ("channel", &incident.channel.name),
                ];
                let title = fill(Writing::ActionTitle, lang, &with);
                let mut labels = vec![rules.label(&rules.playbook.labels.action).to_owned()];
                let service = rules.service(&incident.service.value);
                labels.extend(service.map(|it| rules.label(&it.label).to_owned()));
                self.make_labels(rules, repo, &labels).await?;
                let assignees: Vec<Login> = found.owner.known().cloned().into_iter().collect();
                let body = action_body(case, found);
                let new = NewIssue {
                    title: &title,
                    body: &body,
                    labels: &labels,
                    assignees: &assignees,
                };
                let made = self.lookup(github.create_issue(repo, &new, &marker)).await;
                let made = match made {
                    // An assignee whom GitHub does not take must not stand in the way.
                    Err(GitHubError::Refused { status: 422, .. }) if !assignees.is_empty() => {
                        let new = NewIssue {
                            assignees: &[],
                            ..new
                        };
                        self.lookup(github.create_issue(repo, &new, &marker)).await
                    }
                    made => made,
                };
                made?.number
            }
        };
        self.lookup(github.issue_as_told(repo, number)).await
    }
}

fn action_body(case: &Case, found: &postmortem::Action) -> String {
    let (incident, lang) = (&case.incident, case.rules.lang);
    let number = |number: Option<u64>| number.map_or_else(String::new, |it| format!("#{it}"));
    let pull = number(incident.aftermath.pull.as_ref().map(|pull| pull.number));
    let issue = number(incident.issue.as_ref().map(|issue| issue.number));
    let with = [("pull", pull.as_str()), ("issue", issue.as_str())];
    let mut lines = vec![fill(Writing::ActionBody, lang, &with), String::new()];
    lines.push(format!("> {}", postmortem::plain::inline(&found.title)));
    lines.push(String::new());
    if let Some(due) = found.due.known() {
        let due = due.to_string();
        lines.push(format!(
            "- {}",
            fill(Writing::ActionDue, lang, &[("due", &due)])
        ));
    }
    if !found.kind.is_empty() {
        let kind = postmortem::plain::inline(&found.kind);
        lines.push(format!(
            "- {}",
            fill(Writing::ActionKind, lang, &[("kind", &kind)])
        ));
    }
    lines.push(String::new());
    lines.push(Writing::ActionHow.say(lang).to_owned());
    lines.join("\n")
}

/// How far an issue is. A pull request that was closed and not merged will not be done.
pub(super) fn state_of(told: &Value) -> ActionState {
    let pull = &told["pull_request"];
    let given_up = pull.is_object() && pull["merged_at"].is_null();
    match (told["state"].as_str(), told["state_reason"].as_str()) {
        (Some("closed"), Some("not_planned" | "duplicate")) => ActionState::Waived,
        (Some("closed"), _) if given_up => ActionState::Waived,
        (Some("closed"), _) => ActionState::Done,
        _ => ActionState::Open,
    }
}
