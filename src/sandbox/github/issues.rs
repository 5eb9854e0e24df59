//! Issues: open, edit, close, lock, assign, list.

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::records::{AccountKind, Doer, Entry, Event, Issue, Pull};
use super::state::State;

/// The longest body, in characters.
pub(super) const BODY_LIMIT: usize = 65_536;
/// The longest title, in characters.
const TITLE_LIMIT: usize = 256;

/// What a new issue or pull request is made of.
pub(super) struct NewIssue {
    pub title: String,
    pub body: Option<String>,
    pub pull: Option<Pull>,
}

impl State {
    /// Opens an issue or pull request, says so, and gives its number.
    pub fn open_issue(&mut self, repo: u64, by: Doer, new: NewIssue) -> u64 {
        let now = self.now();
        let here = self.repo_mut(repo);
        here.last_number += 1;
        here.updated_at = now;
        let number = here.last_number;
        let issue = Issue {
            id: self.next_id("issue"),
            title: new.title,
            body: new.body,
            by,
            open: true,
            state_reason: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            milestone: None,
            locked: false,
            lock_reason: None,
            created_at: now,
            updated_at: now,
            closed_at: None,
            closed_by: None,
            timeline: Vec::new(),
            parent: None,
            pull: new.pull,
        };
        let said = issue.body.clone().unwrap_or_default();
        self.repo_mut(repo).issues.insert(number, issue);
        self.mention(repo, number, by, &said);
        number
    }

    /// Adds a line to a timeline and marks the issue as updated.
    pub fn note(&mut self, repo: u64, number: u64, by: Doer, kind: &'static str, extra: Value) {
        let (id, at) = (self.next_id("event"), self.now());
        let issue = self.issue_mut(repo, number);
        issue.updated_at = at;
        let event = Event {
            id,
            kind,
            by,
            at,
            extra,
        };
        issue.timeline.push(Entry::Event(event));
    }

    /// Closes an issue or pull request; nothing happens when it is closed.
    pub fn close(&mut self, repo: u64, number: u64, by: Doer, reason: Option<&'static str>) {
        let now = self.now();
        let issue = self.issue_mut(repo, number);
        if !issue.open {
            return;
        }
        issue.open = false;
        issue.closed_at = Some(now);
        issue.closed_by = Some(by.user);
        let pull = issue.pull.is_some();
        issue.state_reason = if pull {
            None
        } else {
            Some(reason.unwrap_or("completed"))
        };
        let extra = json!({"state_reason": issue.state_reason});
        self.note(repo, number, by, "closed", extra);
        self.emit_issue(repo, number, "closed", by.user, Value::Null);
    }

    /// Opens it again; nothing happens when it is open.
    pub fn reopen(&mut self, repo: u64, number: u64, by: Doer) {
        let issue = self.issue_mut(repo, number);
        if issue.open {
            return;
        }
        issue.open = true;
        issue.closed_at = None;
        issue.closed_by = None;
        issue.state_reason = issue.pull.is_none().then_some("reopened");
        let extra = json!({"state_reason": issue.state_reason});
        self.note(repo, number, by, "reopened", extra);
        self.emit_issue(repo, number, "reopened", by.user, Value::Null);
    }

    /// Changes title and body: one `edited` for both, as GitHub sends it.
    pub fn rewrite(
        &mut self,
        repo: u64,
        number: u64,
        by: Doer,
        title: Option<String>,
        body: Option<String>,
    ) {
        let now = self.now();
        let issue = self.issue_mut(repo, number);
        let mut changes = json!({});
        let mut renamed = None;
        if let Some(title) = title
            && title != issue.title
        {
            let from = std::mem::replace(&mut issue.title, title.clone());
            changes["title"] = json!({"from": from});
            renamed = Some(json!({"rename": {"from": from, "to": title}}));
        }
        if let Some(body) = body
            && Some(&body) != issue.body.as_ref()
        {
            let from = issue.body.replace(body.clone());
            changes["body"] = json!({"from": from});
            self.mention(repo, number, by, &body);
        }
        if changes == json!({}) {
            return;
        }
        self.issue_mut(repo, number).updated_at = now;
        if let Some(extra) = renamed {
            self.note(repo, number, by, "renamed", extra);
        }
        self.emit_issue(repo, number, "edited", by.user, json!({"changes": changes}));
    }

