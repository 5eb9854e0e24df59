//! Comments on lines of a pull request, the threads that they make, and resolving those.

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::diff::patch;
use super::errors::Refusal;
use super::git::changes;
use super::hooks::with;
use super::issue_list::in_order;
use super::issues::BODY_LIMIT;
use super::json::node_id;
use super::pulls::numbered;
use super::records::{Doer, ReviewComment};
use super::state::State;

/// Where a comment is to stand, and what it says.
#[derive(Debug)]
pub(super) struct Spot {
    body: String,
    path: String,
    line: Option<u64>,
    side: String,
    start_line: Option<u64>,
    start_side: Option<String>,
    position: Option<u64>,
    whole_file: bool,
}

impl Spot {
    /// Reads a comment of a review, or the body of a call.
    pub fn read(from: &Value) -> Result<Self, Refusal> {
        let text = |field: &str| from[field].as_str().map(str::to_owned);
        let body = text("body").ok_or_else(|| Refusal::missing("body"))?;
        good_body(&body)?;
        Ok(Self {
            body,
            path: text("path").ok_or_else(|| Refusal::missing("path"))?,
            line: from["line"].as_u64(),
            side: text("side").unwrap_or_else(|| "RIGHT".to_owned()),
            start_line: from["start_line"].as_u64(),
            start_side: text("start_side"),
            position: from["position"].as_u64(),
            whole_file: from["subject_type"] == "file",
        })
    }
}

/// A comment at a spot of the diff; 422 where the diff does not show it.
pub(super) fn new_comment(
    state: &mut State,
    repo: u64,
    number: u64,
    by: Doer,
    spot: &Spot,
) -> Result<ReviewComment, Refusal> {
    let refuse = |field: &str, words: &str| {
        let field = format!("pull_request_review_thread.{field}");
        let message = format!("{field} {words}");
        Err(Refusal::custom(
            "PullRequestReviewComment",
            &field,
            &message,
        ))
    };
    let pull = state.pull(repo, number)?;
    let git = &state.repo(repo).git;
    let fork = git
        .merge_base(&pull.base_sha, &pull.head_sha)
        .unwrap_or_default();
    let changes = changes(&git.files(&fork), &git.files(&pull.head_sha));
    let Some(change) = changes.iter().find(|change| change.path == spot.path) else {
        return refuse("path", "is not part of the diff");
    };
    let diff = patch(
        &git.text(change.old.as_ref()),
        &git.text(change.new.as_ref()),
    );
    let place = match (spot.position, spot.line) {
        (Some(position), _) => diff.at_position(position),
        (_, Some(line)) => diff.at_line(line, &spot.side),
        _ => None,
    };
    if place.is_none() && !spot.whole_file {
        return refuse("line", "must be part of the diff");
    }
    let commit = pull.head_sha.clone();
    let (id, now) = (state.next_id("review_comment"), state.now());
    let side = place.as_ref().map_or("RIGHT", |place| place.side);
    Ok(ReviewComment {
        id,
        review: 0,
        by,
        path: spot.path.clone(),
        position: place.as_ref().map(|place| place.position),
        line: place.as_ref().and_then(|place| place.line),
        side: side.to_owned(),
        start_line: spot.start_line,
        start_side: spot
            .start_line
            .map(|_| spot.start_side.clone().unwrap_or_else(|| side.to_owned())),
        commit,
        hunk: place.map(|place| place.hunk).unwrap_or_default(),
        body: spot.body.clone(),
        reply_to: None,
        created_at: now,
        updated_at: now,
    })
}

impl State {
    /// Queues a webhook about a review comment.
    pub fn emit_review_comment(
        &mut self,
        repo: u64,
        number: u64,
        id: u64,
        action: &str,
        by: Doer,
        extra: Value,
    ) {
        let comment = self.review_comment_json(repo, number, id);
        let pull = self.pull_json(repo, number, false);
        let body = json!({"action": action, "comment": comment, "pull_request": pull});
        self.emit(
            repo,
            "pull_request_review_comment",
            by.user,
            with(body, extra),
        );
    }

    /// Resolves the thread of a comment, or opens it again; 404 where there is none.
    pub fn resolve_thread(
        &mut self,
        repo: u64,
        number: u64,
        comment: u64,
        by: Doer,
        resolved: bool,
    ) -> Result<(), Refusal> {
        let pull = self.pull_mut(repo, number)?;
        let found = pull.comments.get(&comment).ok_or_else(Refusal::not_found)?;
        let first = found.reply_to.unwrap_or(comment);
        let changed = match resolved {
            true => pull.resolved.insert(first),
            false => pull.resolved.remove(&first),
        };
        if !changed {
            return Ok(());
        }
        let of_it = pull
            .comments
            .values()
            .filter(|one| one.id == first || one.reply_to == Some(first));
        let ids: Vec<u64> = of_it.map(|one| one.id).collect();
        let comments: Vec<_> = ids
            .iter()
            .map(|id| self.review_comment_json(repo, number, *id))
            .collect();
        let body = json!({
            "action": if resolved { "resolved" } else { "unresolved" },
            "pull_request": self.pull_json(repo, number, false),
            "thread": {"node_id": node_id("PRRT", first), "comments": comments},
        });
        self.emit(repo, "pull_request_review_thread", by.user, body);
        Ok(())
    }

