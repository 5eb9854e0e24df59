//! Check runs and workflow runs, and what is told of them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::json::node_id;
use super::records::{Actor, CheckRun, Doer};
use super::state::State;

/// The most annotations in one call.
const ANNOTATIONS_LIMIT: usize = 50;
/// The longest summary or text, in characters.
const OUTPUT_LIMIT: usize = 65_535;
const CONCLUSIONS: &[&str] = &[
    "action_required",
    "cancelled",
    "failure",
    "neutral",
    "success",
    "skipped",
    "stale",
    "timed_out",
];

impl State {
    /// A check run that has only begun.
    pub fn start_check(&mut self, repo: u64, sha: &str, name: &str, ours: bool) -> u64 {
        let id = self.next_id("check");
        let runs = self.repo(repo).checks.values();
        let suite = runs
            .filter(|run| run.sha == sha && run.ours == ours)
            .map(|run| run.suite)
            .next();
        let run = CheckRun {
            id,
            suite: suite.unwrap_or(id + 50_000),
            name: name.to_owned(),
            sha: sha.to_owned(),
            status: "queued".to_owned(),
            conclusion: None,
            details_url: None,
            external_id: String::new(),
            started_at: self.now(),
            completed_at: None,
            title: None,
            summary: None,
            text: None,
            annotations: Vec::new(),
            ours,
        };
        self.repo_mut(repo).checks.insert(id, run);
        id
    }

    /// Queues `check_run`, with its suite in full as webhooks have it.
    pub fn emit_check(&mut self, repo: u64, id: u64, action: &str, by: Doer) {
        let Some(run) = self.repo(repo).checks.get(&id) else {
            return;
        };
        let mut body = self.check_json(repo, run);
        let here = self.repo(repo);
        let branch = here.git.refs.iter().find(|(_, sha)| **sha == run.sha);
        let branch = branch.and_then(|(name, _)| name.strip_prefix("refs/heads/"));
        body["check_suite"] = json!({
            "id": run.suite, "node_id": node_id("CS", run.suite), "head_branch": branch,
            "head_sha": run.sha, "status": run.status, "conclusion": run.conclusion,
            "url": format!("{}/check-suites/{}", self.repo_url(repo), run.suite),
            "before": null, "after": run.sha, "pull_requests": body["pull_requests"],
            "app": body["app"], "created_at": run.started_at.to_string(),
            "updated_at": run.completed_at.unwrap_or(run.started_at).to_string(),
        });
        let body = json!({"action": action, "check_run": body});
        self.emit(repo, "check_run", by.user, body);
    }

    /// Ends a check run, whoever made it.
    pub fn finish_check(&mut self, repo: u64, id: u64, conclusion: &str, by: Doer) {
        let now = self.now();
        if let Some(run) = self.repo_mut(repo).checks.get_mut(&id) {
            run.status = "completed".to_owned();
            run.conclusion = Some(conclusion.to_owned());
            run.completed_at = Some(now);
        }
        self.emit_check(repo, id, "completed", by);
    }