    /// Makes exactly these people the assignees; logins that nobody has, and people who
    /// may do nothing here, are left out in silence.
    pub fn set_assignees(&mut self, repo: u64, number: u64, by: Doer, logins: &[String]) {
        let wanted: Vec<u64> = logins
            .iter()
            .filter_map(|login| self.find_user(login))
            .filter(|id| self.users[id].kind == AccountKind::Person && self.role(*id) != "none")
            .take(10)
            .collect();
        let had = self.issue(repo, number).assignees.clone();
        for gone in had.iter().filter(|id| !wanted.contains(id)) {
            self.issue_mut(repo, number)
                .assignees
                .retain(|id| id != gone);
            self.assignment(repo, number, by, "unassigned", *gone);
        }
        for new in wanted.iter().filter(|id| !had.contains(id)) {
            if !self.issue(repo, number).assignees.contains(new) {
                self.issue_mut(repo, number).assignees.push(*new);
                self.assignment(repo, number, by, "assigned", *new);
            }
        }
    }

    fn assignment(&mut self, repo: u64, number: u64, by: Doer, kind: &'static str, whom: u64) {
        let (whom, assigner) = (self.user_json(whom), self.user_json(by.user));
        let extra = json!({"assignee": whom, "assigner": assigner});
        self.note(repo, number, by, kind, extra);
        self.emit_issue(repo, number, kind, by.user, json!({"assignee": whom}));
    }

    fn set_milestone(
        &mut self,
        repo: u64,
        number: u64,
        by: Doer,
        wanted: Option<u64>,
    ) -> Result<(), Refusal> {
        if wanted.is_some_and(|wanted| !self.repo(repo).milestones.contains_key(&wanted)) {
            return Err(Refusal::invalid("Issue", "milestone", "invalid"));
        }
        let had = std::mem::replace(&mut self.issue_mut(repo, number).milestone, wanted);
        if had == wanted {
            return Ok(());
        }
        for (milestone, kind) in [(had, "demilestoned"), (wanted, "milestoned")] {
            if milestone.is_some() {
                let shown = self.milestone_json(repo, milestone);
                let title = json!({"milestone": {"title": shown["title"]}});
                self.note(repo, number, by, kind, title);
                self.emit_issue(repo, number, kind, by.user, json!({"milestone": shown}));
            }
        }
        Ok(())
    }

    /// Notes on every issue that a text names by `#number` where it was named.
    pub fn mention(&mut self, repo: u64, from: u64, by: Doer, text: &str) {
        for (at, _) in text.match_indices('#') {
            let digits: String = text[at + 1..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            let Ok(named) = digits.parse::<u64>() else {
                continue;
            };
            let known = self.repo(repo).issues.contains_key(&named) && named != from;
            let noted = known
                && self.issue(repo, named).timeline.iter().any(|entry| {
                    matches!(entry, Entry::Event(event)
                        if event.kind == "cross-referenced" && event.extra["number"] == from)
                });
            if known && !noted {
                self.note(repo, named, by, "cross-referenced", json!({"number": from}));
            }
        }
    }
}

/// A title as GitHub takes it.
pub(super) fn title(call: &Call, resource: &str) -> Result<Option<String>, Refusal> {
    let Some(title) = call.text("title")? else {
        return Ok(None);
    };
    if title.trim().is_empty() {
        return Err(Refusal::invalid(resource, "title", "missing_field"));
    }
    if title.chars().count() > TITLE_LIMIT {
        return Err(Refusal::too_long(resource, "title", TITLE_LIMIT));
    }
    Ok(Some(title.trim().to_owned()))
}

/// A body as GitHub takes it.
pub(super) fn body(call: &Call, resource: &str) -> Result<Option<String>, Refusal> {
    let body = call.text("body")?;
    if body.is_some_and(|body| body.chars().count() > BODY_LIMIT) {
        return Err(Refusal::too_long(resource, "body", BODY_LIMIT));
    }
    Ok(body.map(str::to_owned))
}

/// `POST /repos/{owner}/{repo}/issues`
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    call.needed("title")?;
    let title = title(call, "Issue")?.unwrap_or_default();
    let body = body(call, "Issue")?;
    let names = call.texts("labels")?.unwrap_or_default();
    super::labels::check_names(&names)?;
    let milestone = call.whole("milestone")?;
    if milestone.is_some_and(|number| !state.repo(repo).milestones.contains_key(&number)) {
        return Err(Refusal::invalid("Issue", "milestone", "invalid"));
    }
    let logins = call
        .texts("assignees")?
        .or(call.text("assignee")?.map(|one| vec![one.to_owned()]));
    let number = state.open_issue(
        repo,
        by,
        NewIssue {
            title,
            body,
            pull: None,
        },
    );
    let before = state.queue.pending();
    state.set_labels(repo, number, by, &names)?;
    state.set_assignees(repo, number, by, &logins.unwrap_or_default());
    state.set_milestone(repo, number, by, milestone)?;
    // `opened` comes first and has in it what the `labeled` and `assigned` after it tell once more.
    state.emit_issue(repo, number, "opened", by.user, Value::Null);
    state.queue.last_comes_at(before);
    Ok(Reply::Json(201, state.issue_json(repo, number)))
}

