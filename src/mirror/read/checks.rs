//! Checks and workflows that ended.

use jiff::{SignedDuration, Timestamp};

use super::event::{Event, ghost};
use super::{Missing, Reading};
use crate::id::Sha;
use crate::mirror::fact::{Conclusion, What};
use crate::mirror::key;
use crate::mirror::note::Rank;
use crate::mirror::subject::About;
use crate::mirror::view::View;

/// The checks of one commit end one after another: wait a little for the others.
const FOR_THE_OTHERS: SignedDuration = SignedDuration::from_secs(10);

/// `check_run`. Only its end is told.
pub(super) fn read_run(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let run = event.payload.at("check_run");
    let suite = run.at("check_suite");
    let app = run.at("app");
    ended(event, run, |conclusion| Ended {
        name: run.at("name").owned().unwrap_or_else(|| "?".to_owned()),
        app: app.at("slug").owned().or_else(|| app.at("name").owned()),
        workflow: false,
        conclusion,
        title: run.at("output").at("title").owned(),
        branch: suite.at("head_branch").owned(),
        pulls: pulls(run).chain(pulls(suite)).collect(),
        at: run.at("completed_at").time().unwrap_or(event.received),
    })
}

/// `workflow_run`. Only its end is told.
pub(super) fn read_workflow(event: &Event<'_>) -> Result<Option<Reading>, Missing> {
    let run = event.payload.at("workflow_run");
    let workflow = event.payload.at("workflow").at("name");
    let name = run.at("name").owned().or_else(|| workflow.owned());
    ended(event, run, |conclusion| Ended {
        name: name.unwrap_or_else(|| "?".to_owned()),
        // One workflow may run for several reasons on one commit; each counts.
        app: run.at("event").owned(),
        workflow: true,
        conclusion,
        title: None,
        branch: run.at("head_branch").owned(),
        pulls: pulls(run).collect(),
        at: event.updated(run),
    })
}

struct Ended {
    name: String,
    app: Option<String>,
    workflow: bool,
    conclusion: Conclusion,
    title: Option<String>,
    branch: Option<String>,
    pulls: Vec<u64>,
    at: Timestamp,
}

fn ended(
    event: &Event<'_>,
    run: View<'_>,
    read: impl FnOnce(Conclusion) -> Ended,
) -> Result<Option<Reading>, Missing> {
    if event.action != "completed" {
        return Ok(None);
    }
    let head = run.at("head_sha").words();
    let head = Sha::from(head.ok_or(Missing("commit"))?);
    let conclusion = match run.at("conclusion").text() {
        Some("success" | "neutral") => Conclusion::Passed,
        Some("failure" | "startup_failure") => Conclusion::Failed,
        Some("timed_out") => Conclusion::TimedOut,
        Some("action_required") => Conclusion::NeedsAction,
        Some("cancelled") => Conclusion::Cancelled,
        // `stale`, and what GitHub may yet think of, tell nothing about the commit.
        _ => Conclusion::Skipped,
    };
    let mut ended = read(conclusion);
    ended.pulls.sort_unstable();
    ended.pulls.dedup();
    let kind = if ended.workflow { "workflow" } else { "check" };
    let app = ended.app.as_deref().unwrap_or_default();
    let part = format!("{kind}:{app}:{}", ended.name);
    let about = About::Checks {
        repo: event.repo.clone(),
        head_sha: head.clone(),
        head_branch: ended.branch.clone(),
        pulls: ended.pulls.clone(),
    };
    let key = (key::checks(&event.repo, head.as_str()), part);
    let what = What::Check {
        name: ended.name,
        app: ended.app,
        workflow: ended.workflow,
        conclusion: ended.conclusion,
        url: run.at("html_url").url().or(run.at("details_url").url()),
        title: ended.title,
        head,
        branch: ended.branch,
        pulls: ended.pulls,
    };
    let fact = event.fact(event.sender().unwrap_or_else(ghost), None, what);
    let mut note = event.note(key, ended.at, (ended.at, Rank::Created), fact);
    note.settle = FOR_THE_OTHERS;
    // Who runs a check is nearly always a program; how it ended is news all the same.
    note.by_bot = false;
    Ok(Some(Reading {
        repo: event.repo.clone(),
        about,
        notes: vec![note],
        renamed_from: None,
    }))
}

fn pulls<'a>(view: View<'a>) -> impl Iterator<Item = u64> + 'a {
    let pulls = view.at("pull_requests").items();
    pulls.filter_map(|pull| pull.at("number").number())
}