    /// Tells that a workflow has run to its end.
    pub fn finish_workflow(
        &mut self,
        repo: u64,
        sha: &str,
        name: &str,
        conclusion: &str,
        by: Doer,
    ) {
        let id = self.next_id("workflow_run");
        let here = self.repo_mut(repo);
        here.last_run += 1;
        let run_number = here.last_run;
        let (url, page) = (self.repo_url(repo), self.repo_page(repo));
        let here = self.repo(repo);
        let branch = here.git.refs.iter().find(|(_, tip)| tip.as_str() == sha);
        let branch = branch.and_then(|(name, _)| name.strip_prefix("refs/heads/"));
        let commit = here.git.commit(sha).map(|commit| {
            let who = json!({"name": commit.author.name, "email": commit.author.email});
            json!({
                "id": sha, "tree_id": commit.tree, "message": commit.message,
                "timestamp": commit.at.to_string(), "author": who, "committer": who,
            })
        });
        let pulls = self.brief_pulls(repo, sha);
        let event = if pulls.is_empty() {
            "push"
        } else {
            "pull_request"
        };
        let (at, actor) = (self.now().to_string(), self.user_json(by.user));
        let file = format!(
            ".github/workflows/{}.yml",
            name.to_lowercase().replace(' ', "-")
        );
        let own = format!("{url}/actions/runs/{id}");
        let flow = format!("{url}/actions/workflows/{}", run_number + 9_000);
        let run = json!({
            "id": id, "name": name, "node_id": node_id("WFR", id), "head_branch": branch,
            "head_sha": sha, "path": file, "display_title": commit.as_ref().map_or(Value::Null, |commit| {
                commit["message"].as_str().and_then(|text| text.lines().next()).into()
            }),
            "run_number": run_number, "event": event, "status": "completed",
            "conclusion": conclusion, "workflow_id": run_number + 9_000, "check_suite_id": id + 1,
            "check_suite_node_id": node_id("CS", id + 1), "url": own,
            "html_url": format!("{page}/actions/runs/{id}"), "pull_requests": pulls,
            "created_at": at, "updated_at": at, "actor": actor, "run_attempt": 1,
            "referenced_workflows": [], "run_started_at": at, "triggering_actor": actor,
            "jobs_url": format!("{own}/jobs"), "logs_url": format!("{own}/logs"),
            "check_suite_url": format!("{url}/check-suites/{}", id + 1),
            "artifacts_url": format!("{own}/artifacts"), "cancel_url": format!("{own}/cancel"),
            "rerun_url": format!("{own}/rerun"), "previous_attempt_url": null,
            "workflow_url": flow, "head_commit": commit, "repository": self.repo_json(repo),
            "head_repository": self.repo_json(repo),
        });
        let workflow = json!({
            "id": run_number + 9_000, "node_id": node_id("W", run_number + 9_000), "name": name,
            "path": file, "state": "active", "created_at": at, "updated_at": at, "url": flow,
            "html_url": format!("{page}/blob/main/{file}"),
            "badge_url": format!("{page}/workflows/{}/badge.svg", super::page::encode(name, false)),
        });
        let body = json!({"action": "completed", "workflow_run": run, "workflow": workflow});
        self.emit(repo, "workflow_run", by.user, body);
    }
}

fn time(call: &Call, field: &str) -> Result<Option<Timestamp>, Refusal> {
    match call.text(field)? {
        None => Ok(None),
        Some(text) => match text.parse() {
            Ok(when) => Ok(Some(super::state::whole_seconds(when))),
            Err(_) => Err(Refusal::invalid("CheckRun", field, "invalid")),
        },
    }
}

/// Puts what a call says into a run; all is checked before anything is changed.
fn apply(state: &mut State, call: &Call, repo: u64, id: u64) -> Result<(), Refusal> {
    check(call)?;
    let (started, completed) = (time(call, "started_at")?, time(call, "completed_at")?);
    let now = state.now();
    let Some(run) = state.repo_mut(repo).checks.get_mut(&id) else {
        return Err(Refusal::not_found());
    };
    let text = |field: &str| call.text(field).map(|text| text.map(str::to_owned));
    if let Some(name) = text("name")? {
        run.name = name;
    }
    if let Some(status) = text("status")? {
        run.status = status;
    }
    if let Some(conclusion) = text("conclusion")? {
        // A conclusion ends the run, whatever `status` says.
        run.status = "completed".to_owned();
        run.conclusion = Some(conclusion);
        run.completed_at = completed.or(run.completed_at).or(Some(now));
    }
    run.started_at = started.unwrap_or(run.started_at);
    run.details_url = text("details_url")?.or(run.details_url.take());
    if let Some(external) = text("external_id")? {
        run.external_id = external;
    }
    let output = &call.body["output"];
    for (field, into) in [
        ("title", &mut run.title),
        ("summary", &mut run.summary),
        ("text", &mut run.text),
    ] {
        if let Some(text) = output[field].as_str() {
            *into = Some(text.to_owned());
        }
    }
    // Further calls add to the annotations (docs), they do not replace them.
    run.annotations.extend(
        output["annotations"]
            .as_array()
            .into_iter()
            .flatten()
            .cloned(),
    );
    Ok(())
}