    /// The pull request that a review comment is on.
    fn pull_of_comment(&self, call: &Call, repo: u64) -> Result<(u64, u64), Refusal> {
        let id = call.number("id")?;
        let mut issues = self.repo(repo).issues.iter();
        let found = issues.find(|(_, issue)| {
            let pull = issue.pull.as_ref();
            pull.is_some_and(|pull| pull.comments.contains_key(&id))
        });
        found
            .map(|(number, _)| (*number, id))
            .ok_or_else(Refusal::not_found)
    }

    /// A comment outside of a review is a review of its own, as GitHub keeps it.
    fn comment_alone(
        &mut self,
        repo: u64,
        number: u64,
        by: Doer,
        comment: ReviewComment,
    ) -> Answer {
        let id = comment.id;
        let review = self.add_review(repo, number, by, String::new(), vec![comment])?;
        self.submit_review(repo, number, review, by, "COMMENTED")?;
        Ok(Reply::Json(201, self.review_comment_json(repo, number, id)))
    }

    fn answer_comment(&mut self, repo: u64, number: u64, by: Doer, to: u64, said: &str) -> Answer {
        let pull = self.pull(repo, number)?;
        let parent = pull.comments.get(&to).ok_or_else(Refusal::not_found)?;
        let mut reply = parent.clone();
        let now = self.now();
        reply.reply_to = Some(parent.reply_to.unwrap_or(to));
        reply.id = self.next_id("review_comment");
        reply.by = by;
        reply.body = said.to_owned();
        reply.created_at = now;
        reply.updated_at = now;
        self.comment_alone(repo, number, by, reply)
    }
}

fn said(call: &Call) -> Result<&str, Refusal> {
    let said = call.needed("body")?;
    good_body(said)?;
    Ok(said)
}

/// 422 for a comment that says nothing or too much.
fn good_body(body: &str) -> Result<(), Refusal> {
    let resource = "PullRequestReviewComment";
    if body.trim().is_empty() {
        return Err(Refusal::invalid(resource, "body", "missing_field"));
    }
    if body.chars().count() > BODY_LIMIT {
        return Err(Refusal::too_long(resource, "body", BODY_LIMIT));
    }
    Ok(())
}

/// `POST /repos/{owner}/{repo}/pulls/{number}/comments`
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = numbered(state, call, repo)?;
    if let Some(to) = call.whole("in_reply_to")? {
        return state.answer_comment(repo, number, by, to, said(call)?);
    }
    let comment = new_comment(state, repo, number, by, &Spot::read(&call.body)?)?;
    state.comment_alone(repo, number, by, comment)
}

/// `POST /repos/{owner}/{repo}/pulls/{number}/comments/{id}/replies`
pub(super) fn reply(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = numbered(state, call, repo)?;
    state.answer_comment(repo, number, by, call.number("id")?, said(call)?)
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/comments`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = numbered(state, call, repo)?;
    listed(state, call, repo, |one| one == number)
}

/// `GET /repos/{owner}/{repo}/pulls/comments`
pub(super) fn list_all(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    listed(state, call, repo, |_| true)
}

fn listed(state: &State, call: &Call, repo: u64, of: impl Fn(u64) -> bool) -> Answer {
    let since = call.since()?;
    let mut found: Vec<(u64, &ReviewComment)> = Vec::new();
    for (number, issue) in &state.repo(repo).issues {
        let Some(pull) = issue.pull.as_ref().filter(|_| of(*number)) else {
            continue;
        };
        // Those of a review that is not submitted are nobody's to see yet.
        let shown = pull.comments.values().filter(|one| {
            pull.reviews
                .get(&one.review)
                .is_none_or(|review| review.state != "PENDING")
        });
        found.extend(shown.map(|comment| (*number, comment)));
    }
    found.retain(|(_, comment)| since.is_none_or(|since| comment.updated_at >= since));
    in_order(
        call,
        &mut found,
        |(_, comment)| (comment.created_at, comment.id),
        |(_, comment)| (comment.updated_at, comment.id),
    );
    let found = found.into_iter();
    Ok(Reply::List(
        found
            .map(|(number, one)| state.review_comment_json(repo, number, one.id))
            .collect(),
    ))
}

/// `GET /repos/{owner}/{repo}/pulls/comments/{id}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let (number, id) = state.pull_of_comment(call, repo)?;
    Ok(Reply::Json(
        200,
        state.review_comment_json(repo, number, id),
    ))
}

/// `PATCH /repos/{owner}/{repo}/pulls/comments/{id}`
pub(super) fn edit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let (number, id) = state.pull_of_comment(call, repo)?;
    let said = said(call)?.to_owned();
    let now = state.now();
    let mut from = None;
    if let Some(comment) = state.pull_mut(repo, number)?.comments.get_mut(&id)
        && comment.body != said
    {
        comment.updated_at = now;
        from = Some(std::mem::replace(&mut comment.body, said));
    }
    if let Some(from) = from {
        state.issue_mut(repo, number).updated_at = now;
        let changes = json!({"changes": {"body": {"from": from}}});
        state.emit_review_comment(repo, number, id, "edited", by, changes);
    }
    Ok(Reply::Json(
        200,
        state.review_comment_json(repo, number, id),
    ))
}

/// `DELETE /repos/{owner}/{repo}/pulls/comments/{id}`
pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let (number, id) = state.pull_of_comment(call, repo)?;
    state.emit_review_comment(repo, number, id, "deleted", by, Value::Null);
    state.pull_mut(repo, number)?.comments.remove(&id);
    let now = state.now();
    state.issue_mut(repo, number).updated_at = now;
    Ok(Reply::Nothing(204))
}
