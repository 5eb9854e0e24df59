//! Reviews of pull requests: one webhook for the review and one for each comment in it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::hooks::with;
use super::issues::BODY_LIMIT;
use super::pulls::numbered;
use super::records::{Doer, Entry, Review, ReviewComment};
use super::review_comments::{Spot, new_comment};
use super::state::State;

impl State {
    /// Queues a webhook about a review. Its state is in small letters there, its empty body null,
    /// unlike in REST.
    pub fn emit_review(
        &mut self,
        repo: u64,
        number: u64,
        id: u64,
        action: &str,
        by: Doer,
        extra: Value,
    ) {
        let mut review = self.review_json(repo, number, id);
        let small = review["state"].as_str().unwrap_or_default().to_lowercase();
        review["state"] = small.into();
        if review["body"] == "" {
            review["body"] = Value::Null;
        }
        let pull = self.pull_json(repo, number, false);
        let body = json!({"action": action, "review": review, "pull_request": pull});
        self.emit(repo, "pull_request_review", by.user, with(body, extra));
    }

    /// Keeps a review that is not submitted yet, with its comments.
    pub fn add_review(
        &mut self,
        repo: u64,
        number: u64,
        by: Doer,
        body: String,
        comments: Vec<ReviewComment>,
    ) -> Result<u64, Refusal> {
        let id = self.next_id("review");
        let pull = self.pull_mut(repo, number)?;
        let review = Review {
            id,
            by,
            body,
            state: "PENDING",
            commit: pull.head_sha.clone(),
            submitted_at: None,
        };
        pull.reviews.insert(id, review);
        for mut comment in comments {
            comment.review = id;
            pull.comments.insert(comment.id, comment);
        }
        Ok(id)
    }

    /// Submits a review and tells it, and each of its comments after it.
    pub fn submit_review(
        &mut self,
        repo: u64,
        number: u64,
        id: u64,
        by: Doer,
        verdict: &'static str,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let pull = self.pull_mut(repo, number)?;
        pull.requested.retain(|asked| *asked != by.user);
        if let Some(review) = pull.reviews.get_mut(&id) {
            review.state = verdict;
            review.submitted_at = Some(now);
        }
        let of_it = pull
            .comments
            .values()
            .filter(|comment| comment.review == id);
        let comments: Vec<u64> = of_it.map(|comment| comment.id).collect();
        let issue = self.issue_mut(repo, number);
        issue.updated_at = now;
        issue.timeline.push(Entry::Review(id));
        self.emit_review(repo, number, id, "submitted", by, Value::Null);
        for comment in comments {
            self.emit_review_comment(repo, number, comment, "created", by, Value::Null);
        }
        Ok(())
    }
}

fn verdict(event: &str) -> Result<&'static str, Refusal> {
    match event {
        "APPROVE" => Ok("APPROVED"),
        "REQUEST_CHANGES" => Ok("CHANGES_REQUESTED"),
        "COMMENT" => Ok("COMMENTED"),
        _ => Err(Refusal::invalid("PullRequestReview", "event", "invalid")),
    }
}

/// What GitHub refuses of a verdict: on one's own work, or with nothing said.
fn check(
    state: &State,
    repo: u64,
    number: u64,
    by: Doer,
    verdict: &str,
    empty: bool,
) -> Result<(), Refusal> {
    let own = state.issue(repo, number).by.user == by.user;
    let words = match verdict {
        "APPROVED" if own => "Can not approve your own pull request",
        "CHANGES_REQUESTED" if own => "Can not request changes on your own pull request",
        "CHANGES_REQUESTED" | "COMMENTED" if empty => "Body is required for this event",
        _ => return Ok(()),
    };
    let mut refusal = Refusal::plain(422, "Unprocessable Entity");
    refusal.body["errors"] = json!([words]);
    Err(refusal)
}

fn said(call: &Call) -> Result<String, Refusal> {
    let said = call.text("body")?.unwrap_or_default();
    if said.chars().count() > BODY_LIMIT {
        return Err(Refusal::too_long("PullRequestReview", "body", BODY_LIMIT));
    }
    Ok(said.to_owned())
}

fn found(state: &State, call: &Call, repo: u64) -> Result<(u64, u64), Refusal> {
    let (number, id) = (numbered(state, call, repo)?, call.number("id")?);
    let known = state.pull(repo, number)?.reviews.contains_key(&id);
    if known {
        Ok((number, id))
    } else {
        Err(Refusal::not_found())
    }
}

/// `POST /repos/{owner}/{repo}/pulls/{number}/reviews`: pending when it has no `event`.
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = numbered(state, call, repo)?;
    let body = said(call)?;
    let empty = Vec::new();
    let asked = call
        .body
        .get("comments")
        .and_then(Value::as_array)
        .unwrap_or(&empty);
    let event = call.text("event")?.map(verdict).transpose()?;
    if let Some(verdict) = event {
        let nothing = body.trim().is_empty() && asked.is_empty();
        check(state, repo, number, by, verdict, nothing)?;
    }
    let mut comments = Vec::new();
    for one in asked {
        comments.push(new_comment(state, repo, number, by, &Spot::read(one)?)?);
    }
    let id = state.add_review(repo, number, by, body, comments)?;
    if let Some(verdict) = event {
        state.submit_review(repo, number, id, by, verdict)?;
    }
    Ok(Reply::Json(200, state.review_json(repo, number, id)))
}