fn check(call: &Call) -> Result<(), Refusal> {
    let known = |field: &str, all: &[&str]| -> Result<(), Refusal> {
        match call.text(field)? {
            Some(text) if !all.contains(&text) => {
                Err(Refusal::invalid("CheckRun", field, "invalid"))
            }
            _ => Ok(()),
        }
    };
    known(
        "status",
        &[
            "queued",
            "in_progress",
            "completed",
            "waiting",
            "requested",
            "pending",
        ],
    )?;
    known("conclusion", CONCLUSIONS)?;
    if call.text("status")? == Some("completed") && call.text("conclusion")?.is_none() {
        return Err(Refusal::missing("conclusion"));
    }
    let output = &call.body["output"];
    for field in ["summary", "text"] {
        let length = output[field]
            .as_str()
            .map_or(0, |text| text.chars().count());
        if length > OUTPUT_LIMIT {
            return Err(Refusal::too_long("CheckRun", field, OUTPUT_LIMIT));
        }
    }
    if output.is_object() && !output["summary"].is_string() {
        return Err(Refusal::missing("summary"));
    }
    if output["annotations"]
        .as_array()
        .is_some_and(|all| all.len() > ANNOTATIONS_LIMIT)
    {
        let words = format!("annotations exceeds a maximum quantity of {ANNOTATIONS_LIMIT}");
        return Err(Refusal::custom("CheckRun", "annotations", &words));
    }
    Ok(())
}

/// Checks are written by Apps only.
fn by_app(call: &Call) -> Result<(), Refusal> {
    match call.actor {
        Actor::Installation { .. } => Ok(()),
        _ => Err(Refusal::plain(
            403,
            "You must authenticate via a GitHub App.",
        )),
    }
}

/// `POST /repos/{owner}/{repo}/check-runs`
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    by_app(call)?;
    check(call)?;
    let (name, sha) = (
        call.needed("name")?.to_owned(),
        call.needed("head_sha")?.to_owned(),
    );
    if state.repo(repo).git.commit(&sha).is_none() {
        return Err(Refusal::plain(
            422,
            &format!("No commit found for SHA: {sha}"),
        ));
    }
    let id = state.start_check(repo, &sha, &name, true);
    apply(state, call, repo, id)?;
    told(state, repo, id, by, true);
    show(state, repo, id, 201)
}

/// `PATCH /repos/{owner}/{repo}/check-runs/{id}`
pub(super) fn update(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    by_app(call)?;
    let id = call.number("id")?;
    let before = state.repo(repo).checks.get(&id).filter(|run| run.ours);
    let ended = before
        .ok_or_else(Refusal::not_found)?
        .completed_at
        .is_some();
    apply(state, call, repo, id)?;
    if !ended {
        told(state, repo, id, by, false);
    }
    show(state, repo, id, 200)
}

fn told(state: &mut State, repo: u64, id: u64, by: Doer, new: bool) {
    if new {
        state.emit_check(repo, id, "created", by);
    }
    let run = state.repo(repo).checks.get(&id);
    if run.is_some_and(|run| run.conclusion.is_some()) {
        state.emit_check(repo, id, "completed", by);
    }
}

fn show(state: &State, repo: u64, id: u64, status: u16) -> Answer {
    let run = state
        .repo(repo)
        .checks
        .get(&id)
        .ok_or_else(Refusal::not_found)?;
    Ok(Reply::Json(status, state.check_json(repo, run)))
}

/// `GET /repos/{owner}/{repo}/check-runs/{id}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    show(state, repo, call.number("id")?, 200)
}

/// `GET /repos/{owner}/{repo}/check-runs/{id}/annotations`
pub(super) fn annotations(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let id = call.number("id")?;
    let run = state
        .repo(repo)
        .checks
        .get(&id)
        .ok_or_else(Refusal::not_found)?;
    Ok(Reply::List(run.annotations.clone()))
}

/// `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let name = call.param("sha");
    let none = || Refusal::plain(422, &format!("No commit found for SHA: {name}"));
    let sha = state.repo(repo).git.resolve(name).ok_or_else(none)?;
    let runs = state
        .repo(repo)
        .checks
        .values()
        .filter(|run| run.sha == sha);
    let runs = runs
        .filter(|run| call.ask("check_name").is_none_or(|name| name == run.name))
        .filter(|run| call.ask("status").is_none_or(|status| status == run.status));
    Ok(Reply::Wrapped(
        "check_runs",
        runs.map(|run| state.check_json(repo, run)).collect(),
    ))
}