/// `GET /repos/{owner}/{repo}/issues/{number}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = state.numbered(call, repo)?;
    Ok(Reply::Json(200, state.issue_json(repo, number)))
}

/// `PATCH /repos/{owner}/{repo}/issues/{number}`
pub(super) fn edit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let (title, body) = (title(call, "Issue")?, body(call, "Issue")?);
    let wanted = call.text("state")?;
    let reason = match call.text("state_reason")? {
        None => None,
        Some("completed") => Some("completed"),
        Some("not_planned") => Some("not_planned"),
        Some("duplicate") => Some("duplicate"),
        Some("reopened") => Some("reopened"),
        Some(_) => return Err(Refusal::invalid("Issue", "state_reason", "invalid")),
    };
    if !matches!(wanted, None | Some("open" | "closed")) {
        return Err(Refusal::invalid("Issue", "state", "invalid"));
    }
    let (labels, people) = (call.texts("labels")?, call.texts("assignees")?);
    if let Some(names) = &labels {
        super::labels::check_names(names)?;
    }
    state.rewrite(repo, number, by, title, body);
    if let Some(names) = labels {
        state.set_labels(repo, number, by, &names)?;
    }
    if let Some(logins) = people {
        state.set_assignees(repo, number, by, &logins);
    }
    if call.has("milestone") {
        state.set_milestone(repo, number, by, call.whole("milestone")?)?;
    }
    match wanted {
        Some("closed") => state.close(repo, number, by, reason),
        Some("open") => state.reopen(repo, number, by),
        _ => {}
    }
    Ok(Reply::Json(200, state.issue_json(repo, number)))
}

/// `PUT /repos/{owner}/{repo}/issues/{number}/lock`
pub(super) fn lock(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let reason = call.text("lock_reason")?.map(str::to_owned);
    let known = ["off-topic", "too heated", "resolved", "spam"];
    if reason
        .as_ref()
        .is_some_and(|reason| !known.contains(&reason.as_str()))
    {
        return Err(Refusal::invalid("Issue", "lock_reason", "invalid"));
    }
    let issue = state.issue_mut(repo, number);
    if !issue.locked {
        issue.locked = true;
        issue.lock_reason.clone_from(&reason);
        state.note(repo, number, by, "locked", json!({"lock_reason": reason}));
        state.emit_issue(repo, number, "locked", by.user, Value::Null);
    }
    Ok(Reply::Nothing(204))
}

/// `DELETE /repos/{owner}/{repo}/issues/{number}/lock`
pub(super) fn unlock(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let issue = state.issue_mut(repo, number);
    if std::mem::take(&mut issue.locked) {
        issue.lock_reason = None;
        state.note(repo, number, by, "unlocked", Value::Null);
        state.emit_issue(repo, number, "unlocked", by.user, Value::Null);
    }
    Ok(Reply::Nothing(204))
}

/// `POST /repos/{owner}/{repo}/issues/{number}/assignees`
pub(super) fn assign(state: &mut State, call: &Call) -> Answer {
    change_assignees(state, call, 201, |had, named| had.extend(named))
}

/// `DELETE /repos/{owner}/{repo}/issues/{number}/assignees`
pub(super) fn unassign(state: &mut State, call: &Call) -> Answer {
    change_assignees(state, call, 200, |had, named| {
        had.retain(|login| !named.iter().any(|name| name.eq_ignore_ascii_case(login)));
    })
}

fn change_assignees(
    state: &mut State,
    call: &Call,
    status: u16,
    change: fn(&mut Vec<String>, Vec<String>),
) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let named = call.texts("assignees")?.unwrap_or_default();
    let had = state.issue(repo, number).assignees.iter();
    let mut logins: Vec<_> = had.map(|id| state.login(*id).to_owned()).collect();
    change(&mut logins, named);
    state.set_assignees(repo, number, by, &logins);
    Ok(Reply::Json(status, state.issue_json(repo, number)))
}