/// `POST /repos/{owner}/{repo}/pulls/{number}/reviews/{id}/events`
pub(super) fn submit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let (number, id) = found(state, call, repo)?;
    let verdict = verdict(call.needed("event")?)?;
    let body = said(call)?;
    let pull = state.pull(repo, number)?;
    if pull.reviews[&id].state != "PENDING" {
        return Err(Refusal::plain(422, "Review has already been submitted"));
    }
    let comments = pull.comments.values().any(|comment| comment.review == id);
    let had = !pull.reviews[&id].body.trim().is_empty();
    check(
        state,
        repo,
        number,
        by,
        verdict,
        body.trim().is_empty() && !had && !comments,
    )?;
    if let Some(review) = state.pull_mut(repo, number)?.reviews.get_mut(&id)
        && !body.is_empty()
    {
        review.body = body;
    }
    state.submit_review(repo, number, id, by, verdict)?;
    Ok(Reply::Json(200, state.review_json(repo, number, id)))
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/reviews`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = numbered(state, call, repo)?;
    let me = call.doer().ok();
    let mut reviews: Vec<(Option<Timestamp>, u64)> = Vec::new();
    for review in state.pull(repo, number)?.reviews.values() {
        // Nobody but its author sees a review that is not submitted yet.
        if review.state != "PENDING" || me.map(|me| me.user) == Some(review.by.user) {
            reviews.push((review.submitted_at, review.id));
        }
    }
    reviews.sort_by_key(|(at, id)| (at.is_none(), *at, *id));
    let reviews = reviews
        .into_iter()
        .map(|(_, id)| state.review_json(repo, number, id));
    Ok(Reply::List(reviews.collect()))
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/reviews/{id}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let (number, id) = found(state, call, repo)?;
    Ok(Reply::Json(200, state.review_json(repo, number, id)))
}

/// `PUT /repos/{owner}/{repo}/pulls/{number}/reviews/{id}`: a new body.
pub(super) fn edit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let (number, id) = found(state, call, repo)?;
    call.needed("body")?;
    let body = said(call)?;
    let mut from = None;
    if let Some(review) = state.pull_mut(repo, number)?.reviews.get_mut(&id)
        && review.body != body
    {
        from = Some(std::mem::replace(&mut review.body, body));
    }
    if let Some(from) = from {
        let changes = json!({"changes": {"body": {"from": from}}});
        state.emit_review(repo, number, id, "edited", by, changes);
    }
    Ok(Reply::Json(200, state.review_json(repo, number, id)))
}

/// `DELETE /repos/{owner}/{repo}/pulls/{number}/reviews/{id}`: pending ones only.
pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let (repo, _) = state.write(call)?;
    let (number, id) = found(state, call, repo)?;
    let shown = state.review_json(repo, number, id);
    let pull = state.pull_mut(repo, number)?;
    if pull.reviews[&id].state != "PENDING" {
        return Err(Refusal::plain(
            422,
            "Can not delete a non-pending pull request review",
        ));
    }
    pull.reviews.remove(&id);
    pull.comments.retain(|_, comment| comment.review != id);
    Ok(Reply::Json(200, shown))
}

/// `PUT /repos/{owner}/{repo}/pulls/{number}/reviews/{id}/dismissals`
pub(super) fn dismiss(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let (number, id) = found(state, call, repo)?;
    let message = call.needed("message")?.to_owned();
    let mut was = "PENDING";
    if let Some(review) = state.pull_mut(repo, number)?.reviews.get_mut(&id) {
        was = review.state;
        if matches!(was, "APPROVED" | "CHANGES_REQUESTED") {
            review.state = "DISMISSED";
        }
    }
    if !matches!(was, "APPROVED" | "CHANGES_REQUESTED") {
        return Err(Refusal::plain(
            422,
            "Can not dismiss a commented pull request review",
        ));
    }
    let extra = json!({"dismissed_review": {
        "state": was.to_lowercase(), "review_id": id, "dismissal_message": message,
    }});
    state.note(repo, number, by, "review_dismissed", extra);
    state.emit_review(repo, number, id, "dismissed", by, Value::Null);
    Ok(Reply::Json(200, state.review_json(repo, number, id)))
}

/// `GET /repos/{owner}/{repo}/pulls/{number}/reviews/{id}/comments`
pub(super) fn comments(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let (number, id) = found(state, call, repo)?;
    let comments = state.pull(repo, number)?.comments.values();
    let comments = comments.filter(|comment| comment.review == id);
    let comments = comments.map(|one| state.review_comment_json(repo, number, one.id));
    Ok(Reply::List(comments.collect()))
}
