//! Issues that are parts of others.

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::state::State;

/// `GET /repos/{owner}/{repo}/issues/{number}/sub_issues`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = state.numbered(call, repo)?;
    let all = state.repo(repo).issues.iter();
    let parts = all.filter(|(_, issue)| issue.parent == Some(number));
    let parts: Vec<u64> = parts.map(|(part, _)| *part).collect();
    let parts = parts.into_iter().map(|part| state.issue_json(repo, part));
    Ok(Reply::List(parts.collect()))
}

/// `POST /repos/{owner}/{repo}/issues/{number}/sub_issues`: an issue has one parent at most.
pub(super) fn add(state: &mut State, call: &Call) -> Answer {
    let (repo, _) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let wanted = call.whole("sub_issue_id")?;
    let wanted = wanted.ok_or_else(|| Refusal::missing("sub_issue_id"))?;
    let mut all = state.repo(repo).issues.iter();
    let found = all.find(|(_, issue)| issue.id == wanted && issue.pull.is_none());
    let (part, parent) = match found {
        Some((part, issue)) => (*part, issue.parent),
        None => return Err(Refusal::not_found()),
    };
    if parent.is_some() || part == number {
        let words = "An error occurred while adding the sub-issue to the parent issue. Sub issue may only have one parent";
        return Err(Refusal::plain(422, words));
    }
    state.issue_mut(repo, part).parent = Some(number);
    Ok(Reply::Json(201, state.issue_json(repo, number)))
}
